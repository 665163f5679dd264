/** The command line beside the practice company, for tests that use templates as a person would. */
import { z } from 'zod';
import { openCommandLine, type Workspace } from './command-line.ts';

export type { RunAnswer } from './command-line.ts';

const systemsSchema = z.object({ systems: z.array(z.object({ connector: z.string(), address: z.string() })) });

/** A workspace with connections to a running practice company. */
export interface Practice extends Workspace {
  /** What a system of the practice company holds, by resource id, straight from its own store. */
  held(system: 'procore' | 'acumatica', resource: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** Starts the practice company with `costwire practice --connect` and waits for its answer. */
export async function startPractice(): Promise<Practice> {
  const { costwire, remove, ...workspace } = await openCommandLine();
  const companies = new AbortController();
  const started = Promise.withResolvers<string>();
  const company = costwire(['practice', '--system', 'procore,acumatica', '--connect', '--port', '0', '--json'], {
    signal: companies.signal,
    answered: (text) => started.resolve(text),
  });
  const { systems } = systemsSchema.parse(
    JSON.parse(
      await Promise.race([
        started.promise,
        company.then((code) => Promise.reject(new Error(`practice ended with ${code}`))),
      ]),
    ),
  );
  return {
    ...workspace,
    async held(system, resource) {
      const address = systems.find(({ connector }) => connector === system)?.address;
      const response = await fetch(`${address}/__sandbox/documents/${encodeURIComponent(resource)}`);
      return z.array(z.record(z.string(), z.unknown())).parse(await response.json());
    },
    async stop() {
      companies.abort();
      await company;
      await remove();
    },
  };
}

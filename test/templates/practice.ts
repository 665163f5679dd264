/** The command line beside the practice company, for tests that use templates as a person would. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { main } from '../../headless/cli.ts';

const countsSchema = z.record(z.string(), z.number());
const openSchema = z.array(
  z.object({
    status: z.string(),
    origin: z.object({ system: z.string(), resource: z.string(), id: z.string(), label: z.string().optional() }),
    error: z.object({ code: z.string(), message: z.string(), hint: z.string().min(1) }).optional(),
  }),
);
const runSchema = z.object({
  run: z.object({
    status: z.string(),
    counts: countsSchema,
    amounts: z.record(z.string(), z.record(z.string(), z.string())),
    error: z.unknown().optional(),
  }),
  problems: z.array(z.object({ severity: z.string(), code: z.string(), message: z.string() })),
  open: openSchema,
  proposals: z.array(z.object({ table: z.string(), added: z.number(), open: z.number(), contradicting: z.number() })),
  sheet: z
    .object({
      vouchers: z.array(z.object({ action: z.string(), amount: z.string(), value: z.record(z.string(), z.unknown()) })),
      totals: z.object({ byCurrency: z.record(z.string(), z.object({ amount: z.string() })) }),
    })
    .optional(),
});
const systemsSchema = z.object({ systems: z.array(z.object({ connector: z.string(), address: z.string() })) });
/** What a run answers. */
export type RunAnswer = z.infer<typeof runSchema>;

/** A workspace with connections to a running practice company. */
export interface Practice {
  /** Makes a flow of a template. @throws Error where the command line refuses. */
  use(template: string, name: string): Promise<void>;
  /** Runs a flow; `more` are further options of the command. */
  run(kind: 'run' | 'dry-run', name: string, ...more: string[]): Promise<RunAnswer>;
  /** Any other command; the answer as the command line gives it to programs. */
  ask(...args: string[]): Promise<unknown>;
  /** What a system of the practice company holds, by resource id, straight from its own store. */
  held(system: 'procore' | 'acumatica', resource: string): Promise<Record<string, unknown>[]>;
  /** Changes the file of the only flow of a name. */
  edit(name: string, change: (text: string) => string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the practice company with `costwire practice --connect` and waits for its answer. */
export async function startPractice(): Promise<Practice> {
  const folder = await mkdtemp(join(tmpdir(), 'costwire-templates-'));
  const companies = new AbortController();
  const costwire = (args: readonly string[], signal: AbortSignal, answered: (text: string) => void): Promise<number> =>
    main(['--workspace', folder, ...args, '--json'], {
      write: answered,
      writeError: () => undefined,
      isTerminal: false,
      input: Readable.from(['']),
      environment: { COSTWIRE_VAULT_KEY: Buffer.alloc(32, 7).toString('base64') },
      signal,
    });
  const started = Promise.withResolvers<string>();
  const company = costwire(
    ['practice', '--system', 'procore,acumatica', '--connect', '--port', '0'],
    companies.signal,
    (text) => started.resolve(text),
  );
  const { systems } = systemsSchema.parse(
    JSON.parse(
      await Promise.race([
        started.promise,
        company.then((code) => Promise.reject(new Error(`practice ended with ${code}`))),
      ]),
    ),
  );
  const answer = async (...args: string[]): Promise<unknown> => {
    let out = '';
    await costwire(args, new AbortController().signal, (text) => {
      out += text;
    });
    return JSON.parse(out);
  };
  return {
    async use(template, name) {
      z.object({ unbound: z.tuple([]) }).parse(await answer('template', 'use', template, '--name', name));
    },
    run: async (kind, name, ...more) => runSchema.parse(await answer(kind, name, ...more)),
    ask: answer,
    async held(system, resource) {
      const address = systems.find(({ connector }) => connector === system)?.address;
      const response = await fetch(`${address}/__sandbox/documents/${encodeURIComponent(resource)}`);
      return z.array(z.record(z.string(), z.unknown())).parse(await response.json());
    },
    async edit(name, change) {
      const flows = join(folder, 'flows');
      for (const file of await readdir(flows)) {
        const text = await readFile(join(flows, file), 'utf8');
        if (text.includes(`"name": ${JSON.stringify(name)}`)) await writeFile(join(flows, file), change(text));
      }
    },
    async stop() {
      companies.abort();
      await company;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

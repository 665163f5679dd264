/** The real command line on a workspace of its own, for tests that use templates as a person would. */
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
/** What a run answers. */
export type RunAnswer = z.infer<typeof runSchema>;

/** A workspace and the commands that tests use on it. */
export interface Workspace {
  /** Makes a flow of a template. @throws Error where the command line refuses. */
  use(template: string, name: string): Promise<void>;
  /** Runs a flow; `more` are further options of the command. */
  run(kind: 'run' | 'dry-run', name: string, ...more: string[]): Promise<RunAnswer>;
  /** Any other command; the answer as the command line gives it to programs. */
  ask(...args: string[]): Promise<unknown>;
  /** Changes the file of the only flow of a name. */
  edit(name: string, change: (text: string) => string): Promise<void>;
}

/** What a command is started with, and where its words go. */
export interface Started {
  signal?: AbortSignal;
  /** Lines of standard input, such as secrets. */
  input?: string;
  /** Gets the answer as it is written. */
  answered(text: string): void;
}

/** A folder for a workspace, the command line on it, and its removal. */
export interface CommandLine extends Workspace {
  /** @returns the exit code */
  costwire(args: readonly string[], started: Started): Promise<number>;
  remove(): Promise<void>;
}

/** Makes an empty workspace. */
export async function openCommandLine(): Promise<CommandLine> {
  const folder = await mkdtemp(join(tmpdir(), 'costwire-templates-'));
  const costwire = (args: readonly string[], { signal, input, answered }: Started): Promise<number> =>
    main(['--workspace', folder, ...args], {
      write: answered,
      writeError: () => undefined,
      isTerminal: false,
      input: Readable.from([input ?? '']),
      environment: { COSTWIRE_VAULT_KEY: Buffer.alloc(32, 7).toString('base64') },
      signal: signal ?? new AbortController().signal,
    });
  const ask = async (...args: string[]): Promise<unknown> => {
    let out = '';
    await costwire([...args, '--json'], {
      answered: (text) => {
        out += text;
      },
    });
    return JSON.parse(out);
  };
  return {
    costwire,
    ask,
    async use(template, name) {
      z.object({ unbound: z.tuple([]) }).parse(await ask('template', 'use', template, '--name', name));
    },
    run: async (kind, name, ...more) => runSchema.parse(await ask(kind, name, ...more)),
    async edit(name, change) {
      const flows = join(folder, 'flows');
      for (const file of await readdir(flows)) {
        const text = await readFile(join(flows, file), 'utf8');
        if (text.includes(`"name": ${JSON.stringify(name)}`)) await writeFile(join(flows, file), change(text));
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

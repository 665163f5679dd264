/** The command line as programs use it, in this process: over a workspace folder of its own, with `--json`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Environment } from '../../engine/model/connection.ts';
import type { RunningSimulator } from '../../engine/model/connector.ts';
import { main } from '../../headless/cli.ts';

/** What a command answered: exit code, the one JSON object, and what stood on standard error. */
export interface Answer {
  code: number;
  // biome-ignore lint/suspicious/noExplicitAny: the answer is compared with what is expected, whatever the command.
  answer: any;
  remarks: string;
}

/** A workspace that command lines run over. */
export class CommandLine {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<CommandLine> {
    return new CommandLine(await mkdtemp(join(tmpdir(), 'costwire-cli-')));
  }

  /** `input` is piped in; `typed` comes from a person at a terminal. */
  async run(args: readonly string[], input: string | { typed: string } = ''): Promise<Answer> {
    let out = '';
    let remarks = '';
    const code = await main(['--workspace', this.folder, ...args, '--json'], {
      write: (text) => {
        out += text;
      },
      writeError: (text) => {
        remarks += text;
      },
      isTerminal: false,
      input:
        typeof input === 'string'
          ? Readable.from([input])
          : Object.assign(Readable.from([input.typed]), { isTTY: true }),
      environment: { COSTWIRE_VAULT_KEY: Buffer.alloc(32, 7).toString('base64') },
      signal: new AbortController().signal,
    });
    return { code, answer: JSON.parse(out), remarks };
  }

  /** Adds a connection to a simulator under the name of its connector. */
  async connect({ connector, fields, secrets }: RunningSimulator, environment: Environment): Promise<Answer> {
    const set = Object.entries(fields).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    const named = Object.keys(secrets).flatMap((name) => ['--secret', name]);
    const add = ['connection', 'add', '--connector', connector, '--name', connector, '--environment', environment];
    return await this.run([...add, ...set, ...named], `${Object.values(secrets).join('\n')}\n`);
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

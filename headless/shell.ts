/** What every command has at hand: the workspace, the printer, the exit code. Opened on first use, closed at the end. */
import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { connectors } from '../connectors/index.ts';
import type { WorkspaceParts } from '../engine/api/workspace-run.ts';
import type { Connection } from '../engine/model/connection.ts';
import type { Connector } from '../engine/model/connector.ts';
import { AppError, type AppErrorData } from '../engine/model/error.ts';
import type { FlowDocument } from '../engine/model/flow.ts';
import type { Vault } from '../engine/model/vault.ts';
import { openStore } from '../engine/store/index.ts';
import { openWorkspace, type Workspace } from '../engine/store/workspace.ts';
import { openHeadlessVault } from './vault.ts';

/** Exit codes of the command line. */
export const exitCodes = { ok: 0, recordsOpen: 1, usage: 2, cannotStart: 3 } as const;

/** Where a command reads and writes; tests hand in their own. */
export interface Terminal {
  write(text: string): void;
  writeError(text: string): void;
  readonly isTerminal: boolean;
  readonly input: NodeJS.ReadableStream & { isTTY?: boolean };
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Options that every command takes. */
export interface GlobalOptions {
  workspace?: string;
  json?: boolean;
}

/** Default folder: the variable COSTWIRE_WORKSPACE, else `Costwire` in the home folder. */
export const defaultWorkspace = (environment: NodeJS.ProcessEnv): string =>
  environment.COSTWIRE_WORKSPACE ?? join(homedir(), 'Costwire');

/** One call of the command line. */
export class Shell {
  readonly terminal: Terminal;
  exitCode: number = exitCodes.ok;
  private readonly options: () => GlobalOptions;
  private parts: WorkspaceParts | undefined;
  private opened: { workspace: Workspace; vault: Vault } | undefined;
  private inputLines: AsyncIterator<string> | undefined;

  constructor(terminal: Terminal, options: () => GlobalOptions) {
    this.terminal = terminal;
    this.options = options;
  }

  get json(): boolean {
    return this.options().json === true;
  }

  get folder(): string {
    return resolve(this.options().workspace ?? defaultWorkspace(this.terminal.environment));
  }

  get connectors(): readonly Connector[] {
    return connectors;
  }

  /** Answers for people, or for programs with `--json`: exactly one object. */
  answer(forPeople: string, forPrograms: unknown): void {
    if (this.json) this.terminal.write(`${JSON.stringify(forPrograms)}\n`);
    else if (forPeople !== '') this.terminal.write(`${forPeople}\n`);
  }

  /** A remark beside the answer, on standard error so that it never mixes with it. */
  remark(text: string): void {
    this.terminal.writeError(`${text}\n`);
  }

  /** Folder and vault without the database: works while another Costwire has the workspace open. */
  async files(): Promise<{ workspace: Workspace; vault: Vault }> {
    if (this.opened === undefined) {
      const workspace = await openWorkspace(this.folder);
      this.opened = { workspace, vault: openHeadlessVault(workspace.vaultFile, this.terminal.environment) };
    }
    return this.opened;
  }

  /** The whole workspace. @throws AppError workspace.locked, workspace.readOnly, store.* */
  async open(): Promise<WorkspaceParts> {
    if (this.parts === undefined) {
      const files = await this.files();
      const store = await openStore(files.workspace.folder);
      if (store.problem !== undefined) this.remark(describeError(store.problem));
      this.parts = { ...files, store, connectors: this.connectors, user: userName() };
    }
    return this.parts;
  }

  /** Closes what was opened. */
  async close(): Promise<void> {
    await this.parts?.store.close();
    this.parts = undefined;
  }

  /** A flow by id, or by name in any case. @throws AppError flow.notFound */
  async flow(text: string): Promise<FlowDocument> {
    const { workspace } = await this.files();
    const { flows, broken } = await workspace.flows.list();
    const exact = flows.find(({ document }) => document.id === text);
    const named = flows.filter(({ document }) => sameName(document.name, text));
    const [only, ...others] = exact === undefined ? named : [exact];
    if (only !== undefined && others.length === 0) return only.document;
    if (only !== undefined) {
      const ids = named.map(({ document }) => document.id).join(', ');
      throw new AppError('flow.notFound', `${named.length} flows are called “${text}”.`, {
        hint: `Name one by its id: ${ids}.`,
      });
    }
    const damaged = broken.find(({ fileName }) => fileName.startsWith(text));
    if (damaged !== undefined)
      throw new AppError(damaged.error.code, damaged.error.message, { hint: damaged.error.hint });
    const names = flows.map(({ document }) => `“${document.name}”`).join(', ');
    throw new AppError('flow.notFound', `There is no flow “${text}” in ${workspace.folder}.`, {
      hint: names === '' ? 'Make one from a template: costwire template use.' : `The workspace has ${names}.`,
    });
  }

  /** A connection by id, or by name in any case. @throws AppError connection.notFound */
  async connection(text: string): Promise<Connection> {
    const { workspace } = await this.files();
    const all = await workspace.connections.list();
    const found = all.find(({ id }) => id === text) ?? all.find(({ name }) => sameName(name, text));
    if (found !== undefined) return found;
    const names = all.map(({ name }) => `“${name}”`).join(', ');
    throw new AppError('connection.notFound', `There is no connection “${text}” in ${workspace.folder}.`, {
      hint: names === '' ? 'Add one: costwire connection add.' : `The workspace has ${names}.`,
    });
  }

  /** The next line of standard input; undefined at its end. */
  async inputLine(): Promise<string | undefined> {
    this.inputLines ??= createInterface({ input: this.terminal.input, terminal: false })[Symbol.asyncIterator]();
    const next = await this.inputLines.next();
    return next.done === true ? undefined : next.value;
  }
}

const sameName = (a: string, b: string): boolean =>
  a.trim().toLocaleLowerCase('en-US') === b.trim().toLocaleLowerCase('en-US');

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // Containers may run under a user id without a name.
    return `user ${process.getuid?.() ?? ''}`.trim();
  }
}

/** An error in sentences: what happened, what to do, and what the remote system said. */
export function describeError(error: AppError | AppErrorData): string {
  const remote = error.remote;
  const answer =
    remote === undefined
      ? []
      : [`  ${remote.system}, ${remote.operation}${remote.status === undefined ? '' : `: status ${remote.status}`}`];
  return [`${error.message}`, `  → ${error.hint}`, ...answer].join('\n');
}

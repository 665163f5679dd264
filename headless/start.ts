/** `npm start`: opens the designer with the practice company running, in Electron where that is possible, else in the browser. */
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import open from 'open';
import { AppError, toAppError } from '../engine/model/error.ts';
import { onInterrupt } from './interrupt.ts';
import { rootAbove, serveWorkspace, versionOf } from './serve.ts';
import { buildStale } from './start-build.ts';
import { findElectron } from './start-electron.ts';

/** Options of `npm start`. */
export interface StartOptions {
  workspace?: string;
  port?: number;
  /** False: print the address only. */
  open: boolean;
  /** True: use the browser even where Electron is there. */
  browser: boolean;
}

const root = rootAbove(import.meta.dirname);
const say = (line: string) => void process.stderr.write(`${line}\n`);

/** The workspace that is opened when none is named. */
export const defaultWorkspace = (): string => join(homedir(), 'Costwire');

/** Reads the command line. */
export function readOptions(args: readonly string[]): StartOptions {
  const port = (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new InvalidArgumentError('Use 0 to 65535.');
    return value;
  };
  const program = new Command('npm start --')
    .description('Opens the designer with the practice company running.')
    .option(
      '--workspace <folder>',
      'workspace folder; made where it is missing (default: Costwire in your home folder)',
    )
    .option('--port <number>', 'port of the address (default: a free one)', port)
    .option('--browser', 'use the browser even where Electron is there', false)
    .option('--no-open', 'open nothing, only print the address')
    .version(versionOf(root));
  return program.parse(args, { from: 'user' }).opts<StartOptions>();
}

async function start(options: StartOptions): Promise<void> {
  const why = await whyNotDesktop(options);
  if (why === undefined) return;
  // The bundle of the host is for the next start: this one runs already.
  buildStale(root, ['renderer', 'headless'], say);
  const workspace = options.workspace ?? defaultWorkspace();
  const served = await serveWorkspace({
    workspace,
    root,
    afterFirstWindow: true,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  onInterrupt(() => {
    say('Costwire stops …');
    served.close().then(() => process.exit(0), fail);
  });
  const { workspace: opened, store } = served.host;
  if (opened.readOnly || store.readOnly) say(readOnlyText(opened.folder, store.problem));
  const address = served.openingAddress();
  say(options.open ? `The designer opens in the browser, because ${why}.` : 'The designer is at this address:');
  process.stdout.write(`${address}\n`);
  say('This address opens Costwire once. Press Ctrl+C to stop.');
  if (options.open) await openBrowser(address);
}

/** What can still be done with a workspace that may only be read, and why that is so. */
const readOnlyText = (folder: string, problem: AppError | undefined): string => {
  const why =
    problem ?? new AppError('workspace.readOnly', `The workspace ${folder} may not be written with your rights.`);
  return `${why.message} It is shown as it is: nothing can be saved or run.\n  → ${why.hint}`;
};

/** Starts the desktop; otherwise the reason why the browser is used. */
async function whyNotDesktop(options: StartOptions): Promise<string | undefined> {
  if (!options.open) return 'nothing shall be opened by itself';
  if (options.browser) return 'you asked for it';
  const found = await findElectron(root, process.platform, process.env, say);
  if ('reason' in found) return found.reason;
  buildStale(root, ['renderer', 'desktop'], say);
  const child = spawn(found.program, [root], { stdio: 'inherit', env: desktopEnvironment(options) });
  child.once('error', fail);
  child.once('exit', (code) => process.exit(code ?? 0));
  onInterrupt((signal) => child.kill(signal));
  return undefined;
}

const desktopEnvironment = ({ workspace }: StartOptions): NodeJS.ProcessEnv =>
  workspace === undefined ? process.env : { ...process.env, COSTWIRE_WORKSPACE: workspace };

async function openBrowser(address: string): Promise<void> {
  try {
    const child = await open(address);
    child.once('error', () => say('No browser could be opened: copy the address into one.'));
  } catch {
    // Without a browser the printed address is all there is to offer.
    say('No browser could be opened: copy the address into one.');
  }
}

function fail(thrown: unknown): void {
  const error = toAppError(thrown, 'starting');
  say(`${error.message}\n${error.hint}`);
  process.exit(3);
}

if (import.meta.main) start(readOptions(process.argv.slice(2))).catch(fail);

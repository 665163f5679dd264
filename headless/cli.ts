/**
 * `costwire`: Costwire without a window. Exit codes: 0 everything settled well, 1 some records failed or are held, 2 the command was
 * not understood, 3 it could not start.
 */
import { realpathSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { type AppError, toAppError } from '../engine/model/error.ts';
import * as audit from './commands/audit.ts';
import * as connection from './commands/connection.ts';
import * as flow from './commands/flow.ts';
import * as formula from './commands/formula.ts';
import * as ping from './commands/ping.ts';
import * as practice from './commands/practice.ts';
import * as replay from './commands/replay.ts';
import * as run from './commands/run.ts';
import * as runs from './commands/runs.ts';
import * as serve from './commands/serve.ts';
import * as store from './commands/store.ts';
import * as table from './commands/table.ts';
import * as template from './commands/template.ts';
import * as webhook from './commands/webhook.ts';
import { onInterrupt } from './interrupt.ts';
import { rootAbove, versionOf } from './serve.ts';
import { defaultWorkspace, describeError, exitCodes, type GlobalOptions, Shell, type Terminal } from './shell.ts';

/** What a command file offers. */
export interface CommandFile {
  register(program: Command, shell: Shell): void;
}

/** Command files: one line each. */
const commands: readonly CommandFile[] = [
  run,
  flow,
  formula,
  ping,
  connection,
  table,
  template,
  practice,
  runs,
  serve,
  replay,
  audit,
  store,
  webhook,
];

/** Runs a command line. @returns the exit code */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command('costwire')
    .description(
      'Moves approved construction costs from Procore into an ERP: nothing twice, nothing lost, every cent explained.',
    )
    .option('-w, --workspace <folder>', `workspace folder (default: ${defaultWorkspace(terminal.environment)})`)
    .option('--json', 'answer with one JSON object')
    .version(versionOf(rootAbove(import.meta.dirname)), '-V, --version', 'show the version of Costwire')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', helpEnd)
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.write(text), writeErr: (text) => terminal.writeError(text) });
  const shell = new Shell(terminal, () => program.opts<GlobalOptions>());
  for (const command of commands) command.register(program, shell);
  try {
    await program.parseAsync(args, { from: 'user' });
    return shell.exitCode;
  } catch (thrown) {
    return report(thrown, shell);
  } finally {
    await shell.close();
  }
}

const helpEnd = `
Exit codes: 0 everything settled well · 1 some records failed or are held · 2 not understood · 3 could not start`;

function report(thrown: unknown, shell: Shell): number {
  if (thrown instanceof CommanderError) {
    const asked = thrown.exitCode === 0;
    if (!asked && shell.json)
      shell.answer('', { error: { code: 'cli.usage', message: thrown.message.replace(/^error: /, '') } });
    return asked ? exitCodes.ok : exitCodes.usage;
  }
  const error: AppError = toAppError(thrown, 'doing what was asked');
  if (shell.json) shell.answer('', { error: error.toJSON() });
  else shell.remark(describeError(error));
  return error.code === 'cli.usage' ? exitCodes.usage : exitCodes.cannotStart;
}

/** The terminal of this process. An interrupt asks the command to finish; a second one ends it. */
export function processTerminal(): Terminal {
  const stop = new AbortController();
  onInterrupt(() => stop.abort());
  return {
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
    input: process.stdin,
    environment: process.env,
    signal: stop.signal,
  };
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === import.meta.filename) {
  process.exitCode = await main(process.argv.slice(2), processTerminal());
  // A closed pipe or an open standard input must not keep the process.
  process.stdin.destroy();
}

/** `costwire run`, `costwire dry-run`, `costwire validate`. */

import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { ProposalSummary } from '../../engine/api/workspace-proposals.ts';
import { recoverWorkspace } from '../../engine/api/workspace-recover.ts';
import { checkInWorkspace, runInWorkspace } from '../../engine/api/workspace-run.ts';
import type { WaitNotice } from '../../engine/model/connector.ts';
import { AppError, type AppErrorData } from '../../engine/model/error.ts';
import type { FlowDocument, Problem } from '../../engine/model/flow.ts';
import { parseFlow } from '../../engine/model/flow-file.ts';
import type { RecordOutcome, RunEvent, RunSummary } from '../../engine/model/run.ts';
import { openStore, type Store } from '../../engine/store/index.ts';
import { type Assignments, assignment } from '../options.ts';
import { describeDifference, describeOpen, describeRun, describeSheet } from '../report.ts';
import { describeError, exitCodes, type Shell } from '../shell.ts';

interface RunOptions {
  param: Assignments;
  fromTheBeginning?: boolean;
  approve?: string;
}

/** Outcomes that the answer of a run lists at most; all are in the history. */
const mostListed = 1000;

/** Adds the commands of this file. */
export function register(program: Command, shell: Shell): void {
  const add = (name: string, kind: 'dry' | 'post', description: string): Command =>
    program
      .command(`${name} <flow>`)
      .description(description)
      .option('--param <name=value>', 'set a parameter of the flow for this run', assignment, {})
      .option(
        '--from-the-beginning',
        'read everything, also what earlier runs have settled, and find what was deleted since; nothing is posted twice',
      )
      .action((flow: string, options: RunOptions) => runCommand(shell, flow, kind, options));
  add('run', 'post', 'run a flow and post')
    .option('--approve <dry-run>', 'post only what the posting sheet of that dry run shows; it holds for 24 hours')
    .addHelpText('after', approvalHelp);
  add('dry-run', 'dry', 'run a flow up to the posting sheet; nothing is written to any system');
  program
    .command('validate <flow>')
    .description('check a flow of the workspace, or a *.flow.json file, without running it')
    .action((flow: string) => validateCommand(shell, flow));
}

const approvalHelp = `
Posting to production needs a dry run of the same flow that finished (costwire dry-run); practice and sandbox do not. With
--approve only the vouchers of that posting sheet are sent; what is new or changed since then awaits approval.`;

async function runCommand(shell: Shell, name: string, kind: 'dry' | 'post', options: RunOptions): Promise<void> {
  const document = await shell.flow(name);
  const parts = await shell.open();
  const bound = await parts.workspace.bindings.get(document.id);
  const unknown = Object.keys(options.param).find((parameter) => document.parameters[parameter] === undefined);
  if (unknown !== undefined)
    throw new AppError('cli.usage', `The flow has no parameter “${unknown}”.`, {
      hint: `It has: ${Object.keys(document.parameters).join(', ') || 'none'}.`,
    });
  if (kind === 'post') await settleEarlier(shell);
  const open: RecordOutcome[] = [];
  const show = progress(shell);
  /** Projects that could not be read to their end; the others were. */
  const scopes: { scope: string; error: AppErrorData }[] = [];
  const result = await runInWorkspace(parts, {
    document,
    kind,
    bindings: { ...bound, parameters: { ...bound.parameters, ...options.param } },
    ...(options.fromTheBeginning === true ? { fromTheBeginning: true } : {}),
    ...(options.approve === undefined ? {} : { sheet: { runId: options.approve } }),
    signal: shell.terminal.signal,
    onEvent: (event) => {
      show(event);
      if (event.type === 'scopeFailed') scopes.push({ scope: event.scope, error: event.error });
      if (event.type === 'recordSettled' && needsSomebody(event.outcome) && open.length < mostListed)
        open.push(event.outcome);
    },
  });
  const { run, problems, sheet, proposals } = result;
  const difference = kind === 'dry' && run.error === undefined ? describeDifference(run, sheet) : undefined;
  const text = [
    ...(problems.length > 0 ? [describeProblems(document, problems)] : []),
    ...(kind === 'dry' && run.error === undefined ? [describeSheet(sheet)] : []),
    describeRun(run),
    ...(difference === undefined ? [] : [difference]),
    ...(open.length > 0 ? [describeOpen(open)] : []),
    ...proposals.map(describeProposals),
    ...(run.error === undefined ? [] : [describeError(run.error)]),
  ];
  shell.answer(text.join('\n\n'), { run, problems, open, scopes, proposals, ...(kind === 'dry' ? { sheet } : {}) });
  shell.exitCode = exitCodeOf(run);
}

const describeProposals = ({ table, added, open, contradicting }: ProposalSummary): string =>
  [
    `Proposed for the table “${table}”: ${added} new rows, ${open} wait for you: costwire table proposals ${table}`,
    ...(contradicting === 0 ? [] : [`${contradicting} proposals contradict rows that the table has already.`]),
  ].join('\n');

/** Looks up what an earlier run was sending when it was cut off, before anything new is sent. */
async function settleEarlier(shell: Shell): Promise<void> {
  const { interrupted, found, absent, held, open, refused } = await recoverWorkspace(await shell.open(), {
    signal: shell.terminal.signal,
    onWait: (system, notice) => {
      if (notice.waitMs >= longWaitMs) shell.remark(describeWait(system, notice));
    },
  });
  if (interrupted.length + found + absent + held + open.length === 0) return;
  const cut = interrupted.length === 1 ? 'One run was' : `${interrupted.length} runs were`;
  const parts = [`${found} found`, `${absent} never arrived`, `${held} held`, `${open.length} still in doubt`];
  shell.remark(`${cut} cut off earlier. Its documents in the target: ${parts.join(', ')}.`);
  for (const { error } of refused) shell.remark(describeError(error));
}

const needsSomebody = ({ status, error }: RecordOutcome): boolean =>
  status === 'held' ||
  status === 'failed' ||
  status === 'inDoubt' ||
  (status === 'awaitingApproval' && error !== undefined);

/** 3 only where no record came further than being read: whatever happened later concerns records. */
export function exitCodeOf(run: RunSummary): number {
  if (run.status === 'succeeded') return exitCodes.ok;
  return run.status === 'failed' && run.counts.total === run.counts.read
    ? exitCodes.cannotStart
    : exitCodes.recordsOpen;
}

/** Waits that are told even where nobody watches: a scheduled run that stands still must say why in its log. */
const longWaitMs = 1000;

const describeWait = (system: string, { detail, waitMs }: Pick<WaitNotice, 'detail' | 'waitMs'>): string =>
  `  ${system}: ${detail} (${Math.ceil(waitMs / 1000)} s)`;

/** Shows how far a run is, in one line that is written over; waits and broken scopes in lines of their own. */
function progress(shell: Shell): (event: RunEvent) => void {
  let settled = 0;
  let drawn = 0;
  const { terminal } = shell;
  const clear = (): void => {
    if (drawn > 0) terminal.writeError(`\r${' '.repeat(drawn)}\r`);
    drawn = 0;
  };
  return (event) => {
    if (event.type === 'recordSettled') settled += 1;
    if (event.type === 'scopeFailed') {
      clear();
      shell.remark(`  ${describeError(event.error)}`);
    }
    if (event.type === 'waiting' && (terminal.isTerminal || event.waitMs >= longWaitMs)) {
      clear();
      shell.remark(describeWait(event.system, event));
    }
    if (!terminal.isTerminal || shell.json) return;
    if (event.type === 'nodeProgress') {
      clear();
      const text = `  ${settled} records settled …`;
      terminal.writeError(text);
      drawn = text.length;
    } else if (event.type === 'finished') clear();
  };
}

/** A flow of the workspace, or a file when the text is the path of one. */
async function validateCommand(shell: Shell, text: string): Promise<void> {
  const document = text.endsWith('.json') ? await readFlowFile(text) : await shell.flow(text);
  const { workspace } = await shell.files();
  const store = await storeToLook(workspace.folder);
  try {
    const bindings = await workspace.bindings.get(document.id);
    const { problems } = await checkInWorkspace({ workspace, store, connectors: shell.connectors }, document, bindings);
    const blocking = problems.filter((problem) => problem.severity === 'blocking').length;
    const good = `“${document.name}” is ready to run.`;
    const listed = describeProblems(document, problems);
    shell.answer([listed, ...(blocking === 0 ? [good] : [])].filter((part) => part !== '').join('\n'), {
      ready: blocking === 0,
      problems,
    });
    shell.exitCode = blocking === 0 ? exitCodes.ok : exitCodes.cannotStart;
  } finally {
    await store?.close();
  }
}

/** The store for reading, so that a check works while a run goes on; undefined where nothing was ever kept in the workspace. */
async function storeToLook(folder: string): Promise<Store | undefined> {
  try {
    return await openStore(folder, { readOnly: true });
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'workspace.notFound') return undefined;
    throw thrown;
  }
}

async function readFlowFile(path: string): Promise<FlowDocument> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new AppError('flow.notFound', `The file “${path}” cannot be read.`, {
      hint: 'Check its name and your access.',
      cause,
    });
  }
  return parseFlow(text, `“${path}”`).document;
}

/** Problems with their node and remedy, one after the other. */
export function describeProblems(document: FlowDocument, problems: readonly Problem[]): string {
  return problems
    .map((problem) => {
      const node = document.nodes.find((candidate) => candidate.id === problem.nodeId);
      const place =
        node === undefined
          ? ''
          : ` “${node.label ?? node.id}”${problem.field === undefined ? '' : `, ${problem.field}`}:`;
      return `${problem.severity}:${place} ${problem.message}\n  → ${problem.hint}`;
    })
    .join('\n');
}

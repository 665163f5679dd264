/** `costwire runs list | show`. */
import type { Command } from 'commander';
import type { RunSummary } from '../../engine/model/run.ts';
import { wholeNumber } from '../options.ts';
import { describeOpen, describeRun, grid, money } from '../report.ts';
import { describeError, type Shell } from '../shell.ts';

/** Adds the commands of this file. */
export function register(program: Command, shell: Shell): void {
  const runs = program.command('runs').description('runs of the workspace');
  runs
    .command('list')
    .description('list the runs, newest first')
    .option('--flow <flow>', 'only of this flow')
    .option('--limit <number>', 'how many', wholeNumber, 20)
    .action((options: { flow?: string; limit: number }) => list(shell, options));
  runs
    .command('show <run>')
    .description('what became of every record of a run; “last” is the newest run')
    .option('--limit <number>', 'how many records', wholeNumber, 200)
    .action((id: string, options: { limit: number }) => show(shell, id, options));
}

async function list(shell: Shell, options: { flow?: string; limit: number }): Promise<void> {
  const { store } = await shell.open();
  const filter = options.flow === undefined ? {} : { flowId: (await shell.flow(options.flow)).id };
  const { entries } = await store.runs.list(filter, { limit: options.limit });
  const rows = entries.map((run) => [
    run.id,
    run.startedAt.slice(0, 16),
    run.flowName,
    run.kind,
    run.status,
    counts(run),
    posted(run),
  ]);
  const empty = 'There are no runs yet.';
  shell.answer(
    rows.length === 0 ? empty : grid(['Run', 'Started (UTC)', 'Flow', 'Kind', 'Status', 'Records', 'Posted#'], rows),
    { runs: entries },
  );
}

const counts = ({ counts: of }: RunSummary): string => {
  const open = of.held + of.failed + of.inDoubt;
  return `${of.total} read, ${of.posted} posted${open === 0 ? '' : `, ${open} open`}`;
};
const posted = (run: RunSummary): string =>
  Object.entries(run.amounts.posted ?? {})
    .map(([currency, amount]) => money(amount, currency))
    .join(' + ');

async function show(shell: Shell, id: string, options: { limit: number }): Promise<void> {
  const { store } = await shell.open();
  const newest = id === 'last' ? (await store.runs.list({}, { limit: 1 })).entries[0]?.id : undefined;
  const run = await store.runs.get(newest ?? id);
  const { entries } = await store.records.list({ runId: run.id }, { limit: options.limit });
  const rows = entries.map((outcome) => [
    outcome.origin.label ?? outcome.origin.id,
    outcome.origin.scope?.label ?? '',
    outcome.status,
    money(outcome.amount, outcome.currency),
    outcome.target?.number ?? '',
  ]);
  const open = entries.filter(({ status }) => status === 'held' || status === 'failed' || status === 'inDoubt');
  const text = [
    describeRun(run),
    ...(run.error === undefined ? [] : [describeError(run.error)]),
    grid(['Record', 'Project', 'Status', 'Amount#', 'In the target'], rows),
    ...(open.length === 0 ? [] : [describeOpen(open)]),
  ];
  shell.answer(text.join('\n\n'), { run, records: entries });
}

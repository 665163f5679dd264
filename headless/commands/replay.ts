/** `costwire replay`: processes stored records of a run again, showing the posting sheet first. */
import { type Command, Option } from 'commander';
import { prepareInWorkspace, refuseUnseen, runReplay } from '../../engine/api/workspace-replay.ts';
import { AppError, type ReasonClass } from '../../engine/model/error.ts';
import { type RecordStatus, recordStatuses } from '../../engine/model/run.ts';
import type { ReplayVersion } from '../../engine/run/replay.ts';
import { openStore } from '../../engine/store/index.ts';
import type { Override } from '../../engine/store/overrides.ts';
import { several } from '../options.ts';
import { describeRun, describeSheet, grid } from '../report.ts';
import { exitCodes, type Shell } from '../shell.ts';
import { exitCodeOf } from './run.ts';

interface ReplayOptions {
  run?: string;
  status: readonly string[];
  reason: readonly string[];
  code: readonly string[];
  key: readonly string[];
  flow: string;
  tables: string;
  override: readonly string[];
  why?: string;
  dryRun?: boolean;
  approve?: string;
}

const reasons: readonly ReasonClass[] = [
  'mapping',
  'period',
  'duplicate',
  'vendor',
  'permission',
  'connection',
  'rateLimit',
  'data',
  'approval',
  'internal',
  'unknown',
];

/** Adds the command of this file. */
export function register(program: Command, shell: Shell): void {
  program
    .command('replay')
    .description(
      'process records of a run again as they were read; without --run: list what is held or failed, by reason',
    )
    .option('--run <id>', 'the run the records are from')
    .option('--status <status>', 'only records with this status; default: held, failed and inDoubt', several, [])
    .option('--reason <class>', `only records with this reason: ${reasons.join(', ')}`, several, [])
    .option('--code <code>', 'only records with this reason code, such as mapping.unmappedCode', several, [])
    .option('--key <key>', 'only this record, such as procore:requisitions:17', several, [])
    .option('--flow <version>', 'the flow as it was `then` or is `now`', 'now')
    .option('--tables <version>', 'the mapping tables as they were `then` or are `now`', 'now')
    .option('--override <key:field=value>', 'change a field of a record first; needs --why', several, [])
    .option('--why <reason>', 'why fields are changed; goes into the audit chain')
    .addOption(new Option('--dry-run', 'stop at the posting sheet').conflicts('approve'))
    .option('--approve <dry-run>', 'post only what the posting sheet of that dry run shows; it holds for 24 hours')
    .addHelpText('after', approvalHelp)
    .action((options: ReplayOptions) =>
      options.run === undefined ? list(shell) : replay(shell, options.run, options),
    );
}

const approvalHelp = `
A replay shows its posting sheet and posts it. To production it needs --approve with the id of a dry run of the same replay.`;

async function list(shell: Shell): Promise<void> {
  const store = await openStore(shell.folder, { readOnly: true });
  try {
    const totals = await store.records.reasons();
    const rows = totals.map(({ status, reason, code, count, amounts }) => {
      const sums = Object.entries(amounts).map(([currency, amount]) => `${amount} ${currency}`);
      return [status, reason, code, String(count), sums.join(', ')];
    });
    const said =
      rows.length === 0 ? 'Nothing is held or failed.' : grid(['Status', 'Reason', 'Code', 'Records', 'Amount'], rows);
    shell.answer(said, { reasons: totals });
  } finally {
    await store.close();
  }
}

function choice<Known extends string>(given: string, known: readonly Known[], what: string): Known {
  const found = known.find((candidate) => candidate === given);
  if (found !== undefined) return found;
  throw new AppError('cli.usage', `“${given}” is no ${what}.`, { hint: `There are: ${known.join(', ')}.` });
}

function overridesOf(options: ReplayOptions, by: string): Override[] {
  return options.override.map((text) => {
    const match = /^(.+):([^:=]+)=(.*)$/s.exec(text);
    if (match === null) throw new AppError('cli.usage', `“${text}” is not key:field=value.`);
    if (options.why === undefined)
      throw new AppError('replay.reasonMissing', 'A changed field needs a reason.', { hint: 'Add --why.' });
    const [, recordKey = '', field = '', after = ''] = match;
    return { recordKey, field, after, by, why: options.why };
  });
}

async function replay(shell: Shell, runId: string, options: ReplayOptions): Promise<void> {
  const versions: readonly ReplayVersion[] = ['then', 'now'];
  const statuses: RecordStatus[] = options.status.map((status) => choice(status, recordStatuses, 'status'));
  const selection = {
    runId,
    ...(statuses.length === 0 ? {} : { status: statuses }),
    ...(options.reason.length === 0
      ? {}
      : { reason: options.reason.map((reason) => choice(reason, reasons, 'reason')) }),
    ...(options.code.length === 0 ? {} : { code: options.code }),
    ...(options.key.length === 0 ? {} : { keys: options.key }),
  };
  const flow = choice(options.flow, versions, 'version');
  const tables = choice(options.tables, versions, 'version');
  const parts = await shell.open();
  const { signal } = shell.terminal;
  const request = { selection, flow, tables, overrides: overridesOf(options, parts.user) };
  const prepared = await prepareInWorkspace(parts, request);
  if (options.approve !== undefined) {
    const { run } = await runReplay(parts, prepared, 'replay', { signal, approve: { runId: options.approve } });
    shell.answer(describeRun(run), { run, records: prepared.records.length });
    shell.exitCode = exitCodeOf(run);
    return;
  }
  if (options.dryRun !== true) await refuseUnseen(parts, prepared);
  const planned = await runReplay(parts, prepared, 'dry', { signal });
  const sheet = `${prepared.records.length} records of the run ${runId}\n\n${describeSheet(planned.sheet)}`;
  if (options.dryRun === true || planned.run.status === 'failed') {
    shell.answer(`${sheet}\n\n${describeRun(planned.run)}`, {
      run: planned.run,
      sheet: planned.sheet,
      records: prepared.records.length,
    });
    shell.exitCode = planned.run.status === 'failed' ? exitCodeOf(planned.run) : exitCodes.ok;
    return;
  }
  if (!shell.json) shell.answer(`${sheet}\n`, {});
  const { run } = await runReplay(parts, prepared, 'replay', { signal, approve: { runId: planned.run.id } });
  shell.answer(describeRun(run), { run, sheet: planned.sheet, records: prepared.records.length });
  shell.exitCode = exitCodeOf(run);
}

/** Runs and their events: lists, one run, what was cut off. */

import { add, type Decimal, format, negate, tryParse, zero } from '../model/decimal.ts';
import { AppError } from '../model/error.ts';
import type { FlowDocument } from '../model/flow.ts';
import { sumAmounts } from '../model/money.ts';
import type {
  RecordCounts,
  RecordOutcome,
  RecordStatus,
  RunEvent,
  RunKind,
  RunStatus,
  RunSummary,
  Voucher,
} from '../model/run.ts';
import { recordStatuses } from '../model/run.ts';
import { readJson, readOptionalJson } from './canonical.ts';
import type { Database } from './database.ts';
import { type Page, type Paged, pageOf } from './paging.ts';
import { query, type RunRow, runQuery } from './query.ts';

/** Which runs to list; newest first. */
export interface RunFilter {
  flowId?: string;
  status?: readonly RunStatus[];
  kind?: readonly RunKind[];
  /** Started at or after, ISO instant. */
  from?: string;
  /** Started before, ISO instant. */
  until?: string;
}

/** Reads runs. */
export interface RunRepository {
  /** Newest first, page by page. */
  list(filter?: RunFilter, page?: Page): Promise<Paged<RunSummary>>;
  /** @throws AppError run.notFound */
  get(id: string): Promise<RunSummary>;
  /** Events of a run in the order they happened, after `afterId`. */
  events(runId: string, afterId?: number): Promise<{ id: number; event: RunEvent }[]>;
  /** Runs that never finished: queued, running or waiting. With the workspace lock held, nobody is working on them. */
  unfinished(): Promise<RunSummary[]>;
  /** The flow as it was run. Undefined for runs recorded without it. */
  document(runId: string): Promise<FlowDocument | undefined>;
  /** Vouchers of the run's posting sheet in their order. */
  vouchers(runId: string): Promise<Voucher[]>;
  /** The first voucher of a record in a run. */
  voucherOf(runId: string, key: string): Promise<Voucher | undefined>;
  /** The vouchers one by one, so that a long sheet is never whole in memory. Nothing may be written until they are all taken. */
  eachVoucher(runId: string): Iterable<Voucher>;
  /** Counts and amounts as the stored outcomes give them; sources without an outcome count as `read`. */
  totals(runId: string): Promise<Pick<RunSummary, 'counts' | 'amounts'>>;
}

const runOf = (row: RunRow): RunSummary => {
  const error = readOptionalJson<RunSummary['error']>(row.error);
  const basis = readOptionalJson<RunSummary['basis']>(row.basis);
  return {
    id: row.id,
    flowId: row.flow_id,
    flowName: row.flow_name,
    flowVersion: row.flow_version,
    kind: row.kind,
    status: row.status,
    startedAt: row.started_at,
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
    startedBy: row.started_by,
    counts: readJson(row.counts),
    amounts: readJson(row.amounts),
    ...(error === undefined ? {} : { error }),
    tableVersions: readJson(row.table_versions),
    ...(basis === undefined ? {} : { basis }),
  };
};

function listQuery(filter: RunFilter) {
  let built = runQuery();
  if (filter.flowId !== undefined) built = built.where('flow_id', '=', filter.flowId);
  if (filter.status !== undefined) built = built.where('status', 'in', filter.status);
  if (filter.kind !== undefined) built = built.where('kind', 'in', filter.kind);
  if (filter.from !== undefined) built = built.where('started_at', '>=', filter.from);
  if (filter.until !== undefined) built = built.where('started_at', '<', filter.until);
  return built;
}

const emptyCounts = (): RecordCounts => ({
  read: 0,
  skipped: 0,
  held: 0,
  awaitingApproval: 0,
  sending: 0,
  posted: 0,
  inDoubt: 0,
  failed: 0,
  ignored: 0,
  total: 0,
});

interface OutcomeRow {
  status: RunSummary['status'] | string;
  currency: string | null;
  amount: string | null;
}

/** Moves one record of a run that has ended from one status to another, so that its counts and amounts go on adding up. */
export function moveSums(database: Database, before: RecordOutcome, after: RecordOutcome): void {
  if (before.status === after.status) return;
  const row = database
    .prepare<Pick<RunRow, 'counts' | 'amounts'>>(
      'SELECT counts, amounts FROM runs WHERE id = ? AND finished_at IS NOT NULL',
    )
    .get(after.runId);
  if (row === undefined) return;
  const counts = readJson<RunSummary['counts']>(row.counts);
  const amounts = readJson<RunSummary['amounts']>(row.amounts);
  counts[before.status] -= 1;
  counts[after.status] += 1;
  const move = (status: RecordStatus, amount: Decimal, currency: string): void => {
    const sums = { ...amounts[status] };
    const sum = add(tryParse(sums[currency] ?? '0') ?? zero, amount);
    sums[currency] = format(sum);
    if (counts[status] === 0) delete amounts[status];
    else amounts[status] = sums;
  };
  // Each by its own amount: a later word may tell another one, or none.
  const [was, is] = [before, after].map(({ amount }) => (amount === undefined ? undefined : tryParse(amount)));
  if (was !== undefined) move(before.status, negate(was), before.currency ?? '');
  if (is !== undefined) move(after.status, is, after.currency ?? '');
  database
    .prepare('UPDATE runs SET counts = ?, amounts = ? WHERE id = ?')
    .run(JSON.stringify(counts), JSON.stringify(amounts), after.runId);
}

function totalsOf(database: Database, runId: string): Pick<RunSummary, 'counts' | 'amounts'> {
  const counts = emptyCounts();
  const sums = new Map<string, string[]>();
  const rows = database.prepare<OutcomeRow>('SELECT status, currency, amount FROM records WHERE run_id = ?');
  for (const row of rows.iterate(runId)) {
    const status = recordStatuses.find((candidate) => candidate === row.status);
    if (status === undefined) continue;
    counts[status] += 1;
    counts.total += 1;
    if (row.amount === null || row.currency === null) continue;
    const key = `${status} ${row.currency}`;
    sums.set(key, [sumAmounts([...(sums.get(key) ?? []), row.amount])]);
  }
  const unsettled = database.prepare<{ n: number }>(
    'SELECT count(*) AS n FROM sources s WHERE run_id = ? AND NOT EXISTS (SELECT 1 FROM records r WHERE r.run_id = s.run_id AND r.key = s.key)',
  );
  const open = unsettled.get(runId)?.n ?? 0;
  counts.read += open;
  counts.total += open;
  const amounts: RunSummary['amounts'] = {};
  for (const [key, [amount]] of sums) {
    const [name = '', currency = ''] = key.split(' ');
    const status = recordStatuses.find((candidate) => candidate === name);
    if (status !== undefined && amount !== undefined) amounts[status] = { ...amounts[status], [currency]: amount };
  }
  return { counts, amounts };
}

/** Makes the repository of runs. */
export function createRunRepository(database: Database): RunRepository {
  const get = (id: string): RunSummary => {
    const row = database.prepare<RunRow>('SELECT * FROM runs WHERE id = ?').get(id);
    if (row === undefined) throw new AppError('run.notFound', `There is no run ${id} in this workspace.`);
    return runOf(row);
  };
  return {
    list: async (filter = {}, page = {}) => {
      const built = listQuery(filter);
      const paged = built.orderBy('started_at', 'desc').orderBy('id', 'desc');
      return pageOf(database, paged, built, page, runOf);
    },
    get: async (id) => get(id),
    events: async (runId, afterId = 0) =>
      database
        .prepare<{ id: number; body: string }>(
          'SELECT id, body FROM run_events WHERE run_id = ? AND id > ? ORDER BY id',
        )
        .all(runId, afterId)
        .map((row) => ({ id: row.id, event: readJson<RunEvent>(row.body) })),
    unfinished: async () =>
      database
        .prepare<RunRow>("SELECT * FROM runs WHERE status IN ('queued', 'running', 'waiting') ORDER BY started_at")
        .all()
        .map(runOf),
    document: async (runId) => {
      const row = database
        .prepare<{ document: string }>(
          'SELECT f.document FROM runs r JOIN flow_documents f ON f.hash = r.flow_hash WHERE r.id = ?',
        )
        .get(runId);
      return row === undefined ? undefined : readJson<FlowDocument>(row.document);
    },
    vouchers: async (runId) =>
      database
        .prepare<{ body: string }>('SELECT body FROM vouchers WHERE run_id = ? ORDER BY rowid')
        .all(runId)
        .map((row) => readJson<Voucher>(row.body)),
    voucherOf: async (runId, key) => {
      const first = 'SELECT body FROM vouchers WHERE run_id = ? AND key = ? ORDER BY rowid LIMIT 1';
      const row = database.prepare<{ body: string }>(first).get(runId, key);
      return row === undefined ? undefined : readJson<Voucher>(row.body);
    },
    eachVoucher: (runId) => vouchersOf(database, runId),
    totals: async (runId) => totalsOf(database, runId),
  };
}

function* vouchersOf(database: Database, runId: string): Iterable<Voucher> {
  const rows = database.prepare<{ body: string }>('SELECT body FROM vouchers WHERE run_id = ? ORDER BY rowid');
  for (const { body } of rows.iterate(runId)) yield readJson<Voucher>(body);
}

export { query };

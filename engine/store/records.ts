/** What became of records: lists with filters, full-text search, one record's story, sums by reason. */
import type { Exchange } from '../model/connector.ts';
import type { AppErrorData, ReasonClass } from '../model/error.ts';
import { sumAmounts } from '../model/money.ts';
import { corrected, tellsOf, withParts } from '../model/outcome.ts';
import type { Origin, WireRecord } from '../model/record.ts';
import type { PartialOutcome, RecordOutcome, RecordStatus } from '../model/run.ts';
import { readJson, readOptionalJson } from './canonical.ts';
import type { Database } from './database.ts';
import { type Page, type Paged, pageOf } from './paging.ts';
import { query, type RecordRow, recordQuery } from './query.ts';
import { type RecordPage, type RecordPlace, type StatusTotals, statusTotals, urgentPage } from './record-pages.ts';
import { outcomeSql, writeOutcome } from './recorder.ts';
import { moveSums } from './runs.ts';

/** Which records to list; newest first. All conditions together. */
export interface RecordFilter {
  runId?: string;
  flowId?: string;
  /** Settled at or after, ISO instant. */
  from?: string;
  /** Settled before, ISO instant. */
  until?: string;
  status?: readonly RecordStatus[];
  reason?: readonly ReasonClass[];
  code?: readonly string[];
  key?: string;
  nodeId?: string;
  businessKey?: string;
  scopeId?: string;
  /** Exact amount as text, such as `1250.00`. */
  amount?: string;
  /** Words to find in invoice number, business key, ERP number, vendor and project; each word may be a beginning. */
  text?: string;
}

/** An outcome with its place in history. */
export interface StoredOutcome extends RecordOutcome {
  id: number;
  settledAt: string;
}

/** Count and amounts of one reason. Amounts by currency, decimal strings. */
export interface ReasonTotal {
  status: RecordStatus;
  reason: ReasonClass;
  code: string;
  count: number;
  amounts: Record<string, string>;
}

/** A source record as read. `value` is undefined once retention removed the payload. */
export interface StoredSource extends Omit<WireRecord, 'value'> {
  nodeId: string;
  value: WireRecord['value'] | undefined;
}

/** Reads records and, for recovery, corrects one outcome. */
export interface RecordRepository {
  list(filter?: RecordFilter, page?: Page): Promise<Paged<StoredOutcome>>;
  /** A run's records, what needs a person first, then newest first. A page goes on `after` the one before; at most 1,000 entries. */
  follow(runId: string, limit: number, after?: RecordPlace): Promise<RecordPage<StoredOutcome>>;
  /** Held, failed and in-doubt records by reason. */
  reasons(filter?: Pick<RecordFilter, 'runId' | 'status'>): Promise<ReasonTotal[]>;
  /** Counts and amounts by status over everything that matches, for the line below a list. */
  totals(filter?: RecordFilter): Promise<StatusTotals>;
  /** Everything a record went through, over all runs, oldest first. */
  story(key: string): Promise<StoredOutcome[]>;
  /** What people call the scopes (projects) of a flow, as its newest runs knew them; unknown ones are left out. */
  scopeLabels(flowId: string, scopes: readonly string[]): Promise<Record<string, string>>;
  /** Source records of a run as read; all, or those with the given keys. */
  sources(runId: string, keys?: readonly string[]): Promise<StoredSource[]>;
  /** Outcomes of these records of a run, as far as they are written. */
  outcomes(runId: string, keys: readonly string[]): Promise<StoredOutcome[]>;
  /** Requests and answers of a run, masked, oldest first; of one record where `key` is given. */
  exchanges(runId: string, key?: string): Promise<Exchange[]>;
  /**
   * Takes later words on documents of records, durable when it returns. Where several documents were made of a record, the others
   * stay as they were told; the sums of a run that has ended move with them.
   */
  settle(outcomes: readonly RecordOutcome[]): Promise<void>;
  /** Takes what a run told of parts of records before it was cut off, where their outcome does not say it; durable when it returns. */
  settleParts(runId: string): Promise<void>;
}

const outcomeOf = (row: RecordRow): StoredOutcome => {
  const target = readOptionalJson<RecordOutcome['target']>(row.target);
  const error = readOptionalJson<AppErrorData>(row.error);
  const parts = readOptionalJson<RecordOutcome['parts']>(row.parts);
  return {
    id: row.id,
    runId: row.run_id,
    key: row.key,
    nodeId: row.node_id,
    status: row.status,
    origin: readJson<Origin>(row.origin),
    settledAt: row.settled_at,
    ...(row.business_key === null ? {} : { businessKey: row.business_key }),
    ...(row.amount === null ? {} : { amount: row.amount }),
    ...(row.currency === null ? {} : { currency: row.currency }),
    ...(target === undefined ? {} : { target }),
    ...(error === undefined ? {} : { error }),
    ...(row.note === null ? {} : { note: row.note }),
    ...(parts === undefined ? {} : { parts }),
  };
};

/** Words of a search as an FTS5 query: every word a prefix, quotes doubled, so that no input is a syntax error. */
export const searchExpression = (text: string): string =>
  text
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => `"${word}"*`)
    .join(' ');

/**
 * Brings the text index up to the newest record. Records are indexed when somebody searches, by the run of rows, so that
 * recording them costs no index work.
 */
function indexText(database: Database): void {
  if (database.readOnly) return;
  const upTo = database.prepare<{ value: string }>("SELECT value FROM facts WHERE name = 'records-indexed'").get();
  const newest = database.prepare<{ id: number | null }>('SELECT max(id) AS id FROM records').get()?.id ?? 0;
  const from = Number(upTo?.value ?? '0');
  if (newest === from) return;
  database.transaction(() => {
    database
      .prepare(
        `INSERT INTO records_text (rowid, label, business_key, target_number, vendor, scope)
         SELECT r.id, r.label, r.business_key, r.target_number,
           (SELECT v.vendor_name FROM vouchers v WHERE v.run_id = r.run_id AND v.key = r.key LIMIT 1),
           json_extract(r.origin, '$.scope.label')
         FROM records r WHERE r.id > ? AND r.id <= ?`,
      )
      .run(from, newest);
    database.prepare("INSERT OR REPLACE INTO facts (name, value) VALUES ('records-indexed', ?)").run(String(newest));
  });
}

function filtered(filter: RecordFilter) {
  let built = recordQuery();
  if (filter.runId !== undefined) built = built.where('run_id', '=', filter.runId);
  if (filter.flowId !== undefined) {
    const runs = query.selectFrom('runs').select('id').where('flow_id', '=', filter.flowId);
    built = built.where('run_id', 'in', runs);
  }
  if (filter.from !== undefined) built = built.where('settled_at', '>=', filter.from);
  if (filter.until !== undefined) built = built.where('settled_at', '<', filter.until);
  if (filter.status !== undefined) built = built.where('status', 'in', filter.status);
  if (filter.reason !== undefined) built = built.where('reason', 'in', filter.reason);
  if (filter.code !== undefined) built = built.where('code', 'in', filter.code);
  if (filter.key !== undefined) built = built.where('key', '=', filter.key);
  if (filter.nodeId !== undefined) built = built.where('node_id', '=', filter.nodeId);
  if (filter.businessKey !== undefined) built = built.where('business_key', '=', filter.businessKey);
  if (filter.scopeId !== undefined) built = built.where('scope_id', '=', filter.scopeId);
  if (filter.amount !== undefined) built = built.where('amount', '=', filter.amount);
  const words = filter.text === undefined ? '' : searchExpression(filter.text);
  if (words !== '') {
    const hits = query.selectFrom('records_text').select('rowid').where('records_text', 'match', words);
    built = built.where('id', 'in', hits);
  }
  return built;
}

interface ReasonRow {
  status: RecordStatus;
  reason: ReasonClass;
  code: string;
  currency: string | null;
  amount: string | null;
}

function reasonTotals(rows: Iterable<ReasonRow>): ReasonTotal[] {
  const totals = new Map<string, ReasonTotal>();
  for (const row of rows) {
    const id = `${row.status} ${row.code}`;
    const total = totals.get(id) ?? { status: row.status, reason: row.reason, code: row.code, count: 0, amounts: {} };
    totals.set(id, total);
    total.count += 1;
    if (row.amount === null || row.currency === null) continue;
    total.amounts[row.currency] = sumAmounts([total.amounts[row.currency] ?? '0', row.amount]);
  }
  return [...totals.values()].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}

interface SourceRow {
  node_id: string;
  key: string;
  origin: string;
  body: string | null;
}

function storedSources(database: Database, runId: string, keys: readonly string[] | undefined): StoredSource[] {
  const select = 'SELECT node_id, key, origin, body FROM sources WHERE run_id = ?';
  const rows =
    keys === undefined
      ? database.prepare<SourceRow>(select).all(runId)
      : database
          .prepare<SourceRow>(`${select} AND key IN (SELECT value FROM json_each(?))`)
          .all(runId, JSON.stringify(keys));
  return rows.map((row) => ({
    nodeId: row.node_id,
    key: row.key,
    origin: readJson<Origin>(row.origin),
    value: readOptionalJson<WireRecord['value']>(row.body),
  }));
}

/** Runs that are asked for the names of scopes: a scope that none of them met has not been read for long. */
const runsAskedForLabels = 10;

function scopeLabels(database: Database, flowId: string, scopes: readonly string[]): Record<string, string> {
  const wanted = new Set(scopes);
  const labels: Record<string, string> = {};
  const runs = database
    .prepare<{ id: string }>('SELECT id FROM runs WHERE flow_id = ? ORDER BY started_at DESC LIMIT ?')
    .all(flowId, runsAskedForLabels);
  const ofRun = database.prepare<{ origin: string }>(
    'SELECT origin FROM records WHERE run_id = ? AND scope_id IS NOT NULL GROUP BY scope_id',
  );
  for (const { id } of runs) {
    if (wanted.size === 0) break;
    for (const { origin } of ofRun.all(id)) {
      const { scope } = readJson<Origin>(origin);
      if (scope?.label !== undefined && wanted.delete(scope.id)) labels[scope.id] = scope.label;
    }
  }
  return labels;
}

/** Takes a later word on a record. Its outcome can move to another node with it, so the one before is taken away. */
function correct(database: Database, later: RecordOutcome, at: string): void {
  const rows = database
    .prepare<RecordRow>('SELECT * FROM records WHERE run_id = ? AND key = ? ORDER BY id')
    .all(later.runId, later.key);
  const known = rows.map(outcomeOf);
  const before = known.find((outcome) => tellsOf(outcome, later)) ?? known[0];
  replace(database, before, corrected(before, later), at);
}

function replace(database: Database, before: StoredOutcome | undefined, after: RecordOutcome, at: string): void {
  if (before !== undefined) database.prepare('DELETE FROM records WHERE id = ?').run(before.id);
  writeOutcome(database.prepare(outcomeSql), after, at);
  if (before !== undefined) moveSums(database, before, after);
}

/** Records whose parts are brought together at a time. */
const partsPage = 500;

/** Brings what a run told of parts to the outcomes, from a record key on. @returns the last key, undefined behind the last page. */
function settlePartsAfter(database: Database, runId: string, after: string, at: string): string | undefined {
  const keys = database
    .prepare<{ key: string }>('SELECT DISTINCT key FROM record_parts WHERE run_id = ? AND key > ? ORDER BY key LIMIT ?')
    .all(runId, after, partsPage);
  for (const { key } of keys) {
    const told = database
      .prepare<{ body: string }>('SELECT body FROM record_parts WHERE run_id = ? AND key = ? ORDER BY id')
      .all(runId, key)
      .map(({ body }) => readJson<PartialOutcome>(body));
    const [before] = database
      .prepare<RecordRow>('SELECT * FROM records WHERE run_id = ? AND key = ? ORDER BY id')
      .all(runId, key)
      .map(outcomeOf);
    const [first, ...others] = told;
    if (first === undefined) continue;
    const [part] = first.parts;
    const parts: PartialOutcome['parts'] = [part, ...first.parts.slice(1), ...others.flatMap((more) => more.parts)];
    const outcome = withParts(before, { ...first, parts });
    if (outcome !== undefined) replace(database, before, outcome, at);
  }
  return keys.length < partsPage ? undefined : keys.at(-1)?.key;
}

/** Makes the repository of records. `settledNow` writes what the recorder still holds, so that lists are complete. */
export function createRecordRepository(
  database: Database,
  now: () => number,
  settledNow: () => void,
): RecordRepository {
  return {
    list: async (filter = {}, page = {}) => {
      settledNow();
      if (filter.text !== undefined) indexText(database);
      const built = filtered(filter);
      return pageOf(database, built.orderBy('id', 'desc'), built, page, outcomeOf);
    },
    follow: async (runId, limit, after) => {
      settledNow();
      const { entries, ...more } = urgentPage(database, runId, limit, after);
      return { entries: entries.map(outcomeOf), ...more };
    },
    reasons: async (filter = {}) => {
      settledNow();
      const built = filtered({ status: ['held', 'failed', 'inDoubt'], ...filter });
      const compiled = built.where('code', 'is not', null).compile();
      const parameters = compiled.parameters.map(String);
      return reasonTotals(database.prepare<ReasonRow>(compiled.sql).iterate(...parameters));
    },
    totals: async (filter = {}) => {
      settledNow();
      if (filter.text !== undefined) indexText(database);
      const compiled = filtered(filter).clearSelect().select(['status', 'currency', 'amount']).compile();
      return statusTotals(database, compiled.sql, compiled.parameters.map(String));
    },
    story: async (key) => {
      settledNow();
      return database.prepare<RecordRow>('SELECT * FROM records WHERE key = ? ORDER BY id').all(key).map(outcomeOf);
    },
    scopeLabels: async (flowId, scopes) => {
      settledNow();
      return scopeLabels(database, flowId, scopes);
    },
    sources: async (runId, keys) => {
      settledNow();
      return storedSources(database, runId, keys);
    },
    exchanges: async (runId, key) => {
      settledNow();
      const rows =
        key === undefined
          ? database.prepare<{ body: string }>('SELECT body FROM exchanges WHERE run_id = ? ORDER BY id').all(runId)
          : database
              .prepare<{ body: string }>('SELECT body FROM exchanges WHERE run_id = ? AND record_key = ? ORDER BY id')
              .all(runId, key);
      return rows.map((row) => readJson<Exchange>(row.body));
    },
    outcomes: async (runId, keys) =>
      database
        .prepare<RecordRow>(
          'SELECT * FROM records WHERE run_id = ? AND key IN (SELECT value FROM json_each(?)) ORDER BY id',
        )
        .all(runId, JSON.stringify(keys))
        .map(outcomeOf),
    settle: async (outcomes) => {
      settledNow();
      const at = new Date(now()).toISOString();
      database.transaction(() => {
        for (const outcome of outcomes) correct(database, outcome, at);
      });
    },
    settleParts: async (runId) => {
      settledNow();
      const at = new Date(now()).toISOString();
      const settleAfter = (key: string): string | undefined =>
        database.transaction(() => settlePartsAfter(database, runId, key, at));
      for (let last = settleAfter(''); last !== undefined; ) last = settleAfter(last);
    },
  };
}

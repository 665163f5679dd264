/** Long lists of records: pages that go on where the one before ended, and sums that SQLite makes exactly. */
import { add, type Decimal, format, parse, zero } from '../model/decimal.ts';
import { type RecordStatus, urgentFirst } from '../model/run.ts';
import type { Database, Parameter } from './database.ts';
import type { RecordRow } from './query.ts';

/** Where a page of a run's records ended. */
export interface RecordPlace {
  status: RecordStatus;
  id: number;
}

/** A page of a run's records; `next` is where the following one goes on, absent behind the last. */
export interface RecordPage<Entry> {
  entries: Entry[];
  next?: RecordPlace;
}

/** Counts and amounts by status. Amounts by currency, decimal strings. */
export type StatusTotals = Partial<Record<RecordStatus, { count: number; amounts: Record<string, string> }>>;

/** A page of one status, newest first: run, status, id before which it begins, limit. Each is one walk along an index. */
export const pageSql = 'SELECT * FROM records WHERE run_id = ? AND status = ? AND id < ? ORDER BY id DESC LIMIT ?';

/** Most rows of a page. */
const largestPage = 1_000;

/** The rows of a run, what needs a person first, then newest first. */
export function urgentPage(
  database: Database,
  runId: string,
  limit: number,
  after: RecordPlace | undefined,
): RecordPage<RecordRow> {
  const wanted = Math.min(Math.max(limit, 1), largestPage);
  const statement = database.prepare<RecordRow>(pageSql);
  const entries: RecordRow[] = [];
  const begun = after === undefined ? 0 : Math.max(0, urgentFirst.indexOf(after.status));
  for (const status of urgentFirst.slice(begun)) {
    const before = status === after?.status ? after.id : Number.MAX_SAFE_INTEGER;
    entries.push(...statement.all(runId, status, before, wanted - entries.length));
    const last = entries.at(-1);
    if (entries.length === wanted && last !== undefined) return { entries, next: { status: last.status, id: last.id } };
  }
  return { entries };
}

interface SumRow {
  status: RecordStatus;
  currency: string | null;
  /** Digits behind the point; null for records without an amount. */
  scale: number | null;
  n: number;
  /** The sum without its point, as text: it can be larger than a number of JavaScript holds exactly. */
  units: string | null;
}

/** Amounts of up to twelve digits add up to less than 2^63 over nine million rows, so their sum is exact. */
const plain = "length(amount) <= 12 AND amount NOT GLOB '*[^-0-9.]*'";

/** Sums by SQLite over a query that gives `status`, `currency` and `amount`. */
const sumsSql = (rows: string): string => `
  SELECT status, currency, CASE instr(amount, '.') WHEN 0 THEN 0 ELSE length(amount) - instr(amount, '.') END AS scale,
    count(*) AS n, CAST(sum(CAST(replace(amount, '.', '') AS INTEGER)) AS TEXT) AS units
  FROM (${rows}) WHERE amount IS NULL OR (${plain}) GROUP BY 1, 2, 3`;

const longSql = (rows: string): string =>
  `SELECT status, currency, amount FROM (${rows}) WHERE amount IS NOT NULL AND NOT (${plain})`;

/** A whole number of units as a decimal number of `scale` digits behind the point. */
function withPoint(units: string, scale: number): string {
  if (scale === 0) return units;
  const negative = units.startsWith('-');
  const digits = (negative ? units.slice(1) : units).padStart(scale + 1, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Counts and exact amounts by status over a query that gives `status`, `currency` and `amount`. */
export function statusTotals(database: Database, rows: string, parameters: readonly Parameter[]): StatusTotals {
  const counts = new Map<RecordStatus, number>();
  const sums = new Map<RecordStatus, Map<string, Decimal>>();
  const take = (status: RecordStatus, count: number, currency: string | null, amount: string | null): void => {
    counts.set(status, (counts.get(status) ?? 0) + count);
    if (amount === null || currency === null) return;
    const known = sums.get(status) ?? new Map<string, Decimal>();
    sums.set(status, known.set(currency, add(known.get(currency) ?? zero, parse(amount))));
  };
  for (const row of database.prepare<SumRow>(sumsSql(rows)).iterate(...parameters)) {
    const amount = row.units === null || row.scale === null ? null : withPoint(row.units, row.scale);
    take(row.status, row.n, row.currency, amount);
  }
  const long = database.prepare<Pick<RecordRow, 'status' | 'currency' | 'amount'>>(longSql(rows));
  for (const { status, currency, amount } of long.iterate(...parameters)) take(status, 1, currency, amount);
  const totals: StatusTotals = {};
  for (const [status, count] of counts) {
    const amounts = [...(sums.get(status) ?? [])].map(([currency, sum]) => [currency, format(sum)]);
    totals[status] = { count, amounts: Object.fromEntries(amounts) };
  }
  return totals;
}

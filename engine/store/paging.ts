/** Pages of a query: bounded, with the count of everything that matches. */
import type { CompiledQuery } from 'kysely';
import type { Database, Parameter } from './database.ts';

/** Which part of a list. Default: the first 100; at most 1,000 a page. */
export interface Page {
  offset?: number;
  limit?: number;
}

/** A part of a list and how many entries the whole has. */
export interface Paged<Entry> {
  entries: Entry[];
  total: number;
}

interface Compilable<Row> {
  compile(): CompiledQuery<Row>;
}

const isParameter = (value: unknown): value is Parameter =>
  value === null || ['string', 'number', 'bigint'].includes(typeof value) || value instanceof Uint8Array;

/** Runs a compiled query's page and counts the whole. */
export function pageOf<Row, Entry>(
  database: Database,
  ordered: Compilable<Row>,
  counted: Compilable<Row>,
  page: Page,
  entryOf: (row: Row) => Entry,
): Paged<Entry> {
  const limit = Math.min(Math.max(page.limit ?? 100, 1), 1_000);
  const offset = Math.max(page.offset ?? 0, 0);
  const list = ordered.compile();
  const whole = counted.compile();
  const rows = database
    .prepare<Row>(`${list.sql} LIMIT ? OFFSET ?`)
    .all(...list.parameters.filter(isParameter), limit, offset);
  const total = database
    .prepare<{ n: number }>(`SELECT count(*) AS n FROM (${whole.sql})`)
    .get(...whole.parameters.filter(isParameter));
  return { entries: rows.map(entryOf), total: total?.n ?? 0 };
}

/** Rows of the simulator's tables: Procore's JSON, with ids as numbers as version 1 answers them. */
import { add, type Decimal, format, parse, subtract, zero } from '../../../engine/model/decimal.ts';

/** A row as it is answered. */
export type Row = { [field: string]: unknown };

/** A stored row with where it belongs. */
export interface Stored {
  projectId?: string;
  /** The contract, list or record it hangs under. */
  parentId?: string;
  row: Row;
}

/** A table: rows by id, in the order they were made. */
export type Table = Map<string, Stored>;

/** An id as version 1 sends it. All ids of the simulator are far below 2^53. */
export const numericId = (id: string): number => Number(id);

/** Text of a row's field; numbers as text. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;

/** A value as a plain object, or an empty one. */
export const rowOf = (value: unknown): Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : {};

/** A value as a list, or an empty one. */
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const decimalOf = (value: unknown): Decimal => {
  const text = textOf(value);
  return text === undefined || text === '' ? zero : parse(text);
};

/** Exact sum with two places. */
export const sumOf = (values: Iterable<unknown>): string => {
  let total = zero;
  for (const value of values) total = add(total, decimalOf(value));
  return format(total, 2);
};

/** Exact difference with two places. */
export const minus = (a: unknown, b: unknown): string => format(subtract(decimalOf(a), decimalOf(b)), 2);

/**
 * Looks codes up in a published mapping table. The most specific row wins: more exact key cells beat fewer, at equal number the
 * leftmost exact cell decides. Rows are indexed by which of their cells are exact, so a lookup costs one map probe per pattern.
 */
import { tryParse } from './decimal.ts';
import type { Problem } from './flow.ts';
import {
  type KeyColumn,
  type MappingRow,
  type MappingTableSchema,
  type MappingTableVersion,
  type RowMatch,
  type TargetColumn,
  wildcard,
} from './mapping-table.ts';
import { type Fields, isCalendarDate } from './record.ts';

/** A table made ready for lookups, with everything that is wrong with its rows. */
export interface CompiledTable {
  readonly schema: MappingTableSchema;
  readonly version: number;
  /** Blocking problems: rows that contradict each other or the columns. A run must not use a table that has any. */
  readonly problems: Problem[];
  /**
   * The winning row for one value per key column, or undefined where none matches.
   * @param on date `YYYY-MM-DD` that validity is judged by; without it only rows without limits match.
   */
  find(keys: readonly string[], on?: string): RowMatch | undefined;
}

interface Entry {
  row: MappingRow;
  /** Made when the row is first found: most rows of a large table are never asked for in a run. */
  match: RowMatch | undefined;
  from: string | undefined;
  to: string | undefined;
  /** Row number as people count, from 1. */
  line: number;
}

interface Pattern {
  /** Positions of the exact cells. */
  exact: readonly number[];
  /** Rows by their exact cells; several only where validity tells them apart. */
  rows: Map<string, Entry | Entry[]>;
}

const separator = '\u0000';

const normalizer = (column: KeyColumn | undefined): ((key: string) => string) =>
  column?.match === 'ignore-case' ? (key) => key.toLocaleLowerCase('en-US') : (key) => key;

/** More exact cells first, then those whose exact cells stand further left. */
function bySpecificity(a: Pattern, b: Pattern): number {
  if (a.exact.length !== b.exact.length) return b.exact.length - a.exact.length;
  for (let position = 0; position < a.exact.length; position += 1) {
    const difference = (a.exact[position] ?? 0) - (b.exact[position] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const isValidOn = (entry: Entry, on: string | undefined): boolean => {
  if (entry.from === undefined && entry.to === undefined) return true;
  if (on === undefined) return false;
  return (entry.from === undefined || entry.from <= on) && (entry.to === undefined || on <= entry.to);
};

const overlaps = (a: Entry, b: Entry): boolean =>
  (a.from === undefined || b.to === undefined || a.from <= b.to) &&
  (b.from === undefined || a.to === undefined || b.from <= a.to);

const problem = (code: string, message: string, hint: string, field: string): Problem => ({
  severity: 'blocking',
  code,
  message,
  hint,
  field,
});

/** Indexes a table for lookups and lists what is wrong with its rows. Never throws: a wrong row is a problem. */
export function compileTable(version: MappingTableVersion): CompiledTable {
  const { schema, rows } = version;
  const normalizers = schema.keys.map(normalizer);
  const patterns = new Map<number, Pattern>();
  const problems: Problem[] = [];
  rows.forEach((row, index) => {
    if (!isSound(schema, row)) problems.push(...rowProblems(schema, row, index + 1));
    if (row.keys.length !== schema.keys.length) return;
    const pattern = patternOf(patterns, row);
    const entry: Entry = { row, match: undefined, from: row.validFrom, to: row.validTo, line: index + 1 };
    const key = keyOf(pattern, normalizers, row.keys);
    const before = pattern.rows.get(key);
    if (before === undefined) {
      pattern.rows.set(key, entry);
      return;
    }
    const others = Array.isArray(before) ? before : [before];
    const rival = others.find((other) => overlaps(other, entry));
    if (rival !== undefined) problems.push(tieProblem(schema, row, rival.line, entry.line));
    others.push(entry);
    pattern.rows.set(key, others);
  });
  const ordered = [...patterns.values()].sort(bySpecificity);
  return { schema, version: version.version, problems, find: finder(version, ordered, normalizers) };
}

/** The pattern of a row's exact cells; tables have at most six key columns, so their positions fit a number. */
function patternOf(patterns: Map<number, Pattern>, row: MappingRow): Pattern {
  let id = 0;
  for (let position = 0; position < row.keys.length; position += 1)
    if (row.keys[position] !== wildcard) id += 2 ** position;
  const known = patterns.get(id);
  if (known !== undefined) return known;
  const exact = row.keys.flatMap((key, position) => (key === wildcard ? [] : [position]));
  const made: Pattern = { exact, rows: new Map() };
  patterns.set(id, made);
  return made;
}

type Normalizer = (key: string) => string;

/** One key cell as it is compared. */
function cellOf(position: number, normalizers: readonly Normalizer[], keys: readonly string[]): string {
  const text = keys[position] ?? '';
  return normalizers[position]?.(text) ?? text;
}

function keyOf({ exact }: Pattern, normalizers: readonly Normalizer[], keys: readonly string[]): string {
  const [first = 0, second = 0] = exact;
  const text = exact.length === 0 ? '' : cellOf(first, normalizers, keys);
  if (exact.length < 2) return text;
  // One text made at once is looked up quicker than one that grew piece by piece.
  if (exact.length === 2) return `${text}${separator}${cellOf(second, normalizers, keys)}`;
  return exact.map((position) => cellOf(position, normalizers, keys)).join(separator);
}

function finder(
  version: MappingTableVersion,
  patterns: readonly Pattern[],
  normalizers: readonly ((key: string) => string)[],
): (keys: readonly string[], on?: string) => RowMatch | undefined {
  const answer = (entry: Entry): RowMatch => {
    entry.match ??= toMatch(version, entry.row);
    return entry.match;
  };
  return (keys, on) => {
    for (const pattern of patterns) {
      const found = pattern.rows.get(keyOf(pattern, normalizers, keys));
      if (found === undefined) continue;
      if (!Array.isArray(found)) {
        if (isValidOn(found, on)) return answer(found);
        continue;
      }
      const valid = found.find((entry) => isValidOn(entry, on));
      if (valid !== undefined) return answer(valid);
    }
    return undefined;
  };
}

function toMatch({ schema, version }: MappingTableVersion, row: MappingRow): RowMatch {
  const values: Record<string, string> = {};
  const coding: Fields = {};
  for (let index = 0; index < schema.targets.length; index += 1) {
    const { name = '' } = schema.targets[index] ?? {};
    const value = row.targets[index] ?? '';
    values[name] = value;
    coding[name] = value;
  }
  coding.suspense = row.suspense === true;
  return { row, values, coding, names: [`${schema.id}@${version}:${row.id}`], mark: 0 };
}

const named = (schema: MappingTableSchema, row: MappingRow): string =>
  schema.keys.map((column, index) => `${column.label ?? column.name} ${row.keys[index] ?? ''}`).join(', ');

function tieProblem(schema: MappingTableSchema, row: MappingRow, first: number, second: number): Problem {
  return problem(
    'mapping.ambiguous',
    `Rows ${first} and ${second} of table “${schema.name}” both apply to ${named(schema, row)} at the same time.`,
    'Remove one of the rows, make it more specific, or end its validity before the other begins.',
    `rows.${row.id}`,
  );
}

/** Whether a row has nothing that {@link rowProblems} would look into closer. */
function isSound(schema: MappingTableSchema, row: MappingRow): boolean {
  if (row.validFrom !== undefined || row.validTo !== undefined) return false;
  if (row.keys.length !== schema.keys.length || row.targets.length !== schema.targets.length) return false;
  for (const key of row.keys) if (key.includes(separator)) return false;
  for (let index = 0; index < schema.targets.length; index += 1) {
    const column = schema.targets[index];
    if (column === undefined || column.type !== 'text' || (column.required && row.targets[index] === '')) return false;
  }
  return true;
}

/** What is wrong with one row by itself. `line` is its number as people count. */
export function rowProblems(schema: MappingTableSchema, row: MappingRow, line: number): Problem[] {
  const found: Problem[] = [];
  const report = (field: string, message: string, hint: string): void => {
    found.push(
      problem(
        'mapping.invalidTable',
        `Row ${line} of table “${schema.name}”: ${message}`,
        hint,
        `rows.${row.id}.${field}`,
      ),
    );
  };
  if (row.keys.length !== schema.keys.length || row.targets.length !== schema.targets.length) {
    report(
      'keys',
      `it has ${row.keys.length} key and ${row.targets.length} target cells, the table has ${schema.keys.length} and ${schema.targets.length} columns.`,
      'Give the row one cell per column.',
    );
    return found;
  }
  row.keys.forEach((key, index) => {
    const column = schema.keys[index];
    if (column === undefined) return;
    if (key.includes(separator))
      report(column.name, `${columnName(column)} holds a control character.`, 'Type the code again.');
  });
  row.targets.forEach((value, index) => {
    const column = schema.targets[index];
    const wrong = column === undefined ? undefined : cellProblem(column, value);
    if (column !== undefined && wrong !== undefined) report(column.name, wrong.message, wrong.hint);
  });
  for (const [field, date] of [
    ['valid_from', row.validFrom],
    ['valid_to', row.validTo],
  ] as const) {
    if (date !== undefined && !isCalendarDate(date))
      report(field, `“${date}” is not a date.`, 'Write dates as year-month-day, such as 2026-03-31.');
  }
  if (row.validFrom !== undefined && row.validTo !== undefined && row.validTo < row.validFrom)
    report('valid_to', `it ends on ${row.validTo}, before it begins on ${row.validFrom}.`, 'Correct one of the dates.');
  return found;
}

const columnName = (column: KeyColumn | TargetColumn): string => `“${column.label ?? column.name}”`;

function cellProblem(column: TargetColumn, value: string): { message: string; hint: string } | undefined {
  if (value === '') {
    return column.required
      ? { message: `${columnName(column)} is empty.`, hint: 'Fill the cell: the column is required.' }
      : undefined;
  }
  const hint = `The column takes ${expected[column.type]}.`;
  return fitsType[column.type](value) ? undefined : { message: `${columnName(column)} holds “${value}”.`, hint };
}

const expected: Record<TargetColumn['type'], string> = {
  text: 'text',
  integer: 'whole numbers, such as 12',
  decimal: 'numbers with a dot, such as 12.50',
  boolean: 'true or false',
  date: 'dates as year-month-day, such as 2026-03-31',
};

const fitsType: Record<TargetColumn['type'], (value: string) => boolean> = {
  text: () => true,
  integer: (value) => /^[+-]?\d+$/.test(value),
  decimal: (value) => tryParse(value) !== undefined,
  boolean: (value) => value === 'true' || value === 'false',
  date: isCalendarDate,
};

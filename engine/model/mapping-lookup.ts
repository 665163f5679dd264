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

/** What the rows of one table version share. */
interface Rows {
  /** Begins the names of rows as records carry them. */
  prefix: string;
  /** The target columns, and a record of them that answers are copies of. */
  columns: readonly string[];
  form: Fields;
}

function rowsOf({ schema, version }: MappingTableVersion): Rows {
  const columns = schema.targets.map((column) => column.name);
  const form = Object.fromEntries(columns.map((name) => [name, '']));
  return { prefix: `${schema.id}@${version}:`, columns, form: { ...form, suspense: false } };
}

/** A row as it is indexed, and the answer where it is found. What few rows of a large table are asked for is made when it is. */
class Entry implements RowMatch {
  readonly row: MappingRow;
  /** Row number as people count, from 1. */
  readonly line: number;
  mark = 0;
  private readonly rows: Rows;
  private texts: Record<string, string> | undefined = undefined;
  private codes: Fields | undefined = undefined;
  private name: readonly [string] | undefined = undefined;

  constructor(rows: Rows, row: MappingRow, line: number) {
    this.rows = rows;
    this.row = row;
    this.line = line;
  }

  get values(): Record<string, string> {
    this.texts ??= Object.fromEntries(this.rows.columns.map((name, index) => [name, this.row.targets[index] ?? '']));
    return this.texts;
  }

  get coding(): Fields {
    if (this.codes === undefined) {
      const { columns, form } = this.rows;
      const { targets, suspense } = this.row;
      const made = { ...form };
      for (let index = 0; index < columns.length; index += 1) made[columns[index] ?? ''] = targets[index] ?? '';
      made.suspense = suspense === true;
      this.codes = made;
    }
    return this.codes;
  }

  get names(): readonly [string] {
    this.name ??= [`${this.rows.prefix}${this.row.id}`];
    return this.name;
  }

  isValidOn(on: string | undefined): boolean {
    const { validFrom, validTo } = this.row;
    if (validFrom === undefined && validTo === undefined) return true;
    if (on === undefined) return false;
    return (validFrom === undefined || validFrom <= on) && (validTo === undefined || on <= validTo);
  }
}

interface Pattern {
  /** Positions of the exact cells. */
  exact: readonly number[];
  /** The exact cells among keys as one text. */
  key: (keys: readonly string[]) => string;
  /** Rows by their exact cells; several only where validity tells them apart. */
  rows: Map<string, Entry | Entry[]>;
}

const separator = '\u0000';

/** What makes key cells comparable, where they are not as they stand. */
type Normalizer = ((key: string) => string) | undefined;

const normalizer = (column: KeyColumn): Normalizer =>
  column.match === 'ignore-case' ? (key) => key.toLocaleLowerCase('en-US') : undefined;

/** More exact cells first, then those whose exact cells stand further left. */
function bySpecificity(a: Pattern, b: Pattern): number {
  if (a.exact.length !== b.exact.length) return b.exact.length - a.exact.length;
  for (let position = 0; position < a.exact.length; position += 1) {
    const difference = (a.exact[position] ?? 0) - (b.exact[position] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const begins = ({ validFrom }: MappingRow, { validTo }: MappingRow): boolean =>
  validFrom === undefined || validTo === undefined || validFrom <= validTo;

const overlaps = (a: Entry, b: Entry): boolean => begins(a.row, b.row) && begins(b.row, a.row);

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
  const shared = rowsOf(version);
  const patterns = new Map<number, Pattern>();
  const problems: Problem[] = [];
  rows.forEach((row, index) => {
    if (!isSound(schema, row)) problems.push(...rowProblems(schema, row, index + 1));
    if (row.keys.length !== schema.keys.length) return;
    const pattern = patternOf(patterns, row, normalizers);
    const entry = new Entry(shared, row, index + 1);
    const key = pattern.key(row.keys);
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
  return { schema, version: version.version, problems, find: finder(ordered) };
}

/** The pattern of a row's exact cells; tables have at most six key columns, so their positions fit a number. */
function patternOf(patterns: Map<number, Pattern>, row: MappingRow, normalizers: readonly Normalizer[]): Pattern {
  let id = 0;
  for (let position = 0; position < row.keys.length; position += 1)
    if (row.keys[position] !== wildcard) id += 2 ** position;
  const known = patterns.get(id);
  if (known !== undefined) return known;
  const exact = row.keys.flatMap((key, position) => (key === wildcard ? [] : [position]));
  const made: Pattern = { exact, key: keyOf(exact, normalizers), rows: new Map() };
  patterns.set(id, made);
  return made;
}

/** How the exact cells of keys become one text: in one step, as nearly all tables have one or two of them and mind the case. */
function keyOf(exact: readonly number[], normalizers: readonly Normalizer[]): Pattern['key'] {
  const [first = 0, second = 0] = exact;
  const isPlain = exact.every((position) => normalizers[position] === undefined);
  if (isPlain && exact.length === 1) return (keys) => keys[first] ?? '';
  if (isPlain && exact.length === 2) return (keys) => `${keys[first] ?? ''}${separator}${keys[second] ?? ''}`;
  const cell = (keys: readonly string[], position: number): string => {
    const text = keys[position] ?? '';
    return normalizers[position]?.(text) ?? text;
  };
  return (keys) => exact.map((position) => cell(keys, position)).join(separator);
}

function finder(patterns: readonly Pattern[]): (keys: readonly string[], on?: string) => RowMatch | undefined {
  return (keys, on) => {
    for (let at = 0; at < patterns.length; at += 1) {
      const pattern = patterns[at];
      const found = pattern?.rows.get(pattern.key(keys));
      if (found === undefined) continue;
      const valid = Array.isArray(found) ? found.find((entry) => entry.isValidOn(on)) : found;
      if (valid?.isValidOn(on) === true) return valid;
    }
    return undefined;
  };
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

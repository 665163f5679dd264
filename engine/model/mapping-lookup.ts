/**
 * Looks codes up in a published mapping table. The most specific row wins: more exact key cells beat fewer, at equal number the
 * leftmost exact cell decides. Rows are indexed by which of their cells are exact, so a lookup costs one map probe per pattern.
 */
import { tryParse } from './decimal.ts';
import type { Problem } from './flow.ts';
import { type Normalizer, RowIndex, separator } from './mapping-index.ts';
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

/** A row that was found. What of it is not asked for is not made. */
class Answer implements RowMatch {
  readonly row: MappingRow;
  readonly targets: readonly string[];
  mark = 0;
  private readonly rows: Rows;
  private texts: Record<string, string> | undefined = undefined;
  private codes: Fields | undefined = undefined;
  private name: readonly [string] | undefined = undefined;

  constructor(rows: Rows, row: MappingRow) {
    this.rows = rows;
    this.row = row;
    this.targets = row.targets;
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
}

/** Whether a row holds on a date; without one only where it has no limits. */
function isValidOn({ validFrom, validTo }: MappingRow, on: string | undefined): boolean {
  if (validFrom === undefined && validTo === undefined) return true;
  if (on === undefined) return false;
  return (validFrom === undefined || validFrom <= on) && (validTo === undefined || on <= validTo);
}

const normalizer = (column: KeyColumn): Normalizer =>
  column.match === 'ignore-case' ? (key) => key.toLocaleLowerCase('en-US') : undefined;

const separatorCode = separator.charCodeAt(0);

/** More exact cells first, then those whose exact cells stand further left. */
function bySpecificity(a: RowIndex, b: RowIndex): number {
  if (a.exact.length !== b.exact.length) return b.exact.length - a.exact.length;
  for (let position = 0; position < a.exact.length; position += 1) {
    const difference = (a.exact[position] ?? 0) - (b.exact[position] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const begins = ({ validFrom }: MappingRow, { validTo }: MappingRow): boolean =>
  validFrom === undefined || validTo === undefined || validFrom <= validTo;

const overlaps = (a: MappingRow, b: MappingRow): boolean => begins(a, b) && begins(b, a);

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
  const next = new Int32Array(rows.length).fill(-1);
  const patterns = new Map<number, RowIndex>();
  const isFree = schema.targets.every(({ type, required }) => type === 'text' && !required);
  const problems: Problem[] = [];
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at];
    if (row === undefined) continue;
    if (!isSound(schema, row, isFree)) problems.push(...rowProblems(schema, row, at + 1));
    if (row.keys.length !== schema.keys.length) continue;
    const id = patternOf(row);
    let pattern = patterns.get(id);
    if (pattern === undefined) {
      const exact = row.keys.flatMap((key, position) => (key === wildcard ? [] : [position]));
      pattern = new RowIndex(exact, rows, normalizers, next);
      patterns.set(id, pattern);
    }
    const rival = pattern.add(at, row, overlaps);
    if (rival >= 0) problems.push(tieProblem(schema, row, rival + 1, at + 1));
  }
  const ordered = [...patterns.values()].sort(bySpecificity);
  return { schema, version: version.version, problems, find: finder(ordered, version) };
}

/** Which cells of a row are exact, as a number; tables have at most six key columns. */
function patternOf({ keys }: MappingRow): number {
  let id = 0;
  for (let position = 0; position < keys.length; position += 1) if (keys[position] !== wildcard) id += 2 ** position;
  return id;
}

function finder(patterns: readonly RowIndex[], version: MappingTableVersion): CompiledTable['find'] {
  const shared = rowsOf(version);
  const answers = new Array<Answer | undefined>(version.rows.length).fill(undefined);
  const answer = (at: number): Answer | undefined => {
    const known = answers[at];
    if (known !== undefined) return known;
    const row = version.rows[at];
    if (row === undefined) return undefined;
    const made = new Answer(shared, row);
    answers[at] = made;
    return made;
  };
  return (keys, on) => {
    for (let at = 0; at < patterns.length; at += 1) {
      const found = patterns[at]?.find(keys, on, isValidOn) ?? -1;
      if (found >= 0) return answer(found);
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

/** Whether a code holds the one character that joins codes: there are many and short ones, for which looking is quicker than searching. */
function holdsSeparator(key: string): boolean {
  for (let at = 0; at < key.length; at += 1) if (key.charCodeAt(at) === separatorCode) return true;
  return false;
}

/** Whether a row has nothing that {@link rowProblems} would look into closer. `isFree`: whether target cells may hold any text. */
function isSound(schema: MappingTableSchema, row: MappingRow, isFree: boolean): boolean {
  if (row.validFrom !== undefined || row.validTo !== undefined) return false;
  if (row.keys.length !== schema.keys.length || row.targets.length !== schema.targets.length) return false;
  for (const key of row.keys) if (holdsSeparator(key)) return false;
  if (isFree) return true;
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
    if (holdsSeparator(key))
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

/** A file as a table: its columns, how it is written, its rows as records. */
import { access } from 'node:fs/promises';
import { format, normalize, tryParse } from '../../engine/model/decimal.ts';
import { AppError } from '../../engine/model/error.ts';
import type { FieldSchema, Fields } from '../../engine/model/record.ts';
import { readCell } from './cells.ts';
import { readCsvRows, type TableRow } from './csv-read.ts';
import { newFileFormat, recoverAppend } from './csv-write.ts';
import { type FileDescription, type FileSettings, fieldName, fieldOf } from './description.ts';
import { type CsvFormat, detectCsv, detectValues, type ValueFormat } from './detect.ts';
import { fileError, fileIn, fileKind } from './folder.ts';
import { readWorkbookRows } from './workbook.ts';

/** An opened file. */
export interface TableFile {
  name: string;
  path: string;
  kind: 'csv' | 'xlsx';
  exists: boolean;
  /** Columns in the order of the file; labels are the headings as written. */
  columns: FieldSchema[];
  /** Field names of the key; empty where the file is read only. */
  key: string[];
  csv: CsvFormat;
  values: ValueFormat;
  /** Sheets of a workbook. */
  sheets: readonly string[];
  sheet?: string;
  /** Whether Costwire writes it, so that cells may have been defused. */
  defused: boolean;
}

const sampleSize = 1000;
const money = /^[+-]?\(?(0|[1-9]\d*|[1-9]\d{0,2}([.,'’\s]\d{3})+)[.,]\d{2}\)?-?$/;
const isoDate = /^\d{4}-\d{2}-\d{2}$/;

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Columns of a heading: described ones by name, the others by what their sample cells show, text when in doubt. */
function columnsOf(
  name: string,
  heading: readonly string[],
  sample: readonly string[][],
  description: FileDescription,
): FieldSchema[] {
  const described = new Map(description.columns?.map((column) => [column.name, column]) ?? []);
  const seen = new Set<string>();
  const columns = heading.map((title, index): FieldSchema => {
    const label = title.trim() === '' ? `Column ${index + 1}` : title;
    const column = described.get(label.trim());
    const field: FieldSchema =
      column === undefined
        ? { name: fieldName(label), label, type: inferType(sample.map((row) => row[index] ?? '')) }
        : { ...fieldOf(column), label: title };
    if (seen.has(field.name)) throw new AppError('files.badFile', `“${name}” has two columns named “${label}”.`);
    seen.add(field.name);
    described.delete(label.trim());
    return field;
  });
  const missing = [...described.keys()];
  if (missing.length > 0) {
    throw new AppError(
      'files.badFile',
      `“${name}” lacks the column “${missing.join('”, “')}” that costwire-files.json names.`,
    );
  }
  return columns;
}

/** Amounts with two decimals and ISO dates are known by their looks; everything else may be a code and stays text. */
function inferType(cells: readonly string[]): FieldSchema['type'] {
  const filled = cells.filter((cell) => cell.trim() !== '');
  if (filled.length === 0) return 'text';
  if (filled.every((cell) => money.test(cell.trim()))) return 'decimal';
  return filled.every((cell) => isoDate.test(cell.trim())) ? 'date' : 'text';
}

const cellsOfType = (columns: readonly FieldSchema[], rows: readonly string[][], types: readonly string[]): string[] =>
  columns.flatMap((column, index) => (types.includes(column.type) ? rows.map((row) => row[index] ?? '') : []));

/**
 * Opens a file of the folder: finds its columns and how it is written. Takes back a half-written row of a crash.
 * @throws AppError files.*
 */
export async function openTable(
  folder: string,
  name: string,
  description: FileDescription,
  settings: FileSettings,
): Promise<TableFile> {
  const path = await fileIn(folder, name);
  const kind = fileKind(name) ?? 'csv';
  const base = {
    name,
    path,
    kind,
    key: description.key?.map(fieldName) ?? [],
    defused: description.key !== undefined,
    ...(description.sheet === undefined ? {} : { sheet: description.sheet }),
  };
  const own: FileSettings = { ...settings, ...description };
  if (!(await exists(path))) return newTable(base, description, own);
  try {
    if (kind === 'csv' && base.defused) await recoverAppend(path);
    const { csv, rows, sheets } = await sampleOf(path, name, kind, own, description.sheet);
    const [heading, ...sample] = rows;
    if (heading === undefined) return newTable(base, description, own);
    const columns = columnsOf(name, heading, sample, description);
    const amounts = cellsOfType(columns, sample, ['decimal', 'integer']);
    // Workbooks store numbers and dates as such; only CSV writes them as text.
    const values =
      kind === 'xlsx'
        ? { decimalSign: '.' as const }
        : detectValues(amounts, cellsOfType(columns, sample, ['date']), own, name);
    return { ...base, exists: true, columns, csv, values, sheets };
  } catch (error) {
    throw fileError(error, name);
  }
}

async function sampleOf(
  path: string,
  name: string,
  kind: 'csv' | 'xlsx',
  settings: FileSettings,
  sheet: string | undefined,
) {
  if (kind === 'xlsx') {
    const { rows, sheets } = await readWorkbookRows(path, name, sheet);
    return { csv: newFileFormat, rows: rows.slice(0, sampleSize + 1).map((row) => row.cells), sheets };
  }
  const { format, rows } = await detectCsv(path, name, settings);
  return { csv: format, rows, sheets: [] };
}

function newTable(
  base: Pick<TableFile, 'name' | 'path' | 'kind' | 'key' | 'defused'>,
  description: FileDescription,
  settings: FileSettings,
): TableFile {
  if (description.columns === undefined) {
    throw new AppError(
      'files.notFound',
      `There is no “${base.name}” with a heading, and costwire-files.json lists no columns for it.`,
    );
  }
  return {
    ...base,
    exists: false,
    columns: description.columns.map(fieldOf),
    csv: {
      ...newFileFormat,
      ...(settings.delimiter === undefined ? {} : { delimiter: settings.delimiter }),
      ...(settings.encoding === undefined ? {} : { encoding: settings.encoding }),
      ...(settings.quote === undefined ? {} : { quote: settings.quote }),
    },
    values: base.kind === 'csv' && settings.decimalSign !== undefined ? { decimalSign: settings.decimalSign } : {},
    sheets: [],
  };
}

/** Rows of a file without its heading, in batches. */
export async function* tableRows(table: TableFile, signal: AbortSignal): AsyncGenerator<TableRow[]> {
  if (!table.exists) return;
  if (table.kind === 'xlsx') {
    const { rows } = await readWorkbookRows(table.path, table.name, table.sheet);
    yield rows.slice(1);
    return;
  }
  let heading = true;
  for await (const rows of readCsvRows(table.path, table.name, table.csv, signal)) {
    yield heading ? rows.slice(1) : rows;
    heading = false;
  }
}

/** A row's cells as fields, unread: for records that cannot be read. */
export const rawFields = (table: TableFile, row: TableRow): Fields =>
  Object.fromEntries(table.columns.map((column, index) => [column.name, (row.cells[index] ?? '').slice(0, 2000)]));

/**
 * A row as a record.
 * @throws AppError data.* naming the column, files.badFile where it has more cells than there are columns.
 */
export function readRow(table: TableFile, row: TableRow): Fields {
  if (row.cells.slice(table.columns.length).some((cell) => cell !== '')) {
    throw new AppError(
      'files.badFile',
      `Row ${row.number} of “${table.name}” has ${row.cells.length} cells; there are ${table.columns.length} columns.`,
    );
  }
  const entries = table.columns.map((column, index) => [
    column.name,
    readCell(row.cells[index] ?? '', column, table.values, table.defused && table.kind === 'csv'),
  ]);
  return Object.fromEntries(entries) as Fields;
}

/** The business key of a record as one text, numbers without trailing zeros; undefined where the file has none. */
export function keyOf(table: TableFile, value: Fields): string | undefined {
  if (table.key.length === 0) return undefined;
  const parts = table.key.map((name) => {
    const text = String(value[name] ?? '');
    const type = table.columns.find((column) => column.name === name)?.type;
    const number = type === 'decimal' || type === 'integer' ? tryParse(text) : undefined;
    return number === undefined ? text : format(normalize(number));
  });
  return JSON.stringify(parts);
}

/** A business key for people: `V000012 | DC-0713`. */
export const shownKey = (key: string): string => (JSON.parse(key) as string[]).join(' | ');

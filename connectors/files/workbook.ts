/** Excel workbooks as tables: codes are text cells, amounts are numbers with a format, dates are dates. Read whole, in memory. */
import { readFile, stat } from 'node:fs/promises';
import readExcel from 'read-excel-file/node';
import writeExcel from 'write-excel-file/node';
import { format, parse, round, tryParse } from '../../engine/model/decimal.ts';
import { AppError } from '../../engine/model/error.ts';
import type { FieldSchema } from '../../engine/model/record.ts';
import type { TableRow } from './csv-read.ts';

/** Largest workbook that is read, in bytes. */
export const largestWorkbook = 64 * 1024 * 1024;
/** Digits that a number cell keeps; the rest is noise of binary fractions. */
const digitsOfNumbers = 15;

/** A number as the workbook stores it, without the noise behind its fifteenth digit: `0.30000000000000004` → `0.3`. */
function numberText(stored: string): string {
  const number = tryParse(stored);
  if (number === undefined) return stored;
  const digits = String(number.units).replace('-', '').length;
  const kept = digits > digitsOfNumbers ? round(number, number.scale - (digits - digitsOfNumbers)) : number;
  const text = format(kept);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A number on its way through the library; told apart from text cells of the same digits. */
class StoredNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof StoredNumber) return numberText(cell.text);
  if (cell instanceof Date) {
    const text = cell.toISOString();
    return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text;
  }
  return String(cell);
}

/** A workbook's table. */
export interface WorkbookTable {
  sheets: readonly string[];
  rows: TableRow[];
}

/**
 * Reads a sheet, the first one unless it is named; empty rows are left out.
 * @throws AppError files.badFile
 */
export async function readWorkbookRows(path: string, name: string, sheet: string | undefined): Promise<WorkbookTable> {
  const { size } = await stat(path);
  if (size > largestWorkbook) {
    throw new AppError(
      'files.badFile',
      `“${name}” is ${Math.round(size / 1024 / 1024)} MB large; workbooks up to 64 MB are read.`,
      {
        hint: 'Save it as CSV: that is read in any size.',
      },
    );
  }
  const bytes = await readFile(path);
  let sheets: Awaited<ReturnType<typeof readExcel<StoredNumber>>>;
  try {
    sheets = await readExcel<StoredNumber>(bytes, { trim: false, parseNumber: (text) => new StoredNumber(text) });
  } catch (cause) {
    throw new AppError('files.badFile', `“${name}” is not a workbook that Costwire can read.`, {
      hint: 'Save it as an Excel workbook (.xlsx) without a password, or as CSV.',
      cause,
    });
  }
  const names = sheets.map((candidate) => candidate.sheet);
  const found = sheet === undefined ? sheets[0] : sheets.find((candidate) => candidate.sheet === sheet);
  if (found === undefined) {
    throw new AppError(
      'files.badFile',
      `“${name}” has no sheet “${sheet ?? ''}”; it has ${names.join(', ') || 'none'}.`,
    );
  }
  const rows = found.data.map((row, index) => ({ number: index + 1, cells: row.map(cellText) }));
  return { sheets: names, rows: rows.filter((row) => row.cells.some((cell) => cell !== '')) };
}

/** Amounts a number cell can carry without a loss. */
const fitsNumber = (text: string): boolean =>
  text.replaceAll(/[^\d]/g, '').replace(/^0+/, '').length <= digitsOfNumbers;

function numberFormat(text: string): string {
  const places = text.split('.')[1]?.length ?? 0;
  return places === 0 ? '0' : `0.${'0'.repeat(places)}`;
}

function cellOf(text: string, field: FieldSchema) {
  if (text === '') return null;
  const number =
    (field.type === 'decimal' || field.type === 'integer') && fitsNumber(text) ? tryParse(text) : undefined;
  if (number !== undefined) {
    return { value: Number(format(parse(text))), type: Number, format: numberFormat(text) };
  }
  if (field.type === 'date' && /^\d{4}-\d{2}-\d{2}$/.test(text)) {
    return { value: new Date(`${text}T00:00:00Z`), type: Date, format: 'yyyy-mm-dd' };
  }
  return { value: text, type: String };
}

/** Bytes of a workbook with one sheet: a frozen heading and the rows, cells given as text. */
export async function workbookBytes(
  fields: readonly FieldSchema[],
  rows: readonly (readonly string[])[],
  sheet: string,
): Promise<Buffer> {
  const heading = fields.map((field) => ({ value: field.label, type: String, fontWeight: 'bold' as const }));
  const body = rows.map((row) => fields.map((field, index) => cellOf(row[index] ?? '', field)));
  const columns = fields.map((field, index) => ({
    width: Math.min(60, Math.max(field.label.length, ...rows.slice(0, 500).map((row) => row[index]?.length ?? 0)) + 2),
  }));
  return await writeExcel([heading, ...body], { sheet, stickyRowsCount: 1, columns }).toBuffer();
}

/** Mapping tables as Excel workbooks. Every code is a text cell, so that leading zeros survive the way out and back. */
import readExcel from 'read-excel-file/node';
import writeExcel from 'write-excel-file/node';
import { AppError } from '../model/error.ts';
import type { MappingTableVersion } from '../model/mapping-table.ts';
import { gridCells, gridHeader } from './cells.ts';

/** An `.xlsx` file of a table: frozen heading, all cells as text. */
export async function toWorkbook(table: Pick<MappingTableVersion, 'schema' | 'rows'>): Promise<Buffer> {
  const header = gridHeader(table.schema, false);
  const cell = (value: string) => (value === '' ? null : { value, type: String });
  const rows = table.rows.map((row) => gridCells(row, false).map(cell));
  const heading = header.map((value) => ({ value, type: String, fontWeight: 'bold' as const }));
  const widths = header.map((name, column) => ({
    width: Math.min(
      60,
      Math.max(name.length, ...table.rows.map((row) => gridCells(row, false)[column]?.length ?? 0)) + 2,
    ),
  }));
  return await writeExcel([heading, ...rows], {
    sheet: sheetName(table.schema.name),
    stickyRowsCount: 1,
    columns: widths,
  }).toBuffer();
}

/** Excel takes 31 characters and none of these. */
const sheetName = (name: string): string =>
  name
    .replaceAll(/[\\/?*[\]:']/g, ' ')
    .trim()
    .slice(0, 31) || 'Table';

/**
 * Cells of the first sheet of a workbook, as text; numbers keep the digits they are stored with.
 * @throws AppError mapping.invalidTable
 */
export async function readWorkbook(bytes: Uint8Array, source: string): Promise<string[][]> {
  try {
    const sheets = await readExcel(Buffer.from(bytes), { trim: false, parseNumber: (text: string) => text });
    return (sheets[0]?.data ?? []).map((row) => row.map(cellText));
  } catch (cause) {
    throw new AppError('mapping.invalidTable', `${source} is not a workbook that Costwire can read.`, {
      hint: 'Save it as an Excel workbook (.xlsx) or as CSV, then import again.',
      cause,
    });
  }
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  return String(cell);
}

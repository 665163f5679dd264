/** Writing rows: found by key, appended once, replaced in one step. */
import type { FoundDocument, WriteResult } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import type { Fields } from '../../engine/model/record.ts';
import { writeCell } from './cells.ts';
import { exclusively, type FilesClient, indexOf, stampOf, type TableIndex } from './client.ts';
import { appendBytes, encode, endsWithNewline, replaceFile, rowsText } from './csv-write.ts';
import { fileError } from './folder.ts';
import { keyOf, readRow, shownKey, type TableFile } from './table.ts';
import { workbookBytes } from './workbook.ts';

/** The key of a value to write. @throws AppError data.badValue where a key column is blank */
function wantedKey(table: TableFile, value: Fields): string {
  const blank = table.key.find((name) => value[name] === undefined || value[name] === null || value[name] === '');
  const key = keyOf(table, value);
  if (key === undefined) {
    throw new AppError('files.foreignFile', `“${table.name}” has no key, so that no row of it can be found again.`, {
      hint: 'Name its key columns in costwire-files.json.',
    });
  }
  if (blank !== undefined) {
    throw new AppError('data.badValue', `The key column “${blank}” of “${table.name}” is blank.`, {
      fields: { [blank]: 'is blank' },
    });
  }
  return key;
}

function cellsOf(table: TableFile, value: Fields): string[] {
  const known = new Set(table.columns.map((column) => column.name));
  const unknown = Object.keys(value).find((name) => !known.has(name) && value[name] !== null);
  if (unknown !== undefined) {
    throw new AppError('data.badValue', `“${table.name}” has no column “${unknown}”.`, {
      hint: 'Map the field to a column that the file has, or add the column to the file.',
      fields: { [unknown]: 'has no column' },
    });
  }
  const missing = table.columns.find((column) => column.required === true && (value[column.name] ?? '') === '');
  if (missing !== undefined) {
    throw new AppError('check.requiredField', `The column “${missing.label}” of “${table.name}” must not be blank.`, {
      fields: { [missing.name]: 'is blank' },
    });
  }
  // Workbooks keep text cells apart from formulas, so that nothing in them needs defusing.
  return table.columns.map((column) => {
    const workbookText = table.kind === 'xlsx' && column.type === 'text' && typeof value[column.name] === 'string';
    return workbookText ? String(value[column.name]) : writeCell(value[column.name], column, table.values);
  });
}

const result = (table: TableFile, key: string, cells: string[], number: number): WriteResult => ({
  id: shownKey(key),
  number: shownKey(key),
  status: 'Written',
  value: readRow(table, { number, cells }),
});

/** What the file holds under the key of a value. @throws AppError files.*, data.badValue */
export function findRows(client: FilesClient, name: string, value: Fields): Promise<FoundDocument[]> {
  return exclusively(client, name, async () => {
    const { table, rows } = await indexOf(client, name);
    const key = wantedKey(table, value);
    return (rows.get(key) ?? []).map((row) => ({
      ...result(table, key, row.cells, row.number),
      value: readRow(table, row),
      editable: true,
      released: false,
    }));
  });
}

function ownWorkbook(table: TableFile): void {
  if (table.sheets.length > 1) {
    throw new AppError(
      'files.foreignFile',
      `“${table.name}” has several sheets; Costwire would lose all but one of them.`,
    );
  }
}

/** All rows in the order of the file. */
const rowsInOrder = (index: TableIndex) => [...index.rows.values()].flat().sort((a, b) => a.number - b.number);

async function writeWhole(index: TableIndex, rows: readonly (readonly string[])[]): Promise<void> {
  const { table } = index;
  if (table.kind === 'xlsx') {
    ownWorkbook(table);
    await replaceFile(
      table.path,
      await workbookBytes(table.columns, rows, table.sheets[0] ?? table.sheet ?? 'Records'),
    );
    return;
  }
  const heading = table.columns.map((column) => column.label);
  // The mark tells spreadsheets that it is UTF-8 or which end comes first.
  await replaceFile(
    table.path,
    encode(`\uFEFF${rowsText([heading, ...rows], table.csv)}`, table.csv.encoding, table.name),
  );
}

async function append(index: TableIndex, cells: string[]): Promise<void> {
  const { table } = index;
  if (table.kind === 'xlsx' || !table.exists) {
    await writeWhole(index, [...rowsInOrder(index).map((row) => row.cells), cells]);
    return;
  }
  const text = rowsText([cells], table.csv);
  const gap = (await endsWithNewline(table.path, table.csv)) ? '' : table.csv.newline;
  await appendBytes(table.path, encode(gap + text, table.csv.encoding, table.name));
}

/** Forgets or renews what is known of a file after writing to it. */
async function renew(client: FilesClient, index: TableIndex): Promise<void> {
  index.stamp = await stampOf(index.table.path);
  index.table.exists = true;
  client.indexes.set(index.table.name, index);
}

/**
 * Appends a row.
 * @throws AppError delivery.duplicateInTarget where the key is there already, files.*, data.*
 */
export function appendRow(client: FilesClient, name: string, value: Fields): Promise<WriteResult> {
  return exclusively(client, name, async () => {
    const index = await indexOf(client, name);
    const { table } = index;
    const key = wantedKey(table, value);
    if (index.rows.has(key)) {
      throw new AppError('delivery.duplicateInTarget', `“${name}” already has a row “${shownKey(key)}”.`);
    }
    const cells = cellsOf(table, value);
    try {
      await append(index, cells);
    } catch (error) {
      client.indexes.delete(name);
      throw fileError(error, name);
    }
    const number = index.lastRow + 1;
    index.lastRow = number;
    index.rows.set(key, [{ number, cells }]);
    await renew(client, index);
    return result(table, key, cells, number);
  });
}

/**
 * Replaces the row of an id; the columns that the value does not name keep their cells.
 * @throws AppError remote.notFound, remote.conflict where several rows have the key, files.*, data.*
 */
export function replaceRow(client: FilesClient, name: string, id: string, value: Fields): Promise<WriteResult> {
  return exclusively(client, name, async () => {
    const index = await indexOf(client, name);
    const { table } = index;
    const found = [...index.rows.entries()].find(([key]) => shownKey(key) === id);
    if (found === undefined) throw new AppError('remote.notFound', `“${name}” has no row “${id}”.`);
    const [key, [row, second]] = [found[0], found[1]];
    if (row === undefined || second !== undefined) {
      throw new AppError('remote.conflict', `“${name}” has several rows “${id}”.`);
    }
    const merged = { ...readRow(table, row), ...value };
    if (wantedKey(table, merged) !== key)
      throw new AppError('data.badValue', `The key of the row “${id}” must not change.`);
    const cells = cellsOf(table, merged);
    try {
      await writeWhole(
        index,
        rowsInOrder(index).map((entry) => (entry === row ? cells : entry.cells)),
      );
    } catch (error) {
      client.indexes.delete(name);
      throw fileError(error, name);
    }
    client.indexes.delete(name);
    return result(table, key, cells, row.number);
  });
}

/** Reading files as records: page by page, a row that cannot be read is reported and the others go on. */
import type { ReadEvent, ReadRequest, RemoteRecord } from '../../engine/model/connector.ts';
import { AppError, toAppError } from '../../engine/model/error.ts';
import type { Origin } from '../../engine/model/record.ts';
import { type FilesClient, openFile } from './client.ts';
import type { TableRow } from './csv-read.ts';
import { keyOf, rawFields, readRow, shownKey, type TableFile, tableRows } from './table.ts';

const pageSize = 500;

const originOf = (table: TableFile, id: string): Origin => ({ system: 'files', resource: table.name, id, label: id });

/** A row as a record with its identity: its business key, or its row number where the file has none. */
export function recordOf(table: TableFile, row: TableRow): RemoteRecord {
  const value = readRow(table, row);
  const key = keyOf(table, value);
  const id = key === undefined ? `row ${row.number}` : shownKey(key);
  return { id, value, origin: originOf(table, id) };
}

/** Reads a file from its first row to its last. @throws AppError files.* */
export async function* readFileRecords(
  client: FilesClient,
  name: string,
  request: ReadRequest,
): AsyncGenerator<ReadEvent> {
  const table = await openFile(client, name);
  const seen = new Map<string, number>();
  let page: RemoteRecord[] = [];
  let left = request.limit ?? Number.POSITIVE_INFINITY;
  for await (const rows of tableRows(table, request.signal)) {
    for (const row of rows) {
      if (left <= 0) break;
      left -= 1;
      const read = tryRow(table, row, seen);
      if ('record' in read) page.push(read.record);
      else {
        const id = `row ${row.number}`;
        yield { kind: 'record-failed', origin: originOf(table, id), value: rawFields(table, row), error: read.error };
      }
      if (page.length >= pageSize) {
        yield { kind: 'page', records: page };
        page = [];
      }
    }
    if (left <= 0) break;
  }
  if (page.length > 0) yield { kind: 'page', records: page };
}

function tryRow(
  table: TableFile,
  row: TableRow,
  seen: Map<string, number>,
): { record: RemoteRecord } | { error: AppError } {
  try {
    const record = recordOf(table, row);
    if (table.key.length > 0) {
      const first = seen.get(record.id);
      if (first !== undefined) {
        const message = `Rows ${first} and ${row.number} of “${table.name}” have the same key “${record.id}”.`;
        return { error: new AppError('files.duplicateKey', message) };
      }
      seen.set(record.id, row.number);
    }
    return { record };
  } catch (error) {
    const failure = toAppError(error, `reading row ${row.number} of ${table.name}`);
    const message = `Row ${row.number}: ${failure.message}`;
    const fields = failure.fields === undefined ? {} : { fields: failure.fields };
    return { error: new AppError(failure.code, message, { hint: failure.hint, ...fields, cause: error }) };
  }
}

/** Reads one record by its id. */
export async function getFileRecord(client: FilesClient, name: string, id: string): Promise<RemoteRecord | undefined> {
  const table = await openFile(client, name);
  for await (const rows of tableRows(table, client.signal)) {
    for (const row of rows) {
      if (table.key.length === 0 && `row ${row.number}` !== id) continue;
      const record = recordOf(table, row);
      if (record.id === id) return record;
    }
  }
  return undefined;
}

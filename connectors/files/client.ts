/** What the connector keeps while connected: the folder, the settings, and what it knows of the files it writes. */
import { stat } from 'node:fs/promises';
import type { ConnectContext } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import type { TableRow } from './csv-read.ts';
import { delimiters, encodings, type FileDescription, type FileSettings, readDescription } from './description.ts';
import { keyOf, openTable, readRow, type TableFile, tableRows } from './table.ts';

/** Rows of a file by business key, as of a moment. */
export interface TableIndex {
  table: TableFile;
  rows: Map<string, TableRow[]>;
  /** Size and time of change that it was read at; another program may write in between. */
  stamp: string;
  lastRow: number;
}

/** A client of one folder. */
export interface FilesClient {
  folder: string;
  settings: FileSettings;
  signal: AbortSignal;
  /** The newest index per file. */
  indexes: Map<string, TableIndex>;
}

const oneOf = <T extends string>(value: string | undefined, choices: readonly T[]): T | undefined =>
  choices.find((choice) => choice === value);

/** Settings from the connection's fields; `auto` and blanks mean that the file decides. */
export function settingsOf(fields: Readonly<Record<string, string>>): FileSettings {
  const delimiter = oneOf(fields.delimiter === 'tab' ? '\t' : fields.delimiter, delimiters);
  const encoding = oneOf(fields.encoding, encodings);
  const decimalSign = oneOf(fields.decimalSign, ['.', ',']);
  const dateOrder = oneOf(fields.dateOrder, ['day-month', 'month-day']);
  return {
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(decimalSign === undefined ? {} : { decimalSign }),
    ...(dateOrder === undefined ? {} : { dateOrder }),
  };
}

/** Makes a client. @throws AppError connection.missingField */
export function connectFolder(context: ConnectContext): FilesClient {
  const { folder = '' } = context.fields;
  if (folder === '') {
    throw new AppError('connection.missingField', 'The connection has no folder.', {
      fields: { folder: 'is missing' },
    });
  }
  return { folder, settings: settingsOf(context.fields), signal: context.signal, indexes: new Map() };
}

async function openNow(client: FilesClient, name: string): Promise<TableFile> {
  const description: FileDescription = (await readDescription(client.folder)).get(name) ?? {};
  return openTable(client.folder, name, description, client.settings);
}

/** Opens a file with its description as it stands now, while nobody writes to it. @throws AppError files.* */
export const openFile = (client: FilesClient, name: string): Promise<TableFile> =>
  exclusively(client, name, () => openNow(client, name));

const queues = new Map<string, Promise<unknown>>();

/** Runs one task at a time per file in this process: reading a key and appending its row must not interleave. */
export async function exclusively<T>(client: FilesClient, name: string, task: () => Promise<T>): Promise<T> {
  const path = `${client.folder}\n${name}`;
  const before = queues.get(path) ?? Promise.resolve();
  // A failed task fails for its own caller; the next one starts all the same.
  const mine = before.then(task, task);
  queues.set(path, mine);
  try {
    return await mine;
  } finally {
    if (queues.get(path) === mine) queues.delete(path);
  }
}

/** Size and time of change of a file; `none` where it does not exist. */
export async function stampOf(path: string): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(path);
    return `${size} ${mtimeMs}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'none';
    throw error;
  }
}

/**
 * The index of a file, read anew where the file has changed. Call it within {@link exclusively}.
 * @throws AppError files.*, also where a row that is there cannot be read: its key would not be known.
 */
export async function indexOf(client: FilesClient, name: string): Promise<TableIndex> {
  const known = client.indexes.get(name);
  if (known !== undefined && known.stamp === (await stampOf(known.table.path))) return known;
  const table = await openNow(client, name);
  const stamp = await stampOf(table.path);
  const rows = new Map<string, TableRow[]>();
  let lastRow = 1;
  for await (const batch of tableRows(table, client.signal)) {
    for (const row of batch) {
      const key = keyOf(table, readRow(table, row)) ?? String(row.number);
      const same = rows.get(key);
      if (same === undefined) rows.set(key, [row]);
      else same.push(row);
      lastRow = row.number;
    }
  }
  const index = { table, rows, stamp, lastRow };
  client.indexes.set(name, index);
  return index;
}

/** Every file of the folder is a resource of the connection, described ones also before they exist. */
import type { Resource } from '../../engine/model/connector.ts';
import { defineResource } from '../kit/define.ts';
import { type FilesClient, openFile } from './client.ts';
import { readDescription } from './description.ts';
import { listFiles } from './folder.ts';
import { getFileRecord, readFileRecords } from './reading.ts';
import type { TableFile } from './table.ts';
import { appendRow, findRows, replaceRow } from './writing.ts';

/** A file as a resource; only one with a key can be written. */
function resourceOf(table: TableFile, title: string, amount: string | undefined): Resource<FilesClient> {
  const { name } = table;
  const base = {
    id: name,
    title,
    description: table.exists ? `Rows of ${name}.` : `Rows of ${name}, which the first record makes.`,
    scope: 'company' as const,
    fields: table.columns,
    incremental: false,
    ...(amount === undefined ? {} : { amount: { field: amount } }),
    read: (client: FilesClient, request: Parameters<typeof readFileRecords>[2]) =>
      readFileRecords(client, name, request),
    get: (client: FilesClient, id: string) => getFileRecord(client, name, id),
  };
  if (table.key.length === 0) return defineResource<FilesClient>(base);
  return defineResource<FilesClient>({
    ...base,
    key: { fields: table.key, normalize: 'exact' },
    find: (client, value) => findRows(client, name, value),
    create: (client, value) => appendRow(client, name, value),
    update: (client, id, value) => replaceRow(client, name, id, value),
  });
}

/**
 * The resources of a folder. A file that cannot be understood is left out; ping says why.
 * @throws AppError files.notFound, files.badDescription
 */
export async function discoverFiles(client: FilesClient): Promise<Resource<FilesClient>[]> {
  const described = await readDescription(client.folder);
  const names = [...new Set([...(await listFiles(client.folder)), ...described.keys()])].sort();
  const opened = await Promise.allSettled(names.map((name) => openFile(client, name)));
  return opened.flatMap((attempt) => {
    if (attempt.status === 'rejected') return [];
    const description = described.get(attempt.value.name);
    return [resourceOf(attempt.value, description?.title ?? attempt.value.name, description?.amount)];
  });
}

/** Ping of a folder: named checks, nothing is written. */
import { access, constants } from 'node:fs/promises';
import type { PingCheck } from '../../engine/model/connection.ts';
import type { PingNeed } from '../../engine/model/connector.ts';
import { AppError, toAppError } from '../../engine/model/error.ts';
import { type FilesClient, openFile } from './client.ts';
import { readDescription } from './description.ts';
import { fileError, listFiles, openFolder } from './folder.ts';

async function run(id: string, label: string, check: () => Promise<string>): Promise<PingCheck> {
  const started = performance.now();
  try {
    const detail = await check();
    return { id, label, status: 'ok', detail, durationMs: Math.round(performance.now() - started) };
  } catch (error) {
    const failure = toAppError(error, `checking: ${label}`);
    return {
      id,
      label,
      status: 'failed',
      cause: failure.message,
      remedy: failure.hint,
      durationMs: Math.round(performance.now() - started),
    };
  }
}

/** Checks the folder, its description, the right to write where a flow needs it, and every file that is in it or is needed. */
export async function* pingFolder(client: FilesClient, needs: readonly PingNeed[]): AsyncGenerator<PingCheck> {
  const folder = await run('folder', 'Folder', async () => `${await openFolder(client.folder)} can be opened.`);
  yield folder;
  if (folder.status === 'failed') return;
  const description = await run('description', 'Description', async () => {
    const { size } = await readDescription(client.folder);
    return size === 0 ? 'There is no costwire-files.json: files are read as they are.' : `${size} files are described.`;
  });
  yield description;
  if (description.status === 'failed') return;
  if (needs.some((need) => need.write)) {
    yield await run('write', 'Right to write', async () => {
      try {
        await access(client.folder, constants.W_OK);
      } catch (error) {
        throw fileError(error, client.folder);
      }
      return 'Files can be written.';
    });
  }
  const names = new Set([...(await listFiles(client.folder)), ...needs.map((need) => need.resource)]);
  for (const name of names) {
    yield await run(`file:${name}`, name, async () => {
      const table = await openFile(client, name);
      if (needs.some((need) => need.write && need.resource === name) && table.key.length === 0) {
        throw new AppError('files.foreignFile', `“${name}” has no key columns, so that nothing can be written to it.`, {
          hint: 'Name its key columns in costwire-files.json.',
        });
      }
      return table.exists ? `${table.columns.length} columns.` : 'It will be made by the first record.';
    });
  }
}

/** Watches the flow files of a workspace, so that the designer sees what git or an editor changed. */
import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { watch } from 'chokidar';
import { AppError } from '../model/error.ts';
import type { FlowFiles } from './workspace-flows.ts';

/**
 * A flow file that changed on disk; `revision` tells a listener whether it is its own save. The first one is `watching`: from
 * then on nothing is missed.
 */
export interface FlowChange {
  kind: 'watching' | 'added' | 'changed' | 'removed' | 'broken';
  fileName: string;
  flowId?: string;
  revision?: string;
}

/**
 * Changes under `flows/` from now on, until the signal fires. A change that leaves the content as it was is not told.
 * @throws AppError workspace.readOnly where the folder cannot be watched
 */
export async function* watchFlows(flows: FlowFiles, signal: AbortSignal): AsyncGenerator<FlowChange> {
  const pending: FlowChange[] = [];
  const known = new Map<string, FlowChange>();
  let wake: () => void = () => undefined;
  let failure: AppError | undefined;
  for (const { document, fileName, revision } of (await flows.list()).flows) {
    known.set(fileName, { kind: 'added', fileName, flowId: document.id, revision });
  }
  const tell = (change: FlowChange) => {
    pending.push(change);
    wake();
  };
  const look = async (path: string) => {
    const fileName = basename(path);
    if (!fileName.endsWith('.flow.json') || fileName.startsWith('.')) return;
    const before = known.get(fileName);
    const read = await flows.readFile(fileName);
    if (read === undefined) {
      known.delete(fileName);
      if (before !== undefined) tell({ ...before, kind: 'removed' });
    } else if ('error' in read) {
      tell({ kind: 'broken', fileName });
    } else if (read.revision !== before?.revision) {
      const change = { fileName, flowId: read.document.id, revision: read.revision };
      known.set(fileName, { kind: 'changed', ...change });
      tell({ kind: before === undefined ? 'added' : 'changed', ...change });
    }
  };
  const fail = (thrown: unknown) => {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    failure = new AppError('workspace.readOnly', `The folder "${flows.folder}" cannot be watched: ${text}.`);
    wake();
  };
  await mkdir(flows.folder, { recursive: true }).catch(fail);
  const watcher = watch(flows.folder, { ignoreInitial: true, depth: 0 });
  watcher.on('all', (_event, path) => void look(path).catch(fail));
  watcher.on('error', fail);
  watcher.on('ready', () => tell({ kind: 'watching', fileName: '' }));
  const stop = () => wake();
  signal.addEventListener('abort', stop);
  try {
    while (!signal.aborted) {
      if (failure !== undefined) throw failure;
      const next = pending.shift();
      if (next !== undefined) yield next;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await watcher.close();
  }
}

/**
 * A workspace: a folder with flow files, connections, bindings and settings. The database beside them is the store's; secrets
 * are the vault's. Nothing in here knows hosts.
 */
import { access, constants, mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../model/error.ts';
import { faultCode, fileFault } from './workspace-files.ts';
import { FlowFiles } from './workspace-flows.ts';
import { BindingFile, ConnectionFile, SettingsFile } from './workspace-settings.ts';
import { type FlowChange, watchFlows } from './workspace-watch.ts';

export type { BrokenFlowFile, FlowFile, FlowListing, SaveOutcome, TrashedFlow } from './workspace-flows.ts';
export { newFlowId } from './workspace-flows.ts';
export type { FlowDraft, FlowVersion } from './workspace-history.ts';
export type { FlowBindings, WorkspaceSettings } from './workspace-settings.ts';
export { newConnectionId, settingsSchema } from './workspace-settings.ts';
export type { FlowChange } from './workspace-watch.ts';

/** An open workspace folder. */
export interface Workspace {
  /** Absolute path. */
  readonly folder: string;
  /** The folder may not be written: everything can be read, nothing saved or run. */
  readonly readOnly: boolean;
  /** Where the store keeps its database. */
  readonly databaseFile: string;
  /** Where a host that has no keychain keeps its sealed secrets. */
  readonly vaultFile: string;
  readonly flows: FlowFiles;
  readonly connections: ConnectionFile;
  readonly bindings: BindingFile;
  readonly settings: SettingsFile;
  /** Tells of flow files that changed on disk, also by other programs, until the signal fires. */
  watch(signal: AbortSignal): AsyncGenerator<FlowChange>;
}

/**
 * Opens a workspace folder.
 * @param options.create makes the folder where it is missing (default).
 * @throws AppError workspace.notFound | workspace.readOnly
 */
export async function openWorkspace(folder: string, options: { create?: boolean } = {}): Promise<Workspace> {
  const path = resolve(folder);
  await ensureFolder(path, options.create ?? true);
  const flows = new FlowFiles(path);
  return {
    folder: path,
    readOnly: !(await isWritable(path)),
    databaseFile: join(path, 'costwire.sqlite'),
    vaultFile: join(path, 'vault.json'),
    flows,
    connections: new ConnectionFile(path),
    bindings: new BindingFile(path),
    settings: new SettingsFile(path),
    watch: (signal) => watchFlows(flows, signal),
  };
}

async function ensureFolder(path: string, create: boolean): Promise<void> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return;
  } catch (thrown) {
    if (faultCode(thrown) !== 'ENOENT') throw fileFault(thrown, path);
    if (!create) throw new AppError('workspace.notFound', `There is no folder "${path}".`);
    try {
      await mkdir(path, { recursive: true });
      return;
    } catch (refused) {
      throw fileFault(refused, path);
    }
  }
  throw new AppError('workspace.notFound', `"${path}" is a file, not a folder.`);
}

async function isWritable(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return true;
  } catch {
    // Whatever the reason, the folder cannot be written; the first save says why.
    return false;
  }
}

/** What both hosts do alike: open the workspace, its store and vault, read the bundled templates, make the service. */
import { join } from 'node:path';
import type { Connector } from '../model/connector.ts';
import { byPlace, type Template } from '../model/template.ts';
import type { Vault } from '../model/vault.ts';
import { openStore, type Store } from '../store/index.ts';
import { openWorkspace, type Workspace } from '../store/workspace.ts';
import { byText, readText } from '../store/workspace-files.ts';
import { namesIn } from '../store/workspace-flows.ts';
import type { MenuCommand } from './contract.ts';
import { type HostLog, openHostLog } from './log.ts';
import type { FileDialogs } from './service/context.ts';
import { createFlowEngine } from './service/flow-engine.ts';
import { createService, parseTemplate, type Service } from './service/index.ts';

/** What differs between hosts. */
export interface HostOptions {
  kind: 'desktop' | 'headless';
  version: string;
  user: string;
  /** Workspace folder; made where it is missing. */
  folder: string;
  /** Folder of the templates that come with Costwire. */
  templates: string;
  connectors: readonly Connector[];
  openVault: (workspace: Workspace) => Vault | Promise<Vault>;
  drawMenu?: (commands: readonly MenuCommand[]) => void;
  /** Dialogs for files, where the host has its own. */
  files?: FileDialogs;
  /** Opens an address in the user's browser; absent where only her click can. */
  openAddress?: (address: string) => Promise<void>;
}

/** A host that is open. */
export interface OpenHost {
  service: Service;
  workspace: Workspace;
  store: Store;
  log: HostLog;
  /** Ends runs after the records in flight, then closes everything. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Opens a host.
 * @throws AppError workspace.locked | workspace.notFound | workspace.readOnly | store.* | template.invalid
 */
export async function openHost(options: HostOptions): Promise<OpenHost> {
  const workspace = await openWorkspace(options.folder);
  const templates = await readTemplates(options.templates);
  const vault = await options.openVault(workspace);
  const log = openHostLog(join(workspace.folder, 'logs'));
  const store = await openStore(workspace.folder);
  const { kind, version, user, connectors, drawMenu, openAddress, files } = options;
  const engine = createFlowEngine({ workspace, store, vault, connectors, user });
  const service = createService({
    kind,
    version,
    user,
    workspace,
    store,
    vault,
    connectors,
    templates,
    engine,
    log: (error, doing) => log.error(error, doing),
    ...(drawMenu === undefined ? {} : { drawMenu }),
    ...(openAddress === undefined ? {} : { openAddress }),
    ...(files === undefined ? {} : { files }),
  });
  let closing: Promise<void> | undefined;
  const closeAll = async () => {
    await service.close();
    await store.close();
    log.close();
  };
  return {
    service,
    workspace,
    store,
    log,
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** The templates of a folder in the order of the gallery. @throws AppError template.invalid */
export async function readTemplates(folder: string): Promise<Template[]> {
  const names = (await namesIn(folder)).filter((name) => name.endsWith('.template.json')).sort(byText);
  const read = async (name: string) => parseTemplate((await readText(join(folder, name))) ?? '', `"${name}"`);
  return (await Promise.all(names.map(read))).sort(byPlace);
}

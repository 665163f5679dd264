/** `host.*`, `settings.*` and `search`. */
import { basename } from 'node:path';
import { AppError } from '../../model/error.ts';
import type { FlowDocument } from '../../model/flow.ts';
import type { SearchHit, SettingsView } from '../contract.ts';
import type { FileDialogs, ServiceContext } from './context.ts';
import type { RouterImplementer } from './implementer.ts';

/** Implements `host.*`. */
export const hostService = (os: RouterImplementer['host'], context: ServiceContext) => ({
  info: os.info.handler(async () => {
    const { folder, readOnly } = context.workspace;
    return {
      version: context.version,
      host: context.kind,
      platform: process.platform,
      user: context.user,
      workspace: { folder, name: basename(folder), readOnly: readOnly || context.store.readOnly },
      practice: context.practice(),
      vault: {
        ...context.vault.protection,
        ...(context.vault.lock === undefined ? {} : { lock: await context.vault.lock.state() }),
      },
      hasFileDialogs: context.files !== undefined,
    };
  }),
  events: os.events.handler(async ({ signal }) => context.events.follow(signal)),
  menu: os.menu.handler(async ({ input }) => {
    context.drawMenu?.(input.commands);
    return { drawn: context.drawMenu !== undefined };
  }),
  unlockVault: os.unlockVault.handler(async ({ input }) => {
    await context.vault.lock?.unlock(input.passphrase);
    context.events.tell({ type: 'connectionsChanged' });
    context.events.tell({ type: 'vaultChanged' });
  }),
  chooseFiles: os.chooseFiles.handler(({ input }) => dialogsOf(context).choose(input.kind, input.several)),
  keepFile: os.keepFile.handler(async ({ input }) => {
    const content = Buffer.from(input.content, 'base64');
    return { keptAs: (await dialogsOf(context).keep(input.kind, input.fileName, content)) ?? null };
  }),
  report: os.report.handler(async ({ input }) => {
    const error = new AppError('internal.defect', input.message, { cause: input.stack });
    context.log(error, 'showing a screen');
  }),
});

/** @throws AppError host.noDialogs */
function dialogsOf({ files }: ServiceContext): FileDialogs {
  if (files === undefined) throw new AppError('host.noDialogs', 'This host has no file dialogs.');
  return files;
}

/** Implements `settings.*`. */
export const settingsService = (os: RouterImplementer['settings'], context: ServiceContext) => ({
  get: os.get.handler(async (): Promise<SettingsView> => context.workspace.settings.get()),
  set: os.set.handler(async ({ input }): Promise<SettingsView> => {
    const changes = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
    const settings = await context.workspace.settings.set(changes);
    context.events.tell({ type: 'settingsChanged' });
    return settings;
  }),
});

/** Implements `search`: every word has to be found, in any order and case. */
export const searchService = (os: RouterImplementer['search'], context: ServiceContext) =>
  os.handler(async ({ input }) => {
    const words = input.text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return [];
    const fits = (...texts: (string | undefined)[]) => {
      const all = texts.join(' ').toLocaleLowerCase();
      return words.every((word) => all.includes(word));
    };
    const hits: SearchHit[] = [];
    for (const { document } of (await context.workspace.flows.list()).flows) hits.push(...flowHits(document, fits));
    for (const { id, name, connector, environment } of await context.workspace.connections.list()) {
      if (!fits(name, connector, environment)) continue;
      hits.push({ kind: 'connection', title: name, detail: `${connector}, ${environment}`, connectionId: id });
    }
    hits.push(...(await tableHits(context, fits)));
    if (hits.length < input.limit) hits.push(...(await recordHits(context, input.text, input.limit - hits.length)));
    return hits.slice(0, input.limit);
  });

type Fits = (...texts: (string | undefined)[]) => boolean;

function flowHits({ id, name, description, nodes }: FlowDocument, fits: Fits): SearchHit[] {
  const hits: SearchHit[] = [];
  if (fits(name, description)) hits.push({ kind: 'flow', title: name, detail: description ?? 'Flow', flowId: id });
  for (const node of nodes) {
    if (!fits(node.label, node.kind, node.id)) continue;
    hits.push({
      kind: 'node',
      title: node.label ?? node.id,
      detail: `${node.kind} in ${name}`,
      flowId: id,
      nodeId: node.id,
    });
  }
  return hits;
}

/** Tables by name, and their codes; at most five codes a table, so that one table does not fill the list. */
async function tableHits(context: ServiceContext, fits: Fits): Promise<SearchHit[]> {
  const hits: SearchHit[] = [];
  for (const { id, name } of await context.store.tables.list()) {
    if (fits(name)) hits.push({ kind: 'table', title: name, detail: 'Mapping table', tableId: id });
    const rows = (await context.store.tables.draft(id))?.rows ?? [];
    const codes = rows.filter((row) => fits(row.keys.join(' '), row.targets.join(' '), row.note)).slice(0, 5);
    for (const row of codes) {
      const title = `${row.keys.join(' · ')} → ${row.targets.join(' · ')}`;
      hits.push({ kind: 'code', title, detail: name, tableId: id });
    }
  }
  return hits;
}

async function recordHits(context: ServiceContext, text: string, limit: number): Promise<SearchHit[]> {
  const { entries } = await context.store.records.list({ text }, { limit: Math.min(limit, 20) });
  return entries.map(({ runId, key, origin, status, businessKey, target }) => ({
    kind: 'record' as const,
    title: origin.label ?? businessKey ?? origin.id,
    detail: [origin.system, status, target?.number].filter(Boolean).join(', '),
    runId,
    recordKey: key,
  }));
}

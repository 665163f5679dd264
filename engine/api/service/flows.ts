/** `flow.*` over the workspace's flow files, history and bindings. */

import { AppError } from '../../model/error.ts';
import { type FlowDocument, flowSchemaVersion } from '../../model/flow.ts';
import { parseFlow } from '../../model/flow-file.ts';
import { type FlowFile, newFlowId } from '../../store/workspace.ts';
import type { FlowBindingsView, FlowListItem, FlowSample, FlowView } from '../contract.ts';
import type { ServiceContext } from './context.ts';
import type { RouterImplementer } from './implementer.ts';

/** Statuses that wait for a person. */
const needsPerson = ['held', 'awaitingApproval', 'inDoubt', 'failed'] as const;

const view = ({ document, revision, fileName, modifiedAt, readOnly }: FlowFile): FlowView => ({
  document,
  revision,
  fileName,
  modifiedAt,
  readOnly,
});

const emptyFlow = (name: string): FlowDocument => ({
  format: 'costwire/flow',
  schemaVersion: flowSchemaVersion,
  id: newFlowId(),
  name,
  version: 0,
  slots: {},
  parameters: {},
  nodes: [],
  wires: [],
  triggers: [],
  layout: { nodes: {}, notes: [] },
});

/** Implements `flow.*`. */
export function flowService(os: RouterImplementer['flow'], context: ServiceContext) {
  const { flows, bindings } = context.workspace;
  const { history } = flows;
  return {
    list: os.list.handler(async () => {
      const listing = await flows.list();
      return { flows: await Promise.all(listing.flows.map((file) => listItem(context, file))), broken: listing.broken };
    }),
    get: os.get.handler(async ({ input }) => {
      const file = await flows.get(input.id);
      const draft = await history.latestDraft(input.id);
      const isNewer = draft !== undefined && draft.savedAt > file.modifiedAt;
      const opened = {
        ...view(file),
        bindings: await bindings.get(input.id),
        version: await history.latestVersion(input.id),
      };
      return isNewer ? { ...opened, draft } : opened;
    }),
    create: os.create.handler(async ({ input }) =>
      view(await flows.create({ ...(input.document ?? emptyFlow(input.name)), name: input.name })),
    ),
    save: os.save.handler(async ({ input }) => {
      const outcome = await flows.save(input.document, input.revision);
      if (!outcome.saved) {
        const { theirs, ...rest } = outcome;
        return theirs === undefined ? rest : { ...rest, theirs: view(theirs) };
      }
      await history.clearDrafts(input.document.id);
      return { saved: true as const, file: view(outcome.file) };
    }),
    saveDraft: os.saveDraft.handler(({ input }) => history.addDraft(input.document, input.baseRevision)),
    drafts: os.drafts.handler(({ input }) => history.drafts(input.id)),
    draft: os.draft.handler(({ input }) => history.draft(input.id, input.draftId)),
    undoSteps: os.undoSteps.handler(async ({ input }) => (await history.undo(input.id)) ?? null),
    keepUndoSteps: os.keepUndoSteps.handler(({ input }) => history.keepUndo(input.id, input.text)),
    discardDrafts: os.discardDrafts.handler(({ input }) => history.clearDrafts(input.id)),
    publish: os.publish.handler(async ({ input }) => {
      const { revision, document } = await flows.get(input.id);
      if (revision !== input.revision) {
        throw new AppError('workspace.conflict', `"${document.name}" was changed meanwhile, so it was not published.`);
      }
      return view(await flows.publish(input.id, input.note, context.user));
    }),
    versions: os.versions.handler(({ input }) => history.versions(input.id)),
    version: os.version.handler(({ input }) => history.version(input.id, input.version)),
    duplicate: os.duplicate.handler(async ({ input }) => {
      const copy = await flows.duplicate(input.id, input.name);
      await bindings.set(copy.document.id, await bindings.get(input.id));
      return view(copy);
    }),
    rename: os.rename.handler(async ({ input }) => view(await flows.rename(input.id, input.name))),
    remove: os.remove.handler(async ({ input }) => ({ trashName: await flows.remove(input.id) })),
    trash: os.trash.handler(() => flows.trashed()),
    restore: os.restore.handler(async ({ input }) => view(await flows.restore(input.trashName))),
    import: os.import.handler(async ({ input }) => view(await flows.create(importable(input.text)))),
    bindings: os.bindings.handler(({ input }) => bindings.get(input.id)),
    setBindings: os.setBindings.handler(({ input: { id, ...bound } }) => bindings.set(id, bound)),
    ...judging(os, context),
    watch: os.watch.handler(({ signal }) => context.workspace.watch(signal ?? new AbortController().signal)),
  };
}

/** Checking and sampling a document as it stands on the canvas. */
function judging(os: RouterImplementer['flow'], context: ServiceContext) {
  const boundOf = async (document: FlowDocument, given: FlowBindingsView | undefined) =>
    given ?? (await context.workspace.bindings.get(document.id));
  return {
    check: os.check.handler(async ({ input }) =>
      context.engine.check(input.document, await boundOf(input.document, input.bindings)),
    ),
    sample: os.sample.handler(async ({ input, signal }): Promise<FlowSample> => {
      const order = { document: input.document, bindings: await boundOf(input.document, input.bindings) };
      const pinned = Object.fromEntries(
        Object.entries(input.pinned ?? {}).map(([nodeId, records]) => [
          nodeId,
          records.map(({ origin: { label, ...origin }, ...record }) => ({
            ...record,
            origin: label === undefined ? origin : { ...origin, label },
          })),
        ]),
      );
      const end = signal ?? new AbortController().signal;
      return context.engine.sample({ ...order, limit: input.limit, pinned, signal: end });
    }),
  };
}

/** @throws AppError flow.newer: a newer file may be kept in the folder but not be taken in as a copy that loses its mark. */
function importable(text: string): FlowDocument {
  const { document, reason } = parseFlow(text);
  if (reason !== undefined) throw reason;
  return document;
}

async function listItem(context: ServiceContext, file: FlowFile): Promise<FlowListItem> {
  const { document, revision, fileName, modifiedAt, readOnly } = file;
  const { flows, bindings } = context.workspace;
  const bound = await bindings.get(document.id);
  const draft = await flows.history.latestDraft(document.id);
  const [lastRun] = (await context.store.runs.list({ flowId: document.id }, { limit: 1 })).entries;
  const posting = { flowId: document.id, kind: ['post', 'replay', 'scheduled'] as const };
  const [lastPosting] = (await context.store.runs.list(posting, { limit: 1 })).entries;
  const needsYou: FlowListItem['needsYou'] = { counts: {}, amounts: {} };
  for (const status of needsPerson) {
    const count = lastPosting?.counts[status] ?? 0;
    if (count === 0) continue;
    needsYou.counts[status] = count;
    needsYou.amounts[status] = lastPosting?.amounts[status] ?? {};
  }
  return {
    id: document.id,
    name: document.name,
    ...(document.description === undefined ? {} : { description: document.description }),
    fileName,
    revision,
    modifiedAt,
    version: await flows.history.latestVersion(document.id),
    readOnly,
    hasDraft: draft !== undefined && draft.savedAt > modifiedAt,
    connectors: connectorsInOrder(document),
    unboundSlots: Object.keys(document.slots).filter((slot) => bound.slots[slot] === undefined),
    ...(lastRun === undefined ? {} : { lastRun }),
    needsYou,
  };
}

/** Connectors in the order records travel: what is read from before what is written to. */
function connectorsInOrder({ nodes, slots }: FlowDocument): string[] {
  const used = (kind: string): string[] =>
    nodes.flatMap((node) => (node.kind === kind && typeof node.config.slot === 'string' ? [node.config.slot] : []));
  const ordered = [
    ...used('read'),
    ...Object.keys(slots).filter((slot) => !used('write').includes(slot)),
    ...used('write'),
  ];
  return [...new Set(ordered.flatMap((slot) => slots[slot]?.connector ?? []))];
}

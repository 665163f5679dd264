/** The open flow: loading, autosave to drafts, saving to its file, conflicts, publishing, checking. */
import type { FlowBindingsView, FlowCheck, FlowFileChange, FlowView } from '../../engine/api/contract.ts';
import type { AppErrorData } from '../../engine/model/error.ts';
import { type FlowDocument, flowSchema } from '../../engine/model/flow.ts';
import { t } from '../strings/index.ts';
import { wireProblems } from './connect.ts';
import { emptyHistory, type History, restoredHistory, storedHistory } from './history.ts';
import { errorOf, type SliceOf, type StoreContext } from './slice.ts';

/** How far the present content is from the disk. `kept`: as a draft; `stranded`: in this window only, the host is away. */
export type SaveState = 'saved' | 'edited' | 'keeping' | 'kept' | 'stranded';

/** A version to compare with, and its name. */
export interface Comparison {
  with: string;
  document: FlowDocument;
}

/** State and actions of the open flow. */
export interface DocumentSlice {
  flowId: string | undefined;
  flow: FlowDocument | undefined;
  flowError: AppErrorData | undefined;
  file: Omit<FlowView, 'document'> | undefined;
  bindings: FlowBindingsView | undefined;
  publishedVersion: number;
  saveState: SaveState;
  /** Both versions, where the file was changed elsewhere. */
  conflict: { mine: FlowDocument; theirs?: FlowView } | undefined;
  check: FlowCheck | undefined;
  checkState: 'current' | 'checking' | 'unavailable';
  comparison: Comparison | undefined;
  canEdit(): boolean;
  /** Whether a run can start: not of a flow that only a newer Costwire understands, nor where nothing can be written down. */
  canRun(): boolean;
  openFlow(id: string): Promise<void>;
  closeFlow(): Promise<void>;
  /** Something changed: autosave and check soon. */
  touched(): void;
  /** Sends what is not yet kept. */
  keepDraft(): Promise<void>;
  /** Writes the flow file. @returns whether it is written. */
  saveFlow(): Promise<boolean>;
  resolveConflict(keep: 'mine' | 'theirs'): Promise<void>;
  /** The file of the open flow changed on disk: read again, or both versions shown where something is not saved. */
  fileChanged(change: FlowFileChange): Promise<void>;
  /** Throws away what is not in the file. */
  revertFlow(): Promise<void>;
  publishFlow(note: string): Promise<void>;
  bind(bindings: Partial<FlowBindingsView>): Promise<void>;
  checkFlow(): Promise<void>;
  compareWith(version: 'file' | number | undefined): Promise<void>;
}

/** Idle time before a draft is kept, in milliseconds. */
export const autosaveDelayMs = 1000;
const checkDelayMs = 400;
const retryDelayMs = 3000;
const historyKey = (id: string): string => `costwire.history.${id}`;
const strandedKey = (id: string): string => `costwire.stranded.${id}`;

/** Edits that never reached the host, from the last time this window was open. */
function strandedEdits(
  storage: StoreContext['storage'],
  id: string,
): { document: FlowDocument; base: string } | undefined {
  const text = storage.getItem(strandedKey(id));
  if (text === null) return undefined;
  try {
    const { document, base } = JSON.parse(text) as { document: unknown; base: unknown };
    const checked = flowSchema.safeParse(document);
    return checked.success && typeof base === 'string' ? { document: checked.data, base } : undefined;
  } catch {
    return undefined; // Cut off while it was written: the draft at the host is the newest whole state.
  }
}

/** The first kept history that belongs to this content: the host's, else this window's own, which survives a host that went away. */
function keptHistory(texts: readonly (string | null)[], flow: FlowDocument): History {
  for (const text of texts) {
    const history = restoredHistory(text, flow);
    if (history !== emptyHistory) return history;
  }
  return emptyHistory;
}

const closed = {
  flow: undefined,
  flowError: undefined,
  file: undefined,
  bindings: undefined,
  publishedVersion: 0,
  saveState: 'saved' as const,
  conflict: undefined,
  check: undefined,
  checkState: 'checking' as const,
  comparison: undefined,
  history: emptyHistory,
  selection: [],
  selectedWires: [],
  quickAdd: undefined,
  refused: undefined,
  connecting: undefined,
  renaming: undefined,
};

/** Timers of one open flow. */
interface Timers {
  /** The draft of a flow that was closed, on its way. */
  leaving?: Promise<void>;
  draft?: ReturnType<typeof setTimeout>;
  check?: ReturnType<typeof setTimeout>;
}

type Maker = Parameters<ReturnType<SliceOf<DocumentSlice>>>;
type Setter = Maker[0];
type Getter = Maker[1];

function opening(
  { client, storage }: StoreContext,
  timers: Timers,
  set: Setter,
  get: Getter,
): Pick<DocumentSlice, 'openFlow' | 'revertFlow'> {
  const openFlow = async (id: string): Promise<void> => {
    if (get().flowId !== id) void get().closeFlow();
    set({ ...closed, flowId: id });
    // What the last flow still had to send goes first: it may be this very flow.
    await timers.leaving;
    try {
      const [{ document, bindings, draft, version, ...file }, steps] = await Promise.all([
        client.flow.get({ id }),
        // Without its history a flow is still worth opening.
        client.flow.undoSteps({ id }).catch(() => null),
      ]);
      if (get().flowId !== id) return;
      const stranded = strandedEdits(storage, id);
      const flow = stranded?.document ?? draft?.document ?? document;
      const revision = stranded?.base ?? draft?.baseRevision ?? file.revision;
      set({
        flow,
        file: { ...file, revision },
        bindings,
        publishedVersion: version,
        saveState: flow === document ? 'saved' : 'kept',
        history: keptHistory([steps, storage.getItem(historyKey(id))], flow),
        checkState: 'checking',
      });
      if (stranded !== undefined) await get().keepDraft();
      await get().checkFlow();
    } catch (thrown) {
      if (get().flowId === id) set({ flowError: errorOf(thrown, t.doing.openingFlow) });
    }
  };
  return {
    openFlow,
    revertFlow: async () => {
      const id = get().flowId;
      if (id === undefined) return;
      try {
        await client.flow.discardDrafts({ id });
        storage.removeItem(strandedKey(id));
        set({ flowId: undefined, saveState: 'saved' });
        await openFlow(id);
      } catch (thrown) {
        get().complain(errorOf(thrown, t.doing.goingBackFile));
      }
    },
  };
}

function keeping(
  { client, storage }: StoreContext,
  timers: Timers,
  set: Setter,
  get: Getter,
): Pick<DocumentSlice, 'touched' | 'keepDraft'> {
  const keepDraft = async (): Promise<void> => {
    clearTimeout(timers.draft);
    const { flow, file, flowId } = get();
    if (flow === undefined || file === undefined || flowId === undefined || get().saveState === 'saved') return;
    const steps = storedHistory(get().history, flow);
    storage.setItem(historyKey(flowId), steps);
    set({ saveState: 'keeping' });
    try {
      await client.flow.saveDraft({ document: flow, baseRevision: file.revision });
      await client.flow.keepUndoSteps({ id: flowId, text: steps });
      storage.removeItem(strandedKey(flowId));
      if (get().flow === flow) set({ saveState: 'kept' });
    } catch (thrown) {
      storage.setItem(strandedKey(flowId), JSON.stringify({ document: flow, base: file.revision }));
      if (get().flowId !== flowId) return;
      set({ saveState: 'stranded' });
      if (get().link === 'online') get().complain(errorOf(thrown, t.doing.keepingDraft));
      timers.draft = setTimeout(() => void keepDraft(), retryDelayMs);
    }
  };
  return {
    keepDraft,
    touched: () => {
      set({ saveState: 'edited' });
      clearTimeout(timers.draft);
      clearTimeout(timers.check);
      timers.draft = setTimeout(() => void keepDraft(), autosaveDelayMs);
      timers.check = setTimeout(() => void get().checkFlow(), checkDelayMs);
    },
  };
}

function saving(
  { client, storage }: StoreContext,
  timers: Timers,
  set: Setter,
  get: Getter,
): Pick<DocumentSlice, 'saveFlow' | 'resolveConflict' | 'publishFlow' | 'fileChanged'> {
  const taken = (sent: FlowDocument, view: FlowView): void => {
    const { document, ...file } = view;
    const unchanged = get().flow === sent;
    set({ file, conflict: undefined, ...(unchanged ? { saveState: 'saved' as const } : {}) });
    storage.removeItem(strandedKey(document.id));
    const steps = storedHistory(get().history, get().flow ?? sent);
    storage.setItem(historyKey(document.id), steps);
    // The window keeps them too; the next change sends them again.
    client.flow.keepUndoSteps({ id: document.id, text: steps }).catch(() => undefined);
  };
  const saveFlow = async (): Promise<boolean> => {
    const { flow, file } = get();
    if (flow === undefined || file === undefined || !get().canEdit()) return false;
    clearTimeout(timers.draft);
    try {
      const answer = await client.flow.save({ document: flow, revision: file.revision });
      if (answer.saved) taken(flow, answer.file);
      else
        set({
          conflict: answer.theirs === undefined ? { mine: answer.mine } : { mine: answer.mine, theirs: answer.theirs },
        });
      return answer.saved;
    } catch (thrown) {
      get().complain(errorOf(thrown, t.doing.savingFlow));
      return false;
    }
  };
  return {
    saveFlow,
    resolveConflict: async (keep) => {
      const { conflict, file, flowId } = get();
      if (conflict === undefined || file === undefined || flowId === undefined) return;
      if (keep === 'theirs') {
        set({ conflict: undefined });
        await get().revertFlow();
        return;
      }
      const revision = conflict.theirs?.revision ?? '';
      set({ conflict: undefined, file: { ...file, revision } });
      await saveFlow();
    },
    fileChanged: async (change) => {
      const { flowId, file, flow, saveState, conflict } = get();
      const isOurs = change.flowId === flowId && change.revision !== file?.revision;
      if (!isOurs || flow === undefined || conflict !== undefined) return;
      if (change.kind === 'removed') return get().notify({ tone: 'info', title: t.designer.outsideRemoved });
      if (change.kind !== 'changed' && change.kind !== 'added') return undefined;
      try {
        const {
          document,
          bindings: _bindings,
          draft: _draft,
          version: _version,
          ...view
        } = await client.flow.get({
          id: flow.id,
        });
        if (get().flow !== flow || view.revision === get().file?.revision) return undefined;
        if (saveState !== 'saved') return set({ conflict: { mine: flow, theirs: { document, ...view } } });
        await get().revertFlow();
        return get().notify({ tone: 'info', title: t.designer.outsideReloaded });
      } catch (thrown) {
        return get().complain(errorOf(thrown, t.doing.readingChangedFlowFile));
      }
    },
    publishFlow: async (note) => {
      if (!(await saveFlow())) return;
      const { file, flowId } = get();
      if (file === undefined || flowId === undefined) return;
      try {
        const { document, ...published } = await client.flow.publish({ id: flowId, revision: file.revision, note });
        set({ file: published, publishedVersion: document.version, flow: document });
        get().notify({ tone: 'good', title: t.canvas.published(document.version) });
      } catch (thrown) {
        get().complain(errorOf(thrown, t.doing.publishingFlow));
      }
    },
  };
}

function checking(
  { client }: StoreContext,
  set: Setter,
  get: Getter,
): Pick<DocumentSlice, 'bind' | 'checkFlow' | 'compareWith'> {
  return {
    bind: async (change) => {
      const { bindings, flowId } = get();
      if (bindings === undefined || flowId === undefined) return;
      const next = { ...bindings, ...change };
      set({ bindings: next });
      try {
        set({ bindings: await client.flow.setBindings({ id: flowId, ...next }) });
        await get().checkFlow();
      } catch (thrown) {
        set({ bindings });
        get().complain(errorOf(thrown, t.doing.choosingConnection));
      }
    },
    checkFlow: async () => {
      const { flow, bindings } = get();
      if (flow === undefined) return;
      set({ checkState: 'checking' });
      try {
        const check = await client.flow.check(
          bindings === undefined ? { document: flow } : { document: flow, bindings },
        );
        if (get().flow === flow) set({ check, checkState: 'current' });
      } catch {
        // The banner says that the host is away; what the designer sees by itself is still worth showing.
        if (get().flow === flow)
          set({ check: { problems: wireProblems(flow), inputs: {}, outputs: {} }, checkState: 'unavailable' });
      }
    },
    compareWith: async (version) => {
      const { flowId } = get();
      if (version === undefined || flowId === undefined) return set({ comparison: undefined });
      try {
        const document =
          version === 'file'
            ? (await client.flow.get({ id: flowId })).document
            : await client.flow.version({ id: flowId, version });
        return set({
          comparison: { with: version === 'file' ? t.canvas.savedFile : t.canvas.version(version), document },
        });
      } catch (thrown) {
        return get().complain(errorOf(thrown, t.doing.fetchingOtherVersion));
      }
    },
  };
}

/** Makes the document slice. */
export const documentSlice: SliceOf<DocumentSlice> = (context) => (set, get) => {
  const timers: Timers = {};
  return {
    flowId: undefined,
    ...closed,
    canEdit: () => get().file?.readOnly === false && get().canRun(),
    canRun: () =>
      get().flow !== undefined &&
      get().file?.readOnly !== true &&
      get().host?.workspace.readOnly !== true &&
      get().pastRun === undefined &&
      get().comparison === undefined,
    ...opening(context, timers, set, get),
    closeFlow: async () => {
      clearTimeout(timers.check);
      clearTimeout(timers.draft);
      const isUnsent = get().saveState === 'edited' || get().saveState === 'stranded';
      // The state is let go at once: another flow may be opened before the draft has arrived.
      const sending = isUnsent ? get().keepDraft() : undefined;
      set({ ...closed, flowId: undefined });
      if (sending !== undefined) timers.leaving = sending;
      await sending;
    },
    ...keeping(context, timers, set, get),
    ...saving(context, timers, set, get),
    ...checking(context, set, get),
  };
};

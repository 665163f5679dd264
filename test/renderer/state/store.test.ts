import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CostwireClient } from '../../../engine/api/contract.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { FlowDocument } from '../../../engine/model/flow.ts';
import { renameNode } from '../../../renderer/state/document.ts';
import { autosaveDelayMs } from '../../../renderer/state/document-slice.ts';
import { type AppStore, createAppStore } from '../../../renderer/state/store.ts';
import { billFlow } from './flows.ts';

/** A host with one flow, whose answers the test can spoil. */
function host() {
  const state: { file: FlowDocument; revision: string; drafts: FlowDocument[]; steps: string | null; isAway: boolean } =
    {
      file: billFlow(),
      revision: 'r1',
      drafts: [],
      steps: null,
      isAway: false,
    };
  const view = () => ({
    document: state.file,
    revision: state.revision,
    fileName: 'a',
    modifiedAt: '',
    readOnly: false,
  });
  const reach = () => {
    if (state.isAway) throw new AppError('host.lost', 'Away.');
  };
  const flow = {
    get: async () => ({ ...view(), bindings: { slots: {}, parameters: {} }, version: 0 }),
    check: async () => ({ problems: [], inputs: {}, outputs: {} }),
    saveDraft: async ({ document }: { document: FlowDocument }) => {
      reach();
      state.drafts.push(document);
      return { id: 'd', savedAt: '', baseRevision: '' };
    },
    undoSteps: async () => state.steps,
    keepUndoSteps: async ({ text }: { text: string }) => {
      reach();
      state.steps = text;
    },
    discardDrafts: async () => undefined,
    save: async ({ document, revision }: { document: FlowDocument; revision: string }) => {
      if (revision !== state.revision) return { saved: false, mine: document, theirs: view() };
      state.file = document;
      state.revision = `${revision}+`;
      return { saved: true, file: view() };
    },
  };
  return { state, client: { flow } as unknown as CostwireClient };
}

const memory = (): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> => {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
};

let server: ReturnType<typeof host>;
let storage: ReturnType<typeof memory>;
let store: AppStore;
const rename = (label: string): void =>
  store.getState().edit({ name: 'Rename', undo: 'merge', group: 'x' }, (doc) => renameNode(doc, { id: 'read', label }));

beforeEach(async () => {
  vi.useFakeTimers();
  server = host();
  storage = memory();
  store = createAppStore({ client: server.client, storage });
  await store.getState().openFlow('f_bills');
});
afterEach(() => vi.useRealTimers());

describe('the open flow', () => {
  it('keeps a draft once typing stops, and never touches the file', async () => {
    rename('A');
    await vi.advanceTimersByTimeAsync(autosaveDelayMs - 1);
    rename('AB');
    await vi.advanceTimersByTimeAsync(autosaveDelayMs - 1);
    expect(server.state.drafts).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(server.state.drafts.map((doc) => doc.nodes[3]?.label)).toEqual(['AB']);
    expect(store.getState().saveState).toBe('kept');
    expect(server.state.file.nodes[3]?.label).toBe('Requisitions');
  });

  it('loses no edit while the host is away, not even by closing the window', async () => {
    server.state.isAway = true;
    rename('Away');
    await vi.advanceTimersByTimeAsync(autosaveDelayMs);
    expect(store.getState().saveState).toBe('stranded');
    const reopened = createAppStore({ client: server.client, storage });
    server.state.isAway = false;
    await reopened.getState().openFlow('f_bills');
    expect(reopened.getState().flow?.nodes[3]?.label).toBe('Away');
    expect(server.state.drafts.at(-1)?.nodes[3]?.label).toBe('Away');
    await vi.advanceTimersByTimeAsync(5000);
    expect(store.getState().saveState).toBe('kept');
  });

  it('opens another flow at once while the last draft is still on its way', async () => {
    rename('Late');
    const closing = store.getState().closeFlow();
    await store.getState().openFlow('f_other');
    await closing;
    expect(store.getState().flowId).toBe('f_other');
    expect(store.getState().flow).toBeDefined();
    expect(server.state.drafts.at(-1)?.nodes[3]?.label).toBe('Late');
  });

  it('reads the file again when it changed on disk, and asks where something is not saved', async () => {
    const change = { kind: 'changed' as const, fileName: 'a', flowId: 'f_bills' };
    server.state.file = { ...server.state.file, name: 'Pulled' };
    server.state.revision = 'r2';
    await store.getState().fileChanged({ ...change, revision: 'r2' });
    expect(store.getState().flow?.name).toBe('Pulled');
    expect(store.getState().notices).toHaveLength(1);
    rename('Mine');
    server.state.revision = 'r3';
    await store.getState().fileChanged({ ...change, revision: 'r3' });
    expect(store.getState().conflict?.theirs?.revision).toBe('r3');
    expect(store.getState().conflict?.mine.nodes[3]?.label).toBe('Mine');
    expect(store.getState().flow?.nodes[3]?.label).toBe('Mine');
  });

  it('does not ask about its own save', async () => {
    rename('Mine');
    await store.getState().saveFlow();
    await store.getState().fileChanged({ kind: 'changed', fileName: 'a', flowId: 'f_bills', revision: 'r1+' });
    expect(store.getState().conflict).toBeUndefined();
    expect(store.getState().notices).toEqual([]);
  });

  it('undoes across a restart', async () => {
    rename('New');
    await store.getState().saveFlow();
    const reopened = createAppStore({ client: server.client, storage });
    await reopened.getState().openFlow('f_bills');
    reopened.getState().undo();
    expect(reopened.getState().flow?.nodes[3]?.label).toBe('Requisitions');
    reopened.getState().redo();
    expect(reopened.getState().flow?.nodes[3]?.label).toBe('New');
  });

  it('undoes at another address: the host keeps the steps beside the drafts', async () => {
    rename('New');
    await vi.advanceTimersByTimeAsync(autosaveDelayMs);
    server.state.file = server.state.drafts.at(-1) ?? server.state.file;
    const elsewhere = createAppStore({ client: server.client, storage: memory() });
    await elsewhere.getState().openFlow('f_bills');
    expect(elsewhere.getState().history.undo.map(({ name }) => name)).toEqual(['Rename']);
    elsewhere.getState().undo();
    expect(elsewhere.getState().flow?.nodes[3]?.label).toBe('Requisitions');
  });

  it('offers both versions where the file changed, and obeys the choice', async () => {
    rename('Mine');
    server.state.file = renameNode(billFlow(), { id: 'read', label: 'Theirs' });
    server.state.revision = 'r2';
    expect(await store.getState().saveFlow()).toBe(false);
    expect(store.getState().conflict?.theirs?.document.nodes[3]?.label).toBe('Theirs');
    await store.getState().resolveConflict('mine');
    expect(server.state.file.nodes[3]?.label).toBe('Mine');
    expect(store.getState().saveState).toBe('saved');
  });

  it('takes theirs when asked to', async () => {
    rename('Mine');
    server.state.file = renameNode(billFlow(), { id: 'read', label: 'Theirs' });
    server.state.revision = 'r2';
    await store.getState().saveFlow();
    await store.getState().resolveConflict('theirs');
    expect(store.getState().flow?.nodes[3]?.label).toBe('Theirs');
    expect(store.getState().conflict).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import type { CostwireClient } from '../../../engine/api/contract.ts';
import { AppError } from '../../../engine/model/error.ts';
import { createAppStore } from '../../../renderer/state/store.ts';
import { billFlow } from './flows.ts';

const storage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };

/** A window on a flow, whose host refuses to start runs with the given error. */
async function refusedWith(error: AppError) {
  const orders: unknown[] = [];
  const saved: unknown[] = [];
  const document = billFlow();
  const file = { document, revision: 'r1', fileName: 'a', modifiedAt: '', readOnly: false };
  const client = {
    flow: {
      get: async () => ({ ...file, bindings: { slots: {}, parameters: {} }, version: 0 }),
      undoSteps: async () => null,
      keepUndoSteps: async () => undefined,
      check: async () => ({ problems: [], inputs: {}, outputs: {} }),
      save: async (order: { document: typeof document }) => {
        saved.push(order.document);
        return { saved: true, file: { ...file, document: order.document } };
      },
    },
    run: {
      start: async (order: unknown) => {
        orders.push(order);
        throw error;
      },
    },
  } as unknown as CostwireClient;
  const store = createAppStore({ client, storage });
  await store.getState().openFlow(document.id);
  return { store, orders, saved, document };
}

describe('posting from the window', () => {
  it('names the sheet that was seen and offers a fresh dry run where it does not hold', async () => {
    const { store, orders, document } = await refusedWith(new AppError('approval.stale', 'The flow changed.'));
    await store.getState().postRun({ runId: 'r_dry', hash: 'abc' });
    expect(orders).toEqual([{ kind: 'post', flowId: document.id, sheet: { runId: 'r_dry', hash: 'abc' } }]);
    expect(store.getState().postRefusal).toMatchObject({ code: 'approval.stale' });
    expect(store.getState().notices).toEqual([]);
    store.getState().forgetRefusal();
    expect(store.getState().postRefusal).toBeUndefined();
  });

  it('complains of other failures as always', async () => {
    const { store } = await refusedWith(new AppError('workspace.conflict', 'It is running already.'));
    await store.getState().postRun({ runId: 'r_dry', hash: 'abc' });
    expect(store.getState().postRefusal).toBeUndefined();
    expect(store.getState().notices).toHaveLength(1);
  });

  it('saves a flow that was never published first: the saved file is what is posted', async () => {
    const { store, saved } = await refusedWith(new AppError('approval.stale', 'Old.'));
    store.getState().edit({ name: 'Describe', undo: 'record' }, (flow) => ({ ...flow, description: 'new' }));
    await store.getState().postRun({ runId: 'r_dry', hash: 'abc' });
    expect(saved).toMatchObject([{ description: 'new' }]);
  });
});

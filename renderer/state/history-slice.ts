/** Editing the open flow: every change passes here, gets its name in the history, and wakes autosave and checks. */
import type { FlowDocument } from '../../engine/model/flow.ts';
import { t } from '../strings/index.ts';
import { type Change, emptyHistory, groupEnded, type History, recorded, redone, undone } from './history.ts';
import type { SliceOf } from './slice.ts';

/** State and actions of undo and redo. */
export interface HistorySlice {
  history: History;
  /** Changes the open flow. Does nothing while it is read-only or shows a past run. */
  edit(change: Change, apply: (doc: FlowDocument) => FlowDocument): void;
  undo(): void;
  redo(): void;
  /** The next change is a step of its own: a field was left, or something else was chosen. */
  endGroup(): void;
}

/** Makes the history slice. */
export const historySlice: SliceOf<HistorySlice> = () => (set, get) => {
  const move = (step: typeof undone, spoken: (name: string) => string, name: string | undefined): void => {
    const { flow, history } = get();
    if (flow === undefined || !get().canEdit()) return;
    const moved = step(history, flow);
    if (moved === undefined) return;
    const present = new Set([...moved.doc.nodes.map((node) => node.id), ...moved.doc.layout.notes.map((n) => n.id)]);
    set({
      flow: moved.doc,
      history: moved.history,
      selection: get().selection.filter((id) => present.has(id)),
      selectedWires: [],
    });
    get().announce(spoken(name ?? ''));
    get().touched();
  };
  return {
    history: emptyHistory,
    edit: (change, apply) => {
      const { flow, history } = get();
      if (flow === undefined || !get().canEdit()) return;
      const next = apply(flow);
      if (next === flow) return;
      set({ flow: next, history: recorded(history, flow, next, change) });
      get().touched();
    },
    undo: () => move(undone, t.canvas.spoken.undone, get().history.undo.at(-1)?.name),
    redo: () => move(redone, t.canvas.spoken.redone, get().history.redo.at(-1)?.name),
    endGroup: () => {
      const history = groupEnded(get().history);
      if (history !== get().history) set({ history });
    },
  };
};

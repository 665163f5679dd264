/** Commands that change the open flow or run it. */
import {
  copyChosen,
  deleteChosen,
  duplicateChosen,
  groupChosen,
  nudgeChosen,
  openQuickAdd,
  pasteClipboard,
  toggleChosen,
  ungroupChosen,
} from '../canvas/actions.ts';
import { arranged } from '../canvas/arrange.ts';
import { freshNodeId, gridStep, takenIds } from '../state/document.ts';
import { type Alignment, addNote, alignNodes, moveNodes } from '../state/layout.ts';
import { errorOf } from '../state/slice.ts';
import type { AppState } from '../state/store.ts';
import { t } from '../strings/index.ts';
import type { Command } from './command.ts';

const open = (state: AppState): boolean => state.flow !== undefined && state.canEdit();
const chosen = (state: AppState): boolean => open(state) && state.selection.length > 0;
const several = (state: AppState): boolean => open(state) && state.selection.length > 1;
const one = (state: AppState): boolean => open(state) && state.selection.length === 1;

const align = (id: string, title: string, how: Alignment): Command => ({
  id: `edit.${id}`,
  title,
  group: 'edit',
  scope: 'canvas',
  isEnabled: several,
  run: ({ store }) => {
    const { selection, edit } = store.getState();
    edit({ name: t.edits.align, undo: 'record' }, (doc) => alignNodes(doc, { ids: selection, how }));
  },
});

const nudge = (id: string, title: string, key: string, [x, y]: readonly [number, number]): Command => ({
  id: `edit.${id}`,
  title,
  group: 'edit',
  scope: 'canvas',
  keys: [`Ctrl+${key}`],
  hidden: true,
  isEnabled: chosen,
  run: ({ store }) => nudgeChosen(store, [x * gridStep, y * gridStep]),
});

const history: readonly Command[] = [
  {
    id: 'edit.undo',
    title: t.commands.undo,
    group: 'edit',
    scope: 'designer',
    keys: ['Ctrl+Z'],
    isEnabled: (state) => open(state) && state.history.undo.length > 0,
    run: ({ store }) => store.getState().undo(),
  },
  {
    id: 'edit.redo',
    title: t.commands.redo,
    group: 'edit',
    scope: 'designer',
    keys: ['Ctrl+Shift+Z', 'Ctrl+Y'],
    isEnabled: (state) => open(state) && state.history.redo.length > 0,
    run: ({ store }) => store.getState().redo(),
  },
];

const building: readonly Command[] = [
  {
    id: 'edit.addNode',
    title: t.commands.addNode,
    group: 'edit',
    scope: 'canvas',
    keys: ['A', 'Tab'],
    context: ['canvas', 'node', 'wire'],
    isEnabled: open,
    run: ({ store }) => openQuickAdd(store),
  },
  {
    id: 'edit.addNote',
    title: t.commands.addNote,
    group: 'edit',
    scope: 'canvas',
    context: ['canvas'],
    isEnabled: open,
    run: ({ store }) => {
      const { flow, canvas, edit, select } = store.getState();
      if (flow === undefined) return;
      const id = freshNodeId('note', takenIds(flow));
      edit({ name: t.edits.note, undo: 'record' }, (doc) =>
        addNote(doc, { id, text: '', at: canvas?.center() ?? [0, 0] }),
      );
      select([id]);
    },
  },
  {
    id: 'edit.connect',
    title: t.commands.connect,
    group: 'edit',
    scope: 'canvas',
    keys: ['C'],
    context: ['node'],
    isEnabled: one,
    run: ({ store }) => store.getState().setView({ connecting: store.getState().selection[0] }),
  },
  {
    id: 'edit.rename',
    title: t.commands.rename,
    group: 'edit',
    scope: 'canvas',
    keys: ['F2'],
    context: ['node'],
    isEnabled: one,
    run: ({ store }) => store.getState().setView({ renaming: store.getState().selection[0] }),
  },
  {
    id: 'edit.toggle',
    title: t.commands.toggle,
    group: 'edit',
    scope: 'canvas',
    keys: ['D'],
    context: ['node'],
    isEnabled: chosen,
    run: ({ store }) => toggleChosen(store),
  },
  {
    id: 'edit.duplicate',
    title: t.commands.duplicate,
    group: 'edit',
    scope: 'canvas',
    keys: ['Ctrl+D'],
    context: ['node'],
    isEnabled: chosen,
    run: ({ store }) => duplicateChosen(store),
  },
];

const clipboard: readonly Command[] = [
  {
    id: 'edit.cut',
    title: t.commands.cut,
    group: 'edit',
    scope: 'canvas',
    keys: ['Ctrl+X'],
    context: ['node'],
    isEnabled: chosen,
    run: ({ store }) => copyChosen(store, true),
  },
  {
    id: 'edit.copy',
    title: t.commands.copy,
    group: 'edit',
    scope: 'canvas',
    keys: ['Ctrl+C'],
    context: ['node'],
    isEnabled: (state) => state.selection.length > 0,
    run: ({ store }) => copyChosen(store, false),
  },
  {
    id: 'edit.paste',
    title: t.commands.paste,
    group: 'edit',
    scope: 'canvas',
    keys: ['Ctrl+V'],
    context: ['canvas'],
    isEnabled: open,
    run: ({ store }) => pasteClipboard(store),
  },
  {
    id: 'edit.delete',
    title: t.commands.delete,
    group: 'edit',
    scope: 'canvas',
    keys: ['Del', 'Backspace'],
    context: ['node', 'wire'],
    isEnabled: (state) => open(state) && state.selection.length + state.selectedWires.length > 0,
    run: ({ store }) => deleteChosen(store, false),
  },
  {
    id: 'edit.deleteJoin',
    title: t.commands.deleteJoin,
    group: 'edit',
    scope: 'canvas',
    keys: ['Ctrl+Del', 'Ctrl+Backspace'],
    context: ['node'],
    isEnabled: chosen,
    run: ({ store }) => deleteChosen(store, true),
  },
];

const arranging: readonly Command[] = [
  {
    id: 'edit.selectAll',
    title: t.commands.selectAll,
    group: 'edit',
    scope: 'canvas',
    keys: ['Ctrl+A'],
    run: ({ store }) => {
      const { flow, select } = store.getState();
      select([...(flow?.nodes ?? []), ...(flow?.layout.notes ?? [])].map(({ id }) => id));
    },
  },
  {
    id: 'edit.group',
    title: t.commands.group,
    group: 'edit',
    scope: 'canvas',
    keys: ['Ctrl+G'],
    context: ['node'],
    isEnabled: chosen,
    run: ({ store }) => groupChosen(store),
  },
  {
    id: 'edit.ungroup',
    title: t.commands.ungroup,
    group: 'edit',
    scope: 'canvas',
    keys: ['Ctrl+Shift+G'],
    isEnabled: chosen,
    run: ({ store }) => ungroupChosen(store),
  },
  {
    id: 'edit.arrange',
    title: t.commands.arrange,
    group: 'edit',
    scope: 'designer',
    keys: ['Ctrl+Shift+L'],
    context: ['canvas'],
    isEnabled: open,
    run: async ({ store }) => {
      const { flow, kinds, edit, complain, canvas } = store.getState();
      if (flow === undefined || canvas === undefined) return;
      try {
        const to = await arranged(flow, { kinds, room: canvas.room() });
        edit({ name: t.edits.arrange, undo: 'record' }, (doc) => moveNodes(doc, { to }));
        canvas.begin();
      } catch (thrown) {
        complain(errorOf(thrown, t.doing.arrangingNodes));
      }
    },
  },
  align('alignLeft', t.commands.alignLeft, 'left'),
  align('alignTop', t.commands.alignTop, 'top'),
  align('alignMiddle', t.commands.alignMiddle, 'middle'),
  align('spreadAcross', t.commands.spreadAcross, 'spread-across'),
  align('spreadDown', t.commands.spreadDown, 'spread-down'),
  nudge('moveLeft', t.commands.moveLeft, 'Left', [-1, 0]),
  nudge('moveRight', t.commands.moveRight, 'Right', [1, 0]),
  nudge('moveUp', t.commands.moveUp, 'Up', [0, -1]),
  nudge('moveDown', t.commands.moveDown, 'Down', [0, 1]),
];

const flow: readonly Command[] = [
  {
    id: 'flow.save',
    title: t.commands.save,
    group: 'file',
    scope: 'designer',
    keys: ['Ctrl+S'],
    isEnabled: open,
    run: async ({ store }) => {
      await store.getState().saveFlow();
    },
  },
  {
    id: 'run.dry',
    title: t.commands.dryRun,
    group: 'run',
    scope: 'designer',
    keys: ['F9'],
    isEnabled: (state) => state.canRun(),
    run: ({ store }) => store.getState().dryRun(),
  },
];

/** Commands that change or run a flow. Posting is not among them on purpose: it has no shortcut. */
export const editCommands: readonly Command[] = [...flow, ...history, ...building, ...clipboard, ...arranging];

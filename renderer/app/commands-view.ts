/** Commands that move the eye: zoom, focus, problems, differences. */
import { stepProblem, walk } from '../canvas/actions.ts';
import { stepChange } from '../canvas/differences.ts';
import { sampleSize } from '../state/sample-slice.ts';
import { valueIn } from '../state/slice.ts';
import type { AppState } from '../state/store.ts';
import { t } from '../strings/index.ts';
import type { Command } from './command.ts';

const open = (state: AppState): boolean => state.flow !== undefined;

const go = (id: string, title: string, key: string, way: readonly [number, number]): Command => ({
  id: `view.${id}`,
  title,
  group: 'view',
  scope: 'canvas',
  keys: [key],
  hidden: true,
  isEnabled: open,
  run: ({ store }) => walk(store, way),
});

const zoom: readonly Command[] = [
  {
    id: 'view.fit',
    title: t.commands.fit,
    group: 'view',
    scope: 'canvas',
    keys: ['1'],
    context: ['canvas'],
    isEnabled: open,
    run: ({ store }) => store.getState().canvas?.fit(),
  },
  {
    id: 'view.zoomOne',
    title: t.commands.zoomOne,
    group: 'view',
    scope: 'canvas',
    keys: ['0'],
    isEnabled: open,
    run: ({ store }) => store.getState().canvas?.zoomTo(1),
  },
  {
    id: 'view.zoomIn',
    title: t.commands.zoomIn,
    group: 'view',
    scope: 'canvas',
    keys: ['Plus', '='],
    isEnabled: open,
    run: ({ store }) => store.getState().canvas?.zoomBy(1.25),
  },
  {
    id: 'view.zoomOut',
    title: t.commands.zoomOut,
    group: 'view',
    scope: 'canvas',
    keys: ['Minus'],
    isEnabled: open,
    run: ({ store }) => store.getState().canvas?.zoomBy(0.8),
  },
];

/** Backs out one level: what is open over the canvas first, then the overlay, then the selection. Edits stay. */
function back(state: AppState): void {
  const { quickAdd, connecting, refused, renaming, setView, comparison, pastRun, select } = state;
  if (quickAdd !== undefined || connecting !== undefined || refused !== undefined || renaming !== undefined)
    setView({ quickAdd: undefined, connecting: undefined, refused: undefined, renaming: undefined });
  else if (comparison !== undefined) void state.compareWith(undefined);
  else if (pastRun !== undefined) void state.showPastRun(undefined);
  else select([]);
}

/** Commands of looking. */
export const viewCommands: readonly Command[] = [
  ...zoom,
  {
    id: 'view.inspector',
    title: t.commands.inspector,
    group: 'view',
    scope: 'canvas',
    keys: ['Enter'],
    context: ['node'],
    isEnabled: (state) => state.selection.length === 1,
    run: () => document.querySelector<HTMLElement>('[data-slot=inspector]')?.focus(),
  },
  {
    id: 'run.toHere',
    title: t.commands.runToHere,
    group: 'run',
    scope: 'designer',
    keys: ['Ctrl+F9'],
    context: ['node'],
    isEnabled: (state) => state.selection.length === 1 && state.canRun(),
    run: ({ store }) => {
      store.getState().setView({ dockTab: 'data' });
      return store.getState().fetchSample(store.getState().selection[0]);
    },
  },
  {
    id: 'run.nextSample',
    title: t.commands.nextSample,
    group: 'run',
    scope: 'designer',
    keys: ['F10', ']'],
    isEnabled: (state) => valueIn(state.sample) !== undefined,
    run: ({ store }) => store.getState().stepSample(1, sampleSize),
  },
  {
    id: 'run.previousSample',
    title: t.commands.previousSample,
    group: 'run',
    scope: 'designer',
    keys: ['['],
    isEnabled: (state) => valueIn(state.sample) !== undefined,
    run: ({ store }) => store.getState().stepSample(-1, sampleSize),
  },
  {
    id: 'view.nextProblem',
    title: t.commands.nextProblem,
    group: 'view',
    scope: 'designer',
    keys: ['F8'],
    isEnabled: (state) => (state.check?.problems.length ?? 0) > 0,
    run: ({ store }) => stepProblem(store, 1),
  },
  {
    id: 'view.previousProblem',
    title: t.commands.previousProblem,
    group: 'view',
    scope: 'designer',
    keys: ['Shift+F8'],
    isEnabled: (state) => (state.check?.problems.length ?? 0) > 0,
    run: ({ store }) => stepProblem(store, -1),
  },
  {
    id: 'view.nextChange',
    title: t.commands.nextChange,
    group: 'view',
    scope: 'designer',
    keys: ['N'],
    isEnabled: (state) => state.comparison !== undefined,
    run: ({ store }) => stepChange(store, 1),
  },
  {
    id: 'view.previousChange',
    title: t.commands.previousChange,
    group: 'view',
    scope: 'designer',
    keys: ['Shift+N'],
    isEnabled: (state) => state.comparison !== undefined,
    run: ({ store }) => stepChange(store, -1),
  },
  go('goLeft', t.commands.goLeft, 'Left', [-1, 0]),
  go('goRight', t.commands.goRight, 'Right', [1, 0]),
  go('goUp', t.commands.goUp, 'Up', [0, -1]),
  go('goDown', t.commands.goDown, 'Down', [0, 1]),
  {
    id: 'view.back',
    title: t.commands.back,
    group: 'view',
    scope: 'designer',
    keys: ['Esc'],
    hidden: true,
    run: ({ store }) => back(store.getState()),
  },
];

/** The view of a list, remembered in the settings of the workspace. */
import { useMemo } from 'react';
import type { Json } from '../state/patch.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { type GridMemory, type GridView, readMemory } from './view.ts';

/** The view now, and what can be done with it. */
export interface ViewActions {
  view: GridView;
  saved: GridMemory['saved'];
  change: (change: Partial<GridView>) => void;
  /** Another view in the place of this one. */
  reset: (view: GridView) => void;
  /** Keeps the view under a name; one of the same name is replaced. */
  save: (name: string) => void;
  forget: (name: string) => void;
}

/** The view of the list with this id. */
export function useGridView(id: string): ViewActions {
  const { store } = useAppContext();
  const panel = `grid.${id}`;
  const kept = useApp((state) => state.settings.panels[panel]);
  return useMemo(() => {
    const { current, saved } = readMemory(kept);
    // Read afresh at every change: two changes in one event build on each other.
    const write = (make: (memory: GridMemory) => GridMemory): void => {
      const memory = make(readMemory(store.getState().settings.panels[panel]));
      store.getState().remember(panel, JSON.parse(JSON.stringify(memory)) as Json);
    };
    const without = (memory: GridMemory, name: string): GridMemory['saved'] =>
      memory.saved.filter((entry) => entry.name !== name);
    return {
      view: current,
      saved,
      change: (change) => write((memory) => ({ ...memory, current: { ...memory.current, ...change } })),
      reset: (view) => write((memory) => ({ ...memory, current: view })),
      save: (name) =>
        write((memory) => ({ ...memory, saved: [...without(memory, name), { name, view: memory.current }] })),
      forget: (name) => write((memory) => ({ ...memory, saved: without(memory, name) })),
    };
  }, [store, panel, kept]);
}

/** What is looked at: selection, panels, and what is open over the canvas. Never part of a document. */
import type { WireEnd } from './graph.ts';
import type { SliceOf } from './slice.ts';

/** A point on the canvas in pixels. */
type Place = readonly [x: number, y: number];

/** Where a node picked from the quick-add list goes, and what it is joined to. */
export interface QuickAdd {
  at: Place;
  /** Where the list opens in the window. */
  screen: Place;
  /** The free end of a wire that was dropped in space, or the node it follows. */
  from?: WireEnd;
  to?: WireEnd;
  /** The wire it goes into. */
  wire?: string;
}

/** A wire that was refused, for the explanation with its fix. */
export interface RefusedWire {
  from: WireEnd;
  to: WireEnd;
}

/** What the canvas can do for commands. */
export interface CanvasHandle {
  /** Shows all of the flow, or of these nodes, however small that makes them. */
  fit(ids?: readonly string[]): void;
  /** Shows the flow from its beginning at a size that can be read; all of it where it fits. */
  begin(): void;
  /** Room for nodes in pixels at a zoom of 1. */
  room(): { width: number; height: number };
  zoomBy(factor: number): void;
  zoomTo(zoom: number): void;
  /** Brings a node into view and focuses it. */
  reveal(id: string): void;
  /** Middle of what is visible, in canvas pixels. */
  center(): Place;
  /** A canvas point in window pixels. */
  toScreen(point: Place): Place;
  focus(): void;
}

/** Tabs of the inspector and of the dock. Panels register what they show by these names. */
export type DockTab = 'problems' | 'data' | 'sheet' | 'log';
export type InspectorTab = 'setup' | 'map' | 'test' | 'runs' | 'notes';

/** State and actions of the view. */
export interface ViewSlice {
  selection: readonly string[];
  selectedWires: readonly string[];
  quickAdd: QuickAdd | undefined;
  /** The node whose followers are chosen by keyboard. */
  connecting: string | undefined;
  refused: RefusedWire | undefined;
  /** The node or group whose name is typed on the canvas. */
  renaming: string | undefined;
  canvas: CanvasHandle | undefined;
  paletteOpen: boolean;
  shortcutsOpen: boolean;
  dockTab: DockTab;
  inspectorTab: InspectorTab;
  /** A field of the selected node that wants the focus, such as the place of a problem. */
  focusField: string | undefined;
  select(ids: readonly string[], wires?: readonly string[]): void;
  setView(
    change: Partial<
      Pick<
        ViewSlice,
        | 'quickAdd'
        | 'connecting'
        | 'refused'
        | 'renaming'
        | 'canvas'
        | 'paletteOpen'
        | 'shortcutsOpen'
        | 'dockTab'
        | 'inspectorTab'
        | 'focusField'
      >
    >,
  ): void;
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id, index) => id === b[index]);

/** Makes the view slice. */
export const viewSlice: SliceOf<ViewSlice> = () => (set, get) => ({
  selection: [],
  selectedWires: [],
  quickAdd: undefined,
  connecting: undefined,
  refused: undefined,
  renaming: undefined,
  canvas: undefined,
  paletteOpen: false,
  shortcutsOpen: false,
  dockTab: 'problems',
  inspectorTab: 'setup',
  focusField: undefined,
  select: (ids, wires = []) => {
    const { selection, selectedWires } = get();
    if (!same(selection, ids) || !same(selectedWires, wires)) {
      set({ selection: ids, selectedWires: wires });
      get().endGroup();
    }
  },
  setView: (change) => set(change),
});

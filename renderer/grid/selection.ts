/** Which cells are chosen: a block between two corners, moved and stretched as in a spreadsheet. Pure. */

/** A cell by its place on screen, from 0. */
export interface CellPlace {
  row: number;
  column: number;
}

/** The block between `anchor` and `active`; keys act on `active`. */
export interface Selection {
  anchor: CellPlace;
  active: CellPlace;
}

/** How many rows and columns there are, and how many rows a page holds. */
export interface Extent {
  rows: number;
  columns: number;
  page: number;
}

/** First and last row and column of a block, both included. */
export interface Block {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** The parts of a key press that matter. */
export interface GridKey {
  key: string;
  shiftKey: boolean;
  /** Ctrl, or Cmd on macOS. */
  command: boolean;
}

export const firstCell: Selection = { anchor: { row: 0, column: 0 }, active: { row: 0, column: 0 } };

/** The block a selection covers. */
export const blockOf = ({ anchor, active }: Selection): Block => ({
  top: Math.min(anchor.row, active.row),
  bottom: Math.max(anchor.row, active.row),
  left: Math.min(anchor.column, active.column),
  right: Math.max(anchor.column, active.column),
});

/** Whether a cell lies in a block. */
export const isInBlock = (block: Block, row: number, column: number): boolean =>
  row >= block.top && row <= block.bottom && column >= block.left && column <= block.right;

/** How many cells a selection covers. */
export function cellCount(selection: Selection): number {
  const { top, bottom, left, right } = blockOf(selection);
  return (bottom - top + 1) * (right - left + 1);
}

const clamp = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));

/** The selection inside the rows and columns there are. */
export function clamped(selection: Selection, { rows, columns }: Pick<Extent, 'rows' | 'columns'>): Selection {
  const inside = (place: CellPlace): CellPlace => ({
    row: clamp(place.row, rows),
    column: clamp(place.column, columns),
  });
  return { anchor: inside(selection.anchor), active: inside(selection.active) };
}

/** Everything. */
export const allCells = ({ rows, columns }: Extent): Selection => ({
  anchor: { row: 0, column: 0 },
  active: { row: Math.max(0, rows - 1), column: Math.max(0, columns - 1) },
});

const end = Number.MAX_SAFE_INTEGER;

/** Where a key takes the active cell; undefined for keys that do not move it. */
function movedPlace(
  { row, column }: CellPlace,
  { key, command, shiftKey }: GridKey,
  page: number,
): CellPlace | undefined {
  switch (key) {
    case 'ArrowDown':
      return { row: command ? end : row + 1, column };
    case 'ArrowUp':
      return { row: command ? 0 : row - 1, column };
    case 'ArrowRight':
      return { row, column: command ? end : column + 1 };
    case 'ArrowLeft':
      return { row, column: command ? 0 : column - 1 };
    case 'PageDown':
      return { row: row + page, column };
    case 'PageUp':
      return { row: row - page, column };
    case 'Home':
      return command ? { row: 0, column: 0 } : { row, column: 0 };
    case 'End':
      return command ? { row: end, column: end } : { row, column: end };
    case 'Tab':
      return { row, column: column + (shiftKey ? -1 : 1) };
    case 'Enter':
      // With Ctrl it confirms what the list is for.
      return command ? undefined : { row: row + (shiftKey ? -1 : 1), column };
    default:
      return undefined;
  }
}

/**
 * The selection after a key; undefined where the key is none of the grid's own. Tab at the edge of a row is left to the browser, so
 * that nobody is trapped.
 */
export function afterKey(selection: Selection, press: GridKey, extent: Extent): Selection | undefined {
  const { anchor, active } = selection;
  const { key, shiftKey, command } = press;
  if (command && key.toLowerCase() === 'a') return allCells(extent);
  if (key === ' ' && command)
    return { anchor: { row: 0, column: anchor.column }, active: { row: extent.rows - 1, column: active.column } };
  if (key === ' ' && shiftKey)
    return { anchor: { row: anchor.row, column: 0 }, active: { row: active.row, column: extent.columns - 1 } };
  if (key === 'Escape') return cellCount(selection) > 1 ? { anchor: active, active } : undefined;
  const moved = movedPlace(active, press, extent.page);
  if (moved === undefined) return undefined;
  if (key === 'Tab' && (moved.column < 0 || moved.column >= extent.columns)) return undefined;
  const stretches = shiftKey && key !== 'Tab' && key !== 'Enter';
  return clamped({ anchor: stretches ? anchor : moved, active: moved }, extent);
}

/** Editing in the grid: keys, pasting, and the cell that is typed in. */
import { type ClipboardEvent, type KeyboardEvent, useState } from 'react';
import type { Leaving } from './CellEditor.tsx';
import { pastedLines } from './clipboard.ts';
import type { GridColumn } from './column.ts';
import { type CellEdit, type EditKind, filledDown, filledRight, filledWith, type Pasted, pasted } from './edits.ts';
import { blockOf, type Selection } from './selection.ts';

/** What is wrong with a cell: it stands in the way, or is only odd. */
export interface CellFault {
  text: string;
  severity: 'blocking' | 'warning';
}

/** What an editable grid tells its owner. */
export interface GridEdits<Row> {
  onEdit: (edits: readonly CellEdit<Row>[], kind: EditKind) => void;
  onPaste: (pasted: Pasted<Row>) => void;
  onUndo: () => void;
  onRedo: () => void;
  onDeleteRows: (rows: readonly Row[]) => void;
  /** Below this row; at the end where there is none. */
  onAddRow: (below: Row | undefined) => void;
  /** What is wrong with a cell. */
  problemOf: (row: Row, column: string) => CellFault | undefined;
  /** What may be typed into a column, with its name in the target system. */
  choicesOf: (column: string) => readonly { value: string; label: string }[];
}

/** The cell that is typed in. */
export interface OpenCell {
  row: number;
  column: number;
  text: string;
  isQuick: boolean;
}

interface Place<Row> {
  edits: GridEdits<Row> | undefined;
  rows: readonly Row[];
  columns: readonly GridColumn<Row>[];
  selection: Selection;
  /** Copies the chosen cells. */
  copy: () => Promise<void>;
}

/** What the grid needs to be edited in. */
export interface Editing {
  open: OpenCell | undefined;
  /** Whether the key was one of editing. */
  press: (event: KeyboardEvent) => boolean;
  paste: (event: ClipboardEvent) => void;
  begin: (place: { row: number; column: number }) => void;
  /** @returns where the active cell goes */
  commit: (text: string, leaving: Leaving) => { row: number; column: number };
  cancel: () => void;
}

const steps: Readonly<Record<Leaving, readonly [number, number]>> = {
  down: [1, 0],
  up: [-1, 0],
  right: [0, 1],
  left: [0, -1],
  stay: [0, 0],
};

const today = (): string => {
  const now = new Date();
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
};

/** Editing of the cells that are shown. Without `edits` every key is left to the grid. */
export function useEditing<Row>({ edits, rows, columns, selection, copy }: Place<Row>): Editing {
  const [open, setOpen] = useState<OpenCell>();
  const block = blockOf(selection);
  const cells = { rows, columns };
  const { active } = selection;
  const begin = (at: { row: number; column: number }, typed?: string): void => {
    const row = rows[at.row];
    const column = columns[at.column];
    if (edits === undefined || row === undefined || column?.edit === undefined) return;
    setOpen({ ...at, text: typed ?? column.edit(row), isQuick: typed !== undefined });
  };
  /** What a key with Ctrl does; undefined where it is none of editing. */
  const command = (to: GridEdits<Row>, { key, shiftKey }: KeyboardEvent): (() => void) | undefined => {
    switch (key.toLowerCase()) {
      case 'z':
        return shiftKey ? to.onRedo : to.onUndo;
      case 'y':
        return to.onRedo;
      case 'x':
        return () => void copy().then(() => to.onEdit(filledWith(cells, block, ''), 'cut'));
      case 'd':
        return () => to.onEdit(filledDown(cells, block), 'fill');
      case 'r':
        return () => to.onEdit(filledRight(cells, block), 'fill');
      case ';':
        return () => to.onEdit(filledWith(cells, block, today()), 'today');
      case 'delete':
        return () => to.onDeleteRows(rows.slice(block.top, block.bottom + 1));
      case '+':
        return () => to.onAddRow(rows[active.row]);
      default:
        return undefined;
    }
  };
  return {
    open,
    begin,
    press: (event) => {
      if (edits === undefined) return false;
      if (event.ctrlKey || event.metaKey) {
        const act = command(edits, event);
        act?.();
        return act !== undefined;
      }
      if (event.altKey || event.nativeEvent.isComposing) return false;
      if (event.key === 'F2') begin(active);
      else if (event.key === 'Delete') edits.onEdit(filledWith(cells, block, ''), 'clear');
      else if (event.key === 'Backspace') begin(active, '');
      else if ([...event.key].length === 1 && (event.key !== ' ' || !event.shiftKey)) begin(active, event.key);
      else return false;
      return true;
    },
    paste: (event) => {
      if (edits === undefined) return;
      const { clipboardData } = event;
      const lines = pastedLines({
        text: clipboardData.getData('text/plain'),
        html: clipboardData.getData('text/html'),
      });
      if (lines.length === 0) return;
      event.preventDefault();
      edits.onPaste(pasted(cells, block, lines));
    },
    commit: (text, leaving) => {
      const at = open ?? { ...active, text };
      setOpen(undefined);
      const row = rows[at.row];
      const column = columns[at.column];
      if (row !== undefined && column?.edit !== undefined && column.edit(row) !== text)
        edits?.onEdit([{ row, column: column.id, text }], 'type');
      const [down, right] = steps[leaving];
      return { row: at.row + down, column: at.column + right };
    },
    cancel: () => setOpen(undefined),
  };
}

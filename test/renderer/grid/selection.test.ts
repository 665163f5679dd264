import { describe, expect, it } from 'vitest';
import {
  afterKey,
  blockOf,
  type CellPlace,
  cellCount,
  clamped,
  firstCell,
  type Selection,
} from '../../../renderer/grid/selection.ts';

const extent = { rows: 100, columns: 5, page: 10 };
const at = (row: number, column: number): Selection => ({ anchor: { row, column }, active: { row, column } });
const press = (selection: Selection, keys: string): Selection | undefined => {
  const parts = keys.split('+');
  const key = parts.at(-1) === 'Space' ? ' ' : (parts.at(-1) ?? '');
  return afterKey(selection, { key, shiftKey: parts.includes('Shift'), command: parts.includes('Ctrl') }, extent);
};
const active = (selection: Selection | undefined): CellPlace | undefined => selection?.active;

describe('moving', () => {
  it('goes by cell, to the edge, by page, to the ends', () => {
    expect(active(press(at(3, 2), 'ArrowDown'))).toEqual({ row: 4, column: 2 });
    expect(active(press(at(3, 2), 'Ctrl+ArrowDown'))).toEqual({ row: 99, column: 2 });
    expect(active(press(at(3, 2), 'PageDown'))).toEqual({ row: 13, column: 2 });
    expect(active(press(at(3, 2), 'Home'))).toEqual({ row: 3, column: 0 });
    expect(active(press(at(3, 2), 'Ctrl+End'))).toEqual({ row: 99, column: 4 });
    expect(active(press(at(3, 2), 'Ctrl+Home'))).toEqual({ row: 0, column: 0 });
    expect(active(press(at(0, 0), 'ArrowUp'))).toEqual({ row: 0, column: 0 });
  });

  it('goes with Tab along the row and leaves the grid at its ends', () => {
    expect(active(press(at(0, 1), 'Tab'))).toEqual({ row: 0, column: 2 });
    expect(active(press(at(0, 1), 'Shift+Tab'))).toEqual({ row: 0, column: 0 });
    expect(press(at(0, 4), 'Tab')).toBeUndefined();
    expect(press(at(0, 0), 'Shift+Tab')).toBeUndefined();
  });

  it('leaves other keys alone', () => {
    expect(press(at(0, 0), 'F2')).toBeUndefined();
    expect(press(at(0, 0), 'Delete')).toBeUndefined();
  });
});

describe('choosing', () => {
  it('stretches with Shift and shrinks again', () => {
    const two = press(at(5, 2), 'Shift+ArrowDown');
    expect(two === undefined ? undefined : blockOf(two)).toEqual({ top: 5, bottom: 6, left: 2, right: 2 });
    const one = two === undefined ? undefined : press(two, 'Shift+ArrowUp');
    expect(one).toEqual(at(5, 2));
  });

  it('takes the column, the row and everything', () => {
    const column = press(at(5, 2), 'Ctrl+Space');
    expect(column === undefined ? 0 : cellCount(column)).toBe(100);
    const row = press(at(5, 2), 'Shift+Space');
    expect(row === undefined ? 0 : cellCount(row)).toBe(5);
    const all = press(at(5, 2), 'Ctrl+a');
    expect(all === undefined ? 0 : cellCount(all)).toBe(500);
    expect(all === undefined ? undefined : press(all, 'Escape')).toEqual(at(99, 4));
    expect(press(firstCell, 'Escape')).toBeUndefined();
  });

  it('stays inside when rows go away', () => {
    expect(clamped(at(90, 4), { rows: 3, columns: 2 })).toEqual(at(2, 1));
    expect(clamped(at(90, 4), { rows: 0, columns: 2 })).toEqual(at(0, 1));
  });
});

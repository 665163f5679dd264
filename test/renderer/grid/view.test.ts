import { describe, expect, it } from 'vitest';
import type { GridColumn } from '../../../renderer/grid/column.ts';
import { movedColumn, nextSort, readMemory, shownColumns, widthsOf } from '../../../renderer/grid/view.ts';

const columns: readonly GridColumn<string>[] = ['a', 'b', 'c'].map((id) => ({
  id,
  title: id,
  value: (row) => row,
  width: 100,
  ...(id === 'c' ? { hidden: true as const } : {}),
}));
const plain = readMemory(undefined).current;
const ids = (view: typeof plain): string[] => shownColumns(columns, view).map(({ id }) => id);

describe('a view', () => {
  it('is read from what was kept, and plain where that is no view', () => {
    expect(readMemory({ current: { sort: 'up' } }).current).toEqual(plain);
    const kept = { current: { ...plain, frozen: 2 }, saved: [{ name: 'Held', view: plain }] };
    expect(readMemory(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
  });

  it('hides what hides by itself until it is chosen, orders, and never shows nothing', () => {
    expect(ids(plain)).toEqual(['a', 'b']);
    expect(ids({ ...plain, hidden: [], order: ['c', 'b'] })).toEqual(['c', 'b', 'a']);
    expect(ids({ ...plain, hidden: ['a', 'b', 'c'] })).toEqual(['a']);
    expect(movedColumn(['a', 'b', 'c'], 'c', -1)).toEqual(['a', 'c', 'b']);
    expect(movedColumn(['a', 'b', 'c'], 'c', 1)).toEqual(['a', 'b', 'c']);
  });

  it('sorts up, down, and no more; with Shift beside others', () => {
    const up = nextSort([], 'a', false);
    const down = nextSort(up, 'a', false);
    expect([up, down, nextSort(down, 'a', false)]).toEqual([
      [{ column: 'a', descending: false }],
      [{ column: 'a', descending: true }],
      [],
    ]);
    expect(nextSort(up, 'b', true)).toEqual([...up, { column: 'b', descending: false }]);
    expect(nextSort([...up, { column: 'b', descending: true }], 'b', true)).toEqual(up);
  });

  it('fills the room, except with columns whose width was set', () => {
    expect(widthsOf(shownColumns(columns, plain), plain, 300)).toEqual([150, 150]);
    expect(widthsOf(shownColumns(columns, plain), { ...plain, widths: { a: 80 } }, 300)).toEqual([80, 220]);
    expect(widthsOf(shownColumns(columns, plain), plain, 301)).toEqual([150, 151]);
    expect(widthsOf(shownColumns(columns, plain), plain, 50)).toEqual([100, 100]);
  });
});

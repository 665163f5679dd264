import { describe, expect, it } from 'vitest';
import type { GridColumn } from '../../../renderer/grid/column.ts';
import { copied, selectionTotals } from '../../../renderer/grid/totals.ts';
import { runNow } from '../../../renderer/grid/work.ts';

interface Line {
  text: string;
  lines: number;
  amounts?: Record<string, string>;
}
const columns: readonly GridColumn<Line>[] = [
  { id: 'text', title: 'Text', value: (line) => line.text, width: 1 },
  { id: 'lines', title: 'Lines', value: (line) => line.lines, width: 1, align: 'right' },
  { id: 'amount', title: 'Amount', value: () => '', amounts: (line) => line.amounts, width: 1, align: 'right' },
];
const rows: readonly Line[] = [
  { text: '0100', lines: 1, amounts: { USD: '0.10' } },
  { text: '', lines: 2, amounts: { USD: '0.2', CAD: '-5' } },
  { text: '=1+1', lines: 3 },
  { text: 'a "b"\tc', lines: 4, amounts: { USD: '90071992547409.93' } },
];
const all = { anchor: { row: 0, column: 0 }, active: { row: 3, column: 2 } };

describe('the status line', () => {
  it('adds exact decimals, currency by currency', () => {
    expect(
      runNow(selectionTotals(rows, columns, { anchor: { row: 3, column: 2 }, active: { row: 0, column: 2 } })),
    ).toEqual({
      count: 3,
      sums: [
        { currency: 'CAD', sum: '-5', min: '-5', max: '-5' },
        { currency: 'USD', sum: '90071992547410.23', min: '0.10', max: '90071992547409.93' },
      ],
    });
  });

  it('counts cells that hold something, and adds plain numbers apart from money', () => {
    const totals = runNow(selectionTotals(rows, columns, all));
    expect(totals.count).toBe(3 + 4 + 3);
    expect(totals.sums[0]).toEqual({ currency: '', sum: '10', min: '1', max: '4' });
  });
});

describe('the copied block', () => {
  it('is tab-separated, keeps codes as they are, quotes and defuses formulas', () => {
    const text = runNow(copied(rows, columns, { top: 0, bottom: 3, left: 0, right: 2 }));
    expect(text.split('\r\n')).toEqual([
      '0100\t1\t0.10',
      '\t2\t0.2 USD + -5 CAD',
      "'=1+1\t3\t",
      '"a ""b""\tc"\t4\t90071992547409.93',
    ]);
  });

  it('leaves negative amounts as numbers', () => {
    const negative = [{ text: '-12.50', lines: -1, amounts: { USD: '-12.50' } }];
    expect(runNow(copied(negative, columns, { top: 0, bottom: 0, left: 0, right: 2 }))).toBe('-12.50\t-1\t-12.50');
  });
});

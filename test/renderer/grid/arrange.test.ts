import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arranged } from '../../../renderer/grid/arrange.ts';
import type { GridColumn } from '../../../renderer/grid/column.ts';
import type { GridFilter } from '../../../renderer/grid/view.ts';
import { runInSlices, runNow } from '../../../renderer/grid/work.ts';

interface Bill {
  number: string;
  vendor: string;
  amount?: string;
}

const columns: readonly GridColumn<Bill>[] = [
  { id: 'number', title: 'Number', value: (bill) => bill.number, width: 100 },
  { id: 'vendor', title: 'Vendor', value: (bill) => bill.vendor, width: 100 },
  {
    id: 'amount',
    title: 'Amount',
    value: (bill) => bill.amount ?? '',
    amounts: (bill) => (bill.amount === undefined ? undefined : { USD: bill.amount }),
    width: 100,
    align: 'right',
  },
];
const bills: readonly Bill[] = [
  { number: 'INV-10', vendor: 'Ironclad', amount: '1000.00' },
  { number: 'INV-9', vendor: 'Summit', amount: '9.5' },
  { number: 'INV-100', vendor: 'Ironclad' },
  { number: 'INV-2', vendor: 'Basin', amount: '-250.10' },
];
const numbers = (given: { sort?: { column: string; descending: boolean }[]; filters?: GridFilter[]; find?: string }) =>
  runNow(arranged(bills, { columns, sort: [], filters: [], find: '', ...given })).map(({ number }) => number);

describe('sorting', () => {
  it('sorts codes as people count, amounts as decimals, and blanks last either way', () => {
    expect(numbers({ sort: [{ column: 'number', descending: false }] })).toEqual([
      'INV-2',
      'INV-9',
      'INV-10',
      'INV-100',
    ]);
    expect(numbers({ sort: [{ column: 'amount', descending: false }] })).toEqual([
      'INV-2',
      'INV-9',
      'INV-10',
      'INV-100',
    ]);
    expect(numbers({ sort: [{ column: 'amount', descending: true }] })).toEqual([
      'INV-10',
      'INV-9',
      'INV-2',
      'INV-100',
    ]);
  });

  it('sorts by a second column where the first says nothing', () => {
    const sort = [
      { column: 'vendor', descending: false },
      { column: 'number', descending: true },
    ];
    expect(numbers({ sort })).toEqual(['INV-2', 'INV-100', 'INV-10', 'INV-9']);
  });

  it('is stable and orders any list like the language does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 3000, size: 'max' }), (values) => {
        const rows = values.map((value, index) => ({ value, index }));
        const byValue: readonly GridColumn<(typeof rows)[number]>[] = [
          { id: 'value', title: '', value: (row) => row.value, width: 1 },
        ];
        const sort = [{ column: 'value', descending: false }];
        expect(runNow(arranged(rows, { columns: byValue, sort, filters: [], find: '' }))).toEqual(
          rows.toSorted((a, b) => a.value - b.value),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('tells amounts apart that a float holds for the same', () => {
    const rows = [{ amount: '9007199254740993.01' }, { amount: '9007199254740993.00' }];
    const byAmount: readonly GridColumn<(typeof rows)[number]>[] = [
      { id: 'a', title: '', value: () => '', amounts: ({ amount }) => ({ USD: amount }), width: 1, align: 'right' },
    ];
    const sort = [{ column: 'a', descending: false }];
    const [first] = runNow(arranged(rows, { columns: byAmount, sort, filters: [], find: '' }));
    expect(first?.amount).toBe('9007199254740993.00');
  });
});

describe('filters', () => {
  it('passes rows by text, by values and by a range with open ends', () => {
    expect(numbers({ filters: [{ kind: 'contains', column: 'vendor', text: 'iron' }] })).toEqual(['INV-10', 'INV-100']);
    expect(numbers({ filters: [{ kind: 'values', column: 'vendor', values: ['Summit', 'Basin'] }] })).toEqual([
      'INV-9',
      'INV-2',
    ]);
    expect(numbers({ filters: [{ kind: 'range', column: 'amount', from: '9.50' }] })).toEqual(['INV-10', 'INV-9']);
    expect(numbers({ filters: [{ kind: 'range', column: 'amount', from: '-300', to: '9.5' }] })).toEqual([
      'INV-9',
      'INV-2',
    ]);
  });

  it('finds words in any column, and forgets filters of columns that are gone', () => {
    expect(numbers({ find: ' summit ' })).toEqual(['INV-9']);
    expect(numbers({ filters: [{ kind: 'contains', column: 'gone', text: 'x' }] })).toHaveLength(4);
  });
});

describe('work on many rows', () => {
  it('pauses after a bounded number of rows', () => {
    let looked = 0;
    let most = 0;
    const rows = Array.from({ length: 20_000 }, (_, index) => index);
    const counting: readonly GridColumn<number>[] = [
      {
        id: 'n',
        title: '',
        value: (row) => {
          looked += 1;
          return (row * 7919) % 20_011;
        },
        width: 1,
      },
    ];
    const filters: GridFilter[] = [{ kind: 'contains', column: 'n', text: '1' }];
    const work = arranged(rows, {
      columns: counting,
      sort: [{ column: 'n', descending: false }],
      filters,
      find: '',
    });
    for (let step = work.next(); step.done !== true; step = work.next()) {
      most = Math.max(most, looked);
      looked = 0;
    }
    expect(most).toBeLessThanOrEqual(2 * 512);
  });

  it('ends without a result when it was aborted', async () => {
    const end = new AbortController();
    end.abort();
    expect(
      await runInSlices(arranged(bills, { columns, sort: [], filters: [], find: 'a' }), end.signal),
    ).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { cellText, fieldRows, listsOf } from '../../../renderer/dock/flatten.ts';

const records = [
  { id: '1', summary: { due: '10.00', note: null }, items: [{ amount: '4.00' }, { amount: '6.00' }], empty: null },
  { id: '2', summary: { due: '0.50', note: 'late' }, items: [], extra: true },
];
const schema = {
  fields: [
    { name: 'id', label: 'ID', type: 'text' as const },
    {
      name: 'summary',
      label: 'Summary',
      type: 'record' as const,
      fields: [{ name: 'due', label: 'Payment due', type: 'decimal' as const }],
    },
  ],
};

describe('records as rows', () => {
  it('gives a row to each field of any record and none to what is blank everywhere', () => {
    const rows = fieldRows(records, schema);
    expect(rows.map(({ path }) => path)).toEqual(['id', 'summary.due', 'summary.note', 'items', 'extra']);
    expect(rows[1]).toEqual({ path: 'summary.due', label: 'Payment due', numeric: true, cells: ['10.00', '0.50'] });
    expect(rows[4]?.cells).toEqual([undefined, true]);
  });

  it('finds the lines inside a record', () => {
    expect(listsOf(records[0] ?? {})).toEqual([{ path: 'items', lines: [{ amount: '4.00' }, { amount: '6.00' }] }]);
    expect(listsOf(records[1] ?? {})).toEqual([]);
  });

  it('shows values as text and lists by their size', () => {
    const entries = (count: number): string => `${count} entries`;
    expect(cellText(null, entries)).toBe('');
    expect(cellText(false, entries)).toBe('false');
    expect(cellText(['a', 'b'], entries)).toBe('a, b');
    expect(cellText([{ a: '1' }], entries)).toBe('1 entries');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MappingRow, tableSchemaSchema } from '../../../engine/model/mapping-table.ts';
import { cellText, partsOf, problemsOf, withCells, withNewRows } from '../../../renderer/tables/rows.ts';

const schema = tableSchemaSchema.parse({
  format: 'costwire/table',
  schemaVersion: 1,
  id: 'codes',
  name: 'Codes',
  keys: [{ name: 'code', label: 'Cost code' }],
  targets: [
    { name: 'account', required: true },
    { name: 'billable', type: 'boolean' },
    { name: 'accepted', type: 'boolean' },
  ],
});
const row = (id: string, code: string, account: string): MappingRow => ({
  id,
  keys: [code],
  targets: [account, '', ''],
});
const rows = [row('a', '01', '5010'), row('b', '02', '5020')];
const change = (column: string, text: string, rowId = 'a') => withCells(schema, rows, [{ rowId, column, text }]);

describe('cells', () => {
  it('change one by one; rows and tables without a change keep their identity', () => {
    const next = change('target.account', '0050');
    expect(next).toEqual([row('a', '01', '0050'), rows[1]]);
    expect(next[1]).toBe(rows[1]);
    expect(change('target.account', '5010')).toBe(rows);
    expect(change('nothing', 'x')).toBe(rows);
    expect(withCells(schema, rows, [{ rowId: 'gone', column: 'note', text: 'x' }])).toBe(rows);
  });

  it('take what spreadsheets write in their own way, and leave codes alone', () => {
    expect(change('target.billable', 'WAHR')[0]?.targets[1]).toBe('WAHR');
    expect(change('target.billable', ' TRUE ')[0]?.targets[1]).toBe('true');
    expect(change('target.billable', 'no')[0]?.targets[1]).toBe('false');
    expect(change('from', '2026/3/1')[0]?.validFrom).toBe('2026-03-01');
    expect(change('from', '3/1/2026')[0]?.validFrom).toBe('3/1/2026');
    expect(change('key.code', ' 007')[0]?.keys).toEqual([' 007']);
  });

  it('leave no trace of what is optional and blank', () => {
    const texts = { from: '2026-01-01', to: '2026-12-31', suspense: 'x', note: 'Since the audit' };
    const filled = Object.entries(texts).reduce(
      (before, [column, text]) => withCells(schema, before, [{ rowId: 'a', column, text }]),
      rows as readonly MappingRow[],
    );
    expect(filled[0]).toEqual({
      ...rows[0],
      validFrom: '2026-01-01',
      validTo: '2026-12-31',
      suspense: true,
      note: 'Since the audit',
    });
    const changes = Object.keys(texts).map((column) => ({ rowId: 'a', column, text: '' }));
    expect(withCells(schema, filled, changes)).toEqual(rows);
  });

  it('hold what was typed, whatever it is, wherever it is text', () => {
    const parts = partsOf(schema);
    const free = ['key.code', 'target.account', 'note'];
    fc.assert(
      fc.property(fc.constantFrom(...free), fc.string(), (column, text) => {
        const [first] = change(column, text);
        const part = parts.get(column);
        expect(first === undefined || part === undefined ? undefined : cellText(first, part)).toBe(text);
      }),
    );
  });
});

describe('new rows', () => {
  it('go below another one with ids of their own, and count as accepted: a person added them', () => {
    const taken = [row('row-3', '01', '5010'), ...rows];
    const { rows: next, ids } = withNewRows(
      schema,
      taken,
      [{}, { 'key.code': '03', 'target.account': '5030' }],
      'row-3',
    );
    expect(ids).toEqual(['row-4', 'row-5']);
    expect(next.map(({ id }) => id)).toEqual(['row-3', 'row-4', 'row-5', 'a', 'b']);
    expect(next[1]).toEqual({ id: 'row-4', keys: [''], targets: ['', '', 'true'] });
    expect(next[2]).toEqual({ id: 'row-5', keys: ['03'], targets: ['5030', '', 'true'] });
    expect(withNewRows(schema, rows, [{}]).rows.at(-1)?.id).toBe('row-3');
  });
});

describe('problems', () => {
  it('name the cell to correct, also where row ids have dots', () => {
    const wrong = [row('01.a', '01', ''), { ...row('b', '02', '5020'), validFrom: 'soon' }];
    expect(problemsOf(schema, wrong).map(({ rowId, column }) => [rowId, column])).toEqual([
      ['01.a', 'target.account'],
      ['b', 'from'],
    ]);
  });

  it('name a row that contradicts another', () => {
    const twice = [row('a', '01', '5010'), row('b.2', '01', '5020')];
    expect(problemsOf(schema, twice)).toMatchObject([{ rowId: 'b.2', column: 'key.code' }]);
    expect(problemsOf(schema, rows)).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTable } from '../../../engine/model/mapping-lookup.ts';
import {
  type MappingRow,
  type MappingTableSchema,
  tableSchemaSchema,
  wildcard,
} from '../../../engine/model/mapping-table.ts';

const schema: MappingTableSchema = tableSchemaSchema.parse({
  format: 'costwire/table',
  schemaVersion: 1,
  id: 'codes',
  name: 'Codes',
  keys: [{ name: 'code' }, { name: 'type', match: 'ignore-case' }, { name: 'project' }],
  targets: [
    { name: 'account', required: true },
    { name: 'rate', type: 'decimal' },
  ],
});

const row = (id: string, keys: string[], account = id, more: Partial<MappingRow> = {}): MappingRow => ({
  id,
  keys,
  targets: [account, ''],
  ...more,
});
const compile = (rows: MappingRow[]) => compileTable({ schema, version: 3, rows });

describe('looking codes up', () => {
  it('prefers more exact cells, then exact cells further left', () => {
    const table = compile([
      row('all', [wildcard, wildcard, wildcard]),
      row('code', ['01-100', wildcard, wildcard]),
      row('type', [wildcard, 'L', wildcard]),
      row('both', ['01-100', 'L', wildcard]),
      row('ends', ['01-100', wildcard, 'P1']),
      row('right', [wildcard, 'L', 'P1']),
    ]);
    const winner = (...keys: string[]) => table.find(keys)?.row.id;
    expect(table.problems).toEqual([]);
    expect([
      winner('x', 'x', 'x'),
      winner('01-100', 'x', 'x'),
      winner('x', 'L', 'x'),
      winner('01-100', 'L', 'P1'),
      winner('01-100', 'M', 'P1'),
      winner('x', 'L', 'P1'),
    ]).toEqual(['all', 'code', 'type', 'both', 'ends', 'right']);
  });

  it('keeps codes as they are: zeros, blanks and case count unless the column says otherwise', () => {
    const table = compile([row('a', ['01', 'L', 'P1'])]);
    expect(table.find(['01', 'l', 'P1'])?.values.account).toBe('a');
    expect(table.find(['1', 'L', 'P1'])).toBeUndefined();
    expect(table.find(['01', 'L', 'p1'])).toBeUndefined();
    expect(table.find(['01 ', 'L', 'P1'])).toBeUndefined();
  });

  it('does not mix up codes whose joined text is the same', () => {
    const table = compile([row('a', ['1', '11', '1'])]);
    expect(table.find(['11', '1', '1'])).toBeUndefined();
  });

  it('judges validity by the date, both ends included, and falls back to a less specific row', () => {
    const table = compile([
      row('old', ['01', 'L', '*'], 'old', { validTo: '2026-03-31' }),
      row('new', ['01', 'L', '*'], 'new', { validFrom: '2026-04-01', validTo: '2026-04-30' }),
      row('rest', ['01', '*', '*'], 'rest'),
    ]);
    const on = (date?: string) => table.find(['01', 'L', 'P'], date)?.row.id;
    expect(table.problems).toEqual([]);
    expect([on('2026-03-31'), on('2026-04-01'), on('2026-04-30'), on('2026-05-01'), on()]).toEqual([
      'old',
      'new',
      'new',
      'rest',
      'rest',
    ]);
  });

  it('names ties and overlaps', () => {
    const { problems } = compile([
      row('a', ['01', 'L', '*'], 'a', { validTo: '2026-03-31' }),
      row('b', ['01', 'l', '*'], 'b', { validFrom: '2026-03-31' }),
    ]);
    expect(problems).toMatchObject([{ severity: 'blocking', code: 'mapping.ambiguous' }]);
    expect(problems[0]?.message).toContain('Rows 1 and 2');
  });

  it('names what is wrong with a row', () => {
    const { problems } = compile([
      row('a', ['01']),
      row('b', ['02', 'L', '*'], '', { validFrom: '2026-02-30' }),
      { id: 'c', keys: ['03', 'L', '*'], targets: ['5', 'twelve'], validFrom: '2026-05-01', validTo: '2026-04-01' },
    ]);
    expect(problems.map((problem) => [problem.code, problem.field])).toEqual([
      ['mapping.invalidTable', 'rows.a.keys'],
      ['mapping.invalidTable', 'rows.b.account'],
      ['mapping.invalidTable', 'rows.b.valid_from'],
      ['mapping.invalidTable', 'rows.c.rate'],
      ['mapping.invalidTable', 'rows.c.valid_to'],
    ]);
  });

  it('finds the row that a search through all rows finds', () => {
    const cell = fc.constantFrom('a', 'b', wildcard);
    const rows = fc
      .uniqueArray(fc.tuple(cell, cell, cell), { selector: (keys) => keys.join() })
      .map((list) => list.map((keys, index) => row(`r${index}`, keys)));
    const key = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(rows, fc.tuple(key, key, key), (list, keys) => {
        const score = (candidate: MappingRow) =>
          candidate.keys.reduce((sum, cellText, at) => sum + (cellText === wildcard ? 0 : 100 + 2 ** (3 - at)), 0);
        const best = list
          .filter((candidate) => candidate.keys.every((text, at) => text === wildcard || text === keys[at]))
          .sort((x, y) => score(y) - score(x))[0];
        expect(compile(list).find(keys)?.row.id).toBe(best?.id);
      }),
    );
  });

  it('finds the first row that holds on the day, however many rows begin with the same code', () => {
    const plain = tableSchemaSchema.parse({ ...schema, keys: [{ name: 'code' }, { name: 'type' }] });
    const months = ['2026-01-31', '2026-02-28', '2026-03-31'];
    const rows = fc
      .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', wildcard), fc.constantFrom(...'abcdefghijkl', wildcard)), {
        selector: (keys) => keys.join(),
        minLength: 10,
      })
      .map((list) =>
        list.flatMap((keys, index) =>
          months.map((end, at) =>
            row(`r${index}.${at}`, keys, 'x', {
              ...(at === 0 ? {} : { validFrom: `${months[at - 1]?.slice(0, 8)}32` }),
              validTo: end,
            }),
          ),
        ),
      );
    const on = fc.constantFrom(undefined, '2025-12-31', '2026-01-31', '2026-02-15', '2026-03-31', '2026-04-01');
    const key = fc.constantFrom(...'abcdefghijklm');
    fc.assert(
      fc.property(rows, fc.tuple(key, key), on, (list, keys, date) => {
        const exact = ({ keys: [code = '', type = ''] }: MappingRow) =>
          (code === wildcard ? 0 : 3) + (type === wildcard ? 0 : 2);
        const isValid = ({ validFrom = '', validTo = '' }: MappingRow) =>
          date !== undefined && validFrom <= date && date <= validTo;
        const best = list
          .filter((one) => isValid(one) && one.keys.every((text, at) => text === wildcard || text === keys[at]))
          .sort((x, y) => exact(y) - exact(x))[0];
        expect(compileTable({ schema: plain, version: 3, rows: list }).find(keys, date)?.row.id).toBe(best?.id);
      }),
    );
  });

  it('names ties behind many rows that begin with the same code', () => {
    const plain = tableSchemaSchema.parse({ ...schema, keys: [{ name: 'code' }, { name: 'type' }] });
    const many = [...'abcdefghijklmno'].map((type) => row(type, ['01', type]));
    for (const tied of ['a', 'h', 'i', 'o']) {
      const { problems } = compileTable({ schema: plain, version: 3, rows: [...many, row('last', ['01', tied])] });
      expect(problems.map(({ code, field }) => [code, field])).toEqual([['mapping.ambiguous', 'rows.last']]);
      expect(problems[0]?.message).toContain(`Rows ${many.findIndex(({ id }) => id === tied) + 1} and 16 `);
    }
  });
});

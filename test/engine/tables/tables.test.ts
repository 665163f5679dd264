import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MappingRow, type MappingTableSchema, tableSchemaSchema } from '../../../engine/model/mapping-table.ts';
import { gridCells, gridHeader, readGrid } from '../../../engine/tables/cells.ts';
import { decodeCsv, parseCsv, toSpreadsheetCsv } from '../../../engine/tables/csv.ts';
import { acceptImport, planImport } from '../../../engine/tables/import.ts';
import { parseTable, serializeTable } from '../../../engine/tables/table-file.ts';
import { readWorkbook, toWorkbook } from '../../../engine/tables/workbook.ts';

const schema: MappingTableSchema = tableSchemaSchema.parse({
  format: 'costwire/table',
  schemaVersion: 1,
  id: 'cost-codes',
  name: 'Cost codes → accounts',
  keys: [{ name: 'cost_code', label: 'Cost code' }, { name: 'cost_type' }],
  targets: [{ name: 'account', required: true }, { name: 'text' }],
});
const rows: MappingRow[] = [
  { id: '1', keys: ['00123', 'L'], targets: ['51000', 'Zürich, "Süd"\nzwei'], note: '=1+1' },
  { id: '2', keys: ['-7', '*'], targets: ['-51000', '+cmd|x'], validFrom: '2026-01-01', validTo: '2026-06-30' },
  { id: '3', keys: ['*', '*'], targets: ['99999', "'@quoted"], suspense: true },
];

const csvRoundTrip = (list: readonly MappingRow[]) => {
  const text = toSpreadsheetCsv([gridHeader(schema, false), ...list.map((row) => gridCells(row, false))]);
  return planImport(schema, readGrid(schema, parseCsv(text, 'x', { defused: true }), 'x'), list, { remove: true });
};

describe('table files', () => {
  it('keep schema and rows, and write the same bytes again', () => {
    const text = serializeTable({ schema, rows });
    const read = parseTable(text, 'x.table');
    expect(read).toEqual({ schema, rows });
    expect(serializeTable(read)).toBe(text);
    expect(parseTable(text.replaceAll('\n', '\r\n'), 'x').rows.map((row) => row.keys)).toEqual(
      rows.map((row) => row.keys),
    );
  });

  it.each([
    ['{"format":"costwire/table"}', 'blank line'],
    ['{"format":\n\ncost_code', 'JSON'],
    ['{"format":"costwire/table","schemaVersion":1,"id":"a","name":"b","keys":[]}\n\nx', 'keys'],
  ])('say what is wrong with %j', (text, word) => {
    expect(() => parseTable(text, 'cost-codes.table')).toThrow(word);
  });
});

describe('export and import', () => {
  it('of CSV changes nothing, also for texts that look like formulas', () => {
    const text = toSpreadsheetCsv([gridHeader(schema, false), ...rows.map((row) => gridCells(row, false))]);
    expect(text).toContain("'=1+1");
    expect(text).toContain("'+cmd|x");
    expect(text).toContain(',-51000,');
    expect(csvRoundTrip(rows)).toMatchObject({ unchanged: 3, added: [], changed: [], removed: [], rejected: [] });
  });

  it('of CSV changes nothing for any text', () => {
    const cell = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\u0000'));
    const any = fc.uniqueArray(
      fc.tuple(
        cell,
        cell,
        cell.filter((text) => text !== ''),
      ),
      {
        selector: (cells) => JSON.stringify(cells.slice(0, 2)),
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(any, (list) => {
        const table = list.map(([a, b, c], index): MappingRow => ({ id: `r${index}`, keys: [a, b], targets: [c, a] }));
        expect(csvRoundTrip(table)).toMatchObject({ unchanged: table.length, added: [], changed: [], removed: [] });
      }),
    );
  });

  it('of a workbook changes nothing and keeps leading zeros', async () => {
    const grid = await readWorkbook(await toWorkbook({ schema, rows }), 'x.xlsx');
    const plan = planImport(schema, readGrid(schema, grid, 'x.xlsx'), rows, { remove: true });
    expect(plan).toMatchObject({ unchanged: 3, added: [], changed: [], removed: [], rejected: [] });
    await expect(readWorkbook(new TextEncoder().encode('no workbook'), 'x.xlsx')).rejects.toThrow('x.xlsx');
  });

  it('tells added, changed, removed and rejected rows apart, by heading or label', () => {
    const text = 'Cost code;COST TYPE;account;text\r\n00123;L;52000;new\r\n00124;L;;x\r\n00125;M;53000;y\r\n';
    const grid = readGrid(schema, parseCsv(text, 'x.csv', { defused: true }), 'x.csv');
    const plan = planImport(schema, grid, rows, { remove: false });
    expect(plan.added.map((row) => row.keys)).toEqual([['00125', 'M']]);
    expect(plan.changed.map(({ after }) => after.targets[0])).toEqual(['52000']);
    expect(plan.removed.map((row) => row.id)).toEqual(['2', '3']);
    expect(plan.rejected).toMatchObject([{ line: 3 }]);
    expect(plan.rows).toHaveLength(4);
    expect(() => acceptImport(schema, plan)).toThrow('Nothing was imported');
  });

  it('refuses two rows of one id: neither may take the place of the other', () => {
    const text = 'row_id,cost_code,cost_type,account,text\nx,00200,L,52000,a\nx,00201,L,52001,b\n';
    const plan = planImport(schema, readGrid(schema, parseCsv(text, 'x.csv', { defused: true }), 'x.csv'), rows, {
      remove: false,
    });
    expect(plan.rejected).toMatchObject([{ line: 3 }]);
    expect(plan.rejected[0]?.reason).toContain('“x”');
    expect(() => acceptImport(schema, plan)).toThrow('Nothing was imported');
  });

  it('adds a row beside one whose code was edited since it got its id', () => {
    const edited: MappingRow = { id: 'A|L', keys: ['B', 'L'], targets: ['51000', ''] };
    const text = 'cost_code,cost_type,account,text\nA,L,52000,\n';
    const plan = planImport(schema, readGrid(schema, parseCsv(text, 'x.csv', { defused: true }), 'x.csv'), [edited], {
      remove: false,
    });
    expect(plan).toMatchObject({ changed: [], added: [{ keys: ['A', 'L'] }] });
    expect(plan.rows.map(({ keys }) => keys)).toEqual([
      ['B', 'L'],
      ['A', 'L'],
    ]);
  });

  it('refuses rows that contradict each other', () => {
    const grid = readGrid(
      schema,
      [
        ['cost_code', 'cost_type', 'account', 'text'],
        ['1', 'L', '5', ''],
        ['1', 'L', '6', ''],
      ],
      'x',
    );
    expect(() => acceptImport(schema, planImport(schema, grid, [], { remove: true }))).toThrow('Nothing was imported');
  });

  it('names missing and unknown columns', () => {
    expect(() => readGrid(schema, [['cost_code', 'account']], 'x.csv')).toThrow('cost_type');
    expect(() => readGrid(schema, [['cost_code', 'cost_type', 'account', 'text', 'colour']], 'x.csv')).toThrow(
      'colour',
    );
  });

  it('reads what Windows spreadsheets write', () => {
    expect(decodeCsv(Uint8Array.from([0x5a, 0xfc]))).toBe('Zü');
    expect(decodeCsv(Uint8Array.from([0xff, 0xfe, 0x5a, 0x00]))).toBe('Z');
    expect(() => parseCsv('"open', 'x.csv', { defused: true })).toThrow('quotation');
  });
});

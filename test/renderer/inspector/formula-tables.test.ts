import { describe, expect, it } from 'vitest';
import { compileTable } from '../../../engine/model/mapping-lookup.ts';
import { tableSchemaSchema } from '../../../engine/model/mapping-table.ts';
import { explanationOf, outcomeOf } from '../../../renderer/formula/outcome.ts';
import { problemsOf } from '../../../renderer/formula/problems.ts';
import { formulaTables } from '../../../renderer/inspector/formula-tables.ts';

const schema = tableSchemaSchema.parse({
  format: 'costwire/table',
  schemaVersion: 1,
  id: 'codes',
  name: 'Cost codes → accounts',
  keys: [{ name: 'code', match: 'exact' }],
  targets: [{ name: 'account', type: 'text' }],
});
const rows = [
  { id: '1', keys: ['01-100'], targets: ['50100'], validTo: '2026-06-30' },
  { id: '2', keys: ['01-100'], targets: ['50200'], validFrom: '2026-07-01' },
];
const tables = formulaTables(
  new Map([
    ['codes', { schema, compiled: () => compileTable({ schema, version: 3, rows }) }],
    ['draft', { schema: { ...schema, id: 'draft' }, compiled: () => undefined }],
  ]),
  '2026-08-01',
);
const item = { fields: [{ name: 'code', label: 'Code', type: 'text' as const }] };
const record = { code: '01-100' };
const surroundings = {
  environment: { item, parameters: {}, ...tables },
  sample: { item: record, root: record },
  parameters: {},
  always: false,
};

describe('mapping tables in a formula field', () => {
  it('are looked up for the sample record, by the row that is valid today', () => {
    expect(outcomeOf('=MAPCODE("codes", [code], "account")', surroundings)).toMatchObject({
      tone: 'good',
      text: expect.stringContaining('50200'),
    });
    expect(explanationOf('=MAPCODE("codes", [code], "account")', surroundings)).toMatchObject({ value: '"50200"' });
  });

  it('that are missing, or have no such column, are named', () => {
    const messages = (text: string): string =>
      problemsOf(text, surroundings)
        .map(({ message }) => message)
        .join(' ');
    expect(messages('=MAPCODE("cods", [code], "account")')).toContain('no mapping table “cods”');
    expect(messages('=MAPCODE("codes", [code], "acount")')).toContain('no column “acount”');
    expect(messages('=MAPCODE("codes", [code], [code], "account")')).not.toBe('');
  });

  it('without a published version have no rows', () => {
    expect(outcomeOf('=MAPCODE("draft", [code], "account")', surroundings)).toMatchObject({
      tone: 'bad',
      text: expect.stringContaining('#N/A'),
    });
  });
});

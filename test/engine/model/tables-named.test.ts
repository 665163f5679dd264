import { expect, it } from 'vitest';
import { tablesNamed } from '../../../engine/model/tables-named.ts';

it('finds tables in setups and in formulas, also in lists and in lower case, but not in plain text', () => {
  const nodes = [
    { config: { table: 'cost-codes', keys: { code: '=[code]' } } },
    { config: { fields: [{ to: 'number', value: '=IFNA(mapcode( "vendor-links", [id], "vendor"), "")' }] } },
    { config: { where: '=HASCODE("the ""odd"" one", [id])', text: 'MAPCODE("not-this")' } },
    { config: { table: 'cost-codes' } },
  ];
  expect(tablesNamed(nodes)).toEqual(['cost-codes', 'vendor-links', 'the "odd" one']);
});

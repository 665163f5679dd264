import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFormula, isFormulaError } from '../../../engine/formula/index.ts';
import type { RecordSchema, Value } from '../../../engine/model/record.ts';

const schema: RecordSchema = {
  fields: [
    {
      name: 'items',
      label: 'Items',
      type: 'list',
      fields: [
        { name: 'amount', label: 'Amount', type: 'decimal' },
        {
          name: 'tax',
          label: 'Tax',
          type: 'record',
          fields: [{ name: 'rate', label: 'Rate', type: 'decimal' }],
        },
      ],
    },
  ],
};

const amount = fc.constantFrom<Value>(
  '1.50',
  '-2',
  '7.',
  '9007199254740993.01',
  '1e2',
  '0.001',
  '',
  null,
  'many',
  true,
);
const item = fc.oneof(
  { weight: 9, arbitrary: fc.record({ amount, tax: fc.oneof(fc.record({ rate: amount }), amount) }) },
  { weight: 1, arbitrary: fc.constantFrom<Value>(null, 'text', [], {}) },
);

describe('the sum of a column', () => {
  it('is that of its numbers, and the same error where there is one', () => {
    let sums = 0;
    for (const column of ['items.amount', 'items.tax.rate']) {
      const environment = { item: schema, parameters: {} };
      const short = compileFormula(`=SUM([${column}])`, environment);
      const long = compileFormula(`=SUM([${column}], 0)`, environment);
      fc.assert(
        fc.property(fc.oneof(fc.array(item, { maxLength: 4 }), fc.constantFrom<Value>(null, 'none')), (items) => {
          const scope = { item: { items }, root: { items }, parameters: {}, today: '2026-04-15' };
          const [a, b] = [short.evaluate(scope), long.evaluate(scope)];
          if (isFormulaError(a) && isFormulaError(b)) expect([a.kind, a.message]).toEqual([b.kind, b.message]);
          else expect(a).toEqual(b);
          if (!isFormulaError(a)) sums += 1;
        }),
        { numRuns: 400, seed: 20260415 },
      );
    }
    expect(sums).toBeGreaterThan(100);
  });
});

/** Sums over several lists at once. */
import { add, compare, type Decimal, fromInteger, multiply, zero } from '../../model/decimal.ts';
import { divideFine } from '../numeric.ts';
import { decimalType, integerType } from '../types.ts';
import { fail } from '../value.ts';
import { define, needed, optional } from './declare.ts';

const weightedDoc = 'Lists of one length.';

export const productFunctions = [
  define({
    name: 'SUMPRODUCT',
    category: 'statistics',
    summary: 'The sum of the products of the elements at the same place.',
    parameters: [],
    rest: [needed('lists', 'list', weightedDoc)],
    result: decimalType,
    examples: [
      { formula: '=SUMPRODUCT({2, 3}, {1.5, 2})', result: '9' },
      {
        formula: '=SUMPRODUCT(([items.code]="A")*[items.amount])',
        result: '3.5',
        record: {
          items: [
            { code: 'A', amount: '3.5' },
            { code: 'B', amount: '1' },
          ],
        },
      },
    ],
    blank: 'Blanks and texts count as 0.',
    evaluate: (frame, lists) => {
      const length = lists[0]?.length ?? 0;
      if (lists.some((list) => list.length !== length)) return fail('#VALUE!', 'The lists have different lengths.');
      frame.spend(length * lists.length);
      let total: Decimal = zero;
      for (let at = 0; at < length; at += 1) {
        let product: Decimal = fromInteger(1);
        for (const list of lists) {
          const value = list[at] ?? null;
          product = typeof value === 'object' && value !== null && 'scale' in value ? multiply(product, value) : zero;
        }
        total = add(total, product);
      }
      return total;
    },
  }),
  define({
    name: 'WEIGHTEDAVERAGE',
    category: 'statistics',
    summary: 'The mean of values, each counted by its weight.',
    parameters: [
      needed('values', 'numbers', 'The values.'),
      needed('weights', 'numbers', 'Their weights, in the same order.'),
    ],
    result: decimalType,
    own: true,
    examples: [{ formula: '=WEIGHTEDAVERAGE({10, 20}, {1, 3})', result: '17.5' }],
    evaluate: (frame, values, weights) => {
      if (values.length !== weights.length) return fail('#VALUE!', 'The lists have different lengths.');
      frame.spend(values.length * 2);
      const total = weights.reduce(add, zero);
      if (compare(total, zero) === 0) return fail('#DIV/0!', 'The weights add up to zero.');
      return divideFine(values.map((value, at) => multiply(value, weights[at] ?? zero)).reduce(add, zero), total);
    },
  }),
  define({
    name: 'RANK',
    category: 'statistics',
    summary: 'The place of a number among others; equal numbers share the better place.',
    parameters: [
      needed('number', 'number', 'The number.'),
      needed('among', 'numbers', 'The list.'),
      optional('ascending', 'number', 'Not 0: the smallest is first; otherwise the largest.'),
    ],
    result: integerType,
    examples: [{ formula: '=RANK(20, {10, 20, 30})', result: '2' }],
    evaluate: (frame, number, among, ascending) => {
      frame.spend(among.length);
      if (!among.some((one) => compare(one, number) === 0)) return fail('#N/A', 'The number is not in the list.');
      const before = ascending !== undefined && ascending.units !== 0 ? -1 : 1;
      return fromInteger(among.filter((one) => compare(one, number) === before).length + 1);
    },
  }),
];

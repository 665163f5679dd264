/** Sums and statistics over lists. */
import {
  add,
  compare,
  type Decimal,
  fromInteger,
  isZero,
  multiply,
  subtract,
  sumOf,
  zero,
} from '../../model/decimal.ts';
import { CalendarDate, Instant } from '../calendar.ts';
import { divideFine, fromPrecise, toPrecise } from '../numeric.ts';
import { decimalType, elementOf, type FormulaType, integerType, uniteAll } from '../types.ts';
import { describeValue, FormulaError, fail, isDecimal, type Runtime } from '../value.ts';
import { criterionOf } from './criteria.ts';
import { type CallSite, define, needed, optional } from './declare.ts';

const sum = (numbers: readonly Decimal[]): Decimal => sumOf(zero, numbers);

const average = (numbers: readonly Decimal[]): Runtime =>
  numbers.length === 0
    ? fail('#DIV/0!', 'There are no numbers to average.')
    : divideFine(sum(numbers), fromInteger(numbers.length));

const sameNumbers = (site: CallSite): FormulaType =>
  site.args.every((argument) => argument === undefined || elementOf(argument.type).kind === 'integer')
    ? integerType
    : decimalType;

const elementType = (site: CallSite): FormulaType =>
  uniteAll(site.args.filter((one) => one !== undefined).map((one) => elementOf(one.type)));

/** Sorts numbers upwards. */
const sorted = (numbers: readonly Decimal[]): Decimal[] => [...numbers].sort(compare);

/** The smallest or largest of numbers, dates or moments; zero of nothing, as in Excel. */
function extreme(lists: readonly (readonly Runtime[])[], sign: 1 | -1): Runtime {
  let best: Runtime = null;
  for (const value of lists.flat()) {
    if (value === null) continue;
    const isOrdered = isDecimal(value) || value instanceof CalendarDate || value instanceof Instant;
    if (!isOrdered) return fail('#VALUE!', `Numbers or dates are needed here, not ${describeValue(value)}.`);
    const difference = best === null ? 1 : difference2(value, best) * sign;
    if (Number.isNaN(difference)) return fail('#VALUE!', 'Numbers and dates cannot be mixed here.');
    if (difference > 0) best = value;
  }
  return best ?? zero;
}

function difference2(a: Runtime, b: Runtime): number {
  if (isDecimal(a) && isDecimal(b)) return compare(a, b);
  if (a instanceof CalendarDate && b instanceof CalendarDate) return a.days - b.days;
  return a instanceof Instant && b instanceof Instant ? a.ms - b.ms : Number.NaN;
}

function checkOrdered(site: CallSite): FormulaType {
  const type = elementType(site);
  if (type.kind === 'text' || type.kind === 'boolean' || type.kind === 'record')
    site.report('Only numbers and dates have a smallest and a largest.', 'Convert text with VALUE or DATEVALUE.');
  return type;
}

/** Picks the values whose place in every list meets its criterion. */
export function pick(
  values: readonly Runtime[],
  pairs: readonly Runtime[],
  spend: (elements: number) => void,
): Runtime[] | FormulaError {
  const tests: { list: readonly Runtime[]; fits: (value: Runtime) => boolean }[] = [];
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const list = pairs[index];
    const elements: readonly Runtime[] = Array.isArray(list) ? list : [list ?? null];
    if (elements.length !== values.length)
      return fail('#VALUE!', `The lists have different lengths: ${values.length} and ${elements.length}.`);
    tests.push({ list: elements, fits: criterionOf(pairs[index + 1] ?? null) });
  }
  spend(values.length * (tests.length + 1));
  return values.filter((_, at) => tests.every(({ list, fits }) => fits(list[at] ?? null)));
}

/** The numbers among values; text, blanks and logical values are left out, errors are handed on. */
function numbersOf(values: readonly Runtime[]): Decimal[] | FormulaError {
  const numbers: Decimal[] = [];
  for (const value of values) {
    if (value instanceof FormulaError) return value;
    if (isDecimal(value)) numbers.push(value);
  }
  return numbers;
}

type Spend = (elements: number) => void;
type Conditional = (numbers: readonly Decimal[]) => Runtime;

/** SUMIF(range, criterion, [values]) and its like. */
const conditional = (name: string, what: string, example: string, result: string, reduce: Conditional) =>
  define({
    name,
    category: 'statistics',
    summary: `${what} of the values whose element meets a criterion.`,
    parameters: [
      needed('list', 'list', 'What is tested.'),
      needed('criterion', 'any', 'A value, or a comparison such as ">=100", or text with * and ?.'),
      optional('values', 'list', 'What is taken; the tested list if left out.'),
    ],
    result: decimalType,
    examples: [{ formula: example, result }],
    evaluate: (frame, list, criterion, values) => {
      const picked = pick(values ?? list, [list, criterion], (count) => frame.spend(count));
      const numbers = picked instanceof FormulaError ? picked : numbersOf(picked);
      return numbers instanceof FormulaError ? numbers : reduce(numbers);
    },
  });

/** SUMIFS(values, range, criterion, …) and its like. */
const conditionals = (name: string, what: string, example: string, result: string, reduce: Conditional) =>
  define({
    name,
    category: 'statistics',
    summary: `${what} of the values whose elements meet all criteria.`,
    parameters: [needed('values', 'list', 'What is taken.')],
    rest: [
      needed('list', 'list', 'What is tested, as long as the values.'),
      needed('criterion', 'any', 'A value, or a comparison such as ">=100", or text with * and ?.'),
    ],
    result: decimalType,
    examples: [{ formula: example, result }],
    evaluate: (frame, values, rest) =>
      reducePicked(values, rest as readonly Runtime[], (count) => frame.spend(count), reduce),
  });

function reducePicked(
  values: readonly Runtime[],
  pairs: readonly Runtime[],
  spend: Spend,
  reduce: Conditional,
): Runtime {
  const picked = pick(values, pairs, spend);
  const numbers = picked instanceof FormulaError ? picked : numbersOf(picked);
  return numbers instanceof FormulaError ? numbers : reduce(numbers);
}

const least: Conditional = (numbers) => sorted(numbers)[0] ?? zero;
const greatest: Conditional = (numbers) => sorted(numbers).at(-1) ?? zero;

/** Squared distances from the mean, with 40 digits behind the point at most. */
function spread(numbers: readonly Decimal[], population: boolean): Runtime {
  const count = numbers.length - (population ? 0 : 1);
  if (count < 1) return fail('#DIV/0!', `${population ? 'A number is' : 'Two numbers are'} needed here.`);
  const squares = sum(numbers.map((one) => multiply(one, one)));
  const total = sum(numbers);
  const scaled = subtract(multiply(squares, fromInteger(numbers.length)), multiply(total, total));
  return divideFine(scaled, fromInteger(numbers.length * count));
}

const rootOf = (value: Runtime): Runtime =>
  isDecimal(value) ? (isZero(value) ? zero : fromPrecise(toPrecise(value).sqrt())) : value;

const overNumbers = (
  name: string,
  summary: string,
  example: [string, string],
  reduce: Conditional,
  result: FormulaType | ((site: CallSite) => FormulaType) = decimalType,
) =>
  define({
    name,
    category: 'statistics',
    summary,
    parameters: [],
    rest: [needed('numbers', 'numbers', 'Numbers, or lists of numbers.')],
    result,
    examples: [{ formula: example[0], result: example[1] }],
    blank: 'Blanks are left out.',
    evaluate: (frame, rest) => {
      const numbers = rest.length === 1 ? (rest[0] ?? []) : rest.flat();
      frame.spend(numbers.length);
      return reduce(numbers);
    },
  });

const nth = (numbers: readonly Decimal[], k: number): Runtime =>
  numbers[k - 1] ?? fail('#NUM!', `There is no ${k}th of ${numbers.length} numbers.`);

const ranked = (name: string, summary: string, example: [string, string], largest: boolean) =>
  define({
    name,
    category: 'statistics',
    summary,
    parameters: [needed('numbers', 'numbers', 'The list.'), needed('k', 'integer', 'Which one; 1 is the first.')],
    result: decimalType,
    examples: [{ formula: example[0], result: example[1] }],
    evaluate: (_frame, numbers, k) => nth(largest ? sorted(numbers).reverse() : sorted(numbers), k),
  });

function median(numbers: readonly Decimal[]): Runtime {
  const all = sorted(numbers);
  const upper = all[Math.floor(all.length / 2)];
  const lower = all[Math.floor((all.length - 1) / 2)];
  if (upper === undefined || lower === undefined) return fail('#NUM!', 'There are no numbers.');
  return divideFine(add(upper, lower), fromInteger(2));
}

const listRecord = {
  items: [
    { code: 'A', amount: '10.10' },
    { code: 'B', amount: '5' },
    { code: 'A', amount: '2.40' },
  ],
};

const sums = [
  define({
    name: 'SUM',
    category: 'statistics',
    summary: 'The exact sum.',
    parameters: [],
    rest: [needed('numbers', 'numbers', 'Numbers, or lists of numbers.')],
    result: sameNumbers,
    examples: [
      { formula: '=SUM([items.amount])', result: '17.5', record: listRecord },
      { formula: '=SUM(0.1, 0.2)', result: '0.3' },
    ],
    blank: 'Blanks are left out.',
    departure: 'A list of texts is refused instead of counting as nothing.',
    addsUp: true,
    evaluate: (frame, rest) => {
      let total: Decimal = zero;
      for (const numbers of rest) {
        frame.spend(numbers.length);
        total = sumOf(total, numbers);
      }
      return total;
    },
  }),
  overNumbers('AVERAGE', 'The mean.', ['=AVERAGE({1, 2, 6})', '3'], average),
  overNumbers(
    'PRODUCT',
    'The product.',
    ['=PRODUCT(2, 3, 4)', '24'],
    (numbers) => (numbers.length === 0 ? zero : boundedProduct(numbers)),
    sameNumbers,
  ),
  overNumbers(
    'SUMSQ',
    'The sum of squares.',
    ['=SUMSQ(3, 4)', '25'],
    (numbers) => sum(numbers.map((one) => multiply(one, one))),
    sameNumbers,
  ),
  overNumbers('MEDIAN', 'The middle number.', ['=MEDIAN(1, 9, 3, 4)', '3.5'], median),
  overNumbers('STDEV.S', 'The standard deviation of a sample.', ['=ROUND(STDEV.S(2, 4), 6)', '1.414214'], (numbers) =>
    rootOf(spread(numbers, false)),
  ),
  overNumbers('STDEV.P', 'The standard deviation of all there is.', ['=STDEV.P(2, 4)', '1'], (numbers) =>
    rootOf(spread(numbers, true)),
  ),
  overNumbers('VAR.S', 'The variance of a sample.', ['=VAR.S(2, 4)', '2'], (numbers) => spread(numbers, false)),
  overNumbers('VAR.P', 'The variance of all there is.', ['=VAR.P(2, 4)', '1'], (numbers) => spread(numbers, true)),
  ranked('LARGE', 'The k-th largest number.', ['=LARGE({3, 9, 4}, 2)', '4'], true),
  ranked('SMALL', 'The k-th smallest number.', ['=SMALL({3, 9, 4}, 2)', '4'], false),
];

function boundedProduct(numbers: readonly Decimal[]): Runtime {
  let result: Decimal = fromInteger(1);
  for (const number of numbers) {
    result = multiply(result, number);
    if (String(result.units).length > 400) return fail('#NUM!', 'The number has more than 400 digits.');
  }
  return result;
}

const extremes = [
  define({
    name: 'MIN',
    category: 'statistics',
    summary: 'The smallest number or earliest date.',
    parameters: [],
    rest: [needed('values', 'list', 'Numbers or dates, or lists of them.')],
    result: checkOrdered,
    examples: [{ formula: '=MIN(3, -1, 2)', result: '-1' }],
    blank: 'Blanks are left out; of nothing, the result is 0.',
    evaluate: (_frame, rest) => extreme(rest, -1),
  }),
  define({
    name: 'MAX',
    category: 'statistics',
    summary: 'The largest number or latest date.',
    parameters: [],
    rest: [needed('values', 'list', 'Numbers or dates, or lists of them.')],
    result: checkOrdered,
    examples: [{ formula: '=MAX(#2026-01-31#, #2026-02-28#)', result: '2026-02-28' }],
    blank: 'Blanks are left out; of nothing, the result is 0.',
    evaluate: (_frame, rest) => extreme(rest, 1),
  }),
];

const counts = [
  define({
    name: 'COUNT',
    category: 'statistics',
    summary: 'How many numbers or dates there are.',
    parameters: [],
    rest: [needed('values', 'list', 'Values, or lists of values.', { keepsErrors: true })],
    result: integerType,
    examples: [{ formula: '=COUNT({1, "a", 3})', result: '2' }],
    evaluate: (_frame, rest) =>
      fromInteger(
        rest.flat().filter((value) => isDecimal(value) || value instanceof CalendarDate || value instanceof Instant)
          .length,
      ),
  }),
  define({
    name: 'COUNTA',
    category: 'statistics',
    summary: 'How many values are not blank.',
    parameters: [],
    rest: [needed('values', 'list', 'Values, or lists of values.', { keepsErrors: true })],
    result: integerType,
    examples: [
      {
        formula: '=COUNTA([items.code])',
        result: '2',
        record: { items: [{ code: 'A' }, { code: null }, { code: 'B' }] },
      },
    ],
    evaluate: (_frame, rest) => fromInteger(rest.flat().filter((value) => value !== null).length),
  }),
  define({
    name: 'COUNTBLANK',
    category: 'statistics',
    summary: 'How many values are blank or empty text.',
    parameters: [needed('values', 'list', 'A list.')],
    result: integerType,
    examples: [
      { formula: '=COUNTBLANK([items.code])', result: '1', record: { items: [{ code: 'A' }, { code: null }] } },
    ],
    evaluate: (_frame, values) => fromInteger(values.filter((value) => value === null || value === '').length),
  }),
  define({
    name: 'COUNTIF',
    category: 'statistics',
    summary: 'How many elements meet a criterion.',
    parameters: [
      needed('list', 'list', 'What is tested.'),
      needed('criterion', 'any', 'A value, or a comparison such as ">=100", or text with * and ?.'),
    ],
    result: integerType,
    examples: [{ formula: '=COUNTIF({5, 12, 20}, ">10")', result: '2' }],
    evaluate: (frame, list, criterion) => {
      frame.spend(list.length);
      return fromInteger(list.filter(criterionOf(criterion)).length);
    },
  }),
  define({
    name: 'COUNTIFS',
    category: 'statistics',
    summary: 'In how many places all criteria are met.',
    parameters: [],
    rest: [
      needed('list', 'list', 'What is tested.'),
      needed('criterion', 'any', 'A value, or a comparison such as ">=100", or text with * and ?.'),
    ],
    result: integerType,
    examples: [{ formula: '=COUNTIFS([items.code], "A", [items.amount], ">5")', result: '1', record: listRecord }],
    evaluate: (frame, rest) => {
      const pairs = rest as readonly Runtime[];
      const first = pairs[0];
      const picked = pick(Array.isArray(first) ? first : [first ?? null], pairs, (count) => frame.spend(count));
      return picked instanceof FormulaError ? picked : fromInteger(picked.length);
    },
  }),
];

export const statisticsFunctions = [
  ...sums,
  ...extremes,
  ...counts,
  conditional('SUMIF', 'The sum', '=SUMIF({5, 12, 20}, ">10")', '32', sum),
  conditional('AVERAGEIF', 'The mean', '=AVERAGEIF({5, 12, 20}, ">10")', '16', average),
  conditionals('SUMIFS', 'The sum', '=SUMIFS({1, 2, 4}, {"a", "b", "a"}, "a")', '5', sum),
  conditionals('AVERAGEIFS', 'The mean', '=AVERAGEIFS({1, 2, 4}, {"a", "b", "a"}, "a")', '2.5', average),
  conditionals('MINIFS', 'The smallest', '=MINIFS({3, 2, 1}, {"a", "a", "b"}, "a")', '2', least),
  conditionals('MAXIFS', 'The largest', '=MAXIFS({3, 2, 9}, {"a", "a", "b"}, "a")', '3', greatest),
];

/** What kind of value something is. */
import { divide, fromInteger, multiply, round, subtract, zero } from '../../model/decimal.ts';
import { CalendarDate, Instant } from '../calendar.ts';
import { booleanType, errorType, integerType } from '../types.ts';
import { type errorKinds, FormulaError, fail, isDecimal, type Runtime } from '../value.ts';
import { define, needed } from './declare.ts';

const test = (
  name: string,
  summary: string,
  example: [string, string],
  holds: (value: Runtime) => boolean,
  own = false,
) =>
  define({
    name,
    category: 'information',
    summary,
    parameters: [needed('value', 'any', 'The value.', { keepsErrors: true })],
    result: booleanType,
    own,
    examples: [{ formula: example[0], result: example[1] }],
    evaluate: (_frame, value) => holds(value),
  });

const isDate = (value: Runtime): boolean => value instanceof CalendarDate || value instanceof Instant;

const half = (name: string, summary: string, example: [string, string], rest: number) =>
  define({
    name,
    category: 'information',
    summary,
    parameters: [needed('number', 'number', 'A number; its fraction is cut off.')],
    result: booleanType,
    examples: [{ formula: example[0], result: example[1] }],
    evaluate: (_frame, number) => {
      const whole = round(number, 0, 'down');
      const two = fromInteger(2);
      const remainder = subtract(whole, multiply(divide(whole, two, 0, 'floor') ?? zero, two));
      return Number(remainder.units) === rest;
    },
  });

export const informationFunctions = [
  test(
    'ISBLANK',
    'Whether a value is blank; empty text is not.',
    ['=ISBLANK(BLANK())', 'TRUE'],
    (value) => value === null,
  ),
  test('ISERROR', 'Whether a value is an error.', ['=ISERROR(1/0)', 'TRUE'], (value) => value instanceof FormulaError),
  test(
    'ISERR',
    'Whether a value is an error other than #N/A.',
    ['=ISERR(NA())', 'FALSE'],
    (value) => value instanceof FormulaError && value.kind !== '#N/A',
  ),
  test(
    'ISNA',
    'Whether a value is #N/A (not found).',
    ['=ISNA(NA())', 'TRUE'],
    (value) => value instanceof FormulaError && value.kind === '#N/A',
  ),
  test('ISNUMBER', 'Whether a value is a number.', ['=ISNUMBER("5")', 'FALSE'], isDecimal),
  test('ISTEXT', 'Whether a value is text.', ['=ISTEXT("5")', 'TRUE'], (value) => typeof value === 'string'),
  test(
    'ISNONTEXT',
    'Whether a value is anything but text; blank is not text.',
    ['=ISNONTEXT(5)', 'TRUE'],
    (value) => typeof value !== 'string',
  ),
  test(
    'ISLOGICAL',
    'Whether a value is TRUE or FALSE.',
    ['=ISLOGICAL(1=1)', 'TRUE'],
    (value) => typeof value === 'boolean',
  ),
  test('ISDATE', 'Whether a value is a date or a moment.', ['=ISDATE(#2026-01-31#)', 'TRUE'], isDate, true),
  half('ISEVEN', 'Whether a number is even.', ['=ISEVEN(4.9)', 'TRUE'], 0),
  half('ISODD', 'Whether a number is odd.', ['=ISODD(-3)', 'TRUE'], 1),
  define({
    name: 'NA',
    category: 'information',
    summary: 'The error #N/A: "not available".',
    parameters: [],
    result: errorType,
    examples: [{ formula: '=NA()', result: '#N/A' }],
    evaluate: () => fail('#N/A', 'The formula says that the value is not available.'),
  }),
  define({
    name: 'ERROR.TYPE',
    category: 'information',
    summary: 'The number of an error: 1 #NULL!, 2 #DIV/0!, 3 #VALUE!, 4 #REF!, 5 #NAME?, 6 #NUM!, 7 #N/A.',
    parameters: [needed('value', 'any', 'What may be an error.', { keepsErrors: true })],
    result: integerType,
    examples: [{ formula: '=ERROR.TYPE(1/0)', result: '2' }],
    evaluate: (_frame, value) => {
      if (!(value instanceof FormulaError)) return fail('#N/A', 'The value is no error.');
      const numbers: Readonly<Record<(typeof errorKinds)[number], number>> = {
        '#NULL!': 1,
        '#DIV/0!': 2,
        '#VALUE!': 3,
        '#REF!': 4,
        '#NAME?': 5,
        '#NUM!': 6,
        '#N/A': 7,
      };
      return fromInteger(numbers[value.kind]);
    },
  }),
];

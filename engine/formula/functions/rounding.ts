/** Rounding. */
import {
  add,
  type Decimal,
  divide,
  fromInteger,
  isZero,
  multiply,
  negate,
  type Rounding,
  round,
  subtract,
  zero,
} from '../../model/decimal.ts';
import { decimalType, integerType } from '../types.ts';
import { type FormulaError, fail, type Runtime } from '../value.ts';
import { define, needed, optional } from './declare.ts';

const one = fromInteger(1);
/** A number without its sign. */
export const absolute = (value: Decimal): Decimal => (value.units < 0 ? negate(value) : value);
/** 1, 0 or -1. */
export const sign = (value: Decimal): number => (isZero(value) ? 0 : value.units < 0 ? -1 : 1);
/** Rounds to places, which may be negative; far places change nothing. */
function toPlaces(value: Decimal, places: number, rounding: Rounding): Runtime {
  if (places < -300) return zero;
  return round(value, Math.min(places, 400), rounding);
}

const rounder = (name: string, summary: string, rounding: Rounding, example: [string, string], departure?: string) =>
  define({
    name,
    category: 'math',
    summary,
    parameters: [
      needed('number', 'number', 'The number.'),
      needed('digits', 'integer', 'Digits behind the point; negative for tens, hundreds, ….'),
    ],
    result: decimalType,
    examples: [{ formula: example[0], result: example[1] }],
    ...(departure === undefined ? {} : { departure }),
    evaluate: (_frame, number, digits) => toPlaces(number, digits, rounding),
  });

/** The multiple of a step at or beside a number. */
function toMultiple(number: Decimal, step: Decimal, rounding: Rounding): Decimal {
  const size = absolute(step);
  return multiply(divide(number, size, 0, rounding) ?? zero, size);
}

const noStep = (): FormulaError => fail('#DIV/0!', 'The step is zero.');

const awayFrom = (value: Decimal): Rounding => (value.units < 0 ? 'floor' : 'ceiling');

/** Rounded away from zero to the next number that is even or odd. */
function toParity(number: Decimal, odd: boolean): Decimal {
  const size = round(absolute(number), 0, 'up');
  const isOdd = !isZero(subtract(size, multiply(divide(size, fromInteger(2), 0, 'floor') ?? zero, fromInteger(2))));
  const fitting = isOdd === odd ? size : add(size, one);
  return number.units < 0 ? negate(fitting) : fitting;
}

export const roundingFunctions = [
  rounder('ROUND', 'Rounds to a number of digits, halves away from zero.', 'half-up', ['=ROUND(2.345, 2)', '2.35']),
  rounder('ROUNDUP', 'Rounds away from zero.', 'up', ['=ROUNDUP(2.341, 2)', '2.35']),
  rounder('ROUNDDOWN', 'Rounds towards zero.', 'down', ['=ROUNDDOWN(-2.349, 2)', '-2.34']),
  define({
    name: 'ROUNDEVEN',
    category: 'math',
    summary: 'Rounds to a number of digits, halves to the even neighbour (banker’s rounding).',
    parameters: [
      needed('number', 'number', 'The number.'),
      needed('digits', 'integer', 'Digits behind the point; negative for tens, hundreds, ….'),
    ],
    result: decimalType,
    own: true,
    examples: [{ formula: '=ROUNDEVEN(2.345, 2)', result: '2.34' }],
    evaluate: (_frame, number, digits) => toPlaces(number, digits, 'half-even'),
  }),
  define({
    name: 'TRUNC',
    category: 'math',
    summary: 'Cuts digits off.',
    parameters: [
      needed('number', 'number', 'The number.'),
      optional('digits', 'integer', 'Digits behind the point that stay; 0 if left out.'),
    ],
    result: (site) => (site.args[1] === undefined ? integerType : decimalType),
    examples: [{ formula: '=TRUNC(-8.99)', result: '-8' }],
    evaluate: (_frame, number, digits) => toPlaces(number, digits ?? 0, 'down'),
  }),
  define({
    name: 'INT',
    category: 'math',
    summary: 'The whole number at or below.',
    parameters: [needed('number', 'number', 'The number.')],
    result: integerType,
    examples: [{ formula: '=INT(-8.2)', result: '-9' }],
    evaluate: (_frame, number) => round(number, 0, 'floor'),
  }),
  define({
    name: 'MROUND',
    category: 'math',
    summary: 'The nearest multiple, halves away from zero.',
    parameters: [
      needed('number', 'number', 'The number.'),
      needed('multiple', 'number', 'The step, of the same sign.'),
    ],
    result: decimalType,
    examples: [{ formula: '=MROUND(7.3, 0.25)', result: '7.25' }],
    evaluate: (_frame, number, multiple) => {
      if (isZero(number) || isZero(multiple)) return zero;
      if (sign(number) !== sign(multiple)) return fail('#NUM!', 'Number and multiple have different signs.');
      return toMultiple(number, multiple, 'half-up');
    },
  }),
  define({
    name: 'CEILING',
    category: 'math',
    summary: 'The multiple at or above a number; with both negative, away from zero.',
    parameters: [needed('number', 'number', 'The number.'), needed('step', 'number', 'The step.')],
    result: decimalType,
    examples: [{ formula: '=CEILING(7.31, 0.05)', result: '7.35' }],
    evaluate: (_frame, number, step) => {
      if (isZero(number) || isZero(step)) return zero;
      if (sign(number) > 0 && sign(step) < 0) return fail('#NUM!', 'A positive number needs a positive step.');
      return toMultiple(number, step, sign(step) < 0 ? 'floor' : 'ceiling');
    },
  }),
  define({
    name: 'FLOOR',
    category: 'math',
    summary: 'The multiple at or below a number; with both negative, towards zero.',
    parameters: [needed('number', 'number', 'The number.'), needed('step', 'number', 'The step.')],
    result: decimalType,
    examples: [{ formula: '=FLOOR(7.39, 0.05)', result: '7.35' }],
    evaluate: (_frame, number, step) => {
      if (isZero(number)) return zero;
      if (isZero(step)) return noStep();
      if (sign(number) > 0 && sign(step) < 0) return fail('#NUM!', 'A positive number needs a positive step.');
      return toMultiple(number, step, sign(step) < 0 ? 'ceiling' : 'floor');
    },
  }),
  define({
    name: 'CEILING.MATH',
    category: 'math',
    summary: 'The multiple at or above a number.',
    parameters: [
      needed('number', 'number', 'The number.'),
      optional('step', 'number', 'The step; 1 if left out.'),
      optional('mode', 'number', 'Not 0: negative numbers are rounded away from zero.'),
    ],
    result: decimalType,
    examples: [{ formula: '=CEILING.MATH(-5.5, 2)', result: '-4' }],
    evaluate: (_frame, number, step, mode) => {
      if (step !== undefined && isZero(step)) return zero;
      return toMultiple(number, step ?? one, mode !== undefined && !isZero(mode) ? awayFrom(number) : 'ceiling');
    },
  }),
  define({
    name: 'FLOOR.MATH',
    category: 'math',
    summary: 'The multiple at or below a number.',
    parameters: [
      needed('number', 'number', 'The number.'),
      optional('step', 'number', 'The step; 1 if left out.'),
      optional('mode', 'number', 'Not 0: negative numbers are rounded towards zero.'),
    ],
    result: decimalType,
    examples: [{ formula: '=FLOOR.MATH(-5.5, 2)', result: '-6' }],
    evaluate: (_frame, number, step, mode) => {
      if (step !== undefined && isZero(step)) return zero;
      return toMultiple(number, step ?? one, mode !== undefined && !isZero(mode) ? 'down' : 'floor');
    },
  }),
  define({
    name: 'EVEN',
    category: 'math',
    summary: 'Rounds away from zero to an even whole number.',
    parameters: [needed('number', 'number', 'The number.')],
    result: integerType,
    examples: [{ formula: '=EVEN(-1.5)', result: '-2' }],
    evaluate: (_frame, number) => toParity(number, false),
  }),
  define({
    name: 'ODD',
    category: 'math',
    summary: 'Rounds away from zero to an odd whole number.',
    parameters: [needed('number', 'number', 'The number.')],
    result: integerType,
    examples: [{ formula: '=ODD(1.5)', result: '3' }],
    evaluate: (_frame, number) => toParity(number, true),
  }),
];

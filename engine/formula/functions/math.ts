/** Math and rounding. */
import {
  add,
  compare,
  type Decimal,
  divide,
  format,
  fromInteger,
  isZero,
  multiply,
  negate,
  parse,
  type Rounding,
  round,
  subtract,
  zero,
} from '../../model/decimal.ts';
import { fromPrecise, Precise, powerOf, toPrecise, toSafeInteger } from '../numeric.ts';
import { decimalType, type FormulaType, integerType } from '../types.ts';
import { FormulaError, fail, type Runtime } from '../value.ts';
import { type CallSite, define, needed, optional } from './declare.ts';

const one = fromInteger(1);
const absolute = (value: Decimal): Decimal => (value.units < 0 ? negate(value) : value);
const sign = (value: Decimal): number => (isZero(value) ? 0 : value.units < 0 ? -1 : 1);
const sameKind = (site: CallSite): FormulaType => (site.args[0]?.type.kind === 'integer' ? integerType : decimalType);

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

/** Number modulo divisor with the sign of the divisor, as in Excel. */
function modulo(number: Decimal, divisor: Decimal): Runtime {
  if (isZero(divisor)) return fail('#DIV/0!', 'The divisor is zero or blank.');
  const quotient = divide(number, divisor, 0, 'floor') ?? zero;
  return subtract(number, multiply(quotient, divisor));
}

/** Rounded away from zero to the next number that is even or odd. */
function toParity(number: Decimal, odd: boolean): Decimal {
  const size = round(absolute(number), 0, 'up');
  const isOdd = !isZero(subtract(size, multiply(divide(size, fromInteger(2), 0, 'floor') ?? zero, fromInteger(2))));
  const fitting = isOdd === odd ? size : add(size, one);
  return number.units < 0 ? negate(fitting) : fitting;
}

const roundingFunctions = [
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

const plainFunctions = [
  define({
    name: 'ABS',
    category: 'math',
    summary: 'The number without its sign.',
    parameters: [needed('number', 'number', 'The number.')],
    result: sameKind,
    examples: [{ formula: '=ABS(-4.25)', result: '4.25' }],
    evaluate: (_frame, number) => absolute(number),
  }),
  define({
    name: 'SIGN',
    category: 'math',
    summary: '1 for positive, -1 for negative, 0 for zero.',
    parameters: [needed('number', 'number', 'The number.')],
    result: integerType,
    examples: [{ formula: '=SIGN(-3)', result: '-1' }],
    evaluate: (_frame, number) => fromInteger(sign(number)),
  }),
  define({
    name: 'MOD',
    category: 'math',
    summary: 'The remainder of a division, with the sign of the divisor.',
    parameters: [needed('number', 'number', 'The number.'), needed('divisor', 'number', 'The divisor.')],
    result: decimalType,
    examples: [
      { formula: '=MOD(-3, 2)', result: '1' },
      { formula: '=MOD(5.5, 2)', result: '1.5' },
    ],
    evaluate: (_frame, number, divisor) => modulo(number, divisor),
  }),
  define({
    name: 'QUOTIENT',
    category: 'math',
    summary: 'The whole part of a division.',
    parameters: [needed('number', 'number', 'The number.'), needed('divisor', 'number', 'The divisor.')],
    result: integerType,
    examples: [{ formula: '=QUOTIENT(-10, 3)', result: '-3' }],
    evaluate: (_frame, number, divisor) =>
      divide(number, divisor, 0, 'down') ?? fail('#DIV/0!', 'The divisor is zero or blank.'),
  }),
  define({
    name: 'POWER',
    category: 'math',
    summary: 'A number to a power, as with ^.',
    parameters: [needed('number', 'number', 'The base.'), needed('power', 'number', 'The exponent.')],
    result: decimalType,
    examples: [{ formula: '=POWER(1.05, 2)', result: '1.1025' }],
    evaluate: (_frame, number, power) => powerOf(number, power),
  }),
  define({
    name: 'SQRT',
    category: 'math',
    summary: 'The square root.',
    parameters: [needed('number', 'number', 'The number, not negative.')],
    result: decimalType,
    examples: [{ formula: '=SQRT(2.25)', result: '1.5' }],
    evaluate: (_frame, number) =>
      number.units < 0 ? fail('#NUM!', 'A negative number has no square root.') : fromPrecise(toPrecise(number).sqrt()),
  }),
  define({
    name: 'EXP',
    category: 'math',
    summary: 'e to a power.',
    parameters: [needed('number', 'number', 'The exponent.')],
    result: decimalType,
    examples: [{ formula: '=ROUND(EXP(1), 5)', result: '2.71828' }],
    evaluate: (_frame, number) => {
      if (compare(number, fromInteger(709)) > 0) return fail('#NUM!', 'The number is too large.');
      return compare(number, fromInteger(-700)) < 0 ? zero : fromPrecise(toPrecise(number).exp());
    },
  }),
  define({
    name: 'LN',
    category: 'math',
    summary: 'The natural logarithm.',
    parameters: [needed('number', 'number', 'The number, above zero.')],
    result: decimalType,
    examples: [{ formula: '=ROUND(LN(10), 5)', result: '2.30259' }],
    evaluate: (_frame, number) => logarithm(number, undefined),
  }),
  define({
    name: 'LOG',
    category: 'math',
    summary: 'The logarithm to a base.',
    parameters: [
      needed('number', 'number', 'The number, above zero.'),
      optional('base', 'number', 'The base; 10 if left out.'),
    ],
    result: decimalType,
    examples: [{ formula: '=LOG(8, 2)', result: '3' }],
    evaluate: (_frame, number, base) => logarithm(number, base ?? fromInteger(10)),
  }),
  define({
    name: 'LOG10',
    category: 'math',
    summary: 'The logarithm to base 10.',
    parameters: [needed('number', 'number', 'The number, above zero.')],
    result: decimalType,
    examples: [{ formula: '=LOG10(1000)', result: '3' }],
    evaluate: (_frame, number) => logarithm(number, fromInteger(10)),
  }),
  define({
    name: 'PI',
    category: 'math',
    summary: 'The number π, to 30 digits.',
    parameters: [],
    result: decimalType,
    examples: [{ formula: '=ROUND(PI(), 4)', result: '3.1416' }],
    evaluate: () => parse('3.14159265358979323846264338328'),
  }),
  define({
    name: 'GCD',
    category: 'math',
    summary: 'The greatest common divisor.',
    parameters: [],
    rest: [needed('number', 'numbers', 'Whole numbers, not negative.')],
    result: integerType,
    examples: [{ formula: '=GCD(24, 36)', result: '12' }],
    evaluate: (_frame, rest) => overWhole(rest.flat(), commonDivisor, 0n),
  }),
  define({
    name: 'LCM',
    category: 'math',
    summary: 'The least common multiple.',
    parameters: [],
    rest: [needed('number', 'numbers', 'Whole numbers, not negative.')],
    result: integerType,
    examples: [{ formula: '=LCM(4, 6)', result: '12' }],
    evaluate: (_frame, rest) =>
      overWhole(rest.flat(), (a, b) => (a === 0n || b === 0n ? 0n : (a / commonDivisor(a, b)) * b), 1n),
  }),
  define({
    name: 'FACT',
    category: 'math',
    summary: 'The factorial.',
    parameters: [needed('number', 'integer', 'A whole number from 0 to 170.')],
    result: integerType,
    examples: [{ formula: '=FACT(5)', result: '120' }],
    evaluate: (_frame, number) => {
      if (number < 0 || number > 170) return fail('#NUM!', 'The factorial is known for 0 to 170.');
      return fromBigInt(product(1, number));
    },
  }),
  define({
    name: 'COMBIN',
    category: 'math',
    summary: 'Number of ways to choose some of a number of things.',
    parameters: [
      needed('number', 'integer', 'How many things there are, at most 1000.'),
      needed('chosen', 'integer', 'How many are chosen.'),
    ],
    result: integerType,
    examples: [{ formula: '=COMBIN(8, 2)', result: '28' }],
    evaluate: (_frame, number, chosen) => {
      if (chosen < 0 || number < chosen || number > 1000) return fail('#NUM!', 'That many cannot be chosen.');
      return fromBigInt(product(number - chosen + 1, number) / product(1, chosen));
    },
  }),
];

const fromBigInt = (value: bigint): Decimal => parse(value.toString());

function product(from: number, to: number): bigint {
  let result = 1n;
  for (let factor = from; factor <= to; factor += 1) result *= BigInt(factor);
  return result;
}

function commonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

function overWhole(numbers: readonly Decimal[], join: (a: bigint, b: bigint) => bigint, start: bigint): Runtime {
  let result = start;
  for (const number of numbers) {
    const whole = toSafeInteger(number);
    if (whole === undefined || whole < 0) return fail('#NUM!', 'Whole numbers that are not negative are needed here.');
    result = join(result, BigInt(whole));
    if (result > 10n ** 300n) return fail('#NUM!', 'The number is too large.');
  }
  return fromBigInt(result);
}

function logarithm(number: Decimal, base: Decimal | undefined): Runtime {
  if (number.units <= 0) return fail('#NUM!', 'Only numbers above zero have a logarithm.');
  if (base !== undefined && base.units <= 0) return fail('#NUM!', 'The base must be above zero.');
  if (base !== undefined && compare(base, one) === 0) return fail('#DIV/0!', 'The base must not be 1.');
  if (base === undefined) return fromPrecise(Precise.ln(toPrecise(number)));
  const result = fromPrecise(Precise.log(toPrecise(number), toPrecise(base)));
  if (result instanceof FormulaError) return result;
  // A whole power has a whole logarithm: take it where it is one.
  const near = round(result, 0);
  const exact = Math.abs(Number(format(near))) < 400 ? powerOf(base, near) : result;
  return !(exact instanceof FormulaError) && compare(exact, number) === 0 ? near : round(result, 25);
}

export const mathFunctions = [...roundingFunctions, ...plainFunctions];

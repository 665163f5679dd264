/** Math. */
import {
  compare,
  type Decimal,
  divide,
  format,
  fromInteger,
  isZero,
  multiply,
  parse,
  round,
  subtract,
  zero,
} from '../../model/decimal.ts';
import { fromPrecise, Precise, powerOf, toPrecise, toSafeInteger } from '../numeric.ts';
import { decimalType, type FormulaType, integerType } from '../types.ts';
import { FormulaError, fail, type Runtime } from '../value.ts';
import { type CallSite, define, needed, optional } from './declare.ts';

import { absolute, roundingFunctions, sign } from './rounding.ts';

const one = fromInteger(1);
const sameKind = (site: CallSite): FormulaType => (site.args[0]?.type.kind === 'integer' ? integerType : decimalType);

/** Number modulo divisor with the sign of the divisor, as in Excel. */
function modulo(number: Decimal, divisor: Decimal): Runtime {
  if (isZero(divisor)) return fail('#DIV/0!', 'The divisor is zero or blank.');
  const quotient = divide(number, divisor, 0, 'floor') ?? zero;
  return subtract(number, multiply(quotient, divisor));
}

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

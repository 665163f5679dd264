/** Arithmetic beyond plus, minus and times, on exact decimals; what has no exact answer is computed to 30 digits. */
import { Decimal as Wide } from 'decimal.js';
import {
  type Decimal,
  divide,
  format,
  fromInteger,
  isZero,
  multiply,
  normalize,
  parse,
  round,
  zero,
} from '../model/decimal.ts';
import { maxDigits } from './limits.ts';
import { type FormulaError, fail } from './value.ts';

/** decimal.js with 34 digits, for roots, logarithms and fractional powers. */
export const Precise = Wide.clone({ precision: 34, toExpNeg: -500, toExpPos: 500, rounding: 4 });

const largest = 10n ** BigInt(maxDigits);

/** Whether a number has more digits than formulas allow. */
export const digitsOf = (value: Decimal): boolean =>
  typeof value.units === 'bigint' && (value.units >= largest || value.units <= -largest || value.scale > maxDigits);

/** Position of the first digit: 3 for 123.4, 0 for 0.12, −1 for 0.012. */
const magnitude = (value: Decimal): number => String(value.units).replace('-', '').length - value.scale;

/** a ÷ b: exact where the quotient ends within 20 decimals, otherwise to at least 20 significant digits. `b` is not zero. */
export function divideFine(a: Decimal, b: Decimal): Decimal {
  const places = 20 + Math.max(0, magnitude(b) - magnitude(a));
  return divide(a, b, Math.min(places, maxDigits)) ?? zero;
}

/** The whole number of a decimal, its fraction cut off; undefined beyond 2^53. */
export function toSafeInteger(value: Decimal): number | undefined {
  const units = value.scale === 0 ? value.units : round(value, 0, 'down').units;
  return typeof units === 'number' ? units : undefined;
}

/** A decimal of decimal.js as ours, at most `places` decimals. */
export function fromPrecise(value: Wide): Decimal | FormulaError {
  if (!value.isFinite()) return fail('#NUM!', 'The result is not a number.');
  if (value.abs().gt('1e308')) return fail('#NUM!', 'The number is too large.');
  return normalize(parse(value.toSignificantDigits(30).toFixed()));
}

/** A decimal of ours for decimal.js. */
export const toPrecise = (value: Decimal): Wide => new Precise(format(value));

function wholePower(base: Decimal, exponent: number): Decimal {
  let result: Decimal = fromInteger(1);
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(result, square);
    if (rest > 1) square = multiply(square, square);
  }
  return result;
}

/** base ^ exponent: exact for whole exponents of moderate size. */
export function powerOf(base: Decimal, exponent: Decimal): Decimal | FormulaError {
  if (isZero(base)) {
    if (isZero(exponent)) return fail('#NUM!', '0^0 has no value.');
    return exponent.units < 0 ? fail('#DIV/0!', 'Zero has no negative power.') : zero;
  }
  const small = normalize(base);
  const whole = normalize(exponent);
  const count = whole.scale === 0 ? toSafeInteger(whole) : undefined;
  const digits = String(small.units).length;
  if (count !== undefined && Math.abs(count) * Math.max(digits, small.scale) <= maxDigits) {
    const power = wholePower(small, Math.abs(count));
    return count >= 0 ? power : divideFine(fromInteger(1), power);
  }
  if (small.units < 0 && whole.scale !== 0) return fail('#NUM!', 'A negative number has no fractional power.');
  if (whole.scale === 0 && count === undefined) return fail('#NUM!', 'The exponent is too large.');
  const approximate = Math.abs(Number(format(exponent)) * Math.log10(Math.abs(Number(format(small)))));
  if (approximate > 308) return exponent.units < 0 ? zero : fail('#NUM!', 'The number is too large.');
  return fromPrecise(toPrecise(small).pow(toPrecise(exponent)));
}

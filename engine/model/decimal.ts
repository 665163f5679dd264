/**
 * Exact decimals: an integer count of units at a decimal scale (value = units / 10^scale). Units are a safe integer where
 * they fit and a bigint where they do not, so that everyday amounts cost little and large ones stay exact.
 */
import { AppError } from './error.ts';

/** An exact decimal. Treat as opaque and immutable. */
export interface Decimal {
  readonly units: number | bigint;
  readonly scale: number;
}

/** How a decimal is brought to fewer places; `half-up` is half away from zero. */
export type Rounding = 'half-up' | 'half-even' | 'up' | 'down' | 'ceiling' | 'floor';

const powers: bigint[] = [1n];
const power = (n: number): bigint => {
  while (powers.length <= n) powers.push((powers[powers.length - 1] ?? 1n) * 10n);
  return powers[n] ?? 1n;
};

const make = (units: bigint, scale: number): Decimal =>
  units >= -9007199254740991n && units <= 9007199254740991n ? { units: Number(units), scale } : { units, scale };

/** Zero. */
export const zero: Decimal = { units: 0, scale: 0 };

const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** A decimal from text such as `-12.50` or `1e3`, or undefined where the text is not a number. */
export function tryParse(text: string): Decimal | undefined {
  const match = pattern.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent] = match;
  if (whole === '' && fraction === '') return undefined;
  let scale = fraction.length - (exponent === undefined ? 0 : Number(exponent));
  let units = BigInt(whole + fraction);
  if (scale < 0) {
    units *= power(-scale);
    scale = 0;
  }
  return make(sign === '-' ? -units : units, scale);
}

/**
 * A decimal from text.
 * @throws AppError money.notANumber
 */
export function parse(text: string): Decimal {
  const value = tryParse(text);
  if (value === undefined) throw new AppError('money.notANumber', `“${text.slice(0, 60)}” is not a number.`);
  return value;
}

/** A decimal from an integer JS number. */
export const fromInteger = (value: number): Decimal => ({ units: value, scale: 0 });

const align = (a: Decimal, b: Decimal): [bigint, bigint, number] => {
  const scale = Math.max(a.scale, b.scale);
  return [BigInt(a.units) * power(scale - a.scale), BigInt(b.units) * power(scale - b.scale), scale];
};

/** a + b, exact. */
export function add(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = align(a, b);
  return make(x + y, scale);
}

/** a − b, exact. */
export function subtract(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = align(a, b);
  return make(x - y, scale);
}

/** a × b, exact. */
export const multiply = (a: Decimal, b: Decimal): Decimal => make(BigInt(a.units) * BigInt(b.units), a.scale + b.scale);

/** −a. */
export const negate = (a: Decimal): Decimal => make(-BigInt(a.units), a.scale);

/** −1, 0 or 1 as a is below, equal to or above b. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const [x, y] = align(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Whether a is zero. */
export const isZero = (a: Decimal): boolean => a.units === 0 || a.units === 0n;

function divideUnits(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const quotient = numerator / denominator;
  const rest = numerator - quotient * denominator;
  if (rest === 0n) return quotient;
  const negative = numerator < 0n !== denominator < 0n;
  const away = negative ? quotient - 1n : quotient + 1n;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  const size = denominator < 0n ? -denominator : denominator;
  switch (rounding) {
    case 'up':
      return away;
    case 'down':
      return quotient;
    case 'ceiling':
      return negative ? quotient : away;
    case 'floor':
      return negative ? away : quotient;
    case 'half-up':
      return twice >= size ? away : quotient;
    case 'half-even':
      return twice > size || (twice === size && quotient % 2n !== 0n) ? away : quotient;
  }
}

/** a ÷ b to `places` decimals (default 20). Undefined where b is zero. */
export function divide(a: Decimal, b: Decimal, places = 20, rounding: Rounding = 'half-up'): Decimal | undefined {
  if (isZero(b)) return undefined;
  const shift = places + b.scale - a.scale;
  const numerator = BigInt(a.units) * (shift >= 0 ? power(shift) : 1n);
  const denominator = BigInt(b.units) * (shift < 0 ? power(-shift) : 1n);
  return normalize(make(divideUnits(numerator, denominator, rounding), places));
}

/** a at `places` decimals; negative places round to tens, hundreds, … */
export function round(a: Decimal, places: number, rounding: Rounding = 'half-up'): Decimal {
  if (places >= a.scale) return a;
  const units = divideUnits(BigInt(a.units), power(a.scale - places), rounding);
  return places >= 0 ? make(units, places) : make(units * power(-places), 0);
}

/** The same value without trailing zeros behind the point. */
export function normalize(a: Decimal): Decimal {
  if (a.scale === 0) return a;
  let units = BigInt(a.units);
  let scale = a.scale;
  while (scale > 0 && units % 10n === 0n) {
    units /= 10n;
    scale -= 1;
  }
  return make(units, scale);
}

/** Text of a decimal; with `places`, padded or rounded to exactly that many decimals. */
export function format(a: Decimal, places?: number): string {
  const value = places === undefined ? a : round(a, places);
  const digits = (value.units < 0 ? -BigInt(value.units) : BigInt(value.units)).toString();
  const scale = value.scale;
  const padded = digits.padStart(scale + 1, '0');
  const whole = padded.slice(0, padded.length - scale);
  let fraction = scale === 0 ? '' : padded.slice(-scale);
  if (places !== undefined) fraction = fraction.padEnd(places, '0');
  return (value.units < 0 ? '-' : '') + (fraction === '' ? whole : `${whole}.${fraction}`);
}

/** As an approximate JS number, for functions that have no exact answer and for charts; never for money. */
export const toApproximateNumber = (a: Decimal): number => Number(format(a));

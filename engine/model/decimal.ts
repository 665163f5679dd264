/**
 * Exact decimals: an integer count of units at a decimal scale (value = units / 10^scale). Units are a safe integer where
 * they fit and a bigint where they do not, so that everyday amounts cost little and large ones stay exact.
 */
import { AppError } from './error.ts';

/** An exact decimal. Treat as opaque and immutable. A bigint is there only beyond the safe integers. */
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

/** Powers of ten that are safe integers. */
const small = Array.from({ length: 16 }, (_, n) => 10 ** n);
const safe = 9007199254740991;
const isSafe = (value: number): boolean => value <= safe && value >= -safe;

const make = (units: bigint, scale: number): Decimal =>
  units >= -9007199254740991n && units <= 9007199254740991n ? { units: Number(units), scale } : { units, scale };

/** Zero. */
export const zero: Decimal = { units: 0, scale: 0 };

const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** The scale of what {@link scanPlain} read last: a number of units says nothing of it, and an object for both would be garbage. */
let scannedScale = 0;

/** Units of plain digits with at most one point and at most 15 digits: what nearly every amount is. NaN for all else. */
function scanPlain(text: string): number {
  const length = text.length;
  if (length > 16 || length === 0) return Number.NaN;
  const first = text.charCodeAt(0);
  const negative = first === 45;
  let at = negative ? 1 : 0;
  if (length - at > 15 || at === length) return Number.NaN;
  let units = 0;
  let point = -1;
  for (; at < length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) units = units * 10 + digit;
    else if (digit === -2 && point < 0) point = at;
    else return Number.NaN;
  }
  if (point >= 0 && length === (negative ? 2 : 1)) return Number.NaN;
  scannedScale = point < 0 ? 0 : length - point - 1;
  return negative && units !== 0 ? -units : units;
}

function parsePlain(text: string): Decimal | undefined {
  const units = scanPlain(text);
  return Number.isNaN(units) ? undefined : { units, scale: scannedScale };
}

/** Whether a text is a number as {@link format} of a normalized decimal writes it, so that reading and writing it would change nothing. */
export function isNormalText(text: string): boolean {
  const length = text.length;
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  if (length === start || length > 16) return false;
  let point = -1;
  for (let at = start; at < length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) continue;
    if (digit !== -2 || point >= 0 || at === start) return false;
    point = at;
  }
  if (text.charCodeAt(start) === 48 && point !== start + 1) return length === 1;
  const last = text.charCodeAt(length - 1);
  return point < 0 || (last !== 46 && last !== 48);
}

/** A decimal from text such as `-12.50` or `1e3`, or undefined where the text is not a number. */
export function tryParse(text: string): Decimal | undefined {
  const plain = parsePlain(text);
  if (plain !== undefined) return plain;
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

/** A decimal from a safe integer. */
export const fromInteger = (value: number): Decimal => ({ units: value, scale: 0 });

const align = (a: Decimal, b: Decimal): [bigint, bigint, number] => {
  const scale = Math.max(a.scale, b.scale);
  return [BigInt(a.units) * power(scale - a.scale), BigInt(b.units) * power(scale - b.scale), scale];
};

/** `units` at a larger scale, if that is still a safe integer; NaN otherwise. */
function widen(units: number, by: number): number {
  if (by === 0) return units;
  const factor = small[by];
  if (factor === undefined) return Number.NaN;
  const wide = units * factor;
  return isSafe(wide) ? wide : Number.NaN;
}

/** Both units at the larger of two scales, combined, where everything stays a safe integer; NaN otherwise. */
function combine(a: Decimal, b: Decimal, sign: 1 | -1): number {
  if (typeof a.units !== 'number' || typeof b.units !== 'number') return Number.NaN;
  const difference = a.scale - b.scale;
  if (difference === 0) return a.units + sign * b.units;
  return difference > 0 ? a.units + sign * widen(b.units, difference) : widen(a.units, -difference) + sign * b.units;
}

/** a + b, exact. */
export function add(a: Decimal, b: Decimal): Decimal {
  const units = combine(a, b, 1);
  if (isSafe(units)) return { units, scale: a.scale > b.scale ? a.scale : b.scale };
  const [x, y, scale] = align(a, b);
  return make(x + y, scale);
}

/** A number and all of a list, exact. Where they are of one scale and stay safe integers, no number in between is made. */
export function sumOf(start: Decimal, numbers: readonly Decimal[]): Decimal {
  const first = numbers[0];
  if (first === undefined) return start;
  let total = add(start, first);
  for (let at = 1; at < numbers.length; ) {
    const { units, scale } = total;
    if (typeof units !== 'number') {
      total = add(total, numbers[at] ?? zero);
      at += 1;
      continue;
    }
    let sum = units;
    for (; at < numbers.length; at += 1) {
      const number = numbers[at];
      if (number?.scale !== scale || typeof number.units !== 'number') break;
      const next = sum + number.units;
      if (!isSafe(next)) break;
      sum = next;
    }
    total = { units: sum, scale };
    if (at < numbers.length) {
      total = add(total, numbers[at] ?? zero);
      at += 1;
    }
  }
  return total;
}

/** Adds up texts that hold everyday numbers, without a decimal for each of them. */
export class TextSum {
  private units = 0;
  private scale = 0;

  /** Adds a number, exact. False where the text is none, or an unusual or large one: the sum is then of no use. */
  add(text: string): boolean {
    const units = scanPlain(text);
    const difference = this.scale - scannedScale;
    const sum = difference >= 0 ? this.units + widen(units, difference) : widen(this.units, -difference) + units;
    if (!isSafe(sum)) return false;
    if (difference < 0) this.scale = scannedScale;
    this.units = sum;
    return true;
  }

  /** What {@link sumOf} gives for the same numbers. */
  total(): Decimal {
    return { units: this.units, scale: this.scale };
  }
}

/** a − b, exact. */
export function subtract(a: Decimal, b: Decimal): Decimal {
  const units = combine(a, b, -1);
  if (isSafe(units)) return { units, scale: a.scale > b.scale ? a.scale : b.scale };
  const [x, y, scale] = align(a, b);
  return make(x - y, scale);
}

/** a × b, exact. */
export function multiply(a: Decimal, b: Decimal): Decimal {
  if (typeof a.units === 'number' && typeof b.units === 'number') {
    // A product of safe integers that is itself safe was not rounded. Adding 0 turns −0 into 0.
    const units = a.units * b.units + 0;
    if (isSafe(units)) return { units, scale: a.scale + b.scale };
  }
  return make(BigInt(a.units) * BigInt(b.units), a.scale + b.scale);
}

/** −a. */
export const negate = (a: Decimal): Decimal =>
  typeof a.units === 'number' ? { units: 0 - a.units, scale: a.scale } : make(-a.units, a.scale);

/** −1, 0 or 1 as a is below, equal to or above b. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const difference = combine(a, b, -1);
  // Two safe integers may differ by more than a safe integer; the sign of the rounded difference is right all the same.
  if (!Number.isNaN(difference)) return difference < 0 ? -1 : difference > 0 ? 1 : 0;
  const [x, y] = align(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Whether a is zero. */
export const isZero = (a: Decimal): boolean => a.units === 0;

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

/** The same division for safe integers, whose remainder `%` gives exactly. */
function divideSafe(numerator: number, denominator: number, rounding: Rounding): number {
  const rest = numerator % denominator;
  const quotient = (numerator - rest) / denominator + 0;
  if (rest === 0) return quotient;
  const negative = numerator < 0 !== denominator < 0;
  const away = negative ? quotient - 1 : quotient + 1;
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
    case 'half-even': {
      const size = Math.abs(denominator);
      const half = Math.abs(rest);
      // Comparing with what is left to the whole avoids doubling beyond the safe integers.
      const left = size - half;
      if (half !== left) return half > left ? away : quotient;
      return rounding === 'half-up' || quotient % 2 !== 0 ? away : quotient;
    }
  }
}

/** The quotient where it ends after at most 6 decimals and everything stays a safe integer. */
function divideEven(a: Decimal, b: Decimal, places: number): Decimal | undefined {
  if (typeof a.units !== 'number' || typeof b.units !== 'number') return undefined;
  const least = a.scale - b.scale;
  let scale = least > 0 ? least : 0;
  const end = Math.min(places, scale + 6);
  for (; scale <= end; scale += 1) {
    const numerator = widen(a.units, scale - least);
    if (Number.isNaN(numerator)) return undefined;
    if (numerator % b.units === 0) return normalize({ units: numerator / b.units + 0, scale });
  }
  return undefined;
}

/** a ÷ b to `places` decimals (default 20). Undefined where b is zero. */
export function divide(a: Decimal, b: Decimal, places = 20, rounding: Rounding = 'half-up'): Decimal | undefined {
  if (isZero(b)) return undefined;
  const even = divideEven(a, b, places);
  if (even !== undefined) return even;
  const shift = places + b.scale - a.scale;
  if (typeof a.units === 'number' && typeof b.units === 'number') {
    const numerator = shift > 0 ? widen(a.units, shift) : a.units;
    const denominator = shift < 0 ? widen(b.units, -shift) : b.units;
    if (!Number.isNaN(numerator) && !Number.isNaN(denominator))
      return normalize({ units: divideSafe(numerator, denominator, rounding), scale: places });
  }
  const numerator = BigInt(a.units) * (shift >= 0 ? power(shift) : 1n);
  const denominator = BigInt(b.units) * (shift < 0 ? power(-shift) : 1n);
  return normalize(make(divideUnits(numerator, denominator, rounding), places));
}

/** a at `places` decimals; negative places round to tens, hundreds, … */
export function round(a: Decimal, places: number, rounding: Rounding = 'half-up'): Decimal {
  if (places >= a.scale) return a;
  const factor = small[a.scale - places];
  if (typeof a.units === 'number' && factor !== undefined && places >= 0)
    return { units: divideSafe(a.units, factor, rounding), scale: places };
  const units = divideUnits(BigInt(a.units), power(a.scale - places), rounding);
  return places >= 0 ? make(units, places) : make(units * power(-places), 0);
}

/** The same value without trailing zeros behind the point. */
export function normalize(a: Decimal): Decimal {
  if (a.scale === 0) return a;
  if (typeof a.units === 'number') {
    let { units, scale } = a;
    while (scale > 0 && units % 10 === 0) {
      units /= 10;
      scale -= 1;
    }
    return scale === a.scale ? a : { units, scale };
  }
  let units = a.units;
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
  const { units, scale } = value;
  if (scale === 0 && (places === undefined || places <= 0)) return units.toString();
  const negative = units < 0;
  const digits = (negative ? -units : units).toString();
  const padded = digits.length > scale ? digits : digits.padStart(scale + 1, '0');
  const whole = padded.slice(0, padded.length - scale);
  let fraction = scale === 0 ? '' : padded.slice(padded.length - scale);
  if (places !== undefined && fraction.length < places) fraction = fraction.padEnd(places, '0');
  return (negative ? '-' : '') + (fraction === '' ? whole : `${whole}.${fraction}`);
}

/** As an approximate JS number, for functions that have no exact answer and for charts; never for money. */
export const toApproximateNumber = (a: Decimal): number => Number(format(a));

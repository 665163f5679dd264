/**
 * Money: decimal strings with an ISO 4217 currency. The rules: one rounding, half away from zero, at the last step; lines
 * sum to their header; different currencies are never added.
 */
import {
  add,
  type Decimal,
  divide,
  format,
  isZero,
  multiply,
  parse,
  type Rounding,
  round,
  subtract,
  tryParse,
  zero,
} from './decimal.ts';
import { AppError } from './error.ts';

/** An amount with its currency. `amount` is a decimal string such as `-1250.00`. */
export interface Money {
  amount: string;
  currency: string;
}

const unusualMinorDigits: Record<string, number> = {
  BHD: 3,
  BIF: 0,
  CLF: 4,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  IQD: 3,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  PYG: 0,
  RWF: 0,
  TND: 3,
  UGX: 0,
  UYI: 0,
  UYW: 4,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

/** Digits behind the point of a currency. @source ISO 4217 list one; every currency not listed has two. */
export const minorDigits = (currency: string): number => unusualMinorDigits[currency.toUpperCase()] ?? 2;

/** An amount at the currency's digits, as text. @throws AppError money.notANumber */
export const roundMoney = (amount: string, currency: string, rounding: Rounding = 'half-up'): string =>
  format(round(parse(amount), minorDigits(currency), rounding), minorDigits(currency));

/** The exact sum of decimal strings, as text. @throws AppError money.notANumber */
export function sumAmounts(amounts: Iterable<string>): string {
  let total: Decimal = zero;
  for (const amount of amounts) total = add(total, parse(amount));
  return format(total);
}

/** Adds money of one currency. @throws AppError money.currencyMismatch, money.notANumber */
export function addMoney(a: Money, b: Money): Money {
  if (a.currency !== b.currency) {
    throw new AppError('money.currencyMismatch', `An amount in ${b.currency} cannot be added to one in ${a.currency}.`);
  }
  return { amount: format(add(parse(a.amount), parse(b.amount))), currency: a.currency };
}

/**
 * Splits an amount by weights so that the parts add up to the whole; leftover units go to the largest remainders, first come
 * first served.
 * @param amount decimal string, at most `places` decimals.
 * @param weights decimal strings, none negative, at least one above zero.
 * @returns decimal strings, same length and order as `weights`.
 * @throws AppError money.badWeights, money.notANumber
 */
export function allocate(amount: string, weights: readonly string[], places: number): string[] {
  const total = parse(amount);
  const parsed = weights.map((weight) => parse(weight));
  const sum = parsed.reduce(add, zero);
  if (parsed.some((weight) => weight.units < 0) || isZero(sum)) {
    throw new AppError('money.badWeights', 'The weights must not be negative and not all zero.');
  }
  const exact = parsed.map((weight) => divide(multiply(total, weight), sum, places + 12) ?? zero);
  const parts = exact.map((part) => round(part, places, 'down'));
  const unit: Decimal = { units: total.units < 0 ? -1 : 1, scale: places };
  let rest = subtract(total, parts.reduce(add, zero));
  const order = exact
    .map((part, index) => ({
      index,
      remainder: Math.abs(Number(format(subtract(part, parts[index] ?? zero)))),
      weight: parsed[index] ?? zero,
    }))
    .filter((candidate) => !isZero(candidate.weight))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (let turn = 0; !isZero(rest) && order.length > 0; turn += 1) {
    const index = order[turn % order.length]?.index ?? 0;
    const small = Math.abs(Number(format(rest))) < Number(format({ units: 1, scale: places }));
    const step = small ? rest : unit;
    parts[index] = add(parts[index] ?? zero, step);
    rest = subtract(rest, step);
  }
  return parts.map((part) => format(part, Math.max(places, part.scale)));
}

/** An amount for people: at least two decimals, thousands apart, such as `1,234.50`; what is no number stays as it is. */
export function shownAmount(amount: string): string {
  const parsed = tryParse(amount);
  if (parsed === undefined) return amount;
  const [whole = '', fraction = ''] = format(parsed, Math.max(2, parsed.scale)).split('.');
  return `${whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',')}.${fraction}`;
}

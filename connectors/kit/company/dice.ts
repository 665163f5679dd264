/** Seeded chance and exact shares for generated data: whole cents only, the same on every machine. */
import { divide, format, multiply, round } from '../../../engine/model/decimal.ts';
import { seededRandom } from '../simulator/clock.ts';

/** A source of choices for one thing; things with different labels do not disturb each other. */
export interface Dice {
  /** Whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean;
  pick<T>(choices: readonly [T, ...T[]]): T;
}

function hash(text: string): number {
  let value = 2166136261;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 16777619);
  }
  return value >>> 0;
}

/** Dice for the thing that `label` names. */
export function dice(seed: number, label: string): Dice {
  const random = seededRandom((seed ^ hash(label)) >>> 0);
  const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  return {
    between,
    chance: (percent) => between(1, 100) <= percent,
    pick: (choices) => choices[between(0, choices.length - 1)] ?? choices[0],
  };
}

/** Cents as an amount: 1250 → `12.50`. */
export const money = (cents: number): string => format({ units: cents, scale: 2 }, 2);

/** cents × part ÷ whole, in whole cents, half away from zero. All are integers, `whole` is not zero. */
export function share(cents: number, part: number, whole: number): number {
  const product = multiply({ units: cents, scale: 0 }, { units: part, scale: 0 });
  const quotient = divide(product, { units: whole, scale: 0 }, 0);
  return Number(quotient?.units ?? 0);
}

/** part ÷ whole in percent with two places: `53.33`; `0.00` of nothing. */
export function percentOf(part: number, whole: number): string {
  const quotient = divide({ units: part * 100, scale: 0 }, { units: whole, scale: 0 }, 2);
  return quotient === undefined ? '0.00' : format(round(quotient, 2), 2);
}

/** Sum of whole numbers. */
export const total = (values: Iterable<number>): number => {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
};

/**
 * What the operators do with values. Errors travel through, blank counts as 0, as empty text or as FALSE beside the other
 * value, TRUE and FALSE count as 1 and 0 in arithmetic, and lists are worked through element by element.
 */
import {
  add,
  compare,
  type Decimal,
  divide,
  fromInteger,
  isZero,
  multiply,
  negate,
  round,
  subtract,
  zero,
} from '../model/decimal.ts';
import type { BinaryOperator } from './ast.ts';
import { CalendarDate, Instant, isInRange, millisecondsPerDay } from './calendar.ts';
import { maxTextLength } from './limits.ts';
import { digitsOf, divideFine, powerOf, toSafeInteger } from './numeric.ts';
import { describeValue, FormulaError, fail, isDecimal, isList, type Runtime, toText } from './value.ts';

const asNumber = (value: Runtime): Decimal | FormulaError => {
  if (value === null) return zero;
  if (isDecimal(value)) return value;
  if (typeof value === 'boolean') return fromInteger(value ? 1 : 0);
  if (value instanceof FormulaError) return value;
  return fail('#VALUE!', `A number is needed here, not ${describeValue(value)}.`);
};

const bounded = (value: Decimal): Runtime =>
  typeof value.units === 'bigint' && digitsOf(value) ? fail('#NUM!', 'The number has more than 400 digits.') : value;

const dayMs = fromInteger(millisecondsPerDay);

const atDay = (days: number): Runtime =>
  isInRange(days) ? new CalendarDate(days) : fail('#NUM!', 'The date lies outside the years 1900 to 9999.');

/** Dates with `+` and `-`; undefined where neither side is a date. */
function dateArithmetic(operator: '+' | '-', a: Runtime, b: Runtime): Runtime | undefined {
  const sign = operator === '+' ? 1 : -1;
  if (a instanceof CalendarDate && b instanceof CalendarDate && operator === '-') return fromInteger(a.days - b.days);
  if (a instanceof Instant && b instanceof Instant && operator === '-')
    return divideFine(fromInteger(a.ms - b.ms), dayMs);
  const [moment, other] = a instanceof CalendarDate || a instanceof Instant ? [a, b] : [b, a];
  if (!(moment instanceof CalendarDate || moment instanceof Instant)) return undefined;
  if (moment === b && operator === '-') return fail('#VALUE!', `A date cannot be taken from ${describeValue(a)}.`);
  const number = asNumber(other);
  if (number instanceof FormulaError) return number;
  if (moment instanceof Instant) {
    const ms = toSafeInteger(multiply(number, dayMs));
    return ms === undefined
      ? fail('#NUM!', 'The moment lies outside the years 1900 to 9999.')
      : new Instant(moment.ms + sign * ms);
  }
  const days = toSafeInteger(number);
  if (compare(round(number, 0, 'down'), number) !== 0)
    return fail('#VALUE!', 'Only whole days can be added to a date: round the number first.');
  if (days === undefined) return fail('#NUM!', 'That many days cannot be added to a date.');
  return atDay(moment.days + sign * days);
}

function arithmetic(operator: '+' | '-' | '*' | '/' | '^', a: Runtime, b: Runtime): Runtime {
  if (operator === '+' || operator === '-') {
    const date = dateArithmetic(operator, a, b);
    if (date !== undefined) return date;
  }
  const x = asNumber(a);
  if (x instanceof FormulaError) return x;
  const y = asNumber(b);
  if (y instanceof FormulaError) return y;
  switch (operator) {
    case '+':
      return bounded(add(x, y));
    case '-':
      return bounded(subtract(x, y));
    case '*':
      return bounded(multiply(x, y));
    case '/':
      return isZero(y) ? fail('#DIV/0!', 'The divisor is zero or blank.') : divideFine(x, y);
    case '^':
      return powerOf(x, y);
  }
}

/** Whether two texts are equal without case. Plain letters are compared in place; lower case is made only for others. */
export function equalText(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x === y) continue;
    if (x > 127 || y > 127) return a.toLowerCase() === b.toLowerCase();
    const lower = x | 32;
    if (lower !== (y | 32) || lower < 97 || lower > 122) return false;
  }
  return true;
}

const collator = new Intl.Collator('en', { sensitivity: 'accent' });

/** Order of two texts without case, as in Excel: negative, 0 or positive. */
export const compareText = (a: string, b: string): number =>
  equalText(a, b) ? 0 : collator.compare(a, b) || (a.toLowerCase() < b.toLowerCase() ? -1 : 1);

const asLike = (blank: Runtime, other: Runtime): Runtime => {
  if (blank !== null) return blank;
  if (typeof other === 'string') return '';
  return typeof other === 'boolean' ? false : isDecimal(other) ? zero : null;
};

/** Order of two values of one type: negative, 0 or positive; undefined where they are of different types. */
export function order(left: Runtime, right: Runtime): number | undefined {
  if (isDecimal(left) && isDecimal(right)) return compare(left, right);
  const [a, b] = [asLike(left, right), asLike(right, left)];
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (isDecimal(a) && isDecimal(b)) return compare(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof CalendarDate && b instanceof CalendarDate) return a.days - b.days;
  if (a instanceof Instant && b instanceof Instant) return a.ms - b.ms;
  if (a === null) return b === null ? 0 : -1;
  return b === null ? 1 : undefined;
}

/** Whether two values are equal in the sense of `=`. */
export const equal = (a: Runtime, b: Runtime): boolean => order(a, b) === 0;

function comparison(operator: '=' | '<>' | '<' | '<=' | '>' | '>=', a: Runtime, b: Runtime): Runtime {
  if (typeof a === 'string' && typeof b === 'string' && (operator === '=' || operator === '<>'))
    return equalText(a, b) === (operator === '=');
  const result = order(a, b);
  if (operator === '=') return result === 0;
  if (operator === '<>') return result !== 0;
  if (result === undefined) return fail('#VALUE!', `${describeValue(a)} cannot be compared with ${describeValue(b)}.`);
  if (operator === '<') return result < 0;
  if (operator === '<=') return result <= 0;
  return operator === '>' ? result > 0 : result >= 0;
}

function concatenate(a: Runtime, b: Runtime): Runtime {
  const x = toText(a);
  if (x instanceof FormulaError) return x;
  const y = toText(b);
  if (y instanceof FormulaError) return y;
  return x.length + y.length > maxTextLength
    ? fail('#VALUE!', `The text is longer than ${maxTextLength} characters.`)
    : x + y;
}

function single(operator: BinaryOperator, a: Runtime, b: Runtime): Runtime {
  if (a instanceof FormulaError) return a;
  if (b instanceof FormulaError) return b;
  switch (operator) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '^':
      return arithmetic(operator, a, b);
    case '&':
      return concatenate(a, b);
    case '=':
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparison(operator, a, b);
  }
}

/** The result of an operator; two lists pair up by position and must be of one length. */
export function applyBinary(
  operator: BinaryOperator,
  a: Runtime,
  b: Runtime,
  spend: (elements: number) => void,
): Runtime {
  if (!isList(a) && !isList(b)) return single(operator, a, b);
  if (a instanceof FormulaError) return a;
  if (b instanceof FormulaError) return b;
  if (isList(a) && isList(b) && a.length !== b.length)
    return fail('#VALUE!', `The lists have different lengths: ${a.length} and ${b.length}.`);
  const length = isList(a) ? a.length : isList(b) ? b.length : 0;
  spend(length);
  const result: Runtime[] = [];
  for (let index = 0; index < length; index += 1)
    result.push(single(operator, isList(a) ? (a[index] ?? null) : a, isList(b) ? (b[index] ?? null) : b));
  return result;
}

/** The result of `-x`, `+x` or `x%`. */
export function applyUnary(operator: '-' | '+' | '%', value: Runtime): Runtime {
  if (isList(value)) return value.map((element) => applyUnary(operator, element));
  if (operator === '+') return value;
  const number = asNumber(value);
  if (number instanceof FormulaError) return number;
  return operator === '-' ? negate(number) : (divide(number, fromInteger(100), number.scale + 2) ?? zero);
}

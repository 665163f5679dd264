/**
 * Values → what a parameter asks for. Blank counts as 0, as empty text or as FALSE; a blank date is an error; text never becomes
 * a number; numbers and TRUE/FALSE become text where text is asked.
 */
import { zero } from '../model/decimal.ts';
import { CalendarDate, Instant } from './calendar.ts';
import type { ParameterType } from './functions/declare.ts';
import { maxListLength } from './limits.ts';
import { toSafeInteger } from './numeric.ts';
import { describeValue, FormulaError, fail, isDecimal, isList, type Runtime, toText } from './value.ts';

/** A coerced argument: an error is handed on instead of calling the function. */
export type Coerced = unknown;

const toNumber = (value: Runtime): Coerced => {
  if (isDecimal(value)) return value;
  if (value === null) return zero;
  if (value instanceof FormulaError) return value;
  if (typeof value === 'string') return fail('#VALUE!', `A number is needed here, not ${describeValue(value)}.`);
  return fail('#VALUE!', `A number is needed here, not ${describeValue(value)}.`);
};

const toInteger = (value: Runtime): Coerced => {
  const number = toNumber(value);
  if (!isDecimal(number)) return number;
  return toSafeInteger(number) ?? fail('#NUM!', 'The number is too large here.');
};

const toBoolean = (value: Runtime): Coerced => {
  if (typeof value === 'boolean' || value instanceof FormulaError) return value;
  if (value === null) return false;
  return fail('#VALUE!', `TRUE or FALSE is needed here, not ${describeValue(value)}.`);
};

const toDate = (value: Runtime): Coerced => {
  if (value instanceof CalendarDate || value instanceof FormulaError) return value;
  if (value === null) return fail('#VALUE!', 'The date is blank.');
  return fail('#VALUE!', `A date is needed here, not ${describeValue(value)}.`);
};

const toInstant = (value: Runtime): Coerced => {
  if (value instanceof Instant || value instanceof FormulaError) return value;
  if (value === null) return fail('#VALUE!', 'The moment is blank.');
  return fail('#VALUE!', `A moment (date and time) is needed here, not ${describeValue(value)}.`);
};

const asList = (value: Runtime): readonly Runtime[] => (isList(value) ? value : [value]);

/** Elements as numbers; blanks are left out, as Excel leaves empty cells out. */
function toNumbers(value: Runtime): Coerced {
  if (isDecimal(value)) return [value];
  if (isList(value) && value.every(isDecimal)) return value;
  const numbers: Runtime[] = [];
  for (const element of asList(value)) {
    if (element === null) continue;
    const number = toNumber(element);
    if (!isDecimal(number)) return number;
    numbers.push(number);
  }
  return numbers;
}

function each(value: Runtime, convert: (element: Runtime) => Coerced, blanks: boolean): Coerced {
  const all: Coerced[] = [];
  for (const element of asList(value)) {
    if (element === null && !blanks) continue;
    const one = convert(element);
    if (one instanceof FormulaError) return one;
    all.push(one);
  }
  return all;
}

function toList(value: Runtime): Coerced {
  if (value instanceof FormulaError) return value;
  const list = asList(value);
  return list.find((element) => element instanceof FormulaError) ?? list;
}

const converters: Readonly<Record<ParameterType, (value: Runtime) => Coerced>> = {
  number: toNumber,
  integer: toInteger,
  text: toText,
  boolean: toBoolean,
  date: toDate,
  datetime: toInstant,
  any: (value) => value,
  value: (value) => value,
  list: toList,
  numbers: toNumbers,
  texts: (value) => each(value, toText, true),
  booleans: (value) => each(value, toBoolean, false),
  lazy: (value) => value,
};

/** How a parameter converts its argument; list parameters that keep errors take them as elements. */
export function converterOf(type: ParameterType, keepsErrors: boolean): (value: Runtime) => Coerced {
  if (keepsErrors && type === 'list') return asList;
  return converters[type];
}

/** Types of parameters that take one value: a list given to them is worked through element by element. */
export const takesOne = (type: ParameterType): boolean =>
  type === 'number' ||
  type === 'integer' ||
  type === 'text' ||
  type === 'boolean' ||
  type === 'date' ||
  type === 'datetime' ||
  type === 'any';

/** Types of parameters that take a list. */
export const takesList = (type: ParameterType): boolean =>
  type === 'list' || type === 'numbers' || type === 'texts' || type === 'booleans';

/** An error where a list is longer than formulas allow. */
export const tooLong = (length: number): FormulaError | undefined =>
  length > maxListLength ? fail('#NUM!', `The list has ${length} elements; ${maxListLength} are the most.`) : undefined;

/** Values while a formula is evaluated, and the errors that travel among them. */
import { type Decimal, format, normalize, tryParse } from '../model/decimal.ts';
import type { Fields, Value } from '../model/record.ts';
import { CalendarDate, formatDate, formatInstant, Instant, parseDate, parseInstant } from './calendar.ts';
import { maxDigits } from './limits.ts';

/** Where something stands in the formula's text, in characters; `end` is exclusive. */
export interface Range {
  start: number;
  end: number;
}

/** The names of errors, as in Excel. */
export const errorKinds = ['#DIV/0!', '#N/A', '#NAME?', '#NULL!', '#NUM!', '#REF!', '#VALUE!'] as const;
export type FormulaErrorKind = (typeof errorKinds)[number];

/**
 * An error as a value: it travels through operators and functions until IFERROR or IFNA handles it. `input` names the input that
 * caused it as the formula writes it, `range` the part of the formula where it arose.
 */
export class FormulaError {
  readonly kind: FormulaErrorKind;
  readonly message: string;
  input: string | undefined;
  range: Range | undefined;
  constructor(kind: FormulaErrorKind, message: string, input?: string) {
    this.kind = kind;
    this.message = message;
    this.input = input;
    this.range = undefined;
  }
}

/** Whether a value is a {@link FormulaError}. */
export const isFormulaError = (value: unknown): value is FormulaError => value instanceof FormulaError;

/** Any value inside a formula; numbers are exact decimals, dates are objects, blank is null. */
export type Runtime =
  | string
  | boolean
  | null
  | Decimal
  | CalendarDate
  | Instant
  | FormulaError
  | readonly Runtime[]
  | RuntimeRecord;

/** A record as it came; its fields are read by their schema. */
export class RuntimeRecord {
  readonly fields: Fields;
  constructor(fields: Fields) {
    this.fields = fields;
  }
}

/** Whether a value is a number. Records never hold JS numbers, so a numeric scale marks a decimal. */
export const isDecimal = (value: unknown): value is Decimal =>
  typeof value === 'object' && value !== null && typeof (value as { scale?: unknown }).scale === 'number';

/** Whether a value is a list. */
export const isList = (value: Runtime): value is readonly Runtime[] => Array.isArray(value);

/** A new error value; what stands between quotes in `message` is for a finance analyst. */
export const fail = (kind: FormulaErrorKind, message: string, input?: string): FormulaError =>
  new FormulaError(kind, message, input);

const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** What a value is called in messages. */
export function describeValue(value: Runtime): string {
  if (value === null) return 'blank';
  if (typeof value === 'string') return `the text “${shown(value)}”`;
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (value instanceof FormulaError) return value.kind;
  if (isDecimal(value)) return `the number ${shown(format(normalize(value)))}`;
  if (value instanceof CalendarDate) return `the date ${formatDate(value)}`;
  if (value instanceof Instant) return `the moment ${formatInstant(value)}`;
  return value instanceof RuntimeRecord ? 'a record' : `a list of ${value.length}`;
}

/** Text of a value as `&` joins it: shortest form of a number, ISO dates, TRUE and FALSE, nothing for blank. */
export function toText(value: Runtime): string | FormulaError {
  if (typeof value === 'string' || value instanceof FormulaError) return value;
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (isDecimal(value)) return format(normalize(value));
  if (value instanceof CalendarDate) return formatDate(value);
  if (value instanceof Instant) return formatInstant(value);
  return fail('#VALUE!', `A text is needed here, not ${describeValue(value)}.`);
}

/** What a formula gives back to its record: decimals and dates as text. */
export function toRecordValue(value: Runtime): Value | FormulaError {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (isDecimal(value)) return format(normalize(value));
  if (value instanceof FormulaError) return value;
  if (value instanceof RuntimeRecord) return value.fields;
  if (!isList(value)) return toText(value);
  const list: Value[] = [];
  for (const element of value) {
    const one = toRecordValue(element);
    if (one instanceof FormulaError) return one;
    list.push(one);
  }
  return list;
}

/** Reads a number of a record. `name` is the field as the formula writes it. */
export function readNumber(raw: Value | undefined, name: string): Runtime {
  if (raw === null || raw === undefined || raw === '') return null;
  const value = typeof raw === 'string' && raw.length <= maxDigits ? tryParse(raw) : undefined;
  if (value !== undefined) return value;
  const text = typeof raw === 'string' ? `“${shown(raw)}”` : 'something else';
  return fail('#VALUE!', `${name} should hold a number but holds ${text}.`, name);
}

/** Reads a date of a record. */
export function readDate(raw: Value | undefined, name: string): Runtime {
  if (raw === null || raw === undefined || raw === '') return null;
  const value = typeof raw === 'string' ? parseDate(raw) : undefined;
  return value ?? fail('#VALUE!', `${name} should hold a date (YYYY-MM-DD) but holds ${shown(String(raw))}.`, name);
}

/** Reads a moment of a record. */
export function readInstant(raw: Value | undefined, name: string): Runtime {
  if (raw === null || raw === undefined || raw === '') return null;
  const value = typeof raw === 'string' ? parseInstant(raw) : undefined;
  return (
    value ?? fail('#VALUE!', `${name} should hold a moment (ISO, with zone) but holds ${shown(String(raw))}.`, name)
  );
}

/** Reads a text of a record. */
export function readText(raw: Value | undefined, name: string): Runtime {
  if (typeof raw === 'string') return raw;
  if (raw === null || raw === undefined) return null;
  return fail('#VALUE!', `${name} should hold text but holds something else.`, name);
}

/** Reads a yes/no value of a record. */
export function readBoolean(raw: Value | undefined, name: string): Runtime {
  if (typeof raw === 'boolean') return raw;
  if (raw === null || raw === undefined || raw === '') return null;
  if (raw === 'true' || raw === 'false') return raw === 'true';
  return fail('#VALUE!', `${name} should hold true or false but holds something else.`, name);
}

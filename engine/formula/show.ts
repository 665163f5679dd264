/** Values for people: in completion, hover and explanations. */

import { format, normalize } from '../model/decimal.ts';
import type { Value } from '../model/record.ts';
import { CalendarDate, formatDate, formatInstant, Instant } from './calendar.ts';
import { FormulaError, isDecimal, type Runtime, RuntimeRecord } from './value.ts';

const most = 6;

const cut = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

/** A value as a formula would write it: text in quotation marks, dates between #, lists in braces; long ones are cut. */
export function showValue(value: Runtime): string {
  if (value === null) return 'blank';
  if (typeof value === 'string') return `"${cut(value).replaceAll('"', '""')}"`;
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (isDecimal(value)) return cut(format(normalize(value)));
  if (value instanceof FormulaError) return value.kind;
  if (value instanceof CalendarDate) return formatDate(value);
  if (value instanceof Instant) return formatInstant(value);
  if (value instanceof RuntimeRecord) return showRecordValue(value.fields);
  const rest = value.length > most ? `, … ${value.length} in all` : '';
  return `{${value.slice(0, most).map(showValue).join(', ')}${rest}}`;
}

/** A value of a record in short. */
export function showRecordValue(value: Value | undefined): string {
  if (value === null || value === undefined) return 'blank';
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (Array.isArray(value)) {
    const rest = value.length > most ? `, … ${value.length} in all` : '';
    return `{${value.slice(0, most).map(showRecordValue).join(', ')}${rest}}`;
  }
  const names = Object.keys(value);
  return `record of ${names.slice(0, most).join(', ')}${names.length > most ? ', …' : ''}`;
}

/** Cells and values: text stays as it is, amounts become exact decimals, dates become ISO dates; and back. */
import { format, parse, tryParse } from '../../engine/model/decimal.ts';
import { defuse, undefuse } from '../../engine/model/defuse.ts';
import { AppError, type ErrorCode } from '../../engine/model/error.ts';
import { type FieldSchema, isCalendarDate, type Value } from '../../engine/model/record.ts';
import { signShown, type ValueFormat } from './detect.ts';

/** Longest text of a cell, in characters. */
export const longestCell = 262_144;

const refuse = (code: ErrorCode, field: FieldSchema, cell: string, what: string, hint?: string): AppError =>
  new AppError(code, `The column “${field.label}” holds “${cell.slice(0, 60)}”, which ${what}.`, {
    fields: { [field.name]: what },
    ...(hint === undefined ? {} : { hint }),
  });

function readNumber(cell: string, field: FieldSchema, values: ValueFormat): string {
  const text = cell.trim().replaceAll(/[\s'’]/g, '');
  const plain = text.replaceAll(/[()+-]/g, '');
  const sign = values.decimalSign ?? signShown(cell);
  if (sign === undefined && /[.,]/.test(plain)) {
    const hint = 'Set the decimal sign on the connection, or for this file in costwire-files.json.';
    throw refuse('data.badAmount', field, cell, 'could mean thousands or decimals', hint);
  }
  const other = sign === ',' ? '.' : ',';
  const groups = plain.split(sign ?? '.')[0]?.split(other) ?? [];
  const wellGrouped =
    groups.length === 1 || groups.every((group, index) => (index === 0 ? group.length <= 3 : group.length === 3));
  const digits = plain.replaceAll(other, '').replace(sign ?? '.', '.');
  const negative = /^\(.*\)$/.test(text) || /^-[^-]*$|^[^-]+-$/.test(text);
  const shape = /^[+-]?[\d.,]+$|^[\d.,]+-$|^\([\d.,]+\)$/.test(text);
  if (!shape || !wellGrouped || tryParse(digits) === undefined)
    throw refuse('data.badAmount', field, cell, 'is not a number');
  if (field.type === 'integer' && !/^\d+$/.test(digits))
    throw refuse('data.badAmount', field, cell, 'is not a whole number');
  return (negative ? '-' : '') + (field.type === 'integer' ? digits : format(parse(digits)));
}

function readDate(cell: string, field: FieldSchema, values: ValueFormat): string {
  const text = cell.trim();
  if (field.type === 'datetime') {
    const time = Date.parse(text);
    if (/^\d{4}-\d{2}-\d{2}T/.test(text) && !Number.isNaN(time)) return new Date(time).toISOString();
    throw refuse('data.badDate', field, cell, 'is not a time such as 2026-05-31T18:00:00Z');
  }
  if (isCalendarDate(text.slice(0, 10)) && /^.{10}([T ].*)?$/.test(text)) return text.slice(0, 10);
  const match = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})$/.exec(text);
  if (match === null) throw refuse('data.badDate', field, cell, 'is not a date');
  const [, first = '', mark, second = '', year = ''] = match;
  const shown = mark === '.' || Number(first) > 12 ? 'day-month' : Number(second) > 12 ? 'month-day' : undefined;
  const order = values.dateOrder ?? shown ?? (first === second ? 'day-month' : undefined);
  if (order === undefined) {
    const hint = 'Set the order of day and month on the connection, or for this file in costwire-files.json.';
    throw refuse('data.badDate', field, cell, 'could be two different days', hint);
  }
  const [day, month] = order === 'day-month' ? [first, second] : [second, first];
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (!isCalendarDate(date)) throw refuse('data.badDate', field, cell, 'is not a date');
  return date;
}

const yes = new Set(['true', 'yes', '1', 'y']);
const no = new Set(['false', 'no', '0', 'n']);

/**
 * The value of a cell. An empty cell is blank.
 * @throws AppError data.badAmount, data.badDate, data.badValue, data.tooLarge naming the column.
 */
export function readCell(cell: string, field: FieldSchema, values: ValueFormat, defused: boolean): Value {
  if (cell === '') return null;
  if (cell.length > longestCell) {
    throw refuse('data.tooLarge', field, cell, `is ${cell.length} characters long; ${longestCell} are allowed`);
  }
  switch (field.type) {
    case 'integer':
    case 'decimal':
      return cell.trim() === '' ? null : readNumber(cell, field, values);
    case 'date':
    case 'datetime':
      return cell.trim() === '' ? null : readDate(cell, field, values);
    case 'boolean': {
      const word = cell.trim().toLowerCase();
      if (yes.has(word)) return true;
      if (no.has(word)) return false;
      throw refuse('data.badValue', field, cell, 'is neither yes nor no');
    }
    default:
      return defused ? undefuse(cell) : cell;
  }
}

/**
 * The cell of a value, in the file's own way of writing.
 * @throws AppError data.badAmount, data.badDate, data.badValue where the value is not of the column's type.
 */
export function writeCell(value: Value | undefined, field: FieldSchema, values: ValueFormat): string {
  if (value === undefined || value === null || value === '') return '';
  if (typeof value === 'object') {
    throw refuse(
      'data.badValue',
      field,
      JSON.stringify(value),
      'does not fit into one cell',
      'Split the list into records before writing.',
    );
  }
  const text = String(value);
  if (text.length > longestCell) throw refuse('data.tooLarge', field, text, 'is too long for a cell');
  switch (field.type) {
    case 'integer':
    case 'decimal': {
      const number = tryParse(text);
      if (number === undefined) throw refuse('data.badAmount', field, text, 'is not a number');
      return format(number).replace('.', values.decimalSign ?? '.');
    }
    case 'date':
      if (!isCalendarDate(text)) throw refuse('data.badDate', field, text, 'is not a date such as 2026-05-31');
      return text;
    case 'datetime':
      if (Number.isNaN(Date.parse(text))) throw refuse('data.badDate', field, text, 'is not a time');
      return text;
    case 'boolean':
      if (typeof value !== 'boolean') throw refuse('data.badValue', field, text, 'is neither yes nor no');
      return text;
    default:
      return defuse(text);
  }
}

/**
 * Brings a remote row to its declared schema: ids and codes as text, decimals and integers as decimal text, dates as dates. What
 * cannot be brought there is an error that names the field; the caller fails that record and goes on with the others.
 */
import { tryParse } from '../../engine/model/decimal.ts';
import { AppError, type ErrorCode } from '../../engine/model/error.ts';
import type { FieldSchema, Fields, Value } from '../../engine/model/record.ts';
import { asFields } from './json.ts';

/** Longest text a field may hold, in characters. */
export const longestText = 262_144;

const dayPattern = /^(\d{4})-(\d{2})-(\d{2})/;

const refuse = (code: ErrorCode, path: string, what: string, label: string): AppError =>
  new AppError(code, `The field “${label}” (${path}) ${what}.`, { fields: { [path]: what } });

const shown = (value: Value): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

function isDay(text: string): boolean {
  const match = dayPattern.exec(text);
  if (match === null) return false;
  const [, year = '', month = '', day = ''] = match;
  const instant = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return Number(year) > 0 && instant.getUTCMonth() === Number(month) - 1 && instant.getUTCDate() === Number(day);
}

function conformText(value: Value, path: string, label: string): Value {
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'string')
    throw refuse('data.badValue', path, `holds ${shown(value)} where a text belongs`, label);
  if (value.length > longestText) {
    throw refuse('data.tooLarge', path, `is ${value.length} characters long; ${longestText} are allowed`, label);
  }
  return value;
}

function conformNumber(value: Value, path: string, field: FieldSchema): Value {
  const text = typeof value === 'string' ? value.trim().replace(/%$/, '') : undefined;
  if (text === '') return null;
  if (text === undefined || text.length > 100 || tryParse(text) === undefined) {
    throw refuse('data.badAmount', path, `holds “${shown(value)}”, which is not a number`, field.label);
  }
  if (field.type === 'integer' && !/^[+-]?\d+$/.test(text)) {
    throw refuse('data.badAmount', path, `holds “${shown(value)}”, which is not a whole number`, field.label);
  }
  return text;
}

function conformDate(value: Value, path: string, field: FieldSchema): Value {
  if (value === '') return null;
  if (typeof value !== 'string' || !isDay(value)) {
    throw refuse('data.badDate', path, `holds “${shown(value)}”, which is not a date`, field.label);
  }
  if (field.type === 'date') return value.slice(0, 10);
  const instant = Date.parse(value);
  if (Number.isNaN(instant))
    throw refuse('data.badDate', path, `holds “${shown(value)}”, which is not a time`, field.label);
  return value;
}

function conformBoolean(value: Value, path: string, field: FieldSchema): Value {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw refuse('data.badValue', path, `holds “${shown(value)}” where yes or no belongs`, field.label);
}

function conformList(value: Value, path: string, field: FieldSchema): Value {
  if (!Array.isArray(value))
    throw refuse('data.badValue', path, `holds ${shown(value)} where a list belongs`, field.label);
  const inner = field.fields;
  if (inner === undefined) return value;
  return value.map((element, index) => {
    const fields = asFields(element);
    const place = `${path}[${index + 1}]`;
    if (fields === undefined) throw refuse('data.badValue', place, `holds ${shown(element)}`, field.label);
    return conformFields(inner, fields, `${place}.`);
  });
}

function conformValue(field: FieldSchema, value: Value, path: string): Value {
  if (value === null) return null;
  switch (field.type) {
    case 'text':
      return conformText(value, path, field.label);
    case 'integer':
    case 'decimal':
      return conformNumber(value, path, field);
    case 'date':
    case 'datetime':
      return conformDate(value, path, field);
    case 'boolean':
      return conformBoolean(value, path, field);
    case 'list':
      return conformList(value, path, field);
    case 'record': {
      const fields = asFields(value);
      if (fields === undefined)
        throw refuse('data.badValue', path, `holds ${shown(value)} where a record belongs`, field.label);
      return field.fields === undefined ? fields : conformFields(field.fields, fields, `${path}.`);
    }
  }
}

/**
 * Brings a row to its schema. Fields the schema does not know pass through untouched.
 * @throws AppError data.badAmount, data.badDate, data.badValue, data.tooLarge naming the field.
 */
export function conformFields(schema: readonly FieldSchema[], row: Fields, prefix = ''): Fields {
  const result: Fields = { ...row };
  for (const field of schema) {
    const value = row[field.name];
    if (value !== undefined) result[field.name] = conformValue(field, value, `${prefix}${field.name}`);
  }
  for (const name in row) {
    const value = row[name];
    if (typeof value === 'string' && value.length > longestText) conformText(value, `${prefix}${name}`, name);
  }
  return result;
}

/** A row for a failed record: overlong texts cut, so that what is kept of it stays small. */
export function abridge(value: Value): Value {
  if (typeof value === 'string') return value.length > 2000 ? `${value.slice(0, 2000)}…` : value;
  if (Array.isArray(value)) return value.slice(0, 200).map(abridge);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, abridge(inner)]));
}

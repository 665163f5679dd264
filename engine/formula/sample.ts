/** A schema read off a sample record: for the command line, for examples and for previews without a connector. */

import { tryParse } from '../model/decimal.ts';
import type { FieldSchema, Fields, FieldType, RecordSchema, Value } from '../model/record.ts';
import { parseDate, parseInstant } from './calendar.ts';

function scalarType(value: Value): Exclude<FieldType, 'record' | 'list'> {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value !== 'string' || value === '') return 'text';
  if (tryParse(value) !== undefined) return 'decimal';
  if (parseDate(value) !== undefined) return 'date';
  return parseInstant(value) === undefined ? 'text' : 'datetime';
}

const isRecord = (value: Value | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function schemaOfField(name: string, value: Value): FieldSchema {
  const base = { name, label: name };
  if (isRecord(value)) return { ...base, type: 'record', fields: fieldsOf([value]) };
  if (!Array.isArray(value)) {
    return { ...base, type: scalarType(value), ...(typeof value === 'string' ? { example: value } : {}) };
  }
  const records = value.filter(isRecord);
  if (records.length > 0) return { ...base, type: 'list', fields: fieldsOf(records) };
  return { ...base, type: 'list', of: scalarType(value.find((one) => one !== null) ?? null) };
}

/** The fields of several records together; the first value that is not blank decides the type. */
function fieldsOf(records: readonly Fields[]): FieldSchema[] {
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  return [...names].map((name) => {
    const values = records.map((record) => (Object.hasOwn(record, name) ? record[name] : null));
    const nested = values.filter(isRecord);
    if (nested.length > 0) return { name, label: name, type: 'record', fields: fieldsOf(nested) };
    return schemaOfField(name, values.find((value) => value !== null && value !== undefined) ?? null);
  });
}

/** The schema of a record: text that looks like a number is a decimal, `YYYY-MM-DD` a date, an ISO moment a datetime. */
export const schemaOfRecord = (record: Fields): RecordSchema => ({ fields: fieldsOf([record]) });

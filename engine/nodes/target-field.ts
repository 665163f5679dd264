/** Fitting values into target fields: type, length and permitted values, checked before anything is sent. */
import { tryParse } from '../model/decimal.ts';
import { AppError } from '../model/error.ts';
import { type FieldSchema, type FieldType, isCalendarDate, type Value } from '../model/record.ts';

/** Which source types a target field takes without a conversion. */
const takes: Record<FieldType, readonly FieldType[]> = {
  text: ['text', 'integer', 'decimal', 'boolean', 'date', 'datetime'],
  integer: ['integer'],
  decimal: ['decimal', 'integer'],
  boolean: ['boolean'],
  date: ['date'],
  datetime: ['datetime', 'date'],
  record: ['record'],
  list: ['list'],
};

/** Type names as analysts know them. */
export const typeNames: Record<FieldType, string> = {
  text: 'text',
  integer: 'whole number',
  decimal: 'number',
  boolean: 'true or false',
  date: 'date',
  datetime: 'date and time',
  record: 'record',
  list: 'list',
};

/** Whether a source type fits; if not, the conversion that would help. */
export function typeMismatch(target: FieldType, source: FieldType): string | undefined {
  if (takes[target].includes(source)) return undefined;
  if ((target === 'decimal' || target === 'integer') && source === 'text')
    return 'Convert it, such as =VALUE([field]).';
  if (target === 'integer' && source === 'decimal') return 'Round it, such as =ROUND([field], 0).';
  if (target === 'date' && source === 'datetime') return 'Take its day, such as =DATEVALUE([field]).';
  return `Choose a field that is a ${typeNames[target]}.`;
}

/**
 * A function that fits values into a target field. Blank becomes undefined, which means: do not send the field.
 * @returns a function that @throws AppError check.requiredField, data.badAmount, data.badDate, data.badValue, data.tooLarge
 */
export function fitting(field: FieldSchema, what: string): (value: Value) => Value | undefined {
  const fail = (code: 'data.badAmount' | 'data.badDate' | 'data.badValue' | 'data.tooLarge', is: string): AppError =>
    new AppError(code, `${what} ${is}`, { fields: { [field.name]: is } });
  const convert = converter(field, fail);
  return (value) => {
    if (value === null || value === '') {
      if (field.required !== true) return undefined;
      throw new AppError('check.requiredField', `${what} is blank, but the target requires it.`, {
        fields: { [field.name]: 'is blank' },
      });
    }
    return convert(value);
  };
}

type Fail = (code: 'data.badAmount' | 'data.badDate' | 'data.badValue' | 'data.tooLarge', is: string) => AppError;

const shown = (value: Value): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

function converter(field: FieldSchema, fail: Fail): (value: Value) => Value {
  switch (field.type) {
    case 'decimal':
      return (value) => {
        if (typeof value === 'string' && tryParse(value) !== undefined) return value;
        throw fail('data.badAmount', `is “${shown(value)}”, which is not a number.`);
      };
    case 'integer':
      return (value) => {
        if (typeof value === 'string' && /^[+-]?\d+$/.test(value)) return value;
        throw fail('data.badAmount', `is “${shown(value)}”, which is not a whole number.`);
      };
    case 'boolean':
      return (value) => {
        if (typeof value === 'boolean') return value;
        if (value === 'true' || value === 'false') return value === 'true';
        throw fail('data.badValue', `is “${shown(value)}”, which is neither true nor false.`);
      };
    case 'date':
      return (value) => {
        if (typeof value === 'string' && isCalendarDate(value)) return value;
        throw fail('data.badDate', `is “${shown(value)}”, which is not a date.`);
      };
    case 'datetime':
      return (value) => {
        if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) return value;
        throw fail('data.badDate', `is “${shown(value)}”, which is not a date and time.`);
      };
    case 'text':
      return textConverter(field, fail);
    case 'record':
    case 'list':
      return (value) => {
        if (typeof value === 'object' && Array.isArray(value) === (field.type === 'list')) return value;
        throw fail('data.badValue', `is “${shown(value)}”, which is not a ${typeNames[field.type]}.`);
      };
  }
}

/** No field of any system takes more; a larger text is a mistake in the source. */
const longestText = 1_000_000;

function textConverter(field: FieldSchema, fail: Fail): (value: Value) => Value {
  const { maxLength = longestText, permitted } = field;
  const allowed = permitted === undefined || permitted.length === 0 ? undefined : new Set(permitted);
  return (value) => {
    if (typeof value === 'object') throw fail('data.badValue', 'is a list or record, but the target takes text.');
    const text = typeof value === 'string' ? value : String(value);
    if (text.length > maxLength && [...text].length > maxLength)
      throw fail('data.tooLarge', `has ${[...text].length} characters; the target takes ${maxLength}.`);
    if (allowed !== undefined && !allowed.has(text))
      throw fail('data.badValue', `is “${shown(text)}”; the target takes ${[...allowed].slice(0, 8).join(', ')}.`);
    return text;
  };
}

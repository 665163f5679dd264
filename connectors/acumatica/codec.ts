/**
 * Acumatica's wire form of an entity and ours. The wire wraps general fields as `{ "value": … }`, leaves linked entities, detail
 * rows and system fields bare, and carries what is outside the contract in `custom`. Ours has the vendor's names without wrappers.
 * @source Acumatica ERP 2026 R1 Integration Development Guide, "Representation of a record in JSON format" (read 2026-11)
 */
import { format, normalize, parse, tryParse } from '../../engine/model/decimal.ts';
import { AppError } from '../../engine/model/error.ts';
import type { FieldSchema, Fields, Value } from '../../engine/model/record.ts';
import { asFields, JsonNumber } from '../kit/json.ts';

/** An object on its way to the wire. */
export interface WireObject {
  [name: string]: WireValue;
}
/** A value on its way to the wire: numbers are marked, so that they travel digit by digit. */
export type WireValue = string | boolean | null | JsonNumber | WireValue[] | WireObject;

/** Types of values in the `custom` block. */
export type CustomType = 'String' | 'Boolean' | 'Decimal' | 'Int' | 'Short' | 'Long' | 'DateTime' | 'Guid';

/** A field as the designer sees it and how it travels. */
export interface AcumaticaField extends FieldSchema {
  /** Travels outside the contract, in the `custom` block of this view. The type is the field's own. */
  view?: string;
  /** Type in the `custom` block where that of the field does not decide it. */
  customType?: CustomType;
  /** Bare on the wire, without a value wrapper: `id` and `rowNumber`. */
  bare?: boolean;
  fields?: readonly AcumaticaField[];
}

/** What becomes of blanks when writing: left out (insert: the system defaults it) or sent as null (update: clears it). */
export type BlankRule = 'omit' | 'clear';

const fail = (
  code: 'data.badAmount' | 'data.badDate' | 'data.badValue' | 'data.tooLarge',
  path: string,
  text: string,
) => new AppError(code, text, { fields: { [path]: text } });

const show = (value: unknown): string =>
  `“${String(typeof value === 'object' ? JSON.stringify(value) : value).slice(0, 60)}”`;

function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** A plain value as the wire's value. @throws AppError data.badAmount, data.badDate, data.badValue, data.tooLarge */
function toWireValue(field: AcumaticaField, value: Value, path: string): WireValue {
  if (value === null || value === '') return null;
  const text = typeof value === 'string' ? value : undefined;
  switch (field.type) {
    case 'decimal':
    case 'integer': {
      const parsed = text === undefined ? undefined : tryParse(text);
      if (parsed === undefined)
        throw fail('data.badAmount', path, `${field.label} is ${show(value)}, which is not a number.`);
      const exact = format(normalize(parsed));
      if (field.type === 'integer' && exact.includes('.')) {
        throw fail('data.badAmount', path, `${field.label} is ${show(value)}, which is not a whole number.`);
      }
      return new JsonNumber(field.type === 'integer' ? exact : format(parsed));
    }
    case 'boolean':
      if (typeof value === 'boolean') return value;
      if (text === 'true' || text === 'false') return text === 'true';
      throw fail('data.badValue', path, `${field.label} is ${show(value)}; it takes yes or no.`);
    case 'date':
      if (text === undefined || !isCalendarDate(text)) {
        throw fail('data.badDate', path, `${field.label} is ${show(value)}, which is not a date (YYYY-MM-DD).`);
      }
      return `${text}T00:00:00`;
    case 'datetime': {
      const instant = text === undefined ? Number.NaN : Date.parse(text);
      if (Number.isNaN(instant))
        throw fail('data.badDate', path, `${field.label} is ${show(value)}, which is not a time.`);
      return new Date(instant).toISOString();
    }
    default: {
      if (text === undefined) throw fail('data.badValue', path, `${field.label} is ${show(value)}; it takes a text.`);
      if (field.maxLength !== undefined && [...text].length > field.maxLength) {
        throw fail(
          'data.tooLarge',
          path,
          `${field.label} has ${[...text].length} characters; Acumatica takes ${field.maxLength}.`,
        );
      }
      return text;
    }
  }
}

const customTypes: Readonly<Record<string, CustomType>> = {
  boolean: 'Boolean',
  decimal: 'Decimal',
  integer: 'Int',
  date: 'DateTime',
  datetime: 'DateTime',
};

/** An entry of the free list of custom fields that every writable entity and line has. */
const customEntryFields: readonly AcumaticaField[] = [
  { name: 'View', label: 'View', type: 'text', required: true, example: 'Document' },
  { name: 'Field', label: 'Field', type: 'text', required: true, example: 'UsrProcoreId' },
  {
    name: 'Type',
    label: 'Type',
    type: 'text',
    permitted: ['String', 'Boolean', 'Decimal', 'Int', 'Short', 'Long', 'DateTime', 'Guid'],
  },
  { name: 'Value', label: 'Value', type: 'text' },
];

/** The list in which an analyst sets or reads fields that her company added to a form, by view and field name. */
export const customFields: AcumaticaField = {
  name: 'CustomFields',
  label: 'Custom fields',
  type: 'list',
  description:
    'Fields outside the endpoint contract, by the view and field name that the form shows with Ctrl+Alt+click.',
  fields: customEntryFields,
};

const customValueType: Readonly<Record<CustomType, FieldSchema['type']>> = {
  String: 'text',
  Boolean: 'boolean',
  Decimal: 'decimal',
  Int: 'integer',
  Short: 'integer',
  Long: 'integer',
  DateTime: 'datetime',
  Guid: 'text',
};

type CustomBlock = Record<string, Record<string, WireObject>>;

/** What is gathered while a record is wrapped: its plain members and its custom block. */
interface Wrapping {
  plain: WireObject;
  custom: CustomBlock;
}

function setCustom(target: Wrapping, view: string, field: string, type: CustomType, value: WireValue): void {
  const fields = target.custom[view] ?? {};
  fields[field] = { type: `Custom${type}Field`, value };
  target.custom[view] = fields;
}

function wrapCustomList(target: Wrapping, value: Value, path: string): void {
  if (value === null) return;
  if (!Array.isArray(value)) throw fail('data.badValue', path, 'Custom fields must be a list.');
  value.forEach((entry, index) => {
    const where = `${path}.${index}`;
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
      throw fail('data.badValue', where, 'Each custom field needs View, Field and Value.');
    }
    const { View: view, Field: field, Type: type = 'String', Value: content = null } = entry;
    const known = customEntryFields[2]?.permitted ?? [];
    if (typeof view !== 'string' || typeof field !== 'string' || typeof type !== 'string' || !known.includes(type)) {
      throw fail('data.badValue', where, 'Each custom field needs View, Field and a known Type.');
    }
    const kind = type as CustomType;
    const schema: AcumaticaField = { name: field, label: `Custom field ${view}.${field}`, type: customValueType[kind] };
    setCustom(target, view, field, kind, toWireValue(schema, content, `${where}.Value`));
  });
}

/**
 * A record in wire form. Read-only fields are left out: the system calculates them. Absent fields stay absent.
 * @param blanks what becomes of null and empty text.
 * @throws AppError data.badAmount, data.badDate, data.badValue (also for a field the entity does not have), data.tooLarge
 */
export function wrapEntity(
  value: Fields,
  fields: readonly AcumaticaField[],
  blanks: BlankRule = 'omit',
  path = '',
): WireObject {
  const wire: Wrapping = { plain: {}, custom: {} };
  for (const name of Object.keys(value)) {
    if (!fields.some((field) => field.name === name)) {
      throw fail('data.badValue', path + name, `Acumatica has no field ${path}${name} here.`);
    }
  }
  // In the order of the schema: defaults cascade inside a line, so project and cost code go before the account.
  for (const field of fields) {
    const content = value[field.name];
    if (content === undefined || field.readOnly === true) continue;
    wrapField(wire, field, content, blanks, path + field.name);
  }
  return Object.keys(wire.custom).length === 0 ? wire.plain : { ...wire.plain, custom: wire.custom };
}

function wrapField(wire: Wrapping, field: AcumaticaField, content: Value, blanks: BlankRule, path: string): void {
  if (field.name === customFields.name) {
    wrapCustomList(wire, content, path);
    return;
  }
  if (field.type === 'list') {
    if (content === null) return;
    if (!Array.isArray(content)) throw fail('data.badValue', path, `${field.label} must be a list.`);
    wire.plain[field.name] = content.map((row, index) => wrapRecord(field, row, blanks, `${path}.${index}`));
    return;
  }
  if (field.type === 'record') {
    if (content !== null) wire.plain[field.name] = wrapRecord(field, content, blanks, path);
    return;
  }
  const wireValue = toWireValue(field, content, path);
  if (wireValue === null && (blanks === 'omit' || field.bare === true)) return;
  if (field.view !== undefined)
    setCustom(wire, field.view, field.name, field.customType ?? customTypes[field.type] ?? 'String', wireValue);
  else wire.plain[field.name] = field.bare === true ? wireValue : { value: wireValue };
}

function wrapRecord(field: AcumaticaField, content: Value, blanks: BlankRule, path: string): WireObject {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw fail('data.badValue', path, `${field.label} must be a record.`);
  }
  return wrapEntity(content, field.fields ?? [], blanks, `${path}.`);
}

const textOf = (value: Value): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A wire value, without its wrapper, as ours. @throws AppError remote.badResponse where the type does not fit. */
export function fromWireValue(field: AcumaticaField, value: Value, path: string): Value {
  if (value === null) return null;
  const bad = () =>
    new AppError(
      'remote.badResponse',
      `Acumatica answered ${show(textOf(value))} in ${path}, which is not a ${field.type}.`,
    );
  switch (field.type) {
    case 'decimal':
    case 'integer': {
      const parsed = tryParse(textOf(value));
      if (parsed === undefined) throw bad();
      const plain = format(normalize(parsed));
      const places = plain.includes('.') ? plain.length - plain.indexOf('.') - 1 : 0;
      return field.money === true && places < 2 ? format(parse(plain), 2) : plain;
    }
    case 'boolean':
      if (typeof value !== 'boolean') throw bad();
      return value;
    case 'date':
      if (typeof value !== 'string' || !isCalendarDate(value.slice(0, 10))) throw bad();
      return value.slice(0, 10);
    case 'datetime': {
      const instant = typeof value === 'string' ? Date.parse(zoned(value)) : Number.NaN;
      if (Number.isNaN(instant)) throw bad();
      return new Date(instant).toISOString();
    }
    default:
      // Segmented keys come back padded to their full length.
      return textOf(value).trimEnd();
  }
}

/** A time without offset is the tenant's; reading it as UTC keeps it the same everywhere. (assumed) */
const zoned = (text: string): string => (/(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`);

const readCustom = (wire: Fields, view: string, name: string): Value | undefined =>
  asFields(asFields(wire.custom)?.[view])?.[name];

function customList(wire: Fields, fields: readonly AcumaticaField[]): Value[] {
  return Object.entries(asFields(wire.custom) ?? {}).flatMap(([view, content]) =>
    Object.entries(asFields(content) ?? {})
      .filter(([name]) => !fields.some((field) => field.view === view && field.name === name))
      .map(([name, wrapped]) => {
        const entry = asFields(wrapped) ?? {};
        const type = typeof entry.type === 'string' ? entry.type.replace(/^Custom(\w+)Field$/, '$1') : 'String';
        const value = entry.value ?? null;
        return { View: view, Field: name, Type: type, Value: value === null ? null : textOf(value) };
      }),
  );
}

/**
 * A record from wire form. `{}` is a blank; a field that is absent stays absent, for it was not asked for.
 * @throws AppError remote.badResponse where the answer does not fit the schema.
 */
export function unwrapEntity(answer: Value | undefined, fields: readonly AcumaticaField[], path = ''): Fields {
  const wire = asFields(answer);
  if (wire === undefined)
    throw new AppError('remote.badResponse', `Acumatica answered no record${path === '' ? '' : ` in ${path}`}.`);
  const value: Fields = {};
  for (const field of fields) {
    if (field.name === customFields.name) {
      const list = customList(wire, fields);
      if (list.length > 0) value[field.name] = list;
      continue;
    }
    const raw = field.view === undefined ? wire[field.name] : readCustom(wire, field.view, field.name);
    if (raw === undefined) continue;
    value[field.name] = unwrapField(field, raw, path + field.name);
  }
  return value;
}

function unwrapField(field: AcumaticaField, raw: Value, path: string): Value {
  if (field.type === 'list') {
    if (!Array.isArray(raw)) throw new AppError('remote.badResponse', `Acumatica answered no list in ${path}.`);
    return raw.map((row, index) => unwrapEntity(row, field.fields ?? [], `${path}.${index}.`));
  }
  if (field.type === 'record') return raw === null ? null : unwrapEntity(raw, field.fields ?? [], `${path}.`);
  if (field.bare === true) return fromWireValue(field, raw, path);
  const wrapper = asFields(raw);
  if (wrapper === undefined)
    throw new AppError('remote.badResponse', `Acumatica answered ${path} without its value wrapper.`);
  return fromWireValue(field, wrapper.value ?? null, path);
}

/**
 * Names of the `custom` fields of a schema as the `$custom` option takes them: `Document.RetainageApply`, and with the name of their
 * entity for those of lines and linked entities: `Details/Transactions.RetainagePct`.
 * @source Integration Development Guide, "$custom Parameter" (read 2026-11)
 */
export function customNames(fields: readonly AcumaticaField[], part = ''): string[] {
  return fields.flatMap((field) => [
    ...(field.view === undefined ? [] : [`${part}${field.view}.${field.name}`]),
    ...(field.fields === undefined || field.name === customFields.name
      ? []
      : customNames(field.fields, `${part}${field.name}/`)),
  ]);
}

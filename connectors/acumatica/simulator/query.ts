/** Query options of a read and the answer they shape. */
import { format, tryParse } from '../../../engine/model/decimal.ts';
import type { Fields, Value } from '../../../engine/model/record.ts';
import { asFields, JsonNumber } from '../../kit/json.ts';
import type { WireObject, WireValue } from '../codec.ts';
import type { ContractEntity, ContractField, ContractPart, WireType } from './contract.ts';
import { badRequest } from './refusal.ts';

/** Options of a request, checked against the entity. */
export interface QueryOptions {
  /** Top-level names asked for; undefined where none were named. */
  select: ReadonlySet<string> | undefined;
  /** Names inside a part, by part. */
  nested: ReadonlyMap<string, ReadonlySet<string>>;
  expand: ReadonlySet<string>;
  files: boolean;
  custom: ReadonlySet<string>;
  filter: string | undefined;
  top: number | undefined;
  skip: number;
}

const known = new Set(['$filter', '$select', '$expand', '$custom', '$top', '$skip', '$orderby']);
const split = (text: string | null): string[] =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

function count(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw badRequest(`Invalid value of ${name}: ${text}.`);
  return Number(text);
}

/** Reads the options. @throws Refusal 400 for an unknown option, part or field. */
export function readOptions(query: URLSearchParams, entity: ContractEntity): QueryOptions {
  for (const name of query.keys()) if (!known.has(name)) throw badRequest(`Unknown query option ${name}.`);
  const expand = new Set<string>();
  let files = false;
  for (const name of split(query.get('$expand'))) {
    const [first = '', second] = name.split('/');
    if (first === 'files') files = true;
    else if (entity.parts.has(first)) {
      if (second !== undefined && entity.parts.get(first)?.links.has(second) !== true) {
        throw badRequest(`The ${name} field cannot be expanded in ${entity.name}.`);
      }
      expand.add(name);
    } else throw badRequest(`The ${first} field cannot be expanded in ${entity.name}.`);
  }
  const selected = split(query.get('$select'));
  const nested = new Map<string, Set<string>>();
  for (const name of selected) checkSelected(name, entity, nested);
  for (const name of split(query.get('$custom'))) {
    const [part, own] = name.includes('/') ? name.split('/') : [undefined, name];
    const declared = part === undefined ? entity.custom : entity.parts.get(part)?.custom;
    if (declared?.has(own ?? '') !== true) throw badRequest(`The custom field ${name} cannot be found.`);
  }
  return {
    select: selected.length === 0 ? undefined : new Set(selected.filter((name) => !name.includes('/'))),
    nested,
    expand,
    files,
    custom: new Set(split(query.get('$custom'))),
    filter: query.get('$filter') ?? undefined,
    top: count(query, '$top'),
    skip: count(query, '$skip') ?? 0,
  };
}

function checkSelected(name: string, entity: ContractEntity, nested: Map<string, Set<string>>): void {
  const [first = '', second] = name.split('/');
  const part = entity.parts.get(first);
  const fits =
    second === undefined
      ? entity.fields.has(first) || part !== undefined || first === 'note'
      : part?.fields.has(second);
  if (fits !== true) throw badRequest(`The field ${name} cannot be found in ${entity.name}.`);
  if (second !== undefined) nested.set(first, (nested.get(first) ?? new Set<string>()).add(second));
}

/** A stored value in wire form, without its wrapper. */
export function wireValue(type: WireType, value: Value): WireValue {
  if (type === 'D' || type === 'I') {
    const parsed = tryParse(String(value));
    if (parsed === undefined) return String(value);
    return new JsonNumber(type === 'D' ? format(parsed, Math.max(4, parsed.scale)) : format(parsed));
  }
  return typeof value === 'boolean' ? value : String(value);
}

const customType: Readonly<Record<WireType, string>> = {
  S: 'CustomStringField',
  D: 'CustomDecimalField',
  I: 'CustomIntField',
  B: 'CustomBooleanField',
  T: 'CustomDateTimeField',
};

function wireFields(fields: Iterable<ContractField>, record: Fields): WireObject {
  const wire: WireObject = {};
  for (const { name, type } of fields) {
    const value = record[name] ?? null;
    wire[name] = value === null || value === '' ? {} : { value: wireValue(type, value) };
  }
  return wire;
}

function wireCustom(declared: ReadonlyMap<string, WireType>, asked: ReadonlySet<string>, record: Fields): WireObject {
  const custom: Record<string, WireObject> = {};
  for (const name of asked) {
    const type = declared.get(name);
    if (type === undefined) continue;
    const [view = '', field = ''] = name.split('.');
    const value = asFields(asFields(record.custom)?.[view])?.[field] ?? null;
    const fields = custom[view] ?? {};
    fields[field] =
      value === null ? { type: customType[type] } : { type: customType[type], value: wireValue(type, value) };
    custom[view] = fields;
  }
  return custom;
}

/** Names of a part to show: undefined for all. */
export type Shown = ReadonlySet<string> | undefined;

const pick = (fields: ReadonlyMap<string, ContractField>, shown: Shown): ContractField[] =>
  [...fields.values()].filter((field) => shown === undefined || shown.has(field.name));

/** Custom fields asked of a part, without its name. */
const ofPart = (custom: ReadonlySet<string>, part: string): ReadonlySet<string> =>
  new Set([...custom].filter((name) => name.startsWith(`${part}/`)).map((name) => name.slice(part.length + 1)));

function wirePart(part: ContractPart, value: Value, shown: Shown, custom: ReadonlySet<string>): WireValue {
  const row = (content: Fields, index: number): WireObject => ({
    id: String(content.id ?? ''),
    rowNumber: new JsonNumber(String(index + 1)),
    note: { value: '' },
    ...wireFields(pick(part.fields, shown), content),
    ...wireLinks(part, content, shown, custom),
    custom: wireCustom(part.custom, ofPart(custom, part.name), content),
  });
  if (part.kind === 'link') return row(asFields(value) ?? {}, 0);
  return (Array.isArray(value) ? value : []).map((content, index) => row(asFields(content) ?? {}, index));
}

/** Entities linked to a linked one: shown where its name is. */
function wireLinks(part: ContractPart, content: Fields, shown: Shown, custom: ReadonlySet<string>): WireObject {
  const wire: WireObject = {};
  for (const link of part.links.values()) {
    if (shown === undefined || shown.has(link.name))
      wire[link.name] = wirePart(link, content[link.name] ?? null, undefined, custom);
  }
  return wire;
}

const schemaOf = (declared: ReadonlyMap<string, WireType>): WireObject => {
  const custom: Record<string, WireObject> = {};
  for (const [name, type] of declared) {
    const [view = '', field = ''] = name.split('.');
    custom[view] = { ...custom[view], [field]: { type: customType[type] } };
  }
  return custom;
};

/**
 * The fields of a form that the contract leaves out, by view and with their types.
 * @source Integration Development Guide, "Retrieve the Schema of Custom Fields"; that parts carry theirs as records do is assumed
 */
export function adHocSchema(entity: ContractEntity): WireObject {
  const wire: WireObject = { custom: schemaOf(entity.custom) };
  for (const part of entity.parts.values()) {
    const own: WireObject = { custom: schemaOf(part.custom) };
    wire[part.name] = part.kind === 'list' ? [own] : own;
  }
  return wire;
}

/** What of a record goes into an answer. */
export interface Shape {
  fields: Shown;
  /** Part → names shown in it. */
  parts: ReadonlyMap<string, Shown>;
  custom: ReadonlySet<string>;
  files: boolean;
}

/** A stored record as the API answers it. @param href base address of the endpoint, such as `/AcmeERP/entity/Default/24.200.001`. */
export function toWire(entity: ContractEntity, record: Fields, shape: Shape, href: string, rowNumber = 1): WireObject {
  const id = String(record.id ?? '');
  const wire: WireObject = {
    id,
    rowNumber: new JsonNumber(String(rowNumber)),
    note: { value: String(record.note ?? '') },
    ...wireFields(pick(entity.fields, shape.fields), record),
  };
  for (const [name, shown] of shape.parts) {
    const part = entity.parts.get(name);
    if (part !== undefined) wire[name] = wirePart(part, record[name] ?? null, shown, shape.custom);
  }
  wire.custom = wireCustom(entity.custom, shape.custom, record);
  if (shape.files) wire.files = filesOf(record, href);
  wire._links = {
    self: `${href}/${entity.name}/${id}`,
    'files:put': `${href}/files/${entity.graph}/${entity.view}/${id}/{filename}`,
  };
  return wire;
}

function filesOf(record: Fields, href: string): WireValue[] {
  const files = Array.isArray(record.files) ? record.files : [];
  return files.map((file) => {
    const { id, filename, comment } = asFields(file) ?? {};
    return {
      id: String(id ?? ''),
      filename: String(filename ?? ''),
      comment: String(comment ?? ''),
      href: `${href}/files/${String(id ?? '')}`,
    };
  });
}

/** The shape of a GET answer: all top-level fields unless some are named; parts only when expanded. */
export const readShape = (options: QueryOptions): Shape => ({
  fields: options.select,
  parts: new Map(
    [...options.expand].filter((name) => !name.includes('/')).map((name) => [name, shownIn(options, name)]),
  ),
  custom: options.custom,
  files: options.files,
});

/** Names shown in an expanded part: the selected ones, and with them the linked entities that are expanded too. */
export function shownIn(options: QueryOptions, part: string): Shown {
  const selected = options.nested.get(part);
  if (selected === undefined) return undefined;
  const inner = [...options.expand]
    .filter((name) => name.startsWith(`${part}/`))
    .map((name) => name.slice(part.length + 1));
  return new Set([...selected, ...inner]);
}

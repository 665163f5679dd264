/** Which fields of a stored record a person may change before it is replayed: never what it is, never its money, never lists. */
import type { Connector } from '../model/connector.ts';
import { AppError } from '../model/error.ts';
import type { FieldSchema, Fields, Value } from '../model/record.ts';
import type { StoredSource } from '../store/records.ts';

/** A field that may be changed. `path` is dotted, `label` is the connector's, `value` as text; blank where there is none. */
export interface ChangeableField {
  path: string;
  label: string;
  value: string;
}

/** Fields that decide what a record is; another value would be another record. */
const identity: ReadonlySet<string> = new Set(['id', 'key', 'updated_at', 'created_at']);
/** Records are shallow; what lies deeper is nothing that a person corrects by hand. */
const deepest = 4;

const isObject = (value: Value | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const moneyPaths = (fields: readonly FieldSchema[], before = ''): string[] =>
  fields.flatMap(({ name, money, fields: inner }) => [
    ...(money === true ? [`${before}${name}`] : []),
    ...moneyPaths(inner ?? [], `${before}${name}.`),
  ]);

/** Paths that hold money in any record: amounts and what they are in. */
export function moneyFields(connectors: readonly Connector[]): ReadonlySet<string> {
  const resources = connectors.flatMap((connector) => connector.resources);
  const declared = resources.flatMap(({ amount }) => amount ?? []);
  return new Set([
    ...declared.flatMap(({ field, currencyField }) => [field, currencyField ?? field]),
    ...resources.flatMap(({ fields }) => moneyPaths(fields)),
  ]);
}

const isFixed = (path: string, money: ReadonlySet<string>): boolean => identity.has(path) || money.has(path);

/** The fields of a record that a person may change, in the order they were read. */
export function changeableFields(record: StoredSource, connectors: readonly Connector[]): ChangeableField[] {
  const money = moneyFields(connectors);
  const { system, resource } = record.origin;
  const declared = connectors.find(({ id }) => id === system)?.resources.find(({ id }) => id === resource)?.fields;
  const collect = (value: Fields, schema: readonly FieldSchema[], before: string, depth: number): ChangeableField[] =>
    Object.entries(value).flatMap(([name, inner]): ChangeableField[] => {
      const path = `${before}${name}`;
      const field = schema.find((candidate) => candidate.name === name);
      if (isFixed(path, money) || Array.isArray(inner)) return [];
      if (isObject(inner)) return depth < deepest ? collect(inner, field?.fields ?? [], `${path}.`, depth + 1) : [];
      return [{ path, label: field?.label ?? path, value: inner === null ? '' : String(inner) }];
    });
  return record.value === undefined ? [] : collect(record.value, declared ?? [], '', 1);
}

/** A value of the kind that was there. @throws AppError data.badValue where yes or no is wanted */
function ofKind(before: Value | undefined, path: string, after: string): Value {
  if (typeof before !== 'boolean') return after;
  if (after === 'true' || after === 'false') return after === 'true';
  throw new AppError('data.badValue', `${path} is either true or false, not “${after}”.`, {
    hint: 'Enter true or false.',
  });
}

/**
 * A record with one field changed, and what was there. Objects on the way are made where they are missing.
 * @throws AppError replay.fieldFixed where the path leads to what must not be changed, data.badValue
 */
export function changeField(
  value: Fields,
  path: string,
  after: string,
  money: ReadonlySet<string>,
): { value: Fields; before: Value | undefined } {
  if (isFixed(path, money)) throw new AppError('replay.fieldFixed', `${path} cannot be changed in a replay.`);
  const set = (fields: Fields, names: readonly string[]): { value: Fields; before: Value | undefined } => {
    const [name = '', ...rest] = names;
    const current = fields[name];
    if (Array.isArray(current) || (rest.length === 0 && isObject(current)))
      throw new AppError('replay.fieldFixed', `${path} leads to a list of values, which a replay cannot change.`);
    if (rest.length === 0) return { value: { ...fields, [name]: ofKind(current, path, after) }, before: current };
    if (current !== undefined && current !== null && !isObject(current))
      throw new AppError('replay.fieldFixed', `${path} leads into a single value, which has no fields.`);
    const inner = set(isObject(current) ? current : {}, rest);
    return { value: { ...fields, [name]: inner.value }, before: inner.before };
  };
  return set(value, path.split('.'));
}

/**
 * Fields that a company added to a form, as the designer's picker shows them: those of customization projects (`Usr…`) and
 * user-defined ones (`Attribute…`). The rest of what a form has outside the contract is left to the free list of custom fields.
 * @source Integration Development Guide, "Retrieve the Schema of Custom Fields" and "$custom Parameter" (read 2026-11)
 */
import type { Resource } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { FieldSchema, Fields, Value } from '../../../engine/model/record.ts';
import { asFields, asText } from '../../kit/json.ts';
import type { AcumaticaClient } from '../client.ts';
import { type AcumaticaField, type CustomType, customFields } from '../codec.ts';
import type { EntitySpec } from './reading.ts';

/** What a resource is called. */
export interface Words {
  title: string;
  description: string;
}

/** A resource that is offered a second time where a company added fields to its form. */
export interface Extendable {
  /** As every tenant has it. */
  plain: Resource<AcumaticaClient>;
  entity: string;
  /** Id of the second one. */
  id: string;
  /** The second one. Undefined where the schema of custom fields tells nothing of the company's own. */
  extended(schema: Fields): Resource<AcumaticaClient> | undefined;
}

/** Declares a resource that can carry own fields. `make` builds it from a spec, whose id and fields vary. */
export function extendable<Spec extends EntitySpec>(
  spec: Spec,
  words: Words,
  make: (spec: Spec, words: Words) => Resource<AcumaticaClient>,
): Extendable {
  const id = `${spec.resource}:custom`;
  const own: Words = {
    title: `${words.title} with your own fields`,
    description: `${words.title} with the fields that your company added to the form. Use it or the plain one in a flow, not both for the same records.`,
  };
  return {
    plain: make(spec, words),
    entity: spec.entity,
    id,
    extended(schema) {
      const fields = withOwnFields(spec.fields, schema);
      return fields === undefined ? undefined : make({ ...spec, resource: id, fields }, own);
    },
  };
}

/**
 * Resources with the fields that the company of the connection added to their forms, where it did; also where the user may not see a form, or
 * the endpoint version does not have it, there is nothing to add.
 * @param wanted ids of the resources that are asked for; every one is a request. Absent: all.
 * @throws AppError remote.*
 */
export async function discoverOwnFields(
  client: AcumaticaClient,
  among: readonly Extendable[],
  wanted?: readonly string[],
): Promise<Resource<AcumaticaClient>[]> {
  const found: Resource<AcumaticaClient>[] = [];
  for (const { entity, id, extended } of among) {
    if (wanted?.includes(id) === false) continue;
    const schema = await client.customSchema(entity).catch((thrown: unknown) => {
      if (thrown instanceof AppError && (thrown.code === 'remote.forbidden' || thrown.code === 'remote.notFound'))
        return {};
      throw thrown;
    });
    const resource = extended(schema);
    if (resource !== undefined) found.push(resource);
  }
  return found;
}

const types: Readonly<Record<CustomType, FieldSchema['type']>> = {
  String: 'text',
  Boolean: 'boolean',
  Decimal: 'decimal',
  Int: 'integer',
  Short: 'integer',
  Long: 'integer',
  DateTime: 'datetime',
  Guid: 'text',
};

const isKnown = (type: string): type is CustomType => Object.hasOwn(types, type);

/** `UsrProcoreId` as `Procore Id`, `AttributeREGION` as `REGION`: the schema names no labels. */
const labelOf = (name: string): string =>
  name
    .replace(/^(?:Usr|Attribute)_?/, '')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .trim();

/** Own fields in the `custom` block of a schema. The same column is often in several views of a form: the first one counts. */
function ownFieldsIn(block: Value | undefined, taken: ReadonlySet<string>): AcumaticaField[] {
  const found = new Map<string, AcumaticaField>();
  for (const [view, content] of Object.entries(asFields(block) ?? {})) {
    for (const [name, declared] of Object.entries(asFields(content) ?? {})) {
      const type = (asText(asFields(declared)?.type) ?? '').replace(/^Custom(\w+)Field$/, '$1');
      if (!/^(?:Usr|Attribute)\w/.test(name) || taken.has(name) || found.has(name) || !isKnown(type)) continue;
      const label = labelOf(name);
      found.set(name, {
        ...{ name, label: label === '' ? name : label, type: types[type], view, customType: type },
        description: `Field of your company: ${view}.${name}.`,
      });
    }
  }
  return [...found.values()];
}

/** A schema with the own fields that the form has; undefined where it has none. */
export function withOwnFields(
  fields: readonly AcumaticaField[],
  schema: Fields,
): readonly AcumaticaField[] | undefined {
  let added = false;
  const extended = fields.map((field): AcumaticaField => {
    if (field.fields === undefined || field.name === customFields.name) return field;
    const part = schema[field.name];
    const content = asFields(Array.isArray(part) ? part[0] : part);
    const inner = content === undefined ? undefined : withOwnFields(field.fields, content);
    if (inner === undefined) return field;
    added = true;
    return { ...field, fields: inner };
  });
  const own = ownFieldsIn(schema.custom, new Set(fields.map(({ name }) => name)));
  if (own.length === 0) return added ? extended : undefined;
  const last = extended.findIndex(({ name }) => name === customFields.name);
  return last < 0 ? [...extended, ...own] : [...extended.slice(0, last), ...own, ...extended.slice(last)];
}

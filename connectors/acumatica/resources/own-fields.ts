/**
 * Fields that a company added to a form, as the designer's picker shows them: those of customization projects (`Usr…`) and
 * user-defined ones (`Attribute…`). The rest of what a form has outside the contract is left to the free list of custom fields.
 * @source Integration Development Guide, "Retrieve the Schema of Custom Fields" and "$custom Parameter" (read 2026-11)
 */
import type { FieldSchema, Fields, Value } from '../../../engine/model/record.ts';
import { asFields, asText } from '../../kit/json.ts';
import { type AcumaticaField, type CustomType, customFields } from '../codec.ts';

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

/**
 * What an endpoint version offers: entities with their keys, fields, wire types and actions. Compact tables of
 * `contract-entities.ts` are read into these shapes. Kept apart from the connector's schemas on purpose: a field the connector
 * spells wrongly must be refused here.
 * @source OpenAPI of Default/22.200.001, 23.200.001, 24.200.001 and endpoint metadata 20…24, via reference sheet (read 2026-11)
 */

/** Wire types: string, decimal, integer, boolean, date-time. */
export type WireType = 'S' | 'D' | 'I' | 'B' | 'T';

/** A field of an entity or row. */
export interface ContractField {
  name: string;
  type: WireType;
  /** Written values are ignored: the system calculates it. */
  readOnly: boolean;
}

/** A detail collection or linked entity. */
export interface ContractPart {
  name: string;
  kind: 'list' | 'link';
  /** Field that identifies a row beside `id`. */
  rowKey?: string;
  fields: Map<string, ContractField>;
  /** Fields outside the contract, by `View.Field`. */
  custom: Map<string, WireType>;
  /** Entities linked to a linked entity, such as the address of a contact. */
  links: Map<string, ContractPart>;
}

/** An entity of an endpoint. */
export interface ContractEntity {
  name: string;
  screen: string;
  graph: string;
  view: string;
  keys: readonly string[];
  fields: Map<string, ContractField>;
  custom: Map<string, WireType>;
  parts: Map<string, ContractPart>;
  actions: readonly string[];
  /** Parts that a list cannot expand in one query. */
  unoptimizable: readonly string[];
}

/** An entity as the tables write it. `name:T`, `!` read-only, `@23` from version 23, `@!22` not in version 22. */
export interface EntityTable {
  screen: string;
  graph?: string;
  view?: string;
  keys: string;
  fields: string;
  since?: number;
  custom?: string;
  lists?: Readonly<Record<string, { fields: string; rowKey?: string; custom?: string; since?: number }>>;
  /** Linked entities; `Outer/Inner` is one linked to a linked entity. */
  links?: Readonly<Record<string, string>>;
  actions?: string;
  unoptimizable?: string;
}

const inVersion = (mark: string | undefined, version: number): boolean => {
  if (mark === undefined) return true;
  return mark.startsWith('!') ? Number(mark.slice(1)) !== version : version >= Number(mark);
};

function readFields(text: string, version: number): Map<string, ContractField> {
  const fields = new Map<string, ContractField>();
  for (const token of text.split(/\s+/).filter((part) => part !== '')) {
    const match = /^(\w+):([SDIBT])(!?)(?:@(!?\d+))?$/.exec(token);
    if (match === null) throw new TypeError(`contract table: ${token}`);
    const [, name = '', type = 'S', lock, mark] = match;
    if (inVersion(mark, version)) fields.set(name, { name, type: type as WireType, readOnly: lock === '!' });
  }
  return fields;
}

function readCustom(text = ''): Map<string, WireType> {
  const pairs = text.split(/\s+/).filter((part) => part !== '');
  return new Map(pairs.map((pair) => [pair.slice(0, -2), pair.slice(-1) as WireType]));
}

const names = (text = ''): string[] => text.split(/\s+/).filter((part) => part !== '');

/** The entities of one endpoint version, such as 24 for `Default/24.200.001`. */
export function readContract(
  tables: Readonly<Record<string, EntityTable>>,
  version: number,
): Map<string, ContractEntity> {
  const entities = new Map<string, ContractEntity>();
  for (const [name, table] of Object.entries(tables)) {
    if (version < (table.since ?? 0)) continue;
    const parts = new Map<string, ContractPart>();
    for (const [part, list] of Object.entries(table.lists ?? {})) {
      if (version < (list.since ?? 0)) continue;
      parts.set(part, {
        name: part,
        kind: 'list',
        ...(list.rowKey === undefined ? {} : { rowKey: list.rowKey }),
        fields: readFields(list.fields, version),
        custom: readCustom(list.custom),
        links: new Map(),
      });
    }
    for (const [part, text] of Object.entries(table.links ?? {})) {
      const [outer = '', inner] = part.split('/');
      const fields = readFields(text, version);
      // An endpoint version that has none of its fields does not have the part.
      if (fields.size === 0) continue;
      const link: ContractPart = {
        name: inner ?? outer,
        kind: 'link',
        fields,
        custom: new Map(),
        links: new Map(),
      };
      // A version that has none of its fields does not have the part either.
      if (link.fields.size === 0) continue;
      if (inner === undefined) parts.set(outer, link);
      else parts.get(outer)?.links.set(inner, link);
    }
    entities.set(name, {
      name,
      screen: table.screen,
      graph: table.graph ?? `PX.Objects.${table.screen}`,
      view: table.view ?? 'Document',
      keys: names(table.keys),
      fields: readFields(table.fields, version),
      custom: readCustom(table.custom),
      parts,
      actions: names(table.actions)
        .map((action) => action.split('@'))
        .filter(([, mark]) => inVersion(mark, version))
        .map(([action = '']) => action),
      unoptimizable: names(table.unoptimizable),
    });
  }
  return entities;
}

const ownField = /\.(?:Usr|Attribute)/;
const systemOnly = (custom: ReadonlyMap<string, WireType>): Map<string, WireType> =>
  new Map([...custom].filter(([name]) => !ownField.test(name)));

/** An entity after the customization project that brought its own fields was taken away. */
export const withoutOwnFields = (entity: ContractEntity): ContractEntity => ({
  ...entity,
  custom: systemOnly(entity.custom),
  parts: new Map([...entity.parts].map(([name, part]) => [name, { ...part, custom: systemOnly(part.custom) }])),
});

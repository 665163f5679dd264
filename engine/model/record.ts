/** Records on wires and the schemas that describe them. Pure; used by engine, connectors and renderer. */
/** Types of a field. `integer` and `decimal` values travel as decimal strings, dates as `YYYY-MM-DD`, instants as ISO UTC. */
export const fieldTypes = ['text', 'integer', 'decimal', 'boolean', 'date', 'datetime', 'record', 'list'] as const;
export type FieldType = (typeof fieldTypes)[number];

/** A value of a record: text, boolean, blank (null), list or record. Numbers of remote systems arrive here as decimal strings. */
export type Value = string | boolean | null | Value[] | { [field: string]: Value };
/** A record's fields. */
export type Fields = { [field: string]: Value };

/** Where a fact about a remote system comes from; `assumed` marks what nobody could confirm yet. */
export interface FactSource {
  source?: string;
  assumed?: boolean;
}

/** One field of a record as the designer, the formula checker and the connector see it. */
export interface FieldSchema extends FactSource {
  name: string;
  label: string;
  type: FieldType;
  /** Must be present to write; a blank is a problem. */
  required?: boolean;
  /** May be blank when read. Default true: remote systems leave fields out. */
  nullable?: boolean;
  readOnly?: boolean;
  description?: string;
  permitted?: readonly string[];
  /** Longest text the target takes, in characters. */
  maxLength?: number;
  /** Marks an amount of money, so that totals and formats know. */
  money?: boolean;
  /** Fields of a `record`, or of each element of a `list` of records. */
  fields?: readonly FieldSchema[];
  /** Element type of a `list` of plain values. */
  of?: Exclude<FieldType, 'record' | 'list'>;
  /** An example from a real record, for completion and documentation. */
  example?: string;
}

/** The fields of a record. */
export interface RecordSchema {
  fields: readonly FieldSchema[];
  /** Set where the fields were shaped for a resource of a slot, so that nothing else is written with them. */
  shapedFor?: { slot: string; resource: string };
}

/** A scope records live in: a company or, for most of Procore, a project. */
export interface Scope {
  kind: 'company' | 'project';
  id: string;
  label: string;
}

/** Where a record comes from. */
export interface Origin {
  system: string;
  resource: string;
  id: string;
  /** What people call it, such as an invoice number. */
  label?: string;
  scope?: Scope;
  /** ISO instant of the last change in the source. */
  updatedAt?: string;
}

/**
 * A record on a wire. `key` is the source's stable identity, unchanged by every node; after split or group the new record has a
 * key of its own and `parents` keeps where it came from.
 */
export interface WireRecord {
  key: string;
  value: Fields;
  origin: Origin;
  /** Keys of the records it was made of. */
  parents?: readonly string[] | undefined;
  /** What was read to make it: one for most records, several after group, join or reconcile. Set by the engine. */
  sources?: readonly SourceRecord[] | undefined;
  /** Rows of mapping tables that were used on the way, as `table@version:row`. */
  mappingRows?: readonly string[] | undefined;
  /** Remarks that belong to the outcome, such as the use of a suspense account. */
  notes?: readonly string[] | undefined;
}

/** A record as its source gave it. Every one ends in exactly one status; all records made of it share this object. */
export interface SourceRecord {
  /** The read node. */
  nodeId: string;
  key: string;
  value: Fields;
  origin: Origin;
  /** Header amount as the resource declares it, for totals. */
  amount?: string;
  currency?: string;
}

/** Looks a field up by dotted path. Undefined where the schema has no such field. */
export function findField(schema: RecordSchema, path: string): FieldSchema | undefined {
  let fields: readonly FieldSchema[] | undefined = schema.fields;
  let found: FieldSchema | undefined;
  for (const part of path.split('.')) {
    found = fields?.find((field) => field.name === part);
    if (found === undefined) return undefined;
    fields = found.fields;
  }
  return found;
}

/** Whether a text is a calendar date `YYYY-MM-DD` that exists. */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

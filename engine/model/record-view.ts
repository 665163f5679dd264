/**
 * Records that are not put together yet. Between two nodes that both know how, a record travels in its parts: nobody copies a header's
 * sixty fields for each of its lines. A layout says how fields are read off the parts; everyone else gets the whole record.
 */
import type { Fields, Value } from './record.ts';

/** Something that can be made a record's fields. Only nodes that were compiled with its layout may look inside. */
export abstract class RecordView {
  /** The fields, put together now. */
  abstract whole(): Fields;
}

/** What formulas read fields off: a record, or its parts where the formula was compiled with their layout. */
export type Item = Fields | RecordView;

/** How the fields of views are read. The views given to what it returns are always those of the layout. */
export interface Layout {
  /** Reads a path of fields that leads through records only, as {@link readPath} does on the whole record. */
  path(names: readonly string[]): (item: Item) => Value | undefined;
  /** A field that holds a list of views: how they are gone through, and their own layout. */
  list(name: string): { walk: (item: Item) => Walk; layout: Layout } | undefined;
}

/** Goes through views one by one. The same object may stand for each of them: what is wanted of it is read before the next. */
export interface Walk {
  next(): RecordView | undefined;
}

/** A record's own field. What it inherits is never a text, so a text needs no second look. */
function own(fields: Fields, name: string): Value | undefined {
  const value = fields[name];
  return typeof value === 'string' || value === undefined || Object.hasOwn(fields, name) ? value : undefined;
}

type Getter = (fields: Fields) => Value | undefined;

/** Whether no object inherits anything by a name. */
export const isPlain = (name: string): boolean => !(name in Object.prototype);

/** Reads one field. Only for names that every object inherits something by does it have to ask whose the value is. */
export const readField = (name: string): Getter =>
  isPlain(name) ? (fields) => fields[name] : (fields) => own(fields, name);

/** Reads a field through records only; undefined where something else is in the way. */
export function readPath(names: readonly string[]): Getter {
  const [first = '', ...rest] = names;
  const outer = readField(first);
  if (rest.length === 0) return outer;
  const [second = ''] = rest;
  if (rest.length === 1 && isPlain(first) && isPlain(second))
    return (fields) => {
      const value = fields[first];
      return typeof value !== 'object' || value === null || Array.isArray(value) ? undefined : value[second];
    };
  const inner = readPath(rest);
  return (fields) => {
    const value = outer(fields);
    return typeof value !== 'object' || value === null || Array.isArray(value) ? undefined : inner(value);
  };
}

/** The layout of whole records: how an item is read that no view stands for. */
export const wholeRecords: Layout = {
  // Without another layout nothing but whole records is ever given to a formula.
  path: (names) => readPath(names) as (item: Item) => Value | undefined,
  list: () => undefined,
};

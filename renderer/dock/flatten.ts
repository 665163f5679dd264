/** Records as rows of a table: one row a field, nested records by dotted path, lists apart. Pure. */
import { type FieldSchema, type Fields, findField, type RecordSchema, type Value } from '../../engine/model/record.ts';

/** A row: a field and its value in each record; undefined where the record has no such field. */
export interface FieldRow {
  path: string;
  label: string;
  /** Numbers are aligned to the right. */
  numeric: boolean;
  cells: readonly (Value | undefined)[];
}

const isRecord = (value: Value | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function collect(value: Fields, prefix: string, into: Map<string, Value>): void {
  for (const [name, part] of Object.entries(value)) {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (isRecord(part)) collect(part, path, into);
    else into.set(path, part);
  }
}

const isNumeric = (field: FieldSchema | undefined): boolean => field?.type === 'decimal' || field?.type === 'integer';

/** The fields of all records in the order they first appear, leaving out those that are blank everywhere. */
export function fieldRows(records: readonly Fields[], schema: RecordSchema | undefined): FieldRow[] {
  const flat = records.map((record) => {
    const values = new Map<string, Value>();
    collect(record, '', values);
    return values;
  });
  const paths = [...new Set(flat.flatMap((values) => [...values.keys()]))];
  return paths
    .filter((path) => flat.some((values) => (values.get(path) ?? null) !== null))
    .map((path) => {
      const field = schema === undefined ? undefined : findField(schema, path);
      return {
        path,
        label: field?.label ?? path,
        numeric: isNumeric(field),
        cells: flat.map((values) => values.get(path)),
      };
    });
}

/** The lists of records inside a record, by path: what has lines of its own. */
export function listsOf(record: Fields): { path: string; lines: Fields[] }[] {
  const values = new Map<string, Value>();
  collect(record, '', values);
  return [...values].flatMap(([path, value]) => {
    const lines = Array.isArray(value) ? value.filter((line): line is Fields => isRecord(line)) : [];
    return lines.length === 0 ? [] : [{ path, lines }];
  });
}

/** A value as a cell shows it. Lists say how many they hold. */
export function cellText(value: Value | undefined, entries: (count: number) => string): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) {
    const plain = value.every((entry) => typeof entry === 'string');
    return plain && value.length < 6 ? value.join(', ') : entries(value.length);
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

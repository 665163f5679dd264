/** Records of one tenant: found by natural key or id, stamped with a strictly increasing change time, committed in one step. */
import type { Fields, Value } from '../../../engine/model/record.ts';

/** One change of a commit. */
export type Change = { entity: string; record: Fields } | { entity: string; deleted: string };

/** Makes changes durable and then hands them to {@link Database.apply}, with all that a restart needs. */
export type CommitWriter = (changes: readonly Change[], counter: number) => void;

/** Entities whose keys have segments: separators do not count when comparing. */
const segmented = new Set(['Account', 'Subaccount', 'CostCode']);

/** A key value as the system compares it: no case, no padding, for segmented keys no separators. */
export const comparable = (entity: string, value: string): string => {
  const text = value.trim().toUpperCase();
  return segmented.has(entity) ? text.replace(/[-. ]/g, '') : text;
};

/** Fields that lists are often filtered by, kept as indexes. */
const indexed: Readonly<Record<string, readonly string[]>> = {
  Bill: ['Vendor', 'VendorRef'],
  PurchaseOrder: ['VendorRef'],
  Subcontract: ['VendorRef'],
};

interface Table {
  byKey: Map<string, Fields>;
  byId: Map<string, Fields>;
  /** Field → comparable value → records. */
  indexes: Map<string, Map<string, Map<string, Fields>>>;
}

/** All records of a tenant. Records are replaced, never changed in place. */
export class Database {
  readonly #tables = new Map<string, Table>();
  readonly #keys: ReadonlyMap<string, readonly string[]>;
  readonly #now: () => number;
  readonly #seed: number;
  #counter = 0;
  #lastStamp = 0;
  readonly #sequences = new Map<string, number>();
  /** Set once the journal is open; without it changes are kept in memory only. */
  writer: CommitWriter | undefined;

  /** @param keys key fields by entity. */
  constructor(keys: ReadonlyMap<string, readonly string[]>, now: () => number, seed: number) {
    this.#keys = keys;
    this.#now = now;
    this.#seed = seed;
  }

  /** An id that depends on the seed and on how many were made before. */
  nextId(): string {
    this.#counter += 1;
    const head = (this.#seed >>> 0).toString(16).padStart(8, '0');
    return `${head}-ac00-4000-8000-${this.#counter.toString(16).padStart(12, '0')}`;
  }

  /** The next number of a document series, such as `004711`. */
  nextNumber(series: string, digits = 6): string {
    const next = (this.#sequences.get(series) ?? 0) + 1;
    this.#sequences.set(series, next);
    return String(next).padStart(digits, '0');
  }

  /** A change time later than every one before, in milliseconds. */
  stamp(): string {
    this.#lastStamp = Math.max(this.#lastStamp + 1, this.#now());
    return new Date(this.#lastStamp).toISOString().replace('Z', '+00:00');
  }

  find(entity: string, keys: readonly string[]): Fields | undefined {
    return this.#tables.get(entity)?.byKey.get(keys.map((key) => comparable(entity, key)).join('|'));
  }

  byId(entity: string, id: string): Fields | undefined {
    return this.#tables.get(entity)?.byId.get(id.toLowerCase());
  }

  /** Records of an entity; `where` narrows them by the best index there is. */
  list(entity: string, where: Readonly<Record<string, string>> = {}): Iterable<Fields> {
    const table = this.#tables.get(entity);
    if (table === undefined) return [];
    let fewest = table.byKey;
    for (const [field, value] of Object.entries(where)) {
      const index = table.indexes.get(field);
      if (index === undefined) continue;
      const found = index.get(value.trim().toUpperCase());
      if (found === undefined) return [];
      if (found.size < fewest.size) fewest = found;
    }
    return fewest.values();
  }

  count(entity: string): number {
    return this.#tables.get(entity)?.byKey.size ?? 0;
  }

  /** Commits all changes together. */
  commit(changes: readonly Change[]): void {
    if (this.writer === undefined) this.apply(changes, this.#counter);
    else this.writer(changes, this.#counter);
  }

  /** Applies changes that are durable, now or from an earlier life. */
  apply(changes: readonly Change[], counter: number): void {
    for (const change of changes) this.#apply(change);
    this.#counter = Math.max(this.#counter, counter);
  }

  /** The natural key of a record, as text. */
  keyOf(entity: string, record: Fields): string {
    const keys = this.#keys.get(entity) ?? [];
    return keys.map((key) => comparable(entity, String(record[key] ?? ''))).join('|');
  }

  #table(entity: string): Table {
    const found = this.#tables.get(entity);
    if (found !== undefined) return found;
    const table: Table = {
      byKey: new Map(),
      byId: new Map(),
      indexes: new Map((indexed[entity] ?? []).map((field) => [field, new Map()])),
    };
    this.#tables.set(entity, table);
    return table;
  }

  #apply(change: Change): void {
    const table = this.#table(change.entity);
    const key = 'deleted' in change ? change.deleted : this.keyOf(change.entity, change.record);
    const previous = table.byKey.get(key);
    if (previous !== undefined) this.#forget(table, key, previous);
    if ('deleted' in change) {
      table.byKey.delete(key);
      return;
    }
    const { record } = change;
    table.byKey.set(key, record);
    table.byId.set(String(record.id).toLowerCase(), record);
    for (const [field, index] of table.indexes) {
      const value = indexValue(record[field]);
      const bucket = index.get(value) ?? new Map<string, Fields>();
      bucket.set(key, record);
      index.set(value, bucket);
    }
    this.#noteSequence(change.entity, record);
    const stamped = Date.parse(String(record.LastModifiedDateTime ?? ''));
    if (!Number.isNaN(stamped)) this.#lastStamp = Math.max(this.#lastStamp, stamped);
  }

  #forget(table: Table, key: string, previous: Fields): void {
    table.byId.delete(String(previous.id).toLowerCase());
    for (const [field, index] of table.indexes) index.get(indexValue(previous[field]))?.delete(key);
  }

  #noteSequence(entity: string, record: Fields): void {
    const number = Number(record[(this.#keys.get(entity) ?? []).at(-1) ?? '']);
    if (Number.isSafeInteger(number)) this.#sequences.set(entity, Math.max(this.#sequences.get(entity) ?? 0, number));
  }
}

const indexValue = (value: Value | undefined): string =>
  String(value ?? '')
    .trim()
    .toUpperCase();

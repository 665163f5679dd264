/**
 * Differences between two JSON values, small enough to keep a hundred of them per flow, and reversible. Lists whose elements
 * can be told apart (an `id`, or the two ends of a wire) are compared element by element.
 */

/** A JSON value. An absent value is `undefined` and leaves no key behind. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** How one value became another; plain JSON itself. */
export type Patch =
  | { op: 'set'; before?: Json; after?: Json }
  | { op: 'object'; keys: Record<string, Patch> }
  | { op: 'list'; removed: Placed[]; added: Placed[]; changed: Record<string, Patch> };

/** An element of a list with its place. */
interface Placed {
  index: number;
  item: Json;
}

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function keyOf(item: Json): string | undefined {
  if (!isObject(item)) return undefined;
  if (typeof item.id === 'string') return item.id;
  return typeof item.from === 'string' && typeof item.to === 'string' ? `${item.from}→${item.to}` : undefined;
}

/** Keys of a list's elements, or undefined where they are missing or not unique. */
function keysOf(list: readonly Json[]): string[] | undefined {
  const keys: string[] = [];
  for (const item of list) {
    const key = keyOf(item);
    if (key === undefined) return undefined;
    keys.push(key);
  }
  return new Set(keys).size === keys.length ? keys : undefined;
}

function replacement(before: Json | undefined, after: Json | undefined): Patch {
  const patch: Patch = { op: 'set' };
  if (before !== undefined) patch.before = before;
  if (after !== undefined) patch.after = after;
  return patch;
}

function differenceOfLists(before: Json[], after: Json[]): Patch | undefined {
  const oldKeys = keysOf(before);
  const newKeys = keysOf(after);
  if (oldKeys === undefined || newKeys === undefined)
    return JSON.stringify(before) === JSON.stringify(after) ? undefined : replacement(before, after);
  const old = new Map(oldKeys.map((key, index) => [key, index]));
  const fresh = new Set(newKeys);
  const commonBefore = oldKeys.filter((key) => fresh.has(key));
  const commonAfter = newKeys.filter((key) => old.has(key));
  if (commonBefore.some((key, index) => key !== commonAfter[index])) return replacement(before, after);
  const changed: [string, Patch][] = [];
  const added: Placed[] = [];
  after.forEach((item, index) => {
    const key = newKeys[index] ?? '';
    const place = old.get(key);
    if (place === undefined) added.push({ index, item });
    else {
      const patch = difference(before[place], item);
      if (patch !== undefined) changed.push([key, patch]);
    }
  });
  const removed = before.flatMap((item, index) => (fresh.has(oldKeys[index] ?? '') ? [] : [{ index, item }]));
  if (added.length + removed.length + changed.length === 0) return undefined;
  return { op: 'list', removed, added, changed: Object.fromEntries(changed) };
}

/**
 * How `before` became `after`; undefined where nothing changed. Structurally shared parts are skipped without looking inside.
 */
export function difference(before: Json | undefined, after: Json | undefined): Patch | undefined {
  if (before === after) return undefined;
  if (Array.isArray(before) && Array.isArray(after)) return differenceOfLists(before, after);
  if (!isObject(before) || !isObject(after)) return replacement(before, after);
  const keys: [string, Patch][] = [];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const patch = difference(
      Object.hasOwn(before, key) ? before[key] : undefined,
      Object.hasOwn(after, key) ? after[key] : undefined,
    );
    if (patch !== undefined) keys.push([key, patch]);
  }
  return keys.length === 0 ? undefined : { op: 'object', keys: Object.fromEntries(keys) };
}

function patchList(list: readonly Json[], patch: Extract<Patch, { op: 'list' }>): Json[] {
  const gone = new Set(patch.removed.map(({ item }) => keyOf(item)));
  const result: Json[] = [];
  for (const item of list) {
    const key = keyOf(item);
    if (gone.has(key)) continue;
    const change = key !== undefined && Object.hasOwn(patch.changed, key) ? patch.changed[key] : undefined;
    const next = change === undefined ? item : patched(item, change);
    if (next !== undefined) result.push(next);
  }
  for (const { index, item } of patch.added) result.splice(index, 0, item);
  return result;
}

/** The value after the patch. Parts the patch does not touch are shared with `value`. */
export function patched(value: Json | undefined, patch: Patch): Json | undefined {
  if (patch.op === 'set') return patch.after;
  if (patch.op === 'list') return patchList(Array.isArray(value) ? value : [], patch);
  const entries = new Map(Object.entries(isObject(value) ? value : {}));
  for (const [key, change] of Object.entries(patch.keys)) {
    const next = patched(entries.get(key), change);
    if (next === undefined) entries.delete(key);
    else entries.set(key, next);
  }
  return Object.fromEntries(entries);
}

/** The patch that takes back what `patch` does. */
export function inverted(patch: Patch): Patch {
  if (patch.op === 'set') return replacement(patch.after, patch.before);
  const turn = (changes: Record<string, Patch>): Record<string, Patch> =>
    Object.fromEntries(Object.entries(changes).map(([key, change]) => [key, inverted(change)]));
  if (patch.op === 'object') return { op: 'object', keys: turn(patch.keys) };
  return { op: 'list', removed: patch.added, added: patch.removed, changed: turn(patch.changed) };
}

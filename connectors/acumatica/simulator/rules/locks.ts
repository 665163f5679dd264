/** What may no longer be changed of a document that exists. */
import { compare, tryParse } from '../../../../engine/model/decimal.ts';
import type { Fields } from '../../../../engine/model/record.ts';
import type { SaveContext } from '../world.ts';
import { rowsOf, text } from './shared.ts';

/** Whether a document is beyond the statuses in which a save may touch it. */
export const isDone = (context: SaveContext, open: readonly string[]): boolean =>
  context.previous !== undefined && !open.includes(text(context.previous.Status));

/** Header members that change by themselves, or without any right to change the document. */
const unguarded = new Set(['Hold', 'LastModifiedDateTime', 'files', 'note', 'custom', 'Details']);
const plain = (value: Fields[string] | undefined): string =>
  value === undefined || value === null || value === false ? '' : String(value).trim();
function same(a: Fields[string] | undefined, b: Fields[string] | undefined): boolean {
  const [x, y] = [tryParse(plain(a)), tryParse(plain(b))];
  return x !== undefined && y !== undefined ? compare(x, y) === 0 : plain(a) === plain(b);
}
const differ = (a: Fields, b: Fields, free: ReadonlySet<string>): boolean =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].some(
    (name) => !free.has(name) && typeof (a[name] ?? '') !== 'object' && !same(a[name], b[name]),
  );

/** Whether a document that is not on hold was changed beyond the flags of its lines. (assumed: what stays editable) */
export function changesLocked(
  draft: Fields,
  context: SaveContext,
  lists: readonly string[],
  flags: readonly string[],
): boolean {
  const { previous } = context;
  if (previous === undefined || text(previous.Status) === 'On Hold' || draft.Hold === true) return false;
  if (differ(previous, draft, new Set([...unguarded, ...lists]))) return true;
  return lists.some((list) => {
    const [before, after] = [rowsOf(previous, list), rowsOf(draft, list)];
    if (before.length !== after.length) return true;
    return after.some((row) => {
      const old = before.find(({ id }) => id === row.id);
      return old === undefined || differ(old, row, new Set(flags));
    });
  });
}

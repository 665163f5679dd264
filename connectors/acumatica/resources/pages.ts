/**
 * Lists by pages that leave nothing out. The server keeps no order and pages by position, so that a record deleted meanwhile pulls the
 * next one over to the page before, where nobody looks again. Each page therefore begins with the last record of the one before; where
 * it does not, the list moved and is read anew.
 * @source Integration Development Guide 2026 R1, `$top` and `$skip`; order is not among the documented parameters
 */
import { AppError } from '../../../engine/model/error.ts';
import type { Value } from '../../../engine/model/record.ts';
import { asFields, asText } from '../../kit/json.ts';

/** More pages than any tenant has: the end of a list that never ends. */
const mostPages = 20_000;
/** How often a list may move while it is read. */
const mostRestarts = 5;

/** How a list is read. */
export interface PagedList {
  fetch(top: number, skip: number): Promise<Value[]>;
  pageSize: number;
  /** For messages, such as `Bill records`. */
  what: string;
  /** Whether the caller can tell a record that it has had before; otherwise a list that moved is an error. */
  restarts: boolean;
  /** What tells records apart, where it is not their id. */
  mark?: (row: Value) => string;
}

const idMark = (row: Value): string => asText(asFields(row)?.id) ?? JSON.stringify(row);

const endless = (what: string): AppError =>
  new AppError('remote.badResponse', `Acumatica answers the same page of ${what} again and again.`, {
    hint: 'Its paging does not move on. Try another endpoint version on the connection, or ask who customised the endpoint.',
  });

const moving = (what: string): AppError =>
  new AppError('remote.unavailable', `The list of ${what} changes in Acumatica while it is read, page after page.`, {
    hint: 'Run the flow again when less is being entered or deleted there.',
  });

/**
 * Pages of a list. After the list moved they begin anew, with records that came before among them.
 * @throws AppError remote.badResponse where the same page comes again and again, or the list never ends; remote.unavailable where it moves
 * all the time
 */
export async function* pagesOf({
  fetch,
  pageSize,
  what,
  restarts,
  mark: markOf = idMark,
}: PagedList): AsyncGenerator<Value[]> {
  let first: string | undefined;
  let last: string | undefined;
  let skip = 0;
  let moved = 0;
  for (let page = 0; page < mostPages; page += 1) {
    const overlap = last === undefined ? 0 : 1;
    const list = await fetch(pageSize + overlap, skip - overlap);
    const [head] = list;
    const begin = head === undefined ? undefined : markOf(head);
    if (overlap === 1 && begin !== last) {
      if (begin === first) throw endless(what);
      moved += 1;
      if (!restarts || moved > mostRestarts) throw moving(what);
      skip = 0;
      last = undefined;
      continue;
    }
    const fresh = list.slice(overlap);
    if (fresh.length > 0) yield fresh;
    if (fresh.length < pageSize) return;
    const end = fresh.at(-1);
    if (page === 0) first = begin;
    last = end === undefined ? undefined : markOf(end);
    skip += fresh.length;
  }
  throw new AppError('remote.badResponse', `The list of ${what} does not end.`);
}

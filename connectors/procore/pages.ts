/** Walks a Procore list page by page, driven by an own counter; headers only say when to stop. */
import { AppError } from '../../engine/model/error.ts';
import type { Fields, Value } from '../../engine/model/record.ts';
import { asFields, asList, asText } from '../kit/json.ts';
import type { Query } from '../kit/urls.ts';
import type { ProcoreClient } from './client.ts';

/** A list to walk. */
export interface Listing {
  path: string;
  operation: string;
  query?: Query;
  /** Several lists declare no paging at all and ignore `page`: they are read in one call. */
  paged?: boolean;
  perPage?: number;
}

/** Accepted by every paged list; the default of some is 10 or 30. @source fact sheet, pagination */
const defaultPerPage = 100;
/** No list is longer than this; a server that never ends is stopped. */
const mostPages = 20_000;

const rowKey = (row: Value): string => {
  const fields = asFields(row);
  const id = asText(fields?.id);
  // Requisition items repeat ids between types; whole rows never do.
  return id === undefined ? JSON.stringify(row) : id;
};

/** Rows of an answer: a bare list, or v2's `{data: […]}`. @throws AppError remote.badResponse */
function rowsOf(value: Value, listing: Listing, client: ProcoreClient): Value[] {
  const rows = asList(value) ?? asList(asFields(value)?.data);
  if (rows !== undefined) return rows;
  throw new AppError(
    'remote.badResponse',
    `Procore answered ${client.http.baseUrl}${listing.path} with something that is not a list (to ${listing.operation}).`,
  );
}

/** Times an answer without a body is asked for again. */
const mostEmpty = 3;

/** One page. A success without any body is a defect on the way, not an empty list: it is asked for again. */
async function askPage(client: ProcoreClient, listing: Listing, paging: Query, signal: AbortSignal) {
  for (let attempt = 1; ; attempt += 1) {
    const { value, headers } = await client.http.get(listing.path, {
      operation: listing.operation,
      query: { ...listing.query, ...paging },
      signal,
    });
    if (value !== null || attempt > mostEmpty) return { rows: rowsOf(value, listing, client), headers };
    const waitMs = 500 * attempt;
    client.context.onWait?.({ reason: 'retry', waitMs, detail: 'Procore answered without a body.' });
    await client.context.sleep(waitMs);
  }
}

/** Whether the headers say that this page was the last. */
function isLast(
  headers: Readonly<Record<string, string | undefined>>,
  rows: number,
  seen: number,
  perPage: number,
): boolean {
  const effective = Number(headers['per-page'] ?? perPage);
  const total = Number(headers.total ?? Number.NaN);
  if (rows === 0) return true;
  if (headers.link !== undefined && headers.link !== '') return !/rel="?next"?/.test(headers.link);
  if (Number.isFinite(total) && seen >= total) return true;
  // Without a word on how many rows a page has, fewer than were asked for are no end: the list may give no more at a time.
  if (Number.isFinite(total) && headers['per-page'] === undefined) return false;
  return rows < (Number.isFinite(effective) && effective > 0 ? effective : perPage);
}

/** A list that lost a row while it was walked has moved another one onto a page that was read already: it is walked again. */
const mostWalks = 4;

/**
 * Walks a list. Rows that come twice because the list changed meanwhile are given once; where it became shorter, it is walked again
 * for what moved out of sight.
 * @throws AppError remote.badResponse when a page repeats what was already there and the list would go on, remote.*, run.cancelled
 */
export async function* listPages(
  client: ProcoreClient,
  listing: Listing,
  signal: AbortSignal,
): AsyncGenerator<Value[], void, undefined> {
  const perPage = listing.perPage ?? defaultPerPage;
  const paged = listing.paged !== false;
  const seen = new Set<string>();
  let received = 0;
  let walks = 1;
  let longest = 0;
  let hasShrunk = false;
  for (let page = 1; page <= mostPages; page += 1) {
    const paging = paged ? { page: String(page), per_page: String(perPage) } : {};
    const { rows, headers } = await askPage(client, listing, paging, signal);
    received += rows.length;
    const total = Number(headers.total ?? Number.NaN);
    hasShrunk ||= total < longest;
    longest = Math.max(longest, total || 0);
    const fresh = rows.filter((row) => !seen.has(rowKey(row)));
    const last = !paged || isLast(headers, rows.length, received, perPage);
    if (!last && fresh.length === 0 && walks === 1) {
      throw new AppError(
        'remote.badResponse',
        `Procore answered page ${page} of ${listing.path} with the records of an earlier page (to ${listing.operation}).`,
        { hint: 'Run the flow again later; if it persists, tell Procore support the address and page.' },
      );
    }
    for (const row of fresh) seen.add(rowKey(row));
    if (fresh.length > 0) yield fresh;
    if (last && !hasShrunk) return;
    if (!last) continue;
    walks += 1;
    if (walks > mostWalks) throw changing(listing);
    [page, received, longest, hasShrunk] = [0, 0, 0, false];
  }
  throw new AppError('remote.badResponse', `Procore's list ${listing.path} does not end after ${mostPages} pages.`);
}

const changing = ({ path, operation }: Listing): AppError =>
  new AppError(
    'remote.badResponse',
    `Procore's list ${path} kept losing records while it was read (to ${operation}), so it cannot be told whether all were seen.`,
    { hint: 'Run the flow again when fewer people work in the project.' },
  );

/** All rows of a short list as records by id. */
export async function listAll(
  client: ProcoreClient,
  listing: Listing,
  signal: AbortSignal,
): Promise<Map<string, Fields>> {
  const all = new Map<string, Fields>();
  for await (const rows of listPages(client, listing, signal)) {
    for (const row of rows) {
      const fields = asFields(row);
      const id = asText(fields?.id);
      if (fields !== undefined && id !== undefined) all.set(id, fields);
    }
  }
  return all;
}

/** Lists kept at once. Projects are read one after the other, so old ones are not asked for again and memory stays flat. */
const mostCached = 64;

/** A short list that several records need, read once while it is in use. A failed read is not kept. */
export function cachedList(
  client: ProcoreClient,
  listing: Listing,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Fields>> {
  const { cache } = client;
  const key = `${listing.path} ${JSON.stringify(listing.query ?? {})}`;
  const known = cache.get(key);
  const reading = known ?? listAll(client, listing, signal);
  // Put last: what is used stays, what was not used for longest goes.
  cache.delete(key);
  cache.set(key, reading);
  const [oldest] = cache.keys();
  if (cache.size > mostCached && oldest !== undefined) cache.delete(oldest);
  if (known === undefined) reading.catch(() => cache.delete(key));
  return reading;
}

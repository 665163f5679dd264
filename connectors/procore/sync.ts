/**
 * The bulk sync. It answers 200 also when rows were refused, good rows in `entities`, refused ones repeated in `errors`, neither in
 * the order sent: here every row gets its own outcome back, in its place.
 * @source https://developers.procore.com/documentation/using-sync-actions (2026-06)
 */
import { AppError } from '../../engine/model/error.ts';
import type { Fields } from '../../engine/model/record.ts';
import { sameValue } from '../../engine/model/updates.ts';
import { asFields, asList, asText, type JsonBody, JsonNumber } from '../kit/json.ts';
import type { Query } from '../kit/urls.ts';
import type { ProcoreClient } from './client.ts';
import { fieldErrors } from './errors.ts';

/** A row to be made or changed. With an id or an origin id it may be sent again without harm. */
export type SyncRow = { readonly [field: string]: JsonBody | undefined };

/** What became of a row: the record, what is wrong with it by field, or nothing where the answer does not name it. */
export type SyncOutcome = { entity: Fields } | { fields: Record<string, string> } | undefined;

/** Where a sync goes. */
export interface SyncTarget {
  path: string;
  operation: string;
  query?: Query;
  /** What stands beside the rows. */
  wrap?: Record<string, JsonBody>;
}

/** Most rows per call. @source https://developers.procore.com/documentation/using-sync-actions: 1000 at most */
const rowsPerSync = 500;

const keyNames = ['id', 'origin_id'] as const;

/** A plain value of a row as text; undefined for what is none. */
function plain(value: unknown): string | undefined {
  if (value instanceof JsonNumber) return value.text;
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
}

/** Whether an answer names a row by its key. A row without one is named by nothing. */
const hasKeyOf = (answer: Fields, row: SyncRow): boolean =>
  keyNames.some((name) => plain(row[name]) !== undefined && plain(row[name]) === asText(answer[name]));

/** Whether a refused row repeats a row: every plain field that was sent stands there as it was. */
const repeats = (echo: Fields, row: SyncRow): boolean =>
  Object.entries(row).every(([name, sent]) => {
    const text = typeof sent === 'boolean' ? String(sent) : plain(sent);
    const there = echo[name];
    return text === undefined || sameValue(typeof there === 'boolean' ? String(there) : there, text);
  });

/** The same, and nothing stands there that was not sent. */
const repeatsWhole = ({ errors: _errors, ...echo }: Fields, row: SyncRow): boolean =>
  repeats(echo, row) && Object.keys(echo).every((name) => row[name] !== undefined);

/** What is wrong with a refused row, by field; what concerns the whole row under `base`. */
function refused({ errors }: Fields): SyncOutcome {
  const base = asList(asFields(errors)?.base)?.join(', ');
  return { fields: { ...fieldErrors(errors), ...(base === undefined || base === '' ? {} : { base }) } };
}

/**
 * The outcome of each row, in the order sent. Answers are matched by id or origin id, refused rows else by what they repeat, and
 * made ones without any key by their order. Each answer belongs to one row, so that rows that repeat each get theirs.
 */
export function matchRows(rows: readonly SyncRow[], answer: Fields | undefined): SyncOutcome[] {
  const entities = (asList(answer?.entities) ?? []).map((entity) => asFields(entity) ?? {});
  const errors = (asList(answer?.errors) ?? []).map((error) => asFields(error) ?? {});
  const outcomes: SyncOutcome[] = rows.map(() => undefined);
  const settle = (
    from: Fields[],
    fits: (found: Fields, row: SyncRow) => boolean,
    make: (found: Fields) => SyncOutcome,
  ) => {
    for (const [index, row] of rows.entries()) {
      if (outcomes[index] !== undefined) continue;
      const at = from.findIndex((candidate) => fits(candidate, row));
      const [found] = at === -1 ? [] : from.splice(at, 1);
      if (found !== undefined) outcomes[index] = make(found);
    }
  };
  const taken = (entity: Fields): SyncOutcome => ({ entity });
  // Refused rows first: what they repeat tells two rows of one key apart, of which one was taken.
  settle(errors, repeatsWhole, refused);
  settle(entities, hasKeyOf, taken);
  settle(errors, hasKeyOf, refused);
  settle(errors, repeats, refused);
  settle(entities, (_entity, row) => keyNames.every((name) => plain(row[name]) === undefined), taken);
  return outcomes;
}

/**
 * Sends rows to a sync action and answers the outcome of each, in the order sent. Only where every row has a key is a lost answer
 * asked for again.
 * @throws AppError remote.*
 */
export async function syncRows(
  client: ProcoreClient,
  target: SyncTarget,
  rows: readonly SyncRow[],
): Promise<SyncOutcome[]> {
  const outcomes: SyncOutcome[] = [];
  let most = rowsPerSync;
  for (let from = 0; from < rows.length; ) {
    const updates = rows.slice(from, from + most);
    const { value, status } = await client.http.patch(target.path, {
      operation: target.operation,
      ...(target.query === undefined ? {} : { query: target.query }),
      body: { ...target.wrap, updates },
      repeatable: updates.every((row) => keyNames.some((name) => plain(row[name]) !== undefined)),
      ...(updates.length > 1 ? { accept: [413] } : {}),
    });
    if (status === 413) {
      // Nothing of it was taken: in halves it may go.
      most = Math.ceil(updates.length / 2);
      continue;
    }
    from += updates.length;
    outcomes.push(...matchRows(updates, asFields(value)));
  }
  return outcomes;
}

/** The error of refused fields, with what it concerns. */
export function syncError(fields: Record<string, string>, what: string): AppError {
  const said = Object.entries(fields).map(([name, text]) => (name === 'base' ? text : `${name} ${text}`));
  return new AppError('remote.rejected', `Procore refused ${what}: ${said.join('; ') || 'without a reason'}.`, {
    fields,
    remote: { system: 'Procore', operation: `write ${what}`, status: 200 },
  });
}

/**
 * The error of the rows that were refused or passed over, with fields as `line 2: amount`; undefined where all were taken. A row that
 * was sent alone is not numbered.
 */
export function rowsError(outcomes: readonly SyncOutcome[], what: string): AppError | undefined {
  const fields: Record<string, string> = {};
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome === undefined) {
      const text = `Procore answered without line ${index + 1} of ${what}, neither taken nor refused.`;
      return new AppError('remote.outcomeUnknown', text);
    }
    if (!('fields' in outcome)) continue;
    if (outcomes.length === 1) return syncError(outcome.fields, what);
    const named = Object.entries(outcome.fields);
    if (named.length === 0) fields[`line ${index + 1}`] = 'was refused without a reason';
    for (const [name, text] of named) fields[`line ${index + 1}${name === 'base' ? '' : `: ${name}`}`] = text;
  }
  return Object.keys(fields).length === 0 ? undefined : syncError(fields, what);
}

/** A row that waits for its call. */
interface Waiting {
  row: SyncRow;
  resolve: (outcome: SyncOutcome) => void;
  reject: (reason: unknown) => void;
}

const waitingOf = new WeakMap<ProcoreClient, Map<string, Waiting[]>>();

/** The rows of the next call: no two of one key, which would be one record to Procore. */
function takeNext(waiting: Waiting[]): Waiting[] {
  const next: Waiting[] = [];
  const later: Waiting[] = [];
  const keys = new Set<string>();
  for (const each of waiting.splice(0)) {
    const mine = keyNames.flatMap((name) => {
      const key = plain(each.row[name]);
      return key === undefined ? [] : [`${name} ${key}`];
    });
    if (next.length >= rowsPerSync || mine.some((key) => keys.has(key))) later.push(each);
    else {
      for (const key of mine) keys.add(key);
      next.push(each);
    }
  }
  waiting.push(...later);
  return next;
}

async function sendWaiting(
  client: ProcoreClient,
  target: SyncTarget,
  waiting: Waiting[],
  ended: () => void,
): Promise<void> {
  while (waiting.length > 0) {
    const batch = takeNext(waiting);
    try {
      const outcomes = await syncRows(
        client,
        target,
        batch.map(({ row }) => row),
      );
      for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index]);
    } catch (thrown) {
      for (const { reject } of batch) reject(thrown);
    }
  }
  // Not in a later tick: a row that came between would wait for a call that nobody makes.
  ended();
}

/**
 * Sends one row, together with others that are asked for while a call to the same address is under way: the first goes alone, those
 * that come meanwhile go as one call after it. Every row settles by its own outcome; a call that fails fails all of its rows.
 * @throws AppError remote.*, remote.outcomeUnknown where the answer does not name the row
 */
export async function syncOne(client: ProcoreClient, target: SyncTarget, row: SyncRow, what: string): Promise<Fields> {
  const queues = waitingOf.get(client) ?? new Map<string, Waiting[]>();
  waitingOf.set(client, queues);
  const under = queues.get(target.path);
  const outcome = await new Promise<SyncOutcome>((resolve, reject) => {
    const mine = { row, resolve, reject };
    if (under !== undefined) {
      under.push(mine);
      return;
    }
    const waiting = [mine];
    queues.set(target.path, waiting);
    void sendWaiting(client, target, waiting, () => queues.delete(target.path));
  });
  if (outcome === undefined)
    throw new AppError('remote.outcomeUnknown', `Procore answered without ${what}, neither taken nor refused.`);
  if ('fields' in outcome) throw syncError(outcome.fields, what);
  return outcome.entity;
}

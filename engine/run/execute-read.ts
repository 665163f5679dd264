/** Reading a source: pages become batches of wire records, each opened in the accounts; watermarks are worked out, not moved. */

import { valueAt } from '../model/business-key.ts';
import type { ReadEvent, ReadRequest, RemoteRecord, ResourceDeclaration } from '../model/connector.ts';
import { tryParse } from '../model/decimal.ts';
import { AppError, type AppErrorData } from '../model/error.ts';
import type { Fields, Origin, Scope, SourceRecord, WireRecord } from '../model/record.ts';
import type { RecordOutcome } from '../model/run.ts';
import type { PostedHistory } from './ports.ts';

/** Name under which the watermark of a resource without scopes is kept. */
export const companyScope = 'company';
/** Re-read before a watermark where the resource does not say otherwise: clocks and transactions are not exact. */
const defaultOverlapMs = 10 * 60 * 1000;
/** Pages without a new record after which a source is taken to repeat itself. */
const mostRepeatedPages = 20;

/** The stable identity of a source record, the same in every run and flow. */
export const recordKey = (origin: Pick<Origin, 'system' | 'resource' | 'id'>): string =>
  `${origin.system}:${origin.resource}:${origin.id}`;

/** What a read yields to the engine. */
export type SourceEvent =
  | { kind: 'batch'; records: WireRecord[] }
  | { kind: 'failed'; record: WireRecord; error: AppError }
  | { kind: 'scope-failed'; scope: Scope; error: AppError };

/**
 * Progress of the scopes of one read, from which watermarks are worked out once everything is settled. The one rule: a watermark
 * moves up to the newest record that is final (posted, skipped, ignored) and stops just before the oldest that is not, or whose
 * document still lacks something, such as a file. So a held or failed record is read again by every run until it is posted or ignored, also after its mapping was mended, without anybody having
 * to replay it; what was posted meanwhile is left out by the ledger. Replay works from stored payloads and moves no watermark. A scope
 * that was not read to its end, or with a record without a time of change, does not move.
 */
export class ScopeProgress {
  private readonly scopes = new Map<string, { newest?: string; oldestOpen?: string; broken: boolean }>();

  private at(scope: string): { newest?: string; oldestOpen?: string; broken: boolean } {
    const known = this.scopes.get(scope) ?? { broken: false };
    this.scopes.set(scope, known);
    return known;
  }

  /** A scope could not be read to its end: its watermark must not move. */
  broke(scope: string): void {
    this.at(scope).broken = true;
  }

  /** A record was settled. What may still be posted as it is keeps the watermark before it. */
  settled(outcome: RecordOutcome): void {
    const scope = this.at(outcome.origin.scope?.id ?? companyScope);
    const at = outcome.origin.updatedAt;
    if (at === undefined) {
      scope.broken = true;
      return;
    }
    const settled = outcome.status === 'posted' || outcome.status === 'skipped' || outcome.status === 'ignored';
    const final = settled && outcome.unfinished !== true;
    if (final && (scope.newest === undefined || scope.newest < at)) scope.newest = at;
    if (!final && (scope.oldestOpen === undefined || at < scope.oldestOpen)) scope.oldestOpen = at;
  }

  /** Where the watermarks may move to, by scope. */
  watermarks(): { scope: string; to: string }[] {
    return [...this.scopes].flatMap(([scope, { newest, oldestOpen, broken }]) => {
      if (broken || newest === undefined) return [];
      if (oldestOpen === undefined || newest < oldestOpen) return [{ scope, to: newest }];
      return [{ scope, to: new Date(Date.parse(oldestOpen) - 1).toISOString() }];
    });
  }
}

/** How far before its watermark a source is read again, in milliseconds. */
export const overlapMsOf = ({ overlapHours }: Pick<ResourceDeclaration, 'overlapHours'>): number =>
  overlapHours === undefined ? defaultOverlapMs : overlapHours * 3_600_000;

/** What to ask the source for, from the watermarks of the last runs. */
export function readRequest(
  resource: ResourceDeclaration,
  options: { since?: string; scopes: readonly string[]; watermarks: Readonly<Record<string, string>> },
): Omit<ReadRequest, 'signal'> {
  const overlapMs = overlapMsOf(resource);
  const earlier = (at: string): string => new Date(Date.parse(at) - overlapMs).toISOString();
  const request: Omit<ReadRequest, 'signal'> = {};
  const { [companyScope]: company, ...byScope } = options.watermarks;
  const since = company === undefined ? options.since : latest(earlier(company), options.since);
  if (since !== undefined) request.since = since;
  const scopes = Object.entries(byScope).map(([scope, at]) => [scope, latest(earlier(at), options.since)]);
  if (scopes.length > 0) request.sinceByScope = Object.fromEntries(scopes);
  if (options.scopes.length > 0) request.scopes = options.scopes;
  return request;
}

const latest = (a: string, b: string | undefined): string => (b === undefined || b < a ? a : b);

/** Lets a source spare what it would read again of records that have not changed since the flow was done with them. */
export function unchangedSince(
  history: PostedHistory,
  flowId: string,
  nodeId: string,
): Required<Pick<ReadRequest, 'unchanged'>> {
  return {
    unchanged: async (origins) => {
      const read = (await history.lastRead?.(flowId, nodeId, origins.map(recordKey))) ?? [];
      const before = new Map(read.map((record) => [recordKey(record.origin), record]));
      const same = origins.flatMap((origin): [string, Fields][] => {
        const known = before.get(recordKey(origin));
        if (known === undefined || origin.updatedAt === undefined) return [];
        return known.origin.updatedAt === origin.updatedAt ? [[origin.id, known.value]] : [];
      });
      return new Map(same);
    },
  };
}

/** The header amount and currency that the resource declares, as long as they are what they say. */
export function amountOf(
  resource: ResourceDeclaration,
  record: RemoteRecord,
): { amount?: string; currency?: string; error?: AppError } {
  const declared = resource.amount;
  if (declared === undefined) return {};
  const raw = valueAt(record.value, declared.field);
  const currency = declared.currencyField === undefined ? undefined : valueAt(record.value, declared.currencyField);
  const known = typeof currency === 'string' && currency !== '' ? { currency } : {};
  if (raw === undefined || raw === null || raw === '') return known;
  if (typeof raw === 'string' && tryParse(raw) !== undefined) return { amount: raw, ...known };
  const label = record.origin.label ?? record.id;
  const shown = typeof raw === 'string' ? raw.slice(0, 60) : JSON.stringify(raw).slice(0, 60);
  const text = `The amount of ${label} is “${shown}”, which is not a number.`;
  return { ...known, error: new AppError('data.badAmount', text, { fields: { [declared.field]: 'is not a number' } }) };
}

/** One read of a node. */
export interface SourceOptions {
  nodeId: string;
  resource: ResourceDeclaration;
  /** Reference data has no accounts. */
  reference: boolean;
  progress: ScopeProgress;
  /** Which of these records were read before, where somebody else remembers; otherwise they are remembered here. */
  known?(keys: readonly string[]): Promise<ReadonlySet<string>>;
}

/**
 * Turns what a connector yields into batches, one page ahead of what is being worked on.
 * @throws AppError of the source; remote.badResponse where it repeats itself for ever.
 */
export async function* readSource(
  events: AsyncIterable<ReadEvent>,
  options: SourceOptions,
): AsyncIterable<SourceEvent> {
  const known = options.known ?? remembered();
  let repeated = 0;
  for await (const event of oneAhead(events)) {
    if (event.kind === 'scope-done') continue;
    if (event.kind === 'scope-failed') {
      options.progress.broke(event.scope.id);
      yield event;
      continue;
    }
    if (event.kind === 'record-failed') {
      const remote = { id: event.origin.id, value: event.value, origin: event.origin };
      yield { kind: 'failed', record: toWire(remote, options, {}), error: event.error };
      continue;
    }
    const fresh = await freshOf(event.records, known);
    repeated = fresh.length === 0 && event.records.length > 0 ? repeated + 1 : 0;
    if (repeated >= mostRepeatedPages) {
      const title = options.resource.title;
      throw new AppError('remote.badResponse', `The source repeats the same page of “${title}” again and again.`, {
        hint: 'Try again later; if it persists, report it to the vendor of the source system.',
      });
    }
    yield* pageEvents(fresh, options);
  }
}

/** Records that were not read before and stand on their page for the first time. */
async function freshOf(
  records: readonly RemoteRecord[],
  known: (keys: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<RemoteRecord[]> {
  const taken = new Set(await known(records.map((record) => recordKey(record.origin))));
  return records.filter((record) => {
    const key = recordKey(record.origin);
    return taken.has(key) ? false : taken.add(key);
  });
}

/** Remembers keys in memory: for reference data, which is kept whole anyway. */
function remembered(): (keys: readonly string[]) => Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  return async (keys) => {
    const known = new Set(keys.filter((key) => seen.has(key)));
    for (const key of keys) seen.add(key);
    return known;
  };
}

function* pageEvents(records: readonly RemoteRecord[], options: SourceOptions): Iterable<SourceEvent> {
  const batch: WireRecord[] = [];
  for (const record of records) {
    const { error, ...amount } = amountOf(options.resource, record);
    const wire = toWire(record, options, amount);
    if (error === undefined || options.reference) batch.push(wire);
    else yield { kind: 'failed', record: wire, error };
  }
  if (batch.length > 0) yield { kind: 'batch', records: batch };
}

function toWire(
  record: RemoteRecord,
  options: SourceOptions,
  amount: { amount?: string; currency?: string },
): WireRecord {
  const key = recordKey(record.origin);
  if (options.reference) return { key, value: record.value, origin: record.origin };
  const source: SourceRecord = { nodeId: options.nodeId, key, value: record.value, origin: record.origin, ...amount };
  return { key, value: record.value, origin: record.origin, sources: [source] };
}

/** Asks for the next page while the last one is worked on, never for more: that is the back-pressure. */
async function* oneAhead<T>(items: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = items[Symbol.asyncIterator]();
  const ask = (): Promise<{ result: IteratorResult<T> } | { thrown: unknown }> =>
    iterator.next().then(
      (result) => ({ result }),
      (thrown: unknown) => ({ thrown }),
    );
  let next = ask();
  try {
    for (;;) {
      const answer = await next;
      if ('thrown' in answer) throw answer.thrown;
      if (answer.result.done === true) return;
      next = ask();
      yield answer.result.value;
    }
  } finally {
    await next;
    await iterator.return?.();
  }
}

/** Error data of a scope for events. */
export const scopeError = (error: AppError, scope: Scope): AppErrorData =>
  new AppError(error.code, `${scope.label}: ${error.message}`, { hint: error.hint }).toJSON();

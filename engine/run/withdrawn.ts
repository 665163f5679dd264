/**
 * What was posted and is withdrawn in the source afterwards: reopened, so that the flow passes it over, or deleted, so that no list
 * names it. Neither is posted again, and neither may go unseen: both are held, with the document they were posted as.
 */
import { valueAt } from '../model/business-key.ts';
import type { ReadEvent, ReadRequest, Resource, ResourceDeclaration } from '../model/connector.ts';
import { AppError, toAppError } from '../model/error.ts';
import type { SourceRecord, WireRecord } from '../model/record.ts';
import type { PostedHistory, PostedRecord, ReadScope, RunIdentity } from './ports.ts';

/** Records that are looked up singly, to be sure that they are gone; more are not a few deletions but a list that came short. */
const mostAsked = 100;

/** The scopes that a read gives to their end, with the instant since which it asked for changes. */
export class ReadScopes {
  readonly done: ReadScope[] = [];
  private readonly request: Pick<ReadRequest, 'since' | 'sinceByScope'>;

  constructor(request: Pick<ReadRequest, 'since' | 'sinceByScope'>) {
    this.request = request;
  }

  async *note(events: AsyncIterable<ReadEvent>): AsyncGenerator<ReadEvent, void, undefined> {
    for await (const event of events) {
      if (event.kind === 'scope-done') {
        const { id } = event.scope;
        const since = this.request.sinceByScope?.[id] ?? this.request.since;
        this.done.push(since === undefined ? { id } : { id, since });
      }
      yield event;
    }
  }
}

const postedAs = ({ number }: PostedRecord): string => (number === undefined ? 'posted' : `posted as ${number}`);

/** A posted record that its source has no more. */
export interface GoneRecord {
  source: SourceRecord;
  error: AppError;
}

/** Compares what a run reads with what earlier runs posted. */
export class Withdrawals {
  private readonly identity: RunIdentity;
  private readonly history: PostedHistory | undefined;
  private readonly reopened = new Map<string, AppError>();

  constructor(identity: RunIdentity, history: PostedHistory | undefined) {
    this.identity = identity;
    this.history = history;
  }

  /** Takes note of the records of a page that were posted when their approval said something else. */
  async look(resource: ResourceDeclaration, records: readonly WireRecord[]): Promise<void> {
    const field = resource.roles?.approval;
    if (field === undefined || this.history === undefined || records.length === 0) return;
    const keys = records.map(({ key }) => key);
    const posted = new Map((await this.history.of(this.identity.flowId, keys)).map((entry) => [entry.key, entry]));
    for (const { key, value, origin } of records) {
      const before = posted.get(key);
      if (before === undefined) continue;
      const now = shown(valueAt(value, field));
      const then = before.value === undefined ? undefined : shown(valueAt(before.value, field));
      const isSame = then === undefined ? origin.updatedAt === before.origin.updatedAt : then === now;
      if (!isSame) this.reopened.set(key, reopenedError(origin.label ?? key, field, before, now, then));
    }
  }

  /** Why a record that the flow passes over must be held all the same; undefined where it was not posted, or is as it was then. */
  reasonFor(key: string): AppError | undefined {
    return this.reopened.get(key);
  }

  /** The error of a record that was settled: it is needed no more. */
  forget(key: string): void {
    this.reopened.delete(key);
  }

  /**
   * Posted records that a read of a node should have brought and did not, and that the source does not give singly either: all of
   * a scope that was read whole, those of the time that a read of changes covered.
   */
  async gone(
    nodeId: string,
    source: { system: string; resource: Resource<unknown>; client: unknown; scopes: readonly ReadScope[] },
  ): Promise<GoneRecord[]> {
    const { system, resource, client, scopes } = source;
    if (resource.roles?.approval === undefined) return [];
    const read = { runId: this.identity.runId, nodeId, system, resource: resource.id, scopes };
    const unread = (await this.history?.unread?.(this.identity.flowId, read)) ?? [];
    const isAsked = unread.length <= mostAsked;
    const found = await Promise.all(
      unread.map(async (posted): Promise<GoneRecord[]> => {
        const error = isAsked ? await goneError(resource, client, posted) : goneOf(posted);
        if (error === undefined) return [];
        const { key, origin, value = {}, amount, currency } = posted;
        const money = { ...(amount === undefined ? {} : { amount }), ...(currency === undefined ? {} : { currency }) };
        return [{ source: { nodeId, key, origin, value, ...money }, error }];
      }),
    );
    return found.flat();
  }
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

function reopenedError(
  label: string,
  field: string,
  before: PostedRecord,
  now: string,
  then: string | undefined,
): AppError {
  const was = then === undefined ? '' : ` when it was “${then}”`;
  return new AppError(
    'delivery.withdrawnAfterPosting',
    `${label} was ${postedAs(before)}${was} and is “${now}” now, so the flow passes it over.`,
    { fields: { [field]: then === undefined ? `is “${now}”` : `was “${then}”, is “${now}”` }, recordKey: before.key },
  );
}

const goneOf = (posted: PostedRecord): AppError =>
  new AppError(
    'delivery.goneFromSource',
    `${posted.origin.label ?? posted.key} was ${postedAs(posted)} and is no longer there to read: it was deleted, or may no longer be seen.`,
    { recordKey: posted.key },
  );

/** A list may have missed a record that moved while it was walked: only what cannot be read singly either is gone. */
async function goneError(
  resource: Resource<unknown>,
  client: unknown,
  posted: PostedRecord,
): Promise<AppError | undefined> {
  if (resource.get === undefined) return goneOf(posted);
  try {
    const there = await resource.get(client, posted.origin.id, posted.origin.scope);
    return there === undefined ? goneOf(posted) : undefined;
  } catch (thrown) {
    const error = toAppError(thrown, `looking ${posted.origin.label ?? posted.key} up`);
    if (error.kind === 'cancelled') throw error;
    return error.kind === 'rejected' ? goneOf(posted) : error;
  }
}

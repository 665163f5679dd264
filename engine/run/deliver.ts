/**
 * Writes with exactly-once effect: the ledger row is committed before anything is sent, the target is asked before any second
 * try, and the same content is never sent twice.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { nanoid } from 'nanoid';
import type { WaitNotice } from '../model/connector.ts';
import { AppError, toAppError } from '../model/error.ts';
import type { RecordOutcome } from '../model/run.ts';
import { contentHash } from '../store/canonical.ts';
import type { LedgerRow } from '../store/deliveries.ts';
import type { Store } from '../store/index.ts';
import { type Attaching, attachFiles, completeFiles, withFiles } from './deliver-attachments.ts';
import { Delivery, type DeliveryEnvironment, type Ending, endingOutcome, isOurs } from './deliver-effects.ts';
import { businessKeyOf, countedAmount } from './deliver-key.ts';
import { lookUp } from './deliver-lookup.ts';
import { aloneWith } from './deliver-mutex.ts';
import { earlierOutcomes } from './deliver-outcomes.ts';
import { type Decision, decide, duplicateKey, outcomeOf, sourcesOf, voucherOf } from './deliver-plan.ts';
import { judgeFound, updateRefusal } from './deliver-update.ts';
import type { Deliverer, DeliveryTarget, PlannedDelivery, RunIdentity, WriteIntent } from './ports.ts';
import { refusedStatus, stopsRun } from './retry.ts';

/** Settings of a deliverer; the defaults are those of production. */
export interface DelivererOptions {
  now?: () => number;
  /** Waits; rejects with run.cancelled when the signal fires. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  random?: () => number;
  /** Milliseconds between the two lookups that must both find nothing before a write of unknown outcome is sent again. */
  settleMs?: number;
  /** Times a write is sent at most in one run. */
  tries?: number;
  /** Ask the target while planning, so that the sheet shows duplicates there: a call a record. Writes that may update always do. */
  lookup?: boolean;
  onWait?: (notice: WaitNotice) => void;
}

/** The parts of a store that delivery uses. */
export type DeliveryStore = Pick<Store, 'deliveries' | 'records' | 'claims' | 'attachments'>;

/** Waits with a timer; rejects with run.cancelled when the signal fires. */
export async function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch (thrown) {
    throw new AppError('run.cancelled', 'The run was cancelled.', { cause: thrown });
  }
}

/** The surroundings of deliveries, with defaults filled in. */
export const deliveryEnvironment = (store: DeliveryStore, options: DelivererOptions): DeliveryEnvironment => ({
  ledger: store.deliveries,
  settleEarlier: (outcomes) => store.records.settle(outcomes),
  now: options.now ?? Date.now,
  sleep: options.sleep ?? sleepFor,
  random: options.random ?? Math.random,
  settleMs: options.settleMs ?? 3_000,
  tries: options.tries ?? 4,
  onWait: options.onWait,
});

/** A new ledger row for a write; what an earlier attempt left that still counts is kept. */
function plannedRow(
  identity: RunIdentity,
  target: DeliveryTarget,
  planned: PlannedDelivery,
  before: LedgerRow | undefined,
): LedgerRow {
  const { intent, voucher } = planned;
  const row: LedgerRow = {
    connectionId: target.connectionId,
    resource: target.resource.id,
    businessKey: voucher.businessKey,
    state: 'planned',
    effect: 'create',
    contentHash: planned.contentHash,
    value: intent.value,
    origin: intent.record.origin,
    recordKey: intent.record.key,
    sources: sourcesOf(intent),
    flowId: identity.flowId,
    flowVersion: identity.flowVersion,
    runId: identity.runId,
    nodeId: intent.nodeId,
    tableVersions: identity.tableVersions,
    mappingRows: intent.mappingRows,
    startedBy: identity.startedBy,
    releaseState: target.release && target.resource.release !== undefined ? 'wanted' : 'none',
    attempts: before?.attempts ?? 0,
    updatedAt: before?.updatedAt ?? '',
  };
  const amount = intent.amount ?? countedAmount(target.resource, intent.value);
  if (intent.scope !== undefined) row.scope = intent.scope;
  if (amount !== undefined) row.amount = amount;
  if (intent.currency !== undefined) row.currency = intent.currency;
  return row;
}

/** A row of a document in the target with new content for it. */
const changedRow = (row: LedgerRow, before: LedgerRow): LedgerRow => ({
  ...row,
  releaseState: before.releaseState,
  ...(before.targetId === undefined ? {} : { targetId: before.targetId }),
  ...(before.targetNumber === undefined ? {} : { targetNumber: before.targetNumber }),
  ...(before.postedHash === undefined ? {} : { postedHash: before.postedHash }),
  ...(before.postedValue === undefined ? {} : { postedValue: before.postedValue }),
});

/** Nothing was sent: held where the target refused the question for a reason that a person mends. */
function lookupFailed(row: LedgerRow, thrown: unknown): Ending {
  const error = toAppError(thrown, 'looking the document up');
  return { status: refusedStatus(error), row, error };
}

class StoreDeliverer implements Deliverer {
  private readonly store: DeliveryStore;
  private readonly environment: DeliveryEnvironment;
  private readonly lookup: boolean;
  /** Name under which the claims of a run are kept. */
  private readonly books = new WeakMap<RunIdentity, string>();

  constructor(store: DeliveryStore, options: DelivererOptions) {
    this.store = store;
    this.environment = deliveryEnvironment(store, options);
    this.lookup = options.lookup ?? false;
  }

  async plan(
    identity: RunIdentity,
    target: DeliveryTarget,
    intent: WriteIntent,
    signal: AbortSignal,
  ): Promise<PlannedDelivery> {
    const hash = contentHash(intent.value);
    const found = businessKeyOf(target.resource, intent.value);
    if ('missing' in found) {
      const label = intent.record.origin.label ?? intent.record.key;
      const message = `${label} has no ${found.missing}, which is part of its business key in ${target.resource.title}.`;
      const fields = { [found.missing]: 'is blank' };
      const error = new AppError('delivery.missingKey', message, { fields, recordKey: intent.record.key });
      return this.planned(identity, target, intent, '', hash, { kind: 'hold', error });
    }
    const { key } = found;
    const double = this.claim(identity, target, key, intent);
    if (double !== undefined) return this.planned(identity, target, intent, key, hash, { kind: 'hold', error: double });
    const row = await this.store.deliveries.get({
      connectionId: target.connectionId,
      resource: target.resource.id,
      businessKey: key,
    });
    const decision = decide(row, target, intent, hash);
    const planned = this.planned(identity, target, intent, key, hash, decision);
    // Whether something is created or updated must stand in the posting sheet, and only the target knows.
    const isAsked = this.lookup || (target.mode === 'upsert' && target.resource.update !== undefined);
    if (!isAsked || decision.kind !== 'create') return planned;
    return this.lookedUp(identity, target, planned, signal);
  }

  async apply(
    identity: RunIdentity,
    target: DeliveryTarget,
    planned: PlannedDelivery,
    signal: AbortSignal,
  ): Promise<RecordOutcome> {
    if (planned.settled !== undefined) return planned.settled;
    if (signal.aborted) throw new AppError('run.cancelled', 'The run was cancelled.');
    const key = {
      connectionId: target.connectionId,
      resource: target.resource.id,
      businessKey: planned.voucher.businessKey,
    };
    return aloneWith(this.store.deliveries, key, async () => {
      const row = await this.store.deliveries.get(key);
      return this.carryOut(identity, target, planned, row, signal);
    });
  }

  async complete(
    identity: RunIdentity,
    target: DeliveryTarget,
    planned: PlannedDelivery & { settled: RecordOutcome },
    signal: AbortSignal,
  ): Promise<RecordOutcome> {
    const { intent, voucher, settled } = planned;
    const key = { connectionId: target.connectionId, resource: target.resource.id, businessKey: voucher.businessKey };
    return aloneWith(this.store.deliveries, key, async () => {
      const row = await this.store.deliveries.get(key);
      if (row === undefined) return settled;
      const attaching = this.attaching(identity, target, signal);
      return withFiles(settled, await completeFiles(attaching, row, intent.files ?? []));
    });
  }

  private attaching(identity: RunIdentity, target: DeliveryTarget, signal: AbortSignal): Attaching {
    return { environment: { ...this.environment, attachments: this.store.attachments }, target, identity, signal };
  }

  /** Does what the ledger row asks for, as it stands now: it may have moved since the plan. */
  private async carryOut(
    identity: RunIdentity,
    target: DeliveryTarget,
    planned: PlannedDelivery,
    row: LedgerRow | undefined,
    signal: AbortSignal,
  ): Promise<RecordOutcome> {
    const { intent, voucher } = planned;
    const decision = decide(row, target, intent, planned.contentHash);
    const attaching = this.attaching(identity, target, signal);
    const delivery = new Delivery(this.environment, target, row, signal, (posted, isNew) =>
      attachFiles(attaching, posted, intent.files ?? [], isNew),
    );
    const end = (ending: Ending) => outcomeOf(identity, intent, voucher.businessKey, endingOutcome(target, ending));
    switch (decision.kind) {
      case 'hold':
        return this.settled(identity, intent, voucher.businessKey, decision);
      case 'skip': {
        const files = await completeFiles(attaching, decision.row, intent.files ?? []);
        return withFiles(this.settled(identity, intent, voucher.businessKey, decision), files);
      }
      case 'create':
        return end(await this.create(delivery, plannedRow(identity, target, planned, row)));
      case 'release':
        return this.release(delivery, identity, planned, decision.row);
      case 'recheck':
        return end(await this.recheck(delivery, decision.row));
      case 'update':
        return end(await this.update(delivery, changedRow(plannedRow(identity, target, planned, row), decision.row)));
      case 'resolve':
        return this.resolve(delivery, identity, planned, decision.row, signal);
    }
  }

  /** Before the first create the target is asked too: somebody may have entered the document by hand. */
  private async create(delivery: Delivery, row: LedgerRow): Promise<Ending> {
    let finding: Awaited<ReturnType<typeof lookUp>>;
    try {
      finding = await lookUp(delivery.target, row, false);
    } catch (thrown) {
      if (isOurs(thrown)) throw thrown;
      return lookupFailed(row, thrown);
    }
    if (finding.kind === 'absent') return delivery.send(row);
    const found = judgeFound(delivery.target, row, finding);
    if (found?.kind === 'update') return delivery.update(found.row, found.documentId);
    if (found?.kind === 'refused') return delivery.hold(found.row, found.error);
    return finding.kind === 'ours' ? delivery.link(row, finding.document) : delivery.hold(row, finding.error);
  }

  /** Finishes a release. One that was cut off counts where the document was posted; one that failed counts here. */
  private async release(
    delivery: Delivery,
    identity: RunIdentity,
    planned: PlannedDelivery,
    row: LedgerRow,
  ): Promise<RecordOutcome> {
    const { target } = delivery;
    const { intent, voucher } = planned;
    const ending = await delivery.finish(row);
    const end = (ended: Ending) => outcomeOf(identity, intent, voucher.businessKey, endingOutcome(target, ended));
    if (ending.status !== 'posted' || row.releaseState === 'failed' || row.runId === identity.runId) return end(ending);
    await this.environment.settleEarlier(earlierOutcomes(target, ending));
    return end({
      ...ending,
      status: 'skipped',
      note: `Posted before as ${row.targetNumber ?? row.targetId}, released now. ${ending.note ?? ''}`.trim(),
    });
  }

  /** A document that differed from what was sent: perhaps somebody corrected it in the target. */
  private async recheck(delivery: Delivery, row: LedgerRow): Promise<Ending> {
    try {
      const finding = await lookUp(delivery.target, row, true);
      if (finding.kind === 'ours') return await delivery.adopt(row, finding.document);
      const gone = `${row.targetNumber ?? row.businessKey} is no longer in ${delivery.target.connectionName}.`;
      const error = finding.kind === 'other' ? finding.error : new AppError('delivery.changedAfterPosting', gone);
      return { status: 'held', row, error };
    } catch (thrown) {
      if (isOurs(thrown)) throw thrown;
      const error = toAppError(thrown, 'looking the document up');
      return { status: stopsRun(error) ? 'read' : 'held', row, error };
    }
  }

  private async update(delivery: Delivery, row: LedgerRow): Promise<Ending> {
    const { target } = delivery;
    try {
      const documents = (await target.resource.find?.(target.client, row.value, row.scope)) ?? [];
      const document = documents.find((candidate) => candidate.id === row.targetId);
      const refusal = updateRefusal(target, row, document);
      if (document !== undefined && refusal === undefined) return await delivery.update(row, document.id);
      return { status: 'held', row, ...(refusal === undefined ? {} : { error: refusal }) };
    } catch (thrown) {
      if (isOurs(thrown)) throw thrown;
      return lookupFailed(row, thrown);
    }
  }

  /** An earlier write of unknown outcome: found, it counts as posted where it was sent; not found, the newest content is sent. */
  private async resolve(
    delivery: Delivery,
    identity: RunIdentity,
    planned: PlannedDelivery,
    row: LedgerRow,
    signal: AbortSignal,
  ): Promise<RecordOutcome> {
    const { target } = delivery;
    const { intent, voucher } = planned;
    const end = (ending: Ending) => outcomeOf(identity, intent, voucher.businessKey, endingOutcome(target, ending));
    const next = plannedRow(identity, target, planned, row);
    // The document is judged anew: meanwhile it may have come to a status that takes less of the update, or none.
    if (row.effect === 'update' && row.targetId !== undefined)
      return end(await this.update(delivery, changedRow(next, row)));
    const resolved = await delivery.resolve(row);
    if (!('status' in resolved)) return end(await delivery.send(next));
    if (resolved.status !== 'posted' || row.runId === identity.runId) return end(resolved);
    await this.environment.settleEarlier(earlierOutcomes(target, resolved));
    return this.carryOut(identity, target, planned, resolved.row, signal);
  }

  private async lookedUp(
    identity: RunIdentity,
    target: DeliveryTarget,
    planned: PlannedDelivery,
    signal: AbortSignal,
  ): Promise<PlannedDelivery> {
    if (signal.aborted) throw new AppError('run.cancelled', 'The run was cancelled.');
    const row = plannedRow(identity, target, planned, undefined);
    const finding = await lookUp(target, row, false);
    const { intent, voucher, contentHash: hash } = planned;
    if (finding.kind === 'absent') return planned;
    const found = judgeFound(target, row, finding);
    const judged = (to: Decision) => this.planned(identity, target, intent, voucher.businessKey, hash, to);
    if (found !== undefined) return judged(found.kind === 'update' ? found : { kind: 'hold', error: found.error });
    if (!this.lookup) return finding.kind === 'other' ? judged({ kind: 'hold', error: finding.error }) : planned;
    const decision: Decision =
      finding.kind === 'other'
        ? { kind: 'hold', error: finding.error }
        : {
            kind: 'skip',
            row,
            note: `${target.connectionName} already has it as ${finding.document.number ?? finding.document.id}.`,
          };
    // What the target holds is looked at again when the write is carried out, so nothing is settled here.
    return { intent, contentHash: hash, voucher: voucherOf(target, intent, voucher.businessKey, decision) };
  }

  ended(identity: RunIdentity): void {
    this.store.claims.forget(this.bookOf(identity));
  }

  /** Two runs may have one id, such as samples: each has claims of its own. */
  private bookOf(identity: RunIdentity): string {
    const book = this.books.get(identity) ?? nanoid();
    this.books.set(identity, book);
    return book;
  }

  /** Of two records of a run with the same business key, the first has it. */
  private claim(identity: RunIdentity, target: DeliveryTarget, key: string, intent: WriteIntent): AppError | undefined {
    const place = { connectionId: target.connectionId, resource: target.resource.id, businessKey: key };
    const mine = { key: intent.record.key, label: intent.record.origin.label ?? intent.record.key };
    const first = this.store.claims.first(this.bookOf(identity), place, mine);
    return first.key === mine.key ? undefined : duplicateKey(mine.label, key, first.label);
  }

  private planned(
    identity: RunIdentity,
    target: DeliveryTarget,
    intent: WriteIntent,
    key: string,
    hash: string,
    decision: Decision,
  ): PlannedDelivery {
    const voucher = voucherOf(target, intent, key, decision);
    if (decision.kind !== 'hold' && decision.kind !== 'skip') return { intent, voucher, contentHash: hash };
    return { intent, voucher, contentHash: hash, settled: this.settled(identity, intent, key, decision) };
  }

  private settled(
    identity: RunIdentity,
    intent: WriteIntent,
    key: string,
    decision: Extract<Decision, { kind: 'hold' | 'skip' }>,
  ): RecordOutcome {
    const businessKey = key === '' ? undefined : key;
    if (decision.kind === 'skip')
      return outcomeOf(identity, intent, businessKey, { status: 'skipped', note: decision.note });
    const error = decision.error.at({ nodeId: intent.nodeId, recordKey: intent.record.key });
    return outcomeOf(identity, intent, businessKey, { status: 'held', error: error.toJSON() });
  }
}

/** Makes a deliverer over a store. Pass the same {@link RunIdentity} object for all records of a run. */
export const createDeliverer = (store: DeliveryStore, options: DelivererOptions = {}): Deliverer =>
  new StoreDeliverer(store, options);

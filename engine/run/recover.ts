/**
 * What happens when a workspace is opened after Costwire was cut off: writes of unknown outcome are looked up in their targets,
 * and runs that never ended are closed with what is known.
 */
import PQueue from 'p-queue';
import type { Connection } from '../model/connection.ts';
import { AppError, toAppError } from '../model/error.ts';
import { tellsOf } from '../model/outcome.ts';
import type { DeliveryState, RecordOutcome, RecordStatus, RunSummary } from '../model/run.ts';
import type { DeliveryKey, LedgerRow } from '../store/deliveries.ts';
import type { Store } from '../store/index.ts';
import { type DelivererOptions, deliveryEnvironment } from './deliver.ts';
import { Delivery, type DeliveryEnvironment, type Ending } from './deliver-effects.ts';
import { aloneWith } from './deliver-mutex.ts';
import { earlierOutcomes, sourceOutcomes } from './deliver-outcomes.ts';
import type { DeliveryTarget } from './ports.ts';
import { refusedStatus, stopsRun } from './retry.ts';

/** How to recover. */
export interface RecoveryOptions extends Omit<DelivererOptions, 'lookup'> {
  /**
   * The target of a connection, signed in; undefined where the connection is gone. A thrown error leaves its rows in doubt. Mode,
   * options and release of the answer do not matter: nothing is created here.
   */
  targetFor: (connectionId: Connection['id'], resource: string) => Promise<DeliveryTarget | undefined>;
  /** Connector id of a connection, for outcomes that come from the ledger alone. */
  systemOf?: (connectionId: Connection['id']) => string | undefined;
  signal: AbortSignal;
  /** Lookups at a time; default 8. */
  concurrency?: number;
  /** Runs of this process that are under way and must not be taken for cut off. */
  activeRuns?: ReadonlySet<string>;
  /** Called as each delivery is settled or found to stay in doubt. */
  onOutcome?: (outcome: RecordOutcome) => void;
}

/** What recovery found. */
export interface RecoveryReport {
  /** Runs that were cut off, as closed now. */
  interrupted: RunSummary[];
  /** Deliveries that the target had. */
  found: number;
  /** Deliveries that never arrived: the next run sends them. */
  absent: number;
  /** Deliveries that a person must look at. */
  held: number;
  /** Deliveries that could not be looked up: the next start or run tries again. */
  open: RecordOutcome[];
  /** Connections that refused to be asked, by the first refusal: nothing more was asked of them. */
  refused: { connectionId: Connection['id']; error: AppError }[];
}

type Looked = { row: LedgerRow; target: DeliveryTarget } & ({ ending: Ending } | { waiting: LedgerRow });

const notSent = (row: LedgerRow): Ending => {
  const title = row.origin.label ?? row.businessKey;
  const what = row.effect === 'update' ? 'The change of' : '';
  const message = `${what} ${title} did not arrive before Costwire was cut off; the next run sends it.`.trim();
  return { status: 'failed', row, error: new AppError('delivery.notSent', message, { recordKey: row.recordKey }) };
};

class Recovery {
  private readonly store: Store;
  private readonly options: RecoveryOptions;
  private readonly environment: DeliveryEnvironment;
  private readonly targets = new Map<string, Promise<DeliveryTarget | AppError>>();
  private readonly report: RecoveryReport = { interrupted: [], found: 0, absent: 0, held: 0, open: [], refused: [] };

  constructor(store: Store, options: RecoveryOptions) {
    this.store = store;
    this.options = options;
    this.environment = deliveryEnvironment(store, options);
  }

  async run(): Promise<RecoveryReport> {
    const active = this.options.activeRuns ?? new Set();
    // Taken before anything is asked: runs that begin meanwhile are nobody's leftovers.
    const cutOff = (await this.store.runs.unfinished()).filter((run) => !active.has(run.id));
    // Before any answer of a target: what is said of one document of a record then stands beside what became of its others.
    for (const run of cutOff) await this.store.records.settleParts(run.id);
    const rows = (await this.store.deliveries.open()).filter((row) => !active.has(row.runId));
    const waiting = await this.each(rows, (row) => this.unmoved(row, () => this.look(row)));
    await this.waitFor(waiting);
    await this.each(waiting, (looked) => this.unmoved(looked.row, () => this.decide(looked)));
    for (const run of cutOff) await this.close(run);
    return this.report;
  }

  /** Alone with a delivery, unless a run of this process has taken it on meanwhile: then it is that run's business. */
  private unmoved<Result>(row: LedgerRow, work: () => Promise<Result>): Promise<Result | undefined> {
    const { deliveries } = this.store;
    return aloneWith(deliveries, row, async () => {
      const current = await deliveries.get(row);
      return current?.updatedAt === row.updatedAt && current.state === row.state ? work() : undefined;
    });
  }

  /** Works through a list with bounded concurrency; what a step gives back is collected. */
  private async each<Entry, Result>(
    entries: readonly Entry[],
    work: (entry: Entry) => Promise<Result | undefined>,
  ): Promise<Result[]> {
    const queue = new PQueue({ concurrency: this.options.concurrency ?? 8 });
    const results: Result[] = [];
    await queue.addAll(
      entries.map((entry) => async () => {
        const result = this.options.signal.aborted ? undefined : await work(entry);
        if (result !== undefined) results.push(result);
      }),
    );
    return results;
  }

  /** First lookup. Settles what can be settled; gives back what has to be looked up once more. */
  private async look(row: LedgerRow): Promise<Looked | undefined> {
    if (this.isRefused(row)) return this.leave(row);
    const target = await this.target(row);
    if (target instanceof AppError) {
      this.noteRefusal(row, target);
      await this.settle(undefined, { status: 'inDoubt', row, error: target });
      return undefined;
    }
    const delivery = this.delivery(target, row);
    if (row.state === 'posted') {
      await this.settle(target, await delivery.release(row));
      return undefined;
    }
    if (row.effect === 'update') {
      await this.settle(target, notSent(await delivery.absent(row)));
      return undefined;
    }
    const looked = await delivery.firstLook(row);
    if (!('status' in looked)) return { row: looked, target, waiting: looked };
    await this.settle(target, looked);
    return undefined;
  }

  private async waitFor(waiting: readonly Looked[]): Promise<void> {
    const times = waiting.map(
      ({ row }) => Date.parse(row.absentAt ?? '') + this.environment.settleMs - this.environment.now(),
    );
    const waitMs = times.reduce((longest, ms) => Math.max(longest, ms), 0);
    if (waitMs <= 0 || this.options.signal.aborted) return;
    const what = waiting.length === 1 ? 'one document' : `${waiting.length} documents`;
    this.environment.onWait?.({ reason: 'retry', waitMs, detail: `Making sure that ${what} did not arrive.` });
    await this.environment.sleep(waitMs, this.options.signal);
  }

  private async decide({ row, target }: Looked): Promise<undefined> {
    if (this.isRefused(row)) return this.leave(row);
    const delivery = this.delivery(target, row);
    const resolved = await delivery.resolve(row);
    await this.settle(target, 'status' in resolved ? resolved : notSent(await delivery.absent(resolved)));
  }

  /** A release that the run asked for belongs to the delivery: it is finished with it. */
  private delivery(target: DeliveryTarget, row: LedgerRow): Delivery {
    const release = row.releaseState === 'wanted' || row.releaseState === 'intent';
    return new Delivery(this.environment, { ...target, release }, row, this.options.signal);
  }

  private target(row: LedgerRow): Promise<DeliveryTarget | AppError> {
    const id = JSON.stringify([row.connectionId, row.resource]);
    const known = this.targets.get(id) ?? this.connect(row);
    this.targets.set(id, known);
    return known;
  }

  private async connect(row: LedgerRow): Promise<DeliveryTarget | AppError> {
    try {
      const target = await this.options.targetFor(row.connectionId, row.resource);
      const gone = 'The connection that this was sent through no longer exists.';
      return target ?? new AppError('connection.notFound', gone);
    } catch (thrown) {
      return toAppError(thrown, 'connecting');
    }
  }

  private isRefused({ connectionId }: LedgerRow): boolean {
    return this.report.refused.some((refusal) => refusal.connectionId === connectionId);
  }

  private noteRefusal(row: LedgerRow, error: AppError): void {
    if (stopsRun(error) && !this.isRefused(row)) this.report.refused.push({ connectionId: row.connectionId, error });
  }

  /** A row of a connection that refused already stays as it is: asking again would only be refused again. */
  private leave(row: LedgerRow): undefined {
    for (const outcome of sourceOutcomes(row)) this.report.open.push({ ...outcome, status: 'inDoubt' });
  }

  private async settle(target: DeliveryTarget | undefined, ending: Ending): Promise<void> {
    if (ending.error !== undefined) this.noteRefusal(ending.row, ending.error);
    const unknown = ending.error === undefined ? {} : { error: ending.error.toJSON() };
    const outcomes: RecordOutcome[] =
      target === undefined
        ? sourceOutcomes(ending.row).map((outcome) => ({ ...outcome, status: 'inDoubt', ...unknown }))
        : earlierOutcomes(target, ending);
    await this.store.records.settle(outcomes);
    if (ending.status === 'posted' || ending.status === 'skipped') this.report.found += 1;
    else if (ending.status === 'failed') this.report.absent += 1;
    else if (ending.status === 'held') this.report.held += 1;
    else this.report.open.push(...outcomes);
    for (const outcome of outcomes) this.options.onOutcome?.(outcome);
  }

  /**
   * Outcomes are written by the batch, the ledger step by step: what was posted in the last moments of a killed run is known to
   * the ledger only. Its records get their outcomes from there.
   */
  private async complete(run: RunSummary): Promise<void> {
    const pageSize = 1_000;
    for (let offset = 0; ; offset += pageSize) {
      const { entries } = await this.store.deliveries.list({ runId: run.id }, { offset, limit: pageSize });
      await this.store.records.settle(await this.missing(run.id, entries));
      if (entries.length < pageSize) return;
    }
  }

  /** Outcomes that the ledger knows of and the records do not. A question for many rows takes no longer than one for each. */
  private async missing(runId: string, rows: readonly LedgerRow[]): Promise<RecordOutcome[]> {
    const { deliveries, records } = this.store;
    const linked = new Set((await deliveries.linked(rows)).map(placeOf));
    const keys = rows.flatMap((row) => sourceOutcomes(row).map(({ key }) => key));
    const known = new Map<string, RecordOutcome[]>();
    for (const outcome of await records.outcomes(runId, [...new Set(keys)]))
      known.set(outcome.key, [...(known.get(outcome.key) ?? []), outcome]);
    return rows.flatMap((row) => {
      const told = this.ledgerOutcomes(row, linked.has(placeOf(row)));
      return told.filter(({ key }) => !(known.get(key) ?? []).some((outcome) => tellsOf(outcome, row)));
    });
  }

  private ledgerOutcomes(row: LedgerRow, isLinked: boolean): RecordOutcome[] {
    const status = isLinked ? 'skipped' : statusOfRow(row);
    if (status === undefined) return [];
    const system = this.options.systemOf?.(row.connectionId) ?? row.connectionId;
    const target = row.targetId === undefined ? {} : { target: { ...documentOfRow(row, row.targetId), system } };
    const error = row.error === undefined ? {} : { error: row.error };
    return sourceOutcomes(row).map((outcome) => ({ ...outcome, status, ...target, ...error }));
  }

  private async close(run: RunSummary): Promise<void> {
    await this.complete(run);
    const totals = await this.store.runs.totals(run.id);
    const finishedAt = new Date(this.environment.now()).toISOString();
    const error = new AppError('run.interrupted', `The run of ${run.flowName} was cut off before it ended.`).toJSON();
    const closed: RunSummary = { ...run, ...totals, status: 'failed', finishedAt, error };
    await this.store.recorder.finish(closed);
    this.report.interrupted.push(closed);
  }
}

function statusOfRow(row: LedgerRow): RecordStatus | undefined {
  if (row.state === 'rejected') return refusedStatus(row.error ?? { kind: 'rejected' });
  return row.state === 'posted' && row.releaseState === 'failed' ? 'held' : statusOfState[row.state];
}

const statusOfState: Partial<Record<DeliveryState, RecordStatus>> = {
  posted: 'posted',
  held: 'held',
  inDoubt: 'inDoubt',
  intent: 'inDoubt',
};

const placeOf = ({ connectionId, resource, businessKey }: DeliveryKey): string =>
  JSON.stringify([connectionId, resource, businessKey]);

const documentOfRow = (row: LedgerRow, id: string) => ({
  resource: row.resource,
  id,
  ...(row.targetNumber === undefined ? {} : { number: row.targetNumber }),
  ...(row.targetStatus === undefined ? {} : { status: row.targetStatus }),
  ...(row.targetUrl === undefined ? {} : { url: row.targetUrl }),
});

/**
 * Recovers a workspace. Call it after opening the store; runs may begin meanwhile, and it may be repeated.
 * @throws AppError store.full, workspace.readOnly
 */
export const recover = (store: Store, options: RecoveryOptions): Promise<RecoveryReport> =>
  new Recovery(store, options).run();

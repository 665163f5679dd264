/**
 * Executing a plan: sources are read page by page, batches travel through the nodes, writes are planned and, unless the run is dry,
 * applied. One path for dry and posting runs. Every record read ends in exactly one status.
 */
import { AppError, toAppError } from '../model/error.ts';
import type { ProposedRow } from '../model/mapping-table.ts';
import type { SourceRecord, Value, WireRecord } from '../model/record.ts';
import type { PartialOutcome, RecordOutcome, RunEvent, RunKind, Voucher } from '../model/run.ts';
import { NodeFormulas } from '../nodes/formulas.ts';
import type { NodeContext } from '../nodes/node.ts';
import { readSetup } from '../nodes/read.ts';
import type { Approval } from './approval.ts';
import { Accounts, type Totals } from './execute-accounts.ts';
import type { RunClients } from './execute-clients.ts';
import { nodeContext } from './execute-context.ts';
import { Pipeline } from './execute-pipeline.ts';
import {
  readRequest,
  readSource,
  ScopeProgress,
  type SourceEvent,
  scopeError,
  unchangedSince,
} from './execute-read.ts';
import { Writers } from './execute-write.ts';
import type { FlowPlan, PlannedNode } from './plan.ts';
import type { Deliverer, PostedHistory, RunIdentity, RunRecorder, Watermarks } from './ports.ts';
import { watermarkNode } from './watermark.ts';
import { ReadScopes, Withdrawals } from './withdrawn.ts';

/** What executing needs. */
export interface ExecuteOptions {
  plan: FlowPlan;
  kind: RunKind;
  identity: RunIdentity;
  parameterValues: Readonly<Record<string, Value>>;
  today: string;
  clients: RunClients;
  /** Only what it shows is sent. */
  approval?: Approval;
  deliverer: Deliverer;
  recorder: RunRecorder;
  watermarks: Watermarks;
  /** What was posted before; absent where nothing is to be compared with it. */
  posted?: PostedHistory;
  /** Aborted by the host to cancel; aborted from inside where the run must stop. */
  controller: AbortController;
  now(): number;
  onEvent(event: RunEvent): void;
  onVoucher(voucher: Voucher): Promise<void>;
  /** A row that a node proposes for a mapping table. */
  onProposal?(row: ProposedRow): void;
  /** Keeps what was proposed; called once, before watermarks move. What it throws fails the run. */
  keepProposals?(): Promise<void>;
}

/** What came of it. `error` is set where the run stopped before its end. */
export interface ExecuteResult extends Totals {
  error?: AppError;
  brokenScopes: number;
}

/** Shortest time between two progress events of a node. */
const progressEveryMs = 200;

/** Runs a plan to its end, or until it is stopped. Never throws for what happens to records or systems. */
export async function execute(options: ExecuteOptions): Promise<ExecuteResult> {
  return await new Execution(options).run();
}

class Execution {
  private readonly options: ExecuteOptions;
  private readonly accounts: Accounts;
  private readonly context: NodeContext;
  private readonly progress = new Map<string, ScopeProgress>();
  private readonly withdrawals: Withdrawals;
  private readonly announced = new Map<string, number>();
  private readonly vouchers: Promise<void>[] = [];
  private brokenScopes = 0;
  private fatal: AppError | undefined;

  constructor(options: ExecuteOptions) {
    this.options = options;
    this.withdrawals = new Withdrawals(options.identity, options.posted);
    this.accounts = new Accounts(
      options.identity.runId,
      (outcome, source) => this.settled(outcome, source),
      ({ key }) => this.withdrawals.reasonFor(key),
      (outcome) => this.tellParts(outcome),
    );
    this.context = nodeContext(options.plan, {
      runId: options.identity.runId,
      signal: options.controller.signal,
      today: options.today,
      parameterValues: options.parameterValues,
      clients: options.clients,
      onProposal: (row) => options.onProposal?.(row),
    });
  }

  async run(): Promise<ExecuteResult> {
    const { plan, controller } = this.options;
    const writers = this.writers();
    const pipeline = new Pipeline(plan, this.context, this.accounts, {
      write: (nodeId, batch) => writers.push(nodeId, batch),
      progress: (nodeId) => this.announce(nodeId, pipeline),
    });
    try {
      for (const nodeId of plan.reads) {
        const planned = plan.nodes.find(({ node }) => node.id === nodeId);
        if (planned !== undefined) await this.readNode(planned, pipeline);
        await pipeline.end(nodeId);
      }
    } catch (thrown) {
      this.stop(toAppError(thrown, 'running the flow'));
    }
    await writers.idle();
    await Promise.all(this.vouchers);
    if (controller.signal.aborted || this.fatal !== undefined) {
      const error = this.fatal ?? new AppError('run.cancelled', 'The run was cancelled.');
      this.fatal = error;
      this.accounts.abandon(error.toJSON());
    } else if (this.accounts.pending > 0) {
      const error = new AppError('internal.defect', `${this.accounts.pending} records got lost between two nodes.`);
      this.fatal = error;
      this.accounts.abandon(error.toJSON());
    }
    for (const { node } of plan.nodes) this.announce(node.id, pipeline, true);
    this.options.deliverer.ended(this.options.identity);
    try {
      await this.options.keepProposals?.();
      if (this.options.kind !== 'dry') await this.moveWatermarks();
    } catch (thrown) {
      // What was posted is posted and counts; what was read is read again.
      this.fatal ??= toAppError(thrown, 'noting what was read');
    }
    const result: ExecuteResult = { ...this.accounts.totals(), brokenScopes: this.brokenScopes };
    return this.fatal === undefined ? result : { ...result, error: this.fatal };
  }

  private writers(): Writers {
    const { plan, kind, identity, approval, deliverer, clients, controller } = this.options;
    return new Writers(plan.nodes, {
      kind,
      ...(approval === undefined ? {} : { approval }),
      identity,
      deliverer,
      clients,
      parameterValues: this.options.parameterValues,
      signal: controller.signal,
      onPlanned: (planned) => {
        // Kept until the end only while unfinished: the promise removes itself.
        const done = this.options.onVoucher(planned.voucher).finally(() => {
          this.vouchers.splice(this.vouchers.indexOf(done), 1);
        });
        this.vouchers.push(done);
      },
      onSending: (record) => this.accounts.sending(record),
      onConcluded: (record, conclusion, isInLedger) => {
        this.accounts.conclude(record, conclusion, isInLedger);
        this.accounts.close(record.sources);
      },
      onFatal: (error) => this.stop(error),
    });
  }

  /** Ends the run early: the first reason counts, everything under way is told. */
  private stop(error: AppError): void {
    const { signal } = this.options.controller;
    if (error.kind === 'cancelled' && signal.aborted) return;
    this.fatal ??= error;
    this.options.controller.abort(error);
  }

  private async readNode(planned: PlannedNode, pipeline: Pipeline): Promise<void> {
    const { node, reference } = planned;
    const setup = readSetup(node);
    const resource = this.context.resource(setup.slot, setup.resource);
    if (resource === undefined) throw new AppError('flow.unknownResource', `There is no resource “${setup.resource}”.`);
    const progress = new ScopeProgress();
    if (!reference) this.progress.set(node.id, progress);
    const watermarks = reference || setup.changes === 'all' ? {} : await this.readWatermarks(node.id);
    const since = this.since(setup.since);
    const request = readRequest(resource, {
      ...(since === undefined ? {} : { since }),
      scopes: setup.scopes,
      watermarks,
    });
    const item = { fields: resource.fields };
    const passes =
      setup.where === undefined || setup.where === ''
        ? () => true
        : new NodeFormulas(this.context).condition(setup.where, 'The condition', { item });
    const scopes = new ReadScopes(request);
    const { recorder, identity, posted } = this.options;
    // Whoever reads from the beginning wants everything anew.
    const isAnew = posted === undefined || Object.keys(watermarks).length === 0;
    const unchanged = isAnew ? {} : unchangedSince(posted, identity.flowId, node.id);
    const events = scopes.note(this.context.read(setup.slot, setup.resource, { ...request, ...unchanged }));
    const known = (keys: readonly string[]) => recorder.known(identity.runId, node.id, keys);
    const source = { nodeId: node.id, resource, reference, progress, ...(reference ? {} : { known }) };
    for await (const event of readSource(events, source)) {
      if (this.options.controller.signal.aborted) return;
      if (!reference && event.kind === 'batch') await this.withdrawals.look(resource, event.records);
      await this.take(planned, event, passes, pipeline);
    }
    if (!reference) await this.settleGone(node.id, setup.slot, setup.resource, scopes);
  }

  /** Whoever reads a scope to its end also learns what is no longer there. */
  private async settleGone(nodeId: string, slot: string, resourceId: string, scopes: ReadScopes): Promise<void> {
    const { connector, client } = this.options.clients.forSlot(slot);
    const resource = connector.resources.find(({ id }) => id === resourceId);
    if (resource === undefined) return;
    const read = { system: connector.id, resource, client, scopes: scopes.done };
    for (const { source, error } of await this.withdrawals.gone(nodeId, read)) {
      const record: WireRecord = { key: source.key, value: source.value, origin: source.origin, sources: [source] };
      if (Object.keys(record.value).length > 0)
        this.options.recorder.sources(this.options.identity.runId, nodeId, [record]);
      this.accounts.open(record.sources);
      this.accounts.conclude(record, { status: 'held', nodeId, error: error.at({ nodeId }).toJSON() });
      this.accounts.close(record.sources);
    }
  }

  private async take(
    { node, reference }: PlannedNode,
    event: SourceEvent,
    passes: (item: WireRecord['value'], root: WireRecord['value']) => boolean,
    pipeline: Pipeline,
  ): Promise<void> {
    const { recorder, identity } = this.options;
    if (event.kind === 'scope-failed') {
      this.brokenScopes += 1;
      const error = scopeError(event.error, event.scope);
      this.emit({ type: 'scopeFailed', nodeId: node.id, scope: event.scope.label, error });
      return;
    }
    const records = event.kind === 'failed' ? [event.record] : event.records;
    for (const record of records) this.accounts.open(record.sources);
    if (!reference) recorder.sources(identity.runId, node.id, records);
    if (event.kind === 'failed') {
      const status = event.error.kind === 'rejected' ? 'held' : 'failed';
      await pipeline.settle(node.id, [{ record: event.record, status, error: event.error }]);
    } else {
      const wanted: WireRecord[] = [];
      for (const record of records) {
        const verdict = this.judge(record, passes);
        if (verdict === true) wanted.push(record);
        else await pipeline.settle(node.id, [{ record, ...verdict }]);
      }
      await pipeline.emit(node.id, 'out', wanted);
    }
    for (const record of records) this.accounts.close(record.sources);
    this.announce(node.id, pipeline);
  }

  private judge(
    record: WireRecord,
    passes: (item: WireRecord['value'], root: WireRecord['value']) => boolean,
  ): true | { status: 'skipped' | 'held'; note?: string; error?: AppError } {
    try {
      return (
        passes(record.value, record.value) || { status: 'skipped', note: 'Does not meet the condition of the read.' }
      );
    } catch (thrown) {
      return { status: 'held', error: toAppError(thrown, 'judging a record') };
    }
  }

  private since(text: string | undefined): string | undefined {
    if (text === undefined || text === '') return undefined;
    const value = new NodeFormulas(this.context).cell(text, '“Changed since”', { item: { fields: [] } })({}, {});
    if (typeof value !== 'string' || value === '') return undefined;
    const time = Date.parse(value);
    if (Number.isNaN(time)) throw new AppError('data.badDate', `“Changed since” is “${value}”, which is not a date.`);
    return new Date(time).toISOString();
  }

  private watermarkId(nodeId: string): string {
    return watermarkNode(this.options.plan.document, nodeId, this.options.parameterValues);
  }

  private readWatermarks(nodeId: string): Promise<Record<string, string>> {
    return this.options.watermarks.read(this.options.identity.flowId, this.watermarkId(nodeId));
  }

  private async moveWatermarks(): Promise<void> {
    if (this.fatal !== undefined) return;
    await this.options.recorder.flush();
    for (const [nodeId, progress] of this.progress)
      for (const { scope, to } of progress.watermarks())
        await this.options.watermarks.advance(this.options.identity.flowId, this.watermarkId(nodeId), scope, to);
  }

  /** Where it cannot be kept nothing more may be sent: the run stops. */
  private tellParts(outcome: PartialOutcome): void {
    try {
      this.options.recorder.parts(outcome);
    } catch (thrown) {
      this.stop(toAppError(thrown, 'keeping what became of a record'));
    }
  }

  private settled(outcome: RecordOutcome, source: SourceRecord): void {
    this.options.recorder.settle(outcome);
    this.withdrawals.forget(outcome.key);
    // What is gone has no place in the source's order of changes: it is found by reading everything again.
    if (outcome.error?.code !== 'delivery.goneFromSource') this.progress.get(source.nodeId)?.settled(outcome);
    this.emit({ type: 'recordSettled', outcome });
  }

  private announce(nodeId: string, pipeline: Pipeline, last = false): void {
    const now = this.options.now();
    if (!last && now - (this.announced.get(nodeId) ?? 0) < progressEveryMs) return;
    this.announced.set(nodeId, now);
    const counts = pipeline.counts().get(nodeId);
    if (counts !== undefined) this.emit({ type: 'nodeProgress', nodeId, ...counts, byPort: { ...counts.byPort } });
  }

  private emit(event: EventBody): void {
    const at = new Date(this.options.now()).toISOString();
    this.options.onEvent({ runId: this.options.identity.runId, at, ...event } as RunEvent);
  }
}

type EventBody = RunEvent extends infer Each ? (Each extends RunEvent ? Omit<Each, 'runId' | 'at'> : never) : never;

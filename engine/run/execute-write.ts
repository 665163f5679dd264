/** Writing: a bounded number of documents at a time per connection, planned alike in dry and posting runs, applied in the latter. */
import PQueue from 'p-queue';
import { valueAt } from '../model/business-key.ts';
import type { Resource, ResourceDeclaration } from '../model/connector.ts';
import { AppError, fromErrorData, toAppError } from '../model/error.ts';
import type { Fields, Value, WireRecord } from '../model/record.ts';
import type { RecordOutcome, RunKind } from '../model/run.ts';
import { readSetup } from '../nodes/read.ts';
import { isReleasing, type WriteConfig, writeSetup } from '../nodes/write.ts';
import { type Approval, notShown } from './approval.ts';
import { countedAmount } from './deliver-key.ts';
import type { Conclusion } from './execute-accounts.ts';
import { type BoundClient, currentRecord, type RunClients } from './execute-clients.ts';
import { filesOf } from './execute-files.ts';
import type { PlannedNode } from './plan.ts';
import type { Deliverer, DeliveryTarget, PlannedDelivery, RunIdentity, WriteIntent } from './ports.ts';
import { refusedStatus, stopsRun } from './retry.ts';

/** What writing needs of the run. */
export interface WriteOptions {
  kind: RunKind;
  identity: RunIdentity;
  /** Only what it shows is sent. */
  approval?: Approval;
  deliverer: Deliverer;
  clients: RunClients;
  /** Values of the flow parameters for this run. */
  parameterValues: Readonly<Record<string, Value>>;
  signal: AbortSignal;
  onPlanned(planned: PlannedDelivery, nodeId: string): void;
  /** Before anything of the record is sent. */
  onSending(record: WireRecord): void;
  /** `isInLedger`: the ledger tells of it as well. */
  onConcluded(record: WireRecord, conclusion: Conclusion, isInLedger: boolean): void;
  /** An error after which the run must not go on, such as refused credentials. */
  onFatal(error: AppError): void;
}

/** The write nodes of a run with their queues. */
export class Writers {
  private readonly options: WriteOptions;
  private readonly queues = new Map<string, PQueue>();
  private readonly targets = new Map<string, { target: DeliveryTarget; queue: PQueue; attachments: string }>();
  /** Slot of each read node: where the files of its records are fetched. */
  private readonly slots: ReadonlyMap<string, string>;
  /** Why nothing more is begun; what is under way is finished before the run ends for it. */
  private refusal: AppError | undefined;
  private underWay = 0;

  constructor(nodes: readonly PlannedNode[], options: WriteOptions) {
    this.options = options;
    const reads = nodes.filter(({ kind }) => kind.kind === 'read');
    this.slots = new Map(reads.map(({ node }) => [node.id, readSetup(node).slot]));
    for (const { node, kind } of nodes) {
      if (kind.kind !== 'write' || node.disabled === true) continue;
      const config = writeSetup(node);
      const target = deliveryTarget(config, options.clients, options.parameterValues);
      const queue = this.queues.get(target.connectionId) ?? new PQueue({ concurrency: config.concurrency });
      queue.concurrency = Math.min(queue.concurrency, config.concurrency);
      this.queues.set(target.connectionId, queue);
      this.targets.set(node.id, { target, queue, attachments: config.attachments });
    }
  }

  /** Takes a batch; returns when the queue has room for the next one. */
  async push(nodeId: string, batch: readonly WireRecord[]): Promise<void> {
    const found = this.targets.get(nodeId);
    if (found === undefined)
      throw new AppError('internal.defect', `The node “${nodeId}” is no write node of this run.`);
    const { queue, target, attachments } = found;
    for (const record of batch) {
      await queue.onSizeLessThan(queue.concurrency * 2);
      // The queue's promise never rejects: `deliver` concludes every record whatever happens.
      void queue.add(() => this.deliver(nodeId, target, record, attachments));
    }
  }

  private sourceOf(readNodeId: string): BoundClient | undefined {
    const slot = this.slots.get(readNodeId);
    return slot === undefined ? undefined : this.options.clients.forSlot(slot);
  }

  /** Waits until everything is written. */
  async idle(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.onIdle()));
  }

  private async deliver(
    nodeId: string,
    target: DeliveryTarget,
    record: WireRecord,
    attachments: string,
  ): Promise<void> {
    const { options } = this;
    if (options.signal.aborted || this.refusal !== undefined) {
      options.onConcluded(record, { status: 'read', nodeId, error: stopped().toJSON() }, false);
      return;
    }
    this.underWay += 1;
    try {
      const { conclusion, isInLedger } = await currentRecord.run(record.key, () =>
        this.write(nodeId, target, record, attachments),
      );
      options.onConcluded(record, conclusion, isInLedger);
      if (conclusion.error !== undefined && stopsRun(conclusion.error))
        this.refusal ??= fromErrorData(conclusion.error);
    } catch (thrown) {
      const error = toAppError(thrown, `posting ${record.origin.label ?? record.key}`).at({
        nodeId,
        recordKey: record.key,
      });
      options.onConcluded(record, { status: refusedStatus(error), nodeId, error: error.toJSON() }, false);
      if (stopsRun(error) || error.kind === 'defect') options.onFatal(error);
    } finally {
      this.underWay -= 1;
      if (this.refusal !== undefined && this.underWay === 0) options.onFatal(this.refusal);
    }
  }

  private async write(
    nodeId: string,
    target: DeliveryTarget,
    record: WireRecord,
    attachments: string,
  ): Promise<{ conclusion: Conclusion; isInLedger: boolean }> {
    const { identity, deliverer, signal, kind, approval, onPlanned, onSending } = this.options;
    const unsent = (conclusion: Conclusion) => ({ conclusion, isInLedger: false });
    const files = filesOf(record, attachments, (read) => this.sourceOf(read));
    const intent = { ...intentOf(nodeId, target.resource, record), ...(files.length === 0 ? {} : { files }) };
    const planned = await deliverer.plan(identity, target, intent, signal);
    onPlanned(planned, nodeId);
    const { settled } = planned;
    if (settled !== undefined) {
      const isLeft = kind !== 'dry' && settled.status === 'skipped' && files.length > 0;
      // A document that needs nothing else may still lack files, and those are sent as well.
      if (isLeft && approval?.covers(planned.voucher) === false) {
        const note = `${settled.note ?? ''} Its files were not in the approved posting sheet: the next one shows them.`;
        return unsent(conclusionOf({ ...settled, note: note.trim(), unfinished: true }, nodeId));
      }
      const completed = isLeft
        ? await deliverer.complete?.(identity, target, { ...planned, settled }, signal)
        : undefined;
      return unsent(conclusionOf(completed ?? settled, nodeId));
    }
    const waiting = { status: 'awaitingApproval' as const, nodeId, businessKey: planned.voucher.businessKey };
    if (kind === 'dry') return unsent(waiting);
    if (approval !== undefined && !approval.covers(planned.voucher)) {
      const error = notShown(planned.voucher).at({ nodeId, recordKey: record.key });
      return unsent({ ...waiting, error: error.toJSON() });
    }
    onSending(record);
    return {
      conclusion: conclusionOf(await deliverer.apply(identity, target, planned, signal), nodeId),
      isInLedger: true,
    };
  }
}

const stopped = (): AppError => new AppError('run.cancelled', 'The run was stopped before this record was posted.');

function conclusionOf(outcome: RecordOutcome, nodeId: string): Conclusion {
  const { status, error, note, target, businessKey, unfinished } = outcome;
  return {
    status,
    nodeId,
    ...(error === undefined ? {} : { error }),
    ...(note === undefined ? {} : { note }),
    ...(target === undefined ? {} : { target }),
    ...(businessKey === undefined ? {} : { businessKey }),
    ...(unfinished === undefined ? {} : { unfinished }),
  };
}

function deliveryTarget(
  config: WriteConfig,
  clients: RunClients,
  parameters: Readonly<Record<string, Value>>,
): DeliveryTarget {
  const { connector, connection, client } = clients.forSlot(config.slot);
  const resource: Resource<unknown> | undefined = connector.resources.find(
    (candidate) => candidate.id === config.resource,
  );
  if (resource === undefined)
    throw new AppError('flow.unknownResource', `${connector.title} has no resource “${config.resource}”.`);
  const defaults = Object.fromEntries((resource.options ?? []).map((option) => [option.name, option.default]));
  return {
    connector,
    resource,
    client,
    connectionId: connection.id,
    connectionName: connection.name,
    mode: config.mode,
    release: isReleasing(config, parameters),
    options: { ...defaults, ...config.options },
  };
}

/** What is to be written, with what it was made of. */
function intentOf(nodeId: string, resource: ResourceDeclaration, record: WireRecord): WriteIntent {
  const sources = record.sources ?? [];
  const [only, ...others] = sources;
  const source: Fields =
    only !== undefined && others.length === 0 ? only.value : { records: sources.map((each) => each.value) };
  const amount = countedAmount(resource, record.value) ?? (others.length === 0 ? only?.amount : undefined);
  const currency = documentCurrency(resource, record.value) ?? only?.currency;
  const scope = record.origin.scope;
  return {
    record,
    nodeId,
    value: record.value,
    source,
    mappingRows: record.mappingRows ?? [],
    ...(scope === undefined || resource.scope !== 'project' ? {} : { scope }),
    ...(amount === undefined ? {} : { amount }),
    ...(currency === undefined ? {} : { currency }),
  };
}

function documentCurrency(resource: ResourceDeclaration, value: Fields): string | undefined {
  const field = resource.amount?.currencyField;
  const currency = field === undefined ? undefined : valueAt(value, field);
  return typeof currency === 'string' && currency !== '' ? currency : undefined;
}

/** What executing a run needs from the store and from delivery. The store implements these; tests may hand in simpler ones. */
import type { Connector, Exchange, FileReference, RemoteFile, Resource, WriteOptions } from '../model/connector.ts';
import type { AppErrorData } from '../model/error.ts';
import type { FlowDocument } from '../model/flow.ts';
import type { Fields, Origin, Scope, WireRecord } from '../model/record.ts';
import type { DeliveryState, PartialOutcome, RecordOutcome, RunEvent, RunSummary, Voucher } from '../model/run.ts';

/** A file of a source record that shall be at the document. */
export interface FileWish {
  /** System and id, such as `procore/4711`: what makes it the same file another time. */
  source: string;
  reference: FileReference;
  /** @throws AppError data.*, remote.*, run.cancelled */
  fetch(signal: AbortSignal): Promise<RemoteFile>;
}

/** A write that the flow asks for. */
export interface WriteIntent {
  record: WireRecord;
  nodeId: string;
  /** What is to be written, in the target's own field names. */
  value: Fields;
  scope?: Scope;
  /** Payload of the source record as read, for replay and explanation. */
  source: Fields;
  amount?: string;
  currency?: string;
  /** Mapping rows used, as `table@version:row`. */
  mappingRows: readonly string[];
  /** Files to attach once the document stands. */
  files?: readonly FileWish[];
}

/** Where and how a write node delivers. */
export interface DeliveryTarget<Client = unknown> {
  connector: Connector<Client>;
  resource: Resource<Client>;
  client: Client;
  connectionId: string;
  connectionName: string;
  mode: 'create' | 'upsert';
  /** Release after create, as a second effect. */
  release: boolean;
  options: WriteOptions;
}

/** What running a flow knows about itself; goes into ledger and audit chain. */
export interface RunIdentity {
  runId: string;
  flowId: string;
  flowVersion: number;
  tableVersions: Readonly<Record<string, number>>;
  startedBy: string;
}

/**
 * Writes with exactly-once effect. `plan` asks the ledger (and, when `lookup`, the target) without writing anything and is all a
 * dry run calls; `apply` commits the intent, sends, verifies and records. Both take what the other made, so there is one path.
 */
export interface Deliverer {
  plan(
    identity: RunIdentity,
    target: DeliveryTarget,
    intent: WriteIntent,
    signal: AbortSignal,
  ): Promise<PlannedDelivery>;
  apply(
    identity: RunIdentity,
    target: DeliveryTarget,
    planned: PlannedDelivery,
    signal: AbortSignal,
  ): Promise<RecordOutcome>;
  /** Attaches what is still missing at a document that needs nothing else; the outcome is the planned one with remarks. */
  complete?(
    identity: RunIdentity,
    target: DeliveryTarget,
    planned: PlannedDelivery & { settled: RecordOutcome },
    signal: AbortSignal,
  ): Promise<RecordOutcome>;
  /** The run is over: what was kept for it may go. */
  ended(identity: RunIdentity): void;
}

/** A write as planned: the voucher to show and what apply needs. */
export interface PlannedDelivery {
  intent: WriteIntent;
  voucher: Voucher;
  contentHash: string;
  /** Set when there is nothing to send: unchanged, held, or refused before sending. */
  settled?: RecordOutcome;
}

/** A row of the delivery ledger. */
export interface DeliveryRow {
  connectionId: string;
  resource: string;
  businessKey: string;
  state: DeliveryState;
  contentHash: string;
  recordKey: string;
  flowId: string;
  runId: string;
  targetId?: string;
  targetNumber?: string;
  targetStatus?: string;
  releaseState?: 'none' | 'wanted' | 'intent' | 'released' | 'failed';
  amount?: string;
  currency?: string;
  attempts: number;
  error?: AppErrorData;
  updatedAt: string;
}

/** Takes what happens in a run. Everything but delivery intents is written in batches; `flush` makes it durable. */
export interface RunRecorder {
  /** `document` is the flow as run, kept for explanation and replay. */
  start(run: RunSummary, document?: FlowDocument): Promise<void>;
  /** Source payloads as read, before any node; needed for replay. */
  sources(runId: string, nodeId: string, records: readonly WireRecord[]): void;
  /** Which of these keys `sources` was told of before, for this run and node. */
  known(runId: string, nodeId: string, keys: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Takes what became of parts of a record of which another part is about to be sent or was sent, as far as the ledger does not know
   * it. Durable when it returns: a run that is cut off before the outcome of the record can tell the truth of it.
   */
  parts(outcome: PartialOutcome): void;
  settle(outcome: RecordOutcome): void;
  exchange(runId: string, recordKey: string | undefined, exchange: Exchange): void;
  event(event: RunEvent): void;
  vouchers(runId: string, vouchers: readonly Voucher[]): void;
  flush(): Promise<void>;
  finish(run: RunSummary): Promise<void>;
}

/** A source record that a run of the flow posted, as it was then. */
export interface PostedRecord {
  key: string;
  origin: Origin;
  /** The payload. Absent once retention removed it. */
  value?: Fields;
  amount?: string;
  currency?: string;
  /** Number of the document in the target. */
  number?: string;
}

/** A scope that was read to its end: all of it, or what changed since an instant. */
export interface ReadScope {
  id: string;
  since?: string;
}

/** What earlier runs of a flow posted, so that nothing of it is withdrawn without notice. */
export interface PostedHistory {
  /** Of these records those that were posted, each as it was the last time. */
  of(flowId: string, keys: readonly string[]): Promise<PostedRecord[]>;
  /**
   * What the node read of these records in the last run of the flow that had them, if that run posted or skipped them; without those
   * whose payload retention removed. Absent: sources are read anew.
   */
  lastRead?(flowId: string, nodeId: string, keys: readonly string[]): Promise<{ origin: Origin; value: Fields }[]>;
  /**
   * Posted records of a source resource that this run has not read at the node, in the scopes given; where only changes since an
   * instant were read, those that had changed after it when they were posted, or were told to be gone before and not replayed since. Absent: the run does not read the source itself.
   */
  unread?(
    flowId: string,
    read: { runId: string; nodeId: string; system: string; resource: string; scopes: readonly ReadScope[] },
  ): Promise<PostedRecord[]>;
}

/** Last point fully read per flow, source node and scope. */
export interface Watermarks {
  read(flowId: string, nodeId: string): Promise<Record<string, string>>;
  advance(flowId: string, nodeId: string, scope: string, to: string): Promise<void>;
}

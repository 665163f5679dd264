/** Runs, records, deliveries and their events. Words and statuses are those of the product conventions. */
import type { AppErrorData } from './error.ts';
import type { Fields, Origin } from './record.ts';

export const recordStatuses = [
  'read',
  'skipped',
  'held',
  'awaitingApproval',
  'sending',
  'posted',
  'inDoubt',
  'failed',
  'ignored',
] as const;
/** Every record ends in exactly one; only `posted` counts in posted totals. */
export type RecordStatus = (typeof recordStatuses)[number];

/** All statuses in the order of lists: what needs a person stands first. */
export const urgentFirst: readonly RecordStatus[] = [
  'inDoubt',
  'failed',
  'held',
  'awaitingApproval',
  'sending',
  'posted',
  'skipped',
  'ignored',
  'read',
];

export const runStatuses = [
  'queued',
  'running',
  'waiting',
  'succeeded',
  'partlySucceeded',
  'failed',
  'cancelled',
] as const;
/** A run with any failed or held record is never `succeeded`. */
export type RunStatus = (typeof runStatuses)[number];

export const runKinds = ['dry', 'post', 'replay', 'scheduled'] as const;
export type RunKind = (typeof runKinds)[number];

/** Records by final status; they add up to `total`. */
export type RecordCounts = Record<RecordStatus, number> & { total: number };

/** A run as lists show it. Amounts are decimal strings by currency. */
export interface RunSummary {
  id: string;
  flowId: string;
  flowName: string;
  flowVersion: number;
  kind: RunKind;
  status: RunStatus;
  startedAt: string;
  finishedAt?: string;
  startedBy: string;
  counts: RecordCounts;
  amounts: Partial<Record<RecordStatus, Record<string, string>>>;
  error?: AppErrorData;
  /** Published version of each mapping table used. */
  tableVersions: Record<string, number>;
  /** What the run was made of. Absent for runs of an older Costwire. */
  basis?: RunBasis;
}

/** Hashes of what decides what a run posts: a posting sheet holds as long as all are the same. */
export interface RunBasis {
  /** Nodes, wires, slots and parameters; not names, notes or layout. */
  flow: string;
  /** Connections by slot: which, with address and company. */
  connections: string;
  /** Values of the parameters. */
  parameters: string;
  /** Versions of the mapping tables. */
  tables: string;
}

/** What became of a record, in one row. */
export interface RecordOutcome {
  runId: string;
  key: string;
  status: RecordStatus;
  nodeId: string;
  origin: Origin;
  /** Business key in the target, such as vendor + invoice number, where known. */
  businessKey?: string;
  amount?: string;
  currency?: string;
  /** Why, for everything that is not posted. */
  error?: AppErrorData;
  /** Document in the target. */
  target?: { system: string; resource: string; id: string; number?: string; status?: string; url?: string };
  /** Remarks such as "unchanged since it was posted". */
  note?: string;
  /** Something that does not keep the record from being final is still to do, such as a file to attach: the next run reads it again. */
  unfinished?: true;
  /** What became of each, where several documents were made of the record; the outcome itself is what they come to. */
  parts?: OutcomePart[];
}

/** What became of one document made of a record. */
export type OutcomePart = Pick<RecordOutcome, 'status' | 'nodeId'> &
  Partial<Pick<RecordOutcome, 'error' | 'note' | 'target' | 'businessKey' | 'unfinished'>>;

/** What became so far of a record of which not everything is known yet. */
export type PartialOutcome = Pick<RecordOutcome, 'runId' | 'key' | 'origin' | 'amount' | 'currency'> & {
  parts: readonly [OutcomePart, ...OutcomePart[]];
};

export const deliveryStates = ['planned', 'approved', 'intent', 'posted', 'rejected', 'inDoubt', 'held'] as const;
/** States of a delivery row; unique on connection, resource and business key. */
export type DeliveryState = (typeof deliveryStates)[number];

/** One voucher of a posting sheet: a document as it would be posted. */
export interface Voucher {
  key: string;
  origin: Origin;
  target: { system: string; resource: string; connection: string };
  businessKey: string;
  /** What would happen: the verb of the posting sheet. */
  action: 'create' | 'update' | 'skip' | 'hold';
  reason?: string;
  documentType?: string;
  vendor?: string;
  vendorName?: string;
  number?: string;
  date?: string;
  currency: string;
  amount: string;
  lines: VoucherLine[];
  /** How many files would be attached. */
  attachments?: number;
  /** The exact content that would be sent. */
  value: Fields;
}

/** One line of a voucher. */
export interface VoucherLine {
  account?: string;
  accountName?: string;
  project?: string;
  description?: string;
  amount: string;
  dimensions: Record<string, string>;
}

/** Vouchers with totals, awaiting approval. */
export interface PostingSheet {
  runId: string;
  flowId: string;
  vouchers: Voucher[];
  /** How many further vouchers are not listed here; totals and hash are over all. Absent: none. */
  omitted?: number;
  totals: {
    byCurrency: Record<string, { count: number; amount: string }>;
    byAccount: { account: string; name?: string; currency: string; amount: string }[];
    byProject: { project: string; currency: string; amount: string }[];
  };
  /** Hash over all vouchers, also those not listed: what an approval binds to. */
  hash: string;
}

/** What a run tells its listeners: canvas, command line and history. */
export type RunEvent = { runId: string; at: string } & (
  | { type: 'started'; run: RunSummary }
  | { type: 'nodeProgress'; nodeId: string; in: number; out: number; byPort: Record<string, number> }
  | { type: 'recordSettled'; outcome: RecordOutcome }
  | { type: 'scopeFailed'; nodeId: string; scope: string; error: AppErrorData }
  | { type: 'waiting'; nodeId?: string; system: string; reason: string; waitMs: number; detail: string }
  | { type: 'resumed'; nodeId?: string; system: string }
  | { type: 'finished'; run: RunSummary }
);

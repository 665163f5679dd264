/** Runs and the records that passed through them. */
import { z } from 'zod';
import type { Exchange } from '../../model/connector.ts';
import type { ReasonClass } from '../../model/error.ts';
import { flowSchema } from '../../model/flow.ts';
import type { Fields } from '../../model/record.ts';
import {
  type PostingSheet,
  type RecordOutcome,
  type RecordStatus,
  type RunEvent,
  type RunSummary,
  recordStatuses,
  runKinds,
  runStatuses,
  type Voucher,
} from '../../model/run.ts';
import { type Amounts, id, output, procedure, shortText, stream } from './base.ts';
import { bindingsSchema } from './flow.ts';

/** A record as history lists it. */
export interface RecordListItem extends RecordOutcome {
  at: string;
  flowId: string;
  flowName: string;
}

/** One thing that happened to a record. Requests and answers are masked. */
export interface TimelineEntry {
  at: string;
  title: string;
  detail?: string;
  nodeId?: string;
  status?: RecordStatus;
  exchange?: Exchange;
}

/** Everything known of one record in one run. */
export interface RecordDetail {
  outcome: RecordListItem;
  /** As read from the source. */
  source?: Fields;
  voucher?: Voucher;
  timeline: TimelineEntry[];
  /** The same source record in other runs, newest first. */
  elsewhere: RecordListItem[];
}

/** Totals of a filtered list, over all of its rows and not only the page. */
export interface RecordTotals {
  count: number;
  byStatus: Partial<Record<RecordStatus, { count: number; amounts: Amounts }>>;
}

/** A page of a run's records; `next` is where the following one goes on, absent behind the last. */
export interface RecordPageView {
  records: RecordListItem[];
  next?: { status: RecordStatus; id: number };
}

/** Records that are held, failed or in doubt for one reason. Amounts by currency. */
export interface ReasonGroup {
  status: RecordStatus;
  reason: ReasonClass;
  code: string;
  count: number;
  amounts: Amounts;
}

/** A field of a source record that may be changed before a replay. `path` is dotted. */
export interface ReplayField {
  path: string;
  label: string;
  value: string;
}

/** Most records that are chosen one by one. */
export const mostReplayKeys = 20_000;

/** Which records to replay how; without keys all that are held, failed or in doubt. */
export const replaySchema = z.object({
  kind: z.enum(['dry', 'post']),
  runId: id,
  keys: z.array(z.string().min(1).max(500)).min(1).max(mostReplayKeys).optional(),
  /** The flow and the mapping tables as they were in that run, or as a posting run takes them now. */
  flow: z.enum(['then', 'now']),
  tables: z.enum(['then', 'now']),
  overrides: z
    .array(
      z.object({
        recordKey: z.string().min(1).max(500),
        field: z.string().min(1).max(200),
        after: z.string().max(10_000),
      }),
    )
    .max(500)
    .default([]),
  /** Why fields are changed; goes into the audit chain with the person's name. */
  why: shortText.default(''),
  /** The posting sheet as the person saw it; needed to post. */
  sheet: z.object({ runId: id, hash: z.string().min(1).max(200) }).optional(),
});

const page = { limit: z.number().int().min(1).max(1000).default(200), offset: z.number().int().min(0).default(0) };

/** `run.*` */
export const runContract = {
  /**
   * Starts a run and answers at once; follow it with `watch`. A dry run takes the document as it stands on the canvas; a posting
   * run takes the published version, or the saved file where nothing was published, and sends only what the posting sheet shows:
   * anything else awaits approval.
   * @throws approval.required without a posting sheet, approval.stale where it is not of this flow, these connections, parameters
   *   and tables, or older than a day; flow.* where the flow has blocking problems, workspace.conflict where a run of the flow is under way
   */
  start: procedure
    .input(
      z.discriminatedUnion('kind', [
        z.object({
          kind: z.literal('dry'),
          flowId: id,
          document: flowSchema.optional(),
          bindings: bindingsSchema.optional(),
        }),
        z.object({
          kind: z.literal('post'),
          flowId: id,
          /** The posting sheet as the person saw it: its dry run and its hash. Without one the run is refused. */
          sheet: z.object({ runId: id, hash: z.string().min(1).max(200) }).optional(),
        }),
      ]),
    )
    .output(output<RunSummary>()),
  /**
   * Processes chosen records of a run again as they were read, and answers when it has begun; follow it with `watch`. `dry` ends at
   * the posting sheet; `post` sends only what that sheet shows. What the ledger holds as posted is never posted again.
   * @throws approval.required without a posting sheet, approval.stale; replay.* where it cannot be prepared; workspace.conflict
   */
  replay: procedure.input(replaySchema).output(output<RunSummary>()),
  /** What is open in a run by reason, with counts and amounts. */
  reasons: procedure.input(z.object({ runId: id })).output(output<ReasonGroup[]>()),
  /** The fields of a record that may be changed before it is replayed, as they were read. */
  replayFields: procedure
    .input(z.object({ runId: id, key: z.string().min(1).max(500) }))
    .output(output<ReplayField[]>()),
  /** Events of a run from its beginning, then live; ends after `finished`. A run of the past answers with `finished` only. */
  watch: procedure.input(z.object({ runId: id })).output(stream<RunEvent>()),
  cancel: procedure.input(z.object({ runId: id })).output(output<void>()),
  list: procedure
    .input(
      z.object({
        flowId: id.optional(),
        kinds: z.array(z.enum(runKinds)).optional(),
        statuses: z.array(z.enum(runStatuses)).optional(),
        ...page,
      }),
    )
    .output(output<{ runs: RunSummary[]; total: number }>()),
  get: procedure.input(z.object({ runId: id })).output(output<RunSummary>()),
  /** The document the run used, for the overlay on the canvas. Absent where it was not kept. */
  document: procedure.input(z.object({ runId: id })).output(output<{ document?: z.infer<typeof flowSchema> }>()),
  postingSheet: procedure.input(z.object({ runId: id })).output(output<PostingSheet>()),
  /** Runs under way now. */
  active: procedure.output(output<RunSummary[]>()),
};

/** `record.*` */
export const recordContract = {
  search: procedure
    .input(
      z.object({
        text: shortText.optional(),
        flowId: id.optional(),
        runId: id.optional(),
        nodeId: id.optional(),
        statuses: z.array(z.enum(recordStatuses)).optional(),
        /** ISO instants. */
        from: z.string().optional(),
        to: z.string().optional(),
        /** Without totals by status, for the pages behind the first. */
        totals: z.boolean().default(true),
        ...page,
      }),
    )
    .output(output<{ records: RecordListItem[]; totals: RecordTotals }>()),
  /** A run's records, what needs a person first, then newest first; a page goes on after the one before. */
  page: procedure
    .input(
      z.object({
        runId: id,
        limit: z.number().int().min(1).max(1000).default(200),
        after: z.object({ status: z.enum(recordStatuses), id: z.number().int() }).optional(),
      }),
    )
    .output(output<RecordPageView>()),
  totals: procedure.input(z.object({ runId: id })).output(output<RecordTotals>()),
  get: procedure.input(z.object({ runId: id, key: z.string().min(1) })).output(output<RecordDetail>()),
};

/** Flows: files, drafts, versions, checks and samples. */
import { z } from 'zod';
import type { AppErrorData } from '../../model/error.ts';
import { type FlowDocument, flowSchema, type Problem } from '../../model/flow.ts';
import type { Fields, RecordSchema, WireRecord } from '../../model/record.ts';
import type { RecordOutcome, RecordStatus, RunSummary, Voucher } from '../../model/run.ts';
import { type Amounts, fileText, id, nameText, output, procedure, shortText, stream } from './base.ts';

/** A row of the flows list. */
export interface FlowListItem {
  id: string;
  name: string;
  description?: string;
  fileName: string;
  revision: string;
  modifiedAt: string;
  /** Number of the newest published version; 0: never published. */
  version: number;
  /** Written by a newer Costwire. */
  readOnly: boolean;
  /** An autosaved draft is newer than the file. */
  hasDraft: boolean;
  /** Connectors by slot order, for icons. */
  connectors: string[];
  /** Slots without a connection. */
  unboundSlots: string[];
  /** The newest run, of any kind. */
  lastRun?: RunSummary;
  /** What the newest posting run left for a person to decide. */
  needsYou: {
    counts: Partial<Record<RecordStatus, number>>;
    amounts: Partial<Record<RecordStatus, Amounts>>;
  };
}

/** A flow file that cannot be opened. */
export interface BrokenFlow {
  fileName: string;
  error: AppErrorData;
}

/** A flow as opened. */
export interface FlowView {
  document: FlowDocument;
  /** Names the state of the file; a save hands it back. */
  revision: string;
  fileName: string;
  modifiedAt: string;
  readOnly: boolean;
}

/** The answer to a save. When the file changed meanwhile nothing is stored and both versions come back. */
export type FlowSaveAnswer =
  | { saved: true; file: FlowView }
  /** `theirs` is absent where the flow was deleted meanwhile. */
  | { saved: false; mine: FlowDocument; theirs?: FlowView };

/** An autosaved state. */
export interface FlowDraftInfo {
  id: string;
  savedAt: string;
  baseRevision: string;
}

/** What the workspace adds to a flow: slot → connection id, parameter → value. */
export const bindingsSchema = z.object({
  slots: z.record(z.string(), z.string()),
  parameters: z.record(z.string(), z.union([z.string(), z.boolean(), z.null()])),
});
export type FlowBindingsView = z.infer<typeof bindingsSchema>;

/** A published version. */
export interface FlowVersionInfo {
  version: number;
  note: string;
  by: string;
  at: string;
}

/** A flow in the trash. */
export interface TrashedFlowInfo {
  trashName: string;
  name: string;
  deletedAt: string;
}

/** What the checker knows of a document: problems, and the record schema at every port, keyed `node.port`. */
export interface FlowCheck {
  problems: Problem[];
  inputs: Record<string, RecordSchema>;
  outputs: Record<string, RecordSchema>;
}

/** Real records (at most five per source) and what the flow makes of them. Nothing is posted. */
export interface FlowSample {
  /** Records that left each port, keyed `node.port`. */
  outputs: Record<string, WireRecord[]>;
  /** Records that ended on the way, with the reason. */
  settled: RecordOutcome[];
  /** What would be posted. */
  vouchers: Voucher[];
  /** Sources that could not be read. */
  failures: { nodeId: string; error: AppErrorData }[];
  fetchedAt: string;
}

/**
 * A change of a flow file on disk, also by other programs; compare `revision` with your own before asking the user. The first is
 * `watching`.
 */
export interface FlowFileChange {
  kind: 'watching' | 'added' | 'changed' | 'removed' | 'broken';
  fileName: string;
  flowId?: string;
  revision?: string;
}

const ofFlow = z.object({ id });
const pinnedRecord = z.object({
  key: z.string(),
  value: z.custom<Fields>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  origin: z.object({ system: z.string(), resource: z.string(), id: z.string(), label: z.string().optional() }),
});

/** `flow.*` */
export const flowContract = {
  list: procedure.output(output<{ flows: FlowListItem[]; broken: BrokenFlow[] }>()),
  get: procedure
    .input(ofFlow)
    .output(
      output<
        FlowView & { bindings: FlowBindingsView; draft?: FlowDraftInfo & { document: FlowDocument }; version: number }
      >(),
    ),
  /** Makes an empty flow, or one from a document (a fresh id is given where it is taken). */
  create: procedure.input(z.object({ name: nameText, document: flowSchema.optional() })).output(output<FlowView>()),
  save: procedure.input(z.object({ document: flowSchema, revision: z.string() })).output(output<FlowSaveAnswer>()),
  /** Autosave: keeps the last fifty, never touches the file. */
  saveDraft: procedure
    .input(z.object({ document: flowSchema, baseRevision: z.string() }))
    .output(output<FlowDraftInfo>()),
  drafts: procedure.input(ofFlow).output(output<FlowDraftInfo[]>()),
  draft: procedure.input(z.object({ id, draftId: id })).output(output<FlowDocument>()),
  /** The steps that undo can take back, as the renderer wrote them; null where none were kept. */
  undoSteps: procedure.input(ofFlow).output(output<string | null>()),
  /** Keeps the steps with the drafts, so that undo works after a restart and at another address. */
  keepUndoSteps: procedure.input(z.object({ id, text: z.string().max(500_000) })).output(output<void>()),
  discardDrafts: procedure.input(ofFlow).output(output<void>()),
  /** Freezes the saved state as the next version. @throws workspace.conflict where the file is not at `revision`. */
  publish: procedure
    .input(z.object({ id, revision: z.string(), note: shortText.default('') }))
    .output(output<FlowView>()),
  versions: procedure.input(ofFlow).output(output<FlowVersionInfo[]>()),
  version: procedure.input(z.object({ id, version: z.number().int().positive() })).output(output<FlowDocument>()),
  duplicate: procedure.input(z.object({ id, name: nameText })).output(output<FlowView>()),
  rename: procedure.input(z.object({ id, name: nameText })).output(output<FlowView>()),
  remove: procedure.input(ofFlow).output(output<{ trashName: string }>()),
  trash: procedure.output(output<TrashedFlowInfo[]>()),
  restore: procedure.input(z.object({ trashName: z.string().min(1).max(300) })).output(output<FlowView>()),
  /** Takes a flow file in; the id is kept where it is free. */
  import: procedure.input(z.object({ text: fileText })).output(output<FlowView>()),
  bindings: procedure.input(ofFlow).output(output<FlowBindingsView>()),
  setBindings: procedure.input(bindingsSchema.extend({ id })).output(output<FlowBindingsView>()),
  /** Judges a document as it stands on the canvas, saved or not. */
  check: procedure
    .input(z.object({ document: flowSchema, bindings: bindingsSchema.optional() }))
    .output(output<FlowCheck>()),
  /** Runs a few real (or pinned) records through a document as it stands on the canvas, dry. */
  sample: procedure
    .input(
      z.object({
        document: flowSchema,
        bindings: bindingsSchema.optional(),
        limit: z.number().int().min(1).max(5).default(5),
        /** Records to use instead of reading, by source node. */
        pinned: z.record(z.string(), z.array(pinnedRecord).max(50)).optional(),
      }),
    )
    .output(output<FlowSample>()),
  watch: procedure.output(stream<FlowFileChange>()),
};

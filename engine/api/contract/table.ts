/** Mapping tables: drafts, published versions, import with a diff, proposals of runs, unmapped codes. */
import { z } from 'zod';
import type { AppErrorData } from '../../model/error.ts';
import type { Problem } from '../../model/flow.ts';
import {
  type MappingRow,
  type MappingTableSchema,
  mappingRowSchema,
  tableSchemaSchema,
} from '../../model/mapping-table.ts';
import type { RunSummary } from '../../model/run.ts';
import { type Amounts, type FileAnswer, fileBytes, id, nameText, output, procedure } from './base.ts';

/** A row of the tables list. */
export interface TableListItem {
  id: string;
  name: string;
  /** Newest published version; 0: never published. */
  version: number;
  rows: number;
  publishedAt?: string;
  /** Rows were edited and not published; proposals are counted apart. */
  hasDraft: boolean;
  /** Rows that runs proposed and nobody has decided on. */
  proposals: number;
  usedBy: { flowId: string; flowName: string }[];
}

/** A table with its rows: a version, or the draft without the proposals that wait for a person. */
export interface TableView {
  schema: MappingTableSchema;
  rows: MappingRow[];
  /** Version these rows are; for the draft the version it began with. */
  version: number;
  draft: boolean;
  problems: Problem[];
  /** What these rows are, as one text: handed back when they are changed, so that nobody overwrites what another saved. */
  revision: string;
  /** Rows that runs proposed and nobody has decided on. */
  proposals: number;
}

/** A row that a run proposed, with what is known of where it came from. */
export interface ProposalView {
  row: MappingRow;
  /** The newest run whose record waits for this row; absent where none of the newest runs has one. */
  run?: Pick<RunSummary, 'id' | 'flowName' | 'kind' | 'startedAt'>;
  /** Why it was proposed, as the record says. */
  reason?: string;
  /** What the same runs would link the same keys to instead. */
  others: { targets: string[]; reason: string }[];
}

/** Proposals of a table. */
export interface ProposalsView {
  schema: MappingTableSchema;
  /** Newest published version; 0: never published. */
  version: number;
  proposals: ProposalView[];
}

/** What became of a decision. */
export interface DecisionView {
  /** The version that was published. */
  version: number;
  /** Ids of the rows decided on. */
  ids: string[];
  /** Proposals that still wait. */
  open: number;
}

/** What an import or a publication changes. */
export interface TableDiff {
  added: MappingRow[];
  changed: { before: MappingRow; after: MappingRow }[];
  removed: MappingRow[];
  unchanged: number;
  /** Rows of the file that cannot be taken, by line of the file. */
  rejected: { line: number; reason: string; hint: string }[];
  /** Rows that contradict each other once the file is taken in. */
  problems: Problem[];
}

/** A published version. */
export interface TableVersionInfo {
  version: number;
  publishedAt: string;
  publishedBy: string;
  rows: number;
}

/** A code of a target system, with its name there. */
export interface TargetCode {
  code: string;
  name: string;
  /** False where the system has it and does not take it any more. */
  usable: boolean;
}

/** What the column of a table may hold, as the target system says. */
export interface CodeList {
  /** Name of the target column. */
  column: string;
  /** The connection that was asked, and what it calls the list. */
  connection: string;
  title: string;
  /** When it was read, ISO instant. */
  readAt: string;
  codes: TargetCode[];
  /** Why it could not be read; `codes` is empty then. */
  error?: AppErrorData;
}

/** A code that was met without a row, with the money it holds up. */
export interface UnmappedCode {
  keys: string[];
  records: number;
  amounts: Amounts;
  lastSeenAt: string;
}

const version = z.number().int().positive();
const rows = z.array(mappingRowSchema).max(200_000);
/** The state a change begins with. @throws workspace.conflict where the table is another by now; absent: whatever it is. */
const revision = z.string().max(200).optional();
/** Most proposals that are decided on at once. */
export const mostDecisions = 20_000;
const seen = z
  .array(z.object({ id, targets: z.array(z.string()) }))
  .min(1)
  .max(mostDecisions);

/** `table.*` */
export const tableContract = {
  list: procedure.output(output<TableListItem[]>()),
  /** A version, or without one the draft where there is one, else the newest version. */
  get: procedure.input(z.object({ id, version: version.optional() })).output(output<TableView>()),
  create: procedure.input(z.object({ schema: tableSchemaSchema })).output(output<TableView>()),
  /** Saves rows as the draft, beside the proposals that wait. */
  saveDraft: procedure.input(z.object({ schema: tableSchemaSchema, rows, revision })).output(output<TableView>()),
  /** Goes back to the published rows; proposals go on waiting. */
  discardDraft: procedure.input(z.object({ id })).output(output<void>()),
  /** Problems of rows as they stand in the grid. */
  check: procedure.input(z.object({ schema: tableSchemaSchema, rows })).output(output<Problem[]>()),
  diff: procedure.input(z.object({ id })).output(output<TableDiff>()),
  /** Makes the draft the next version, without the proposals that wait. */
  publish: procedure.input(z.object({ id, revision })).output(output<TableView>()),
  versions: procedure.input(z.object({ id })).output(output<TableVersionInfo[]>()),
  /** Reads a CSV or XLSX file into the draft; `preview` only says what would change. */
  import: procedure
    .input(
      z.object({
        id,
        fileName: nameText,
        content: fileBytes,
        preview: z.boolean(),
        removeMissing: z.boolean().default(false),
        /** Publishes the rows at once; otherwise they are a draft. */
        publish: z.boolean().default(false),
        revision,
      }),
    )
    .output(output<{ diff: TableDiff; table: TableView }>()),
  export: procedure
    .input(z.object({ id, version: version.optional(), format: z.enum(['csv', 'xlsx']) }))
    .output(output<FileAnswer>()),
  proposals: procedure.input(z.object({ id })).output(output<ProposalsView>()),
  /**
   * Accepts or rejects proposals as the person saw them, and publishes them as the next version.
   * @throws workspace.conflict where one was decided on, changed or removed meanwhile; then nothing is.
   */
  decide: procedure
    .input(
      z.discriminatedUnion('verdict', [
        z.object({ id, verdict: z.literal('accepted'), rows: seen }),
        z.object({
          id,
          verdict: z.literal('rejected'),
          rows: seen,
          reason: z.string().trim().min(1, 'Say why.').max(500, 'Use at most 500 characters.'),
        }),
      ]),
    )
    .output(output<DecisionView>()),
  /** Opens proposals again by a further version. @throws workspace.conflict where the table was published since */
  takeBack: procedure
    .input(z.object({ id, version, ids: z.array(id).min(1).max(mostDecisions) }))
    .output(output<DecisionView>()),
  /** Lists of the systems that the table's flows write to, for columns that name one; asked of the live system, and kept a while. */
  codes: procedure.input(z.object({ id, fresh: z.boolean().default(false) })).output(output<CodeList[]>()),
  unmapped: procedure.input(z.object({ id })).output(output<UnmappedCode[]>()),
};

/** Mapping tables: drafts, published versions, import with a diff, unmapped codes. */
import { z } from 'zod';
import type { Problem } from '../../model/flow.ts';
import {
  type MappingRow,
  type MappingTableSchema,
  mappingRowSchema,
  tableSchemaSchema,
} from '../../model/mapping-table.ts';
import { type Amounts, type FileAnswer, fileBytes, id, nameText, output, procedure } from './base.ts';

/** A row of the tables list. */
export interface TableListItem {
  id: string;
  name: string;
  /** Newest published version; 0: never published. */
  version: number;
  rows: number;
  publishedAt?: string;
  hasDraft: boolean;
  usedBy: { flowId: string; flowName: string }[];
}

/** A table with its rows: a version, or the draft. */
export interface TableView {
  schema: MappingTableSchema;
  rows: MappingRow[];
  /** Version these rows are; for the draft the version it began with. */
  version: number;
  draft: boolean;
  problems: Problem[];
}

/** What an import or a publication changes. */
export interface TableDiff {
  added: MappingRow[];
  changed: { before: MappingRow; after: MappingRow }[];
  removed: MappingRow[];
  unchanged: number;
  /** Rows of the file that cannot be taken, by line of the file. */
  rejected: { line: number; reason: string }[];
}

/** A published version. */
export interface TableVersionInfo {
  version: number;
  publishedAt: string;
  publishedBy: string;
  rows: number;
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

/** `table.*` */
export const tableContract = {
  list: procedure.output(output<TableListItem[]>()),
  /** A version, or without one the draft where there is one, else the newest version. */
  get: procedure.input(z.object({ id, version: version.optional() })).output(output<TableView>()),
  create: procedure.input(z.object({ schema: tableSchemaSchema })).output(output<TableView>()),
  saveDraft: procedure.input(z.object({ schema: tableSchemaSchema, rows })).output(output<TableView>()),
  discardDraft: procedure.input(z.object({ id })).output(output<void>()),
  /** Problems of rows as they stand in the grid. */
  check: procedure.input(z.object({ schema: tableSchemaSchema, rows })).output(output<Problem[]>()),
  diff: procedure.input(z.object({ id })).output(output<TableDiff>()),
  publish: procedure.input(z.object({ id })).output(output<TableView>()),
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
      }),
    )
    .output(output<{ diff: TableDiff; table: TableView }>()),
  export: procedure
    .input(z.object({ id, version: version.optional(), format: z.enum(['csv', 'xlsx']) }))
    .output(output<FileAnswer>()),
  unmapped: procedure.input(z.object({ id })).output(output<UnmappedCode[]>()),
};

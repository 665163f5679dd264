/** Mapping tables: key columns → target columns, versioned, with wildcards and validity. */
import { z } from 'zod';
import type { Fields } from './record.ts';

/** Matches every value in a key cell. */
export const wildcard = '*';

/** A key column; `match` is how its codes are compared. */
export const keyColumnSchema = z.looseObject({
  name: z.string().min(1),
  label: z.string().optional(),
  match: z.enum(['exact', 'ignore-case']).default('exact'),
});
/** A target column; `type` as in formulas. */
export const targetColumnSchema = z.looseObject({
  name: z.string().min(1),
  label: z.string().optional(),
  type: z.enum(['text', 'integer', 'decimal', 'boolean', 'date']).default('text'),
  required: z.boolean().default(false),
  /** What the column's codes are in the target, for checks against live lists: connector resource name, such as `accounts`. */
  validates: z.string().optional(),
});

/** What a table looks like, without its rows: this is what a template carries. */
export const tableSchemaSchema = z.looseObject({
  format: z.literal('costwire/table'),
  schemaVersion: z.number().int().positive(),
  id: z.string().min(1),
  name: z.string().min(1),
  description: z.string().optional(),
  keys: z.array(keyColumnSchema).min(1).max(6),
  targets: z.array(targetColumnSchema).min(1),
});
export type MappingTableSchema = z.infer<typeof tableSchemaSchema>;
export type KeyColumn = z.infer<typeof keyColumnSchema>;
export type TargetColumn = z.infer<typeof targetColumnSchema>;

/** A row. `keys` and `targets` are in the order of the columns; dates are inclusive `YYYY-MM-DD`. */
export const mappingRowSchema = z.object({
  id: z.string().min(1),
  keys: z.array(z.string()),
  targets: z.array(z.string()),
  validFrom: z.string().optional(),
  validTo: z.string().optional(),
  /** A deliberate fallback: its use is counted and shown. */
  suspense: z.boolean().optional(),
  note: z.string().optional(),
});
export type MappingRow = z.infer<typeof mappingRowSchema>;

/** Columns of a table whose rows count only once a person has accepted them: the verdict (`true`, `false`, blank while open) and who gave it. */
export const decisionColumns = { verdict: 'accepted', by: 'accepted_by' } as const;

/** A row that a flow proposes for a table with {@link decisionColumns}. Texts by column name; the verdict stays blank. */
export interface ProposedRow {
  table: string;
  keys: Readonly<Record<string, string>>;
  targets: Readonly<Record<string, string>>;
}

/** A published, immutable version of a table. */
export interface MappingTableVersion {
  schema: MappingTableSchema;
  version: number;
  rows: readonly MappingRow[];
  publishedAt?: string;
  publishedBy?: string;
}

/** The answer to a lookup. */
export interface MappingMatch {
  row: MappingRow;
  /** Values by target column name. */
  values: Record<string, string>;
}

/** An answer of a published version, with what every line coded by the row shares: treat as immutable. */
export interface RowMatch extends MappingMatch {
  /** The row's target cells, in the order of the columns. */
  targets: readonly string[];
  /** The values, and whether the row is a fallback, as lines get them. */
  coding: Fields;
  /** The row's one name as records carry it, `table@version:row`. */
  names: readonly [string];
  /** Whoever collects rows without repeats leaves the mark of its collection here; nobody else minds it. */
  mark: number;
}

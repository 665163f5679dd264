/** Mapping tables: one editable draft each, published versions that never change. */
import { AppError } from '../model/error.ts';
import type { MappingRow, MappingTableSchema, MappingTableVersion } from '../model/mapping-table.ts';
import { appendAudit } from './audit-chain.ts';
import { contentHash, readJson } from './canonical.ts';
import type { Database } from './database.ts';

/** A table as lists show it. */
export interface TableSummary {
  id: string;
  name: string;
  /** Newest published version; 0 where none is. */
  version: number;
  rows: number;
  publishedAt?: string;
  publishedBy?: string;
  /** A draft is saved that differs from the newest version. */
  hasDraft: boolean;
  editedAt?: string;
  editedBy?: string;
}

/** The editable state of a table. */
export interface TableDraft {
  schema: MappingTableSchema;
  rows: readonly MappingRow[];
  editedAt: string;
  editedBy: string;
}

/** Keeps mapping tables. */
export interface TableRepository {
  list(): Promise<TableSummary[]>;
  /** The draft; where none is saved, the newest version as one. Undefined for an unknown table. */
  draft(id: string): Promise<TableDraft | undefined>;
  saveDraft(schema: MappingTableSchema, rows: readonly MappingRow[], by: string): Promise<void>;
  discardDraft(id: string): Promise<void>;
  /**
   * Makes the draft the next version; the same content as the newest version stays that version.
   * @throws AppError mapping.unknownTable
   */
  publish(id: string, by: string): Promise<MappingTableVersion>;
  /**
   * Makes these rows the next version and keeps others as the draft, both or neither.
   * @param draft what the draft holds afterwards; equal to `rows`: no draft stays.
   */
  publishRows(
    schema: MappingTableSchema,
    rows: readonly MappingRow[],
    draft: readonly MappingRow[],
    by: string,
  ): Promise<MappingTableVersion>;
  /** A published version; the newest where none is named. */
  version(id: string, version?: number): Promise<MappingTableVersion | undefined>;
  /** Published versions of a table, newest first, without rows. */
  versions(id: string): Promise<{ version: number; rows: number; publishedAt: string; publishedBy: string }[]>;
}

interface VersionRow {
  table_id: string;
  version: number;
  schema: string;
  rows: string;
  row_count: number;
  hash: string;
  published_at: string;
  published_by: string;
}

interface DraftRow {
  table_id: string;
  schema: string;
  rows: string;
  edited_at: string;
  edited_by: string;
}

const versionOf = (row: VersionRow): MappingTableVersion => ({
  schema: readJson(row.schema),
  version: row.version,
  rows: readJson(row.rows),
  publishedAt: row.published_at,
  publishedBy: row.published_by,
});

const draftOf = (row: DraftRow): TableDraft => ({
  schema: readJson(row.schema),
  rows: readJson(row.rows),
  editedAt: row.edited_at,
  editedBy: row.edited_by,
});

interface SummaryRow {
  id: string;
  schema: string;
  version: number | null;
  row_count: number | null;
  published_at: string | null;
  published_by: string | null;
  edited_at: string | null;
  edited_by: string | null;
}

const summaryOf = (row: SummaryRow): TableSummary => ({
  id: row.id,
  name: readJson<MappingTableSchema>(row.schema).name,
  version: row.version ?? 0,
  rows: row.row_count ?? 0,
  hasDraft: row.edited_at !== null,
  ...(row.published_at === null ? {} : { publishedAt: row.published_at }),
  ...(row.published_by === null ? {} : { publishedBy: row.published_by }),
  ...(row.edited_at === null ? {} : { editedAt: row.edited_at }),
  ...(row.edited_by === null ? {} : { editedBy: row.edited_by }),
});

const listSql = `WITH ids AS (SELECT table_id FROM table_versions UNION SELECT table_id FROM table_drafts)
  SELECT ids.table_id AS id, coalesce(d.schema, v.schema) AS schema, v.version, coalesce(v.row_count, json_array_length(d.rows)) AS row_count,
    v.published_at, v.published_by, d.edited_at, d.edited_by
  FROM ids
  LEFT JOIN table_versions v ON v.table_id = ids.table_id
    AND v.version = (SELECT max(version) FROM table_versions n WHERE n.table_id = ids.table_id)
  LEFT JOIN table_drafts d ON d.table_id = ids.table_id
  ORDER BY ids.table_id`;

/** Makes the repository of mapping tables. */
export function createTableRepository(database: Database, now: () => number): TableRepository {
  const newest = (id: string): VersionRow | undefined =>
    database
      .prepare<VersionRow>('SELECT * FROM table_versions WHERE table_id = ? ORDER BY version DESC LIMIT 1')
      .get(id);
  const draft = (id: string): DraftRow | undefined =>
    database.prepare<DraftRow>('SELECT * FROM table_drafts WHERE table_id = ?').get(id);
  const dropDraft = (id: string) => database.prepare('DELETE FROM table_drafts WHERE table_id = ?').run(id);

  const publish = (id: string, by: string): MappingTableVersion => {
    const edited = draft(id);
    const last = newest(id);
    if (edited === undefined) {
      if (last !== undefined) return versionOf(last);
      throw new AppError('mapping.unknownTable', `There is no mapping table “${id}” in this workspace.`);
    }
    const schema = readJson<MappingTableSchema>(edited.schema);
    const rows = readJson<MappingRow[]>(edited.rows);
    const hash = contentHash({ schema, rows });
    dropDraft(id);
    if (last?.hash === hash) return versionOf(last);
    const version = (last?.version ?? 0) + 1;
    const at = new Date(now()).toISOString();
    database
      .prepare(
        `INSERT INTO table_versions (table_id, version, schema, rows, row_count, hash, published_at, published_by)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(id, version, edited.schema, edited.rows, rows.length, hash, at, by);
    const detail = `${schema.name}, version ${version}, ${rows.length} rows`;
    appendAudit(
      database,
      { event: 'tablePublished', who: by, tableVersions: { [id]: version }, payloadHash: hash, detail },
      now,
    );
    return { schema, version, rows, publishedAt: at, publishedBy: by };
  };

  const saveDraft = (schema: MappingTableSchema, rows: readonly MappingRow[], by: string): void => {
    database
      .prepare(
        `INSERT OR REPLACE INTO table_drafts (table_id, schema, rows, edited_at, edited_by) VALUES (?, ?, ?, ?, ?)`,
      )
      .run(schema.id, JSON.stringify(schema), JSON.stringify(rows), new Date(now()).toISOString(), by);
  };

  return {
    list: async () => database.prepare<SummaryRow>(listSql).all().map(summaryOf),
    draft: async (id) => {
      const saved = draft(id);
      if (saved !== undefined) return draftOf(saved);
      const last = newest(id);
      if (last === undefined) return undefined;
      return {
        schema: readJson(last.schema),
        rows: readJson(last.rows),
        editedAt: last.published_at,
        editedBy: last.published_by,
      };
    },
    saveDraft: async (schema, rows, by) => saveDraft(schema, rows, by),
    discardDraft: async (id) => void dropDraft(id),
    publish: async (id, by) => database.transaction(() => publish(id, by)),
    publishRows: async (schema, rows, kept, by) =>
      database.transaction(() => {
        saveDraft(schema, rows, by);
        const version = publish(schema.id, by);
        if (JSON.stringify(kept) !== JSON.stringify(rows)) saveDraft(schema, kept, by);
        return version;
      }),
    version: async (id, version) => {
      const row =
        version === undefined
          ? newest(id)
          : database
              .prepare<VersionRow>('SELECT * FROM table_versions WHERE table_id = ? AND version = ?')
              .get(id, version);
      return row === undefined ? undefined : versionOf(row);
    },
    versions: async (id) =>
      database
        .prepare<VersionRow>('SELECT * FROM table_versions WHERE table_id = ? ORDER BY version DESC')
        .all(id)
        .map((row) => ({
          version: row.version,
          rows: row.row_count,
          publishedAt: row.published_at,
          publishedBy: row.published_by,
        })),
  };
}

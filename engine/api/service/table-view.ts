/** Mapping tables as windows see them: the draft or a version, what is wrong with it, and which state it is. */
import { AppError } from '../../model/error.ts';
import type { Problem } from '../../model/flow.ts';
import { compileTable, rowProblems } from '../../model/mapping-lookup.ts';
import type { MappingRow, MappingTableSchema } from '../../model/mapping-table.ts';
import { tablesNamed } from '../../model/tables-named.ts';
import { contentHash } from '../../store/canonical.ts';
import type { TableDraft, TableSummary } from '../../store/tables.ts';
import { hasSameRows, isSameRow, openProposals, settledRows } from '../../tables/proposals.ts';
import type { TableDiff, TableListItem, TableView } from '../contract.ts';
import type { ServiceContext } from './context.ts';

/** The draft of a table. @throws AppError mapping.unknownTable */
export async function requiredTable(context: ServiceContext, id: string): Promise<TableDraft> {
  const draft = await context.store.tables.draft(id);
  if (draft === undefined) throw new AppError('mapping.unknownTable', `There is no mapping table "${id}".`);
  return draft;
}

/** What a table is, as one text; proposals do not count, so that a run that proposes disturbs nobody who edits. */
export const revisionOf = (schema: MappingTableSchema, rows: readonly MappingRow[]): string =>
  contentHash({ schema, rows: settledRows(schema, rows) });

/** A version, or without one the draft. @throws AppError mapping.unknownTable */
export async function tableView(context: ServiceContext, id: string, version?: number): Promise<TableView> {
  const { tables } = context.store;
  if (version !== undefined) {
    const found = await tables.version(id, version);
    if (found === undefined) throw new AppError('mapping.unknownTable', `"${id}" has no version ${version}.`);
    const { schema, rows } = found;
    const problems = tableProblems(schema, rows);
    const revision = revisionOf(schema, rows);
    return { schema, rows: [...rows], version, draft: false, problems, revision, proposals: 0 };
  }
  const draft = await requiredTable(context, id);
  const { schema } = draft;
  const rows = [...settledRows(schema, draft.rows)];
  const published = await tables.version(id);
  return {
    schema,
    rows,
    version: published?.version ?? 0,
    draft: isEdited(draft, published),
    problems: tableProblems(schema, rows),
    revision: revisionOf(schema, rows),
    proposals: openProposals(schema, draft.rows).length,
  };
}

/** Whether a draft holds more than proposals beside what is published. */
function isEdited(
  draft: TableDraft,
  published: { schema: MappingTableSchema; rows: readonly MappingRow[] } | undefined,
) {
  if (published === undefined) return true;
  const isSameSchema = JSON.stringify(draft.schema) === JSON.stringify(published.schema);
  return (
    !isSameSchema || !hasSameRows(settledRows(draft.schema, draft.rows), settledRows(draft.schema, published.rows))
  );
}

/** What is wrong with single rows, then with the rows together. */
export function tableProblems(schema: MappingTableSchema, rows: readonly MappingRow[]): Problem[] {
  const single = rows.flatMap((row, index) => rowProblems(schema, row, index + 1));
  return single.length > 0 ? single : compileTable({ schema, version: 0, rows }).problems;
}

/** A table for the list. */
export async function tableItem(
  context: ServiceContext,
  table: TableSummary,
  usedBy: TableListItem['usedBy'],
): Promise<TableListItem> {
  const { editedAt: _at, editedBy: _by, publishedBy: _who, ...item } = table;
  if (!table.hasDraft) return { ...item, proposals: 0, usedBy };
  const draft = await requiredTable(context, table.id);
  return {
    ...item,
    hasDraft: isEdited(draft, await context.store.tables.version(table.id)),
    proposals: openProposals(draft.schema, draft.rows).length,
    usedBy,
  };
}

/** What publishing the draft changes. @throws AppError mapping.unknownTable */
export async function diffToPublished(context: ServiceContext, id: string): Promise<TableDiff> {
  const { schema, rows } = await requiredTable(context, id);
  const published = (await context.store.tables.version(id))?.rows ?? [];
  const before = new Map(settledRows(schema, published).map((row) => [row.id, row]));
  const diff: TableDiff = { added: [], changed: [], removed: [], unchanged: 0, rejected: [], problems: [] };
  for (const row of settledRows(schema, rows)) {
    const old = before.get(row.id);
    before.delete(row.id);
    if (old === undefined) diff.added.push(row);
    else if (isSameRow(old, row)) diff.unchanged += 1;
    else diff.changed.push({ before: old, after: row });
  }
  diff.removed = [...before.values()];
  return diff;
}

/** Flows whose nodes name a table. */
export async function usesOfTables(context: ServiceContext): Promise<Map<string, TableListItem['usedBy']>> {
  const uses = new Map<string, TableListItem['usedBy']>();
  for (const { document } of (await context.workspace.flows.list()).flows) {
    for (const table of tablesNamed(document.nodes))
      uses.set(table, [...(uses.get(table) ?? []), { flowId: document.id, flowName: document.name }]);
  }
  return uses;
}

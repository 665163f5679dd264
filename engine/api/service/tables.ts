/** `table.*`: drafts, versions, import and export of mapping tables. */
import { AppError } from '../../model/error.ts';
import type { Problem } from '../../model/flow.ts';
import { compileTable, rowProblems } from '../../model/mapping-lookup.ts';
import type { MappingRow, MappingTableSchema } from '../../model/mapping-table.ts';
import { sumAmounts } from '../../model/money.ts';
import { tablesNamed } from '../../model/tables-named.ts';
import type { StoredOutcome } from '../../store/records.ts';
import { fileNameFor } from '../../store/workspace-files.ts';
import { gridCells, gridHeader, readGrid } from '../../tables/cells.ts';
import { decodeCsv, parseCsv, toSpreadsheetCsv } from '../../tables/csv.ts';
import { acceptImport, planImport, type TableImport } from '../../tables/import.ts';
import { readWorkbook, toWorkbook } from '../../tables/workbook.ts';
import type { FileAnswer, TableDiff, TableView, UnmappedCode } from '../contract.ts';
import type { ServiceContext } from './context.ts';
import type { RouterImplementer } from './implementer.ts';

/** Implements `table.*`. */
export function tableService(os: RouterImplementer['table'], context: ServiceContext) {
  const { tables } = context.store;
  const changed = () => context.events.tell({ type: 'tablesChanged' });
  return {
    list: os.list.handler(async () => {
      const uses = await usesOfTables(context);
      return (await tables.list()).map(({ editedAt: _at, editedBy: _by, publishedBy: _who, ...table }) => ({
        ...table,
        usedBy: uses.get(table.id) ?? [],
      }));
    }),
    get: os.get.handler(({ input }) => viewOf(context, input.id, input.version)),
    create: os.create.handler(async ({ input }) => {
      const { schema } = input;
      if ((await tables.draft(schema.id)) !== undefined) {
        throw new AppError('workspace.conflict', `There is a table with the id "${schema.id}" already.`);
      }
      await tables.saveDraft(schema, [], context.user);
      changed();
      return viewOf(context, schema.id);
    }),
    saveDraft: os.saveDraft.handler(async ({ input }) => {
      await tables.saveDraft(input.schema, input.rows, context.user);
      changed();
      return viewOf(context, input.schema.id);
    }),
    discardDraft: os.discardDraft.handler(async ({ input }) => {
      await tables.discardDraft(input.id);
      changed();
    }),
    check: os.check.handler(async ({ input }) => tableProblems(input.schema, input.rows)),
    diff: os.diff.handler(({ input }) => diffToPublished(context, input.id)),
    publish: os.publish.handler(async ({ input }) => {
      const draft = await required(context, input.id);
      const blocking = tableProblems(draft.schema, draft.rows).find((problem) => problem.severity === 'blocking');
      if (blocking !== undefined) {
        const text = `"${draft.schema.name}" was not published: ${blocking.message}`;
        throw new AppError('mapping.invalidTable', text, { hint: blocking.hint });
      }
      await tables.publish(input.id, context.user);
      changed();
      return viewOf(context, input.id);
    }),
    versions: os.versions.handler(({ input }) => tables.versions(input.id)),
    import: os.import.handler(async ({ input }) => {
      const draft = await required(context, input.id);
      const bytes = Buffer.from(input.content, 'base64');
      const cells = /\.xlsx$/i.test(input.fileName)
        ? await readWorkbook(bytes, input.fileName)
        : parseCsv(decodeCsv(bytes), input.fileName, { defused: true });
      const grid = readGrid(draft.schema, cells, input.fileName);
      const plan = planImport(draft.schema, grid, draft.rows, { remove: input.removeMissing });
      if (!input.preview) {
        await tables.saveDraft(draft.schema, acceptImport(draft.schema, plan), context.user);
        changed();
      }
      return { diff: diffOf(plan), table: await viewOf(context, input.id) };
    }),
    export: os.export.handler(async ({ input }) =>
      fileOf(await viewOf(context, input.id, input.version), input.format),
    ),
    unmapped: os.unmapped.handler(({ input }) => unmappedCodes(context, input.id)),
  };
}

/** @throws AppError mapping.unknownTable */
async function required(context: ServiceContext, id: string) {
  const draft = await context.store.tables.draft(id);
  if (draft === undefined) throw new AppError('mapping.unknownTable', `There is no mapping table "${id}".`);
  return draft;
}

async function viewOf(context: ServiceContext, id: string, version?: number): Promise<TableView> {
  const { tables } = context.store;
  if (version !== undefined) {
    const found = await tables.version(id, version);
    if (found === undefined) throw new AppError('mapping.unknownTable', `"${id}" has no version ${version}.`);
    const { schema, rows } = found;
    return { schema, rows: [...rows], version, draft: false, problems: tableProblems(schema, rows) };
  }
  const { schema, rows } = await required(context, id);
  const listed = (await tables.list()).find((table) => table.id === id);
  const problems = tableProblems(schema, rows);
  return { schema, rows: [...rows], version: listed?.version ?? 0, draft: listed?.hasDraft ?? false, problems };
}

/** What is wrong with single rows, then with the rows together. */
function tableProblems(schema: MappingTableSchema, rows: readonly MappingRow[]): Problem[] {
  const single = rows.flatMap((row, index) => rowProblems(schema, row, index + 1));
  return single.length > 0 ? single : compileTable({ schema, version: 0, rows }).problems;
}

async function diffToPublished(context: ServiceContext, id: string): Promise<TableDiff> {
  const { rows } = await required(context, id);
  const before = new Map(((await context.store.tables.version(id))?.rows ?? []).map((row) => [row.id, row]));
  const diff: TableDiff = { added: [], changed: [], removed: [], unchanged: 0, rejected: [] };
  for (const row of rows) {
    const old = before.get(row.id);
    before.delete(row.id);
    if (old === undefined) diff.added.push(row);
    else if (JSON.stringify(old) === JSON.stringify(row)) diff.unchanged += 1;
    else diff.changed.push({ before: old, after: row });
  }
  diff.removed = [...before.values()];
  return diff;
}

const diffOf = ({ added, changed, removed, unchanged, rejected }: TableImport): TableDiff => ({
  added,
  changed,
  removed,
  unchanged,
  rejected: rejected.map(({ line, reason }) => ({ line, reason })),
});

async function fileOf(table: TableView, format: 'csv' | 'xlsx'): Promise<FileAnswer> {
  const fileName = `${fileNameFor(table.schema.name, 'table')}.${format}`;
  if (format === 'xlsx') {
    const mimeType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
    return { fileName, mimeType, content: (await toWorkbook(table)).toString('base64') };
  }
  const grid = [gridHeader(table.schema, false), ...table.rows.map((row) => gridCells(row, false))];
  return { fileName, mimeType: 'text/csv', content: Buffer.from(toSpreadsheetCsv(grid), 'utf8').toString('base64') };
}

/** Flows whose nodes name a table. */
async function usesOfTables(context: ServiceContext): Promise<Map<string, { flowId: string; flowName: string }[]>> {
  const uses = new Map<string, { flowId: string; flowName: string }[]>();
  for (const { document } of (await context.workspace.flows.list()).flows) {
    const named = tablesNamed(document.nodes);
    for (const table of named) {
      uses.set(table, [...(uses.get(table) ?? []), { flowId: document.id, flowName: document.name }]);
    }
  }
  return uses;
}

/** Codes without a row in the newest run of each flow that uses the table, with the money they hold up. */
async function unmappedCodes(context: ServiceContext, id: string): Promise<UnmappedCode[]> {
  const { schema } = await required(context, id);
  const codes = new Map<string, UnmappedCode>();
  for (const { flowId } of (await usesOfTables(context)).get(id) ?? []) {
    const [run] = (await context.store.runs.list({ flowId }, { limit: 1 })).entries;
    if (run === undefined) continue;
    const filter = { runId: run.id, code: ['mapping.unmappedCode'] };
    for (let offset = 0, total = 1; offset < total; offset += 1000) {
      const page = await context.store.records.list(filter, { limit: 1000, offset });
      total = page.total;
      for (const outcome of page.entries) countCode(codes, schema, outcome);
    }
  }
  return [...codes.values()].sort((a, b) => b.records - a.records);
}

function countCode(codes: Map<string, UnmappedCode>, schema: MappingTableSchema, outcome: StoredOutcome): void {
  const fields = outcome.error?.fields ?? {};
  const keys = schema.keys.flatMap(({ name }) => fields[name] ?? []);
  // Another table of the same flow has other key columns.
  if (keys.length !== schema.keys.length || Object.keys(fields).length !== keys.length) return;
  const name = JSON.stringify(keys);
  const known = codes.get(name) ?? { keys, records: 0, amounts: {}, lastSeenAt: outcome.settledAt };
  const { amount, currency } = outcome;
  if (amount !== undefined && currency !== undefined) {
    known.amounts[currency] = sumAmounts([known.amounts[currency] ?? '0', amount]);
  }
  const lastSeenAt = outcome.settledAt > known.lastSeenAt ? outcome.settledAt : known.lastSeenAt;
  codes.set(name, { ...known, records: known.records + 1, lastSeenAt });
}

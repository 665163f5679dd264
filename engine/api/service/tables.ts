/** `table.*`: drafts, versions, import and export of mapping tables. */
import { AppError } from '../../model/error.ts';
import type { MappingRow, MappingTableSchema } from '../../model/mapping-table.ts';
import { sumAmounts } from '../../model/money.ts';
import type { StoredOutcome } from '../../store/records.ts';
import { fileNameFor } from '../../store/workspace-files.ts';
import { gridCells, gridHeader, readGrid } from '../../tables/cells.ts';
import { decodeCsv, parseCsv, toSpreadsheetCsv } from '../../tables/csv.ts';
import { acceptImport, planImport, type TableImport } from '../../tables/import.ts';
import { settledRows, withOpen } from '../../tables/proposals.ts';
import { readWorkbook, toWorkbook } from '../../tables/workbook.ts';
import type { FileAnswer, TableDiff, TableView, UnmappedCode } from '../contract.ts';
import { decideProposals, takeBackDecision } from '../workspace-proposals.ts';
import type { ServiceContext } from './context.ts';
import type { RouterImplementer } from './implementer.ts';
import { CodeLists } from './table-codes.ts';
import { proposalsOf } from './table-proposals.ts';
import {
  diffToPublished,
  requiredTable,
  revisionOf,
  tableItem,
  tableProblems,
  tableView,
  usesOfTables,
} from './table-view.ts';

/** Implements `table.*`. */
export function tableService(os: RouterImplementer['table'], context: ServiceContext) {
  const { tables } = context.store;
  const codes = new CodeLists(context);
  const changed = () => context.events.tell({ type: 'tablesChanged' });
  return {
    list: os.list.handler(async () => {
      const uses = await usesOfTables(context);
      return Promise.all((await tables.list()).map((table) => tableItem(context, table, uses.get(table.id) ?? [])));
    }),
    get: os.get.handler(({ input }) => tableView(context, input.id, input.version)),
    create: os.create.handler(async ({ input }) => {
      const { schema } = input;
      if ((await tables.draft(schema.id)) !== undefined) {
        throw new AppError('workspace.conflict', `There is a table with the id "${schema.id}" already.`);
      }
      await tables.saveDraft(schema, [], context.user);
      changed();
      return tableView(context, schema.id);
    }),
    saveDraft: os.saveDraft.handler(async ({ input }) => {
      await saveRows(context, input);
      changed();
      return tableView(context, input.schema.id);
    }),
    discardDraft: os.discardDraft.handler(async ({ input }) => {
      await discardEdits(context, input.id);
      changed();
    }),
    check: os.check.handler(async ({ input }) => tableProblems(input.schema, input.rows)),
    diff: os.diff.handler(({ input }) => diffToPublished(context, input.id)),
    publish: os.publish.handler(async ({ input }) => {
      await publishEdits(context, input.id, input.revision);
      changed();
      return tableView(context, input.id);
    }),
    versions: os.versions.handler(({ input }) => tables.versions(input.id)),
    import: os.import.handler(async ({ input }) => {
      const plan = await plannedImport(context, input);
      if (!input.preview) {
        const { schema } = await requiredTable(context, input.id);
        await saveRows(context, { schema, rows: acceptImport(schema, plan), revision: input.revision });
        if (input.publish) await publishEdits(context, input.id);
        changed();
      }
      return { diff: diffOf(plan), table: await tableView(context, input.id) };
    }),
    export: os.export.handler(async ({ input }) =>
      fileOf(await tableView(context, input.id, input.version), input.format),
    ),
    proposals: os.proposals.handler(({ input }) => proposalsOf(context, input.id)),
    decide: os.decide.handler(async ({ input }) => {
      const { decided, version, open } = await decideProposals(context, input.id, {
        ids: input.rows.map((row) => row.id),
        verdict: input.verdict,
        seen: new Map(input.rows.map((row) => [row.id, row.targets])),
        ...(input.verdict === 'rejected' ? { reason: input.reason } : {}),
      });
      changed();
      return { version: version.version, ids: decided.map((row) => row.id), open };
    }),
    takeBack: os.takeBack.handler(async ({ input }) => {
      const { version, open } = await takeBackDecision(context, input.id, input);
      changed();
      return { version: version.version, ids: input.ids, open };
    }),
    codes: os.codes.handler(({ input }) => codes.of(input.id, input)),
    unmapped: os.unmapped.handler(({ input }) => unmappedCodes(context, input.id)),
  };
}

/** @throws AppError workspace.conflict where the table is not what the window saw. */
function refuseConflict(schema: MappingTableSchema, rows: readonly MappingRow[], revision: string | undefined): void {
  if (revision === undefined || revision === revisionOf(schema, rows)) return;
  throw new AppError('workspace.conflict', `“${schema.name}” was changed meanwhile; nothing of this was saved.`);
}

/** Saves rows as the draft; proposals that wait stay beside them. */
async function saveRows(
  { store, user }: ServiceContext,
  {
    schema,
    rows,
    revision,
  }: { schema: MappingTableSchema; rows: readonly MappingRow[]; revision?: string | undefined },
): Promise<void> {
  const before = await store.tables.draft(schema.id);
  if (before !== undefined) refuseConflict(before.schema, before.rows, revision);
  await store.tables.saveDraft(schema, withOpen(schema, rows, before?.rows ?? []), user);
}

/** Drops edits; proposals that wait stay. */
async function discardEdits({ store, user }: ServiceContext, id: string): Promise<void> {
  const draft = await store.tables.draft(id);
  const published = await store.tables.version(id);
  await store.tables.discardDraft(id);
  if (draft === undefined || published === undefined) return;
  const rows = withOpen(published.schema, published.rows, draft.rows);
  if (rows.length > published.rows.length) await store.tables.saveDraft(published.schema, rows, user);
}

/** Publishes the draft without the proposals that wait. @throws AppError mapping.invalidTable, workspace.conflict */
async function publishEdits(context: ServiceContext, id: string, revision?: string): Promise<void> {
  const { schema, rows } = await requiredTable(context, id);
  refuseConflict(schema, rows, revision);
  const settled = settledRows(schema, rows);
  const blocking = tableProblems(schema, settled).find((problem) => problem.severity === 'blocking');
  if (blocking !== undefined) {
    const text = `"${schema.name}" was not published: ${blocking.message}`;
    throw new AppError('mapping.invalidTable', text, { hint: blocking.hint });
  }
  await context.store.tables.publishRows(schema, settled, withOpen(schema, settled, rows), context.user);
}

/** Reads a file for a table and compares it with its rows. @throws AppError mapping.invalidTable where it is no such file */
async function plannedImport(
  context: ServiceContext,
  input: { id: string; fileName: string; content: string; removeMissing: boolean },
): Promise<TableImport> {
  const { schema, rows } = await requiredTable(context, input.id);
  const bytes = Buffer.from(input.content, 'base64');
  const cells = /\.xlsx$/i.test(input.fileName)
    ? await readWorkbook(bytes, input.fileName)
    : parseCsv(decodeCsv(bytes), input.fileName, { defused: true });
  const grid = readGrid(schema, cells, input.fileName);
  return planImport(schema, grid, settledRows(schema, rows), { remove: input.removeMissing });
}

const diffOf = ({ added, changed, removed, unchanged, rejected, problems }: TableImport): TableDiff => ({
  added,
  changed,
  removed,
  unchanged,
  rejected,
  problems,
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

/** Codes without a row in the newest run of each flow that uses the table, with the money they hold up. */
async function unmappedCodes(context: ServiceContext, id: string): Promise<UnmappedCode[]> {
  const { schema } = await requiredTable(context, id);
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

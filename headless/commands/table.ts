/** `costwire table list | import | export | proposals | accept | reject`. */
import { readFile, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Command } from 'commander';
import { decideProposals } from '../../engine/api/workspace-proposals.ts';
import { AppError } from '../../engine/model/error.ts';
import type { MappingRow, MappingTableSchema } from '../../engine/model/mapping-table.ts';
import { gridCells, gridHeader, readGrid } from '../../engine/tables/cells.ts';
import { decodeCsv, parseCsv, toSpreadsheetCsv } from '../../engine/tables/csv.ts';
import { acceptImport, planImport, type TableImport } from '../../engine/tables/import.ts';
import { openProposals, type Verdict } from '../../engine/tables/proposals.ts';
import { parseTable, serializeTable, tableFileEnding } from '../../engine/tables/table-file.ts';
import { readWorkbook, toWorkbook } from '../../engine/tables/workbook.ts';
import { grid } from '../report.ts';
import type { Shell } from '../shell.ts';

interface ImportOptions {
  table?: string;
  remove?: boolean;
  draft?: boolean;
  dryRun?: boolean;
}

/** Adds the commands of this file. */
export function register(program: Command, shell: Shell): void {
  const table = program.command('table').description('mapping tables of the workspace');
  table
    .command('list')
    .description('list the mapping tables')
    .action(() => list(shell));
  table
    .command('import <file>')
    .description(`import rows from a ${tableFileEnding}, .csv or .xlsx file and publish them`)
    .option('--table <id>', `the table; ${tableFileEnding} files say themselves`)
    .option('--remove', 'remove rows that the file does not have')
    .option('--draft', 'keep the rows as a draft; runs go on with the published version')
    .option('--dry-run', 'only say what would change')
    .action((file: string, options: ImportOptions) => importTable(shell, file, options));
  table
    .command('export <table> <file>')
    .description(`export the newest version as ${tableFileEnding}, .csv or .xlsx, by the ending of the file`)
    .action((id: string, file: string) => exportTable(shell, id, file));
  table
    .command('proposals <table>')
    .description('list the rows that flows propose and nobody has decided on')
    .action((id: string) => listProposals(shell, id));
  const decision = (name: string, verdict: Verdict, description: string): Command =>
    table
      .command(`${name} <table> [rows...]`)
      .description(description)
      .option('--all', 'every row that is open')
      .action((id: string, rows: string[], options: { all?: boolean }) =>
        decideRows(shell, id, options.all === true ? 'all' : rows, verdict),
      );
  decision('accept', 'accepted', 'accept proposed rows and publish them; the other rows of the draft stay a draft');
  decision('reject', 'rejected', 'reject proposed rows, so that they are not proposed again');
}

async function list(shell: Shell): Promise<void> {
  const { store } = await shell.open();
  const tables = await store.tables.list();
  const rows = tables.map((table) => [
    table.id,
    table.name,
    String(table.version),
    String(table.rows),
    table.hasDraft ? 'yes' : '',
  ]);
  const empty = 'The workspace has no mapping tables yet.';
  shell.answer(rows.length === 0 ? empty : grid(['Table', 'Name', 'Version#', 'Rows#', 'Draft'], rows), { tables });
}

async function listProposals(shell: Shell, id: string): Promise<void> {
  const { store } = await shell.open();
  const draft = await store.tables.draft(id);
  if (draft === undefined) throw new AppError('mapping.unknownTable', `The workspace has no table “${id}”.`);
  const { schema } = draft;
  const open = openProposals(schema, draft.rows);
  const named = (row: MappingRow): Record<string, string> =>
    Object.fromEntries(
      [...schema.keys, ...schema.targets].map(({ name }, index) => [name, [...row.keys, ...row.targets][index] ?? '']),
    );
  const columns = [...schema.keys, ...schema.targets].map(({ name, label }) => label ?? name);
  const text =
    open.length === 0
      ? `No row of “${schema.name}” waits for a decision.`
      : [
          grid(
            ['Row', ...columns],
            open.map((row) => [row.id, ...row.keys, ...row.targets]),
          ),
          `Accept: costwire table accept ${id} ROW …   Reject: costwire table reject ${id} ROW …   Or --all.`,
        ].join('\n');
  shell.answer(text, { table: id, open: open.map((row) => ({ id: row.id, ...named(row) })) });
}

async function decideRows(shell: Shell, id: string, ids: readonly string[] | 'all', verdict: Verdict): Promise<void> {
  if (ids !== 'all' && ids.length === 0)
    throw new AppError('cli.usage', 'Which rows?', {
      hint: 'Name them as “table proposals” shows them, or say --all.',
    });
  const parts = await shell.open();
  const { decided, version, open, schema } = await decideProposals(parts, id, { ids, verdict });
  const done = `${decided.length} rows of “${schema.name}” are ${verdict} and published as version ${version.version}.`;
  shell.answer(`${done} ${open} still wait.`, {
    table: id,
    [verdict]: decided.map((row) => row.id),
    version: version.version,
    open,
  });
}

async function importTable(shell: Shell, file: string, options: ImportOptions): Promise<void> {
  const parts = await shell.open();
  const { store, user } = parts;
  const bytes = await readBytes(file);
  const whole = extname(file) === tableFileEnding ? parseTable(decodeCsv(bytes), file) : undefined;
  const id = whole?.schema.id ?? options.table;
  if (id === undefined)
    throw new AppError('cli.usage', 'Which table are the rows for?', { hint: 'Name it with --table.' });
  const existing = await store.tables.draft(id);
  const schema = whole?.schema ?? existing?.schema;
  if (schema === undefined)
    throw new AppError('mapping.unknownTable', `The workspace has no table “${id}”.`, {
      hint: `Import a ${tableFileEnding} file, which brings its columns, or use a template that has the table.`,
    });
  const before = existing?.rows ?? [];
  const plan =
    whole === undefined
      ? planImport(schema, readGrid(schema, await readRows(file, bytes), file), before, {
          remove: options.remove === true,
        })
      : planImport(
          schema,
          whole.rows.map((row, index) => ({ line: index + 2, id: row.id, row })),
          before,
          { remove: options.remove === true },
        );
  const rows = acceptImport(schema, plan);
  const version = options.dryRun === true ? undefined : await save(shell, schema, rows, options, user);
  const done =
    options.dryRun === true
      ? 'Nothing was changed.'
      : version === undefined
        ? 'Saved as a draft.'
        : `Published as version ${version}.`;
  shell.answer(`${describeImport(schema, plan, options)} ${done}`, {
    table: id,
    rows: rows.length,
    added: plan.added.length,
    changed: plan.changed.length,
    unchanged: plan.unchanged,
    removed: options.remove === true ? plan.removed.length : 0,
    ...(version === undefined ? {} : { version }),
  });
}

async function save(
  shell: Shell,
  schema: MappingTableSchema,
  rows: MappingRow[],
  options: ImportOptions,
  user: string,
): Promise<number | undefined> {
  const { store } = await shell.open();
  await store.tables.saveDraft(schema, rows, user);
  return options.draft === true ? undefined : (await store.tables.publish(schema.id, user)).version;
}

function describeImport(schema: MappingTableSchema, plan: TableImport, options: ImportOptions): string {
  const removed = plan.removed.length;
  const gone =
    removed === 0 ? '' : options.remove === true ? `, ${removed} removed` : `, ${removed} not in the file (kept)`;
  return `“${schema.name}”: ${plan.added.length} added, ${plan.changed.length} changed, ${plan.unchanged} unchanged${gone}.`;
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new AppError('cli.usage', `The file “${file}” cannot be read.`, {
      hint: 'Check its name and your access.',
      cause,
    });
  }
}

async function readRows(file: string, bytes: Uint8Array): Promise<string[][]> {
  if (extname(file).toLowerCase() === '.xlsx') return await readWorkbook(bytes, file);
  return parseCsv(decodeCsv(bytes), file, { defused: true });
}

async function exportTable(shell: Shell, id: string, file: string): Promise<void> {
  const { store } = await shell.open();
  const table = (await store.tables.version(id)) ?? (await store.tables.draft(id));
  if (table === undefined) throw new AppError('mapping.unknownTable', `The workspace has no table “${id}”.`);
  const content = await exported(table, extname(file).toLowerCase());
  try {
    await writeFile(file, content);
  } catch (cause) {
    throw new AppError('cli.usage', `The file “${file}” cannot be written.`, {
      hint: 'Check the folder and your access.',
      cause,
    });
  }
  shell.answer(`${table.rows.length} rows of “${table.schema.name}” are in ${file}.`, {
    table: id,
    rows: table.rows.length,
    file,
  });
}

async function exported(
  table: { schema: MappingTableSchema; rows: readonly MappingRow[] },
  ending: string,
): Promise<string | Buffer> {
  if (ending === '.xlsx') return await toWorkbook(table);
  if (ending === '.csv')
    return toSpreadsheetCsv([gridHeader(table.schema, false), ...table.rows.map((row) => gridCells(row, false))]);
  if (ending === tableFileEnding) return serializeTable(table);
  throw new AppError('cli.usage', `A table cannot be exported as “${ending}”.`, {
    hint: `Use ${tableFileEnding}, .csv or .xlsx.`,
  });
}

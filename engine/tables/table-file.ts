/** Mapping table files: a JSON header, a blank line, and the rows as CSV, so that a diff in git goes row by row. */
import { AppError } from '../model/error.ts';
import { type MappingTableSchema, type MappingTableVersion, tableSchemaSchema } from '../model/mapping-table.ts';
import { gridCells, gridHeader, readGrid } from './cells.ts';
import { parseCsv, toPlainCsv } from './csv.ts';
import { assignIds } from './import.ts';

/** Ending of a mapping table file's name. */
export const tableFileEnding = '.table';

const order = ['format', 'schemaVersion', 'id', 'name', 'description', 'keys', 'targets'];

/** Text of a table file. Rows keep their order. */
export function serializeTable(table: Pick<MappingTableVersion, 'schema' | 'rows'>): string {
  const names = [
    ...order,
    ...Object.keys(table.schema)
      .filter((name) => !order.includes(name))
      .sort((a, b) => (a < b ? -1 : 1)),
  ];
  const header = Object.fromEntries(names.map((name) => [name, table.schema[name]]));
  const rows = [gridHeader(table.schema, true), ...table.rows.map((row) => gridCells(row, true))];
  return `${JSON.stringify(header, undefined, 2)}\n\n${toPlainCsv(rows)}`;
}

/**
 * Reads a table file.
 * @param source what to call the file in messages.
 * @throws AppError mapping.invalidTable
 */
export function parseTable(text: string, source: string): Pick<MappingTableVersion, 'schema' | 'rows'> {
  const unix = text.replaceAll('\r\n', '\n');
  const blank = unix.indexOf('\n\n');
  if (blank === -1) {
    throw new AppError('mapping.invalidTable', `${source} has no blank line between its header and its rows.`);
  }
  const schema = parseHeader(unix.slice(0, blank), source);
  const grid = parseCsv(unix.slice(blank + 2), source, { defused: false });
  return { schema, rows: assignIds(schema, readGrid(schema, grid, source), []) };
}

function parseHeader(text: string, source: string): MappingTableSchema {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw new AppError('mapping.invalidTable', `The header of ${source} is not complete JSON.`, { cause });
  }
  const parsed = tableSchemaSchema.safeParse(header);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError(
    'mapping.invalidTable',
    `The header of ${source} has a mistake at “${issue?.path.join('.') ?? ''}”: ${issue?.message ?? 'wrong form'}.`,
  );
}

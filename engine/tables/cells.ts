/** A mapping table as a grid of texts: what a CSV body and a worksheet have in common. Headings name columns by name or label. */
import { AppError } from '../model/error.ts';
import type { MappingRow, MappingTableSchema } from '../model/mapping-table.ts';

/** Columns every table has beside its own. */
export const fixedColumns = {
  id: 'row_id',
  from: 'valid_from',
  to: 'valid_to',
  suspense: 'suspense',
  note: 'note',
} as const;

/** A row as read, before it becomes one of the table: texts by column, and where it stood. */
export interface GridRow {
  /** Number as people count, the heading being 1. */
  line: number;
  id?: string;
  row: Omit<MappingRow, 'id'>;
}

/** Headings of a table's grid. @param withIds adds the row ids, for files that only programs edit. */
export function gridHeader(schema: MappingTableSchema, withIds: boolean): string[] {
  const columns = [...schema.keys, ...schema.targets].map((column) => column.name);
  const rest = [fixedColumns.from, fixedColumns.to, fixedColumns.suspense, fixedColumns.note];
  return [...(withIds ? [fixedColumns.id] : []), ...columns, ...rest];
}

/** Cells of a row, in the order of {@link gridHeader}. */
export function gridCells(row: MappingRow, withIds: boolean): string[] {
  return [
    ...(withIds ? [row.id] : []),
    ...row.keys,
    ...row.targets,
    row.validFrom ?? '',
    row.validTo ?? '',
    row.suspense === true ? 'true' : '',
    row.note ?? '',
  ];
}

const simple = (text: string): string =>
  text
    .trim()
    .toLocaleLowerCase('en-US')
    .replaceAll(/[\s_-]+/g, ' ');

/**
 * Rows of a grid whose first line is the heading. Blank lines are passed over.
 * @param source what to call the grid in messages.
 * @throws AppError mapping.invalidTable where columns are missing, unknown or doubled.
 */
export function readGrid(schema: MappingTableSchema, grid: readonly (readonly string[])[], source: string): GridRow[] {
  const positions = findColumns(schema, grid[0] ?? [], source);
  const at = (cells: readonly string[], name: string): string => {
    const position = positions.get(name);
    return position === undefined ? '' : (cells[position] ?? '');
  };
  return grid.slice(1).flatMap((cells, index): GridRow[] => {
    if (cells.every((cell) => cell === '')) return [];
    const row: Omit<MappingRow, 'id'> = {
      keys: schema.keys.map((column) => at(cells, column.name)),
      targets: schema.targets.map((column) => at(cells, column.name)),
    };
    const from = at(cells, fixedColumns.from).trim();
    const to = at(cells, fixedColumns.to).trim();
    const note = at(cells, fixedColumns.note);
    if (from !== '') row.validFrom = from;
    if (to !== '') row.validTo = to;
    if (isYes(at(cells, fixedColumns.suspense))) row.suspense = true;
    if (note !== '') row.note = note;
    const id = at(cells, fixedColumns.id).trim();
    return [{ line: index + 2, row, ...(id === '' ? {} : { id }) }];
  });
}

const isYes = (text: string): boolean => ['true', 'yes', 'x', '1'].includes(simple(text));

function findColumns(schema: MappingTableSchema, heading: readonly string[], source: string): Map<string, number> {
  const known = new Map<string, string>();
  for (const column of [...schema.keys, ...schema.targets]) {
    known.set(simple(column.name), column.name);
    if (column.label !== undefined && !known.has(simple(column.label))) known.set(simple(column.label), column.name);
  }
  for (const name of Object.values(fixedColumns)) if (!known.has(simple(name))) known.set(simple(name), name);
  const positions = new Map<string, number>();
  heading.forEach((text, position) => {
    if (text.trim() === '') return;
    const name = known.get(simple(text));
    if (name === undefined)
      throw invalid(
        schema,
        source,
        `has a column “${text}” that the table does not have`,
        'Rename or remove the column.',
      );
    if (positions.has(name))
      throw invalid(schema, source, `has the column “${text}” twice`, 'Remove one of the columns.');
    positions.set(name, position);
  });
  const missing = [...schema.keys, ...schema.targets].filter((column) => !positions.has(column.name));
  if (missing.length > 0) {
    const names = missing.map((column) => `“${column.name}”`).join(', ');
    throw invalid(schema, source, `lacks ${names}`, 'The first line must name every column of the table.');
  }
  return positions;
}

const invalid = (schema: MappingTableSchema, source: string, what: string, hint: string): AppError =>
  new AppError('mapping.invalidTable', `${source} ${what} (table “${schema.name}”).`, { hint });

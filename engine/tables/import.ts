/** Importing rows into a mapping table: which are added, changed, unchanged, removed or rejected. Nothing is changed by looking. */
import { AppError } from '../model/error.ts';
import type { Problem } from '../model/flow.ts';
import { compileTable, rowProblems } from '../model/mapping-lookup.ts';
import type { MappingRow, MappingTableSchema } from '../model/mapping-table.ts';
import type { GridRow } from './cells.ts';

/** What an import would do. `rows` is the whole table after it. */
export interface TableImport {
  rows: MappingRow[];
  added: MappingRow[];
  changed: { before: MappingRow; after: MappingRow }[];
  unchanged: number;
  /** Rows of the table that the import does not have; they go only when asked to. */
  removed: MappingRow[];
  rejected: { line: number; reason: string; hint: string }[];
  /** Problems among the rows as a whole, such as two that contradict each other. */
  problems: Problem[];
}

const identity = (row: Omit<MappingRow, 'id'>): string =>
  JSON.stringify([row.keys, row.validFrom ?? '', row.validTo ?? '']);
const content = (row: MappingRow): string =>
  JSON.stringify([row.keys, row.targets, row.validFrom, row.validTo, row.suspense === true, row.note ?? '']);

const sameId = (id: string, line: number): Pick<Problem, 'message' | 'hint'> => ({
  message: `Row ${line} has the id “${id}”, which a row before it has.`,
  hint: 'Leave the id of new rows blank.',
});

/** Gives rows their ids: their own, else that of the existing row with the same keys and validity, else a new one made of the keys. */
export function assignIds(
  schema: MappingTableSchema,
  grid: readonly GridRow[],
  existing: readonly MappingRow[],
): MappingRow[] {
  const known = new Map(existing.map((row) => [identity(row), row.id]));
  const taken = new Set(grid.flatMap((entry) => (entry.id === undefined ? [] : [entry.id])));
  // A row keeps its id when its codes are edited: what is new in a file must not take its place.
  const codes = new Map(existing.map((row) => [row.id, JSON.stringify(row.keys)]));
  const isAnother = (unique: string, keys: readonly string[]): boolean =>
    codes.has(unique) && codes.get(unique) !== JSON.stringify(keys);
  return grid.map(({ id, row, line }) => {
    if (id !== undefined) return { id, ...row };
    const found = known.get(identity(row));
    const base = found ?? slug(schema, row, line);
    let unique = base;
    for (let turn = 2; taken.has(unique) || isAnother(unique, row.keys); turn += 1) unique = `${base}~${turn}`;
    taken.add(unique);
    return { id: unique, ...row };
  });
}

/** A readable id: rows keep it when files are compared by people. */
function slug(schema: MappingTableSchema, row: Omit<MappingRow, 'id'>, line: number): string {
  const text = row.keys
    .slice(0, schema.keys.length)
    .map((key) => key.trim())
    .join('|');
  const since = row.validFrom === undefined ? '' : `@${row.validFrom}`;
  return text.length === 0 || text.length > 120 ? `row-${line}` : text + since;
}

/**
 * Compares rows read from a file with the table.
 * @param options.remove drops rows that the file does not have; otherwise they stay.
 */
export function planImport(
  schema: MappingTableSchema,
  grid: readonly GridRow[],
  existing: readonly MappingRow[],
  options: { remove: boolean },
): TableImport {
  const incoming = assignIds(schema, grid, existing);
  const before = new Map(existing.map((row) => [row.id, row]));
  const result: TableImport = {
    rows: [],
    added: [],
    changed: [],
    unchanged: 0,
    removed: [],
    rejected: [],
    problems: [],
  };
  const next = new Map<string, MappingRow>();
  incoming.forEach((row, index) => {
    const line = grid[index]?.line ?? index + 2;
    const fault = next.has(row.id) ? sameId(row.id, line) : rowProblems(schema, row, line)[0];
    if (fault !== undefined) {
      result.rejected.push({ line, reason: fault.message, hint: fault.hint });
      return;
    }
    const old = before.get(row.id);
    if (old === undefined) result.added.push(row);
    else if (content(old) === content(row)) result.unchanged += 1;
    else result.changed.push({ before: old, after: row });
    next.set(row.id, row);
  });
  const seen = new Set(incoming.map((row) => row.id));
  for (const row of existing) {
    if (seen.has(row.id)) continue;
    result.removed.push(row);
    if (!options.remove) next.set(row.id, row);
  }
  const kept = existing.flatMap((row) => next.get(row.id) ?? []);
  result.rows = options.remove ? [...next.values()] : [...kept, ...result.added];
  result.problems = compileTable({ schema, version: 0, rows: result.rows }).problems;
  return result;
}

/**
 * The rows an import leaves, or an error naming what is wrong with it: all or nothing.
 * @throws AppError mapping.invalidTable, mapping.ambiguous
 */
export function acceptImport(schema: MappingTableSchema, plan: TableImport): MappingRow[] {
  const first = plan.rejected[0];
  if (first !== undefined) {
    const more = plan.rejected.length === 1 ? '' : ` ${plan.rejected.length - 1} more rows are wrong.`;
    throw new AppError('mapping.invalidTable', `${first.reason}${more} Nothing was imported.`, { hint: first.hint });
  }
  const tie = plan.problems[0];
  if (tie !== undefined) {
    throw new AppError('mapping.ambiguous', `${tie.message} Nothing was imported into “${schema.name}”.`, {
      hint: tie.hint,
    });
  }
  return plan.rows;
}

/** Rows of a mapping table as cells of a grid: what a cell says, and rows with other cells. Pure; rows are never changed in place. */
import { compileTable, rowProblems } from '../../engine/model/mapping-lookup.ts';
import {
  decisionColumns,
  type MappingRow,
  type MappingTableSchema,
  type TargetColumn,
} from '../../engine/model/mapping-table.ts';

/** Where a cell stands in its row. `name` is that of the column in the table. */
export type CellPart =
  | { part: 'key' | 'target'; at: number; name: string; label: string; type: TargetColumn['type']; required: boolean }
  | { part: 'from' | 'to' | 'suspense' | 'note' };

/** The columns of a table's grid by id, in order. */
export function partsOf({ keys, targets }: MappingTableSchema): Map<string, CellPart> {
  return new Map<string, CellPart>([
    ...keys.map(({ name, label }, at): [string, CellPart] => [
      `key.${name}`,
      { part: 'key', at, name, label: label ?? name, type: 'text', required: true },
    ]),
    ...targets.map(({ name, label, type, required }, at): [string, CellPart] => [
      `target.${name}`,
      { part: 'target', at, name, label: label ?? name, type, required },
    ]),
    ['from', { part: 'from' }],
    ['to', { part: 'to' }],
    ['suspense', { part: 'suspense' }],
    ['note', { part: 'note' }],
  ]);
}

/** What a cell holds, as it is typed and copied. */
export function cellText(row: MappingRow, cell: CellPart): string {
  switch (cell.part) {
    case 'key':
      return row.keys[cell.at] ?? '';
    case 'target':
      return row.targets[cell.at] ?? '';
    case 'from':
      return row.validFrom ?? '';
    case 'to':
      return row.validTo ?? '';
    case 'suspense':
      return row.suspense === true ? 'true' : '';
    case 'note':
      return row.note ?? '';
  }
}

const yes = new Set(['true', 'yes', 'x', '1', 'fallback']);
const no = new Set(['false', 'no', '0']);

/** What spreadsheets write in their own way, in the way of the table; anything else as it is. */
function normalized(cell: CellPart, text: string): string {
  if (cell.part === 'key' || cell.part === 'note') return text;
  const plain = text.trim();
  const isDate = cell.part === 'from' || cell.part === 'to' || (cell.part === 'target' && cell.type === 'date');
  const date = isDate ? /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(plain) : null;
  if (date !== null) return `${date[1]}-${date[2]?.padStart(2, '0')}-${date[3]?.padStart(2, '0')}`;
  if (cell.part === 'target' && cell.type === 'boolean') {
    const low = plain.toLowerCase();
    return yes.has(low) ? 'true' : no.has(low) ? 'false' : plain;
  }
  return cell.part === 'target' && cell.type === 'text' ? text : plain;
}

const replaced = (texts: readonly string[], at: number, text: string): string[] => {
  const next = [...texts];
  while (next.length < at) next.push('');
  next[at] = text;
  return next;
};

/** A row with another text in a cell. A blank one leaves no trace in what is optional. */
export function withCell(row: MappingRow, cell: CellPart, typed: string): MappingRow {
  const text = normalized(cell, typed);
  const rest = { ...row };
  switch (cell.part) {
    case 'key':
      return { ...row, keys: replaced(row.keys, cell.at, text) };
    case 'target':
      return { ...row, targets: replaced(row.targets, cell.at, text) };
    case 'from':
      delete rest.validFrom;
      return text === '' ? rest : { ...rest, validFrom: text };
    case 'to':
      delete rest.validTo;
      return text === '' ? rest : { ...rest, validTo: text };
    case 'suspense':
      delete rest.suspense;
      return yes.has(text.toLowerCase()) ? { ...rest, suspense: true } : rest;
    case 'note':
      delete rest.note;
      return text === '' ? rest : { ...rest, note: text };
  }
}

/** A text for a cell of a row. */
export interface CellChange {
  rowId: string;
  column: string;
  text: string;
}

/** The rows with other texts in some cells; rows without a change keep their identity. */
export function withCells(
  schema: MappingTableSchema,
  rows: readonly MappingRow[],
  changes: readonly CellChange[],
): readonly MappingRow[] {
  const parts = partsOf(schema);
  const byRow = new Map<string, CellChange[]>();
  for (const change of changes) byRow.set(change.rowId, [...(byRow.get(change.rowId) ?? []), change]);
  let isSame = true;
  const next = rows.map((row) => {
    let changed = row;
    for (const { column, text } of byRow.get(row.id) ?? []) {
      const cell = parts.get(column);
      if (cell !== undefined && cellText(changed, cell) !== text) changed = withCell(changed, cell, text);
    }
    if (changed !== row) isSame = false;
    return changed;
  });
  return isSame ? rows : next;
}

/** New rows below another one, or at the end; each is given as texts by column. Rows a person adds are accepted by being added. */
export function withNewRows(
  schema: MappingTableSchema,
  rows: readonly MappingRow[],
  added: readonly Readonly<Record<string, string>>[],
  below?: string,
): { rows: MappingRow[]; ids: string[] } {
  const taken = new Set(rows.map(({ id }) => id));
  const parts = partsOf(schema);
  let number = rows.length;
  const fresh = added.map((texts): MappingRow => {
    do number += 1;
    while (taken.has(`row-${number}`));
    taken.add(`row-${number}`);
    const blank: MappingRow = {
      id: `row-${number}`,
      keys: schema.keys.map(() => ''),
      targets: schema.targets.map(({ name }) => (name === decisionColumns.verdict ? 'true' : '')),
    };
    return Object.entries(texts).reduce((row, [column, text]) => {
      const cell = parts.get(column);
      return cell === undefined || text === '' ? row : withCell(row, cell, text);
    }, blank);
  });
  const found = rows.findIndex(({ id }) => id === below);
  const at = found === -1 ? rows.length : found + 1;
  return { rows: [...rows.slice(0, at), ...fresh, ...rows.slice(at)], ids: fresh.map(({ id }) => id) };
}

/** What is wrong with a cell, or with a row as a whole. */
export interface CellProblem {
  rowId: string;
  column: string;
  message: string;
  hint: string;
}

/** Codes that are odd to the target system, in the order of the rows. */
export function odditiesOf(
  schema: MappingTableSchema,
  rows: readonly MappingRow[],
  oddity: (column: string, code: string) => string | undefined,
): CellProblem[] {
  const columns = schema.targets.flatMap(({ name, validates }, at) =>
    validates === undefined ? [] : [{ id: `target.${name}`, at }],
  );
  return rows.flatMap((row) =>
    columns.flatMap(({ id, at }) => {
      const message = oddity(id, row.targets[at] ?? '');
      return message === undefined ? [] : [{ rowId: row.id, column: id, message, hint: '' }];
    }),
  );
}

/** Everything that is wrong with the rows, by the cell to correct, in the order of the rows. */
export function problemsOf(schema: MappingTableSchema, rows: readonly MappingRow[]): CellProblem[] {
  const firstKey = `key.${schema.keys[0]?.name ?? ''}`;
  const columns = new Map<string, string>([
    ['valid_from', 'from'],
    ['valid_to', 'to'],
    ...schema.keys.map(({ name }): [string, string] => [name, `key.${name}`]),
    ...schema.targets.map(({ name }): [string, string] => [name, `target.${name}`]),
  ]);
  const single = rows.flatMap((row, index) =>
    rowProblems(schema, row, index + 1).map(({ field = '', message, hint }) => {
      const column = columns.get(field.slice(`rows.${row.id}.`.length)) ?? firstKey;
      return { rowId: row.id, column, message, hint };
    }),
  );
  if (single.length > 0) return single;
  return compileTable({ schema, version: 0, rows }).problems.map(({ field = '', message, hint }) => ({
    rowId: field.slice('rows.'.length),
    column: firstKey,
    message,
    hint,
  }));
}

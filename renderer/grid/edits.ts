/** Changes to cells as a spreadsheet makes them: clearing, filling, pasting a block. Pure: the owner of the rows applies them. */
import type { GridColumn } from './column.ts';
import type { Block } from './selection.ts';

/** A text for a cell. */
export interface CellEdit<Row> {
  row: Row;
  /** Id of the column. */
  column: string;
  text: string;
}

/** What the changes of one step are, for its name in undo. */
export type EditKind = 'type' | 'clear' | 'cut' | 'fill' | 'paste' | 'today';

interface Cells<Row> {
  rows: readonly Row[];
  columns: readonly GridColumn<Row>[];
}

/** One text for every cell of a block that can be edited. */
export function filledWith<Row>({ rows, columns }: Cells<Row>, block: Block, text: string): CellEdit<Row>[] {
  return columnsIn(columns, block).flatMap((column) =>
    rows.slice(block.top, block.bottom + 1).map((row) => ({ row, column: column.id, text })),
  );
}

const columnsIn = <Row>(columns: readonly GridColumn<Row>[], { left, right }: Block): GridColumn<Row>[] =>
  columns.slice(left, right + 1).filter((column) => column.edit !== undefined);

/** The first row of a block in all its rows; a block of one row takes the row above it. */
export function filledDown<Row>({ rows, columns }: Cells<Row>, block: Block): CellEdit<Row>[] {
  const from = rows[block.top === block.bottom ? block.top - 1 : block.top];
  if (from === undefined) return [];
  const start = block.top === block.bottom ? block.top : block.top + 1;
  return columnsIn(columns, block).flatMap((column) =>
    rows.slice(start, block.bottom + 1).map((row) => ({ row, column: column.id, text: column.edit?.(from) ?? '' })),
  );
}

/** The first column of a block in all its columns; a block of one column takes the column before it. */
export function filledRight<Row>({ rows, columns }: Cells<Row>, block: Block): CellEdit<Row>[] {
  const isOne = block.left === block.right;
  const from = columns[isOne ? block.left - 1 : block.left];
  if (from?.edit === undefined) return [];
  const { edit } = from;
  const targets = columnsIn(columns, { ...block, left: isOne ? block.left : block.left + 1 });
  return targets.flatMap((column) =>
    rows.slice(block.top, block.bottom + 1).map((row) => ({ row, column: column.id, text: edit(row) })),
  );
}

/** What a pasted block does. `extra`: rows below the last one, as texts by column. `cut`: columns that found no place. */
export interface Pasted<Row> {
  edits: CellEdit<Row>[];
  extra: Record<string, string>[];
  cut: number;
}

const plain = (text: string): string => text.trim().toLowerCase();

/** The columns that a first line names; undefined where it is no heading. */
function headed<Row>(columns: readonly GridColumn<Row>[], line: readonly string[]): GridColumn<Row>[] | undefined {
  const found = line.map((text) =>
    columns.find(({ title, aliases = [] }) => [title, ...aliases].some((name) => plain(name) === plain(text))),
  );
  const known = found.filter((column) => column !== undefined);
  return known.length === line.length && new Set(known).size === known.length ? known : undefined;
}

/**
 * Puts a block of texts where the chosen block begins. Its first line may name the columns; a block that fits into the chosen one
 * several times fills it.
 */
export function pasted<Row>({ rows, columns }: Cells<Row>, block: Block, lines: readonly string[][]): Pasted<Row> {
  const [first = []] = lines;
  const heading = lines.length > 1 ? headed(columns, first) : undefined;
  const body = heading === undefined ? lines : lines.slice(1);
  const width = Math.max(0, ...body.map((line) => line.length));
  const height = body.length;
  const tall = block.bottom - block.top + 1;
  const wide = block.right - block.left + 1;
  const repeats = heading === undefined && height > 0 && width > 0 && tall % height === 0 && wide % width === 0;
  const count = repeats ? tall : height;
  const targets = heading ?? columns.slice(block.left, block.left + (repeats ? wide : width));
  const result: Pasted<Row> = {
    edits: [],
    extra: [],
    cut: heading === undefined && !repeats ? width - targets.length : 0,
  };
  for (let down = 0; down < count; down += 1) {
    const line = body[down % height] ?? [];
    const texts = targets.map((column, right): [string, string] => [column.id, line[right % Math.max(1, width)] ?? '']);
    const row = rows[block.top + down];
    if (row === undefined) result.extra.push(Object.fromEntries(texts));
    else
      targets.forEach((column, index) => {
        if (column.edit !== undefined) result.edits.push({ row, column: column.id, text: texts[index]?.[1] ?? '' });
      });
  }
  return result;
}

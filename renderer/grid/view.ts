/** How a person wants to see a list: columns, order, widths, sorting and filters. Kept in the settings as plain JSON. Pure. */
import { z } from 'zod';
import type { GridColumn } from './column.ts';

const filterSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('contains'), column: z.string(), text: z.string() }),
  z.object({ kind: z.literal('values'), column: z.string(), values: z.array(z.string()) }),
  /** Decimal strings; a missing end is open. Both ends belong to the range. */
  z.object({ kind: z.literal('range'), column: z.string(), from: z.string().optional(), to: z.string().optional() }),
]);

/** A filter; a row is shown when it passes all of them. */
export type GridFilter = z.infer<typeof filterSchema>;

const viewSchema = z.object({
  /** Columns that are not shown; absent: those that hide by themselves. */
  hidden: z.array(z.string()).optional(),
  order: z.array(z.string()).default([]),
  /** Pixels by column. */
  widths: z.record(z.string(), z.number().min(40).max(2000)).default({}),
  /** How many of the first columns stay while the others scroll. */
  frozen: z.number().int().min(0).max(4).default(1),
  sort: z.array(z.object({ column: z.string(), descending: z.boolean() })).default([]),
  filters: z.array(filterSchema).default([]),
});

/** A view of a list. */
export type GridView = z.infer<typeof viewSchema>;

const memorySchema = z.object({
  current: viewSchema.default(viewSchema.parse({})),
  saved: z.array(z.object({ name: z.string(), view: viewSchema })).default([]),
});

/** What is remembered of a list: the view now, and views that were saved under a name. */
export type GridMemory = z.infer<typeof memorySchema>;

/** What was remembered; the plain view where nothing was, or where it cannot be read. */
export function readMemory(json: unknown): GridMemory {
  const read = memorySchema.safeParse(json ?? {});
  return read.success ? read.data : memorySchema.parse({});
}

/** All columns in the order of the view; new ones stand at the end. */
export function orderedColumns<Row>(columns: readonly GridColumn<Row>[], view: GridView): GridColumn<Row>[] {
  const place = new Map(view.order.map((id, index) => [id, index]));
  return columns.toSorted((a, b) => (place.get(a.id) ?? columns.length) - (place.get(b.id) ?? columns.length));
}

/** Columns that are not shown. */
export const hiddenColumns = <Row>(columns: readonly GridColumn<Row>[], view: GridView): readonly string[] =>
  view.hidden ?? columns.filter((column) => column.hidden === true).map(({ id }) => id);

/** The columns a view shows; at least one. */
export function shownColumns<Row>(columns: readonly GridColumn<Row>[], view: GridView): GridColumn<Row>[] {
  const hidden = new Set(hiddenColumns(columns, view));
  const ordered = orderedColumns(columns, view);
  const shown = ordered.filter(({ id }) => !hidden.has(id));
  return shown.length > 0 ? shown : ordered.slice(0, 1);
}

/** The next sorting when a title is pressed: up, down, none. With `add` the other columns go on sorting. */
export function nextSort(sort: GridView['sort'], column: string, add: boolean): GridView['sort'] {
  const now = sort.find((entry) => entry.column === column);
  const next =
    now === undefined ? [{ column, descending: false }] : now.descending ? [] : [{ column, descending: true }];
  if (!add) return next;
  if (now === undefined) return [...sort, ...next];
  return sort.flatMap((entry) => (entry.column === column ? next : [entry]));
}

/** The order after a column went one place towards the beginning (-1) or the end (1). */
export function movedColumn(ids: readonly string[], id: string, by: -1 | 1): string[] {
  const from = ids.indexOf(id);
  const to = from + by;
  const moved = [...ids];
  const other = moved[to];
  if (from < 0 || other === undefined) return moved;
  moved[to] = id;
  moved[from] = other;
  return moved;
}

/** Widths in pixels: what people set stays, the rest grows to fill the room. */
export function widthsOf<Row>(columns: readonly GridColumn<Row>[], view: GridView, room: number): number[] {
  const set = columns.map(({ id, width }) => view.widths[id] ?? width);
  const spare = room - set.reduce((sum, width) => sum + width, 0);
  const elastic = columns.reduce((sum, { id, width }) => sum + (view.widths[id] === undefined ? width : 0), 0);
  if (spare <= 0 || elastic === 0) return set;
  const grown = columns.map(({ id, width }) => view.widths[id] ?? Math.floor(width + (spare * width) / elastic));
  // Pixels lost to rounding go to the last column that grows.
  const last = columns.findLastIndex(({ id }) => view.widths[id] === undefined);
  const left = room - grown.reduce((sum, width) => sum + width, 0);
  return grown.map((width, index) => (index === last ? width + left : width));
}

/** Columns of the grid: what a cell shows, sorts by, copies and adds up. Pure. */
import type { ReactNode } from 'react';

/** Decimal strings by currency; an empty currency is a plain number. */
export type CellAmounts = Readonly<Record<string, string>>;

/** A column. */
export interface GridColumn<Row> {
  id: string;
  title: string;
  /** What it sorts by, and what the cell shows where `cell` is absent. */
  value: (row: Row) => string | number;
  cell?: (row: Row) => ReactNode;
  /** What the cell says in words: copied, found and filtered by. `value` where absent. */
  text?: (row: Row) => string;
  /** Money of the cell as decimal strings by currency: sorted, filtered by range, summed exactly. */
  amounts?: (row: Row) => CellAmounts | undefined;
  /** Pixels. */
  width: number;
  align?: 'right';
  /** Shown only when it is chosen. */
  hidden?: true;
  /** What is typed over; absent: the cell is only looked at. */
  edit?: (row: Row) => string;
  /** Other names of the column in headings that are pasted. */
  aliases?: readonly string[];
}

/** Numbers of a cell by currency: its money, or a plain number under the empty currency. */
export function amountsOf<Row>(column: GridColumn<Row>, row: Row): CellAmounts | undefined {
  if (column.amounts !== undefined) return column.amounts(row);
  const value = column.value(row);
  return typeof value === 'number' ? { '': String(value) } : undefined;
}

/** Whether a column holds numbers, which are filtered by range. */
export const isNumeric = <Row>(column: GridColumn<Row>): boolean => column.align === 'right';

/** A cell in words. Money of one currency is the bare number, so that a spreadsheet takes it as one. */
export function textOf<Row>(column: GridColumn<Row>, row: Row): string {
  if (column.text !== undefined) return column.text(row);
  if (column.amounts === undefined) return String(column.value(row));
  const entries = Object.entries(column.amounts(row) ?? {});
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) return only[1];
  return entries.map(([currency, amount]) => `${amount} ${currency}`).join(' + ');
}

/** Count, sum, smallest and largest of the chosen cells, as the status line of a spreadsheet; exact decimals, no currency added to another. Pure. */
import { add, compare, type Decimal, format, tryParse } from '../../engine/model/decimal.ts';
import { amountsOf, type GridColumn, textOf } from './column.ts';
import { type Block, blockOf, type Selection } from './selection.ts';
import type { Work } from './work.ts';

/** Sums of one currency; decimal strings. An empty currency holds plain numbers. */
export interface CurrencySum {
  currency: string;
  sum: string;
  min: string;
  max: string;
}

/** What the status line says. */
export interface SelectionTotals {
  /** Cells that hold something. */
  count: number;
  sums: readonly CurrencySum[];
}

interface Running {
  sum: Decimal;
  min: Decimal;
  max: Decimal;
}

function take(sums: Map<string, Running>, currency: string, amount: Decimal): void {
  const so = sums.get(currency);
  if (so === undefined) {
    sums.set(currency, { sum: amount, min: amount, max: amount });
    return;
  }
  so.sum = add(so.sum, amount);
  if (compare(amount, so.min) < 0) so.min = amount;
  if (compare(amount, so.max) > 0) so.max = amount;
}

/** The totals of the chosen cells, in steps that may pause. */
export function* selectionTotals<Row>(
  rows: readonly Row[],
  columns: readonly GridColumn<Row>[],
  selection: Selection,
): Work<SelectionTotals> {
  const block = blockOf(selection);
  const chosen = columns.slice(block.left, block.right + 1);
  const sums = new Map<string, Running>();
  let count = 0;
  for (let index = block.top; index <= block.bottom && index < rows.length; index += 1) {
    const row = rows[index];
    if (row === undefined) continue;
    for (const column of chosen) {
      const amounts = amountsOf(column, row);
      if (amounts === undefined ? textOf(column, row) !== '' : Object.keys(amounts).length > 0) count += 1;
      for (const [currency, text] of Object.entries(amounts ?? {})) {
        const amount = tryParse(text);
        if (amount !== undefined) take(sums, currency, amount);
      }
    }
    if (index % 128 === 0) yield;
  }
  const written = [...sums].map(([currency, { sum, min, max }]) => ({
    currency,
    sum: format(sum),
    min: format(min),
    max: format(max),
  }));
  return { count, sums: written.toSorted((a, b) => a.currency.localeCompare(b.currency)) };
}

const isNumber = /^-?\d+(\.\d+)?$/;
/** Text that a spreadsheet would run as a formula gets an apostrophe in front; true numbers do not. */
const defused = (text: string): string => (/^[=+\-@\t]/.test(text) && !isNumber.test(text) ? `'${text}` : text);
const quoted = (text: string): string => (/["\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The chosen cells as tab-separated text, which spreadsheets paste as a block; in steps that may pause. */
export function* copied<Row>(rows: readonly Row[], columns: readonly GridColumn<Row>[], block: Block): Work<string> {
  const chosen = columns.slice(block.left, block.right + 1);
  const lines: string[] = [];
  for (let index = block.top; index <= block.bottom; index += 1) {
    const row = rows[index];
    if (row !== undefined) lines.push(chosen.map((column) => quoted(defused(textOf(column, row)))).join('\t'));
    if (index % 128 === 0) yield;
  }
  return lines.join('\r\n');
}

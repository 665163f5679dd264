/** What a posting sheet would post, in the words of buttons and confirmations. Pure. */
import type { PostingSheet } from '../../engine/model/run.ts';
import { formatAmount } from '../app/format.ts';

/** Number of documents and their amounts, currency by currency. */
export function sheetSum({ totals }: PostingSheet): { count: number; amount: string } {
  const sums = Object.entries(totals.byCurrency);
  return {
    count: sums.reduce((count, [, sum]) => count + sum.count, 0),
    amount: sums.map(([currency, sum]) => formatAmount(sum.amount, 'minus', currency)).join(' + '),
  };
}

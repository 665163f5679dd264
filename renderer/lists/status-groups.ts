/** Records grouped by status, with amounts that add up. Pure. */
import type { Amounts, RecordTotals } from '../../engine/api/contract.ts';
import { add, format, parse } from '../../engine/model/decimal.ts';
import { type RecordStatus, recordStatuses, urgentFirst } from '../../engine/model/run.ts';

/** One status. */
export interface StatusGroup {
  status: RecordStatus;
  count: number;
  amounts: Amounts;
}

/** How loud a status is. */
export const statusTones: Readonly<Record<RecordStatus, 'good' | 'warn' | 'bad' | 'info' | 'plain'>> = {
  read: 'plain',
  skipped: 'plain',
  held: 'warn',
  awaitingApproval: 'info',
  sending: 'info',
  posted: 'good',
  inDoubt: 'bad',
  failed: 'bad',
  ignored: 'plain',
};

/** Place of a status when records are sorted by it: what needs a person first. */
export const urgencyOf = (status: RecordStatus): number => urgentFirst.indexOf(status);

/** The statuses that occur, in the order of the conventions' sum. */
export function groupsOf(totals: RecordTotals): StatusGroup[] {
  return recordStatuses.flatMap((status) => {
    const found = totals.byStatus[status];
    return found === undefined || found.count === 0 ? [] : [{ status, ...found }];
  });
}

/** All groups together: counts and, currency by currency, exact amounts. */
export function sumOf(groups: readonly StatusGroup[]): { count: number; amounts: Amounts } {
  const amounts: Amounts = {};
  for (const group of groups)
    for (const [currency, amount] of Object.entries(group.amounts)) {
      const before = amounts[currency];
      amounts[currency] = before === undefined ? amount : format(add(parse(before), parse(amount)));
    }
  return { count: groups.reduce((count, group) => count + group.count, 0), amounts };
}

/** Choosing records to replay, as sets of keys. Pure. */
import type { ReasonGroup, RecordListItem } from '../../engine/api/contract.ts';
import type { RecordStatus } from '../../engine/model/run.ts';
import { type StatusGroup, sumOf } from '../lists/status-groups.ts';

/** Statuses of records that a replay can bring further. */
const open: readonly RecordStatus[] = ['held', 'failed', 'inDoubt'];

/** Whether a replay can bring a record further. */
export const isOpen = ({ status }: RecordListItem): boolean => open.includes(status);

/** The records that the screen lists: what is open, and what is posted, which shows that it is done. */
export const candidates = (records: readonly RecordListItem[]): RecordListItem[] =>
  records
    .filter((record) => isOpen(record) || record.status === 'posted')
    .toSorted((one, two) => Number(isOpen(two)) - Number(isOpen(one)));

/** Keys of the open records that meet a condition. */
export const keysOf = (
  records: readonly RecordListItem[],
  wanted: (record: RecordListItem) => boolean = () => true,
): string[] => [...new Set(records.filter((record) => isOpen(record) && wanted(record)).map(({ key }) => key))];

/** Whether a record is open for the reason of a group. */
export const isOfReason =
  ({ status, code }: Pick<ReasonGroup, 'status' | 'code'>) =>
  (record: RecordListItem): boolean =>
    record.status === status && record.error?.code === code;

/** The choice after a group was pressed: without its keys where all were chosen, with them otherwise. */
export function toggled(chosen: ReadonlySet<string>, keys: readonly string[]): ReadonlySet<string> {
  const next = new Set(chosen);
  const all = keys.every((key) => chosen.has(key));
  for (const key of keys) {
    if (all) next.delete(key);
    else next.add(key);
  }
  return next;
}

/** How much of a group is chosen. */
export function extentOf(chosen: ReadonlySet<string>, keys: readonly string[]): 'none' | 'some' | 'all' {
  const count = keys.filter((key) => chosen.has(key)).length;
  return count === 0 ? 'none' : count === keys.length ? 'all' : 'some';
}

/** Open records by status, with exact amounts by currency. */
export function statusGroups(records: readonly RecordListItem[]): StatusGroup[] {
  return open.flatMap((status) => {
    const own = records.filter((record) => record.status === status);
    return own.length === 0 ? [] : [{ status, ...sumOfRecords(own) }];
  });
}

/** Count and exact amounts of records. */
export function sumOfRecords(records: readonly RecordListItem[]): Pick<StatusGroup, 'count' | 'amounts'> {
  return sumOf(
    records.map(({ status, amount, currency }) => ({
      status,
      count: 1,
      amounts: amount === undefined || currency === undefined ? {} : { [currency]: amount },
    })),
  );
}

/**
 * Row-level security: rows that the user may not see are not forbidden, they are not there.
 * @source Integration Development Guide 2026 R1: the session's branch and restriction groups decide what a request sees
 */
import type { Fields } from '../../../engine/model/record.ts';
import type { Profile } from './world.ts';

const text = (value: Fields[string] | undefined): string =>
  typeof value === 'string' ? value.trim().toUpperCase() : '';

/** Whether a request of a branch sees a record. */
export function isVisible(record: Fields, { hiddenVendors, branchRows }: Profile, branch: string): boolean {
  if (hiddenVendors.has(text(record.Vendor)) || hiddenVendors.has(text(record.VendorID))) return false;
  const owner = text(record.BranchID) || text(record.Branch);
  return !branchRows || owner === '' || owner === branch.toUpperCase();
}

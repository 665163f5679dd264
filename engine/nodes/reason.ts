/** How history groups records that a rule of the flow holds: the flow's author says what kind of reason it is. */
import type { ErrorCode } from '../model/error.ts';
import type { NodeField } from './node.ts';

/** The groups with their codes. */
export const reasonGroups = {
  data: 'check.failed',
  vendor: 'check.failedVendor',
  period: 'check.failedPeriod',
  duplicate: 'check.failedDuplicate',
  mapping: 'check.failedMapping',
  approval: 'check.failedApproval',
} as const satisfies Record<string, ErrorCode>;

/** A group of reasons. */
export type ReasonGroup = keyof typeof reasonGroups;

/** Names of the groups, for config schemas. */
export const reasonGroupNames: [ReasonGroup, ...ReasonGroup[]] = [
  'data',
  'vendor',
  'period',
  'duplicate',
  'mapping',
  'approval',
];

/** The form field that chooses the group. */
export const reasonGroupField: NodeField = {
  name: 'group',
  label: 'Held as',
  kind: 'choice',
  default: 'data',
  help: 'How run history groups the records that are held.',
  choices: [
    { value: 'data', label: 'Wrong or missing data' },
    { value: 'vendor', label: 'Vendor' },
    { value: 'period', label: 'Period' },
    { value: 'duplicate', label: 'Duplicate' },
    { value: 'mapping', label: 'Mapping' },
    { value: 'approval', label: 'Approval' },
  ],
};

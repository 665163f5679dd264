/** Billing periods of projects. @source https://developers.procore.com/reference/rest/billing-periods (2026-05) */
import type { Resource } from '../../../engine/model/connector.ts';
import { defineResource } from '../../kit/define.ts';
import { asText } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { date, id, integer, projectId, readOnly, stamps, text } from '../fields.ts';
import { overlapHours } from '../overlap.ts';
import { getOne, projectRead } from '../reading.ts';
import { flatWrites } from './flat-writes.ts';

const fields = [
  id,
  projectId,
  date('start_date', 'Start', { required: true }),
  date('end_date', 'End', { required: true }),
  date('due_date', 'Due', { required: true }),
  readOnly(integer('position', 'Position')),
  text('status', 'Status', { required: true, permitted: ['open', 'closed'] }),
  ...stamps,
];

const declaration = {
  id: 'billing-periods',
  title: 'Billing periods',
  description: 'Billing periods of each project. They may not overlap.',
  source: 'https://developers.procore.com/reference/rest/billing-periods',
  scope: 'project',
  incremental: true,
  overlapHours,
  pushable: ['status'],
  fields,
  key: { fields: ['project_id', 'start_date', 'end_date'], normalize: 'exact' },
  roles: { date: 'end_date', project: 'project_id' },
} as const;

const listPath = (where: string): string => path`/rest/v1.0/projects/${where}/billing_periods`;

/** Billing periods of each project. */
export const billingPeriods: Resource<ProcoreClient> = defineResource({
  ...declaration,
  read: projectRead(declaration, { path: listPath, filters: { status: 'filters[status]' }, label: 'start_date' }),
  get: getOne(declaration, {
    path: (periodId, where) => path`/rest/v1.0/projects/${where}/billing_periods/${periodId}`,
    label: 'start_date',
  }),
  ...flatWrites({
    what: 'billing period',
    scope: 'project',
    fields,
    path: listPath,
    query: () => ({}),
    wrapper: 'billing_period',
    beside: () => ({}),
    omit: ['project_id'],
    same: (row, value) => row.start_date === value.start_date && row.end_date === value.end_date,
    number: (row) => asText(row.start_date),
    status: (row) => asText(row.status),
  }),
});

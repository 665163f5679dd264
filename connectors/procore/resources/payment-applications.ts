/**
 * Payment applications (owner invoices, G702 and G703) of prime contracts.
 * @source https://developers.procore.com/reference/rest/payment-applications-owner-invoices (2026-05)
 */
import type { Resource } from '../../../engine/model/connector.ts';
import type { FieldSchema } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import {
  costCode,
  currency,
  date,
  decimal,
  id,
  integer,
  list,
  money,
  originFields,
  projectId,
  readOnly,
  record,
  reference,
  text,
  wbsCode,
} from '../fields.ts';
import { getOne, projectRead } from '../reading.ts';
import { originOption } from '../writing.ts';
import { paymentApplicationWrites } from './payment-application-writes.ts';
import { statusOption } from './requisition-writes.ts';
import { summaryFields } from './summary-fields.ts';

/** Retainage of a line, on work or on materials. */
const retainageOf = (part: string, what: string): FieldSchema[] => [
  readOnly(money(`${part}_retainage_from_previous_application`, `Retainage on ${what}, before`)),
  money(`${part}_retainage_retained_this_period`, `Retainage on ${what}, retained this period`),
  money(`${part}_retainage_released_this_period`, `Retainage on ${what}, released this period`),
  readOnly(money(`${part}_retainage_currently_retained`, `Retainage on ${what}`)),
  readOnly(decimal(`${part}_retainage_percent_this_period`, `Retainage on ${what}, percent this period`)),
];

const g703: readonly FieldSchema[] = [
  id,
  text('item_number', 'Item number', {
    description: 'To write, a line is named by it, or by a budget or cost code that only one line has.',
  }),
  readOnly(text('description_of_work', 'Description of work')),
  costCode,
  wbsCode,
  ...[
    text('description_override', 'Description of its own'),
    money('scheduled_value', 'Scheduled value'),
    decimal('scheduled_quantity', 'Scheduled quantity'),
    decimal('scheduled_unit_price', 'Scheduled unit price'),
    money('work_completed_from_previous_application', 'Work completed before'),
    decimal('work_completed_from_previous_application_quantity', 'Work completed before, quantity'),
  ].map(readOnly),
  money('work_completed_this_period', 'Work completed this period'),
  decimal('work_completed_this_period_quantity', 'Work completed this period, quantity'),
  money('materials_presently_stored', 'Materials stored'),
  ...[
    money('total_completed_and_stored_to_date', 'Completed and stored to date'),
    decimal('total_completed_and_stored_to_date_quantity', 'Completed and stored to date, quantity'),
    decimal('total_completed_and_stored_to_date_percent', 'Completed and stored to date, percent'),
    money('balance_to_finish', 'Balance to finish'),
  ].map(readOnly),
  ...retainageOf('work_completed', 'work'),
  ...retainageOf('materials_stored', 'materials').map((field) =>
    // No write takes what is released of materials.
    field.name === 'materials_stored_retainage_released_this_period' ? readOnly(field) : field,
  ),
  ...[
    money('total_retainage_from_previous_application', 'Retainage, before'),
    money('total_retainage_currently_retained', 'Retainage'),
    text('type', 'Kind'),
    text('origin_id', 'Internal origin', {
      description: 'An internal number of Procore here, not the key of another system.',
    }),
  ].map(readOnly),
];

const fields: readonly FieldSchema[] = [
  id,
  projectId,
  text('contract_id', 'Prime contract id', { required: true }),
  readOnly(integer('number', 'Running number')),
  text('invoice_number', 'Invoice number'),
  text('status', 'Status', {
    permitted: ['draft', 'under_review', 'revise_and_resubmit', 'approved'],
    readOnly: true,
    description: 'New invoices are drafts, unless the option says otherwise; releasing approves them.',
  }),
  date('billing_date', 'Billing date'),
  text('period_id', 'Billing period id', { required: true }),
  date('period_start', 'Period start'),
  date('period_end', 'Period end'),
  readOnly(decimal('percent_complete', 'Percent complete')),
  readOnly(money('total_amount_paid', 'Paid')),
  readOnly(money('total_amount_accrued_this_period', 'Accrued this period')),
  readOnly(text('formatted_contract_company', 'Owner')),
  readOnly(record('contract', 'Contract', [text('id', 'Id'), text('type', 'Kind'), text('title', 'Title')])),
  reference('billing_period', 'Billing period'),
  record('g702', 'Summary (G702)', summaryFields, { description: 'Procore computes it from the lines.' }),
  list('g703', 'Lines (G703)', g703, { description: 'Only when a single owner invoice is read.' }),
  ...originFields,
  currency,
  readOnly(date('created_at', 'Created on')),
  readOnly(date('updated_at', 'Updated on')),
];

const application = {
  id: 'payment-applications',
  title: 'Payment applications (owner invoices)',
  description:
    'Invoices to the owner, by project. To write is to bill lines of a prime contract’s schedule of values in a billing period.',
  source: 'https://developers.procore.com/reference/rest/payment-applications-owner-invoices',
  scope: 'project',
  incremental: false,
  key: {
    fields: ['contract_id', 'period_id', 'invoice_number'],
    normalize: 'invoice-number',
    blankable: ['invoice_number'],
  },
  amount: { field: 'g702.current_payment_due', currencyField: 'currency_configuration.currency_iso_code' },
  roles: {
    date: 'billing_date',
    number: 'invoice_number',
    lines: 'g703',
    project: 'project_id',
    lineDescription: 'description_of_work',
  },
  options: [statusOption, originOption('Only one integration may own the origin id of an owner invoice.')],
  fields,
} as const;

/** Invoices to the owner. Their list knows no filter on changes: it is read whole. */
export const paymentApplications: Resource<ProcoreClient> = defineResource({
  ...application,
  read: projectRead(application, {
    path: () => '/rest/v1.0/payment_applications',
    query: (projectId) => ({ project_id: projectId }),
    label: 'invoice_number',
  }),
  get: getOne(application, {
    path: (applicationId) => path`/rest/v1.0/payment_applications/${applicationId}`,
    query: (projectId) => ({ project_id: projectId }),
    label: 'invoice_number',
  }),
  ...paymentApplicationWrites(fields),
});

/**
 * Requisitions (subcontractor invoices), version 1.1 with their items inline.
 * @source https://developers.procore.com/reference/rest/requisitions-subcontractor-invoices (2026-05)
 */
import type { Resource } from '../../../engine/model/connector.ts';
import type { FieldSchema, Fields, Scope } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asFields, asList, asText } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { completeCoding } from '../coding.ts';
import {
  attachments,
  boolean,
  costCode,
  currency,
  customFields,
  date,
  decimal,
  id,
  integer,
  lineItemType,
  list,
  money,
  originFields,
  person,
  readOnly,
  record,
  stamps,
  text,
  wbsCode,
} from '../fields.ts';
import { overlapHours } from '../overlap.ts';
import { getOne, type ListDescription, projectRead } from '../reading.ts';

const joined =
  'Added by Costwire from the project’s cost codes and the company’s cost types; Procore’s invoice lines carry the cost code id only.';

const summary: readonly FieldSchema[] = [
  money('original_contract_sum', 'Original contract sum'),
  money('net_change_by_change_orders', 'Net change by change orders'),
  money('contract_sum_to_date', 'Contract sum to date'),
  money('total_completed_and_stored_to_date', 'Completed and stored to date'),
  decimal('completed_work_retainage_percent', 'Retainage on completed work, percent'),
  money('completed_work_retainage_amount', 'Retainage on completed work'),
  decimal('stored_materials_retainage_percent', 'Retainage on stored materials, percent'),
  money('stored_materials_retainage_amount', 'Retainage on stored materials'),
  money('total_retainage', 'Total retainage'),
  money('total_earned_less_retainage', 'Earned less retainage'),
  money('less_previous_certificates_for_payment', 'Less previous payments'),
  money('current_payment_due', 'Current payment due'),
  money('balance_to_finish_including_retainage', 'Balance to finish with retainage'),
  money('tax_applicable_to_this_payment', 'Tax on this payment'),
  money('positive_change_order_total', 'Additions by change orders', { assumed: true }),
  money('negative_change_order_total', 'Deductions by change orders', { assumed: true }),
  money('new_materials', 'New materials'),
  money('stored_materials', 'Stored materials'),
  text('formatted_period', 'Period'),
];

const items: readonly FieldSchema[] = [
  id,
  text('item_type', 'Kind of line', {
    permitted: ['contract_item', 'contract_detail_item', 'change_order_item', 'whole_change_order_item'],
  }),
  text('line_item_id', 'Contract or change order line id'),
  text('detail_line_item_id', 'Detail line id'),
  text('accounting_method', 'Accounting method', { permitted: ['amount', 'unit'] }),
  text('cost_code_id', 'Cost code id'),
  { ...costCode, description: joined },
  { ...lineItemType, description: joined },
  wbsCode,
  text('description_of_work', 'Description of work'),
  text('comment', 'Comment'),
  integer('position', 'Position'),
  text('line_number', 'Line number'),
  text('uom', 'Unit of measure'),
  money('scheduled_value', 'Scheduled value'),
  decimal('scheduled_quantity', 'Scheduled quantity'),
  decimal('scheduled_unit_price', 'Scheduled unit price'),
  money('work_completed_from_previous_application', 'Work completed before'),
  decimal('work_completed_from_previous_application_quantity', 'Work completed before, quantity'),
  money('work_completed_this_period', 'Work completed this period'),
  decimal('work_completed_this_period_quantity', 'Work completed this period, quantity'),
  money('materials_presently_stored', 'Materials stored'),
  money('materials_presently_stored_from_previous_progress', 'Materials stored before'),
  money('materials_moved', 'Materials moved into work'),
  money('total_completed_and_stored_to_date', 'Completed and stored to date'),
  decimal('total_completed_and_stored_to_date_percent', 'Completed and stored to date, percent'),
  money('work_completed_retainage_from_previous_application', 'Retainage on work, before'),
  money('work_completed_retainage_retained_this_period', 'Retainage on work, retained this period'),
  decimal('work_completed_retainage_percent_this_period', 'Retainage on work, percent this period'),
  money('work_completed_retainage_released_this_period', 'Retainage on work, released this period'),
  money('materials_stored_retainage_currently_retained', 'Retainage on materials, retained'),
  decimal('materials_stored_retainage_percent_this_period', 'Retainage on materials, percent this period'),
  money('materials_stored_retainage_released_this_period', 'Retainage on materials, released this period'),
  money('gross_amount', 'Gross amount this period', { assumed: true }),
  money('net_amount', 'Net amount this period', { assumed: true }),
  list('taxes', 'Taxes', []),
  text('status', 'Review result', { permitted: ['approved', 'rejected', 'no_action'] }),
  money('subcontractor_claimed_amount', 'Amount claimed'),
];

const fields: readonly FieldSchema[] = [
  id,
  text('previous_requisition_id', 'Previous requisition id'),
  text('project_id', 'Project id'),
  text('commitment_id', 'Contract id', { required: true }),
  text('commitment_type', 'Kind of contract', { permitted: ['WorkOrderContract', 'PurchaseOrderContract'] }),
  text('contract_name', 'Contract'),
  text('vendor_id', 'Vendor id'),
  text('vendor_name', 'Vendor'),
  integer('number', 'Running number', { description: 'Counts the invoices of a contract.' }),
  text('invoice_number', 'Invoice number', {
    description: 'The subcontractor’s own number: free text, may be empty or repeated.',
  }),
  text('invoice_type', 'Invoice type'),
  text('period_id', 'Billing period id'),
  date('requisition_start', 'Period start'),
  date('requisition_end', 'Period end'),
  date('billing_date', 'Billing date'),
  date('submitted_at', 'Submitted'),
  date('payment_date', 'Payment date'),
  text('status', 'Status', {
    nullable: false,
    permitted: [
      'draft',
      'under_review',
      'revise_and_resubmit',
      'pending_owner_approval',
      'approved',
      'approved_as_noted',
    ],
  }),
  readOnly(text('erp_status', 'ERP status', { description: 'Free text of an ERP integration.' })),
  boolean('final', 'Final invoice'),
  readOnly(boolean('deletable', 'Can be deleted')),
  readOnly(decimal('percent_complete', 'Percent complete')),
  money('total_claimed_amount', 'Amount claimed'),
  ...originFields,
  readOnly(record('summary', 'Summary (G702)', summary)),
  readOnly(record('summary_text', 'Summary texts', [])),
  list('items', 'Lines', items),
  list('item_packages', 'Line packages', []),
  person('created_by', 'Created by'),
  attachments,
  customFields,
  currency,
  boolean('move_materials_to_previous_work_completed', 'Materials move to previous work'),
  ...stamps,
];

const declaration = {
  id: 'requisitions',
  title: 'Requisitions (subcontractor invoices)',
  description: 'Invoices of subcontractors with their lines, by project. Post those that are approved.',
  source: 'https://developers.procore.com/reference/rest/requisitions-subcontractor-invoices',
  scope: 'project',
  fields,
  amount: {
    field: 'summary.current_payment_due',
    currencyField: 'currency_configuration.currency_iso_code',
    lines: { list: 'items', field: 'net_amount' },
  },
  roles: {
    approval: 'status',
    date: 'billing_date',
    vendor: 'vendor_id',
    number: 'invoice_number',
    lines: 'items',
    project: 'project_id',
    lineDescription: 'description_of_work',
  },
  pushable: ['status', 'commitment_id', 'period_id', 'origin_id'],
  incremental: true,
  overlapHours,
} as const;

async function withCoding(client: ProcoreClient, rows: Fields[], scope: Scope, signal: AbortSignal): Promise<Fields[]> {
  const completed: Fields[] = [];
  for (const row of rows) {
    const lines = (asList(row.items) ?? []).map((item) => asFields(item) ?? {});
    const contract = { type: asText(row.commitment_type), id: asText(row.commitment_id) };
    completed.push({ ...row, items: await completeCoding(client, lines, contract, scope, signal) });
  }
  return completed;
}

const description: ListDescription = {
  path: () => '/rest/v1.1/requisitions',
  query: (projectId) => ({ project_id: projectId, view: 'items' }),
  filters: {
    status: 'filters[status]',
    commitment_id: 'filters[commitment_id]',
    period_id: 'filters[period_id]',
    origin_id: 'filters[origin_id]',
  },
  label: 'invoice_number',
  complete: withCoding,
};

/** Requisitions with items, project by project. */
export const requisitions: Resource<ProcoreClient> = defineResource({
  ...declaration,
  read: projectRead(declaration, description),
  get: getOne(declaration, {
    path: (requisitionId) => path`/rest/v1.1/requisitions/${requisitionId}`,
    query: (projectId) => ({ project_id: projectId, view: 'items' }),
    label: 'invoice_number',
    complete: withCoding,
  }),
});

/**
 * Fields of requisitions (subcontractor invoices), version 1.1. Procore makes the lines of an invoice from the schedule of values of
 * its contract: to write is to say how much of each was done.
 * @source https://developers.procore.com/reference/rest/requisitions-subcontractor-invoices (2026-05)
 */
import type { FieldSchema } from '../../../engine/model/record.ts';
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
import { summaryFields } from './summary-fields.ts';

const joined =
  'Added by Costwire from the project’s cost codes and the company’s cost types; Procore’s invoice lines carry the cost code id only.';

const summary: readonly FieldSchema[] = [
  ...summaryFields,
  money('new_materials', 'New materials'),
  money('stored_materials', 'Stored materials'),
  decimal('new_materials_quantity', 'New materials, quantity'),
  decimal('stored_materials_quantity', 'Stored materials, quantity'),
];

/** What an invoice line says of its contract line; Procore takes it from there. */
const ofContract: readonly FieldSchema[] = [
  readOnly(text('accounting_method', 'Accounting method', { permitted: ['amount', 'unit'] })),
  readOnly(text('cost_code_id', 'Cost code id')),
  { ...costCode, description: joined },
  { ...lineItemType, description: joined },
  wbsCode,
  readOnly(text('description_of_work', 'Description of work')),
  readOnly(integer('position', 'Position')),
  text('line_number', 'Line number', {
    description: 'To write without the id of the contract line: its position in the schedule of values.',
  }),
  readOnly(text('uom', 'Unit of measure')),
  readOnly(money('scheduled_value', 'Scheduled value')),
  readOnly(decimal('scheduled_quantity', 'Scheduled quantity')),
  readOnly(decimal('scheduled_unit_price', 'Scheduled unit price')),
];

const itemTypes = ['contract_item', 'contract_detail_item', 'change_order_item', 'whole_change_order_item'];

/** Lines of an invoice. */
export const requisitionItems: readonly FieldSchema[] = [
  id,
  text('item_type', 'Kind of line', {
    permitted: itemTypes,
    description: 'To write: found by the contract line where left empty.',
  }),
  text('line_item_id', 'Contract or change order line id', {
    description:
      'To write: the line billed. Line number, or budget code where it names one line only, may stand for it.',
  }),
  text('detail_line_item_id', 'Detail line id'),
  ...ofContract,
  text('comment', 'Comment'),
  readOnly(money('work_completed_from_previous_application', 'Work completed before')),
  readOnly(decimal('work_completed_from_previous_application_quantity', 'Work completed before, quantity')),
  money('work_completed_this_period', 'Work completed this period'),
  decimal('work_completed_this_period_quantity', 'Work completed this period, quantity', {
    description: 'Contracts by units only.',
  }),
  money('materials_presently_stored', 'Materials stored'),
  money('materials_presently_stored_from_previous_progress', 'Materials stored before'),
  money('new_materials', 'New materials'),
  money('stored_materials', 'Stored materials'),
  readOnly(decimal('materials_presently_stored_quantity', 'Materials stored, quantity')),
  readOnly(decimal('materials_previously_stored_quantity', 'Materials stored before, quantity')),
  readOnly(money('materials_moved', 'Materials moved into work')),
  readOnly(money('materials_retainage_retained_moved', 'Retainage on materials moved into work')),
  readOnly(money('total_completed_and_stored_to_date_from_previous', 'Completed and stored before')),
  readOnly(money('total_completed_and_stored_to_date', 'Completed and stored to date')),
  readOnly(decimal('total_completed_and_stored_to_date_percent', 'Completed and stored to date, percent')),
  readOnly(money('work_completed_retainage_from_previous_application', 'Retainage on work, before')),
  money('work_completed_retainage_retained_this_period', 'Retainage on work, retained this period'),
  decimal('work_completed_retainage_percent_this_period', 'Retainage on work, percent this period', {
    description: 'Procore keeps a written percentage only of lines without work this period.',
  }),
  money('work_completed_retainage_released_this_period', 'Retainage on work, released this period'),
  money('materials_stored_retainage_currently_retained', 'Retainage on materials, retained'),
  decimal('materials_stored_retainage_percent_this_period', 'Retainage on materials, percent this period'),
  readOnly(money('materials_stored_retainage_new_materials', 'Retainage on new materials')),
  readOnly(boolean('ssr_manual_override', 'Retainage set by hand')),
  readOnly(money('materials_stored_retainage_released_this_period', 'Retainage on materials, released this period')),
  readOnly(money('gross_amount', 'Gross amount this period', { assumed: true })),
  money('net_amount', 'Net amount this period', {
    assumed: true,
    required: true,
    description: 'Never sent: what Procore makes of the line must come to this amount, or the invoice is held.',
  }),
  readOnly(list('taxes', 'Taxes', [])),
  text('status', 'Review result', { permitted: ['approved', 'rejected', 'no_action'] }),
  money('subcontractor_claimed_amount', 'Amount claimed'),
];

/** Fields of an invoice. */
export const requisitionFields: readonly FieldSchema[] = [
  id,
  readOnly(text('previous_requisition_id', 'Previous requisition id')),
  text('project_id', 'Project id', { description: 'Needed to write.' }),
  text('commitment_id', 'Contract id', { required: true }),
  text('commitment_type', 'Kind of contract', {
    permitted: ['WorkOrderContract', 'PurchaseOrderContract'],
    description: 'To write: saves Costwire from asking for the kind of the contract.',
  }),
  readOnly(text('contract_name', 'Contract')),
  readOnly(text('vendor_id', 'Vendor id')),
  readOnly(text('vendor_name', 'Vendor')),
  readOnly(integer('number', 'Running number', { description: 'Counts the invoices of a contract.' })),
  text('invoice_number', 'Invoice number', {
    description: 'The subcontractor’s own number: free text, may be empty or repeated.',
  }),
  readOnly(text('invoice_type', 'Invoice type')),
  text('period_id', 'Billing period id', { required: true }),
  date('requisition_start', 'Period start', { description: 'Left empty, that of the billing period.', assumed: true }),
  date('requisition_end', 'Period end', { description: 'Left empty, that of the billing period.', assumed: true }),
  date('billing_date', 'Billing date'),
  date('submitted_at', 'Submitted'),
  date('payment_date', 'Payment date'),
  text('status', 'Status', {
    nullable: false,
    readOnly: true,
    description:
      'New invoices are drafts until their lines are filled; an option says what they become, releasing approves.',
    permitted: [
      'draft',
      'under_review',
      'revise_and_resubmit',
      'pending_owner_approval',
      'approved',
      'approved_as_noted',
    ],
  }),
  readOnly(text('electronic_signature_id', 'Electronic signature id')),
  readOnly(text('erp_status', 'ERP status', { description: 'Free text of an ERP integration.' })),
  boolean('final', 'Final invoice'),
  readOnly(boolean('deletable', 'Can be deleted')),
  readOnly(decimal('percent_complete', 'Percent complete')),
  readOnly(money('total_claimed_amount', 'Amount claimed')),
  ...originFields,
  readOnly(record('summary', 'Summary (G702)', summary)),
  readOnly(record('summary_text', 'Summary texts', [])),
  list('items', 'Lines', requisitionItems),
  readOnly(list('item_packages', 'Line packages', [])),
  person('created_by', 'Created by'),
  attachments,
  customFields,
  currency,
  readOnly(boolean('move_materials_to_previous_work_completed', 'Materials move to previous work')),
  ...stamps,
];

import { describe, expect, it } from 'vitest';
import { procore } from '../../../connectors/procore/index.ts';
import { findField } from '../../../engine/model/record.ts';

/** Fields that Procore's reference documents, by resource; `a.b` is a field of a record or of the lines of a list. */
const documented: Readonly<Record<string, string>> = {
  companies: 'id name is_active logo_url my_company pcn_business_experience',
  projects: `id name display_name project_number accounting_project_number active company.id project_stage.name origin_id origin_data
    origin_code start_date completion_date projected_finish_date actual_start_date total_value estimated_value standard_cost_code_list_id
    address city state_code zip country_code county phone latitude longitude time_zone tz_name is_demo template is_erp_integrated
    created_at updated_at custom_fields departments office.id program.id project_type.id project_region.id`,
  vendors: `id name company abbreviated_name trade_name legal_name is_active authorized_bidder prequalified union_member
    non_union_prevailing_wage address city state_code zip country_code business_phone mobile_phone fax_number email_address website
    business_id business_register.type business_register.identifier license_number labor_union notes origin_id origin_code origin_data
    synced_to_erp primary_contact.id vendor_group.id parent.id trades standard_cost_codes project_ids children_count contact_count
    created_at updated_at`,
  'cost-codes': `id code full_code sortable_code name parent.id parent_id biller biller_id biller_type budgeted standard_cost_code_id
    standard_cost_code_list_id origin_id origin_data line_item_types.base_type position created_at updated_at deleted_at`,
  'standard-cost-codes': 'id standard_cost_code_list_id parent_id code full_code name origin_id origin_data',
  'standard-cost-code-lists': 'id name is_erp_list available_to_use_on_new_projects',
  'line-item-types': 'id name code base_type origin_id origin_data',
  'wbs-codes': `id flat_code flat_name description status wbs_pattern_id segment_items.code segment_items.name segment_items.segment.type
    created_at updated_at`,
  'tax-codes': 'id code description rate1 archived default_tax_code origin_id origin_data',
  'units-of-measure': 'id name description is_standard uom_category.name',
  'work-order-contracts': `id number title description status executed private accounting_method vendor.company vendor.origin_id project.name
    grand_total approved_change_orders pending_change_orders draft_change_orders_amount revised_contract pending_revised_contract
    total_requisitions_amount total_payments total_draw_requests_amount remaining_balance_outstanding percentage_paid retainage_percent
    requisitions_are_enabled billing_schedule_of_values_status contract_date issued_on_date execution_date signed_contract_received_date
    letter_of_intent_date returned_date approval_letter_date contract_start_date contract_estimated_completion_date
    actual_completion_date inclusions exclusions origin_id origin_code origin_data created_at updated_at deleted_at line_items
    change_order_packages change_order_requests potential_change_orders payments_issued attachments invoice_contacts created_by_id
    line_items.position line_items.amount line_items.extended_type line_items.extended_amount line_items.total_amount
    line_items.quantity line_items.unit_cost line_items.uom line_items.cost_code.full_code line_items.line_item_type.base_type
    line_items.wbs_code.flat_code line_items.tax_code_id line_items.holder.holder_type line_items.origin_id
    line_items.change_event_line_item`,
  'purchase-order-contracts':
    'assignee.id bill_to_address ship_to_address ship_via delivery_date payment_terms line_items number',
  'change-order-packages': `id contract_id number revision title description type status executed grand_total due_date invoiced_date
    paid_date reviewed_at signed_change_order_received_date designated_reviewer.name schedule_impact_amount review_notes private
    origin_id origin_code origin_data created_by_id created_at updated_at deleted_at currency_configuration.currency_iso_code
    custom_fields line_items.description line_items.total_amount line_items.markup_line_items`,
  'commitment-change-orders': `id batch_id contract_id legacy_package_id legacy_request_id number revision title description status executed
    paid private grand_total due_date invoiced_date reviewed_at signed_change_order_received_date schedule_impact_amount
    signature_required type created_by.name designated_reviewer.name received_from.name reviewed_by.name change_order_change_reason.id
    created_at updated_at line_items.amount`,
  'prime-change-orders': 'id contract_id number status grand_total paid_date line_items.amount',
  'billing-periods': 'id project_id start_date end_date due_date position status created_at updated_at',
  requisitions: `id project_id commitment_id period_id commitment_type contract_name vendor_name vendor_id number invoice_number invoice_type
    previous_requisition_id billing_date requisition_start requisition_end submitted_at payment_date status erp_status final deletable
    percent_complete total_claimed_amount origin_id origin_data summary_text items item_packages created_by.company_name attachments
    custom_fields currency_configuration.currency_exchange_rate move_materials_to_previous_work_completed
    summary.original_contract_sum summary.net_change_by_change_orders summary.contract_sum_to_date
    summary.total_completed_and_stored_to_date summary.completed_work_retainage_percent summary.completed_work_retainage_amount
    summary.stored_materials_retainage_percent summary.stored_materials_retainage_amount summary.total_retainage
    summary.total_earned_less_retainage summary.less_previous_certificates_for_payment summary.current_payment_due
    summary.balance_to_finish_including_retainage summary.tax_applicable_to_this_payment summary.positive_change_order_item_total
    summary.negative_change_order_item_total summary.formatted_period summary.new_materials summary.stored_materials
    items.item_type items.line_item_id items.detail_line_item_id items.accounting_method items.cost_code_id items.wbs_code.flat_code
    items.description_of_work items.comment items.position items.line_number items.uom items.scheduled_value items.scheduled_quantity
    items.scheduled_unit_price items.work_completed_from_previous_application items.work_completed_this_period
    items.work_completed_this_period_quantity items.materials_presently_stored
    items.materials_presently_stored_from_previous_progress items.materials_moved items.total_completed_and_stored_to_date
    items.total_completed_and_stored_to_date_percent items.work_completed_retainage_from_previous_application
    items.work_completed_retainage_retained_this_period items.work_completed_retainage_percent_this_period
    items.work_completed_retainage_released_this_period items.materials_stored_retainage_currently_retained
    items.materials_stored_retainage_percent_this_period items.materials_stored_retainage_released_this_period items.gross_amount
    items.net_amount items.taxes items.status items.subcontractor_claimed_amount`,
  'contract-payments': `id contract_id project_id amount date payment_method check_number payment_number draw_request_number notes invoice_number
    invoice_date requisition_id origin_id origin_data status external_payment_id origin_code attachments date_payment_initiated
    date_payment_settled`,
  'direct-costs': `id direct_cost_type direct_cost_date received_date payment_date invoice_number status terms description vendor.name vendor_id
    vendor_name employee.name grand_total amount line_items line_items_count attachments_count origin_id origin_data
    currency_configuration.currency_iso_code created_at updated_at deleted_at`,
  'prime-contracts': `number title status grand_total revised_contract_amount approved_change_orders pending_change_orders_amount
    owner_invoices_amount outstanding_balance total_payments origin_id origin_data vendor.name contract_date retainage_percent`,
  'payment-applications': `id number invoice_number billing_date period_start period_end period_id percent_complete total_amount_paid
    total_amount_accrued_this_period formatted_contract_company origin_id origin_data contract.title billing_period.id
    g702.current_payment_due g702.completed_work_retainage_percent g703.item_number g703.description_of_work g703.cost_code.full_code
    g703.wbs_code.flat_code g703.scheduled_value g703.work_completed_from_previous_application g703.work_completed_this_period
    g703.materials_presently_stored g703.total_completed_and_stored_to_date g703.balance_to_finish g703.type
    g703.work_completed_retainage_currently_retained g703.materials_stored_retainage_currently_retained created_at updated_at`,
  'budget-lines': `id wbs_code_id cost_code_id cost_code cost_code_origin_id root_cost_code root_cost_code_id category category_id biller
    biller_type project original_budget_amount budget_modifications budget_forecast currency_configuration.currency_iso_code`,
};

describe('the fields that an analyst may pick', () => {
  it.each(Object.entries(documented))('of %s are those that Procore documents', (id, names) => {
    const resource = procore.resources.find((candidate) => candidate.id === id);
    const missing = names
      .split(/\s+/)
      .filter((name) => resource === undefined || findField(resource, name) === undefined);
    expect(missing).toEqual([]);
  });

  it('are declared once each, at every depth', () => {
    const visit = (fields: (typeof procore.resources)[number]['fields'], path: string): void => {
      const names = fields.map(({ name }) => name);
      expect([path, names.filter((name, index) => names.indexOf(name) !== index)]).toEqual([path, []]);
      for (const field of fields) visit(field.fields ?? [], `${path}.${field.name}`);
    };
    for (const { id, fields } of procore.resources) visit(fields, id);
  });
});

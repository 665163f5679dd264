/**
 * The summary of an invoice by the form G702, which subcontractor and owner invoices share.
 * @source https://developers.procore.com/reference/rest/requisitions-subcontractor-invoices, …/payment-applications-owner-invoices (2026-05)
 */
import type { FieldSchema } from '../../../engine/model/record.ts';
import { decimal, money, text } from '../fields.ts';

const changes: readonly FieldSchema[] = (
  [
    ['positive', 'Additions by change orders'],
    ['negative', 'Deductions by change orders'],
  ] as const
).flatMap(([sign, label]) => [
  money(`${sign}_change_order_item_total`, label),
  money(`${sign}_new_change_order_item_total`, `${label}, this period`),
  money(`${sign}_previous_change_order_item_total`, `${label}, before`),
]);

/** Fields of the summary. */
export const summaryFields: readonly FieldSchema[] = [
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
  ...changes,
  text('formatted_period', 'Period'),
];

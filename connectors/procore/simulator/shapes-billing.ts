/** Shapes direct costs, owner billing and tax codes of the practice company. @source fact sheet 15.7, 15.17, 15.18 */
import type { BillingPeriod, Company, DirectCost, Job } from '../../kit/company/index.ts';
import { fileRows } from './files.ts';
import { numericId, type Row } from './rows.ts';
import { scheduleRow } from './shapes.ts';

/** A direct cost as *show* gives it; lists give the vendor as plain text. */
export const directCostRow = (company: Company, jobIndex: number, cost: DirectCost): Row => {
  const vendor = company.vendors.find(({ id }) => id === cost.vendorId);
  // One job keeps the paper of its bills in Procore, the others do not.
  const attachments = fileRows(cost.id, jobIndex === 1 ? cost.invoiceNumber : undefined);
  return {
    id: numericId(cost.id),
    direct_cost_type: cost.type,
    direct_cost_date: cost.date,
    received_date: cost.receivedDate ?? null,
    payment_date: null,
    invoice_number: cost.invoiceNumber ?? null,
    status: cost.status,
    terms: vendor === undefined ? null : 'Net 30',
    description: cost.description,
    vendor: vendor === undefined ? null : { id: numericId(vendor.id), name: vendor.name },
    vendor_id: vendor === undefined ? null : numericId(vendor.id),
    vendor_name: vendor?.name ?? null,
    employee: cost.employee === undefined ? null : { id: 562949957000200, name: cost.employee },
    grand_total: cost.amount,
    line_items_count: cost.lines.length,
    attachments_count: attachments.length,
    attachments,
    line_items: cost.lines.map((line) =>
      scheduleRow(company, jobIndex, line, cost.createdAt, { id: numericId(cost.id), holder_type: 'DirectCost' }),
    ),
    origin_id: null,
    origin_data: null,
    currency_configuration: { currency_iso_code: company.currency },
    created_at: cost.createdAt,
    updated_at: cost.updatedAt,
    deleted_at: null,
  };
};

/** The prime contract of a job. */
export const primeContractRow = (company: Company, job: Job): Row => ({
  id: numericId(job.id) + 26_900_000,
  number: `OC-${job.number}`,
  title: `${job.name} GMP`,
  type: 'PrimeContract',
  status: job.active ? 'Approved' : 'Complete',
  executed: true,
  grand_total: '18400000.00',
  revised_contract_amount: '18400000.00',
  approved_change_orders: '0.00',
  pending_change_orders_amount: '12500.00',
  owner_invoices_amount: '612500.00',
  outstanding_balance: '17787500.00',
  total_payments: '0.00',
  origin_id: null,
  origin_data: null,
  currency_configuration: { currency_iso_code: company.currency },
  created_at: job.createdAt,
  updated_at: job.updatedAt,
});

/** The line of the owner's contract as a contract line, for codes and amounts. */
export const ownerLine = (company: Company, job: Job, amount: string): Row => {
  const code = company.costCodes.at(-1)?.fullCode ?? '';
  const line = { id: String(numericId(job.id) + 36_900_000), position: 1, description: 'Owner work', costCode: code };
  const holder = { id: numericId(job.id) + 26_900_000, holder_type: 'PrimeContract' };
  return scheduleRow(company, company.jobs.indexOf(job), { ...line, costType: 'S', amount }, job.createdAt, holder);
};

/** A change of the owner's contract that waits for approval, with its line. @source fact sheet 15.13 */
export const primeChangeOrderRow = (company: Company, job: Job): Row => ({
  id: numericId(job.id) + 27_900_000,
  batch_id: null,
  contract_id: numericId(job.id) + 26_900_000,
  legacy_package_id: null,
  legacy_request_id: null,
  number: '001',
  revision: 0,
  title: 'Owner request',
  description: null,
  type: 'PrimeContractChangeOrder',
  status: 'pending',
  executed: false,
  paid: false,
  private: false,
  signature_required: false,
  grand_total: '12500.00',
  due_date: null,
  invoiced_date: null,
  paid_date: null,
  reviewed_at: null,
  signed_change_order_received_date: null,
  schedule_impact_amount: 0,
  created_by: null,
  currency_configuration: { currency_iso_code: company.currency },
  line_items: [ownerLine(company, job, '12500.00')],
  created_at: job.createdAt,
  updated_at: job.updatedAt,
});

/** The one line of an owner invoice. Its `origin_id` is an internal number in Procore. */
function ownerInvoiceLine(company: Company, job: Job, money: { completed: string; retainage: string }): Row {
  const { cost_code, wbs_code } = ownerLine(company, job, '18400000.00');
  return {
    id: numericId(job.id) + 37_900_000,
    item_number: 1,
    description_of_work: 'Owner work',
    cost_code,
    wbs_code,
    scheduled_value: '18400000.00',
    work_completed_from_previous_application: '0.00',
    work_completed_this_period: money.completed,
    materials_presently_stored: '0.00',
    total_completed_and_stored_to_date: money.completed,
    work_completed_retainage_retained_this_period: money.retainage,
    work_completed_retainage_currently_retained: money.retainage,
    total_retainage_currently_retained: money.retainage,
    balance_to_finish: '17787500.00',
    type: 'contract_item',
    origin_id: 71001,
  };
}

/** One owner invoice per job, for its first billing period. */
export function paymentApplicationRows(company: Company, job: Job, periods: readonly BillingPeriod[]): Row[] {
  const period = periods[0];
  if (period === undefined) return [];
  const money = { completed: '612500.00', retainage: '30625.00', earned: '581875.00' };
  return [
    {
      id: numericId(job.id) + 35_900_000,
      number: 1,
      invoice_number: `OWN-${job.number}-01`,
      status: 'approved',
      billing_date: period.end,
      period_id: numericId(period.id),
      period_start: period.start,
      period_end: period.end,
      percent_complete: '3.3%',
      total_amount_paid: '0.00',
      total_amount_accrued_this_period: money.completed,
      formatted_contract_company: `${job.name} Owner LP`,
      contract: { id: numericId(job.id) + 26_900_000, type: 'PrimeContract', title: `${job.name} GMP` },
      g702: {
        original_contract_sum: '18400000.00',
        net_change_by_change_orders: '0.00',
        contract_sum_to_date: '18400000.00',
        total_completed_and_stored_to_date: money.completed,
        total_retainage: money.retainage,
        total_earned_less_retainage: money.earned,
        less_previous_certificates_for_payment: '0.00',
        current_payment_due: money.earned,
        balance_to_finish_including_retainage: '17818125.00',
      },
      g703: [ownerInvoiceLine(company, job, money)],
      origin_id: null,
      origin_data: null,
      currency_configuration: { currency_iso_code: company.currency },
      created_at: period.end,
      updated_at: period.end,
    },
  ];
}

/** Tax codes; the rate is a JSON number in Procore too. */
export const taxCodes: readonly Row[] = [
  {
    id: 701,
    code: 'WA-TAC',
    description: 'Tacoma combined sales tax',
    rate1: 10.3,
    archived: false,
    default_tax_code: true,
    origin_id: null,
    origin_data: null,
  },
  {
    id: 702,
    code: 'EXEMPT',
    description: 'No tax',
    rate1: 0,
    archived: false,
    default_tax_code: false,
    origin_id: null,
    origin_data: null,
  },
];

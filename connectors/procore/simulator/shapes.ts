/** Shapes the practice company's master data, contracts and invoices as Procore's rows. @source fact sheet section 15 */
import {
  budgetCodeId,
  type ChangeOrder,
  type Commitment,
  type Company,
  type CostType,
  flatCode,
  type Job,
  jobCostCodeId,
  type Requisition,
  type RequisitionLine,
  type ScheduleLine,
  costCode as standardCode,
  type Vendor,
} from '../../kit/company/index.ts';
import { fileRows } from './files.ts';
import { minus, numericId, type Row, sumOf } from './rows.ts';

/** The company's standard list of cost codes. */
export const standardListId = 6001;

const currency = (company: Company): Row => ({ currency_iso_code: company.currency });

/** A project. */
export const projectRow = (company: Company, job: Job): Row => ({
  id: numericId(job.id),
  name: job.name,
  display_name: `${job.number} - ${job.name}`,
  project_number: job.number,
  accounting_project_number: `JOB-${job.number}`,
  active: job.active,
  company: { id: numericId(company.id), name: company.name },
  project_stage: job.active ? { id: 3, name: 'Course of Construction' } : { id: 5, name: 'Closed out' },
  origin_id: job.erpProject ?? null,
  origin_data: null,
  origin_code: null,
  address: job.street,
  city: job.city,
  state_code: 'WA',
  zip: job.zip,
  country_code: 'US',
  start_date: job.start,
  completion_date: job.completion,
  total_value: '18400000.5',
  standard_cost_code_list_id: standardListId,
  is_demo: false,
  template: false,
  tz_name: 'America/Los_Angeles',
  created_at: job.createdAt,
  updated_at: job.updatedAt,
  custom_fields: {},
});

/** A vendor in the extended view. */
export const vendorRow = (vendor: Vendor, projectIds: readonly string[]): Row => ({
  id: numericId(vendor.id),
  name: vendor.name,
  company: vendor.name,
  abbreviated_name: vendor.shortName,
  is_active: true,
  authorized_bidder: true,
  prequalified: false,
  address: vendor.street,
  city: vendor.city,
  state_code: 'WA',
  zip: vendor.zip,
  country_code: 'US',
  business_phone: vendor.phone,
  email_address: vendor.email,
  business_register: { type: 'EIN', identifier: vendor.taxId },
  origin_id: vendor.linked ? (vendor.erpId ?? null) : null,
  origin_code: vendor.linked ? (vendor.erpId ?? null) : null,
  origin_data: null,
  synced_to_erp: vendor.linked,
  project_ids: projectIds.map(numericId),
  created_at: vendor.createdAt,
  updated_at: vendor.updatedAt,
});

/** A cost type. */
export const costTypeRow = (type: CostType): Row => ({
  id: numericId(type.id),
  name: type.name,
  code: type.code,
  base_type: type.baseType,
  origin_id: null,
  origin_data: null,
});

const typeOf = (company: Company, code: CostType['code']): Row | null => {
  const type = company.costTypes.find((candidate) => candidate.code === code);
  return type === undefined ? null : costTypeRow(type);
};

/** A project's copies of the standard cost codes. */
export const costCodeRows = (company: Company, job: Job, jobIndex: number): Row[] =>
  company.costCodes.map((code, position) => ({
    id: numericId(jobCostCodeId(jobIndex, code.fullCode)),
    code: code.code,
    full_code: code.fullCode,
    sortable_code: code.fullCode,
    name: code.name,
    parent: code.parent === undefined ? null : { id: numericId(jobCostCodeId(jobIndex, code.parent)) },
    biller: job.name,
    biller_id: numericId(job.id),
    biller_type: 'Project',
    budgeted: code.level === 3,
    standard_cost_code_id: numericId(code.id),
    standard_cost_code_list_id: standardListId,
    origin_id: null,
    origin_data: null,
    line_item_types: code.level === 3 ? company.costTypes.map(costTypeRow) : [],
    position: position + 1,
    created_at: job.createdAt,
    updated_at: job.createdAt,
    deleted_at: null,
  }));

/** A cost code as lines carry it. */
const costCodeBrief = (jobIndex: number, fullCode: string): Row => {
  const code = standardCode(fullCode);
  return {
    id: numericId(jobCostCodeId(jobIndex, fullCode)),
    code: code?.code ?? fullCode,
    full_code: fullCode,
    name: code?.name ?? fullCode,
    origin_id: null,
  };
};

const budgetCode = (company: Company, jobIndex: number, fullCode: string, type: CostType['code']): Row => ({
  id: numericId(budgetCodeId(jobIndex, fullCode, type)),
  flat_code: flatCode(fullCode, type),
  description: `${standardCode(fullCode)?.name ?? fullCode}.${company.costTypes.find((entry) => entry.code === type)?.name ?? type}`,
});

/** The budget codes of a project: every leaf with every cost type. */
export const wbsCodeRows = (company: Company, job: Job, jobIndex: number): Row[] =>
  company.costCodes
    .filter((code) => code.level === 3)
    .flatMap((code) =>
      company.costTypes.map((type) => ({
        ...budgetCode(company, jobIndex, code.fullCode, type.code),
        flat_name: `${code.name}.${type.name}`,
        status: 'active',
        wbs_pattern_id: 5100,
        segment_items: [
          {
            id: 9_900_000 + Number(code.id),
            code: code.fullCode,
            name: code.name,
            segment: { id: 7001, name: 'Cost Code', type: 'cost_code' },
          },
          {
            id: 9_800_000 + Number(type.id),
            code: type.code,
            name: type.name,
            segment: { id: 7002, name: 'Cost Type', type: 'line_item_type' },
          },
        ],
        created_at: job.createdAt,
        updated_at: job.createdAt,
      })),
    );

/** A contract line; also those of change orders and direct costs, which differ in `holder` only. */
export const scheduleRow = (company: Company, jobIndex: number, line: ScheduleLine, at: string, holder: Row): Row => ({
  id: numericId(line.id),
  position: line.position,
  description: line.description,
  amount: line.amount,
  extended_type: line.quantity === undefined ? 'manual' : 'calculated',
  quantity: line.quantity ?? '0.0',
  unit_cost: line.unitCost ?? '0.0',
  uom: line.uom ?? null,
  extended_amount: line.amount,
  total_amount: line.amount,
  cost_code: costCodeBrief(jobIndex, line.costCode),
  line_item_type: typeOf(company, line.costType),
  wbs_code: budgetCode(company, jobIndex, line.costCode, line.costType),
  tax_code_id: null,
  holder,
  company: { id: numericId(company.id), name: company.name },
  origin_id: null,
  origin_data: null,
  currency_configuration: currency(company),
  created_at: at,
  updated_at: at,
});

/** A contract in the extended view, without lines. */
export const contractRow = (company: Company, job: Job, commitment: Commitment): Row => {
  const vendor = company.vendors.find(({ id }) => id === commitment.vendorId);
  const revised = sumOf([commitment.originalAmount, commitment.approvedChanges]);
  const own =
    commitment.type === 'PurchaseOrderContract'
      ? {
          delivery_date: commitment.completion,
          payment_terms: 'Net 30',
          ship_via: 'Truck',
          bill_to_address: 'PO Box 900, Tacoma WA',
          ship_to_address: `${job.street}, ${job.city} WA`,
          assignee: null,
        }
      : {
          contract_start_date: commitment.start,
          contract_estimated_completion_date: commitment.completion,
          actual_completion_date: null,
          inclusions: null,
          exclusions: null,
        };
  return {
    id: numericId(commitment.id),
    number: commitment.number,
    title: commitment.title,
    description: null,
    status: commitment.status,
    executed: commitment.executed,
    private: false,
    accounting_method: commitment.accountingMethod,
    vendor: { id: numericId(commitment.vendorId), company: vendor?.name ?? '' },
    project: { id: numericId(job.id), name: job.name },
    grand_total: commitment.originalAmount,
    approved_change_orders: commitment.approvedChanges,
    pending_change_orders: commitment.pendingChanges,
    draft_change_orders_amount: sumOf(
      commitment.changeOrders.filter(({ status }) => status === 'draft').map(({ amount }) => amount),
    ),
    revised_contract: revised,
    pending_revised_contract: sumOf([revised, commitment.pendingChanges]),
    total_requisitions_amount: '0.00',
    total_payments: '0.00',
    total_draw_requests_amount: '0.00',
    remaining_balance_outstanding: revised,
    percentage_paid: '0.0',
    retainage_percent: commitment.retainagePercent ?? null,
    requisitions_are_enabled: commitment.type === 'WorkOrderContract',
    contract_date: commitment.contractDate,
    issued_on_date: commitment.contractDate,
    execution_date: commitment.executed ? commitment.contractDate : null,
    ...own,
    origin_id: null,
    origin_code: null,
    origin_data: null,
    currency_configuration: currency(company),
    created_at: commitment.createdAt,
    updated_at: commitment.updatedAt,
    deleted_at: null,
  };
};

/** A change order as package; `line_items` belong to *show*. */
export const packageRow = (company: Company, jobIndex: number, change: ChangeOrder): Row => ({
  id: numericId(change.id),
  contract_id: numericId(change.commitmentId),
  number: change.number,
  revision: 0,
  title: change.title,
  description: null,
  type: 'CommitmentContractChangeOrder',
  status: change.status,
  executed: change.status === 'approved',
  grand_total: change.amount,
  due_date: change.date,
  invoiced_date: null,
  paid_date: null,
  reviewed_at: change.status === 'approved' ? `${change.date}T18:30:00Z` : null,
  signed_change_order_received_date: null,
  schedule_impact_amount: 0,
  private: false,
  designated_reviewer: null,
  origin_id: null,
  origin_code: null,
  origin_data: null,
  currency_configuration: currency(company),
  line_items: change.lines.map((line) =>
    scheduleRow(company, jobIndex, line, `${change.date}T16:00:00Z`, {
      id: numericId(change.id) + 1,
      holder_type: 'PotentialChangeOrder',
    }),
  ),
  created_at: `${change.date}T16:00:00Z`,
  updated_at: `${change.date}T18:30:00Z`,
  deleted_at: null,
});

const itemRow = (company: Company, jobIndex: number, line: RequisitionLine): Row => ({
  id: numericId(line.id),
  item_type: line.itemType,
  accounting_method: 'amount',
  line_item_id: numericId(line.lineId),
  cost_code_id: numericId(jobCostCodeId(jobIndex, line.costCode)),
  wbs_code: budgetCode(company, jobIndex, line.costCode, line.costType),
  description_of_work: line.description,
  position: line.position,
  line_number: String(line.position),
  scheduled_value: line.scheduledValue,
  work_completed_from_previous_application: line.previousWork,
  work_completed_this_period: line.workThisPeriod,
  materials_presently_stored: line.storedMaterials,
  materials_presently_stored_from_previous_progress: line.storedPreviously,
  total_completed_and_stored_to_date: line.totalToDate,
  total_completed_and_stored_to_date_percent: line.percentToDate,
  work_completed_retainage_from_previous_application: line.retainedPreviously,
  work_completed_retainage_retained_this_period: line.retainedThisPeriod,
  work_completed_retainage_percent_this_period: line.retainagePercent,
  work_completed_retainage_released_this_period: line.releasedThisPeriod,
  materials_stored_retainage_currently_retained: line.materialsRetained,
  materials_stored_retainage_percent_this_period: line.retainagePercent,
  // What was held before and is neither held nor added now has been released (the company keeps the balance before).
  materials_stored_retainage_released_this_period: sumOf(
    [minus(line.materialsRetainedPreviously, line.materialsRetained)].filter((amount) => !amount.startsWith('-')),
  ),
  gross_amount: line.gross,
  net_amount: line.net,
  taxes: [],
  status: 'approved',
  comment: line.comment ?? null,
  subcontractor_claimed_amount: line.gross,
});

/** A requisition of version 1.1 with its items. */
export function requisitionRow(
  company: Company,
  jobIndex: number,
  requisition: Requisition,
  contract: Commitment | undefined,
): Row {
  const vendor = company.vendors.find(({ id }) => id === requisition.vendorId);
  const { summary } = requisition;
  const isApproved = requisition.status === 'approved' || requisition.status === 'approved_as_noted';
  return {
    id: numericId(requisition.id),
    previous_requisition_id: requisition.previousId === undefined ? null : numericId(requisition.previousId),
    project_id: numericId(requisition.jobId),
    commitment_id: numericId(requisition.commitmentId),
    commitment_type: contract?.type ?? 'WorkOrderContract',
    contract_name: contract === undefined ? '' : `${contract.number} - ${contract.title}`,
    vendor_id: numericId(requisition.vendorId),
    vendor_name: vendor?.name ?? '',
    number: requisition.number,
    invoice_number: requisition.invoiceNumber ?? null,
    invoice_type: null,
    period_id: numericId(requisition.periodId),
    requisition_start: requisition.start,
    requisition_end: requisition.end,
    billing_date: requisition.billingDate,
    submitted_at: requisition.submittedAt ?? null,
    payment_date: null,
    status: requisition.status,
    erp_status: null,
    final: requisition.final,
    deletable: false,
    percent_complete: requisition.percentComplete,
    total_claimed_amount: sumOf(requisition.lines.map(({ gross }) => gross)),
    origin_id: null,
    origin_data: null,
    created_at: requisition.createdAt,
    updated_at: requisition.updatedAt,
    created_by: {
      id: 562949957000044,
      name: 'Accounts Receivable',
      login: vendor?.email ?? '',
      company_name: vendor?.name ?? '',
    },
    currency_configuration: currency(company),
    custom_fields: {},
    attachments: fileRows(requisition.id, isApproved ? requisition.invoiceNumber : undefined),
    summary: {
      original_contract_sum: summary.originalContractSum,
      net_change_by_change_orders: summary.netChange,
      contract_sum_to_date: summary.contractSumToDate,
      total_completed_and_stored_to_date: summary.totalCompletedAndStored,
      completed_work_retainage_percent: requisition.retainagePercent,
      completed_work_retainage_amount: summary.workRetainage,
      stored_materials_retainage_percent: requisition.retainagePercent,
      stored_materials_retainage_amount: summary.materialsRetainage,
      total_retainage: summary.totalRetainage,
      total_earned_less_retainage: summary.totalEarnedLessRetainage,
      less_previous_certificates_for_payment: summary.lessPreviousCertificates,
      current_payment_due: summary.currentPaymentDue,
      balance_to_finish_including_retainage: summary.balanceToFinish,
      tax_applicable_to_this_payment: '0.00',
      formatted_period: `${requisition.start} - ${requisition.end}`,
    },
    items: requisition.lines.map((line) => itemRow(company, jobIndex, line)),
  };
}

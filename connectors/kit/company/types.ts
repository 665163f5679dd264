/**
 * The practice company's records in plain words, before any system's field names: every simulator shapes them its own way.
 * Amounts are decimal strings with two places, percentages such as `10.0`, dates `YYYY-MM-DD`, instants ISO UTC, ids text.
 */

/** A construction project. */
export interface Job {
  id: string;
  number: string;
  name: string;
  street: string;
  city: string;
  zip: string;
  /** Project manager. */
  manager: string;
  start: string;
  completion: string;
  active: boolean;
  /** Project id in the ERP; undefined where the ERP does not have the job yet. */
  erpProject?: string;
  createdAt: string;
  updatedAt: string;
}

/** A vendor as the construction system knows it, with what the ERP knows of it. */
export interface Vendor {
  id: string;
  name: string;
  /** Division of its trade, such as `03`. */
  division: string;
  shortName: string;
  kind: 'subcontractor' | 'supplier';
  street: string;
  city: string;
  zip: string;
  phone: string;
  email: string;
  taxId: string;
  invoicePrefix: string;
  /** Vendor id in the ERP; undefined where it is missing there. */
  erpId?: string;
  /** Whether the construction system carries the ERP id (`origin_id`). */
  linked: boolean;
  createdAt: string;
  updatedAt: string;
}

/** A cost code of the company's standard list; jobs have copies with ids of their own. */
export interface CostCode {
  /** Id in the standard list. */
  id: string;
  /** Own segment, such as `100`. */
  code: string;
  /** With parents, such as `01-010.100`. */
  fullCode: string;
  name: string;
  level: 1 | 2 | 3;
  parent?: string;
  /** Project task in the ERP that takes its costs. */
  task: string;
}

/** A cost type. */
export interface CostType {
  id: string;
  code: 'L' | 'M' | 'E' | 'S' | 'O';
  name: string;
  /** The construction system's own class of it. */
  baseType: string;
}

/** A line of a commitment or change order. */
export interface ScheduleLine {
  id: string;
  position: number;
  description: string;
  /** Full code. */
  costCode: string;
  costType: CostType['code'];
  amount: string;
  /** Set on unit-based commitments. */
  quantity?: string;
  unitCost?: string;
  uom?: string;
}

/** A change order of a commitment. */
export interface ChangeOrder {
  id: string;
  commitmentId: string;
  number: string;
  title: string;
  status: 'approved' | 'pending' | 'draft';
  date: string;
  amount: string;
  lines: ScheduleLine[];
}

/** A subcontract (`WorkOrderContract`) or purchase order. */
export interface Commitment {
  id: string;
  jobId: string;
  type: 'WorkOrderContract' | 'PurchaseOrderContract';
  number: string;
  title: string;
  vendorId: string;
  status: string;
  executed: boolean;
  accountingMethod: 'amount' | 'unit';
  /** Percentage kept back, such as `10.0`; undefined on purchase orders. */
  retainagePercent?: string;
  contractDate: string;
  start: string;
  completion: string;
  lines: ScheduleLine[];
  changeOrders: ChangeOrder[];
  /** Sum of the lines. */
  originalAmount: string;
  /** Sum of approved change orders. */
  approvedChanges: string;
  /** Sum of pending change orders. */
  pendingChanges: string;
  createdAt: string;
  updatedAt: string;
}

/** A billing period of a job: one calendar month. */
export interface BillingPeriod {
  id: string;
  jobId: string;
  start: string;
  end: string;
  due: string;
  position: number;
  status: 'open' | 'closed';
}

/** Statuses of a requisition. */
export const requisitionStatuses = [
  'draft',
  'under_review',
  'revise_and_resubmit',
  'approved',
  'approved_as_noted',
  'pending_owner_approval',
] as const;
export type RequisitionStatus = (typeof requisitionStatuses)[number];

/**
 * A line of a requisition (AIA G703). It holds that
 * `previousWork + workThisPeriod + storedMaterials = totalToDate`,
 * `gross = workThisPeriod + storedMaterials − storedPreviously` and `net = gross − retained this period + released`, where
 * retained this period is `retainedThisPeriod + materialsRetained − materialsRetainedPreviously`.
 */
export interface RequisitionLine {
  id: string;
  itemType: 'contract_item' | 'change_order_item';
  /** Line of the commitment or change order. */
  lineId: string;
  position: number;
  description: string;
  costCode: string;
  costType: CostType['code'];
  scheduledValue: string;
  previousWork: string;
  workThisPeriod: string;
  storedMaterials: string;
  storedPreviously: string;
  totalToDate: string;
  percentToDate: string;
  retainagePercent: string;
  /** Retainage on work held before this requisition. */
  retainedPreviously: string;
  retainedThisPeriod: string;
  releasedThisPeriod: string;
  /** Retainage held on stored materials now, and before. */
  materialsRetained: string;
  materialsRetainedPreviously: string;
  gross: string;
  net: string;
  comment?: string;
}

/** Header totals of a requisition (AIA G702). */
export interface RequisitionSummary {
  originalContractSum: string;
  netChange: string;
  contractSumToDate: string;
  totalCompletedAndStored: string;
  workRetainage: string;
  materialsRetainage: string;
  totalRetainage: string;
  totalEarnedLessRetainage: string;
  lessPreviousCertificates: string;
  currentPaymentDue: string;
  balanceToFinish: string;
}

/** A subcontractor invoice. */
export interface Requisition {
  id: string;
  jobId: string;
  commitmentId: string;
  vendorId: string;
  /** Running number within the commitment. */
  number: number;
  /** The subcontractor's own number; undefined while it is a draft. */
  invoiceNumber?: string;
  periodId: string;
  start: string;
  end: string;
  billingDate: string;
  submittedAt?: string;
  status: RequisitionStatus;
  final: boolean;
  previousId?: string;
  percentComplete: string;
  retainagePercent: string;
  summary: RequisitionSummary;
  lines: RequisitionLine[];
  createdAt: string;
  updatedAt: string;
}

/** A cost outside a commitment. */
export interface DirectCost {
  id: string;
  jobId: string;
  type: 'invoice' | 'expense' | 'payroll';
  /** Undefined for payroll and expenses. */
  vendorId?: string;
  employee?: string;
  invoiceNumber?: string;
  date: string;
  receivedDate?: string;
  description: string;
  status: 'draft' | 'pending' | 'revise_and_resubmit' | 'approved';
  amount: string;
  lines: ScheduleLine[];
  createdAt: string;
  updatedAt: string;
}

/** A general-ledger account. Costs of a project need an account with a group. */
export interface Account {
  account: string;
  description: string;
  type: string;
  accountGroup?: string;
  active: boolean;
}

/** A vendor in the ERP. */
export interface ErpVendor {
  id: string;
  name: string;
  taxId: string;
  active: boolean;
  terms: string;
}

/** A project in the ERP with its tasks. */
export interface ErpProject {
  id: string;
  description: string;
  active: boolean;
  tasks: { id: string; description: string; active: boolean }[];
}

/** A fiscal period; `id` is `YYYY-MM`. */
export interface FiscalPeriod {
  id: string;
  start: string;
  end: string;
  /** Closed for vendor invoices. */
  closedInPayables: boolean;
}

/** A commitment as the ERP has it, for reconciliation. */
export interface ErpCommitment {
  id: string;
  type: 'Subcontract' | 'PurchaseOrder';
  vendorId: string;
  project: string;
  description: string;
  /** Number of the commitment in the construction system, as somebody typed it. */
  externalRef?: string;
  date: string;
  retainagePercent?: string;
  amount: string;
  lines: {
    number: number;
    description: string;
    account: string;
    subaccount: string;
    task: string;
    costCode: string;
    amount: string;
  }[];
}

/** A change order of the ERP, about one commitment. */
export interface ErpChangeOrder {
  number: string;
  /** Commitment and change order of the construction system, as somebody typed it. */
  externalRef: string;
  project: string;
  description: string;
  date: string;
  status: 'Closed' | 'On Hold';
  commitment: Pick<ErpCommitment, 'id' | 'type' | 'vendorId'>;
  amount: string;
  lines: Omit<ErpCommitment['lines'][number], 'number'>[];
}

/** A bill that the ERP had before Costwire came. */
export interface ErpBill {
  number: string;
  vendorId: string;
  vendorRef: string;
  date: string;
  description: string;
  status: 'Open' | 'Closed';
  amount: string;
  balance: string;
  lines: {
    account: string;
    subaccount: string;
    project?: string;
    task?: string;
    costCode?: string;
    description: string;
    amount: string;
  }[];
}

/** A payment of a bill, found by vendor and invoice number: it counts once such a bill exists in the ERP. */
export interface ErpPayment {
  number: string;
  checkNumber: string;
  vendorId: string;
  date: string;
  method: 'CHECK' | 'ACH';
  amount: string;
  status: 'Closed' | 'Voided';
  applications: { vendorRef: string; requisitionId: string; amount: string }[];
}

/** Where a cost code with a cost type goes in the ERP. */
export interface CodeMapping {
  costCode: string;
  costType: CostType['code'];
  account: string;
  subaccount: string;
  task: string;
  erpCostCode: string;
}

/** Which ERP vendor a vendor is. */
export interface VendorMapping {
  vendorId: string;
  vendorName: string;
  erpVendor: string;
}

/** Something in the data that a good flow must notice. */
export interface Oddity {
  id: string;
  title: string;
  /** What happens to the records when they are posted as they are. */
  expected: string;
  /** What it is about: job, vendor, cost code, account or period. */
  subject: string;
  /** Approved requisitions concerned, oldest first. */
  requisitions: string[];
}

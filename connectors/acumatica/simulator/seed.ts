/** Fills a tenant with master data and documents given in plain words. */
import type { Fields } from '../../../engine/model/record.ts';
import type { Change, Database } from './database.ts';
import { amount, decimal, stored } from './rules/shared.ts';

/** Master data and documents of a tenant. Amounts are decimal strings, dates `YYYY-MM-DD`. */
export interface TenantData {
  accounts: readonly { account: string; description: string; type: string; accountGroup?: string; active: boolean }[];
  subaccounts: readonly { id: string; description: string; active: boolean }[];
  vendors: readonly { id: string; name: string; taxId: string; active: boolean; terms: string }[];
  projects: readonly {
    id: string;
    description: string;
    active: boolean;
    tasks: readonly { id: string; description: string; active: boolean }[];
  }[];
  costCodes: readonly { id: string; description: string }[];
  /** Id `YYYY-MM`. */
  periods: readonly { id: string; start: string; end: string; closedInPayables: boolean }[];
  commitments: readonly SeedCommitment[];
  changeOrders?: readonly SeedChangeOrder[];
  bills: readonly SeedBill[];
  /** Payments of bills that are found by vendor and invoice number: each counts once its bill is released. */
  payments?: readonly SeedPayment[];
}

/** A payment that was made outside of the API. */
export interface SeedPayment {
  number: string;
  checkNumber: string;
  vendorId: string;
  date: string;
  method: string;
  amount: string;
  status: 'Closed' | 'Voided';
  applications: readonly { vendorRef: string; amount: string }[];
}

/** A purchase order or subcontract of the tenant. */
export interface SeedCommitment {
  id: string;
  type: 'Subcontract' | 'PurchaseOrder';
  vendorId: string;
  project: string;
  description: string;
  externalRef?: string;
  date: string;
  retainagePercent?: string;
  amount: string;
  lines: readonly {
    number: number;
    description: string;
    account: string;
    subaccount: string;
    task: string;
    costCode: string;
    amount: string;
  }[];
}

/** A change order of a purchase order or subcontract. */
export interface SeedChangeOrder {
  number: string;
  externalRef: string;
  project: string;
  description: string;
  date: string;
  status: 'Closed' | 'On Hold';
  commitment: Pick<SeedCommitment, 'id' | 'type' | 'vendorId'>;
  amount: string;
  lines: readonly Omit<SeedCommitment['lines'][number], 'number'>[];
}

/** A released bill of the tenant. */
export interface SeedBill {
  number: string;
  vendorId: string;
  vendorRef: string;
  date: string;
  description: string;
  status: 'Open' | 'Closed';
  amount: string;
  balance: string;
  lines: readonly {
    account: string;
    subaccount: string;
    project?: string;
    task?: string;
    costCode?: string;
    description: string;
    amount: string;
  }[];
}

const everything = {
  AP: true,
  AR: true,
  GL: true,
  PO: true,
  IN: true,
  SO: true,
  CA: true,
  CRM: true,
  Expenses: true,
  TimeEntries: true,
};

function masterData(data: TenantData): [string, Fields][] {
  const records: [string, Fields][] = [];
  data.accounts.forEach(({ account, description, type, accountGroup, active }, index) => {
    const record = {
      AccountCD: account,
      AccountID: String(index + 1),
      Description: description,
      Type: type,
      Active: active,
    };
    records.push([
      'Account',
      {
        ...record,
        AccountGroup: accountGroup ?? null,
        CashAccount: false,
        UseDefaultSubaccount: false,
        PostOption: 'Summary',
      },
    ]);
  });
  for (const group of new Set(data.accounts.flatMap(({ accountGroup }) => accountGroup ?? []))) {
    records.push([
      'AccountGroup',
      { AccountGroupID: group, Description: group, Type: 'Expense', Active: true, Expense: true },
    ]);
  }
  data.subaccounts.forEach(({ id, description, active }, index) => {
    records.push([
      'Subaccount',
      { SubaccountCD: id, SubaccountID: String(index + 1), Description: description, Active: active },
    ]);
  });
  for (const { id, name, taxId, active, terms } of data.vendors) {
    const record = {
      VendorID: id,
      VendorName: name,
      LegalName: name,
      VendorClass: 'DEFAULT',
      Status: active ? 'Active' : 'Inactive',
    };
    records.push([
      'Vendor',
      {
        ...record,
        Terms: terms,
        CurrencyID: 'USD',
        TaxRegistrationID: taxId,
        EnableCurrencyOverride: false,
        MainContact: { Country: 'US' },
      },
    ]);
  }
  for (const { id, description } of data.costCodes)
    records.push(['CostCode', { CostCodeID: id, Description: description }]);
  for (const project of data.projects) {
    const record = {
      ProjectID: project.id,
      Description: project.description,
      Status: project.active ? 'Active' : 'Completed',
      Hold: false,
    };
    records.push([
      'Project',
      { ...record, ExternalRefNbr: null, ProjectProperties: { ProjectCurrency: 'USD', ChangeOrderWorkflow: true } },
    ]);
    for (const task of project.tasks) {
      const status = task.active ? 'Active' : 'Completed';
      records.push([
        'ProjectTask',
        {
          ProjectID: project.id,
          ProjectTaskID: task.id,
          Description: task.description,
          Status: status,
          VisibilitySettings: everything,
        },
      ]);
    }
  }
  return records;
}

function periodYears(data: TenantData, company: string): [string, Fields][] {
  const years = new Map<string, Fields[]>();
  for (const { id, start, end, closedInPayables } of data.periods) {
    const [year = '', month = ''] = id.split('-');
    const rows = years.get(year) ?? [];
    rows.push({
      id: '',
      FinancialPeriodID: `${month}${year}`,
      PeriodNbr: month,
      Description: `${month}-${year}`,
      StartDate: stored(start),
      EndDate: stored(end),
      Status: 'Open',
      AdjustmentPeriod: false,
      ClosedInAP: closedInPayables,
      ClosedInAR: false,
      ClosedInCA: false,
      ClosedInFA: false,
      ClosedInIN: false,
    });
    years.set(year, rows);
  }
  return [...years].map(([year, rows]) => [
    'CompanyFinancialPeriod',
    {
      Company: company,
      FinancialYear: year,
      StartDate: stored(`${year}-01-01`),
      NbrOfPeriods: String(rows.length),
      Details: rows,
    },
  ]);
}

function commitment(row: SeedCommitment, branch: string): [string, Fields] {
  const subcontract = row.type === 'Subcontract';
  const percent = row.retainagePercent ?? '0';
  const lines = row.lines.map(
    (line): Fields => ({
      id: '',
      LineNbr: String(line.number),
      LineDescription: line.description,
      OrderQty: '1',
      UOM: 'EA',
      UnitCost: amount(decimal(line.amount)),
      ExtendedCost: amount(decimal(line.amount)),
      Amount: amount(decimal(line.amount)),
      Account: line.account,
      Subaccount: line.subaccount,
      BranchID: branch,
      Project: row.project,
      [subcontract ? 'Task' : 'ProjectTask']: line.task,
      CostCode: line.costCode,
      ...(subcontract ? { RetainagePct: percent } : {}),
    }),
  );
  const common: Fields = {
    VendorID: row.vendorId,
    VendorRef: row.externalRef ?? null,
    Date: stored(row.date),
    Description: row.description,
    Branch: branch,
    CurrencyID: 'USD',
    Status: 'Open',
    LineTotal: amount(decimal(row.amount)),
    TaxTotal: '0.0000',
    Details: lines,
  };
  if (!subcontract) {
    const total = amount(decimal(row.amount));
    return [
      'PurchaseOrder',
      { ...common, Type: 'Normal', OrderNbr: row.id, Hold: false, Project: row.project, OrderTotal: total },
    ];
  }
  const retainage = row.retainagePercent === undefined ? {} : { ApplyRetainage: true, RetainagePct: percent };
  return [
    'Subcontract',
    { ...common, SubcontractNbr: row.id, SubcontractTotal: amount(decimal(row.amount)), ...retainage },
  ];
}

function changeOrder(row: SeedChangeOrder): [string, Fields] {
  const { commitment: order } = row;
  const lines = row.lines.map(
    (line): Fields => ({
      id: '',
      POType: order.type === 'Subcontract' ? 'Subcontract' : 'Normal',
      PONbr: order.id,
      Vendor: order.vendorId,
      ProjectTaskID: line.task,
      CostCode: line.costCode,
      Account: line.account,
      Description: line.description,
      Qty: '1',
      UOM: 'EA',
      UnitCost: amount(decimal(line.amount)),
      Amount: amount(decimal(line.amount)),
      Status: 'New Line',
    }),
  );
  const record: Fields = {
    RefNbr: row.number,
    ProjectID: row.project,
    ExternalRefNbr: row.externalRef,
    ChangeDate: stored(row.date),
    Description: row.description,
    Hold: row.status === 'On Hold',
    Status: row.status,
    CommitmentsChangeTotal: amount(decimal(row.amount)),
    Commitments: lines,
  };
  return ['ChangeOrder', record];
}

function bill(row: SeedBill, branch: string): [string, Fields] {
  const lines = row.lines.map(
    (line, index): Fields => ({
      id: '',
      LineNbr: String(index + 1),
      Account: line.account,
      Subaccount: line.subaccount,
      Branch: branch,
      Project: line.project ?? 'X',
      ProjectTask: line.task ?? null,
      CostCode: line.costCode ?? null,
      TransactionDescription: line.description,
      Qty: '1',
      UnitCost: amount(decimal(line.amount)),
      ExtendedCost: amount(decimal(line.amount)),
      Amount: amount(decimal(line.amount)),
    }),
  );
  const record: Fields = {
    Type: 'Bill',
    ReferenceNbr: row.number,
    Vendor: row.vendorId,
    VendorRef: row.vendorRef,
    Date: stored(row.date),
    PostPeriod: `${row.date.slice(5, 7)}${row.date.slice(0, 4)}`,
    Description: row.description,
    CurrencyID: 'USD',
    BranchID: branch,
    Hold: false,
    Status: row.status,
    Amount: amount(decimal(row.amount)),
    Balance: amount(decimal(row.balance)),
    TaxTotal: '0.0000',
    Details: lines,
  };
  return ['Bill', record];
}

/** Gives a record and its rows their ids. */
function identified(database: Database, record: Fields): Fields {
  const copy: Fields = { id: database.nextId(), ...record };
  for (const [name, value] of Object.entries(copy)) {
    if (Array.isArray(value)) {
      copy[name] = value.map((row) =>
        typeof row === 'object' && row !== null && !Array.isArray(row) ? { ...row, id: database.nextId() } : row,
      );
    }
  }
  return copy;
}

/** Seeds a tenant. `changedAt` is the change time of the first record; each further one is a second later. */
export function seed(
  database: Database,
  data: TenantData,
  tenant: { company: string; branch: string; changedAt: string },
): void {
  const records = [
    ...masterData(data),
    ...periodYears(data, tenant.company),
    ...data.commitments.map((row) => commitment(row, tenant.branch)),
    ...data.bills.map((row) => bill(row, tenant.branch)),
    ...(data.changeOrders ?? []).map(changeOrder),
  ];
  const first = Date.parse(tenant.changedAt);
  const changes = records.map(([entity, record], index): Change => {
    const at = new Date(first + index * 1000).toISOString().replace('Z', '+00:00');
    return { entity, record: { ...identified(database, record), LastModifiedDateTime: at, CreatedDateTime: at } };
  });
  database.apply(changes, 0);
}

/** Master data of the practice company: jobs, vendors, cost codes, cost types, accounts, and where codes go in the ERP. */
import { AppError } from '../../../engine/model/error.ts';
import { instant } from './calendar.ts';
import accountData from './data/accounts.json' with { type: 'json' };
import costCodeData from './data/cost-codes.json' with { type: 'json' };
import jobData from './data/jobs.json' with { type: 'json' };
import vendorData from './data/vendors.json' with { type: 'json' };
import type {
  Account,
  CodeMapping,
  CostCode,
  CostType,
  ErpProject,
  ErpVendor,
  Job,
  Vendor,
  VendorMapping,
} from './types.ts';

/** The contractor itself. */
export const contractor = { id: '562949953500321', name: 'Brightwater Builders Inc.', currency: 'USD' } as const;

/** Number of the job that the ERP does not have yet. */
export const jobWithoutErpProject = '2618';
/** Number of the job whose ERP project lacks a task, and the task. */
export const jobWithoutTask = { number: '2503', task: '50' } as const;
/** Cost code that no mapping row names. */
export const unmappedCode = '10-280.300';
/** Cost code whose subcontract costs still go to an account that is inactive by now. */
export const inactiveAccountCode = '10-140.200';
/** Cost code whose other costs go to an account without account group. */
export const ungroupedAccountCode = '01-560.300';
/** Cost code that the ERP does not have. */
export const codeMissingInErp = '02-410.200';

const firstJob = 562949955100014;
const firstVendor = 562949960001101;

/** The jobs: 15 active ones, then 3 closed ones. */
export const jobs: readonly Job[] = jobData.map((row, index) => ({
  id: String(firstJob + index),
  number: row.number,
  name: row.name,
  street: row.street,
  city: row.city,
  zip: row.zip,
  manager: row.manager,
  start: row.start,
  completion: row.completion,
  active: row.active,
  ...(row.number === jobWithoutErpProject ? {} : { erpProject: row.number }),
  createdAt: instant(row.start, 900 + index),
  updatedAt: instant(row.active ? '2026-01-15' : row.completion, 960 + index),
}));

/** How many subcontracts and purchase orders each job has, in the order of the jobs. */
export const commitmentCounts = jobData.map(({ subcontracts, purchaseOrders }) => ({ subcontracts, purchaseOrders }));

interface VendorRow {
  name: string;
  division: string;
  shortName: string;
  kind: string;
  street: string;
  city: string;
  zip: string;
  phone: string;
  email: string;
  taxId: string;
  invoicePrefix: string;
  erpId?: string;
  erpName?: string;
  linked?: boolean;
  erpActive?: boolean;
}
const vendorRows: readonly VendorRow[] = vendorData;

/** The 60 vendors. */
export const vendors: readonly Vendor[] = vendorRows.map((row, index) => ({
  id: String(firstVendor + index),
  name: row.name,
  division: row.division,
  shortName: row.shortName,
  kind: row.kind === 'supplier' ? 'supplier' : 'subcontractor',
  street: row.street,
  city: row.city,
  zip: row.zip,
  phone: row.phone,
  email: row.email,
  taxId: row.taxId,
  invoicePrefix: row.invoicePrefix,
  ...(row.erpId === undefined ? {} : { erpId: row.erpId }),
  linked: row.linked ?? false,
  createdAt: instant('2025-03-03', 540 + index * 7),
  updatedAt: instant('2026-03-02', 540 + index * 7),
}));

/** The vendor of a name; names are unique. @throws AppError internal.defect */
export function vendorNamed(name: string): Vendor {
  const found = vendors.find((vendor) => vendor.name === name);
  if (found === undefined) throw new AppError('internal.defect', `The practice company has no vendor ${name}.`);
  return found;
}

/** The ERP's vendors: those of the construction system that it has, and three of its own. */
export const erpVendors: readonly ErpVendor[] = [
  ...vendorRows.flatMap((row) =>
    row.erpId === undefined
      ? []
      : [
          {
            id: row.erpId,
            name: row.erpName ?? row.name,
            taxId: row.taxId,
            active: row.erpActive ?? true,
            terms: row.kind === 'supplier' ? 'NET30' : 'NET45',
          },
        ],
  ),
  { id: 'V000091', name: 'Delta Concrete Pumping', taxId: '91-5559001', active: true, terms: 'NET30' },
  {
    id: 'V000092',
    name: 'State of Washington, Department of Revenue',
    taxId: '91-6001127',
    active: true,
    terms: 'NET0',
  },
  { id: 'V000093', name: 'First Harbor Bank', taxId: '91-5559003', active: true, terms: 'NET0' },
];

/** Which ERP vendor a vendor is: what somebody at the company has already sorted out. */
export const vendorMappings: readonly VendorMapping[] = vendors.flatMap((vendor) =>
  vendor.erpId === undefined ? [] : [{ vendorId: vendor.id, vendorName: vendor.name, erpVendor: vendor.erpId }],
);

/** The standard cost codes, parents before children. */
export const costCodes: readonly CostCode[] = costCodeData.map((row, index) => {
  const parent =
    row.level === 3 ? row.fullCode.split('.')[0] : row.level === 2 ? row.fullCode.split('-')[0] : undefined;
  return {
    id: String(81001 + index),
    code: row.code,
    fullCode: row.fullCode,
    name: row.name,
    level: row.level === 1 ? 1 : row.level === 2 ? 2 : 3,
    ...(parent === undefined ? {} : { parent }),
    task: row.task,
  };
});

const codeIndex = new Map(costCodes.map((code, index) => [code.fullCode, index]));

/** A cost code by its full code. */
export const costCode = (fullCode: string): CostCode | undefined => costCodes[codeIndex.get(fullCode) ?? -1];

/** Codes that costs are booked to: the third level. */
export const leafCodes: readonly CostCode[] = costCodes.filter((code) => code.level === 3);

/** The five cost types. */
export const costTypes: readonly CostType[] = [
  { id: '4401', code: 'L', name: 'Labor', baseType: 'labor' },
  { id: '4402', code: 'S', name: 'Subcontract', baseType: 'commitment' },
  { id: '4403', code: 'M', name: 'Materials', baseType: 'materials' },
  { id: '4404', code: 'E', name: 'Equipment', baseType: 'equipment' },
  { id: '4405', code: 'O', name: 'Other', baseType: 'other' },
];

/** Id of a job's copy of a cost code. */
export const jobCostCodeId = (jobIndex: number, fullCode: string): string =>
  String(562949970000000 + jobIndex * 1000 + (codeIndex.get(fullCode) ?? 0));

/** Id of a job's budget code (cost code with cost type). */
export const budgetCodeId = (jobIndex: number, fullCode: string, costType: CostType['code']): string => {
  const type = costTypes.findIndex((candidate) => candidate.code === costType);
  return String(88_000_000 + jobIndex * 10_000 + (codeIndex.get(fullCode) ?? 0) * 10 + type);
};

/** A budget code's text: `03-300.100.S`. */
export const flatCode = (fullCode: string, costType: CostType['code']): string => `${fullCode}.${costType}`;

/** The chart of accounts. */
export const accounts: readonly Account[] = accountData;

/** The ERP's subaccounts. */
export const subaccounts: readonly { id: string; description: string; active: boolean }[] = [
  { id: '000000', description: 'Default', active: true },
  { id: '100000', description: 'Self-performed work', active: true },
  { id: '200000', description: 'Subcontracted work', active: true },
  { id: '300000', description: 'Job overhead', active: true },
];

/** Tasks of ERP projects. */
export const tasks: readonly { id: string; description: string }[] = [
  { id: '10', description: 'Site' },
  { id: '20', description: 'Structure' },
  { id: '30', description: 'Enclosure' },
  { id: '40', description: 'Interiors' },
  { id: '50', description: 'Mechanical and electrical' },
  { id: '90', description: 'General requirements' },
];

/** The ERP's projects: all jobs but one; one of them lacks a task. */
export const erpProjects: readonly ErpProject[] = jobs.flatMap((job) =>
  job.erpProject === undefined
    ? []
    : [
        {
          id: job.erpProject,
          description: job.name,
          active: job.active,
          tasks: tasks
            .filter((task) => job.number !== jobWithoutTask.number || task.id !== jobWithoutTask.task)
            .map((task) => ({ ...task, active: job.active })),
        },
      ],
);

/** An ERP cost code: the digits of the full code. */
export const erpCostCode = (fullCode: string): string => fullCode.replace(/\D/g, '');

/** The ERP's cost codes: `00000000` for none, and all third-level codes but one. */
export const erpCostCodes: readonly { id: string; description: string }[] = [
  { id: '00000000', description: 'Unassigned' },
  ...leafCodes
    .filter((code) => code.fullCode !== codeMissingInErp)
    .map((code) => ({ id: erpCostCode(code.fullCode), description: code.name })),
];

const materialAccounts: Readonly<Record<string, string>> = {
  '10': '52100',
  '20': '52100',
  '30': '52300',
  '40': '52400',
  '50': '52500',
  '90': '52100',
};
const subcontractAccounts: Readonly<Record<string, string>> = {
  '10': '54100',
  '20': '54200',
  '30': '54300',
  '40': '54400',
  '50': '54500',
  '90': '54900',
};

function accountOf(code: CostCode, costType: CostType['code']): string {
  switch (costType) {
    case 'L':
      return '51100';
    case 'M':
      return materialAccounts[code.task] ?? '52100';
    case 'E':
      return '53100';
    case 'S':
      return code.fullCode === inactiveAccountCode ? '54950' : (subcontractAccounts[code.task] ?? '54900');
    case 'O':
      return code.fullCode === ungroupedAccountCode ? '55900' : '55100';
  }
}

const subaccountOf: Readonly<Record<CostType['code'], string>> = {
  L: '100000',
  M: '100000',
  E: '100000',
  S: '200000',
  O: '300000',
};

/** Where every cost code with a cost type goes in the ERP; the unmapped code has no rows. */
export const codeMappings: readonly CodeMapping[] = leafCodes
  .filter((code) => code.fullCode !== unmappedCode)
  .flatMap((code) =>
    costTypes.map(({ code: costType }) => ({
      costCode: code.fullCode,
      costType,
      account: accountOf(code, costType),
      subaccount: subaccountOf[costType],
      task: code.task,
      erpCostCode: erpCostCode(code.fullCode),
    })),
  );

const mappingByCode = new Map(codeMappings.map((row) => [flatCode(row.costCode, row.costType), row]));

/** The mapping row of a code; undefined for the unmapped one. */
export const codeMapping = (fullCode: string, costType: CostType['code']): CodeMapping | undefined =>
  mappingByCode.get(flatCode(fullCode, costType));

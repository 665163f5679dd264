/** The practice company as one value, and the same shape for an empty or a synthetic one. */
import type { SimulatorOptions } from '../../../engine/model/connector.ts';
import { billingPeriods, fiscalPeriods } from './calendar.ts';
import { makeCommitments } from './commitments.ts';
import { makeDirectCosts } from './direct-costs.ts';
import {
  type ChangeOrderDifference,
  type CommitmentDifference,
  handKeyedRequisition,
  makeErpBills,
  makeErpChangeOrders,
  makeErpCommitments,
  makePayments,
} from './erp.ts';
import * as master from './master.ts';
import { findOddities } from './oddities.ts';
import { planSubcontracts } from './plan.ts';
import { makeRequisitions } from './requisitions.ts';
import { syntheticCompany } from './synthetic.ts';
import type {
  Account,
  BillingPeriod,
  CodeMapping,
  Commitment,
  CostCode,
  CostType,
  DirectCost,
  ErpBill,
  ErpChangeOrder,
  ErpCommitment,
  ErpPayment,
  ErpProject,
  ErpVendor,
  FiscalPeriod,
  Job,
  Oddity,
  Requisition,
  Vendor,
  VendorMapping,
} from './types.ts';

/** Requisitions by job; a synthetic company makes them when they are asked for and keeps none. */
export interface RequisitionBook {
  readonly size: number;
  /** How many a job has. */
  count(jobId: string): number;
  /** Those of a job from one place up to another, oldest first. */
  slice(jobId: string, from: number, to: number): Requisition[];
  get(id: string): Requisition | undefined;
  /** All, one after the other. */
  all(): Iterable<Requisition>;
}

/** What the ERP holds. */
export interface ErpData {
  vendors: readonly ErpVendor[];
  accounts: readonly Account[];
  subaccounts: readonly { id: string; description: string; active: boolean }[];
  projects: readonly ErpProject[];
  costCodes: readonly { id: string; description: string }[];
  periods: readonly FiscalPeriod[];
  commitments: readonly ErpCommitment[];
  changeOrders: readonly ErpChangeOrder[];
  bills: readonly ErpBill[];
  payments: readonly ErpPayment[];
}

/** A company for simulators, tests and templates. Treat as immutable: it is shared. */
export interface Company {
  id: string;
  name: string;
  currency: string;
  jobs: readonly Job[];
  vendors: readonly Vendor[];
  costCodes: readonly CostCode[];
  costTypes: readonly CostType[];
  billingPeriods(jobId: string): readonly BillingPeriod[];
  commitments: readonly Commitment[];
  requisitions: RequisitionBook;
  directCosts: readonly DirectCost[];
  erp: ErpData;
  /** Cost code × cost type → account, subaccount, task, ERP cost code. */
  codeMappings: readonly CodeMapping[];
  vendorMappings: readonly VendorMapping[];
  oddities: readonly Oddity[];
  /** Commitments that the ERP holds differently. */
  commitmentDifferences: readonly CommitmentDifference[];
  changeOrderDifferences: readonly ChangeOrderDifference[];
}

/** The seed of the practice company that documentation and golden cases speak of. */
export const practiceSeed = 2407;

/** A book over requisitions that are all there. */
export function bookOf(requisitions: readonly Requisition[]): RequisitionBook {
  const byJob = Map.groupBy(requisitions, (entry) => entry.jobId);
  const byId = new Map(requisitions.map((entry) => [entry.id, entry]));
  return {
    size: requisitions.length,
    count: (jobId) => byJob.get(jobId)?.length ?? 0,
    slice: (jobId, from, to) => byJob.get(jobId)?.slice(from, to) ?? [],
    get: (id) => byId.get(id),
    all: () => requisitions,
  };
}

const masterData = {
  ...master.contractor,
  jobs: master.jobs,
  vendors: master.vendors,
  costCodes: master.costCodes,
  costTypes: master.costTypes,
  billingPeriods: (jobId: string) => {
    const index = master.jobs.findIndex((job) => job.id === jobId);
    return index < 0 ? [] : billingPeriods(jobId, index);
  },
  codeMappings: master.codeMappings,
  vendorMappings: master.vendorMappings,
};

const erpMaster = {
  vendors: master.erpVendors,
  accounts: master.accounts,
  subaccounts: master.subaccounts,
  projects: master.erpProjects,
  costCodes: master.erpCostCodes,
  periods: fiscalPeriods(),
};

const none = { commitments: [], changeOrders: [], bills: [], payments: [] };

/** The company with its master data and no documents. */
export const emptyCompany = (): Company => ({
  ...masterData,
  commitments: [],
  requisitions: bookOf([]),
  directCosts: [],
  erp: { ...erpMaster, ...none },
  oddities: [],
  commitmentDifferences: [],
  changeOrderDifferences: [],
});

function makePractice(seed: number): Company {
  const { subcontracts, others } = makeCommitments(planSubcontracts(seed), seed);
  const commitments = [...subcontracts.map((entry) => entry.commitment), ...others];
  const requisitions = makeRequisitions(subcontracts, seed);
  const handKeyed = handKeyedRequisition(requisitions, subcontracts);
  const reconciled = makeErpCommitments(commitments);
  const changes = makeErpChangeOrders(commitments, reconciled.held);
  return {
    ...masterData,
    commitments,
    requisitions: bookOf(requisitions),
    directCosts: makeDirectCosts(seed),
    erp: {
      ...erpMaster,
      commitments: reconciled.held,
      changeOrders: changes.held,
      bills: makeErpBills(handKeyed),
      payments: makePayments(requisitions),
    },
    oddities: findOddities(requisitions, subcontracts, handKeyed),
    commitmentDifferences: reconciled.differences,
    changeOrderDifferences: changes.differences,
  };
}

const made = new Map<number, Company>();

/** The practice company: the same seed always gives the same bytes. */
export function practiceCompany(seed = practiceSeed): Company {
  const company = made.get(seed) ?? makePractice(seed);
  made.set(seed, company);
  return company;
}

/** The company that a simulator was asked for. */
export function companyFor(data: NonNullable<SimulatorOptions['data']>, seed = practiceSeed): Company {
  switch (data.kind) {
    case 'practice':
      return practiceCompany(seed);
    case 'empty':
      return emptyCompany();
    case 'synthetic':
      return syntheticCompany(emptyCompany(), data);
  }
}

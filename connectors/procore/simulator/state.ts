/** What the simulator knows: the practice company in Procore's shape, and everything written to it since. */
import { type Commitment, type Company, companyFor } from '../../kit/company/index.ts';
import type { SimulatorSetup } from '../../kit/simulator/simulator.ts';
import { withFiles } from './files.ts';
import { type RowSource, sourceOf } from './lists.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { numericId, type Row, type Stored, type Table, textOf } from './rows.ts';
import {
  contractRow,
  costCodeRows,
  packageRow,
  projectRow,
  requisitionRow,
  scheduleRow,
  vendorRow,
  wbsCodeRows,
} from './shapes.ts';
import {
  directCostRow,
  ownerLine,
  paymentApplicationRows,
  primeChangeOrderRow,
  primeContractRow,
  taxCodes,
} from './shapes-billing.ts';

/** A second company that has not installed the app. */
export const otherCompanyId = '562949953500999';
/** Credentials of the practice service account. They open nothing but the simulator. */
export const practiceClient = { id: 'practice-client', secret: 'practice-client-secret' } as const;

export const tableNames = [
  'projects',
  'vendors',
  'contracts',
  'contract-lines',
  'change-order-packages',
  'billing-periods',
  'requisitions',
  'contract-payments',
  'direct-costs',
  'direct-cost-lines',
  'prime-contracts',
  'prime-contract-lines',
  'prime-change-orders',
  'payment-applications',
  'budget-lines',
  'tax-codes',
  'tax-types',
  'standard-cost-code-lists',
  'standard-cost-codes',
  'line-item-types',
  'sub-jobs',
  'units',
  'cost-codes',
  'wbs-codes',
  'hooks',
  'triggers',
] as const;
export type TableName = (typeof tableNames)[number];

/** State of a running simulator. */
export interface ProcoreState {
  companyId: string;
  company: Company;
  tables: Record<TableName, Table>;
  /** Changes of requisitions, which are shaped when asked for. */
  requisitionChanges: Map<string, Row>;
  /** Due dates of requisitions, which no read shows. Not kept over a restart. */
  dueDates: Map<string, string | null>;
  /** Direct costs that a write is under way to. */
  costsUnderWay: Set<string>;
  usedRefreshTokens: Set<string>;
  /** Redirect addresses registered at the app. */
  redirectUris: readonly string[];
  /** Instants of the calls of the last hour. */
  calls: number[];
  refusedCalls: number;
  limits: { hourly: number; spike: number };
  nextId: number;
  /** What a well-behaved caller never does: calls without the company, with a token that has run out, the same record made twice. */
  notes: string[];
  /** Lists that lost a row while they were walked. */
  shortened: Set<string>;
  /** Requisitions of the practice company that were deleted: no list says that they were there. */
  deletedRequisitions: Set<string>;
  /** Webhook deliveries, sent and waiting. Not kept on disk. */
  outbox: Outbox;
  /** Where it listens. */
  address: () => string;
  /** Moves on when addresses of files given so far are no longer served. */
  fileEpoch: number;
}

const jobIndexOf = (state: ProcoreState, projectId: string): number =>
  state.company.jobs.findIndex(({ id }) => id === projectId);

function addContract(state: ProcoreState, commitment: Commitment): void {
  const { company, tables } = state;
  const jobIndex = jobIndexOf(state, commitment.jobId);
  const job = company.jobs[jobIndex];
  if (job === undefined) return;
  const row = { ...contractRow(company, job, commitment), type: commitment.type };
  tables.contracts.set(commitment.id, { projectId: job.id, row });
  const holder = { id: numericId(commitment.id), holder_type: commitment.type };
  for (const line of commitment.lines) {
    const lineRow = scheduleRow(company, jobIndex, line, commitment.createdAt, holder);
    tables['contract-lines'].set(line.id, { projectId: job.id, parentId: commitment.id, row: lineRow });
  }
  for (const change of commitment.changeOrders) {
    const stored: Stored = { projectId: job.id, parentId: commitment.id, row: packageRow(company, jobIndex, change) };
    tables['change-order-packages'].set(change.id, stored);
  }
}

function addBilling(state: ProcoreState): void {
  const { company, tables } = state;
  for (const job of company.jobs) {
    for (const period of company.billingPeriods(job.id)) {
      const row: Row = {
        id: numericId(period.id),
        project_id: numericId(job.id),
        start_date: period.start,
        end_date: period.end,
        due_date: period.due,
        position: period.position,
        status: period.status,
        created_at: `${period.start}T12:00:00Z`,
        updated_at: `${period.start}T12:00:00Z`,
      };
      tables['billing-periods'].set(period.id, { projectId: job.id, row });
    }
    const prime = primeContractRow(company, job);
    tables['prime-contracts'].set(String(prime.id), { projectId: job.id, row: prime });
    const line = ownerLine(company, job, '18400000.00');
    tables['prime-contract-lines'].set(String(line.id), { projectId: job.id, parentId: String(prime.id), row: line });
    const owner = primeChangeOrderRow(company, job);
    tables['prime-change-orders'].set(String(owner.id), {
      projectId: job.id,
      parentId: String(prime.id),
      row: owner,
    });
    for (const row of paymentApplicationRows(company, job, company.billingPeriods(job.id))) {
      tables['payment-applications'].set(String(row.id), { projectId: job.id, parentId: String(prime.id), row });
    }
  }
}

/** Builds the state from the company that was asked for. */
export function createState({ data, seed, services }: SimulatorSetup): ProcoreState {
  const company = companyFor(data, seed);
  const tables = Object.fromEntries(tableNames.map((name) => [name, new Map()])) as Record<TableName, Table>;
  const state: ProcoreState = {
    companyId: company.id,
    company,
    tables,
    requisitionChanges: new Map(),
    dueDates: new Map(),
    costsUnderWay: new Set(),
    usedRefreshTokens: new Set(),
    redirectUris: ['http://localhost:8725/procore/callback'],
    calls: [],
    refusedCalls: 0,
    limits: { hourly: 3600, spike: 100 },
    nextId: 562949999000001,
    notes: [],
    shortened: new Set(),
    deletedRequisitions: new Set(),
    outbox: createOutbox(services),
    address: () => services.address,
    fileEpoch: 1,
  };
  // An empty company has no projects: nothing to read, everything to write.
  const jobs = data.kind === 'empty' ? [] : company.jobs;
  for (const job of jobs) tables.projects.set(job.id, { row: projectRow(company, job) });
  for (const commitment of company.commitments) addContract(state, commitment);
  const projectsOf = Map.groupBy(company.commitments, ({ vendorId }) => vendorId);
  for (const vendor of company.vendors) {
    const projectIds = [...new Set(projectsOf.get(vendor.id)?.map(({ jobId }) => jobId) ?? [])];
    tables.vendors.set(vendor.id, { row: vendorRow(vendor, projectIds) });
  }
  for (const cost of company.directCosts) {
    const row = directCostRow(company, jobIndexOf(state, cost.jobId), cost);
    tables['direct-costs'].set(cost.id, { projectId: cost.jobId, row });
  }
  for (const row of taxCodes) tables['tax-codes'].set(String(row.id), { row });
  if (data.kind !== 'empty') addBilling(state);
  return state;
}

/** Rows of a table, of one project or parent where asked. */
export function rowsOf(
  state: ProcoreState,
  table: TableName,
  where: { projectId?: string; parentId?: string } = {},
): Row[] {
  const rows: Row[] = [];
  for (const stored of state.tables[table].values()) {
    if (where.projectId !== undefined && stored.projectId !== where.projectId) continue;
    if (where.parentId !== undefined && stored.parentId !== where.parentId) continue;
    rows.push(stored.row);
  }
  return rows;
}

/** A project's requisitions without those that were deleted. */
export function requisitionsOf(state: ProcoreState, projectId: string): RowSource {
  const all = allRequisitions(state, projectId);
  const { deletedRequisitions: gone, company } = state;
  if (![...gone].some((id) => company.requisitions.get(id)?.jobId === projectId)) return all;
  const left = Array.from({ length: all.length }, (_, index) => index).filter(
    (index) => !gone.has(String(all.at(index).id)),
  );
  return { length: left.length, at: (index) => all.at(left[index] ?? -1) };
}

/** A project's requisitions: those of the practice company, shaped one by one as they are asked for, then those made since. */
function allRequisitions(state: ProcoreState, projectId: string): RowSource {
  const { company, requisitionChanges } = state;
  const jobIndex = jobIndexOf(state, projectId);
  let from = -1;
  let block: Row[] = [];
  const given = company.requisitions.count(projectId);
  const made = rowsOf(state, 'requisitions', { projectId });
  return {
    length: given + made.length,
    at(index) {
      if (index < 0) return {};
      if (index >= given) return made[index - given] ?? {};
      const start = index - (index % 100);
      if (start !== from) {
        from = start;
        block = company.requisitions.slice(projectId, start, start + 100).map((requisition) =>
          withFiles(state, {
            ...requisitionRow(company, jobIndex, requisition, contractOf(state, requisition.commitmentId)),
            ...requisitionChanges.get(requisition.id),
          }),
        );
      }
      return block[index - start] ?? {};
    },
  };
}

/** One requisition. */
export function requisitionById(state: ProcoreState, id: string): Stored | undefined {
  const requisition = state.company.requisitions.get(id);
  if (state.deletedRequisitions.has(id)) return undefined;
  if (requisition === undefined) return storedOf(state, 'requisitions', id);
  const jobIndex = jobIndexOf(state, requisition.jobId);
  const row = requisitionRow(state.company, jobIndex, requisition, contractOf(state, requisition.commitmentId));
  return { projectId: requisition.jobId, row: withFiles(state, { ...row, ...state.requisitionChanges.get(id) }) };
}

const contractIndexes = new WeakMap<Company, Map<string, Commitment>>();

function contractOf(state: ProcoreState, id: string): Commitment | undefined {
  let index = contractIndexes.get(state.company);
  if (index === undefined) {
    index = new Map(state.company.commitments.map((commitment) => [commitment.id, commitment]));
    contractIndexes.set(state.company, index);
  }
  return index.get(id);
}

/** Cost codes or budget codes of a project: those of the practice company, as they were changed, and those made since. */
export function codesOf(state: ProcoreState, kind: 'cost-codes' | 'wbs-codes', projectId: string): RowSource {
  const jobIndex = jobIndexOf(state, projectId);
  const job = state.company.jobs[jobIndex];
  const shape = kind === 'cost-codes' ? costCodeRows : wbsCodeRows;
  const given = job === undefined ? [] : shape(state.company, job, jobIndex);
  const made = rowsOf(state, kind, { projectId });
  if (made.length === 0) return sourceOf(given);
  const changed = new Map(made.map((row) => [String(row.id), row]));
  const known = new Set(given.map((row) => String(row.id)));
  const rows = given.map((row) => changed.get(String(row.id)) ?? row);
  return sourceOf([...rows, ...made.filter((row) => !known.has(String(row.id)))]);
}

/** A fresh id. */
export function takeId(state: ProcoreState): number {
  state.nextId += 1;
  return state.nextId - 1;
}

/** The row of an id in a table, whatever type the id has. */
export const storedOf = (state: ProcoreState, table: TableName, id: unknown): Stored | undefined =>
  state.tables[table].get(textOf(id) ?? '');

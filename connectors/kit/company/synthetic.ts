/**
 * A synthetic company of any size for measurements: approved requisitions that all can be posted. Every requisition is computed
 * from its place when it is asked for, so that a hundred thousand of them take no memory.
 */
import { billingPeriodId, billingPeriods, closedMonth, fiscalPeriods, instant, monthEnd, months } from './calendar.ts';
import type { Company, RequisitionBook } from './company.ts';
import { money, percentOf, share } from './dice.ts';
import {
  codeMissingInErp,
  inactiveAccountCode,
  jobs,
  leafCodes,
  tasks,
  ungroupedAccountCode,
  unmappedCode,
} from './master.ts';
import { type LineFigures, makeLine, makeSummary } from './requisitions.ts';
import type { Commitment, CostCode, Job, Requisition, ScheduleLine, Vendor } from './types.ts';

/** What to make. */
export interface SyntheticSize {
  records: number;
  /** Lines of each requisition; default 5. */
  linesPerRecord?: number;
  /** Jobs they are spread over; default 15. */
  projects?: number;
}

const subcontractsPerJob = 10;
const rate = 100;
const firstJob = 562949956000001;
const firstCommitment = 562949986000001;
const firstLine = 562949987000001;
const firstNumber = 1_000_001;
const firstRequisition = 562950100000001;

const troubled = new Set([unmappedCode, inactiveAccountCode, ungroupedAccountCode, codeMissingInErp]);
const codes = leafCodes.filter((code) => !troubled.has(code.fullCode));
const openMonths = months
  .map((_, index) => index)
  .filter((index) => index !== closedMonth && index < months.length - 1);

/** Amount of a line in each requisition, in cents: odd enough that sums and retainage need rounding. */
const lineAmount = (line: number): number => 100_000 + line * 37_411 + 3;

function makeJobs(count: number): Job[] {
  const pattern = jobs[0] as Job;
  return Array.from({ length: count }, (_, index) => {
    const number = `S${String(index + 1).padStart(4, '0')}`;
    return { ...pattern, id: String(firstJob + index), number, name: `Synthetic job ${index + 1}`, erpProject: number };
  });
}

interface Shape {
  jobs: Job[];
  vendors: Vendor[];
  records: number;
  lines: number;
  /** Requisitions of a job. */
  countOf(jobIndex: number): number;
}

function scheduleLine(shape: Shape, commitment: number, line: number, times: number): ScheduleLine {
  const code = codes[(commitment + line) % codes.length] ?? (codes[0] as CostCode);
  return {
    id: String(firstLine + commitment * shape.lines + line),
    position: line + 1,
    description: `${code.name} ${line + 1}`,
    costCode: code.fullCode,
    costType: 'S',
    amount: money(lineAmount(line) * times),
  };
}

/** How many requisitions the subcontract at a place within its job has. */
const timesOf = (count: number, place: number): number => Math.max(0, Math.ceil((count - place) / subcontractsPerJob));

function makeRequisition(shape: Shape, jobIndex: number, place: number): Requisition {
  const job = shape.jobs[jobIndex] as Job;
  const slot = place % subcontractsPerJob;
  const step = Math.floor(place / subcontractsPerJob);
  const commitment = jobIndex * subcontractsPerJob + slot;
  const times = timesOf(shape.countOf(jobIndex), slot);
  const vendor = shape.vendors[commitment % shape.vendors.length] as Vendor;
  const month = openMonths[step % openMonths.length] ?? 0;
  const name = months[month] ?? '2025-06';
  const figures = Array.from({ length: shape.lines }, (_, line): LineFigures => {
    const amount = lineAmount(line);
    const before = amount * step;
    const retainedPreviously = share(before, rate, 1000);
    return {
      scheduled: amount * times,
      previousWork: before,
      workThisPeriod: amount,
      stored: 0,
      storedPreviously: 0,
      retainedPreviously,
      retainedThisPeriod: share(before + amount, rate, 1000) - retainedPreviously,
      released: 0,
      materialsRetained: 0,
      materialsRetainedPreviously: 0,
    };
  });
  const original = figures.reduce((sum, line) => sum + line.scheduled, 0);
  const order = jobIndex + place * shape.jobs.length;
  return {
    id: String(firstRequisition + order),
    jobId: job.id,
    commitmentId: String(firstCommitment + commitment),
    vendorId: vendor.id,
    number: step + 1,
    // One count for the company: told apart also without punctuation and leading zeros, as business keys are compared.
    invoiceNumber: `${vendor.invoicePrefix}-${firstNumber + order}`,
    periodId: billingPeriodId(jobIndex, month),
    start: `${name}-01`,
    end: monthEnd(name),
    billingDate: monthEnd(name),
    submittedAt: monthEnd(name),
    status: 'approved',
    final: false,
    ...(step === 0 ? {} : { previousId: String(firstRequisition + order - subcontractsPerJob * shape.jobs.length) }),
    percentComplete: `${percentOf(step + 1, times)}%`,
    retainagePercent: '10.0',
    summary: makeSummary(figures, original, 0),
    lines: figures.map((line, index) => {
      const source = scheduleLine(shape, commitment, index, times);
      const id = String(71_001 + order * shape.lines + index);
      return makeLine(source, 'contract_item', line, { id, position: index + 1, rate: '10.0' });
    }),
    createdAt: instant(monthEnd(name), 600),
    updatedAt: instant(monthEnd(name), 600 + (order % 800)),
  };
}

function makeBook(shape: Shape): RequisitionBook {
  const jobIndexes = new Map(shape.jobs.map((job, index) => [job.id, index]));
  const slice = (jobId: string, from: number, to: number): Requisition[] => {
    const jobIndex = jobIndexes.get(jobId);
    if (jobIndex === undefined) return [];
    const end = Math.min(to, shape.countOf(jobIndex));
    return Array.from({ length: Math.max(0, end - from) }, (_, index) =>
      makeRequisition(shape, jobIndex, from + index),
    );
  };
  return {
    size: shape.records,
    count: (jobId) => {
      const jobIndex = jobIndexes.get(jobId);
      return jobIndex === undefined ? 0 : shape.countOf(jobIndex);
    },
    slice,
    get(id) {
      const order = Number(id) - firstRequisition;
      if (!Number.isInteger(order) || order < 0 || order >= shape.records) return undefined;
      return makeRequisition(shape, order % shape.jobs.length, Math.floor(order / shape.jobs.length));
    },
    *all() {
      for (let order = 0; order < shape.records; order += 1) {
        yield makeRequisition(shape, order % shape.jobs.length, Math.floor(order / shape.jobs.length));
      }
    },
  };
}

function makeCommitments(shape: Shape): Commitment[] {
  return shape.jobs.flatMap((job, jobIndex) =>
    Array.from({ length: subcontractsPerJob }, (_, slot): Commitment => {
      const commitment = jobIndex * subcontractsPerJob + slot;
      const times = timesOf(shape.countOf(jobIndex), slot);
      const lines = Array.from({ length: shape.lines }, (_line, line) => scheduleLine(shape, commitment, line, times));
      const sum = lines.reduce((amount, _line, line) => amount + lineAmount(line) * times, 0);
      return {
        id: String(firstCommitment + commitment),
        jobId: job.id,
        type: 'WorkOrderContract',
        number: `SC-${job.number}-${String(slot + 1).padStart(3, '0')}`,
        title: `Synthetic subcontract ${slot + 1}`,
        vendorId: (shape.vendors[commitment % shape.vendors.length] as Vendor).id,
        status: 'Approved',
        executed: true,
        accountingMethod: 'amount',
        retainagePercent: '10.0',
        contractDate: '2025-05-12',
        start: '2025-05-26',
        completion: job.completion,
        lines,
        changeOrders: [],
        originalAmount: money(sum),
        approvedChanges: '0.00',
        pendingChanges: '0.00',
        createdAt: instant('2025-05-02', 600),
        updatedAt: instant('2025-05-12', 600),
      };
    }),
  );
}

/** A synthetic company on the master data of `base`. */
export function syntheticCompany(base: Company, size: SyntheticSize): Company {
  const projects = Math.max(1, size.projects ?? 15);
  const shape: Shape = {
    jobs: makeJobs(projects),
    vendors: base.vendors.filter(
      (vendor) => vendor.linked && base.erp.vendors.some((known) => known.id === vendor.erpId && known.active),
    ),
    records: size.records,
    lines: Math.max(1, size.linesPerRecord ?? 5),
    countOf: (jobIndex) => Math.max(0, Math.ceil((size.records - jobIndex) / projects)),
  };
  return {
    ...base,
    jobs: shape.jobs,
    billingPeriods: (jobId) => {
      const index = shape.jobs.findIndex((job) => job.id === jobId);
      return index < 0 ? [] : billingPeriods(jobId, index);
    },
    commitments: makeCommitments(shape),
    requisitions: makeBook(shape),
    erp: {
      ...base.erp,
      periods: fiscalPeriods(),
      projects: shape.jobs.map((job) => ({
        id: job.number,
        description: job.name,
        active: true,
        tasks: tasks.map((task) => ({ ...task, active: true })),
      })),
    },
  };
}

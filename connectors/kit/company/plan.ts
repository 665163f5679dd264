/** Which subcontract bills in which months: the skeleton that the practice company's documents hang on. */
import { closedMonth, months } from './calendar.ts';
import { type Dice, dice, total } from './dice.ts';
import { commitmentCounts, jobs, jobWithoutTask, vendorNamed, vendors } from './master.ts';
import type { Vendor } from './types.ts';

/** What is deliberately wrong with a subcontract. */
export type Trouble =
  | 'duplicate-number'
  | 'hand-keyed'
  | 'unmapped-code'
  | 'inactive-account'
  | 'account-without-group'
  | 'cost-code-missing-in-erp'
  | 'vendor-missing-in-erp'
  | 'vendor-inactive-in-erp'
  | 'project-missing-in-erp'
  | 'task-missing-in-erp';

/** A subcontract as planned. `months` are indexes into the calendar, rising. */
export interface SubcontractPlan {
  jobIndex: number;
  vendor: Vendor;
  months: number[];
  trouble?: Trouble;
  /** First month whose requisitions carry the trouble's line. */
  troubleFrom?: number;
  /** Bills to the end of the calendar. */
  current: boolean;
  /** The last requisition releases all retainage. */
  release: boolean;
  /** One requisition takes back part of what was billed. */
  credit: boolean;
}

/** Requisitions of the practice company. */
export const requisitionCount = 400;

interface Pin {
  job: string;
  vendor: string;
  count: number;
  /** Last month billed; the calendar's last where absent. */
  ends?: number;
  trouble?: Trouble;
  from?: number;
}

const pins: readonly Pin[] = [
  { job: '2407', vendor: 'Delta Concrete LLC', count: 9, trouble: 'duplicate-number', from: 12 },
  { job: '2412', vendor: 'Delta Concrete LLC', count: 6, trouble: 'duplicate-number', from: 13 },
  { job: '2415', vendor: 'Signal Peak Specialties', count: 6, trouble: 'unmapped-code', from: 13 },
  { job: '2418', vendor: 'Metro Toilet Partitions', count: 6, trouble: 'inactive-account', from: 14 },
  { job: '2421', vendor: 'Sound Survey & Layout', count: 5, trouble: 'account-without-group', from: 14 },
  { job: '2425', vendor: 'Orca Dive & Marine', count: 3, ends: 12, trouble: 'vendor-missing-in-erp' },
  { job: '2430', vendor: 'Delta Concrete Inc.', count: 5 },
  { job: '2430', vendor: 'Demo Kings LLC', count: 5, trouble: 'cost-code-missing-in-erp', from: 14 },
  { job: '2433', vendor: 'Crown Ceilings & Acoustics', count: 6, trouble: 'hand-keyed', from: 13 },
  { job: '2501', vendor: 'Łódź Steel', count: 6 },
  { job: '2501', vendor: 'Tidewater Caulking', count: 3, ends: 13, trouble: 'vendor-missing-in-erp' },
  { job: '2503', vendor: 'Harbor Electric Inc.', count: 3, ends: 14, trouble: 'task-missing-in-erp' },
  { job: '2507', vendor: 'Abatement Specialists Northwest', count: 3, ends: 11, trouble: 'vendor-inactive-in-erp' },
  { job: '2511', vendor: 'Ångström Elektro AB', count: 6 },
  { job: '2618', vendor: 'Rainier Excavating', count: 2, ends: 15, trouble: 'project-missing-in-erp' },
  { job: '2618', vendor: 'Columbia Utilities Construction', count: 2, ends: 15, trouble: 'project-missing-in-erp' },
];

/** Divisions whose costs go to the mechanical and electrical task. */
const mechanicalDivisions = new Set(['14', '21', '22', '23', '26']);
const lastMonth = months.length - 1;

/** The last `count` months up to `ends`, without the closed month unless it is wanted. */
function monthsBack(ends: number, count: number, withClosed = false): number[] {
  const result: number[] = [];
  for (let month = ends; month >= 0 && result.length < count; month -= 1) {
    if (month !== closedMonth || withClosed) result.unshift(month);
  }
  return result;
}

function planPin(pin: Pin): SubcontractPlan {
  return {
    jobIndex: jobs.findIndex((job) => job.number === pin.job),
    vendor: vendorNamed(pin.vendor),
    months: monthsBack(pin.ends ?? lastMonth, pin.count),
    ...(pin.trouble === undefined ? {} : { trouble: pin.trouble }),
    ...(pin.from === undefined ? {} : { troubleFrom: pin.from }),
    current: pin.ends === undefined,
    release: false,
    credit: false,
  };
}

/** Vendors that ordinary subcontracts go to. */
function ordinaryVendors(): Vendor[] {
  const troubled = new Set(pins.filter((pin) => pin.trouble !== undefined).map((pin) => pin.vendor));
  return vendors.filter(
    (vendor) => vendor.kind === 'subcontractor' && vendor.erpId !== undefined && !troubled.has(vendor.name),
  );
}

const creditPlans = new Set([3, 13, 24, 34]);

function ordinaryPlan(jobIndex: number, vendor: Vendor, index: number, finished: number, lots: Dice): SubcontractPlan {
  const isFinished = index % 7 === 2 || index % 7 === 5;
  const base = { jobIndex, vendor, current: !isFinished, credit: creditPlans.has(index) };
  if (!isFinished) return { ...base, months: monthsBack(lastMonth, lots.between(5, 8)), release: false };
  // The first five finished ones bill in the closed month, the first ten release their retainage at the end. The others end
  // one month after the other, from the sixth month of the calendar on.
  const closed = finished < 5;
  const ends = closed ? 10 : finished;
  const length = finished < 6 ? 6 : lots.between(4, 6);
  return { ...base, months: monthsBack(ends, length, closed), release: finished < 10 };
}

/** Lengthens or shortens ordinary current plans, one month each in turn, until the requisitions are as many as wanted. */
function adjust(plans: readonly SubcontractPlan[]): void {
  const elastic = plans.filter((plan) => plan.current && plan.trouble === undefined);
  let missing = requisitionCount - total(plans.map((plan) => plan.months.length));
  for (let turn = 0; missing !== 0 && turn < 1000; turn += 1) {
    const plan = elastic[turn % elastic.length];
    if (plan === undefined) continue;
    const length = plan.months.length + Math.sign(missing);
    const most = jobs[plan.jobIndex]?.number === '2602' ? 9 : 14;
    if (length < 4 || length > most) continue;
    plan.months = monthsBack(lastMonth, length);
    missing -= Math.sign(missing);
  }
}

/** Plans all subcontracts of active jobs, job by job. */
export function planSubcontracts(seed: number): SubcontractPlan[] {
  const choices = ordinaryVendors();
  const plans: SubcontractPlan[] = [];
  let rotation = 0;
  let ordinary = 0;
  let finished = 0;
  jobs.forEach((job, jobIndex) => {
    if (!job.active) return;
    const here = pins.filter((pin) => pin.job === job.number).map(planPin);
    for (let turn = 0; here.length < (commitmentCounts[jobIndex]?.subcontracts ?? 0) && turn < 200; turn += 1) {
      const vendor = choices[rotation % choices.length];
      rotation += 1;
      if (vendor === undefined || here.some((plan) => plan.vendor === vendor)) continue;
      if (job.number === jobWithoutTask.number && mechanicalDivisions.has(vendor.division)) continue;
      const plan = ordinaryPlan(jobIndex, vendor, ordinary, finished, dice(seed, `plan ${ordinary}`));
      ordinary += 1;
      if (!plan.current) finished += 1;
      here.push(plan);
    }
    plans.push(...here);
  });
  adjust(plans);
  return plans;
}

/** Subcontracts and purchase orders with their lines and change orders. Amounts are drawn in whole cents. */
import { format } from '../../../engine/model/decimal.ts';
import { addDays, instant, monthEnd, months } from './calendar.ts';
import { type Dice, dice, money, total } from './dice.ts';
import {
  codeMissingInErp,
  commitmentCounts,
  inactiveAccountCode,
  jobs,
  leafCodes,
  ungroupedAccountCode,
  unmappedCode,
  vendors,
} from './master.ts';
import type { SubcontractPlan, Trouble } from './plan.ts';
import type { ChangeOrder, Commitment, CostCode, CostType, ScheduleLine, Vendor } from './types.ts';

/** Codes that only the deliberately troubled lines use. */
const troubleCodes = new Set([unmappedCode, inactiveAccountCode, ungroupedAccountCode, codeMissingInErp]);
const ordinaryCodes = leafCodes.filter((code) => !troubleCodes.has(code.fullCode));

/** Lines of a change order that begin to be billed in a month of the calendar. */
export interface BilledChange {
  change: ChangeOrder;
  fromMonth: number;
  /** Billed a little in every requisition, so that none of them is without it. */
  steady: boolean;
}

/** A subcontract with what its requisitions need. */
export interface PlannedSubcontract {
  commitment: Commitment;
  plan: SubcontractPlan;
  changes: BilledChange[];
}

/** Hands out ids in the order of asking. */
export interface IdSource {
  commitment(): string;
  line(): string;
  change(): string;
  changeLine(): string;
}

/** Ids of the practice company's commitments. */
export function commitmentIds(): IdSource {
  const from = (start: number) => {
    let next = start;
    return () => {
      next += 1;
      return String(next - 1);
    };
  };
  return {
    commitment: from(562949980000041),
    line: from(562949980100201),
    change: from(562949981000007),
    changeLine: from(562949981100001),
  };
}

const areas = ['Level 1', 'Level 2', 'Level 3', 'East wing', 'West wing', 'Core', 'Roof', 'Site'] as const;
/** Descriptions in the vendor's own language, as they come in from abroad. */
const ownWords: Readonly<Record<string, readonly string[]>> = {
  'Ångström Elektro AB': [
    'Kabelförläggning plan 2',
    'Ställverk, märkning å monteringsanvisning',
    'Belysning över östra gården',
  ],
  'Łódź Steel': ['Konstrukcja stalowa, oś A–D', 'Połączenia śrubowe', 'Schody żelazne, klatka № 2'],
  'Nakamura Controls (中村制御)': ['自動制御盤 2F', 'Controls – 中央監視'],
  'Müller Haustechnik GmbH': ['Lüftungskanäle Süd', 'Maßgefertigte Übergabestation'],
  'Søren Glas A/S': ['Facadeglas, øst', 'Døre og værn'],
};

const cents = (lots: Dice): number => lots.between(800, 9500) * 1000 + (lots.chance(35) ? lots.between(1, 99_999) : 0);

function describe(vendor: Vendor, code: CostCode, position: number, lots: Dice): string {
  const own = ownWords[vendor.name];
  if (own !== undefined && position <= own.length) return own[position - 1] ?? code.name;
  return `${code.name} – ${lots.pick(areas)}`;
}

function scheduleLines(vendor: Vendor, lots: Dice, ids: IdSource): ScheduleLine[] {
  const codes = ordinaryCodes.filter((code) => code.fullCode.startsWith(`${vendor.division}-`));
  return Array.from({ length: lots.between(6, 8) }, (_, index) => {
    const code = codes[index % codes.length] ?? (ordinaryCodes[0] as CostCode);
    const costType: CostType['code'] = index > 0 && lots.chance(25) ? 'M' : 'S';
    return {
      id: ids.line(),
      position: index + 1,
      description: describe(vendor, code, index + 1, lots),
      costCode: code.fullCode,
      costType,
      amount: money(cents(lots)),
    };
  });
}

/** Whole cents of an amount of two places. */
export const inCents = (amount: string): number => Number(amount.replace('.', ''));

/** Sum of the lines' amounts, in cents. */
export const sumOfLines = (lines: readonly ScheduleLine[]): number => total(lines.map((line) => inCents(line.amount)));

interface ChangeDraft {
  status: ChangeOrder['status'];
  date: string;
  title: string;
  costCode: string;
  costType: CostType['code'];
  amount: number;
}

function makeChange(commitmentId: string, number: number, draft: ChangeDraft, ids: IdSource): ChangeOrder {
  const amount = money(draft.amount);
  return {
    id: ids.change(),
    commitmentId,
    number: String(number).padStart(3, '0'),
    title: draft.title,
    status: draft.status,
    date: draft.date,
    amount,
    lines: [
      {
        id: ids.changeLine(),
        position: 1,
        description: draft.title,
        costCode: draft.costCode,
        costType: draft.costType,
        amount,
      },
    ],
  };
}

const troubleLines: Readonly<
  Partial<Record<Trouble, { costCode: string; costType: CostType['code']; title: string }>>
> = {
  'unmapped-code': { costCode: unmappedCode, costType: 'S', title: 'Baby changing stations, all levels' },
  'inactive-account': { costCode: inactiveAccountCode, costType: 'S', title: 'Monument sign at the entrance' },
  'account-without-group': { costCode: ungroupedAccountCode, costType: 'O', title: 'Agency fee for the survey permit' },
  'cost-code-missing-in-erp': { costCode: codeMissingInErp, costType: 'S', title: 'Selective demolition, mezzanine' },
};

function changesOf(
  plan: SubcontractPlan,
  commitmentId: string,
  lines: readonly ScheduleLine[],
  lots: Dice,
  ids: IdSource,
) {
  const billed: BilledChange[] = [];
  const open: ChangeOrder[] = [];
  const first = lines[0];
  const trouble = plan.trouble === undefined ? undefined : troubleLines[plan.trouble];
  if (trouble !== undefined && plan.troubleFrom !== undefined) {
    const date = `${months[plan.troubleFrom - 1]}-20`;
    const draft = { ...trouble, status: 'approved' as const, date, amount: lots.between(40, 240) * 10_000 };
    billed.push({
      change: makeChange(commitmentId, 1, draft, ids),
      fromMonth: plan.troubleFrom,
      steady: true,
    });
  } else if (first !== undefined && plan.current && plan.months.length > 4 && lots.chance(60)) {
    const number = lots.between(1, 3);
    for (let index = 0; index < number; index += 1) {
      const from = plan.months[lots.between(2, plan.months.length - 2)] ?? 0;
      const costCode = (lines[index] ?? first).costCode;
      const title = lots.pick(['Owner-directed change', 'Unforeseen condition', 'Design revision', 'Extended hours']);
      const amount = lots.chance(12)
        ? -lots.between(10, 60) * 10_000
        : lots.between(15, 400) * 10_000 + lots.between(0, 9999);
      const draft: ChangeDraft = {
        status: 'approved',
        date: `${months[from - 1]}-18`,
        title,
        costCode,
        costType: 'S',
        amount,
      };
      billed.push({ change: makeChange(commitmentId, index + 1, draft, ids), fromMonth: from, steady: false });
    }
  }
  if (first !== undefined && plan.current && lots.chance(25)) {
    const status = lots.chance(60) ? 'pending' : 'draft';
    const amount = lots.between(20, 300) * 10_000;
    const draft: ChangeDraft = {
      status,
      date: '2026-11-09',
      title: 'Price request',
      costCode: first.costCode,
      costType: 'S',
      amount,
    };
    open.push(makeChange(commitmentId, billed.length + 1, draft, ids));
  }
  return { billed, open };
}

const sumOfChanges = (changes: readonly ChangeOrder[], status: ChangeOrder['status']): string =>
  money(total(changes.filter((change) => change.status === status).map((change) => inCents(change.amount))));

/** A subcontract of an active job. `number` counts within the job. */
export function makeSubcontract(
  plan: SubcontractPlan,
  number: number,
  seed: number,
  ids: IdSource,
): PlannedSubcontract {
  const job = jobs[plan.jobIndex] ?? (jobs[0] as (typeof jobs)[number]);
  const lots = dice(seed, `subcontract ${job.number} ${number}`);
  const id = ids.commitment();
  const lines = scheduleLines(plan.vendor, lots, ids);
  const { billed, open } = changesOf(plan, id, lines, lots, ids);
  const changeOrders = [...billed.map((entry) => entry.change), ...open];
  const firstMonth = months[plan.months[0] ?? 0] ?? '2025-06';
  const start = `${firstMonth}-01`;
  const trade = lines[0]?.costCode.slice(0, 2) ?? '01';
  const title = leafCodes.find((code) => code.fullCode.startsWith(`${trade}-`))?.name ?? 'Subcontract';
  const commitment: Commitment = {
    id,
    jobId: job.id,
    type: 'WorkOrderContract',
    number: `SC-${job.number}-${String(number).padStart(3, '0')}`,
    title: `${title} and related work`,
    vendorId: plan.vendor.id,
    status: plan.current ? 'Approved' : 'Complete',
    executed: true,
    accountingMethod: 'amount',
    retainagePercent: lots.chance(75) ? '10.0' : '5.0',
    contractDate: addDays(start, -21),
    start: addDays(start, -7),
    completion: plan.current ? job.completion : monthEnd(months[plan.months.at(-1) ?? 0] ?? firstMonth),
    lines,
    changeOrders,
    originalAmount: money(sumOfLines(lines)),
    approvedChanges: sumOfChanges(changeOrders, 'approved'),
    pendingChanges: sumOfChanges(changeOrders, 'pending'),
    createdAt: instant(addDays(start, -30), 600 + number),
    updatedAt: instant(
      plan.current ? '2026-11-12' : addDays(monthEnd(months[plan.months.at(-1) ?? 0] ?? firstMonth), 11),
      600 + number,
    ),
  };
  return { commitment, plan, changes: billed };
}

const orderStatuses = [
  'Approved',
  'Approved',
  'Approved',
  'Partially Received',
  'Received',
  'Closed',
  'Draft',
  'Processing',
] as const;
const units = ['ea', 'lf', 'sf', 'cy', 'ton'] as const;

function orderLines(lots: Dice, ids: IdSource, division: string): ScheduleLine[] {
  const codes = ordinaryCodes.filter((code) => code.fullCode.startsWith(`${division}-`));
  return Array.from({ length: lots.between(2, 5) }, (_, index) => {
    const code = codes[index % codes.length] ?? (ordinaryCodes[0] as CostCode);
    // Quantities in tenths, unit costs in cents: the product is exact in thousandths, and multiples of ten keep it in cents.
    const tenths = lots.between(10, 4000);
    const unitCost = lots.between(20, 900) * 10;
    return {
      id: ids.line(),
      position: index + 1,
      description: code.name,
      costCode: code.fullCode,
      costType: division === '01' ? 'E' : 'M',
      amount: money((tenths * unitCost) / 10),
      quantity: format({ units: tenths, scale: 1 }, 1),
      unitCost: money(unitCost),
      uom: lots.pick(units),
    };
  });
}

/** A purchase order. `number` counts within the job. */
export function makePurchaseOrder(jobIndex: number, number: number, seed: number, ids: IdSource): Commitment {
  const job = jobs[jobIndex] ?? (jobs[0] as (typeof jobs)[number]);
  const lots = dice(seed, `order ${job.number} ${number}`);
  const suppliers = vendors.filter((vendor) => vendor.kind === 'supplier');
  const vendor = suppliers[(jobIndex * 2 + number) % suppliers.length] ?? (vendors[0] as Vendor);
  const id = ids.commitment();
  const lines = orderLines(lots, ids, vendor.division);
  const status = orderStatuses[(jobIndex + number * 3) % orderStatuses.length] ?? 'Approved';
  const month = lots.between(job.start.startsWith('2026') ? 9 : 2, 16);
  const date = `${months[month]}-${String(lots.between(2, 26)).padStart(2, '0')}`;
  return {
    id,
    jobId: job.id,
    type: 'PurchaseOrderContract',
    number: `PO-${job.number}-${String(number).padStart(3, '0')}`,
    title: `${lines[0]?.description ?? 'Supplies'} for ${job.name}`,
    vendorId: vendor.id,
    status,
    executed: status !== 'Draft' && status !== 'Processing',
    accountingMethod: 'unit',
    contractDate: date,
    start: date,
    completion: addDays(date, 35),
    lines,
    changeOrders: [],
    originalAmount: money(sumOfLines(lines)),
    approvedChanges: '0.00',
    pendingChanges: '0.00',
    createdAt: instant(addDays(date, -3), 700 + number),
    updatedAt: instant(addDays(date, 4), 700 + number),
  };
}

/** A finished subcontract of a closed job, without requisitions in the calendar. */
export function makeClosedSubcontract(jobIndex: number, number: number, seed: number, ids: IdSource): Commitment {
  const job = jobs[jobIndex] ?? (jobs[0] as (typeof jobs)[number]);
  const vendor = vendors[(jobIndex * 3 + number) % 40] ?? (vendors[0] as Vendor);
  const plan: SubcontractPlan = { jobIndex, vendor, months: [0], current: false, release: false, credit: false };
  const { commitment } = makeSubcontract(plan, number, seed, ids);
  const dates = { contractDate: job.start, start: job.start, completion: job.completion };
  return { ...commitment, ...dates, createdAt: job.createdAt, updatedAt: job.updatedAt };
}

/** All commitments: subcontracts of active jobs as planned, then purchase orders, then those of closed jobs. */
export function makeCommitments(plans: readonly SubcontractPlan[], seed: number) {
  const ids = commitmentIds();
  const numbers = new Map<number, number>();
  const subcontracts = plans.map((plan) => {
    const number = (numbers.get(plan.jobIndex) ?? 0) + 1;
    numbers.set(plan.jobIndex, number);
    return makeSubcontract(plan, number, seed, ids);
  });
  const others: Commitment[] = [];
  jobs.forEach((job, jobIndex) => {
    const counts = commitmentCounts[jobIndex] ?? { subcontracts: 0, purchaseOrders: 0 };
    for (let n = 1; n <= counts.purchaseOrders; n += 1) others.push(makePurchaseOrder(jobIndex, n, seed, ids));
    if (job.active) return;
    for (let n = 1; n <= counts.subcontracts; n += 1) others.push(makeClosedSubcontract(jobIndex, n, seed, ids));
  });
  return { subcontracts, others };
}

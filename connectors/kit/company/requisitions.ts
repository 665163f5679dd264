/**
 * Requisitions from subcontracts: month by month, line by line, in whole cents. Every figure of a line and of the header follows
 * from what was completed, what is stored on site and the retainage rate, so that the identities of G702/G703 hold by construction.
 */
import { addDays, billingPeriodId, instant, monthEnd, months } from './calendar.ts';
import { type BilledChange, inCents, type PlannedSubcontract } from './commitments.ts';
import { type Dice, dice, money, percentOf, share, total } from './dice.ts';
import { vendors } from './master.ts';
import type { Requisition, RequisitionLine, RequisitionStatus, RequisitionSummary, ScheduleLine } from './types.ts';

/** What was completed and stored of a line after each requisition, in cents. */
interface Progress {
  source: ScheduleLine;
  itemType: RequisitionLine['itemType'];
  /** First requisition of the commitment that has the line. */
  from: number;
  work: number[];
  stored: number[];
}

/** A line's figures in cents. */
export interface LineFigures {
  scheduled: number;
  previousWork: number;
  workThisPeriod: number;
  stored: number;
  storedPreviously: number;
  retainedPreviously: number;
  retainedThisPeriod: number;
  released: number;
  materialsRetained: number;
  materialsRetainedPreviously: number;
}

const lastMonth = months.length - 1;

/** Permille completed after each requisition. A `steady` line is billed in every one of them. */
function completed(entry: PlannedSubcontract, steady: boolean, from: number, lots: Dice): number[] {
  const { plan } = entry;
  const steps = plan.months.length - (plan.release ? 1 : 0);
  const goal = plan.current ? lots.between(550, 980) : 1000;
  const plain = plan.credit || steady;
  const start = plain ? from : from + lots.between(0, Math.max(0, Math.min(2, steps - from - 1)));
  const end = plain ? steps - 1 : Math.max(start, steps - 1 - lots.between(0, 1));
  const permille: number[] = [];
  for (let step = 0; step < plan.months.length; step += 1) {
    const reached = step < start ? 0 : share(goal, Math.min(step, end) - start + 1, end - start + 1);
    permille.push(reached);
  }
  // A credit takes back part of what was billed before; the next requisition goes on from the plan.
  if (plan.credit) permille[2] = Math.max(0, (permille[1] ?? 0) - 60);
  return permille;
}

function progressOf(
  entry: PlannedSubcontract,
  line: ScheduleLine,
  change: BilledChange | undefined,
  seed: number,
): Progress {
  const { plan } = entry;
  const lots = dice(seed, `progress ${line.id}`);
  const from =
    change === undefined
      ? 0
      : Math.max(
          0,
          plan.months.findIndex((month) => month >= change.fromMonth),
        );
  const amount = inCents(line.amount);
  // The first line never rests, so that no requisition bills nothing at all.
  const steady = change?.steady ?? line.position === 1;
  const permille = completed(entry, steady, from, lots);
  const work = permille.map((part) => share(amount, part, 1000));
  const stored = work.map((done, step) => {
    const stocks = line.costType === 'M' && !plan.credit && step >= from && lots.chance(55);
    return stocks && done < amount ? share(amount - done, 150, 1000) : 0;
  });
  if (!plan.current) stored.fill(0, plan.months.length - (plan.release ? 2 : 1));
  return { source: line, itemType: change === undefined ? 'contract_item' : 'change_order_item', from, work, stored };
}

function figuresAt(progress: Progress, step: number, rate: number, release: boolean): LineFigures {
  const before = progress.work[step - 1] ?? 0;
  const now = progress.work[step] ?? 0;
  const stored = progress.stored[step] ?? 0;
  const storedPreviously = progress.stored[step - 1] ?? 0;
  const retainedPreviously = share(before, rate, 1000);
  const retainedNow = share(now, rate, 1000);
  return {
    scheduled: inCents(progress.source.amount),
    previousWork: before,
    workThisPeriod: now - before,
    stored,
    storedPreviously,
    retainedPreviously,
    retainedThisPeriod: retainedNow - retainedPreviously,
    released: release ? retainedNow : 0,
    materialsRetained: share(stored, rate, 1000),
    materialsRetainedPreviously: share(storedPreviously, rate, 1000),
  };
}

/** Gross of a line: work of the period and the change in stored materials, in cents. */
export const grossOf = (line: LineFigures): number => line.workThisPeriod + line.stored - line.storedPreviously;

/** Net of a line: gross less what is retained, plus what is released, in cents. */
export const netOf = (line: LineFigures): number =>
  grossOf(line) - line.retainedThisPeriod - (line.materialsRetained - line.materialsRetainedPreviously) + line.released;

/** A line of a requisition from its figures. */
export function makeLine(
  source: ScheduleLine,
  itemType: RequisitionLine['itemType'],
  figures: LineFigures,
  place: { id: string; position: number; rate: string; comment?: string },
): RequisitionLine {
  const toDate = figures.previousWork + figures.workThisPeriod + figures.stored;
  return {
    id: place.id,
    itemType,
    lineId: source.id,
    position: place.position,
    description: source.description,
    costCode: source.costCode,
    costType: source.costType,
    scheduledValue: money(figures.scheduled),
    previousWork: money(figures.previousWork),
    workThisPeriod: money(figures.workThisPeriod),
    storedMaterials: money(figures.stored),
    storedPreviously: money(figures.storedPreviously),
    totalToDate: money(toDate),
    percentToDate: percentOf(toDate, figures.scheduled),
    retainagePercent: place.rate,
    retainedPreviously: money(figures.retainedPreviously),
    retainedThisPeriod: money(figures.retainedThisPeriod),
    releasedThisPeriod: money(figures.released),
    materialsRetained: money(figures.materialsRetained),
    materialsRetainedPreviously: money(figures.materialsRetainedPreviously),
    gross: money(grossOf(figures)),
    net: money(netOf(figures)),
    ...(place.comment === undefined ? {} : { comment: place.comment }),
  };
}

/** Header totals from the figures of the lines. `original` and `change` are contract sums in cents. */
export function makeSummary(lines: readonly LineFigures[], original: number, change: number): RequisitionSummary {
  const sum = (pick: (line: LineFigures) => number): number => total(lines.map(pick));
  const toDate = sum((line) => line.previousWork + line.workThisPeriod + line.stored);
  const workRetainage = sum((line) => line.retainedPreviously + line.retainedThisPeriod - line.released);
  const materialsRetainage = sum((line) => line.materialsRetained);
  const earned = toDate - workRetainage - materialsRetainage;
  const due = sum(netOf);
  return {
    originalContractSum: money(original),
    netChange: money(change),
    contractSumToDate: money(original + change),
    totalCompletedAndStored: money(toDate),
    workRetainage: money(workRetainage),
    materialsRetainage: money(materialsRetainage),
    totalRetainage: money(workRetainage + materialsRetainage),
    totalEarnedLessRetainage: money(earned),
    lessPreviousCertificates: money(earned - due),
    currentPaymentDue: money(due),
    balanceToFinish: money(original + change - earned),
  };
}

/** A requisition before ids, invoice numbers and statuses are handed out. */
export interface DraftRequisition {
  entry: PlannedSubcontract;
  /** Place of the subcontract among all. */
  subcontract: number;
  step: number;
  month: number;
  figures: LineFigures[];
  progress: Progress[];
}

/** Everything a subcontract bills, oldest first. */
export function billSubcontract(entry: PlannedSubcontract, subcontract: number, seed: number): DraftRequisition[] {
  const { commitment, plan, changes } = entry;
  const rate = Number(commitment.retainagePercent?.replace('.', '') ?? '0');
  const progress = [
    ...commitment.lines.map((line) => progressOf(entry, line, undefined, seed)),
    ...changes.flatMap((change) => change.change.lines.map((line) => progressOf(entry, line, change, seed))),
  ];
  return plan.months.map((month, step) => {
    const here = progress.filter((line) => line.from <= step);
    const release = plan.release && step === plan.months.length - 1;
    return {
      entry,
      subcontract,
      step,
      month,
      progress: here,
      figures: here.map((line) => figuresAt(line, step, rate, release)),
    };
  });
}

/** The status of each requisition: everything is approved but the last months, in fixed numbers. */
export function statusesOf(drafts: readonly DraftRequisition[]): RequisitionStatus[] {
  const counters = [0, 0, 0, 0];
  const next = (counter: number): number => {
    counters[counter] = (counters[counter] ?? 0) + 1;
    return (counters[counter] ?? 1) - 1;
  };
  return drafts.map(({ month, entry }) => {
    if (entry.plan.current && month === lastMonth) return next(0) % 2 === 0 ? 'draft' : 'under_review';
    if (entry.plan.current && month === lastMonth - 1) {
      const turn = next(1) % 6;
      return turn < 3 ? 'pending_owner_approval' : turn < 5 ? 'under_review' : 'revise_and_resubmit';
    }
    const ordinary = entry.plan.current && entry.plan.trouble === undefined;
    if (ordinary && month === lastMonth - 2 && next(2) < 8) return 'revise_and_resubmit';
    return next(3) % 15 === 7 ? 'approved_as_noted' : 'approved';
  });
}

const isDraft = (status: RequisitionStatus): boolean => status === 'draft';

function datesOf(month: number, status: RequisitionStatus, order: number) {
  const name = months[month] ?? '2025-06';
  const recent = month === lastMonth;
  const created = recent ? addDays(`${name}-16`, order % 3) : addDays(monthEnd(name), 1);
  const minute = 480 + ((order * 13) % 600);
  return {
    start: `${name}-01`,
    end: monthEnd(name),
    billingDate: monthEnd(name),
    ...(isDraft(status) ? {} : { submittedAt: recent ? created : addDays(created, 1) }),
    createdAt: instant(created, minute),
    updatedAt: instant(recent ? addDays(created, 1) : addDays(created, 2 + (order % 9)), minute + 30),
  };
}

/** Hands out invoice numbers: one running number per vendor, and the pair that differs in case and spaces only. */
export function invoiceNumbers(): (draft: DraftRequisition) => string {
  const next = new Map<string, number>();
  return ({ entry, month }) => {
    const { vendor, trouble, troubleFrom, jobIndex } = entry.plan;
    if (trouble === 'duplicate-number' && month === troubleFrom) return jobIndex === 0 ? 'DC-0713' : 'dc 0713 ';
    let number = (next.get(vendor.id) ?? 700) + 1;
    if (vendor === vendors[0] && number === 713) number += 1;
    next.set(vendor.id, number);
    return `${vendor.invoicePrefix}-${String(number).padStart(4, '0')}`;
  };
}

const noted = 'Approved as noted: send the lien release with the next invoice.';

/** All requisitions, oldest first; ids rise with time. */
export function makeRequisitions(subcontracts: readonly PlannedSubcontract[], seed: number): Requisition[] {
  const drafts = subcontracts
    .flatMap((entry, index) => billSubcontract(entry, index, seed))
    .sort((a, b) => a.month - b.month || a.subcontract - b.subcontract);
  const statuses = statusesOf(drafts);
  const numberOf = invoiceNumbers();
  const previous = new Map<string, string>();
  let line = 71_000;
  return drafts.map((draft, order) => {
    const { commitment, plan, changes } = draft.entry;
    const id = String(562949990000101 + order);
    const status = statuses[order] ?? 'approved';
    const invoiceNumber = isDraft(status) ? undefined : numberOf(draft);
    const previousId = previous.get(commitment.id);
    previous.set(commitment.id, id);
    const change = total(
      changes.filter((entry) => entry.fromMonth <= draft.month).map((entry) => inCents(entry.change.amount)),
    );
    const summary = makeSummary(draft.figures, inCents(commitment.originalAmount), change);
    const rate = commitment.retainagePercent ?? '0.0';
    return {
      id,
      jobId: commitment.jobId,
      commitmentId: commitment.id,
      vendorId: commitment.vendorId,
      number: draft.step + 1,
      ...(invoiceNumber === undefined ? {} : { invoiceNumber }),
      periodId: billingPeriodId(plan.jobIndex, draft.month),
      ...datesOf(draft.month, status, order),
      status,
      final: plan.release && draft.step === plan.months.length - 1,
      ...(previousId === undefined ? {} : { previousId }),
      percentComplete: `${percentOf(inCents(summary.totalCompletedAndStored), inCents(summary.contractSumToDate))}%`,
      retainagePercent: rate,
      summary,
      lines: draft.progress.map((progress, index) => {
        line += 1;
        const comment = status === 'approved_as_noted' && index === 0 ? { comment: noted } : {};
        const place = { id: String(line), position: index + 1, rate, ...comment };
        return makeLine(progress.source, progress.itemType, draft.figures[index] as LineFigures, place);
      }),
    };
  });
}

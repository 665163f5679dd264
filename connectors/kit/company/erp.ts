/** What the ERP already has: commitments to reconcile with, bills from before, and payments. */
import { addDays } from './calendar.ts';
import type { PlannedSubcontract } from './commitments.ts';
import { inCents } from './commitments.ts';
import { money, total } from './dice.ts';
import { codeMapping, jobs, vendors } from './master.ts';
import type {
  ChangeOrder,
  Commitment,
  ErpBill,
  ErpChangeOrder,
  ErpCommitment,
  ErpPayment,
  Requisition,
} from './types.ts';

/** How the ERP's commitments deliberately differ, by place among those it could have. */
const differences = {
  /** Only in the construction system. */
  missing: new Set([6, 41]),
  /** First line is worth 1,000.00 more in the ERP. */
  otherAmount: new Set([11, 27]),
  /** First line goes to another account in the ERP. */
  otherAccount: new Set([33]),
  /** The number was typed in lower case in the ERP. */
  otherCase: new Set([4]),
} as const;

/** How the ERP's change orders deliberately differ, by place among those it could have. */
const changeDifferences = {
  /** The commitment was revised without a change order. */
  missing: new Set([9]),
  /** Worth 500.00 less in the ERP. */
  otherAmount: new Set([16]),
  /** Entered, but still on hold. */
  onHold: new Set([23]),
  /** Its number was typed without zeros, in lower case. */
  otherWriting: new Set([2]),
} as const;

const erpVendorOf = (vendorId: string): string | undefined => vendors.find((vendor) => vendor.id === vendorId)?.erpId;

/** Which commitments the ERP holds differently, and how: number of the commitment and what differs. */
export interface CommitmentDifference {
  commitmentId: string;
  number: string;
  difference: 'missing' | 'amount' | 'account' | 'case';
}

/** Which approved change orders the ERP holds differently, and how. */
export interface ChangeOrderDifference {
  commitment: string;
  number: string;
  difference: 'missing' | 'amount' | 'hold' | 'writing';
}

const posted = (commitment: Commitment): boolean =>
  !['Draft', 'Processing', 'Out For Signature'].includes(commitment.status);

/** The ERP's commitments, and where they differ from the construction system's. */
export function makeErpCommitments(commitments: readonly Commitment[]) {
  const held: ErpCommitment[] = [];
  const found: CommitmentDifference[] = [];
  let place = 0;
  for (const commitment of commitments) {
    const vendorId = erpVendorOf(commitment.vendorId);
    const job = jobs.find((candidate) => candidate.id === commitment.jobId);
    if (vendorId === undefined || job?.erpProject === undefined || !job.active || !posted(commitment)) continue;
    place += 1;
    const note = (difference: CommitmentDifference['difference']) =>
      found.push({ commitmentId: commitment.id, number: commitment.number, difference });
    if (differences.missing.has(place)) {
      note('missing');
      continue;
    }
    if (differences.otherAmount.has(place)) note('amount');
    if (differences.otherAccount.has(place)) note('account');
    if (differences.otherCase.has(place)) note('case');
    held.push(makeErpCommitment(commitment, place, vendorId, job.erpProject));
  }
  return { held, differences: found };
}

function codedLine(line: ChangeOrder['lines'][number]): ErpChangeOrder['lines'][number] {
  const mapping = codeMapping(line.costCode, line.costType);
  return {
    description: line.description,
    account: mapping?.account ?? '54400',
    subaccount: mapping?.subaccount ?? '200000',
    task: mapping?.task ?? '40',
    costCode: mapping?.erpCostCode ?? '00000000',
    amount: line.amount,
  };
}

/** The ERP's change orders: one for each approved change of a commitment it holds, and where they differ. */
export function makeErpChangeOrders(commitments: readonly Commitment[], held: readonly ErpCommitment[]) {
  const byNumber = new Map(held.map((entry) => [entry.externalRef?.toUpperCase(), entry]));
  const made: ErpChangeOrder[] = [];
  const found: ChangeOrderDifference[] = [];
  let place = 0;
  for (const commitment of commitments) {
    const erp = byNumber.get(commitment.number);
    if (erp === undefined) continue;
    for (const change of commitment.changeOrders.filter(({ status }) => status === 'approved')) {
      place += 1;
      const note = (difference: ChangeOrderDifference['difference']) =>
        found.push({ commitment: commitment.number, number: change.number, difference });
      if (changeDifferences.missing.has(place)) {
        note('missing');
        continue;
      }
      if (changeDifferences.otherAmount.has(place)) note('amount');
      if (changeDifferences.onHold.has(place)) note('hold');
      if (changeDifferences.otherWriting.has(place)) note('writing');
      made.push(makeErpChangeOrder(change, erp, place));
    }
  }
  return { held: made, differences: found };
}

function makeErpChangeOrder(change: ChangeOrder, erp: ErpCommitment, place: number): ErpChangeOrder {
  const lines = change.lines.map((line, index) => {
    const less = index === 0 && changeDifferences.otherAmount.has(place) ? 50_000 : 0;
    return { ...codedLine(line), amount: money(inCents(line.amount) - less) };
  });
  const { id, type, vendorId, project } = erp;
  const reference = `${erp.externalRef ?? ''} CO ${change.number}`;
  return {
    number: `CO${String(place).padStart(6, '0')}`,
    externalRef: changeDifferences.otherWriting.has(place)
      ? reference.toLowerCase().replace(/co 0+/, 'co ')
      : reference,
    project,
    description: change.title,
    date: change.date,
    status: changeDifferences.onHold.has(place) ? 'On Hold' : 'Closed',
    commitment: { id, type, vendorId },
    amount: money(total(lines.map((line) => inCents(line.amount)))),
    lines,
  };
}

function makeErpCommitment(commitment: Commitment, place: number, vendorId: string, project: string): ErpCommitment {
  const approved = commitment.changeOrders.filter((change) => change.status === 'approved');
  const source = [...commitment.lines, ...approved.flatMap((change) => change.lines)];
  const lines = source.map((line, index) => {
    const first = index === 0;
    const coded = codedLine(line);
    const amount = inCents(line.amount) + (first && differences.otherAmount.has(place) ? 100_000 : 0);
    const account = first && differences.otherAccount.has(place) ? '54900' : coded.account;
    return { number: index + 1, ...coded, account, amount: money(amount) };
  });
  const subcontract = commitment.type === 'WorkOrderContract';
  return {
    id: `${subcontract ? 'SC' : 'PO'}${String(place).padStart(6, '0')}`,
    type: subcontract ? 'Subcontract' : 'PurchaseOrder',
    vendorId,
    project,
    description: commitment.title,
    externalRef: differences.otherCase.has(place) ? commitment.number.toLowerCase() : commitment.number,
    date: commitment.contractDate,
    ...(commitment.retainagePercent === undefined ? {} : { retainagePercent: commitment.retainagePercent }),
    amount: money(total(lines.map((line) => inCents(line.amount)))),
    lines,
  };
}

/** The requisition that somebody has already keyed into the ERP by hand, with a slip of the fingers in the amount. */
export function handKeyedRequisition(
  requisitions: readonly Requisition[],
  subcontracts: readonly PlannedSubcontract[],
): Requisition | undefined {
  const entry = subcontracts.find((candidate) => candidate.plan.trouble === 'hand-keyed');
  const step = entry?.plan.months.indexOf(entry.plan.troubleFrom ?? -1) ?? -1;
  return requisitions.find(
    (candidate) => candidate.commitmentId === entry?.commitment.id && candidate.number === step + 1,
  );
}

/** Bills that the ERP had before: eleven of the spring of 2025, and the one keyed by hand. */
export function makeErpBills(handKeyed: Requisition | undefined): ErpBill[] {
  const old = Array.from({ length: 11 }, (_, index): ErpBill => {
    const vendor = vendors[index * 4] ?? vendors[0];
    const amount = money(481_250 + index * 77_345);
    return {
      number: String(1201 + index).padStart(6, '0'),
      vendorId: vendor?.erpId ?? 'V000001',
      vendorRef: `${vendor?.invoicePrefix ?? 'X'}-${String(600 + index).padStart(4, '0')}`,
      date: addDays('2025-03-05', index * 6),
      description: 'Before Costwire',
      status: index < 9 ? 'Closed' : 'Open',
      amount,
      balance: index < 9 ? '0.00' : amount,
      lines: [{ account: '64000', subaccount: '000000', description: 'Professional services', amount }],
    };
  });
  if (handKeyed === undefined) return old;
  const job = jobs.find((candidate) => candidate.id === handKeyed.jobId);
  const amount = money(inCents(handKeyed.summary.currentPaymentDue) + 90_000);
  const line = handKeyed.lines[0];
  const mapping = line === undefined ? undefined : codeMapping(line.costCode, line.costType);
  return [
    ...old,
    {
      number: '001212',
      vendorId: erpVendorOf(handKeyed.vendorId) ?? 'V000001',
      vendorRef: handKeyed.invoiceNumber ?? '',
      date: handKeyed.billingDate,
      description: 'Keyed by hand',
      status: 'Open',
      amount,
      balance: amount,
      lines: [
        {
          account: mapping?.account ?? '54400',
          subaccount: mapping?.subaccount ?? '200000',
          ...(job?.erpProject === undefined ? {} : { project: job.erpProject }),
          task: mapping?.task ?? '40',
          costCode: mapping?.erpCostCode ?? '00000000',
          description: line?.description ?? 'Invoice',
          amount,
        },
      ],
    },
  ];
}

/** Payments of approved invoices older than a quarter: every third one is not paid yet, one payment was voided and repeated. */
export function makePayments(requisitions: readonly Requisition[]): ErpPayment[] {
  const payable = requisitions.filter(
    (entry) =>
      entry.status === 'approved' &&
      entry.billingDate < '2026-08-01' &&
      inCents(entry.summary.currentPaymentDue) > 0 &&
      erpVendorOf(entry.vendorId) !== undefined,
  );
  const payments: ErpPayment[] = [];
  payable.forEach((entry, index) => {
    if (index % 3 === 2) return;
    const add = (status: ErpPayment['status'], days: number) => {
      const number = payments.length + 1;
      payments.push({
        number: String(9000 + number).padStart(6, '0'),
        checkNumber: String(104_800 + number),
        vendorId: erpVendorOf(entry.vendorId) ?? '',
        date: addDays(entry.billingDate, days),
        method: index % 2 === 0 ? 'CHECK' : 'ACH',
        amount: entry.summary.currentPaymentDue,
        status,
        applications: [
          { vendorRef: entry.invoiceNumber ?? '', requisitionId: entry.id, amount: entry.summary.currentPaymentDue },
        ],
      });
    };
    if (index === 9) add('Voided', 30);
    add('Closed', 37);
  });
  return payments;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Commitment,
  type Company,
  companyFor,
  practiceCompany,
  type Requisition,
  type RequisitionLine,
} from '../../../../connectors/kit/company/index.ts';
import { normalizeInvoiceNumber } from '../../../../engine/model/business-key.ts';
import {
  add,
  compare,
  type Decimal,
  format,
  multiply,
  parse,
  round,
  subtract,
  zero,
} from '../../../../engine/model/decimal.ts';
import { sumAmounts } from '../../../../engine/model/money.ts';

const d = (text: string): Decimal => parse(text);
const sum = (...amounts: string[]): string => format(amounts.map(d).reduce(add, zero), 2);
const less = (a: string, b: string): string => format(subtract(d(a), d(b)), 2);
const total = (lines: readonly RequisitionLine[], pick: (line: RequisitionLine) => string): string =>
  format(d(sumAmounts(lines.map(pick))), 2);
const rateOf = (amount: string, percent: string): string =>
  format(round(multiply(d(amount), multiply(d(percent), d('0.01'))), 2), 2);

function checkLine(line: RequisitionLine, final: boolean): void {
  expect(line.totalToDate).toBe(sum(line.previousWork, line.workThisPeriod, line.storedMaterials));
  expect(line.gross).toBe(less(sum(line.workThisPeriod, line.storedMaterials), line.storedPreviously));
  const retained = sum(line.retainedThisPeriod, less(line.materialsRetained, line.materialsRetainedPreviously));
  expect(line.net).toBe(sum(less(line.gross, retained), line.releasedThisPeriod));
  const work = sum(line.previousWork, line.workThisPeriod);
  const held = sum(line.retainedPreviously, line.retainedThisPeriod);
  expect(held).toBe(rateOf(work, line.retainagePercent));
  expect(line.materialsRetained).toBe(rateOf(line.storedMaterials, line.retainagePercent));
  expect(line.releasedThisPeriod).toBe(final ? held : '0.00');
  const [small, large] = line.scheduledValue.startsWith('-')
    ? [line.scheduledValue, '0.00']
    : ['0.00', line.scheduledValue];
  expect(compare(d(line.totalToDate), d(small))).not.toBe(-1);
  expect(compare(d(line.totalToDate), d(large))).not.toBe(1);
}

function checkRequisition(
  entry: Requisition,
  previous: Requisition | undefined,
  commitment: Commitment | undefined,
): void {
  for (const line of entry.lines) checkLine(line, entry.final);
  const { summary, lines } = entry;
  expect(summary.originalContractSum).toBe(commitment?.originalAmount);
  expect(summary.contractSumToDate).toBe(sum(summary.originalContractSum, summary.netChange));
  expect(summary.contractSumToDate).toBe(total(lines, (line) => line.scheduledValue));
  expect(summary.totalCompletedAndStored).toBe(total(lines, (line) => line.totalToDate));
  expect(summary.totalRetainage).toBe(sum(summary.workRetainage, summary.materialsRetainage));
  expect(summary.totalEarnedLessRetainage).toBe(less(summary.totalCompletedAndStored, summary.totalRetainage));
  expect(summary.currentPaymentDue).toBe(less(summary.totalEarnedLessRetainage, summary.lessPreviousCertificates));
  expect(summary.currentPaymentDue).toBe(total(lines, (line) => line.net));
  expect(summary.balanceToFinish).toBe(less(summary.contractSumToDate, summary.totalEarnedLessRetainage));
  expect(entry.previousId).toBe(previous?.id);
  expect(summary.lessPreviousCertificates).toBe(previous?.summary.totalEarnedLessRetainage ?? '0.00');
  for (const line of lines) {
    const before = previous?.lines.find((candidate) => candidate.lineId === line.lineId);
    expect(line.previousWork).toBe(before === undefined ? '0.00' : sum(before.previousWork, before.workThisPeriod));
    expect(line.storedPreviously).toBe(before?.storedMaterials ?? '0.00');
    expect(line.materialsRetainedPreviously).toBe(before?.materialsRetained ?? '0.00');
  }
}

function checkCompany(company: Company): void {
  const commitments = new Map(company.commitments.map((entry) => [entry.id, entry]));
  const previous = new Map<string, Requisition>();
  for (const entry of company.requisitions.all()) {
    checkRequisition(entry, previous.get(entry.commitmentId), commitments.get(entry.commitmentId));
    previous.set(entry.commitmentId, entry);
  }
}

describe('requisitions add up', () => {
  it('in the practice company', () => checkCompany(practiceCompany()));

  it('for any seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => checkCompany(practiceCompany(seed))),
      { numRuns: 3, seed: 11 },
    );
  });

  it('in synthetic companies of any size', () => {
    const size = fc.record({
      records: fc.integer({ min: 1, max: 120 }),
      linesPerRecord: fc.integer({ min: 1, max: 6 }),
      projects: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(size, (wanted) => {
        const company = companyFor({ kind: 'synthetic', ...wanted });
        checkCompany(company);
        const all = [...company.requisitions.all()];
        expect(all).toHaveLength(wanted.records);
        expect(new Set(all.map((entry) => entry.id)).size).toBe(wanted.records);
        expect(new Set(all.map((entry) => `${entry.vendorId} ${entry.invoiceNumber}`)).size).toBe(wanted.records);
        const numbers = all.map((entry) => `${entry.vendorId} ${normalizeInvoiceNumber(entry.invoiceNumber ?? '')}`);
        expect(new Set(numbers).size).toBe(wanted.records);
        const byJob = company.jobs.flatMap((job) => company.requisitions.slice(job.id, 0, 1000));
        expect(new Set(byJob.map((entry) => entry.id))).toEqual(new Set(all.map((entry) => entry.id)));
      }),
      { numRuns: 12, seed: 11 },
    );
  });
});

describe('commitments and direct costs add up', () => {
  const company = practiceCompany();

  it('from their lines', () => {
    for (const entry of company.commitments) {
      expect(entry.originalAmount).toBe(format(d(sumAmounts(entry.lines.map((line) => line.amount))), 2));
      const approved = entry.changeOrders
        .filter((change) => change.status === 'approved')
        .map((change) => change.amount);
      expect(entry.approvedChanges).toBe(format(d(sumAmounts(approved)), 2));
    }
    for (const entry of company.directCosts) {
      expect(entry.amount).toBe(format(d(sumAmounts(entry.lines.map((line) => line.amount))), 2));
    }
    for (const entry of company.erp.commitments) {
      expect(entry.amount).toBe(format(d(sumAmounts(entry.lines.map((line) => line.amount))), 2));
    }
  });

  it('from quantity and unit cost', () => {
    const lines = [
      ...company.commitments.flatMap((entry) => entry.lines),
      ...company.directCosts.flatMap((entry) => entry.lines),
    ];
    const calculated = lines.filter((line) => line.quantity !== undefined && line.unitCost !== undefined);
    expect(calculated.length).toBeGreaterThan(200);
    for (const line of calculated) {
      expect(line.amount).toBe(format(multiply(d(line.quantity ?? ''), d(line.unitCost ?? '')), 2));
    }
  });
});

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  companyFor,
  emptyCompany,
  flatCode,
  isApproved,
  practiceCompany,
  type Requisition,
} from '../../../../connectors/kit/company/index.ts';
import { root } from '../../../support/imports.ts';

const company = practiceCompany();
const requisitions = [...company.requisitions.all()];
const approved = requisitions.filter(isApproved);
const countBy = <T>(items: readonly T[], key: (item: T) => string): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(items, key)].map(([name, group]) => [name, group.length]));
const oddity = (id: string): string[] => company.oddities.find((entry) => entry.id === id)?.requisitions ?? [];
const normalized = (text: string): string => text.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');

describe('the practice company', () => {
  it('has what its description says', () => {
    expect(countBy(company.jobs, (job) => String(job.active))).toEqual({ true: 15, false: 3 });
    expect(company.vendors).toHaveLength(60);
    expect(company.vendors.filter((vendor) => vendor.erpId !== undefined)).toHaveLength(54);
    expect(company.erp.vendors.filter((vendor) => !vendor.active).map((vendor) => vendor.id)).toEqual(['V000042']);
    expect(company.costTypes.map((type) => type.code)).toEqual(['L', 'S', 'M', 'E', 'O']);
    expect(company.costCodes.every((code) => /^\d\d(-\d{3}(\.\d{3})?)?$/.test(code.fullCode))).toBe(true);
    expect(company.erp.accounts).toHaveLength(40);
    expect(company.erp.accounts.filter((account) => !account.active).map((account) => account.account)).toEqual([
      '54950',
    ]);
    expect(company.erp.periods.filter((period) => period.closedInPayables).map((period) => period.id)).toEqual([
      '2026-02',
    ]);
    expect(countBy(company.commitments, (commitment) => commitment.type)).toEqual({
      WorkOrderContract: 72,
      PurchaseOrderContract: 34,
    });
    expect(countBy(requisitions, (entry) => entry.status)).toEqual({
      approved: 280,
      approved_as_noted: 20,
      pending_owner_approval: 24,
      under_review: 38,
      revise_and_resubmit: 15,
      draft: 23,
    });
    expect(requisitions.flatMap((entry) => entry.lines)).toHaveLength(2959);
    expect(new Set(requisitions.map((entry) => entry.start.slice(0, 7))).size).toBe(18);
    const starts = new Map(company.jobs.map((job) => [job.id, job.start.slice(0, 7)]));
    for (const entry of requisitions) expect((starts.get(entry.jobId) ?? '9') <= entry.start.slice(0, 7)).toBe(true);
    expect(countBy(company.directCosts, (cost) => cost.type)).toEqual({ invoice: 70, expense: 30, payroll: 20 });
  });

  it('gives the same bytes for the same seed on every machine', () => {
    const bytes = JSON.stringify([requisitions, company.commitments, company.directCosts, company.erp]);
    expect(createHash('sha256').update(bytes).digest('hex')).toMatchInlineSnapshot(
      `"d75017c1f6a60aeb6e518caa1d7092e55997551152b0088f45ca7e6ea7d97b53"`,
    );
    expect(practiceCompany(7)).toBe(practiceCompany(7));
    expect(JSON.stringify(practiceCompany(7).commitments)).not.toBe(JSON.stringify(company.commitments));
    expect(practiceCompany(7).requisitions.size).toBe(400);
  });

  it('has unique ids, and ids that JavaScript numbers can carry', () => {
    const kinds: string[][] = [
      requisitions.map((entry) => entry.id),
      requisitions.flatMap((entry) => entry.lines.map((line) => line.id)),
      company.commitments.map((entry) => entry.id),
      company.commitments.flatMap((entry) => entry.lines.map((line) => line.id)),
      company.commitments.flatMap((entry) => entry.changeOrders.map((change) => change.id)),
      company.directCosts.map((entry) => entry.id),
      company.vendors.map((entry) => entry.id),
      company.vendors.map((entry) => entry.taxId),
      company.jobs.flatMap((job) => company.billingPeriods(job.id).map((period) => period.id)),
    ];
    for (const ids of kinds) expect(new Set(ids).size).toBe(ids.length);
    expect(kinds[0]?.every((id) => Number.isSafeInteger(Number(id)))).toBe(true);
  });

  it('numbers invoices uniquely per vendor, but for the one deliberate pair', () => {
    const keys = requisitions
      .filter((entry) => entry.invoiceNumber !== undefined)
      .map((entry) => `${entry.vendorId} ${normalized(entry.invoiceNumber ?? '')}`);
    expect(keys.length - new Set(keys).size).toBe(1);
    const pair = oddity('duplicate-number').map((id) => company.requisitions.get(id)?.invoiceNumber);
    expect(pair).toEqual(['DC-0713', 'dc 0713 ']);
    expect(requisitions.every((entry) => (entry.invoiceNumber === undefined) === (entry.status === 'draft'))).toBe(
      true,
    );
  });

  it('speaks other languages too', () => {
    const texts = JSON.stringify([company.vendors, requisitions]);
    for (const word of ['Ångström Elektro AB', 'Łódź Steel', "O'Brien", 'Kabelförläggning', 'oś A–D', '中村制御']) {
      expect(texts).toContain(word);
    }
  });
});

describe('what is wrong on purpose', () => {
  const linesOf = (entry: Requisition) => entry.lines.map((line) => flatCode(line.costCode, line.costType));
  const mapped = new Map(company.codeMappings.map((row) => [flatCode(row.costCode, row.costType), row]));
  const accounts = new Map(company.erp.accounts.map((account) => [account.account, account]));
  const erpCodes = new Set(company.erp.costCodes.map((code) => code.id));
  const projects = new Map(company.erp.projects.map((project) => [project.id, project]));
  const erpVendors = new Map(company.erp.vendors.map((vendor) => [vendor.id, vendor]));
  const jobs = new Map(company.jobs.map((job) => [job.id, job]));
  const vendors = new Map(company.vendors.map((vendor) => [vendor.id, vendor]));

  /** What keeps a requisition from being posted, found from the data alone. */
  const troublesOf = (entry: Requisition): string[] => {
    const rows = linesOf(entry).map((code) => mapped.get(code));
    const used = rows.filter((row) => row !== undefined);
    const project = projects.get(jobs.get(entry.jobId)?.erpProject ?? '');
    const vendor = vendors.get(entry.vendorId);
    const tests: [string, boolean][] = [
      ['unmapped-code', rows.includes(undefined)],
      ['inactive-account', used.some((row) => accounts.get(row.account)?.active !== true)],
      ['account-without-group', used.some((row) => accounts.get(row.account)?.accountGroup === undefined)],
      ['cost-code-missing-in-erp', used.some((row) => !erpCodes.has(row.erpCostCode))],
      ['vendor-missing-in-erp', vendor?.erpId === undefined],
      ['vendor-inactive-in-erp', erpVendors.get(vendor?.erpId ?? '')?.active === false],
      ['project-missing-in-erp', project === undefined],
      [
        'task-missing-in-erp',
        project !== undefined && used.some((row) => !project.tasks.some((task) => task.id === row.task)),
      ],
      ['closed-period', entry.billingDate.startsWith('2026-02')],
    ];
    return tests.filter(([, found]) => found).map(([id]) => id);
  };

  it('is exactly what the oddities list, one thing per requisition', () => {
    const found = new Map<string, string[]>();
    for (const entry of approved) {
      const troubles = troublesOf(entry);
      expect(troubles.length).toBeLessThanOrEqual(1);
      for (const trouble of troubles) found.set(trouble, [...(found.get(trouble) ?? []), entry.id]);
    }
    const posted = new Set(['duplicate-number', 'hand-keyed', 'negative', 'retainage-release']);
    const listed = company.oddities
      .filter((entry) => !posted.has(entry.id))
      .map((entry) => [entry.id, entry.requisitions]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(listed));
    for (const ids of found.values()) expect(ids.length).toBeGreaterThan(0);
    const concerned = company.oddities
      .filter((entry) => entry.id !== 'negative')
      .flatMap((entry) => entry.requisitions);
    expect(new Set(concerned).size).toBe(concerned.length);
  });

  it('has lines with money in every requisition that it concerns', () => {
    for (const [id, code] of [
      ['unmapped-code', '10-280.300'],
      ['inactive-account', '10-140.200'],
      ['account-without-group', '01-560.300'],
      ['cost-code-missing-in-erp', '02-410.200'],
    ] as const) {
      for (const requisition of oddity(id)) {
        const line = company.requisitions.get(requisition)?.lines.find((candidate) => candidate.costCode === code);
        expect(Number(line?.gross)).toBeGreaterThan(0);
      }
    }
  });

  it('includes a bill keyed by hand, payments and commitments that differ', () => {
    const [id = ''] = oddity('hand-keyed');
    const entry = company.requisitions.get(id);
    const bill = company.erp.bills.find((candidate) => candidate.vendorRef === entry?.invoiceNumber);
    expect(bill?.vendorId).toBe(vendors.get(entry?.vendorId ?? '')?.erpId);
    expect(Number(bill?.amount) - Number(entry?.summary.currentPaymentDue)).toBeCloseTo(900);
    for (const payment of company.erp.payments) {
      const application = payment.applications.at(0);
      const paid = company.requisitions.get(application?.requisitionId ?? '');
      expect([paid?.invoiceNumber, paid?.summary.currentPaymentDue]).toEqual([application?.vendorRef, payment.amount]);
    }
    expect(countBy(company.erp.payments, (payment) => payment.status).Voided).toBe(1);
    expect(countBy(company.commitmentDifferences, (entry) => entry.difference)).toEqual({
      missing: 2,
      amount: 2,
      account: 1,
      case: 1,
    });
  });

  it('is documented with the ids of the records', () => {
    const text = readFileSync(join(root, 'connectors/kit/company/README.md'), 'utf8');
    for (const entry of company.oddities) {
      const row = text.split('\n').find((line) => line.startsWith(`| \`${entry.id}\` |`)) ?? '';
      expect(row).toContain(`| ${entry.requisitions.map((id) => id.slice(-3)).join(', ')} |`);
      expect(entry.requisitions.every((id) => id.startsWith('562949990000'))).toBe(true);
    }
    for (const entry of company.commitmentDifferences)
      expect(text).toContain(`| ${entry.number} | ${entry.commitmentId} |`);
  });
});

describe('other companies', () => {
  it('can be empty but for master data', () => {
    const empty = emptyCompany();
    expect(empty.requisitions.size + empty.commitments.length + empty.erp.bills.length).toBe(0);
    expect(empty.vendors).toHaveLength(60);
    expect(companyFor({ kind: 'empty' }).directCosts).toEqual([]);
    expect(companyFor({ kind: 'practice' })).toBe(company);
  });

  it('can be large without being held', () => {
    const large = companyFor({ kind: 'synthetic', records: 100_000, linesPerRecord: 3, projects: 40 });
    expect(large.jobs).toHaveLength(40);
    expect(large.requisitions.size).toBe(100_000);
    expect(large.jobs.reduce((sum, job) => sum + large.requisitions.count(job.id), 0)).toBe(100_000);
    const [last] = large.requisitions.slice(large.jobs[39]?.id ?? '', 2499, 9999);
    expect(last).toEqual(large.requisitions.get(last?.id ?? ''));
    expect(last?.lines).toHaveLength(3);
    expect(large.requisitions.get('5')).toBeUndefined();
    expect(large.requisitions.slice('nowhere', 0, 5)).toEqual([]);
  });
});

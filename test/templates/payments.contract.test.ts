import { afterAll, beforeAll, expect, it } from 'vitest';
import { practiceCompany } from '../../connectors/kit/company/index.ts';
import { sumAmounts } from '../../engine/model/money.ts';
import { type Practice, startPractice } from './practice.ts';

let practice: Practice;
beforeAll(async () => {
  practice = await startPractice();
  await practice.use('procore-acumatica-invoices', 'Invoices');
  await practice.use('ap-payments-to-procore', 'Payments');
  // Only the bills of the first summer, released, so that the practice company's payments of them count.
  await practice.edit('Invoices', (text) =>
    text
      .replace('"release": false', '"release": true')
      .replace('[billing_date] >= cutoff', '[billing_date] >= cutoff, [billing_date] < #2025-09-01#'),
  );
});
afterAll(() => practice.stop());

const { payments } = practiceCompany().erp;

it('AP payments of released bills reach Procore once', { timeout: 300_000 }, async () => {
  const cutoff = ['--param', 'cutoff=2025-06-01'];
  const shown = await practice.run('dry-run', 'Invoices', ...cutoff);
  const bills = await practice.run('run', 'Invoices', ...cutoff);
  expect(bills.run.counts.posted).toBeGreaterThan(3);
  expect(bills.run.counts.posted).toBe(shown.sheet?.vouchers.length);

  const released = new Set(shown.sheet?.vouchers.map(({ value }) => `${value.Vendor} ${value.VendorRef}`));
  const due = payments.filter(
    ({ status, vendorId, applications }) =>
      status === 'Closed' && applications.some(({ vendorRef }) => released.has(`${vendorId} ${vendorRef}`)),
  );
  expect(due.length).toBeGreaterThan(0);
  const dry = await practice.run('dry-run', 'Payments');
  expect(dry.sheet?.vouchers.map(({ value }) => value.check_number).sort()).toEqual(
    due.map(({ checkNumber }) => checkNumber).sort(),
  );
  expect(sumAmounts(dry.sheet?.vouchers.map(({ amount }) => amount) ?? [])).toBe(
    sumAmounts(due.map(({ amount }) => amount)),
  );

  const first = await practice.run('run', 'Payments');
  expect(first.run.counts).toMatchObject({ posted: due.length, held: 0, failed: 0 });
  const second = await practice.run('run', 'Payments', '--from-the-beginning');
  expect(second.run.counts).toMatchObject({ posted: 0, held: 0, failed: 0, total: first.run.counts.total });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
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

it('AP payments of released bills reach Procore once', { timeout: 300_000 }, async () => {
  const bills = await practice.run('run', 'Invoices', '--param', 'cutoff=2025-06-01');
  expect(bills.run.counts.posted).toBeGreaterThan(3);
  const first = await practice.run('run', 'Payments');
  expect(first.run.counts.posted).toBeGreaterThan(0);
  expect(first.run.counts).toMatchObject({ held: 0, failed: 0 });
  const second = await practice.run('run', 'Payments', '--from-the-beginning');
  expect(second.run.counts).toMatchObject({ posted: 0, held: 0, failed: 0, total: first.run.counts.total });
});

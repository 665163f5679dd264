import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Practice, startPractice } from './practice.ts';

let practice: Practice;
beforeAll(async () => {
  practice = await startPractice();
  await practice.use('procore-acumatica-invoices', 'Invoices');
});
afterAll(() => practice.stop());

const sheetSchema = z.object({
  sheet: z.object({ vouchers: z.array(z.object({ action: z.string(), attachments: z.number().optional() })) }),
});

describe('the PDF of the invoice', () => {
  it('is counted on the posting sheet and follows the bill, once', async () => {
    const { sheet } = sheetSchema.parse(await practice.ask('dry-run', 'Invoices'));
    const created = sheet.vouchers.filter(({ action }) => action === 'create');
    expect(created.filter(({ attachments }) => attachments === 1).length).toBeGreaterThan(0);
    const first = await practice.run('run', 'Invoices');
    expect(first.run.counts).toMatchObject({ posted: 248, held: 52, failed: 0, inDoubt: 0 });
    const second = await practice.run('run', 'Invoices', '--from-the-beginning');
    expect(second.run.counts).toMatchObject({ posted: 0, held: 52, failed: 0 });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pdfOf } from '../../connectors/procore/simulator/pdf.ts';
import { type Practice, startPractice } from './practice.ts';

let practice: Practice;
beforeAll(async () => {
  practice = await startPractice();
  await practice.use('procore-acumatica-invoices', 'Invoices');
});
afterAll(() => practice.stop());

const sheetSchema = z.object({
  sheet: z.object({
    vouchers: z.array(
      z.object({ action: z.string(), number: z.string().optional(), attachments: z.number().optional() }),
    ),
  }),
});
const requisitionSchema = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  invoice_number: z.string().nullish(),
  attachments: z
    .array(z.object({ id: z.union([z.string(), z.number()]).transform(String), filename: z.string() }))
    .nullish(),
});
const billSchema = z.object({
  id: z.string(),
  ReferenceNbr: z.string(),
  VendorRef: z.string(),
  LastModifiedDateTime: z.string(),
  files: z.array(z.object({ id: z.string(), filename: z.string(), comment: z.string(), size: z.string() })).default([]),
});
const contentSchema = z.object({ id: z.string(), Content: z.string() });

/** Bills with the files they hold, and every file there is, by its id. */
async function heldFiles() {
  const bills = z.array(billSchema).parse(await practice.held('acumatica', 'bills'));
  const contents = z.array(contentSchema).parse(await practice.held('acumatica', '$file'));
  return { bills, contents: new Map(contents.map(({ id, Content }) => [id, Buffer.from(Content, 'base64')])) };
}

describe('the PDF of the invoice', { timeout: 300_000 }, () => {
  it('is held by the bill of the invoice, whole and once, whatever is run afterwards', async () => {
    const { sheet } = sheetSchema.parse(await practice.ask('dry-run', 'Invoices'));
    const created = sheet.vouchers.filter(({ action }) => action === 'create');
    const promised = created.filter(({ attachments }) => attachments === 1).length;
    expect(promised).toBeGreaterThan(200);
    const before = await heldFiles();
    expect(before.contents.size).toBe(0);

    const first = await practice.run('run', 'Invoices');
    expect(first.run.counts).toMatchObject({ posted: 248, held: 52, failed: 0, inDoubt: 0 });
    const after = await heldFiles();
    const known = new Set(before.bills.map(({ id }) => id));
    const posted = after.bills.filter(({ id }) => !known.has(id));
    expect(posted).toHaveLength(248);
    // What was there before was not touched.
    expect(after.bills.filter(({ id }) => known.has(id))).toEqual(before.bills);

    const requisitions = z.array(requisitionSchema).parse(await practice.held('procore', 'requisitions'));
    const sourceOf = new Map<string, string>(
      requisitions.flatMap(({ attachments }) =>
        (attachments ?? []).map(({ id, filename }) => [`Costwire procore/${id}`, filename] as [string, string]),
      ),
    );
    const counted = new Set<string>();
    for (const bill of posted) {
      expect(bill.files, `files of ${bill.VendorRef}`).toHaveLength(1);
      const [file] = bill.files;
      const name = sourceOf.get(file?.comment ?? '');
      const bytes = pdfOf(name ?? 'a file that Procore does not have');
      expect([file?.filename, file?.size]).toEqual([name, String(bytes.length)]);
      expect(after.contents.get(file?.id ?? '')?.equals(bytes), `content of ${name}`).toBe(true);
      // The file is that of this very invoice.
      const owner = requisitions.find(({ attachments }) =>
        attachments?.some(({ id }) => file?.comment === `Costwire procore/${id}`),
      );
      expect(owner?.invoice_number?.trim()).toBe(bill.VendorRef);
      counted.add(file?.comment ?? '');
    }
    expect([counted.size, after.contents.size]).toEqual([posted.length, posted.length]);
    expect(promised).toBeGreaterThanOrEqual(posted.length);

    const second = await practice.run('run', 'Invoices', '--from-the-beginning');
    expect(second.run.counts).toMatchObject({ posted: 0, held: 52, failed: 0 });
    expect(await heldFiles()).toEqual(after);
  });
});

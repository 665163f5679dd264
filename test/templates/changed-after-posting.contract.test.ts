import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Requisition } from '../../connectors/kit/company/index.ts';
import { type InvoiceWish, type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  await stage.use('procore-acumatica-invoices', 'Invoices');
  show({}, {});
  const { run } = await stage.run('run', 'Invoices');
  expect(run.counts).toMatchObject({ posted: 3, held: 0, failed: 0 });
}, 120_000);
afterAll(() => stage.stop());

const numbers = ['CHANGE-1', 'CHANGE-2', 'CHANGE-3'];
let minute = 0;

/** Shows Procore's invoices with changes of lines, and of the records themselves, all of them touched just now. */
function show(lines: Record<string, InvoiceWish['lines']>, records: Record<string, Partial<Requisition> | undefined>) {
  minute += 1;
  const touched = new Date(Date.parse('2026-06-15T10:00:00Z') + minute * 60_000).toISOString();
  stage.invoices(
    numbers.map((number) => ({ number, lines: lines[number] ?? [{ workThisPeriod: 100_000 }] })),
    (invoice) => {
      const change = invoice.invoiceNumber ?? '';
      return change in records && records[change] === undefined
        ? undefined
        : { ...invoice, updatedAt: touched, ...records[change] };
    },
  );
}
const bills = () => stage.bookkeeper.list('Bill').filter(({ VendorRef }) => numbers.includes(String(VendorRef)));
const about = async (...more: string[]) => {
  const { run, open } = await stage.run('run', 'Invoices', ...more);
  return { counts: run.counts, told: open.map(({ error }) => [error?.code, error?.message, error?.hint]) };
};

describe('an invoice that changes in Procore after its bill was posted', { timeout: 120_000 }, () => {
  it('is held with its bill where an amount was edited, until the amount is back', async () => {
    const before = bills();
    show({ 'CHANGE-1': [{ workThisPeriod: 120_000 }] }, {});
    const { counts, told } = await about();
    expect(counts).toMatchObject({ posted: 0, skipped: 2, held: 1, failed: 0 });
    const [bill] = before;
    expect(told).toEqual([
      [
        'delivery.changedAfterPosting',
        `CHANGE-1 changed after it was posted as ${bill?.ReferenceNbr}.`,
        expect.stringContaining('correct the posted document'),
      ],
    ]);
    show({}, {});
    expect((await about()).counts).toMatchObject({ posted: 0, held: 0, skipped: 3 });
    expect(bills()).toEqual(before);
  });

  it('is held where it was reopened, and posted no second time when it is approved again', async () => {
    const before = bills();
    show({}, { 'CHANGE-2': { status: 'under_review' } });
    const { counts, told } = await about();
    expect(counts).toMatchObject({ posted: 0, skipped: 2, held: 1, failed: 0 });
    expect(told).toEqual([
      [
        'delivery.withdrawnAfterPosting',
        expect.stringMatching(/^CHANGE-2 was posted as \d{6} when it was “approved” and is “under_review” now/),
        expect.stringContaining('take the posted document back'),
      ],
    ]);
    show({}, {});
    expect((await about()).counts).toMatchObject({ posted: 0, held: 0, skipped: 3 });
    expect(bills()).toEqual(before);
  });

  it('is held where it was deleted, once everything is read again', async () => {
    const before = bills();
    show({}, { 'CHANGE-3': undefined });
    expect((await about()).counts).toMatchObject({ posted: 0, failed: 0 });
    const { counts, told } = await about('--from-the-beginning');
    expect(counts).toMatchObject({ posted: 0, skipped: 2, held: 1, failed: 0 });
    expect(told).toEqual([
      [
        'delivery.goneFromSource',
        expect.stringMatching(/^CHANGE-3 was posted as \d{6} and is no longer there to read/),
        expect.stringContaining('take the posted document back'),
      ],
    ]);
    expect(bills()).toEqual(before);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Requisition } from '../../connectors/kit/company/index.ts';
import { type Stage, setStage, stageVendor } from './stage.ts';

const numbers = ['OPEN-1', 'OPEN-2', 'GOOD-1', 'GOOD-2', 'LINK-1'];
let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  await stage.use('procore-acumatica-invoices', 'Invoices');
  await stage.use('ap-payments-to-procore', 'Payments');
  show({});
  const { run } = await stage.run('run', 'Invoices');
  expect(run.counts).toMatchObject({ posted: 5, held: 0, failed: 0 });
  for (const number of numbers) release(number);
}, 120_000);
afterAll(() => stage.stop());

/** Shows Procore's invoices in these statuses, the others approved; `more` are further ones with the number of another. */
function show(statuses: Record<string, Requisition['status']>, more: Record<string, Requisition['status']> = {}): void {
  const lines = [{ workThisPeriod: 100_000 }];
  const wishes = [...numbers, ...Object.keys(more)].map((number) => ({ number, lines }));
  stage.invoices(wishes, (invoice): Requisition => {
    const number = invoice.invoiceNumber ?? '';
    return { ...invoice, status: more[number] ?? statuses[number] ?? 'approved' };
  });
}

const billOf = (number: string): string =>
  String(stage.bookkeeper.list('Bill').find(({ VendorRef }) => VendorRef === number)?.ReferenceNbr);

function release(number: string): void {
  const keys = { Type: 'Bill', ReferenceNbr: billOf(number) };
  stage.bookkeeper.save('Bill', { ...keys, Hold: false });
  stage.bookkeeper.act('Bill', 'ReleaseBill', keys);
}

/** Writes a check for some bills and releases it. */
function pay(check: string, ...paid: readonly string[]): void {
  const { ReferenceNbr } = stage.bookkeeper.save('Check', {
    Vendor: stageVendor,
    PaymentRef: check,
    PaymentMethod: 'CHECK',
    ApplicationDate: '2026-06-30',
    Hold: false,
    Details: paid.map((number) => ({ DocType: 'Bill', ReferenceNbr: billOf(number), AmountPaid: '1000.00' })),
  });
  stage.bookkeeper.act('Check', 'ReleaseCheck', { Type: 'Payment', ReferenceNbr: String(ReferenceNbr) });
}

/** Enters a bill in Acumatica that is no invoice of Procore, and releases it. */
function enterBill(number: string): void {
  const line = { Branch: 'MAIN', Account: '20500', Subaccount: '000000', Project: 'X', TransactionDescription: 'Rent' };
  stage.bookkeeper.save('Bill', {
    Type: 'Bill',
    Vendor: stageVendor,
    VendorRef: number,
    Date: '2026-06-01',
    Hold: true,
    Details: [{ ...line, Qty: '1', UnitCost: '1000.00' }],
  });
  release(number);
}

const sent = () =>
  stage.payments().map(({ check_number, invoice_number, amount }) => [check_number, invoice_number, amount]);
const run = async () => {
  const { run: summary, open } = await stage.run('run', 'Payments');
  return { counts: summary.counts, told: open.map(({ error }) => [error?.message, error?.hint]) };
};

describe('a payment of an invoice that is not approved at the moment', { timeout: 120_000 }, () => {
  it('waits, and is sent once by the next run after the invoice is approved again', async () => {
    show({ 'OPEN-1': 'under_review' });
    pay('701', 'OPEN-1');
    const held = { posted: 0, held: 1, failed: 0 };
    const first = await run();
    expect(first.counts).toMatchObject(held);
    expect(first.told).toEqual([
      [
        'Invoice OPEN-1 is “under review” in Procore, but check 701 paid 1,000.00 of it in Acumatica.',
        expect.stringContaining('Approve the invoice in Procore'),
      ],
    ]);
    // It does not get lost behind payments that came later.
    pay('702', 'GOOD-1');
    expect((await run()).counts).toMatchObject({ posted: 1, held: 1, failed: 0 });
    expect((await run()).counts).toMatchObject(held);
    expect(sent()).toEqual([['702', 'GOOD-1', '1000.00']]);
    show({});
    expect((await run()).counts).toMatchObject({ posted: 1, held: 0, failed: 0 });
    expect(sent()).toEqual([
      ['702', 'GOOD-1', '1000.00'],
      ['701', 'OPEN-1', '1000.00'],
    ]);
    expect((await run()).counts).toMatchObject({ posted: 0, held: 0, failed: 0 });
    expect(sent()).toHaveLength(2);
  });

  it('does not keep the other bills of its check, and follows them alone', async () => {
    show({ 'OPEN-2': 'revise_and_resubmit' }, { 'good 2': 'draft' });
    pay('703', 'OPEN-2', 'GOOD-2');
    const { counts, told } = await run();
    expect(counts).toMatchObject({ held: 1, failed: 0 });
    expect(told[0]?.[0]).toContain('Invoice OPEN-2 is “revise and resubmit” in Procore');
    // A draft whose number differs in writing only does not make the approved invoice a guess.
    expect(sent().slice(2)).toEqual([['703', 'GOOD-2', '1000.00']]);
    show({ 'OPEN-2': 'approved_as_noted' });
    expect((await run()).counts).toMatchObject({ posted: 1, held: 0, failed: 0 });
    expect(sent().slice(2)).toEqual([
      ['703', 'GOOD-2', '1000.00'],
      ['703', 'OPEN-2', '1000.00'],
    ]);
    expect((await run()).counts).toMatchObject({ posted: 0, held: 0, failed: 0 });
  });
});

describe('a payment of an invoice whose vendor lost its number', { timeout: 120_000 }, () => {
  it('waits, and is sent once by the next run after the vendor is linked again', async () => {
    const vendor = [...stage.procore.state.tables.vendors.values()].find(
      ({ row }) => row.origin_id === stageVendor,
    )?.row;
    if (vendor === undefined) throw new Error('Procore has no such vendor');
    vendor.origin_id = null;
    pay('704', 'LINK-1');
    const { counts, told } = await run();
    expect(counts).toMatchObject({ posted: 0, held: 1, failed: 0 });
    expect(told[0]?.[0]).toContain(
      `invoice LINK-1 of ${String(vendor.name)}, but its vendor has no number of Acumatica`,
    );
    vendor.origin_id = stageVendor;
    expect((await run()).counts).toMatchObject({ posted: 1, held: 0, failed: 0 });
    expect(sent().slice(4)).toEqual([['704', 'LINK-1', '1000.00']]);
    expect((await run()).counts).toMatchObject({ posted: 0, held: 0, failed: 0 });
  });
});

describe('a payment of a bill that is no invoice of Procore', { timeout: 120_000 }, () => {
  it('is skipped', async () => {
    enterBill('RENT-7');
    pay('705', 'RENT-7');
    expect((await run()).counts).toMatchObject({ posted: 0, held: 0, failed: 0 });
    expect(sent()).toHaveLength(5);
  });
});

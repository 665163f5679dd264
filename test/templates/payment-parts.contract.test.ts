import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, setStage, stageVendor } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  await stage.use('procore-acumatica-invoices', 'Invoices');
  await stage.use('ap-payments-to-procore', 'Payments');
  const invoices = [
    { number: 'PART-1', cents: 100_000 },
    { number: 'MANY-1', cents: 30_010 },
    { number: 'MANY-2', cents: 20_005 },
    { number: 'VOID-1', cents: 75_033 },
    { number: 'REST-1', cents: 41_299 },
  ];
  stage.invoices(invoices.map(({ number, cents }) => ({ number, lines: [{ workThisPeriod: cents }] })));
  const { run } = await stage.run('run', 'Invoices');
  expect(run.counts).toMatchObject({ posted: 5, held: 0, failed: 0 });
  for (const { number } of invoices) release(number);
}, 120_000);
afterAll(() => stage.stop());

const billOf = (number: string): string => {
  const bill = stage.bookkeeper.list('Bill').find(({ VendorRef }) => VendorRef === number);
  return String(bill?.ReferenceNbr);
};

function release(number: string): void {
  const keys = { Type: 'Bill', ReferenceNbr: billOf(number) };
  stage.bookkeeper.save('Bill', { ...keys, Hold: false });
  stage.bookkeeper.act('Bill', 'ReleaseBill', keys);
}

/** Writes a check for some bills and releases it. @returns its number in Acumatica */
function pay(check: string, paid: Readonly<Record<string, string>>): string {
  const { ReferenceNbr } = stage.bookkeeper.save('Check', {
    Vendor: stageVendor,
    PaymentRef: check,
    PaymentMethod: 'CHECK',
    ApplicationDate: '2026-06-30',
    Hold: false,
    Details: Object.entries(paid).map(([number, amount]) => ({
      DocType: 'Bill',
      ReferenceNbr: billOf(number),
      AmountPaid: amount,
    })),
  });
  const number = String(ReferenceNbr);
  stage.bookkeeper.act('Check', 'ReleaseCheck', { Type: 'Payment', ReferenceNbr: number });
  return number;
}

/** Check, invoice and amount of every payment that Procore holds. */
const sent = () =>
  stage.payments().map(({ check_number, invoice_number, amount }) => [check_number, invoice_number, amount]);
const run = async () => (await stage.run('run', 'Payments')).run.counts;

describe('AP payments in parts', { timeout: 120_000 }, () => {
  it('of one bill by two checks become two payments, each to the cent and once', async () => {
    pay('501', { 'PART-1': '400.01' });
    expect(await run()).toMatchObject({ posted: 1, held: 0, failed: 0 });
    expect(sent()).toEqual([['501', 'PART-1', '400.01']]);
    pay('502', { 'PART-1': '599.99' });
    expect(await run()).toMatchObject({ posted: 1, held: 0, failed: 0 });
    expect(sent()).toEqual([
      ['501', 'PART-1', '400.01'],
      ['502', 'PART-1', '599.99'],
    ]);
    const [bill] = stage.bookkeeper.list('Bill').filter(({ VendorRef }) => VendorRef === 'PART-1');
    expect([bill?.Balance, bill?.Status]).toEqual(['0.0000', 'Closed']);
    expect(await run()).toMatchObject({ posted: 0, held: 0, failed: 0 });
    expect(sent()).toHaveLength(2);
  });

  it('of many bills by one check become a payment of each bill’s invoice', async () => {
    pay('503', { 'MANY-1': '300.10', 'MANY-2': '200.05' });
    const { run: first } = await stage.run('run', 'Payments');
    // One check is one record, whatever it becomes.
    expect(first.counts).toMatchObject({ posted: 1, held: 0, failed: 0 });
    expect(first.amounts.posted?.USD).toBe('500.15');
    expect(sent().slice(2)).toEqual([
      ['503', 'MANY-1', '300.10'],
      ['503', 'MANY-2', '200.05'],
    ]);
    expect(await run()).toMatchObject({ posted: 0, held: 0, failed: 0 });
  });

  it('that leave a rest open are sent as far as they go', async () => {
    pay('504', { 'REST-1': '12.99' });
    expect(await run()).toMatchObject({ posted: 1, held: 0, failed: 0 });
    expect(sent().slice(4)).toEqual([['504', 'REST-1', '12.99']]);
    const contract = stage.procore.state.tables.contracts.get(String(stage.payments()[0]?.contract_id));
    expect(contract?.row.total_payments).toBe('1513.14');
    expect((await run()).posted).toBe(0);
  });
});

describe('a check that is voided and replaced', { timeout: 120_000 }, () => {
  it('waits for a person while Procore has the voided one, and then counts once', async () => {
    const voided = pay('505', { 'VOID-1': '750.33' });
    expect(await run()).toMatchObject({ posted: 1, held: 0 });
    stage.bookkeeper.act('Check', 'VoidCheck', { Type: 'Payment', ReferenceNbr: voided });
    pay('506', { 'VOID-1': '750.33' });
    const { run: second, open } = await stage.run('run', 'Payments');
    expect(second.counts).toMatchObject({ posted: 0, held: 2, failed: 0 });
    const told = open.map(({ error }) => `${error?.message} ${error?.hint}`).sort();
    expect(told).toEqual([
      expect.stringContaining('Payment 505 was voided in Acumatica, but Procore has it with 750.33'),
      expect.stringContaining('with 750.33 of check 506 it would be overpaid'),
    ]);
    expect(told[0]).toContain('Delete the payment in Procore');
    const [id = ''] = [...stage.procore.state.tables['contract-payments']].find(
      ([, { row }]) => row.check_number === '505',
    ) ?? [''];
    stage.procore.state.tables['contract-payments'].delete(id);
    expect(await run()).toMatchObject({ posted: 1, held: 0, failed: 0 });
    expect(sent().slice(5)).toEqual([['506', 'VOID-1', '750.33']]);
    expect(await run()).toMatchObject({ posted: 0, held: 0, failed: 0 });
    expect(sent()).toHaveLength(6);
  });
});

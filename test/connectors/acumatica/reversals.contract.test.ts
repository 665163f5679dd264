/** Bills reversed and payments voided: once, whatever becomes of the answer. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { AcumaticaClient } from '../../../connectors/acumatica/client.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { billLine, billOf, connectTo, errorOf, practice, type Server, writing } from './support.ts';

const bills = writing('bills');
const reversals = writing('bill-reversals');
const voids = writing('payment-voids');
let server: Server;
let client: AcumaticaClient;
beforeEach(async () => {
  ({ server, client } = await practice());
});

/** A released bill as a reversal names it. */
async function released(reference: string, more: Fields = {}): Promise<Fields> {
  const { id, number = '' } = await bills.create(client, billOf(reference, more));
  await bills.release(client, id);
  return { Type: 'Bill', ReferenceNbr: number };
}
const adjustments = async (reference: string) =>
  (await server.documents('bills')).filter(({ Type, VendorRef }) => Type === 'Debit Adj.' && VendorRef === reference);

describe('the reversal of a bill', () => {
  it('is a debit adjustment on hold, found by the bill it names, and released as an effect of its own', async () => {
    const bill = await released('REV-1');
    const other = await released('REV-2');
    expect(await reversals.find(client, bill)).toEqual([]);
    const made = await reversals.create(client, bill);
    expect(made).toMatchObject({
      status: 'On Hold',
      value: { Type: 'Debit Adj.', OrigRefNbr: bill.ReferenceNbr, VendorRef: 'REV-1', Amount: '10.00' },
    });
    expect(await reversals.find(client, bill)).toMatchObject([{ id: made.id, released: false }]);
    expect(await reversals.find(client, other)).toEqual([]);
    expect(await reversals.release(client, made.id)).toMatchObject({ status: 'Open' });
    // The bill itself is what it was: its own lookup does not take the adjustment for it.
    expect(await bills.find(client, billOf('REV-1'))).toMatchObject([{ number: bill.ReferenceNbr }]);
  });

  it.each(['cut-before', 'cut-after', 'truncate-json', 'status=503;handled'])(
    'is made once where its answer is lost (%s)',
    async (fault) => {
      const bill = await released('REV-1');
      server.services.faults.add(`method=POST;path=ReverseBill;nth=1;${fault}`);
      const error = await reversals.create(client, bill).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (error !== undefined) expect(error).toMatchObject({ kind: 'transient' });
      server.services.faults.clear();
      // Another process comes and looks before it does anything.
      const later = connectTo(server).client;
      if ((await reversals.find(later, bill)).length === 0) await reversals.create(later, bill);
      expect(await adjustments('REV-1')).toHaveLength(1);
      await reversals.create(later, bill);
      expect(await adjustments('REV-1')).toHaveLength(1);
    },
  );

  it('is refused with the reason for a draft, and where the preference forbids to repeat the vendor reference', async () => {
    const { number = '' } = await bills.create(client, billOf('REV-3'));
    const draft = await errorOf(reversals.create(client, { Type: 'Bill', ReferenceNbr: number }));
    expect(draft).toMatchObject({ code: 'remote.rejected' });
    expect(draft.message).toContain('Only released documents can be reversed');
    const bill = await released('REV-4');
    server.services.faults.add('refuse-duplicate-vendor-ref');
    const strict = await errorOf(reversals.create(client, bill));
    expect(strict.message).toMatch(/'REV-4' already exists for the vendor/);
    // A reference of its own is taken: the way that is left.
    await bills.create(client, billOf('REV-4 CR', { Type: 'Debit Adj.' }));
    expect(await adjustments('REV-4')).toEqual([]);
  });

  it('of a debit adjustment that is linked to an order is refused', async () => {
    const order = (await server.documents('purchase-orders'))[0];
    const line = { ...billLine, POOrderType: 'Normal', POOrderNbr: String(order?.OrderNbr), POLine: '1' };
    const vendor = String(order?.VendorID);
    const credit = billOf('REV-5', { Type: 'Debit Adj.', Vendor: vendor, Details: [line] });
    const { id, number = '' } = await bills.create(client, credit);
    await bills.release(client, id);
    const error = await errorOf(reversals.create(client, { Type: 'Debit Adj.', ReferenceNbr: number }));
    expect(error).toMatchObject({ code: 'remote.rejected' });
    expect(error.message).toContain('linked to purchase order or subcontract lines cannot be reversed');
  });

  it('of a bill that Acumatica does not have says so', async () => {
    const error = await errorOf(reversals.create(client, { Type: 'Bill', ReferenceNbr: '999999' }));
    expect(error).toMatchObject({ code: 'remote.notFound', message: 'Acumatica has no bill Bill 999999.' });
  });
});

describe('the void of a payment', () => {
  async function paid(): Promise<{ payment: Fields; bill: Fields }> {
    const bill = await released('VOID-1');
    const payments = writing('checks');
    const { id, number = '' } = await payments.create(
      client,
      {
        ...{ Vendor: 'V000001', PaymentRef: '1001', ApplicationDate: '2026-03-31', CashAccount: '10100' },
        ...{ PaymentMethod: 'CHECK', PaymentAmount: '10.00' },
        Details: [{ DocType: 'Bill', ReferenceNbr: bill.ReferenceNbr ?? '', AmountPaid: '10.00' }],
      },
      {},
    );
    await payments.release(client, id);
    return { payment: { Type: 'Payment', ReferenceNbr: number }, bill };
  }
  const balance = async (bill: Fields) =>
    (await server.documents('bills')).find(({ ReferenceNbr }) => ReferenceNbr === bill.ReferenceNbr)?.Balance;

  it.each(['', 'cut-after', 'cut-before'])('opens its bills again, once (%s)', async (fault) => {
    const { payment, bill } = await paid();
    expect([await voids.find(client, payment), await balance(bill)]).toEqual([[], '0.0000']);
    if (fault !== '') server.services.faults.add(`method=POST;path=VoidCheck;nth=1;${fault}`);
    await voids.create(client, payment).catch((thrown: unknown) => expect(thrown).toMatchObject({ kind: 'transient' }));
    server.services.faults.clear();
    server.services.clock.advance(31_000);
    if ((await voids.find(client, payment)).length === 0) await voids.create(client, payment);
    expect(await voids.find(client, payment)).toMatchObject([{ status: 'Voided', number: payment.ReferenceNbr }]);
    expect(await voids.create(client, payment)).toMatchObject({ status: 'Voided' });
    expect(await balance(bill)).toBe('10.0000');
  });

  it.each(['', 'cut-after'])('is two effects where a voiding document has to be released (%s)', async (fault) => {
    server.services.faults.add('void-needs-release');
    const { payment, bill } = await paid();
    if (fault !== '') server.services.faults.add(`method=POST;path=VoidCheck;nth=1;${fault}`);
    await voids.create(client, payment).catch((thrown: unknown) => expect(thrown).toMatchObject({ kind: 'transient' }));
    server.services.clock.advance(31_000);
    const [made] = await voids.find(client, payment);
    expect(made).toMatchObject({ id: `Voided Payment/${payment.ReferenceNbr}`, status: 'Balanced', released: false });
    expect(await voids.create(client, payment)).toMatchObject({ id: made?.id });
    expect(await balance(bill)).toBe('0.0000');
    await voids.release(client, made?.id ?? '');
    expect(await voids.find(client, payment)).toMatchObject([{ status: 'Voided', released: true }]);
    expect(await balance(bill)).toBe('10.0000');
    expect((await server.documents('checks')).map(({ Type, Status }) => [Type, Status])).toEqual([
      ['Payment', 'Voided'],
      ['Voided Payment', 'Closed'],
    ]);
    // The payment's own lookup does not take the voiding document for a second payment.
    expect(await writing('checks').find(client, { Vendor: 'V000001', PaymentRef: '1001' })).toHaveLength(1);
  });
});

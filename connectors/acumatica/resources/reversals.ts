/**
 * What takes documents back: reversing a bill, voiding a payment. Neither lets us leave a mark of ours on what it makes, so that each is
 * found by what it did: a reversal names the bill it reverses; a payment is voided, or a voiding document has its number.
 * @source User Guide 2026 R1, forms AP301000 and AP302000; that a reversal keeps vendor and original number (`OrigRefNbr`) and is saved by
 * the action itself is assumed
 */
import type { FoundDocument, WriteResult } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asText } from '../../kit/json.ts';
import { type AcumaticaClient, literal } from '../client.ts';
import { unwrapEntity } from '../codec.ts';
import { date, money, status, text } from '../schema/fields.ts';
import { billReleaseSteps, billSpec } from './bills.ts';
import { checkReleaseSteps, checkSpec } from './documents.ts';
import { pagesOf } from './pages.ts';
import { idOf, markOf } from './reading.ts';
import { byAction, type DocumentSpec, readFound, releaseDocument, requiredText } from './writing.ts';

const pageSize = 500;
const source = 'OpenAPI of Default/24.200.001: actions ReverseBill and VoidCheck';

/** The document that a request names by type and number. */
async function named(client: AcumaticaClient, spec: DocumentSpec, value: Fields): Promise<FoundDocument | undefined> {
  const keys = spec.keys.map((key) => requiredText(spec, key, value[key]));
  return (await readFound(client, spec, [keys.join('/')]))[0];
}

const gone = (spec: DocumentSpec, value: Fields): AppError =>
  new AppError(
    'remote.notFound',
    `Acumatica has no ${spec.word} ${spec.keys.map((key) => asText(value[key]) ?? '').join(' ')}.`,
    { hint: 'Check type and number: they are those of Acumatica, not of the vendor.' },
  );

/** Debit adjustments that reverse a bill. Those of a bill that released its retainage name the same original, and do not count. */
async function reversalsOf(client: AcumaticaClient, bill: FoundDocument): Promise<FoundDocument[]> {
  const vendor = requiredText(billSpec, 'Vendor', bill.value.Vendor);
  const filter = `Type eq 'Debit Adj.' and Vendor eq ${literal(vendor)}`;
  const custom = ['CurrentDocument.OrigRefNbr', 'Document.IsRetainageDocument'];
  const select = [...billSpec.keys];
  const pages = pagesOf({
    fetch: (top, skip) => client.list(billSpec.entity, { filter, custom, select, top, skip }),
    pageSize,
    what: `debit adjustments of the vendor ${vendor}`,
    restarts: true,
    mark: markOf(billSpec),
  });
  const ids = new Set<string>();
  for await (const page of pages) {
    for (const wire of page) {
      const found = unwrapEntity(wire, billSpec.fields);
      if (found.OrigRefNbr === bill.number && found.IsRetainageDocument !== true) ids.add(idOf(billSpec, found));
    }
  }
  return (await readFound(client, billSpec, ids)).filter((found) => found.status !== 'Voided');
}

async function findReversals(client: AcumaticaClient, value: Fields): Promise<FoundDocument[]> {
  const bill = await named(client, billSpec, value);
  return bill === undefined ? [] : reversalsOf(client, bill);
}

async function reverse(client: AcumaticaClient, value: Fields): Promise<WriteResult> {
  const bill = await named(client, billSpec, value);
  if (bill === undefined) throw gone(billSpec, value);
  const number = bill.number ?? bill.id;
  if (bill.value.IsRetainageDocument === true)
    throw new AppError('remote.rejected', `The bill ${number} releases retainage: reverse it in Acumatica.`, {
      hint: 'Its reversal could not be told from one of the bill that kept the retainage back.',
    });
  const [known] = await reversalsOf(client, bill);
  if (known !== undefined) return known;
  await byAction(billSpec, 'ReverseBill', [], 'reverse').run(client, bill);
  const [made] = await reversalsOf(client, bill);
  if (made === undefined)
    throw new AppError('remote.outcomeUnknown', `Acumatica reversed the bill ${number} and shows no debit adjustment.`);
  return made;
}

/** Reversals of released bills. */
const billReversals = defineResource<AcumaticaClient>({
  id: 'bill-reversals',
  title: 'Reversals of bills',
  description: 'Takes a released bill back by a debit adjustment over all of it, on hold until it is released.',
  source,
  assumed: true,
  scope: 'company',
  fields: [
    text('Type', 'Type', { required: true, permitted: ['Bill'], description: 'Type of the bill to reverse.' }),
    text('ReferenceNbr', 'Reference number', { required: true, description: "Acumatica's number of the bill." }),
    text('Vendor', 'Vendor', { readOnly: true }),
    text('VendorRef', 'Vendor ref.', { readOnly: true }),
    date('Date', 'Date', { readOnly: true }),
    money('Amount', 'Amount', { readOnly: true }),
    status('Of the debit adjustment: `On Hold`, `Open`, …'),
  ],
  key: { fields: ['Type', 'ReferenceNbr'], normalize: 'exact' },
  roles: { number: 'ReferenceNbr' },
  incremental: false,
  find: findReversals,
  create: reverse,
  release: (client, id) => releaseDocument(client, billSpec, id, billReleaseSteps),
});

const voided = 'Voided';
/** Types of the documents that void payments, as builds call them; they have the number of the payment. (assumed) */
const voidingTypes = ['Voided Payment', 'Voided Check'];

/** What voids a payment: the payment itself once it is voided, otherwise a voiding document that still has to be released. */
async function voidOf(client: AcumaticaClient, payment: FoundDocument): Promise<FoundDocument | undefined> {
  if (payment.status === voided) return payment;
  for (const Type of voidingTypes) {
    const found = await named(client, checkSpec, { Type, ReferenceNbr: payment.number ?? '' });
    if (found !== undefined) return found;
  }
  return undefined;
}

async function voidPayment(client: AcumaticaClient, value: Fields): Promise<WriteResult> {
  const payment = await named(client, checkSpec, value);
  if (payment === undefined) throw gone(checkSpec, value);
  const known = await voidOf(client, payment);
  if (known !== undefined) return known;
  await byAction(checkSpec, 'VoidCheck', [], 'void').run(client, payment);
  const after = (await named(client, checkSpec, value)) ?? payment;
  const made = await voidOf(client, after);
  if (made !== undefined) return made;
  throw new AppError(
    'remote.outcomeUnknown',
    `Acumatica voided the payment ${payment.number ?? payment.id}, but shows it as ${after.status ?? 'it was'}.`,
  );
}

/** Voids of released payments. */
const paymentVoids = defineResource<AcumaticaClient>({
  id: 'payment-voids',
  title: 'Voids of payments',
  description: 'Voids a released payment: its bills are open again, at once or once the voiding document is released.',
  source,
  assumed: true,
  scope: 'company',
  fields: [
    text('Type', 'Type', { required: true, description: 'Type of the payment, such as `Payment`.' }),
    text('ReferenceNbr', 'Reference number', { required: true, description: "Acumatica's number of the payment." }),
    text('Vendor', 'Vendor', { readOnly: true }),
    text('PaymentRef', 'Payment ref.', { readOnly: true }),
    money('PaymentAmount', 'Payment amount', { readOnly: true }),
    status('`Voided`, or that of the voiding document.'),
  ],
  key: { fields: ['Type', 'ReferenceNbr'], normalize: 'exact' },
  roles: { number: 'ReferenceNbr' },
  incremental: false,
  async find(client, value) {
    const payment = await named(client, checkSpec, value);
    const found = payment === undefined ? undefined : await voidOf(client, payment);
    return found === undefined ? [] : [found];
  },
  create: voidPayment,
  release: (client, id) => releaseDocument(client, checkSpec, id, checkReleaseSteps),
});

/** What takes documents back. */
export const reversals = [billReversals, paymentVoids];

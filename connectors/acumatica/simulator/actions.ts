/**
 * Actions on records. Each one changes records in one commit; most run as long-running operations that are polled.
 * @source OpenAPI of Default/24.200.001 for the names; effects from the User Guide, statuses partly assumed (see README)
 */
import { normalizeInvoiceNumber } from '../../../engine/model/business-key.ts';
import { compare, negate } from '../../../engine/model/decimal.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { asFields } from '../../kit/json.ts';
import type { Change } from './database.ts';
import { badRequest, businessError, httpError, noEntity, Refusal } from './refusal.ts';
import { releasedChangeOrder } from './rules/change-order.ts';
import { cannotReverse, reversalOf } from './rules/reversal.ts';
import {
  amount,
  customValue,
  day,
  decimal,
  isClosed,
  isZero,
  missingRate,
  periodById,
  periodOf,
  rowsOf,
  setCustom,
  subtract,
  text,
} from './rules/shared.ts';
import type { World } from './world.ts';

/** What an action does to a copy of the record; answers all changes to commit. @throws Refusal where a rule forbids it */
type Action = (record: Fields, world: World, parameters: Fields) => Change[];

const one = (entity: string, record: Fields): Change[] => [{ entity, record }];

const cannot = (message: string): Refusal =>
  new Refusal(422, {
    ...httpError(message, 'PX.Api.ContractBased.OutcomeEntityHasErrorsException'),
    error: `Error: ${message}`,
  });

const status =
  (entity: string, from: readonly string[], to: string, changes: Fields = {}): Action =>
  (record) => {
    if (!from.includes(text(record.Status)))
      throw cannot(`The action is not available in the status ${text(record.Status)}.`);
    return one(entity, { ...record, ...changes, Status: to });
  };

const releaseBill: Action = (bill, world) => {
  if (text(bill.Status) !== 'Balanced')
    throw cannot(`Document status is invalid for processing: ${text(bill.Status)}.`);
  const period = periodById(world, text(bill.PostPeriod));
  if (period === undefined || isClosed(period, world, 'AP'))
    throw businessError('The financial period is closed in Accounts Payable.');
  const noRate = missingRate(bill, 'Date', world);
  if (noRate !== undefined) throw businessError(noRate);
  const released = { ...bill, Hold: false, Status: isZero(decimal(bill.Balance)) ? 'Closed' : 'Open' };
  return payReleased(released, world);
};

const reverseBill: Action = (bill, world) => {
  const reason = cannotReverse(bill, world);
  if (reason !== undefined) throw cannot(reason);
  return one('Bill', reversalOf(bill, world));
};

const releaseRetainage: Action = (bill, world, parameters) => {
  if (!['Open', 'Closed'].includes(text(bill.Status)))
    throw cannot('Only released documents have retainage to release.');
  const open = decimal(customValue(bill, 'CurrentDocument', 'CuryRetainageUnreleasedAmt'));
  const asked = parameters.AmtToRelease === undefined ? open : decimal(parameters.AmtToRelease);
  if (compare(asked, open) > 0 || asked.units <= 0)
    throw cannot('The amount to release exceeds the unreleased retainage.');
  const date = day(parameters.Date) || day(bill.Date);
  const period = periodOf(world, date);
  if (period === undefined || isClosed(period, world, 'AP')) throw cannot("'Post Period' cannot be empty.");
  const first = rowsOf(bill, 'Details')[0] ?? {};
  const released = amount(asked);
  const child: Fields = {
    ...bill,
    id: world.database.nextId(),
    ReferenceNbr: world.database.nextNumber('Bill'),
    Date: `${date}T00:00:00+00:00`,
    PostPeriod: period.id,
    Status: 'Balanced',
    Hold: false,
    Amount: released,
    Balance: released,
    Details: [{ ...first, id: world.database.nextId(), ExtendedCost: released, Amount: released, custom: {} }],
    custom: {},
  };
  setCustom(child, 'Document', { IsRetainageDocument: true });
  setCustom(child, 'CurrentDocument', { OrigRefNbr: bill.ReferenceNbr ?? null });
  const parent = structuredClone(bill);
  const before = decimal(customValue(bill, 'CurrentDocument', 'CuryRetainageReleased'));
  setCustom(parent, 'CurrentDocument', {
    CuryRetainageUnreleasedAmt: amount(subtract(open, asked)),
    CuryRetainageReleased: amount(subtract(before, negate(asked))),
  });
  const rows = rowsOf(parent, 'RetainageDocuments');
  parent.RetainageDocuments = [
    ...rows,
    {
      id: world.database.nextId(),
      Type: 'Bill',
      ReferenceNbr: child.ReferenceNbr ?? null,
      VendorRef: child.VendorRef ?? null,
      Date: child.Date ?? null,
      PostPeriod: child.PostPeriod ?? null,
      Description: child.Description ?? null,
      Amount: released,
      Balance: released,
      Status: 'Balanced',
    },
  ];
  return [...one('Bill', parent), ...one('Bill', child)];
};

/** Applies payments that were made outside of the API to a bill that has just been released. */
function payReleased(bill: Fields, world: World): Change[] {
  const reference = normalizeInvoiceNumber(text(bill.VendorRef));
  const changes: Change[] = [];
  let paidBill = bill;
  for (const payment of world.payments) {
    const application = payment.applications.find(({ vendorRef }) => normalizeInvoiceNumber(vendorRef) === reference);
    if (payment.vendorId !== text(bill.Vendor) || application === undefined || text(bill.Type) !== 'Bill') continue;
    const known = world.database.find('Check', ['Payment', payment.number]);
    const row: Fields = {
      id: world.database.nextId(),
      DocType: 'Bill',
      ReferenceNbr: bill.ReferenceNbr ?? null,
      VendorRef: bill.VendorRef ?? null,
      AmountPaid: amount(decimal(application.amount)),
      CashDiscountTaken: '0.0000',
    };
    const counts = payment.status === 'Closed' && compare(decimal(application.amount), decimal(paidBill.Balance)) <= 0;
    const history = counts ? [...rowsOf(known ?? {}, 'History'), row] : rowsOf(known ?? {}, 'History');
    const check = { ...(known ?? paymentRecord(payment, world)), History: history };
    changes.push(...one('Check', check));
    if (counts) paidBill = applied(paidBill, check, decimal(application.amount), world);
  }
  return [...changes, ...one('Bill', paidBill)];
}

function paymentRecord(payment: World['payments'][number], world: World): Fields {
  return {
    id: world.database.nextId(),
    Type: 'Payment',
    ReferenceNbr: payment.number,
    Vendor: payment.vendorId,
    ApplicationDate: `${payment.date}T00:00:00+00:00`,
    CashAccount: '10100',
    PaymentMethod: payment.method,
    PaymentRef: payment.checkNumber,
    CurrencyID: world.baseCurrency,
    PaymentAmount: amount(decimal(payment.amount)),
    UnappliedBalance: '0.0000',
    Hold: false,
    Status: payment.status,
    Details: [],
  };
}

/** A bill with a payment applied. */
function applied(bill: Fields, payment: Fields, paid: ReturnType<typeof decimal>, world: World): Fields {
  const balance = subtract(decimal(bill.Balance), paid);
  const entry = {
    id: world.database.nextId(),
    DocType: payment.Type ?? null,
    ReferenceNbr: payment.ReferenceNbr ?? null,
    AmountPaid: amount(paid),
    Balance: amount(balance),
    Status: 'Closed',
  };
  return {
    ...bill,
    Balance: amount(balance),
    Status: isZero(balance) ? 'Closed' : 'Open',
    Applications: [...rowsOf(bill, 'Applications'), entry],
  };
}

/** Applies a payment to its bills, or takes the application back. */
function settle(payment: Fields, world: World, sign: 1 | -1): Change[] {
  const rows = rowsOf(payment, sign === 1 ? 'Details' : 'History');
  return rows.flatMap((row): Change[] => {
    const bill = world.database.find('Bill', [text(row.DocType) || 'Bill', text(row.ReferenceNbr)]);
    if (bill === undefined) throw businessError(`The document ${text(row.ReferenceNbr)} cannot be found.`);
    const paid = decimal(row.AmountPaid);
    const balance = subtract(decimal(bill.Balance), sign === 1 ? paid : negate(paid));
    if (balance.units < 0) throw businessError('The amount paid exceeds the balance of the document.');
    if (sign === 1) return one('Bill', applied(bill, payment, paid, world));
    const others = rowsOf(bill, 'Applications').filter((entry) => entry.ReferenceNbr !== payment.ReferenceNbr);
    const changed = { ...bill, Balance: amount(balance), Status: 'Open', Applications: others };
    return one('Bill', changed);
  });
}

const voidingType = 'Voided Payment';

const releaseCheck: Action = (payment, world) => {
  if (text(payment.Status) !== 'Balanced')
    throw cannot(`Document status is invalid for processing: ${text(payment.Status)}.`);
  if (text(payment.Type) === voidingType) {
    const original = world.database.find('Check', ['Payment', text(payment.ReferenceNbr)]);
    if (original === undefined) throw businessError('The voided payment cannot be found.');
    return [...voidedNow(structuredClone(original), world), ...one('Check', { ...payment, Status: 'Closed' })];
  }
  const history = rowsOf(payment, 'Details').map((row) => ({
    ...row,
    id: world.database.nextId(),
    VendorRef: world.database.find('Bill', [text(row.DocType) || 'Bill', text(row.ReferenceNbr)])?.VendorRef ?? null,
    CashDiscountTaken: '0',
  }));
  const done = {
    ...payment,
    Status: isZero(decimal(payment.UnappliedBalance)) ? 'Closed' : 'Open',
    History: history,
    Details: [],
  };
  return [...settle(payment, world, 1), ...one('Check', done)];
};

/** Takes a payment back: its bills have their balance again. */
const voidedNow = (payment: Fields, world: World): Change[] => [
  ...settle(payment, world, -1),
  ...one('Check', { ...payment, Status: 'Voided', History: [] }),
];

const voidCheck: Action = (payment, world) => {
  if (!['Open', 'Closed'].includes(text(payment.Status))) throw cannot('Only released payments can be voided.');
  if (!world.profile.voidNeedsRelease) return voidedNow(payment, world);
  if (world.database.find('Check', [voidingType, text(payment.ReferenceNbr)]) !== undefined)
    throw cannot('The payment has a voiding document already.');
  const paid = amount(negate(decimal(payment.PaymentAmount)));
  const voiding = { ...payment, id: world.database.nextId(), Type: voidingType, PaymentAmount: paid };
  return one('Check', { ...voiding, Status: 'Balanced', Details: [], History: [], files: [] });
};

/** Actions by `Entity/Action`; those listed in `quick` answer 204 at once. */
const actions: Readonly<Record<string, Action>> = {
  'Bill/ReleaseBill': releaseBill,
  'Bill/ReverseBill': reverseBill,
  'Bill/ReleaseRetainage': releaseRetainage,
  'Bill/Approve': status('Bill', ['Pending Approval'], 'Balanced'),
  'Bill/Reject': status('Bill', ['Pending Approval'], 'Rejected'),
  'Check/ReleaseCheck': releaseCheck,
  'Check/VoidCheck': voidCheck,
  'JournalTransaction/ReleaseJournalTransaction': status('JournalTransaction', ['Balanced'], 'Posted'),
  'Subcontract/ReleaseFromHold': status('Subcontract', ['On Hold'], 'Open'),
  'Subcontract/PutOnHold': status('Subcontract', ['Open'], 'On Hold'),
  'ChangeOrder/RemoveChangeOrderFromHold': status('ChangeOrder', ['On Hold'], 'Open', { Hold: false }),
  'ChangeOrder/HoldChangeOrder': status('ChangeOrder', ['Open', 'Pending Approval', 'Rejected'], 'On Hold', {
    Hold: true,
  }),
  'ChangeOrder/ReleaseChangeOrder': (order, world) => {
    if (text(order.Status) !== 'Open') throw cannot(`The action is not available in the status ${text(order.Status)}.`);
    return releasedChangeOrder(order, world);
  },
  'ChangeOrder/ApproveChangeOrder': status('ChangeOrder', ['Pending Approval'], 'Open'),
  'ChangeOrder/RejectChangeOrder': status('ChangeOrder', ['Pending Approval'], 'Rejected'),
  'Project/ActivateProject': status('Project', ['In Planning', 'Suspended', 'Completed'], 'Active', { Hold: false }),
  'Project/HoldProject': status('Project', ['Active'], 'In Planning', { Hold: true }),
  'Project/CompleteProject': status('Project', ['Active'], 'Completed'),
  'Project/SuspendProject': status('Project', ['Active'], 'Suspended'),
  'Project/CancelProject': status('Project', ['Active', 'In Planning'], 'Canceled'),
  'ProjectTask/ActivateProjectTask': status('ProjectTask', ['In Planning', 'Completed'], 'Active'),
  'ProjectTask/HoldProjectTask': status('ProjectTask', ['Active'], 'In Planning'),
  'ProjectTask/CompleteProjectTask': status('ProjectTask', ['Active'], 'Completed'),
  'ProjectTask/CancelProjectTask': status('ProjectTask', ['Active', 'In Planning'], 'Canceled'),
};

/** Actions that run in the background and are answered 202. */
export const isLongRunning = (name: string): boolean =>
  /^(Bill|Check|JournalTransaction|ChangeOrder)\/(Release|Void)/.test(name);

/** The record an action body means. @throws Refusal 400, 500 */
function target(world: World, entity: string, keys: readonly string[], body: Fields): Fields {
  const named = asFields(body.entity);
  if (named === undefined) throw badRequest('The entity of the action is missing.');
  if (typeof named.id === 'string') {
    const byId = world.database.byId(entity, named.id);
    if (byId === undefined) throw noEntity();
    return byId;
  }
  const values = keys.map((key) => asFields(named[key])?.value);
  if (values.some((value) => typeof value !== 'string'))
    throw badRequest(`The keys ${keys.join(', ')} of the entity are needed.`);
  const found = world.database.find(entity, values.map(String));
  if (found === undefined) throw noEntity();
  return found;
}

/** Executes an action in one commit. @throws Refusal */
export function execute(world: World, entity: string, keys: readonly string[], action: string, body: Fields): void {
  const act = actions[`${entity}/${action}`];
  if (act === undefined) throw new Refusal(501, { message: `The simulator does not carry out ${entity}/${action}.` });
  const parameters: Fields = {};
  for (const [name, wrapper] of Object.entries(asFields(body.parameters) ?? {}))
    parameters[name] = asFields(wrapper)?.value ?? null;
  const changes = act(structuredClone(target(world, entity, keys, body)), world, parameters);
  const stamped = changes.map((change) =>
    'record' in change
      ? { ...change, record: { ...change.record, LastModifiedDateTime: world.database.stamp() } }
      : change,
  );
  world.database.commit(stamped);
}

/**
 * Bills (AP301000): checks, totals, retainage and the states a save can reach.
 * @source User Guide 2026 R1, form AP301000 (statuses, preferences); retainage calculation assumed from the User Guide
 */

import { add, divide, fromInteger, multiply, parse } from '../../../../engine/model/decimal.ts';
import type { Fields } from '../../../../engine/model/record.ts';
import type { EntityRules, SaveContext } from '../world.ts';
import {
  amount,
  checkCoding,
  checkCurrency,
  checkPeriod,
  checkVendor,
  customValue,
  day,
  decimal,
  extend,
  isZero,
  rowsOf,
  setCustom,
  stored,
  subtract,
  sum,
  text,
  zero,
} from './shared.ts';

const documentTypes = ['Bill', 'Credit Adj.', 'Debit Adj.', 'Prepayment'];
const editable = new Set(['On Hold', 'Balanced', 'Pending Approval', 'Rejected']);

/** Completes, checks and calculates a bill. */
export const billRules: EntityRules = (draft, context) => {
  const { errors, previous } = context;
  if (previous !== undefined && !editable.has(text(previous.Status))) {
    errors.add('', `The document ${text(previous.ReferenceNbr)} is released and cannot be changed.`);
    return;
  }
  header(draft, context);
  checkOrder(draft, context);
  if (!documentTypes.includes(text(draft.Type)))
    errors.add('Type', `'${text(draft.Type)}' is not in the list of document types.`);
  const lines = rowsOf(draft, 'Details');
  lines.forEach((line, index) => {
    defaultFromOrder(line, `Details.${index}`, context);
    defaultFromItem(line, `Details.${index}`, context);
    checkCoding(line, `Details.${index}`, { task: 'ProjectTask', branch: 'Branch' }, context);
    extend(line, 'Qty');
  });
  draft.Details = lines;
  totals(draft, lines, context);
  status(draft, context);
  if (errors.isEmpty && text(draft.ReferenceNbr) === '') draft.ReferenceNbr = context.world.database.nextNumber('Bill');
};

function header(draft: Fields, context: SaveContext): void {
  const { world, errors } = context;
  if (text(draft.Type) === '') draft.Type = 'Bill';
  const vendor = checkVendor(draft, 'Vendor', context);
  if (vendor !== undefined) {
    draft.Vendor = vendor.VendorID ?? null;
    if (text(draft.CurrencyID) === '') draft.CurrencyID = text(vendor.CurrencyID) || world.baseCurrency;
    else if (
      text(draft.CurrencyID) !== (text(vendor.CurrencyID) || world.baseCurrency) &&
      vendor.EnableCurrencyOverride !== true
    ) {
      errors.add('CurrencyID', 'The vendor does not allow another currency.');
    }
    if (text(draft.Terms) === '') draft.Terms = vendor.Terms ?? null;
    checkVendorRef(draft, context);
  }
  if (text(draft.CurrencyID) === '') draft.CurrencyID = world.baseCurrency;
  if (text(draft.Date) === '') draft.Date = stored(context.businessDate);
  checkCurrency(draft, context);
  checkPeriod(draft, 'Date', context, 'AP');
  if (text(draft.DueDate) === '')
    draft.DueDate = stored(plusDays(day(draft.Date), Number(/\d+/.exec(text(draft.Terms))?.[0] ?? 0)));
  if (text(draft.BranchID) === '') draft.BranchID = context.branch;
}

const plusDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

function checkVendorRef(draft: Fields, { world, errors, previous }: SaveContext): void {
  const reference = text(draft.VendorRef);
  if (reference === '') {
    if (world.profile.requireVendorRef) errors.add('VendorRef', "'Vendor Ref.' cannot be empty.");
    return;
  }
  if (reference.length > 40) errors.add('VendorRef', 'The string value exceeds the maximum length of 40 characters.');
  if (!world.profile.refuseDuplicateVendorRef) return;
  for (const other of world.database.list('Bill', { VendorRef: reference })) {
    const same =
      other.id !== previous?.id && text(other.Vendor) === text(draft.Vendor) && text(other.Status) !== 'Voided';
    if (same && text(other.VendorRef).toUpperCase() === reference.toUpperCase()) {
      errors.add(
        'VendorRef',
        `Document with reference number '${reference}' already exists for the vendor (${text(other.Type)}, ${text(other.ReferenceNbr)}).`,
      );
    }
  }
}

/** A line linked to a purchase order or subcontract takes from its line what it leaves out. */
function defaultFromOrder(line: Fields, path: string, { world, errors }: SaveContext): void {
  const number = text(line.POOrderNbr);
  const subcontract = text(customValue(line, 'Transactions', 'SubcontractNbr'));
  if (number === '' && subcontract === '') return;
  const order =
    number === ''
      ? world.database.find('Subcontract', [subcontract])
      : world.database.find('PurchaseOrder', [text(line.POOrderType) || 'Normal', number]);
  if (order === undefined) {
    errors.add(`${path}.POOrderNbr`, `The order '${number || subcontract}' cannot be found in the system.`);
    return;
  }
  const lineNumber = text(number === '' ? customValue(line, 'Transactions', 'SubcontractLineNbr') : line.POLine);
  const source = rowsOf(order, 'Details').find((row) => text(row.LineNbr) === lineNumber);
  if (source === undefined) {
    if (lineNumber !== '') errors.add(`${path}.POLine`, `The line ${lineNumber} of the order cannot be found.`);
    return;
  }
  const task = source.ProjectTask ?? source.Task ?? null;
  const defaults: Fields = { ...source, ProjectTask: task, Branch: source.BranchID ?? null };
  for (const name of [
    'InventoryID',
    'Account',
    'Subaccount',
    'Branch',
    'Project',
    'ProjectTask',
    'CostCode',
    'UOM',
    'UnitCost',
  ]) {
    if (text(line[name]) === '' && (defaults[name] ?? null) !== null) line[name] = defaults[name] ?? null;
  }
}

/** An item brings its account; a stocked one cannot be billed by itself. (assumed) */
function defaultFromItem(line: Fields, path: string, { world, errors }: SaveContext): void {
  const id = text(line.InventoryID).toUpperCase();
  if (id === '') return;
  const item = world.items.get(id);
  if (item === undefined) errors.add(`${path}.InventoryID`, `Inventory Item '${id}' cannot be found in the system.`);
  else if (item.stock && text(line.POOrderNbr) === '' && text(line.POReceiptNbr) === '')
    errors.add(`${path}.InventoryID`, `A stock item can be billed by a purchase order or receipt only: '${id}'.`);
  else if (text(line.Account) === '') line.Account = item.account;
}

/** What has to be chosen before a document has lines. @source User Guide, form AP301000: Pay by Line */
function checkOrder(draft: Fields, { errors, previous }: SaveContext): void {
  if (previous === undefined || rowsOf(previous, 'Details').length === 0) return;
  const was = customValue(previous, 'Document', 'PaymentsByLinesAllowed') === true;
  if ((customValue(draft, 'Document', 'PaymentsByLinesAllowed') === true) !== was)
    errors.add('', 'Pay by Line cannot be changed once the document has lines.');
}

function retain(line: Fields): { retained: ReturnType<typeof decimal> } {
  const cost = decimal(line.ExtendedCost);
  const explicit = customValue(line, 'Transactions', 'CuryRetainageAmt');
  const percent = customValue(line, 'Transactions', 'RetainagePct');
  if (typeof percent === 'string' && typeof explicit !== 'string') {
    const retained = divide(multiply(cost, parse(percent)), fromInteger(100), 2) ?? zero;
    return { retained };
  }
  return { retained: decimal(explicit) };
}

function totals(draft: Fields, lines: readonly Fields[], { world, errors }: SaveContext): void {
  const applies = customValue(draft, 'Document', 'RetainageApply') === true;
  if (applies && !world.profile.retainage) errors.add('', 'The Retainage Support feature is switched off.');
  let retained = zero;
  for (const line of lines) {
    const part = applies ? retain(line).retained : zero;
    retained = add(retained, part);
    line.Amount = amount(subtract(decimal(line.ExtendedCost), part));
    if (applies) setCustom(line, 'Transactions', { CuryRetainageAmt: amount(part), CuryRetainageBal: amount(part) });
  }
  // Taxes are calculated again; nothing in this tenant is taxed.
  if (draft.IsTaxValid !== true) draft.TaxDetails = [];
  const tax = sum(rowsOf(draft, 'TaxDetails').map((row) => decimal(row.TaxAmount)));
  const gross = add(sum(lines.map((line) => decimal(line.ExtendedCost))), tax);
  const payable = subtract(gross, retained);
  if (payable.units < 0)
    errors.add('', 'The document amount cannot be less than zero; enter a debit adjustment instead.');
  draft.TaxTotal = amount(tax);
  draft.Amount = amount(payable);
  draft.Balance = amount(payable);
  if (!isZero(retained) || applies) {
    setCustom(draft, 'CurrentDocument', {
      CuryRetainageTotal: amount(retained),
      CuryRetainageUnreleasedAmt: amount(retained),
      CuryRetainageReleased: amount(zero),
      CuryOrigDocAmtWithRetainageTotal: amount(gross),
    });
  }
}

function status(draft: Fields, { world, isNew, sent }: SaveContext): void {
  if (isNew && !sent.has('Hold')) draft.Hold = world.profile.holdOnEntry;
  if (draft.Hold === true) draft.Status = 'On Hold';
  else if (isNew || sent.has('Hold')) {
    const approved = text(draft.Status) === 'Balanced';
    draft.Status = world.profile.approvals && !approved ? 'Pending Approval' : 'Balanced';
  }
}

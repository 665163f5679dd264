/** Payments, purchase orders, subcontracts and journals: totals, checks and states. */
import { compare } from '../../../../engine/model/decimal.ts';
import type { Fields } from '../../../../engine/model/record.ts';
import type { EntityRules, SaveContext } from '../world.ts';
import { changesLocked, isDone } from './locks.ts';
import {
  amount,
  checkCoding,
  checkCurrency,
  checkPeriod,
  checkVendor,
  decimal,
  extend,
  multiply,
  parse,
  rowsOf,
  stored,
  subtract,
  sum,
  text,
  zero,
} from './shared.ts';

/** AP payments. */
export const checkRules: EntityRules = (draft, context) => {
  const { errors, world } = context;
  if (isDone(context, ['On Hold', 'Balanced'])) {
    errors.add('', `The payment ${text(draft.ReferenceNbr)} is released and cannot be changed.`);
    return;
  }
  if (text(draft.Type) === '') draft.Type = 'Payment';
  const vendor = checkVendor(draft, 'Vendor', context);
  if (vendor !== undefined) {
    draft.Vendor = vendor.VendorID ?? null;
    if (text(draft.CurrencyID) === '') draft.CurrencyID = text(vendor.CurrencyID) || world.baseCurrency;
  }
  if (text(draft.ApplicationDate) === '') draft.ApplicationDate = stored(context.businessDate);
  const details = rowsOf(draft, 'Details');
  details.forEach((row, index) => {
    const bill = world.database.find('Bill', [text(row.DocType) || 'Bill', text(row.ReferenceNbr)]);
    if (bill === undefined || text(bill.Status) !== 'Open') {
      errors.add(
        `Details.${index}.ReferenceNbr`,
        `The document '${text(row.ReferenceNbr)}' cannot be found or is not open.`,
      );
    } else {
      row.Balance = bill.Balance ?? null;
      if (compare(decimal(row.AmountPaid), decimal(bill.Balance)) > 0) {
        errors.add(`Details.${index}.AmountPaid`, 'The amount paid exceeds the balance of the document.');
      }
    }
  });
  draft.Details = details;
  const applied = sum(details.map((row) => decimal(row.AmountPaid)));
  if (text(draft.PaymentAmount) === '') draft.PaymentAmount = amount(applied);
  draft.UnappliedBalance = amount(subtract(decimal(draft.PaymentAmount), applied));
  if (draft.Hold !== false && context.isNew) draft.Hold = true;
  draft.Status = draft.Hold === true ? 'On Hold' : 'Balanced';
  if (errors.isEmpty && text(draft.ReferenceNbr) === '') draft.ReferenceNbr = world.database.nextNumber('Check');
};

function orderLines(draft: Fields, context: SaveContext, task: 'ProjectTask' | 'Task'): Fields[] {
  const lines = rowsOf(draft, 'Details');
  lines.forEach((line, index) => {
    checkCoding(line, `Details.${index}`, { task, branch: 'BranchID' }, context);
    extend(line, 'OrderQty');
  });
  draft.Details = lines;
  return lines;
}

function orderHeader(draft: Fields, context: SaveContext): void {
  const vendor = checkVendor(draft, 'VendorID', context);
  if (vendor !== undefined) {
    draft.VendorID = vendor.VendorID ?? null;
    if (text(draft.CurrencyID) === '') draft.CurrencyID = text(vendor.CurrencyID) || context.world.baseCurrency;
    if (text(draft.Terms) === '') draft.Terms = vendor.Terms ?? null;
  }
  checkCurrency(draft, context);
  if (text(draft.Date) === '') draft.Date = stored(context.businessDate);
  if (text(draft.Branch) === '') draft.Branch = context.branch;
}

/** Purchase orders. */
export const purchaseOrderRules: EntityRules = (draft, context) => {
  const { errors, world } = context;
  if (isDone(context, ['On Hold', 'Open'])) errors.add('', 'The purchase order is closed and cannot be changed.');
  else if (changesLocked(draft, context, ['Details'], ['Completed', 'Cancelled']))
    errors.add('', 'The purchase order is not on hold and cannot be changed.');
  if (text(draft.Type) === '') draft.Type = 'Normal';
  orderHeader(draft, context);
  const lines = orderLines(draft, context, 'ProjectTask');
  for (const line of lines) line.OrderedQty = line.OrderQty ?? null;
  const total = amount(sum(lines.map((line) => decimal(line.ExtendedCost))));
  Object.assign(draft, { LineTotal: total, TaxTotal: amount(zero), OrderTotal: total });
  if (context.isNew && !context.sent.has('Hold')) draft.Hold = true;
  draft.Status = draft.Hold === true ? 'On Hold' : 'Open';
  if (errors.isEmpty && text(draft.OrderNbr) === '') draft.OrderNbr = world.database.nextNumber('PurchaseOrder');
};

/** Subcontracts. They have no Hold field: actions take them off hold and put them on again. */
export const subcontractRules: EntityRules = (draft, context) => {
  const { errors, world } = context;
  if (isDone(context, ['On Hold', 'Open'])) errors.add('', 'The subcontract is closed and cannot be changed.');
  else if (changesLocked(draft, context, ['Details'], ['Completed', 'Canceled']))
    errors.add('', 'The subcontract is not on hold and cannot be changed.');
  orderHeader(draft, context);
  const lines = orderLines(draft, context, 'Task');
  for (const line of lines) {
    const percent = text(line.RetainagePct) || (draft.ApplyRetainage === true ? text(draft.RetainagePct) : '');
    if (percent !== '')
      line.RetainageAmount = amount(multiply(multiply(decimal(line.ExtendedCost), decimal(percent)), parse('0.01')));
    line.Amount = amount(subtract(decimal(line.ExtendedCost), decimal(line.RetainageAmount)));
  }
  const total = amount(sum(lines.map((line) => decimal(line.ExtendedCost))));
  Object.assign(draft, {
    LineTotal: total,
    SubcontractTotal: total,
    TaxTotal: amount(zero),
    DiscountTotal: amount(zero),
    RetainageTotal: amount(sum(lines.map((line) => decimal(line.RetainageAmount)))),
  });
  if (context.isNew) draft.Status = 'On Hold';
  if (errors.isEmpty && text(draft.SubcontractNbr) === '') {
    draft.SubcontractNbr = `SC-${world.database.nextNumber('Subcontract')}`;
  }
};

/** Journal transactions. They must balance to leave hold. */
export const journalRules: EntityRules = (draft, context) => {
  const { errors, world } = context;
  if (isDone(context, ['On Hold', 'Balanced'])) {
    errors.add('', 'The batch is released and cannot be changed.');
    return;
  }
  if (text(draft.Module) === '') draft.Module = 'GL';
  if (text(draft.CurrencyID) === '') draft.CurrencyID = world.baseCurrency;
  if (text(draft.BranchID) === '') draft.BranchID = context.branch;
  if (text(draft.LedgerID) === '') draft.LedgerID = 'ACTUAL';
  if (text(draft.TransactionDate) === '') draft.TransactionDate = stored(context.businessDate);
  checkPeriod(draft, 'TransactionDate', context, 'GL');
  const lines = rowsOf(draft, 'Details');
  for (const [index, line] of lines.entries()) {
    checkCoding(line, `Details.${index}`, { task: 'ProjectTask', branch: 'BranchID' }, context);
  }
  draft.Details = lines;
  if (context.isNew && !context.sent.has('Hold')) draft.Hold = true;
  const [debit, credit] = ['DebitAmount', 'CreditAmount'].map((side) => sum(lines.map((line) => decimal(line[side]))));
  if (draft.Hold !== true && debit !== undefined && credit !== undefined && compare(debit, credit) !== 0) {
    errors.add('', 'The batch is not balanced: review the debit and credit amounts.');
  }
  draft.Status = draft.Hold === true ? 'On Hold' : 'Balanced';
  if (errors.isEmpty && text(draft.BatchNbr) === '') draft.BatchNbr = world.database.nextNumber('JournalTransaction');
};

/**
 * Reversing a released bill.
 * @source User Guide 2026 R1, form AP301000: Reverse makes a debit adjustment with the vendor's reference and the original's number; not for
 * debit adjustments whose lines are linked to orders
 */
import type { Fields } from '../../../../engine/model/record.ts';
import type { World } from '../world.ts';
import { customValue, rowsOf, setCustom, text } from './shared.ts';

const isLinked = (row: Fields): boolean =>
  text(row.POOrderNbr) !== '' || text(customValue(row, 'Transactions', 'SubcontractNbr')) !== '';

/** Why a document cannot be reversed; undefined where it can. */
export function cannotReverse(bill: Fields, { profile }: World): string | undefined {
  if (!['Open', 'Closed'].includes(text(bill.Status))) return 'Only released documents can be reversed.';
  if (text(bill.Type) === 'Debit Adj.' && rowsOf(bill, 'Details').some(isLinked))
    return 'A debit adjustment whose lines are linked to purchase order or subcontract lines cannot be reversed.';
  // The adjustment would repeat the reference, which the preference forbids.
  if (profile.refuseDuplicateVendorRef && text(bill.VendorRef) !== '')
    return `Document with reference number '${text(bill.VendorRef)}' already exists for the vendor.`;
  return undefined;
}

/** The adjustment that reverses a document, on hold. */
export function reversalOf(bill: Fields, world: World): Fields {
  const isDebit = text(bill.Type) === 'Debit Adj.';
  const reversal: Fields = {
    ...structuredClone(bill),
    id: world.database.nextId(),
    Type: isDebit ? 'Credit Adj.' : 'Debit Adj.',
    ReferenceNbr: world.database.nextNumber('Bill'),
    Status: 'On Hold',
    Hold: true,
    Balance: bill.Amount ?? null,
    Applications: [],
    files: [],
    Details: rowsOf(bill, 'Details').map((row) => ({ ...row, id: world.database.nextId() })),
  };
  // That of a bill which releases retainage names the bill that kept it back.
  const isChild = customValue(bill, 'Document', 'IsRetainageDocument') === true;
  const original = isChild ? customValue(bill, 'CurrentDocument', 'OrigRefNbr') : (bill.ReferenceNbr ?? null);
  setCustom(reversal, 'CurrentDocument', { OrigRefNbr: original });
  return reversal;
}

/**
 * Bills, payments and vendors.
 * @source OpenAPI and metadata of Default/24.200.001 (AP301000, AP302000, AP303000); custom fields from the screens' metadata
 */
import { type AcumaticaField, customFields } from '../codec.ts';
import {
  date,
  flag,
  instant,
  lastModified,
  linked,
  money,
  quantity,
  recordId,
  rows,
  status,
  text,
  whole,
} from './fields.ts';

/** Document types as the form shows them. */
export const billTypes = ['Bill', 'Credit Adj.', 'Debit Adj.', 'Prepayment'] as const;

// The order is the one in which the form fills defaults, so that what is sent wins over them.
const billLine: readonly AcumaticaField[] = [
  text('InventoryID', 'Inventory ID', { description: 'Empty for pure account lines.' }),
  text('Branch', 'Branch'),
  text('POOrderType', 'PO type', { description: '`Normal` for purchase orders.' }),
  text('POOrderNbr', 'PO number'),
  whole('POLine', 'PO line'),
  text('POReceiptType', 'PO receipt type'),
  text('POReceiptNbr', 'PO receipt number'),
  whole('POReceiptLine', 'PO receipt line'),
  text('Project', 'Project', { description: '`X` where the line belongs to no project.' }),
  text('ProjectTask', 'Project task'),
  text('CostCode', 'Cost code'),
  text('Account', 'Account', { description: 'On project lines it must be mapped to an account group.' }),
  text('Subaccount', 'Subaccount'),
  text('TransactionDescription', 'Transaction description', { maxLength: 256, description: 'The text of the line.' }),
  quantity('Qty', 'Quantity'),
  text('UOM', 'UOM'),
  quantity('UnitCost', 'Unit cost'),
  money('ExtendedCost', 'Ext. cost', { required: true, description: 'The amount of the line, before retainage.' }),
  money('Amount', 'Amount', { readOnly: true, description: 'Ext. cost less discount and retainage; calculated.' }),
  text('Description', 'Account description', { readOnly: true }),
  text('TaxCategory', 'Tax category'),
  flag('NonBillable', 'Non-billable'),
  flag('CalculateDiscountsOnImport', 'Calculate discounts on import'),
  quantity('RetainagePct', 'Retainage percent', { view: 'Transactions' }),
  money('CuryRetainageAmt', 'Retainage amount', { view: 'Transactions' }),
  text('SubcontractNbr', 'Subcontract', { view: 'Transactions', assumed: true }),
  whole('SubcontractLineNbr', 'Subcontract line', { view: 'Transactions', assumed: true }),
  customFields,
];

/** Bill and adjustments. */
export const billFields: readonly AcumaticaField[] = [
  recordId,
  text('Type', 'Type', {
    permitted: billTypes,
    description: 'Bill where left blank; a negative invoice is a debit adjustment.',
  }),
  text('ReferenceNbr', 'Reference number', { description: 'Leave blank: Acumatica numbers the document.' }),
  text('Vendor', 'Vendor', { required: true, example: 'V000001' }),
  text('LocationID', 'Location'),
  text('VendorRef', 'Vendor ref.', {
    required: true,
    maxLength: 40,
    description: "The vendor's own invoice number; finds the bill again.",
  }),
  date('Date', 'Date', { required: true }),
  text('PostPeriod', 'Post period', { description: '`MMYYYY`; from the date where left blank.', example: '032026' }),
  date('DueDate', 'Due date'),
  text('Terms', 'Terms'),
  text('Description', 'Description', { maxLength: 256 }),
  text('CurrencyID', 'Currency'),
  text('BranchID', 'Branch'),
  text('CashAccount', 'Cash account'),
  flag('ApprovedForPayment', 'Approved for payment'),
  flag('Hold', 'On hold', { description: 'New bills are on hold unless the write node says otherwise.' }),
  flag('IsTaxValid', 'Keep the taxes sent', {
    description: 'Yes where taxes are sent and this is left out. Not in endpoint version 22.200.001.',
  }),
  text('Project', 'Project'),
  flag('RetainageApply', 'Apply retainage', { view: 'Document' }),
  flag('IsRetainageDocument', 'Retainage document', { view: 'Document', readOnly: true }),
  quantity('DefRetainagePct', 'Default retainage percent', { view: 'CurrentDocument' }),
  money('CuryRetainageTotal', 'Original retainage', { view: 'CurrentDocument', readOnly: true }),
  money('CuryRetainageUnreleasedAmt', 'Unreleased retainage', { view: 'CurrentDocument', readOnly: true }),
  money('CuryOrigDocAmtWithRetainageTotal', 'Total amount with retainage', { view: 'CurrentDocument', readOnly: true }),
  text('OrigRefNbr', 'Original document', { view: 'CurrentDocument', readOnly: true }),
  rows('Details', 'Lines', billLine, { required: true }),
  rows('TaxDetails', 'Taxes', [
    text('TaxID', 'Tax'),
    quantity('TaxRate', 'Tax rate'),
    money('TaxableAmount', 'Taxable amount'),
    money('TaxAmount', 'Tax amount'),
  ]),
  status('`On Hold`, `Balanced`, `Pending Approval`, `Open`, `Closed`, …'),
  money('Amount', 'Amount', {
    readOnly: true,
    description: 'Payable amount, retainage taken off; calculated, compared after posting.',
  }),
  money('Balance', 'Balance', { readOnly: true, description: 'Zero once paid.' }),
  money('TaxTotal', 'Tax total', { readOnly: true }),
  lastModified,
  customFields,
];

const applied: readonly AcumaticaField[] = [
  text('DocType', 'Document type'),
  text('ReferenceNbr', 'Reference number'),
  money('AmountPaid', 'Amount paid'),
  money('Balance', 'Balance', { readOnly: true }),
];

/** AP payments. */
export const checkFields: readonly AcumaticaField[] = [
  recordId,
  text('Type', 'Type', {
    description: '`Payment` on current builds, `Check` on older ones: read it, never assume it.',
  }),
  text('ReferenceNbr', 'Reference number'),
  text('Vendor', 'Vendor', { required: true }),
  date('ApplicationDate', 'Application date'),
  text('CashAccount', 'Cash account'),
  text('PaymentMethod', 'Payment method'),
  text('PaymentRef', 'Payment ref.', { required: true, maxLength: 40, description: 'Check or transfer number.' }),
  text('CurrencyID', 'Currency'),
  money('PaymentAmount', 'Payment amount'),
  money('UnappliedBalance', 'Unapplied balance', { readOnly: true }),
  text('Description', 'Description', { maxLength: 256 }),
  flag('Hold', 'On hold'),
  status('`On Hold`, `Balanced`, `Open`, `Closed`, `Voided`, …'),
  rows('Details', 'Documents to apply', applied),
  rows(
    'History',
    'Application history',
    [...applied, text('VendorRef', 'Vendor ref.'), money('CashDiscountTaken', 'Cash discount taken')],
    { readOnly: true, description: 'Bills this payment paid, once it is released.' },
  ),
  lastModified,
];

/** Vendors. */
export const vendorFields: readonly AcumaticaField[] = [
  recordId,
  text('VendorID', 'Vendor ID', {
    maxLength: 30,
    description: 'Leave blank where vendors are numbered automatically.',
  }),
  text('VendorName', 'Vendor name', { required: true, maxLength: 255 }),
  text('LegalName', 'Legal name', { maxLength: 255, description: 'From endpoint version 22.200.001.' }),
  text('VendorClass', 'Vendor class'),
  text('Status', 'Status', { permitted: ['Active', 'Hold', 'Hold Payments', 'Inactive', 'One-Time'], assumed: true }),
  text('Terms', 'Terms'),
  text('PaymentMethod', 'Payment method'),
  text('CashAccount', 'Cash account'),
  text('CurrencyID', 'Currency'),
  flag('EnableCurrencyOverride', 'Enable currency override'),
  flag('EnableRateOverride', 'Enable rate override'),
  text('APAccount', 'AP account'),
  text('APSubaccount', 'AP subaccount'),
  text('TaxZone', 'Tax zone'),
  text('TaxRegistrationID', 'Tax registration ID'),
  text('AccountRef', 'Account ref.', { description: 'Our number at the vendor.' }),
  text('ParentAccount', 'Parent account'),
  flag('F1099Vendor', '1099 vendor'),
  text('F1099Box', '1099 box'),
  flag('ForeignEntity', 'Foreign entity'),
  flag('VendorIsLaborUnion', 'Labor union'),
  flag('VendorIsTaxAgency', 'Tax agency'),
  text('LocationName', 'Location name'),
  flag('PaySeparately', 'Pay separately'),
  whole('PaymentLeadTimedays', 'Payment lead time (days)'),
  linked('MainContact', 'Main contact', [
    text('Email', 'Email'),
    text('Phone1', 'Phone'),
    text('Attention', 'Attention'),
    text('FirstName', 'First name'),
    text('LastName', 'Last name'),
    text('WebSite', 'Web site'),
    linked('Address', 'Address', [
      text('AddressLine1', 'Address line 1'),
      text('AddressLine2', 'Address line 2'),
      text('City', 'City'),
      text('State', 'State'),
      text('PostalCode', 'Postal code'),
      text('Country', 'Country', { description: 'Two letters; Acumatica requires it on new vendors.' }),
    ]),
  ]),
  instant('CreatedDateTime', 'Created', { readOnly: true }),
  lastModified,
  customFields,
];

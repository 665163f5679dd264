/**
 * Accounts, subaccounts, account groups, journals, periods, companies.
 * @source OpenAPI and metadata of Default/24.200.001 (GL202500, GL203000, PM201000, GL301000, GL201100)
 */
import type { AcumaticaField } from '../codec.ts';
import { date, flag, instant, lastModified, money, quantity, recordId, rows, status, text, whole } from './fields.ts';

export const accountFields: readonly AcumaticaField[] = [
  recordId,
  text('AccountCD', 'Account', { example: '51200' }),
  whole('AccountID', 'Account ID', { readOnly: true, description: 'Internal number of the tenant.' }),
  text('Description', 'Description'),
  text('Type', 'Type', { permitted: ['Asset', 'Liability', 'Income', 'Expense'] }),
  text('AccountClass', 'Account class'),
  text('AccountGroup', 'Account group', { description: 'Needed where the account is used with projects.' }),
  flag('Active', 'Active'),
  flag('CashAccount', 'Cash account'),
  text('CurrencyID', 'Currency'),
  text('PostOption', 'Post option'),
  flag('RequireUnits', 'Require units'),
  flag('Secured', 'Secured'),
  text('TaxCategory', 'Tax category'),
  flag('UseDefaultSubaccount', 'Use default subaccount', {
    description: 'Acumatica replaces any subaccount that is sent.',
  }),
  text('ConsolidationAccount', 'Consolidation account'),
  whole('ChartOfAccountsOrder', 'Chart of accounts order'),
  instant('CreatedDateTime', 'Created', { readOnly: true }),
  lastModified,
];

export const subaccountFields: readonly AcumaticaField[] = [
  recordId,
  text('SubaccountCD', 'Subaccount'),
  whole('SubaccountID', 'Subaccount ID', { readOnly: true }),
  text('Description', 'Description'),
  flag('Active', 'Active'),
  flag('Secured', 'Secured'),
];

export const accountGroupFields: readonly AcumaticaField[] = [
  recordId,
  text('AccountGroupID', 'Account group'),
  text('Type', 'Type'),
  text('Description', 'Description'),
  flag('Active', 'Active'),
  flag('Expense', 'Expense'),
  text('DefaultAccountID', 'Default account'),
];

export const journalFields: readonly AcumaticaField[] = [
  recordId,
  text('Module', 'Module', { description: '`GL` for batches made through the API.' }),
  text('BatchNbr', 'Batch number'),
  text('BranchID', 'Branch'),
  text('LedgerID', 'Ledger'),
  text('CurrencyID', 'Currency'),
  date('TransactionDate', 'Transaction date', { required: true }),
  text('PostPeriod', 'Post period', { description: '`MMYYYY`; from the date where left blank.' }),
  text('Description', 'Description', {
    required: true,
    maxLength: 256,
    description: 'Finds the batch again: make it unique.',
  }),
  flag('Hold', 'On hold'),
  status('`On Hold`, `Balanced`, `Unposted`, `Posted`, …'),
  rows(
    'Details',
    'Lines',
    [
      text('BranchID', 'Branch'),
      text('Project', 'Project'),
      text('ProjectTask', 'Project task'),
      text('CostCode', 'Cost code'),
      text('Account', 'Account', { required: true }),
      text('Subaccount', 'Subaccount'),
      money('DebitAmount', 'Debit amount'),
      money('CreditAmount', 'Credit amount'),
      quantity('Qty', 'Quantity'),
      text('UOM', 'UOM'),
      text('ReferenceNbr', 'Ref. number'),
      text('TransactionDescription', 'Transaction description', { maxLength: 256 }),
      text('Description', 'Account description', { readOnly: true }),
      flag('NonBillable', 'Non-billable'),
      flag('IsNonPM', 'No project transaction'),
    ],
    { required: true },
  ),
  lastModified,
];

/** One period of a year, flattened with its company and year. */
export const periodFields: readonly AcumaticaField[] = [
  text('Company', 'Company'),
  text('FinancialYear', 'Financial year'),
  text('FinancialPeriodID', 'Period', { description: '`MMYYYY`', example: '032026' }),
  text('PeriodNbr', 'Period number'),
  text('Description', 'Description'),
  date('StartDate', 'Start date'),
  date('EndDate', 'End date'),
  text('Status', 'Status', { description: '`Open`, `Inactive`, `Closed`, `Locked`.' }),
  flag('AdjustmentPeriod', 'Adjustment period'),
  flag('ClosedInAP', 'Closed in AP'),
  flag('ClosedInAR', 'Closed in AR'),
];

/** A branch with its company. */
export const branchFields: readonly AcumaticaField[] = [
  text('CompanyID', 'Company'),
  text('CompanyName', 'Company name'),
  text('BranchID', 'Branch'),
  text('BranchName', 'Branch name'),
  flag('BranchStatus', 'Branch is active'),
];

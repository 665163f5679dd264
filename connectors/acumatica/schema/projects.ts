/**
 * Projects and their tasks, cost codes, purchase orders, subcontracts and change orders.
 * @source OpenAPI and metadata of Default/24.200.001 (PM301000, PM302000, PM209500, PO301000, SC301000, PM308000)
 */
import { type AcumaticaField, customFields } from '../codec.ts';
import { date, flag, lastModified, linked, money, quantity, recordId, rows, status, text, whole } from './fields.ts';

export const costCodeFields: readonly AcumaticaField[] = [
  recordId,
  text('CostCodeID', 'Cost code'),
  text('Description', 'Description'),
  lastModified,
];

export const projectFields: readonly AcumaticaField[] = [
  recordId,
  text('ProjectID', 'Project ID', { required: true, maxLength: 30 }),
  text('Description', 'Description', { maxLength: 255 }),
  text('Customer', 'Customer'),
  status('`In Planning`, `Active`, `Completed`, `Canceled`, `Suspended`.'),
  flag('Hold', 'On hold'),
  text('ProjectTemplateID', 'Template'),
  text('ExternalRefNbr', 'External ref. number', { description: 'The place for the Procore project number.' }),
  money('Income', 'Income', { readOnly: true }),
  money('Expenses', 'Expenses', { readOnly: true }),
  linked('ProjectProperties', 'Properties', [
    date('StartDate', 'Start date'),
    date('EndDate', 'End date'),
    text('ProjectManager', 'Project manager'),
    text('ProjectCurrency', 'Project currency'),
    flag('ChangeOrderWorkflow', 'Change order workflow'),
    text('CostBudgetLevel', 'Cost budget level'),
  ]),
  lastModified,
];

export const projectTaskFields: readonly AcumaticaField[] = [
  recordId,
  text('ProjectID', 'Project ID'),
  text('ProjectTaskID', 'Task ID'),
  text('Description', 'Description'),
  status('`In Planning`, `Active`, `Completed`, `Canceled`.'),
  flag('Default', 'Default'),
  text('ExternalRefNbr', 'External ref. number'),
  linked('VisibilitySettings', 'Visible in', [flag('AP', 'AP'), flag('GL', 'GL'), flag('PO', 'PO')]),
  lastModified,
];

const orderHeader: readonly AcumaticaField[] = [
  text('VendorID', 'Vendor', { required: true }),
  text('Location', 'Location'),
  text('VendorRef', 'Vendor ref.', {
    required: true,
    maxLength: 40,
    description: 'Number of the commitment in Procore; finds the order again.',
  }),
  date('Date', 'Date', { required: true }),
  text('Description', 'Description', { maxLength: 256 }),
  text('Branch', 'Branch'),
  text('Terms', 'Terms'),
  text('CurrencyID', 'Currency'),
  money('ControlTotal', 'Control total'),
];

const orderLine = (task: AcumaticaField): AcumaticaField[] => [
  whole('LineNbr', 'Line number'),
  text('InventoryID', 'Inventory ID'),
  text('BranchID', 'Branch'),
  text('Project', 'Project'),
  task,
  text('CostCode', 'Cost code'),
  text('Account', 'Account'),
  text('Subaccount', 'Subaccount'),
  text('LineDescription', 'Line description', { maxLength: 256 }),
  text('Description', 'Account description', { readOnly: true }),
  quantity('OrderQty', 'Order quantity'),
  text('UOM', 'UOM'),
  quantity('UnitCost', 'Unit cost'),
  money('ExtendedCost', 'Ext. cost', { required: true }),
  text('TaxCategory', 'Tax category'),
  flag('Completed', 'Completed'),
];

export const purchaseOrderFields: readonly AcumaticaField[] = [
  recordId,
  text('Type', 'Type', { description: '`Normal` where left blank.' }),
  text('OrderNbr', 'Order number'),
  ...orderHeader,
  date('PromisedOn', 'Promised on'),
  text('Project', 'Project'),
  flag('Hold', 'On hold'),
  status('`On Hold`, `Pending Approval`, `Open`, `Completed`, `Closed`, `Canceled`.'),
  money('OrderTotal', 'Order total', { readOnly: true }),
  money('LineTotal', 'Line total', { readOnly: true }),
  rows('Details', 'Lines', [...orderLine(text('ProjectTask', 'Project task')), flag('Cancelled', 'Cancelled')], {
    required: true,
  }),
  lastModified,
  customFields,
];

export const subcontractFields: readonly AcumaticaField[] = [
  recordId,
  text('SubcontractNbr', 'Subcontract number'),
  ...orderHeader,
  date('StartDate', 'Start date'),
  flag('ApplyRetainage', 'Apply retainage'),
  quantity('RetainagePct', 'Retainage percent'),
  status('`On Hold`, `Open`, `Completed`, `Closed`, `Canceled`.'),
  money('SubcontractTotal', 'Subcontract total', { readOnly: true }),
  money('LineTotal', 'Line total', { readOnly: true }),
  money('RetainageTotal', 'Retainage total', { readOnly: true }),
  rows(
    'Details',
    'Lines',
    [
      ...orderLine(text('Task', 'Project task')),
      quantity('RetainagePct', 'Retainage percent'),
      money('RetainageAmount', 'Retainage amount'),
      money('Amount', 'Amount', { readOnly: true }),
      flag('Canceled', 'Canceled'),
    ],
    { required: true },
  ),
  lastModified,
  customFields,
];

const budgetLine: readonly AcumaticaField[] = [
  text('ProjectTaskID', 'Project task'),
  text('AccountGroup', 'Account group'),
  text('CostCode', 'Cost code'),
  text('InventoryID', 'Inventory ID'),
  text('Description', 'Description'),
  quantity('Qty', 'Quantity'),
  text('UOM', 'UOM'),
  quantity('UnitRate', 'Unit rate'),
  money('Amount', 'Amount'),
];

export const changeOrderFields: readonly AcumaticaField[] = [
  recordId,
  text('RefNbr', 'Reference number'),
  text('Class', 'Class'),
  text('ProjectID', 'Project', { required: true }),
  date('ChangeDate', 'Change date'),
  date('CompletionDate', 'Completion date'),
  text('Description', 'Description', { maxLength: 256 }),
  text('DetailedDescription', 'Detailed description'),
  text('ExternalRefNbr', 'External ref. number', {
    required: true,
    maxLength: 30,
    description: 'Number in Procore; finds the change order again.',
  }),
  text('OriginalCORefNbr', 'Original change order', { readOnly: true, description: 'The one that this one reverses.' }),
  text('RevenueChangeNbr', 'Revenue change number'),
  whole('ContractTimeChangeDays', 'Contract time change (days)'),
  flag('Hold', 'On hold'),
  status('`On Hold`, `Pending Approval`, `Open`, `Closed`, `Rejected`.'),
  money('RevenueBudgetChangeTotal', 'Revenue budget change total', { readOnly: true }),
  money('CostBudgetChangeTotal', 'Cost budget change total', { readOnly: true }),
  money('CommitmentsChangeTotal', 'Commitments change total', { readOnly: true }),
  rows('CostBudget', 'Cost budget', budgetLine),
  rows('RevenueBudget', 'Revenue budget', budgetLine),
  rows('Commitments', 'Commitments', [
    text('POType', 'Commitment type', {
      description: '`Normal` for purchase orders, `Subcontract` for subcontracts. From endpoint version 22.200.001.',
    }),
    text('PONbr', 'Commitment number', { description: 'Empty: releasing makes a new commitment of the vendor.' }),
    whole('POLineNbr', 'Commitment line', { description: 'Empty: releasing adds a line to the commitment.' }),
    text('Vendor', 'Vendor', { description: 'That of the commitment where its number is given.' }),
    text('ProjectTaskID', 'Project task'),
    text('CostCode', 'Cost code'),
    text('Account', 'Account'),
    text('InventoryID', 'Inventory ID'),
    text('Description', 'Description', { maxLength: 256 }),
    quantity('Qty', 'Quantity', { description: 'How much more or, negative, less is ordered.' }),
    text('UOM', 'UOM'),
    quantity('UnitCost', 'Unit cost'),
    money('Amount', 'Amount', { description: 'The change; negative where the commitment becomes smaller.' }),
    text('LineDescription', 'Description of the commitment line', { readOnly: true }),
    money('LineAmount', 'Amount of the commitment line', { readOnly: true }),
    money('PotentiallyRevisedAmount', 'Potentially revised amount', { readOnly: true }),
    text('Status', 'Status', {
      readOnly: true,
      description: '`Update`, `New Line`, `New Document`, `Reopen`: what releasing does to the commitment.',
    }),
  ]),
  lastModified,
];

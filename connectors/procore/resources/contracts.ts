/**
 * Commitments: purchase order and work order contracts with their schedule of values, and prime contracts.
 * @source https://developers.procore.com/reference/rest/purchase-order-contracts, …/work-order-contracts, …/prime-contracts (2026-05)
 */
import type { Resource } from '../../../engine/model/connector.ts';
import type { FieldSchema } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asText } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import {
  attachments,
  boolean,
  contractLineFields,
  currency,
  customFields,
  date,
  decimal,
  id,
  instant,
  list,
  money,
  originCode,
  originFields,
  projectId,
  readOnly,
  record,
  reference,
  stamps,
  text,
} from '../fields.ts';
import { overlapHours } from '../overlap.ts';
import { getOne, projectRead, wholeRows } from '../reading.ts';
import { originOption } from '../writing.ts';
import { type ContractKind, contractWrites } from './contract-writes.ts';
import { primeFields } from './prime-fields.ts';

const permitted = {
  purchase_order: ['Draft', 'Processing', 'Submitted', 'Partially Received', 'Received', 'Approved', 'Closed'],
  work_order: ['Draft', 'Out For Bid', 'Out For Signature', 'Approved', 'Complete', 'Terminated', 'Void'],
} as const;

const own: Record<'purchase_order' | 'work_order', readonly FieldSchema[]> = {
  purchase_order: [
    date('delivery_date', 'Delivery date'),
    text('payment_terms', 'Payment terms'),
    text('bill_to_address', 'Bill to'),
    text('ship_to_address', 'Ship to'),
    text('ship_via', 'Ship via'),
    reference('assignee', 'Assignee'),
  ],
  work_order: [
    date('contract_start_date', 'Start date'),
    date('signed_contract_received_date', 'Signed contract received'),
    date('contract_estimated_completion_date', 'Estimated completion'),
    date('actual_completion_date', 'Actual completion'),
    text('inclusions', 'Inclusions'),
    text('exclusions', 'Exclusions'),
  ],
};

const shownOnly = { description: 'Change orders by the company’s number of tiers.' };

/** What hangs under a contract, as far as the company's tiers and the account's rights show it. */
const under: readonly FieldSchema[] = [
  ['change_order_packages', 'Change order packages'],
  ['change_order_requests', 'Change order requests'],
  ['potential_change_orders', 'Potential change orders'],
].map(([name = '', label = '']) =>
  readOnly(
    list(
      name,
      label,
      [text('id', 'Id'), text('number', 'Number'), text('title', 'Title'), text('status', 'Status')],
      shownOnly,
    ),
  ),
);

const paymentsIssued = readOnly(
  list('payments_issued', 'Payments issued', [
    text('id', 'Id'),
    money('amount', 'Amount'),
    date('date', 'Date'),
    text('check_number', 'Check number'),
    text('invoice_number', 'Invoice number'),
    text('payment_number', 'Payment number'),
    text('notes', 'Notes'),
    text('origin_id', 'Origin id'),
  ]),
);

const common = (kind: 'purchase_order' | 'work_order'): readonly FieldSchema[] => [
  id,
  projectId,
  text('number', 'Number', { required: true }),
  text('title', 'Title'),
  text('description', 'Description'),
  text('status', 'Status', {
    readOnly: true,
    permitted: permitted[kind],
    description: 'New contracts are drafts, because approved ones are locked; releasing approves them.',
  }),
  boolean('executed', 'Executed'),
  boolean('private', 'Private'),
  text('accounting_method', 'Accounting method', { permitted: ['amount', 'unit'] }),
  readOnly(
    record('vendor', 'Vendor', [
      text('id', 'Id'),
      text('company', 'Name'),
      text('origin_id', 'Origin id'),
      text('origin_data', 'Origin data'),
    ]),
  ),
  text('vendor_id', 'Vendor id', { required: true }),
  reference('project', 'Project'),
  readOnly(money('grand_total', 'Original amount')),
  readOnly(money('approved_change_orders', 'Approved change orders')),
  readOnly(money('pending_change_orders', 'Pending change orders')),
  readOnly(money('draft_change_orders_amount', 'Draft change orders')),
  readOnly(money('revised_contract', 'Revised amount')),
  readOnly(money('pending_revised_contract', 'Revised amount with pending')),
  readOnly(money('total_requisitions_amount', 'Invoiced')),
  readOnly(money('total_payments', 'Paid')),
  readOnly(money('total_draw_requests_amount', 'Draw requests')),
  readOnly(money('remaining_balance_outstanding', 'Outstanding')),
  readOnly(decimal('percentage_paid', 'Percent paid')),
  decimal('retainage_percent', 'Retainage percent'),
  readOnly(boolean('requisitions_are_enabled', 'Invoices are enabled')),
  readOnly(
    text('billing_schedule_of_values_status', 'Subcontractor schedule status', {
      permitted: ['draft', 'under_review', 'revise_and_submit', 'approved'],
    }),
  ),
  date('contract_date', 'Contract date'),
  date('issued_on_date', 'Issued on'),
  date('execution_date', 'Executed on'),
  date('letter_of_intent_date', 'Letter of intent'),
  date('returned_date', 'Returned'),
  text('approval_letter_date', 'Approval letter', { description: 'Not a date to Procore, but text.' }),
  ...own[kind],
  ...originFields,
  originCode,
  list('line_items', 'Schedule of values', contractLineFields),
  ...under,
  paymentsIssued,
  attachments,
  readOnly(text('created_by_id', 'Created by, id')),
  readOnly(
    list('invoice_contacts', 'Invoice contacts', [text('id', 'Id'), text('name', 'Name'), text('login', 'Login')]),
  ),
  text('currency_iso_code', 'Currency, for writing'),
  decimal('currency_exchange_rate', 'Exchange rate, for writing'),
  customFields,
  currency,
  ...stamps,
  readOnly(instant('deleted_at', 'Deleted at')),
];

/**
 * Whole contracts: the list carries no lines, change orders, payments, files and origin of the vendor. One call gives them all;
 * no list of Procore's has the lines of several contracts.
 */
const wholeContracts = (base: string, what: string) =>
  wholeRows((row, projectId) => {
    const contractId = asText(row.id) ?? '';
    return {
      path: path`/rest/v1.0/${base}/${contractId}`,
      operation: `read ${what} ${asText(row.number) ?? contractId}`,
      query: { project_id: projectId },
    };
  });

function contracts(kind: 'purchase_order' | 'work_order', resourceId: string, title: string): Resource<ProcoreClient> {
  const base = `${kind}_contracts`;
  const fields = common(kind);
  const declaration = {
    id: resourceId,
    title,
    description:
      'Contracts of each project with their schedule of values. Written as draft, then lines, then approved by releasing.',
    source: `https://developers.procore.com/reference/rest/${base.replaceAll('_', '-')}`,
    scope: 'project',
    fields,
    key: { fields: ['project_id', 'number'], normalize: 'exact' },
    amount: {
      field: 'grand_total',
      currencyField: 'currency_configuration.currency_iso_code',
      lines: { list: 'line_items', field: 'amount' },
    },
    roles: {
      date: 'contract_date',
      vendor: 'vendor_id',
      number: 'number',
      lines: 'line_items',
      project: 'project_id',
      lineDescription: 'description',
    },
    pushable: ['status', 'origin_id'],
    incremental: true,
    overlapHours,
    options: [originOption('Procore shows the contract as synced; only one integration may own the origin id.')],
  } as const;
  const write: ContractKind = { base, single: base, listed: { view: 'extended' }, wrapper: `${kind}_contract`, fields };
  const list = {
    path: () => `/rest/v1.0/${base}`,
    query: (projectId: string) => ({ project_id: projectId, view: 'extended' }),
    filters: { status: 'filters[status]', origin_id: 'filters[origin_id]' },
    label: 'number',
    complete: wholeContracts(base, 'contract'),
  };
  return defineResource({
    ...declaration,
    read: projectRead(declaration, list),
    get: getOne(declaration, {
      path: (contractId) => path`/rest/v1.0/${base}/${contractId}`,
      query: (projectId) => ({ project_id: projectId }),
      label: 'number',
    }),
    ...contractWrites(write),
  });
}

/** Purchase orders. */
export const purchaseOrderContracts = contracts(
  'purchase_order',
  'purchase-order-contracts',
  'Purchase order contracts',
);
/** Subcontracts. */
export const workOrderContracts = contracts(
  'work_order',
  'work-order-contracts',
  'Work order contracts (subcontracts)',
);

const prime = {
  id: 'prime-contracts',
  title: 'Prime contracts',
  description:
    'Contracts with the owner and their schedule of values. A project may have several. Written as draft, then lines, then approved by releasing.',
  source: 'https://developers.procore.com/reference/rest/prime-contracts',
  scope: 'project',
  incremental: true,
  overlapHours,
  fields: primeFields,
  key: { fields: ['project_id', 'number'], normalize: 'exact' },
  amount: {
    field: 'grand_total',
    currencyField: 'currency_configuration.currency_iso_code',
    lines: { list: 'line_items', field: 'amount' },
  },
  roles: {
    date: 'contract_date',
    number: 'number',
    lines: 'line_items',
    project: 'project_id',
    lineDescription: 'description',
  },
  options: [originOption('Procore shows the contract as synced; only one integration may own the origin id.')],
} as const;

/** Contracts with the owner. The list is plural, a single one singular. */
export const primeContracts: Resource<ProcoreClient> = defineResource({
  ...prime,
  read: projectRead(prime, {
    path: () => '/rest/v1.0/prime_contracts',
    query: (projectId) => ({ project_id: projectId }),
    label: 'number',
    // The list carries no totals beside the original and the approved ones.
    complete: wholeContracts('prime_contract', 'prime contract'),
  }),
  get: getOne(prime, {
    path: (contractId) => path`/rest/v1.0/prime_contract/${contractId}`,
    query: (projectId) => ({ project_id: projectId }),
    label: 'number',
  }),
  ...contractWrites({
    base: 'prime_contracts',
    single: 'prime_contract',
    listed: {},
    wrapper: 'prime_contract',
    fields: primeFields,
  }),
});

/** Payments, purchase orders, subcontracts, change orders and journals. */
import type { Resource, ResourceDeclaration } from '../../../engine/model/connector.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import type { AcumaticaClient } from '../client.ts';
import { journalFields } from '../schema/ledger.ts';
import { checkFields } from '../schema/payables.ts';
import { changeOrderFields, purchaseOrderFields, subcontractFields } from '../schema/projects.ts';
import { attachmentsField } from './files.ts';
import { getEntity, readEntity } from './reading.ts';
import {
  byAction,
  createDocument,
  type DocumentSpec,
  findByFields,
  holdOption,
  type ReleaseStep,
  releaseDocument,
  removeHold,
  updateDocument,
} from './writing.ts';

type Declared = Pick<ResourceDeclaration, 'title' | 'description' | 'key' | 'amount' | 'roles' | 'source' | 'assumed'>;

/** A document that is found by equality of its key fields. */
const documentResource = (
  spec: DocumentSpec,
  declared: Declared,
  steps: readonly ReleaseStep[],
): Resource<AcumaticaClient> =>
  defineResource<AcumaticaClient>({
    ...declared,
    id: spec.resource,
    scope: 'company',
    fields: [...spec.fields, attachmentsField],
    incremental: spec.incremental,
    ...(spec.pushable === undefined ? {} : { pushable: spec.pushable }),
    ...(spec.hasHold ? { options: [holdOption] } : {}),
    read: (client, request) => readEntity(client, spec, request),
    get: (client, id) => getEntity(client, spec, id),
    find: (client, value) => findByFields(client, spec, pick(value, declared.key?.fields ?? [])),
    create: (client, value, options) => createDocument(client, spec, value, options),
    update: (client, id, value) => updateDocument(client, spec, id, value),
    ...(steps.length === 0
      ? {}
      : { release: (client: AcumaticaClient, id: string) => releaseDocument(client, spec, id, steps) }),
  });

const pick = (value: Fields, names: readonly string[]): Record<string, Fields[string] | undefined> =>
  Object.fromEntries(names.map((name) => [name, value[name]]));

const source = 'OpenAPI of Default/24.200.001 (read 2026-11)';
const draft = new Set(['On Hold', 'Pending Approval', 'Rejected', 'Balanced']);

const checkSpec: DocumentSpec = {
  entity: 'Check',
  resource: 'checks',
  keys: ['Type', 'ReferenceNbr'],
  number: 'ReferenceNbr',
  word: 'payment',
  fields: checkFields,
  expand: ['Details', 'History'],
  pushable: ['Type', 'Vendor', 'Status'],
  incremental: true,
  label: 'PaymentRef',
  defaults: { Type: 'Payment' },
  hasHold: true,
  editable: draft,
  released: new Set(['Open', 'Closed', 'Voided', 'Printed']),
  lists: ['Details'],
  screen: 'AP302000',
};

const checks = documentResource(
  checkSpec,
  {
    title: 'Payments (AP checks)',
    description: 'Vendor payments with the bills they paid, for writing payment status back.',
    source,
    key: { fields: ['Vendor', 'PaymentRef'], normalize: 'exact' },
    amount: { field: 'PaymentAmount', currencyField: 'CurrencyID' },
    roles: { date: 'ApplicationDate', vendor: 'Vendor', number: 'PaymentRef', lines: 'Details' },
  },
  [removeHold(checkSpec), byAction(checkSpec, 'ReleaseCheck', ['Balanced'], 'release')],
);

const orderRoles = {
  date: 'Date',
  vendor: 'VendorID',
  number: 'VendorRef',
  lines: 'Details',
  account: 'Account',
  project: 'Project',
  lineDescription: 'LineDescription',
};

const purchaseOrderSpec: DocumentSpec = {
  entity: 'PurchaseOrder',
  resource: 'purchase-orders',
  keys: ['Type', 'OrderNbr'],
  number: 'OrderNbr',
  word: 'purchase order',
  fields: purchaseOrderFields,
  expand: ['Details'],
  incremental: true,
  defaults: { Type: 'Normal' },
  hasHold: true,
  editable: new Set(['On Hold', 'Pending Approval', 'Rejected', 'Open']),
  released: new Set(['Open', 'Completed', 'Closed']),
  lists: ['Details'],
  screen: 'PO301000',
};

const purchaseOrders = documentResource(
  purchaseOrderSpec,
  {
    title: 'Purchase orders',
    description: 'Purchase orders with their lines.',
    source,
    key: { fields: ['VendorID', 'VendorRef'], normalize: 'exact' },
    amount: { field: 'OrderTotal', currencyField: 'CurrencyID', lines: { list: 'Details', field: 'ExtendedCost' } },
    roles: orderRoles,
  },
  [removeHold(purchaseOrderSpec)],
);

const subcontractSpec: DocumentSpec = {
  entity: 'Subcontract',
  resource: 'subcontracts',
  keys: ['SubcontractNbr'],
  number: 'SubcontractNbr',
  word: 'subcontract',
  fields: subcontractFields,
  expand: ['Details'],
  incremental: true,
  defaults: {},
  hasHold: false,
  editable: new Set(['On Hold', 'Pending Approval', 'Rejected', 'Open']),
  released: new Set(['Open', 'Completed', 'Closed']),
  lists: ['Details'],
  screen: 'SC301000',
};

const subcontracts = documentResource(
  subcontractSpec,
  {
    title: 'Subcontracts',
    description: 'Subcontracts with their lines. From endpoint version 23.200.001.',
    source,
    key: { fields: ['VendorID', 'VendorRef'], normalize: 'exact' },
    amount: {
      field: 'SubcontractTotal',
      currencyField: 'CurrencyID',
      lines: { list: 'Details', field: 'ExtendedCost' },
    },
    roles: orderRoles,
  },
  [byAction(subcontractSpec, 'ReleaseFromHold', ['On Hold'], 'release')],
);

const changeOrderSpec: DocumentSpec = {
  entity: 'ChangeOrder',
  resource: 'change-orders',
  keys: ['RefNbr'],
  number: 'RefNbr',
  word: 'change order',
  fields: changeOrderFields,
  expand: ['CostBudget', 'RevenueBudget', 'Commitments'],
  pushable: ['ProjectID', 'Status'],
  incremental: true,
  defaults: {},
  hasHold: true,
  editable: new Set(['On Hold', 'Pending Approval', 'Rejected', 'Open']),
  released: new Set(['Closed']),
  lists: ['CostBudget', 'RevenueBudget', 'Commitments'],
  screen: 'PM308000',
};

const changeOrders = documentResource(
  changeOrderSpec,
  {
    title: 'Change orders',
    description: 'Changes of project budgets and commitments.',
    source,
    key: { fields: ['ProjectID', 'ExternalRefNbr'], normalize: 'exact' },
    amount: { field: 'CommitmentsChangeTotal', lines: { list: 'Commitments', field: 'Amount' } },
    roles: {
      date: 'ChangeDate',
      number: 'ExternalRefNbr',
      project: 'ProjectID',
      lines: 'Commitments',
      account: 'Account',
    },
  },
  [
    byAction(changeOrderSpec, 'RemoveChangeOrderFromHold', ['On Hold'], 'take off hold'),
    byAction(changeOrderSpec, 'ReleaseChangeOrder', ['Open'], 'release'),
  ],
);

const journalSpec: DocumentSpec = {
  entity: 'JournalTransaction',
  resource: 'journal-transactions',
  keys: ['Module', 'BatchNbr'],
  number: 'BatchNbr',
  word: 'journal transaction',
  fields: journalFields,
  expand: ['Details'],
  pushable: ['Module', 'Status', 'PostPeriod'],
  incremental: true,
  defaults: { Module: 'GL' },
  hasHold: true,
  editable: draft,
  released: new Set(['Posted', 'Unposted']),
  lists: ['Details'],
  screen: 'GL301000',
};

const journals = documentResource(
  journalSpec,
  {
    title: 'Journal transactions',
    description: 'General-ledger batches. They must balance to leave hold.',
    source,
    key: { fields: ['Description'], normalize: 'exact' },
    roles: {
      date: 'TransactionDate',
      number: 'Description',
      lines: 'Details',
      account: 'Account',
      project: 'Project',
      lineDescription: 'TransactionDescription',
    },
  },
  [removeHold(journalSpec), byAction(journalSpec, 'ReleaseJournalTransaction', ['Balanced'], 'release')],
);

/** Document resources beside bills. */
export const documents: readonly Resource<AcumaticaClient>[] = [
  checks,
  purchaseOrders,
  subcontracts,
  changeOrders,
  journals,
];

/** Payments, purchase orders, subcontracts, change orders and journals. */
import type { Resource, ResourceDeclaration, WriteOptionDeclaration } from '../../../engine/model/connector.ts';
import type { Fields } from '../../../engine/model/record.ts';
import type { UpdateDeclaration } from '../../../engine/model/updates.ts';
import { defineResource } from '../../kit/define.ts';
import type { AcumaticaClient } from '../client.ts';
import { journalFields } from '../schema/ledger.ts';
import { checkFields } from '../schema/payables.ts';
import { changeOrderFields, purchaseOrderFields, subcontractFields } from '../schema/projects.ts';
import { attachmentsField, attachOnce } from './files.ts';
import { type Extendable, extendable } from './own-fields.ts';
import { getEntity, readEntity } from './reading.ts';
import {
  byAction,
  createDocument,
  type DocumentSpec,
  findByFields,
  holdOption,
  putOnHold,
  type ReleaseStep,
  releaseDocument,
  removeHold,
  reopenOption,
  updateDocument,
} from './writing.ts';

type Declared = Pick<ResourceDeclaration, 'title' | 'description' | 'key' | 'amount' | 'roles' | 'source' | 'assumed'>;

/** A document with what is declared of it, also with own fields. */
const documentKind = (spec: DocumentSpec, declared: Declared, steps: readonly ReleaseStep[]): Extendable =>
  extendable(spec, { title: declared.title, description: declared.description }, (variant, words) =>
    documentResource(variant, { ...declared, ...words }, steps),
  );

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
    ...optionsOf(spec),
    ...(spec.updates === undefined ? {} : { updates: spec.updates }),
    read: (client, request) => readEntity(client, spec, request),
    get: (client, id) => getEntity(client, spec, id),
    find: (client, value) => findByFields(client, spec, pick(value, declared.key?.fields ?? [])),
    create: (client, value, options) => createDocument(client, spec, value, options),
    update: (client, id, value, options) => updateDocument(client, spec, id, value, options),
    attach: (client, id, file) => attachOnce(client, spec, id, file),
    ...(steps.length === 0
      ? {}
      : { release: (client: AcumaticaClient, id: string) => releaseDocument(client, spec, id, steps) }),
  });

function optionsOf(spec: DocumentSpec): { options?: readonly WriteOptionDeclaration[] } {
  const options = [...(spec.hasHold ? [holdOption] : []), ...(spec.reopen === undefined ? [] : [reopenOption])];
  return options.length === 0 ? {} : { options };
}

/**
 * What may be changed of an order: all of it on hold; open, only that a line is done with, unless it may be put on hold again.
 * @param canceled the entity's spelling of the flag.
 */
const orderUpdates = (task: string, canceled: string): UpdateDeclaration => ({
  source: 'User Guide 2026 R1, forms PO301000 and SC301000: statuses; what stays editable in Open is assumed',
  assumed: true,
  rules: [
    { statuses: ['On Hold'], fields: 'all' },
    {
      statuses: ['Open', 'Pending Approval', 'Rejected', 'Pending Printing', 'Pending Email'],
      fields: 'all',
      option: reopenOption.name,
    },
    { statuses: ['Open'], fields: ['Details.Completed', `Details.${canceled}`] },
  ],
  lines: [
    {
      list: 'Details',
      number: 'LineNbr',
      match: ['Project', task, 'CostCode', 'InventoryID', 'LineDescription'],
      closedBy: ['Completed', canceled],
    },
  ],
});

const budgetMatch = ['ProjectTaskID', 'AccountGroup', 'CostCode', 'InventoryID'];

/** What may be changed of a change order: nothing once it is closed, for then it can only be reversed. */
const changeOrderUpdates: UpdateDeclaration = {
  source: 'OpenAPI of Default/24.200.001: HoldChangeOrder, ReverseChangeOrder; what is locked in Open is assumed',
  assumed: true,
  rules: [
    { statuses: ['On Hold'], fields: 'all' },
    { statuses: ['Open', 'Pending Approval', 'Rejected'], fields: 'all', option: reopenOption.name },
  ],
  lines: [
    { list: 'CostBudget', match: budgetMatch, closedBy: [] },
    { list: 'RevenueBudget', match: budgetMatch, closedBy: [] },
    { list: 'Commitments', match: ['POType', 'PONbr', 'POLineNbr', 'CostCode', 'Description'], closedBy: [] },
  ],
};

const pick = (value: Fields, names: readonly string[]): Record<string, Fields[string] | undefined> =>
  Object.fromEntries(names.map((name) => [name, value[name]]));

const source = 'OpenAPI of Default/24.200.001 (read 2026-11)';
const draft = new Set(['On Hold', 'Pending Approval', 'Rejected', 'Balanced']);

/** How payments are read and written. */
export const checkSpec: DocumentSpec = {
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
  // A document that voids a payment repeats its reference.
  counts: ({ Type }) => typeof Type !== 'string' || !Type.startsWith('Voided'),
};

/** The way of a payment from hold to the ledger. */
export const checkReleaseSteps = [removeHold(checkSpec), byAction(checkSpec, 'ReleaseCheck', ['Balanced'], 'release')];

const checks = documentKind(
  checkSpec,
  {
    title: 'Payments (AP checks)',
    description: 'Vendor payments with the bills they paid, for writing payment status back.',
    source,
    key: { fields: ['Vendor', 'PaymentRef'], normalize: 'exact' },
    amount: { field: 'PaymentAmount', currencyField: 'CurrencyID' },
    roles: { date: 'ApplicationDate', vendor: 'Vendor', number: 'PaymentRef', lines: 'Details' },
  },
  checkReleaseSteps,
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
  doubtfulFilters: 'VendorID',
  expand: ['Details'],
  incremental: true,
  defaults: { Type: 'Normal' },
  hasHold: true,
  editable: new Set(['On Hold', 'Pending Approval', 'Rejected', 'Open']),
  released: new Set(['Open', 'Completed', 'Closed']),
  lists: ['Details'],
  screen: 'PO301000',
  updates: orderUpdates('ProjectTask', 'Cancelled'),
  reopen: (client, document) => putOnHold(purchaseOrderSpec, client, document),
};

const purchaseOrders = documentKind(
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
  updates: orderUpdates('Task', 'Canceled'),
  reopen: (client, document) => byAction(subcontractSpec, 'PutOnHold', [], 'put on hold').run(client, document),
};

const subcontracts = documentKind(
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

/**
 * Whether the endpoint has the actions that put change orders on hold and take them off it: before 22.200.001 their flag is written.
 * @source endpoint metadata of Default/20.200.001 and Default/22.200.001
 */
const hasHoldActions = ({ settings: { endpointName, endpointVersion } }: AcumaticaClient): boolean =>
  endpointName !== 'Default' || Number(endpointVersion.split('.')[0]) >= 22;

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
  updates: changeOrderUpdates,
  reopen: (client, document) =>
    hasHoldActions(client)
      ? byAction(changeOrderSpec, 'HoldChangeOrder', [], 'put on hold').run(client, document)
      : putOnHold(changeOrderSpec, client, document),
};

const changeOrders = documentKind(
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
    {
      when: new Set(['On Hold']),
      run: (client, document) =>
        hasHoldActions(client)
          ? byAction(changeOrderSpec, 'RemoveChangeOrderFromHold', [], 'take off hold').run(client, document)
          : removeHold(changeOrderSpec).run(client, document),
    },
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

const journals = documentKind(
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

/** Document resources beside bills, also with own fields. */
export const extendableDocuments: readonly Extendable[] = [
  checks,
  purchaseOrders,
  subcontracts,
  changeOrders,
  journals,
];

/** Document resources beside bills. */
export const documents: readonly Resource<AcumaticaClient>[] = extendableDocuments.map(({ plain }) => plain);

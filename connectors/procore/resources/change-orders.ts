/**
 * Change orders: packages (all tiers, with origin fields), and the newer endpoints for commitments and prime contracts.
 * @source https://developers.procore.com/documentation/tutorial-change-orders, REF change-order-packages (2026-05)
 */
import type { Resource } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { FieldSchema, Fields, Scope } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asFields, asList, asText } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import {
  attachments,
  boolean,
  contractLineFields,
  currency,
  customFields,
  date,
  id,
  instant,
  integer,
  list,
  money,
  originCode,
  originFields,
  person,
  projectId,
  readOnly,
  reference,
  stamps,
  text,
} from '../fields.ts';
import { overlapHours } from '../overlap.ts';
import { cachedList } from '../pages.ts';
import { getOne, type ListDescription, projectRead, wholeRows } from '../reading.ts';
import { originOption } from '../writing.ts';
import { type ChangeOrderKind, changeOrderLines } from './change-order-lines.ts';
import { changeOrderWrites } from './change-order-writes.ts';
import { packageWrites, writtenPackage } from './package-writes.ts';

const statuses = [
  'draft',
  'not_pricing',
  'pricing',
  'pending',
  'revised',
  'proceeding',
  'not_proceeding',
  'no_charge',
  'approved',
  'rejected',
  'void',
  'pending_billable',
];

const common: readonly FieldSchema[] = [
  id,
  projectId,
  text('contract_id', 'Contract id'),
  text('number', 'Number'),
  integer('revision', 'Revision'),
  text('title', 'Title'),
  text('description', 'Description'),
  text('type', 'Kind'),
  text('status', 'Status', { permitted: statuses }),
  boolean('executed', 'Executed'),
  boolean('private', 'Private'),
  money('grand_total', 'Amount'),
  date('due_date', 'Due date'),
  date('invoiced_date', 'Invoiced'),
  date('paid_date', 'Paid on'),
  instant('reviewed_at', 'Reviewed', { readOnly: true }),
  date('signed_change_order_received_date', 'Signed change order received'),
  integer('schedule_impact_amount', 'Schedule impact in days'),
  person('designated_reviewer', 'Designated reviewer'),
  list('line_items', 'Lines', [
    ...contractLineFields,
    readOnly(list('markup_line_items', 'Markups', [], { description: 'Only of change order packages.' })),
  ]),
  currency,
  ...stamps,
];

const packageFields = writtenPackage([
  ...common,
  text('review_notes', 'Review notes'),
  text('created_by_id', 'Created by, id'),
  ...originFields,
  originCode,
  customFields,
  instant('deleted_at', 'Deleted at'),
]);

const packages = {
  id: 'change-order-packages',
  title: 'Change order packages',
  description:
    'Change orders of commitments and prime contracts in any tier, with lines. Written as draft with one amount, then approved by releasing.',
  source: 'https://developers.procore.com/reference/rest/change-order-packages',
  scope: 'project',
  fields: packageFields,
  key: { fields: ['contract_id', 'title'], normalize: 'exact' },
  amount: {
    field: 'grand_total',
    currencyField: 'currency_configuration.currency_iso_code',
    lines: { list: 'line_items', field: 'total_amount' },
  },
  roles: { approval: 'status', number: 'number', lines: 'line_items', lineDescription: 'description' },
  pushable: ['contract_id'],
  incremental: true,
  overlapHours,
  options: [originOption('Only one integration may own the origin id of a change order.')],
} as const;

const inProject = (projectId: string) => ({ project_id: projectId });

/** Lines come with a single package only. */
const withInlineLines = wholeRows((row, projectId) => ({
  path: path`/rest/v1.0/change_order_packages/${asText(row.id) ?? ''}`,
  operation: `read change order ${asText(row.number) ?? ''}`,
  query: inProject(projectId),
}));

/** Change order packages. */
export const changeOrderPackages: Resource<ProcoreClient> = defineResource({
  ...packages,
  read: projectRead(packages, {
    path: () => '/rest/v1.0/change_order_packages',
    query: inProject,
    filters: { contract_id: 'contract_id' },
    label: 'number',
    complete: withInlineLines,
  }),
  get: getOne(packages, {
    path: (packageId) => path`/rest/v1.0/change_order_packages/${packageId}`,
    query: inProject,
    label: 'number',
  }),
  ...packageWrites(packageFields),
});

const newer: readonly FieldSchema[] = [
  ...common,
  text('batch_id', 'Batch id'),
  text('legacy_package_id', 'Package id'),
  text('legacy_request_id', 'Request id'),
  boolean('paid', 'Paid'),
  boolean('signature_required', 'Signature required'),
  person('created_by', 'Created by'),
  person('received_from', 'Received from'),
  person('reviewed_by', 'Reviewed by'),
  reference('change_order_change_reason', 'Reason', [text('change_reason', 'Reason')]),
  text('reference', 'Reference'),
  boolean('field_change', 'Change in the field'),
  text('location_id', 'Location id'),
  readOnly(date('revised_substantial_completion_date', 'Substantial completion, revised')),
  attachments,
];

const withLines =
  (kind: ChangeOrderKind) =>
  (client: ProcoreClient, rows: Fields[], scope: Scope, signal: AbortSignal): Promise<Fields[]> =>
    Promise.all(
      rows.map(async (row) => {
        const changeId = asText(row.id) ?? '';
        const what = `change order ${asText(row.number) ?? changeId}`;
        return { ...row, line_items: await changeOrderLines(client, kind, changeId, what, scope, signal) };
      }),
    );

/**
 * Packages in the shape of the newer endpoints, which do not serve projects with three tiers. A package does not say what kind of
 * contract it belongs to; `contracts` is the list of those that are meant.
 * @source https://developers.procore.com/documentation/tutorial-change-orders (2026-06)
 */
const packagesOf = (contracts: string): ListDescription => ({
  path: () => '/rest/v1.0/change_order_packages',
  query: inProject,
  filters: { contract_id: 'contract_id' },
  label: 'number',
  expand: async (client, row, scope, signal) => {
    const listing = {
      path: contracts,
      operation: 'list the contracts of the change orders',
      query: inProject(scope.id),
    };
    const known = await cachedList(client, listing, signal);
    return known.has(asText(row.contract_id) ?? '') ? [{ ...row, legacy_package_id: row.id ?? null }] : [];
  },
  complete: async (client, rows, scope, signal) =>
    (await withInlineLines(client, rows, scope, signal)).map((row) =>
      row instanceof AppError ? row : withAmounts(row),
    ),
});

/** Lines of packages name their amount in full. */
const withAmounts = (row: Fields): Fields => ({
  ...row,
  line_items: (asList(row.line_items) ?? []).map((given) => {
    const line = asFields(given) ?? {};
    return { ...line, amount: line.amount ?? line.total_amount ?? null };
  }),
});

function changeOrders(
  base: ChangeOrderKind,
  resourceId: string,
  title: string,
  fields: readonly FieldSchema[],
  contracts: string,
): Resource<ProcoreClient> {
  const written = 'Written as draft, then lines, then approved by releasing. They have no origin id.';
  const declaration = {
    id: resourceId,
    title,
    description: `In projects with three tiers, where Procore has no such list, they are read from the change order packages. ${written}`,
    source: `https://developers.procore.com/reference/rest/${resourceId}`,
    scope: 'project',
    fields,
    key: { fields: ['contract_id', 'number'], normalize: 'exact' },
    amount: {
      field: 'grand_total',
      currencyField: 'currency_configuration.currency_iso_code',
      lines: { list: 'line_items', field: 'amount' },
    },
    roles: { approval: 'status', number: 'number', lines: 'line_items', lineDescription: 'description' },
    pushable: ['status', 'contract_id'],
    incremental: true,
    overlapHours,
  } as const;
  return defineResource({
    ...declaration,
    read: projectRead(declaration, {
      path: (projectId) => path`/rest/v1.0/projects/${projectId}/${base}`,
      paged: false,
      filters: { status: 'filters[status]', contract_id: 'filters[contract_id]' },
      label: 'number',
      complete: withLines(base),
      instead: packagesOf(contracts),
    }),
    get: getOne(declaration, {
      path: (changeId, projectId) => path`/rest/v1.0/projects/${projectId}/${base}/${changeId}`,
      label: 'number',
      complete: withLines(base),
    }),
    ...changeOrderWrites({ name: base, fields }),
  });
}

/** Fields that Procore sets, or that only releasing sets. */
const set = new Set(['status', 'type', 'grand_total', 'batch_id', 'legacy_package_id', 'legacy_request_id', 'paid']);
const needed = new Set(['contract_id', 'number']);

const writtenFields: readonly FieldSchema[] = newer.map((field) =>
  set.has(field.name) ? readOnly(field) : needed.has(field.name) ? { ...field, required: true } : field,
);

/** Change orders of commitments. */
export const commitmentChangeOrders = changeOrders(
  'commitment_change_orders',
  'commitment-change-orders',
  'Commitment change orders',
  writtenFields,
  '/rest/v1.0/commitments',
);
/** Change orders of prime contracts. */
export const primeChangeOrders = changeOrders(
  'prime_change_orders',
  'prime-change-orders',
  'Prime contract change orders',
  writtenFields,
  '/rest/v1.0/prime_contracts',
);

/** Cost codes, cost types and tax codes. @source https://developers.procore.com/reference/rest/cost-codes (2026-05) */
import type { Resource } from '../../../engine/model/connector.ts';
import type { Fields, Scope } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asFields, asText } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import {
  boolean,
  decimal,
  id,
  instant,
  integer,
  list,
  originFields,
  projectId,
  readOnly,
  record,
  stamps,
  text,
} from '../fields.ts';
import { listAll } from '../pages.ts';
import { companyRead, getOne, projectRead } from '../reading.ts';
import { jsonId, originOption } from '../writing.ts';
import { flatWrites } from './flat-writes.ts';

const types = [
  id,
  text('name', 'Name', { required: true }),
  text('code', 'Code', { description: 'Written as csv_import_code.', example: 'S' }),
  text('base_type', 'Base type', {
    permitted: ['equipment', 'materials', 'commitment', 'owner_cost', 'professional_services', 'other', 'labor'],
  }),
  ...originFields,
];

const costCodeFields = [
  id,
  projectId,
  text('code', 'Own segment', { required: true, description: 'Without the parents, such as 300.', example: '300' }),
  readOnly(text('full_code', 'Full code', { description: 'With the parents; use it for mapping.', example: '03-300' })),
  readOnly(text('sortable_code', 'Sortable code', { description: 'Deprecated twin of the full code.' })),
  text('name', 'Name', { required: true }),
  readOnly(record('parent', 'Parent', [text('id', 'Id')])),
  text('parent_id', 'Parent id', { description: 'Divisions have none.' }),
  readOnly(text('biller', 'Owner')),
  readOnly(text('biller_id', 'Owner id')),
  readOnly(text('biller_type', 'Kind of owner', { permitted: ['Project', 'SubJob'] })),
  readOnly(boolean('budgeted', 'Budgeted')),
  text('standard_cost_code_id', 'Standard cost code id', { description: 'The stable key across projects.' }),
  readOnly(text('standard_cost_code_list_id', 'Standard list id')),
  ...originFields,
  readOnly(list('line_item_types', 'Cost types', types)),
  readOnly(integer('position', 'Position')),
  ...stamps,
  readOnly(instant('deleted_at', 'Deleted at')),
];

const costCode = {
  id: 'cost-codes',
  title: 'Cost codes',
  description: 'Cost codes of each project. Written with their own segment only; the parent is named by its id.',
  source: 'https://developers.procore.com/reference/rest/cost-codes',
  scope: 'project',
  incremental: false,
  fields: costCodeFields,
  // Divisions have no parent.
  key: { fields: ['project_id', 'parent_id', 'code'], normalize: 'exact', blankable: ['parent_id'] },
  roles: { number: 'full_code', project: 'project_id' },
  options: [originOption('Only one integration may own the origin id of a cost code.')],
} as const;

const inProject = (where: string) => ({ project_id: where });

/** Cost codes of each project. Not nested under the project's address. */
export const costCodes: Resource<ProcoreClient> = defineResource({
  ...costCode,
  read: projectRead(costCode, { path: () => '/rest/v1.0/cost_codes', query: inProject, label: 'full_code' }),
  get: getOne(costCode, {
    path: (codeId) => path`/rest/v1.0/cost_codes/${codeId}`,
    query: inProject,
    label: 'full_code',
  }),
  ...flatWrites({
    what: 'cost code',
    scope: 'project',
    fields: costCodeFields,
    path: () => '/rest/v1.0/cost_codes',
    query: inProject,
    wrapper: 'cost_code',
    beside: (where) => ({ project_id: jsonId(where) }),
    omit: ['project_id'],
    same: (row, value) =>
      asText(row.code) === asText(value.code) &&
      (asText(asFields(row.parent)?.id) ?? asText(row.parent_id) ?? '') === (asText(value.parent_id) ?? ''),
    number: (row) => asText(row.full_code) ?? asText(row.code),
  }),
});

const standardCode = {
  id: 'standard-cost-codes',
  title: 'Standard cost codes',
  description: 'Cost codes of the company’s standard lists, with the list each belongs to.',
  source: 'https://developers.procore.com/reference/rest/cost-codes',
  scope: 'company',
  incremental: false,
  fields: [
    id,
    text('standard_cost_code_list_id', 'List id'),
    text('parent_id', 'Parent id'),
    text('code', 'Code', { description: 'When written, with the parents, unlike project cost codes.' }),
    text('full_code', 'Full code'),
    text('name', 'Name'),
    ...originFields,
  ],
} as const;

async function codesOfList(client: ProcoreClient, row: Fields, _scope: Scope, signal: AbortSignal): Promise<Fields[]> {
  const listing = {
    path: '/rest/v1.0/standard_cost_codes',
    operation: `list the standard cost codes of ${asText(row.name) ?? 'a list'}`,
    // Without this view only two ids come.
    query: { company_id: client.companyId, standard_cost_code_list_id: asText(row.id), view: 'extended' },
  };
  return [...(await listAll(client, listing, signal)).values()];
}

/** Standard cost codes, list by list. */
export const standardCostCodes: Resource<ProcoreClient> = defineResource({
  ...standardCode,
  read: companyRead(standardCode, {
    path: () => '/rest/v1.0/standard_cost_code_lists',
    query: (companyId) => ({ company_id: companyId }),
    expand: codesOfList,
    label: 'full_code',
  }),
});

const costType = {
  id: 'line-item-types',
  title: 'Line item types (cost types)',
  description: 'Cost types of the company, such as labor, materials, subcontract.',
  source: 'https://developers.procore.com/reference/rest/line-item-types-cost-types',
  scope: 'company',
  incremental: false,
  fields: types,
} as const;

/** Cost types of the company. */
export const lineItemTypes: Resource<ProcoreClient> = defineResource({
  ...costType,
  read: companyRead(costType, {
    path: () => '/rest/v1.0/line_item_types',
    query: (companyId) => ({ company_id: companyId }),
    label: 'code',
  }),
});

const taxCode = {
  id: 'tax-codes',
  title: 'Tax codes',
  description: 'Tax codes of the company.',
  source: 'https://developers.procore.com/reference/rest/tax-codes',
  scope: 'company',
  incremental: false,
  fields: [
    id,
    text('code', 'Code'),
    text('description', 'Description'),
    decimal('rate1', 'Rate in percent'),
    boolean('archived', 'Archived'),
    boolean('default_tax_code', 'Default'),
    ...originFields,
  ],
} as const;

/** Tax codes of the company. */
export const taxCodes: Resource<ProcoreClient> = defineResource({
  ...taxCode,
  read: companyRead(taxCode, {
    path: () => '/rest/v1.0/tax_codes',
    query: (companyId) => ({ company_id: companyId }),
    label: 'code',
  }),
});

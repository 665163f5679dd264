/** Cost codes, cost types, budget (WBS) codes and tax codes. @source https://developers.procore.com/reference/rest/cost-codes (2026-05) */
import type { Resource } from '../../../engine/model/connector.ts';
import type { Fields, Scope } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asText } from '../../kit/json.ts';
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
  readOnly,
  record,
  reference,
  stamps,
  text,
} from '../fields.ts';
import { listAll } from '../pages.ts';
import { companyRead, getOne, projectRead } from '../reading.ts';

const types = [
  id,
  text('name', 'Name', { required: true }),
  text('code', 'Code', { description: 'Written as csv_import_code.', example: 'S' }),
  text('base_type', 'Base type', {
    permitted: ['equipment', 'materials', 'commitment', 'owner_cost', 'professional_services', 'other', 'labor'],
  }),
  ...originFields,
];

const costCode = {
  id: 'cost-codes',
  title: 'Cost codes',
  description: 'Cost codes of each project.',
  source: 'https://developers.procore.com/reference/rest/cost-codes',
  scope: 'project',
  incremental: false,
  fields: [
    id,
    text('code', 'Own segment', { required: true, description: 'Without the parents, such as 300.', example: '300' }),
    text('full_code', 'Full code', { description: 'With the parents; use it for mapping.', example: '03-300' }),
    text('sortable_code', 'Sortable code', { description: 'Deprecated twin of the full code.' }),
    text('name', 'Name', { required: true }),
    readOnly(record('parent', 'Parent', [text('id', 'Id')])),
    text('biller', 'Owner'),
    text('biller_id', 'Owner id'),
    text('biller_type', 'Kind of owner', { permitted: ['Project', 'SubJob'] }),
    boolean('budgeted', 'Budgeted'),
    text('standard_cost_code_id', 'Standard cost code id', { description: 'The stable key across projects.' }),
    text('standard_cost_code_list_id', 'Standard list id'),
    ...originFields,
    list('line_item_types', 'Cost types', types),
    integer('position', 'Position'),
    ...stamps,
    readOnly(instant('deleted_at', 'Deleted at')),
  ],
} as const;

/** Cost codes of each project. Not nested under the project's address. */
export const costCodes: Resource<ProcoreClient> = defineResource({
  ...costCode,
  read: projectRead(costCode, {
    path: () => '/rest/v1.0/cost_codes',
    query: (projectId) => ({ project_id: projectId }),
    label: 'full_code',
  }),
  get: getOne(costCode, {
    path: (codeId) => path`/rest/v1.0/cost_codes/${codeId}`,
    query: (projectId) => ({ project_id: projectId }),
    label: 'full_code',
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

const wbs = {
  id: 'wbs-codes',
  title: 'Budget codes (WBS)',
  description: 'Combinations of cost code, cost type and further segments, by project.',
  source: 'https://developers.procore.com/reference/rest/codes',
  scope: 'project',
  incremental: true,
  overlapHours: 1,
  fields: [
    id,
    text('flat_code', 'Flat code', { example: '03-300.S' }),
    text('flat_name', 'Flat name'),
    text('description', 'Description'),
    text('status', 'Status', { permitted: ['active', 'inactive'] }),
    text('wbs_pattern_id', 'Pattern id'),
    list('segment_items', 'Segments', [
      text('id', 'Id'),
      text('code', 'Code'),
      text('name', 'Name'),
      reference('segment', 'Segment', [text('type', 'Type')]),
    ]),
    ...stamps,
  ],
} as const;

/** Budget codes of each project. */
export const wbsCodes: Resource<ProcoreClient> = defineResource({
  ...wbs,
  read: projectRead(wbs, {
    path: (projectId) => path`/rest/v1.0/projects/${projectId}/work_breakdown_structure/wbs_codes`,
    label: 'flat_code',
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

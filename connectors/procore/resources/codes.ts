/** Cost codes of projects. @source https://developers.procore.com/reference/rest/cost-codes (2026-05) */
import type { Resource } from '../../../engine/model/connector.ts';
import { defineResource } from '../../kit/define.ts';
import { asFields, asText } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import {
  boolean,
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
import { getOne, projectRead } from '../reading.ts';
import { jsonId, originOption } from '../writing.ts';
import { costTypeFields } from './company-lists.ts';
import { flatWrites } from './flat-writes.ts';

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
  readOnly(list('line_item_types', 'Cost types', costTypeFields)),
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

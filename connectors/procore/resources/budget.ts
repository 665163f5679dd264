/** Budget lines: read from the rows of a budget view, written one by one. @source REF budget-views, budget-line-items (2026-05) */
import type { FoundDocument, Resource, WriteResult } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { FieldSchema, Fields } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asText } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { budgetCodeOf } from '../coding.ts';
import { currency, decimal, id, money, readOnly, record, text } from '../fields.ts';
import { listAll } from '../pages.ts';
import { projectRead } from '../reading.ts';
import { bodyOf, jsonId, projectOf, writtenRow } from '../writing.ts';

const fields: readonly FieldSchema[] = [
  id,
  text('project_id', 'Project id', { required: true }),
  readOnly(text('project', 'Project')),
  readOnly(text('company_id', 'Company id')),
  text('wbs_code_id', 'Budget code id'),
  readOnly(text('cost_code_id', 'Cost code id')),
  readOnly(text('cost_code', 'Cost code', { description: 'Code and name in one text.' })),
  readOnly(text('cost_code_origin_id', 'Cost code origin id')),
  readOnly(text('root_cost_code', 'Division')),
  readOnly(text('root_cost_code_id', 'Division id')),
  readOnly(text('category', 'Cost type')),
  readOnly(text('category_id', 'Cost type id')),
  readOnly(text('biller', 'Owner')),
  readOnly(text('biller_type', 'Kind of owner')),
  money('original_budget_amount', 'Original budget'),
  readOnly(money('budget_modifications', 'Budget modifications')),
  readOnly(record('budget_forecast', 'Forecast', [], { description: 'As the view defines it.' })),
  decimal('quantity', 'Quantity'),
  decimal('unit_cost', 'Unit cost'),
  text('uom', 'Unit of measure'),
  text('calculation_strategy', 'How the amount is made', { permitted: ['automatic', 'manual'] }),
  currency,
];

const declaration = {
  id: 'budget-lines',
  title: 'Budget lines',
  description:
    'Rows of each project’s first budget view. Further columns of the view appear under the titles the company gave them.',
  source: 'https://developers.procore.com/reference/rest/budget-view-detail-rows',
  scope: 'project',
  incremental: false,
  fields,
  key: { fields: ['project_id', 'wbs_code_id'], normalize: 'exact' },
  amount: { field: 'original_budget_amount', currencyField: 'currency_configuration.currency_iso_code' },
} as const;

async function budgetRows(client: ProcoreClient, projectId: string, signal: AbortSignal): Promise<Fields[]> {
  const query = { project_id: projectId };
  const views = await listAll(
    client,
    { path: '/rest/v1.0/budget_views', operation: 'list the budget views', query },
    signal,
  );
  const [first] = views.values();
  return first === undefined ? [] : await rowsOfView(client, first, projectId, signal);
}

async function rowsOfView(
  client: ProcoreClient,
  view: Fields,
  projectId: string,
  signal: AbortSignal,
): Promise<Fields[]> {
  const query = { project_id: projectId };
  const viewId = asText(view.id) ?? '';
  const listing = { path: path`/rest/v1.0/budget_views/${viewId}/detail_rows`, operation: 'list the budget', query };
  return [...(await listAll(client, listing, signal)).values()];
}

const found = (row: Fields): FoundDocument => {
  const number = asText(row.cost_code);
  return {
    id: asText(row.id) ?? '',
    value: row,
    editable: true,
    released: true,
    ...(number === undefined ? {} : { number }),
  };
};

/** JSON numbers, unlike most of Procore. */
const numbers = ['original_budget_amount', 'quantity', 'unit_cost'];

async function lineBody(client: ProcoreClient, value: Fields, projectId: string) {
  const wbs = await budgetCodeOf(client, value, projectId, 'The budget line');
  return { ...bodyOf(fields, value, {}, { numbers, omit: ['project_id', 'wbs_code_id'] }), wbs_code_id: jsonId(wbs) };
}

const resultOf = (row: Fields & { id: string }): WriteResult => ({ id: row.id, value: row });

/** Budget lines of each project's first view. */
export const budgetLines: Resource<ProcoreClient> = defineResource({
  ...declaration,
  read: projectRead(declaration, {
    path: () => '/rest/v1.0/budget_views',
    query: (projectId) => ({ project_id: projectId }),
    paged: false,
    // All views show the same lines with other columns: the first stands for them.
    expand: (client, row, scope, signal, place) =>
      place === 0 ? rowsOfView(client, row, scope.id, signal) : Promise.resolve([]),
    label: 'cost_code',
  }),
  find: async (client, value, scope) => {
    const projectId = projectOf(value, scope, 'a budget line');
    const wbs = await budgetCodeOf(client, value, projectId, 'The budget line');
    const rows = await budgetRows(client, projectId, client.context.signal);
    return rows.filter((row) => asText(row.wbs_code_id) === wbs).map(found);
  },
  create: async (client, value, _options, scope) => {
    const projectId = projectOf(value, scope, 'a budget line');
    const { value: answer } = await client.http.post('/rest/v1.1/budget_line_items', {
      operation: 'create a budget line',
      body: { project_id: jsonId(projectId), budget_line_item: await lineBody(client, value, projectId) },
    });
    return resultOf(writtenRow(answer, 'a budget line'));
  },
  update: async (client, lineId, value, _options, scope) => {
    const projectId = projectOf(value, scope, 'a budget line');
    if (lineId === '') throw new AppError('data.badValue', 'The budget line to be changed has no id.');
    const { value: answer } = await client.http.patch(path`/rest/v1.1/budget_line_items/${lineId}`, {
      operation: `update budget line ${lineId}`,
      body: { project_id: jsonId(projectId), budget_line_item: await lineBody(client, value, projectId) },
      repeatable: true,
    });
    return resultOf(writtenRow(answer, 'a budget line'));
  },
});

/**
 * Budget (WBS) codes: one combination of segment items each, by project.
 * @source https://developers.procore.com/reference/rest/codes, …/segments, …/segment-items (2026-05)
 */
import type { FoundDocument, Resource, WriteResult } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asFields, asList, asText, type JsonBody } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { budgetCodes } from '../coding.ts';
import { id, list, projectId, readOnly, reference, stamps, text } from '../fields.ts';
import { overlapHours } from '../overlap.ts';
import { cachedList, listAll } from '../pages.ts';
import { projectRead } from '../reading.ts';
import { bodyOf, jsonId, projectOf, writeResult, writtenRow } from '../writing.ts';

const fields = [
  id,
  projectId,
  text('flat_code', 'Flat code', {
    required: true,
    example: '03-300.S',
    description: 'To write: cost code and cost type with a point between, unless the segments are given by their ids.',
  }),
  readOnly(text('flat_name', 'Flat name')),
  text('description', 'Description'),
  text('status', 'Status', { permitted: ['active', 'inactive'] }),
  readOnly(text('wbs_pattern_id', 'Pattern id')),
  list('segment_items', 'Segments', [
    text('id', 'Id'),
    text('code', 'Code'),
    text('name', 'Name'),
    reference('segment', 'Segment', [text('type', 'Type')]),
    text('segment_id', 'Segment id', { description: 'For writing, where a company has segments of its own.' }),
    text('segment_item_id', 'Segment item id', { description: 'For writing.' }),
  ]),
  ...stamps,
];

const declaration = {
  id: 'wbs-codes',
  title: 'Budget codes (WBS)',
  description: 'Combinations of cost code, cost type and further segments, by project. They have no origin id.',
  source: 'https://developers.procore.com/reference/rest/codes',
  scope: 'project',
  incremental: true,
  overlapHours,
  fields,
  key: { fields: ['project_id', 'flat_code'], normalize: 'exact' },
  roles: { number: 'flat_code', project: 'project_id' },
} as const;

const base = (projectId: string): string => path`/rest/v1.0/projects/${projectId}/work_breakdown_structure`;

const unknownCode = (flat: string, what: string): AppError =>
  new AppError('data.badValue', `The budget code “${flat}” cannot be made: the project has no ${what}.`, {
    fields: { flat_code: `the project has no ${what}` },
    hint: 'Add the cost code or cost type in Procore first, or name the segments by their ids.',
  });

/** The item of a kind of segment by its code: cost codes with their parents, cost types alone. */
async function itemOf(
  client: ProcoreClient,
  projectId: string,
  type: 'cost_code' | 'line_item_type',
  code: string,
): Promise<{ segment: string; item: string } | undefined> {
  const { signal } = client.context;
  const segments = {
    path: `${base(projectId)}/segments`,
    operation: 'list the segments of budget codes',
    paged: false,
  };
  for (const [segment, row] of await cachedList(client, segments, signal)) {
    if (row.type !== type) continue;
    const items = {
      path: `${base(projectId)}/segments/${encodeURIComponent(segment)}/segment_items`,
      operation: `list the items of segment ${asText(row.name) ?? segment}`,
    };
    // Not kept: items are renumbered when they change.
    for (const [item, { path_code: whole, code: own }] of await listAll(client, items, signal))
      if ((asText(whole) ?? asText(own)) === code) return { segment, item };
  }
  return undefined;
}

async function segmentsOf(client: ProcoreClient, value: Fields, projectId: string): Promise<JsonBody[]> {
  const given = (asList(value.segment_items) ?? []).map((item) => asFields(item) ?? {});
  if (given.length > 0 && given.every((item) => asText(item.segment_item_id) !== undefined)) {
    return given.map((item) => ({
      segment_id: jsonId(item.segment_id),
      segment_item_id: jsonId(item.segment_item_id),
    }));
  }
  const flat = asText(value.flat_code) ?? '';
  const point = flat.lastIndexOf('.');
  const [costCode, costType] = [flat.slice(0, point), flat.slice(point + 1)];
  const cost = await itemOf(client, projectId, 'cost_code', costCode);
  if (cost === undefined) throw unknownCode(flat, `cost code “${costCode}”`);
  const type = await itemOf(client, projectId, 'line_item_type', costType);
  if (type === undefined) throw unknownCode(flat, `cost type “${costType}”`);
  return [cost, type].map(({ segment, item }) => ({ segment_id: jsonId(segment), segment_item_id: jsonId(item) }));
}

const resultOf = (row: Fields): WriteResult => writeResult(row, { number: asText(row.flat_code) });

const foundOf = (row: Fields): FoundDocument => ({ ...resultOf(row), value: row, editable: true, released: true });

const omit = ['project_id', 'flat_code', 'segment_items'];

/** What was read of the project's budget codes is no longer all. */
const forget = (client: ProcoreClient, projectId: string): void => {
  for (const key of client.cache.keys()) if (key.startsWith(`${base(projectId)}/wbs_codes`)) client.cache.delete(key);
};

/** Budget codes of each project. Making one that is there changes it, so that none is ever there twice. */
export const wbsCodes: Resource<ProcoreClient> = defineResource({
  ...declaration,
  read: projectRead(declaration, { path: (where) => `${base(where)}/wbs_codes`, label: 'flat_code' }),
  find: async (client, value, scope) => {
    const where = projectOf(value, scope, 'a budget code');
    forget(client, where);
    const rows = [...(await budgetCodes(client, where)).values()];
    return rows.filter((row) => asText(row.flat_code) === asText(value.flat_code)).map(foundOf);
  },
  create: async (client, value, options, scope) => {
    const where = projectOf(value, scope, 'a budget code');
    const what = `budget code ${asText(value.flat_code) ?? ''}`;
    const segment_items = await segmentsOf(client, value, where);
    const { value: answer } = await client.http.post(`${base(where)}/wbs_codes`, {
      operation: `create ${what}`,
      body: { ...bodyOf(fields, value, options, { omit }), segment_items },
      repeatable: true,
    });
    forget(client, where);
    return resultOf(writtenRow(answer, what));
  },
  update: async (client, codeId, value, options, scope) => {
    const where = projectOf(value, scope, 'a budget code');
    const what = `budget code ${asText(value.flat_code) ?? codeId}`;
    const { value: answer } = await client.http.patch(`${base(where)}/wbs_codes/${encodeURIComponent(codeId)}`, {
      operation: `update ${what}`,
      body: bodyOf(fields, value, options, { omit }),
      repeatable: true,
    });
    forget(client, where);
    return resultOf(writtenRow(answer, what));
  },
});

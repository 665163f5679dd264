/**
 * Lists that a company or a project keeps by itself: standard cost codes and their lists, cost types, tax codes and types, sub jobs,
 * units of measure.
 * @source https://developers.procore.com/reference/rest/cost-codes, …/line-item-types-cost-types, …/tax-codes, …/tax-types,
 * …/sub-jobs, …/units-of-measure (2026-05)
 */
import type { Resource } from '../../../engine/model/connector.ts';
import type { FieldSchema, Fields, Scope } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asText } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { boolean, decimal, id, originFields, projectId, readOnly, record, stamps, text } from '../fields.ts';
import { listAll } from '../pages.ts';
import { companyRead, getOne, type ListDescription, projectRead } from '../reading.ts';
import { jsonId, originOption } from '../writing.ts';
import { type FlatRecords, flatWrites } from './flat-writes.ts';

/** Fields of a cost type. */
export const costTypeFields: readonly FieldSchema[] = [
  id,
  text('name', 'Name', { required: true }),
  text('code', 'Code', { description: 'Written as csv_import_code.', example: 'S' }),
  text('base_type', 'Base type', {
    permitted: ['equipment', 'materials', 'commitment', 'owner_cost', 'professional_services', 'other', 'labor'],
  }),
  ...originFields,
];

const reference = 'https://developers.procore.com/reference/rest';
const inCompany = (companyId: string) => ({ company_id: companyId });
const inProject = (where: string) => ({ project_id: where });

/** What is said once of such a list. */
interface SimpleList {
  id: string;
  title: string;
  description: string;
  /** Page of the reference. */
  page: string;
  fields: readonly FieldSchema[];
  /** Field that tells its records apart, and what people call them by. */
  name: 'name' | 'code';
  base: (where: string) => string;
  write: Pick<FlatRecords, 'what' | 'wrapper'> & Partial<FlatRecords>;
  scope?: 'project';
  /** The company stands in the address, so that no query names it. */
  inPath?: boolean;
  /** Read in another way than by its own list. */
  read?: ListDescription;
  key?: readonly string[];
}

function simpleList(list: SimpleList): Resource<ProcoreClient> {
  const { scope = 'company', fields, name, base } = list;
  const query = list.inPath === true ? () => ({}) : scope === 'company' ? inCompany : inProject;
  const hasOrigin = fields.some((field) => field.name === 'origin_id');
  const declaration = {
    id: list.id,
    title: list.title,
    description: list.description,
    source: `${reference}/${list.page}`,
    scope,
    incremental: false,
    fields,
    key: { fields: list.key ?? (scope === 'company' ? [name] : ['project_id', name]), normalize: 'exact' },
    roles: { number: name, ...(scope === 'company' ? {} : { project: 'project_id' }) },
    ...(hasOrigin ? { options: [originOption('Only one integration may own the origin id of a record.')] } : {}),
  } as const;
  const description = list.read ?? { path: base, query, label: name };
  const idName = scope === 'company' ? 'company_id' : 'project_id';
  return defineResource({
    ...declaration,
    read: scope === 'company' ? companyRead(declaration, description) : projectRead(declaration, description),
    ...(list.read === undefined
      ? {
          get: getOne(declaration, {
            path: (recordId, where) => `${base(where)}/${encodeURIComponent(recordId)}`,
            query,
            label: name,
          }),
        }
      : {}),
    ...flatWrites({
      scope,
      fields,
      path: base,
      query,
      beside: (where) => ({ [idName]: jsonId(where) }),
      omit: scope === 'company' ? [] : ['project_id'],
      same: (row, value) => asText(row[name]) === asText(value[name]),
      number: (row) => asText(row[name]),
      ...list.write,
    }),
  });
}

async function codesOfList(client: ProcoreClient, row: Fields, _scope: Scope, signal: AbortSignal): Promise<Fields[]> {
  const listing = {
    path: '/rest/v1.0/standard_cost_codes',
    operation: `list the standard cost codes of ${asText(row.name) ?? 'a list'}`,
    // Without this view only two ids come.
    query: { company_id: client.companyId, standard_cost_code_list_id: asText(row.id), view: 'extended' },
  };
  return [...(await listAll(client, listing, signal)).values()];
}

const standardLists = (): string => '/rest/v1.0/standard_cost_code_lists';

/** Standard cost codes, list by list. */
export const standardCostCodes = simpleList({
  id: 'standard-cost-codes',
  title: 'Standard cost codes',
  description: 'Cost codes of the company’s standard lists, with the list each belongs to.',
  page: 'cost-codes',
  fields: [
    id,
    text('standard_cost_code_list_id', 'List id', { required: true }),
    text('parent_id', 'Parent id'),
    text('code', 'Code', {
      required: true,
      assumed: true,
      description: 'When written, with the parents, unlike project cost codes.',
    }),
    readOnly(text('full_code', 'Full code')),
    text('name', 'Name', { required: true }),
    ...originFields,
  ],
  name: 'code',
  key: ['standard_cost_code_list_id', 'code'],
  base: () => '/rest/v1.0/standard_cost_codes',
  read: { path: standardLists, query: inCompany, expand: codesOfList, label: 'full_code' },
  write: {
    what: 'standard cost code',
    wrapper: 'standard_cost_code',
    listed: { view: 'extended' },
    ofValue: ({ standard_cost_code_list_id: listId = null }) => ({
      query: { standard_cost_code_list_id: asText(listId) },
      body: { standard_cost_code_list_id: jsonId(listId) },
    }),
    omit: ['standard_cost_code_list_id'],
    same: (row, value) => [row.code, row.full_code].some((code) => asText(code) === asText(value.code)),
  },
});

/** The company's lists of standard cost codes. */
export const standardCostCodeLists = simpleList({
  id: 'standard-cost-code-lists',
  title: 'Lists of standard cost codes',
  description: 'The company’s lists of standard cost codes, from which projects get theirs.',
  page: 'cost-codes',
  fields: [
    id,
    text('name', 'Name', { required: true }),
    readOnly(boolean('is_erp_list', 'List of an ERP integration')),
    readOnly(boolean('available_to_use_on_new_projects', 'For new projects')),
  ],
  name: 'name',
  base: standardLists,
  write: { what: 'list of standard cost codes', wrapper: 'standard_cost_code_list' },
});

/** Cost types of the company. */
export const lineItemTypes = simpleList({
  id: 'line-item-types',
  title: 'Line item types (cost types)',
  description: 'Cost types of the company, such as labor, materials, subcontract.',
  page: 'line-item-types-cost-types',
  fields: costTypeFields,
  name: 'code',
  base: () => '/rest/v1.0/line_item_types',
  write: { what: 'cost type', wrapper: 'line_item_type', renamed: { code: 'csv_import_code' } },
});

/** Tax codes of the company. */
export const taxCodes = simpleList({
  id: 'tax-codes',
  title: 'Tax codes',
  description: 'Tax codes of the company.',
  page: 'tax-codes',
  fields: [
    id,
    text('code', 'Code', { required: true }),
    text('description', 'Description'),
    decimal('rate1', 'Rate in percent'),
    boolean('archived', 'Archived'),
    boolean('default_tax_code', 'Default'),
    ...originFields,
  ],
  name: 'code',
  base: () => '/rest/v1.0/tax_codes',
  write: { what: 'tax code', wrapper: 'tax_code', numbers: ['rate1'], beside: () => ({}), asked: inCompany },
});

/** Tax types of the company. */
export const taxTypes = simpleList({
  id: 'tax-types',
  title: 'Tax types',
  description: 'Tax types of the company; tax codes have one rate, because only one type is supported.',
  page: 'tax-types',
  fields: [id, text('name', 'Name', { required: true }), text('description', 'Description'), ...originFields],
  name: 'name',
  base: () => '/rest/v1.0/tax_types',
  write: { what: 'tax type', wrapper: 'tax_type', beside: () => ({}), asked: inCompany },
});

/** Sub jobs of each project. */
export const subJobs = simpleList({
  id: 'sub-jobs',
  title: 'Sub jobs',
  description: 'Sub jobs of each project, where the company uses them as a part of budget codes.',
  page: 'sub-jobs',
  scope: 'project',
  fields: [
    id,
    projectId,
    text('code', 'Code', { required: true }),
    text('name', 'Name', { required: true }),
    ...originFields,
    ...stamps,
  ],
  name: 'code',
  base: () => '/rest/v1.0/sub_jobs',
  write: { what: 'sub job', wrapper: 'sub_job' },
});

/** Units of measure of the company. */
export const unitsOfMeasure = simpleList({
  id: 'units-of-measure',
  title: 'Units of measure',
  description: 'Units that lines of contracts and costs may use. A line with another one is refused.',
  page: 'units-of-measure',
  fields: [
    id,
    text('name', 'Name', { required: true }),
    readOnly(text('description', 'Description')),
    readOnly(boolean('is_standard', 'Procore’s own')),
    readOnly(record('uom_category', 'Category', [text('id', 'Id'), text('name', 'Name')])),
    text('uom_category_id', 'Category id', { description: 'For writing.' }),
  ],
  name: 'name',
  base: (companyId) => path`/rest/v1.0/companies/${companyId}/uoms`,
  inPath: true,
  write: { what: 'unit of measure', wrapper: 'uom', beside: () => ({}) },
});

/** Companies and projects. @source https://developers.procore.com/reference/rest/projects (2026-05) */
import type { Resource } from '../../../engine/model/connector.ts';
import { defineResource } from '../../kit/define.ts';
import { asText } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import {
  boolean,
  customFields,
  date,
  decimal,
  id,
  instant,
  list,
  originCode,
  originFields,
  readOnly,
  reference,
  stamps,
  text,
} from '../fields.ts';
import { overlapHours } from '../overlap.ts';
import { companyRead, getOne, type ListDescription } from '../reading.ts';
import { jsonId, originOption } from '../writing.ts';
import { flatWrites } from './flat-writes.ts';

const company = {
  id: 'companies',
  title: 'Companies',
  description: 'Companies this sign-in can see.',
  source: 'https://developers.procore.com/reference/rest/companies',
  scope: 'company',
  incremental: false,
  fields: [
    id,
    text('name', 'Name'),
    boolean('is_active', 'Active'),
    boolean('my_company', 'Own company'),
    text('logo_url', 'Logo'),
    boolean('pcn_business_experience', 'Business experience'),
  ],
} as const;

/** Companies this sign-in can see. */
export const companies: Resource<ProcoreClient> = defineResource({
  ...company,
  read: companyRead(company, { path: () => '/rest/v1.0/companies', label: 'name' }),
});

const projectFields = [
  id,
  text('name', 'Name', { nullable: false, required: true }),
  readOnly(text('display_name', 'Number and name')),
  text('project_number', 'Project number', { description: 'Job number; the usual key in the ERP.' }),
  text('accounting_project_number', 'Accounting project number'),
  boolean('active', 'Active'),
  reference('company', 'Company'),
  reference('project_stage', 'Stage'),
  ...originFields,
  readOnly(originCode),
  date('start_date', 'Start date'),
  date('completion_date', 'Completion date'),
  readOnly(date('projected_finish_date', 'Projected finish date')),
  readOnly(date('actual_start_date', 'Actual start date')),
  decimal('total_value', 'Total value', { money: true }),
  readOnly(
    decimal('estimated_value', 'Estimated value', {
      money: true,
      description: 'Deprecated mirror of the total value.',
    }),
  ),
  text('standard_cost_code_list_id', 'Standard cost code list id'),
  text('address', 'Address'),
  text('city', 'City'),
  text('county', 'County'),
  text('state_code', 'State'),
  text('zip', 'Postal code'),
  text('country_code', 'Country'),
  text('phone', 'Phone'),
  decimal('latitude', 'Latitude'),
  decimal('longitude', 'Longitude'),
  text('time_zone', 'Time zone', { description: 'One of Procore’s names, such as America/Los_Angeles.' }),
  readOnly(text('tz_name', 'Time zone name')),
  readOnly(boolean('is_demo', 'Demonstration project')),
  readOnly(boolean('template', 'Template')),
  readOnly(
    boolean('is_erp_integrated', 'Owned by an ERP integration', { description: 'Only when a single project is read.' }),
  ),
  readOnly(text('description', 'Description')),
  readOnly(text('delivery_method', 'Delivery method')),
  readOnly(text('sector', 'Sector')),
  readOnly(text('work_scope', 'Work scope')),
  readOnly(text('store_number', 'Store number')),
  readOnly(decimal('square_feet', 'Square feet')),
  readOnly(text('owners_project_id', 'Owner’s project id')),
  readOnly(text('parent_job_id', 'Parent job id')),
  readOnly(text('public_notes', 'Notes')),
  readOnly(date('warranty_start_date', 'Warranty from')),
  readOnly(date('warranty_end_date', 'Warranty until')),
  readOnly(date('estimated_start_date', 'Estimated start', { description: 'Deprecated mirror of the start date.' })),
  readOnly(
    date('estimated_completion_date', 'Estimated completion', {
      description: 'Deprecated mirror of the completion date.',
    }),
  ),
  reference('office', 'Office'),
  reference('program', 'Program'),
  reference('project_type', 'Type'),
  reference('project_region', 'Region'),
  readOnly(list('departments', 'Departments', [text('id', 'Id'), text('name', 'Name')])),
  customFields,
  instant('created_at', 'Created at', { readOnly: true }),
  ...stamps.slice(1),
];

const project = {
  id: 'projects',
  title: 'Projects',
  description: 'Active projects of the company that the connection may see.',
  source: 'https://developers.procore.com/reference/rest/projects',
  scope: 'company',
  incremental: true,
  overlapHours,
  fields: projectFields,
  pushable: ['project_number', 'origin_id'],
  key: { fields: ['project_number'], normalize: 'exact' },
  roles: { number: 'project_number' },
  options: [originOption('The project then counts as linked to the ERP; only one integration may own the origin id.')],
} as const;

const listing: ListDescription = {
  path: () => '/rest/v1.1/projects',
  query: (companyId) => ({ company_id: companyId, 'filters[by_status]': 'Active', sort: 'name' }),
  filters: { project_number: 'filters[project_number]', origin_id: 'filters[origin_id]' },
  label: 'display_name',
};

/** Active projects of the company. */
export const projects: Resource<ProcoreClient> = defineResource({
  ...project,
  read: companyRead(project, listing),
  get: getOne(project, {
    path: (projectId) => path`/rest/v1.0/projects/${projectId}`,
    query: (companyId) => ({ company_id: companyId }),
    label: 'display_name',
  }),
  ...flatWrites({
    what: 'project',
    scope: 'company',
    fields: projectFields,
    // Version 1.0, as single projects have it; the list of all, also those that are no longer active.
    path: () => '/rest/v1.0/projects',
    query: (companyId) => ({ company_id: companyId }),
    listed: { 'filters[by_status]': 'All' },
    wrapper: 'project',
    beside: (companyId) => ({ company_id: jsonId(companyId) }),
    omit: [],
    // Each of the two calls takes fields that the other does not.
    notCreated: ['county', 'standard_cost_code_list_id'],
    notUpdated: ['latitude', 'longitude'],
    numbers: ['total_value', 'latitude', 'longitude'],
    same: (row, value) => asText(row.project_number) === asText(value.project_number),
    number: (row) => asText(row.project_number),
    status: (row) => (row.active === false ? 'Inactive' : 'Active'),
  }),
});

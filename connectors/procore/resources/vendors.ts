/** Vendors of the company and of projects. @source https://developers.procore.com/reference/rest/company-vendors (2026-05) */
import type { Resource, WriteResult } from '../../../engine/model/connector.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asFields, asText } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { projectId, text } from '../fields.ts';
import { overlapHours } from '../overlap.ts';
import { listAll } from '../pages.ts';
import { companyRead, getOne, projectRead } from '../reading.ts';
import { originOption, projectOf } from '../writing.ts';
import { vendorFields } from './vendor-fields.ts';
import { createVendor, findVendors, updateVendor } from './vendor-writes.ts';

const company = {
  id: 'vendors',
  title: 'Vendors (company directory)',
  description: 'Vendors of the company directory. Inactive vendors have a list of their own and are not read.',
  source: 'https://developers.procore.com/reference/rest/company-vendors',
  scope: 'company',
  incremental: true,
  overlapHours,
  fields: vendorFields,
  key: { fields: ['origin_code'], normalize: 'exact' },
  roles: { number: 'origin_code', vendor: 'name' },
  pushable: ['origin_id'],
  options: [originOption('The vendor then counts as linked to the ERP; only one integration may own the origin id.')],
} as const;

/** Vendors of the company directory. */
export const vendors: Resource<ProcoreClient> = defineResource({
  ...company,
  read: companyRead(company, {
    path: () => '/rest/v1.0/vendors',
    query: (companyId) => ({ company_id: companyId, view: 'extended', sort: 'name' }),
    filters: { origin_id: 'filters[origin_id]' },
    label: 'name',
  }),
  get: getOne(company, {
    path: (vendorId) => path`/rest/v1.0/vendors/${vendorId}`,
    query: (companyId) => ({ company_id: companyId, view: 'extended' }),
    label: 'name',
  }),
  find: findVendors,
  create: createVendor,
  update: updateVendor,
});

const onProject = {
  id: 'project-vendors',
  title: 'Vendors of projects',
  description:
    'Vendors in the directory of each project. To write is to put a vendor of the company directory on a project; its own fields are written there.',
  source: 'https://developers.procore.com/reference/rest/project-vendors',
  scope: 'project',
  incremental: false,
  fields: [
    ...vendorFields.map((field) => ({ ...field, readOnly: true, required: false })),
    { ...projectId, required: true },
    text('vendor_id', 'Vendor id', { required: true, description: 'Of the company directory.' }),
  ],
  key: { fields: ['project_id', 'vendor_id'], normalize: 'exact' },
  roles: { vendor: 'vendor_id', project: 'project_id' },
} as const;

const resultOf = (row: Fields): WriteResult => ({ id: asText(row.id) ?? '', value: row });

/** Vendors in the directory of each project. */
export const projectVendors: Resource<ProcoreClient> = defineResource({
  ...onProject,
  read: projectRead(onProject, {
    path: (where) => path`/rest/v1.1/projects/${where}/vendors`,
    query: () => ({ view: 'extended' }),
    label: 'name',
    // In the directory of a project a vendor has the id it has in the company's.
    complete: (_client, rows) => Promise.resolve(rows.map((row) => ({ ...row, vendor_id: row.id ?? null }))),
  }),
  find: async (client, value, scope) => {
    const where = projectOf(value, scope, 'a vendor of a project');
    const listing = {
      path: path`/rest/v1.1/projects/${where}/vendors`,
      operation: 'list the vendors of the project',
      query: { view: 'extended' },
    };
    const row = (await listAll(client, listing, client.context.signal)).get(asText(value.vendor_id) ?? '');
    // Nothing of the link can be changed: it is there or it is not.
    return row === undefined ? [] : [{ ...resultOf(row), value: row, editable: false, released: true }];
  },
  create: async (client, value, _options, scope) => {
    const where = projectOf(value, scope, 'a vendor of a project');
    const vendorId = asText(value.vendor_id) ?? '';
    const { value: answer } = await client.http.post(
      path`/rest/v1.0/projects/${where}/vendors/${vendorId}/actions/add`,
      { operation: `put vendor ${vendorId} on the project` },
    );
    return resultOf({ ...asFields(answer), id: vendorId });
  },
});

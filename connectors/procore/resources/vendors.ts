/** Vendors of the company and of projects. @source https://developers.procore.com/reference/rest/company-vendors (2026-05) */
import type { Resource } from '../../../engine/model/connector.ts';
import { defineResource } from '../../kit/define.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { projectId, text } from '../fields.ts';
import { overlapHours } from '../overlap.ts';
import { companyRead, getOne, projectRead } from '../reading.ts';
import { originOption } from '../writing.ts';
import { projectVendorWrites } from './project-vendor-writes.ts';
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
    'Vendors in the directory of each project. To write is to put a vendor of the company directory on a project, or a new one into both; fields are those of the company’s vendor.',
  source: 'https://developers.procore.com/reference/rest/project-vendors',
  scope: 'project',
  incremental: false,
  fields: [
    ...vendorFields.map((field) => (field.name === 'name' ? { ...field, required: false } : field)),
    { ...projectId, required: true },
    text('vendor_id', 'Vendor id', {
      description:
        'Of the company directory. Without it a vendor is known by origin id, number or name, as in the company.',
    }),
  ],
  key: {
    fields: ['project_id', 'vendor_id', 'origin_code', 'name'],
    normalize: 'exact',
    blankable: ['vendor_id', 'origin_code', 'name'],
  },
  roles: { vendor: 'vendor_id', project: 'project_id' },
  options: [originOption('The vendor then counts as linked to the ERP; only one integration may own the origin id.')],
} as const;

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
  ...projectVendorWrites,
});

/**
 * Writing vendors of projects. A vendor of a project is one of the company directory that is put there: a new one is made in both at
 * once, but only where the company has none by that origin id, number or name.
 * @source https://developers.procore.com/reference/rest/project-vendors (2026-05)
 */
import type { CreateOperation, FindOperation, UpdateOperation, WriteOptions } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { asFields, asText, type JsonBody } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { listAll } from '../pages.ts';
import { bodyOf, guardOrigin, projectOf, serialised, writeResult, writtenRow } from '../writing.ts';
import { vendorFields } from './vendor-fields.ts';
import { findVendors } from './vendor-writes.ts';

const base = (projectId: string): string => path`/rest/v1.1/projects/${projectId}/vendors`;

const resultOf = (row: Fields) => ({
  ...writeResult({ ...row, vendor_id: row.id ?? null }, { number: asText(row.origin_code) }),
  released: true,
});

/** Ids of the vendors of the company that a value means: the one it names, else those found as in the company directory. */
async function meantBy(client: ProcoreClient, value: Fields): Promise<string[]> {
  const given = asText(value.vendor_id);
  return given === undefined ? (await findVendors(client, value)).map(({ id }) => id) : [given];
}

const vendorOf = (value: Fields, options: WriteOptions): Record<string, JsonBody> =>
  bodyOf(vendorFields, value, options, { omit: ['project_id', 'vendor_id'] });

const findProjectVendors: FindOperation<ProcoreClient> = async (client, value, scope) => {
  const projectId = projectOf(value, scope, 'a vendor of a project');
  const listing = {
    path: base(projectId),
    operation: 'list the vendors of the project',
    query: { view: 'extended' },
  };
  const there = await listAll(client, listing, client.context.signal);
  return (await meantBy(client, value)).flatMap((id) => {
    const row = there.get(id);
    return row === undefined ? [] : [{ ...resultOf(row), value: row, editable: true }];
  });
};

async function patch(client: ProcoreClient, projectId: string, vendorId: string, vendor: Record<string, JsonBody>) {
  const what = `vendor ${vendorId} of the project`;
  const { value } = await client.http.patch(`${base(projectId)}/${encodeURIComponent(vendorId)}`, {
    operation: `update ${what}`,
    query: { view: 'extended' },
    body: { vendor },
    repeatable: true,
  });
  return resultOf(writtenRow(value, what));
}

const createProjectVendor: CreateOperation<ProcoreClient> = async (client, value, options, scope) => {
  const projectId = projectOf(value, scope, 'a vendor of a project');
  const [vendorId, ...others] = await meantBy(client, value);
  const name = asText(value.name);
  if (others.length > 0)
    throw new AppError('data.badValue', `The company has ${others.length + 1} vendors that “${name}” may mean.`, {
      fields: { vendor_id: 'must say which of them' },
    });
  const vendor = vendorOf(value, options);
  if (vendorId !== undefined) {
    const { value: answer } = await client.http.post(
      path`/rest/v1.0/projects/${projectId}/vendors/${vendorId}/actions/add`,
      { operation: `put vendor ${vendorId} on the project` },
    );
    if (Object.keys(vendor).length > 0) return await patch(client, projectId, vendorId, vendor);
    return resultOf({ ...asFields(answer), id: vendorId });
  }
  if (name === undefined)
    throw new AppError('data.badValue', 'A vendor of a project needs the id of a vendor of the company, or a name.', {
      fields: { vendor_id: 'is empty', name: 'is empty' },
    });
  const { value: answer } = await client.http.post(base(projectId), {
    operation: `create vendor ${name} on the project`,
    query: { view: 'extended' },
    body: { vendor },
  });
  return resultOf(writtenRow(answer, `vendor ${name}`));
};

const updateProjectVendor: UpdateOperation<ProcoreClient> = (client, id, value, options, scope) =>
  serialised(client, `vendor ${id}`, async () => {
    const projectId = projectOf(value, scope, 'a vendor of a project');
    const { value: answer } = await client.http.get(`${base(projectId)}/${encodeURIComponent(id)}`, {
      operation: `read vendor ${id} of the project`,
      query: { view: 'extended' },
    });
    const current = asFields(answer) ?? {};
    guardOrigin(current, value, options, `Vendor ${asText(current.name) ?? id}`);
    const vendor = vendorOf(value, options);
    return Object.keys(vendor).length === 0 ? resultOf(current) : await patch(client, projectId, id, vendor);
  });

/** Finds, makes and changes vendors of projects. */
export const projectVendorWrites: {
  find: FindOperation<ProcoreClient>;
  create: CreateOperation<ProcoreClient>;
  update: UpdateOperation<ProcoreClient>;
} = { find: findProjectVendors, create: createProjectVendor, update: updateProjectVendor };

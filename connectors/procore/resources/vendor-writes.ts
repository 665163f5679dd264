/** Finding, creating and updating vendors of the company directory. */
import type {
  CreateOperation,
  FindOperation,
  FoundDocument,
  UpdateOperation,
} from '../../../engine/model/connector.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { asFields, asText } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { listAll } from '../pages.ts';
import { syncOne } from '../sync.ts';
import { bodyOf, guardOrigin, jsonId, writesOrigin, writtenRow } from '../writing.ts';
import { vendorFields } from './vendor-fields.ts';

const plainName = (text: string | undefined): string =>
  (text ?? '').normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

const found = (row: Fields): FoundDocument => ({
  id: asText(row.id) ?? '',
  ...(asText(row.origin_code) === undefined ? {} : { number: asText(row.origin_code) ?? '' }),
  status: row.is_active === false ? 'Inactive' : 'Active',
  value: row,
  editable: true,
  released: true,
});

async function search(client: ProcoreClient, query: Record<string, string>): Promise<Fields[]> {
  const listing = {
    path: '/rest/v1.0/vendors',
    operation: 'look a vendor up',
    query: { company_id: client.companyId, view: 'extended', ...query },
  };
  return [...(await listAll(client, listing, client.context.signal)).values()];
}

/** Looks up by origin id, then by the ERP's number, then by the exact name regardless of case and spaces. */
export const findVendors: FindOperation<ProcoreClient> = async (client, value) => {
  const originId = asText(value.origin_id);
  const originCode = asText(value.origin_code);
  const name = asText(value.name);
  if (originId !== undefined) {
    const linked = (await search(client, { 'filters[origin_id]': originId })).filter(
      (row) => row.origin_id === originId,
    );
    if (linked.length > 0) return linked.map(found);
  }
  if (originCode !== undefined) {
    const numbered = (await search(client, { 'filters[search]': originCode })).filter(
      (row) => row.origin_code === originCode,
    );
    if (numbered.length > 0) return numbered.map(found);
  }
  if (name === undefined) return [];
  // A vendor that carries another number is another vendor, whatever it is called.
  const free = (row: Fields): boolean =>
    originCode === undefined || asText(row.origin_code) === undefined || row.origin_code === originCode;
  return (await search(client, { 'filters[search]': name }))
    .filter((row) => plainName(asText(row.name)) === plainName(name) && free(row))
    .map(found);
};

const result = (row: Fields & { id: string }) => {
  const document = found(row);
  return { ...document, id: row.id };
};

/** Creates a vendor; with an origin id through the sync action, which is safe to repeat. */
export const createVendor: CreateOperation<ProcoreClient> = async (client, value, options) => {
  const vendor = bodyOf(vendorFields, value, options);
  const what = `vendor ${asText(value.name) ?? ''}`;
  if (writesOrigin(options) && asText(value.origin_id) !== undefined) {
    const wrap = { company_id: jsonId(client.companyId) };
    const target = { path: '/rest/v1.0/vendors/sync', operation: 'create vendors', wrap };
    return result(writtenRow(await syncOne(client, target, vendor, what), what));
  }
  const { value: answer } = await client.http.post('/rest/v1.0/vendors', {
    operation: `create ${what}`,
    body: { company_id: jsonId(client.companyId), vendor },
  });
  return result(writtenRow(answer, what));
};

/** Updates a vendor. Procore wants the name on every update. */
export const updateVendor: UpdateOperation<ProcoreClient> = async (client, id, value, options) => {
  const what = `vendor ${asText(value.name) ?? id}`;
  const address = path`/rest/v1.0/vendors/${id}`;
  const query = { company_id: client.companyId, view: 'extended' };
  const { value: current } = await client.http.get(address, { operation: `read ${what}`, query });
  guardOrigin(asFields(current) ?? {}, value, options, `Vendor ${asText(value.name) ?? id}`);
  const vendor = { name: asFields(current)?.name ?? null, ...bodyOf(vendorFields, value, options) };
  const { value: answer } = await client.http.patch(address, {
    operation: `update ${what}`,
    body: { company_id: jsonId(client.companyId), vendor },
    repeatable: true,
  });
  return result(writtenRow(answer, what));
};

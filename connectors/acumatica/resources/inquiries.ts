/**
 * Rows of generic inquiries through OData: what an endpoint does not offer. Columns differ by inquiry, so they come as a list.
 * @source form SM208000, "Expose via OData"; address `/t/{tenant}/api/odata/gi/{name}` from 2024 R2 (public clients); the list of
 * inquiries is the service document of that feed: https://docs.oasis-open.org/odata/odata-json-format/v4.01/odata-json-format-v4.01.html#sec_ServiceDocument
 */
import type { ReadEvent, ReadRequest, Resource } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { FieldSchema, Fields, Value } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import type { AcumaticaClient } from '../client.ts';
import { text, whole } from '../schema/fields.ts';
import { companyScope, refuseRepeat } from './reading.ts';

const pageSize = 500;
const mostPages = 20_000;

const columnsOf = (row: Fields): Value[] =>
  Object.entries(row)
    .filter(([name]) => !name.startsWith('@'))
    .map(([Name, value]) => ({
      Name,
      Value: typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    }));

async function* readInquiry(
  client: AcumaticaClient,
  name: string,
  resource: string,
  request: ReadRequest,
): AsyncGenerator<ReadEvent> {
  const scope = companyScope(client);
  const size = Math.min(pageSize, request.limit ?? pageSize);
  let before = '';
  for (let page = 0; page < mostPages; page += 1) {
    if (request.signal.aborted) throw new AppError('run.cancelled', `Reading the inquiry ${name} was stopped.`);
    const rows = await client.inquiry(name, { top: size, skip: page * size });
    const records = rows.map((row, index) => {
      const number = String(page * size + index + 1);
      const id = `${name}/${number}`;
      const value: Fields = { Inquiry: name, RowNumber: number, Columns: columnsOf(row) };
      return { id, value, origin: { system: 'acumatica', resource, id, scope } };
    });
    if (records.length > 0) yield { kind: 'page', scope, records };
    if (rows.length < size || request.limit !== undefined) return;
    before = refuseRepeat(before, rows, `rows of the inquiry ${name}`);
  }
}

async function* read(client: AcumaticaClient, request: ReadRequest): AsyncGenerator<ReadEvent> {
  const names = request.filter?.Inquiry ?? [];
  if (names.length === 0) {
    throw new AppError('flow.missingConfig', 'The read node does not say which generic inquiry to read.', {
      hint: 'Filter it by the inquiry, such as =[Inquiry] = "PROCORE-OpenBills".',
    });
  }
  for (const name of names) yield* readInquiry(client, name, 'inquiry-rows', request);
  yield { kind: 'scope-done', scope: companyScope(client) };
}

const fields: readonly FieldSchema[] = [
  text('Inquiry', 'Inquiry', { description: 'Name of the inquiry.' }),
  whole('RowNumber', 'Row number'),
  {
    name: 'Columns',
    label: 'Columns',
    type: 'list',
    fields: [text('Name', 'Name'), text('Value', 'Value')],
    description: 'Column by column: XLOOKUP("Balance", [Columns.Name], [Columns.Value]).',
  },
];

/** One inquiry as a resource of its own. */
const inquiryResource = (name: string): Resource<AcumaticaClient> => {
  const id = `inquiry:${name}`;
  return defineResource<AcumaticaClient>({
    id,
    title: `Inquiry ${name}`,
    description: `Rows of the generic inquiry ${name}.`,
    source: 'form SM208000; OData address from 2024 R2',
    scope: 'company',
    fields,
    incremental: false,
    async *read(client, request) {
      yield* readInquiry(client, name, id, request);
      yield { kind: 'scope-done', scope: companyScope(client) };
    },
  });
};

/** The generic inquiries of the connection's user. @throws AppError remote.*, run.cancelled */
export const discoverInquiries = async (client: AcumaticaClient): Promise<Resource<AcumaticaClient>[]> =>
  (await client.inquiries()).sort((a, b) => a.localeCompare(b, 'en')).map(inquiryResource);

/** Rows of any inquiry, chosen by a filter: for flows that shall run against tenants where it does not exist yet. */
export const inquiryRows: Resource<AcumaticaClient> = defineResource<AcumaticaClient>({
  id: 'inquiry-rows',
  title: 'Generic inquiry rows',
  description: 'Rows of a generic inquiry that is exposed through OData. Filter by its name.',
  source: 'form SM208000; OData address from 2024 R2',
  scope: 'company',
  fields,
  pushable: ['Inquiry'],
  incremental: false,
  read,
});

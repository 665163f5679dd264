/**
 * Rows of generic inquiries through OData: what an endpoint does not offer. Each inquiry is a resource with typed columns, as the feed
 * describes them; the one for any inquiry carries its columns as a list.
 * @source form SM208000, "Expose via OData"; address `/t/{tenant}/api/odata/gi/{name}` from 2024 R2 (public clients); the list of
 * inquiries is the service document of that feed: https://docs.oasis-open.org/odata/odata-json-format/v4.01/odata-json-format-v4.01.html#sec_ServiceDocument
 */
import type { ReadEvent, ReadRequest, RemoteRecord, Resource } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { FieldSchema, Fields, Value } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asFields, asText } from '../../kit/json.ts';
import type { AcumaticaClient } from '../client.ts';
import { type AcumaticaField, fromWireValue } from '../codec.ts';
import { type RowSet, readMetadata } from '../metadata.ts';
import { text, whole } from '../schema/fields.ts';
import { pagesOf } from './pages.ts';
import { companyScope } from './reading.ts';

/** What the id of an inquiry's resource begins with. */
const prefix = 'inquiry:';
const pageSize = 500;
const source = 'form SM208000; OData address from 2024 R2';

/** What becomes of a row: its id, and its value. Number counts from 1. @throws AppError remote.badResponse */
type RowReader = (row: Fields, number: string) => { id: string; value: Fields };

const columnsOf = (row: Fields): Value[] =>
  Object.entries(row)
    .filter(([name]) => !name.startsWith('@'))
    .map(([Name, value]) => ({
      Name,
      Value: typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    }));

/** A row as a list of its columns. */
const listed =
  (name: string): RowReader =>
  (row, number) => ({
    id: `${name}/${number}`,
    value: { Inquiry: name, RowNumber: number, Columns: columnsOf(row) },
  });

/** Midnight of wherever the tenant is stands for a day without a time: kept as that day, whatever the offset. (assumed) */
const dayKept = (field: AcumaticaField, value: Value): Value =>
  field.type === 'datetime' && typeof value === 'string'
    ? value.replace(/^(\d{4}-\d{2}-\d{2}T00:00:00(?:\.0+)?)[+-]\d{2}:?\d{2}$/, '$1Z')
    : value;

/** OData writes decimals as numbers or, where a client asks for it, as texts; flags likewise. */
const flagRead = (field: AcumaticaField, value: Value): Value =>
  field.type === 'boolean' && (value === 'true' || value === 'false') ? value === 'true' : value;

/** A row by its typed columns, identified by its keys where it has some. */
const typed =
  (name: string, { columns, keys }: RowSet): RowReader =>
  (row, number) => {
    const value: Fields = {};
    for (const column of columns) {
      const held = row[column.name];
      if (held === undefined) continue;
      const prepared = held === '' && column.type !== 'text' ? null : flagRead(column, dayKept(column, held));
      value[column.name] = fromWireValue(column, prepared, `${name} row ${number}, ${column.name}`);
    }
    const parts = keys.map((key) => asText(value[key]));
    const identified = parts.length > 0 && parts.every((part) => part !== undefined);
    return { id: `${name}/${identified ? parts.join('/') : number}`, value };
  };

async function* readInquiry(
  client: AcumaticaClient,
  name: string,
  resource: string,
  request: ReadRequest,
  reader: RowReader,
): AsyncGenerator<ReadEvent> {
  const scope = companyScope(client);
  const pages = pagesOf({
    fetch(top, skip) {
      if (request.signal.aborted) throw new AppError('run.cancelled', `Reading the inquiry ${name} was stopped.`);
      return client.inquiry(name, { top, skip });
    },
    pageSize: Math.min(pageSize, request.limit ?? pageSize),
    what: `rows of the inquiry ${name}`,
    // Rows are not told apart for certain: joined ones may share their keys.
    restarts: false,
  });
  const seen = new Map<string, number>();
  let count = 0;
  for await (const rows of pages) {
    const records: RemoteRecord[] = [];
    for (const row of rows) {
      count += 1;
      const number = String(count);
      try {
        const { id: key, value } = reader(asFields(row) ?? {}, number);
        const times = (seen.get(key) ?? 0) + 1;
        seen.set(key, times);
        const id = times === 1 ? key : `${key}#${times}`;
        records.push({ id, value, origin: { system: 'acumatica', resource, id, scope } });
      } catch (thrown) {
        if (!(thrown instanceof AppError)) throw thrown;
        const origin = { system: 'acumatica', resource, id: `${name}/${number}`, scope };
        yield { kind: 'record-failed', origin, value: asFields(row) ?? {}, error: thrown };
      }
    }
    if (records.length > 0) yield { kind: 'page', scope, records };
    if (request.limit !== undefined) return;
  }
}

async function* read(client: AcumaticaClient, request: ReadRequest): AsyncGenerator<ReadEvent> {
  const names = request.filter?.Inquiry ?? [];
  if (names.length === 0) {
    throw new AppError('flow.missingConfig', 'The read node does not say which generic inquiry to read.', {
      hint: 'Filter it by the inquiry, such as =[Inquiry] = "PROCORE-OpenBills".',
    });
  }
  for (const name of names) yield* readInquiry(client, name, 'inquiry-rows', request, listed(name));
  yield { kind: 'scope-done', scope: companyScope(client) };
}

const listFields: readonly FieldSchema[] = [
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

/** One inquiry as a resource of its own; without a description of its columns it carries them as a list. */
const inquiryResource = (name: string, rows: RowSet | undefined): Resource<AcumaticaClient> => {
  const id = prefix + name;
  const reader = rows === undefined ? listed(name) : typed(name, rows);
  return defineResource<AcumaticaClient>({
    id,
    title: `Inquiry ${name}`,
    description: `Rows of the generic inquiry ${name}${rows === undefined ? ', whose columns the tenant does not describe' : ''}.`,
    source,
    scope: 'company',
    fields: rows?.columns ?? listFields,
    incremental: false,
    async *read(client, request) {
      yield* readInquiry(client, name, id, request, reader);
      yield { kind: 'scope-done', scope: companyScope(client) };
    },
  });
};

/** What the feed says of its columns; nothing where it says nothing. @throws AppError remote.* */
async function describedRows(client: AcumaticaClient): Promise<ReadonlyMap<string, RowSet>> {
  try {
    return readMetadata(await client.inquiryMetadata());
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'remote.notFound') return new Map();
    throw thrown;
  }
}

/**
 * The generic inquiries of the connection's user.
 * @param wanted ids of the resources that are asked for. Absent: all.
 * @throws AppError remote.*, run.cancelled
 */
export async function discoverInquiries(
  client: AcumaticaClient,
  wanted?: readonly string[],
): Promise<Resource<AcumaticaClient>[]> {
  if (wanted?.every((id) => !id.startsWith(prefix)) === true) return [];
  const names = (await client.inquiries()).filter((name) => wanted?.includes(prefix + name) !== false);
  const rows = names.length === 0 ? new Map<string, RowSet>() : await describedRows(client);
  return names.sort((a, b) => a.localeCompare(b, 'en')).map((name) => inquiryResource(name, rows.get(name)));
}

/** Rows of any inquiry, chosen by a filter: for flows that shall run against tenants where it does not exist yet. */
export const inquiryRows: Resource<AcumaticaClient> = defineResource<AcumaticaClient>({
  id: 'inquiry-rows',
  title: 'Generic inquiry rows',
  description: 'Rows of a generic inquiry that is exposed through OData. Filter by its name.',
  source,
  scope: 'company',
  fields: listFields,
  pushable: ['Inquiry'],
  incremental: false,
  read,
});

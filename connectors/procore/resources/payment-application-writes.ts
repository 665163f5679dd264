/**
 * Writing payment applications (owner invoices): the header as a draft, for which Procore makes the lines from the prime contract's
 * schedule of values; then the amounts line by line, the status and the origin last. Found by origin id, else by contract, billing
 * period and invoice number, so that none is made twice.
 * @source https://developers.procore.com/reference/rest/payment-applications-owner-invoices (2026-05)
 */
import { normalizeInvoiceNumber } from '../../../engine/model/business-key.ts';
import type {
  CreateOperation,
  FindOperation,
  FoundDocument,
  ReleaseOperation,
  UpdateOperation,
  WriteResult,
} from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { FieldSchema, Fields, Scope } from '../../../engine/model/record.ts';
import { sameValue } from '../../../engine/model/updates.ts';
import { asFields, asList, asText, type JsonBody } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { listAll } from '../pages.ts';
import {
  bodyOf,
  guardOrigin,
  jsonId,
  projectOf,
  serialised,
  unfinished,
  writeResult,
  writesOrigin,
  writtenRow,
} from '../writing.ts';

/** Where an owner invoice hangs. */
interface Place {
  projectId: string;
  contractId: string;
}

const contractOf = (row: Fields): string | undefined => asText(row.contract_id) ?? asText(asFields(row.contract)?.id);

const placeOf = (value: Fields, scope: Scope | undefined): Place => {
  const projectId = projectOf(value, scope, 'an owner invoice');
  const contractId = contractOf(value);
  if (contractId !== undefined) return { projectId, contractId };
  throw new AppError('data.badValue', 'An owner invoice does not say which prime contract it belongs to.', {
    fields: { contract_id: 'is empty' },
  });
};

const base = ({ contractId }: Place): string => path`/rest/v1.0/prime_contracts/${contractId}/payment_applications`;

const rowsIn = (row: Fields): Fields[] => (asList(row.g703) ?? []).map((line) => asFields(line) ?? {});

const resultOf = (row: Fields): WriteResult =>
  writeResult(row, { number: asText(row.invoice_number) ?? asText(row.number) });

const foundOf = (row: Fields): FoundDocument => {
  const released = asText(row.status) === 'approved';
  return { ...resultOf(row), value: row, editable: !released, released };
};

async function show(client: ProcoreClient, id: string, projectId: string): Promise<Fields> {
  const { value } = await client.http.get(path`/rest/v1.0/payment_applications/${id}`, {
    operation: `read owner invoice ${id}`,
    query: { project_id: projectId },
  });
  const row = asFields(value) ?? {};
  return { ...row, id, project_id: projectId, contract_id: contractOf(row) ?? null };
}

const findApplications: FindOperation<ProcoreClient> = async (client, value, scope) => {
  const place = placeOf(value, scope);
  const wanted = normalizeInvoiceNumber(asText(value.invoice_number) ?? '');
  const listing = {
    path: base(place),
    operation: `look owner invoice ${asText(value.invoice_number) ?? ''} up`,
    query: { project_id: place.projectId },
  };
  const rows = [...(await listAll(client, listing, client.context.signal)).values()];
  const originId = asText(value.origin_id);
  const linked = rows.filter((row) => originId !== undefined && asText(row.origin_id) === originId);
  const same = (row: Fields): boolean => {
    const there = normalizeInvoiceNumber(asText(row.invoice_number) ?? '');
    return asText(row.period_id) === asText(value.period_id) && (wanted === '' || there === '' || there === wanted);
  };
  const hits = linked.length > 0 ? linked : rows.filter(same);
  return Promise.all(hits.map(async (row) => foundOf(await show(client, asText(row.id) ?? '', place.projectId))));
};

/** Amounts of a line that a write takes; Procore makes the others from them. */
const amountNames = [
  'work_completed_this_period',
  'materials_presently_stored',
  'work_completed_retainage_retained_this_period',
  'materials_stored_retainage_retained_this_period',
  'work_completed_retainage_released_this_period',
  'work_completed_this_period_quantity',
] as const;

/** Whether a line of the invoice is the one that a line of the value names: by id, else by number, else by code. */
function names(line: Fields, candidate: Fields): boolean {
  const id = asText(line.id);
  if (id !== undefined) return id === asText(candidate.id);
  const number = asText(line.item_number);
  if (number !== undefined) return number === asText(candidate.item_number);
  const flat = asText(asFields(line.wbs_code)?.flat_code);
  if (flat !== undefined) return flat === asText(asFields(candidate.wbs_code)?.flat_code);
  const code = asText(asFields(line.cost_code)?.full_code);
  return code !== undefined && code === asText(asFields(candidate.cost_code)?.full_code);
}

const unknownLine = (place: number, what: string): AppError =>
  new AppError('data.badValue', `Line ${place} of the owner invoice ${what}.`, {
    fields: { [`g703[${place}].item_number`]: what },
    hint: 'Name the line by its item number; an owner invoice bills no other lines than those of its prime contract.',
  });

/** A line that is not billed. */
const nothing: Fields = {
  work_completed_this_period: '0.00',
  work_completed_retainage_retained_this_period: '0.00',
};

/** What has to be written so that the invoice bills what the value says; lines it does not name lose this period's work. */
function changesOf(wanted: readonly Fields[], there: readonly Fields[]): [string, Record<string, JsonBody>][] {
  const billed = new Map<Fields, Fields>();
  for (const [index, line] of wanted.entries()) {
    const hits = there.filter((candidate) => names(line, candidate));
    const [hit] = hits;
    if (hit === undefined) throw unknownLine(index + 1, 'bills a line that the prime contract does not have');
    if (hits.length > 1) throw unknownLine(index + 1, `may bill any of ${hits.length} lines of the prime contract`);
    if (billed.has(hit)) throw unknownLine(index + 1, 'bills the same line as another one');
    billed.set(hit, line);
  }
  const changes: [string, Record<string, JsonBody>][] = [];
  for (const row of there) {
    const line = billed.get(row) ?? nothing;
    const given = amountNames.flatMap((name) => (line[name] === undefined ? [] : [[name, line[name]] as const]));
    // All amounts together: of work alone Procore would make the retainage itself.
    if (given.some(([name, wanted]) => !sameValue(row[name] ?? '0', wanted)))
      changes.push([asText(row.id) ?? '', Object.fromEntries(given)]);
  }
  return changes;
}

/** Brings the lines to those of the value. Writing the same amounts again changes nothing. */
async function fillLines(client: ProcoreClient, place: Place, id: string, value: Fields): Promise<void> {
  if (asList(value.g703) === undefined) return;
  const changes = changesOf(rowsIn(value), rowsIn(await show(client, id, place.projectId)));
  for (const [lineId, payment_application_line_item] of changes) {
    const { contractId } = place;
    await client.http.patch(path`/rest/v1.0/prime_contracts/${contractId}/payment_application_line_items/${lineId}`, {
      operation: `write a line of owner invoice ${id}`,
      body: { project_id: jsonId(place.projectId), payment_application_line_item },
      repeatable: true,
    });
  }
}

async function patch(
  client: ProcoreClient,
  place: Place,
  id: string,
  payment_application: Record<string, JsonBody>,
  operation: string,
): Promise<void> {
  if (Object.keys(payment_application).length === 0) return;
  await client.http.patch(`${base(place)}/${encodeURIComponent(id)}`, {
    operation,
    body: { project_id: jsonId(place.projectId), payment_application },
    repeatable: true,
  });
}

const notHeader = ['g702', 'g703', 'project_id', 'contract_id', 'period_id', 'origin_id', 'origin_data'];

/** The header as a write takes it: the billing period has another name there. */
function headerOf(fields: readonly FieldSchema[], value: Fields): Record<string, JsonBody> {
  const body = bodyOf(fields, value, {}, { omit: notHeader });
  if (asText(value.period_id) === undefined) return body;
  return { ...body, commitment_billing_period_id: jsonId(value.period_id) };
}

function stampOf(value: Fields, options: Parameters<typeof writesOrigin>[0]): Record<string, JsonBody> {
  if (!writesOrigin(options) || asText(value.origin_id) === undefined) return {};
  return { origin_id: value.origin_id ?? null, origin_data: value.origin_data ?? null };
}

const createApplication =
  (fields: readonly FieldSchema[]): CreateOperation<ProcoreClient> =>
  async (client, value, options, scope) => {
    const place = placeOf(value, scope);
    const what = `owner invoice ${asText(value.invoice_number) ?? `of prime contract ${place.contractId}`}`;
    const { value: answer } = await client.http.post(base(place), {
      operation: `create ${what}`,
      body: {
        project_id: jsonId(place.projectId),
        payment_application: { ...headerOf(fields, value), status: 'draft' },
      },
    });
    const { id } = writtenRow(answer, what);
    try {
      await fillLines(client, place, id, value);
      const status = typeof options.newStatus === 'string' ? options.newStatus : 'draft';
      if (status !== 'draft') await patch(client, place, id, { status }, `set the status of ${what}`);
      await patch(client, place, id, stampOf(value, options), `write the origin id of ${what}`);
      return resultOf(await show(client, id, place.projectId));
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      const record = {
        path: path`/rest/v1.0/payment_applications/${id}`,
        operation: 'remove the owner invoice again',
        query: { project_id: place.projectId },
        unsure: `The owner invoice ${id} is in Procore, but not certainly complete.`,
        stays: `The owner invoice ${id} stays in Procore as it is.`,
      };
      throw await unfinished(client, record, thrown);
    }
  };

const updateApplication =
  (fields: readonly FieldSchema[]): UpdateOperation<ProcoreClient> =>
  (client, id, value, options, scope) =>
    serialised(client, `owner invoice ${id}`, async () => {
      const place = placeOf(value, scope);
      const current = await show(client, id, place.projectId);
      const what = `owner invoice ${asText(current.invoice_number) ?? id}`;
      guardOrigin(current, value, options, `The ${what}`);
      if (!foundOf(current).editable)
        throw new AppError('remote.rejected', `The ${what} is approved, so it is not changed any more.`, {
          hint: 'Set the owner invoice back to draft in Procore, then replay.',
        });
      await patch(client, place, id, headerOf(fields, value), `update ${what}`);
      await fillLines(client, place, id, value);
      await patch(client, place, id, stampOf(value, options), `write the origin id of ${what}`);
      return resultOf(await show(client, id, place.projectId));
    });

const releaseApplication: ReleaseOperation<ProcoreClient> = (client, id, scope) =>
  serialised(client, `owner invoice ${id}`, async () => {
    const projectId = projectOf({}, scope, 'an owner invoice');
    const current = await show(client, id, projectId);
    if (foundOf(current).released) return resultOf(current);
    const place = { projectId, contractId: contractOf(current) ?? '' };
    await patch(client, place, id, { status: 'approved' }, `approve owner invoice ${id}`);
    return resultOf(await show(client, id, projectId));
  });

/** Finds, makes, changes and approves owner invoices. */
export const paymentApplicationWrites = (
  fields: readonly FieldSchema[],
): {
  find: FindOperation<ProcoreClient>;
  create: CreateOperation<ProcoreClient>;
  update: UpdateOperation<ProcoreClient>;
  release: ReleaseOperation<ProcoreClient>;
} => ({
  find: findApplications,
  create: createApplication(fields),
  update: updateApplication(fields),
  release: releaseApplication,
});

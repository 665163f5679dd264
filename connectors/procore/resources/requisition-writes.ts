/**
 * Writing requisitions: the header with its lines as draft in one call, then what that call does not take (change orders, and amounts
 * that Procore set otherwise), the status last. Found by contract, billing period and invoice number, so that none is made twice.
 * @source https://developers.procore.com/reference/rest/requisitions-subcontractor-invoices (2026-05)
 */
import { normalizeInvoiceNumber } from '../../../engine/model/business-key.ts';
import type {
  CreateOperation,
  FindOperation,
  FoundDocument,
  ReleaseOperation,
  UpdateOperation,
  WriteOptionDeclaration,
  WriteOptions,
  WriteResult,
} from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields, Scope } from '../../../engine/model/record.ts';
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
import { requisitionFields } from './requisition-fields.ts';
import { type BilledLine, billedLines, createdItem, itemChanges, itemOf, netDifferences } from './requisition-lines.ts';

const base = '/rest/v1.1/requisitions';

/** What a new invoice becomes once its lines are filled. */
export const statusOption: WriteOptionDeclaration = {
  name: 'newStatus',
  label: 'Status of new invoices',
  kind: 'choice',
  default: 'draft',
  choices: [
    { value: 'draft', label: 'Draft' },
    { value: 'under_review', label: 'Under review' },
    { value: 'approved', label: 'Approved' },
  ],
  help: 'Set last, when all lines are filled. Releasing approves an invoice as a step of its own.',
};

const approved = new Set(['approved', 'approved_as_noted']);
const openStatus = new Set(['draft', 'under_review', 'revise_and_resubmit']);

/** Where an invoice hangs; Procore wants both ids with every change. */
interface Place {
  projectId: string;
  contractId: string;
}

const placeOf = (value: Fields, scope: Scope | undefined): Place => {
  const projectId = projectOf(value, scope, 'an invoice');
  const contractId = asText(value.commitment_id);
  if (contractId !== undefined) return { projectId, contractId };
  throw new AppError('data.badValue', 'An invoice does not say which contract it belongs to.', {
    fields: { commitment_id: 'is empty' },
  });
};

const itemsOf = (row: Fields): Fields[] => (asList(row.items) ?? []).map((item) => asFields(item) ?? {});

const resultOf = (row: Fields): WriteResult =>
  writeResult(row, { number: asText(row.invoice_number) ?? asText(row.number) });

const foundOf = (row: Fields): FoundDocument => {
  const status = asText(row.status)?.toLowerCase() ?? '';
  const editable = openStatus.has(status) && asText(row.origin_id) === undefined;
  return { ...resultOf(row), value: row, editable, released: approved.has(status) };
};

/** By origin id; else in the same billing period of the contract by the same number, where both invoices have one. */
const findRequisitions: FindOperation<ProcoreClient> = async (client, value, scope) => {
  const { projectId, contractId } = placeOf(value, scope);
  const listing = {
    path: base,
    operation: `look invoice ${asText(value.invoice_number) ?? ''} up`.replace('  ', ' '),
    query: { project_id: projectId, view: 'items', 'filters[commitment_id]': contractId },
  };
  const all = [...(await listAll(client, listing, client.context.signal)).values()];
  // The filter may be ignored; the contract is compared once more.
  const rows = all.filter((row) => asText(row.commitment_id) === contractId);
  const originId = asText(value.origin_id);
  const linked = rows.filter((row) => originId !== undefined && asText(row.origin_id) === originId);
  if (linked.length > 0) return linked.map(foundOf);
  const number = normalizeInvoiceNumber(asText(value.invoice_number) ?? '');
  const same = (row: Fields): boolean => {
    const other = normalizeInvoiceNumber(asText(row.invoice_number) ?? '');
    return number === '' || other === '' || other === number;
  };
  return rows.filter((row) => asText(row.period_id) === asText(value.period_id) && same(row)).map(foundOf);
};

async function show(client: ProcoreClient, id: string, { projectId }: Place): Promise<Fields> {
  const { value } = await client.http.get(path`/rest/v1.1/requisitions/${id}`, {
    operation: `read invoice ${id}`,
    query: { project_id: projectId, view: 'items' },
  });
  return { ...asFields(value), id };
}

async function patch(
  client: ProcoreClient,
  id: string,
  { projectId, contractId }: Place,
  requisition: Record<string, JsonBody>,
  operation: string,
): Promise<void> {
  if (Object.keys(requisition).length === 0) return;
  await client.http.patch(path`/rest/v1.1/requisitions/${id}`, {
    operation,
    body: { project_id: jsonId(projectId), commitment_id: jsonId(contractId), requisition },
    repeatable: true,
  });
}

/** Attaches the change orders whose lines are billed. One that is there already is left out, so asking twice adds nothing. */
async function attachChangeOrders(
  client: ProcoreClient,
  id: string,
  { projectId, contractId }: Place,
  lines: readonly BilledLine[],
  items: readonly Fields[],
): Promise<boolean> {
  const wanted = new Set(
    lines.flatMap((line) =>
      line.packageId === undefined || itemOf(line, items) !== undefined ? [] : [line.packageId],
    ),
  );
  for (const packageId of wanted) {
    await client.http.post(path`/rest/v1.0/requisitions/${id}/add_change_order_package`, {
      operation: `put change order package ${packageId} on the invoice`,
      query: { project_id: projectId, commitment_id: contractId, change_order_package_id: packageId },
    });
  }
  return wanted.size > 0;
}

/** Brings the lines of an invoice to those billed. Answers the invoice as it is afterwards. */
async function fillLines(client: ProcoreClient, id: string, place: Place, lines: readonly BilledLine[]) {
  let row = await show(client, id, place);
  if (await attachChangeOrders(client, id, place, lines, itemsOf(row))) row = await show(client, id, place);
  const requisition_items = itemChanges(lines, itemsOf(row));
  if (requisition_items.length === 0) return row;
  await client.http.patch(path`/rest/v1.0/requisitions/${id}/bulk_item_update`, {
    operation: `write the lines of invoice ${id}`,
    query: { project_id: place.projectId },
    body: { requisition_items },
    repeatable: true,
  });
  return await show(client, id, place);
}

/** The origin id locks the invoice: it comes last. */
function stampOf(value: Fields, options: WriteOptions): Record<string, JsonBody> {
  if (!writesOrigin(options) || asText(value.origin_id) === undefined) return {};
  return { origin_id: value.origin_id ?? null, origin_data: value.origin_data ?? null };
}

const notHeader = ['items', 'project_id', 'commitment_id', 'commitment_type'];
const headerOf = (value: Fields): Record<string, JsonBody> => bodyOf(requisitionFields, value, {}, { omit: notHeader });

/** What is said of an invoice that could not be completed. */
const incomplete = (client: ProcoreClient, id: string, place: Place, reason: AppError): Promise<AppError> =>
  unfinished(
    client,
    {
      path: path`/rest/v1.1/requisitions/${id}`,
      operation: 'remove the invoice again',
      query: { project_id: place.projectId },
      unsure: `The invoice ${id} is in Procore, but not certainly complete.`,
      stays: `The invoice ${id} stays in Procore as it is.`,
    },
    reason,
  );

const createRequisition: CreateOperation<ProcoreClient> = async (client, value, options, scope) => {
  const place = placeOf(value, scope);
  const what = `invoice ${asText(value.invoice_number) ?? `of contract ${place.contractId}`}`;
  const lines = await billedLines(client, place.projectId, value);
  const items = lines.filter(({ packageId }) => packageId === undefined).map(createdItem);
  const { value: answer } = await client.http.post(base, {
    operation: `create ${what}`,
    body: {
      project_id: jsonId(place.projectId),
      commitment_id: jsonId(place.contractId),
      requisition: { ...headerOf(value), status: 'draft', items },
    },
  });
  const { id } = writtenRow(answer, what);
  try {
    const filled = await fillLines(client, id, place, lines);
    const status = typeof options.newStatus === 'string' ? options.newStatus : 'draft';
    if (status !== 'draft') await patch(client, id, place, { status }, `set the status of ${what}`);
    await patch(client, id, place, stampOf(value, options), `write the origin id of ${what}`);
    const warnings = netDifferences(lines, itemsOf(filled));
    const result = resultOf(await show(client, id, place));
    return warnings.length === 0 ? result : { ...result, warnings };
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    throw await incomplete(client, id, place, thrown);
  }
};

const lockedError = (row: Fields, id: string, what: string): AppError => {
  const name = asText(row.invoice_number) ?? id;
  const why = asText(row.origin_id) === undefined ? `is ${String(row.status)}` : 'is linked to an ERP';
  return new AppError('remote.rejected', `Invoice ${name} ${why}, so it is not ${what} any more.`, {
    hint: 'Set the invoice back to draft in Procore, or clear its origin id there, then replay.',
  });
};

const updateRequisition: UpdateOperation<ProcoreClient> = (client, id, value, options, scope) =>
  serialised(client, `requisition ${id}`, async () => {
    const place = placeOf(value, scope);
    const current = await show(client, id, place);
    guardOrigin(current, value, options, `Invoice ${asText(value.invoice_number) ?? id}`);
    if (!foundOf(current).editable) throw lockedError(current, id, 'changed');
    const lines = await billedLines(client, place.projectId, value);
    await patch(client, id, place, headerOf(value), `update invoice ${id}`);
    if (value.items !== undefined) await fillLines(client, id, place, lines);
    await patch(client, id, place, stampOf(value, options), `write the origin id of invoice ${id}`);
    return resultOf(await show(client, id, place));
  });

const releaseRequisition: ReleaseOperation<ProcoreClient> = (client, id, scope) =>
  serialised(client, `requisition ${id}`, async () => {
    const projectId = projectOf({}, scope, 'an invoice');
    const current = await show(client, id, { projectId, contractId: '' });
    if (foundOf(current).released) return resultOf(current);
    if (!foundOf(current).editable) throw lockedError(current, id, 'approved');
    const place = { projectId, contractId: asText(current.commitment_id) ?? '' };
    await patch(client, id, place, { status: 'approved' }, `approve invoice ${id}`);
    return resultOf(await show(client, id, place));
  });

/** Finds, makes, changes and approves requisitions. */
export const requisitionWrites: {
  find: FindOperation<ProcoreClient>;
  create: CreateOperation<ProcoreClient>;
  update: UpdateOperation<ProcoreClient>;
  release: ReleaseOperation<ProcoreClient>;
} = {
  find: findRequisitions,
  create: createRequisition,
  update: updateRequisition,
  release: releaseRequisition,
};

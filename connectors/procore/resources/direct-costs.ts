/** Direct costs: costs outside a commitment. @source https://developers.procore.com/reference/rest/direct-costs (2026-05) */
import type {
  CreateOperation,
  FindOperation,
  FoundDocument,
  Resource,
  UpdateOperation,
  WriteOptions,
  WriteResult,
} from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { FieldSchema, Fields, Scope } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asFields, asList, asText, type JsonBody } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { budgetCodeOf } from '../coding.ts';
import {
  attachments,
  contractLineFields,
  currency,
  date,
  id,
  instant,
  integer,
  list,
  money,
  originFields,
  projectId,
  readOnly,
  reference,
  stamps,
  text,
} from '../fields.ts';
import { overlapHours } from '../overlap.ts';
import { listAll } from '../pages.ts';
import { getOne, projectRead } from '../reading.ts';
import {
  bodyOf,
  guardOrigin,
  jsonId,
  numberOf,
  originOption,
  overConflicts,
  projectOf,
  serialised,
  writesOrigin,
  writtenRow,
} from '../writing.ts';
import { wholeCosts } from './direct-cost-lines.ts';

const fields: readonly FieldSchema[] = [
  id,
  projectId,
  text('direct_cost_type', 'Kind', {
    required: true,
    permitted: ['invoice', 'expense', 'payroll', 'subcontractor_invoice'],
  }),
  date('direct_cost_date', 'Date', { required: true }),
  date('received_date', 'Received'),
  date('payment_date', 'Paid on'),
  text('invoice_number', 'Invoice number', { description: 'Required for invoices.' }),
  text('status', 'Status', { permitted: ['draft', 'pending', 'revise_and_resubmit', 'approved'] }),
  text('terms', 'Terms'),
  text('description', 'Description'),
  reference('vendor', 'Vendor'),
  text('vendor_id', 'Vendor id', { description: 'Blank for payroll and expenses.' }),
  readOnly(text('vendor_name', 'Vendor name')),
  reference('employee', 'Employee'),
  text('employee_id', 'Employee id', { description: 'For writing.', assumed: true }),
  readOnly(money('grand_total', 'Amount')),
  readOnly(money('amount', 'Amount in lists')),
  list('line_items', 'Lines', contractLineFields),
  readOnly(integer('line_items_count', 'Number of lines')),
  readOnly(integer('attachments_count', 'Number of attachments')),
  attachments,
  ...originFields,
  currency,
  ...stamps,
  readOnly(instant('deleted_at', 'Deleted at')),
];

const declaration = {
  id: 'direct-costs',
  title: 'Direct costs',
  description:
    'Invoices, expenses and payroll outside commitments, with lines. Post those that are approved; the list has no filter on status.',
  source: 'https://developers.procore.com/reference/rest/direct-costs',
  scope: 'project',
  fields,
  key: { fields: ['project_id', 'vendor_id', 'invoice_number'], normalize: 'invoice-number' },
  amount: {
    field: 'grand_total',
    currencyField: 'currency_configuration.currency_iso_code',
    lines: { list: 'line_items', field: 'total_amount' },
  },
  roles: {
    approval: 'status',
    date: 'direct_cost_date',
    vendor: 'vendor_id',
    number: 'invoice_number',
    lines: 'line_items',
    project: 'project_id',
    lineDescription: 'description',
  },
  pushable: ['invoice_number', 'origin_id'],
  incremental: true,
  overlapHours,
  options: [originOption('It locks the direct cost: nothing of it can be changed in Procore afterwards.')],
} as const;

/** In lists the vendor is a text; it becomes the record that single ones have. */
const uniform = (row: Fields): Fields =>
  typeof row.vendor === 'string' ? { ...row, vendor: { id: row.vendor_id ?? null, name: row.vendor } } : row;

/** Lines of version 1.1 by number; more than a hundred go in parts. @source fact sheet 15.17 */
const linesPerCreate = 100;

async function lineBodies(
  client: ProcoreClient,
  value: Fields,
  projectId: string,
): Promise<Record<string, JsonBody>[]> {
  const bodies: Record<string, JsonBody>[] = [];
  for (const [index, raw] of (asList(value.line_items) ?? []).entries()) {
    const line = asFields(raw) ?? {};
    const which = `Line ${index + 1}`;
    const wbs = await budgetCodeOf(client, line, projectId, which);
    const byUnits =
      line.extended_type === 'calculated' || (asText(line.quantity) !== undefined && asText(line.amount) === undefined);
    const amount: Record<string, JsonBody> = byUnits
      ? {
          quantity: numberOf(line.quantity, 'quantity'),
          unit_cost: numberOf(line.unit_cost, 'unit_cost'),
          uom: line.uom ?? null,
        }
      : { manual_amount: numberOf(line.amount ?? line.total_amount, 'amount') };
    bodies.push({ wbs_code_id: jsonId(wbs), description: line.description ?? null, ref: String(index + 1), ...amount });
  }
  return bodies;
}

const found = (row: Fields): FoundDocument => {
  const number = asText(row.invoice_number);
  const status = asText(row.status);
  return {
    id: asText(row.id) ?? '',
    value: row,
    editable: asText(row.origin_id) === undefined,
    released: status === 'approved',
    ...(number === undefined ? {} : { number }),
    ...(status === undefined ? {} : { status }),
  };
};

const result = (row: Fields & { id: string }): WriteResult => {
  const { editable: _editable, released: _released, ...rest } = found(row);
  return rest;
};

const plainNumber = (text: string | undefined): string =>
  (text ?? '')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replace(/^0+/, '');

/** By origin id; else by vendor and invoice number regardless of case, spaces and punctuation. */
const findDirectCosts: FindOperation<ProcoreClient> = async (client, value, scope) => {
  const projectId = projectOf(value, scope, 'a direct cost');
  const listing = { path: path`/rest/v1.1/projects/${projectId}/direct_costs`, operation: 'look a direct cost up' };
  const rows = [...(await listAll(client, listing, client.context.signal)).values()].map(uniform);
  const originId = asText(value.origin_id);
  const linked = rows.filter((row) => originId !== undefined && row.origin_id === originId);
  const number = plainNumber(asText(value.invoice_number));
  const same = (row: Fields): boolean =>
    number !== '' &&
    plainNumber(asText(row.invoice_number)) === number &&
    (row.vendor_id ?? null) === (value.vendor_id ?? null);
  const hits = linked.length > 0 ? linked : rows.filter(same);
  const scopeOf: Scope = scope ?? { kind: 'project', id: projectId, label: `Project ${projectId}` };
  const whole = await wholeCosts(client, hits, scopeOf, client.context.signal);
  return whole.map((cost) => {
    if (cost instanceof AppError) throw cost;
    return found(cost);
  });
};

const headerOnly = { omit: ['line_items', 'project_id'] };

/** Adds the lines that one create does not take, one after the other: parallel writes answer 409. */
async function addLines(
  client: ProcoreClient,
  projectId: string,
  costId: string,
  lines: readonly Record<string, JsonBody>[],
): Promise<void> {
  for (const { manual_amount: amount, ref: _ref, ...line } of lines) {
    await overConflicts(client, () =>
      client.http.post(path`/rest/v1.0/projects/${projectId}/direct_costs/${costId}/line_items`, {
        operation: `add a line to direct cost ${costId}`,
        body: {
          line_item: {
            ...line,
            direct_cost_id: jsonId(costId),
            ...(amount === undefined ? {} : { amount, extended_type: 'manual' }),
          },
        },
      }),
    );
  }
}

/** Origin comes last: it locks the record. */
async function stamp(
  client: ProcoreClient,
  projectId: string,
  costId: string,
  value: Fields,
  options: WriteOptions,
): Promise<void> {
  if (!writesOrigin(options) || asText(value.origin_id) === undefined) return;
  await overConflicts(client, () =>
    client.http.patch(path`/rest/v1.1/projects/${projectId}/direct_costs/${costId}`, {
      operation: `write the origin id of direct cost ${costId}`,
      body: { direct_cost: { origin_id: value.origin_id ?? null, origin_data: value.origin_data ?? null } },
      repeatable: true,
    }),
  );
}

const createDirectCost: CreateOperation<ProcoreClient> = async (client, value, options, scope) => {
  const projectId = projectOf(value, scope, 'a direct cost');
  const what = `direct cost ${asText(value.invoice_number) ?? ''}`;
  const lines = await lineBodies(client, value, projectId);
  const direct_cost = { ...bodyOf(fields, value, {}, headerOnly), line_items: lines.slice(0, linesPerCreate) };
  const { value: answer } = await overConflicts(client, () =>
    client.http.post(path`/rest/v1.1/projects/${projectId}/direct_costs`, {
      operation: `create ${what}`,
      body: { direct_cost },
    }),
  );
  const row = writtenRow(answer, what);
  try {
    await serialised(client, `direct cost ${row.id}`, async () => {
      await addLines(client, projectId, row.id, lines.slice(linesPerCreate));
      await stamp(client, projectId, row.id, value, options);
    });
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    throw new AppError(
      'remote.outcomeUnknown',
      `The ${what} is in Procore (id ${row.id}), but not certainly complete. ${thrown.message}`,
      { cause: thrown },
    );
  }
  return result(row);
};

const updateDirectCost: UpdateOperation<ProcoreClient> = (client, costId, value, options, scope) =>
  serialised(client, `direct cost ${costId}`, async () => {
    const projectId = projectOf(value, scope, 'a direct cost');
    const address = path`/rest/v1.1/projects/${projectId}/direct_costs/${costId}`;
    const { value: current } = await client.http.get(address, { operation: `read direct cost ${costId}` });
    guardOrigin(asFields(current) ?? {}, value, options, `Direct cost ${costId}`);
    // Kind and invoice number cannot be changed; lines are left as they are, because Procore has no call that replaces them whole.
    const body = bodyOf(
      fields,
      value,
      {},
      { omit: ['line_items', 'project_id', 'direct_cost_type', 'invoice_number'] },
    );
    const { value: answer } = await overConflicts(client, () =>
      client.http.patch(address, {
        operation: `update direct cost ${costId}`,
        body: { direct_cost: body },
        repeatable: true,
      }),
    );
    await stamp(client, projectId, costId, value, options);
    return result(writtenRow(answer, `direct cost ${costId}`));
  });

/** Direct costs with lines. */
export const directCosts: Resource<ProcoreClient> = defineResource({
  ...declaration,
  read: projectRead(declaration, {
    path: (projectId) => path`/rest/v1.1/projects/${projectId}/direct_costs`,
    filters: { invoice_number: 'filters[invoice_number]', origin_id: 'filters[origin_id]' },
    label: 'invoice_number',
    reshape: uniform,
    complete: wholeCosts,
    completesSingly: true,
  }),
  get: getOne(declaration, {
    path: (costId, projectId) => path`/rest/v1.1/projects/${projectId}/direct_costs/${costId}`,
    label: 'invoice_number',
  }),
  find: findDirectCosts,
  create: createDirectCost,
  update: updateDirectCost,
});

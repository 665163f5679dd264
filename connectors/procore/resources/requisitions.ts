/**
 * Requisitions (subcontractor invoices), version 1.1 with their items inline.
 * @source https://developers.procore.com/reference/rest/requisitions-subcontractor-invoices (2026-05)
 */
import type { Resource } from '../../../engine/model/connector.ts';
import type { Fields, Scope } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asFields, asList, asText } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { completeCoding } from '../coding.ts';
import { overlapHours } from '../overlap.ts';
import { getOne, type ListDescription, projectRead } from '../reading.ts';
import { originOption } from '../writing.ts';
import { requisitionFields } from './requisition-fields.ts';
import { requisitionWrites, statusOption } from './requisition-writes.ts';

const declaration = {
  id: 'requisitions',
  title: 'Requisitions (subcontractor invoices)',
  description:
    'Invoices of subcontractors with their lines, by project. Post those that are approved. To write is to bill lines of a contract in a billing period.',
  source: 'https://developers.procore.com/reference/rest/requisitions-subcontractor-invoices',
  scope: 'project',
  fields: requisitionFields,
  key: {
    fields: ['commitment_id', 'period_id', 'invoice_number'],
    normalize: 'invoice-number',
    blankable: ['invoice_number'],
  },
  amount: {
    field: 'summary.current_payment_due',
    currencyField: 'currency_configuration.currency_iso_code',
    lines: { list: 'items', field: 'net_amount' },
  },
  roles: {
    approval: 'status',
    date: 'billing_date',
    vendor: 'vendor_id',
    number: 'invoice_number',
    lines: 'items',
    project: 'project_id',
    lineDescription: 'description_of_work',
  },
  pushable: ['status', 'commitment_id', 'period_id', 'origin_id'],
  incremental: true,
  overlapHours,
  options: [
    statusOption,
    originOption(
      'It locks the invoice: nothing of it can be changed in Procore afterwards, nor approved by releasing.',
    ),
  ],
} as const;

async function withCoding(client: ProcoreClient, rows: Fields[], scope: Scope, signal: AbortSignal): Promise<Fields[]> {
  const completed: Fields[] = [];
  for (const row of rows) {
    const lines = (asList(row.items) ?? []).map((item) => asFields(item) ?? {});
    const contract = { type: asText(row.commitment_type), id: asText(row.commitment_id) };
    completed.push({ ...row, items: await completeCoding(client, lines, contract, scope, signal) });
  }
  return completed;
}

const description: ListDescription = {
  path: () => '/rest/v1.1/requisitions',
  query: (projectId) => ({ project_id: projectId, view: 'items' }),
  filters: {
    status: 'filters[status]',
    commitment_id: 'filters[commitment_id]',
    period_id: 'filters[period_id]',
    origin_id: 'filters[origin_id]',
  },
  label: 'invoice_number',
  complete: withCoding,
};

/** Requisitions with items, project by project. */
export const requisitions: Resource<ProcoreClient> = defineResource({
  ...declaration,
  read: projectRead(declaration, description),
  get: getOne(declaration, {
    path: (requisitionId) => path`/rest/v1.1/requisitions/${requisitionId}`,
    query: (projectId) => ({ project_id: projectId, view: 'items' }),
    label: 'invoice_number',
    complete: withCoding,
  }),
  ...requisitionWrites,
});

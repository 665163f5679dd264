/**
 * Payment dates of requisitions, written back once the ERP has paid them, and due dates. Beside contract payments it is the only place of an
 * invoice that says so, and it changes nothing else of it.
 * @source https://developers.procore.com/reference/rest/requisitions-subcontractor-invoices (2026-05)
 */
import type { FindOperation, FoundDocument, Resource } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asFields, asText } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { date, readOnly, text } from '../fields.ts';
import { checkDay, jsonId, projectOf, serialised, writtenRow } from '../writing.ts';

const paymentDate = date('payment_date', 'Payment date', { required: true });

/** What the invoice says of itself, for people. */
const shown = [readOnly(text('invoice_number', 'Invoice number')), readOnly(text('status', 'Status'))] as const;

const fields = [
  text('project_id', 'Project id', { required: true }),
  text('requisition_id', 'Requisition id', { required: true }),
  text('commitment_id', 'Contract id', { description: 'Procore asks for it; left empty, it is looked up.' }),
  paymentDate,
  ...shown,
] as const;

const found = (row: Fields, projectId: string): FoundDocument => {
  const id = asText(row.id) ?? '';
  const number = asText(row.invoice_number) ?? asText(row.number);
  const { commitment_id = null, payment_date = null, invoice_number = null, status = null } = row;
  return {
    id,
    value: { project_id: projectId, requisition_id: id, commitment_id, payment_date, invoice_number, status },
    editable: asText(row.origin_id) === undefined,
    released: true,
    ...(number === undefined ? {} : { number }),
    ...(asText(status) === undefined ? {} : { status: asText(status) ?? '' }),
  };
};

const idOf = (value: Fields): string => {
  const id = asText(value.requisition_id);
  if (id !== undefined && id !== '') return id;
  throw new AppError('data.badValue', 'A date does not say which requisition it belongs to.', {
    fields: { requisition_id: 'is empty' },
  });
};

const find: FindOperation<ProcoreClient> = async (client, value, scope) => {
  const projectId = projectOf(value, scope, 'a date of a requisition');
  const { value: row, status } = await client.http.get(path`/rest/v1.1/requisitions/${idOf(value)}`, {
    operation: `read requisition ${idOf(value)}`,
    query: { project_id: projectId },
    accept: [404],
  });
  const requisition = asFields(row);
  return status === 404 || requisition === undefined ? [] : [found(requisition, projectId)];
};

/** Payment dates of requisitions: they are found, never made. */
export const paymentDates: Resource<ProcoreClient> = defineResource({
  id: 'requisition-payment-dates',
  title: 'Payment dates of requisitions',
  description:
    'The day on which a subcontractor invoice was paid, shown on the invoice. Amounts go to contract payments.',
  source: 'https://developers.procore.com/reference/rest/requisitions-subcontractor-invoices',
  scope: 'project',
  fields,
  key: { fields: ['requisition_id'], normalize: 'exact' },
  roles: { date: 'payment_date', number: 'invoice_number', project: 'project_id' },
  incremental: false,
  find,
  create: (_client, value) =>
    Promise.reject(
      new AppError('remote.notFound', `Procore shows no requisition ${idOf(value)} that could get a payment date.`),
    ),
  update: (client, requisitionId, value, _options, scope) =>
    serialised(client, `requisition ${requisitionId}`, async () => {
      const projectId = projectOf(value, scope, 'a payment date');
      checkDay(value.payment_date ?? null, paymentDate);
      const [current] = await find(client, { ...value, requisition_id: requisitionId }, scope);
      const commitment_id = asText(value.commitment_id) ?? asText(current?.value.commitment_id) ?? null;
      const { value: answer } = await client.http.patch(path`/rest/v1.1/requisitions/${requisitionId}`, {
        operation: `write the payment date of requisition ${requisitionId}`,
        body: {
          project_id: jsonId(projectId),
          commitment_id: jsonId(commitment_id),
          requisition: { payment_date: value.payment_date ?? null },
        },
        repeatable: true,
      });
      const {
        editable: _editable,
        released: _released,
        ...result
      } = found(writtenRow(answer, `requisition ${requisitionId}`), projectId);
      return result;
    }),
});

const dueDate = date('due_date', 'Due date', {
  required: true,
  description: 'Procore shows it on the invoice, not here.',
});

/**
 * Due dates of requisitions: they are found, never made. Version 2 takes them and nothing else.
 * @source https://developers.procore.com/reference/rest/requisitions-subcontractor-invoices (2026-05)
 */
export const dueDates: Resource<ProcoreClient> = defineResource({
  id: 'requisition-due-dates',
  title: 'Due dates of requisitions',
  description: 'The day on which a subcontractor invoice is due in the ERP, shown on the invoice.',
  source: 'https://developers.procore.com/reference/rest/requisitions-subcontractor-invoices',
  scope: 'project',
  fields: [...fields.filter(({ name }) => name === 'project_id' || name === 'requisition_id'), dueDate, ...shown],
  key: { fields: ['requisition_id'], normalize: 'exact' },
  roles: { date: 'due_date', number: 'invoice_number', project: 'project_id' },
  incremental: false,
  // No read tells the due date: as blank it counts as different, so that what was never written here is written.
  find: async (client, value, scope) =>
    (await find(client, value, scope)).map((invoice) => ({ ...invoice, value: { ...invoice.value, due_date: null } })),
  create: (_client, value) =>
    Promise.reject(
      new AppError('remote.notFound', `Procore shows no requisition ${idOf(value)} that could get a due date.`),
    ),
  update: (client, requisitionId, value, _options, scope) =>
    serialised(client, `requisition ${requisitionId}`, async () => {
      const projectId = projectOf(value, scope, 'a due date');
      checkDay(value.due_date ?? null, dueDate);
      await client.http.patch(
        path`/rest/v2.0/companies/${client.companyId}/projects/${projectId}/requisitions/${requisitionId}/payment_details`,
        {
          operation: `write the due date of requisition ${requisitionId}`,
          body: { due_date: value.due_date ?? null },
          repeatable: true,
        },
      );
      const [current] = await find(client, { ...value, requisition_id: requisitionId }, scope);
      const {
        editable: _editable,
        released: _released,
        ...result
      } = current ?? found({ id: requisitionId }, projectId);
      return result;
    }),
});

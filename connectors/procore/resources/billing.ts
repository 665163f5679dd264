/** Payments of contracts. */
import type { FindOperation, FoundDocument, Resource, WriteResult } from '../../../engine/model/connector.ts';
import { compare, tryParse } from '../../../engine/model/decimal.ts';
import type { FieldSchema, Fields, Scope, Value } from '../../../engine/model/record.ts';
import { defineResource } from '../../kit/define.ts';
import { asFields, asText } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import {
  attachments,
  date,
  id,
  instant,
  integer,
  money,
  originCode,
  originFields,
  readOnly,
  stamps,
  text,
} from '../fields.ts';
import { listAll } from '../pages.ts';
import { projectRead } from '../reading.ts';
import { bodyOf, guardOrigin, jsonId, originOption, projectOf, serialised, writtenRow } from '../writing.ts';

const paymentFields: readonly FieldSchema[] = [
  id,
  text('project_id', 'Project id', { required: true }),
  text('contract_id', 'Contract id', { required: true }),
  money('amount', 'Amount', { required: true }),
  date('date', 'Date', { required: true }),
  text('payment_method', 'Method', { permitted: ['check', 'credit_card', 'electronic'] }),
  text('check_number', 'Check number'),
  integer('payment_number', 'Payment number'),
  integer('draw_request_number', 'Draw request number'),
  text('notes', 'Notes'),
  text('invoice_number', 'Invoice number'),
  date('invoice_date', 'Invoice date'),
  text('requisition_id', 'Requisition id', { description: 'Links the payment to its invoice; always send it.' }),
  attachments,
  readOnly(text('status', 'Status')),
  readOnly(text('external_payment_id', 'External payment id')),
  readOnly(instant('date_payment_initiated', 'Initiated')),
  readOnly(instant('date_payment_settled', 'Settled')),
  ...originFields,
  readOnly(originCode),
  ...stamps,
];

const payment = {
  id: 'contract-payments',
  title: 'Contract payments',
  description:
    'Payments issued on commitments: where the ERP’s payments are written back. They change no invoice status.',
  source: 'https://developers.procore.com/reference/rest/contract-payments',
  scope: 'project',
  incremental: false,
  fields: paymentFields,
  key: { fields: ['contract_id', 'requisition_id', 'check_number', 'amount'], normalize: 'exact' },
  amount: { field: 'amount' },
  roles: { date: 'date', number: 'check_number', project: 'project_id', lineDescription: 'notes' },
  options: [originOption('It locks the payment: Procore then changes nothing of it but attachments and origin.')],
} as const;

const paymentsOf = (contractId: string, projectId: string) => ({
  path: '/rest/v1.0/contract_payments',
  operation: `list the payments of contract ${contractId}`,
  query: { project_id: projectId, contract_id: contractId },
});

const sameAmount = (a: Value | undefined, b: Value | undefined): boolean => {
  const [left, right] = [tryParse(asText(a) ?? ''), tryParse(asText(b) ?? '')];
  return left !== undefined && right !== undefined && compare(left, right) === 0;
};

const foundPayment = (row: Fields): FoundDocument => {
  const number = asText(row.check_number) ?? asText(row.payment_number);
  return {
    id: asText(row.id) ?? '',
    value: row,
    editable: asText(row.origin_id) === undefined,
    released: true,
    ...(number === undefined ? {} : { number }),
  };
};

/** By origin id; else by check number, amount and requisition together. There is no sync action for payments. */
const findPayments: FindOperation<ProcoreClient> = async (client, value, scope) => {
  const projectId = projectOf(value, scope, 'a payment');
  const contractId = asText(value.contract_id) ?? '';
  const rows = [...(await listAll(client, paymentsOf(contractId, projectId), client.context.signal)).values()];
  const originId = asText(value.origin_id);
  const linked = rows.filter((row) => originId !== undefined && row.origin_id === originId);
  if (linked.length > 0) return linked.map(foundPayment);
  const same = (row: Fields): boolean =>
    (row.check_number ?? null) === (value.check_number ?? null) &&
    (row.requisition_id ?? null) === (value.requisition_id ?? null) &&
    sameAmount(row.amount, value.amount);
  return rows.filter(same).map(foundPayment);
};

const headerOnly = { omit: ['project_id', 'contract_id'] };

const paymentResult = (row: Fields & { id: string }): WriteResult => {
  const { editable: _editable, released: _released, ...result } = foundPayment(row);
  return result;
};

async function createPayment(
  client: ProcoreClient,
  value: Fields,
  options: Readonly<Record<string, string | boolean>>,
  scope?: Scope,
) {
  const what = `payment ${asText(value.check_number) ?? ''}`;
  const { value: answer } = await client.http.post('/rest/v1.0/contract_payments', {
    operation: `create ${what}`,
    body: {
      project_id: jsonId(projectOf(value, scope, 'a payment')),
      contract_id: jsonId(value.contract_id),
      contract_payment: bodyOf(paymentFields, value, options, headerOnly),
    },
  });
  return paymentResult(writtenRow(answer, what));
}

/** Payments of contracts: read contract by contract, written back from the ERP. */
export const contractPayments: Resource<ProcoreClient> = defineResource({
  ...payment,
  read: projectRead(payment, {
    path: () => '/rest/v1.0/commitments',
    query: (projectId) => ({ project_id: projectId }),
    expand: async (client, row, scope, signal) => [
      ...(await listAll(client, paymentsOf(asText(row.id) ?? '', scope.id), signal)).values(),
    ],
    label: 'check_number',
  }),
  find: findPayments,
  create: createPayment,
  update: (client, paymentId, value, options, scope) =>
    serialised(client, `payment ${paymentId}`, async () => {
      const projectId = projectOf(value, scope, 'a payment');
      const contractId = asText(value.contract_id) ?? '';
      const query = { project_id: projectId, contract_id: contractId };
      const address = path`/rest/v1.0/contract_payments/${paymentId}`;
      const { value: current } = await client.http.get(address, { operation: `read payment ${paymentId}`, query });
      guardOrigin(asFields(current) ?? {}, value, options, `Payment ${paymentId}`);
      const { value: answer } = await client.http.patch(address, {
        operation: `update payment ${paymentId}`,
        body: {
          project_id: jsonId(projectId),
          contract_id: jsonId(contractId),
          contract_payment: bodyOf(paymentFields, value, options, headerOnly),
        },
        repeatable: true,
      });
      return paymentResult(writtenRow(answer, `payment ${paymentId}`));
    }),
});

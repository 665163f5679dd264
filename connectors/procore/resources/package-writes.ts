/**
 * Writes of change order packages: in projects with three tiers the only change orders there are. A package is written with its amount;
 * its number and lines are Procore's. It is found by origin id, or by contract and title.
 * @source https://developers.procore.com/reference/rest/change-order-packages (2026-05)
 */
import type {
  CreateOperation,
  FindOperation,
  ReleaseOperation,
  UpdateOperation,
} from '../../../engine/model/connector.ts';
import type { FieldSchema, Fields } from '../../../engine/model/record.ts';
import { asFields, asText } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { jsonId, projectOf, serialised, writtenRow } from '../writing.ts';
import { flatWrites } from './flat-writes.ts';

const base = '/rest/v1.0/change_order_packages';
/** Fields of a package that a write may name. */
const writable = new Set([
  ...['title', 'description', 'grand_total', 'schedule_impact_amount', 'executed', 'project_id', 'contract_id'],
  ...['paid_date', 'invoiced_date', 'due_date', 'signed_change_order_received_date'],
  ...['origin_id', 'origin_data', 'origin_code'],
]);
const required = new Set(['contract_id', 'title']);

/** The fields of packages, those that Procore sets marked as such. */
export const writtenPackage = (fields: readonly FieldSchema[]): FieldSchema[] =>
  fields.map((field) => {
    if (!writable.has(field.name)) return { ...field, readOnly: true };
    return required.has(field.name) ? { ...field, required: true } : field;
  });

const approved = (row: Fields): boolean => asText(row.status)?.toLowerCase() === 'approved';

const release: ReleaseOperation<ProcoreClient> = (client, packageId, scope) =>
  serialised(client, `change order package ${packageId}`, async () => {
    const projectId = projectOf({}, scope, 'a change order package');
    const address = path`/rest/v1.0/change_order_packages/${packageId}`;
    const { value } = await client.http.get(address, {
      operation: `read change order package ${packageId}`,
      query: { project_id: projectId },
    });
    const current = asFields(value) ?? {};
    const answered = approved(current)
      ? current
      : (
          await client.http.patch(address, {
            operation: `approve change order package ${asText(current.number) ?? packageId}`,
            body: {
              project_id: jsonId(projectId),
              contract_id: jsonId(current.contract_id),
              change_order: { status: 'approved' },
            },
            repeatable: true,
          })
        ).value;
    const row = writtenRow(answered, `change order package ${packageId}`);
    return { id: packageId, number: asText(row.number) ?? '', status: asText(row.status) ?? '', value: row };
  });

/** Finds, makes, changes and approves change order packages. */
export const packageWrites = (
  fields: readonly FieldSchema[],
): {
  find: FindOperation<ProcoreClient>;
  create: CreateOperation<ProcoreClient>;
  update: UpdateOperation<ProcoreClient>;
  release: ReleaseOperation<ProcoreClient>;
} => ({
  ...flatWrites({
    what: 'change order package',
    scope: 'project',
    fields,
    path: () => base,
    query: (where) => ({ project_id: where }),
    wrapper: 'change_order',
    beside: (where) => ({ project_id: jsonId(where) }),
    ofValue: ({ contract_id: contractId = null }) => ({
      query: { contract_id: asText(contractId) },
      body: { contract_id: jsonId(contractId) },
    }),
    omit: ['project_id', 'contract_id'],
    // The filter may be ignored; the contract is compared once more.
    same: (row, value) =>
      asText(row.contract_id) === asText(value.contract_id) && asText(row.title) === asText(value.title),
    number: (row) => asText(row.number) ?? asText(row.title),
    status: (row) => asText(row.status),
    locked: approved,
  }),
  release,
});

/**
 * Writes of change orders of commitments and prime contracts: the header as draft, its lines one by one, approval last. There is neither a bulk action nor
 * an origin id for them: they are found by contract and number. Not available in projects with three tiers.
 * @source https://developers.procore.com/reference/rest/commitment-change-orders, …/commitment-change-order-line-items, …/prime-change-orders (2026-05)
 */
import type {
  CreateOperation,
  FindOperation,
  FoundDocument,
  ReleaseOperation,
  UpdateOperation,
  WriteOptions,
  WriteResult,
} from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { FieldSchema, Fields, Scope } from '../../../engine/model/record.ts';
import { asFields, asList, asText, type JsonBody } from '../../kit/json.ts';
import { path } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { budgetCodeOf } from '../coding.ts';
import { listAll } from '../pages.ts';
import { bodyOf, jsonId, projectOf, serialised, unfinished, writeResult, writtenRow } from '../writing.ts';
import { type ChangeOrderKind, changeOrderLines, linesPath } from './change-order-lines.ts';

/** A kind of change orders to be written: what its addresses are called, and its fields. */
interface Kind {
  name: ChangeOrderKind;
  fields: readonly FieldSchema[];
}

const base = (kind: Kind, projectId: string): string => path`/rest/v1.0/projects/${projectId}/${kind.name}`;

/** Approved ones are locked by Procore; rejected and void ones are done with. */
const final = new Set(['approved', 'rejected', 'void']);

const headerOnly = { omit: ['line_items', 'project_id', 'status', 'contract_id', 'type'] };

const foundOf = (row: Fields): FoundDocument => {
  const status = asText(row.status)?.toLowerCase() ?? '';
  return { ...writeResult(row), value: row, editable: !final.has(status), released: status === 'approved' };
};

const linesOf = (client: ProcoreClient, kind: Kind, projectId: string, changeId: string): Promise<Fields[]> => {
  const scope: Scope = { kind: 'project', id: projectId, label: `Project ${projectId}` };
  const { signal } = client.context;
  return changeOrderLines(client, kind.name, changeId, `change order ${changeId}`, scope, signal);
};

/** A change order with its lines, as one that is read. */
async function show(client: ProcoreClient, kind: Kind, projectId: string, changeId: string): Promise<Fields> {
  const { value } = await client.http.get(`${base(kind, projectId)}/${encodeURIComponent(changeId)}`, {
    operation: `read change order ${changeId}`,
  });
  const line_items = await linesOf(client, kind, projectId, changeId);
  return { ...asFields(value), id: changeId, project_id: projectId, line_items };
}

/** A line in version 2: budget code by id, every figure as text. Procore counts the lines itself and tells how each amount is made. */
async function lineBody(
  client: ProcoreClient,
  line: Fields,
  projectId: string,
  index: number,
): Promise<Record<string, JsonBody>> {
  const wbs_code_id = await budgetCodeOf(client, line, projectId, `Line ${index + 1}`);
  const byUnits = line.extended_type === 'calculated';
  return {
    wbs_code_id,
    description: line.description ?? null,
    ...(byUnits
      ? { quantity: line.quantity ?? null, unit_cost: line.unit_cost ?? null, uom: line.uom ?? null }
      : { amount: line.amount ?? line.total_amount ?? null }),
    ...(line.tax_code_id === undefined ? {} : { tax_code_id: line.tax_code_id }),
  };
}

/** Brings the lines to those of the value. Those that are there keep their place, so that writing twice adds nothing. */
async function writeLines(
  client: ProcoreClient,
  kind: Kind,
  projectId: string,
  changeId: string,
  value: Fields,
): Promise<void> {
  const wanted = asList(value.line_items);
  if (wanted === undefined) return;
  // All codes are looked up before the first line is written: an unknown one leaves the change order as it was.
  const bodies: Record<string, JsonBody>[] = [];
  for (const [index, raw] of wanted.entries())
    bodies.push(await lineBody(client, asFields(raw) ?? {}, projectId, index));
  const there = await linesOf(client, kind, projectId, changeId);
  const address = linesPath(client, kind.name, projectId, changeId);
  for (const [index, body] of bodies.entries()) {
    const operation = `write line ${index + 1} of change order ${asText(value.number) ?? changeId}`;
    const existing = asText(there[index]?.id);
    if (existing === undefined) await client.http.post(address, { operation, body });
    else await client.http.patch(`${address}/${encodeURIComponent(existing)}`, { operation, body, repeatable: true });
  }
  for (const extra of there.slice(bodies.length)) {
    await client.http.delete(`${address}/${encodeURIComponent(asText(extra.id) ?? '')}`, {
      operation: `remove a line of change order ${changeId}`,
      repeatable: true,
      accept: [404],
    });
  }
}

/** What is said of a change order whose lines were not taken. */
const withoutLines = (client: ProcoreClient, kind: Kind, projectId: string, changeId: string, reason: AppError) =>
  unfinished(
    client,
    {
      path: `${base(kind, projectId)}/${encodeURIComponent(changeId)}`,
      operation: 'remove the change order again',
      unsure: `The header of change order ${changeId} is in Procore, but not certainly all its lines.`,
      stays: `The change order ${changeId} stays in Procore as a draft without all its lines.`,
    },
    reason,
  );

async function create(
  client: ProcoreClient,
  kind: Kind,
  value: Fields,
  options: WriteOptions,
  scope?: Scope,
): Promise<WriteResult> {
  const projectId = projectOf(value, scope, 'a change order');
  const what = `change order ${asText(value.number) ?? ''}`;
  const header = bodyOf(kind.fields, value, options, headerOnly);
  const { value: answer } = await client.http.post(base(kind, projectId), {
    operation: `create ${what}`,
    body: { change_order: { ...header, contract_id: jsonId(value.contract_id), status: 'draft' } },
  });
  const { id } = writtenRow(answer, what);
  try {
    await writeLines(client, kind, projectId, id, value);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    throw await withoutLines(client, kind, projectId, id, thrown);
  }
  return writeResult(await show(client, kind, projectId, id));
}

async function update(
  client: ProcoreClient,
  kind: Kind,
  changeId: string,
  value: Fields,
  options: WriteOptions,
  scope?: Scope,
): Promise<WriteResult> {
  const projectId = projectOf(value, scope, 'a change order');
  const current = foundOf(await show(client, kind, projectId, changeId));
  if (!current.editable) {
    const text = `Change order ${current.number ?? changeId} is ${current.status ?? 'final'}, so it is not changed any more.`;
    throw new AppError('remote.rejected', text, {
      hint: 'Set the change order back to draft in Procore, or make another one for the difference.',
    });
  }
  await client.http.patch(`${base(kind, projectId)}/${encodeURIComponent(changeId)}`, {
    operation: `update change order ${current.number ?? changeId}`,
    body: { change_order: bodyOf(kind.fields, value, options, headerOnly) },
    repeatable: true,
  });
  await writeLines(client, kind, projectId, changeId, value);
  return writeResult(await show(client, kind, projectId, changeId));
}

async function release(client: ProcoreClient, kind: Kind, changeId: string, scope?: Scope): Promise<WriteResult> {
  const projectId = projectOf({}, scope, 'a change order');
  const current = await show(client, kind, projectId, changeId);
  if (foundOf(current).released) return writeResult(current);
  const { value } = await client.http.patch(`${base(kind, projectId)}/${encodeURIComponent(changeId)}`, {
    operation: `approve change order ${asText(current.number) ?? changeId}`,
    body: { change_order: { status: 'approved' } },
    repeatable: true,
  });
  return writeResult({ ...current, status: asFields(value)?.status ?? null });
}

/** The operations of a kind of record that is made as draft and approved later. */
interface DraftWrites {
  find: FindOperation<ProcoreClient>;
  create: CreateOperation<ProcoreClient>;
  update: UpdateOperation<ProcoreClient>;
  release: ReleaseOperation<ProcoreClient>;
}

/** Finds, makes, changes and approves change orders of a kind. */
export const changeOrderWrites = (kind: Kind): DraftWrites => ({
  find: async (client, value, scope) => {
    const projectId = projectOf(value, scope, 'a change order');
    const listing = {
      path: base(kind, projectId),
      operation: `look change order ${asText(value.number) ?? ''} up`,
      query: { 'filters[contract_id]': asText(value.contract_id) ?? '' },
      paged: false,
    };
    const rows = [...(await listAll(client, listing, client.context.signal)).values()];
    // The filter may be ignored; the contract is compared once more.
    const hits = rows.filter(
      (row) => asText(row.contract_id) === asText(value.contract_id) && asText(row.number) === asText(value.number),
    );
    return Promise.all(hits.map(async (row) => foundOf(await show(client, kind, projectId, asText(row.id) ?? ''))));
  },
  create: (client, value, options, scope) => create(client, kind, value, options, scope),
  update: (client, changeId, value, options, scope) =>
    serialised(client, `change order ${changeId}`, () => update(client, kind, changeId, value, options, scope)),
  release: (client, changeId, scope) =>
    serialised(client, `change order ${changeId}`, () => release(client, kind, changeId, scope)),
});

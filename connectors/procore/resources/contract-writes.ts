/** Writing commitments and prime contracts in the order that locking allows: header as draft, lines, then approval as an effect of its own. */
import type {
  CreateOperation,
  FindOperation,
  FoundDocument,
  ReleaseOperation,
  UpdateOperation,
  WriteOptions,
} from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { FieldSchema, Fields, Scope, Value } from '../../../engine/model/record.ts';
import { asFields, asList, asText, type JsonBody } from '../../kit/json.ts';
import { path, type Query } from '../../kit/urls.ts';
import type { ProcoreClient } from '../client.ts';
import { contractLineFields } from '../fields.ts';
import { listAll } from '../pages.ts';
import { rowsError, syncRows } from '../sync.ts';
import { bodyOf, guardOrigin, jsonId, projectOf, serialised, unfinished, writeResult, writtenRow } from '../writing.ts';

/** A kind of contract: parts of its addresses, name of its wrapper, its fields. */
export interface ContractKind {
  /** Address of the list and of lines. */
  base: string;
  /** Address under which a single one is made, shown and changed. */
  single: string;
  /** What the list is asked for beside the project. */
  listed: Query;
  wrapper: string;
  fields: readonly FieldSchema[];
}

const lockedStatus = new Set(['Approved', 'Complete', 'Closed', 'Terminated', 'Void', 'Received']);
const headerOnly = { omit: ['line_items', 'project_id', 'status'], numbers: ['currency_exchange_rate'] };

/** Procore counts the lines itself. */
const lineOnly = { omit: ['position'] };

function foundOf(row: Fields): FoundDocument {
  const status = asText(row.status) ?? '';
  const locked = lockedStatus.has(status);
  return { ...writeResult(row), value: row, editable: !locked, released: locked };
}

/** Rows for the line sync: those that are there keep their id by position, so that nothing is added twice. */
function lineRows(value: Fields, there: readonly Fields[], options: WriteOptions): Record<string, JsonBody>[] {
  const lines = (asList(value.line_items) ?? []).map((line) => asFields(line) ?? {});
  return lines.map((line, index) => {
    const existing = asText(there[index]?.id);
    const body = bodyOf(contractLineFields, line, options, lineOnly);
    return existing === undefined ? body : { id: jsonId(existing), ...body };
  });
}

async function show(client: ProcoreClient, kind: ContractKind, contractId: string, projectId: string): Promise<Fields> {
  const { value } = await client.http.get(path`/rest/v1.0/${kind.single}/${contractId}`, {
    operation: `read contract ${contractId}`,
    query: { project_id: projectId },
  });
  return { ...asFields(value), project_id: projectId };
}

async function writeLines(
  client: ProcoreClient,
  kind: ContractKind,
  contractId: string,
  projectId: string,
  value: Fields,
  options: WriteOptions,
): Promise<void> {
  if (asList(value.line_items) === undefined) return;
  const base = path`/rest/v1.0/${kind.base}/${contractId}/line_items`;
  const query = { project_id: projectId };
  const listing = { path: base, operation: `list the lines of contract ${contractId}`, query };
  const there = [...(await listAll(client, listing, client.context.signal)).values()];
  const rows = lineRows(value, there, options);
  if (rows.length > 0) {
    const target = { path: `${base}/sync`, operation: `write the lines of contract ${contractId}`, query };
    const outcomes = await syncRows(client, target, rows);
    const wrong = rowsError(outcomes, `lines of contract ${asText(value.number) ?? contractId}`);
    if (wrong !== undefined) throw wrong;
  }
  for (const extra of there.slice(rows.length)) {
    await client.http.delete(`${base}/${encodeURIComponent(asText(extra.id) ?? '')}`, {
      operation: `remove a line of contract ${contractId}`,
      query,
      repeatable: true,
      accept: [404],
    });
  }
}

const findContracts =
  (kind: ContractKind): FindOperation<ProcoreClient> =>
  async (client, value, scope) => {
    const projectId = projectOf(value, scope, 'a contract');
    const number = asText(value.number);
    const listing = {
      path: `/rest/v1.0/${kind.base}`,
      operation: `look contract ${number ?? ''} up`,
      query: { project_id: projectId, ...kind.listed },
    };
    const rows = [...(await listAll(client, listing, client.context.signal)).values()];
    const originId = asText(value.origin_id);
    const linked = rows.filter((row) => originId !== undefined && asText(row.origin_id) === originId);
    const hits = linked.length > 0 ? linked : rows.filter((row) => asText(row.number) === number);
    return Promise.all(hits.map(async (row) => foundOf(await show(client, kind, asText(row.id) ?? '', projectId))));
  };

const createContract =
  (kind: ContractKind): CreateOperation<ProcoreClient> =>
  async (client, value, options, scope) => {
    const projectId = projectOf(value, scope, 'a contract');
    const what = `contract ${asText(value.number) ?? ''}`;
    const header = { ...bodyOf(kind.fields, value, options, headerOnly), status: 'Draft' };
    const { value: answer } = await client.http.post(`/rest/v1.0/${kind.single}`, {
      operation: `create ${what}`,
      body: { project_id: jsonId(projectId), [kind.wrapper]: header },
    });
    const { id } = writtenRow(answer, what);
    try {
      await writeLines(client, kind, id, projectId, value, options);
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      const record = {
        path: path`/rest/v1.0/${kind.single}/${id}`,
        operation: 'remove the contract again',
        query: { project_id: projectId },
        unsure: `The header of ${what} is in Procore, but not certainly all its lines.`,
        stays: `The contract ${id} stays in Procore as a draft without lines.`,
      };
      throw await unfinished(client, record, thrown);
    }
    return writeResult({ ...(await show(client, kind, id, projectId)), id });
  };

const updateContract =
  (kind: ContractKind): UpdateOperation<ProcoreClient> =>
  (client, id, value, options, scope) =>
    serialised(client, `contract ${id}`, async () => {
      const projectId = projectOf(value, scope, 'a contract');
      const current = await show(client, kind, id, projectId);
      const what = `contract ${asText(current.number) ?? id}`;
      if (lockedStatus.has(asText(current.status) ?? '')) {
        throw new AppError(
          'remote.rejected',
          `The ${what} is ${String(current.status)}, so Procore has locked its lines.`,
          {
            hint: 'Set the contract back to Draft in Procore, or change it by a change order.',
          },
        );
      }
      guardOrigin(current, value, options, what);
      await client.http.patch(path`/rest/v1.0/${kind.single}/${id}`, {
        operation: `update ${what}`,
        body: { project_id: jsonId(projectId), [kind.wrapper]: bodyOf(kind.fields, value, options, headerOnly) },
        repeatable: true,
      });
      await writeLines(client, kind, id, projectId, value, options);
      return writeResult({ ...(await show(client, kind, id, projectId)), id });
    });

/**
 * A refused approval with what it most often means. Whether a workflow controls the status, no call tells beforehand.
 * @source https://developers.procore.com/documentation/tutorial-workflows (2026-06)
 */
function unapproved(thrown: unknown, what: string): unknown {
  if (!(thrown instanceof AppError) || thrown.remote?.status !== 422) return thrown;
  const { fields, remote } = thrown;
  return new AppError(thrown.code, `The ${what} stays as it is, not approved. ${thrown.message}`, {
    cause: thrown,
    remote,
    ...(fields === undefined ? {} : { fields }),
    hint: 'Where a workflow is attached to the contract, only the workflow changes its status: approve it there in Procore.',
  });
}

/** Where a contract is, when only its id is known: the project comes with the record's scope. */
function projectOfScope(scope: Scope | undefined): string {
  return projectOf({}, scope, 'a contract');
}

const releaseContract =
  (kind: ContractKind): ReleaseOperation<ProcoreClient> =>
  async (client, id, scope) => {
    const projectId = projectOfScope(scope);
    const current = await show(client, kind, id, projectId);
    if (lockedStatus.has(asText(current.status) ?? '')) return writeResult({ ...current, id });
    const what = `contract ${asText(current.number) ?? id}`;
    const { value } = await client.http
      .patch(path`/rest/v1.0/${kind.single}/${id}`, {
        operation: `approve ${what}`,
        body: { project_id: jsonId(projectId), [kind.wrapper]: { status: 'Approved' } },
        repeatable: true,
      })
      .catch((thrown: unknown) => Promise.reject(unapproved(thrown, what)));
    const approved: Value = asFields(value)?.status ?? null;
    return writeResult({ ...current, status: approved, id });
  };

/** The write operations of a kind of contract: found by origin id, else by number in the project. */
export const contractWrites = (kind: ContractKind) => ({
  find: findContracts(kind),
  create: createContract(kind),
  update: updateContract(kind),
  release: releaseContract(kind),
});

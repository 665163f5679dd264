/** Read and get operations from a description of the list: what most resources need. */
import type {
  GetOperation,
  ReadEvent,
  ReadOperation,
  ReadRequest,
  RemoteRecord,
  ResourceDeclaration,
} from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import type { Fields, Origin, Scope, Value } from '../../engine/model/record.ts';
import { abridge, conformFields } from '../kit/conform.ts';
import { asFields, asList, asText } from '../kit/json.ts';
import type { Query } from '../kit/urls.ts';
import type { ProcoreClient } from './client.ts';
import { type Listing, listPages } from './pages.ts';
import { companyScope, walkProjects } from './scopes.ts';

type Complete = (
  client: ProcoreClient,
  rows: Fields[],
  scope: Scope,
  signal: AbortSignal,
) => Promise<readonly (Fields | AppError)[]>;

/** How a resource is listed. `where` is the company or project id. */
export interface ListDescription {
  path: (where: string, client: ProcoreClient) => string;
  query?: (where: string, client: ProcoreClient) => Query;
  paged?: boolean;
  /** Server filters by field: the query name that asks for equality. */
  filters?: Readonly<Record<string, string>>;
  /** Field that people call the record by. */
  label?: string;
  /**
   * Completes or widens the rows of a page, such as with cost codes. Must not change its input. What it adds is checked too; an
   * error in the place of a row fails that record alone.
   */
  complete?: Complete;
  /** Completing takes calls for each row: a row that says it has not changed since an earlier run is completed with what that run read. */
  completesSingly?: true;
  /** Brings a row of a list to the shape that single records have, before it is checked. */
  reshape?: (row: Fields) => Fields;
  /** More rows from one, for lists that hang under another record. `place` counts the rows of a page from 0. */
  expand?: (client: ProcoreClient, row: Fields, scope: Scope, signal: AbortSignal, place: number) => Promise<Fields[]>;
  /** The record's id, where it is not the field `id` alone. */
  id?: (row: Fields) => string | undefined;
  /** Another list with the same records, for projects in which Procore refuses this one. */
  instead?: ListDescription;
}

type Declared = Pick<ResourceDeclaration, 'id' | 'title' | 'fields' | 'incremental' | 'scope'>;

/** What one row is called in messages. */
const nameOf = (row: Fields, label: string | undefined): string | undefined =>
  label === undefined ? undefined : asText(row[label]);

function originOf(resource: Declared, row: Fields, scope: Scope, description: ListDescription): Origin {
  const id = (description.id?.(row) ?? asText(row.id)) || '';
  const origin: Origin = { system: 'procore', resource: resource.id, id, scope };
  const label = nameOf(row, description.label);
  if (label !== undefined) origin.label = label;
  const updatedAt = asText(row.updated_at);
  if (updatedAt !== undefined && !Number.isNaN(Date.parse(updatedAt))) origin.updatedAt = updatedAt;
  return origin;
}

/** The window of an incremental read. Both ends are required. @source https://developers.procore.com/documentation/filtering-on-list-actions */
export function updatedWindow(client: ProcoreClient, since: string, until: string | undefined): string {
  const tomorrow = new Date(client.context.now() + 86_400_000).toISOString();
  const seconds = (text: string): string => text.replace(/\.\d+Z$/, 'Z');
  return `${seconds(since)}...${seconds(until ?? tomorrow)}`;
}

function listingOf(
  client: ProcoreClient,
  resource: Declared,
  description: ListDescription,
  request: ReadRequest,
  scope: Scope,
): Listing {
  const query: Record<string, string | readonly string[] | undefined> = { ...description.query?.(scope.id, client) };
  const since = request.sinceByScope?.[scope.id] ?? request.since;
  if (resource.incremental && since !== undefined) {
    query['filters[updated_at]'] = updatedWindow(client, since, request.until);
  }
  for (const [field, name] of Object.entries(description.filters ?? {})) {
    const values = request.filter?.[field];
    // Several values for one filter are not documented everywhere; one is. The engine applies the rest.
    if (values?.length === 1) query[name] = values[0];
  }
  const operation = `list ${resource.title.toLowerCase()} of ${scope.label}`;
  const listing: Listing = { path: description.path(scope.id, client), operation, query };
  if (description.paged !== undefined) listing.paged = description.paged;
  return listing;
}

/** Turns rows into records and failures, one by one. */
function settleRows(resource: Declared, description: ListDescription, rows: readonly Value[], scope: Scope) {
  const good: { row: Fields; origin: Origin }[] = [];
  const failed: ReadEvent[] = [];
  for (const raw of rows) {
    const listed = asFields(raw);
    const row = listed === undefined ? undefined : (description.reshape?.(listed) ?? listed);
    const origin = originOf(resource, row ?? {}, scope, description);
    try {
      if (row === undefined)
        throw new AppError(
          'data.badValue',
          `Procore listed ${JSON.stringify(raw).slice(0, 60)} among ${resource.title}.`,
        );
      if (origin.id === '') throw new AppError('data.badValue', `A record among ${resource.title} has no id.`);
      good.push({ row: linked(resource, conformFields(resource.fields, row), scope), origin });
    } catch (thrown) {
      failed.push(failure(resource, origin, row ?? {}, thrown));
    }
  }
  return { good, failed };
}

/**
 * The whole of a listed record, by its own address. One that Procore gives no more since it was listed is an error, which fails it
 * alone: what the list said of it is not all.
 * @throws AppError remote.*, run.cancelled
 */
export async function wholeOf(
  client: ProcoreClient,
  row: Fields,
  address: { path: string; operation: string; query?: Query },
  signal: AbortSignal,
): Promise<Fields | AppError> {
  try {
    const { value } = await client.http.get(address.path, {
      operation: address.operation,
      ...(address.query === undefined ? {} : { query: address.query }),
      signal,
    });
    return { ...row, ...asFields(value) };
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.kind === 'rejected') return thrown;
    throw thrown;
  }
}

/** Completes listed records by reading each whole, one call each, where no list has all of them. */
export const wholeRows =
  (addressOf: (row: Fields, projectId: string) => Parameters<typeof wholeOf>[2]): Complete =>
  (client, rows, scope, signal) =>
    Promise.all(rows.map((row) => wholeOf(client, row, addressOf(row, scope.id), signal)));

/** The event of a row that cannot be read. Rethrows what is no error of the row. */
function failure(resource: Declared, origin: Origin, row: Fields, thrown: unknown): ReadEvent {
  if (!(thrown instanceof AppError)) throw thrown;
  const value = asFields(abridge(row)) ?? {};
  return { kind: 'record-failed', origin, value, error: named(thrown, origin, resource) };
}

/** Records of completed rows. What was added may be as bad as what was listed. */
function settleCompleted(
  resource: Declared,
  good: readonly { origin: Origin }[],
  rows: readonly (Fields | AppError)[],
  scope: Scope,
) {
  const records: RemoteRecord[] = [];
  const failed: ReadEvent[] = [];
  for (const [index, { origin }] of good.entries()) {
    const row = rows[index] ?? {};
    try {
      if (row instanceof AppError) throw row;
      records.push({ id: origin.id, value: linked(resource, conformFields(resource.fields, row), scope), origin });
    } catch (thrown) {
      failed.push(failure(resource, origin, row instanceof AppError ? {} : row, thrown));
    }
  }
  return { records, failed };
}

/** Whether a list shows nothing else of a record than what was read of it before. Embedded records may be shown in another shape. */
const showsTheSame = (row: Fields, before: Fields): boolean =>
  Object.entries(row).every(
    ([name, value]) =>
      (typeof value === 'object' && value !== null) || before[name] === undefined || before[name] === value,
  );

/** The rows with what belongs to them, in their order. */
async function completed(
  client: ProcoreClient,
  resource: Declared,
  description: ListDescription & { complete: Complete },
  request: ReadRequest,
  good: readonly { row: Fields; origin: Origin }[],
  scope: Scope,
  signal: AbortSignal,
) {
  const asked =
    description.completesSingly === true ? request.unchanged?.(good.map(({ origin }) => origin)) : undefined;
  const before = new Map(await asked);
  for (const { row, origin } of good) {
    const known = before.get(origin.id);
    if (known !== undefined && !showsTheSame(row, known)) before.delete(origin.id);
  }
  const changed = good.filter(({ origin }) => !before.has(origin.id));
  const rows =
    changed.length === 0
      ? []
      : await description.complete(
          client,
          changed.map(({ row }) => row),
          scope,
          signal,
        );
  const settled = settleCompleted(resource, changed, rows, scope);
  const read = new Map(settled.records.map((record) => [record.id, record]));
  const records = good.flatMap(({ origin }): RemoteRecord[] => {
    const known = before.get(origin.id);
    const record = known === undefined ? read.get(origin.id) : { id: origin.id, value: known, origin };
    return record === undefined ? [] : [record];
  });
  return { records, failed: settled.failed };
}

/** Embedded records that alone give an id: it is filled in as `vendor_id` and so on, for mapping and writing. */
const embedded = ['vendor', 'parent', 'contract', 'contractor', 'architect'] as const;

/** A file with the name that people know it by; most records give it as `filename` only. */
function withName(file: Value): Value {
  const fields = asFields(file);
  return fields === undefined ? file : { ...fields, name: fields.name ?? fields.filename ?? null };
}

/**
 * The row with the ids that its schema has and Procore left out: its project's and those of embedded records; files with their names.
 */
function linked(resource: Declared, row: Fields, scope: Scope): Fields {
  const declares = (name: string): boolean => resource.fields.some((field) => field.name === name);
  const result: Fields = { ...row };
  const fill = (name: string, id: string | undefined): void => {
    if (id !== undefined && declares(name) && asText(row[name]) === undefined) result[name] = id;
  };
  if (scope.kind === 'project') fill('project_id', scope.id);
  for (const holder of embedded) fill(`${holder}_id`, asText(asFields(row[holder])?.id));
  const files = asList(row.attachments);
  if (files !== undefined && declares('attachments')) result.attachments = files.map(withName);
  return result;
}

/** The same error with the record it concerns in its sentence. */
function named(error: AppError, origin: Origin, resource: Declared): AppError {
  const which = origin.label === undefined ? `id ${origin.id || 'unknown'}` : `${origin.label} (id ${origin.id})`;
  const details = {
    cause: error,
    hint: error.hint,
    ...(error.fields === undefined ? {} : { fields: error.fields }),
    ...(error.remote === undefined ? {} : { remote: error.remote }),
  };
  return new AppError(error.code, `${resource.title}, ${which}: ${error.message}`, details);
}

/** The rows under the rows of a page, in their order. All are asked for at once: the rate windows say how many are under way. */
async function widened(
  client: ProcoreClient,
  rows: readonly Value[],
  expand: NonNullable<ListDescription['expand']>,
  scope: Scope,
  signal: AbortSignal,
): Promise<Fields[]> {
  const parts = rows.map((row, place) => expand(client, asFields(row) ?? {}, scope, signal, place));
  return (await Promise.all(parts)).flat();
}

async function* readScope(
  client: ProcoreClient,
  resource: Declared,
  description: ListDescription,
  request: ReadRequest,
  scope: Scope,
  signal: AbortSignal,
): AsyncGenerator<ReadEvent, void, undefined> {
  let given = 0;
  for await (const rows of listPages(client, listingOf(client, resource, description, request, scope), signal)) {
    const wide: Value[] = [];
    if (description.expand === undefined) wide.push(...rows);
    else wide.push(...(await widened(client, rows, description.expand, scope, signal)));
    const { good, failed } = settleRows(resource, description, wide, scope);
    let records = good.map(({ row, origin }): RemoteRecord => ({ id: origin.id, value: row, origin }));
    const { complete } = description;
    if (good.length > 0 && complete !== undefined) {
      const settled = await completed(client, resource, { ...description, complete }, request, good, scope, signal);
      records = settled.records;
      failed.push(...settled.failed);
    }
    yield* failed;
    if (records.length > 0) yield { kind: 'page', scope, records };
    given += records.length;
    if (request.limit !== undefined && given >= request.limit) return;
  }
}

/** Reads a list, or the one that stands in for it where Procore refuses it. Where that is refused too, the first refusal counts. */
async function* readEither(
  client: ProcoreClient,
  resource: Declared,
  description: ListDescription,
  request: ReadRequest,
  scope: Scope,
  signal: AbortSignal,
): AsyncGenerator<ReadEvent, void, undefined> {
  const { instead } = description;
  let isBegun = false;
  const read = async function* (list: ListDescription): AsyncGenerator<ReadEvent, void, undefined> {
    for await (const event of readScope(client, resource, list, request, scope, signal)) {
      isBegun = true;
      yield event;
    }
  };
  try {
    yield* read(description);
  } catch (thrown) {
    const isRefused = thrown instanceof AppError && thrown.kind === 'rejected';
    if (instead === undefined || isBegun || !isRefused) throw thrown;
    try {
      yield* read(instead);
    } catch (again) {
      throw again instanceof AppError && again.kind === 'rejected' && !isBegun ? thrown : again;
    }
  }
}

/** Stops a walk over projects once a sample is full. */
async function* limited(
  events: AsyncGenerator<ReadEvent, void, undefined>,
  limit: number | undefined,
): AsyncGenerator<ReadEvent, void, undefined> {
  let given = 0;
  for await (const event of events) {
    yield event;
    if (event.kind === 'page') given += event.records.length;
    if (limit !== undefined && given >= limit) return;
  }
}

/** A read of a list that the company has. */
export const companyRead = (resource: Declared, description: ListDescription): ReadOperation<ProcoreClient> =>
  async function* (client, request) {
    const scope = companyScope(client);
    yield* readScope(client, resource, description, request, scope, request.signal);
    yield { kind: 'scope-done', scope };
  };

/** A read of a list that every project has. */
export const projectRead =
  (resource: Declared, description: ListDescription): ReadOperation<ProcoreClient> =>
  (client, request) =>
    limited(
      walkProjects(client, request, (scope, signal) =>
        readEither(client, resource, description, request, scope, signal),
      ),
      request.limit,
    );

/** A read of one record by its own address. */
export const getOne =
  (
    resource: Declared,
    description: Pick<ListDescription, 'complete' | 'label' | 'id'> & {
      path: (id: string, where: string, client: ProcoreClient) => string;
      query?: (where: string, client: ProcoreClient) => Query;
    },
  ): GetOperation<ProcoreClient> =>
  async (client, id, given) => {
    const scope = given ?? companyScope(client);
    if (resource.scope === 'project' && given === undefined) {
      throw new AppError('data.badValue', `To read one of ${resource.title}, its project must be known.`);
    }
    const query = description.query?.(scope.id, client);
    const { value, status } = await client.http.get(description.path(id, scope.id, client), {
      operation: `read ${id} of ${resource.title.toLowerCase()}`,
      ...(query === undefined ? {} : { query }),
      accept: [404],
    });
    if (status === 404) return undefined;
    const row = asFields(asFields(value)?.data) ?? asFields(value);
    if (row === undefined)
      throw new AppError('remote.badResponse', `Procore answered record ${id} with something that is not a record.`);
    const conformed = linked(resource, conformFields(resource.fields, row), scope);
    const [complete] = (await description.complete?.(client, [conformed], scope, client.context.signal)) ?? [conformed];
    if (complete instanceof AppError) throw complete;
    return {
      id,
      value: complete ?? conformed,
      origin: originOf(resource, row, scope, { ...description, path: () => '' }),
    };
  };

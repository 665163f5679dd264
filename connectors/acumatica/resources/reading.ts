/** Reading an entity by pages, incrementally where it has a change time, and one by one where a list cannot be expanded. */
import type { ReadEvent, ReadRequest, RemoteRecord } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields, Scope, Value } from '../../../engine/model/record.ts';
import { asFields, asText } from '../../kit/json.ts';
import type { AcumaticaClient, EntityQuery } from '../client.ts';
import { instantLiteral, literal } from '../client.ts';
import { type AcumaticaField, customNames, unwrapEntity } from '../codec.ts';
import { pagesOf } from './pages.ts';
import { filtersWork } from './trust.ts';

/** How an entity is read. */
export interface EntitySpec {
  entity: string;
  /** Id of the resource it belongs to. */
  resource: string;
  keys: readonly string[];
  fields: readonly AcumaticaField[];
  /** Parts to expand, such as `Details` or `MainContact/Address`. */
  expand?: readonly string[];
  /** Fields whose equality can be asked of the server. */
  pushable?: readonly string[];
  incremental: boolean;
  /** Text field to try the entity's filters with, where tenants are known whose filters find nothing. */
  doubtfulFilters?: string;
  /** Field that people know a record by. */
  label?: string;
}

/** The one scope of a tenant. */
export const companyScope = (client: AcumaticaClient): Scope => ({
  kind: 'company',
  id: client.settings.tenant === '' ? 'default' : client.settings.tenant,
  label: client.settings.tenant === '' ? 'Default tenant' : client.settings.tenant,
});

const pageSizes = { plain: 500, expanded: 50 };

/** What a read of this entity asks for beside paging. */
export const shapeOf = (client: AcumaticaClient, spec: EntitySpec): EntityQuery => ({
  ...(spec.expand === undefined ? {} : { expand: spec.expand }),
  custom: [...customNames(spec.fields), ...(client.settings.customFields.get(spec.entity) ?? [])],
});

/** The id of a record: its keys, or its GUID where a key contains what an address cannot carry. */
export function idOf(spec: EntitySpec, value: Fields): string {
  const keys = spec.keys.map((key) => asText(value[key]) ?? '');
  const plain = keys.every((key) => key !== '' && !/[/|?#%\\]/.test(key));
  const id = plain ? keys.join('/') : asText(value.id);
  if (id === undefined)
    throw new AppError('remote.badResponse', `Acumatica answered a ${spec.entity} record without its keys.`);
  return id;
}

/**
 * What tells wire records apart: their keys. Ids serve only where a key is missing: the server makes them up anew for records that
 * have none of their own.
 * @source fact sheet 5.2: the id is that of the session
 */
export const markOf =
  (spec: Pick<EntitySpec, 'keys'>) =>
  (wire: Value): string => {
    const fields = asFields(wire);
    const keys = spec.keys.map((key) => asText(asFields(fields?.[key])?.value) ?? '');
    if (keys.length > 0 && keys.every((key) => key !== '')) return JSON.stringify(keys);
    return asText(fields?.id) ?? JSON.stringify(wire);
  };

/** The keys in an id, for addresses. */
export const keysIn = (id: string): string[] => id.split('/');

/** A wire record as read. @throws AppError remote.badResponse */
export function toRecord(client: AcumaticaClient, spec: EntitySpec, wire: Value): RemoteRecord {
  const value = unwrapEntity(wire, spec.fields);
  const id = idOf(spec, value);
  const updatedAt = asText(value.LastModifiedDateTime);
  const label = asText(value[spec.label ?? spec.keys.at(-1) ?? 'id']);
  return {
    id,
    value,
    origin: {
      system: 'acumatica',
      resource: spec.resource,
      id,
      scope: companyScope(client),
      ...(label === undefined ? {} : { label }),
      ...(updatedAt === undefined ? {} : { updatedAt }),
    },
  };
}

/** The `$filter` of a request: change time and pushable equalities. */
export function filterOf(spec: EntitySpec, request: ReadRequest, scope: Scope): string | undefined {
  const since = request.sinceByScope?.[scope.id] ?? request.since;
  const parts: string[] = [];
  if (spec.incremental && since !== undefined) parts.push(`LastModifiedDateTime ge ${instantLiteral(since)}`);
  if (spec.incremental && request.until !== undefined)
    parts.push(`LastModifiedDateTime le ${instantLiteral(request.until)}`);
  for (const name of spec.pushable ?? []) {
    const values = request.filter?.[name];
    if (values === undefined || values.length === 0) continue;
    const isFlag = spec.fields.find((field) => field.name === name)?.type === 'boolean';
    const choices = values.map((value) => `${name} eq ${isFlag ? value : literal(value)}`);
    parts.push(choices.length === 1 ? (choices[0] ?? '') : `(${choices.join(' or ')})`);
  }
  return parts.length === 0 ? undefined : parts.join(' and ');
}

/** Whether the server says that a list cannot be turned into one query. */
export const cannotOptimize = (thrown: unknown): boolean =>
  thrown instanceof AppError &&
  thrown.remote?.status === 500 &&
  /CannotOptimize|Optimization cannot be performed/i.test(thrown.remote.body ?? '');

interface Pages {
  client: AcumaticaClient;
  spec: EntitySpec;
  filter: string | undefined;
  signal: AbortSignal;
  pageSize: number;
}

/** Wire records page by page, without repeats. */
async function* wirePages(
  { client, spec, filter, signal, pageSize }: Pages,
  query: EntityQuery,
): AsyncGenerator<Value[]> {
  const seen = new Set<string>();
  const mark = markOf(spec);
  const filtered = { ...query, ...(filter === undefined ? {} : { filter }) };
  const pages = pagesOf({
    fetch(top, skip) {
      if (signal.aborted) throw new AppError('run.cancelled', `Reading ${spec.entity} records was stopped.`);
      return client.list(spec.entity, { ...filtered, top, skip }, signal);
    },
    pageSize,
    what: `${spec.entity} records`,
    restarts: true,
    mark,
  });
  for await (const page of pages) {
    const fresh = page.filter((wire) => isFresh(seen, mark(wire)));
    if (fresh.length > 0) yield fresh;
  }
}

function isFresh(seen: Set<string>, mark: string): boolean {
  if (seen.has(mark)) return false;
  seen.add(mark);
  return true;
}

/** Expanded records: as a list where the server can, otherwise keys first and then one by one. */
async function* expandedPages(pages: Pages): AsyncGenerator<Value[]> {
  const { client, spec, signal } = pages;
  const query = shapeOf(client, spec);
  let yielded = false;
  try {
    for await (const page of wirePages(pages, query)) {
      yielded = true;
      yield page;
    }
    return;
  } catch (thrown) {
    if (yielded || !cannotOptimize(thrown)) throw thrown;
  }
  for await (const page of wirePages({ ...pages, pageSize: pageSizes.plain }, { select: [...spec.keys] })) {
    for (const entry of page) {
      const keys = keysIn(idOf(spec, unwrapEntity(entry, spec.fields)));
      const record = await client.get(spec.entity, keys, query, signal);
      if (record !== undefined) yield [record];
    }
  }
}

/** Reads all records that a request means. */
export async function* readEntity(
  client: AcumaticaClient,
  spec: EntitySpec,
  request: ReadRequest,
): AsyncGenerator<ReadEvent> {
  const scope = companyScope(client);
  if (request.scopes !== undefined && !request.scopes.includes(scope.id)) return;
  const filter = filterOf(spec, request, scope);
  // Without a filter more is read than was asked for; the engine sorts that out.
  const isTrusted =
    filter === undefined ||
    spec.doubtfulFilters === undefined ||
    (await filtersWork(client, spec.entity, spec.doubtfulFilters));
  const size = spec.expand === undefined ? pageSizes.plain : pageSizes.expanded;
  const pages: Pages = {
    client,
    spec,
    filter: isTrusted ? filter : undefined,
    signal: request.signal,
    pageSize: Math.max(1, Math.min(size, request.limit ?? size)),
  };
  let count = 0;
  for await (const page of expandedPages(pages)) {
    const records: RemoteRecord[] = [];
    for (const wire of page) {
      try {
        records.push(toRecord(client, spec, wire));
      } catch (thrown) {
        if (!(thrown instanceof AppError)) throw thrown;
        yield {
          kind: 'record-failed',
          origin: originOf(spec, wire, scope),
          value: asFields(wire) ?? {},
          error: thrown,
        };
      }
    }
    count += page.length;
    yield { kind: 'page', scope, records };
    if (request.limit !== undefined && count >= request.limit) return;
  }
  yield { kind: 'scope-done', scope };
}

const originOf = (spec: EntitySpec, wire: Value, scope: Scope) => ({
  system: 'acumatica',
  resource: spec.resource,
  id: asText(asFields(wire)?.id) ?? 'unknown',
  scope,
});

/** Reads one record by its id. */
export async function getEntity(
  client: AcumaticaClient,
  spec: EntitySpec,
  id: string,
): Promise<RemoteRecord | undefined> {
  const wire = await client.get(spec.entity, keysIn(id), shapeOf(client, spec));
  return wire === undefined ? undefined : toRecord(client, spec, wire);
}

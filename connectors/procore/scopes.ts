/** Which projects a read walks, and how: several under way at once, given in order, one that fails does not stop the others. */
import type { ReadEvent, ReadRequest } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import type { Fields, Scope } from '../../engine/model/record.ts';
import { asFields, asText } from '../kit/json.ts';
import { path } from '../kit/urls.ts';
import type { ProcoreClient } from './client.ts';
import { listPages } from './pages.ts';

/** Projects read at the same time. The rate windows bound the calls; this bounds memory. */
const projectsAtOnce = 4;

/** The company as a scope. */
export const companyScope = (client: ProcoreClient): Scope => ({
  kind: 'company',
  id: client.companyId,
  label: `Company ${client.companyId}`,
});

const projectScope = (project: Fields): Scope => {
  const id = asText(project.id) ?? '';
  const label = asText(project.display_name) ?? asText(project.name) ?? `Project ${id}`;
  return { kind: 'project', id, label };
};

/** Active projects as each client listed them: every read of a run walks the same ones, and a client lives for one run. */
const listed = new WeakMap<ProcoreClient, Promise<readonly Scope[]>>();

/**
 * Active projects that are neither templates nor demonstrations, listed once for a client. A listing that failed is not kept.
 * @source fact sheet: 15.2, `is_demo` and `template` are to be skipped
 */
export async function activeProjects(client: ProcoreClient, signal: AbortSignal): Promise<Scope[]> {
  const known = listed.get(client);
  if (known !== undefined) return [...(await known)];
  const listing = listProjects(client, signal);
  listed.set(client, listing);
  listing.catch(() => listed.delete(client));
  return [...(await listing)];
}

async function listProjects(client: ProcoreClient, signal: AbortSignal): Promise<Scope[]> {
  const scopes: Scope[] = [];
  const listing = {
    path: '/rest/v1.1/projects',
    operation: 'list the active projects',
    query: { company_id: client.companyId, 'filters[by_status]': 'Active', sort: 'name' },
  };
  for await (const rows of listPages(client, listing, signal)) {
    for (const row of rows) {
      const project = asFields(row);
      if (project === undefined || asText(project.id) === undefined) continue;
      if (project.is_demo !== true && project.template !== true) scopes.push(projectScope(project));
    }
  }
  return scopes;
}

/** The projects of a request: all that are active, or those named, also when they are no longer active. */
async function requestedProjects(client: ProcoreClient, request: ReadRequest): Promise<Scope[]> {
  const active = await activeProjects(client, request.signal);
  if (request.scopes === undefined) return active;
  const known = new Map(active.map((scope) => [scope.id, scope]));
  return request.scopes.map((id) => known.get(id) ?? { kind: 'project', id, label: `Project ${id}` });
}

/** Errors that concern one project only: the others are still worth reading. */
const concernsOneProject = (error: AppError): boolean => error.kind === 'rejected' || error.kind === 'transient';

/**
 * An account that may see no project gets an empty list, not a refusal. To read nothing of nothing is no success.
 * @source fact sheet, quirks 23 and 34: the list of permitted projects is emptied when the app is updated
 */
const nothingVisible = (client: ProcoreClient): ReadEvent => ({
  kind: 'scope-failed',
  scope: companyScope(client),
  error: new AppError(
    'remote.forbidden',
    'Procore shows this connection no active project, so nothing could be read.',
    {
      hint: 'Ask the Procore company administrator to set the permitted projects of the app’s service account: an update of the app empties that list.',
    },
  ),
});

type ReadProject = (scope: Scope, signal: AbortSignal) => AsyncGenerator<ReadEvent, void, undefined>;

async function* guarded(
  scope: Scope,
  read: ReadProject,
  signal: AbortSignal,
): AsyncGenerator<ReadEvent, void, undefined> {
  try {
    yield* read(scope, signal);
    yield { kind: 'scope-done', scope };
  } catch (thrown) {
    if (!(thrown instanceof AppError) || !concernsOneProject(thrown)) throw thrown;
    yield { kind: 'scope-failed', scope, error: thrown };
  }
}

/**
 * Walks the projects of a request. The next projects are begun while one is given, each at most one page ahead.
 * @throws AppError where going on is senseless, such as a refused sign-in.
 */
export async function* walkProjects(
  client: ProcoreClient,
  request: ReadRequest,
  read: ReadProject,
): AsyncGenerator<ReadEvent, void, undefined> {
  const scopes = await requestedProjects(client, request);
  if (scopes.length === 0 && request.scopes === undefined) yield nothingVisible(client);
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const begun: { walk: AsyncGenerator<ReadEvent, void, undefined>; next: Promise<IteratorResult<ReadEvent, void>> }[] =
    [];
  const begin = () => {
    const scope = scopes.shift();
    if (scope === undefined) return;
    const walk = guarded(scope, read, signal);
    const next = walk.next();
    next.catch(() => undefined);
    begun.push({ walk, next });
  };
  try {
    for (let count = 0; count < projectsAtOnce; count += 1) begin();
    for (let first = begun.shift(); first !== undefined; first = begun.shift()) {
      for (let event = await first.next; event.done !== true; event = await first.walk.next()) yield event.value;
      begin();
    }
  } finally {
    // Whoever asked may have had enough: calls under way are stopped, nothing is left behind.
    stop.abort();
    await Promise.allSettled(begun.map(({ next }) => next));
  }
}

/** The address of one project. */
export const projectPath = (projectId: string): string => path`/rest/v1.0/projects/${projectId}`;

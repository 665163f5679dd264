/** Ping: checks that arrive one by one, each failure with its cause and what to do. */
import type { PingCheck } from '../../engine/model/connection.ts';
import type { PingNeed, Resource } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import { asFields, asList, asText } from '../kit/json.ts';
import type { ProcoreClient } from './client.ts';

/** What a check came to: a sentence, or a warning with cause and remedy. */
type Finding = { detail: string; cause?: string; remedy?: string };

async function* check(
  client: ProcoreClient,
  id: string,
  label: string,
  doing: () => Promise<Finding>,
): AsyncGenerator<PingCheck, boolean, undefined> {
  const started = client.context.now();
  const took = () => client.context.now() - started;
  yield { id, label, status: 'running' };
  try {
    const finding = await doing();
    yield { id, label, status: finding.cause === undefined ? 'ok' : 'warning', ...finding, durationMs: took() };
    return true;
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code === 'run.cancelled') throw thrown;
    // A run waits until calls are allowed again; a ping does not.
    const isTooMany = thrown.code === 'remote.rateLimited';
    const remedy = isTooMany ? 'Ping again in a few minutes. Runs wait and go on by themselves.' : thrown.hint;
    yield { id, label, status: 'failed', cause: thrown.message, remedy, durationMs: took() };
    return false;
  }
}

const skipped = (id: string, label: string): PingCheck => ({
  id,
  label,
  status: 'skipped',
  detail: 'Not checked, because a check before it failed.',
});

/** Reaches both addresses. An answer of any kind proves it; the sign-in service is asked without credentials. */
async function reach(client: ProcoreClient): Promise<Finding> {
  await client.http.get('/rest/v1.0/me', { operation: 'reach the API', accept: [400, 401, 403, 404, 429] });
  return { detail: `The API answers at ${client.http.baseUrl}.` };
}

async function signIn(client: ProcoreClient): Promise<Finding> {
  const token = await client.session.token();
  const minutes = Math.round((token.expiresAtMs - client.context.now()) / 60_000);
  return { detail: `Signed in; the sign-in lasts ${minutes} more minutes and is renewed by itself.` };
}

async function company(client: ProcoreClient): Promise<Finding> {
  const { value } = await client.http.get('/rest/v1.0/companies', { operation: 'list the companies' });
  const companies = asList(value)?.map(asFields) ?? [];
  const mine = companies.find((candidate) => candidate?.id === client.companyId);
  if (mine !== undefined) return { detail: `Signed in to “${asText(mine.name) ?? client.companyId}”.` };
  const names = companies
    .map((candidate) => `${asText(candidate?.name) ?? '?'} (${asText(candidate?.id) ?? '?'})`)
    .join(', ');
  throw new AppError(
    'remote.wrongCompany',
    `This sign-in does not see company ${client.companyId}. It sees ${names === '' ? 'no company at all' : names}.`,
    { hint: 'Correct the company id, or have the app installed in that company.' },
  );
}

async function projects(client: ProcoreClient): Promise<Finding> {
  const { value, headers } = await client.http.get('/rest/v1.1/projects', {
    operation: 'list the active projects',
    query: { company_id: client.companyId, 'filters[by_status]': 'Active', page: '1', per_page: '1' },
  });
  const first = asFields(asList(value)?.[0]);
  if (first === undefined) {
    return {
      detail: 'No active project is visible.',
      cause: 'The service account is not permitted to any active project.',
      remedy: 'Ask the Procore company administrator to set the permitted projects of the app’s service account.',
    };
  }
  const { total } = headers;
  if (total === '1') return { detail: '1 active project is visible.' };
  return { detail: total === undefined ? 'Active projects are visible.' : `${total} active projects are visible.` };
}

async function erpIntegration(client: ProcoreClient): Promise<Finding> {
  const { value } = await client.http.get('/rest/v1.1/projects', {
    operation: 'list the active projects',
    query: { company_id: client.companyId, 'filters[by_status]': 'Active', page: '1', per_page: '1' },
  });
  const projectId = asText(asFields(asList(value)?.[0])?.id);
  if (projectId === undefined) return { detail: 'No project to look at.' };
  const { value: project } = await client.http.get(`/rest/v1.0/projects/${encodeURIComponent(projectId)}`, {
    operation: 'read a project',
    query: { company_id: client.companyId },
  });
  if (asFields(project)?.is_erp_integrated !== true) return { detail: 'No other ERP integration owns the origin ids.' };
  return {
    detail: 'Another ERP integration is active.',
    cause: 'Procore says that its own ERP integration is switched on; it owns the origin ids.',
    remedy: 'Leave “Write the origin id” off in all flows of this connection.',
  };
}

async function need(client: ProcoreClient, resource: Resource<ProcoreClient>): Promise<Finding> {
  if (resource.read === undefined) return { detail: 'Nothing to read here.' };
  const stop = new AbortController();
  const signal = AbortSignal.any([client.context.signal, stop.signal]);
  let refused: AppError | undefined;
  let scopes = 0;
  // Nothing that old changed in the future: the harmless way to ask for permission without reading records.
  const since = new Date(client.context.now() + 3_600_000).toISOString();
  const request = resource.incremental ? { since, signal, limit: 1 } : { signal, limit: 1 };
  for await (const event of resource.read(client, request)) {
    if (event.kind === 'scope-failed') refused ??= event.error;
    if (event.kind === 'scope-done' || event.kind === 'page') scopes += 1;
    if (scopes >= 3 || event.kind === 'page') break;
  }
  stop.abort();
  if (scopes === 0 && refused !== undefined) throw refused;
  if (refused === undefined) return { detail: 'May be read.' };
  return { detail: 'May be read in some projects.', cause: refused.message, remedy: refused.hint };
}

/** Difference between Procore's clock and ours, by the moment the token says it was issued. */
async function clock(client: ProcoreClient): Promise<Finding> {
  const token = await client.session.token();
  if (token.serverIssuedAtMs === undefined) return { detail: 'Procore does not say its time.' };
  const issued = token.expiresAtMs - token.lifetimeMs;
  const seconds = Math.round((token.serverIssuedAtMs - issued) / 1000);
  if (Math.abs(seconds) <= 60) return { detail: 'The clocks agree to within a minute.' };
  return {
    detail: `The clocks differ by ${Math.abs(seconds)} seconds.`,
    cause: `This machine's clock is ${seconds > 0 ? 'behind' : 'ahead of'} Procore's.`,
    remedy: 'Set the clock of this machine; otherwise changes near the last read may be read late.',
  };
}

function callsLeft(client: ProcoreClient): Promise<Finding> {
  const left = client.http.limiter.left(client.context.now());
  return Promise.resolve({ detail: `${left} calls may be made at once before the next pause.` });
}

/** All checks, in order. Those that depend on a failed one are skipped. */
export async function* ping(
  client: ProcoreClient,
  needs: readonly PingNeed[],
  resources: readonly Resource<ProcoreClient>[],
): AsyncGenerator<PingCheck, void, undefined> {
  const signedIn = yield* check(client, 'sign-in', 'Sign in', () => signIn(client));
  const reached = signedIn ? yield* check(client, 'reach', 'Reach the API', () => reach(client)) : false;
  if (!signedIn) yield skipped('reach', 'Reach the API');
  const inCompany = reached ? yield* check(client, 'company', 'Company', () => company(client)) : false;
  if (!reached) yield skipped('company', 'Company');
  const sees = inCompany ? yield* check(client, 'projects', 'Active projects', () => projects(client)) : false;
  if (!inCompany) yield skipped('projects', 'Active projects');
  for (const wanted of new Set(needs.map(({ resource }) => resource))) {
    const resource = resources.find(({ id }) => id === wanted);
    if (resource === undefined) continue;
    const id = `need-${wanted}`;
    if (sees) yield* check(client, id, `Read ${resource.title}`, () => need(client, resource));
    else yield skipped(id, `Read ${resource.title}`);
  }
  if (sees && needs.some(({ write }) => write)) {
    yield* check(client, 'erp-integration', 'Other ERP integration', () => erpIntegration(client));
  }
  if (signedIn) yield* check(client, 'clock', 'Clock', () => clock(client));
  else yield skipped('clock', 'Clock');
  if (reached) yield* check(client, 'limits', 'Calls left', () => callsLeft(client));
  else yield skipped('limits', 'Calls left');
}

/**
 * Sets Procore's webhooks up: hooks with triggers in a company or a project, version 2.0 of the endpoints.
 * @source https://developers.procore.com/documentation/webhooks-api and reference `hooks`, `triggers`, `deliveries` (2026-06)
 */
import type {
  WebhookAdministration,
  WebhookDelivery,
  WebhookOutcome,
  WebhookRegistration,
} from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import type { Fields, Scope } from '../../engine/model/record.ts';
import { asFields, asList, asText } from '../kit/json.ts';
import { checkBaseUrl, path } from '../kit/urls.ts';
import type { ProcoreClient } from './client.ts';
import { listAll } from './pages.ts';
import { activeProjects, companyScope } from './scopes.ts';
import { resourceOf } from './webhooks.ts';

/** Keeps Costwire's hooks apart from those of other programs. Lower-case letters and dashes only. */
export const namespace = 'costwire';
/** Version 4 has no `metadata`, by which a receiver tells its own changes, and no names of line items' parents. */
const payloadVersion = 'v2.0';

interface Offer {
  name: string;
  actions: readonly string[];
  resource?: string;
}

interface Hook extends WebhookRegistration {
  /** The last characters of the header's value, all that Procore shows of it. */
  secretEnd: string | undefined;
  /** Trigger ids by event. */
  triggers: ReadonlyMap<string, string>;
}

const baseOf = (client: ProcoreClient, scope: Scope): string =>
  scope.kind === 'company'
    ? path`/rest/v2.0/companies/${client.companyId}/webhooks`
    : path`/rest/v2.0/companies/${client.companyId}/projects/${scope.id}/webhooks`;

const scopeOf = (client: ProcoreClient, id: string | undefined): Scope =>
  id === undefined ? companyScope(client) : { kind: 'project', id, label: `Project ${id}` };

async function scopesOf(client: ProcoreClient, ids: readonly string[] | 'all' | undefined): Promise<Scope[]> {
  if (ids === undefined) return [companyScope(client)];
  return ids === 'all' ? activeProjects(client, client.context.signal) : ids.map((id) => scopeOf(client, id));
}

async function rowsAt(
  client: ProcoreClient,
  address: string,
  operation: string,
  query: Readonly<Record<string, string>> = {},
): Promise<Fields[]> {
  return [...(await listAll(client, { path: address, operation, query }, client.context.signal)).values()];
}

/** The names a scope can announce. They carry no id: read page by page, kept by name. */
async function offersOf(client: ProcoreClient, scope: Scope): Promise<Offer[]> {
  const offers = new Map<string, Offer>();
  for (let page = 1; page <= 50; page += 1) {
    const { value } = await client.http.get(`${baseOf(client, scope)}/resources`, {
      operation: `list what ${scope.label} can announce`,
      query: { payload_version: payloadVersion, page: String(page), per_page: '100' },
    });
    const rows = asList(asFields(value)?.data) ?? [];
    const known = offers.size;
    for (const row of rows) {
      const name = asText(asFields(row)?.name)?.trim() ?? '';
      const actions = (asList(asFields(row)?.actions) ?? []).flatMap((action) => asText(action)?.toLowerCase() ?? []);
      const resource = resourceOf[name];
      if (name !== '') offers.set(name, { name, actions, ...(resource === undefined ? {} : { resource }) });
    }
    if (rows.length < 100 || offers.size === known) break;
  }
  return [...offers.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Costwire's hooks of a scope with their triggers. */
async function hooksOf(client: ProcoreClient, scope: Scope): Promise<Hook[]> {
  const base = baseOf(client, scope);
  const rows = await rowsAt(client, `${base}/hooks`, `list the webhooks of ${scope.label}`, { namespace });
  const hooks: Hook[] = [];
  for (const row of rows.filter((candidate) => candidate.namespace === namespace)) {
    const id = asText(row.id) ?? '';
    const triggers = await rowsAt(client, `${hookPath(base, id)}/triggers`, `list the events of webhook ${id}`);
    hooks.push(hookOf(row, scope, triggers));
  }
  return hooks;
}

function hookOf(row: Fields, scope: Scope, triggers: readonly Fields[]): Hook {
  const events = new Map(
    triggers.map((trigger) => [
      `${asText(trigger.resource_name) ?? ''}/${asText(trigger.event_type) ?? ''}`,
      asText(trigger.id) ?? '',
    ]),
  );
  const header = Object.entries(asFields(row.destination_headers) ?? {}).find(
    ([name]) => name.toLowerCase() === 'authorization',
  );
  const status = asText(row.status);
  return {
    id: asText(row.id) ?? '',
    scope,
    url: asText(row.destination_url) ?? '',
    events: [...events.keys()].sort(),
    secretEnd: header === undefined ? undefined : asText(header[1])?.slice(-5),
    triggers: events,
    ...(status === undefined ? {} : { status }),
  };
}

const registration = ({ secretEnd: _end, triggers: _triggers, ...hook }: Hook): WebhookRegistration => hook;

/** What is meant by the events of a wish in one scope. @throws AppError connection.invalidField */
function eventsOf(wanted: readonly string[] | undefined, offers: readonly Offer[], scope: Scope): string[] {
  const all = (offer: Offer): string[] => offer.actions.map((action) => `${offer.name}/${action}`);
  if (wanted === undefined) {
    const read = offers.filter(({ name, resource }) => resource !== undefined && !name.endsWith(' Line Items'));
    return read.flatMap(all);
  }
  return wanted.flatMap((text) => {
    const offer = offers.find(({ name }) => name === text || text.startsWith(`${name}/`));
    const events = offer === undefined ? [] : all(offer).filter((event) => event === text || offer.name === text);
    if (events.length > 0) return events;
    throw new AppError('connection.invalidField', `${scope.label} cannot announce “${text}”.`, {
      hint: `It can announce: ${offers.map(({ name }) => name).join(', ')}.`,
    });
  });
}

/** The header that deliveries must carry. @throws AppError vault.missingSecret */
function secretHeader(client: ProcoreClient): Record<string, string> {
  const secret: string | undefined = client.context.secrets.webhookSecret;
  if (secret === undefined || secret === '')
    throw new AppError('vault.missingSecret', 'The webhook secret of the connection is not set.');
  return { Authorization: /^Bearer\s/i.test(secret) ? secret : `Bearer ${secret}` };
}

/** Finds the hook by its address, or makes it. One whose secret is another gets ours. */
async function ensureHook(client: ProcoreClient, scope: Scope, url: string): Promise<{ hook: Hook; created: boolean }> {
  const destination_headers = secretHeader(client);
  const base = baseOf(client, scope);
  const known = (await hooksOf(client, scope)).find((hook) => hook.url === url);
  if (known === undefined) {
    const { value } = await client.http.post(`${base}/hooks`, {
      operation: `register a webhook of ${scope.label}`,
      body: { namespace, payload_version: payloadVersion, destination_url: url, destination_headers },
    });
    const row = asFields(asFields(value)?.data);
    if (asText(row?.id) === undefined)
      throw new AppError(
        'remote.badResponse',
        `Procore registered the webhook of ${scope.label} without naming its id.`,
      );
    return { hook: hookOf(row ?? {}, scope, []), created: true };
  }
  if (known.secretEnd !== destination_headers.Authorization?.slice(-5)) {
    await client.http.patch(hookPath(base, known.id), {
      operation: `renew the secret of webhook ${known.id}`,
      body: { destination_url: url, destination_headers },
      repeatable: true,
    });
  }
  return { hook: known, created: false };
}

const hookPath = (base: string, hookId: string): string => base + path`/hooks/${hookId}`;

async function registerIn(
  client: ProcoreClient,
  scope: Scope,
  url: string,
  wanted: readonly string[] | undefined,
): Promise<WebhookOutcome> {
  const events = [...new Set(eventsOf(wanted, await offersOf(client, scope), scope))];
  const { hook, created } = await ensureHook(client, scope, url);
  const added = events.filter((event) => !hook.triggers.has(event));
  for (const event of added) {
    const [resource_name = '', event_type = ''] = event.split('/');
    await client.http.post(`${hookPath(baseOf(client, scope), hook.id)}/triggers`, {
      operation: `announce ${event} by webhook ${hook.id}`,
      body: { resource_name, event_type },
    });
  }
  const all = [...hook.events, ...added].sort();
  return { hook: { ...registration(hook), events: all }, created, added };
}

/** The reference lists attempts without their fields: those of version 1 are assumed. */
const deliveryOf = (row: Fields): WebhookDelivery => {
  const event = asFields(row.payload) ?? {};
  const last = asFields((asList(row.delivery_attempts) ?? []).at(-1)) ?? {};
  const name = asText(event.resource_name) ?? asText(event.resource_type) ?? '';
  const answered = asText(last.response_status);
  const detail = asText(last.response_error) ?? (answered === undefined ? undefined : `answered ${answered}`);
  const recordId = asText(event.resource_id);
  const at = asText(last.started_at) ?? asText(event.timestamp);
  return {
    id: asText(row.id) ?? '',
    event: `${name}/${asText(event.event_type) ?? asText(event.reason) ?? ''}`,
    status: asText(row.status) ?? 'unknown',
    ...(at === undefined ? {} : { at }),
    ...(recordId === undefined ? {} : { recordId }),
    ...(detail === undefined ? {} : { detail }),
  };
};

/** Webhooks of Procore. Project records are announced by hooks of their project, vendors and cost types by one of the company. */
export const webhookAdmin: WebhookAdministration<ProcoreClient> = {
  offers: (client, scope) => offersOf(client, scopeOf(client, scope)),
  async register(client, { url: address, events, scopes }) {
    checkBaseUrl(address, 'Webhook address');
    // A relay may tell its customers apart by the query, so the address is kept whole.
    const url = new URL(address.trim()).href;
    const outcomes: WebhookOutcome[] = [];
    for (const scope of await scopesOf(client, scopes)) outcomes.push(await registerIn(client, scope, url, events));
    return outcomes;
  },
  async list(client, scopes) {
    const hooks: WebhookRegistration[] = [];
    for (const scope of await scopesOf(client, scopes)) hooks.push(...(await hooksOf(client, scope)).map(registration));
    return hooks;
  },
  async remove(client, hookId, { scope: id, events }) {
    const scope = scopeOf(client, id);
    const address = hookPath(baseOf(client, scope), hookId);
    if (events === undefined) {
      await client.http.delete(address, { operation: `remove webhook ${hookId}`, accept: [404], repeatable: true });
      return;
    }
    const triggers = hookOf(
      {},
      scope,
      await rowsAt(client, `${address}/triggers`, `list the events of webhook ${hookId}`),
    );
    for (const [event, trigger] of triggers.triggers) {
      if (!events.some((text) => event === text || event.startsWith(`${text}/`))) continue;
      await client.http.delete(`${address}${path`/triggers/${trigger}`}`, {
        operation: `stop announcing ${event} by webhook ${hookId}`,
        accept: [404],
        repeatable: true,
      });
    }
  },
  async deliveries(client, hookId, { scope, status }) {
    const address = `${hookPath(baseOf(client, scopeOf(client, scope)), hookId)}/deliveries`;
    const query: Record<string, string> = status === undefined ? {} : { 'filter[status]': status };
    return (await rowsAt(client, address, `list the deliveries of webhook ${hookId}`, query)).map(deliveryOf);
  },
};

/** `connector.*`, `node.*` and `connection.*`: forms, secrets that only go in, and pings that tick live. */
import { type Connection, type CredentialField, isShown, type PingCheck } from '../../model/connection.ts';
import type { Connector, Resource } from '../../model/connector.ts';
import { AppError, toAppError } from '../../model/error.ts';
import { connectContext } from '../../run/execute-clients.ts';
import { newConnectionId } from '../../store/workspace.ts';
import { byText } from '../../store/workspace-files.ts';
import type { ConnectionUse, ConnectionView, ConnectorView, ResourceView } from '../contract.ts';
import { needsOfConnection } from '../workspace-run.ts';
import { clientHost } from './clients.ts';
import { connectorOf, type ServiceContext } from './context.ts';
import type { RouterImplementer } from './implementer.ts';
import { SignIns } from './sign-in.ts';

/** Implements `connector.*`. */
export const connectorService = (os: RouterImplementer['connector'], context: ServiceContext) => ({
  list: os.list.handler(async () => context.connectors.map(declarationOf)),
});

/** Implements `node.*`. */
export const nodeService = (os: RouterImplementer['node'], context: ServiceContext) => ({
  list: os.list.handler(async () => [...context.engine.nodes]),
});

/** The part of a connector that can leave the process: everything but its functions. */
export function declarationOf(connector: Connector): ConnectorView {
  const { id, title, vendor, description, role, credentials, limits, assumptions, webhooks } = connector;
  return {
    id,
    title,
    vendor,
    description,
    role,
    credentials,
    limits,
    assumptions,
    ...(webhooks === undefined ? {} : { webhooks }),
    hasPractice: connector.simulator !== undefined,
    discovers: connector.discover !== undefined,
    resources: connector.resources.map(resourceView),
  };
}

/** The part of a resource that can leave the process, and which operations it has. */
function resourceView(resource: Resource<unknown>): ResourceView {
  const { read, get, find: _find, create, update, release, attach, ...declaration } = resource;
  return {
    ...declaration,
    abilities: {
      read: read !== undefined,
      get: get !== undefined,
      create: create !== undefined,
      update: update !== undefined,
      release: release !== undefined,
      ...(attach === undefined ? {} : { attach: true }),
    },
  };
}

/** Implements `connection.*`. */
export function connectionService(os: RouterImplementer['connection'], context: ServiceContext) {
  const { connections } = context.workspace;
  const signIns = new SignIns(context);
  const pings = new Map<string, { at: string; checks: PingCheck[] }>();
  const view = async (connection: Connection, uses?: Map<string, ConnectionUse[]>): Promise<ConnectionView> => {
    const lastPing = pings.get(connection.id);
    const usedBy = (uses ?? (await usesOf(context))).get(connection.id) ?? [];
    const secrets = (await context.vault.names(connection.id)).sort(byText);
    return { ...connection, secrets, usedBy, ...(lastPing === undefined ? {} : { lastPing }) };
  };
  return {
    list: os.list.handler(async () => {
      const uses = await usesOf(context);
      return Promise.all((await connections.list()).map((connection) => view(connection, uses)));
    }),
    get: os.get.handler(async ({ input }) => view(await connections.get(input.id))),
    save: os.save.handler(async ({ input }) => {
      const saved = await saveConnection(context, input);
      pings.delete(saved.id);
      context.events.tell({ type: 'connectionsChanged' });
      return view(saved);
    }),
    remove: os.remove.handler(async ({ input }) => {
      await connections.remove(input.id);
      await context.vault.delete(input.id);
      context.events.tell({ type: 'connectionsChanged' });
    }),
    usedBy: os.usedBy.handler(async ({ input }) => (await usesOf(context)).get(input.id) ?? []),
    ping: os.ping.handler(async function* ({ input, signal }) {
      const seen = new Map<string, PingCheck>();
      const end = signal ?? new AbortController().signal;
      for await (const check of ping(context, await connections.get(input.id), end)) {
        seen.set(check.id, check);
        yield check;
      }
      pings.set(input.id, { at: new Date().toISOString(), checks: [...seen.values()] });
    }),
    signIn: os.signIn.handler(async function* ({ input, signal }) {
      for await (const step of signIns.start(await connections.get(input.id), signal)) {
        if (step.step === 'signed-in') {
          pings.delete(input.id);
          context.events.tell({ type: 'connectionsChanged' });
        }
        yield step;
      }
    }),
    resources: os.resources.handler(async ({ input, signal }) => {
      const connection = await connections.get(input.id);
      const connector = connectorOf(context, connection.connector);
      const end = signal ?? new AbortController().signal;
      if (connector.discover === undefined) return [];
      const found = await withClient(context, connection, {}, end, async (client) => connector.discover?.(client));
      return (found ?? []).map(resourceView);
    }),
    choices: os.choices.handler(async ({ input, signal }) => {
      const end = signal ?? new AbortController().signal;
      const connector = connectorOf(context, input.connector);
      const { id = 'unsaved', environment, fields } = input;
      const draft: Connection = { id, name: id, connector: input.connector, environment, fields, secrets: [] };
      return withClient(context, draft, typed(input.secrets), end, async (client) => {
        return (await connector.choices?.(client, input.field)) ?? [];
      });
    }),
  };
}

/** Secrets as typed, without those that are to be forgotten. */
const typed = (secrets: Readonly<Record<string, string | null>>): Record<string, string> =>
  Object.fromEntries(Object.entries(secrets).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));

const silent = { onExchange: () => undefined, onWait: () => undefined };

const contextOf = (
  context: ServiceContext,
  connection: Connection,
  signal: AbortSignal,
  secrets: Readonly<Record<string, string>> = {},
) =>
  connectContext(connectorOf(context, connection.connector), connection, clientHost(context, secrets), signal, silent);

/** Connects, uses the client and lets it go. @throws AppError connection.*, vault.*, remote.* */
export async function withClient<Result>(
  context: ServiceContext,
  connection: Connection,
  secrets: Record<string, string>,
  signal: AbortSignal,
  use: (client: unknown) => Promise<Result>,
): Promise<Result> {
  const connector = connectorOf(context, connection.connector);
  const client = connector.connect(await contextOf(context, connection, signal, secrets));
  try {
    return await use(client);
  } finally {
    await connector.disconnect?.(client);
  }
}

/** Checks of a connection with what its flows need; a failure to begin is a failed check, not an error. */
async function* ping(context: ServiceContext, connection: Connection, signal: AbortSignal): AsyncGenerator<PingCheck> {
  const started = Date.now();
  let connector: Connector | undefined;
  let client: unknown;
  try {
    connector = connectorOf(context, connection.connector);
    client = connector.connect(await contextOf(context, connection, signal));
    yield* connector.ping(client, await needsOfConnection(context.workspace, connection.id));
  } catch (thrown) {
    const error = toAppError(thrown, `pinging "${connection.name}"`);
    if (error.kind === 'defect') context.log(error, 'connection.ping');
    yield {
      id: 'start',
      label: 'Connection is complete',
      status: 'failed',
      cause: error.message,
      remedy: error.hint,
      durationMs: Date.now() - started,
    };
  } finally {
    if (client !== undefined) await connector?.disconnect?.(client);
  }
}

/** Which flows use which connection. */
export async function usesOf(context: ServiceContext): Promise<Map<string, ConnectionUse[]>> {
  const uses = new Map<string, ConnectionUse[]>();
  const bound = await context.workspace.bindings.all();
  for (const { document } of (await context.workspace.flows.list()).flows) {
    for (const [slot, connectionId] of Object.entries(bound[document.id]?.slots ?? {})) {
      const use = { flowId: document.id, flowName: document.name, slot };
      uses.set(connectionId, [...(uses.get(connectionId) ?? []), use]);
    }
  }
  return uses;
}

interface ConnectionDraft {
  id?: string | undefined;
  name: string;
  connector: string;
  environment: Connection['environment'];
  fields: Record<string, string>;
  secrets: Record<string, string | null>;
}

async function saveConnection(context: ServiceContext, draft: ConnectionDraft): Promise<Connection> {
  const connector = connectorOf(context, draft.connector);
  const known = draft.id === undefined ? undefined : await context.workspace.connections.get(draft.id);
  const id = draft.id ?? newConnectionId();
  const names = new Set(await context.vault.names(id));
  for (const [name, value] of Object.entries(draft.secrets)) {
    if (value === null) names.delete(name);
    else names.add(name);
  }
  checkForm(connector, draft, names);
  const secretFields = connector.credentials.filter((field) => field.kind === 'secret').map((field) => field.name);
  for (const [name, value] of Object.entries(draft.secrets)) {
    if (!secretFields.includes(name)) continue;
    if (value === null) await context.vault.delete(id, name);
    else await context.vault.set(id, name, value);
  }
  const { name, environment, fields } = draft;
  const secrets = [...names].sort(byText);
  return context.workspace.connections.save({
    ...known,
    id,
    name,
    connector: connector.id,
    environment,
    fields,
    secrets,
  });
}

/** @throws AppError connection.missingField | connection.invalidField naming every field at once */
function checkForm(connector: Connector, draft: ConnectionDraft, secrets: ReadonlySet<string>): void {
  const missing: Record<string, string> = {};
  const invalid: Record<string, string> = {};
  const names = new Set(connector.credentials.map((field) => field.name));
  for (const name of [...Object.keys(draft.fields), ...Object.keys(draft.secrets)]) {
    if (!names.has(name)) invalid[name] = `${connector.title} has no such field.`;
  }
  for (const field of connector.credentials) {
    if (!isShown(field, connector.credentials, draft.fields)) continue;
    const value = draft.fields[field.name] ?? field.default ?? '';
    if (field.kind === 'secret' && draft.fields[field.name] !== undefined) {
      invalid[field.name] = 'A secret belongs into the vault, not into the public fields.';
    } else if (field.required && (field.kind === 'secret' ? !secrets.has(field.name) : value.trim() === '')) {
      missing[field.name] = `Fill in ${field.label}.`;
    } else if (field.kind !== 'secret' && value !== '') {
      const fault = faultOf(field, value);
      if (fault !== undefined) invalid[field.name] = fault;
    }
  }
  const labels = (fields: Record<string, string>) =>
    Object.keys(fields)
      .map((name) => connector.credentials.find((field) => field.name === name)?.label ?? name)
      .join(', ');
  if (Object.keys(invalid).length > 0) {
    const text = `The connection "${draft.name}" cannot be kept: ${labels(invalid)}.`;
    throw new AppError('connection.invalidField', text, { fields: { ...missing, ...invalid } });
  }
  if (Object.keys(missing).length > 0) {
    const text = `The connection "${draft.name}" is not complete: ${labels(missing)}.`;
    throw new AppError('connection.missingField', text, { fields: missing });
  }
}

function faultOf(field: CredentialField, value: string): string | undefined {
  if (field.kind === 'url' && !URL.canParse(value)) return 'Enter a whole address such as https://example.com.';
  if (field.kind === 'integer' && !/^-?\d{1,15}$/.test(value)) return 'Enter a whole number.';
  if (field.kind === 'boolean' && value !== 'true' && value !== 'false') return 'Choose yes or no.';
  const fixed = field.kind === 'choice' && field.dynamicChoices !== true ? field.choices : undefined;
  if (fixed !== undefined && !fixed.some((choice) => choice.value === value)) return 'Choose one of the list.';
  return undefined;
}

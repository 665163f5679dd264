/** Resources that only a connection knows, such as the files of a folder: asked for before a flow is planned. */
import type { Connection } from '../model/connection.ts';
import type { Connector, Resource } from '../model/connector.ts';
import { toAppError } from '../model/error.ts';
import type { FlowDocument, Problem } from '../model/flow.ts';
import { type ClientHost, connectContext } from './execute-clients.ts';

/** Connectors with what their connections add, and what stood in the way. */
export interface Discovery {
  connectors: readonly Connector[];
  problems: Problem[];
}

/** What asking needs of the host. */
export type DiscoveryHost = Pick<ClientHost, 'connectors' | 'secretsOf' | 'saveSecret' | 'now' | 'sleep' | 'random'>;

const quiet = { onExchange: () => undefined, onWait: () => undefined };

/**
 * Adds to each connector the resources that the connections bound to the flow's slots know. A connection is asked only where the flow
 * names a resource that its connector does not declare: checking a flow signs in to a system only if it has to. Where two connections name a resource alike, the first slot decides its fields.
 */
export async function discoverResources(
  document: FlowDocument,
  connections: Readonly<Record<string, Connection | undefined>>,
  host: DiscoveryHost,
  signal: AbortSignal = new AbortController().signal,
): Promise<Discovery> {
  const added = new Map<string, Map<string, Resource<unknown>>>();
  const problems: Problem[] = [];
  for (const [slot, { connector: id }] of Object.entries(document.slots)) {
    const connector = host.connectors.find((candidate) => candidate.id === id);
    const connection = connections[slot];
    if (connector?.discover === undefined || connection === undefined || connection.connector !== id) continue;
    const declared = new Set(connector.resources.map((resource) => resource.id));
    const named = new Set(document.nodes.flatMap((node) => resourcesNamed(node.config, slot)));
    const wanted = [...named].filter((name) => !declared.has(name));
    if (wanted.length === 0) continue;
    try {
      const known = added.get(id) ?? new Map<string, Resource<unknown>>();
      for (const resource of await ask(connector, connection, host, wanted, signal)) {
        if (!known.has(resource.id)) known.set(resource.id, resource);
      }
      added.set(id, known);
    } catch (thrown) {
      const { code, message, hint } = toAppError(thrown, `looking at what ${connection.name} offers`);
      problems.push({
        severity: 'blocking',
        code,
        field: `slots.${slot}`,
        message: `${connection.name}: ${message}`,
        hint,
      });
    }
  }
  const connectors = host.connectors.map((connector) => {
    const own = added.get(connector.id);
    return own === undefined ? connector : { ...connector, resources: [...connector.resources, ...own.values()] };
  });
  return { connectors, problems };
}

/** Resources of a slot that a node's settings name, wherever they stand in them. */
function resourcesNamed(config: unknown, slot: string): string[] {
  if (typeof config !== 'object' || config === null) return [];
  const inner = Object.values(config).flatMap((value) => resourcesNamed(value, slot));
  const named = 'slot' in config && config.slot === slot && 'resource' in config ? config.resource : undefined;
  return typeof named === 'string' ? [named, ...inner] : inner;
}

async function ask(
  connector: Connector,
  connection: Connection,
  host: DiscoveryHost,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<readonly Resource<unknown>[]> {
  const client = connector.connect(await connectContext(connector, connection, host, signal, quiet));
  try {
    return (await connector.discover?.(client, wanted)) ?? [];
  } finally {
    await connector.disconnect?.(client);
  }
}

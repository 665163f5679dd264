/** Checks, samples and runs flows over the workspace: planning and running as the engine does them, with this host's parts. */
import type { FlowDocument } from '../../model/flow.ts';
import type { MappingTableVersion } from '../../model/mapping-table.ts';
import type { RecordSchema } from '../../model/record.ts';
import { nodeDeclarations } from '../../nodes/index.ts';
import { createDeliverer } from '../../run/deliver.ts';
import { discoverResources } from '../../run/discover.ts';
import { connectSlots } from '../../run/execute-clients.ts';
import { planFlow } from '../../run/plan.ts';
import { recover } from '../../run/recover.ts';
import type { FlowBindings } from '../../store/workspace.ts';
import type { FlowCheck } from '../contract.ts';
import { boundConnections, runInWorkspace, type WorkspaceParts } from '../workspace-run.ts';
import { clientHost } from './clients.ts';
import type { FlowEngine, RunOrder, SampleOrder } from './engine.ts';
import { sampleFlow } from './flow-sample.ts';

/** Makes the engine of a host. */
export const createFlowEngine = (parts: WorkspaceParts): FlowEngine => new WorkspaceEngine(parts);

class WorkspaceEngine implements FlowEngine {
  readonly nodes = nodeDeclarations;
  private readonly parts: WorkspaceParts;
  private readonly versions = new Map<string, MappingTableVersion>();

  constructor(parts: WorkspaceParts) {
    this.parts = parts;
  }

  async check(document: FlowDocument, bindings: FlowBindings): Promise<FlowCheck> {
    const connections = await boundConnections(this.parts.workspace, document, bindings);
    const { problems, schemas } = planFlow({
      document,
      ...(await discoverResources(document, connections, clientHost(this.parts))),
      connections,
      tables: await this.tables(),
    });
    const check: FlowCheck = { problems, inputs: {}, outputs: {} };
    for (const [nodeId, ports] of Object.entries(schemas)) {
      addPorts(check.inputs, nodeId, ports?.inputs ?? {});
      addPorts(check.outputs, nodeId, ports?.outputs ?? {});
    }
    return check;
  }

  async sample(order: SampleOrder) {
    const { store, connectors } = this.parts;
    return sampleFlow(order, {
      connections: await boundConnections(this.parts.workspace, order.document, order.bindings),
      tables: await this.tables(),
      connectors,
      clients: clientHost(this.parts),
      deliverer: createDeliverer(store),
    });
  }

  async run(order: RunOrder) {
    return (await runInWorkspace(this.parts, order)).run;
  }

  async recover(signal: AbortSignal): Promise<void> {
    const { store, workspace, connectors } = this.parts;
    const known = new Map((await workspace.connections.list()).map((connection) => [connection.id, connection]));
    const closing: (() => Promise<unknown>)[] = [];
    try {
      await recover(store, {
        signal,
        systemOf: (connectionId) => known.get(connectionId)?.connector,
        targetFor: async (connectionId, resourceId) => {
          const connection = known.get(connectionId);
          const connector = connectors.find((candidate) => candidate.id === connection?.connector);
          if (connection === undefined || connector === undefined) return undefined;
          const declared = connector.resources.find((candidate) => candidate.id === resourceId);
          if (declared === undefined && connector.discover === undefined) return undefined;
          const clients = await connectSlots(
            slotOnly(connector.id),
            { target: connection },
            clientHost(this.parts),
            signal,
            { onExchange: () => undefined, onWait: () => undefined },
          );
          closing.push(() => clients.close());
          const { client } = clients.forSlot('target');
          const discovered = declared === undefined ? await connector.discover?.(client) : undefined;
          const resource = declared ?? discovered?.find((candidate) => candidate.id === resourceId);
          if (resource === undefined) return undefined;
          const name = connection.name;
          const rest = { mode: 'create' as const, release: false, options: {} };
          return { connector, resource, client, connectionId, connectionName: name, ...rest };
        },
      });
    } finally {
      for (const close of closing) await close();
    }
  }

  /** Newest published versions. They never change, so each is read from the store once. */
  private async tables(): Promise<MappingTableVersion[]> {
    const newest: MappingTableVersion[] = [];
    for (const { id, version } of await this.parts.store.tables.list()) {
      if (version === 0) continue;
      const name = `${id}@${version}`;
      const table = this.versions.get(name) ?? (await this.parts.store.tables.version(id, version));
      if (table === undefined) continue;
      this.versions.set(name, table);
      newest.push(table);
    }
    return newest;
  }
}

function addPorts(
  into: Record<string, RecordSchema>,
  nodeId: string,
  ports: Readonly<Record<string, RecordSchema | undefined>>,
): void {
  for (const [port, schema] of Object.entries(ports)) if (schema !== undefined) into[`${nodeId}.${port}`] = schema;
}

/** A flow of one slot: clients are made per slot. */
const slotOnly = (connector: string): FlowDocument => ({
  format: 'costwire/flow',
  schemaVersion: 1,
  id: 'recovery',
  name: 'Recovery',
  version: 0,
  slots: { target: { connector } },
  parameters: {},
  nodes: [],
  wires: [],
  triggers: [],
  layout: { nodes: {}, notes: [] },
});

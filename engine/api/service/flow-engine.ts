/** Checks, samples and runs flows over the workspace: planning and running as the engine does them, with this host's parts. */
import type { FlowDocument } from '../../model/flow.ts';
import type { MappingTableVersion } from '../../model/mapping-table.ts';
import type { RecordSchema } from '../../model/record.ts';
import { nodeDeclarations } from '../../nodes/index.ts';
import { createDeliverer } from '../../run/deliver.ts';
import { discoverResources } from '../../run/discover.ts';
import { planFlow } from '../../run/plan.ts';
import type { FlowBindings } from '../../store/workspace.ts';
import type { FlowCheck } from '../contract.ts';
import { recoverWorkspace, type WorkspaceRecovery } from '../workspace-recover.ts';
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

  recover(order: WorkspaceRecovery) {
    return recoverWorkspace(this.parts, order);
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

/** The real service and server over a throw-away workspace with two systems, for the designer in a browser. */
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import type { CostwireClient, FlowCheck } from '../../engine/api/contract.ts';
import type { FlowEngine, RunOrder } from '../../engine/api/service/engine.ts';
import { nothingRecovered } from '../../engine/api/workspace-recover.ts';
import type { Connector } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import { type FlowDocument, flowSchema, type Problem } from '../../engine/model/flow.ts';
import type { RecordOutcome, RecordStatus, RunSummary, Voucher } from '../../engine/model/run.ts';
import { nodeDeclarations } from '../../engine/nodes/index.ts';
import type { Store } from '../../engine/store/index.ts';
import { startServer } from '../../headless/server.ts';
import { root } from './imports.ts';
import { noCounts, type TestService, testService } from './service.ts';

const connector = (id: string, title: string, role: Connector['role'], resources: [string, string][]): Connector => ({
  id,
  title,
  vendor: title,
  description: '',
  role,
  credentials: [],
  limits: [],
  assumptions: [],
  connect: () => ({}),
  async *ping() {
    yield { id: 'reach', label: 'Reach', status: 'ok' };
  },
  resources: resources.map(([resource, name]) => ({
    id: resource,
    title: name,
    description: '',
    scope: 'company',
    fields: [],
    incremental: false,
  })),
});

/** An engine that checks slots and wires, and runs twelve records through every node. */
class DesignerEngine implements FlowEngine {
  readonly nodes = nodeDeclarations;
  private readonly store: Store;
  private runs = 0;
  recoveries = 0;
  private held: Promise<void> = Promise.resolve();

  constructor(store: Store) {
    this.store = store;
  }

  async check(document: FlowDocument): Promise<FlowCheck> {
    const problems: Problem[] = document.nodes.flatMap((node): Problem[] => {
      if (node.kind !== 'write' || document.wires.some((wire) => wire.to === node.id)) return [];
      return [
        {
          severity: 'blocking',
          code: 'flow.unreachable',
          nodeId: node.id,
          message: 'No record reaches this node.',
          hint: 'Connect the node, or remove it.',
        },
      ];
    });
    return { problems, inputs: {}, outputs: {} };
  }

  /** Runs stop before their end until the answer is called. */
  hold(): () => void {
    let release: () => void = () => undefined;
    this.held = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  async recover() {
    this.recoveries += 1;
    return nothingRecovered();
  }

  async sample() {
    return { outputs: {}, settled: [], vouchers: [], failures: [], fetchedAt: new Date(0).toISOString() };
  }

  async run(order: RunOrder): Promise<RunSummary> {
    const { document } = order;
    if (document.nodes.length === 0) throw new AppError('flow.invalid', 'The flow has no nodes.');
    this.runs += 1;
    const at = new Date().toISOString();
    const runId = `r_designer_${this.runs}`;
    const run: RunSummary = {
      id: runId,
      flowId: document.id,
      flowName: document.name,
      flowVersion: document.version,
      kind: order.kind,
      status: 'running',
      startedAt: at,
      startedBy: 'Ada',
      counts: noCounts,
      amounts: {},
      tableVersions: {},
    };
    await this.store.recorder.start(run, document);
    order.onEvent({ type: 'started', runId, at, run });
    for (const node of document.nodes) {
      const progress = { nodeId: node.id, in: 12, out: 12, byPort: { out: 12 } };
      order.onEvent({ type: 'nodeProgress', runId, at, ...progress });
    }
    const writer = document.nodes.find((node) => node.kind === 'write')?.id ?? '';
    for (let index = 0; index < 12; index += 1) {
      const status: RecordStatus = index < 2 ? 'held' : 'awaitingApproval';
      const origin = { system: 'procore', resource: 'requisitions', id: String(index) };
      const outcome = { runId, key: `k${index}`, status, nodeId: writer, origin, amount: '1250.50', currency: 'USD' };
      this.store.recorder.settle(outcome);
      if (status === 'awaitingApproval') this.store.recorder.vouchers(runId, [voucherOf(outcome)]);
      order.onEvent({ type: 'recordSettled', runId, at, outcome });
    }
    await Promise.race([this.held, stopped(order.signal)]);
    const counts = { ...noCounts, held: 2, awaitingApproval: 10, total: 12 };
    const status = order.signal.aborted ? 'cancelled' : 'partlySucceeded';
    const finished: RunSummary = { ...run, status, finishedAt: at, counts };
    await this.store.recorder.flush();
    await this.store.recorder.finish(finished);
    order.onEvent({ type: 'finished', runId, at, run: finished });
    return finished;
  }
}

const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** The voucher of a record that awaits approval. */
const voucherOf = ({ key, origin, amount = '0' }: RecordOutcome): Voucher => ({
  key,
  origin,
  target: { system: 'acumatica', resource: 'bills', connection: 'erp' },
  businessKey: key,
  action: 'create',
  vendorName: 'Ironclad Drywall',
  number: `INV-${key}`,
  date: '2026-03-01',
  currency: 'USD',
  amount,
  lines: [{ account: '50100', accountName: 'Subcontracts', amount, dimensions: {} }],
  value: {},
});

/** A designer that is served. */
export interface ServedDesigner {
  /** Opens the designer once, in any browser. */
  openingAddress(): string;
  address: string;
  /** The same service without a browser, to prepare and to look behind the screen. */
  client: CostwireClient;
  test: TestService;
  /** Keeps runs from finishing until the answer is called, so that a window can follow them. */
  holdRuns(): () => void;
  close(): Promise<void>;
}

/** Connectors of the two systems. */
export const designerConnectors: readonly Connector[] = [
  connector('procore', 'Procore', 'source', [['requisitions', 'Requisitions (subcontractor invoices)']]),
  connector('acumatica', 'Acumatica', 'target', [['bills', 'AP bills']]),
];

/** Starts the designer; the renderer must be built into the folder `page`. `real` connectors stand in for the toys of the same id. */
export async function startDesigner(
  real: readonly Connector[] = [],
  page = join(root, 'dist/renderer'),
): Promise<ServedDesigner> {
  let engine: DesignerEngine | undefined;
  const test = await testService({
    connectors: [...designerConnectors.filter(({ id }) => !real.some((other) => other.id === id)), ...real],
    engine: {
      nodes: nodeDeclarations,
      check: (document) => (engine as DesignerEngine).check(document),
      sample: () => (engine as DesignerEngine).sample(),
      run: (order) => (engine as DesignerEngine).run(order),
      recover: () => (engine as DesignerEngine).recover(),
    },
  });
  engine = new DesignerEngine(test.store);
  const handler = new RPCHandler(test.service.router, test.service.handlerOptions);
  const server = await startServer({
    page,
    serve: (socket) => void handler.upgrade(socket, { context: {} }),
    log: (error) => test.faults.push(error),
  });
  const client = createRouterClient(test.service.router, { context: {} }) as unknown as CostwireClient;
  return {
    address: server.address,
    openingAddress: () => server.openingAddress(),
    client,
    test,
    holdRuns: () => (engine as DesignerEngine).hold(),
    close: async () => {
      await server.close();
      await test.close();
    },
  };
}

/** The flow every story knows: requisitions to AP bills. */
export function billsFlow(name = 'Approved requisitions → AP bills', id = 'f_bills'): FlowDocument {
  return flowSchema.parse({
    format: 'costwire/flow',
    schemaVersion: 1,
    id,
    name,
    slots: { procore: { connector: 'procore' }, erp: { connector: 'acumatica' } },
    nodes: [
      {
        id: 'read',
        kind: 'read',
        config: { slot: 'procore', resource: 'requisitions', where: '=[status] = "approved"' },
      },
      { id: 'codes', kind: 'map-codes', config: { table: 'cost-codes', over: 'items' } },
      { id: 'bill', kind: 'map', config: { to: { slot: 'erp', resource: 'bills' }, fields: [] } },
      { id: 'post', kind: 'write', config: { slot: 'erp', resource: 'bills', mode: 'create' } },
    ],
    wires: [
      { from: 'read', to: 'codes' },
      { from: 'codes', to: 'bill' },
      { from: 'bill', to: 'post' },
    ],
    layout: {
      nodes: { read: [0, 0], codes: [320, 0], bill: [640, 0], post: [960, 0] },
      notes: [{ id: 'n1', text: 'Retainage is released with the last requisition.', at: [320, 136] }],
    },
  });
}

/** A flow of any size: rows of sixteen filters. */
export function largeFlow(count: number, id = `f_large_${count}`): FlowDocument {
  const nodes = Array.from({ length: count }, (_, index) => ({
    id: `n${index}`,
    kind: index % 16 === 0 ? 'read' : 'filter',
    config: index % 16 === 0 ? { slot: 'procore', resource: 'requisitions' } : { when: `=[amount] > ${index}` },
  }));
  return flowSchema.parse({
    format: 'costwire/flow',
    schemaVersion: 1,
    id,
    name: `${count} nodes`,
    slots: { procore: { connector: 'procore' } },
    nodes,
    wires: nodes.flatMap((node, index) => (index % 16 === 0 ? [] : [{ from: `n${index - 1}`, to: node.id }])),
    layout: {
      nodes: Object.fromEntries(
        nodes.map((node, index) => [node.id, [(index % 16) * 320, Math.floor(index / 16) * 160]]),
      ),
      notes: [],
    },
  });
}

/** Binds the slots of a flow to practice connections, which are made when they are missing. */
export async function bindPractice(client: CostwireClient, flowId: string): Promise<void> {
  const present = await client.connection.list();
  const bound = await Promise.all(
    (['procore', 'acumatica'] as const).map(async (id) => {
      const found = present.find((connection) => connection.connector === id);
      if (found !== undefined) return found;
      const name = id === 'procore' ? 'Procore Practice' : 'Acumatica Practice';
      return client.connection.save({ name, connector: id, environment: 'practice', fields: {} });
    }),
  );
  const [procore, erp] = bound;
  if (procore === undefined || erp === undefined) throw new TypeError('Both connections were made.');
  await client.flow.setBindings({ id: flowId, slots: { procore: procore.id, erp: erp.id }, parameters: {} });
}

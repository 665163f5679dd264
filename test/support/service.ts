/** A service over a throw-away workspace, with a small connector and an engine whose runs the test conducts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlowEngine, RunOrder, SampleOrder } from '../../engine/api/service/engine.ts';
import { createService, type Service, type ServiceHost } from '../../engine/api/service/index.ts';
import { nothingRecovered } from '../../engine/api/workspace-recover.ts';
import type { Connector } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import { flowSchema } from '../../engine/model/flow.ts';
import type { RecordCounts, RunEvent, RunSummary } from '../../engine/model/run.ts';
import { memoryVault, type Vault } from '../../engine/model/vault.ts';
import { openStore, type Store } from '../../engine/store/index.ts';
import { openWorkspace, type Workspace } from '../../engine/store/workspace.ts';

/** A secret that must never be found outside the vault. */
export const sentinel = 'S3NTINEL-never-shown';

/** A connector with one of each kind of field; its ping shows which fields and secrets arrived. */
export const ledgerConnector: Connector = {
  id: 'ledger',
  title: 'Ledger',
  vendor: 'Acme',
  description: 'A ledger for tests.',
  role: 'target',
  credentials: [
    { name: 'address', label: 'Address', kind: 'url', required: true, help: '' },
    { name: 'company', label: 'Company', kind: 'text', required: false, help: '', default: 'MAIN' },
    { name: 'secret', label: 'Client secret', kind: 'secret', required: true, help: '' },
    { name: 'note', label: 'Note', kind: 'secret', required: false, help: '' },
  ],
  limits: [],
  assumptions: [],
  connect: (context) => ({ ...context.fields, has: Object.keys(context.secrets) }),
  async *ping(client, needs) {
    yield { id: 'reach', label: 'Reach', status: 'running' };
    yield { id: 'reach', label: 'Reach', status: 'ok', detail: JSON.stringify(client) };
    yield { id: 'needs', label: 'Permissions', status: 'ok', detail: JSON.stringify(needs) };
  },
  choices: async (client, field) => [{ value: field, label: JSON.stringify(client) }],
  resources: [],
};

/** Counts of nothing. */
export const noCounts: RecordCounts = {
  read: 0,
  skipped: 0,
  held: 0,
  awaitingApproval: 0,
  sending: 0,
  posted: 0,
  inDoubt: 0,
  failed: 0,
  ignored: 0,
  total: 0,
};

/** An engine whose run goes on until the test ends or the caller stops it. */
export class ConductedEngine implements FlowEngine {
  readonly nodes = [];
  readonly orders: RunOrder[] = [];
  readonly samples: SampleOrder[] = [];
  recoveries = 0;
  private readonly store: Store;
  private endings: ((status: 'succeeded' | 'fault') => void)[] = [];

  constructor(store: Store) {
    this.store = store;
  }

  async check() {
    return { problems: [], inputs: {}, outputs: {} };
  }

  async sample(order: SampleOrder) {
    this.samples.push(order);
    return { outputs: {}, settled: [], vouchers: [], failures: [], fetchedAt: new Date().toISOString() };
  }

  async recover() {
    this.recoveries += 1;
    return nothingRecovered();
  }

  async run(order: RunOrder): Promise<RunSummary> {
    this.orders.push(order);
    const { document, kind } = order;
    if (document.nodes.length === 0) throw new AppError('flow.invalid', 'The flow has no nodes.');
    const summary: RunSummary = {
      id: `r_${this.orders.length}`,
      flowId: document.id,
      flowName: document.name,
      flowVersion: document.version,
      kind,
      status: 'running',
      startedAt: new Date().toISOString(),
      startedBy: 'Ada',
      counts: noCounts,
      amounts: {},
      tableVersions: {},
    };
    await this.store.recorder.start(summary, document);
    const tell = (event: RunEvent) => order.onEvent(event);
    tell({ type: 'started', runId: summary.id, at: summary.startedAt, run: summary });
    const status = await new Promise<'succeeded' | 'cancelled' | 'fault'>((resolve) => {
      this.endings.push(resolve);
      order.signal.addEventListener('abort', () => resolve('cancelled'));
    });
    if (status === 'fault') throw new TypeError('x is not a function');
    const finished: RunSummary = { ...summary, status, finishedAt: new Date().toISOString() };
    await this.store.recorder.finish(finished);
    tell({ type: 'finished', runId: summary.id, at: finished.startedAt, run: finished });
    return finished;
  }

  /** Ends all runs under way. */
  end(status: 'succeeded' | 'fault' = 'succeeded'): void {
    for (const ending of this.endings.splice(0)) ending(status);
  }
}

/** What {@link testService} made. */
export interface TestService {
  service: Service;
  workspace: Workspace;
  store: Store;
  vault: Vault;
  engine: ConductedEngine;
  faults: AppError[];
  close(): Promise<void>;
}

/** Makes a service in a fresh folder. */
export async function testService({
  makeEngine,
  ...changes
}: Partial<ServiceHost> & {
  makeEngine?: (parts: { workspace: Workspace; store: Store }) => FlowEngine;
} = {}): Promise<TestService> {
  const folder = await mkdtemp(join(tmpdir(), 'costwire-service-'));
  const workspace = await openWorkspace(folder);
  const store = await openStore(folder);
  const vault = memoryVault();
  const engine = new ConductedEngine(store);
  const faults: AppError[] = [];
  const host: ServiceHost = {
    kind: 'headless',
    version: '1.2.3',
    user: 'Ada',
    workspace,
    store,
    vault,
    connectors: [ledgerConnector],
    templates: [],
    engine: makeEngine?.({ workspace, store }) ?? engine,
    log: (error) => faults.push(error),
    ...changes,
  };
  const service = createService(host);
  const close = async () => {
    await service.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { service, workspace, store, vault, engine, faults, close };
}

/** A flow document with one node. */
export const testFlow = (name: string, id = 'f_test') =>
  flowSchema.parse({
    format: 'costwire/flow',
    schemaVersion: 1,
    id,
    name,
    slots: { erp: { connector: 'ledger' } },
    nodes: [
      { id: 'post', kind: 'write', label: 'Post bills', config: { slot: 'erp', resource: 'bills', table: 'codes' } },
    ],
  });

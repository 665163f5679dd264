/** Recovery with what a workspace holds: its connections, secrets and connectors. Hosts call it once after opening the store. */
import type { Connector, WaitNotice } from '../model/connector.ts';
import type { RecordOutcome } from '../model/run.ts';
import { connectContext } from '../run/execute-clients.ts';
import type { DeliveryTarget } from '../run/ports.ts';
import { type RecoveryReport, recover } from '../run/recover.ts';
import { clientHost } from './service/clients.ts';
import type { WorkspaceParts } from './workspace-run.ts';

/** How to recover a workspace. */
export interface WorkspaceRecovery {
  signal: AbortSignal;
  /** Runs of this process that are under way. */
  activeRuns?: ReadonlySet<string>;
  onOutcome?: (outcome: RecordOutcome) => void;
  /** Called with the system's title when a lookup has to wait. */
  onWait?: (system: string, notice: WaitNotice) => void;
}

/** The report where there was nothing to settle. */
export const nothingRecovered = (): RecoveryReport => ({
  interrupted: [],
  found: 0,
  absent: 0,
  held: 0,
  open: [],
  refused: [],
});

/**
 * Settles what an earlier Costwire left when it was cut off: looks up writes of unknown outcome and closes runs that never ended.
 * Asks no system where there is nothing to settle.
 * @throws AppError store.full, workspace.readOnly
 */
export async function recoverWorkspace(parts: WorkspaceParts, options: WorkspaceRecovery): Promise<RecoveryReport> {
  const { store, workspace } = parts;
  if (store.readOnly) return nothingRecovered();
  const [open, unfinished] = [await store.deliveries.open(1), await store.runs.unfinished()];
  if (open.length === 0 && unfinished.length === 0) return nothingRecovered();
  const systems = new Map((await workspace.connections.list()).map(({ id, connector }) => [id, connector]));
  const { onWait, ...recovery } = options;
  const signedIn = new SignedIn(parts, options.signal, onWait ?? (() => undefined));
  try {
    return await recover(store, {
      ...recovery,
      ...(onWait === undefined ? {} : { onWait: (notice: WaitNotice) => onWait('Costwire', notice) }),
      targetFor: (connectionId, resource) => signedIn.target(connectionId, resource),
      systemOf: (connectionId) => systems.get(connectionId),
    });
  } finally {
    await signedIn.close();
  }
}

/** Clients of connections, made on first use and signed out together. */
class SignedIn {
  private readonly parts: WorkspaceParts;
  private readonly signal: AbortSignal;
  private readonly onWait: (system: string, notice: WaitNotice) => void;
  private readonly clients = new Map<string, { connector: Connector; client: unknown }>();

  constructor(parts: WorkspaceParts, signal: AbortSignal, onWait: (system: string, notice: WaitNotice) => void) {
    this.parts = parts;
    this.signal = signal;
    this.onWait = onWait;
  }

  async target(connectionId: string, resourceId: string): Promise<DeliveryTarget | undefined> {
    const connection = await this.parts.workspace.connections.find(connectionId);
    const connector = this.parts.connectors.find(({ id }) => id === connection?.connector);
    if (connection === undefined || connector === undefined) return undefined;
    const declared = connector.resources.find(({ id }) => id === resourceId);
    if (declared === undefined && connector.discover === undefined) return undefined;
    const host = clientHost(this.parts);
    const listeners = { onExchange: () => undefined, onWait: this.onWait };
    const known = this.clients.get(connectionId) ?? {
      connector,
      client: connector.connect(await connectContext(connector, connection, host, this.signal, listeners)),
    };
    this.clients.set(connectionId, known);
    const resource =
      declared ??
      (await connector.discover?.(known.client, [resourceId]))?.find((candidate) => candidate.id === resourceId);
    if (resource === undefined) return undefined;
    const { id, name } = connection;
    const target = { connector, resource, client: known.client, connectionId: id, connectionName: name };
    return { ...target, mode: 'create', release: false, options: {} };
  }

  async close(): Promise<void> {
    const ends = [...this.clients.values()].map(({ connector, client }) => connector.disconnect?.(client));
    // A sign-out that fails leaves a session that ends by itself; what was recovered stands.
    await Promise.allSettled(ends);
  }
}

/** The run's clients: one per connection, signed in on first use, signed out on every path. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Connection } from '../model/connection.ts';
import type { ConnectContext, Connector, Exchange, WaitNotice } from '../model/connector.ts';
import { AppError, toAppError } from '../model/error.ts';
import type { FlowDocument } from '../model/flow.ts';

/** What a host brings for connecting. */
export interface ClientHost {
  connectors: readonly Connector[];
  secretsOf(connectionId: string): Promise<Record<string, string>>;
  saveSecret?(connectionId: string, name: string, value: string): Promise<void>;
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  random(): number;
}

/** A slot's connector, connection and client. */
export interface BoundClient {
  connector: Connector;
  connection: Connection;
  client: unknown;
}

/** Which record a request is made for; requests of reads belong to none. */
export const currentRecord = new AsyncLocalStorage<string>();

/** Clients of one run, by slot. */
export interface RunClients {
  /** @throws AppError connection.unbound */
  forSlot(slot: string): BoundClient;
  /** Signs everything out. What fails here is told, not thrown: it must not hide the outcome of the run. */
  close(): Promise<AppError[]>;
}

/** What a run listens to. */
export interface ClientListeners {
  onExchange(recordKey: string | undefined, exchange: Exchange): void;
  onWait(system: string, notice: WaitNotice): void;
}

/**
 * Connects the slots of a flow that have a connection.
 * @throws AppError connection.*, vault.*
 */
export async function connectSlots(
  document: FlowDocument,
  connections: Readonly<Record<string, Connection | undefined>>,
  host: ClientHost,
  signal: AbortSignal,
  listeners: ClientListeners,
): Promise<RunClients> {
  const byConnection = new Map<string, BoundClient>();
  const bySlot = new Map<string, BoundClient>();
  for (const [slot, { connector: id }] of Object.entries(document.slots)) {
    const connector = host.connectors.find((candidate) => candidate.id === id);
    const connection = connections[slot];
    if (connector === undefined || connection === undefined) continue;
    const bound = byConnection.get(connection.id) ?? {
      connector,
      connection,
      client: connector.connect(await connectContext(connector, connection, host, signal, listeners)),
    };
    byConnection.set(connection.id, bound);
    bySlot.set(slot, bound);
  }
  return {
    forSlot(slot) {
      const bound = bySlot.get(slot);
      if (bound === undefined) throw new AppError('connection.unbound', `Slot “${slot}” has no connection.`);
      return bound;
    },
    async close() {
      const faults: AppError[] = [];
      for (const { connector, client } of byConnection.values()) {
        try {
          await connector.disconnect?.(client);
        } catch (thrown) {
          faults.push(toAppError(thrown, `signing out of ${connector.title}`));
        }
      }
      return faults;
    },
  };
}

/** What a connector gets to connect with: fields with their defaults, secrets, clock and listeners. */
export async function connectContext(
  connector: Connector,
  connection: Connection,
  host: Pick<ClientHost, 'secretsOf' | 'saveSecret' | 'now' | 'sleep' | 'random'>,
  signal: AbortSignal,
  listeners: ClientListeners,
): Promise<ConnectContext> {
  const fields: Record<string, string> = {};
  for (const field of connector.credentials) {
    const value = connection.fields[field.name] ?? field.default;
    if (field.kind !== 'secret' && value !== undefined && value !== '') fields[field.name] = value;
  }
  const { saveSecret } = host;
  return {
    connectionId: connection.id,
    environment: connection.environment,
    fields,
    secrets: await host.secretsOf(connection.id),
    signal,
    now: () => host.now(),
    sleep: (ms) => host.sleep(ms, signal),
    random: () => host.random(),
    onExchange: (exchange) => listeners.onExchange(currentRecord.getStore(), exchange),
    onWait: (notice) => listeners.onWait(connector.title, notice),
    ...(saveSecret === undefined
      ? {}
      : { saveSecret: (name: string, value: string) => saveSecret(connection.id, name, value) }),
  };
}

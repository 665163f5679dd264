/** What a host brings to the service: folder, store, vault, connectors, and the few things only a host can do. */
import { EventPublisher } from '@orpc/server';
import type { Connection } from '../../model/connection.ts';
import type { ConnectContext, Connector, Exchange, WaitNotice } from '../../model/connector.ts';
import { AppError } from '../../model/error.ts';
import type { Template } from '../../model/template.ts';
import { secretsOf, type Vault } from '../../model/vault.ts';
import type { Store } from '../../store/index.ts';
import type { Workspace } from '../../store/workspace.ts';
import type { HostEvent, MenuCommand, PracticeState } from '../contract.ts';
import type { FlowEngine } from './engine.ts';

/** A host as the service sees it. */
export interface ServiceHost {
  kind: 'desktop' | 'headless';
  version: string;
  /** Who works here; goes into versions, ledger and audit chain. */
  user: string;
  workspace: Workspace;
  store: Store;
  vault: Vault;
  connectors: readonly Connector[];
  /** Templates that come with Costwire. */
  templates: readonly Template[];
  engine: FlowEngine;
  /** Keeps a fault in the host's log. Messages are free of secrets; causes may not be. */
  log: (error: AppError, doing: string) => void;
  /** Draws the native menu; absent where there is none. */
  drawMenu?: (commands: readonly MenuCommand[]) => void;
}

/** A host with what the service keeps while it runs. */
export interface ServiceContext extends ServiceHost {
  events: HostEvents;
  practice: () => PracticeState;
}

/** Tells every window what happened. */
export class HostEvents {
  private readonly publisher = new EventPublisher<{ host: HostEvent }>();

  /** Tells all windows that listen now. */
  tell(event: HostEvent): void {
    this.publisher.publish('host', event);
  }

  /** Events from now on, until the signal fires. */
  follow(signal: AbortSignal | undefined): AsyncGenerator<HostEvent> {
    return this.publisher.subscribe('host', signal === undefined ? {} : { signal });
  }
}

/** The connector of a connection. @throws AppError connection.unknownConnector */
export function connectorOf(host: Pick<ServiceHost, 'connectors'>, id: string): Connector {
  const found = host.connectors.find((connector) => connector.id === id);
  if (found === undefined) {
    throw new AppError('connection.unknownConnector', `This Costwire has no connector "${id}".`);
  }
  return found;
}

/** What listens to a connector's traffic. */
export interface Traffic {
  onExchange?: (exchange: Exchange) => void;
  onWait?: (notice: WaitNotice) => void;
}

/**
 * What a connector needs to connect: public fields with the form's defaults, secrets from the vault.
 * @param secrets typed ones that are not kept yet; they win over the vault's.
 */
export async function connectContext(
  host: Pick<ServiceHost, 'connectors' | 'vault'>,
  connection: Connection,
  signal: AbortSignal,
  traffic: Traffic = {},
  secrets: Readonly<Record<string, string>> = {},
): Promise<ConnectContext> {
  const connector = connectorOf(host, connection.connector);
  const fields: Record<string, string> = {};
  for (const field of connector.credentials) {
    if (field.kind !== 'secret' && field.default !== undefined) fields[field.name] = field.default;
  }
  return {
    connectionId: connection.id,
    environment: connection.environment,
    fields: { ...fields, ...connection.fields },
    secrets: { ...(await secretsOf(host.vault, connection.id)), ...secrets },
    signal,
    now: Date.now,
    sleep: (ms) => sleep(ms, signal),
    random: Math.random,
    saveSecret: (name, value) => host.vault.set(connection.id, name, value),
    ...traffic,
  };
}

/** Waits. @throws AppError run.cancelled when the signal fires */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancelled = () => {
      clearTimeout(timer);
      reject(new AppError('run.cancelled', 'The run was stopped while it waited.'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', cancelled);
      resolve();
    }, ms);
    if (signal.aborted) cancelled();
    else signal.addEventListener('abort', cancelled, { once: true });
  });
}

/** What a host brings to the service: folder, store, vault, connectors, and the few things only a host can do. */
import { EventPublisher } from '@orpc/server';
import type { Connector } from '../../model/connector.ts';
import { AppError } from '../../model/error.ts';
import type { Template } from '../../model/template.ts';
import type { Vault } from '../../model/vault.ts';
import type { Store } from '../../store/index.ts';
import type { Workspace } from '../../store/workspace.ts';
import type { ChosenFile, FileKind, HostEvent, MenuCommand, PracticeState } from '../contract.ts';
import type { FlowEngine } from './engine.ts';

/** File dialogs of a host. Paths stay at the host: a window sees names and contents only. */
export interface FileDialogs {
  choose(kind: FileKind, several: boolean): Promise<ChosenFile[]>;
  /** Writes the file where the user wants it; the name it got, or undefined where she gave up. */
  keep(kind: FileKind, fileName: string, content: Buffer): Promise<string | undefined>;
}

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
  /** Absent where windows have the browser's own. */
  files?: FileDialogs;
  /** Opens an address in the user's browser; absent where only her click can. */
  openAddress?: (address: string) => Promise<void>;
}

/** A host with what the service keeps while it runs. */
export interface ServiceContext extends ServiceHost {
  events: HostEvents;
  practice: () => PracticeState;
}

/** Events that must reach a window even if none listens yet: what the user opened before the window was there. */
const keptTypes: readonly HostEvent['type'][] = ['openFile', 'openLink'];

/** Tells every window what happened. */
export class HostEvents {
  private readonly publisher = new EventPublisher<{ host: HostEvent }>();
  private readonly kept: HostEvent[] = [];
  private listeners = 0;

  /** Tells all windows that listen now; opened files and links wait for the first window where none does. */
  tell(event: HostEvent): void {
    if (this.listeners === 0 && keptTypes.includes(event.type)) this.kept.push(event);
    else this.publisher.publish('host', event);
  }

  /** Events from now on, until the signal fires, after those that waited. */
  async *follow(signal: AbortSignal | undefined): AsyncGenerator<HostEvent> {
    const events = this.publisher.subscribe('host', signal === undefined ? {} : { signal });
    this.listeners += 1;
    try {
      yield* this.kept.splice(0);
      yield* events;
    } finally {
      this.listeners -= 1;
    }
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

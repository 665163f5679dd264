/** The headless host put together: workspace, service, server. */
import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { RPCHandler } from '@orpc/server/ws';
import { connectors } from '../connectors/index.ts';
import { type OpenHost, openHost } from '../engine/api/host.ts';
import type { Connector } from '../engine/model/connector.ts';
import { startServer } from './server.ts';
import { openHeadlessVault } from './vault.ts';

/** How to serve a workspace. */
export interface ServeOptions {
  /** Workspace folder; made where it is missing. */
  workspace: string;
  /** Folder of Costwire itself: its `dist`, `templates` and `package.json`. */
  root: string;
  /** 0 or absent: a free one. */
  port?: number;
  /** Starts the practice company; default. */
  practice?: boolean;
  /** Practice company and recovery let the first window be drawn before them; without a window they wait for a moment only. */
  afterFirstWindow?: true;
  connectors?: readonly Connector[];
  env?: NodeJS.ProcessEnv;
}

/** A workspace that is served. */
export interface ServedWorkspace {
  host: OpenHost;
  /** Address of the designer without a token. */
  address: string;
  /** An address that opens the designer once. */
  openingAddress(): string;
  /** Resolves when practice company and recovery are done. */
  ready: Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves a workspace on this machine.
 * @throws AppError host.portInUse | workspace.* | store.* | vault.locked
 */
export async function serveWorkspace(options: ServeOptions): Promise<ServedWorkspace> {
  const host = await openHost({
    kind: 'headless',
    version: versionOf(options.root),
    user: userInfo().username,
    folder: options.workspace,
    templates: join(options.root, 'templates'),
    connectors: options.connectors ?? connectors,
    openVault: (workspace) => openHeadlessVault(workspace.vaultFile, options.env),
  });
  const ending = new AbortController();
  let windowOpens = (): void => undefined;
  const firstWindow = new Promise<void>((resolve) => {
    windowOpens = resolve;
  });
  try {
    const handler = new RPCHandler(host.service.router, host.service.handlerOptions);
    const server = await startServer({
      page: join(options.root, 'dist', 'renderer'),
      serve: (socket) => {
        windowOpens();
        void handler.upgrade(socket);
      },
      log: (error) => host.log.error(error, 'serving'),
      ...(options.port === undefined ? {} : { port: options.port }),
    });
    const start = async (): Promise<void> => {
      if (options.afterFirstWindow) await drawn(firstWindow, ending.signal);
      if (!ending.signal.aborted) await host.service.start(options.practice ?? true);
    };
    const ready = start();
    return {
      host,
      address: server.address,
      openingAddress: () => server.openingAddress(),
      ready,
      async close() {
        ending.abort();
        await server.close();
        await ready;
        await host.close();
      },
    };
  } catch (thrown) {
    await host.close();
    throw thrown;
  }
}

/** How long the first window is waited for, in milliseconds. */
const windowWithinMs = 2_000;
/** How long a window is given to be drawn once it has a line to the host, in milliseconds. */
const drawnWithinMs = 300;

/** Waits until the first window had time to be drawn, or none has come. Ends at once when it is aborted. */
async function drawn(firstWindow: Promise<void>, signal: AbortSignal): Promise<void> {
  await Promise.race([firstWindow, pause(windowWithinMs, signal)]);
  await pause(drawnWithinMs, signal);
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** Costwire's own folder: the nearest one above a module, in the sources or in a bundle, that has a `package.json`. */
export function rootAbove(folder: string): string {
  const parent = dirname(folder);
  if (existsSync(join(folder, 'package.json')) || parent === folder) return folder;
  return rootAbove(parent);
}

/** The version in Costwire's own `package.json`. */
export function versionOf(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known ? String(manifest.version) : 'unknown';
}

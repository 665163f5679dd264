/**
 * The headless host's door: serves the built renderer and the contract over a WebSocket, to browsers on this machine that opened
 * the printed address. Everything it needs is handed in.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { transport } from '../engine/api/contract.ts';
import { pageHeaders, readPageFile } from '../engine/api/page.ts';
import { AppError, toAppError } from '../engine/model/error.ts';
import { faultCode } from '../engine/store/workspace-files.ts';
import { Sessions } from './session.ts';

/** Largest message a page may send, in bytes: a 20 MB file in base64 with its envelope. */
export const maxMessageBytes = 32 * 1024 * 1024;

/** The only address that is listened at: nobody but this machine gets to the door. */
const loopback = '127.0.0.1';

/** What the server needs. */
export interface ServerOptions {
  /** Folder of the built renderer. */
  page: string;
  /** Speaks the contract on an accepted socket. */
  serve: (socket: WebSocket) => void;
  /** 0 or absent: a free one. */
  port?: number;
  /** Told of faults that no caller can be told of. */
  log: (error: AppError) => void;
  now?: () => number;
}

/** A server that listens. */
export interface RunningServer {
  port: number;
  /** Address of the designer; opens only with a session. */
  address: string;
  /** An address that opens the designer once, in any browser of this machine. */
  openingAddress(): string;
  /** Number of open windows. */
  connections(): number;
  close(): Promise<void>;
}

/**
 * Starts the server.
 * @throws AppError host.portInUse
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const sessions = new Sessions(options.now);
  const http = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  await listen(http, options.port ?? 0);
  const { port } = http.address() as AddressInfo;
  const guard = new Guard(sessions, port);

  http.on('request', (request, response) => {
    answer(request, response, guard, options).catch((thrown: unknown) => {
      options.log(toAppError(thrown, `serving ${pathOf(request)}`));
      if (!response.headersSent) refuse(response, 500, 'Something went wrong inside Costwire; its log says what.');
      else response.destroy();
    });
  });
  http.on('upgrade', (request, socket: Duplex, head) => {
    const refusal = guard.refuseUpgrade(request);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      accepted.on('error', (error) => options.log(toAppError(error, 'talking to a window')));
      options.serve(accepted);
    });
  });

  const address = `http://${loopback}:${port}`;
  return {
    port,
    address,
    openingAddress: () => `${address}/open?token=${sessions.issue()}`,
    connections: () => sockets.clients.size,
    close: () => closeAll(http, sockets),
  };
}

/** Decides who is let in. */
class Guard {
  readonly sessions: Sessions;
  readonly port: number;
  private readonly hosts: ReadonlySet<string>;

  constructor(sessions: Sessions, port: number) {
    this.sessions = sessions;
    this.port = port;
    this.hosts = new Set([`${loopback}:${port}`, `localhost:${port}`]);
  }

  /** A foreign Host header is a page of another site that made its name point here (DNS rebinding). */
  knowsHost(request: IncomingMessage): boolean {
    return this.hosts.has((request.headers.host ?? '').toLowerCase());
  }

  hasSession(request: IncomingMessage): boolean {
    return this.sessions.accepts(request.headers.cookie, this.port);
  }

  /** HTTP status to refuse a WebSocket with, or undefined. */
  refuseUpgrade(request: IncomingMessage): number | undefined {
    if (!this.knowsHost(request)) return 403;
    if (pathOf(request) !== transport.webSocketPath) return 404;
    if (request.headers.origin !== `http://${(request.headers.host ?? '').toLowerCase()}`) return 403;
    return this.hasSession(request) ? undefined : 401;
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  guard: Guard,
  options: ServerOptions,
): Promise<void> {
  if (!guard.knowsHost(request)) return refuse(response, 403, 'Costwire answers to its own address only.');
  // Pages are read and nothing is ever sent by HTTP: a body has no business here.
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return refuse(response, 405, 'Only GET is answered here.');
  }
  const url = new URL(request.url ?? '/', 'http://host');
  if (url.pathname === '/open') return open(url.searchParams.get('token') ?? '', request, response, guard);
  if (!guard.hasSession(request)) {
    return refuse(
      response,
      401,
      'Open Costwire by the address that its start has printed; this browser is not let in yet.',
    );
  }
  const page = await readPageFile(options.page, url.pathname, [`ws://${request.headers.host ?? ''}`]);
  response.writeHead(page.status, page.headers);
  response.end(request.method === 'HEAD' ? undefined : page.body);
}

function open(token: string, request: IncomingMessage, response: ServerResponse, guard: Guard): void {
  const fresh = guard.sessions.redeem(token);
  // A link followed twice by a browser that is in already does no harm.
  if (!fresh && !guard.hasSession(request)) {
    refuse(response, 401, 'This address was used already or is too old. Start Costwire again for a new one.');
    return;
  }
  const headers: Record<string, string> = { ...pageHeaders(), Location: '/', 'Cache-Control': 'no-store' };
  if (fresh) headers['Set-Cookie'] = guard.sessions.cookie(guard.port);
  response.writeHead(303, headers).end();
}

function refuse(response: ServerResponse, status: number, text: string): void {
  const headers = { ...pageHeaders(), 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };
  response.writeHead(status, { ...headers, Connection: 'close' }).end(text);
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?')[0] ?? '/';

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const busy = faultCode(error) === 'EADDRINUSE';
      reject(busy ? new AppError('host.portInUse', `Port ${port} is used by another program.`) : error);
    });
    server.listen(port, loopback, resolve);
  });
}

async function closeAll(http: Server, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.close(1001);
  sockets.close();
  const closed = new Promise<void>((resolve) => http.close(() => resolve()));
  http.closeAllConnections();
  for (const socket of sockets.clients) socket.terminate();
  await closed;
}

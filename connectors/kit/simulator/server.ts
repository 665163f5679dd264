/** The HTTP server under every simulator: real sockets on loopback, faults, log, control panel, clean stop. */

import { channel } from 'node:diagnostics_channel';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../../engine/model/error.ts';
import { adminPrefix, answerAdmin } from './admin.ts';
import { bodyBytes, parseJson, readBody, readForm, send, sendHalf } from './exchange.ts';
import type { AppliedFaults, FaultOutcome } from './faults.ts';
import type { LoggedRequest } from './log.ts';
import {
  empty,
  findRoute,
  html,
  json,
  type RouteMatch,
  readQuery,
  type SimulatorAnswer,
  type SimulatorRequest,
  type SimulatorServices,
  text as textAnswer,
} from './route.ts';
import type { SimulatorDefinition } from './simulator.ts';

/** What the server needs beside the definition. */
export interface ServerSetup<State> {
  definition: SimulatorDefinition<State>;
  state: State;
  services: SimulatorServices;
  latencyMs: number;
  port: number;
  onStopAsked(): void;
}

/** A request that a simulator handled, with its own answer. */
export interface HandledExchange {
  connector: string;
  method: string;
  /** Path with query, as sent. */
  target: string;
  headers: IncomingMessage['headers'];
  bytes: Buffer;
  answer: SimulatorAnswer;
}

/** What the simulators of this process handle, for whoever compares it with the vendors' descriptions. Costs nothing unless heard. */
export const handledExchanges = channel('costwire:simulator');

/** A listening server. */
export interface ListeningServer {
  /** Address without a slash at the end. */
  address: string;
  /** Closes the port and every socket, also those that hang. */
  stop(): Promise<void>;
}

const page = (title: string): string =>
  `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1><p>The service cannot answer now.</p></body></html>`;

function faultAnswer(outcome: Extract<FaultOutcome, { kind: 'status' }>): SimulatorAnswer {
  const message = `Simulated fault ${outcome.status}`;
  switch (outcome.body) {
    case 'json':
      return json(outcome.status, { error: message, message }, outcome.headers);
    case 'html':
      return html(outcome.status, page(message), outcome.headers);
    case 'text':
      return textAnswer(outcome.status, message, outcome.headers);
    case 'empty':
      return empty(outcome.status, outcome.headers);
  }
}

/** A request in work: what came, what applies to it, and what is noted about it. */
interface Exchange {
  message: IncomingMessage;
  response: ServerResponse;
  target: string;
  path: string;
  bytes: Buffer;
  faults: AppliedFaults;
  entry: Omit<LoggedRequest, 'number'>;
}

function requestOf<State>(
  setup: ServerSetup<State>,
  exchange: Exchange,
  match: RouteMatch<State> | undefined,
): SimulatorRequest<State> {
  const body = exchange.bytes.toString('utf8');
  const contentType = exchange.message.headers['content-type'];
  let parsed: { value: unknown } | undefined;
  return {
    method: exchange.message.method ?? 'GET',
    path: exchange.path,
    params: match?.params ?? {},
    query: readQuery(exchange.target.slice(exchange.path.length + 1)),
    headers: exchange.message.headers,
    text: body,
    bytes: exchange.bytes,
    get json() {
      parsed ??= { value: parseJson(body) };
      return parsed.value;
    },
    exactJson: () => parseJson(body, true),
    form: readForm(body, contentType),
    state: setup.state,
    services: setup.services,
    marks: exchange.faults.marks,
  };
}

const handled = (
  connector: string,
  { message: { method = 'GET', headers }, target, bytes }: Exchange,
  answer: SimulatorAnswer,
): HandledExchange => ({ connector, method, target, headers, bytes, answer });

async function handle<State>(setup: ServerSetup<State>, exchange: Exchange): Promise<SimulatorAnswer> {
  const { definition } = setup;
  const match = findRoute(definition.routes, exchange.message.method ?? 'GET', exchange.path);
  const request = requestOf(setup, exchange, match);
  const refused = await definition.before?.(request, match?.route);
  let answer = refused;
  if (answer === undefined && match !== undefined) answer = await match.route.handler(request);
  answer ??= definition.notFound?.(request) ?? json(404, { error: 'Not Found' });
  answer = definition.after?.(request, answer) ?? answer;
  if (handledExchanges.hasSubscribers) handledExchanges.publish(handled(definition.connector, exchange, answer));
  return answer;
}

function applyEffects(services: SimulatorServices, faults: AppliedFaults): void {
  for (const effect of faults.effects) {
    if (effect === 'expire-tokens') services.tokens.expireAll();
    else if (effect === 'revoke-tokens') services.tokens.revokeAll();
    else services.tokens.setSecretRevoked(effect === 'revoke-secret');
  }
}

/** Answers under the outcome of a fault; says how it ended. */
async function answerUnderFaults<State>(
  setup: ServerSetup<State>,
  exchange: Exchange,
): Promise<LoggedRequest['outcome']> {
  const { response, message, entry } = exchange;
  const { outcome } = exchange.faults;
  const reply = (answer: SimulatorAnswer, bytes?: Buffer): 'answered' => {
    entry.status = answer.status;
    send(response, answer, bytes);
    return 'answered';
  };
  if (outcome?.kind === 'hang') return 'hung';
  if (outcome?.kind === 'cut-before') {
    message.socket.destroy();
    return 'cut';
  }
  if (outcome?.kind === 'html') return reply(html(200, page('Sign in')));
  if (outcome?.kind === 'status' && !outcome.handled) return reply(faultAnswer(outcome));
  const answer = await handle(setup, exchange);
  if (outcome === undefined) return reply(answer);
  if (outcome.kind === 'status') return reply(faultAnswer(outcome));
  if (outcome.kind === 'truncate-json') {
    const bytes = bodyBytes(answer);
    return reply(answer, bytes.subarray(0, bytes.length >> 1));
  }
  if (outcome.kind === 'cut-during') {
    entry.status = answer.status;
    sendHalf(response, answer);
    return 'cut';
  }
  message.socket.destroy();
  return 'cut';
}

async function serve<State>(
  setup: ServerSetup<State>,
  message: IncomingMessage,
  response: ServerResponse,
  stopped: AbortSignal,
): Promise<void> {
  const { services, definition } = setup;
  const started = performance.now();
  const target = message.url ?? '/';
  const path = target.split('?', 1)[0] ?? '/';
  const method = message.method ?? 'GET';
  const bytes = await readBody(message, definition.largestBody);
  if (path.startsWith(adminPrefix)) {
    const query = target.slice(path.length + 1);
    const controls = Object.entries(definition.controls ?? {}).map(([name, control]) => [
      name,
      (body: unknown) => control(setup.state, services, body),
    ]);
    const answer = answerAdmin(
      {
        services,
        documents: (resource) => definition.documents(setup.state, resource),
        controls: Object.fromEntries(controls),
        stopSoon: setup.onStopAsked,
      },
      { method, path, query, headers: message.headers, json: parseJson(bytes?.toString('utf8') ?? '') },
    );
    send(response, { ...answer, headers: { ...answer.headers, connection: 'close' } });
    return;
  }
  const faults = services.faults.match(method, target);
  const entry: Exchange['entry'] = {
    at: new Date(services.clock.now()).toISOString(),
    method,
    target: services.log.mask(target),
    headers: services.log.maskHeaders(
      Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)])),
    ),
    body: services.log.mask((bytes ?? Buffer.alloc(0)).subarray(0, 16_000).toString('utf8')),
    outcome: 'failed',
    faults: faults.texts,
    durationMs: 0,
  };
  try {
    const waitMs = setup.latencyMs + faults.delayMs;
    if (waitMs > 0) await delay(waitMs, undefined, { signal: stopped });
    applyEffects(services, faults);
    if (bytes === undefined) send(response, json(413, { error: 'The body is too large.' }));
    else entry.outcome = await answerUnderFaults(setup, { message, response, target, path, bytes, faults, entry });
  } catch (error) {
    entry.error = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (!stopped.aborted && !response.headersSent) send(response, json(500, { error: 'The simulator failed.' }));
  } finally {
    entry.durationMs = Math.round(performance.now() - started);
    services.log.add(entry);
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE' || cause.code === 'EACCES';
      reject(
        taken ? new AppError('practice.portTaken', `Port ${port} of this machine cannot be used.`, { cause }) : cause,
      );
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/**
 * Starts the server on loopback.
 * @throws AppError practice.portTaken
 */
export async function startServer<State>(setup: ServerSetup<State>): Promise<ListeningServer> {
  const stopping = new AbortController();
  const server = createServer({ keepAliveTimeout: 30_000 }, (message, response) => {
    // A client that went away while sending leaves nobody to answer.
    serve(setup, message, response, stopping.signal).catch(() => message.socket.destroy());
  });
  const port = await listen(server, setup.port);
  let closed: Promise<void> | undefined;
  return {
    address: `http://127.0.0.1:${port}`,
    stop: () => {
      closed ??= new Promise((resolve) => {
        stopping.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closed;
    },
  };
}

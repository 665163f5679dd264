import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp, type HttpOptions } from '../../../connectors/kit/http.ts';
import { createOAuth } from '../../../connectors/kit/oauth.ts';
import { AppError } from '../../../engine/model/error.ts';
import { testContext } from './context.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string, turn: number) => void;
const servers: Server[] = [];

/** Answers with the handler; `seen` counts the requests. */
async function serve(handler: Handler): Promise<{ address: string; seen: () => number }> {
  let turn = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => handler(request, response, Buffer.concat(chunks).toString(), ++turn));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen: () => turn };
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const client = (address: string, context = testContext().context, more: Partial<HttpOptions> = {}) =>
  createHttp({ system: 'Acme', baseUrl: address, context, ...more });

async function failure(promise: Promise<unknown>): Promise<AppError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(AppError);
  return thrown as AppError;
}

const json = (response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));

describe('reads', () => {
  it('are tried again after 503, 429 with Retry-After and a cut connection', async () => {
    const { address, seen } = await serve((_request, response, _body, turn) => {
      if (turn === 1) json(response, 503, {});
      else if (turn === 2) json(response, 429, {}, { 'retry-after': '3' });
      else if (turn === 3) response.destroy();
      else json(response, 200, { total: 12.5 });
    });
    const { context, waits } = testContext();
    const { value } = await client(address, context).get('/x', { operation: 'read' });
    expect(value).toEqual({ total: '12.5' });
    expect(seen()).toBe(4);
    expect(waits.map(({ reason }) => reason)).toContain('rateLimit');
    expect(waits.find(({ reason }) => reason === 'rateLimit')?.waitMs).toBeGreaterThanOrEqual(3000);
  });

  it('end after four tries', async () => {
    const { address, seen } = await serve((_request, response) => json(response, 500, { message: 'database down' }));
    const error = await failure(client(address).get('/x', { operation: 'read' }));
    expect(error.code).toBe('remote.unavailable');
    expect(error.message).toContain('database down');
    expect(seen()).toBe(4);
  });

  it.each([
    ['half a JSON', '{"a": [1, 2', 'complete JSON'],
    ['a web page', '<!doctype html><p>Sign in</p>', 'web page'],
  ])('name the address when %s comes', async (_name, body, words) => {
    const { address } = await serve((_request, response) => response.writeHead(200).end(body));
    const error = await failure(client(address).get('/rest/x', { operation: 'read' }));
    expect(error.code).toBe('remote.badResponse');
    expect(error.message).toContain(words);
    expect(error.message).toContain(`${address}/rest/x`);
  });

  it('stop at the size bound', async () => {
    const { address, seen } = await serve((_request, response) => response.end(`"${'x'.repeat(5000)}"`));
    const error = await failure(client(address, undefined, { maxBodyBytes: 1000 }).get('/x', { operation: 'read' }));
    expect(error.code).toBe('remote.badResponse');
    expect(seen()).toBe(1);
  });

  it('do not follow redirections, which would carry the sign-in elsewhere', async () => {
    const { address, seen } = await serve((_request, response) => response.writeHead(302, { location: '/y' }).end());
    expect((await failure(client(address).get('/x', { operation: 'read' }))).code).toBe('remote.badResponse');
    expect(seen()).toBe(1);
  });

  it('give up on a server that hangs', async () => {
    const { address } = await serve(() => undefined);
    const error = await failure(
      client(address, undefined, { retry: { attempts: 2, baseMs: 1, capMs: 1 } }).get('/x', {
        operation: 'read',
        timeoutMs: 30,
      }),
    );
    expect(error.code).toBe('remote.timeout');
  });

  it('obey the signal', async () => {
    const abort = new AbortController();
    const { address, seen } = await serve(() => abort.abort());
    const error = await failure(client(address).get('/x', { operation: 'read', signal: abort.signal }));
    expect(error.code).toBe('run.cancelled');
    expect(seen()).toBe(1);
  });
});

describe('writes', () => {
  it.each([
    ['a 500 answer', (response: ServerResponse) => json(response, 500, {})],
    ['a cut connection', (response: ServerResponse) => response.destroy()],
    ['half an answer', (response: ServerResponse) => response.writeHead(201).end('{"id":')],
  ])('are not sent again after %s: the outcome is unknown', async (_name, answer) => {
    const { address, seen } = await serve((_request, response) => answer(response));
    const error = await failure(client(address).post('/bills', { operation: 'create a bill', body: { a: '1' } }));
    expect(error.code).toBe('remote.outcomeUnknown');
    expect(error.kind).toBe('transient');
    expect(seen()).toBe(1);
  });

  it('are sent again after 429, and when nothing was listening', async () => {
    const { address, seen } = await serve((_request, response, _body, turn) =>
      turn === 1 ? json(response, 429, {}) : json(response, 201, { id: 7 }),
    );
    expect((await client(address).post('/bills', { operation: 'create a bill', body: {} })).value).toEqual({ id: '7' });
    expect(seen()).toBe(2);
    const { context, waits } = testContext();
    const error = await failure(
      client('http://127.0.0.1:1', context).post('/bills', { operation: 'create', body: {} }),
    );
    expect(error.code).toBe('remote.unreachable');
    expect(waits).toHaveLength(3);
  });

  it('that may be repeated are', async () => {
    const { address, seen } = await serve((_request, response, _body, turn) =>
      json(response, turn === 1 ? 500 : 200, {}),
    );
    await client(address).put('/bills/1', { operation: 'update a bill', body: {}, repeatable: true });
    expect(seen()).toBe(2);
  });
});

describe('secrets', () => {
  it('appear in no exchange and no error', async () => {
    const secret = 'SENTINEL-client-secret';
    const { address } = await serve((request, response, body) => {
      if (request.url === '/token') json(response, 200, { access_token: 'SENTINEL-token', expires_in: 5400 });
      else json(response, 422, { message: `echo ${body} ${request.headers.authorization}`, client_secret: secret });
    });
    const { context, exchanges } = testContext({ secrets: { clientSecret: secret } });
    const auth = createOAuth({
      system: 'Acme',
      tokenUrl: `${address}/token`,
      context,
      clientId: 'id',
      clientSecret: secret,
      grant: { type: 'client_credentials' },
    });
    const error = await failure(
      client(address, context, { auth }).post('/x', { operation: 'write', body: { note: secret } }),
    );
    expect(exchanges).toHaveLength(2);
    expect(JSON.stringify([exchanges, error, error.message])).not.toContain('SENTINEL');
    expect(exchanges[1]?.status).toBe(422);
  });
});

describe('sign-in', () => {
  const oauth = (address: string, context: ReturnType<typeof testContext>['context']) =>
    createOAuth({
      system: 'Acme',
      tokenUrl: `${address}/token`,
      context,
      clientId: 'id',
      clientSecret: 'secret',
      grant: { type: 'client_credentials' },
    });

  it('fetches one token for many calls, renews it before it expires and once after 401', async () => {
    let tokens = 0;
    let refuse = '';
    const { address } = await serve((request, response) => {
      if (request.url === '/token') json(response, 200, { access_token: `token-${++tokens}`, expires_in: 100 });
      else if (request.headers.authorization === refuse) json(response, 401, {});
      else json(response, 200, { with: request.headers.authorization ?? '' });
    });
    const { context, advance } = testContext();
    const http = client(address, context, { auth: oauth(address, context) });
    const call = async () => (await http.get('/x', { operation: 'read' })).value;
    expect(await Promise.all([call(), call(), call()])).toEqual(Array(3).fill({ with: 'Bearer token-1' }));
    advance(95_000);
    expect(await call()).toEqual({ with: 'Bearer token-2' });
    refuse = 'Bearer token-2';
    expect(await call()).toEqual({ with: 'Bearer token-3' });
    refuse = 'Bearer token-4';
    expect(tokens).toBe(3);
  });

  it('fails as a refused sign-in for a wrong secret and as transient when the token service is down', async () => {
    const refused = await serve((_request, response) =>
      json(response, 401, { error: 'invalid_client', error_description: 'unknown client' }),
    );
    const first = testContext();
    const error = await failure(
      client(refused.address, first.context, { auth: oauth(refused.address, first.context) }).get('/x', {
        operation: 'read',
      }),
    );
    expect(error.code).toBe('remote.authFailed');
    expect(error.message).toContain('unknown client');
    const down = await serve((_request, response) => json(response, 503, {}));
    const second = testContext();
    const later = await failure(
      client(down.address, second.context, { auth: oauth(down.address, second.context) }).get('/x', {
        operation: 'read',
      }),
    );
    expect(later.kind).toBe('transient');
  });

  it('keeps a rotated refresh token before using the access token', async () => {
    const order: string[] = [];
    const { address } = await serve((request, response, body) => {
      if (request.url === '/token') {
        order.push(new URLSearchParams(body).get('refresh_token') ?? '');
        json(response, 200, {
          access_token: `a-${order.length}`,
          refresh_token: `rotated-${order.length}`,
          expires_in: 100,
        });
      } else {
        order.push('call');
        json(response, 200, {});
      }
    });
    const test = testContext({
      secrets: { refreshToken: 'first-refresh' },
      saveSecret: (name, value) => {
        order.push(`saved ${name} ${value}`);
        return Promise.resolve();
      },
    });
    const auth = createOAuth({
      system: 'Acme',
      tokenUrl: `${address}/token`,
      context: test.context,
      clientId: 'id',
      grant: { type: 'refresh_token', secretName: 'refreshToken' },
    });
    const http = client(address, test.context, { auth });
    await http.get('/x', { operation: 'read' });
    test.advance(200_000);
    await http.get('/x', { operation: 'read' });
    expect(order).toEqual([
      'first-refresh',
      'saved refreshToken rotated-1',
      'call',
      'rotated-1',
      'saved refreshToken rotated-4',
      'call',
    ]);
  });
});

describe('breaker', () => {
  it('fails at once after several failures in a row and asks again later', async () => {
    const state = { status: 503 };
    const { address, seen } = await serve((_request, response) => json(response, state.status, {}));
    const { context, waits, advance } = testContext();
    const http = client(address, context, { retry: { attempts: 1, baseMs: 1, capMs: 1 } });
    for (let call = 0; call < 5; call += 1) await failure(http.get('/x', { operation: 'read' }));
    const error = await failure(http.get('/x', { operation: 'read' }));
    expect(seen()).toBe(5);
    expect(error.message).toContain('does not ask again');
    expect(waits.some(({ reason }) => reason === 'breaker')).toBe(true);
    state.status = 200;
    advance(31_000);
    await http.get('/x', { operation: 'read' });
    expect(seen()).toBe(6);
  });
});

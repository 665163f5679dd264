import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { defineSimulator, empty, json, route, type SimulatorHandle } from '../../../../connectors/kit/simulator.ts';
import type { SimulatorOptions } from '../../../../engine/model/connector.ts';
import type { Fields } from '../../../../engine/model/record.ts';

interface Shop {
  bills: Fields[];
}

const shop = defineSimulator<Shop>({
  connector: 'shop',
  createState: () => ({ bills: [] }),
  faults: { busy: 'status=429;retry-after=1;path=/bills' },
  marks: ['late-webhook'],
  before: (request, found) =>
    found?.open === true || request.services.tokens.check(request.headers.authorization).state === 'valid'
      ? undefined
      : json(401, { error: 'token' }),
  after: (_request, answer) => ({ ...answer, headers: { ...answer.headers, 'x-left': '7' } }),
  routes: [
    route(
      'POST',
      '/token',
      ({ form, services }) =>
        services.tokens.acceptsSecret(form.client_secret, 's3cret-value')
          ? json(200, { access_token: services.tokens.issue('access', 'c', 60) })
          : json(401, { error: 'invalid_client' }),
      { open: true },
    ),
    route(
      'GET',
      '/bills',
      ({ state, marks }) => json(200, { page: marks.has('repeat-page') ? 1 : 2, bills: state.bills }),
      {
        open: true,
      },
    ),
    route(
      'POST',
      '/bills',
      (request) => json(201, request.services.commit({ kind: 'bill', ...(request.exactJson() as Fields) })),
      {
        open: true,
      },
    ),
    route('GET', '/nothing', () => empty(204), { open: true }),
    route('GET', '/broken', () => Promise.reject(new Error('oops')), { open: true }),
    route('GET', '/private', () => json(200, { fine: true })),
  ],
  apply: (state, { kind: _kind, ...bill }) => {
    state.bills.push(bill);
    return bill;
  },
  connection: (_state, { address }) => ({ fields: { address }, secrets: { clientSecret: 's3cret-value' } }),
  documents: (state, resource) => (resource === 'bills' ? state.bills : []),
  controls: { 'POST forget': (state, _services, body) => json(200, { forgotten: state.bills.splice(0).length, body }) },
});

let running: SimulatorHandle<Shop> | undefined;
const start = async (options: SimulatorOptions = {}) => {
  running = await shop.start(options);
  return running;
};
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const post = (address: string, path: string, body: unknown) =>
  fetch(`${address}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });

describe('a simulator', () => {
  it('routes, answers and decorates', async () => {
    const { address } = await start();
    const created = await post(address, '/bills', { number: '1', amount: 43200.1 });
    expect(created.status).toBe(201);
    expect(created.headers.get('x-left')).toBe('7');
    expect(await created.json()).toEqual({ number: '1', amount: '43200.1' });
    expect(await (await fetch(`${address}/bills?page=2`)).json()).toEqual({
      page: 2,
      bills: [{ number: '1', amount: '43200.1' }],
    });
    expect((await fetch(`${address}/nothing`)).status).toBe(204);
    expect((await fetch(`${address}/private`)).status).toBe(401);
    expect((await fetch(`${address}/private/unknown`)).status).toBe(401);
    expect(await (await fetch(`${address}/broken`)).json()).toEqual({ error: 'The simulator failed.' });
    expect(running?.services.log.list({ path: '/broken' })[0]?.error).toContain('oops');
  });

  it('refuses a port that is taken', async () => {
    const { address } = await start();
    await expect(shop.start({ port: Number(new URL(address).port) })).rejects.toMatchObject({
      code: 'practice.portTaken',
    });
  });

  it('keeps no secret in its log', async () => {
    const { address, services } = await start();
    const body = new URLSearchParams({ client_secret: 's3cret-value', note: 's3cret-value' });
    const { access_token: token } = (await (await fetch(`${address}/token`, { method: 'POST', body })).json()) as {
      access_token: string;
    };
    await fetch(`${address}/private?hint=s3cret-value`, { headers: { authorization: token } });
    const kept = JSON.stringify(services.log.list());
    expect(services.log.total).toBe(2);
    expect(kept).not.toContain('s3cret-value');
    expect(kept).not.toContain(token);
  });

  it('stops although a request hangs and a connection is kept alive', async () => {
    const { address, services, stop } = await start({ faults: ['hang;path=/bills'] });
    await (await fetch(`${address}/private`)).text();
    const hanging = fetch(`${address}/bills`);
    hanging.catch(() => undefined);
    await expect.poll(() => services.log.list({ path: '/bills' })[0]?.outcome).toBe('hung');
    await stop();
    await expect(hanging).rejects.toThrow();
    await expect(fetch(`${address}/bills`)).rejects.toThrow();
  });
});

describe('a fault', () => {
  it('answers a status in several body forms', async () => {
    const { address } = await start({
      faults: ['status=503;times=1', 'status=502;body=html;times=1', 'status=500;body=empty;times=1', 'busy;times=1'],
    });
    const seen: unknown[] = [];
    for (let call = 0; call < 5; call += 1) {
      const answer = await fetch(`${address}/bills`);
      const body = await answer.text();
      seen.push([answer.status, answer.headers.get('retry-after'), body.slice(0, 1)]);
    }
    expect(seen).toEqual([
      [503, null, '{'],
      [502, null, '<'],
      [500, null, ''],
      [429, '1', '{'],
      [200, null, '{'],
    ]);
  });

  it('cuts before handling, after committing and in the middle of the answer', async () => {
    const { address, state } = await start({
      faults: ['cut=before;method=POST;nth=1', 'cut=after;method=POST;nth=2', 'cut=during;method=POST;nth=3'],
    });
    await expect(post(address, '/bills', { number: 'a' })).rejects.toThrow();
    expect(state.bills).toEqual([]);
    await expect(post(address, '/bills', { number: 'b' })).rejects.toThrow();
    expect(state.bills).toEqual([{ number: 'b' }]);
    await expect(post(address, '/bills', { number: 'c' }).then((answer) => answer.text())).rejects.toThrow();
    expect(state.bills).toEqual([{ number: 'b' }, { number: 'c' }]);
    expect((await post(address, '/bills', { number: 'd' })).status).toBe(201);
  });

  it('handles first and fails afterwards when told', async () => {
    const { address, state } = await start({ faults: ['status=500;handled;times=1'] });
    expect((await post(address, '/bills', { number: 'a' })).status).toBe(500);
    expect(state.bills).toHaveLength(1);
  });

  it('sends truncated JSON, HTML instead of JSON, and marks a repeated page', async () => {
    const { address } = await start({ faults: ['truncate-json;times=1', 'html;times=1', 'repeat-page'] });
    const bodies: string[] = [];
    for (let call = 0; call < 3; call += 1) bodies.push(await (await fetch(`${address}/bills`)).text());
    expect(() => JSON.parse(bodies[0] ?? '')).toThrow();
    expect(bodies[1]).toContain('<!DOCTYPE html>');
    expect(JSON.parse(bodies[2] ?? '')).toEqual({ page: 1, bills: [] });
  });

  it('waits', async () => {
    const { address, services } = await start({ faults: ['delay=30;times=1'] });
    await fetch(`${address}/bills`);
    expect(services.log.list()[0]?.durationMs).toBeGreaterThanOrEqual(29);
  });

  it('expires tokens and revokes the secret', async () => {
    const { address, services } = await start();
    const signIn = () =>
      fetch(`${address}/token`, { method: 'POST', body: new URLSearchParams({ client_secret: 's3cret-value' }) });
    const { access_token: authorization } = (await (await signIn()).json()) as { access_token: string };
    const ask = async () => (await fetch(`${address}/private`, { headers: { authorization } })).status;
    expect(await ask()).toBe(200);
    services.faults.add('expire-tokens;times=1');
    expect(await ask()).toBe(401);
    services.faults.add('revoke-secret;times=1');
    expect((await signIn()).status).toBe(401);
    services.faults.add('restore-secret;times=1');
    expect((await signIn()).status).toBe(200);
  });
});

describe('the control panel', () => {
  const call = async (address: string, method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${address}/__sandbox/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it('shows and changes faults, clock, log, documents and tokens', async () => {
    const { address, services } = await start({ now: () => Date.parse('2026-06-01T00:00:00Z') });
    expect((await call(address, 'POST', 'faults', { faults: ['status=503;times=1;path=/bills'] })).status).toBe(200);
    expect((await fetch(`${address}/bills`)).status).toBe(503);
    expect((await call(address, 'GET', 'faults')).body.faults).toMatchObject([{ applied: 1 }]);
    expect((await call(address, 'POST', 'faults', { fault: 'explode' })).status).toBe(400);
    expect((await call(address, 'DELETE', 'faults')).body).toEqual({ faults: [] });
    expect((await call(address, 'POST', 'clock', { advanceMs: 60_000 })).body).toEqual({
      now: '2026-06-01T00:01:00.000Z',
    });
    expect((await call(address, 'POST', 'clock', { advanceMs: -1 })).status).toBe(400);
    await post(address, '/bills', { number: '1' });
    expect((await call(address, 'GET', 'documents/bills')).body).toEqual([{ number: '1' }]);
    expect((await call(address, 'GET', 'requests?method=post')).body.requests).toMatchObject([{ target: '/bills' }]);
    expect((await call(address, 'POST', 'forget', { why: 'x' })).body).toEqual({ forgotten: 1, body: { why: 'x' } });
    expect((await call(address, 'GET', 'documents/bills')).body).toEqual([]);
    const token = services.tokens.issue('access', 'c', 60);
    await call(address, 'POST', 'tokens/expire');
    expect(services.tokens.check(token).state).toBe('expired');
    expect((await call(address, 'GET', 'nonsense')).status).toBe(404);
    expect((await call(address, 'POST', '__proto__')).status).toBe(404);
  });

  it('is closed to web pages', async () => {
    const { address } = await start();
    const fromPage = await fetch(`${address}/__sandbox/stop`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    });
    expect(fromPage.status).toBe(403);
    expect((await fetch(`${address}/bills`)).status).toBe(200);
  });

  it('stops the simulator', async () => {
    const { address, stopped } = await start();
    expect((await call(address, 'POST', 'stop')).body).toEqual({ stopping: true });
    await stopped;
    await expect(fetch(`${address}/bills`)).rejects.toThrow();
  });
});

describe('a killed simulator', () => {
  it('comes back with what it had confirmed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'costwire-simulator-'));
    const persistTo = join(folder, 'shop.jsonl');
    const kit = join(import.meta.dirname, '../../../../connectors/kit/simulator.ts');
    const script = join(folder, 'run.ts');
    writeFileSync(
      script,
      `import { defineSimulator, json, route } from ${JSON.stringify(kit)};
       const running = await defineSimulator({
         connector: 'shop', createState: () => ({ bills: [] }),
         routes: [route('POST', '/bills', (request) => json(201, request.services.commit({ kind: 'bill', ...request.json })))],
         apply: (state, entry) => { state.bills.push(entry); return entry; },
         connection: () => ({ fields: {}, secrets: {} }), documents: (state) => state.bills,
       }).start({ persistTo: ${JSON.stringify(persistTo)}, faults: ['cut=after;nth=2'] });
       console.log(running.address);`,
    );
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const address = line.toString().trim();
      expect((await post(address, '/bills', { number: '1' })).status).toBe(201);
      await expect(post(address, '/bills', { number: '2' })).rejects.toThrow();
      child.kill('SIGKILL');
      await once(child, 'exit');
      const { address: again, documents } = await start({ persistTo });
      expect((await documents('bills')).map((bill) => bill.number)).toEqual(['1', '2']);
      await post(again, '/bills', { number: '3' });
      expect(running?.state.bills).toHaveLength(3);
    } finally {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

import { once } from 'node:events';
import { RPCHandler } from '@orpc/server/ws';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import type { FlowFileChange } from '../../../engine/api/contract.ts';
import { connectToHost, type HostLink } from '../../../renderer/api/client.ts';
import { socketTransport } from '../../../renderer/api/transport.ts';
import { createAppStore } from '../../../renderer/state/store.ts';
import { type TestService, testFlow, testService } from '../../support/service.ts';

let test: TestService;
let server: WebSocketServer | undefined;
let port: number;
let link: HostLink;

/** Serves the service on the port of before, as a host that was started again would. */
async function serve(): Promise<void> {
  server = new WebSocketServer({ port, host: '127.0.0.1' });
  const handler = new RPCHandler(test.service.router, test.service.handlerOptions);
  server.on('connection', (socket) => void handler.upgrade(socket));
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  port = address.port;
}

/** Ends the host without a word: every socket is cut. */
async function cut(): Promise<void> {
  const going = server;
  server = undefined;
  for (const socket of going?.clients ?? []) socket.terminate();
  await new Promise((resolve) => (going === undefined ? resolve(undefined) : going.close(resolve)));
}

const until = (state: ReturnType<HostLink['getState']>['state']) =>
  vi.waitUntil(() => link.getState().state === state, { timeout: 20_000, interval: 5 });

beforeEach(async () => {
  port = 0;
  test = await testService();
  await serve();
  link = connectToHost((wrap) => socketTransport(`ws://127.0.0.1:${port}`, wrap));
  await until('open');
});
afterEach(async () => {
  link.close();
  await cut();
  await test.close();
});

describe('the line to the host', () => {
  it('says that it is lost, fails calls at once, and opens again by itself', async () => {
    const states: string[] = [];
    link.subscribe(() => states.push(link.getState().state));
    await cut();
    await until('lost');
    await expect(link.client.host.info()).rejects.toMatchObject({ code: 'host.lost' });
    await serve();
    await until('open');
    expect((await link.client.host.info()).version).toBe('1.2.3');
    expect(states.slice(0, 2)).toEqual(['lost', 'connecting']);
    expect(states.at(-1)).toBe('open');
  });

  it('fails the call under way when it is cut, instead of waiting for ever', async () => {
    const { document } = await link.client.flow.create({ name: 'Bills', document: testFlow('x') });
    const run = await link.client.run.start({ kind: 'dry', flowId: document.id });
    const events = await link.client.run.watch({ runId: run.id });
    await events.next();
    const waiting = events.next();
    const failed = expect(waiting).rejects.toMatchObject({ code: 'host.lost' });
    await cut();
    await failed;
  });

  it('takes a stream up again and says that there is a gap', async () => {
    const told: string[] = [];
    const errors: unknown[] = [];
    const end = link.follow<FlowFileChange>((client, signal) => client.flow.watch(undefined, { signal }), {
      event: ({ kind }) => told.push(kind),
      gap: () => told.push('gap'),
      error: (error) => errors.push(error),
    });
    await vi.waitUntil(() => told.includes('watching'), { timeout: 20_000 });
    await cut();
    await until('lost');
    await test.workspace.flows.create(testFlow('Unheard', 'f_1'));
    await serve();
    link.retryNow();
    await vi.waitUntil(() => told.filter((kind) => kind === 'watching').length === 2, { timeout: 20_000 });
    await test.workspace.flows.create(testFlow('Heard', 'f_2'));
    await vi.waitUntil(() => told.at(-1) === 'added', { timeout: 20_000 });
    expect(told).toEqual(['watching', 'gap', 'watching', 'added']);
    expect(errors).toEqual([]);
    end();
  });

  it('loses no edit: what was changed while the host was away is kept as a draft once it is back', async () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
    const { document } = await link.client.flow.create({ name: 'Bills', document: testFlow('x') });
    const store = createAppStore({ client: link.client, storage });
    await store.getState().openFlow(document.id);
    await cut();
    await until('lost');
    store.getState().edit({ name: 'Describe', undo: 'record' }, (flow) => ({ ...flow, description: 'while away' }));
    await store.getState().keepDraft();
    expect(store.getState().saveState).toBe('stranded');
    await serve();
    link.retryNow();
    await until('open');
    await store.getState().keepDraft();
    expect(store.getState().saveState).toBe('kept');
    const { draft } = await link.client.flow.get({ id: document.id });
    expect(draft?.document.description).toBe('while away');
    await store.getState().closeFlow();
  });

  it('hears a run to its end although the line was cut in between', async () => {
    const { document } = await link.client.flow.create({ name: 'Bills', document: testFlow('x') });
    const storage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
    const store = createAppStore({ client: link.client, storage });
    await store.getState().openFlow(document.id);
    const running = store.getState().dryRun();
    await vi.waitUntil(() => store.getState().progress[document.id]?.run.status === 'running', { timeout: 20_000 });
    await cut();
    await until('lost');
    await running;
    test.engine.end();
    await serve();
    link.retryNow();
    await until('open');
    await store.getState().resumeRuns();
    expect(store.getState().progress[document.id]?.run.status).toBe('succeeded');
    await store.getState().closeFlow();
  });
});

import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { RPCHandler as SocketHandler } from '@orpc/server/ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { CostwireClient, HostEvent } from '../../../../engine/api/contract.ts';
import type { RunEvent } from '../../../../engine/model/run.ts';
import { toClientError } from '../../../../renderer/api/errors.ts';
import { sentinel, type TestService, testFlow, testService } from '../../../support/service.ts';

type Connect = (test: TestService) => Promise<{ client: CostwireClient; close(): Promise<void> }>;
const interceptors = [
  ({ next }: { next: () => Promise<unknown> }) =>
    next().catch((thrown: unknown) => Promise.reject(toClientError(thrown, () => true))),
];

const overPort: Connect = async ({ service }) => {
  const { port1, port2 } = new MessageChannel();
  new PortHandler(service.router, service.handlerOptions).upgrade(port1);
  const client: CostwireClient = createORPCClient(new PortLink({ port: port2, interceptors }));
  port1.start();
  port2.start();
  return { client, close: async () => port1.close() };
};

const overSocket: Connect = async ({ service }) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const handler = new SocketHandler(service.router, service.handlerOptions);
  server.on('connection', (socket) => void handler.upgrade(socket));
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const websocket = new WebSocket(`ws://127.0.0.1:${address.port}`);
  const client: CostwireClient = createORPCClient(new SocketLink({ websocket, interceptors }));
  const close = async () => {
    websocket.close();
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  };
  return { client, close };
};

describe.each([
  ['a message port', overPort],
  ['a socket', overSocket],
])('the service over %s', (_name, connect) => {
  let test: TestService;
  let client: CostwireClient;
  let close: () => Promise<void>;
  beforeEach(async () => {
    test = await testService();
    ({ client, close } = await connect(test));
  });
  afterEach(async () => {
    await close();
    await test.close();
  });

  it('carries a flow from its making to its trash and back', async () => {
    const made = await client.flow.create({ name: 'Bills', document: testFlow('x') });
    const saved = await client.flow.save({ document: { ...made.document, description: 'd' }, revision: made.revision });
    expect(saved).toMatchObject({ saved: true, file: { document: { description: 'd' } } });
    const late = await client.flow.save({ document: made.document, revision: made.revision });
    expect(late).toMatchObject({ saved: false, theirs: { document: { description: 'd' } } });
    const { flows } = await client.flow.list();
    expect(flows).toMatchObject([{ name: 'Bills', connectors: ['ledger'], unboundSlots: ['erp'], version: 0 }]);
    const { trashName } = await client.flow.remove({ id: made.document.id });
    expect((await client.flow.list()).flows).toEqual([]);
    await client.flow.restore({ trashName });
    expect((await client.flow.list()).flows).toHaveLength(1);
  });

  it('offers a newer draft when a flow is opened and forgets it once saved', async () => {
    const made = await client.flow.create({ name: 'Bills' });
    await client.flow.saveDraft({ document: { ...made.document, description: 'draft' }, baseRevision: made.revision });
    const opened = await client.flow.get({ id: made.document.id });
    expect(opened.draft).toMatchObject({ baseRevision: made.revision, document: { description: 'draft' } });
    await client.flow.save({ document: made.document, revision: made.revision });
    expect((await client.flow.get({ id: made.document.id })).draft).toBeUndefined();
  });

  it('publishes what was read and nothing newer', async () => {
    const made = await client.flow.create({ name: 'Bills' });
    const published = await client.flow.publish({ id: made.document.id, revision: made.revision, note: 'first' });
    expect(published.document.version).toBe(1);
    await expect(
      client.flow.publish({ id: made.document.id, revision: made.revision, note: 'again' }),
    ).rejects.toMatchObject({ code: 'workspace.conflict', kind: 'conflict' });
    expect(await client.flow.versions({ id: made.document.id })).toMatchObject([
      { version: 1, by: 'Ada', note: 'first' },
    ]);
  });

  it('answers failures with code, sentence and remedy, and bad input with its fields', async () => {
    await expect(client.flow.get({ id: 'none' })).rejects.toMatchObject({
      name: 'AppError',
      code: 'flow.notFound',
      hint: expect.stringContaining('Choose'),
    });
    await expect(client.flow.create({ name: '' })).rejects.toMatchObject({
      code: 'host.badInput',
      fields: { name: 'Enter a name.' },
    });
    await expect(client.flow.import({ text: '{' })).rejects.toMatchObject({ code: 'flow.invalid' });
    expect(test.faults).toEqual([]);
  });

  it('tells of flow files that change on disk', async () => {
    const end = new AbortController();
    const changes = await client.flow.watch(undefined, { signal: end.signal });
    expect((await changes.next()).value).toMatchObject({ kind: 'watching' });
    const made = await test.workspace.flows.create(testFlow('Bills'));
    expect((await changes.next()).value).toMatchObject({ kind: 'added', revision: made.revision });
    await changes.return(undefined);
    end.abort();
  });

  it('takes secrets in and never gives them out', async () => {
    const draft = { connector: 'ledger', environment: 'sandbox' as const, fields: { address: 'https://erp.example' } };
    await expect(client.connection.save({ ...draft, name: 'ERP' })).rejects.toMatchObject({
      code: 'connection.missingField',
      fields: { secret: 'Fill in Client secret.' },
    });
    const saved = await client.connection.save({
      ...draft,
      name: 'ERP',
      secrets: { secret: sentinel, note: sentinel },
    });
    expect(saved.secrets).toEqual(['note', 'secret']);
    const kept = await client.connection.save({ ...draft, id: saved.id, name: 'ERP 2', secrets: { note: null } });
    expect(kept).toMatchObject({ name: 'ERP 2', secrets: ['secret'] });
    expect(await test.vault.get(saved.id, 'secret')).toBe(sentinel);
    const seen = [saved, kept, await client.connection.list(), await client.connector.list()];
    expect(JSON.stringify(seen)).not.toContain(sentinel);
    expect(await everyFile(test.workspace.folder)).not.toContain(sentinel);
    await client.connection.remove({ id: saved.id });
    expect(await test.vault.names(saved.id)).toEqual([]);
  });

  it('names every wrong field of a connection at once', async () => {
    const fields = { address: 'not an address', colour: 'red', secret: sentinel };
    const saving = client.connection.save({ name: 'ERP', connector: 'ledger', environment: 'sandbox', fields });
    await expect(saving).rejects.toMatchObject({
      code: 'connection.invalidField',
      fields: {
        address: expect.stringContaining('whole address'),
        colour: expect.stringContaining('no such field'),
        secret: expect.stringContaining('vault'),
      },
    });
    await saving.catch((error: unknown) => expect(JSON.stringify(error)).not.toContain(sentinel));
  });

  it('pings check by check with defaults, secrets and the needs of the flows', async () => {
    const { document } = await client.flow.create({ name: 'Bills', document: testFlow('x') });
    const { id } = await client.connection.save({
      name: 'ERP',
      connector: 'ledger',
      environment: 'sandbox',
      fields: { address: 'https://erp.example' },
      secrets: { secret: sentinel },
    });
    await client.flow.setBindings({ id: document.id, slots: { erp: id }, parameters: {} });
    const checks = [];
    for await (const check of await client.connection.ping({ id })) checks.push(check);
    expect(checks.map(({ id: name, status }) => `${name} ${status}`)).toEqual([
      'reach running',
      'reach ok',
      'needs ok',
    ]);
    expect(checks[1]?.detail).toBe('{"address":"https://erp.example","company":"MAIN","has":["secret"]}');
    expect(checks[2]?.detail).toBe('[{"resource":"bills","write":true}]');
    expect(await client.connection.get({ id })).toMatchObject({
      usedBy: [{ flowName: 'Bills', slot: 'erp' }],
      lastPing: { checks: [{ status: 'ok' }, { status: 'ok' }] },
    });
  });

  it('turns a ping that cannot begin into a failed check', async () => {
    await test.workspace.connections.save({
      id: 'c_1',
      name: 'Old',
      connector: 'gone',
      environment: 'sandbox',
      fields: {},
      secrets: [],
    });
    const checks = [];
    for await (const check of await client.connection.ping({ id: 'c_1' })) checks.push(check);
    expect(checks).toMatchObject([{ status: 'failed', cause: expect.stringContaining('gone') }]);
  });

  it('runs a flow, lets windows follow from the beginning and keeps the history', async () => {
    const { document } = await client.flow.create({ name: 'Bills', document: testFlow('x') });
    const host = await client.host.events();
    const run = await client.run.start({ kind: 'dry', flowId: document.id });
    const sheet = { runId: run.id, hash: 'x' };
    await expect(client.run.start({ kind: 'post', flowId: document.id, sheet })).rejects.toMatchObject({
      code: 'workspace.conflict',
    });
    const following = collect(await client.run.watch({ runId: run.id }));
    test.engine.end();
    expect((await following).map((event) => event.type)).toEqual(['started', 'finished']);
    expect(await client.run.get({ runId: run.id })).toMatchObject({ status: 'succeeded', kind: 'dry' });
    expect((await collect(await client.run.watch({ runId: run.id }))).map((event) => event.type)).toEqual(['finished']);
    expect((await client.run.list({ flowId: document.id })).total).toBe(1);
    expect(await nextOf(host, 'runFinished')).toMatchObject({ run: { id: run.id } });
    expect((await client.run.document({ runId: run.id })).document?.name).toBe('Bills');
  });

  it('stops a run, and posts the published version while the file goes on', async () => {
    const made = await client.flow.create({ name: 'Bills', document: testFlow('x') });
    const published = await client.flow.publish({ id: made.document.id, revision: made.revision });
    await client.flow.save({ document: { ...published.document, name: 'Later' }, revision: published.revision });
    const flowId = made.document.id;
    await expect(client.run.start({ kind: 'post', flowId })).rejects.toMatchObject({ code: 'approval.required' });
    const sheet = { runId: 'r_dry', hash: 'seen' };
    const run = await client.run.start({ kind: 'post', flowId, sheet });
    expect(test.engine.orders).toHaveLength(1);
    expect(test.engine.orders[0]).toMatchObject({ document: { name: 'Bills', version: 1 }, kind: 'post', sheet });
    expect(await client.run.active()).toMatchObject([{ id: run.id }]);
    await client.run.cancel({ runId: run.id });
    const events = await collect(await client.run.watch({ runId: run.id }));
    expect(events.at(-1)).toMatchObject({ type: 'finished', run: { status: 'cancelled' } });
    expect(await client.run.active()).toEqual([]);
  });

  it('answers a run that cannot start, and marks one that breaks as failed', async () => {
    const empty = await client.flow.create({ name: 'Empty' });
    await expect(client.run.start({ kind: 'dry', flowId: empty.document.id })).rejects.toMatchObject({
      code: 'flow.invalid',
    });
    const { document } = await client.flow.create({ name: 'Bills', document: testFlow('x') });
    const run = await client.run.start({ kind: 'dry', flowId: document.id });
    const following = collect(await client.run.watch({ runId: run.id }));
    test.engine.end('fault');
    expect((await following).at(-1)).toMatchObject({ run: { status: 'failed', error: { code: 'internal.defect' } } });
    expect(test.faults).toHaveLength(1);
  });

  it('samples the document on the canvas with at most five records', async () => {
    await client.flow.sample({ document: testFlow('x'), bindings: { slots: { erp: 'c_1' }, parameters: {} } });
    expect(test.engine.samples[0]).toMatchObject({ limit: 5, bindings: { slots: { erp: 'c_1' } } });
    await expect(client.flow.sample({ document: testFlow('x'), limit: 6 })).rejects.toMatchObject({
      code: 'host.badInput',
    });
  });

  it('keeps settings and says who hosts', async () => {
    await client.settings.set({ appearance: 'dark', panels: { dock: { height: 240 } } });
    expect(await client.settings.get()).toMatchObject({ appearance: 'dark', panels: { dock: { height: 240 } } });
    expect(await client.host.info()).toMatchObject({ version: '1.2.3', host: 'headless', practice: { state: 'off' } });
    expect(await client.host.menu({ commands: [] })).toEqual({ drawn: false });
  });

  it('finds flows, nodes, connections and codes by all words', async () => {
    await client.flow.create({ name: 'Invoices to bills', document: testFlow('x') });
    await client.table.create({ schema: codesTable });
    await client.table.saveDraft({ schema: codesTable, rows: [{ id: 'a', keys: ['01-100'], targets: ['5010'] }] });
    const titles = async (text: string) => (await client.search({ text })).map((hit) => `${hit.kind} ${hit.title}`);
    expect(await titles('BILLS invoices')).toEqual(['flow Invoices to bills']);
    expect(await titles('post bills')).toEqual(['node Post bills']);
    expect(await titles('5010')).toEqual(['code 01-100 → 5010']);
    expect(await titles('   ')).toEqual([]);
  });

  it('edits, compares, publishes, exports and imports a table', async () => {
    await client.table.create({ schema: codesTable });
    await client.table.saveDraft({ schema: codesTable, rows: [{ id: 'a', keys: ['01-100'], targets: ['5010'] }] });
    expect(await client.table.diff({ id: 'codes' })).toMatchObject({ added: [{ id: 'a' }], unchanged: 0 });
    expect(await client.table.publish({ id: 'codes' })).toMatchObject({ version: 1, draft: false, problems: [] });
    const file = await client.table.export({ id: 'codes', format: 'csv' });
    const again = await client.table.import({
      id: 'codes',
      fileName: 'codes.csv',
      content: file.content,
      preview: true,
    });
    expect(again.diff).toMatchObject({ added: [], changed: [], unchanged: 1, rejected: [] });
    await expect(client.table.get({ id: 'none' })).rejects.toMatchObject({ code: 'mapping.unknownTable' });
  });

  it('exports a flow as a template, refuses secrets in it, and makes a new flow of it', async () => {
    const clean = await client.flow.create({ name: 'Bills', document: { ...testFlow('x'), nodes: [] } });
    const exported = await client.template.export({ flowId: clean.document.id, name: 'Bills', summary: 'All bills' });
    await client.template.import({ text: Buffer.from(exported.content, 'base64').toString('utf8') });
    expect(await client.template.list()).toMatchObject([{ id: 'bills', from: 'workspace' }]);
    const { flowId } = await client.template.use({ id: 'bills', name: 'Mine', slots: { erp: 'c_1' } });
    expect(await client.flow.get({ id: flowId })).toMatchObject({
      document: { name: 'Mine' },
      bindings: { slots: { erp: 'c_1' } },
    });
    const leaky = { ...testFlow('leaky', 'f_leaky'), nodes: [], description: 'see https://user:pass@erp.example' };
    await client.flow.create({ name: 'leaky', document: leaky });
    await expect(client.template.export({ flowId: 'f_leaky', name: 'x' })).rejects.toMatchObject({
      code: 'template.secretFound',
    });
  });
});

const codesTable = {
  format: 'costwire/table' as const,
  schemaVersion: 1,
  id: 'codes',
  name: 'Cost codes',
  keys: [{ name: 'cost_code', match: 'exact' as const }],
  targets: [{ name: 'account', type: 'text' as const, required: true }],
};

async function collect(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const all = [];
  for await (const event of events) all.push(event);
  return all;
}

async function nextOf(events: AsyncIterable<HostEvent>, type: HostEvent['type']): Promise<HostEvent | undefined> {
  for await (const event of events) if (event.type === type) return event;
  return undefined;
}

async function everyFile(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')));
  return texts.join('\n');
}

import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../../connectors/procore/client.ts';
import { procore } from '../../../connectors/procore/index.ts';
import { simulator } from '../../../connectors/procore/simulator/index.ts';
import { webhookAdmin } from '../../../connectors/procore/webhook-admin.ts';
import { readWebhook } from '../../../connectors/procore/webhooks.ts';
import type { WebhookEvent } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { main } from '../../../headless/cli.ts';
import { testContext } from '../kit/context.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const secret = 'practice-webhook-secret';
const project = '562949955100014';

/** A receiver that verifies as a flow's does. `down` makes it answer 503. */
async function receiver() {
  const events: WebhookEvent[] = [];
  const state = { down: false, forged: 0, events };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      const headers = { authorization: request.headers.authorization ?? '' };
      const read = state.down ? undefined : readWebhook(headers, body, secret);
      if (!state.down && read === undefined) state.forged += 1;
      events.push(...(read ?? []));
      response.writeHead(state.down ? 503 : read === undefined ? 401 : 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise((resolve) => server.close(resolve)));
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/procore` });
}

async function practice(faults: string[] = [], now = Date.now) {
  const running = await simulator.start({ faults, now });
  stops.push(running.stop);
  const secrets = { ...running.secrets, webhookSecret: secret };
  const { context } = testContext({ fields: running.fields, secrets });
  return { running, context, client: connect(context) };
}

const addVendor = (client: ReturnType<typeof connect>, name: string) =>
  procore.resources.find(({ id }) => id === 'vendors')?.create?.(client, { name }, {});

/** Company hook for vendors, and a first listing of its deliveries that waits until everything due was sent. */
async function vendorsAnnounced(faults: string[] = [], now = Date.now) {
  const [target, world] = [await receiver(), await practice(faults, now)];
  const wish = { url: target.url, events: ['Company Vendors'] };
  const [outcome] = await webhookAdmin.register(world.client, wish);
  const hookId = outcome?.hook.id ?? '';
  const deliveries = (status?: string) =>
    webhookAdmin.deliveries(world.client, hookId, status === undefined ? {} : { status });
  return { ...world, target, hookId, deliveries };
}

describe('registering', () => {
  it('makes one hook per address, and completes it the second time', async () => {
    const { client, running } = await practice();
    const url = 'https://relay.example.com/procore?tenant=7';
    const first = await webhookAdmin.register(client, { url, events: ['Direct Costs/update'], scopes: [project] });
    expect(first).toMatchObject([{ created: true, added: ['Direct Costs/update'], hook: { scope: { id: project } } }]);
    const wish = { url, events: ['Direct Costs', 'Contract Payments/create'], scopes: [project] };
    const second = await webhookAdmin.register(client, wish);
    expect(second).toMatchObject([{ created: false, hook: { id: first[0]?.hook.id } }]);
    expect(second[0]?.added).toEqual(['Direct Costs/create', 'Direct Costs/delete', 'Contract Payments/create']);
    expect((await webhookAdmin.register(client, wish))[0]?.added).toEqual([]);
    expect(running.state.tables.hooks.size).toBe(1);
    const [listed] = await webhookAdmin.list(client, [project]);
    expect(listed).toMatchObject({ url, status: 'active', events: second[0]?.hook.events });
    expect(listed?.events).toHaveLength(4);
    expect(await webhookAdmin.list(client)).toEqual([]);
  });

  it('without events takes those that flows can use, per active project', async () => {
    const { client, running } = await practice();
    const outcomes = await webhookAdmin.register(client, {
      url: 'https://relay.example.com',
      scopes: 'all',
      events: ['Direct Costs/create'],
    });
    expect(outcomes).toHaveLength(15);
    const [company] = await webhookAdmin.register(client, { url: 'https://relay.example.com' });
    expect(company?.hook.events).toContain('Company Vendors/update');
    expect(company?.hook.events.some((event) => event.startsWith('ERP Requests'))).toBe(false);
    expect(running.state.tables.hooks.size).toBe(16);
  });

  it('never gets the secret back, which Procore masks: only its end tells whether it is still ours', async () => {
    const { client, running } = await practice();
    await webhookAdmin.register(client, { url: 'https://relay.example.com', events: ['Projects/update'] });
    const answer = await client.http.get(`/rest/v2.0/companies/${client.companyId}/webhooks/hooks`, {
      operation: 'look',
      query: { namespace: 'costwire' },
    });
    const told = JSON.stringify(answer.value);
    expect(told).not.toContain(secret);
    expect(told).toContain(secret.slice(-5));
    const stored = [...running.state.tables.hooks.values()].map(({ row }) => JSON.stringify(row.destination_headers));
    expect(stored.join()).toContain(secret);
  });

  it('gives a hook whose secret is another the connection’s secret', async () => {
    const { client, running, context } = await practice();
    const wish = { url: 'https://relay.example.com', events: ['Projects/update'] };
    await webhookAdmin.register(client, wish);
    const renewed = connect({ ...context, secrets: { ...context.secrets, webhookSecret: 'another-webhook-key' } });
    expect((await webhookAdmin.register(renewed, wish))[0]?.created).toBe(false);
    const [hook] = [...running.state.tables.hooks.values()];
    expect(hook?.row.destination_headers).toEqual({ Authorization: 'Bearer another-webhook-key' });
  });

  it.each([
    [{ url: 'http://relay.example.com' }, 'connection.insecureAddress', ''],
    [{ url: 'https://relay.example.com', events: ['Requisitions'] }, 'connection.invalidField', 'Company Vendors'],
    [{ url: 'https://relay.example.com', events: ['Projects/delete'] }, 'connection.invalidField', ''],
  ])('refuses %o', async (wish, code, hint) => {
    const { client, running } = await practice();
    const error = await webhookAdmin.register(client, wish).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code, hint: expect.stringContaining(hint) });
    expect(running.state.tables.hooks.size).toBe(0);
  });

  it('needs the secret', async () => {
    const { context } = await practice();
    const client = connect({ ...context, secrets: { clientSecret: context.secrets.clientSecret ?? '' } });
    const wish = { url: 'https://relay.example.com' };
    await expect(webhookAdmin.register(client, wish)).rejects.toMatchObject({ code: 'vault.missingSecret' });
  });

  it('is undone event by event or whole, also twice', async () => {
    const { client, hookId } = await vendorsAnnounced();
    await webhookAdmin.remove(client, hookId, { events: ['Company Vendors/update'] });
    expect((await webhookAdmin.list(client))[0]?.events).toEqual(['Company Vendors/create']);
    await webhookAdmin.remove(client, hookId, {});
    await webhookAdmin.remove(client, hookId, {});
    expect(await webhookAdmin.list(client)).toEqual([]);
  });
});

describe('deliveries', () => {
  it('carry the secret and lead to the record', async () => {
    const { client, target, deliveries } = await vendorsAnnounced();
    const made = await addVendor(client, 'Announced Ltd');
    expect(await deliveries()).toMatchObject([
      { event: 'Company Vendors/create', recordId: made?.id, status: 'delivered' },
    ]);
    expect(target.events).toMatchObject([{ event: 'Company Vendors/create', resource: 'vendors', recordId: made?.id }]);
    expect(target.forged).toBe(0);
  });

  it('of a project go to the hook of that project only', async () => {
    const [target, { client }] = [await receiver(), await practice()];
    const events = ['Contract Payments/create'];
    await webhookAdmin.register(client, { url: target.url, events, scopes: [project, '562949955100015'] });
    const value: Fields = { project_id: project, contract_id: '562949980000041', amount: '1.00', date: '2026-06-25' };
    await procore.resources.find(({ id }) => id === 'contract-payments')?.create?.(client, value, {});
    const hooks = await webhookAdmin.list(client, [project, '562949955100015']);
    const sent = await Promise.all(
      hooks.map(({ id, scope }) => webhookAdmin.deliveries(client, id, { scope: scope.id })),
    );
    expect(sent.map((list) => list.length)).toEqual([1, 0]);
    expect(target.events).toMatchObject([{ resource: 'contract-payments', scopeId: project }]);
  });

  it('can come twice, with the id by which they are told apart', async () => {
    const { client, target, deliveries } = await vendorsAnnounced(['webhook-twice;method=POST;path=/vendors']);
    await addVendor(client, 'Twice Ltd');
    await deliveries();
    expect(target.events).toHaveLength(2);
    expect(new Set(target.events.map(({ id }) => id)).size).toBe(1);
  });

  it('can overtake each other', async () => {
    const { client, running, target, deliveries } = await vendorsAnnounced([
      'webhook-late;times=1;method=POST;path=/vendors',
    ]);
    const late = await addVendor(client, 'Late Ltd');
    const early = await addVendor(client, 'Early Ltd');
    await deliveries();
    running.services.clock.advance(5_000);
    await deliveries();
    expect(target.events.map(({ recordId }) => recordId)).toEqual([early?.id, late?.id]);
  });

  it.each(['webhook-wrong-secret', 'webhook-unsigned'])('with %s are refused by the receiver', async (fault) => {
    const { client, target, deliveries } = await vendorsAnnounced([`${fault};method=POST;path=/vendors`]);
    await addVendor(client, 'Forged Ltd');
    expect(await deliveries('retrying')).toMatchObject([{ status: 'retrying', detail: 'answered 401' }]);
    expect([target.forged, target.events.length]).toEqual([1, 0]);
  });

  it('wait while the receiver is down, come in a burst afterwards, and are discarded after twelve hours', async () => {
    const stopped = Date.now();
    const { client, running, target, deliveries } = await vendorsAnnounced([], () => stopped);
    target.down = true;
    await addVendor(client, 'First Ltd');
    await deliveries();
    await addVendor(client, 'Second Ltd');
    expect((await deliveries()).map(({ status }) => status)).toEqual(['enqueued', 'retrying']);
    target.down = false;
    running.services.clock.advance(1_000);
    expect((await deliveries()).map(({ status }) => status)).toEqual(['delivered', 'delivered']);
    target.down = true;
    await addVendor(client, 'Lost Ltd');
    await deliveries();
    running.services.clock.advance(12 * 3_600_000);
    expect(await deliveries('discarded')).toHaveLength(1);
    target.down = false;
    expect(target.events).toHaveLength(2);
  });
});

describe('the command line', () => {
  it('registers, lists, shows deliveries and removes', async () => {
    const [target, { running, client }] = [await receiver(), await practice()];
    const folder = await mkdtemp(join(tmpdir(), 'costwire-webhook-'));
    const costwire = async (args: readonly string[], input = '') => {
      let out = '';
      const code = await main(['--workspace', folder, ...args, '--json'], {
        write: (text) => {
          out += text;
        },
        writeError: () => {},
        isTerminal: false,
        input: Readable.from([input]),
        environment: { COSTWIRE_VAULT_KEY: Buffer.alloc(32, 7).toString('base64') },
        signal: new AbortController().signal,
      });
      return { code, answer: JSON.parse(out) };
    };
    const sets = Object.entries(running.fields).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    const names = ['--secret', 'clientSecret', '--secret', 'webhookSecret'];
    const lines = `${running.secrets.clientSecret}\n${secret}\n`;
    await costwire(['connection', 'add', '--connector', 'procore', '--name', 'Jobs', ...sets, ...names], lines);
    const at = ['--connection', 'jobs'];
    const made = await costwire(['webhook', 'register', ...at, '--url', target.url, '--event', 'Company Vendors']);
    expect(made).toMatchObject({ code: 0, answer: { outcomes: [{ created: true }] } });
    const { id } = made.answer.outcomes[0].hook;
    await addVendor(client, 'Listed Ltd');
    expect((await costwire(['webhook', 'list', ...at])).answer.webhooks).toMatchObject([{ id, url: target.url }]);
    expect((await costwire(['webhook', 'deliveries', id, ...at])).answer.deliveries).toHaveLength(1);
    expect((await costwire(['webhook', 'offers', ...at, '--project', project])).answer.offers).toContainEqual({
      name: 'Direct Costs',
      actions: ['create', 'update', 'delete'],
      resource: 'direct-costs',
    });
    expect((await costwire(['webhook', 'remove', id, ...at, '--project', 'all'])).code).toBe(2);
    expect((await costwire(['webhook', 'remove', id, ...at])).code).toBe(0);
    expect((await costwire(['webhook', 'list', ...at])).answer.webhooks).toEqual([]);
  });
});

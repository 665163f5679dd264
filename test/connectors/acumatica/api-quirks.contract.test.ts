/** Habits of the API, whatever the tenant: answers, repeats, upgrades, lateness, sessions. */
import { describe, expect, it } from 'vitest';
import { acumatica } from '../../../connectors/acumatica/index.ts';
import type { Fields } from '../../../engine/model/record.ts';
import {
  billLine,
  billOf,
  connectTo,
  errorOf,
  pinged,
  practice,
  readAll,
  resource,
  startServer,
  writing,
} from './support.ts';

const bills = writing('bills');

describe('answers and repeats', () => {
  it('carry what was asked for: a PUT tells only what was sent or selected', async () => {
    const { client, server } = await practice();
    const { value, number, status } = await bills.create(client, billOf('A-1'));
    expect({ value, number, status }).toMatchObject({
      ...{ number: expect.stringMatching(/^\d+$/), status: 'On Hold' },
      value: { Amount: '10.00', Balance: '10.00', PostPeriod: '032026', Details: [{ Amount: '10.00' }] },
    });
    const [{ target = '' } = {}] = server.services.log.list({ method: 'PUT', path: '/Bill?' });
    expect(new URL(target, 'http://x').searchParams.get('$select')).toMatch(/ReferenceNbr.*Details\/Amount/);
    const bare = await client.put(
      'Bill',
      { Vendor: { value: 'V000001' }, VendorRef: { value: 'A-2' } },
      {},
      {
        operation: 'fill',
      },
    );
    expect(Object.keys(bare as Fields)).not.toContain('Amount');
  });

  it('of an update never append lines, for each names the row it replaces', async () => {
    const { client, server } = await practice();
    const { id } = await bills.create(client, billOf('A-3', { Details: [billLine, billLine] }));
    const changed = billOf('A-3', { Details: [billLine, { ...billLine, ExtendedCost: '11.00' }] });
    for (let turn = 0; turn < 3; turn += 1) await bills.update(client, id, changed, {});
    const held = (await server.documents('bills')).find(({ VendorRef }) => VendorRef === 'A-3');
    expect(held).toMatchObject({ Amount: '21.0000', Details: [{ LineNbr: '1' }, { LineNbr: '2' }] });
  });

  it('of payments are those of the entity Check: Payment is accounts receivable and never asked for', async () => {
    const { client, server } = await practice();
    await readAll(client, 'checks');
    await pinged(client, [{ resource: 'checks', write: true }]);
    const paths = server.services.log.list({ path: '/entity/Default' }).map(({ target }) => target);
    expect(paths.some((path) => path.includes('/Check?'))).toBe(true);
    expect(paths.filter((path) => /\/Payment\b/.test(path))).toEqual([]);
    const error = await errorOf(client.list('Payment', { top: 1 }));
    expect(error.code).toBe('remote.notFound');
  });
});

describe('filters on purchase orders', () => {
  const orders = writing('purchase-orders');
  const order = {
    ...{ VendorID: 'V000001', VendorRef: 'PO-Q-1', Date: '2026-03-31' },
    Details: [{ ...billLine, OrderQty: '1', UnitCost: '10' }],
  };

  it('that find nothing although there is something are seen through: no order is posted twice or left unread', async () => {
    const { client, server } = await practice(['order-filter-empty']);
    const all = await server.documents('purchase-orders');
    const since = '2020-01-01T00:00:00Z';
    expect(await readAll(client, 'purchase-orders', { since })).toHaveLength(all.length);
    expect(await orders.find(client, order)).toEqual([]);
    const { id } = await orders.create(client, order);
    expect((await orders.find(client, { ...order, VendorRef: 'po-q-1' })).map((found) => found.id)).toEqual([id]);
    const probes = server.services.log.list({ path: '1990-01-01' });
    expect(probes).toHaveLength(1);
  });

  it('that work are used, and an empty tenant is no reason for doubt', async () => {
    const { client, server } = await practice();
    expect(await readAll(client, 'purchase-orders', { since: '2027-01-01T00:00:00Z' })).toEqual([]);
    expect(await orders.find(client, order)).toEqual([]);
    expect(
      server.services.log.list({ path: 'VendorRef%20eq' }).length +
        server.services.log.list({ path: 'VendorRef+eq' }).length,
    ).toBe(1);
    const nothing = connectTo(server, { clientId: '88358B02-0FF4-4C7D-9B5E-5A3C9F0E30F6@Brightwater Empty' });
    expect(await orders.find(nothing.client, order)).toEqual([]);
  });
});

describe('statuses', () => {
  it('in another case or with blanks are the same statuses', async () => {
    const { client, server } = await practice();
    const { id } = await bills.create(client, billOf('CASE-1'));
    server.services.faults.add('upper-statuses');
    expect(await bills.find(client, billOf('CASE-1'))).toMatchObject([{ status: 'On Hold', editable: true }]);
    expect(await bills.release(client, id)).toMatchObject({ status: 'Open', released: true });
    expect(await errorOf(bills.update(client, id, billOf('CASE-1'), {}))).toMatchObject({ code: 'remote.rejected' });
  });
});

describe('two who save one record at once', () => {
  it('are told apart from a lost answer: nothing was saved, so it is sent again', async () => {
    const { client, server, waits } = await practice(['method=PUT;path=/Bill?;times=1;row-conflict']);
    expect(await bills.create(client, billOf('ROW-1'))).toMatchObject({ status: 'On Hold' });
    expect(waits.map(({ reason }) => reason)).toEqual(['retry']);
    server.services.faults.add('method=PUT;path=/Bill?;row-conflict');
    const error = await errorOf(bills.create(client, billOf('ROW-2')));
    expect(error).toMatchObject({ code: 'remote.conflict' });
    expect(error.message).toContain('Another process has updated');
    expect(await bills.find(client, billOf('ROW-2'))).toEqual([]);
  });
});

describe('lists by pages', () => {
  it('lose no record where one that was read already is deleted meanwhile', async () => {
    const { client, server } = await practice();
    for (let serial = 0; serial < 60; serial += 1) await bills.create(client, billOf(`PAGE-${serial}`));
    const all = (await server.documents('bills')).map((held) => `${held.Type}/${held.ReferenceNbr}`);
    const read = new Set<string>();
    const reading = resource('bills').read?.(client, { signal: new AbortController().signal }) ?? [];
    for await (const event of reading) {
      if (event.kind !== 'page') continue;
      for (const { id } of event.records) read.add(id);
      const gone =
        read.size === event.records.length ? event.records.find(({ value }) => value.Status === 'On Hold') : undefined;
      if (gone !== undefined)
        await client.http.delete(`${client.endpointPath}/Bill/${gone.id}`, { operation: 'delete' });
    }
    expect(read).toEqual(new Set(all));
    expect((await server.documents('bills')).length).toBe(all.length - 1);
  });

  it('that come in another order each time are refused, unless one page holds them', async () => {
    const { client } = await practice(['shuffle-lists']);
    expect(await readAll(client, 'accounts')).toHaveLength(40);
    const error = await errorOf(readAll(client, 'vendors'));
    expect(error).toMatchObject({ code: 'remote.unavailable', kind: 'transient' });
    expect(error.message).toBe('The list of Vendor records changes in Acumatica while it is read, page after page.');
  });
});

describe('an upgrade or publication', () => {
  it('that takes own fields away is told by the name of the field, and plain bills go on', async () => {
    const { client, server } = await practice();
    const own = writing('bills:custom', (await acumatica.discover?.(client)) ?? []);
    server.services.faults.add('no-own-fields');
    const error = await errorOf(own.create(client, billOf('U-1', { UsrProcoreId: '42' })));
    expect(error).toMatchObject({ code: 'remote.rejected' });
    expect(error.message).toContain('UsrProcoreId');
    expect(await bills.create(client, billOf('U-2'))).toMatchObject({ status: 'On Hold' });
    expect((await acumatica.discover?.(client))?.map(({ id }) => id)).not.toContain('bills:custom');
  });

  it('that drops every session is answered by signing in again', async () => {
    const { client, server } = await practice();
    await bills.create(client, billOf('U-3'));
    server.services.faults.add('nth=1;action=expire-tokens;status=503;body=html');
    server.state.sessions.clear();
    expect(await readAll(client, 'subaccounts')).toHaveLength(4);
    expect(await bills.find(client, billOf('U-3'))).toHaveLength(1);
  });

  it('that retires the endpoint version is told with the versions that are left, and nothing is posted', async () => {
    const { client, server } = await practice();
    await bills.create(client, billOf('U-4'));
    server.services.faults.add('wrong-versions');
    const error = await errorOf(bills.create(client, billOf('U-5')));
    expect(error).toMatchObject({ code: 'remote.wrongVersion' });
    expect(error.message).toMatch(/does not serve the endpoint Default in version 24\.200\.001.*25\.200\.001/);
    expect((await pinged(client)).get('version')).toMatchObject({ status: 'failed' });
    expect((await server.documents('bills')).filter(({ VendorRef }) => VendorRef === 'U-5')).toEqual([]);
  });
});

describe('an answer that comes too late', () => {
  it('leaves the bill in doubt though it was saved; looking it up tells', async () => {
    const server = await startServer();
    const { client } = connectTo(server, {}, {}, { timeoutMs: 400 });
    server.services.faults.add('method=PUT;path=/Bill?;nth=1;hang');
    expect(await errorOf(bills.create(client, billOf('L-1')))).toMatchObject({ code: 'remote.outcomeUnknown' });
    server.services.faults.clear();
    expect((await bills.find(client, billOf('L-1'))).length).toBeLessThan(2);
    server.services.faults.add('lost-answer');
    expect(await errorOf(bills.create(client, billOf('L-2')))).toMatchObject({ code: 'remote.outcomeUnknown' });
    expect(await bills.find(client, billOf('L-2'))).toHaveLength(1);
  });
});

describe('sessions', () => {
  it('that leaked keep others out for up to an hour, which is said; then their slot is free', async () => {
    const server = await startServer({ faults: ['one-session'] });
    server.state.sessions.set('of a program that was killed', server.services.clock.now());
    const { client } = connectTo(server);
    const error = await errorOf(readAll(client, 'subaccounts'));
    expect(error).toMatchObject({
      code: 'remote.sessionLimit',
      hint: expect.stringContaining('Sign other API users out'),
    });
    server.services.clock.advance(3_600_001);
    expect(await readAll(client, 'subaccounts')).toHaveLength(4);
  });

  it('whose token ended are renewed once for all who wait, for a used refresh token is dead', async () => {
    const server = await startServer();
    const first = connectTo(server);
    const second = connectTo(server, {}, {}, { connectionId: first.context.connectionId });
    await readAll(first.client, 'subaccounts');
    // The access token is over, the refresh token is not.
    server.services.clock.advance(3_600_001);
    const before = server.services.log.list({ path: '/connect/token' }).length;
    const reads = [first, second, first, second].map(({ client }) => readAll(client, 'subaccounts'));
    expect((await Promise.all(reads)).map((records) => records.length)).toEqual([4, 4, 4, 4]);
    const renewals = server.services.log.list({ path: '/connect/token' }).slice(before);
    expect(renewals.map(({ status, body = '' }) => [status, /grant_type=(\w+)/.exec(body)?.[1]])).toEqual([
      [200, 'refresh_token'],
    ]);
  });

  it('by cookie name the tenant, never the company beside it: both together are refused', async () => {
    const server = await startServer();
    const { client } = connectTo(server, { authMode: 'cookie', tenant: 'Brightwater Live' });
    expect(await readAll(client, 'subaccounts')).toHaveLength(4);
    const [{ body = '' } = {}] = server.services.log.list({ path: '/auth/login' });
    expect(body).toContain('"tenant":"Brightwater Live"');
    expect(body).not.toContain('company');
    const both = await fetch(`${server.address}/AcmeERP/entity/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ name: server.fields.username, password: server.secrets.password },
        ...{ tenant: 'Brightwater Live', company: 'Brightwater Live' },
      }),
    });
    expect(both.status).toBe(400);
  });
});

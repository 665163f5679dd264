import { describe, expect, it } from 'vitest';
import { billOf, connectTo, startServer, writing } from './support.ts';

async function setUp(faults: readonly string[] = []) {
  const server = await startServer({ faults });
  const pauses: number[] = [];
  const { client, context, exchanges, waits } = connectTo(server);
  const { sleep } = context;
  context.sleep = (ms: number) => {
    pauses.push(ms);
    return sleep(ms);
  };
  const { create, release } = writing('bills');
  const statuses = async () =>
    Object.fromEntries(
      (await server.documents('bills'))
        .filter(({ VendorRef }) => String(VendorRef).startsWith('OP-'))
        .map(({ VendorRef, Status }) => [VendorRef, Status]),
    );
  return {
    client,
    pauses,
    statuses,
    exchanges,
    waits,
    server,
    create: (serial: number) => create(client, billOf(`OP-${serial}`)),
    release: (id: string) => release(client, id),
  };
}

/** What went out, as `POST ReleaseBill`, `GET status` and the like. */
const said = (exchanges: readonly { method: string; url: string }[]): string[] =>
  exchanges.map(({ method, url }) => {
    const parts = new URL(url).pathname.split('/');
    const at = parts.indexOf('24.200.001');
    const [entity = '', second = '', third = ''] = parts.slice(at + 1);
    return `${method} ${third === 'status' ? 'status' : second === 'ReleaseBill' ? second : entity}`;
  });

describe('operations that take time', () => {
  it('are polled soon and ever more slowly, as often as they need', async () => {
    const { create, release, pauses } = await setUp(['slow-operations']);
    const { id } = await create(1);
    pauses.length = 0;
    expect((await release(id)).status).toBe('Open');
    expect(pauses).toEqual([150, 240, 384, 614, 983]);
  });

  it('keep their form for themselves: releases and posts at once never meet a form that is at work', async () => {
    const { create, release, statuses, exchanges } = await setUp(['slow-operations']);
    const made = await Promise.all([1, 2, 3].map(create));
    const [last] = await Promise.all([create(4), ...made.map(({ id }) => release(id))]);
    expect(last.status).toBe('On Hold');
    expect(await statuses()).toEqual({ 'OP-1': 'Open', 'OP-2': 'Open', 'OP-3': 'Open', 'OP-4': 'On Hold' });
    expect(exchanges.filter(({ status = 0 }) => status >= 400)).toEqual([]);
    // Between the start of an operation and its last poll nothing but polls goes to the form.
    const calls = said(exchanges);
    for (const [at, call] of calls.entries()) {
      if (call !== 'POST ReleaseBill') continue;
      expect(calls.slice(at + 1, at + 6)).toEqual(Array.from({ length: 5 }, () => 'GET status'));
    }
  });

  it('let other forms be used while they are waited for', async () => {
    const { client, create, release, exchanges } = await setUp(['slow-operations']);
    const { id } = await create(1);
    exchanges.length = 0;
    let reading: Promise<unknown> = Promise.resolve();
    const started = Promise.withResolvers<void>();
    const { context } = client;
    const { sleep } = context;
    context.sleep = async (ms) => {
      // The first pause of the release: somebody reads vendors meanwhile, and has them before the release is done.
      if (said(exchanges).at(-1) === 'POST ReleaseBill') {
        reading = client.list('Vendor', { top: 1 });
        await reading;
        started.resolve();
      }
      await sleep(ms);
    };
    await release(id);
    await started.promise;
    const calls = said(exchanges);
    expect(calls.indexOf('GET Vendor')).toBeGreaterThan(calls.indexOf('POST ReleaseBill'));
    expect(calls.indexOf('GET Vendor')).toBeLessThan(calls.lastIndexOf('GET status'));
  });

  it('wait as long as the server asks for', async () => {
    const { create, release, pauses } = await setUp(['patient-operations']);
    const { id } = await create(1);
    pauses.length = 0;
    expect((await release(id)).status).toBe('Open');
    expect(pauses).toEqual([7000, 7000]);
  });

  it('that the server forgot are of unknown outcome, and the record tells what they did', async () => {
    const { create, release, server } = await setUp(['path=/status/;nth=1;status=404;body=html']);
    const { id } = await create(1);
    await expect(release(id)).rejects.toMatchObject({ code: 'remote.outcomeUnknown' });
    server.services.clock.advance(31_000);
    expect((await release(id)).status).toBe('Open');
  });

  it('of somebody else on the same session are waited for instead of being taken for a refusal', async () => {
    const { client, create, release, waits, server } = await setUp();
    const { context } = client;
    const { sleep } = context;
    const [one, two] = [await create(1), await create(2)];
    const keys = (id: string) => {
      const [type = '', number = ''] = id.split('/');
      return { entity: { Type: { value: type }, ReferenceNbr: { value: number } } };
    };
    await client.http.put(`${client.endpointPath}/Bill`, {
      operation: 'take off hold',
      body: { ...keys(one.id).entity, Hold: { value: false } },
    });
    // Begun by another program under the same sign-in, which never asks how it went.
    await client.http.post(`${client.endpointPath}/Bill/ReleaseBill`, { operation: 'release', body: keys(one.id) });
    context.sleep = (ms) => {
      server.services.clock.advance(31_000);
      return sleep(ms);
    };
    expect((await release(two.id)).status).toBe('Open');
    expect(waits.some(({ detail }) => detail.includes('previous operation'))).toBe(true);
  });
});

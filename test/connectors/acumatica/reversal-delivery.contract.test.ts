/** Reversals and voids through delivery, by processes that die between any two steps: in the ledger, before sending, after the answer. */
import { describe, expect, it } from 'vitest';
import type { AcumaticaClient } from '../../../connectors/acumatica/client.ts';
import { acumatica } from '../../../connectors/acumatica/index.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { createDeliverer } from '../../../engine/run/deliver.ts';
import type { DeliveryTarget, WriteIntent } from '../../../engine/run/ports.ts';
import type { Store } from '../../../engine/store/index.ts';
import { Crash, Life } from '../../support/crash.ts';
import { sampleIdentity } from '../../support/fake-target.ts';
import { temporaryStore } from '../../support/store.ts';
import { billOf, connectTo, resource, type Server, startServer, writing } from './support.ts';

const never = new AbortController().signal;
const bills = writing('bills');

/** A client whose every request is a step of a life: what is sent may stay without its answer. */
function mortal(client: AcumaticaClient, { step }: Life): AcumaticaClient {
  for (const method of ['get', 'put', 'post'] as const) {
    const send = client.http[method].bind(client.http);
    client.http[method] = async (path, call) => {
      step();
      const answer = await send(path, call);
      step();
      return answer;
    };
  }
  return client;
}

function intentOf(value: Fields): WriteIntent {
  const id = String(value.ReferenceNbr);
  const record = { key: `test:takebacks:${id}`, value, origin: { system: 'test', resource: 'takebacks', id } };
  return { record, nodeId: 'post', value, source: value, mappingRows: [] };
}

/** Delivers once, by a process with so many steps to live. */
async function deliver(server: Server, store: Store, id: string, value: Fields, steps: number, release: boolean) {
  const life = new Life(steps);
  const client = mortal(connectTo(server).client, life);
  const target = {
    ...{ connector: acumatica, resource: resource(id), client, connectionId: 'erp', connectionName: 'ERP' },
    ...{ mode: 'create' as const, release, options: {} },
  } satisfies DeliveryTarget<AcumaticaClient> as unknown as DeliveryTarget;
  const deliverer = createDeliverer(life.store(store), { sleep: () => Promise.resolve(), settleMs: 0 });
  const identity = sampleIdentity(`r${steps}`);
  try {
    return await deliverer.apply(
      identity,
      target,
      await deliverer.plan(identity, target, intentOf(value), never),
      never,
    );
  } catch (thrown) {
    if (!(thrown instanceof Crash)) throw thrown;
    return undefined;
  } finally {
    // Not what this is about: the sessions of the dead would fill the licence.
    server.state.sessions.clear();
  }
}

const forever = Number.POSITIVE_INFINITY;

describe('a process that dies while it takes something back', () => {
  it('leaves one debit adjustment, released once, however often it has to begin anew', async () => {
    const server = await startServer();
    const store = await temporaryStore();
    const { client } = connectTo(server);
    let died = 0;
    for (let steps = 0; steps <= 60; steps += 1) {
      const { id, number = '' } = await bills.create(client, billOf(`KILL-${steps}`));
      await bills.release(client, id);
      const value = { Type: 'Bill', ReferenceNbr: number };
      const first = await deliver(server, store, 'bill-reversals', value, steps, true);
      if (first === undefined) died += 1;
      // An operation that was left alone blocks its form for a while.
      server.services.clock.advance(31_000);
      await deliver(server, store, 'bill-reversals', value, steps >> 1, true);
      server.services.clock.advance(31_000);
      const last = await deliver(server, store, 'bill-reversals', value, forever, true);
      expect([steps, last?.status]).toEqual([steps, expect.stringMatching(/^(?:posted|skipped)$/)]);
      const held = (await server.documents('bills')).filter(({ VendorRef }) => VendorRef === `KILL-${steps}`);
      expect([steps, held.map(({ Type, Status }) => [Type, Status])]).toEqual([
        steps,
        expect.arrayContaining([['Debit Adj.', 'Open']]),
      ]);
      expect([steps, held.length]).toEqual([steps, 2]);
      if (first?.status === 'posted') break;
    }
    expect(died).toBeGreaterThan(15);
  });

  it('voids a payment once', async () => {
    const server = await startServer();
    const store = await temporaryStore();
    const { client } = connectTo(server);
    const payments = writing('checks');
    let died = 0;
    for (let steps = 0; steps <= 60; steps += 1) {
      const bill = await bills.create(client, billOf(`VOID-${steps}`));
      await bills.release(client, bill.id);
      const { id, number = '' } = await payments.create(client, {
        ...{ Vendor: 'V000001', PaymentRef: `${steps}`, ApplicationDate: '2026-03-31', PaymentAmount: '10.00' },
        Details: [{ DocType: 'Bill', ReferenceNbr: bill.number ?? '', AmountPaid: '10.00' }],
      });
      await payments.release(client, id);
      const value = { Type: 'Payment', ReferenceNbr: number };
      const first = await deliver(server, store, 'payment-voids', value, steps, false);
      if (first === undefined) died += 1;
      server.services.clock.advance(31_000);
      const last = await deliver(server, store, 'payment-voids', value, forever, false);
      expect([steps, last?.status]).toEqual([steps, expect.stringMatching(/^(?:posted|skipped)$/)]);
      const paid = (await server.documents('bills')).find(({ VendorRef }) => VendorRef === `VOID-${steps}`);
      expect([steps, paid?.Balance]).toEqual([steps, '10.0000']);
      if (first?.status === 'posted') break;
    }
    expect(died).toBeGreaterThan(8);
  });
});

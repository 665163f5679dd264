import { expect, it } from 'vitest';
import type { HostEvent } from '../../../../engine/api/contract.ts';
import type { FlowEngine } from '../../../../engine/api/service/engine.ts';
import { nothingRecovered } from '../../../../engine/api/workspace-recover.ts';
import { AppError } from '../../../../engine/model/error.ts';
import { ConductedEngine, testService } from '../../../support/service.ts';

/** What windows hear while a host with this recovery starts. */
async function heard(recover: FlowEngine['recover']): Promise<HostEvent[]> {
  const test = await testService({ makeEngine: ({ store }) => Object.assign(new ConductedEngine(store), { recover }) });
  const events: HostEvent[] = [];
  const stop = new AbortController();
  const listening = (async () => {
    for await (const event of test.service.events.follow(stop.signal)) events.push(event);
  })();
  await test.service.start(false);
  await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  await Promise.allSettled([listening]);
  await test.close();
  return events;
}

it('tells windows what settling earlier runs waits for and what came of it', async () => {
  const refusal = new AppError('remote.authFailed', 'The sign-in was refused.');
  const events = await heard(async ({ onWait }) => {
    onWait?.('Acumatica', { reason: 'retry', waitMs: 3_000, detail: 'Making sure that INV-1 did not arrive.' });
    return { ...nothingRecovered(), found: 2, absent: 1, refused: [{ connectionId: 'erp', error: refusal }] };
  });
  expect(events).toEqual([
    { type: 'recovering', system: 'Acumatica', detail: 'Making sure that INV-1 did not arrive.', waitMs: 3_000 },
    { type: 'recovered', runs: 0, found: 2, absent: 1, held: 0, open: 0, refusals: [refusal.toJSON()] },
  ]);
});

it('says nothing where no run was cut off', async () => {
  expect(await heard(async () => nothingRecovered())).toEqual([]);
});

it('says why earlier runs could not be settled', async () => {
  const full = new AppError('store.full', 'The disk is full.');
  const events = await heard(() => Promise.reject(full));
  expect(events).toMatchObject([{ type: 'recovered', runs: 0, refusals: [{ code: 'store.full' }] }]);
});

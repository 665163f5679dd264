import { describe, expect, it } from 'vitest';
import { AppError, catalogue } from '../../../engine/model/error.ts';
import type { RecordOutcome } from '../../../engine/model/run.ts';
import { createDeliverer, type DelivererOptions } from '../../../engine/run/deliver.ts';
import type { DeliveryTarget, RunIdentity, WriteIntent } from '../../../engine/run/ports.ts';
import type { Store } from '../../../engine/store/index.ts';
import { billIntent, FakeTarget, fakeDeliveryTarget, sampleIdentity } from '../../support/fake-target.ts';
import { temporaryStore } from '../../support/store.ts';

const never = new AbortController().signal;

interface World {
  store: Store;
  fake: FakeTarget;
  slept: number[];
  post: (runId: string, ...intents: WriteIntent[]) => Promise<RecordOutcome[]>;
}

async function world(more: Partial<DeliveryTarget> = {}, options: DelivererOptions = {}): Promise<World> {
  const store = await temporaryStore();
  const fake = new FakeTarget();
  const slept: number[] = [];
  let now = Date.UTC(2026, 2, 1);
  const deliverer = createDeliverer(store, {
    now: () => now,
    random: () => 0.5,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
    ...options,
  });
  const target = { ...fakeDeliveryTarget(fake), ...more };
  const one = async (identity: RunIdentity, intent: WriteIntent) =>
    deliverer.apply(identity, target, await deliverer.plan(identity, target, intent, never), never);
  const post = (runId: string, ...intents: WriteIntent[]) => {
    const identity = sampleIdentity(runId);
    return Promise.all(intents.map((intent) => one(identity, intent)));
  };
  return { store, fake, slept, post };
}

const said = (outcomes: RecordOutcome[]) =>
  outcomes.map(({ status, error }) => (error === undefined ? status : `${status} ${error.code}`));
const key = { connectionId: 'erp-1', resource: 'bills', businessKey: 'V-0001 | INV1' };

describe('delivery', () => {
  it('posts once; the same content again is left out', async () => {
    const { store, fake, post } = await world();
    const [first] = await post('r1', billIntent(1));
    expect(first).toMatchObject({
      status: 'posted',
      businessKey: key.businessKey,
      amount: '100.25',
      target: { number: 'AP000001' },
    });
    const [second] = await post('r2', billIntent(1));
    expect(second).toMatchObject({ status: 'skipped', note: 'Unchanged since it was posted as AP000001.' });
    expect(fake.calls).toEqual(['find INV-1', 'create INV-1']);
    expect((await store.deliveries.history(key)).map(({ event }) => event)).toEqual(['intent', 'posted']);
    const [entry] = await store.audit.ofRun('r1');
    expect(entry?.body).toMatchObject({
      event: 'created',
      who: 'ann',
      flowVersion: 3,
      mappingRows: ['codes@2:r1'],
      targetNumber: 'AP000001',
    });
    expect((await store.audit.verify()).intact).toBe(true);
  });

  it('commits the intent before anything is sent', async () => {
    const { store, fake, post } = await world();
    const states: (string | undefined)[] = [];
    const original = fake.create.bind(fake);
    fake.create = async (value) => {
      states.push((await store.deliveries.get(key))?.state);
      return original(value);
    };
    await post('r1', billIntent(1));
    expect(states).toEqual(['intent']);
  });

  it('holds a second record with the same business key and names the first', async () => {
    const { fake, post } = await world();
    const double = billIntent(2, { VendorRef: 'inv 1' });
    const outcomes = await post('r1', billIntent(1), double, billIntent(3, { Vendor: 'V-1', VendorRef: 'INV-1' }));
    expect(said(outcomes)).toEqual(['posted', 'held delivery.duplicateKey', 'posted']);
    expect(outcomes[1]?.error?.message).toContain('as INV-1, which came first');
    const later = await post('r2', double);
    expect(said(later)).toEqual(['held delivery.duplicateKey']);
    expect(fake.documents).toHaveLength(2);
  });

  it('holds a changed record with a diff, or updates it where that is allowed', async () => {
    const { fake, store, post } = await world();
    await post('r1', billIntent(1));
    const changed = billIntent(1, {
      Amount: '120.00',
      Details: [{ Account: '6000', Amount: '120.00', CostCode: '01-100' }],
    });
    const [held] = await post('r2', changed);
    expect(held?.error).toMatchObject({
      code: 'delivery.changedAfterPosting',
      fields: { Amount: 'was 100.25, is now 120.00', 'Details[1].Account': 'was 5000, is now 6000' },
    });
    const upsert = createDeliverer(store);
    const target = fakeDeliveryTarget(fake, { mode: 'upsert' });
    const planned = await upsert.plan(sampleIdentity('r3'), target, changed, never);
    expect(planned.voucher.action).toBe('update');
    expect((await upsert.apply(sampleIdentity('r3'), target, planned, never)).status).toBe('posted');
    expect(fake.documents.map((document) => document.value.Amount)).toEqual(['120.00']);
    const [document] = fake.documents;
    if (document !== undefined) document.editable = false;
    const again = billIntent(1, { Amount: '130.00' });
    const locked = await upsert.apply(
      sampleIdentity('r4'),
      target,
      await upsert.plan(sampleIdentity('r4'), target, again, never),
      never,
    );
    expect(locked.error?.message).toContain('cannot be changed');
  });

  it('says in the posting sheet whether a document that only the target knows would be updated, or may not be', async () => {
    const { fake, store } = await world();
    const deliverer = createDeliverer(store);
    const target = fakeDeliveryTarget(fake, { mode: 'upsert' });
    const plan = (n: number) => deliverer.plan(sampleIdentity('r1'), target, billIntent(n), never);
    expect((await plan(1)).voucher.action).toBe('create');
    fake.enterByHand({ Vendor: 'V-0001', VendorRef: 'INV-1', Amount: '7' });
    const update = await plan(1);
    expect([update.voucher.action, update.settled]).toEqual(['update', undefined]);
    expect((await deliverer.apply(sampleIdentity('r1'), target, update, never)).status).toBe('posted');
    expect(fake.documents.map((document) => document.value.Amount)).toEqual(['100.25']);
    fake.enterByHand({ Vendor: 'V-0001', VendorRef: 'INV-2', Amount: '7' });
    const [, second] = fake.documents;
    if (second !== undefined) second.editable = false;
    expect(await plan(2)).toMatchObject({ voucher: { action: 'hold' }, settled: { status: 'held' } });
  });

  it('judges an update of unknown outcome anew before it is sent again', async () => {
    const { fake, store, post } = await world();
    await post('r1', billIntent(1));
    const target = fakeDeliveryTarget(fake, { mode: 'upsert' });
    const lost = async () => {
      throw new AppError('remote.timeout', 'The ERP did not answer in time.');
    };
    const deaf = { ...target, resource: { ...target.resource, update: lost } as DeliveryTarget['resource'] };
    const deliverer = createDeliverer(store, { sleep: async () => undefined, random: () => 0 });
    const run = async (id: string, through: DeliveryTarget) => {
      const planned = await deliverer.plan(sampleIdentity(id), through, billIntent(1, { Amount: '120.00' }), never);
      return deliverer.apply(sampleIdentity(id), through, planned, never);
    };
    expect((await run('r2', deaf)).status).toBe('inDoubt');
    const [document] = fake.documents;
    if (document !== undefined) document.editable = false;
    const after = await run('r3', target);
    expect(after).toMatchObject({ status: 'held', error: { code: 'delivery.changedAfterPosting' } });
    expect(fake.calls.filter((call) => call.startsWith('update'))).toEqual([]);
  });

  it('links what is already there with the same amount and holds what is not', async () => {
    const { fake, post } = await world();
    fake.enterByHand({ Vendor: 'V-0001', VendorRef: 'INV 1', Amount: '100.250' });
    fake.enterByHand({ Vendor: 'V-0001', VendorRef: 'INV2', Amount: '999' });
    const outcomes = await post('r1', billIntent(1), billIntent(2));
    expect(said(outcomes)).toEqual(['skipped', 'held delivery.duplicateInTarget']);
    expect(outcomes[0]?.note).toContain('linked, not posted again');
    expect(outcomes[1]?.error?.fields?.Amount).toContain('999');
    expect(fake.documents).toHaveLength(2);
    expect(said(await post('r2', billIntent(1)))).toEqual(['skipped']);
  });

  it('finds a document whose answer was lost', async () => {
    const { fake, post, store } = await world();
    fake.faults.push('lostAfter');
    expect(said(await post('r1', billIntent(1)))).toEqual(['posted']);
    expect(fake.calls).toEqual(['find INV-1', 'create INV-1', 'find INV-1']);
    expect((await store.deliveries.history(key)).map(({ event }) => event)).toEqual(['intent', 'inDoubt', 'adopted']);
  });

  it('sends again only after two lookups with time between found nothing', async () => {
    const { fake, post, slept } = await world();
    fake.faults.push('lostBefore');
    expect(said(await post('r1', billIntent(1)))).toEqual(['posted']);
    expect(fake.calls).toEqual(['find INV-1', 'create INV-1', 'find INV-1', 'find INV-1', 'create INV-1']);
    expect(slept).toEqual([3_000]);
  });

  it('is not fooled by a commit that becomes visible late', async () => {
    const { fake, post } = await world();
    fake.faults.push('lateCommit');
    expect(said(await post('r1', billIntent(1)))).toEqual(['posted']);
    expect(fake.documents).toHaveLength(1);
  });

  it('leaves a write in doubt while the target cannot be asked, and settles it in the next run', async () => {
    const { fake, post, store } = await world();
    await store.recorder.flush();
    fake.faults.push('lostAfter');
    const original = fake.find.bind(fake);
    let asked = 0;
    fake.find = (value) => {
      asked += 1;
      if (asked === 2) fake.findDown = 1;
      return original(value);
    };
    const outcomes = await post('r1', billIntent(1));
    expect(said(outcomes)).toEqual(['inDoubt delivery.inDoubt']);
    await store.records.settle(outcomes);
    expect(said(await post('r2', billIntent(1)))).toEqual(['skipped']);
    expect((await store.records.list({ runId: 'r1' })).entries[0]).toMatchObject({
      status: 'posted',
      target: { number: 'AP000001' },
    });
    expect(fake.documents).toHaveLength(1);
  });

  it('waits as long as the target asks and says so', async () => {
    const notices: string[] = [];
    const { fake, post, slept } = await world(
      {},
      { onWait: (notice) => notices.push(`${notice.reason} ${notice.waitMs}`) },
    );
    fake.faults.push('throttle', 'throttle');
    expect(said(await post('r1', billIntent(1)))).toEqual(['posted']);
    expect(slept.slice(0, 1)).toEqual([7]);
    expect(notices).toContain('rateLimit 7');
    expect(fake.documents).toHaveLength(1);
  });

  it('holds what the target refuses, and tries anew when asked again', async () => {
    const { fake, post, store } = await world();
    fake.faults.push('refuse');
    const [held] = await post('r1', billIntent(1));
    expect(held).toMatchObject({
      status: 'held',
      error: { code: 'remote.rejected', reason: 'data', message: 'Account 5000 is inactive.' },
    });
    expect((await store.deliveries.get(key))?.state).toBe('rejected');
    expect(said(await post('r2', billIntent(1)))).toEqual(['posted']);
  });

  it('gives up after its tries and says that nothing arrived', async () => {
    const { fake, post, store } = await world({}, { tries: 2 });
    fake.faults.push('unreachable', 'unreachable');
    expect(said(await post('r1', billIntent(1)))).toEqual(['failed delivery.notSent']);
    expect((await store.deliveries.get(key))?.state).toBe('planned');
    expect(said(await post('r2', billIntent(1)))).toEqual(['posted']);
  });

  it('notices that the target holds another amount', async () => {
    const { fake, post } = await world();
    fake.faults.push('wrongAmount');
    const [held] = await post('r1', billIntent(1));
    expect(held).toMatchObject({
      status: 'held',
      target: { number: 'AP000001' },
      error: { code: 'delivery.verifyFailed' },
    });
    expect(said(await post('r2', billIntent(1)))).toEqual(['held delivery.duplicateInTarget']);
    const [document] = fake.documents;
    if (document !== undefined) document.value.Amount = '100.25';
    expect(said(await post('r3', billIntent(1)))).toEqual(['posted']);
    expect(fake.documents).toHaveLength(1);
  });

  it('releases as an effect of its own and finishes a release that failed', async () => {
    const { fake, post, store } = await world({ release: true });
    fake.releaseFaults.push('refuse');
    expect(said(await post('r1', billIntent(1)))).toEqual(['held delivery.releaseFailed']);
    expect((await store.deliveries.get(key))?.releaseState).toBe('failed');
    expect(said(await post('r2', billIntent(1)))).toEqual(['posted']);
    expect(fake.calls.filter((call) => call.startsWith('create'))).toHaveLength(1);
    fake.releaseFaults.push('lost');
    expect(said(await post('r3', billIntent(2)))).toEqual(['posted']);
    expect(
      (await store.deliveries.history({ ...key, businessKey: 'V-0001 | INV2' })).map(({ event }) => event),
    ).toEqual(['intent', 'posted', 'releaseIntent', 'released']);
  });

  it('calls a closed period by its name also where it stops the release, and releases once it is open', async () => {
    const { fake, post, store } = await world({ release: true });
    fake.releaseFaults.push('periodClosed');
    const [held] = await post('r1', billIntent(1));
    expect(held).toMatchObject({
      status: 'held',
      target: { number: 'AP000001' },
      error: {
        code: 'remote.periodClosed',
        reason: 'period',
        hint: catalogue['remote.periodClosed'].hint,
        message: 'AP000001 was created but not released: The period 03-2026 is closed.',
      },
    });
    expect(await store.deliveries.get(key)).toMatchObject({ state: 'posted', releaseState: 'failed' });
    expect(said(await post('r2', billIntent(1)))).toEqual(['posted']);
    expect(fake.documents.map(({ released }) => released)).toEqual([true]);
  });

  it('leaves a record as it was read where the connection is refused, and posts it afterwards', async () => {
    for (const [fault, code] of [
      ['signedOut', 'remote.authFailed'],
      ['wrongCompany', 'remote.wrongCompany'],
    ] as const) {
      const { fake, post, store } = await world();
      fake.faults.push(fault);
      expect(said(await post('r1', billIntent(1)))).toEqual([`read ${code}`]);
      expect((await store.deliveries.history(key)).map(({ event }) => event)).toEqual(['intent', 'rejected']);
      fake.findRefusal = new AppError(code, 'The sign-in was refused.');
      expect(said(await post('r2', billIntent(1)))).toEqual([`read ${code}`]);
      fake.findRefusal = undefined;
      expect(said(await post('r3', billIntent(1)))).toEqual(['posted']);
      expect(fake.documents).toHaveLength(1);
    }
  });

  it('keeps what was lost in doubt where the lookup is refused, and says why', async () => {
    const { fake, post, store } = await world();
    fake.create = async (value) => {
      fake.enterByHand(value);
      fake.findRefusal = new AppError('remote.authFailed', 'The sign-in was refused.');
      return Promise.reject(new AppError('remote.timeout', 'The ERP did not answer in time.'));
    };
    expect(said(await post('r1', billIntent(1)))).toEqual(['inDoubt remote.authFailed']);
    fake.findRefusal = undefined;
    expect(said(await post('r2', billIntent(1)))).toEqual(['skipped']);
    expect((await store.records.list({ runId: 'r1' })).entries.map(({ status }) => status)).toEqual(['posted']);
  });

  it('asks again for a release that was refused with the sign-in', async () => {
    const { fake, post, store } = await world({ release: true });
    fake.releaseFaults.push('signedOut');
    expect(said(await post('r1', billIntent(1)))).toEqual(['held remote.authFailed']);
    expect(await store.deliveries.get(key)).toMatchObject({ state: 'posted', releaseState: 'wanted' });
    expect(said(await post('r2', billIntent(1)))).toEqual(['skipped']);
    expect(fake.documents.map(({ released }) => released)).toEqual([true]);
    expect((await store.records.list({ runId: 'r1' })).entries.map(({ status }) => status)).toEqual(['posted']);
  });

  it('never has two writes of one key under way', async () => {
    const { fake, store } = await world();
    const target = fakeDeliveryTarget(fake);
    const runs = ['r1', 'r2', 'r3'].map(sampleIdentity);
    const outcomes = await Promise.all(
      runs.map(async (identity) => {
        const deliverer = createDeliverer(store);
        return deliverer.apply(identity, target, await deliverer.plan(identity, target, billIntent(1), never), never);
      }),
    );
    expect(said(outcomes)).toEqual(['posted', 'skipped', 'skipped']);
  });

  it('stops the run when its own store fails', async () => {
    const { post, store } = await world();
    store.deliveries.step = () => Promise.reject(new AppError('store.full', 'The disk is full.'));
    await expect(post('r1', billIntent(1))).rejects.toMatchObject({ code: 'store.full' });
  });

  it('sends nothing after it was cancelled', async () => {
    const { fake, store } = await world();
    const deliverer = createDeliverer(store);
    const target = fakeDeliveryTarget(fake);
    const planned = await deliverer.plan(sampleIdentity('r1'), target, billIntent(1), never);
    await expect(deliverer.apply(sampleIdentity('r1'), target, planned, AbortSignal.abort())).rejects.toMatchObject({
      code: 'run.cancelled',
    });
    expect(fake.calls).toEqual([]);
  });

  it('holds a record without its key fields and shows the rest as vouchers', async () => {
    const { store, fake } = await world();
    const deliverer = createDeliverer(store, { lookup: true });
    const target = fakeDeliveryTarget(fake);
    const blank = await deliverer.plan(sampleIdentity('r1'), target, billIntent(1, { VendorRef: ' ' }), never);
    expect(blank.settled?.error?.code).toBe('delivery.missingKey');
    fake.enterByHand({ Vendor: 'V-0001', VendorRef: 'INV-2', Amount: '7' });
    const planned = await deliverer.plan(sampleIdentity('r1'), target, billIntent(2), never);
    expect(planned.voucher).toMatchObject({
      action: 'hold',
      vendor: 'V-0001',
      number: 'INV-2',
      date: '2026-02-01',
      amount: '200.25',
    });
    expect(planned.voucher.lines).toEqual([{ account: '5000', amount: '200.25', dimensions: {} }]);
  });
});

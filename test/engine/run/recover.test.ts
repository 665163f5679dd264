import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../engine/model/error.ts';
import { sumAmounts } from '../../../engine/model/money.ts';
import type { SourceRecord } from '../../../engine/model/record.ts';
import type { RecordOutcome } from '../../../engine/model/run.ts';
import { createDeliverer } from '../../../engine/run/deliver.ts';
import { Accounts } from '../../../engine/run/execute-accounts.ts';
import { recover } from '../../../engine/run/recover.ts';
import { databaseFileName, openStore, type Store } from '../../../engine/store/index.ts';
import { Crash, Life } from '../../support/crash.ts';
import { billIntent, FakeTarget, type Fault, fakeDeliveryTarget, sampleIdentity } from '../../support/fake-target.ts';
import { sampleRun, temporaryFolder, temporaryStore } from '../../support/store.ts';

const never = new AbortController().signal;
const numbers = [1, 2, 3, 4, 5];
const sorted = (texts: string[]): string[] => texts.toSorted((a, b) => (a < b ? -1 : 1));

/** A clock that sleeping moves. */
function clock() {
  let now = Date.UTC(2026, 2, 1);
  return {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
    random: () => 0,
  };
}

/** Runs a flow as the engine does: start, deliver two at a time, record, finish. */
async function run(
  store: Store,
  fake: FakeTarget,
  id: string,
  release: boolean,
  time: ReturnType<typeof clock>,
): Promise<void> {
  const summary = sampleRun(id);
  await store.recorder.start(summary);
  const deliverer = createDeliverer(store, time);
  const target = fakeDeliveryTarget(fake, { release });
  const identity = sampleIdentity(id);
  const intents = numbers.map((number) => billIntent(number));
  store.recorder.sources(
    id,
    'read',
    intents.map((intent) => intent.record),
  );
  const lane = async (part: number) => {
    for (const intent of intents.filter((_, index) => index % 2 === part)) {
      const outcome = await deliverer.apply(
        identity,
        target,
        await deliverer.plan(identity, target, intent, never),
        never,
      );
      store.recorder.settle(outcome);
    }
  };
  const lanes = await Promise.allSettled([lane(0), lane(1)]);
  for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
  const totals = await store.runs.totals(id);
  await store.recorder.finish({ ...summary, ...totals, status: 'succeeded' });
}

async function live(store: Store, fake: FakeTarget, id: string, steps: number, release: boolean): Promise<void> {
  const time = clock();
  const life = new Life(steps);
  fake.step = life.step;
  const mortal = life.store(store);
  try {
    const targetFor = async () => fakeDeliveryTarget(fake);
    await recover(mortal, { targetFor, signal: never, systemOf: () => 'fake', ...time });
    await run(mortal, fake, id, release, time);
  } catch (thrown) {
    if (!(thrown instanceof Crash)) throw thrown;
  }
  // Commits that were asked for before the death are still on their way in this process; the next life begins after them.
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('a process that is killed between any two steps', () => {
  it('leaves each document exactly once, with the right amount, and a true history', async () => {
    // Made once and copied: every migration anew for every case would take as long as the cases.
    const blank = temporaryFolder();
    await (await openStore(blank)).close();
    const faults = fc.constantFrom<Fault>('lostBefore', 'lostAfter', 'lateCommit', 'throttle', 'unreachable');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 70 }), { minLength: 1, maxLength: 4 }),
        fc.array(faults, { maxLength: 4 }),
        fc.boolean(),
        async (crashes, trouble, release) => {
          const folder = temporaryFolder();
          copyFileSync(join(blank, databaseFileName), join(folder, databaseFileName));
          const store = await openStore(folder);
          const fake = new FakeTarget();
          fake.faults.push(...trouble);
          for (const [life, steps] of crashes.entries()) await live(store, fake, `r${life}`, steps, release);
          await live(store, fake, 'last', Number.POSITIVE_INFINITY, release);
          await live(store, fake, 'quiet', Number.POSITIVE_INFINITY, release);

          expect(sorted(fake.documents.map((document) => String(document.value.VendorRef)))).toEqual(
            numbers.map((n) => `INV-${n}`),
          );
          expect(fake.documents.map((document) => document.released)).toEqual(numbers.map(() => release));
          expect(sumAmounts(fake.documents.map((document) => String(document.value.Amount)))).toBe('1501.25');
          const posted = await store.records.list({ status: ['posted'] });
          expect(sorted(posted.entries.map((entry) => entry.key))).toEqual(
            numbers.map((n) => `procore:requisitions:${n}`),
          );
          expect((await store.records.list({ runId: 'quiet', status: ['skipped'] })).total).toBe(numbers.length);
          expect((await store.records.list({ status: ['inDoubt', 'sending'] })).total).toBe(0);
          expect(await store.runs.unfinished()).toEqual([]);
          expect(await store.audit.verify()).toMatchObject({ intact: true });
          await store.close();
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  });

  it('is caught when the intent is written after sending', async () => {
    const store = await temporaryStore();
    const fake = new FakeTarget();
    const target = fakeDeliveryTarget(fake);
    // What a careless delivery would do: send, then remember. Killed in between, it sends again.
    for (const steps of [2, Number.POSITIVE_INFINITY]) {
      const life = new Life(steps);
      try {
        await target.resource.create?.(target.client, billIntent(1).value, {});
        life.step();
        life.step();
        life.step();
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Crash);
      }
    }
    expect(fake.documents).toHaveLength(2);
    expect((await store.deliveries.open()).length).toBe(0);
  });
});

describe('a record of which several documents are made', () => {
  const source = { system: 'procore', resource: 'requisitions', id: '9', label: 'INV-9' };
  type Fate = 'posted' | 'refused' | 'lostAfter' | 'lostBefore' | 'heldBefore';

  /** Posts one document per part as the engine does; `recorded` says whether the outcome came to the store before the end. */
  async function post(parts: readonly Fate[], calm: boolean, recorded: boolean) {
    const store = await openStore(temporaryFolder());
    const fake = new FakeTarget();
    const time = clock();
    await store.recorder.start(sampleRun('r1'));
    const settled: RecordOutcome[] = [];
    const accounts = new Accounts(
      'r1',
      (outcome) => settled.push(outcome),
      () => undefined,
      (outcome) => store.recorder.parts(outcome),
    );
    const origin: SourceRecord = {
      key: 'k9',
      nodeId: 'read',
      origin: source,
      value: {},
      amount: '10.00',
      currency: 'USD',
    };
    accounts.open([origin], parts.length);
    const deliverer = createDeliverer(store, { tries: 2, ...time });
    const [target, identity] = [fakeDeliveryTarget(fake), sampleIdentity('r1')];
    for (const [index, fate] of parts.entries()) {
      const intent = billIntent(index + 1, {}, 'k9');
      const record = { ...intent.record, origin: source, sources: [origin] };
      if (fate === 'heldBefore') {
        const error = new AppError('mapping.unmappedCode', 'No row.').toJSON();
        accounts.conclude(record, { status: 'held', nodeId: 'codes', error });
      } else {
        if (fate !== 'posted') fake.faults.push(fate === 'refused' ? 'refuse' : fate);
        const lost = fate === 'lostAfter' || fate === 'lostBefore';
        const planned = await deliverer.plan(identity, target, { ...intent, record }, never);
        const find = fake.find.bind(fake);
        let asked = 0;
        // The target goes down with the answer: what was sent stays in doubt.
        if (lost && !calm)
          fake.find = (value) => {
            asked += 1;
            return asked === 1 ? find(value) : Promise.reject(new AppError('remote.unavailable', 'Down.'));
          };
        accounts.sending(record);
        const outcome = await deliverer.apply(identity, target, planned, never);
        fake.find = find;
        const { status, nodeId, businessKey = '', error } = outcome;
        accounts.conclude(record, { status, nodeId, businessKey, ...(error === undefined ? {} : { error }) }, true);
      }
      accounts.close([origin]);
    }
    if (recorded) for (const outcome of settled) store.recorder.settle(outcome);
    const finishedAt = new Date(time.now()).toISOString();
    const ended = { ...sampleRun('r1'), ...accounts.totals(), status: 'partlySucceeded', finishedAt } as const;
    if (recorded) await store.recorder.finish(ended);
    await recover(store, { targetFor: async () => target, signal: never, systemOf: () => 'fake', ...time });
    const { entries } = await store.records.list({ runId: 'r1' });
    const run = await store.runs.get('r1');
    await store.close();
    return { entries, run };
  }
  const told = ({ entries }: Awaited<ReturnType<typeof post>>) => entries.map(({ status, note }) => [status, note]);

  it('comes to the same after recovery as without interruption, in one row that the sums agree with', async () => {
    const fate = fc.constantFrom<Fate>('posted', 'refused', 'lostAfter', 'heldBefore');
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 5 }), async (parts) => {
        const calm = await post(parts, true, true);
        const later = await post(parts, false, true);
        expect(told(later)).toEqual(told(calm));
        expect(later.entries).toHaveLength(1);
        const status = later.entries[0]?.status ?? 'read';
        expect(later.run.counts).toMatchObject({ [status]: 1, total: 1 });
        expect(later.run.amounts).toEqual({ [status]: { USD: '10.00' } });
        // Killed before its outcome was written: what is known of the parts is told alike, unless nothing was ever sent.
        const killed = await post(parts, false, false);
        expect(told(killed)).toEqual(parts.every((part) => part === 'heldBefore') ? [] : told(calm));
        expect(killed.run.counts).toMatchObject(killed.entries.length === 0 ? { total: 0 } : { [status]: 1, total: 1 });
      }),
      { seed: 11, numRuns: 60 },
    );
  });

  it('stays held after recovery where one part was held before delivery, with the document that the other part became', async () => {
    const { entries, run } = await post(['heldBefore', 'lostAfter'], false, true);
    expect(entries).toMatchObject([{ status: 'held', error: { code: 'mapping.unmappedCode' } }]);
    expect(entries[0]?.parts?.map(({ status }) => status).toSorted()).toEqual(['held', 'posted']);
    expect(run.counts).toMatchObject({ held: 1, posted: 0, inDoubt: 0, total: 1 });
    expect(run.amounts).toEqual({ held: { USD: '10.00' } });
  });
});

describe('recovery', () => {
  it('leaves in doubt what cannot be looked up and says why', async () => {
    const store = await temporaryStore();
    const fake = new FakeTarget();
    const life = new Life(100);
    fake.step = life.step;
    const original = fake.create.bind(fake);
    fake.create = async (value) => {
      await original(value);
      throw new Crash();
    };
    await expect(run(life.store(store), fake, 'r1', false, clock())).rejects.toBeInstanceOf(Crash);
    fake.create = original;
    const open = await store.deliveries.open();
    expect(open.length).toBeGreaterThan(0);
    const gone = await recover(store, { targetFor: async () => undefined, signal: never, ...clock() });
    expect(gone.open.map((outcome) => outcome.error?.code)).toEqual(open.map(() => 'connection.notFound'));
    expect(gone.interrupted.map(({ id, status, error }) => [id, status, error?.code])).toEqual([
      ['r1', 'failed', 'run.interrupted'],
    ]);
    const down = await recover(store, {
      targetFor: () => Promise.reject(new AppError('remote.authFailed', 'The sign-in was refused.')),
      signal: never,
      ...clock(),
    });
    expect(down.open).toHaveLength(open.length);
    fake.step = () => undefined;
    const done = await recover(store, { targetFor: async () => fakeDeliveryTarget(fake), signal: never, ...clock() });
    expect(done.found + done.absent).toBe(open.length);
    expect(done.open).toEqual([]);
    expect((await store.deliveries.open()).length).toBe(0);
  });

  it('asks a connection that refuses once and not for every document', async () => {
    const store = await temporaryStore();
    const fake = new FakeTarget();
    await store.recorder.start(sampleRun('r1'));
    const deliverer = createDeliverer(store, clock());
    const [target, identity] = [fakeDeliveryTarget(fake), sampleIdentity('r1')];
    const { create } = fake;
    fake.create = () => Promise.reject(new Crash());
    for (const number of numbers) {
      const planned = await deliverer.plan(identity, target, billIntent(number), never);
      await expect(deliverer.apply(identity, target, planned, never)).rejects.toBeInstanceOf(Crash);
    }
    fake.create = create;
    fake.calls.length = 0;
    fake.findRefusal = new AppError('remote.authFailed', 'The sign-in was refused.');
    const options = { targetFor: async () => target, signal: never, concurrency: 1, ...clock() };
    const refused = await recover(store, options);
    expect(fake.calls).toEqual(['find INV-1']);
    expect(refused.refused).toMatchObject([{ connectionId: 'erp-1', error: { code: 'remote.authFailed' } }]);
    expect(refused.open).toHaveLength(numbers.length);
    expect((await store.deliveries.open()).length).toBe(numbers.length);
    fake.findRefusal = undefined;
    expect(await recover(store, options)).toMatchObject({ absent: numbers.length, open: [], refused: [] });
  });

  it('and a run that begins meanwhile never send the same document', async () => {
    const store = await temporaryStore();
    const fake = new FakeTarget();
    const original = fake.create.bind(fake);
    fake.create = () => Promise.reject(new Crash());
    await expect(run(store, fake, 'r1', false, clock())).rejects.toBeInstanceOf(Crash);
    fake.create = original;
    const targetFor = async () => fakeDeliveryTarget(fake);
    const [report] = await Promise.all([
      recover(store, { targetFor, signal: never, ...clock() }),
      run(store, fake, 'r2', false, clock()),
    ]);
    expect(report.interrupted.map(({ id }) => id)).toEqual(['r1']);
    expect(fake.documents).toHaveLength(numbers.length);
    expect((await store.deliveries.open()).length).toBe(0);
    expect((await store.records.list({ runId: 'r2', status: ['posted'] })).total).toBe(numbers.length);
  });

  it('leaves runs of this process alone', async () => {
    const store = await temporaryStore();
    await store.recorder.start(sampleRun('r1'));
    const report = await recover(store, {
      targetFor: async () => undefined,
      signal: never,
      activeRuns: new Set(['r1']),
    });
    expect(report.interrupted).toEqual([]);
    expect((await store.runs.unfinished()).map(({ id }) => id)).toEqual(['r1']);
  });

  it('holds what the target had refused when only the ledger still knows of it', async () => {
    const store = await temporaryStore();
    const fake = new FakeTarget();
    fake.faults.push('refuse');
    await store.recorder.start(sampleRun('r1'));
    const deliverer = createDeliverer(store, clock());
    const [target, identity, intent] = [fakeDeliveryTarget(fake), sampleIdentity('r1'), billIntent(1)];
    await deliverer.apply(identity, target, await deliverer.plan(identity, target, intent, never), never);
    await recover(store, { targetFor: async () => target, signal: never, ...clock() });
    const { entries } = await store.records.list({ runId: 'r1' });
    expect(entries).toMatchObject([{ status: 'held', error: { code: 'remote.rejected' } }]);
  });

  it('tells of documents that were linked or posted, as the ledger knows them, also where files followed', async () => {
    const store = await temporaryStore();
    const target = fakeDeliveryTarget(new FakeTarget());
    await store.recorder.start(sampleRun('r1'));
    const deliverer = createDeliverer(store, clock());
    const identity = sampleIdentity('r1');
    await target.resource.create?.(target.client, billIntent(1).value, {});
    for (const number of [1, 2]) {
      const planned = await deliverer.plan(identity, target, billIntent(number), never);
      await deliverer.apply(identity, target, planned, never);
      const { businessKey } = planned.voucher;
      const file = { source: 'a', name: 'a.pdf', state: 'attached', attempts: 1, runId: 'r1' } as const;
      await store.attachments.step({ ...file, businessKey, connectionId: target.connectionId, resource: 'bills' });
    }
    await recover(store, { targetFor: async () => target, signal: never, ...clock() });
    const { entries } = await store.records.list({ runId: 'r1' });
    expect(sorted(entries.map(({ key, status }) => `${key} ${status}`))).toEqual([
      'procore:requisitions:1 skipped',
      'procore:requisitions:2 posted',
    ]);
  });
});

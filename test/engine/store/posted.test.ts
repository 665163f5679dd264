import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../engine/model/error.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { databaseFileName, openStore, type Store } from '../../../engine/store/index.ts';
import { postedSql, unreadSql } from '../../../engine/store/posted.ts';
import { sampleOutcome, sampleRecord, sampleRun, temporaryFolder, temporaryStore } from '../../support/store.ts';

/** A run of a flow that read records and said what became of them. */
async function ran(
  store: Store,
  id: string,
  numbers: readonly number[],
  more: {
    flowId?: string;
    status?: 'posted' | 'held' | 'skipped';
    payload?: string;
    kind?: 'replay';
    gone?: true;
    /** The document is there, but is not what was sent. */
    wrong?: true;
  } = {},
) {
  await store.recorder.start(sampleRun(id, { flowId: more.flowId ?? 'f1', kind: more.kind ?? 'post' }));
  const records = numbers.map((number) => {
    const record = sampleRecord(number);
    return { ...record, value: { ...record.value, read: more.payload ?? id } };
  });
  store.recorder.sources(id, 'read', records);
  for (const number of numbers)
    store.recorder.settle(
      sampleOutcome(id, number, {
        status: more.status ?? 'posted',
        ...(more.gone === undefined ? {} : { error: new AppError('delivery.goneFromSource', 'Gone.').toJSON() }),
        ...((more.status ?? 'posted') === 'posted' || more.wrong === true
          ? { target: { system: 'erp', resource: 'bills', id: `${id}-${number}`, number: `AP-${id}-${number}` } }
          : {}),
      }),
    );
  await store.recorder.flush();
}

const keyOf = (number: number) => sampleRecord(number).key;
const reading = { runId: 'r9', nodeId: 'read', system: 'procore', resource: 'requisitions', scopes: [{ id: 'p1' }] };

describe('what a flow posted', () => {
  it('is told by key, each record as it was the last time it was posted', async () => {
    const store = await temporaryStore();
    await ran(store, 'r1', [1, 2]);
    await ran(store, 'r2', [1]);
    await ran(store, 'r3', [1, 2], { status: 'held' });
    const posted = await store.posted.of('f1', [keyOf(1), keyOf(2), keyOf(3)]);
    expect(posted.map(({ key, number, value }) => [key, number, value?.read])).toEqual([
      [keyOf(1), 'AP-r2-1', 'r2'],
      [keyOf(2), 'AP-r1-2', 'r1'],
    ]);
    expect(posted[0]).toMatchObject({ amount: '1.50', currency: 'USD', origin: { label: 'INV-1' } });
  });

  it('is also what the target holds otherwise than it was sent', async () => {
    const store = await temporaryStore();
    await ran(store, 'r1', [1], { status: 'held', wrong: true });
    expect((await store.posted.of('f1', [keyOf(1)])).map(({ number }) => number)).toEqual(['AP-r1-1']);
    expect((await store.posted.unread('f1', reading)).map(({ key }) => key)).toEqual([keyOf(1)]);
  });

  it('is not what another flow posted, nor what was only held', async () => {
    const store = await temporaryStore();
    await ran(store, 'r1', [1], { flowId: 'other' });
    await ran(store, 'r2', [2], { status: 'held' });
    expect(await store.posted.of('f1', [keyOf(1), keyOf(2)])).toEqual([]);
    expect(await store.posted.unread('f1', reading)).toEqual([]);
  });

  it('and a run did not read is told for the resource and the scopes that it read', async () => {
    const store = await temporaryStore();
    await ran(store, 'r1', [1, 2]);
    await store.recorder.start(sampleRun('r9'));
    // What was just read need not be written yet.
    store.recorder.sources('r9', 'read', [sampleRecord(2)]);
    expect((await store.posted.unread('f1', reading)).map(({ key }) => key)).toEqual([keyOf(1)]);
    expect(await store.posted.unread('f1', { ...reading, scopes: [{ id: 'p2' }] })).toEqual([]);
    const since = (instant: string) => ({ ...reading, scopes: [{ id: 'p2' }, { id: 'p1', since: instant }] });
    expect(await store.posted.unread('f1', since('2026-02-01T00:00:00.000Z'))).toEqual([]);
    expect(await store.posted.unread('f1', since('2026-01-31T23:59:59.999Z'))).toHaveLength(1);
    expect(await store.posted.unread('f1', { ...reading, resource: 'requisition' })).toEqual([]);
    expect(await store.posted.unread('f1', { ...reading, system: 'acumatica' })).toEqual([]);
    expect((await store.posted.unread('f1', { ...reading, nodeId: 'other' })).map(({ key }) => key)).toEqual([
      keyOf(1),
      keyOf(2),
    ]);
  });

  it('and is gone is told again by every run, whatever time it covers, until it is replayed', async () => {
    const store = await temporaryStore();
    await ran(store, 'r1', [1, 2]);
    const later = { ...reading, scopes: [{ id: 'p1', since: '2026-05-01T00:00:00.000Z' }] };
    expect(await store.posted.unread('f1', later)).toEqual([]);
    await ran(store, 'r2', [1], { status: 'held', gone: true });
    expect((await store.posted.unread('f1', later)).map(({ key }) => key)).toEqual([keyOf(1)]);
    await ran(store, 'r3', [1], { status: 'skipped', kind: 'replay' });
    expect(await store.posted.unread('f1', later)).toEqual([]);
    expect((await store.posted.unread('f1', reading)).map(({ key }) => key)).toEqual([keyOf(2)]);
  });
});

it('is found along indexes: payloads by run, node and key, never through all that a run read', async () => {
  const folder = temporaryFolder();
  await (await openStore(folder)).close();
  const database = openDatabase(join(folder, databaseFileName));
  for (const sql of [postedSql, unreadSql]) {
    const parameters = Array.from({ length: sql.split('?').length - 1 }, () => '[]');
    const plan = database.prepare<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters);
    const steps = plan.map(({ detail }) => detail);
    expect(steps).toContainEqual(expect.stringMatching(/^SEARCH r USING INDEX records_with_document \(key/));
    expect(steps).toContain('SEARCH s USING INDEX sqlite_autoindex_sources_1 (run_id=? AND node_id=? AND key=?)');
    expect(steps).not.toContainEqual(expect.stringMatching(/^SEARCH s .*\(run_id=\?\)$/));
  }
  database.close();
});

describe('a deleted record that was replayed', () => {
  const later = { ...reading, scopes: [{ id: 'p1', since: '2026-05-01T00:00:00.000Z' }] };
  const told = async (store: Store, flowId = 'f1') => (await store.posted.unread(flowId, later)).map(({ key }) => key);

  it('is settled for that flow only', async () => {
    const store = await temporaryStore();
    await ran(store, 'r1', [1]);
    await ran(store, 's1', [1], { flowId: 'f2' });
    await ran(store, 'r2', [1], { status: 'held', gone: true });
    await ran(store, 's2', [1], { flowId: 'f2', status: 'held', gone: true });
    await ran(store, 'r3', [1], { status: 'skipped', kind: 'replay' });
    expect(await told(store)).toEqual([]);
    expect(await told(store, 'f2')).toEqual([keyOf(1)]);
  });

  it('is told again where it came back and was deleted once more', async () => {
    const store = await temporaryStore();
    await ran(store, 'r1', [1]);
    await ran(store, 'r2', [1], { status: 'held', gone: true });
    await ran(store, 'r3', [1], { status: 'skipped', kind: 'replay' });
    await ran(store, 'r4', [1], { status: 'skipped' });
    expect(await told(store)).toEqual([keyOf(1)]);
  });
});

describe('what a flow read of a record the last time', () => {
  const lastRead = async (store: Store, numbers: readonly number[], nodeId = 'read', flowId = 'f1') =>
    (await store.posted.lastRead(flowId, nodeId, numbers.map(keyOf))).map(({ value }) => value.read);

  it('is told where that run was done with it, by flow and node', async () => {
    const store = await temporaryStore();
    await ran(store, 'r1', [1, 2]);
    await ran(store, 'r2', [1], { status: 'skipped' });
    expect(new Set(await lastRead(store, [1, 2, 3]))).toEqual(new Set(['r1', 'r2']));
    expect(await lastRead(store, [1], 'other')).toEqual([]);
    expect(await lastRead(store, [1], 'read', 'f2')).toEqual([]);
  });

  it('is not told where the last run held it, or retention removed the payload', async () => {
    const store = await temporaryStore();
    await ran(store, 'r1', [1]);
    await ran(store, 'r2', [1], { status: 'held' });
    expect(await lastRead(store, [1])).toEqual([]);
    await ran(store, 'r3', [2]);
    expect(await lastRead(store, [2])).toEqual(['r3']);
    await store.recorder.finish(sampleRun('r3', { status: 'succeeded', finishedAt: '2026-04-01T00:00:00.000Z' }));
    await store.maintenance.retain({ olderThanDays: -100_000, by: 'test' });
    expect(await lastRead(store, [2])).toEqual([]);
  });
});

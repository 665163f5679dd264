import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../engine/model/error.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { databaseFileName, openStore, restore, type Store } from '../../../engine/store/index.ts';
import { migrate } from '../../../engine/store/migrate.ts';
import { migrations } from '../../../engine/store/migrations/index.ts';
import { StoreRecorder } from '../../../engine/store/recorder.ts';
import { sampleOutcome, sampleRecord, sampleRun, temporaryFolder, temporaryStore } from '../../support/store.ts';

const now = () => Date.UTC(2026, 5, 1);

async function fill(store: Store, id: string, startedAt: string, records: number): Promise<void> {
  const run = sampleRun(id, { startedAt });
  await store.recorder.start(run);
  for (let number = 1; number <= records; number += 1) {
    const record = sampleRecord(number);
    store.recorder.sources(id, 'read', [{ ...record, value: { ...record.value, text: 'x'.repeat(500) } }]);
    const held = number === 1 ? { status: 'held' as const, error: new AppError('check.failed', 'No.').toJSON() } : {};
    store.recorder.settle(sampleOutcome(id, number, held));
    store.recorder.exchange(id, record.key, {
      at: startedAt,
      system: 'erp',
      operation: 'create',
      method: 'PUT',
      url: 'http://x',
      requestHeaders: {},
      requestBody: 'y'.repeat(300),
      status: 200,
      durationMs: 5.4,
      attempt: 1,
    });
  }
  await store.recorder.finish({ ...run, status: 'partlySucceeded', finishedAt: startedAt });
}

describe('retention', () => {
  it('removes old payloads and requests, keeps what is still open, and gives the space back', async () => {
    const store = await temporaryStore({ now });
    await fill(store, 'old', '2026-01-01T00:00:00.000Z', 500);
    await fill(store, 'new', '2026-05-31T00:00:00.000Z', 3);
    const before = await store.maintenance.size();
    const result = await store.maintenance.retain({ olderThanDays: 90, by: 'ann' });
    expect(result).toMatchObject({ runs: 1, payloads: 499, exchanges: 500 });
    expect(result.freedBytes).toBeGreaterThan(100_000);
    expect((await store.maintenance.size()).file).toBeLessThan(before.file);
    const sources = await store.records.sources('old');
    expect(sources.filter((source) => source.value !== undefined).map((source) => source.key)).toEqual([
      sampleRecord(1).key,
    ]);
    expect((await store.records.list({ runId: 'old' })).total).toBe(500);
    expect(await store.records.exchanges('new')).toHaveLength(3);
    expect((await store.audit.verify()).entries).toBe(1);
    expect(await store.maintenance.check()).toEqual([]);
  });

  it('lets a run go on writing while it removes payloads and gives the space back', async () => {
    const store = await temporaryStore({ now });
    await fill(store, 'old', '2026-01-01T00:00:00.000Z', 2000);
    const run = sampleRun('under-way', { startedAt: '2026-05-31T00:00:00.000Z' });
    await store.recorder.start(run);
    let isDone = false;
    const retaining = store.maintenance.retain({ olderThanDays: 90, by: 'ann' }).finally(() => {
      isDone = true;
    });
    let written = 0;
    while (!isDone) {
      written += 1;
      store.recorder.sources('under-way', 'read', [sampleRecord(written)]);
      store.recorder.settle(sampleOutcome('under-way', written));
      await store.recorder.flush();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await retaining).toMatchObject({ runs: 1, payloads: 1999, exchanges: 2000 });
    expect((await retaining).freedBytes).toBeGreaterThan(100_000);
    // One write after the other came through between its steps, and none was lost.
    expect(written).toBeGreaterThan(10);
    expect((await store.records.list({ runId: 'under-way' })).total).toBe(written);
    expect(await store.records.sources('under-way')).toHaveLength(written);
    expect(await store.maintenance.check()).toEqual([]);
  });

  it('goes by size, oldest first, and stops when it fits', async () => {
    const store = await temporaryStore({ now });
    for (const month of [1, 2, 3]) await fill(store, `r${month}`, `2026-0${month}-01T00:00:00.000Z`, 20);
    const { payloads, exchanges } = await store.maintenance.size();
    await store.maintenance.retain({ maxBytes: Math.ceil(((payloads + exchanges) * 2) / 3) + 700, by: 'ann' });
    expect(await store.records.exchanges('r1')).toHaveLength(0);
    expect(await store.records.exchanges('r2')).toHaveLength(20);
  });
});

describe('backup and restore', () => {
  it('copies a database in use and puts the copy back, keeping what was there', async () => {
    const store = await temporaryStore({ now });
    await fill(store, 'r1', '2026-05-01T00:00:00.000Z', 150);
    const file = join(temporaryFolder(), 'sub', 'backup.sqlite');
    const copying = store.maintenance.backup(file);
    await fill(store, 'during', '2026-05-02T00:00:00.000Z', 5);
    await copying;
    await expect(store.maintenance.backup(file)).rejects.toMatchObject({ code: 'workspace.readOnly' });
    await fill(store, 'after', '2026-05-03T00:00:00.000Z', 5);
    await expect(restore(store.folder, file, 'ann', now)).rejects.toMatchObject({ code: 'workspace.locked' });
    await store.close();
    const kept = await restore(store.folder, file, 'ann', now);
    expect(kept !== undefined && existsSync(kept)).toBe(true);
    const restored = await openStore(store.folder, { now });
    const runs = (await restored.runs.list()).entries.map((run) => run.id);
    expect(runs).toContain('r1');
    expect(runs).not.toContain('after');
    const verified = await restored.audit.verify();
    expect([verified.intact, verified.entries]).toEqual([true, 1]);
    await restored.close();
  });

  it('refuses a copy that is damaged and leaves the workspace as it is', async () => {
    const store = await temporaryStore({ now });
    await fill(store, 'r1', '2026-05-01T00:00:00.000Z', 300);
    const file = join(temporaryFolder(), 'backup.sqlite');
    await store.maintenance.backup(file);
    await store.close();
    const bytes = readFileSync(file);
    bytes.fill(0xab, bytes.length / 2, bytes.length / 2 + 20_000);
    writeFileSync(file, bytes);
    await expect(restore(store.folder, file, 'ann')).rejects.toMatchObject({ code: 'store.damaged' });
    const again = await openStore(store.folder, { now });
    expect((await again.runs.get('r1')).id).toBe('r1');
    await again.close();
  });
});

describe('a full disk', () => {
  it('is said once, keeps what was written, and goes on when there is room again', async () => {
    const database = openDatabase(join(temporaryFolder(), databaseFileName));
    migrate(database, migrations, now);
    const recorder = new StoreRecorder(database, now);
    await recorder.start(sampleRun('r1'));
    const pages = database.prepare<{ page_count: number }>('PRAGMA page_count').get()?.page_count ?? 0;
    database.prepare(`PRAGMA max_page_count = ${pages + 3}`).get();
    const many = Array.from({ length: 600 }, (_, index) => sampleRecord(index));
    expect(() => recorder.sources('r1', 'read', many)).toThrow(/disk .* is full/);
    database.prepare('PRAGMA max_page_count = 100000').get();
    await recorder.flush();
    expect(database.prepare<{ n: number }>('SELECT count(*) AS n FROM sources').get()?.n).toBe(600);
    database.close();
  });
});

describe('the audit chain', () => {
  const append = async (store: Store) => {
    for (const who of ['ann', 'bob', 'cid', 'dan']) await store.audit.append({ event: 'override', who, runId: 'r1' });
  };
  const tampered = async (sql: string) => {
    const store = await temporaryStore({ now });
    await append(store);
    const database = openDatabase(join(store.folder, databaseFileName));
    database.exec(`DROP TRIGGER audit_chain_no_update; DROP TRIGGER audit_chain_no_delete; ${sql}`);
    database.close();
    return (await store.audit.verify()).findings.map(({ problem, sequence }) => `${problem} ${sequence}`);
  };

  it('is intact as written and refuses changes', async () => {
    const store = await temporaryStore({ now });
    await append(store);
    expect(await store.audit.verify()).toMatchObject({ entries: 4, intact: true, findings: [] });
    const database = openDatabase(join(store.folder, databaseFileName));
    expect(() => database.exec('DELETE FROM audit_chain')).toThrow(/append-only/);
    expect(() => database.exec("UPDATE audit_chain SET at = 'x'")).toThrow(/append-only/);
    database.close();
  });

  it('shows an edit, a deletion, a cut-off tail and a new order', async () => {
    expect(await tampered(`UPDATE audit_chain SET body = replace(body, 'bob', 'eve') WHERE sequence = 2`)).toEqual([
      'edited 2',
    ]);
    expect(await tampered('DELETE FROM audit_chain WHERE sequence = 2')).toEqual(['missing 2']);
    expect(await tampered('DELETE FROM audit_chain WHERE sequence = 4')).toEqual(['cutOff 4']);
    const swap =
      'UPDATE audit_chain SET sequence = -sequence WHERE sequence IN (2, 3); UPDATE audit_chain SET sequence = 5 + sequence WHERE sequence < 0';
    expect((await tampered(swap)).length).toBeGreaterThan(0);
  });

  it('misses the entry of a posted delivery', async () => {
    const store = await temporaryStore({ now });
    const row = {
      connectionId: 'c',
      resource: 'bills',
      businessKey: 'k',
      state: 'posted',
      effect: 'create',
      contentHash: 'h',
      value: {},
      origin: sampleRecord(1).origin,
      recordKey: 'x',
      sources: [],
      flowId: 'f',
      flowVersion: 1,
      runId: 'r',
      nodeId: 'n',
      tableVersions: {},
      mappingRows: [],
      startedBy: 'ann',
      releaseState: 'none',
      attempts: 1,
      updatedAt: '',
    } as const;
    await store.deliveries.step({ row, expected: undefined, event: 'posted' });
    expect((await store.audit.verify()).findings.map(({ problem }) => problem)).toEqual(['unrecorded']);
    await expect(store.deliveries.step({ row, expected: 'intent', event: 'posted' })).rejects.toMatchObject({
      code: 'delivery.moved',
    });
  });
});

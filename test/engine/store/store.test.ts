import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../engine/model/error.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { databaseFileName, openStore } from '../../../engine/store/index.ts';
import { migrate, migrationHash, pendingMigrations } from '../../../engine/store/migrate.ts';
import { migrations } from '../../../engine/store/migrations/index.ts';
import { sampleOutcome, sampleRecord, sampleRun, temporaryFolder, temporaryStore } from '../../support/store.ts';

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof AppError) return `${thrown.code}: ${thrown.message}`;
    throw thrown;
  }
  return 'no error';
};

describe('opening a store', () => {
  it('refuses a second writer and names the first', async () => {
    const folder = temporaryFolder();
    const first = await openStore(folder, { now: () => Date.UTC(2026, 0, 2) });
    expect(await codeOf(openStore(folder))).toBe(
      `workspace.locked: The workspace ${folder} is in use by process ${process.pid} since 2026-01-02T00:00:00.000Z.`,
    );
    const reader = await openStore(folder, { readOnly: true });
    expect(await reader.runs.list()).toEqual({ entries: [], total: 0 });
    await reader.close();
    await first.close();
    await (await openStore(folder)).close();
  });

  it('says what is damaged and deletes nothing', async () => {
    const folder = temporaryFolder();
    const path = join(folder, databaseFileName);
    writeFileSync(path, 'this is no database, but it might be somebody’s work'.repeat(100));
    expect(await codeOf(openStore(folder))).toMatch(/^store\.damaged: .*Nothing was deleted/);
    expect(readFileSync(path, 'utf8')).toContain('somebody’s work');
    expect(await codeOf(openStore(folder))).toMatch(/^store\.damaged/);
  });

  it('only looks at a database of a newer Costwire', async () => {
    const folder = temporaryFolder();
    await (await openStore(folder)).close();
    const database = openDatabase(join(folder, databaseFileName));
    database.prepare("INSERT INTO migrations VALUES (99, 'later', 'x', '2030')").run();
    database.close();
    const store = await temporaryStore({}, folder);
    expect(store.readOnly).toBe(true);
    expect(store.problem?.code).toBe('store.newer');
    expect((await store.runs.list()).total).toBe(0);
    expect(await codeOf(store.recorder.start(sampleRun('r1')))).toMatch(/^workspace\.readOnly/);
  });

  it('refuses an edited migration but still shows the data', async () => {
    const folder = temporaryFolder();
    await (await openStore(folder)).close();
    const database = openDatabase(join(folder, databaseFileName));
    database.prepare("UPDATE migrations SET hash = 'other'").run();
    database.close();
    const store = await temporaryStore({}, folder);
    expect(store.problem?.code).toBe('store.migrationChanged');
  });

  it.skipIf(process.getuid?.() === 0)('says that a folder cannot be written', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    expect(await codeOf(openStore(join(folder, 'inner')))).toMatch(/^workspace\.readOnly/);
    chmodSync(folder, 0o700);
  });

  it('does not invent a workspace for a reader', async () => {
    expect(await codeOf(openStore(temporaryFolder(), { readOnly: true }))).toMatch(/^workspace\.notFound/);
  });
});

describe('migrations', () => {
  const number = migrations.length + 1;
  const next = { number, name: 'next', sql: 'CREATE TABLE later (x TEXT) STRICT' };

  it('are numbered without gaps', () => {
    expect(migrations.map((migration) => migration.number)).toEqual(migrations.map((_, index) => index + 1));
  });

  it('copy a filled database before they change it', () => {
    const folder = temporaryFolder();
    const database = openDatabase(join(folder, databaseFileName));
    migrate(database, migrations, Date.now);
    expect(readdirSync(folder).filter((name) => name.endsWith('.bak'))).toEqual([]);
    migrate(database, [...migrations, next], Date.now);
    expect(pendingMigrations(database, [...migrations, next])).toEqual([]);
    database.close();
    const copy = openDatabase(join(folder, `${databaseFileName}.before-${number}.bak`), { readOnly: true });
    expect(pendingMigrations(copy, [...migrations, next])).toEqual([next]);
    copy.close();
  });

  it('keep the vouchers of older runs', () => {
    const database = openDatabase(join(temporaryFolder(), databaseFileName));
    migrate(database, migrations.slice(0, 1), Date.now);
    const body = JSON.stringify({ target: { system: 'erp', resource: 'bills', connection: 'ERP' } });
    database.prepare("INSERT INTO vouchers VALUES ('r1', 'k1', 'b1', 'Vendor', ?)").run(body);
    migrate(database, migrations, Date.now);
    const rows = database.prepare('SELECT * FROM vouchers').all();
    expect(rows).toEqual([
      { run_id: 'r1', key: 'k1', business_key: 'b1', target: 'erp bills ERP', vendor_name: 'Vendor', body },
    ]);
    database.close();
  });

  it('make amounts of debit adjustments in older ledgers negative, once', () => {
    const database = openDatabase(join(temporaryFolder(), databaseFileName));
    migrate(database, migrations.slice(0, 2), Date.now);
    const columns = database
      .prepare<{ name: string; type: string; notnull: number }>('PRAGMA table_info(deliveries)')
      .all()
      .filter(({ name, notnull }) => name !== 'id' && (notnull === 1 || name === 'amount'));
    const insert = database.prepare(
      `INSERT INTO deliveries (${columns.map(({ name }) => name).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
    const add = (key: string, type: string, amount: string) => {
      const given: Record<string, string> = { business_key: key, resource: 'bills', amount };
      const value = JSON.stringify({ Type: type });
      insert.run(
        ...columns.map(({ name, type: sql }) =>
          name === 'value' ? value : (given[name] ?? (sql === 'TEXT' ? '{}' : 0)),
        ),
      );
    };
    add('bill', 'Bill', '10.00');
    add('debit', 'Debit Adj.', '20.00');
    add('signed', 'Debit Adj.', '-30.00');
    add('nothing', 'Debit Adj.', '0.00');
    migrate(database, migrations, Date.now);
    expect(database.prepare('SELECT business_key, amount FROM deliveries ORDER BY id').all()).toEqual([
      { business_key: 'bill', amount: '10.00' },
      { business_key: 'debit', amount: '-20.00' },
      { business_key: 'signed', amount: '-30.00' },
      { business_key: 'nothing', amount: '0.00' },
    ]);
    database.close();
  });

  it('leave nothing behind when one fails', () => {
    const database = openDatabase(join(temporaryFolder(), databaseFileName));
    migrate(database, migrations, Date.now);
    const bad = { number, name: 'bad', sql: 'CREATE TABLE half (x TEXT) STRICT; CREATE TABLE half (y TEXT)' };
    expect(() => migrate(database, [...migrations, bad], Date.now)).toThrow();
    expect(database.prepare("SELECT name FROM sqlite_schema WHERE name = 'half'").get()).toBeUndefined();
    expect(pendingMigrations(database, migrations)).toEqual([]);
    database.close();
  });

  it('hash the same on every platform', () => {
    const windows = { ...next, sql: 'a\r\nb' };
    expect(migrationHash(windows)).toBe(migrationHash({ ...next, sql: 'a\nb' }));
  });
});

describe('the recorder', () => {
  it('keeps runs, sources, outcomes, events and vouchers', async () => {
    const store = await temporaryStore();
    const run = sampleRun('r1');
    await store.recorder.start(run);
    store.recorder.sources('r1', 'read', [sampleRecord(1), sampleRecord(2), sampleRecord(3)]);
    store.recorder.settle(
      sampleOutcome('r1', 1, {
        businessKey: 'V1 | INV1',
        target: { system: 'erp', resource: 'bills', id: 'x', number: 'AP000017' },
      }),
    );
    store.recorder.settle(
      sampleOutcome('r1', 2, {
        status: 'held',
        error: new AppError('mapping.unmappedCode', 'No row for 01-100.').toJSON(),
      }),
    );
    store.recorder.event({ runId: 'r1', at: '2026-03-01T10:00:01Z', type: 'resumed', system: 'procore' });
    await store.recorder.flush();
    expect(await store.runs.totals('r1')).toEqual({
      counts: { ...run.counts, read: 1, held: 1, posted: 1, total: 3 },
      amounts: { posted: { USD: '1.50' }, held: { USD: '2.50' } },
    });
    expect((await store.runs.unfinished()).map((found) => found.id)).toEqual(['r1']);
    await store.recorder.finish({ ...run, status: 'partlySucceeded', finishedAt: '2026-03-01T10:01:00.000Z' });
    expect(await store.runs.unfinished()).toEqual([]);
    expect((await store.runs.get('r1')).status).toBe('partlySucceeded');
    expect((await store.runs.events('r1')).map(({ event }) => event.type)).toEqual(['resumed']);
    expect((await store.records.sources('r1', [sampleRecord(2).key]))[0]?.value).toEqual(sampleRecord(2).value);
    expect(await store.records.reasons()).toEqual([
      { status: 'held', reason: 'mapping', code: 'mapping.unmappedCode', count: 1, amounts: { USD: '2.50' } },
    ]);
  });

  it('moves the sums of a run that has ended by what each word told, so that they go on adding up', async () => {
    const store = await temporaryStore();
    const run = sampleRun('r1');
    await store.recorder.start(run);
    store.recorder.settle(sampleOutcome('r1', 1, { status: 'inDoubt', amount: '10.00' }));
    store.recorder.settle(sampleOutcome('r1', 2));
    store.recorder.settle(sampleOutcome('r1', 3, { status: 'inDoubt' }));
    await store.recorder.flush();
    await store.recorder.finish({ ...run, ...(await store.runs.totals('r1')), finishedAt: '2026-03-01T10:01:00.000Z' });
    await store.records.settle([sampleOutcome('r1', 1, { amount: '9.00' })]);
    const { counts, amounts } = await store.runs.get('r1');
    expect({ counts, amounts }).toEqual(await store.runs.totals('r1'));
    expect(amounts).toEqual({ posted: { USD: '11.50' }, inDoubt: { USD: '3.50' } });
  });

  it('finds records by part of a word, without accents, and after they changed', async () => {
    const store = await temporaryStore();
    for (let number = 1; number <= 120; number += 1)
      store.recorder.settle(sampleOutcome('r1', number, { status: 'held' }));
    expect((await store.records.list({ text: 'inv-120' })).total).toBe(1);
    expect((await store.records.list({ text: 'zoliborz inv 11' })).total).toBe(11);
    expect((await store.records.list({ text: '"*) OR (' })).total).toBe(0);
    store.recorder.settle(
      sampleOutcome('r1', 7, { target: { system: 'erp', resource: 'bills', id: 'x', number: 'AP000099' } }),
    );
    const { entries, total } = await store.records.list({ text: 'AP0000' });
    expect([total, entries[0]?.key, entries[0]?.status]).toEqual([1, sampleRecord(7).key, 'posted']);
    expect((await store.records.list({ runId: 'r1' })).total).toBe(120);
    expect(
      (await store.records.list({ runId: 'r1', status: ['held'] }, { offset: 100, limit: 100 })).entries,
    ).toHaveLength(19);
  });

  it('is readable by another connection as soon as a batch is written', async () => {
    const store = await temporaryStore();
    await store.recorder.start(sampleRun('r1'));
    const reader = await openStore(store.folder, { readOnly: true });
    for (let number = 0; number < 500; number += 1) store.recorder.settle(sampleOutcome('r1', number));
    expect((await reader.records.list({ runId: 'r1' })).total).toBe(500);
    await reader.close();
  });

  it('knows which records of a run and node it was told of, also before they are written', async () => {
    const store = await temporaryStore();
    const [first, second, third] = [sampleRecord(1), sampleRecord(2), sampleRecord(3)];
    store.recorder.sources('r1', 'read', [first]);
    store.recorder.sources('r1', 'other', [second]);
    store.recorder.sources('r2', 'read', [third]);
    const keys = [first.key, second.key, third.key];
    expect(await store.recorder.known('r1', 'read', keys)).toEqual(new Set([first.key]));
    expect(await store.recorder.known('r1', 'other', keys)).toEqual(new Set([second.key]));
    expect(await store.recorder.known('r3', 'read', keys)).toEqual(new Set());
  });
});

describe('claims', () => {
  const place = { connectionId: 'erp', resource: 'bills', businessKey: 'V-1 | 7' };
  const [ann, bob] = [
    { key: 'a', label: 'INV-7' },
    { key: 'b', label: 'inv 7' },
  ];

  it('belong to the first record of a run that makes them, for each place', async () => {
    const { claims } = await temporaryStore();
    expect(claims.first('r1', place, ann)).toEqual(ann);
    expect(claims.first('r1', place, bob)).toEqual(ann);
    expect(claims.first('r1', place, ann)).toEqual(ann);
    expect(claims.first('r1', { ...place, resource: 'checks' }, bob)).toEqual(bob);
    expect(claims.first('r1', { ...place, connectionId: 'other' }, bob)).toEqual(bob);
    expect(claims.first('r2', place, bob)).toEqual(bob);
  });

  it('are forgotten with their run, and leave nothing in the file', async () => {
    const { claims, folder } = await temporaryStore();
    claims.first('r1', place, ann);
    claims.first('r2', place, ann);
    claims.forget('r1');
    expect(claims.first('r1', place, bob)).toEqual(bob);
    expect(claims.first('r2', place, bob)).toEqual(ann);
    const database = openDatabase(join(folder, databaseFileName), { readOnly: true });
    expect(database.prepare("SELECT name FROM sqlite_schema WHERE name = 'claims'").all()).toEqual([]);
    database.close();
  });
});

describe('mapping tables', () => {
  const schema = {
    format: 'costwire/table',
    schemaVersion: 1,
    id: 'codes',
    name: 'Cost codes',
    keys: [{ name: 'code', match: 'exact' }],
    targets: [{ name: 'account', type: 'text', required: true }],
  } as const;
  const row = (id: string, account: string) => ({ id, keys: ['01-100'], targets: [account] });

  it('publish drafts as versions that never change', async () => {
    const store = await temporaryStore();
    const mutable = { ...schema, keys: [...schema.keys], targets: [...schema.targets] };
    await store.tables.saveDraft(mutable, [row('1', '5000')], 'ann');
    expect(await store.tables.version('codes')).toBeUndefined();
    expect((await store.tables.list())[0]).toMatchObject({ id: 'codes', version: 0, rows: 1, hasDraft: true });
    expect((await store.tables.publish('codes', 'ann')).version).toBe(1);
    await store.tables.saveDraft(mutable, [row('1', '5000')], 'bob');
    expect((await store.tables.publish('codes', 'bob')).version).toBe(1);
    await store.tables.saveDraft(mutable, [row('1', '6000')], 'bob');
    expect((await store.tables.publish('codes', 'bob')).version).toBe(2);
    expect((await store.tables.version('codes', 1))?.rows[0]?.targets).toEqual(['5000']);
    expect((await store.tables.versions('codes')).map((version) => version.version)).toEqual([2, 1]);
    expect(await codeOf(store.tables.publish('none', 'ann'))).toMatch(/^mapping\.unknownTable/);
    const database = openDatabase(join(store.folder, databaseFileName));
    expect(() => database.prepare("UPDATE table_versions SET rows = '[]'").run()).toThrow(/immutable/);
    database.close();
  });
});

describe('watermarks and inbox', () => {
  it('only move forward, except by hand and then with a warning and an audit entry', async () => {
    const store = await temporaryStore();
    await store.watermarks.advance('f', 'read', 'p1', '2026-02-01T00:00:00Z');
    await store.watermarks.advance('f', 'read', 'p1', '2026-01-01T00:00:00Z');
    expect(await store.watermarks.read('f', 'read')).toEqual({ p1: '2026-02-01T00:00:00.000Z' });
    const back = {
      flowId: 'f',
      nodeId: 'read',
      scope: 'p1',
      reached: '2025-12-01T00:00:00Z',
      by: 'ann',
      why: 'late approvals',
    };
    expect((await store.watermarks.edit(back)).warning).toMatch(/read again/);
    expect((await store.watermarks.edit({ ...back, reached: '2026-06-01T00:00:00Z' })).warning).toMatch(
      /not be read any more/,
    );
    expect(await codeOf(store.watermarks.edit({ ...back, reached: 'yesterday' }))).toMatch(/^data\.badDate/);
    expect((await store.audit.verify()).entries).toBe(2);
  });

  it('take every event once', async () => {
    const store = await temporaryStore();
    const events = [
      { id: 'e1', event: 'Requisitions', recordId: '9' },
      { id: 'e2', event: 'Requisitions' },
    ];
    expect(await store.inbox.accept('c', events)).toBe(2);
    expect(await store.inbox.accept('c', events)).toBe(0);
    const waiting = await store.inbox.waiting();
    expect(waiting.map((entry) => entry.recordId)).toEqual(['9', undefined]);
    await store.inbox.handled([waiting[0]?.entryId ?? 0], { runId: 'r1' });
    expect((await store.inbox.waiting()).map((entry) => entry.id)).toEqual(['e2']);
    await store.triggers.write('f', 't', { firedAt: '2026-01-01T00:00:00Z' });
    expect(await store.triggers.read('f')).toEqual({ t: { firedAt: '2026-01-01T00:00:00Z' } });
  });
});

describe('a copied database file', () => {
  it('opens elsewhere with everything in it', async () => {
    const store = await temporaryStore();
    await store.recorder.start(sampleRun('r1'));
    await store.close();
    const folder = temporaryFolder();
    copyFileSync(join(store.folder, databaseFileName), join(folder, databaseFileName));
    expect(existsSync(join(folder, databaseFileName))).toBe(true);
    expect((await (await temporaryStore({}, folder)).runs.get('r1')).flowName).toContain('AP bills');
  });
});

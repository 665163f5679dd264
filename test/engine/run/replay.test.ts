import { describe, expect, it } from 'vitest';
import type { Connector } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { FlowDocument } from '../../../engine/model/flow.ts';
import { prepareReplay, type ReplayRequest } from '../../../engine/run/replay.ts';
import { sampleOutcome, sampleRecord, sampleRun, temporaryStore } from '../../support/store.ts';

const flow = (version: number): FlowDocument => ({
  format: 'costwire/flow',
  schemaVersion: 1,
  id: 'f1',
  name: 'Bills',
  version,
  slots: {},
  parameters: {},
  nodes: [],
  wires: [],
  triggers: [],
  layout: { nodes: {}, notes: [] },
});

const procore: Connector = {
  id: 'procore',
  title: 'Procore',
  vendor: 'Procore',
  description: '',
  role: 'source',
  credentials: [],
  limits: [],
  assumptions: [],
  connect: () => ({}),
  ping: async function* () {
    yield await Promise.resolve({ id: 'reach', label: 'Reach', status: 'ok' as const });
  },
  resources: [
    {
      id: 'requisitions',
      title: 'Requisitions',
      description: '',
      scope: 'project',
      fields: [],
      incremental: true,
      amount: { field: 'total' },
      read: () => {
        throw new Error('the source must not be asked');
      },
    },
  ],
};

async function history() {
  const store = await temporaryStore({ now: () => Date.UTC(2026, 5, 1) });
  const schema = {
    format: 'costwire/table' as const,
    schemaVersion: 1,
    id: 'codes',
    name: 'Codes',
    keys: [{ name: 'code', match: 'exact' as const }],
    targets: [{ name: 'account', type: 'text' as const, required: true }],
  };
  for (const account of ['5000', '6000']) {
    await store.tables.saveDraft(schema, [{ id: '1', keys: ['01'], targets: [account] }], 'ann');
    await store.tables.publish('codes', 'ann');
  }
  const run = sampleRun('r1', { tableVersions: { codes: 1 } });
  await store.recorder.start(run, flow(3));
  store.recorder.sources('r1', 'read', [1, 2, 3, 4].map(sampleRecord));
  store.recorder.settle(sampleOutcome('r1', 1));
  store.recorder.settle(
    sampleOutcome('r1', 2, { status: 'held', error: new AppError('mapping.unmappedCode', 'No row.').toJSON() }),
  );
  store.recorder.settle(
    sampleOutcome('r1', 3, { status: 'failed', error: new AppError('remote.rejected', 'No.').toJSON() }),
  );
  store.recorder.settle(sampleOutcome('r1', 4, { status: 'skipped' }));
  await store.recorder.finish({ ...run, status: 'partlySucceeded', finishedAt: '2026-03-01T11:00:00.000Z' });
  const prepare = (more: Partial<ReplayRequest>) =>
    prepareReplay(store, [procore], { selection: { runId: 'r1' }, flow: 'then', tables: 'then', ...more });
  return { store, prepare };
}

const { signal } = new AbortController();

async function readAll(connector: Connector | undefined): Promise<string[]> {
  const read = connector?.resources[0]?.read;
  const values: string[] = [];
  if (read === undefined) return values;
  for await (const event of read({}, { signal })) {
    if (event.kind === 'page') for (const record of event.records) values.push(JSON.stringify(record.value));
  }
  return values;
}

describe('a replay', () => {
  it('takes what is not done, as it was read, with the versions of then', async () => {
    const { prepare } = await history();
    const replay = await prepare({});
    expect(replay.records.map((record) => record.key)).toEqual([sampleRecord(2).key, sampleRecord(3).key]);
    expect([replay.document.version, replay.tables[0]?.version]).toEqual([3, 1]);
    expect(await readAll(replay.connectors[0])).toEqual(
      [2, 3].map((number) => JSON.stringify(sampleRecord(number).value)),
    );
  });

  it('selects by reason, code, status and key, and uses the versions of now', async () => {
    const { prepare } = await history();
    const keysOf = async (more: Partial<ReplayRequest>) =>
      (await prepare(more)).records.map((record) => record.origin.id);
    expect(await keysOf({ selection: { runId: 'r1', reason: ['mapping'] } })).toEqual(['2']);
    expect(await keysOf({ selection: { runId: 'r1', code: ['remote.rejected'] } })).toEqual(['3']);
    expect(await keysOf({ selection: { runId: 'r1', keys: [sampleRecord(1).key] } })).toEqual(['1']);
    expect(await keysOf({ selection: { runId: 'r1', status: ['skipped', 'posted'] } })).toEqual(['1', '4']);
    const now = await prepare({ flow: 'now', tables: 'now', document: flow(9) });
    expect([now.document.version, now.tables[0]?.version]).toEqual([9, 2]);
  });

  it('says why it cannot be prepared', async () => {
    const { prepare, store } = await history();
    await expect(prepare({ selection: { runId: 'r9' } })).rejects.toMatchObject({ code: 'run.notFound' });
    await expect(prepare({ selection: { runId: 'r1', reason: ['period'] } })).rejects.toMatchObject({
      code: 'replay.nothing',
    });
    await expect(prepare({ flow: 'now' })).rejects.toMatchObject({ code: 'replay.flowGone' });
    await store.maintenance.retain({ olderThanDays: 1, by: 'ann' });
    expect((await prepare({})).records).toHaveLength(2);
    await expect(prepare({ selection: { runId: 'r1', status: ['posted'] } })).rejects.toMatchObject({
      code: 'replay.payloadGone',
    });
  });

  it('changes allowed fields, remembers what was there, and wants a reason', async () => {
    const { prepare, store } = await history();
    const override = {
      recordKey: sampleRecord(2).key,
      field: 'coding.note',
      after: '01-100',
      by: 'ann',
      why: 'code was mistyped',
    };
    const replay = await prepare({ overrides: [{ ...override, field: 'invoice_number' }, override] });
    expect(replay.records[0]?.value).toMatchObject({
      invoice_number: '01-100',
      coding: { note: '01-100' },
      total: '2.50',
    });
    expect(replay.overrides[0]).toMatchObject({ before: 'INV-2', after: '01-100' });
    await store.overrides.record('r2', replay.overrides);
    expect((await store.overrides.ofRun('r2')).map(({ why }) => why)).toEqual([
      'code was mistyped',
      'code was mistyped',
    ]);
    expect((await store.audit.ofRun('r2')).map(({ body }) => body.event)).toEqual(['override', 'override']);
    await expect(store.overrides.record('r3', [{ ...override, why: ' ' }])).rejects.toMatchObject({
      code: 'replay.reasonMissing',
    });
    await expect(prepare({ overrides: [{ ...override, field: 'total' }] })).rejects.toMatchObject({
      code: 'replay.fieldFixed',
    });
    await expect(prepare({ overrides: [{ ...override, recordKey: sampleRecord(1).key }] })).rejects.toMatchObject({
      code: 'replay.noRecord',
    });
  });
});

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import readExcelFile from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { verifyAuditPack, writeAuditPack } from '../../../engine/run/audit-pack.ts';
import { createDeliverer } from '../../../engine/run/deliver.ts';
import { billIntent, FakeTarget, fakeDeliveryTarget, sampleIdentity } from '../../support/fake-target.ts';
import { sampleRun, temporaryFolder, temporaryStore } from '../../support/store.ts';

const now = () => Date.UTC(2026, 5, 1);

async function packed() {
  const store = await temporaryStore({ now });
  await store.tables.saveDraft(
    {
      format: 'costwire/table',
      schemaVersion: 1,
      id: 'codes',
      name: 'Codes',
      keys: [{ name: 'code', match: 'exact' }],
      targets: [{ name: 'account', type: 'text', required: true }],
    },
    [{ id: '1', keys: ['01'], targets: ['0500'] }],
    'ann',
  );
  await store.tables.publish('codes', 'ann');
  const run = sampleRun('r1', { tableVersions: { codes: 1 } });
  const { signal } = new AbortController();
  await store.recorder.start(run, {
    format: 'costwire/flow',
    schemaVersion: 1,
    id: 'f1',
    name: 'Bills',
    version: 3,
    slots: {},
    parameters: {},
    nodes: [],
    wires: [],
    triggers: [],
    layout: { nodes: {}, notes: [] },
  });
  const deliverer = createDeliverer(store, { now });
  const target = fakeDeliveryTarget(new FakeTarget());
  const identity = sampleIdentity('r1');
  for (const number of [1, 2]) {
    const planned = await deliverer.plan(identity, target, billIntent(number, { VendorRef: `0${number}` }), signal);
    store.recorder.settle(await deliverer.apply(identity, target, planned, signal));
    await store.audit.append({ event: 'override', who: 'somebody else', runId: `other${number}` });
  }
  await store.recorder.finish({
    ...run,
    ...(await store.runs.totals('r1')),
    status: 'succeeded',
    finishedAt: run.startedAt,
  });
  const folder = join(temporaryFolder(), 'pack');
  return { store, folder, pack: await writeAuditPack(store, 'r1', folder, now) };
}

describe('an audit pack', () => {
  it('holds everything about a run and proves itself', async () => {
    const { folder, pack, store } = await packed();
    expect(pack.files).toEqual(
      expect.arrayContaining([
        'manifest.json',
        'flow.json',
        'tables/codes@1.json',
        'records.ndjson',
        'exchanges.ndjson',
        'report.xlsx',
        'chain.ndjson',
      ]),
    );
    expect(await verifyAuditPack(folder)).toEqual([]);
    const sheets = await readExcelFile(join(folder, 'report.xlsx'));
    const records = sheets.find((sheet) => sheet.sheet === 'Records')?.data ?? [];
    expect(records.slice(1).map((row) => row[4])).toEqual([200.25, 100.25]);
    expect(records[1]?.[8]).toEqual(new Date(now()));
    const markup = strFromU8(
      unzipSync(readFileSync(join(folder, 'report.xlsx')))['xl/worksheets/sheet2.xml'] ?? new Uint8Array(),
    );
    expect(markup).toContain('<autoFilter ref="A1:K3"/>');
    expect(markup).toMatch(/<pane [^>]*state="frozen"/);
    const documents = sheets.find((sheet) => sheet.sheet === 'Documents')?.data ?? [];
    expect(documents.map((row) => row[5])).toEqual(['ERP number', 'AP000002', 'AP000001']);
    expect(readFileSync(join(folder, 'tables/codes@1.json'), 'utf8')).toContain('"0500"');
    await expect(writeAuditPack(store, 'r1', folder, now)).rejects.toMatchObject({ code: 'cli.usage' });
    await expect(writeAuditPack(store, 'none', `${folder}2`, now)).rejects.toMatchObject({ code: 'run.notFound' });
  });

  it('shows what was changed in it', async () => {
    const { folder } = await packed();
    appendFileSync(join(folder, 'records.ndjson'), '{}\n');
    expect((await verifyAuditPack(folder)).map(({ message }) => message)).toEqual([
      'records.ndjson was changed after the pack was written.',
    ]);
    const chain = readFileSync(join(folder, 'chain.ndjson'), 'utf8');
    writeFileSync(join(folder, 'chain.ndjson'), chain.replace('100.25', '999.99'));
    expect((await verifyAuditPack(folder)).map(({ problem }) => problem)).toEqual(['edited', 'edited', 'edited']);
    await expect(verifyAuditPack(temporaryFolder())).rejects.toMatchObject({ code: 'workspace.notFound' });
  });
});

/** Tables as their screen uses them: proposals decided on and taken back, edits beside them, files looked at before they are taken in. */
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CostwireClient } from '../../../../engine/api/contract.ts';
import { keepProposals } from '../../../../engine/api/workspace-proposals.ts';
import { AppError } from '../../../../engine/model/error.ts';
import { flowSchema } from '../../../../engine/model/flow.ts';
import { type MappingRow, tableSchemaSchema } from '../../../../engine/model/mapping-table.ts';
import { noCounts, type TestService, testService } from '../../../support/service.ts';

const links = tableSchemaSchema.parse({
  format: 'costwire/table',
  schemaVersion: 1,
  id: 'links',
  name: 'Vendor links',
  keys: [{ name: 'vendor' }],
  targets: [{ name: 'erp', required: true }, { name: 'accepted', type: 'boolean' }, { name: 'accepted_by' }],
});
const row = (key: string, erp: string, accepted = '', by = ''): MappingRow => ({
  id: key,
  keys: [key],
  targets: [erp, accepted, by],
});
const seen = (key: string, erp: string) => ({ id: key, targets: [erp, '', ''] });

let test: TestService;
let client: CostwireClient;

/** What a run proposes: the draft gets the rows, the records that wait say why. */
async function propose(runId: string, proposals: readonly [string, string][], startedAt = '2026-03-01T10:00:00Z') {
  const { store } = test;
  const document = flowSchema.parse({
    format: 'costwire/flow',
    schemaVersion: 1,
    id: 'f_vendors',
    name: 'Vendors',
    nodes: [{ id: 'guess', kind: 'propose', config: { table: 'links', keys: {}, reason: 'x' } }],
    wires: [],
  });
  const known = (await client.flow.list()).flows.some(({ id }) => id === document.id);
  if (!known) await client.flow.create({ name: 'Vendors', document });
  const run = {
    id: runId,
    flowId: document.id,
    flowName: 'Vendors',
    flowVersion: 1,
    kind: 'post' as const,
    status: 'running' as const,
    startedAt,
    startedBy: 'Ada',
    counts: noCounts,
    amounts: {},
    tableVersions: {},
  };
  await store.recorder.start(run, document);
  for (const [vendor, erp] of proposals) {
    const error = new AppError('mapping.proposed', `Probably ${erp} for ${vendor}.`, { fields: { vendor, erp } });
    const origin = { system: 'procore', resource: 'vendors', id: vendor };
    store.recorder.settle({ runId, key: vendor, status: 'held', nodeId: 'guess', origin, error: error.toJSON() });
  }
  await store.recorder.flush();
  await store.recorder.finish({ ...run, status: 'partlySucceeded', finishedAt: startedAt });
  const rows = proposals.map(([vendor, erp]) => ({ table: 'links', keys: { vendor }, targets: { erp } }));
  return keepProposals({ store, user: 'Ada' }, rows);
}

beforeEach(async () => {
  test = await testService();
  client = createRouterClient(test.service.router, { context: {} }) as unknown as CostwireClient;
  await client.table.create({ schema: links });
  await client.table.publish({ id: 'links' });
});
afterEach(() => test.close());

const listed = async () => (await client.table.list()).find(({ id }) => id === 'links');
const published = async () => (await test.store.tables.version('links'))?.rows;

describe('proposals of a table', () => {
  it('are counted apart from edits, with the run and the sentence they come from', async () => {
    await propose('r_1', [['1', 'V1']]);
    await propose('r_2', [['1', 'V9'], ['2', 'V2']], '2026-03-02T10:00:00Z'); // biome-ignore format: pairs
    expect(await listed()).toMatchObject({ proposals: 2, hasDraft: false, version: 1 });
    expect(await client.table.get({ id: 'links' })).toMatchObject({ rows: [], proposals: 2, draft: false });
    const view = await client.table.proposals({ id: 'links' });
    expect(view.proposals).toEqual([
      {
        row: row('1', 'V1'),
        run: { id: 'r_1', flowName: 'Vendors', kind: 'post', startedAt: '2026-03-01T10:00:00Z' },
        reason: 'Probably V1 for 1.',
        others: [{ targets: ['V9', '', ''], reason: 'Probably V9 for 1.' }],
      },
      {
        row: row('2', 'V2'),
        run: { id: 'r_2', flowName: 'Vendors', kind: 'post', startedAt: '2026-03-02T10:00:00Z' },
        reason: 'Probably V2 for 2.',
        others: [],
      },
    ]);
  });

  it('are accepted or rejected with a reason, each as a further version, and leave no draft behind', async () => {
    await propose('r_1', [['1', 'V1'], ['2', 'V2']]); // biome-ignore format: pairs
    const accepted = await client.table.decide({ id: 'links', verdict: 'accepted', rows: [seen('2', 'V2')] });
    expect(accepted).toEqual({ version: 2, ids: ['2'], open: 1 });
    const reason = 'Another company of that name.';
    const rejected = await client.table.decide({ id: 'links', verdict: 'rejected', reason, rows: [seen('1', 'V1')] });
    expect(rejected).toEqual({ version: 3, ids: ['1'], open: 0 });
    const rejectedRow = { ...row('1', 'V1', 'false', 'Ada'), note: reason };
    expect(await published()).toEqual([row('2', 'V2', 'true', 'Ada'), rejectedRow]);
    expect(await listed()).toMatchObject({ proposals: 0, hasDraft: false, version: 3, rows: 2 });
    expect((await client.table.proposals({ id: 'links' })).proposals).toEqual([]);
  });

  it('refuse a decision on what is another by now, and decide nothing of it', async () => {
    await propose('r_1', [['1', 'V1'], ['2', 'V2']]); // biome-ignore format: pairs
    await client.table.decide({ id: 'links', verdict: 'accepted', rows: [seen('1', 'V1')] });
    const both = client.table.decide({ id: 'links', verdict: 'accepted', rows: [seen('1', 'V1'), seen('2', 'V2')] });
    await expect(both).rejects.toMatchObject({
      code: 'workspace.conflict',
      message: 'Row “1” of “Vendor links” was accepted meanwhile; nothing was decided.',
    });
    const other = client.table.decide({ id: 'links', verdict: 'accepted', rows: [seen('2', 'V3')] });
    await expect(other).rejects.toMatchObject({ code: 'workspace.conflict' });
    const gone = client.table.decide({ id: 'links', verdict: 'accepted', rows: [seen('7', 'V3')] });
    await expect(gone).rejects.toMatchObject({ code: 'workspace.conflict' });
    expect(await listed()).toMatchObject({ proposals: 1, version: 2 });
    await expect(
      client.table.decide({ id: 'links', verdict: 'rejected', reason: '  ', rows: [seen('2', 'V2')] }),
    ).rejects.toThrow('Input validation failed');
  });

  it('wait again when a decision is taken back, until something else is published', async () => {
    await propose('r_1', [['1', 'V1'], ['2', 'V2']]); // biome-ignore format: pairs
    const { version, ids } = await client.table.decide({ id: 'links', verdict: 'accepted', rows: [seen('1', 'V1')] });
    expect(await client.table.takeBack({ id: 'links', version, ids })).toEqual({ version: 3, ids, open: 2 });
    expect(await published()).toEqual([]);
    expect((await client.table.proposals({ id: 'links' })).proposals.map((proposal) => proposal.row)).toEqual([
      row('1', 'V1'),
      row('2', 'V2'),
    ]);
    await expect(client.table.takeBack({ id: 'links', version, ids })).rejects.toMatchObject({
      code: 'workspace.conflict',
      message: '“Vendor links” was published again since, as version 3; nothing was taken back.',
    });
  });

  it('outlive edits, publications, discarded drafts and files that do not speak of them', async () => {
    await propose('r_1', [['1', 'V1'], ['2', 'V2']]); // biome-ignore format: pairs
    const { revision } = await client.table.get({ id: 'links' });
    const mine = [row('5', 'V5', 'true', 'Ada')];
    const saved = await client.table.saveDraft({ schema: links, rows: mine, revision });
    expect(saved).toMatchObject({ rows: mine, draft: true, proposals: 2 });
    expect(await client.table.diff({ id: 'links' })).toMatchObject({ added: mine, removed: [], unchanged: 0 });
    expect(await client.table.publish({ id: 'links', revision: saved.revision })).toMatchObject({
      version: 2,
      draft: false,
      proposals: 2,
    });
    expect(await published()).toEqual(mine);
    await client.table.saveDraft({ schema: links, rows: [] });
    await client.table.discardDraft({ id: 'links' });
    expect(await client.table.get({ id: 'links' })).toMatchObject({ rows: mine, draft: false, proposals: 2 });
    const csv = 'vendor,erp,accepted,accepted_by\n1,V8,true,Ada\n';
    const content = Buffer.from(csv).toString('base64');
    const file = { id: 'links', fileName: 'links.csv', content, removeMissing: true };
    await client.table.import({ ...file, preview: false, publish: true });
    expect(await published()).toMatchObject([{ keys: ['1'], targets: ['V8', 'true', 'Ada'] }]);
    expect((await client.table.proposals({ id: 'links' })).proposals.map((proposal) => proposal.row.id)).toEqual(['2']);
  });
});

describe('two people at one table', () => {
  it('do not overwrite each other: what is saved on top of another state is refused', async () => {
    const { revision } = await client.table.get({ id: 'links' });
    await propose('r_1', [['1', 'V1']]);
    const mine = await client.table.saveDraft({ schema: links, rows: [row('5', 'V5', 'true')], revision });
    const theirs = client.table.saveDraft({ schema: links, rows: [row('6', 'V6', 'true')], revision });
    await expect(theirs).rejects.toMatchObject({
      code: 'workspace.conflict',
      message: '“Vendor links” was changed meanwhile; nothing of this was saved.',
    });
    await expect(client.table.publish({ id: 'links', revision })).rejects.toMatchObject({ code: 'workspace.conflict' });
    expect((await client.table.publish({ id: 'links', revision: mine.revision })).rows).toHaveLength(1);
  });
});

describe('a file', () => {
  it('is looked at without a change, names wrong lines and contradictions, and is taken in whole or not at all', async () => {
    const content = (csv: string) => Buffer.from(csv).toString('base64');
    const file = { id: 'links', fileName: 'links.csv', removeMissing: false };
    const wrong = content('vendor,erp,accepted,accepted_by\n1,V1,true,Ada\n2,,true,Ada\n3,V3,perhaps,Ada\n');
    const preview = await client.table.import({ ...file, content: wrong, preview: true });
    expect(preview.diff.added).toHaveLength(1);
    expect(preview.diff.rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [3, 'Row 3 of table “Vendor links”: “erp” is empty.'],
      [4, 'Row 4 of table “Vendor links”: “accepted” holds “perhaps”.'],
    ]);
    await expect(client.table.import({ ...file, content: wrong, preview: false })).rejects.toMatchObject({
      code: 'mapping.invalidTable',
    });
    expect(await client.table.get({ id: 'links' })).toMatchObject({ rows: [], draft: false });
    const twice = content('vendor,erp,accepted,accepted_by\n1,V1,true,Ada\n1,V2,true,Ada\n');
    expect((await client.table.import({ ...file, content: twice, preview: true })).diff.problems).toMatchObject([
      { code: 'mapping.ambiguous' },
    ]);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { runInWorkspace, type WorkspaceParts, type WorkspaceRun } from '../../../engine/api/workspace-run.ts';
import type { Connector, FoundDocument } from '../../../engine/model/connector.ts';
import type { FlowDocument } from '../../../engine/model/flow.ts';
import { memoryVault } from '../../../engine/model/vault.ts';
import { openWorkspace } from '../../../engine/store/workspace.ts';
import { temporaryStore } from '../../support/store.ts';
import { mapBills, readInvoices, toyFlow, writeBills } from '../../support/toy-flow.ts';
import { emptyWorld, invoice, type ToyWorld, toySource, toyTarget } from '../../support/toy-systems.ts';

/** Bills without a mapping table. */
const [, { each: _lines, ...mapping } = {}] = mapBills;
const document: FlowDocument = toyFlow(
  {
    read: readInvoices,
    bill: [
      'map',
      {
        ...mapping,
        each: [
          {
            to: 'Details',
            over: 'lines',
            fields: [
              { to: 'Account', value: '5100' },
              { to: 'ExtendedCost', value: '=[amount]' },
            ],
          },
        ],
      },
    ],
    post: writeBills,
  },
  ['read > bill', 'bill > post'],
);

/** The toy ERP with a memory: it finds what was created. */
function erp(world: ToyWorld): Connector {
  const plain = toyTarget(world);
  const held: FoundDocument[] = [];
  const resources = plain.resources.map((resource) => ({
    ...resource,
    find: async (_client: unknown, value: FoundDocument['value']) =>
      held.filter((found) => found.value.VendorRef === value.VendorRef),
    create: async (_client: unknown, value: FoundDocument['value']) => {
      const id = String(held.length + 1);
      held.push({ id, number: id, value, editable: true, released: false });
      world.posted.push({ key: id, value });
      return { id, number: id };
    },
  }));
  return { ...plain, resources };
}

let world: ToyWorld;
let parts: WorkspaceParts;
const run = (kind: 'dry' | 'post', more: Partial<WorkspaceRun> = {}) =>
  runInWorkspace(parts, { document, kind, ...more });
const bindTo = async (environment: 'practice' | 'sandbox' | 'production') => {
  const connection = { id: 'c_erp', name: 'ERP', connector: 'erp', environment, fields: {}, secrets: [] };
  await parts.workspace.connections.save(connection);
};

beforeEach(async () => {
  world = { ...emptyWorld(), invoices: [[invoice('1', ['10'])]] };
  const store = await temporaryStore();
  const workspace = await openWorkspace(store.folder);
  parts = { workspace, store, vault: memoryVault(), connectors: [toySource(world), erp(world)], user: 'Ada' };
  const source = { id: 'c_source', name: 'Source', connector: 'toy', environment: 'practice' as const };
  await workspace.connections.save({ ...source, fields: {}, secrets: [] });
  await bindTo('practice');
  await workspace.bindings.set(document.id, { slots: { source: 'c_source', erp: 'c_erp' }, parameters: {} });
});

describe('posting in a workspace', () => {
  it.each(['practice', 'sandbox'] as const)('needs no dry run in %s', async (environment) => {
    await bindTo(environment);
    expect((await run('post')).run.counts).toMatchObject({ posted: 1 });
  });

  it('needs a finished dry run of the same flow in production', async () => {
    await bindTo('production');
    await expect(run('post')).rejects.toMatchObject({ code: 'approval.required', message: /“ERP”|ERP/ });
    expect((await parts.store.runs.list()).total).toBe(0);
    await run('dry');
    const other = { ...document, nodes: document.nodes.map((node) => ({ ...node, config: { ...node.config, x: 1 } })) };
    await expect(run('post', { document: other })).rejects.toMatchObject({ code: 'approval.required' });
    expect(world.posted).toEqual([]);
    const renamed = {
      ...document,
      name: 'Other',
      version: 2,
      layout: { nodes: { read: [8, 8] as [number, number] }, notes: [] },
    };
    expect((await run('post', { document: renamed })).run.counts).toMatchObject({ posted: 1 });
  });

  it('sends what the stored sheet shows, keeps the rest and says who approved', async () => {
    const dry = await run('dry');
    const sheet = { runId: dry.run.id, hash: dry.sheet.hash };
    world.invoices = [[invoice('1', ['10']), invoice('2', ['20'])]];
    const posting = await run('post', { sheet });
    expect(posting.run.counts).toMatchObject({ posted: 1, awaitingApproval: 1 });
    expect(world.posted.map(({ value }) => value.VendorRef)).toEqual(['INV-1']);
    const [approved] = await parts.store.audit.ofRun(posting.run.id);
    expect(approved?.body).toMatchObject({ event: 'approved', who: 'Ada', payloadHash: sheet.hash });
    expect(approved?.body.detail).toContain(dry.run.id);
    expect((await parts.store.audit.verify()).findings).toEqual([]);
    const { entries } = await parts.store.records.list({ runId: posting.run.id, status: ['awaitingApproval'] });
    expect(entries[0]?.error).toMatchObject({ code: 'approval.notShown', reason: 'approval' });
    const next = await run('dry');
    const again = await run('post', { sheet: { runId: next.run.id } });
    expect(again.run).toMatchObject({ status: 'succeeded', counts: { posted: 1, awaitingApproval: 0 } });
    expect(world.posted.map(({ value }) => value.VendorRef)).toEqual(['INV-1', 'INV-2']);
  });

  it('refuses a sheet of another state, another flow, another run', async () => {
    const { run: dry, sheet } = await run('dry');
    const stale = { code: 'approval.stale' };
    await expect(run('post', { sheet: { runId: dry.id, hash: 'seen before' } })).rejects.toMatchObject(stale);
    const other = { ...document, nodes: document.nodes.map((node) => ({ ...node, config: { ...node.config, x: 1 } })) };
    const reference = { runId: dry.id, hash: sheet.hash };
    await expect(run('post', { document: other, sheet: reference })).rejects.toMatchObject(stale);
    const elsewhere = { ...document, id: 'f_other' };
    await parts.workspace.bindings.set('f_other', await parts.workspace.bindings.get(document.id));
    await expect(run('post', { document: elsewhere, sheet: reference })).rejects.toMatchObject({
      code: 'approval.required',
    });
    await expect(run('post', { sheet: { runId: 'r_none' } })).rejects.toMatchObject({ code: 'run.notFound' });
    await bindTo('production');
    await expect(run('post', { sheet: reference })).rejects.toMatchObject(stale);
    expect(world.posted).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { listed } from '../../../connectors/kit/define.ts';
import { procore } from '../../../connectors/procore/index.ts';
import type { Connection } from '../../../engine/model/connection.ts';
import type { Connector, Resource } from '../../../engine/model/connector.ts';
import type { Fields } from '../../../engine/model/record.ts';
import type { RunEvent } from '../../../engine/model/run.ts';
import { createDeliverer } from '../../../engine/run/deliver.ts';
import { prepareReplay } from '../../../engine/run/replay.ts';
import { type RunHost, type RunRequest, runFlow } from '../../../engine/run/run-flow.ts';
import { temporaryStore } from '../../support/store.ts';
import { type ToyNode, toyFlow, writeBills } from '../../support/toy-flow.ts';
import { emptyWorld, toyConnections, toyHost, toyTarget } from '../../support/toy-systems.ts';
import { practice, project, readProject } from './support.ts';

/** An ERP that keeps its bills by vendor and number. */
function ledger() {
  const bills: { id: string; value: Fields }[] = [];
  const same = (a: Fields, b: Fields) => a.Vendor === b.Vendor && a.VendorRef === b.VendorRef;
  const erp = toyTarget(emptyWorld());
  const resources = erp.resources.map((resource): Resource<unknown> => {
    if (resource.id !== 'bills') return resource;
    return {
      ...resource,
      find: async (_client, key) =>
        bills
          .filter(({ value }) => same(value, key))
          .map((bill) => ({ ...bill, number: bill.id, editable: true, released: false })),
      create: async (_client, value) => {
        const id = `AP${String(bills.length + 1).padStart(6, '0')}`;
        bills.push({ id, value });
        return { id, number: id };
      },
    };
  });
  const connector: Connector = { ...erp, resources };
  return { bills, connector };
}

const bill: ToyNode = [
  'map',
  {
    to: { slot: 'erp', resource: 'bills' },
    fields: [
      { to: 'Vendor', value: '=[vendor_id]' },
      { to: 'VendorRef', value: '=RIGHT([commitment_id], 6)&"-"&[number]' },
      { to: 'Date', value: '=[billing_date]' },
      { to: 'Type', value: 'Bill' },
    ],
    each: [
      {
        to: 'Details',
        over: 'items',
        fields: [
          { to: 'Account', value: '5100' },
          { to: 'ExtendedCost', value: '=[net_amount]' },
        ],
      },
    ],
  },
];
const document = toyFlow(
  {
    read: ['read', { slot: 'source', resource: 'requisitions', scopes: [project.id], where: '=[status] = "approved"' }],
    bill,
    post: writeBills,
  },
  ['read > bill', 'bill > post'],
  { slots: { source: { connector: 'procore' }, erp: { connector: 'erp' } } },
);

/** Procore and an ERP with a flow between them, and what people do to invoices in Procore. */
async function posting(faults: string[] = []) {
  const { running, client } = await practice({ faults });
  const { bills, connector } = ledger();
  const store = await temporaryStore();
  const source: Connection = {
    id: 'c_procore',
    name: 'Procore',
    connector: 'procore',
    environment: 'practice',
    fields: running.fields,
    secrets: [],
  };
  const events: RunEvent[] = [];
  const run = async (more: Partial<RunRequest> = {}, host: Partial<RunHost> = {}) => {
    events.splice(0);
    const { run: summary } = await runFlow(
      {
        document,
        kind: 'post',
        startedBy: 'test',
        connections: { source, erp: toyConnections.erp },
        tables: [],
        ...more,
      },
      {
        ...toyHost(emptyWorld()),
        now: Date.now,
        secretsOf: async (id) => (id === source.id ? running.secrets : {}),
        connectors: [listed(procore), connector],
        deliverer: createDeliverer(store),
        recorder: store.recorder,
        watermarks: store.watermarks,
        posted: store.posted,
        onEvent: (event) => events.push(event),
        ...host,
      },
    );
    const { entries } = await store.records.list({ runId: summary.id }, { limit: 1_000 });
    return { summary, of: (id: string) => entries.find(({ origin }) => origin.id === id) };
  };
  /** Replays a record of a run from its stored payload. */
  const replay = async (runId: string, recordId: string) => {
    const wish = {
      selection: { runId, keys: [`procore:requisitions:${recordId}`] },
      flow: 'now',
      tables: 'now',
    } as const;
    const prepared = await prepareReplay(store, [listed(procore), connector], { ...wish, document });
    const { connectors, watermarks } = prepared;
    return await run({ kind: 'replay' }, { connectors, watermarks, posted: { of: store.posted.of } });
  };
  const invoices = (await readProject(client, 'requisitions')).records;
  const later = new Set(invoices.map(({ value }) => value.previous_requisition_id));
  /** The newest approved invoice of a contract. */
  const [invoice] = invoices.filter(({ id, value }) => value.status === 'approved' && !later.has(id));
  const id = invoice?.id ?? '';
  const edit = (fields: Fields) =>
    client.http.patch(`/rest/v1.1/requisitions/${id}`, {
      operation: 'edit as an administrator',
      body: {
        project_id: project.id,
        commitment_id: invoice?.value.commitment_id ?? null,
        requisition: fields as Record<string, string>,
      },
    });
  const remove = () =>
    client.http.delete(`/rest/v1.1/requisitions/${id}`, {
      operation: 'delete as an administrator',
      query: { project_id: project.id },
    });
  return { run, replay, events, bills, id, label: String(invoice?.value.invoice_number), edit, remove };
}

describe('an approved invoice that an administrator reopens after it was posted', () => {
  it('is held with its bill and both statuses, not passed over and not posted twice; approved again it is unchanged', async () => {
    const { run, bills, id, label, edit } = await posting();
    const first = await run();
    expect(first.of(id)?.status).toBe('posted');
    const count = bills.length;
    await edit({ status: 'revise_and_resubmit' });
    for (const kind of ['dry', 'post'] as const) {
      const { summary, of } = await run({ kind });
      expect(summary.counts).toMatchObject({ held: 1, posted: 0 });
      expect(of(id)?.error).toMatchObject({
        code: 'delivery.withdrawnAfterPosting',
        fields: { status: 'was “approved”, is “revise_and_resubmit”' },
      });
      expect(of(id)?.error?.message).toMatch(new RegExp(`^${label} was posted as AP\\d+ `));
    }
    await edit({ status: 'approved' });
    const { summary, of } = await run();
    expect(summary.status).toBe('succeeded');
    expect(of(id)).toMatchObject({ status: 'skipped', note: expect.stringContaining('Unchanged') });
    expect(bills).toHaveLength(count);
  });

  it('and changes, is held with the differences, and the bill stays as it was posted', async () => {
    const { run, bills, id, edit } = await posting();
    await run();
    const before = structuredClone(bills);
    await edit({ status: 'draft' });
    await run();
    await edit({ status: 'approved', billing_date: '2026-01-17' });
    const { of } = await run();
    expect(of(id)).toMatchObject({
      status: 'held',
      error: { code: 'delivery.changedAfterPosting', fields: { Date: expect.stringContaining('2026-01-17') } },
    });
    expect(bills).toEqual(before);
  });
});

describe('an invoice that is deleted after it was posted', () => {
  it('leaves no trace in the list: a read of changes cannot know, a read of everything holds it with its bill', async () => {
    const { run, bills, id, label, edit, remove } = await posting();
    await run();
    const count = bills.length;
    await edit({ status: 'draft' });
    await remove();
    expect((await run()).of(id)).toBeUndefined();
    const { summary, of } = await run({ kind: 'dry', fromTheBeginning: true });
    expect(summary.counts.held).toBe(1);
    expect(of(id)).toMatchObject({ status: 'held', error: { code: 'delivery.goneFromSource' } });
    expect(of(id)?.error?.message).toMatch(new RegExp(`^${label} was posted as AP\\d+ and is no longer there`));
    expect(of(id)?.amount).toMatch(/^-?\d+\.\d\d$/);
    expect(bills).toHaveLength(count);
  });

  it('is told in every run from then on, until a person who has seen to it replays it, which posts nothing', async () => {
    const { run, replay, bills, id, edit, remove } = await posting();
    await run();
    const count = bills.length;
    await edit({ status: 'draft' });
    await remove();
    await run({ kind: 'dry', fromTheBeginning: true });
    const told = await run();
    expect(told.of(id)?.error?.code).toBe('delivery.goneFromSource');
    const replayed = await replay(told.summary.id, id);
    expect(replayed.of(id)).toMatchObject({ status: 'skipped', note: expect.stringContaining('Unchanged') });
    for (const more of [{}, { fromTheBeginning: true }]) expect((await run(more)).of(id)).toBeUndefined();
    expect(bills).toHaveLength(count);
  });
});

describe('a run for an account whose permitted projects were emptied by an update of the app', () => {
  it.each([
    ['refused project by project', 'project-forbidden', [project.id], 'Harbor Point'],
    ['shown nothing at all', 'nothing-permitted', [], 'Company'],
  ])('is no success where it is %s, and says what to do', async (_what, fault, scopes, label) => {
    const { run, events } = await posting([fault]);
    const changed = structuredClone(document);
    for (const node of changed.nodes) if (node.kind === 'read') node.config.scopes = scopes;
    const { summary } = await run({ document: changed });
    expect(summary).toMatchObject({ status: 'partlySucceeded', counts: { total: 0 } });
    const told = events.flatMap((event) => (event.type === 'scopeFailed' ? [event] : []));
    expect(told).toHaveLength(1);
    expect(told[0]?.scope).toContain(label);
    expect(told[0]?.error.hint).toContain('permitted projects');
  });
});

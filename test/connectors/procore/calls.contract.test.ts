import { describe, expect, it } from 'vitest';
import { procore } from '../../../connectors/procore/index.ts';
import { rowOf } from '../../../connectors/procore/simulator/rows.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { practice, project, read, readProject as recordsOf } from './support.ts';

const projectId = project.id;
const isSingleCost = (path: string): boolean => /\/direct_costs\/\d+$/.test(path);

const incremental = procore.resources.filter(({ incremental: is, read: reads }) => is && reads !== undefined);

describe('a read since the last one, with nothing new,', () => {
  it.each(incremental.map(({ id, scope }) => [id, scope] as const))(
    'of %s costs one listing per %s, no more',
    async (id, scope) => {
      const { client, asked } = await practice();
      const { events } = await read(client, id, { since: '2199-01-01T00:00:00Z' });
      expect(events.filter(({ kind }) => kind !== 'scope-done')).toEqual([]);
      const lists = asked();
      if (scope === 'company') return expect(lists).toHaveLength(1);
      expect(lists.filter((path) => path === '/rest/v1.1/projects')).toHaveLength(1);
      expect(lists).toHaveLength(1 + 15);
      expect(events).toHaveLength(15);
    },
  );

  it('covers every resource that Procore can list by its time of change', () => {
    expect(incremental.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'requisitions',
        'direct-costs',
        'work-order-contracts',
        'vendors',
        'change-order-packages',
      ]),
    );
  });
});

describe('contracts', () => {
  it.each(['work-order-contracts', 'purchase-order-contracts'])(
    'of %s come whole with one call each: lines, changes, payments, project and vendor',
    async (id) => {
      const { client, running, asked } = await practice();
      const { records } = await recordsOf(client, id);
      expect(records.length).toBeGreaterThan(0);
      expect(asked()).toHaveLength(2 + records.length);
      const resource = procore.resources.find((candidate) => candidate.id === id);
      for (const { id: contractId, value, origin } of records) {
        expect(value.project_id).toBe(projectId);
        expect(value.vendor_id).toBe((value.vendor as Fields).id);
        const stored = running.state.tables.vendors.get(String(value.vendor_id));
        expect((value.vendor as Fields).origin_id ?? null).toBe(stored?.row.origin_id);
        expect((value.line_items as Fields[]).length).toBeGreaterThan(0);
        expect((await resource?.get?.(client, contractId, origin.scope))?.value).toEqual(value);
      }
    },
  );

  it('whose line is no number fails alone, named', async () => {
    const { client, running } = await practice();
    const [line] = [...running.state.tables['contract-lines'].values()].filter(
      (stored) =>
        stored.projectId === projectId && String(rowOf(stored.row.holder).holder_type) === 'WorkOrderContract',
    );
    if (line !== undefined) line.row.amount = 'a lot';
    const { records, failed } = await recordsOf(client, 'work-order-contracts');
    expect(failed.map(({ origin, error }) => [origin.id, error.code])).toEqual([[line?.parentId, 'data.badAmount']]);
    expect(failed[0]?.error.message).toContain('Amount as entered');
    expect(records.length).toBeGreaterThan(0);
  });

  it('that is listed but hidden fails alone; the project is read on', async () => {
    const running = await practice();
    const [hidden] = [...running.running.state.tables.contracts.entries()].flatMap(([id, { projectId: where, row }]) =>
      where === projectId && row.type === 'WorkOrderContract' ? [id] : [],
    );
    const { client } = await practice({ faults: [`status=404;path=work_order_contracts/${hidden}`] });
    const { records, failed, failedScopes } = await recordsOf(client, 'work-order-contracts');
    expect(failed.map(({ origin, error }) => [origin.id, error.kind])).toEqual([[hidden, 'rejected']]);
    expect(failed[0]?.error.hint).toContain('permitted projects');
    expect(failedScopes).toEqual([]);
    expect(records.length).toBeGreaterThan(0);
  });

  it('have their payments asked for at once, one call each, because no list has them all', async () => {
    const { client, running, asked } = await practice();
    let [now, most] = [0, 0];
    const get = client.http.get.bind(client.http);
    client.http.get = async (path, request) => {
      if (!path.endsWith('/contract_payments')) return get(path, request);
      now += 1;
      most = Math.max(most, now);
      return get(path, request).finally(() => {
        now -= 1;
      });
    };
    await recordsOf(client, 'contract-payments');
    const contracts = [...running.state.tables.contracts.values()].filter((stored) => stored.projectId === projectId);
    expect(asked()).toHaveLength(2 + contracts.length);
    expect(most).toBe(contracts.length);
  });
});

describe('lists that complete records', () => {
  it('are fetched only for the project that has something new', async () => {
    const { client, running, asked } = await practice();
    const moments = (await running.documents('requisitions')).map(({ updated_at: at }) => Date.parse(String(at)));
    const { events } = await read(client, 'requisitions', { since: new Date(Math.max(...moments)).toISOString() });
    const changed = events.flatMap((event) => (event.kind === 'page' ? (event.scope?.id ?? []) : []));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThan(15);
    expect(asked().filter((path) => path === '/rest/v1.0/cost_codes')).toHaveLength(2 * new Set(changed).size);
    expect(asked().filter((path) => path === '/rest/v1.0/line_item_types')).toHaveLength(1);
  });
});

describe('direct costs', () => {
  it('come whole with one call each: their list counts neither lines nor attachments', async () => {
    const { client, asked } = await practice();
    const { events } = await read(client, 'direct-costs', { scopes: [projectId] });
    const records = events.flatMap((event) => (event.kind === 'page' ? event.records : []));
    expect(records.length).toBeGreaterThan(3);
    expect(asked().filter(isSingleCost)).toHaveLength(records.length);
    const costs = procore.resources.find(({ id }) => id === 'direct-costs');
    for (const { id, value, origin } of records) {
      const { amount: _inLists, ...whole } = value;
      expect(whole).toEqual((await costs?.get?.(client, id, origin.scope))?.value);
    }
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connect } from '../../../connectors/procore/client.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { atEnd, errorOf, pinged, practice, project, read, resource } from './support.ts';

describe('requisitions', () => {
  it('of every active project come coded, with lines that sum to the payment due', async () => {
    const { client } = await practice();
    const { records } = await read(client, 'requisitions');
    expect(records).toHaveLength(400);
    for (const { value } of records) {
      for (const item of value.items as Fields[]) {
        expect((item.cost_code as Fields).full_code).toBeTypeOf('string');
        expect((item.line_item_type as Fields).code).toBeTypeOf('string');
      }
    }
  });

  it.each(['bad-amount', 'thousands-separator', 'bad-date', 'huge-field', 'no-id', 'items-not-a-list'])(
    'with %s fail alone and small, naming the field; the others are read',
    async (fault) => {
      const { client } = await practice({ faults: [fault] });
      const { records, failed } = await read(client, 'requisitions', { scopes: [project.id] });
      expect(failed).toHaveLength(1);
      expect(records.length).toBeGreaterThan(10);
      const [event] = failed;
      expect(event?.kind === 'record-failed' && event.error.code).toMatch(/^data\./);
      expect(JSON.stringify(event).length).toBeLessThan(100_000);
    },
  );

  it.each([
    'number-for-text',
    'unknown-status',
    'unknown-keys',
    'strange-text',
    'empty-currency',
    'null-cost-code',
    'deleted-cost-code',
    'no-budget-code',
    'five-decimals',
    'blank-invoice-number',
  ])('with %s are read all the same', async (fault) => {
    const { client } = await practice({ faults: [fault] });
    expect((await read(client, 'requisitions', { scopes: [project.id] })).failed).toEqual([]);
  });

  it('keep an id above 2^53 digit by digit', async () => {
    const { client } = await practice({ faults: ['big-id'] });
    const { records } = await read(client, 'requisitions', { scopes: [project.id] });
    expect(records[0]?.id).toBe('9007199254740993123');
  });

  it('with nothing new cost one listing of projects and one call per project', async () => {
    const { client, exchanges } = await practice();
    const { records } = await read(client, 'requisitions', { since: '2199-01-01T00:00:00Z' });
    expect(records).toEqual([]);
    expect(exchanges.filter(({ url }) => !url.includes('/oauth/'))).toHaveLength(1 + 15);
  });

  it('of a hidden project are reported as failed while the others are read', async () => {
    const { client } = await practice({ faults: [`project-hidden;path=project_id=${project.id}`] });
    const { events, records } = await read(client, 'requisitions');
    const failures = events.filter((event) => event.kind === 'scope-failed');
    expect(failures).toHaveLength(1);
    expect(failures[0]?.kind === 'scope-failed' && failures[0].scope.label).toContain('Harbor Point');
    expect(records.length).toBeGreaterThan(300);
  });
});

describe('lists', () => {
  it('whose rows move between pages give each row once', async () => {
    const { client } = await practice({ faults: ['shift-rows'] });
    const { records } = await read(client, 'cost-codes', { scopes: [project.id] });
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
    expect(records).toHaveLength(150);
  });

  it('stay within tight windows without a single refusal by the server', async () => {
    const { client, running } = await practice({ faults: ['documented-limits'] });
    await read(client, 'requisitions');
    await read(client, 'cost-codes');
    expect(running.state.refusedCalls).toBe(0);
  });
});

describe('writing', () => {
  const lines = [
    { description: 'Slab', amount: '1000.10', cost_code_id: '562949970000003', line_item_type_id: '4402' },
    { description: 'Walls', amount: '500.05', cost_code_id: '562949970000003', line_item_type_id: '4402' },
  ];
  const subcontract = (number: string, more: Fields = {}): Fields => ({
    project_id: project.id,
    number,
    title: 'New',
    vendor_id: '562949960001101',
    line_items: lines,
    ...more,
  });

  it('a subcontract makes a draft with lines; releasing approves and locks it', async () => {
    const { client } = await practice();
    const contracts = resource('work-order-contracts');
    const made = await contracts.create?.(client, subcontract('SC-NEW-1'), {}, project);
    expect(made).toMatchObject({ number: 'SC-NEW-1', status: 'Draft' });
    expect(made?.value?.grand_total).toBe('1500.15');
    await contracts.update?.(
      client,
      made?.id ?? '',
      subcontract('SC-NEW-1', { line_items: lines.slice(0, 1) }),
      {},
      project,
    );
    const [updated] = (await contracts.find?.(client, subcontract('SC-NEW-1'), project)) ?? [];
    expect(updated?.value.grand_total).toBe('1000.10');
    expect((await contracts.release?.(client, made?.id ?? '', project))?.status).toBe('Approved');
    const error = await errorOf(contracts.update?.(client, made?.id ?? '', subcontract('SC-NEW-1'), {}, project));
    expect(error.code).toBe('remote.rejected');
  });

  it('a subcontract whose lines are refused leaves nothing behind', async () => {
    const { client } = await practice();
    const contracts = resource('work-order-contracts');
    const bad = subcontract('SC-NEW-2', { line_items: [{ ...lines[0], cost_code_id: '1' } as Fields] });
    const error = await errorOf(contracts.create?.(client, bad, {}, project));
    expect(error.fields).toMatchObject({ cost_code_id: 'does not exist in this project' });
    expect(await contracts.find?.(client, bad, project)).toEqual([]);
  });

  it('a vendor with its origin id goes through sync, twice without a second vendor, and keeps foreign links', async () => {
    const { client, running } = await practice();
    const vendors = resource('vendors');
    const vendor = { name: 'Newcomer Ltd', origin_id: 'V-900', origin_code: 'V900' };
    const made = await vendors.create?.(client, vendor, { writeOrigin: true });
    const again = await vendors.create?.(client, vendor, { writeOrigin: true });
    expect(again?.id).toBe(made?.id);
    expect((await running.documents('vendors')).filter(({ name }) => name === 'Newcomer Ltd')).toHaveLength(1);
    expect(await vendors.find?.(client, vendor)).toHaveLength(1);
    const error = await errorOf(
      vendors.update?.(client, made?.id ?? '', { ...vendor, origin_id: 'V-901' }, { writeOrigin: true }),
    );
    expect(error.code).toBe('remote.conflict');
  });

  it('a direct cost waits while another request has it, and the origin locks it', async () => {
    const { client, waits } = await practice({ faults: ['direct-cost-busy;times=1;method=POST;path=direct_costs'] });
    const costs = resource('direct-costs');
    const value: Fields = {
      project_id: project.id,
      direct_cost_type: 'invoice',
      direct_cost_date: '2026-06-03',
      invoice_number: 'MRS-1',
      vendor_id: '562949960001101',
      origin_id: 'B-1',
      line_items: [{ amount: '2310.00', cost_code: { full_code: '01-010.100' }, line_item_type: { code: 'M' } }],
    };
    const made = await costs.create?.(client, value, { writeOrigin: true }, project);
    expect(waits.some(({ reason }) => reason === 'retry')).toBe(true);
    const [found] = (await costs.find?.(client, { ...value, invoice_number: 'mrs 1' }, project)) ?? [];
    expect(found).toMatchObject({ id: made?.id, editable: false, value: { grand_total: '2310.00', origin_id: 'B-1' } });
  });

  it('survives a killed simulator', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'procore-'));
    atEnd(() => Promise.resolve(rmSync(folder, { recursive: true })));
    const persistTo = join(folder, 'journal.jsonl');
    const first = await practice({ persistTo });
    await resource('vendors').create?.(first.client, { name: 'Kept Ltd' }, {});
    await first.running.stop();
    const second = await practice({ persistTo });
    expect((await second.running.documents('vendors')).some(({ name }) => name === 'Kept Ltd')).toBe(true);
  });
});

describe('ping', () => {
  async function check(faults: string[], change: { fields?: Fields; secrets?: Fields } = {}) {
    const { running, context } = await practice({ faults });
    const client = connect({
      ...context,
      connectionId: `${context.connectionId}-ping`,
      fields: { ...running.fields, ...change.fields } as Record<string, string>,
      secrets: { ...running.secrets, ...change.secrets } as Record<string, string>,
    });
    return pinged(client, [{ resource: 'requisitions', write: true }]);
  }

  it('of a healthy connection is all well', async () => {
    expect(Object.values(await check([])).map(({ status }) => status)).toEqual(Array(8).fill('ok'));
  });

  it.each([
    ['wrong secret', [], { secrets: { clientSecret: 'wrong' } }, 'sign-in', 'failed'],
    ['unknown company', [], { fields: { companyId: '42' } }, 'company', 'failed'],
    ['app not installed', ['app-not-connected'], {}, 'company', 'failed'],
    ['API down', ['status=503;path=/rest/'], {}, 'reach', 'failed'],
    ['no permission for invoices', ['status=403;path=/requisitions'], {}, 'need-requisitions', 'failed'],
    ['wrong clock', ['skewed-clock'], {}, 'clock', 'warning'],
    ['foreign ERP integration', ['erp-integrated'], {}, 'erp-integration', 'warning'],
  ] as const)('names cause and remedy: %s', async (_name, faults, change, id, status) => {
    const results = await check([...faults], change);
    expect(results[id]).toMatchObject({ status, cause: expect.any(String), remedy: expect.any(String) });
  });
});

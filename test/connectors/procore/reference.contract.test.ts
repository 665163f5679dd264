/** Every call of the connector, and every answer of its simulator, against Procore's published description. */
import { afterAll, describe, expect, it } from 'vitest';
import { connect, type ProcoreClient } from '../../../connectors/procore/client.ts';
import { procore } from '../../../connectors/procore/index.ts';
import { ping } from '../../../connectors/procore/ping.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { hear } from '../../support/reference/heard.ts';
import { checkProcore, description } from '../../support/reference/procore.ts';
import { practice, project, read, readProject, writing } from './support.ts';

const heard = hear({ procore: checkProcore });
afterAll(heard.stop);

/** What was found since the last question. */
function findings(): Record<string, number> {
  const { findings: all } = heard.of('procore');
  const now = Object.fromEntries(all);
  all.clear();
  return now;
}

const coding = { cost_code: { full_code: '01-010.100' }, line_item_type: { code: 'S' } };
const line = { description: 'Slab', amount: '1000.10', ...coding };

/** A value of each resource that can be written, with every kind of field that its body has. */
const values: Record<string, Fields> = {
  vendors: { name: 'Reference Concrete', trade_name: 'RC', is_active: true, origin_code: 'V-77', city: 'Kent' },
  projects: { name: 'Reference House', project_number: '2477', total_value: '10.50', time_zone: 'America/Denver' },
  'cost-codes': { project_id: project.id, code: '77', name: 'Reference' },
  'billing-periods': {
    ...{ project_id: project.id, start_date: '2031-01-01', end_date: '2031-01-31' },
    ...{ due_date: '2031-02-05', status: 'open' },
  },
  'contract-payments': {
    ...{ project_id: project.id, contract_id: '562949980000041', requisition_id: '562949990000101' },
    ...{ amount: '1.10', date: '2026-06-25', payment_method: 'check', check_number: '7701', payment_number: '7' },
  },
  'direct-costs': {
    ...{ project_id: project.id, direct_cost_type: 'invoice', direct_cost_date: '2026-06-25', vendor_id: '1' },
    ...{ invoice_number: 'REF-1', line_items: [line, { ...line, amount: null, quantity: '2', unit_cost: '5.00' }] },
  },
  'commitment-change-orders': {
    ...{ project_id: project.id, contract_id: '562949980000041', number: '977', title: 'Reference' },
    ...{ revision: '1', schedule_impact_amount: '3', line_items: [line, { ...line, extended_type: 'calculated' }] },
  },
  'project-vendors': { project_id: project.id, name: 'Reference Steel', origin_code: 'V-78', union_member: false },
  'budget-lines': { project_id: project.id, original_budget_amount: '12.34' },
};

async function vendorOf(client: ProcoreClient): Promise<string> {
  const [first] = (await read(client, 'vendors')).records;
  return first?.id ?? '';
}

const freeCode = async (client: ProcoreClient): Promise<string> => {
  const used = new Set((await readProject(client, 'budget-lines')).records.map(({ value }) => value.wbs_code_id));
  return (await readProject(client, 'wbs-codes')).records.find(({ id }) => !used.has(id))?.id ?? '';
};

describe('the published description of Procore', () => {
  it.each(procore.resources.filter(({ read: reads }) => reads !== undefined).map(({ id }) => id))(
    'has every call and every answer of a read of %s',
    async (id) => {
      const { client } = await practice();
      const { records } = await read(client, id, procoreScope(id));
      const [first] = records;
      const { get } = procore.resources.find((candidate) => candidate.id === id) ?? {};
      if (first !== undefined) await get?.(client, first.id, first.origin.scope);
      await read(client, id, { ...procoreScope(id), since: '2026-01-01T00:00:00Z' });
      expect(findings()).toEqual({});
    },
  );

  it.each(Object.keys(values))('has every call and every answer of writing %s', async (id) => {
    const { client } = await practice();
    const value = { ...values[id] };
    if (id === 'direct-costs') value.vendor_id = await vendorOf(client);
    if (id === 'budget-lines') value.wbs_code_id = await freeCode(client);
    if (id === 'commitment-change-orders')
      value.line_items = [
        line,
        { ...coding, description: 'Units', extended_type: 'calculated', quantity: '2', unit_cost: '5.00', uom: 'ea' },
      ];
    const { find, create, update } = writing(client, id);
    expect(await find(value)).toEqual([]);
    const made = await create(value);
    expect(await find(value)).toHaveLength(1);
    await update(made.id, value);
    expect(findings()).toEqual({});
  });

  it.each(['work-order-contracts', 'purchase-order-contracts', 'prime-contracts'])(
    'has every call of writing %s',
    async (id) => {
      const { client } = await practice();
      const contract: Fields = {
        project_id: project.id,
        number: `REF-${id}`,
        vendor_id: await vendorOf(client),
        title: 'R',
      };
      const [code] = (await readProject(client, 'cost-codes')).records.filter(({ value }) => value.budgeted === true);
      const [type] = (await read(client, 'line-item-types')).records;
      const row = {
        description: 'Slab',
        amount: '10.00',
        cost_code_id: code?.id ?? '',
        line_item_type_id: type?.id ?? '',
      };
      const { find, create, update, release } = writing(client, id);
      const made = await create({ ...contract, line_items: [row, row] });
      await update(made.id, { ...contract, line_items: [{ ...row, amount: '11.00' }] });
      await release(made.id);
      expect(await find(contract)).toMatchObject([{ id: made.id, released: true }]);
      expect(findings()).toEqual({});
    },
  );

  it('has every call of writing payment-applications', async () => {
    const { client } = await practice();
    const [prime] = (await readProject(client, 'prime-contracts')).records;
    const [period] = (await readProject(client, 'billing-periods')).records;
    const value: Fields = {
      ...{ project_id: project.id, contract_id: prime?.id ?? '', period_id: period?.id ?? '', invoice_number: 'REF-1' },
      ...{ billing_date: '2026-06-30', period_start: '2026-06-01', period_end: '2026-06-30', origin_id: 'REF' },
      g703: [{ item_number: '1', work_completed_this_period: '10.00', materials_presently_stored: '5.00' }],
    };
    const { find, create, update, release } = writing(client, 'payment-applications');
    const made = await create(value, { writeOrigin: true, newStatus: 'under_review' });
    expect(await find(value)).toMatchObject([{ id: made.id }]);
    await update(made.id, { ...value, billing_date: '2026-07-01' });
    await release(made.id);
    await expect(create({ ...value, invoice_number: 'REF-2', g703: [{ item_number: '9' }] })).rejects.toThrow('Line 1');
    expect(findings()).toEqual({});
  });

  it('has the calls of a ping and of setting webhooks up', async () => {
    const { context } = await practice();
    const client = connect({ ...context, secrets: { ...context.secrets, webhookSecret: 'reference-secret' } });
    const needs = procore.resources.map(({ id }) => ({ resource: id, write: false }));
    for await (const check of ping(client, needs, procore.resources)) expect(check.id).not.toBe('');
    const admin = procore.webhookAdmin;
    const [outcome] = (await admin?.register(client, { url: 'https://relay.example/x' })) ?? [];
    await admin?.list(client, [project.id]);
    await admin?.deliveries(client, outcome?.hook.id ?? '', {});
    await admin?.remove(client, outcome?.hook.id ?? '', {});
    expect(findings()).toEqual({});
  });

  it('was asked about most of what it holds', () => {
    const { operations } = heard.of('procore');
    expect(operations.size).toBeGreaterThan(60);
    for (const operation of operations.keys()) expect(description.operations).toHaveProperty([operation]);
  });
});

/** One project is enough of what is read by project. */
function procoreScope(id: string): { scopes?: readonly string[] } {
  const scope = procore.resources.find((candidate) => candidate.id === id)?.scope;
  return scope === 'project' ? { scopes: [project.id] } : {};
}

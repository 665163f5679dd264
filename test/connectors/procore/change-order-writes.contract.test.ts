import { describe, expect, it } from 'vitest';
import { commitmentChangeOrders } from '../../../connectors/procore/resources/change-orders.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { delivering } from './delivering.ts';
import { errorOf, practice, project, writing } from './support.ts';

const contractId = '562949980000041';
const { find, create, update, release, get } = commitmentChangeOrders;

const slab = {
  description: 'Slab',
  amount: '1000.10',
  cost_code: { full_code: '01-010.100' },
  line_item_type: { code: 'S' },
};
const walls = { ...slab, description: 'Walls', amount: '500.05' };
const value = (number: string, more: Fields = {}): Fields => ({
  project_id: project.id,
  contract_id: contractId,
  number,
  title: 'Thicker slab',
  status: 'approved',
  grand_total: '9.99',
  line_items: [slab, walls],
  ...more,
});

const amounts = (fields: Fields | undefined): unknown[] =>
  ((fields?.line_items ?? []) as Fields[]).map(({ description, amount }) => [description, amount]);

describe('a commitment change order', () => {
  it('is made as draft with its lines, found by contract and number, changed, approved, and then locked', async () => {
    const { client, running } = await practice();
    const made = await create?.(client, value('900'), {}, project);
    expect(made).toMatchObject({ number: '900', status: 'draft', value: { grand_total: '1500.15' } });
    expect(amounts(made?.value)).toEqual([
      ['Slab', '1000.10'],
      ['Walls', '500.05'],
    ]);
    const id = made?.id ?? '';
    expect(await find?.(client, value('900'), project)).toMatchObject([{ id, editable: true, released: false }]);
    expect(await find?.(client, value('900', { contract_id: '562949980000042' }), project)).toEqual([]);

    const changed = await update?.(
      client,
      id,
      value('900', { line_items: [{ ...walls, amount: '7.00' }] }),
      {},
      project,
    );
    expect(amounts(changed?.value)).toEqual([['Walls', '7.00']]);
    expect((await get?.(client, id, project))?.value.grand_total).toBe('7.00');

    const contract = () => running.state.tables.contracts.get(contractId)?.row ?? {};
    const before = String(contract().approved_change_orders);
    expect((await release?.(client, id, project))?.status).toBe('approved');
    expect((await release?.(client, id, project))?.status).toBe('approved');
    expect(Number(contract().approved_change_orders)).toBeCloseTo(Number(before) + 7, 2);
    const error = await errorOf(update?.(client, id, value('900'), {}, project));
    expect(error).toMatchObject({ code: 'remote.rejected' });
    expect(amounts((await get?.(client, id, project))?.value)).toEqual([['Walls', '7.00']]);
  });

  it('sends nothing that Procore alone sets, and amounts as text', async () => {
    const { client, running } = await practice();
    await create?.(client, value('901'), {}, project);
    const sent = running.services.log.list({ method: 'POST' }).map(({ body }) => body ?? '');
    const header = JSON.parse(sent.find((body) => body.includes('change_order')) ?? '{}');
    expect(header.change_order).toEqual({
      contract_id: Number(contractId),
      number: '901',
      title: 'Thicker slab',
      status: 'draft',
    });
    const lines = sent.filter((body) => body.includes('wbs_code_id')).map((body) => JSON.parse(body) as Fields);
    expect(lines).toEqual(
      [slab, walls].map(({ description, amount }) => ({ wbs_code_id: expect.any(String), description, amount })),
    );
  });

  it('shows cost code, cost type and total of its lines, which Procore tells by the budget code alone', async () => {
    const { client } = await practice();
    const made = await create?.(client, value('906'), {}, project);
    const lines = (await get?.(client, made?.id ?? '', project))?.value.line_items as Fields[];
    expect(lines).toMatchObject([
      { cost_code: { full_code: '01-010.100' }, line_item_type: { code: 'S' }, total_amount: '1000.10' },
      { cost_code: { full_code: '01-010.100' }, line_item_type: { code: 'S' }, total_amount: '500.05' },
    ]);
    expect(made?.value?.line_items).toMatchObject(lines.map(({ cost_code }) => ({ cost_code })));
  });

  it('whose budget code the project lacks leaves nothing behind', async () => {
    const { client } = await practice();
    const bad = value('902', { line_items: [slab, { ...walls, cost_code: { full_code: '99-999' } }] });
    const error = await errorOf(create?.(client, bad, {}, project));
    expect(error.message).toContain('99-999.S');
    expect(await find?.(client, bad, project)).toEqual([]);
  });

  it('of a contract that the project has not, or a number that is taken, is refused in words', async () => {
    const { client } = await practice();
    const stray = await errorOf(create?.(client, value('903', { contract_id: '1' }), {}, project));
    expect(stray.fields).toMatchObject({ contract_id: 'does not exist' });
    await create?.(client, value('904'), {}, project);
    const twice = await errorOf(create?.(client, value('904'), {}, project));
    expect(twice.fields).toMatchObject({ number: 'has already been taken' });
  });

  it('whose line got no answer is of unknown outcome and kept, so that it can be looked up', async () => {
    const { client } = await practice({ faults: ['cut=after;method=POST;times=1;path=/line_items'] });
    const error = await errorOf(create?.(client, value('905'), {}, project));
    expect(error.code).toBe('remote.outcomeUnknown');
    const [found] = (await find?.(client, value('905'), project)) ?? [];
    expect(found?.editable).toBe(true);
    const whole = await update?.(client, found?.id ?? '', value('905'), {}, project);
    expect(amounts(whole?.value)).toEqual([
      ['Slab', '1000.10'],
      ['Walls', '500.05'],
    ]);
  });
});

describe('a change order of a prime contract', () => {
  it('is made, found, changed, approved and locked like one of a commitment, and moves the contract’s totals', async () => {
    const { client, running } = await practice();
    const orders = writing(client, 'prime-change-orders');
    const [contract] = [...running.state.tables['prime-contracts'].values()].filter(
      (stored) => stored.projectId === project.id,
    );
    const ofOwner = (more: Fields = {}): Fields => ({ ...value('900', more), contract_id: String(contract?.row.id) });
    expect(await orders.find(ofOwner())).toEqual([]);
    const made = await orders.create(ofOwner());
    expect(made).toMatchObject({ number: '900', status: 'draft', value: { grand_total: '1500.15' } });
    expect(await orders.find(ofOwner())).toMatchObject([{ id: made.id, editable: true }]);
    const changed = await orders.update(made.id, ofOwner({ line_items: [{ ...walls, amount: '7.00' }] }));
    expect(amounts(changed.value)).toEqual([['Walls', '7.00']]);
    expect((await orders.release(made.id)).status).toBe('approved');
    await expect(orders.update(made.id, ofOwner())).rejects.toMatchObject({ code: 'remote.rejected' });
    const [stored] = [...running.state.tables['prime-contracts'].values()].filter(
      ({ projectId }) => projectId === project.id,
    );
    expect(stored?.row).toMatchObject({ approved_change_orders: '7.00', revised_contract_amount: '18400007.00' });
    await expect(orders.create(ofOwner())).rejects.toMatchObject({ fields: { number: 'has already been taken' } });
  });
});

describe('a change order package', () => {
  const value: Fields = {
    project_id: project.id,
    contract_id: contractId,
    title: 'Dewatering',
    grand_total: '1200.50',
  };

  it('is made as a draft with its amount, found by contract and title, changed, approved, and then locked', async () => {
    const { client, running } = await practice();
    const packages = writing(client, 'change-order-packages');
    expect(await packages.find(value)).toEqual([]);
    const made = await packages.create(value);
    expect(made).toMatchObject({ status: 'draft', value: { grand_total: '1200.50' } });
    expect(await packages.find(value)).toMatchObject([{ id: made.id, editable: true, released: false }]);
    expect(await packages.find({ ...value, contract_id: '562949980000042' })).toEqual([]);
    await packages.update(made.id, { ...value, grand_total: '1300.00' });
    const before = String(running.state.tables.contracts.get(contractId)?.row.approved_change_orders);
    expect((await packages.release(made.id)).status).toBe('approved');
    expect((await packages.release(made.id)).status).toBe('approved');
    const after = String(running.state.tables.contracts.get(contractId)?.row.approved_change_orders);
    expect(Number(after) - Number(before)).toBeCloseTo(1300, 2);
    expect(await packages.find(value)).toMatchObject([{ editable: false, released: true }]);
    await expect(packages.update(made.id, value)).rejects.toMatchObject({ code: 'remote.rejected' });
  });

  it('is posted once, with the contract beside it and the origin only when asked', async () => {
    const { client, running } = await practice();
    const { post } = await delivering(client, 'change-order-packages', { release: true });
    const record = { key: 'co-1', value: { ...value, origin_id: 'CO-1' } };
    expect((await post('r1', [record]))[0]).toMatchObject({ status: 'posted', target: { status: 'approved' } });
    expect((await post('r2', [record]))[0]?.status).toBe('skipped');
    const [sent] = running.services.log.list({ method: 'POST', path: '/rest/v1.0/change_order_packages' });
    expect(JSON.parse(sent?.body ?? '{}')).toEqual({
      project_id: Number(project.id),
      contract_id: Number(contractId),
      change_order: { title: 'Dewatering', grand_total: '1200.50' },
    });
  });
});

import { describe, expect, it } from 'vitest';
import type { Fields } from '../../../engine/model/record.ts';
import { delivering } from './delivering.ts';
import { errorOf, practice, project, readProject, resource, writing } from './support.ts';

const line = (description: string, amount: string): Fields => ({
  description,
  amount,
  wbs_code_id: '88000261',
});
const value = (number: string, more: Fields = {}): Fields => ({
  project_id: project.id,
  number,
  title: 'Parking deck',
  vendor_id: '562949960001101',
  contract_date: '2026-06-01',
  retainage_percent: '5.0',
  // What Procore alone sets, and what is set by releasing.
  ...{ grand_total: '9.99', status: 'Approved', payment_terms: 'Net 30', allow_payments: false },
  line_items: [line('Slab', '1000.10'), line('Walls', '500.05')],
  ...more,
});

const amounts = (fields: Fields | undefined): unknown[] =>
  ((fields?.line_items ?? []) as Fields[]).map(({ description, amount }) => [description, amount]);

describe('a prime contract', () => {
  it('is made as a draft with its lines, found by number, changed, approved, and then locked', async () => {
    const { client } = await practice();
    const contracts = writing(client, 'prime-contracts');
    expect(await contracts.find(value('OC-9'))).toEqual([]);
    const made = await contracts.create(value('OC-9'));
    expect(made).toMatchObject({
      number: 'OC-9',
      status: 'Draft',
      value: { grand_total: '1500.15', revised_contract_amount: '1500.15', outstanding_balance: '1500.15' },
    });
    expect(amounts(made.value)).toEqual([
      ['Slab', '1000.10'],
      ['Walls', '500.05'],
    ]);
    expect(await contracts.find(value('OC-9'))).toMatchObject([{ id: made.id, editable: true, released: false }]);

    const changed = await contracts.update(made.id, value('OC-9', { line_items: [line('Walls', '7.00')] }));
    expect(amounts(changed.value)).toEqual([['Walls', '7.00']]);
    const single = await resource('prime-contracts').get?.(client, made.id, project);
    expect(single?.value).toMatchObject({ grand_total: '7.00', vendor_id: '562949960001101', project_id: project.id });

    expect((await contracts.release(made.id)).status).toBe('Approved');
    expect((await contracts.release(made.id)).status).toBe('Approved');
    expect(await contracts.find(value('OC-9'))).toMatchObject([{ editable: false, released: true }]);
    expect(await errorOf(contracts.update(made.id, value('OC-9')))).toMatchObject({ code: 'remote.rejected' });
  });

  it('goes to the singular address with nothing that Procore alone sets, its lines to the plural one', async () => {
    const { client, running } = await practice();
    await writing(client, 'prime-contracts').create(value('OC-9', { origin_id: 'ERP-9' }));
    const [header] = running.services.log.list({ method: 'POST', path: '/rest/v1.0/prime_contract' });
    expect(JSON.parse(header?.body ?? '{}')).toEqual({
      project_id: Number(project.id),
      prime_contract: {
        number: 'OC-9',
        title: 'Parking deck',
        vendor_id: 562949960001101,
        contract_date: '2026-06-01',
        retainage_percent: '5.0',
        status: 'Draft',
      },
    });
    const [lines] = running.services.log.list({ method: 'PATCH', path: '/line_items/sync' });
    expect(lines?.target).toMatch(/^\/rest\/v1\.0\/prime_contracts\/\d+\/line_items\/sync\?project_id=/);
  });

  it('is found by its origin id before its number, which somebody may have changed', async () => {
    const { client, running } = await practice();
    const contracts = writing(client, 'prime-contracts');
    const linked = value('OC-9', { origin_id: 'ERP-9' });
    const made = await contracts.create(linked, { writeOrigin: true });
    const stored = running.state.tables['prime-contracts'].get(made.id);
    if (stored !== undefined) stored.row.number = 'OC-9A';
    expect(await contracts.find(linked)).toMatchObject([{ id: made.id, number: 'OC-9A' }]);
    expect(await contracts.find(value('OC-9'))).toEqual([]);
    const foreign = value('OC-9A', { origin_id: 'OTHER' });
    expect(await errorOf(contracts.update(made.id, foreign, { writeOrigin: true }))).toMatchObject({
      code: 'remote.conflict',
    });
  });

  it('whose lines are refused leaves nothing behind, and a number that is taken is refused', async () => {
    const { client } = await practice();
    const contracts = writing(client, 'prime-contracts');
    const bad = value('OC-9', { line_items: [line('Slab', '1.00'), { ...line('Walls', '2.00'), wbs_code_id: '1' }] });
    expect((await errorOf(contracts.create(bad))).fields).toEqual({
      'line 2: cost_code_id': 'does not exist in this project',
    });
    expect(await contracts.find(bad)).toEqual([]);
    await contracts.create(value('OC-9'));
    expect((await errorOf(contracts.create(value('OC-9')))).fields).toEqual({ number: 'has already been taken' });
  });

  it.each([
    ['of its header', 'cut=after;method=POST;times=1;path=/prime_contract'],
    ['of its lines', 'cut=after;method=PATCH;times=1;path=/line_items/sync'],
  ])('whose answer %s was lost is posted once and whole', async (_what, fault) => {
    const { client, running } = await practice({ faults: [fault] });
    const record = { key: 'oc-9', value: value('OC-9', { grand_total: '1500.15' }) };
    const { post } = await delivering(client, 'prime-contracts', { mode: 'upsert' });
    const [first] = await post('r1', [record]);
    const [second] = await post('r2', [record]);
    expect([first?.status, second?.status]).toContain('posted');
    const { records } = await readProject(client, 'prime-contracts');
    const mine = records.filter(({ value: read }) => read.number === 'OC-9');
    expect(mine).toHaveLength(1);
    expect(running.services.log.list({ method: 'POST', path: '/rest/v1.0/prime_contract' })).toHaveLength(1);
    expect(mine[0]?.value.grand_total).toBe('1500.15');
    expect(amounts(mine[0]?.value)).toHaveLength(2);
  });

  it('is posted and approved once', async () => {
    const { client, running } = await practice();
    const { post } = await delivering(client, 'prime-contracts', { release: true });
    const record = { key: 'oc-9', value: value('OC-9', { grand_total: '1500.15' }) };
    expect((await post('r1', [record]))[0]).toMatchObject({ status: 'posted', target: { status: 'Approved' } });
    expect((await post('r2', [record]))[0]?.status).toBe('skipped');
    expect(running.services.log.list({ method: 'POST', path: '/rest/v1.0/prime_contract' })).toHaveLength(1);
  });
});

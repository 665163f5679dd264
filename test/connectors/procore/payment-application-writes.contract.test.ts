import { describe, expect, it } from 'vitest';
import type { ProcoreClient } from '../../../connectors/procore/client.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { delivering } from './delivering.ts';
import { errorOf, practice, project, readProject, resource, writing } from './support.ts';

/** An approved prime contract with two lines, and the owner invoice that bills them. */
async function billed(client: ProcoreClient, more: Fields = {}): Promise<Fields> {
  const contracts = writing(client, 'prime-contracts');
  const contract = await contracts.create({
    project_id: project.id,
    number: 'OC-9',
    title: 'Parking deck',
    vendor_id: '562949960001101',
    retainage_percent: '5.0',
    line_items: [
      { description: 'Slab', amount: '1000.00', wbs_code_id: '88000261' },
      { description: 'Walls', amount: '500.00', wbs_code_id: '88000262' },
    ],
  });
  await contracts.release(contract.id);
  const [period] = (await readProject(client, 'billing-periods')).records;
  return {
    project_id: project.id,
    contract_id: contract.id,
    period_id: period?.id ?? '',
    invoice_number: 'OWN-9',
    billing_date: '2026-06-30',
    // What Procore alone sets, and what is set by releasing.
    ...{ number: '77', status: 'approved', total_amount_paid: '1.00' },
    g703: [
      { item_number: '1', work_completed_this_period: '400.10' },
      { item_number: '2', work_completed_this_period: '100.00', work_completed_retainage_retained_this_period: '0.00' },
    ],
    ...more,
  };
}

const lines = (value: Fields | undefined): unknown[] =>
  ((value?.g703 ?? []) as Fields[]).map((line) => [
    line.work_completed_this_period,
    line.work_completed_retainage_retained_this_period,
  ]);

describe('an owner invoice', () => {
  it('is made as a draft from the schedule of values, with the amounts of its lines and the retainage that was given', async () => {
    const { client, running } = await practice();
    const value = await billed(client);
    const invoices = writing(client, 'payment-applications');
    expect(await invoices.find(value)).toEqual([]);
    const made = await invoices.create(value);
    expect(made).toMatchObject({
      number: 'OWN-9',
      status: 'draft',
      value: { number: expect.anything(), g702: { current_payment_due: '480.09', contract_sum_to_date: '1500.00' } },
    });
    expect(lines(made.value)).toEqual([
      ['400.10', '20.01'],
      ['100.00', '0.00'],
    ]);
    const [header] = running.services.log.list({ method: 'POST', path: '/payment_applications' });
    expect(JSON.parse(header?.body ?? '{}')).toEqual({
      project_id: Number(project.id),
      payment_application: {
        invoice_number: 'OWN-9',
        billing_date: '2026-06-30',
        commitment_billing_period_id: Number(value.period_id),
        status: 'draft',
      },
    });
    const read = await resource('payment-applications').get?.(client, made.id, project);
    expect(read?.value).toMatchObject({ contract_id: value.contract_id, project_id: project.id });
  });

  it('is found by origin, else by contract, period and number; changed; approved; and then locked', async () => {
    const { client } = await practice();
    const value = await billed(client, { origin_id: 'ERP-9' });
    const invoices = writing(client, 'payment-applications');
    const { id } = await invoices.create(value, { writeOrigin: true });
    const { origin_id: _origin, ...unlinked } = value;
    expect(await invoices.find(unlinked)).toMatchObject([{ id, editable: true, released: false }]);
    expect(await invoices.find({ ...value, invoice_number: 'OTHER' })).toMatchObject([{ id }]);
    expect(await invoices.find({ ...unlinked, invoice_number: 'OTHER' })).toEqual([]);

    const less = {
      ...value,
      g703: [{ item_number: '2', work_completed_this_period: '7.00' }],
    };
    const changed = await invoices.update(id, less);
    expect(lines(changed.value)).toEqual([
      ['0.00', '0.00'],
      ['7.00', '0.35'],
    ]);
    expect(await errorOf(invoices.update(id, { ...less, origin_id: 'X' }, { writeOrigin: true }))).toMatchObject({
      code: 'remote.conflict',
    });
    expect((await invoices.release(id)).status).toBe('approved');
    expect((await invoices.release(id)).status).toBe('approved');
    expect(await invoices.find(value)).toMatchObject([{ editable: false, released: true }]);
    expect((await errorOf(invoices.update(id, value))).message).toContain('OWN-9 is approved');
  });

  it('continues from the one before: what was billed is not due again', async () => {
    const { client } = await practice();
    const value = await billed(client);
    const invoices = writing(client, 'payment-applications');
    await invoices.create(value, { newStatus: 'approved' });
    const next = await invoices.create({
      ...value,
      invoice_number: 'OWN-10',
      g703: [{ item_number: '1', work_completed_this_period: '99.90' }],
    });
    expect(next.value).toMatchObject({
      g702: {
        total_completed_and_stored_to_date: '600.00',
        less_previous_certificates_for_payment: '480.09',
        current_payment_due: '94.90',
      },
    });
  });

  it.each([
    ['a line that the contract does not have', [{ item_number: '3', work_completed_this_period: '1.00' }]],
    ['a line by a code that none has', [{ wbs_code: { flat_code: 'X.Y' }, work_completed_this_period: '1.00' }]],
    ['one line twice', [{ item_number: '1' }, { item_number: '1' }]],
    ['an amount that is none', [{ item_number: '1', work_completed_this_period: 'much' }]],
  ])('that bills %s leaves nothing behind', async (_what, g703) => {
    const { client } = await practice();
    const value = await billed(client, { g703 });
    const invoices = writing(client, 'payment-applications');
    expect((await errorOf(invoices.create(value))).kind).not.toBe('unknown');
    expect(await invoices.find(value)).toEqual([]);
  });

  it('of a period or contract that is not there is refused in words', async () => {
    const { client } = await practice();
    const value = await billed(client);
    const invoices = writing(client, 'payment-applications');
    const stray = await errorOf(invoices.create({ ...value, period_id: '1' }));
    expect(stray.fields).toEqual({ commitment_billing_period_id: 'does not exist in this project' });
    expect(await errorOf(invoices.create({ ...value, contract_id: '1' }))).toMatchObject({ kind: 'rejected' });
    expect((await errorOf(invoices.create({ ...value, contract_id: '' }))).fields).toEqual({ contract_id: 'is empty' });
  });

  it('is posted and approved once', async () => {
    const { client, running } = await practice();
    const value = await billed(client, { g702: { current_payment_due: '480.09' } });
    const { post } = await delivering(client, 'payment-applications', { release: true });
    const record = { key: 'own-9', value };
    expect((await post('r1', [record]))[0]).toMatchObject({ status: 'posted', target: { status: 'approved' } });
    expect((await post('r2', [record]))[0]?.status).toBe('skipped');
    expect(running.services.log.list({ method: 'POST', path: '/payment_applications' })).toHaveLength(1);
  });

  it.each([
    ['of its header', 'cut=after;method=POST;times=1;path=/payment_applications'],
    ['of a line', 'cut=after;method=PATCH;times=1;path=/payment_application_line_items'],
  ])('whose answer %s was lost is posted once and never doubled', async (_what, fault) => {
    const { client, running } = await practice({ faults: [fault] });
    const value = await billed(client, { g702: { current_payment_due: '480.09' } });
    const { post } = await delivering(client, 'payment-applications', { mode: 'upsert' });
    const record = { key: 'own-9', value };
    const statuses = [(await post('r1', [record]))[0]?.status, (await post('r2', [record]))[0]?.status];
    expect(statuses).toContain('posted');
    expect(running.services.log.list({ method: 'POST', path: '/payment_applications' })).toHaveLength(1);
    const mine = (await readProject(client, 'payment-applications')).records.filter(
      ({ value: read }) => read.invoice_number === 'OWN-9',
    );
    expect(mine.map(({ value: read }) => (read.g702 as Fields).current_payment_due)).toEqual(['480.09']);
  });

  it('that Procore computes to another amount than was expected is held', async () => {
    const { client } = await practice();
    const value = await billed(client, { g702: { current_payment_due: '500.10' } });
    const { post } = await delivering(client, 'payment-applications');
    expect((await post('r1', [{ key: 'own-9', value }]))[0]?.status).toBe('held');
  });
});

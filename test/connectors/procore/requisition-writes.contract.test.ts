import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SimulatorOptions } from '../../../engine/model/connector.ts';
import { add, format, parse, subtract } from '../../../engine/model/decimal.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { delivering } from './delivering.ts';
import { atEnd, practice, project, resource, writing } from './support.ts';

const contractId = '562949980000041';
const [slab, walls] = ['562949980100201', '562949980100202'];
/** A line of an approved change order that earlier invoices billed. */
const billedChange = '562949981100001';

/** The practice company with a billing period that no invoice is in. */
async function office(options: SimulatorOptions = {}) {
  const { client, running } = await practice(options);
  const days = { start_date: '2031-01-01', end_date: '2031-01-31', due_date: '2031-02-05', status: 'open' };
  const period = await writing(client, 'billing-periods').create({ project_id: project.id, ...days });
  const value = (more: Fields = {}): Fields => ({
    project_id: project.id,
    commitment_id: contractId,
    period_id: period.id,
    invoice_number: 'DC-0801',
    billing_date: '2031-01-31',
    items: [
      { line_item_id: slab, work_completed_this_period: '1000.10', net_amount: '900.09' },
      { line_number: '2', work_completed_this_period: '500.00', net_amount: '450.00' },
    ],
    ...more,
  });
  const invoices = async (): Promise<Fields[]> =>
    (await running.documents('requisitions')).filter((row) => row.period_id === period.id);
  /** Id of the line of a change order that is approved and on no invoice yet, and the id of its package. */
  const changeOrder = async (): Promise<{ line: string; id: string }> => {
    const orders = writing(client, 'commitment-change-orders');
    const line = {
      description: 'Thicker slab',
      amount: '2000.00',
      cost_code: { full_code: '03-300.100' },
      line_item_type: { code: 'S' },
    };
    const header = { project_id: project.id, contract_id: contractId, number: '900', title: 'Thicker slab' };
    const made = await orders.create({ ...header, line_items: [line] });
    await orders.release(made.id);
    return { id: made.id, line: String(((made.value?.line_items ?? []) as Fields[])[0]?.id) };
  };
  return { client, running, value, invoices, changeOrder, requisitions: writing(client, 'requisitions') };
}

const plus = (...amounts: unknown[]): string =>
  format(
    amounts.reduce<ReturnType<typeof parse>>((total, amount) => add(total, parse(String(amount))), parse('0')),
    2,
  );
const less = (a: unknown, b: unknown): string => format(subtract(parse(String(a)), parse(String(b))), 2);
const linesOf = (row: Fields | undefined): Fields[] => (row?.items ?? []) as Fields[];
const billed = (row: Fields | undefined): unknown[] =>
  linesOf(row)
    .filter(({ work_completed_this_period: work }) => work !== '0.00')
    .map(({ line_item_id, work_completed_this_period, net_amount }) => [
      line_item_id,
      work_completed_this_period,
      net_amount,
    ]);

describe('a subcontractor invoice', () => {
  it('is made as a draft from the schedule of values, with the amounts named by line id or line number', async () => {
    const { requisitions, value, running } = await office();
    expect(await requisitions.find(value())).toEqual([]);
    const made = await requisitions.create(value());
    expect(made).toMatchObject({ number: 'DC-0801', status: 'draft' });
    expect(made.warnings).toBeUndefined();
    expect(billed(made.value)).toEqual([
      [slab, '1000.10', '900.09'],
      [walls, '500.00', '450.00'],
    ]);
    // Every line of the contract is there, and those of the change orders that the invoice before had.
    expect(linesOf(made.value)).toHaveLength(11);
    expect(linesOf(made.value).map(({ line_item_id }) => line_item_id)).toContain(billedChange);
    expect(await requisitions.find(value({ invoice_number: 'dc 801' }))).toMatchObject([
      { id: made.id, editable: true, released: false },
    ]);
    const [sent] = running.services.log.list({ method: 'POST', path: '/rest/v1.1/requisitions' });
    const { requisition, ...beside } = JSON.parse(sent?.body ?? '{}');
    expect(beside).toEqual({ project_id: Number(project.id), commitment_id: Number(contractId) });
    expect(requisition).toMatchObject({ status: 'draft', invoice_number: 'DC-0801' });
    expect(requisition.items).toEqual([
      { item_type: 'contract_item', line_item_id: Number(slab), work_completed_this_period: '1000.10' },
      { item_type: 'contract_item', line_item_id: Number(walls), work_completed_this_period: '500.00' },
    ]);
    // One call made it whole: the lines did not have to be corrected.
    expect(running.services.log.list({ path: 'bulk_item_update' })).toEqual([]);
  });

  it('continues from the invoice before, and its summary adds up', async () => {
    const { requisitions, value, running } = await office();
    const [before] = (await running.documents('requisitions'))
      .filter((row) => row.commitment_id === contractId)
      .sort((a, b) => Number(b.number) - Number(a.number));
    const { value: row = {} } = await requisitions.create(value());
    const [last, now] = [before?.summary as Fields, row.summary as Fields];
    expect(row).toMatchObject({ number: String(Number(before?.number) + 1), previous_requisition_id: before?.id });
    expect(now.less_previous_certificates_for_payment).toBe(last.total_earned_less_retainage);
    expect(now.current_payment_due).toBe('1350.09');
    expect(now.contract_sum_to_date).toBe(plus(now.original_contract_sum, now.net_change_by_change_orders));
    expect(now.total_earned_less_retainage).toBe(less(now.total_completed_and_stored_to_date, now.total_retainage));
    expect(now.balance_to_finish_including_retainage).toBe(
      less(now.contract_sum_to_date, now.total_earned_less_retainage),
    );
    expect(now.total_completed_and_stored_to_date).toBe(plus(last.total_completed_and_stored_to_date, '1500.10'));
    expect(plus(...linesOf(row).map(({ net_amount }) => net_amount))).toBe(now.current_payment_due);
  });

  it('takes retainage and stored materials as they are given', async () => {
    const { requisitions, value } = await office();
    const items = [
      {
        line_item_id: slab,
        work_completed_this_period: '1000.00',
        work_completed_retainage_retained_this_period: '50.00',
        materials_presently_stored: '200.00',
        materials_stored_retainage_currently_retained: '0.00',
        net_amount: '1150.00',
      },
    ];
    const { value: row } = await requisitions.create(value({ items }));
    expect(row).toMatchObject({ summary: { current_payment_due: '1150.00' } });
  });

  it('bills a line of a change order by putting the change order on the invoice first', async () => {
    const { requisitions, value, running, changeOrder } = await office();
    const { id, line } = await changeOrder();
    const items = [
      ...(value().items as Fields[]),
      { line_item_id: line, work_completed_this_period: '300.00', net_amount: '270.00' },
      { line_item_id: billedChange, work_completed_this_period: '10.00', net_amount: '9.00' },
    ];
    const made = await requisitions.create(value({ items }));
    expect(billed(made.value)).toEqual(
      expect.arrayContaining([
        [line, '300.00', '270.00'],
        [billedChange, '10.00', '9.00'],
      ]),
    );
    expect(made.value).toMatchObject({ summary: { current_payment_due: '1629.09' } });
    const attached = running.services.log.list({ method: 'POST', path: 'add_change_order_package' });
    // The other one came along from the invoice before.
    expect(
      attached.map(({ target }) => new URL(target, 'http://x').searchParams.get('change_order_package_id')),
    ).toEqual([id]);
  });

  it('is found by budget code where the code names one line, and refused where it names none or several', async () => {
    const { requisitions, value, invoices } = await office();
    const coded = (flat: string): Fields[] => [
      { wbs_code: { flat_code: flat }, work_completed_this_period: '10.00', net_amount: '9.00' },
    ];
    for (const [items, text] of [
      [coded('99-999.S'), 'bills a line that the contract does not have'],
      [[{ line_item_id: '1', net_amount: '1' }], 'bills a line that the contract does not have'],
      [[...coded('03-100.100.S'), { line_item_id: slab, net_amount: '1' }], 'the same contract line as line 1'],
      [[{ cost_code: {}, net_amount: '1' }], 'bills a line that the contract does not have'],
    ] as const)
      await expect(requisitions.create(value({ items: [...items] }))).rejects.toMatchObject({
        code: 'data.badValue',
        message: expect.stringContaining(text),
      });
    expect(await invoices()).toEqual([]);
    const made = await requisitions.create(value({ items: coded('03-100.100.S') }));
    expect(billed(made.value)).toEqual([[slab, '10.00', '9.00']]);
  });

  it('is refused in words for a contract or period that is not there, or a second open one in the period', async () => {
    const { requisitions, value } = await office();
    await expect(requisitions.create(value({ commitment_id: '1' }))).rejects.toMatchObject({
      fields: { commitment_id: 'is no contract of the project' },
    });
    await expect(requisitions.create(value({ period_id: '1' }))).rejects.toMatchObject({
      fields: { period_id: 'does not exist in this project' },
    });
    await requisitions.create(value());
    await expect(requisitions.create(value({ invoice_number: 'DC-0802' }))).rejects.toMatchObject({
      code: 'remote.rejected',
      message: expect.stringContaining('already has an open invoice'),
    });
  });

  it('whose change order is refused is removed again', async () => {
    const fault = 'error-shape-1;method=POST;path=add_change_order_package';
    const { requisitions, value, invoices, changeOrder } = await office({ faults: [fault] });
    const { line } = await changeOrder();
    const items = [{ line_item_id: line, work_completed_this_period: '1.00', net_amount: '0.90' }];
    await expect(requisitions.create(value({ items }))).rejects.toMatchObject({ code: 'remote.rejected' });
    expect(await invoices()).toEqual([]);
  });

  it('is changed with its lines, also those no longer billed; approved by releasing, and then locked', async () => {
    const { requisitions, value, running } = await office();
    const { id } = await requisitions.create(value());
    const items = [{ line_item_id: walls, work_completed_this_period: '700.00', net_amount: '630.00' }];
    const updated = await requisitions.update(id, value({ billing_date: '2031-01-30', items }));
    expect(billed(updated.value)).toEqual([[walls, '700.00', '630.00']]);
    expect(updated.value).toMatchObject({ billing_date: '2031-01-30', summary: { current_payment_due: '630.00' } });
    for (const { body } of running.services.log.list({ method: 'PATCH', path: '/rest/v1.1/requisitions' }))
      expect(JSON.parse(body ?? '{}')).toMatchObject({
        project_id: Number(project.id),
        commitment_id: Number(contractId),
      });
    expect((await requisitions.release(id)).status).toBe('approved');
    expect((await requisitions.release(id)).status).toBe('approved');
    expect(await requisitions.find(value())).toMatchObject([{ editable: false, released: true }]);
    await expect(requisitions.update(id, value())).rejects.toMatchObject({
      message: expect.stringContaining('approved'),
    });
  });

  it('bills nothing of a line that is left out, neither materials nor retainage', async () => {
    const { requisitions, value, invoices } = await office();
    const stored = { line_item_id: walls, materials_presently_stored: '500.00' };
    const released = { line_number: '3', work_completed_retainage_released_this_period: '40.00' };
    const kept = { line_item_id: slab, work_completed_this_period: '1000.10' };
    const made = await requisitions.create(value({ items: [kept, stored, released] }));
    await requisitions.update(made.id, value({ items: [kept] }));
    const [after] = await invoices();
    const amounts = linesOf(after).filter(({ net_amount }) => Number(net_amount) !== 0);
    expect(amounts.map(({ line_item_id, net_amount }) => [line_item_id, net_amount])).toEqual([[slab, '900.09']]);
  });

  it('becomes what the option says, and is stamped last, which locks it', async () => {
    const { requisitions, value } = await office();
    const options = { newStatus: 'approved', writeOrigin: true };
    const made = await requisitions.create(value({ origin_id: 'INV-1' }), options);
    expect(made).toMatchObject({ status: 'approved', value: { origin_id: 'INV-1' } });
    expect(await requisitions.find(value({ invoice_number: 'other', origin_id: 'INV-1' }))).toMatchObject([
      { id: made.id, editable: false },
    ]);
    await expect(requisitions.update(made.id, value())).rejects.toMatchObject({ code: 'remote.rejected' });
  });

  it('says of which line Procore makes another amount', async () => {
    const { requisitions, value } = await office();
    const items = [{ line_item_id: slab, work_completed_this_period: '100.00', net_amount: '100.00' }];
    expect((await requisitions.create(value({ items }))).warnings).toEqual([
      'Line 1: Procore computes 90.00 net where 100.00 was expected.',
    ]);
  });

  it('survives a restart of the simulator with its lines', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'procore-'));
    atEnd(() => Promise.resolve(rmSync(folder, { recursive: true })));
    const persistTo = join(folder, 'journal.jsonl');
    const { requisitions, value, running } = await office({ persistTo });
    const made = await requisitions.create(value());
    await running.stop();
    const { client } = await practice({ persistTo });
    const again = await resource('requisitions').get?.(client, made.id, project);
    expect(billed(again?.value)).toEqual(billed(made.value));
  });
});

describe('delivery of subcontractor invoices', () => {
  it('posts each once, and leaves it out in the next run', async () => {
    const { client, value, invoices } = await office();
    const { post } = await delivering(client, 'requisitions', { release: true });
    const [first] = await post('r1', [{ key: 'bill-1', value: value() }]);
    expect(first).toMatchObject({
      status: 'posted',
      target: { number: 'DC-0801', status: 'approved' },
    });
    expect((await post('r2', [{ key: 'bill-1', value: value() }]))[0]?.status).toBe('skipped');
    expect(await invoices()).toHaveLength(1);
  });

  it('holds two bills of one number in a period; one without a number is known by contract and period', async () => {
    const { client, value, invoices } = await office();
    const { post } = await delivering(client, 'requisitions');
    const outcomes = await post('r1', [
      { key: 'bill-1', value: value() },
      { key: 'bill-2', value: value({ invoice_number: 'dc-0801' }) },
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['posted', 'held']);
    expect((await post('r2', [{ key: 'bill-3', value: value({ invoice_number: null }) }]))[0]).toMatchObject({
      status: 'skipped',
      note: expect.stringContaining('linked, not posted again'),
    });
    expect(await invoices()).toHaveLength(1);
  });

  it.each(['cut=after', 'status=500;handled', 'truncate-json'])(
    'finds one whose answer was lost (%s), and makes no second',
    async (fault) => {
      const { client, value, invoices } = await office({
        faults: [`${fault};times=1;method=POST;path=/rest/v1.1/requisitions`],
      });
      const { post } = await delivering(client, 'requisitions');
      expect((await post('r1', [{ key: 'bill-1', value: value() }]))[0]?.status).toBe('posted');
      expect(await invoices()).toHaveLength(1);
    },
  );

  it('holds one that was cut off before its change order was on it, with both amounts', async () => {
    const { client, value, invoices, changeOrder } = await office({
      faults: ['cut=before;times=9;method=POST;path=add_change_order_package'],
    });
    const { line } = await changeOrder();
    const { post } = await delivering(client, 'requisitions');
    const items = [
      ...(value().items as Fields[]),
      { line_item_id: line, work_completed_this_period: '300.00', net_amount: '270.00' },
    ];
    const [outcome] = await post('r1', [{ key: 'bill-1', value: value({ items }) }]);
    expect(outcome).toMatchObject({ status: 'held', error: { code: 'delivery.duplicateInTarget' } });
    expect(outcome?.error?.fields).toMatchObject({
      'summary.current_payment_due': 'sent 1620.09, the target holds 1350.09',
    });
    expect(await invoices()).toHaveLength(1);
  });

  it('holds one that Procore computes to another amount than the bill', async () => {
    const { client, value } = await office();
    const { post } = await delivering(client, 'requisitions');
    const items = [{ line_item_id: slab, work_completed_this_period: '100.00', net_amount: '100.00' }];
    expect((await post('r1', [{ key: 'bill-1', value: value({ items }) }]))[0]).toMatchObject({
      status: 'held',
      error: { code: 'delivery.verifyFailed' },
    });
  });
});

import { describe, expect, it } from 'vitest';
import { syncRows } from '../../../connectors/procore/sync.ts';
import { originOption } from '../../../connectors/procore/writing.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { errorOf, practice, project, readProject, writing } from './support.ts';

const coding = { cost_code: { full_code: '01-010.100' }, line_item_type: { code: 'M' } };
const cost = (number: string, more: Fields = {}): Fields => ({
  project_id: project.id,
  direct_cost_type: 'invoice',
  direct_cost_date: '2026-06-03',
  invoice_number: number,
  vendor_id: '562949960001101',
  line_items: [{ amount: '10.00', ...coding }],
  ...more,
});
const payment = (more: Fields = {}): Fields => ({
  project_id: project.id,
  contract_id: '562949980000041',
  amount: '43200.00',
  date: '2026-06-25',
  check_number: '77001',
  ...more,
});
const subcontract = (number: string, more: Fields = {}): Fields => ({
  project_id: project.id,
  number,
  title: 'New',
  vendor_id: '562949960001101',
  line_items: [{ amount: '1000.10', cost_code_id: '562949970000331', line_item_type_id: '4402' }],
  ...more,
});

describe('a contract under a workflow', () => {
  it('keeps its status, which nothing tells beforehand: release says so and where to approve, the draft stays whole', async () => {
    const { client, running } = await practice({ faults: ['workflow;method=PATCH;path=work_order_contracts'] });
    const contracts = writing(client, 'work-order-contracts');
    const lines = [{ amount: '1000.10', ...(await codesOf(client)) }];
    const made = await contracts.create(subcontract('SC-WF-1', { line_items: lines }));
    expect(made.status).toBe('Draft');
    const error = await errorOf(contracts.release(made.id));
    expect(error.code).toBe('remote.rejected');
    expect(error.message).toMatch(/SC-WF-1 stays as it is, not approved.*controlled by a workflow/);
    expect(error.hint).toContain('approve it there in Procore');
    expect(running.state.tables.contracts.get(made.id)?.row).toMatchObject({ status: 'Draft', grand_total: '1000.10' });
  });

  it('takes other changes, because an update sends no status', async () => {
    const { client, running } = await practice({ faults: ['workflow;method=PATCH;path=work_order_contracts'] });
    const contracts = writing(client, 'work-order-contracts');
    const made = await contracts.create(subcontract('SC-WF-2', { line_items: [] }));
    await contracts.update(made.id, {
      ...subcontract('SC-WF-2', { line_items: [] }),
      title: 'Other',
      status: 'Approved',
    });
    expect(running.state.tables.contracts.get(made.id)?.row).toMatchObject({ title: 'Other', status: 'Draft' });
  });
});

/** A cost code and a cost type that the project has together. */
async function codesOf(client: Parameters<typeof readProject>[0]) {
  const { records } = await readProject(client, 'work-order-contracts');
  const [line] = (records[0]?.value.line_items ?? []) as Fields[];
  const idOf = (name: string): string => String(((line?.[name] ?? {}) as Fields).id);
  return { cost_code_id: idOf('cost_code'), line_item_type_id: idOf('line_item_type') };
}

describe('dates', () => {
  it.each(['31/12/2026', '2026-02-30', 'soon', '20260630'])(
    'that are none, such as %s, are never sent: Procore would store them as blank',
    async (date) => {
      const { client, running } = await practice();
      for (const [id, value] of [
        ['contract-payments', payment({ date })],
        ['direct-costs', cost('D-1', { direct_cost_date: date })],
        ['work-order-contracts', subcontract('SC-D-1', { contract_date: date })],
      ] as const) {
        const error = await errorOf(writing(client, id).create(value));
        expect(error).toMatchObject({ code: 'data.badDate', message: expect.stringContaining(date) });
      }
      expect(running.services.log.list({ method: 'POST', path: '/rest/' })).toEqual([]);
    },
  );

  it('of payments of invoices are checked too', async () => {
    const { client, running } = await practice();
    const [invoice] = (await readProject(client, 'requisitions')).records;
    const value = { project_id: project.id, requisition_id: invoice?.id ?? '', payment_date: '31/12/2026' };
    const error = await errorOf(writing(client, 'requisition-payment-dates').update(invoice?.id ?? '', value));
    expect(error.code).toBe('data.badDate');
    expect(running.services.log.list({ method: 'PATCH', path: '/rest/' })).toEqual([]);
  });
});

describe('a change of an invoice', () => {
  it('names project and contract beside it, without which Procore refuses', async () => {
    const { client, running } = await practice();
    const [invoice] = (await readProject(client, 'requisitions')).records;
    const id = invoice?.id ?? '';
    const value = { project_id: project.id, requisition_id: id, payment_date: '2026-06-25' };
    await writing(client, 'requisition-payment-dates').update(id, value);
    const [sent] = running.services.log.list({ method: 'PATCH', path: `/rest/v1.1/requisitions/${id}` });
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({
      project_id: Number(project.id),
      commitment_id: Number(invoice?.value.commitment_id),
      requisition: { payment_date: '2026-06-25' },
    });
    const without = client.http.patch(`/rest/v1.1/requisitions/${id}`, {
      operation: 'look',
      body: { project_id: project.id, requisition: { payment_date: '2026-06-25' } },
    });
    expect((await errorOf(without)).fields).toMatchObject({ commitment_id: 'is required' });
  });
});

describe('a direct cost of version 1.1', () => {
  it('has the budget code on every line, found from cost code and cost type, because nothing else is taken', async () => {
    const { client, running } = await practice();
    await writing(client, 'direct-costs').create(cost('W-1'));
    const [sent] = running.services.log.list({ method: 'POST', path: '/direct_costs' });
    const [line] = (JSON.parse(sent?.body ?? '') as { direct_cost: { line_items: Fields[] } }).direct_cost.line_items;
    expect(String(line?.wbs_code_id)).toMatch(/^\d+$/);
    expect(Object.keys(line ?? {})).not.toContain('cost_code_id');
    const codes = await codesOf(client);
    const old = client.http.post(`/rest/v1.1/projects/${project.id}/direct_costs`, {
      operation: 'look',
      body: { direct_cost: { ...cost('W-2'), line_items: [{ manual_amount: '1.00', ...codes }] } },
    });
    expect((await errorOf(old)).message).toContain("wbs_code_id can't be blank");
  });

  it('with a unit of measure that the company lacks is refused in words', async () => {
    const { client } = await practice();
    const line = { quantity: '2', unit_cost: '5.00', uom: 'furlong', ...coding };
    const error = await errorOf(writing(client, 'direct-costs').create(cost('U-1', { line_items: [line] })));
    expect(error).toMatchObject({ code: 'remote.rejected', message: expect.stringContaining('uom') });
  });
});

describe('a bulk sync', () => {
  const target = { path: '/rest/v1.0/vendors/sync', operation: 'write vendors' };
  const row = (number: number) => ({ origin_id: `V-9${number}`, name: `Vendor ${number}` });

  it('that answers 200 with errors inside keeps the good rows and names the refused ones, whatever their order', async () => {
    const { client } = await practice();
    const wrap = { company_id: client.companyId };
    const outcomes = await syncRows(client, { ...target, wrap }, [row(1), { id: '1', name: 'Nobody' }, row(2)]);
    expect(outcomes).toEqual([
      { entity: expect.objectContaining({ origin_id: 'V-91' }) },
      { fields: { id: 'Entity with this ID not found' } },
      { entity: expect.objectContaining({ origin_id: 'V-92' }) },
    ]);
  });

  it('that is too large goes in halves, each row once', async () => {
    const { client, running } = await practice({ faults: ['sync-in-parts'] });
    const wrap = { company_id: client.companyId };
    const rows = [1, 2, 3, 4, 5, 6, 7].map(row);
    const outcomes = await syncRows(client, { ...target, wrap }, rows);
    expect(outcomes).toEqual(rows.map(({ origin_id: id }) => ({ entity: expect.objectContaining({ origin_id: id }) })));
    const made = (await running.documents('vendors')).filter(({ origin_id: id }) => String(id).startsWith('V-9'));
    expect(made).toHaveLength(7);
  });
});

describe('the origin id', () => {
  it('is never written unasked: its option is off and warns that it locks', async () => {
    const { client, running } = await practice();
    for (const [id, value] of [
      ['contract-payments', payment({ origin_id: 'ERP-1' })],
      ['direct-costs', cost('O-1', { origin_id: 'ERP-2' })],
      ['work-order-contracts', subcontract('SC-O-1', { origin_id: 'ERP-3', line_items: [] })],
    ] as const)
      await writing(client, id).create(value);
    const bodies = running.services.log.list({ method: 'POST', path: '/rest/' }).map(({ body }) => body);
    expect(bodies.join()).not.toContain('ERP-');
    expect(originOption('It locks the payment.')).toMatchObject({ default: false, warning: 'It locks the payment.' });
  });

  it.each([
    ['direct-costs', 'direct-costs', cost('L-1')],
    ['contract-payments', 'contract-payments', payment()],
  ] as const)('of another integration on one of %s is not overwritten', async (id, table, value) => {
    const { client, running } = await practice();
    const made = await writing(client, id).create(value);
    const stored = running.state.tables[table].get(made.id);
    if (stored !== undefined) stored.row.origin_id = 'FOREIGN-7';
    const mine = { ...value, origin_id: 'MINE-1' };
    const error = await errorOf(writing(client, id).update(made.id, mine, { writeOrigin: true }));
    expect(error).toMatchObject({ code: 'remote.conflict', message: expect.stringContaining('FOREIGN-7') });
    expect(running.state.tables[table].get(made.id)?.row.origin_id).toBe('FOREIGN-7');
  });

  it('that another record has already is refused with the field', async () => {
    const { client } = await practice();
    const costs = writing(client, 'direct-costs');
    await costs.create(cost('T-1', { origin_id: 'ERP-9' }), { writeOrigin: true });
    const error = await errorOf(costs.create(cost('T-2', { origin_id: 'ERP-9' }), { writeOrigin: true }));
    expect(error.message).toContain('has already been taken');
    // The cost itself stands by then, without its lock: a lookup must come before anything is sent again.
    expect(error.code).toBe('remote.outcomeUnknown');
  });
});

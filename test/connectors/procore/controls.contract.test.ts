import { describe, expect, it } from 'vitest';
import { procore } from '../../../connectors/procore/index.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { practice, project, read, readProject, resource, writing } from './support.ts';

type Running = Awaited<ReturnType<typeof practice>>['running'];

/** A call of the control panel, as a person at a terminal makes it. */
async function panel({ address }: Running, method: string, call: string, body?: Fields) {
  const answer = await fetch(`${address}/__sandbox/${call}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const payment = (check: string): Fields => ({
  project_id: project.id,
  contract_id: '562949980000041',
  amount: '1.00',
  date: '2026-06-25',
  check_number: check,
});

describe('the control panel of the simulator', () => {
  it('edits a record as a person would, past all rules, so that the next read of changes brings it', async () => {
    const { client, running } = await practice();
    const [invoice] = (await readProject(client, 'requisitions')).records;
    const since = new Date(running.services.clock.now() - 1_000).toISOString();
    const fields = { status: 'revise_and_resubmit', invoice_number: 'NEW-1' };
    const wish = { resource: 'requisitions', id: invoice?.id ?? '', fields };
    expect((await panel(running, 'POST', 'mutate', wish)).status).toBe(200);
    const { records } = await read(client, 'requisitions', { scopes: [project.id], since });
    expect(records.map(({ id, value }) => [id, value.status, value.invoice_number])).toEqual([
      [invoice?.id, 'revise_and_resubmit', 'NEW-1'],
    ]);
  });

  it('deletes a record, of which no list and no address tells then', async () => {
    const { client, running } = await practice();
    const { records } = await readProject(client, 'requisitions');
    const [invoice] = records;
    await panel(running, 'POST', 'mutate', { resource: 'requisitions', id: invoice?.id ?? '', delete: true });
    const left = (await readProject(client, 'requisitions')).records;
    expect(left.map(({ id }) => id)).toEqual(records.slice(1).map(({ id }) => id));
    expect(await resource('requisitions').get?.(client, invoice?.id ?? '', project)).toBeUndefined();
  });

  it('says what it does not have', async () => {
    const { running } = await practice();
    expect((await panel(running, 'POST', 'mutate', { resource: 'vendors', id: '1', fields: {} })).status).toBe(404);
    expect((await panel(running, 'POST', 'mutate', { resource: 'nonsense', id: '1' })).body).toMatchObject({
      resources: expect.arrayContaining(['vendors', 'requisitions']),
    });
  });
});

describe('the simulator', () => {
  it('has nothing to say of a connector that reads everything and writes', async () => {
    const { client, running } = await practice({ faults: ['documented-limits'] });
    for (const { id, read: reads } of procore.resources) if (reads !== undefined) await readProject(client, id);
    await writing(client, 'contract-payments').create(payment('1'));
    await writing(client, 'vendors').create({ name: 'Newcomer Ltd' });
    expect((await panel(running, 'GET', 'assertions')).body).toEqual({ notes: [], refusedCalls: 0 });
  });

  it('notes what a well-behaved caller never does', async () => {
    const { client, running } = await practice();
    const { accessToken } = await client.session.token();
    const authorization = `Bearer ${accessToken}`;
    await fetch(`${running.address}/rest/v1.0/vendors`, { headers: { authorization } });
    await writing(client, 'contract-payments').create(payment('2'));
    await writing(client, 'contract-payments').create(payment('2'));
    running.services.tokens.expireAll();
    await fetch(`${running.address}/rest/v1.0/me`, { headers: { authorization } });
    expect((await panel(running, 'GET', 'assertions')).body.notes).toEqual([
      'GET /rest/v1.0/vendors: no company header',
      'POST /rest/v1.0/contract_payments: payment 2 made twice',
      'GET /rest/v1.0/me: a token that has run out',
    ]);
  });
});

describe('a changed line', () => {
  it.each([
    ['moves the time of its contract, so that a read of changes brings it', [], 1],
    ['may leave the time of its contract, so that only a read of everything brings it', ['quiet-lines'], 0],
  ] as const)('%s', async (_what, faults, seen) => {
    const { client, running } = await practice({ faults: faults.map((fault) => `${fault};path=/line_items`) });
    const draft = [...running.state.tables.contracts.values()].find(
      ({ projectId, row }) => projectId === project.id && row.type === 'WorkOrderContract' && row.status !== 'Approved',
    );
    const id = String(draft?.row.id);
    if (draft !== undefined) draft.row.status = 'Draft';
    const lines = [...running.state.tables['contract-lines'].values()].filter(({ parentId }) => parentId === id);
    const since = new Date(running.services.clock.now() - 1_000).toISOString();
    await client.http.patch(`/rest/v1.0/work_order_contracts/${id}/line_items/sync`, {
      operation: 'edit a line as a person would',
      query: { project_id: project.id },
      body: { updates: [{ id: String(lines[0]?.row.id), amount: '77.77' }] },
    });
    const { records } = await read(client, 'work-order-contracts', { scopes: [project.id], since });
    expect(records).toHaveLength(seen);
    const whole = (await readProject(client, 'work-order-contracts')).records.find((record) => record.id === id);
    const amounts = ((whole?.value.line_items ?? []) as Fields[]).map(({ amount }) => amount);
    expect(amounts).toContain('77.77');
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProcoreClient } from '../../../connectors/procore/client.ts';
import type { RemoteRecord } from '../../../engine/model/connector.ts';
import { add, format, parse, zero } from '../../../engine/model/decimal.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { delivering } from './delivering.ts';
import { atEnd, practice, project, readProject, resource } from './support.ts';

/** Records of the project, of which none may fail. */
async function read(client: ProcoreClient, id: string): Promise<RemoteRecord[]> {
  const { events, records } = await readProject(client, id);
  expect(events.at(-1)?.kind).toBe('scope-done');
  expect(events.filter(({ kind }) => kind.endsWith('failed'))).toEqual([]);
  return records;
}

const sum = (lines: unknown, field: string): string => {
  let total = zero;
  for (const line of lines as Fields[]) total = add(total, parse(String(line[field])));
  return format(total, 2);
};

describe('change orders', () => {
  it.each([
    ['change-order-packages', 'CommitmentContractChangeOrder'],
    ['commitment-change-orders', 'CommitmentContractChangeOrder'],
    ['prime-change-orders', 'PrimeContractChangeOrder'],
  ])('%s come with coded lines that sum to the amount', async (id, type) => {
    const { client } = await practice();
    const records = await read(client, id);
    expect(records.length).toBeGreaterThan(0);
    for (const { value } of records) {
      expect(value.type).toBe(type);
      expect(sum(value.line_items, 'total_amount')).toBe(value.grand_total);
      for (const line of value.line_items as Fields[]) {
        expect((line.cost_code as Fields).full_code).toBeTypeOf('string');
        expect((line.wbs_code as Fields).id).toBeTypeOf('string');
      }
    }
  });

  it('of both generations are the same changes', async () => {
    const { client } = await practice();
    const amounts = (records: RemoteRecord[]) =>
      records.map(({ id, value }) => `${id} ${value.contract_id} ${value.grand_total} ${value.status}`);
    expect(amounts(await read(client, 'commitment-change-orders'))).toEqual(
      amounts(await read(client, 'change-order-packages')),
    );
  });
});

describe('payment applications', () => {
  it('are listed with their summary and read singly with their lines', async () => {
    const { client } = await practice();
    const [listed] = await read(client, 'payment-applications');
    expect(listed?.value).toMatchObject({ status: 'approved', g702: { current_payment_due: '581875.00' } });
    expect(listed?.value.g703 ?? []).toEqual([]);
    const single = await resource('payment-applications').get?.(client, listed?.id ?? '', project);
    const value = single?.value ?? {};
    const { total_completed_and_stored_to_date: total } = value.g702 as Fields;
    expect(sum(value.g703, 'total_completed_and_stored_to_date')).toBe(total);
    expect((value.g703 as Fields[])[0]).toMatchObject({ wbs_code: { flat_code: expect.any(String) } });
  });

  it('that do not exist are undefined', async () => {
    const { client } = await practice();
    expect(await resource('payment-applications').get?.(client, '1', project)).toBeUndefined();
  });
});

describe('budget lines', () => {
  const line: Fields = {
    project_id: project.id,
    cost_code: { full_code: '01-010.100' },
    line_item_type: { code: 'M' },
    original_budget_amount: '275000.10',
    calculation_strategy: 'manual',
  };
  const budget = resource('budget-lines');

  it('are made once per budget code, exactly, found again and changed', async () => {
    const { client } = await practice();
    expect(await budget.find?.(client, line, project)).toEqual([]);
    const made = await budget.create?.(client, line, {}, project);
    const [found, ...others] = (await budget.find?.(client, line, project)) ?? [];
    expect(others).toEqual([]);
    expect(found).toMatchObject({ id: made?.id, editable: true, value: { original_budget_amount: '275000.10' } });
    await budget.update?.(client, made?.id ?? '', { ...line, original_budget_amount: '280000.25' }, {}, project);
    const [row] = await read(client, 'budget-lines');
    expect(row?.value).toMatchObject({ original_budget_amount: '280000.25', category: expect.any(String) });
  });

  it('that exist already, or whose code the project lacks, are refused in words', async () => {
    const { client } = await practice();
    await budget.create?.(client, line, {}, project);
    await expect(budget.create?.(client, line, {}, project)).rejects.toMatchObject({
      code: 'remote.rejected',
      message: expect.stringContaining('already has a line'),
    });
    const unknown = { ...line, cost_code: { full_code: '99-999' } };
    await expect(budget.create?.(client, unknown, {}, project)).rejects.toMatchObject({
      code: 'data.badValue',
      message: expect.stringContaining('99-999.M'),
    });
  });
});

describe('payment dates of requisitions', () => {
  const dates = resource('requisition-payment-dates');

  it('are written on the invoice, which stays as it is otherwise, also after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'procore-'));
    atEnd(() => Promise.resolve(rmSync(folder, { recursive: true })));
    const persistTo = join(folder, 'journal.jsonl');
    const { client, running } = await practice({ persistTo });
    const [before] = await read(client, 'requisitions');
    const id = before?.id ?? '';
    const value: Fields = { project_id: project.id, requisition_id: id, payment_date: '2026-06-25' };
    const [found] = (await dates.find?.(client, value, project)) ?? [];
    expect(found).toMatchObject({ id, editable: true, value: { payment_date: null } });
    const result = await dates.update?.(client, id, value, {}, project);
    expect(result?.value).toMatchObject({ payment_date: '2026-06-25' });
    await running.stop();
    const again = await practice({ persistTo });
    const after = await resource('requisitions').get?.(again.client, id, project);
    const { updated_at: _later, ...rest } = after?.value ?? {};
    const { updated_at: _earlier, ...original } = before?.value ?? {};
    // The simulator came back at another address, and with it those of the files.
    const { host } = new URL(again.running.address);
    const moved = JSON.parse(JSON.stringify(original).replaceAll(new URL(running.address).host, host)) as Fields;
    expect(rest).toEqual({ ...moved, payment_date: '2026-06-25' });
  });

  it('are never made for an invoice that is not there', async () => {
    const { client } = await practice();
    const absent: Fields = { project_id: project.id, requisition_id: '1', payment_date: '2026-06-25' };
    expect(await dates.find?.(client, absent, project)).toEqual([]);
    await expect(dates.create?.(client, absent, {}, project)).rejects.toMatchObject({ code: 'remote.notFound' });
    const nameless = { ...absent, requisition_id: '' };
    await expect(dates.find?.(client, nameless, project)).rejects.toMatchObject({ code: 'data.badValue' });
  });
});

describe('due dates of requisitions', () => {
  const value: Fields = { project_id: project.id, requisition_id: '562949990000151', due_date: '2026-07-15' };

  it('are written alone, in version 2, and only when they changed', async () => {
    const { client, running } = await practice();
    const { post } = await delivering(client, 'requisition-due-dates', { mode: 'upsert' });
    const dated = { key: 'bill-1', value };
    expect((await post('r1', [dated]))[0]).toMatchObject({ status: 'posted', target: { number: 'DC-0701' } });
    expect(running.state.dueDates.get('562949990000151')).toBe('2026-07-15');
    expect((await post('r2', [dated]))[0]?.status).toBe('skipped');
    expect((await post('r3', [{ key: 'bill-1', value: { ...value, due_date: '2026-07-20' } }]))[0]?.status).toBe(
      'posted',
    );
    expect(running.state.dueDates.get('562949990000151')).toBe('2026-07-20');
    const sent = running.services.log.list({ method: 'PATCH' });
    expect(sent.map(({ body }) => JSON.parse(body ?? ''))).toEqual([
      { due_date: '2026-07-15' },
      { due_date: '2026-07-20' },
    ]);
  });

  it('that are no dates, or of no invoice, are refused before anything is sent', async () => {
    const { client, running } = await practice();
    const dates = resource('requisition-due-dates');
    await expect(
      dates.update?.(client, '562949990000151', { ...value, due_date: 'soon' }, {}, project),
    ).rejects.toMatchObject({ code: 'data.badDate' });
    await expect(dates.create?.(client, { ...value, requisition_id: '1' }, {}, project)).rejects.toMatchObject({
      code: 'remote.notFound',
    });
    expect(running.services.log.list({ method: 'PATCH' })).toEqual([]);
  });
});

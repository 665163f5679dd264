import { describe, expect, it } from 'vitest';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { errorOf, practice, project, readProject as read, resource } from './support.ts';

describe('what is read', () => {
  it.each([
    ['text', '10812.60', '10812.60'],
    ['a number', JSON.rawJSON('10812.60'), '10812.60'],
    ['a number no double can hold', JSON.rawJSON('90071992547409.9312345'), '90071992547409.9312345'],
    ['null', null, null],
  ])('keeps money exactly that comes as %s', async (_form, sent, kept) => {
    const { client, running } = await practice();
    const [contract] = [...running.state.tables.contracts.values()].filter(
      (stored) => stored.projectId === project.id && stored.row.type === 'WorkOrderContract',
    );
    if (contract !== undefined) contract.row.total_payments = sent;
    const { records, failed } = await read(client, 'work-order-contracts');
    expect(failed).toEqual([]);
    expect(records.find(({ id }) => id === String(contract?.row.id))?.value.total_payments).toBe(kept);
  });

  it('keeps a status in another case as Procore wrote it', async () => {
    const { client } = await practice({ faults: ['unknown-status'] });
    const { records, failed } = await read(client, 'requisitions');
    expect(failed).toEqual([]);
    expect(records[0]?.value.status).toBe('Approved');
  });

  it('has the vendor of a direct cost as a record, though the list has a text', async () => {
    const { client } = await practice();
    const { records } = await read(client, 'direct-costs');
    const listed = records.filter(({ value }) => value.vendor_id !== null);
    expect(listed.length).toBeGreaterThan(0);
    for (const { value } of listed) expect((value.vendor as Fields).name).toBe(value.vendor_name);
  });

  it('says of a hidden project that 404 may mean it is not permitted', async () => {
    const { client } = await practice({ faults: [`project-hidden;path=project_id=${project.id}`] });
    const { failedScopes } = await read(client, 'requisitions');
    expect(failedScopes.map(({ error }) => error.kind)).toEqual(['rejected']);
    expect(failedScopes[0]?.error.hint).toContain('permitted projects');
  });

  it.each(Array.from({ length: 10 }, (_, index) => index + 1))(
    'fails with words of Procore or its status, whatever shape the error has: %i',
    async (shape) => {
      const { client } = await practice({ faults: [`error-shape-${shape};path=/rest/v1.1/requisitions`] });
      const outcome = await read(client, 'requisitions').then(
        ({ failedScopes }) => failedScopes[0]?.error,
        (thrown: unknown) => thrown,
      );
      if (!(outcome instanceof AppError)) throw new Error('no error came');
      expect(outcome.remote?.status).toBeGreaterThanOrEqual(400);
      expect(outcome.message).toMatch(/Procore/);
      expect(outcome.message).not.toMatch(/[{}<>]|\[object/);
    },
  );
});

const cost = (number: string, more: Fields = {}): Fields => ({
  project_id: project.id,
  direct_cost_type: 'invoice',
  direct_cost_date: '2026-06-03',
  invoice_number: number,
  vendor_id: '562949960001101',
  line_items: [{ amount: '10.00', cost_code: { full_code: '01-010.100' }, line_item_type: { code: 'M' } }],
  ...more,
});

describe('what is written', () => {
  it('to one direct cost goes out one call after the other, however many ask at once', async () => {
    const { client } = await practice();
    const costs = resource('direct-costs');
    const made = await costs.create?.(client, cost('Q-1'), {}, project);
    const spans: [number, number][] = [];
    let tick = 0;
    const patch = client.http.patch.bind(client.http);
    client.http.patch = async (path, call) => {
      const begun = ++tick;
      const answer = await patch(path, call);
      spans.push([begun, ++tick]);
      return answer;
    };
    const texts = ['a', 'b', 'c', 'd'];
    await Promise.all(
      texts.map((description) => costs.update?.(client, made?.id ?? '', cost('Q-1', { description }), {}, project)),
    );
    expect(spans.length).toBeGreaterThanOrEqual(texts.length);
    for (const [begun, ended] of spans) expect(ended).toBe(begun + 1);
  });

  it('to a payment whose origin id is set is refused in words, and leaves it as it was', async () => {
    const { client, running } = await practice();
    const payments = resource('contract-payments');
    const value: Fields = {
      project_id: project.id,
      contract_id: '562949980000041',
      amount: '43200.00',
      date: '2026-06-25',
      check_number: '77001',
      origin_id: 'APPAY-1',
    };
    const made = await payments.create?.(client, value, { writeOrigin: true }, project);
    const error = await errorOf(
      payments.update?.(client, made?.id ?? '', { ...value, amount: '1.00' }, { writeOrigin: true }, project),
    );
    expect(error.message).toContain('synced with an ERP system');
    expect(running.state.tables['contract-payments'].get(made?.id ?? '')?.row.amount).toBe('43200.00');
  });

  it('by a bulk sync that answers 200 fails with the field that Procore named', async () => {
    const { client, running } = await practice();
    const [taken] = [...running.state.tables.vendors.values()].filter(({ row }) => row.origin_id !== null);
    const vendors = resource('vendors');
    const made = await vendors.create?.(client, { name: 'Fresh Ltd' }, {});
    const error = await errorOf(
      vendors.update?.(
        client,
        made?.id ?? '',
        { name: 'Fresh Ltd', origin_id: String(taken?.row.origin_id) },
        { writeOrigin: true },
      ),
    );
    expect(error.fields).toMatchObject({ origin_id: 'has already been taken' });
  });
});

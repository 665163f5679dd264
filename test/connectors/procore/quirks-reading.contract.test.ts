import { describe, expect, it } from 'vitest';
import { procore } from '../../../connectors/procore/index.ts';
import { rowOf } from '../../../connectors/procore/simulator/rows.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { errorOf, practice, project, read, readProject, resource, writing } from './support.ts';

/** Addresses with queries that the simulator was asked for, of a path. */
const targetsOf = (running: Awaited<ReturnType<typeof practice>>['running'], path: string): string[] =>
  running.services.log.list({ path }).map(({ target }) => decodeURIComponent(target));

describe('names that mean different things', () => {
  it('the vendor is `company` in contracts, a text in lists of direct costs: both become a record with an id', async () => {
    const { client } = await practice();
    const [contract] = (await readProject(client, 'work-order-contracts')).records;
    const vendor = contract?.value.vendor as Fields;
    expect(vendor).toMatchObject({ company: expect.any(String), id: contract?.value.vendor_id });
    expect(vendor.name).toBeUndefined();
    const costs = (await readProject(client, 'direct-costs')).records.filter(({ value }) => value.vendor_id !== null);
    for (const { value } of costs) {
      expect(value.vendor).toEqual({ id: value.vendor_id, name: value.vendor_name });
    }
    expect(costs.length).toBeGreaterThan(0);
  });

  it('the code of a project cost code is its own segment, that of a standard one has the parents: `full_code` maps', async () => {
    const { client } = await practice();
    const { records } = await readProject(client, 'cost-codes');
    const leaf = records.find(({ value }) => value.parent_id !== undefined && value.parent_id !== null)?.value;
    expect(leaf?.full_code).not.toBe(leaf?.code);
    expect(String(leaf?.full_code)).toMatch(new RegExp(`\\W${String(leaf?.code)}$`));
    const standard = (await read(client, 'standard-cost-codes')).records;
    const twin = standard.find(({ id }) => id === leaf?.standard_cost_code_id)?.value;
    expect(twin).toMatchObject({ code: leaf?.full_code, full_code: leaf?.full_code });
    const described = (id: string) => resource(id).fields.find(({ name }) => name === 'code')?.description;
    expect(described('cost-codes')).toContain('Without the parents');
    expect(described('standard-cost-codes')).toContain('with the parents');
  });

  it('cost types are read by `code` and written by `csv_import_code`: the schema says so', async () => {
    const { client } = await practice();
    const { records } = await read(client, 'line-item-types');
    expect(records.map(({ value }) => value.code)).toContain('S');
    expect(resource('line-item-types').fields.find(({ name }) => name === 'code')?.description).toContain(
      'csv_import_code',
    );
  });

  it('standard cost codes come with code and name, although the default view gives ids only', async () => {
    const { client, running } = await practice();
    const { records } = await read(client, 'standard-cost-codes');
    expect(records.length).toBeGreaterThan(50);
    for (const { value } of records) expect(value).toMatchObject({ code: /\d/, name: /\w/, full_code: /\d/ });
    const [target = ''] = targetsOf(running, '/rest/v1.0/standard_cost_codes');
    const brief = await client.http.get(target.replace(/&?view=extended/, ''), { operation: 'look' });
    expect(Object.keys((brief.value as Fields[])[0] ?? {})).toEqual(['id', 'standard_cost_code_list_id']);
  });

  it('statuses are `Approved` for contracts and `approved` for invoices, and stay as they are written', async () => {
    const { client } = await practice();
    const statuses = async (id: string) =>
      new Set((await readProject(client, id)).records.map(({ value }) => String(value.status)));
    expect([...(await statuses('work-order-contracts'))].every((status) => /^[A-Z]/.test(status))).toBe(true);
    expect([...(await statuses('requisitions'))].every((status) => /^[a-z_]+$/.test(status))).toBe(true);
    const permitted = (id: string) => resource(id).fields.find(({ name }) => name === 'status')?.permitted ?? [];
    expect(permitted('work-order-contracts')).toContain('Approved');
    expect(permitted('requisitions')).toContain('approved');
  });
});

describe('addresses', () => {
  it('have prime contracts in the plural for lists, in the singular for one, cost codes beside the project', async () => {
    const { client, asked } = await practice();
    const [prime] = (await readProject(client, 'prime-contracts')).records;
    await resource('prime-contracts').get?.(client, prime?.id ?? '', project);
    await readProject(client, 'cost-codes');
    expect(asked()).toEqual(
      expect.arrayContaining([
        '/rest/v1.0/prime_contracts',
        `/rest/v1.0/prime_contract/${prime?.id}`,
        '/rest/v1.0/cost_codes',
      ]),
    );
    for (const path of [`/rest/v1.0/prime_contracts/${prime?.id}`, `/rest/v1.0/projects/${project.id}/cost_codes`]) {
      const wrong = client.http.get(path, { operation: 'look', query: { project_id: project.id } });
      expect((await errorOf(wrong)).code).toBe('remote.notFound');
    }
  });

  it('give every prime contract of a project, not the first alone', async () => {
    const { client, running } = await practice();
    const table = running.state.tables['prime-contracts'];
    const [first] = [...table.values()].filter(({ projectId }) => projectId === project.id);
    const second = { ...first, projectId: project.id, row: { ...first?.row, id: 562949982000999, number: 'P-2' } };
    table.set('562949982000999', second);
    const { records } = await readProject(client, 'prime-contracts');
    expect(records.map(({ id }) => id)).toEqual([String(first?.row.id), '562949982000999']);
    const single = await client.http.get('/rest/v1.0/prime_contract', {
      operation: 'look',
      query: { project_id: project.id },
    });
    expect((single.value as Fields).id).toBe(String(first?.row.id));
  });
});

describe('filters', () => {
  it('that Procore ignores change nothing that is found', async () => {
    for (const faults of [[], ['ignore-filters']]) {
      const { client, running } = await practice({ faults });
      const [change] = [...running.state.tables['change-order-packages'].values()].filter(
        ({ projectId }) => projectId === project.id,
      );
      const { contract_id: contract, number } = change?.row ?? {};
      const value = { project_id: project.id, contract_id: String(contract), number: String(number) };
      const found = await writing(client, 'commitment-change-orders').find(value);
      expect(found.map(({ id }) => id)).toEqual([String(change?.row.id)]);
      expect(await writing(client, 'commitment-change-orders').find({ ...value, contract_id: '1' })).toEqual([]);
      const [linked] = (await read(client, 'vendors')).records.filter(({ value: { origin_id: id } }) => id !== null);
      const vendors = await writing(client, 'vendors').find({ name: 'x', origin_id: linked?.value.origin_id ?? '' });
      expect(vendors.map(({ id }) => id)).toEqual([linked?.id]);
      const { records } = await readProject(client, 'direct-costs');
      for (const { value: cost } of records)
        expect(String((cost.line_items as Fields[]).length)).toBe(cost.line_items_count);
    }
  });

  it('for several values have brackets, without which only the last value counts', async () => {
    const { client, running } = await practice();
    const { records } = await readProject(client, 'requisitions');
    const contracts = [...new Set(records.map(({ value }) => String(value.commitment_id)))].slice(0, 3);
    expect(contracts).toHaveLength(3);
    const listed = async (name: string): Promise<number> => {
      const query = { project_id: project.id, per_page: '100', [name]: contracts };
      const { value } = await client.http.get('/rest/v1.1/requisitions', { operation: 'look', query });
      return new Set((value as Fields[]).map(({ commitment_id: id }) => id)).size;
    };
    expect(await listed('filters[commitment_id][]')).toBe(3);
    expect(await listed('filters[commitment_id]')).toBe(1);
    expect(targetsOf(running, '/rest/v1.1/requisitions').at(-2)).toContain('[commitment_id][]=');
  });

  it('of webhook deliveries are called `filter`, unlike all others', async () => {
    const { client, running } = await practice();
    const hooks = procore.webhookAdmin;
    const base = `/rest/v2.0/companies/${client.companyId}/webhooks/hooks`;
    const { value } = await client.http.post(base, {
      operation: 'register a hook',
      body: { payload_version: 'v2.0', namespace: 'costwire', destination_url: 'http://127.0.0.1:9/x' },
    });
    const id = String(((value as Fields).data as Fields).id);
    await hooks?.deliveries(client, id, { status: 'discarded' });
    const [target = ''] = targetsOf(running, '/deliveries');
    expect(target).toContain('filter[status]=discarded');
    expect(target).not.toContain('filters[');
  });
});

describe('pages', () => {
  it('that are silently smaller than asked for are all read', async () => {
    const { client, running } = await practice({ faults: ['small-pages'] });
    const { records } = await readProject(client, 'requisitions');
    const whole = (await readProject((await practice()).client, 'requisitions')).records;
    expect(records.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
    expect(targetsOf(running, '/rest/v1.1/requisitions')).toHaveLength(Math.ceil(records.length / 10));
  });

  it('keep the query that Procore leaves out of its Link addresses', async () => {
    const { client, running } = await practice({ faults: ['small-pages'] });
    await readProject(client, 'requisitions');
    const targets = targetsOf(running, '/rest/v1.1/requisitions');
    expect(targets.length).toBeGreaterThan(1);
    for (const target of targets) expect(target).toContain(`project_id=${project.id}&view=items`);
  });

  it('are not asked of lists that know none: one call, everything in it', async () => {
    const { client, running } = await practice({ faults: ['small-pages'] });
    const { records } = await readProject(client, 'commitment-change-orders');
    const stored = [...running.state.tables['change-order-packages'].values()].filter(
      ({ projectId }) => projectId === project.id,
    );
    expect(records).toHaveLength(stored.length);
    const targets = targetsOf(running, `/projects/${project.id}/commitment_change_orders`).filter(
      (target) => !target.includes('line_items'),
    );
    expect(targets).toHaveLength(1);
    expect(targets[0]).not.toMatch(/[?&](page|per_page)=/);
  });

  it('from which a row was deleted during the walk lose no other row', async () => {
    const plain = (await readProject((await practice()).client, 'cost-codes')).records.map(({ id }) => id);
    const { client, running } = await practice({ faults: ['drop-row;path=cost_codes'] });
    const { records } = await readProject(client, 'cost-codes');
    // The deleted row itself was read before it went.
    expect(records.map(({ id }) => id).sort()).toEqual([...plain].sort());
    expect(targetsOf(running, '/rest/v1.0/cost_codes')).toHaveLength(4);
  });

  it('of a list that shrinks again and again end with an error instead of a gap', async () => {
    const { client } = await practice();
    const { get } = client.http;
    let total = 500;
    client.http.get = async (path, call) => {
      const answer = await get.call(client.http, path, call);
      if (!path.endsWith('/cost_codes')) return answer;
      total -= 1;
      return { ...answer, headers: { ...answer.headers, total: String(total) } };
    };
    const { failedScopes, events } = await readProject(client, 'cost-codes').catch((error: unknown) => ({
      failedScopes: [{ error: error as Error }],
      events: [],
    }));
    expect(failedScopes[0]?.error.message).toContain('kept losing records');
    expect(events.some(({ kind }) => kind === 'scope-done')).toBe(false);
  });
});

describe('numbers', () => {
  it.each([
    ['project values', 'projects', 'total_value', '18400000.5'],
    ['tax rates', 'tax-codes', 'rate1', undefined],
  ])('that come as JSON numbers, such as %s, are exact texts', async (_what, id, field, exact) => {
    const { client } = await practice();
    const { records } = await read(client, id);
    const values = records.map(({ value }) => value[field]).filter((value) => value !== null && value !== undefined);
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) expect(value).toMatch(/^-?\d+(\.\d+)?$/);
    if (exact !== undefined) expect(values[0]).toBe(exact);
  });

  it('are written as Procore wants them: budgets as JSON numbers digit by digit, contract lines as texts', async () => {
    const { client, running } = await practice();
    const coding = { cost_code: { full_code: '01-010.100' }, line_item_type: { code: 'M' } };
    const budget = { project_id: project.id, ...coding, original_budget_amount: '90071992547409.93' };
    await writing(client, 'budget-lines').create(budget);
    const [made] = running.services.log.list({ method: 'POST', path: 'budget_line_items' });
    expect(made?.body).toContain('"original_budget_amount":90071992547409.93');
  });

  it('of a budget view come under the titles that the customer gave its columns', async () => {
    const { client, running } = await practice();
    const coding = { cost_code: { full_code: '01-010.100' }, line_item_type: { code: 'M' } };
    const budget = { project_id: project.id, ...coding, original_budget_amount: '275000.00' };
    const made = await writing(client, 'budget-lines').create(budget);
    const stored = running.state.tables['budget-lines'].get(made.id);
    if (stored !== undefined) Object.assign(stored.row, { 'Committed Costs': '262000.00', 'Δ to go (%)': 4.7 });
    const [record] = (await readProject(client, 'budget-lines')).records;
    expect(record?.value).toMatchObject({ 'Committed Costs': '262000.00', 'Δ to go (%)': '4.7' });
  });
});

describe('invoice lines', () => {
  it('have a cost type, which Procore leaves out, from the budget code or else from the contract', async () => {
    const { client, running } = await practice();
    const raw = await client.http.get('/rest/v1.1/requisitions', {
      operation: 'look',
      query: { project_id: project.id, view: 'items' },
    });
    const sent = (raw.value as Fields[]).flatMap(({ items }) => items as Fields[]);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.every((item) => item.line_item_type === undefined)).toBe(true);
    const types = (value: Fields[]) => value.flatMap(({ items }) => items as Fields[]).map(typeOf);
    const { records } = await readProject(client, 'requisitions');
    expect(types(records.map(({ value }) => value)).every((code) => /^[A-Z]$/.test(code))).toBe(true);
    const without = await practice({ faults: ['no-budget-code'] });
    const [first] = (await readProject(without.client, 'requisitions')).records;
    const [item] = (first?.value.items ?? []) as Fields[];
    const line = running.state.tables['contract-lines'].get(String(item?.line_item_id));
    expect(typeOf(item ?? {})).toBe(rowOf(line?.row.line_item_type).code);
  });
});

const typeOf = (item: Fields): string => String((item.line_item_type as Fields | null)?.code);

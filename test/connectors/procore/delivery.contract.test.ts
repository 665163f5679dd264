import { describe, expect, it } from 'vitest';
import { connect } from '../../../connectors/procore/client.ts';
import type { RunningSimulator } from '../../../engine/model/connector.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { testContext } from '../kit/context.ts';
import { delivering } from './delivering.ts';
import { practice, project, writing } from './support.ts';

/** A second client of the same company, as another process would have. */
const beside = (running: RunningSimulator) => {
  const { context } = testContext({ fields: running.fields, secrets: running.secrets });
  return connect(context);
};

describe('a division of cost codes', () => {
  const division: Fields = { project_id: project.id, code: '97', name: 'Specials', parent_id: null };

  it('is posted once although it has no parent, and its children beside it', async () => {
    const { client } = await practice();
    const codes = writing(client, 'cost-codes');
    const { post } = await delivering(client, 'cost-codes');
    const [made] = await post('r1', [{ key: '97', value: division }]);
    expect(made).toMatchObject({ status: 'posted', target: { number: '97' } });
    const child = { ...division, name: 'Mock-up', parent_id: made?.target?.id ?? '' };
    expect((await post('r1', [{ key: '97-97', value: child }]))[0]).toMatchObject({
      status: 'posted',
      target: { number: '97-97' },
    });
    expect((await post('r2', [{ key: '97', value: division }]))[0]?.status).toBe('skipped');
    expect(await codes.find(division)).toHaveLength(1);
    expect(await codes.find({ ...division, parent_id: '' })).toHaveLength(1);
  });
});

describe('vendors that go to the bulk sync', () => {
  const vendor = (number: number, name = `Newcomer ${number}`): { key: string; value: Fields } => ({
    key: `v${number}`,
    value: { name, origin_code: `V9${number}`, origin_id: `ERP-${number}` },
  });
  const options = { writeOrigin: true };

  it('settle each by its own row, in fewer calls than rows, good beside bad', async () => {
    const { client, running } = await practice();
    const { post } = await delivering(client, 'vendors', { options });
    const vendors = Array.from({ length: 12 }, (_, number) => vendor(number + 1, number % 3 === 2 ? '  ' : undefined));
    const outcomes = await post('r1', vendors);
    expect(outcomes.map(({ key, status }) => [key, status])).toEqual(
      vendors.map(({ key }, number) => [key, number % 3 === 2 ? 'held' : 'posted']),
    );
    for (const [number, { error, target }] of outcomes.entries()) {
      if (error === undefined) expect(target?.number).toBe(vendors[number]?.value.origin_code);
      else expect(error).toMatchObject({ code: 'remote.rejected', fields: { name: "can't be blank" } });
    }
    const calls = running.services.log.list({ method: 'PATCH', path: 'vendors/sync' });
    expect(calls.length).toBeLessThan(vendors.length);
    const stored = await running.documents('vendors');
    for (const { value } of vendors)
      expect(stored.filter(({ origin_id: key }) => key === value.origin_id)).toHaveLength(
        String(value.name).trim() === '' ? 0 : 1,
      );
  });

  it('that repeat a key do not share a call, and each is answered', async () => {
    const { client, running } = await practice({ latencyMs: 5 });
    const vendors = writing(client, 'vendors');
    const row = (name: string): Fields => ({ name, origin_id: 'ERP-1' });
    const made = await Promise.all(
      ['First', 'Second', ''].map((name) =>
        vendors.create(row(name), options).then(
          ({ value }) => value?.name,
          ({ code }: { code: string }) => code,
        ),
      ),
    );
    expect(made).toEqual(['First', 'Second', 'remote.rejected']);
    for (const { body } of running.services.log.list({ method: 'PATCH', path: 'vendors/sync' }))
      expect(JSON.parse(body ?? '{}').updates).toHaveLength(1);
  });

  it('are each found again when the answer for all was lost', async () => {
    const { client, running } = await practice({ faults: ['truncate-json;times=2;method=PATCH;path=vendors/sync'] });
    const { post } = await delivering(client, 'vendors', { options });
    const outcomes = await post('r1', [vendor(1), vendor(2), vendor(3)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['posted', 'posted', 'posted']);
    const stored = (await running.documents('vendors')).map(({ origin_id: key }) => key);
    for (const key of ['ERP-1', 'ERP-2', 'ERP-3']) expect(stored.filter((each) => each === key)).toEqual([key]);
  });
});

describe('lines of a contract that go to the bulk sync', () => {
  it('are refused by their place, also where two are the same', async () => {
    const { client } = await practice();
    const bad = { description: 'Slab', amount: '1.00', cost_code_id: '1', line_item_type_id: '1' };
    const good = { description: 'Walls', amount: '2.00', wbs_code_id: '88000261' };
    const value = {
      project_id: project.id,
      number: 'SC-999',
      vendor_id: '562949960001101',
      line_items: [bad, good, bad],
    };
    await expect(writing(client, 'work-order-contracts').create(value)).rejects.toMatchObject({
      code: 'remote.rejected',
      fields: {
        'line 1: cost_code_id': 'does not exist in this project',
        'line 3: cost_code_id': 'does not exist in this project',
      },
    });
  });
});

describe('two writes at once to one direct cost', () => {
  const cost: Fields = {
    project_id: project.id,
    direct_cost_type: 'invoice',
    direct_cost_date: '2026-06-03',
    vendor_id: '562949960001101',
    invoice_number: 'MRS-9001',
    status: 'draft',
    line_items: [{ cost_code: { full_code: '03-100.100' }, line_item_type: { code: 'S' }, amount: '10.00' }],
  };
  const refused = (log: readonly { status?: number }[]) => log.filter(({ status }) => status === 409).length;

  it('are refused by Procore when they meet', async () => {
    const { client, running } = await practice();
    const { id } = await writing(client, 'direct-costs').create(cost);
    const path = `/rest/v1.1/projects/${project.id}/direct_costs/${id}`;
    const send = (description: string) =>
      client.http.patch(path, { operation: 'change', body: { direct_cost: { description } }, accept: [409] });
    const statuses = await Promise.all([send('a'), send('b'), send('c')]);
    expect(statuses.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect(refused(running.services.log.list({ path }))).toBeGreaterThan(0);
  });

  it('go one after the other in one process, and both settle', async () => {
    const { client, running } = await practice();
    const { id } = await writing(client, 'direct-costs').create(cost);
    const flows = await Promise.all([1, 2, 3].map(() => delivering(client, 'direct-costs', { mode: 'upsert' })));
    const outcomes = await Promise.all(
      flows.map(({ post }, index) =>
        post(`r${index}`, [{ key: `bill-${index}`, value: { ...cost, description: `by ${index}` } }]),
      ),
    );
    expect(outcomes.flat().map(({ status }) => status)).toEqual(['posted', 'posted', 'posted']);
    const writes = running.services.log.list({ method: 'PATCH', path: `direct_costs/${id}` });
    expect(writes).toHaveLength(3);
    expect(refused(writes)).toBe(0);
  });

  it('of two processes are refused and repeated until both have settled', async () => {
    const { client, running } = await practice();
    const costs = writing(client, 'direct-costs');
    const { id } = await costs.create(cost);
    const other = beside(running);
    const flows = await Promise.all(
      [client, other].map((each) => delivering(each, 'direct-costs', { mode: 'upsert' })),
    );
    const outcomes = await Promise.all(
      flows.map(({ post }, index) =>
        post(`r${index}`, [{ key: `bill-${index}`, value: { ...cost, description: `by ${index}` } }]),
      ),
    );
    expect(outcomes.flat().map(({ status }) => status)).toEqual(['posted', 'posted']);
    expect(await costs.find(cost)).toMatchObject([{ id, value: { description: expect.stringMatching(/^by [01]$/) } }]);
  });

  it('where somebody else holds it, are waited for', async () => {
    const { client, waits } = await practice({ faults: ['direct-cost-busy;times=2;method=PATCH'] });
    const costs = writing(client, 'direct-costs');
    const { id } = await costs.create(cost);
    await Promise.all(['a', 'b'].map((description) => costs.update(id, { ...cost, description })));
    expect(await costs.find(cost)).toMatchObject([{ value: { description: 'b' } }]);
    expect(waits.filter(({ detail }) => detail.includes('Somebody else'))).toHaveLength(2);
  });
});

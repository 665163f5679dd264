import { describe, expect, it } from 'vitest';
import type { Fields } from '../../../engine/model/record.ts';
import { delivering } from './delivering.ts';
import { errorOf, practice, project, readProject, writing } from './support.ts';

const kinds: readonly (readonly [string, Fields, Fields])[] = [
  ['standard-cost-code-lists', { name: 'Second list' }, { name: 'Second list' }],
  [
    'standard-cost-codes',
    { standard_cost_code_list_id: '6001', code: '97-100', name: 'Mock-up', origin_id: 'E-1' },
    { standard_cost_code_list_id: '6001', code: '97-100', name: 'Mock-ups' },
  ],
  [
    'line-item-types',
    { name: 'Bonds', code: 'B', base_type: 'other', origin_id: 'E-2' },
    { name: 'Bonds and fees', code: 'B' },
  ],
  [
    'tax-codes',
    { code: 'OR-PDX', description: 'Portland', rate1: '0.125', origin_id: 'E-3' },
    { code: 'OR-PDX', archived: true },
  ],
  ['tax-types', { name: 'Use tax', origin_id: 'E-4' }, { name: 'Use tax', description: 'Of materials' }],
  [
    'sub-jobs',
    { project_id: project.id, code: 'B', name: 'Building B', origin_id: 'E-5' },
    { code: 'B', name: 'Hall B' },
  ],
  ['units-of-measure', { name: 'pallet' }, { name: 'pallet' }],
];

describe.each(kinds)('%s', (id, value, change) => {
  it('are made, found, read among the others, changed, and posted once', async () => {
    const { client } = await practice();
    const records = writing(client, id);
    expect(await records.find(value)).toEqual([]);
    const { post } = await delivering(client, id);
    const [posted] = await post('r1', [{ key: 'one', value }]);
    expect(posted).toMatchObject({ status: 'posted' });
    const [found, ...others] = await records.find(value);
    expect([found?.id, others]).toEqual([posted?.target?.id, []]);
    const { origin_id: _unasked, project_id: _place, ...plain } = value;
    expect(found?.value).toMatchObject(plain);
    expect(found?.value.origin_id ?? null).toBeNull();
    await records.update(found?.id ?? '', change);
    const { records: listed, failed } = await readProject(client, id);
    expect(failed).toEqual([]);
    expect(listed.length).toBeGreaterThan(id === 'sub-jobs' ? 0 : 1);
    expect(listed.find((record) => record.id === found?.id)?.value).toMatchObject(change);
    expect((await post('r2', [{ key: 'one', value }]))[0]?.status).toBe('skipped');
  });

  it('that are there, or lack what they are called by, are refused with the field', async () => {
    const { client } = await practice();
    const records = writing(client, id);
    await records.create(value);
    const twice = await errorOf(records.create(value));
    expect([twice.code, Object.values(twice.fields ?? {})]).toEqual(['remote.rejected', ['has already been taken']]);
    const nameless = await errorOf(records.create({ ...value, name: '', code: '' }));
    expect(Object.values(nameless.fields ?? {})).toEqual(["can't be blank"]);
  });
});

describe('what is sent of such a list', () => {
  const sent = async (id: string, value: Fields, path: string, options = {}) => {
    const { client, running } = await practice();
    await writing(client, id).create(value, options);
    const [call] = running.services.log.list({ method: 'POST', path });
    return { body: call?.body ?? '', json: JSON.parse(call?.body ?? '{}'), target: call?.target };
  };

  it('names the code of a cost type as Procore takes it, and the origin only when asked', async () => {
    const type = { name: 'Bonds', code: 'B', origin_id: 'E-2' };
    const { json } = await sent('line-item-types', type, 'line_item_types');
    expect(json.line_item_type).toEqual({ name: 'Bonds', csv_import_code: 'B' });
    const asked = await sent('line-item-types', type, 'line_item_types', { writeOrigin: true });
    expect(asked.json.line_item_type).toMatchObject({ origin_id: 'E-2' });
  });

  it('has the rate of a tax code as an exact JSON number, the company beside the address', async () => {
    const { body, json, target } = await sent('tax-codes', { code: 'X', rate1: '10.10' }, 'tax_codes');
    expect(body).toContain('"rate1":10.10');
    expect(Object.keys(json)).toEqual(['tax_code']);
    expect(target).toContain('company_id=');
  });

  it('names the list of a standard cost code beside it', async () => {
    const code = { standard_cost_code_list_id: '6001', code: '97-100', name: 'Mock-up' };
    const { json } = await sent('standard-cost-codes', code, 'standard_cost_codes');
    expect(json).toMatchObject({
      standard_cost_code_list_id: 6001,
      standard_cost_code: { code: '97-100', name: 'Mock-up' },
    });
    expect(json.standard_cost_code).not.toHaveProperty('standard_cost_code_list_id');
  });
});

describe('a unit of measure', () => {
  it('that the company has made may be used on a line', async () => {
    const { client } = await practice();
    const cost: Fields = {
      project_id: project.id,
      direct_cost_type: 'invoice',
      direct_cost_date: '2026-06-03',
      vendor_id: '562949960001101',
      invoice_number: 'MRS-9002',
      line_items: [
        {
          cost_code: { full_code: '03-100.100' },
          line_item_type: { code: 'S' },
          quantity: '2',
          unit_cost: '5.00',
          uom: 'pallet',
        },
      ],
    };
    const costs = writing(client, 'direct-costs');
    expect((await errorOf(costs.create(cost))).message).toContain('uom');
    await writing(client, 'units-of-measure').create({ name: 'pallet' });
    expect(await costs.create(cost)).toMatchObject({ number: 'MRS-9002' });
  });
});

import { describe, expect, it } from 'vitest';
import { acumatica } from '../../../connectors/acumatica/index.ts';
import { withOwnFields } from '../../../connectors/acumatica/resources/own-fields.ts';
import { JsonNumber } from '../../../connectors/kit/json.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { billLine, connectTo, pinged, practice, readAll, startServer } from './support.ts';

async function setUp(faults: readonly string[] = []) {
  const { client, server } = await practice(faults);
  const offered = (await acumatica.discover?.(client)) ?? [];
  return { client, server, offered, own: offered.find(({ id }) => id === 'bills:custom') };
}

describe('fields that the company added to the form of bills', () => {
  it('are offered with label and type, each column once, beside those of the contract', async () => {
    const { own } = await setUp();
    const shown = (list: typeof own extends undefined ? never : NonNullable<typeof own>['fields']) =>
      list.filter(({ name }) => /^(?:Usr|Attribute)/.test(name)).map(({ name, label, type }) => [name, label, type]);
    expect(shown(own?.fields ?? [])).toEqual([
      ['UsrProcoreId', 'Procore Id', 'text'],
      ['UsrApprovedOn', 'Approved On', 'datetime'],
      ['UsrHoldback', 'Holdback', 'decimal'],
      ['AttributeREGION', 'REGION', 'text'],
    ]);
    expect(shown(own?.fields.find(({ name }) => name === 'Details')?.fields ?? [])).toEqual([
      ['UsrProcoreId', 'Procore Id', 'text'],
      ['UsrIsChange', 'Is Change', 'boolean'],
    ]);
    expect(own?.fields.map(({ name }) => name)).toContain('VendorRef');
  });

  it('are written and read like any other, exactly', async () => {
    const { client, own } = await setUp();
    const value = {
      ...{ Vendor: 'V000001', VendorRef: 'OWN-1', Date: '2026-03-31' },
      ...{ UsrProcoreId: '9007199254740993', UsrHoldback: '12.345', AttributeREGION: 'WEST' },
      UsrApprovedOn: '2026-03-30T12:00:00.000Z',
      Details: [{ ...billLine, UsrProcoreId: '42', UsrIsChange: true }],
    };
    const result = await own?.create?.(client, value, {});
    const record = await own?.get?.(client, result?.id ?? '');
    expect(record?.value).toMatchObject({
      ...{ UsrProcoreId: '9007199254740993', UsrHoldback: '12.345', AttributeREGION: 'WEST' },
      UsrApprovedOn: '2026-03-30T12:00:00.000Z',
      Details: [{ UsrProcoreId: '42', UsrIsChange: true }],
    });
    // What has a field of its own is not told a second time.
    expect(record?.value.CustomFields).toBeUndefined();
    expect(await own?.find?.(client, value)).toHaveLength(1);
  });

  it('of lines are asked for by the name of their entity, which the system demands', async () => {
    const { client, server, own } = await setUp();
    const bills = await server.documents('bills');
    await own?.get?.(client, `Bill/${String(bills[0]?.ReferenceNbr)}`);
    const asked = server.services.log.list({ path: '/Bill/' }).map(({ target }) => new URL(target, 'http://x'));
    expect(asked.at(-1)?.searchParams.get('$custom')?.split(',')).toEqual(
      expect.arrayContaining(['Document.UsrProcoreId', 'Details/Transactions.UsrIsChange']),
    );
    await expect(client.list('Bill', { custom: ['Transactions.UsrIsChange'] })).rejects.toMatchObject({
      code: 'remote.rejected',
    });
  });

  it('are none where the user may not see the form, and inquiries are offered all the same', async () => {
    const { offered } = await setUp(['forbid-bill']);
    expect(offered.map(({ id }) => id)).not.toContain('bills:custom');
    expect(offered.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['vendors:custom', 'inquiry:PROCORE-OpenBills']),
    );
  });
});

describe('fields that the company added to other forms', () => {
  const line = { Project: '2407', CostCode: '01010100', Account: '54200', Subaccount: '200000', ExtendedCost: '10.00' };
  const order = { VendorID: 'V000001', VendorRef: 'OWN-2', Date: '2026-03-31' };
  const journal = { TransactionDate: '2026-03-31', Description: 'Own fields' };
  const sides = [
    { Account: '64000', DebitAmount: '10.01', UsrArea: 'North' },
    { Account: '20000', CreditAmount: '10.01' },
  ];

  it('are offered for each form that has some, beside the plain resource and with its operations', async () => {
    const { offered } = await setUp();
    const own = offered.filter(({ id }) => id.endsWith(':custom'));
    expect(own.map(({ id }) => id)).toEqual([
      'bills:custom',
      'checks:custom',
      'purchase-orders:custom',
      'subcontracts:custom',
      'change-orders:custom',
      'journal-transactions:custom',
      'vendors:custom',
      'accounts:custom',
      'projects:custom',
      'project-tasks:custom',
      'cost-codes:custom',
    ]);
    for (const { id, title, read, get, find, create, update, release, key, fields } of own) {
      const plain = acumatica.resources.find((candidate) => `${candidate.id}:custom` === id);
      if (plain === undefined) throw new Error(id);
      const has = (resource: typeof plain) =>
        [resource.create, resource.find, resource.update, resource.release].map(Boolean);
      expect([id, title]).toEqual([id, `${plain.title} with your own fields`]);
      expect([id, ...[create, find, update, release].map(Boolean)]).toEqual([id, ...has(plain)]);
      expect([id, read, get].every((part) => part !== undefined)).toBe(true);
      expect([id, key]).toEqual([id, plain.key]);
      const depth = (list: typeof fields): number =>
        list.length + list.reduce((sum, field) => sum + (field.fields?.length ?? 0), 0);
      expect(depth(fields)).toBeGreaterThan(depth(plain.fields));
    }
  });

  it.each<[string, Fields, Fields]>([
    [
      'purchase-orders',
      { ...order, UsrProcoreId: '9007199254740993', Details: [{ ...line, ProjectTask: '20', UsrProcoreId: '7' }] },
      { UsrProcoreId: '9007199254740993', Details: [{ UsrProcoreId: '7' }] },
    ],
    [
      'subcontracts',
      { ...order, UsrProcoreId: '8', Details: [{ ...line, Task: '20', UsrProcoreId: '7' }] },
      { UsrProcoreId: '8', Details: [{ UsrProcoreId: '7' }] },
    ],
    [
      'change-orders',
      {
        ...{ ProjectID: '2407', ExternalRefNbr: 'OWN-3', UsrProcoreId: '9' },
        Commitments: [
          {
            ...{ Vendor: 'V000001', ProjectTaskID: '20', CostCode: '01010100', Account: '54200', Amount: '1.00' },
            UsrReason: 'Owner request',
          },
        ],
      },
      { UsrProcoreId: '9', Commitments: [{ UsrReason: 'Owner request' }] },
    ],
    [
      'journal-transactions',
      { ...journal, UsrSource: 'Procore', Details: sides },
      { UsrSource: 'Procore', Details: [{ UsrArea: 'North' }, {}] },
    ],
    [
      'checks',
      { Vendor: 'V000001', PaymentRef: '77', ApplicationDate: '2026-03-31', UsrBankBatch: 'B-1' },
      { UsrBankBatch: 'B-1' },
    ],
    [
      'vendors',
      { VendorName: 'Own Fields Inc', UsrProcoreId: '5', AttributeW9: true },
      { UsrProcoreId: '5', AttributeW9: true },
    ],
  ])('of %s are written, read back and found', async (id, value, expected) => {
    const { client, offered } = await setUp();
    const own = offered.find((candidate) => candidate.id === `${id}:custom`);
    const { id: key } = (await own?.create?.(client, value, {})) ?? { id: '' };
    expect(await own?.get?.(client, key)).toMatchObject({ value: expected, origin: { resource: `${id}:custom` } });
    expect(await own?.find?.(client, value)).toMatchObject([{ id: key, value: expected }]);
    // The plain resource neither reads nor loses them.
    expect((await acumatica.resources.find((plain) => plain.id === id)?.get?.(client, key))?.value).not.toHaveProperty(
      Object.keys(expected)[0] ?? '',
    );
  });

  it('of projects and tasks are read by pages with their types', async () => {
    const { client, server, offered } = await setUp();
    const wire = { type: 'CustomDecimalField', value: new JsonNumber('12345678901234567.89') };
    const custom = { Project: { UsrContractValue: wire } };
    await client.put('Project', { ProjectID: { value: '2407' }, custom }, {}, { operation: 'mark' });
    expect(await server.documents('projects')).toContainEqual(expect.objectContaining({ ProjectID: '2407' }));
    const own = offered.find(({ id }) => id === 'projects:custom');
    if (own === undefined) throw new Error('no projects');
    const records = await readAll(client, own);
    expect(records.find(({ id }) => id === '2407')?.value.UsrContractValue).toBe('12345678901234567.89');
    const phase = offered
      .find(({ id }) => id === 'project-tasks:custom')
      ?.fields.find(({ name }) => name === 'UsrPhase');
    expect(phase?.type).toBe('integer');
  });

  it('cost a request for each form that is asked for, and none for others or for inquiries', async () => {
    const { client, server } = await practice();
    const found = await acumatica.discover?.(client, ['vendors:custom', 'subaccounts:custom', 'nonsense']);
    expect(found?.map(({ id }) => id)).toEqual(['vendors:custom']);
    const paths = server.services.log
      .list({ path: '/AcmeERP/' })
      .map(({ target }) => target.split('/').slice(-2).join('/'));
    expect(paths.filter((path) => path.includes('$adHocSchema'))).toEqual([
      'Vendor/$adHocSchema',
      'Subaccount/$adHocSchema',
    ]);
    expect(server.services.log.list({ path: '/odata/' })).toEqual([]);
    const inquiry = await acumatica.discover?.(client, ['inquiry:PROCORE-OpenBills']);
    expect(inquiry?.map(({ id }) => id)).toEqual(['inquiry:PROCORE-OpenBills']);
    expect(server.services.log.list({ path: '$adHocSchema' })).toHaveLength(2);
  });

  it('are none where the endpoint version does not have the entity', async () => {
    const server = await startServer();
    const { client } = connectTo(server, { endpointVersion: '22.200.001' });
    const found = (await acumatica.discover?.(client)) ?? [];
    expect(found.map(({ id }) => id)).toContain('purchase-orders:custom');
    expect(found.map(({ id }) => id)).not.toContain('subcontracts:custom');
  });

  it('are proved by ping with the form of the plain resource', async () => {
    const { client } = await practice(['forbid-vendor']);
    const checks = await pinged(client, [{ resource: 'vendors:custom', write: true }]);
    expect(checks.get('need-vendors:custom')).toMatchObject({ status: 'failed' });
  });
});

it('adds nothing where a form has only what the system brings, of types it does not know, or no parts', () => {
  const fields = [{ name: 'Name', label: 'Name', type: 'text' as const }];
  const field = (type: string) => ({ Document: { UsrX: { type } } });
  expect(withOwnFields(fields, { custom: { Document: { TaxZoneID: { type: 'CustomStringField' } } } })).toBeUndefined();
  expect(withOwnFields(fields, { custom: field('CustomImageField') })).toBeUndefined();
  expect(withOwnFields(fields, {})).toBeUndefined();
  expect(withOwnFields(fields, { custom: field('CustomGuidField') })).toMatchObject([
    { name: 'Name' },
    { name: 'UsrX', label: 'X', type: 'text', view: 'Document', customType: 'Guid' },
  ]);
});

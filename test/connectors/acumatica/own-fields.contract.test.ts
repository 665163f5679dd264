import { describe, expect, it } from 'vitest';
import { acumatica } from '../../../connectors/acumatica/index.ts';
import { withOwnFields } from '../../../connectors/acumatica/resources/own-fields.ts';
import { billLine as line, practice } from './support.ts';

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
      Details: [{ ...line, UsrProcoreId: '42', UsrIsChange: true }],
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
    expect(offered.map(({ id }) => id)).toEqual(['inquiry:PROCORE-OpenBills']);
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

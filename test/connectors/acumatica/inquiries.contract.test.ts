import { describe, expect, it } from 'vitest';
import { acumatica } from '../../../connectors/acumatica/index.ts';
import { errorOf, eventsOf, practice, readAll, recordsIn } from './support.ts';

async function setUp(faults: readonly string[] = []) {
  const { client, server } = await practice(faults);
  const discovered = acumatica.discover?.(client) ?? Promise.resolve([]);
  const offered = (await discovered).find(({ id }) => id === 'inquiry:PROCORE-OpenBills');
  if (offered === undefined) throw new Error('no inquiry');
  return { client, server, inquiry: offered };
}

describe('a generic inquiry', () => {
  it('has the columns that the tenant describes, with labels and types', async () => {
    const { inquiry } = await setUp();
    expect(inquiry.fields.map(({ name, label, type }) => [name, label, type])).toEqual([
      ['Type', 'Type', 'text'],
      ['ReferenceNbr', 'Reference Nbr', 'text'],
      ['Vendor', 'Vendor', 'text'],
      ['VendorRef', 'Vendor Ref. & Suffix', 'text'],
      ['Balance', 'Balance', 'decimal'],
      ['Status', 'Status', 'text'],
      ['Date', 'Date', 'datetime'],
      ['LastModifiedOn', 'Last Modified On', 'datetime'],
      ['Lines', 'Lines', 'integer'],
      ['OnHold', 'On Hold', 'boolean'],
      ['RecordNbr', 'Record Nbr', 'integer'],
    ]);
    expect(inquiry.fields.filter(({ nullable }) => nullable === false).map(({ name }) => name)).toEqual([
      'Type',
      'ReferenceNbr',
    ]);
  });

  it('gives exact values by type, each row under its keys', async () => {
    const { client, server, inquiry } = await setUp();
    const bills = (await server.documents('bills')).filter(({ Balance }) => Number(Balance) !== 0);
    const records = await readAll(client, inquiry);
    expect(records).toHaveLength(bills.length);
    const [bill] = bills;
    const number = String(bill?.ReferenceNbr);
    const record = records.find(({ value }) => value.ReferenceNbr === number);
    expect(record).toMatchObject({
      id: `PROCORE-OpenBills/Bill/${number}`,
      value: {
        ...{ Balance: String(bill?.Balance).replace(/\.?0+$/, ''), OnHold: false, Lines: '1' },
        // A day of a tenant seven hours behind stays that day.
        Date: `${String(bill?.Date).slice(0, 10)}T00:00:00.000Z`,
        RecordNbr: String(9_007_199_254_740_993n + BigInt(number.replace(/\D/g, ''))),
      },
    });
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
  });

  it('loses one row alone where a value is not of its type', async () => {
    const { client, inquiry } = await setUp(['odd-record']);
    const events = await eventsOf(client, inquiry);
    const failed = events.flatMap((event) => (event.kind === 'record-failed' ? [event.error.message] : []));
    expect(failed).toEqual([expect.stringMatching(/“plenty” in PROCORE-OpenBills row 2, Balance.*not a decimal/)]);
    expect(recordsIn(events).length).toBeGreaterThan(1);
    expect(events.at(-1)?.kind).toBe('scope-done');
  });

  it('carries its columns as a list where the tenant does not describe them', async () => {
    const { client, inquiry } = await setUp(['no-metadata']);
    expect(inquiry.fields.map(({ name }) => name)).toEqual(['Inquiry', 'RowNumber', 'Columns']);
    const [first] = await readAll(client, inquiry);
    expect(first).toMatchObject({ id: 'PROCORE-OpenBills/1', value: { RowNumber: '1' } });
  });

  it.each([
    ['cut-metadata', /is not complete XML/],
    ['entity-metadata', /document type definition/],
    ['huge-metadata', /more than Costwire takes/],
    ['path=$metadata;html', /is a web page|document type/],
  ])('that is described badly (%s) is refused with a sentence, and nothing else suffers', async (fault, words) => {
    const { client } = await practice([fault]);
    const error = await errorOf(acumatica.discover?.(client));
    expect(error).toMatchObject({ code: 'remote.badResponse', hint: expect.stringMatching(/.{20}/) });
    expect(error.message).toMatch(words);
    expect(await readAll(client, 'inquiry-rows', { filter: { Inquiry: ['PROCORE-OpenBills'] } })).not.toEqual([]);
  });
});

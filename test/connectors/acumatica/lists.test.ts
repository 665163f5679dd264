import { describe, expect, it } from 'vitest';
import type { AcumaticaClient, EntityQuery } from '../../../connectors/acumatica/client.ts';
import { billsWithReference, noteBill } from '../../../connectors/acumatica/resources/bill-references.ts';
import { billSpec } from '../../../connectors/acumatica/resources/bills.ts';
import { readEntity } from '../../../connectors/acumatica/resources/reading.ts';
import type { Value } from '../../../engine/model/record.ts';

/** A client whose lists come from a function. */
const client = (list: (query: EntityQuery) => Value[]): AcumaticaClient =>
  ({
    list: (_entity: string, query: EntityQuery) => Promise.resolve(list(query)),
    settings: { tenant: '', customFields: new Map() },
    context: { now: () => 0 },
  }) as unknown as AcumaticaClient;

describe('a list of records without identities of their own', () => {
  it('is told apart by its keys: the ids that the server makes up are other ones with every answer', async () => {
    let made = 0;
    const row = (at: number): Value => {
      made += 1;
      return { id: `made-up-${made}`, Code: { value: `c${at}` } };
    };
    let shrunk = 0;
    const rows = client(({ top = 0, skip = 0 }) => {
      // Once a record in front is deleted meanwhile: the list is read anew, with records among it that came before.
      if (skip > 0 && shrunk === 0) shrunk = 1;
      return Array.from({ length: Math.max(0, Math.min(top, 1200 - skip - shrunk)) }, (_, at) =>
        row(skip + at + shrunk),
      );
    });
    const spec = {
      entity: 'Thing',
      resource: 'things',
      keys: ['Code'],
      fields: [{ name: 'Code', label: 'Code', type: 'text' }],
      incremental: false,
    } as const;
    const ids: string[] = [];
    for await (const event of readEntity(rows, spec, { signal: new AbortController().signal }))
      if (event.kind === 'page') ids.push(...event.records.map(({ id }) => id));
    expect(new Set(ids).size).toBe(1200);
    expect(ids).toHaveLength(1200);
  });
});

describe('the references of a vendor', () => {
  it('hold a bill that was written just now, however its vendor was written', async () => {
    let call = 0;
    const bill = (number: number): Value => ({
      Type: { value: 'Bill' },
      ReferenceNbr: { value: String(number) },
      Vendor: { value: 'V1' },
      VendorRef: { value: `X-${number}` },
      LastModifiedDateTime: { value: '2026-06-01T00:00:00Z' },
    });
    const many = client(({ filter = '' }) => {
      if (filter.startsWith('VendorRef')) return [];
      call += 1;
      return call === 2 ? Array.from({ length: 101 }, (_, at) => bill(at)) : [];
    });
    expect(await billsWithReference(many, billSpec, 'v1', 'A-1')).toEqual([]);
    expect(await billsWithReference(many, billSpec, 'v1', 'A-1')).toEqual([]);
    noteBill(many, billSpec, { Type: 'Bill', ReferenceNbr: '900', Vendor: 'V1', VendorRef: 'A-1' });
    expect(await billsWithReference(many, billSpec, 'v1', 'a1')).toEqual(['Bill/900']);
  });
});

import { expect, it } from 'vitest';
import type { AcumaticaClient, EntityQuery } from '../../../connectors/acumatica/client.ts';
import { masters } from '../../../connectors/acumatica/resources/masters.ts';
import type { Value } from '../../../engine/model/record.ts';

const vendor = (at: number): Value => ({
  id: `id-${at}`,
  VendorID: { value: `V${at}` },
  VendorName: { value: at === 650 ? 'The ZEBRA, Co.' : `The number ${at}` },
  Status: { value: 'Active' },
});

it('a vendor is found by its name also among very many that begin alike', async () => {
  const all = Array.from({ length: 700 }, (_, at) => vendor(at));
  const client = {
    list: (_entity: string, { filter = '', top = 0, skip = 0 }: EntityQuery) =>
      Promise.resolve(filter.startsWith('startswith') ? all.slice(skip, skip + top) : []),
    get: (_entity: string, [id = '']: readonly string[]) => Promise.resolve(all[Number(id.slice(1))]),
    settings: { instanceUrl: 'https://erp.example', tenant: '', customFields: new Map() },
  } as unknown as AcumaticaClient;
  const found = await masters.find(({ id }) => id === 'vendors')?.find?.(client, { VendorName: 'The Zebra Co' });
  expect(found?.map(({ id }) => id)).toEqual(['V650']);
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { AcumaticaClient as Client } from '../../../connectors/acumatica/client.ts';
import { acumatica } from '../../../connectors/acumatica/index.ts';
import type { FoundDocument, WriteResult } from '../../../engine/model/connector.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { connectTo, eventsOf, readAll, recordsIn, type Server, startServer } from './support.ts';

let server: Server;
beforeEach(async () => {
  server = await startServer();
});

const connect = (endpointVersion = '24.200.001'): Client => connectTo(server, { endpointVersion }).client;

const coding = { Project: '2407', CostCode: '01010100', Account: '54200', Subaccount: '200000' };
const documents: Readonly<Record<string, Fields>> = {
  bills: {
    Vendor: 'V000001',
    VendorRef: 'DOC-1',
    Date: '2026-03-31',
    Details: [{ ...coding, ProjectTask: '20', ExtendedCost: '100.10' }],
  },
  'purchase-orders': {
    VendorID: 'V000001',
    VendorRef: 'PO-DOC-1',
    Date: '2026-03-31',
    Details: [{ ...coding, ProjectTask: '20', OrderQty: '2', UnitCost: '10.05', ExtendedCost: '20.10' }],
  },
  subcontracts: {
    VendorID: 'V000001',
    VendorRef: 'SC-DOC-1',
    Date: '2026-03-31',
    Details: [{ ...coding, Task: '20', OrderQty: '1', UnitCost: '5000', ExtendedCost: '5000.00' }],
  },
  'change-orders': {
    ProjectID: '2407',
    ExternalRefNbr: 'CO-DOC-1',
    ChangeDate: '2026-03-31',
    CostBudget: [{ ProjectTaskID: '20', CostCode: '01010100', Amount: '12.34' }],
  },
  'journal-transactions': {
    TransactionDate: '2026-03-31',
    Description: 'Accrual DOC-1',
    Details: [
      { Account: '64000', DebitAmount: '10.01' },
      { Account: '20000', CreditAmount: '10.01' },
    ],
  },
};

async function life(
  client: Client,
  id: string,
): Promise<{ created: WriteResult; found: FoundDocument[]; released: WriteResult | undefined }> {
  const resource = acumatica.resources.find((candidate) => candidate.id === id);
  const value = documents[id] ?? {};
  if (resource?.create === undefined) throw new Error(id);
  expect(await resource.find(client, value)).toEqual([]);
  const created = await resource.create(client, value, {});
  const found = await resource.find(client, value);
  return { created, found, released: await resource.release?.(client, created.id) };
}

describe('documents', () => {
  it.each([
    ['bills', 'On Hold', 'Open'],
    ['purchase-orders', 'On Hold', 'Open'],
    ['subcontracts', 'On Hold', 'Open'],
    ['change-orders', 'On Hold', 'Closed'],
    ['journal-transactions', 'On Hold', 'Posted'],
  ])('%s are created, found and released', async (id, draft, final) => {
    const { created, found, released } = await life(connect(), id);
    expect(created.status).toBe(draft);
    expect(found.map((document) => document.id)).toEqual([created.id]);
    expect(released?.status).toBe(final);
  });

  it.each(['20.200.001', '22.200.001', '23.200.001', '25.200.001'])(
    'can be written through endpoint version %s',
    async (version) => {
      const client = connect(version);
      for (const id of Object.keys(documents)) {
        if (id === 'subcontracts' && version < '23') continue;
        expect((await life(client, id)).found).toHaveLength(1);
      }
    },
  );

  it('show what was paid outside of the API once the bill is released', async () => {
    const client = connect();
    const [payment] = server.state.world.payments.filter(
      (candidate) => candidate.status === 'Closed' && candidate.applications.length === 1,
    );
    const [application] = payment?.applications ?? [];
    const bills = acumatica.resources.find((candidate) => candidate.id === 'bills');
    if (payment === undefined || application === undefined || bills?.create === undefined)
      throw new Error('no payment');
    const bill = { ...documents.bills, Vendor: payment.vendorId, VendorRef: application.vendorRef };
    const line = { ...coding, ProjectTask: '20', ExtendedCost: application.amount };
    const { id } = await bills.create(client, { ...bill, Details: [line] }, {});
    expect(await bills.release?.(client, id)).toMatchObject({ status: 'Closed', value: { Balance: '0.00' } });
    expect(await readAll(client, 'checks')).toMatchObject([
      { value: { PaymentRef: payment.checkNumber, Status: 'Closed', History: [{ VendorRef: application.vendorRef }] } },
    ]);
  });

  it('vendors are found by id or by name however it is written', async () => {
    const client = connect();
    const vendors = acumatica.resources.find((candidate) => candidate.id === 'vendors');
    if (vendors?.create === undefined) throw new Error('no vendors');
    const { id } = await vendors.create(
      client,
      {
        VendorName: "O'Neil & Sons",
        MainContact: { Email: 'ap@oneil.example', Address: { City: 'Tacoma', Country: 'US' } },
      },
      {},
    );
    for (const VendorName of ["O'Neil & Sons", "O'NEIL and sons", "o'neil  &  SONS."]) {
      const found = await vendors.find(client, { VendorName });
      expect(found.map((vendor) => vendor.id)).toEqual(VendorName.includes('and') ? [] : [id]);
    }
    for (const VendorName of ['Area 05', 'Area 5']) {
      expect(await vendors.find(client, { VendorName }), VendorName).toEqual([]);
      await vendors.create(client, { VendorName }, {});
    }
    expect(await vendors.find(client, { VendorName: 'AREA 05.' })).toHaveLength(1);
    expect(await vendors.get?.(client, id)).toMatchObject({
      value: { MainContact: { Email: 'ap@oneil.example', Address: { City: 'Tacoma' } } },
    });
    expect(await vendors.find(client, { VendorID: id, VendorName: 'Renamed' })).toHaveLength(1);
    await vendors.update?.(client, id, { VendorName: 'Renamed', Terms: 'NET30' }, {});
    expect(await vendors.get?.(client, id)).toMatchObject({
      value: { VendorName: 'Renamed', Terms: 'NET30', MainContact: { Email: 'ap@oneil.example' } },
    });
  });

  it('inquiries give their columns', async () => {
    const client = connect();
    const [first] = await readAll(client, 'inquiry-rows', { filter: { Inquiry: ['PROCORE-OpenBills'] } });
    expect(first?.value.Columns).toContainEqual({ Name: 'Status', Value: 'Open' });
  });

  it('inquiries are offered by name, each as a resource of its own', async () => {
    const client = connect();
    const offered = (await acumatica.discover?.(client)) ?? [];
    const found = offered.filter(({ id }) => id.startsWith('inquiry:'));
    expect(offered.at(0)?.id).toBe('bills:custom');
    expect(found.map(({ id, title }) => [id, title])).toEqual([
      ['inquiry:PROCORE-OpenBills', 'Inquiry PROCORE-OpenBills'],
    ]);
    if (found[0] === undefined) throw new Error('no inquiry');
    const events = await eventsOf(client, found[0]);
    expect(events.at(-1)?.kind).toBe('scope-done');
    const [first] = recordsIn(events);
    expect(first).toMatchObject({ value: { Status: 'Open' }, origin: { resource: 'inquiry:PROCORE-OpenBills' } });
  });
});

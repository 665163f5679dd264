/** Changes of commitments: written as change orders, carried into purchase orders and subcontracts by their release. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { AcumaticaClient } from '../../../connectors/acumatica/client.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { errorOf, practice, type Server, writing } from './support.ts';

const changes = writing('change-orders');
let server: Server;
let client: AcumaticaClient;
beforeEach(async () => {
  ({ server, client } = await practice());
});

const coding = { Project: '2407', CostCode: '01010100', Account: '54200', Subaccount: '200000' };
/** A commitment of one line over a thousand dollars, which is open. */
async function commitment(id: 'purchase-orders' | 'subcontracts'): Promise<string> {
  const task = id === 'subcontracts' ? 'Task' : 'ProjectTask';
  const line = {
    ...coding,
    [task]: '20',
    LineDescription: 'Base',
    OrderQty: '1',
    UnitCost: '1000',
    ExtendedCost: '1000',
  };
  const orders = writing(id);
  const value = { VendorID: 'V000001', VendorRef: 'CO-BASE', Date: '2026-03-02', Details: [line] };
  const { id: key, number = '' } = await orders.create(client, value);
  await orders.release(client, key);
  return number;
}
const change = (lines: Fields[], more: Fields = {}): Fields => ({
  ProjectID: '2407',
  ExternalRefNbr: 'PCO-7',
  ChangeDate: '2026-03-31',
  Description: 'Rock excavation',
  Commitments: lines,
  ...more,
});
const held = async (id: string): Promise<Fields | undefined> =>
  (await server.documents(id)).find(({ VendorRef }) => VendorRef === 'CO-BASE');
const linesOf = (document: Fields | undefined) =>
  (Array.isArray(document?.Details) ? document.Details : []).map((row) => {
    const { LineNbr, LineDescription, ExtendedCost } = row as Fields;
    return [LineNbr, LineDescription, ExtendedCost];
  });

describe('a change order', () => {
  it.each([
    ['purchase-orders', 'Normal', 'OrderTotal'],
    ['subcontracts', 'Subcontract', 'SubcontractTotal'],
  ] as const)('changes lines of %s and adds lines, once it is released', async (id, POType, total) => {
    const PONbr = await commitment(id);
    const value = change([
      { POType, PONbr, POLineNbr: '1', Qty: '0', Amount: '250.50' },
      {
        ...{ POType, PONbr, ProjectTaskID: '20', CostCode: '01010100', Account: '54200' },
        ...{ Description: 'Rock', Qty: '1', UnitCost: '99.95', Amount: '99.95' },
      },
    ]);
    expect(await changes.find(client, value)).toEqual([]);
    const created = await changes.create(client, value);
    expect(created).toMatchObject({
      status: 'On Hold',
      value: {
        CommitmentsChangeTotal: '350.45',
        Commitments: [
          { Status: 'Update', Vendor: 'V000001', LineDescription: 'Base', PotentiallyRevisedAmount: '1250.50' },
          { Status: 'New Line', PotentiallyRevisedAmount: '99.95' },
        ],
      },
    });
    // Until then nothing is owed.
    expect((await held(id))?.[total]).toBe('1000.0000');
    expect(await changes.find(client, value)).toMatchObject([{ id: created.id, editable: true, released: false }]);
    expect(await changes.release(client, created.id)).toMatchObject({ status: 'Closed' });
    const order = await held(id);
    expect([order?.[total], ...linesOf(order)]).toEqual([
      '1350.4500',
      ['1', 'Base', '1250.5000'],
      ['2', 'Rock', '99.9500'],
    ]);
    expect(await changes.find(client, value)).toMatchObject([
      { editable: false, released: true, value: { Commitments: [{ POLineNbr: '1' }, { POLineNbr: '2' }] } },
    ]);
  });

  it('without a commitment number makes one commitment for all lines of a vendor', async () => {
    const line = { Vendor: 'V000001', ProjectTaskID: '20', CostCode: '01010100', Account: '54200', Qty: '1' };
    const value = change([
      { ...line, Amount: '10.00' },
      { ...line, Amount: '20.00' },
    ]);
    const before = (await server.documents('purchase-orders')).length;
    const { id } = await changes.create(client, value);
    const { value: released } = await changes.release(client, id);
    const orders = await server.documents('purchase-orders');
    expect(orders).toHaveLength(before + 1);
    expect(orders.at(-1)).toMatchObject({ VendorID: 'V000001', Status: 'Open', OrderTotal: '30.0000' });
    expect(released).toMatchObject({
      Commitments: [
        { Status: 'New Document', PONbr: orders.at(-1)?.OrderNbr, POLineNbr: '1' },
        { Status: 'New Document', PONbr: orders.at(-1)?.OrderNbr, POLineNbr: '2' },
      ],
    });
  });

  it('lost on its way back is found by project and number, and posted no second time', async () => {
    const value = change([], { CostBudget: [{ ProjectTaskID: '20', CostCode: '01010100', Amount: '5.00' }] });
    server.services.faults.add('method=PUT;path=/ChangeOrder;nth=1;cut-after');
    expect(await errorOf(changes.create(client, value))).toMatchObject({ code: 'remote.outcomeUnknown' });
    expect(await changes.find(client, value)).toHaveLength(1);
    // The same number in another project is another change order.
    expect(await changes.find(client, { ...value, ProjectID: '2411' })).toEqual([]);
  });

  it('whose release is lost on its way back changes its commitment once', async () => {
    const PONbr = await commitment('purchase-orders');
    const { id } = await changes.create(client, change([{ PONbr, POLineNbr: '1', Qty: '0', Amount: '250' }]));
    server.services.faults.add('method=POST;path=ReleaseChangeOrder;nth=1;cut-after');
    expect(await errorOf(changes.release(client, id))).toMatchObject({ code: 'remote.outcomeUnknown' });
    server.services.faults.clear();
    server.services.clock.advance(31_000);
    expect(await changes.release(client, id)).toMatchObject({ status: 'Closed' });
    expect((await held('purchase-orders'))?.OrderTotal).toBe('1250.0000');
  });

  it.each<[string, Fields, string, RegExp]>([
    ['of a commitment that is not there', { PONbr: '999999' }, 'Commitments.0.PONbr', /line 1.*999999/],
    ['of a line that is not there', { POLineNbr: '9' }, 'Commitments.0.POLineNbr', /line 1.*'9'/],
    ["of another vendor's commitment", { Vendor: 'V000002' }, 'Commitments.0.Vendor', /belongs to the vendor V000001/],
    ['that takes more than there is', { Amount: '-1000.01' }, 'Commitments.0.Amount', /cannot be negative/],
  ])('%s is refused by its line', async (_title, more, path, words) => {
    const PONbr = await commitment('purchase-orders');
    const error = await errorOf(
      changes.create(client, change([{ PONbr, POLineNbr: '1', Qty: '0', Amount: '1', ...more }])),
    );
    expect(error).toMatchObject({ code: 'remote.rejected', fields: { [path]: expect.any(String) } });
    expect(error.message).toMatch(words);
    expect(await changes.find(client, change([]))).toEqual([]);
  });

  it('is refused where the project has no change order workflow, with a sentence that says so', async () => {
    server.services.faults.add('no-change-orders');
    const error = await errorOf(changes.create(client, change([])));
    expect(error).toMatchObject({ code: 'remote.rejected', fields: { ProjectID: expect.any(String) } });
    expect(error.message).toMatch(/change order workflow is not enabled/);
  });
});

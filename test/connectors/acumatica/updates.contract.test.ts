import { beforeEach, describe, expect, it } from 'vitest';
import type { AcumaticaClient } from '../../../connectors/acumatica/client.ts';
import type { FoundDocument } from '../../../engine/model/connector.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { practice, writing as resource } from './support.ts';

let client: AcumaticaClient;
beforeEach(async () => {
  ({ client } = await practice());
});

const coding = { Project: '2407', Account: '54200', Subaccount: '200000', OrderQty: '1' };
const line = (task: string, description: string, cost: string, more: Fields = {}): Fields => ({
  ...coding,
  [task]: '20',
  CostCode: '01010100',
  LineDescription: description,
  UnitCost: cost,
  ExtendedCost: cost,
  ...more,
});
const order = (details: Fields[]): Fields => ({
  VendorID: 'V000001',
  VendorRef: 'UPD-1',
  Date: '2026-03-31',
  Description: 'Fixtures',
  Details: details,
});
const lines = (document: FoundDocument | undefined) =>
  (Array.isArray(document?.value.Details) ? document.value.Details : []).map((row) => {
    const fields = row as Fields;
    return [fields.LineNbr, fields.LineDescription, fields.ExtendedCost, fields.Completed === true];
  });

describe.each([
  ['purchase-orders', 'ProjectTask'],
  ['subcontracts', 'Task'],
])('%s', (id, task) => {
  const target = resource(id);
  const only = async (): Promise<FoundDocument | undefined> => (await target.find(client, order([])))[0];

  it('on hold are changed line by line, whatever the order of the lines', async () => {
    const { id: key } = await target.create(client, order([line(task, 'A', '10'), line(task, 'B', '20')]), {});
    await target.update(client, key, order([line(task, 'C', '5'), line(task, 'B', '21'), line(task, 'A', '10')]), {});
    expect(lines(await only())).toEqual([
      ['1', 'A', '10.00', false],
      ['2', 'B', '21.00', false],
      ['3', 'C', '5.00', false],
    ]);
    await target.update(client, key, order([line(task, 'B', '21')]), {});
    expect(lines(await only())).toEqual([['2', 'B', '21.00', false]]);
  });

  it('open take only that a line is done with, and the rest once they are put on hold again', async () => {
    const { id: key } = await target.create(client, order([line(task, 'A', '10'), line(task, 'B', '20')]), {});
    await target.release(client, key);
    const change = order([line(task, 'A', '10', { Completed: true }), line(task, 'B', '25')]);
    await target.update(client, key, change, { reopen: false });
    const open = await only();
    expect([open?.status, ...lines(open)]).toEqual(['Open', ['1', 'A', '10.00', true], ['2', 'B', '20.00', false]]);
    await target.update(client, key, change, { reopen: true });
    const held = await only();
    expect([held?.status, ...lines(held)]).toEqual(['On Hold', ['1', 'A', '10.00', true], ['2', 'B', '25.00', false]]);
    expect((await target.release(client, key)).status).toBe('Open');
  });
});

describe('change orders', () => {
  const target = resource('change-orders');
  const change = (amount: string): Fields => ({
    ProjectID: '2407',
    ExternalRefNbr: 'CO-UPD-1',
    ChangeDate: '2026-03-31',
    CostBudget: [{ ProjectTaskID: '20', CostCode: '01010100', Amount: amount }],
  });

  it('are changed on hold, put on hold again where that is wanted, and never once they are closed', async () => {
    const { id } = await target.create(client, change('10'), {});
    await target.update(client, id, change('11'), {});
    const [held] = await target.find(client, change('11'));
    expect(held?.value.CostBudgetChangeTotal).toBe('11.00');
    await target.release(client, id);
    await expect(target.update(client, id, change('12'), { reopen: true })).rejects.toMatchObject({
      code: 'remote.rejected',
    });
  });
});

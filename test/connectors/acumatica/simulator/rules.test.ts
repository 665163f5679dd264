/** Rules of the simulated tenant that no test of the connector reaches. */
import { describe, expect, it } from 'vitest';
import { execute } from '../../../../connectors/acumatica/simulator/actions.ts';
import { licenceDelay } from '../../../../connectors/acumatica/simulator/throttle.ts';
import type { Fields } from '../../../../engine/model/record.ts';
import { bill, makeWorld, put, refusal } from './tenant.ts';

type World = ReturnType<typeof makeWorld>;
const held = (world: World, number = '000001') => world.database.find('Bill', ['Bill', number]);
const lineOf = (record: Fields | undefined) => (record?.Details as Fields[] | undefined)?.[0];
const line = { Account: '51000', Subaccount: '000000', Project: 'P1', CostCode: '01000' };

describe('the licence', () => {
  it('lets half of a minute pass at once, delays the rest so that it fills the minute, and declines what is beyond', () => {
    const times = (count: number) => Array.from({ length: count }, (_, at) => 1000 + at);
    expect(licenceDelay(times(59), 2000, 120)).toBe(0);
    // Time left in the minute, divided by what is left of the requests.
    expect(licenceDelay(times(60), 2000, 120)).toBe(Math.ceil(59_000 / 60));
    expect(licenceDelay(times(119), 31_000, 120)).toBe(30_000);
    expect(licenceDelay(times(120), 31_000, 120)).toBe('declined');
  });
});

describe('a bill', () => {
  it('extends quantity and unit cost where the amount of a line is left out, and totals it', () => {
    const world = makeWorld();
    put(world, 'Bill', bill({}, { Qty: 3, UnitCost: 12.345, ExtendedCost: undefined }));
    expect([lineOf(held(world))?.ExtendedCost, held(world)?.Amount]).toEqual(['37.0350', '37.0350']);
  });

  it('has the subaccount replaced by the default one where its account says so', () => {
    const world = makeWorld();
    world.database.commit([
      { entity: 'Subaccount', record: { id: 's2', SubaccountCD: '100000', Active: true } },
      {
        entity: 'Account',
        record: { id: 'a9', AccountCD: '51500', Active: true, AccountGroup: 'COST', UseDefaultSubaccount: true },
      },
    ]);
    put(world, 'Bill', bill({}, { Account: '51500', Subaccount: '100000' }));
    expect(lineOf(held(world))?.Subaccount).toBe('000000');
    put(world, 'Bill', bill({ VendorRef: 'INV-2' }, { Subaccount: '100000' }));
    expect(lineOf(held(world, '000002'))?.Subaccount).toBe('100000');
  });

  it('takes account, project, task and cost code from the order line it is linked to, and may be over it', () => {
    const world = makeWorld();
    const details = [{ ...line, ProjectTask: '01', OrderQty: 1, UnitCost: 50, ExtendedCost: 50 }];
    put(world, 'PurchaseOrder', { Type: 'Normal', VendorID: 'V01', VendorRef: 'PO-1', Hold: false, Details: details });
    const linked = { POOrderType: 'Normal', POOrderNbr: '000001', POLine: 1, Qty: 1, ExtendedCost: 75 };
    put(world, 'Bill', { Vendor: 'V01', VendorRef: 'INV-1', Date: '2026-03-15', Hold: true, Details: [linked] });
    expect(lineOf(held(world))).toMatchObject({ ...line, ProjectTask: '01', ExtendedCost: '75' });
    const nowhere = { ...linked, POLine: 9 };
    const refused = refusal(() =>
      put(world, 'Bill', { Vendor: 'V01', VendorRef: 'INV-2', Date: '2026-03-15', Details: [nowhere] }),
    );
    expect(refused.status).toBe(422);
  });

  it('is of the business date of the request where it has no date', () => {
    const world = makeWorld();
    put(world, 'Bill', bill({ Date: undefined }), { headers: { 'px-cbapibusinessdate': '2026-03-02' } });
    expect(held(world)?.Date).toBe('2026-03-02T00:00:00+00:00');
  });

  it('takes unknown members silently where the tenant ignores them, and refuses them otherwise', () => {
    const body = bill({ Nonsense: 'x' });
    expect(refusal(() => put(makeWorld(), 'Bill', body)).status).toBe(400);
    const lenient = makeWorld({ unknownField: 'ignore' });
    put(lenient, 'Bill', body);
    expect(held(lenient)).not.toHaveProperty('Nonsense');
  });
});

describe('other documents', () => {
  it('a journal that does not balance cannot leave hold', () => {
    const world = makeWorld();
    const sides = (credit: number) => ({
      TransactionDate: '2026-03-15T00:00:00',
      Details: [
        { Account: '51000', Subaccount: '000000', DebitAmount: 10 },
        { Account: '20000', Subaccount: '000000', CreditAmount: credit },
      ],
    });
    put(world, 'JournalTransaction', { ...sides(9.99), Hold: true });
    expect(refusal(() => put(world, 'JournalTransaction', { ...sides(9.99), Hold: false })).status).toBe(422);
    put(world, 'JournalTransaction', { ...sides(10), Hold: false });
    expect([...world.database.list('JournalTransaction')].map(({ Status }) => Status)).toEqual(['On Hold', 'Balanced']);
  });

  it('a subcontract goes on and off hold by its actions, and totals its lines with their retainage', () => {
    const world = makeWorld();
    const details = [{ ...line, Task: '01', OrderQty: 1, UnitCost: 200, ExtendedCost: 200 }];
    put(world, 'Subcontract', {
      VendorID: 'V01',
      VendorRef: 'S-1',
      ApplyRetainage: true,
      RetainagePct: 10,
      Details: details,
    });
    const [made] = [...world.database.list('Subcontract')];
    expect(made).toMatchObject({ Status: 'On Hold', SubcontractTotal: '200.0000', RetainageTotal: '20.0000' });
    const act = (action: string) =>
      execute(world, 'Subcontract', ['SubcontractNbr'], action, {
        entity: { SubcontractNbr: { value: String(made?.SubcontractNbr) } },
      });
    act('ReleaseFromHold');
    expect(refusal(() => act('ReleaseFromHold')).status).toBe(422);
    act('PutOnHold');
    expect([...world.database.list('Subcontract')][0]).toMatchObject({ Status: 'On Hold' });
  });
});

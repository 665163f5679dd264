import { describe, expect, it } from 'vitest';
import { execute } from '../../../../connectors/acumatica/simulator/actions.ts';
import type { Fields } from '../../../../engine/model/record.ts';
import { bill, makeWorld, put, refusal } from './tenant.ts';

type World = ReturnType<typeof makeWorld>;

/** An action on a document, by type and number. */
const act = (world: World, entity: 'Bill' | 'Check', action: string, key: [string, string], parameters: Fields = {}) =>
  execute(world, entity, ['Type', 'ReferenceNbr'], action, {
    entity: { Type: { value: key[0] }, ReferenceNbr: { value: key[1] } },
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, { value }])),
  });
const theBill = (world: World, number = '000001') => world.database.find('Bill', ['Bill', number]);
const current = (record: Fields | undefined) => (record?.custom as Record<string, Fields> | undefined)?.CurrentDocument;

/** A released bill over 200.00 that keeps 20.00 back. */
function retained(): World {
  const world = makeWorld();
  const custom = { Document: { RetainageApply: { type: 'CustomBooleanField', value: true } } };
  const percent = { Transactions: { RetainagePct: { type: 'CustomDecimalField', value: 10 } } };
  put(world, 'Bill', bill({ Hold: false, custom }, { ExtendedCost: 200, custom: percent }));
  act(world, 'Bill', 'ReleaseBill', ['Bill', '000001']);
  return world;
}

describe('releasing retainage', () => {
  it('makes a bill of its own, part by part, until nothing is kept back', () => {
    const world = retained();
    act(world, 'Bill', 'ReleaseRetainage', ['Bill', '000001'], { AmtToRelease: '5.5' });
    expect(theBill(world, '000002')).toMatchObject({
      Amount: '5.5000',
      Status: 'Balanced',
      custom: { Document: { IsRetainageDocument: true }, CurrentDocument: { OrigRefNbr: '000001' } },
    });
    expect(current(theBill(world))).toMatchObject({
      CuryRetainageUnreleasedAmt: '14.5000',
      CuryRetainageReleased: '5.5000',
    });
    act(world, 'Bill', 'ReleaseRetainage', ['Bill', '000001']);
    expect(theBill(world, '000003')).toMatchObject({ Amount: '14.5000' });
    expect(current(theBill(world))).toMatchObject({
      CuryRetainageUnreleasedAmt: '0.0000',
      CuryRetainageReleased: '20.0000',
    });
    expect(theBill(world)).toMatchObject({ Amount: '180.0000', Balance: '180.0000', Status: 'Open' });
    act(world, 'Bill', 'ReleaseBill', ['Bill', '000003']);
    expect(theBill(world, '000003')).toMatchObject({ Status: 'Open', Balance: '14.5000' });
  });

  it('gives no more than was kept back, and nothing twice', () => {
    const world = retained();
    for (const AmtToRelease of ['20.01', '0', '-1'])
      expect(refusal(() => act(world, 'Bill', 'ReleaseRetainage', ['Bill', '000001'], { AmtToRelease })).status).toBe(
        422,
      );
    act(world, 'Bill', 'ReleaseRetainage', ['Bill', '000001']);
    expect(refusal(() => act(world, 'Bill', 'ReleaseRetainage', ['Bill', '000001'])).status).toBe(422);
    expect(world.database.count('Bill')).toBe(2);
  });

  it('needs a released bill and an open period', () => {
    const world = makeWorld();
    put(world, 'Bill', bill());
    expect(refusal(() => act(world, 'Bill', 'ReleaseRetainage', ['Bill', '000001'])).status).toBe(422);
    const closed = retained();
    const date = { Date: '2026-02-10T00:00:00' };
    expect(refusal(() => act(closed, 'Bill', 'ReleaseRetainage', ['Bill', '000001'], date)).status).toBe(422);
    expect(closed.database.count('Bill')).toBe(1);
  });
});

/** A released bill over 100.10 and a check over `paid` of it. */
function paying(paid: number): World {
  const world = makeWorld();
  put(world, 'Bill', bill({ Hold: false }));
  act(world, 'Bill', 'ReleaseBill', ['Bill', '000001']);
  put(world, 'Check', {
    Type: 'Payment',
    ReferenceNbr: 'C1',
    Vendor: 'V01',
    PaymentRef: '1001',
    CashAccount: '10100',
    PaymentMethod: 'CHECK',
    ApplicationDate: '2026-03-18T00:00:00',
    PaymentAmount: paid,
    Hold: false,
    Details: [{ DocType: 'Bill', ReferenceNbr: '000001', AmountPaid: paid }],
  });
  return world;
}
const check = (world: World) => world.database.list('Check')[Symbol.iterator]().next().value as Fields;
const onCheck = (world: World, action: string) =>
  act(world, 'Check', action, [String(check(world).Type), String(check(world).ReferenceNbr)]);

describe('voiding a payment', () => {
  it.each([
    [100.1, 'Closed', '0.0000'],
    [40, 'Open', '60.1000'],
  ])('of %s gives the bill its balance back', (paid, status, balance) => {
    const world = paying(paid);
    onCheck(world, 'ReleaseCheck');
    expect(theBill(world)).toMatchObject({ Status: status, Balance: balance });
    expect(theBill(world)?.Applications).toHaveLength(1);
    onCheck(world, 'VoidCheck');
    expect(check(world)).toMatchObject({ Status: 'Voided', History: [] });
    expect(theBill(world)).toMatchObject({ Status: 'Open', Balance: '100.1000', Applications: [] });
  });

  it('is for released payments, once', () => {
    const world = paying(40);
    expect(refusal(() => onCheck(world, 'VoidCheck')).status).toBe(422);
    onCheck(world, 'ReleaseCheck');
    onCheck(world, 'VoidCheck');
    expect(refusal(() => onCheck(world, 'VoidCheck')).status).toBe(422);
    expect(theBill(world)).toMatchObject({ Balance: '100.1000' });
  });
});

/** Preferences, features and habits of a tenant, one by one: what Costwire does about each, and what it says. */
import { describe, expect, it } from 'vitest';
import type { WriteResult } from '../../../engine/model/connector.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { billLine, billOf, connectTo, errorOf, pinged, practice, readAll, startServer, writing } from './support.ts';

const bills = writing('bills');
const vendors = writing('vendors');

describe('vendor references', () => {
  it.each([[[]], [['refuse-duplicate-vendor-ref']]])(
    'are found in another spelling before anything is sent, whether the tenant refuses duplicates or not (%s)',
    async (faults) => {
      const { client, server } = await practice(faults);
      await bills.create(client, billOf('Inv  0042-A'));
      const found = await bills.find(client, billOf('INV-42 a'));
      expect(found.map(({ value }) => value.VendorRef)).toEqual(['Inv  0042-A']);
      // Who sends it all the same: taken silently, or refused by the preference in the very same spelling only.
      const sent = await bills.create(client, billOf('inv  0042-a')).catch((error: unknown) => error);
      if (faults.length === 0) expect(sent).toMatchObject({ status: 'On Hold' });
      else expect(sent).toMatchObject({ code: 'remote.rejected', fields: { VendorRef: expect.any(String) } });
      const held = (await server.documents('bills')).filter(({ VendorRef }) => /inv {2}0042/i.test(String(VendorRef)));
      expect(held).toHaveLength(faults.length === 0 ? 2 : 1);
    },
  );

  it('that are blank are refused by Costwire, so that the preference Require Vendor Reference makes no difference', async () => {
    for (const faults of [[], ['require-vendor-ref']]) {
      const { client } = await practice(faults);
      expect(await errorOf(bills.find(client, billOf(' ')))).toMatchObject({
        code: 'check.requiredField',
        fields: { VendorRef: 'is blank' },
      });
    }
  });
});

describe('periods and dates', () => {
  it('that are closed are told as such, unless the GL preference lets documents in', async () => {
    const { client, server } = await practice();
    const late = billOf('P-1', { Date: '2026-02-15' });
    expect(await errorOf(bills.create(client, late))).toMatchObject({ code: 'remote.periodClosed', reason: 'period' });
    const named = await errorOf(bills.create(client, billOf('P-1', { PostPeriod: '022026' })));
    expect(named).toMatchObject({ code: 'remote.periodClosed' });
    expect(named.message).toContain('02-2026 financial period is closed in Accounts Payable');
    server.services.faults.add('post-to-closed-periods');
    const { id } = await bills.create(client, late);
    expect(await bills.release(client, id)).toMatchObject({ status: 'Open', value: { PostPeriod: '022026' } });
  });

  it('that close between entry and release leave the bill where it is, with the reason', async () => {
    const { client, server } = await practice(['post-to-closed-periods']);
    const { id } = await bills.create(client, billOf('P-2', { Date: '2026-02-15' }));
    server.services.faults.clear();
    const error = await errorOf(bills.release(client, id));
    expect(error.message).toMatch(/period is closed|Post Period/);
    expect(await bills.find(client, billOf('P-2'))).toMatchObject([{ released: false }]);
  });

  it('beyond the generated calendar are named by their field', async () => {
    const { client } = await practice();
    const error = await errorOf(bills.create(client, billOf('P-3', { Date: '2031-01-31' })));
    expect(error).toMatchObject({ code: 'remote.rejected', fields: { Date: expect.any(String) } });
    expect(error.message).toContain('2031-01-31 does not exist in the master calendar');
  });
});

describe('foreign currency', () => {
  const foreign = billOf('F-1', { CurrencyID: 'CAD' });

  it('needs a vendor that lets it be changed, and a rate on the day of the bill', async () => {
    const { client, server } = await practice();
    const strict = await errorOf(bills.create(client, foreign));
    expect(strict).toMatchObject({ code: 'remote.rejected', fields: { CurrencyID: expect.any(String) } });
    expect(strict.message).toContain('does not allow another currency');
    await vendors.update(client, 'V000001', { EnableCurrencyOverride: true }, {});
    server.services.faults.add('old-rates');
    const rate = await errorOf(bills.create(client, foreign));
    expect(rate.message).toContain('The currency rate for CAD is not defined for the date 2026-03-31');
    server.services.faults.clear();
    expect(await bills.create(client, foreign)).toMatchObject({ value: { CurrencyID: 'CAD' } });
  });

  it('needs the rate again when it is released', async () => {
    const { client, server } = await practice();
    await vendors.update(client, 'V000001', { EnableCurrencyOverride: true }, {});
    const { id } = await bills.create(client, foreign);
    await client.put(
      'Bill',
      { Type: { value: 'Bill' }, ReferenceNbr: { value: id.slice(5) }, Hold: { value: false } },
      {},
      { operation: 'take off hold' },
    );
    server.services.faults.add('old-rates');
    const error = await errorOf(bills.release(client, id));
    expect(error.message).toContain('The currency rate for CAD is not defined');
    expect(await bills.find(client, foreign)).toMatchObject([{ status: 'Balanced', released: false }]);
  });
});

describe('states of a bill', () => {
  it('once it is released refuse every change, and name the reversal', async () => {
    const { client, server } = await practice();
    const { id } = await bills.create(client, billOf('S-1'));
    await bills.release(client, id);
    const error = await errorOf(bills.update(client, id, billOf('S-1', { Description: 'changed' }), {}));
    expect(error).toMatchObject({ code: 'remote.rejected', hint: expect.stringContaining('reversing') });
    // The server refuses it too, whoever asks.
    const body = { Type: { value: 'Bill' }, ReferenceNbr: { value: id.slice(5) }, Description: { value: 'x' } };
    expect(await errorOf(client.put('Bill', body, {}, { operation: 'change' }))).toMatchObject({
      code: 'remote.rejected',
    });
    expect((await server.documents('bills')).find(({ VendorRef }) => VendorRef === 'S-1')?.Description).toBeUndefined();
  });

  it('are not left to the preference Hold Documents on Entry: Hold is always sent', async () => {
    const { client, server } = await practice(['no-hold-on-entry']);
    expect(await bills.create(client, billOf('S-2'))).toMatchObject({ status: 'On Hold' });
    expect(await bills.create(client, billOf('S-3'), { hold: false })).toMatchObject({ status: 'Balanced' });
    const sent = server.services.log.list({ method: 'PUT', path: '/Bill?' }).map(({ body = '' }) => body);
    expect(sent.map((body) => /"Hold":\{"value":(true|false)\}/.exec(body)?.[1])).toEqual(['true', 'false']);
  });

  it('wait for approval where bills need one, and are released once they have it', async () => {
    const { client } = await practice(['approvals']);
    const { id } = await bills.create(client, billOf('S-4'));
    const error = await errorOf(bills.release(client, id));
    expect(error.message).toContain('is Pending Approval in Acumatica');
    const keys = { Type: { value: 'Bill' }, ReferenceNbr: { value: id.slice(5) } };
    await client.act('Bill', 'Approve', { entity: keys, parameters: {} }, 'approve');
    expect(await bills.release(client, id)).toMatchObject({ status: 'Open' });
  });
});

describe('coding', () => {
  const withLine = (reference: string, more: Fields): Fields =>
    billOf(reference, { Details: [{ ...billLine, ...more }] });

  it('of an item line comes from the item where no account is sent; a stock item needs an order', async () => {
    const { client } = await practice();
    const { Account: _none, ...open } = billLine;
    const made = await bills.create(client, billOf('C-1', { Details: [{ ...open, InventoryID: 'SUBWORK' }] }));
    expect(made).toMatchObject({ value: { Details: [{ Account: '54200', InventoryID: 'SUBWORK' }] } });
    const stock = await errorOf(bills.create(client, withLine('C-2', { InventoryID: 'REBAR-16' })));
    expect(stock).toMatchObject({ fields: { 'Details.0.InventoryID': expect.any(String) } });
    expect(stock.message).toContain('can be billed by a purchase order or receipt only');
  });

  it('that a mask of the tenant replaces is told with the lines, and that a segment refuses by its field', async () => {
    const masked = await practice(['mask-subaccounts']);
    const lines = [
      { ...billLine, Subaccount: '200000' },
      { ...billLine, Subaccount: '000-000' },
      { ...billLine, Subaccount: '200000' },
    ];
    const { warnings }: WriteResult = await bills.create(masked.client, billOf('C-3', { Details: lines }));
    expect(warnings).toEqual([
      'Acumatica put the subaccount 000000 in the place of 200000 on lines 1 and 3: its preferences or the account decide that.',
    ]);
    const strict = await practice(['refuse-subaccounts']);
    const error = await errorOf(bills.create(strict.client, withLine('C-4', { Subaccount: '200000' })));
    expect(error).toMatchObject({ fields: { 'Details.0.Subaccount': expect.stringContaining('segment') } });
  });

  it('that is kept is not remarked upon, neither when a bill is made nor when it is changed', async () => {
    const { client } = await practice();
    const made = await bills.create(client, withLine('C-5', { Subaccount: '200000', Project: '2407' }));
    expect(made.warnings).toBeUndefined();
    const two = [
      { ...billLine, Subaccount: '100000', ExtendedCost: '1.00' },
      { ...billLine, Subaccount: '200000' },
    ];
    expect((await bills.update(client, made.id, billOf('C-5', { Details: two }), {})).warnings).toBeUndefined();
  });

  it.each<[string, Fields, string]>([
    ['an account without account group', { Account: '55900' }, 'Account'],
    ['no task', { ProjectTask: '' }, 'ProjectTask'],
    ['no cost code', { CostCode: '' }, 'CostCode'],
  ])('of a project line with %s is refused by its field', async (_title, more, field) => {
    const { client } = await practice();
    const error = await errorOf(bills.create(client, withLine('C-6', more)));
    expect(Object.keys(error.fields ?? {})).toEqual([`Details.0.${field}`]);
  });

  it('without a project is X, and needs neither task nor cost code nor account group', async () => {
    const { client } = await practice();
    const line = { Project: 'X', Account: '64000', ExtendedCost: '5.00' };
    expect(await bills.create(client, billOf('C-7', { Details: [line] }))).toMatchObject({
      value: { Details: [{ Project: 'X', Account: '64000' }] },
    });
  });

  it('text and amount go into TransactionDescription and ExtendedCost; Description and Amount are Acumatica’s own', async () => {
    const { client, server } = await practice();
    const line = { TransactionDescription: 'Rough-in', Description: 'ignored', Amount: '99.00' };
    const { value } = await bills.create(client, withLine('C-8', line));
    expect(value).toMatchObject({
      Details: [
        {
          ...{ TransactionDescription: 'Rough-in', Description: 'Subcontract - structure' },
          ...{ ExtendedCost: '10.00', Amount: '10.00' },
        },
      ],
    });
    const [{ body = '' } = {}] = server.services.log.list({ method: 'PUT', path: '/Bill?' });
    expect(body).not.toMatch(/"(?:Description|Amount)":/);
  });
});

describe('retainage and taxes', () => {
  it('go out with the lines in one insert, for what comes before the lines cannot be changed after them', async () => {
    const { client, server } = await practice();
    const line = { ...billLine, ExtendedCost: '200.00', RetainagePct: '10' };
    const { id } = await bills.create(client, billOf('R-1', { RetainageApply: true, Details: [line] }));
    expect(server.services.log.list({ method: 'PUT', path: '/Bill?' })).toHaveLength(1);
    expect(await bills.find(client, billOf('R-1'))).toMatchObject([
      { value: { Amount: '180.00', CuryRetainageTotal: '20.00' } },
    ]);
    const late = await errorOf(
      client.put(
        'Bill',
        {
          ...{ Type: { value: 'Bill' }, ReferenceNbr: { value: id.slice(5) } },
          custom: { Document: { PaymentsByLinesAllowed: { type: 'CustomBooleanField', value: true } } },
        },
        {},
        { operation: 'pay by line' },
      ),
    );
    expect(late.message).toContain('Pay by Line cannot be changed once the document has lines');
  });

  it('that a flow sends are kept: without the mark Acumatica would calculate taxes anew', async () => {
    const { client } = await practice();
    const taxes = { TaxDetails: [{ TaxID: 'WA', TaxRate: '10', TaxableAmount: '10.00', TaxAmount: '1.00' }] };
    expect(await bills.create(client, billOf('T-1', taxes))).toMatchObject({ value: { Amount: '11.00' } });
    const anew = await bills.create(client, billOf('T-2', { ...taxes, IsTaxValid: false }));
    expect(anew).toMatchObject({ value: { Amount: '10.00' } });
  });

  it('cannot be sent through the one version that has no such mark, which is said before anything is sent', async () => {
    const server = await startServer();
    const { client, exchanges } = connectTo(server, { endpointVersion: '22.200.001' });
    const taxes = { TaxDetails: [{ TaxID: 'WA', TaxAmount: '1.00' }] };
    expect(await errorOf(bills.create(client, billOf('T-3', taxes)))).toMatchObject({ code: 'data.badValue' });
    expect(exchanges).toEqual([]);
  });
});

describe('rights', () => {
  it('that are missing and features that are off look alike: both are named', async () => {
    const { client } = await practice(['forbid-subaccount']);
    const error = await errorOf(readAll(client, 'subaccounts'));
    expect(error).toMatchObject({ code: 'remote.forbidden', hint: expect.stringMatching(/access.*feature/) });
    const checks = await pinged(client, [{ resource: 'subaccounts', write: false }]);
    expect(checks.get('need-subaccounts')).toMatchObject({
      status: 'failed',
      remedy: expect.stringContaining('feature'),
    });
    expect(await readAll(client, 'accounts')).toHaveLength(40);
  });

  it('on rows make these invisible, not forbidden: the message says that they may exist', async () => {
    const { client } = await practice(['restricted-vendor']);
    expect((await readAll(client, 'vendors')).map(({ id }) => id)).not.toContain('V000001');
    expect(await vendors.find(client, { VendorID: 'V000001' })).toEqual([]);
    const error = await errorOf(bills.create(client, billOf('RLS-1')));
    expect(error).toMatchObject({ fields: { Vendor: expect.any(String) } });
    expect(error.hint).toMatch(/may not see it: check the restriction groups and branches/);
  });
});

describe('the branch of the connection', () => {
  it('is sent with every request: it decides where documents go and which are seen', async () => {
    const server = await startServer({ faults: ['branch-rows'] });
    const [main, west] = [connectTo(server).client, connectTo(server, { branch: 'WEST' }).client];
    await bills.create(main, billOf('B-1'));
    await bills.create(west, billOf('B-2'));
    const branches = (await server.documents('bills')).filter(({ VendorRef }) => /^B-/.test(String(VendorRef)));
    expect(branches.map(({ VendorRef, BranchID }) => [VendorRef, BranchID])).toEqual([
      ['B-1', 'MAIN'],
      ['B-2', 'WEST'],
    ]);
    expect(await bills.find(west, billOf('B-1'))).toEqual([]);
    expect(await bills.find(west, billOf('B-2'))).toHaveLength(1);
  });
});

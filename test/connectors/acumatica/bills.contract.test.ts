import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AcumaticaClient } from '../../../connectors/acumatica/client.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { connectTo, errorOf as failure, resource, type Server, startServer, writing } from './support.ts';

let server: Server;
beforeEach(async () => {
  server = await startServer();
});

const connect = (fields: Record<string, string> = {}, secrets: Record<string, string> = {}) =>
  connectTo(server, fields, secrets);
const bills = { ...resource('bills'), ...writing('bills') };

const bill = (changes: Fields = {}): Fields => ({
  Vendor: 'V000001',
  VendorRef: 'DC-9001',
  Date: '2026-03-31',
  Description: 'Requisition 3',
  Details: [
    {
      Project: '2407',
      ProjectTask: '20',
      CostCode: '01010100',
      Account: '54200',
      Subaccount: '200000',
      TransactionDescription: 'Work',
      Qty: '1',
      ExtendedCost: '18500.07',
    },
    {
      Project: '2407',
      ProjectTask: '20',
      CostCode: '01010100',
      Account: '54200',
      Subaccount: '200000',
      ExtendedCost: '0.10',
    },
  ],
  ...changes,
});

const heldBills = async () => (await server.documents('bills')).filter((held) => held.VendorRef === 'DC-9001');

describe('bills', () => {
  it('are created on hold with exact amounts and read back', async () => {
    const { client, exchanges } = connect();
    const result = await bills.create(client, bill(), {});
    expect(result).toMatchObject({
      status: 'On Hold',
      value: { Amount: '18500.17', Balance: '18500.17', PostPeriod: '032026' },
    });
    expect(result.id).toBe(`Bill/${result.number}`);
    expect(exchanges.find((exchange) => exchange.method === 'PUT')?.requestBody).toContain(
      '"ExtendedCost":{"value":18500.07}',
    );
    expect(await heldBills()).toHaveLength(1);
  });

  it('are found however their number was typed, and not under another vendor or type', async () => {
    const { client } = connect();
    await bills.create(client, bill(), {});
    for (const VendorRef of ['DC-9001', 'dc 9001 ', 'DC9001']) {
      const found = await bills.find(client, bill({ VendorRef }));
      expect(found).toMatchObject([
        {
          editable: true,
          released: false,
          value: { VendorRef: 'DC-9001', Details: [{ ExtendedCost: '18500.07' }, {}] },
        },
      ]);
    }
    expect(await bills.find(client, bill({ VendorRef: 'DC-900' }))).toEqual([]);
    expect(await bills.find(client, bill({ Vendor: 'V000002' }))).toEqual([]);
    expect(await bills.find(client, bill({ Type: 'Debit Adj.' }))).toEqual([]);
  });

  /** Lookups that named a reference, and lookups that asked what changed. */
  const lookups = () => {
    const asked = server.services.log.list({ method: 'GET', path: '/Bill?' });
    const all = asked.map(({ target }) => decodeURIComponent(target.replaceAll('+', ' ')));
    const exact = all.filter((target) => target.includes('VendorRef eq'));
    return { exact: exact.length, changes: all.length - exact.length };
  };
  /** Enough bills of the vendor within seconds that reading all changes before every lookup would be dear. */
  const manyBills = async (client: AcumaticaClient) => {
    for (let count = 0; count < 101; count += 1)
      await bills.create(client, bill({ VendorRef: `MANY-${count}`, Details: [] }), {});
  };

  it('are found at once where somebody enters them meanwhile in another spelling', async () => {
    const { client } = connect();
    expect(await bills.find(client, bill())).toEqual([]);
    const { client: other } = connect();
    await bills.create(other, bill({ VendorRef: 'dc 9001' }), {});
    expect(await bills.find(client, bill())).toHaveLength(1);
    expect(lookups()).toEqual({ exact: 0, changes: 2 });
  });

  it('are looked for by their exact number alone for some seconds while very many change', async () => {
    const { client, advance } = connect();
    const { client: other } = connect();
    expect(await bills.find(client, bill())).toEqual([]);
    await manyBills(other);
    expect(await bills.find(client, bill())).toEqual([]);
    await bills.create(other, bill(), {});
    expect(await bills.find(client, bill())).toHaveLength(1);
    await bills.create(other, bill({ VendorRef: 'dc 9002' }), {});
    expect(lookups()).toEqual({ exact: 1, changes: 2 });
    advance(20_000);
    expect(await bills.find(client, bill({ VendorRef: 'DC-9002' }))).toHaveLength(1);
    expect(lookups()).toEqual({ exact: 1, changes: 3 });
  });

  it('are looked for in all spellings before a second try, whatever was asked just now', async () => {
    const { client } = connect();
    const { client: other } = connect();
    await bills.find(client, bill());
    await manyBills(other);
    await bills.find(client, bill());
    await failure(bills.create(client, bill({ Vendor: 'V000001', Details: [{ ExtendedCost: 'none' }] }), {}));
    await bills.create(other, bill({ VendorRef: 'dc 9001' }), {});
    expect(await bills.find(client, bill())).toHaveLength(1);
    expect(lookups()).toEqual({ exact: 0, changes: 3 });
  });

  it('are found after another session made or deleted them', async () => {
    const { client } = connect();
    expect(await bills.find(client, bill())).toEqual([]);
    const { client: other } = connect();
    const made = await bills.create(other, bill(), {});
    expect(await bills.find(client, bill())).toHaveLength(1);
    await other.http.delete(`${other.endpointPath}/Bill/Bill/${made.number}`, { operation: 'delete' });
    expect(await bills.find(client, bill())).toEqual([]);
  });

  it('are released as a second effect, and releasing twice changes nothing', async () => {
    const { client } = connect();
    const { id } = await bills.create(client, bill(), {});
    expect(await bills.release(client, id)).toMatchObject({ id, status: 'Open' });
    expect(await bills.release(client, id)).toMatchObject({ id, status: 'Open' });
    expect(server.services.log.list({ method: 'POST', path: 'ReleaseBill' })).toHaveLength(1);
  });

  it('are updated line by line while they are drafts', async () => {
    const { client } = connect();
    const { id } = await bills.create(client, bill(), {});
    const [first = {}] = bill().Details as Fields[];
    await bills.update(client, id, bill({ Description: '', Details: [{ ...first, ExtendedCost: '5.00' }] }), {});
    await bills.update(client, id, bill({ Description: '', Details: [{ ...first, ExtendedCost: '5.00' }] }), {});
    const [held] = await heldBills();
    expect(held).toMatchObject({ Amount: '5.0000', Description: null, Status: 'On Hold' });
    expect(held?.Details).toHaveLength(1);
    await bills.release(client, id);
    expect(await failure(bills.update(client, id, bill(), {}))).toMatchObject({ code: 'remote.rejected' });
  });

  it('carry retainage outside the contract', async () => {
    const { client } = connect();
    const [line = {}] = bill().Details as Fields[];
    const result = await bills.create(
      client,
      bill({ RetainageApply: true, Details: [{ ...line, ExtendedCost: '1000.00', RetainagePct: '10' }] }),
      {},
    );
    expect(result.value).toMatchObject({
      Amount: '900.00',
      CuryRetainageTotal: '100.00',
      CuryOrigDocAmtWithRetainageTotal: '1000.00',
    });
  });

  it('are found alone after their retainage was released by a bill of the same reference', async () => {
    const { client } = connect();
    const [line = {}] = bill().Details as Fields[];
    const retained = bill({
      VendorRef: 'RET-0042',
      RetainageApply: true,
      Details: [{ ...line, ExtendedCost: '1000.00', RetainagePct: '10' }],
    });
    const { id, number = '' } = await bills.create(client, retained, {});
    await bills.release(client, id);
    const entity = { Type: { value: 'Bill' }, ReferenceNbr: { value: number } };
    await client.act('Bill', 'ReleaseRetainage', { entity, parameters: {} }, 'release the retainage');
    const documents = await server.documents('bills');
    expect(documents.filter(({ VendorRef }) => VendorRef === 'RET-0042')).toHaveLength(2);
    const found = await bills.find(client, retained);
    expect(found.map((document) => document.number)).toEqual([number]);
    expect(found[0]?.value).toMatchObject({ CuryRetainageUnreleasedAmt: '0.00' });
  });

  it('take the PDF of the invoice along', async () => {
    const { client } = connect();
    const content = Buffer.from('%PDF-1.7 invoice').toString('base64');
    const { number } = await bills.create(
      client,
      bill({ Attachments: [{ FileName: 'Invoice 3.pdf', Content: content }] }),
      {},
    );
    const wire = (await client.get('Bill', ['Bill', number ?? ''], { expand: ['files'] })) as {
      files: { filename: string; href: string }[];
    };
    expect(wire.files).toMatchObject([{ filename: 'Invoice 3.pdf' }]);
    const file = await client.http.get(client.below(wire.files[0]?.href ?? ''), {
      operation: 'download',
      binary: true,
    });
    expect(Buffer.from(file.bytes ?? []).toString()).toBe('%PDF-1.7 invoice');
  });

  it.each([
    ['an inactive account', { Account: '54950' }, 'Details.0.Account'],
    ['an account without group', { Account: '55900' }, 'Details.0.Account'],
    ['a missing cost code', { CostCode: '02410200' }, 'Details.0.CostCode'],
    ['an unknown project', { Project: '2618' }, 'Details.0.Project'],
  ])('name the line that has %s', async (_title, changes, path) => {
    const { client } = connect();
    const [line = {}] = bill().Details as Fields[];
    const error = await failure(bills.create(client, bill({ Details: [{ ...line, ...changes }] }), {}));
    expect(error.code).toBe('remote.rejected');
    expect(Object.keys(error.fields ?? {})).toEqual([path]);
    expect(error.message).not.toMatch(/stackTrace| at PX\./);
  });

  it('name the closed period and the inactive vendor', async () => {
    const { client } = connect();
    expect(await failure(bills.create(client, bill({ Date: '2026-02-15' }), {}))).toMatchObject({
      code: 'remote.periodClosed',
      kind: 'rejected',
      reason: 'period',
      fields: { PostPeriod: expect.any(String) as string },
    });
    const vendors = await server.documents('vendors');
    const inactive = vendors.find((vendor) => vendor.Status === 'Inactive')?.VendorID ?? '';
    expect((await failure(bills.create(client, bill({ Vendor: inactive }), {}))).fields).toHaveProperty('Vendor');
  });

  it('wait for approval where the tenant wants one', async () => {
    server.services.faults.add('approvals');
    const { client } = connect();
    const { id } = await bills.create(client, bill(), {});
    const error = await failure(bills.release(client, id));
    expect(error).toMatchObject({ code: 'remote.rejected', hint: expect.stringContaining('approved') as string });
  });

  it('are in doubt when the answer to a create is lost, and found afterwards', async () => {
    server.services.faults.add('lost-answer');
    const { client } = connect();
    expect(await failure(bills.create(client, bill(), {}))).toMatchObject({ code: 'remote.outcomeUnknown' });
    expect(await heldBills()).toHaveLength(1);
    expect(await bills.find(client, bill())).toHaveLength(1);
  });

  it('tell a failed release from one that never ends', async () => {
    const { client } = connect();
    const { id } = await bills.create(client, bill(), {});
    server.services.faults.add('failing-operations');
    expect(await failure(bills.release(client, id))).toMatchObject({ code: 'remote.rejected' });
    server.services.faults.clear();
    server.services.faults.add('stuck-operations');
    expect(await failure(bills.release(client, id))).toMatchObject({ code: 'remote.outcomeUnknown' });
  });

  it('survive a kill of the server', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'acumatica-'));
    await server.stop();
    server = await startServer({ persistTo: `${folder}/journal` });
    await bills.create(connect().client, bill(), {});
    await server.stop();
    server = await startServer({ persistTo: `${folder}/journal` });
    expect(await heldBills()).toMatchObject([{ Amount: '18500.1700' }]);
    const second = await bills.create(connect().client, bill({ VendorRef: 'DC-9002' }), {});
    expect(second.number).not.toBe((await heldBills())[0]?.ReferenceNbr);
    await rm(folder, { recursive: true });
  });
});

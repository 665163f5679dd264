/** Every call of the connector, and every answer of its simulator, against the published description of the endpoint Default. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { acumatica } from '../../../connectors/acumatica/index.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { checkAcumatica, describedIn, description } from '../../support/reference/acumatica.ts';
import { hear } from '../../support/reference/heard.ts';
import { connectTo, readAll, type Server, startServer } from './support.ts';

const heard = hear({ acumatica: checkAcumatica });
afterAll(heard.stop);

let server: Server;
beforeEach(async () => {
  server = await startServer();
});

/** What was found since the last question. */
function findings(): Record<string, number> {
  const { findings: all } = heard.of('acumatica');
  const now = Object.fromEntries(all);
  all.clear();
  return now;
}

const coding = { Project: '2407', CostCode: '01010100', Account: '54200', Subaccount: '200000' };
const units = { Qty: '2', UOM: 'EA', UnitCost: '5.05' };
const order = { VendorID: 'V000001', Date: '2026-03-31', Description: 'Reference' };
const ordered = { ...coding, OrderQty: '2', UnitCost: '10.05', ExtendedCost: '20.10', LineDescription: 'Work' };

/** A document of each kind, with every kind of value. */
const documents: Readonly<Record<string, Fields>> = {
  bills: {
    ...{ Vendor: 'V000001', VendorRef: 'REF-1', Date: '2026-03-31', Description: 'Reference', RetainageApply: true },
    Details: [{ ...coding, ...units, ProjectTask: '20', ExtendedCost: '100.10', RetainagePct: '10' }],
  },
  'purchase-orders': { ...order, VendorRef: 'PO-REF-1', Details: [{ ...ordered, ProjectTask: '20' }] },
  subcontracts: { ...order, VendorRef: 'SC-REF-1', Details: [{ ...ordered, Task: '20' }] },
  'change-orders': {
    ...{ ProjectID: '2407', ExternalRefNbr: 'CO-REF-1', ChangeDate: '2026-03-31', ContractTimeChangeDays: '3' },
    CostBudget: [{ ProjectTaskID: '20', CostCode: '01010100', Amount: '12.34' }],
  },
  'journal-transactions': {
    ...{ TransactionDate: '2026-03-31', Description: 'Reference accrual' },
    Details: [
      { Account: '64000', DebitAmount: '10.01', TransactionDescription: 'Debit' },
      { Account: '20000', CreditAmount: '10.01' },
    ],
  },
  vendors: {
    ...{ VendorName: 'Reference Concrete', VendorClass: 'SUBCON', MainContact: { Email: 'a@b.example' } },
  },
};

const major = (version: string): number => Number(version.split('.')[0]);
const versionsWith = (entity: string): string[] =>
  description.versions.filter((version) => describedIn(major(version)).has(entity));

const readable = acumatica.resources.filter(({ id, read }) => read !== undefined && id !== 'inquiry-rows');

describe.each(description.versions)('the published description of Default %s', (endpointVersion) => {
  const connect = () => connectTo(server, { endpointVersion }).client;
  const hasSubcontracts = versionsWith('Subcontract').includes(endpointVersion);
  const served = readable.filter(({ id }) => id !== 'subcontracts' || hasSubcontracts);

  it.each(served.map(({ id }) => id))('has every call and every answer of reading %s', async (id) => {
    const client = connect();
    const [first] = await readAll(client, id);
    const { get } = readable.find((candidate) => candidate.id === id) ?? {};
    if (first !== undefined) await get?.(client, first.id, first.origin.scope);
    await readAll(client, id, { since: '2026-01-01T00:00:00Z' });
    expect(findings()).toEqual({});
  });

  it.each(Object.keys(documents).filter((id) => id !== 'subcontracts' || hasSubcontracts))(
    'has every call and every answer of writing %s',
    async (id) => {
      const client = connect();
      const { find, create, update, release } = acumatica.resources.find((candidate) => candidate.id === id) ?? {};
      const value = documents[id] ?? {};
      expect(await find?.(client, value)).toEqual([]);
      const made = await create?.(client, value, {});
      await update?.(client, made?.id ?? '', value, {});
      await release?.(client, made?.id ?? '');
      expect(await find?.(client, value)).toHaveLength(1);
      expect(findings()).toEqual({});
    },
  );

  it('has the calls of a ping', async () => {
    const needs = served.map(({ id: resource }) => ({ resource, write: false }));
    const { client } = connectTo(server, { endpointVersion });
    for await (const check of acumatica.ping(client, needs)) expect(check.status).not.toBe('failed');
    expect(findings()).toEqual({});
  });
});

describe('an endpoint of the next contract version', () => {
  it('is refused before the first call, in words that name one that is spoken', () => {
    expect(() => connectTo(server, { endpointVersion: '26.200.001' })).toThrowError(/26\.200\.001/);
    expect(() => connectTo(server, { endpointName: 'Ours', endpointVersion: '26.200.001' })).not.toThrow();
  });
});

/** A small tenant for tests of the simulator's entity engine. */

import { readContract } from '../../../../connectors/acumatica/simulator/contract.ts';
import { entityTables } from '../../../../connectors/acumatica/simulator/contract-entities.ts';
import { Database } from '../../../../connectors/acumatica/simulator/database.ts';
import { Refusal } from '../../../../connectors/acumatica/simulator/refusal.ts';
import { seed, type TenantData } from '../../../../connectors/acumatica/simulator/seed.ts';
import { upsert } from '../../../../connectors/acumatica/simulator/upsert.ts';
import { defaultProfile, type Profile, type World } from '../../../../connectors/acumatica/simulator/world.ts';
import { type JsonBody, parseLossless, stringifyBody } from '../../../../connectors/kit/json.ts';
import type { Fields } from '../../../../engine/model/record.ts';

const data = (): TenantData => ({
  subaccounts: [{ id: '000000', description: 'Default', active: true }],
  commitments: [],
  bills: [],
  accounts: [
    { account: '51000', description: 'Cost', type: 'Expense', accountGroup: 'COST', active: true },
    { account: '51900', description: 'Old cost', type: 'Expense', accountGroup: 'COST', active: false },
    { account: '20000', description: 'Payables', type: 'Liability', active: true },
  ],
  vendors: [
    { id: 'V01', name: "O'Neil Electric", taxId: '1', active: true, terms: 'NET30' },
    { id: 'V02', name: 'Gone Ltd', taxId: '2', active: false, terms: 'NET30' },
  ],
  projects: [
    { id: 'P1', description: 'Tower', active: true, tasks: [{ id: '01', description: 'Site', active: true }] },
  ],
  costCodes: [{ id: '01000', description: 'General' }],
  periods: [
    { id: '2026-02', start: '2026-02-01', end: '2026-02-28', closedInPayables: true },
    { id: '2026-03', start: '2026-03-01', end: '2026-03-31', closedInPayables: false },
  ],
});

export const contract = readContract(entityTables, 24);

/** A world with fixed clock and the given preferences. */
export function makeWorld(profile: Partial<Profile> = {}): World {
  const keys = new Map(Object.entries(entityTables).map(([name, table]) => [name, table.keys.split(' ')]));
  const now = () => Date.parse('2026-03-20T12:00:00Z');
  const database = new Database(keys, now, 1);
  seed(database, data(), { company: 'ACME', branch: 'MAIN', changedAt: '2026-01-02T08:00:00.000+00:00' });
  return {
    database,
    profile: { ...defaultProfile(), ...profile },
    tenant: 'Acme Live',
    company: 'ACME',
    baseCurrency: 'USD',
    branches: [{ id: 'MAIN', name: 'Main' }],
    currencies: new Set(['USD']),
    items: new Map(),
    isSetUp: true,
    now,
    payments: [],
  };
}

const wrapped = (value: unknown): JsonBody => {
  if (Array.isArray(value)) return value.map((row) => wrapped(row));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, content]) => [
        name,
        // Custom fields come with their type, ready to be sent.
        name === 'custom'
          ? (content as JsonBody)
          : Array.isArray(content) ||
              (typeof content === 'object' && content !== null) ||
              ['id', 'delete'].includes(name)
            ? wrapped(content)
            : { value: content as string },
      ]),
    );
  }
  return value as string;
};

/** A PUT of plain values; answers the parsed JSON. */
export function put(
  world: World,
  entity: string,
  body: unknown,
  options: { query?: string; headers?: Record<string, string> } = {},
): Fields {
  const definition = contract.get(entity);
  if (definition === undefined) throw new Error(`no ${entity}`);
  const answer = upsert({
    world,
    contract,
    entity: definition,
    body: parseLossless(stringifyBody(wrapped(body))) as Fields,
    query: new URLSearchParams(options.query ?? ''),
    headers: options.headers ?? {},
    href: '/AcmeERP/entity/Default/24.200.001',
  });
  return parseLossless(stringifyBody(answer as JsonBody)) as Fields;
}

/** Status and body of a refusal. */
export function refusal(act: () => unknown): { status: number; body: Fields } {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof Refusal)
      return { status: thrown.status, body: parseLossless(stringifyBody((thrown.body ?? null) as JsonBody)) as Fields };
    throw thrown;
  }
  throw new Error('was not refused');
}

/** A bill of one line. */
export const bill = (
  changes: Record<string, unknown> = {},
  line: Record<string, unknown> = {},
): Record<string, unknown> => ({
  Type: 'Bill',
  Vendor: 'V01',
  VendorRef: 'INV-1',
  Date: '2026-03-15T00:00:00',
  Hold: true,
  Details: [
    {
      Account: '51000',
      Subaccount: '000000',
      Project: 'P1',
      ProjectTask: '01',
      CostCode: '01000',
      Qty: 1,
      ExtendedCost: 100.1,
      ...line,
    },
  ],
  ...changes,
});

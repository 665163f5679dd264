/** The Acumatica simulator: contract-based REST over HTTP, with sign-in, sessions, business rules and the practice company. */
import type { Fields } from '../../../engine/model/record.ts';
import { companyFor } from '../../kit/company/index.ts';
import {
  defineSimulator,
  type SimulatorAnswer,
  type SimulatorRequest,
  type SimulatorServices,
  type SimulatorSetup,
} from '../../kit/simulator.ts';
import { entityTables } from './contract-entities.ts';
import { type Change, Database } from './database.ts';
import { routes, unknownPath } from './routes.ts';
import { seed } from './seed.ts';
import { createEndpoints, faultWords, type State, virtualDirectory } from './state.ts';
import { throttle } from './throttle.ts';
import { defaultProfile } from './world.ts';

const tenantName = 'Brightwater Live';
const emptyTenantName = 'Brightwater Empty';
const branches = [
  { id: 'MAIN', name: 'Main office' },
  { id: 'WEST', name: 'West yard' },
];

/** Fault rules by name; the README says what each is for. */
const namedFaults: Readonly<Record<string, string>> = {
  'session-limit': 'no-session-429;path=/entity/',
  'session-limit-html': 'no-session-500-html;path=/entity/',
  'lost-answer': 'method=PUT;path=/Bill;nth=1;cut-after',
  'expired-token': 'path=/entity/;nth=3;action=expire-tokens',
  'html-page': 'path=/Bill;nth=1;html',
  'declined-requests': 'path=/entity/;nth=2;times=2;status=429;body=text',
  'app-pool-recycle': 'path=/entity/;nth=2;times=2;status=503;body=html',
  'release-lost-answer': 'method=POST;path=ReleaseBill;nth=1;cut-after',
};

function createState(setup: Pick<SimulatorSetup, 'data' | 'seed'>, services: SimulatorServices): State {
  const keys = new Map(Object.entries(entityTables).map(([name, { keys: text }]) => [name, text.split(' ')]));
  keys.set('$file', ['FileID']);
  const database = new Database(keys, services.clock.now, setup.seed);
  const tenant = companyFor(setup.data, setup.seed).erp;
  seed(database, tenant, { company: 'BRIGHTWATER', branch: 'MAIN', changedAt: '2026-01-02T08:00:00.000+00:00' });
  database.writer = (changes, counter) => {
    services.commit({ kind: 'changes', changes: changes as unknown as Fields[], counter: String(counter) });
  };
  const world: State['world'] = {
    database,
    profile: defaultProfile(),
    tenant: tenantName,
    company: 'BRIGHTWATER',
    baseCurrency: 'USD',
    branches,
    currencies: new Set(['USD', 'CAD']),
    items: new Map([
      ['SUBWORK', { stock: false, account: '54200' }],
      ['REBAR-16', { stock: true, account: '52100' }],
    ]),
    isSetUp: true,
    now: services.clock.now,
    payments: tenant.payments,
  };
  const nothing = new Database(keys, services.clock.now, setup.seed);
  return {
    world,
    empty: { ...world, database: nothing, tenant: emptyTenantName, company: 'EMPTY', branches: [], payments: [] },
    emptySessions: new Set(),
    endpoints: createEndpoints(),
    sessions: new Map(),
    mostSessions: 0,
    refusedSessions: 0,
    operations: new Map(),
    credentials: {
      clientId: `88358B02-0FF4-4C7D-9B5E-5A3C9F0E30F6@${tenantName}`,
      clientSecret: 'practice-acumatica-secret',
      username: 'costwire.api',
      password: 'practice-acumatica-password',
    },
    redirectUris: ['http://127.0.0.1:8724/acumatica/callback', 'http://localhost:8724/acumatica/callback'],
    requestTimes: [],
    delayedRequests: 0,
    declinedRequests: 0,
    basePathOf: (path) => (path.startsWith(virtualDirectory) ? virtualDirectory : ''),
  };
}

const throttled = (
  request: SimulatorRequest<State>,
): SimulatorAnswer | undefined | Promise<SimulatorAnswer | undefined> =>
  request.marks.has('throttle') && !request.path.endsWith('/auth/logout') ? throttle(request) : undefined;

/** Starts and stops the simulator. Documents are listed by resource id (`bills`) or entity name (`Bill`). */
export const simulator = defineSimulator<State>({
  connector: 'acumatica',
  createState: (setup) => createState(setup, setup.services),
  routes,
  apply: (state, entry) => {
    const changes = entry.changes as unknown as Change[];
    state.world.database.apply(changes, Number(entry.counter));
    return undefined;
  },
  before: throttled,
  notFound: unknownPath,
  faults: namedFaults,
  marks: faultWords,
  connection: (state, services) => ({
    fields: {
      instanceUrl: `${services.address}${virtualDirectory}`,
      endpointName: 'Default',
      endpointVersion: '24.200.001',
      authMode: 'password',
      clientId: state.credentials.clientId,
      username: state.credentials.username,
    },
    secrets: { clientSecret: state.credentials.clientSecret, password: state.credentials.password },
  }),
  documents: (state, resource) => [...state.world.database.list(entityOf(resource))],
});

const resourceEntities: Readonly<Record<string, string>> = {
  accounts: 'Account',
  bills: 'Bill',
  'change-orders': 'ChangeOrder',
  checks: 'Check',
  'cost-codes': 'CostCode',
  'journal-transactions': 'JournalTransaction',
  periods: 'CompanyFinancialPeriod',
  'project-tasks': 'ProjectTask',
  projects: 'Project',
  'purchase-orders': 'PurchaseOrder',
  subaccounts: 'Subaccount',
  subcontracts: 'Subcontract',
  vendors: 'Vendor',
};

const entityOf = (resource: string): string => resourceEntities[resource] ?? resource;

/** The module that `connector.simulator()` loads. */
export const start = simulator.start;

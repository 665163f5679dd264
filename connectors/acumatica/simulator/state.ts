/** State of a running simulator: the tenant, its sessions and operations, and the settings that fault words switch. */
import type { SimulatorRequest } from '../../kit/simulator.ts';
import { type ContractEntity, readContract } from './contract.ts';
import { entityTables, servedVersions } from './contract-entities.ts';
import type { Refusal } from './refusal.ts';
import type { Profile, World } from './world.ts';

/** A long-running operation that is polled. */
export interface Operation {
  entity: string;
  session: string;
  /** Polls that still answer 202. */
  pollsLeft: number;
  failure: Refusal | undefined;
  /** After this time it no longer blocks other requests of its session. */
  blocksUntil: number;
}

/** An endpoint that is served. */
export interface Endpoint {
  name: string;
  version: string;
  entities: ReadonlyMap<string, ContractEntity>;
  /** Shown only to those who are signed in. */
  custom: boolean;
}

export interface State {
  world: World;
  /** A second tenant under the same sign-in: set up, and without a single record. What is written there lasts as long as the process. */
  empty: World;
  /** Cookie sessions of the second tenant. */
  emptySessions: Set<string>;
  endpoints: readonly Endpoint[];
  /** Session id → last use, in milliseconds. */
  sessions: Map<string, number>;
  /** Most sessions that were ever open together, and how many were refused. */
  mostSessions: number;
  refusedSessions: number;
  operations: Map<string, Operation>;
  credentials: { clientId: string; clientSecret: string; username: string; password: string };
  redirectUris: readonly string[];
  /** Instants of requests in the sliding minute, for throttling. */
  requestTimes: number[];
  delayedRequests: number;
  declinedRequests: number;
  /** `''` or `/AcmeERP`, by the path a request came on. */
  basePathOf(path: string): string;
}

/** Virtual directory the instance lives in; the same tenant also answers at the root. */
export const virtualDirectory = '/AcmeERP';

/** All endpoints with their entities. */
export function createEndpoints(): Endpoint[] {
  const system = servedVersions.map((version) => ({
    name: 'Default',
    version,
    entities: readContract(entityTables, Number(version.slice(0, 2))),
    custom: false,
  }));
  const newest = readContract(entityTables, 24);
  return [...system, { name: 'ProcoreLink', version: '1.0.0', entities: newest, custom: true }];
}

/** Words of fault rules and the settings they switch. */
const switches: Readonly<Record<string, Partial<Profile>>> = {
  'require-vendor-ref': { requireVendorRef: true },
  'refuse-duplicate-vendor-ref': { refuseDuplicateVendorRef: true },
  'no-hold-on-entry': { holdOnEntry: false },
  approvals: { approvals: true },
  'no-change-orders': { changeOrderWorkflow: false },
  'no-retainage': { retainage: false },
  'void-needs-release': { voidNeedsRelease: true },
  'post-to-closed-periods': { postToClosedPeriods: true },
  'old-rates': { ratesUntil: '2026-01-31' },
  'mask-subaccounts': { subaccounts: 'mask' },
  'refuse-subaccounts': { subaccounts: 'refuse' },
  'no-own-fields': { ownFields: false },
  'restricted-vendor': { hiddenVendors: new Set(['V000001']) },
  'branch-rows': { branchRows: true },
  'not-found-json': { notFoundBody: 'json' },
  'not-found-empty': { notFoundBody: 'empty' },
  'entity-list-array': { entityListShape: 'array' },
  'ignore-unknown-fields': { unknownField: 'ignore' },
  'no-session-429': { maxApiUsers: 0, sessionLimitBody: '429-text' },
  'no-session-429-json': { maxApiUsers: 0, sessionLimitBody: '429-json' },
  'no-session-429-html': { maxApiUsers: 0, sessionLimitBody: '429-html' },
  'no-session-500-html': { maxApiUsers: 0, sessionLimitBody: '500-html' },
  'one-session': { maxApiUsers: 1 },
  'shuffle-lists': { shuffleLists: true },
  'order-filter-empty': { poFilterFalseEmpty: true },
  'slow-operations': { pollsUntilDone: 4 },
  'patient-operations': { pollEverySeconds: 7 },
  'stuck-operations': { stuckOperations: true },
  'failing-operations': { failingOperations: true },
  'small-files': { largestFile: 512 },
  'no-pdf-files': { allowedFileTypes: new Set(['jpg', 'png']) },
  'small-requests': { largestRequest: 512 },
  'few-lines': { mostLines: 2 },
  'pad-keys': { padKeys: true },
};

const forbidPrefix = 'forbid-';
const forbiddable = [
  'Bill',
  'Vendor',
  'Account',
  'Subaccount',
  'Project',
  'ProjectTask',
  'CostCode',
  'Check',
  'PurchaseOrder',
  'Subcontract',
  'ChangeOrder',
  'JournalTransaction',
  'CompanyFinancialPeriod',
];

/** All words that routes of this simulator understand. */
export const faultWords: readonly string[] = [
  ...Object.keys(switches),
  ...forbiddable.map((entity) => `${forbidPrefix}${entity.toLowerCase()}`),
  'deny-consent',
  'throttle',
  'wrong-versions',
  'not-set-up',
  'odd-record',
  'row-conflict',
  'upper-statuses',
  'no-metadata',
  'cut-metadata',
  'entity-metadata',
  'huge-metadata',
  'long-text',
];

/** The settings that hold for one request: the tenant's, and what fault words switch. */
export function profileOf({ state, marks }: Pick<SimulatorRequest<State>, 'state' | 'marks'>): Profile {
  if (marks.size === 0) return state.world.profile;
  const profile = { ...state.world.profile };
  const forbidden = new Set(profile.forbidden);
  for (const mark of marks) {
    Object.assign(profile, switches[mark]);
    const entity = forbiddable.find((name) => mark === forbidPrefix + name.toLowerCase());
    if (entity !== undefined) forbidden.add(entity);
  }
  return { ...profile, forbidden };
}

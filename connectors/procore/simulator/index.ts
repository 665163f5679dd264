/** Procore's simulator: token host, API host and the seeded practice company on loopback. Its faults are listed in the README. */
import type { Fields } from '../../../engine/model/record.ts';
import { parseLossless } from '../../kit/json.ts';
import { defineSimulator } from '../../kit/simulator.ts';
import { apply } from './changes.ts';
import { controls } from './controls.ts';
import { fileMarks, fileRoutes } from './files.ts';
import { guard, rateHeaders } from './guard.ts';
import { spoilerNames } from './malformed.ts';
import { changeOrderRoutes } from './routes-change-orders.ts';
import { contractRoutes } from './routes-contracts.ts';
import { costRoutes } from './routes-costs.ts';
import { fillLists, listRoutes } from './routes-lists.ts';
import { ownerInvoiceRoutes } from './routes-owner-invoices.ts';
import { packageRoutes } from './routes-packages.ts';
import { notFound, readRoutes } from './routes-read.ts';
import { requisitionRoutes } from './routes-requisitions.ts';
import { setupRoutes } from './routes-setup.ts';
import { webhookRoutes } from './routes-webhooks.ts';
import { writeRoutes } from './routes-write.ts';
import { deliveryMarks } from './sender.ts';
import { tokenRoutes } from './sign-in.ts';
import { createState, type ProcoreState, practiceClient, requisitionsOf, rowsOf, tableNames } from './state.ts';

const marks = [
  'deny-consent',
  'app-not-connected',
  'strict-header',
  'project-forbidden',
  'project-hidden',
  'limited',
  'silent-429',
  'dated-429',
  'tight-limits',
  'documented-limits',
  'skewed-clock',
  'shift-rows',
  'erp-integrated',
  'direct-cost-busy',
  'nothing-permitted',
  'tool-disabled',
  'three-tiers',
  'workflow',
  'other-environment',
  'short-tokens',
  'plain-401',
  'long-401',
  'small-pages',
  'drop-row',
  'ignore-filters',
  'sync-in-parts',
  'quiet-lines',
  ...deliveryMarks,
  ...fileMarks,
  ...Array.from({ length: 10 }, (_, index) => `error-shape-${index + 1}`),
  ...spoilerNames,
];

/** Documents of a resource as the API would give them, with numbers as text. */
function documents(state: ProcoreState, resource: string): Fields[] {
  const plain = (row: unknown): Fields => parseLossless(JSON.stringify(row)) as Fields;
  if (resource === 'requisitions') {
    return [...state.tables.projects.keys()].flatMap((projectId) => {
      const source = requisitionsOf(state, projectId);
      return Array.from({ length: source.length }, (_, index) => plain(source.at(index)));
    });
  }
  if (resource === 'purchase-order-contracts' || resource === 'work-order-contracts') {
    const type = resource === 'work-order-contracts' ? 'WorkOrderContract' : 'PurchaseOrderContract';
    return rowsOf(state, 'contracts')
      .filter((row) => row.type === type)
      .map(plain);
  }
  const table = tableNames.find((name) => name === resource);
  return table === undefined ? [] : rowsOf(state, table).map(plain);
}

/** The simulator. */
export const simulator = defineSimulator<ProcoreState>({
  connector: 'procore',
  createState: (setup) => {
    const state = createState(setup);
    fillLists(state);
    return state;
  },
  routes: [
    ...tokenRoutes,
    ...readRoutes,
    ...writeRoutes,
    ...contractRoutes,
    ...ownerInvoiceRoutes,
    ...changeOrderRoutes,
    ...packageRoutes,
    ...costRoutes,
    ...requisitionRoutes,
    ...setupRoutes,
    ...listRoutes,
    ...webhookRoutes,
    ...fileRoutes,
  ],
  apply,
  before: guard,
  after: (request, answer) =>
    request.path.startsWith('/rest/')
      ? {
          ...answer,
          headers: {
            ...rateHeaders(request),
            'x-request-id': `practice-${request.services.log.total + 1}`,
            ...answer.headers,
          },
        }
      : answer,
  notFound,
  faults: {
    'heavy-load': 'status=503;retry-after=2;times=2;body=text',
    'gateway-down': 'status=502;body=html',
    'token-outage': 'status=503;path=/oauth/token',
    'spike-limit': 'limited;times=1;path=/rest/',
    'spike-limit-silent': 'limited;silent-429;times=1;path=/rest/',
    'spike-limit-dated': 'limited;dated-429;times=1;path=/rest/',
  },
  marks,
  connection: ({ companyId }, { address }) => ({
    fields: { loginUrl: address, apiUrl: address, companyId, signIn: 'service-account', clientId: practiceClient.id },
    secrets: { clientSecret: practiceClient.secret },
  }),
  documents,
  controls,
  stop: ({ outbox }) => outbox.stop(),
});

export const { start } = simulator;

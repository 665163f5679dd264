/** Procore's simulator: token host, API host and the seeded practice company on loopback. Its faults are listed in the README. */
import type { Fields } from '../../../engine/model/record.ts';
import { parseLossless } from '../../kit/json.ts';
import { defineSimulator, json, route, type SimulatorAnswer, type SimulatorRoute } from '../../kit/simulator.ts';
import { apply } from './changes.ts';
import { guard, rateHeaders } from './guard.ts';
import type { ProcoreRequest } from './lists.ts';
import { spoilerNames } from './malformed.ts';
import { costRoutes } from './routes-costs.ts';
import { notFound, readRoutes } from './routes-read.ts';
import { webhookRoutes } from './routes-webhooks.ts';
import { writeRoutes } from './routes-write.ts';
import { rowOf, textOf } from './rows.ts';
import { deliveryMarks } from './sender.ts';
import { createState, type ProcoreState, practiceClient, requisitionsOf, rowsOf, tableNames } from './state.ts';

/** Lifetime of a token in seconds. @source https://developers.procore.com/documentation/oauth-client-credentials */
const tokenSeconds = 5400;

const tokenError = (status: number, error: string, description: string): SimulatorAnswer =>
  json(status, { error, error_description: description }, status === 401 ? { 'www-authenticate': 'Bearer' } : {});

/** Issues tokens: client credentials, and refresh tokens that work once. Form and JSON bodies are taken. */
function issueToken(request: ProcoreRequest): SimulatorAnswer {
  const { services } = request;
  const body = Object.keys(request.form).length > 0 ? request.form : rowOf(request.json);
  const field = (name: string): string | undefined => textOf(body[name]);
  const known =
    field('client_id') === practiceClient.id &&
    services.tokens.acceptsSecret(field('client_secret'), practiceClient.secret);
  if (!known) {
    return tokenError(
      401,
      'invalid_client',
      'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
    );
  }
  const grant = field('grant_type');
  const answer: Record<string, unknown> = { token_type: 'bearer', expires_in: tokenSeconds };
  if (grant === 'refresh_token') {
    const given = field('refresh_token');
    const isPractice = given === practiceRefreshToken && !request.state.usedRefreshTokens.has(given);
    if (given === undefined || !(isPractice || services.tokens.check(given, 'refresh').state === 'valid')) {
      return tokenError(401, 'invalid_grant', 'The refresh token is invalid');
    }
    // Single use: any attempt kills it, whether or not its answer arrives.
    services.tokens.revoke(given);
    request.state.usedRefreshTokens.add(given);
    answer.refresh_token = services.tokens.issue('refresh', practiceClient.id, 31_536_000);
  } else if (grant !== 'client_credentials') {
    return tokenError(
      400,
      'unsupported_grant_type',
      'The authorization grant type is not supported by the authorization server.',
    );
  }
  answer.access_token = services.tokens.issue('access', practiceClient.id, tokenSeconds);
  const skew = request.marks.has('skewed-clock') ? 600_000 : 0;
  answer.created_at = Math.floor((services.clock.now() + skew) / 1000);
  return json(200, answer);
}

/** Refresh token of the practice user, good once. */
export const practiceRefreshToken = 'practice-user-refresh-token';

const tokenRoutes: readonly SimulatorRoute<ProcoreState>[] = [
  route('POST', '/oauth/token', issueToken, { open: true }),
  route('GET', '/oauth/token/info', ({ services, headers }) => {
    const check = services.tokens.check(headers.authorization?.replace(/^Bearer /i, ''), 'access');
    if (check.state !== 'valid') return json(401, { errors: 'The access token is invalid' });
    const expires = Math.round((check.token.expiresAt - services.clock.now()) / 1000);
    return json(200, {
      resource_owner_id: 562949957000009,
      scope: [],
      expires_in: expires,
      application: { uid: check.token.subject },
    });
  }),
  route('POST', '/oauth/revoke', ({ services, form }) => {
    const given: string | undefined = form.token;
    if (given !== undefined) services.tokens.revoke(given);
    return json(200, {});
  }),
];

const marks = [
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
  ...deliveryMarks,
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
  createState,
  routes: [...tokenRoutes, ...readRoutes, ...writeRoutes, ...costRoutes, ...webhookRoutes],
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
  stop: ({ outbox }) => outbox.stop(),
});

export const { start } = simulator;

/** A client of one Procore company: addresses, sign-in, company header, limits. Makes no call until the first request. */
import type { ConnectContext } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import type { Fields } from '../../engine/model/record.ts';
import { signInByBrowser } from '../kit/browser-sign-in.ts';
import { createHttp, type Http } from '../kit/http.ts';
import type { Limits, RateSignal } from '../kit/limits.ts';
import { createOAuth, type OAuthSession } from '../kit/oauth.ts';
import { checkBaseUrl } from '../kit/urls.ts';
import { readProcoreError } from './errors.ts';

/** What the resources work with. */
export interface ProcoreClient {
  readonly http: Http;
  readonly context: ConnectContext;
  readonly session: OAuthSession;
  readonly companyId: string;
  /** Looked-up lists of this client, by name, the one used last at the end; a client lives for one run, so they are at most a run old. */
  readonly cache: Map<string, Promise<ReadonlyMap<string, Fields>>>;
  /** Ends of the queues that keep writes to one record apart, by record. */
  readonly queues: Map<string, Promise<unknown>>;
}

/**
 * First guess of the windows; the headers of every answer replace the figures.
 * @source https://developers.procore.com/documentation/rate-limiting (2026-06)
 */
export const procoreWindows = [
  { requests: 25, perSeconds: 10 },
  { requests: 3600, perSeconds: 3600 },
] as const;

const numeric = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : undefined;

/** Reads `X-Rate-Limit-*`: they describe whichever window is nearest to exhaustion. */
export function readRateHeaders(headers: Readonly<Record<string, string>>): RateSignal | undefined {
  const limit = numeric(headers['x-rate-limit-limit']);
  const remaining = numeric(headers['x-rate-limit-remaining']);
  const reset = numeric(headers['x-rate-limit-reset']);
  if (remaining === undefined) return undefined;
  const signal: RateSignal = { remaining };
  if (limit !== undefined) signal.limit = limit;
  if (reset !== undefined) signal.resetAtMs = reset * 1000;
  return signal;
}

const limits: Limits = { windows: procoreWindows, concurrency: 4, readSignal: readRateHeaders };

function required(value: string | undefined, label: string): string {
  const text = value?.trim() ?? '';
  if (text === '') throw new AppError('connection.missingField', `The field “${label}” of the connection is empty.`);
  return text;
}

function clientSecretOf({ secrets }: ConnectContext): string {
  const clientSecret: string | undefined = secrets.clientSecret;
  if (clientSecret === undefined || clientSecret === '')
    throw new AppError('vault.missingSecret', 'The client secret of the connection is not set.');
  return clientSecret;
}

/** Redirect address where the connection names no other. Procore takes plain http for the name localhost only. */
export const defaultRedirect = 'http://localhost:8725/procore/callback';

/**
 * Signs a user in through the browser and keeps the refresh token in the vault.
 * @throws AppError connection.*, vault.*, remote.*, run.cancelled
 * @source https://developers.procore.com/documentation/oauth-auth-grant-flow
 */
export async function signIn(context: ConnectContext, open: (url: string) => Promise<void>): Promise<void> {
  const loginUrl = checkBaseUrl(context.fields.loginUrl, 'Sign-in address');
  await signInByBrowser(
    {
      system: 'Procore',
      context,
      authorizeUrl: `${loginUrl}/oauth/authorize`,
      tokenUrl: `${loginUrl}/oauth/token`,
      clientId: required(context.fields.clientId, 'Client ID'),
      clientSecret: clientSecretOf(context),
      redirectUri: context.fields.redirectUri ?? defaultRedirect,
      redirectExample: defaultRedirect,
      secretName: 'refreshToken',
      refreshHint: 'Check the grant types of your app in the Procore developer portal.',
    },
    open,
  );
}

/**
 * Which sign-in host belongs to which API host. Tokens of one environment are worth nothing in another, and Procore's answer does
 * not say that this is why.
 * @source https://developers.procore.com/documentation/development-environments (2026-06)
 */
const environments: Readonly<Record<string, string>> = {
  'login.procore.com': 'api.procore.com',
  'login-sandbox.procore.com': 'sandbox.procore.com',
  'login-sandbox-monthly.procore.com': 'api-monthly.procore.com',
  'login.procoregov.com': 'api.procoregov.com',
};

/** @throws AppError connection.invalidField */
function checkEnvironment(loginUrl: string, apiUrl: string): void {
  const [login, api] = [new URL(loginUrl).host, new URL(apiUrl).host];
  const wanted = environments[login];
  if (wanted === undefined || api === wanted || !Object.values(environments).includes(api)) return;
  throw new AppError(
    'connection.invalidField',
    `The API address belongs to another environment of Procore than the sign-in address: with ${login} goes ${wanted}, not ${api}.`,
    { fields: { apiUrl: `must be https://${wanted}` } },
  );
}

/** Makes a client. @throws AppError connection.missingField, connection.invalidField, connection.insecureAddress */
export function connect(context: ConnectContext): ProcoreClient {
  const { fields } = context;
  const loginUrl = checkBaseUrl(fields.loginUrl, 'Sign-in address');
  const baseUrl = checkBaseUrl(fields.apiUrl, 'API address');
  checkEnvironment(loginUrl, baseUrl);
  const companyId = required(fields.companyId, 'Company ID');
  if (!/^\d+$/.test(companyId)) {
    throw new AppError('connection.invalidField', `“${companyId}” is no company id: Procore's ids have digits only.`);
  }
  const session = createOAuth({
    system: 'Procore',
    tokenUrl: `${loginUrl}/oauth/token`,
    context,
    clientId: required(fields.clientId, 'Client ID'),
    clientSecret: clientSecretOf(context),
    refusedHint:
      'Check client id and secret, and that they were made for the environment of the sign-in address: those of production are unknown to the sandbox, and the other way round.',
    grant:
      fields.signIn === 'user' ? { type: 'refresh_token', secretName: 'refreshToken' } : { type: 'client_credentials' },
  });
  const http = createHttp({
    system: 'Procore',
    baseUrl,
    context,
    auth: session,
    limits,
    headers: { 'procore-company-id': companyId },
    errorParser: readProcoreError,
  });
  return { http, context, session, companyId, cache: new Map(), queues: new Map() };
}

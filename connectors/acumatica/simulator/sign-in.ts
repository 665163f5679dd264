/**
 * Sign-in of the simulated system: OAuth tokens, cookie sessions, and the API-user slots of the licence.
 * @source Integration Development Guide 2026 R1, OAuth 2.0 and OIDC topics; API Login Limit texts from public clients
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  bearerToken,
  empty,
  html,
  json,
  type SimulatorAnswer,
  type SimulatorRequest,
  text as textAnswer,
} from '../../kit/simulator.ts';
import { httpError } from './refusal.ts';
import type { State } from './state.ts';
import { profileOf } from './state.ts';
import type { Profile, World } from './world.ts';

type Request = SimulatorRequest<State>;
/** What was noted with a token when it was issued. */
type TokenData = Partial<Record<'challenge' | 'redirect' | 'scope' | 'grant' | 'tenant', string>>;

const tokenSeconds = 3600;
const refreshSeconds = 30 * 24 * 3600;

const oauthError = (error: string, status = 400): SimulatorAnswer => json(status, { error });

/** The discovery document: absolute addresses. */
export function discovery({ services, state, path }: Request): SimulatorAnswer {
  const issuer = `${services.address}${state.basePathOf(path)}/identity`;
  return json(200, {
    issuer,
    authorization_endpoint: `${issuer}/connect/authorize`,
    token_endpoint: `${issuer}/connect/token`,
    userinfo_endpoint: `${issuer}/connect/userinfo`,
    scopes_supported: ['openid', 'api', 'offline_access', 'api:concurrent_access'],
    grant_types_supported: ['authorization_code', 'implicit', 'password', 'refresh_token', 'hybrid'],
    code_challenge_methods_supported: ['plain', 'S256'],
  });
}

/** The tenant behind a client ID: what follows its last @; undefined for a client that is not registered. */
function tenantOf({ credentials, world, empty }: State, clientId: string | undefined): string | undefined {
  const [guid = ''] = credentials.clientId.split('@');
  return [world.tenant, empty.tenant].find((tenant) => clientId === `${guid}@${tenant}`);
}

/** Consents at once and sends the browser back with a code. The redirect address must be a registered one, exactly. */
export function authorize({ query, state, services, marks }: Request): SimulatorAnswer {
  const redirect = query.get('redirect_uri') ?? '';
  if (tenantOf(state, query.get('client_id')) === undefined) return html(400, '<h1>unauthorized_client</h1>');
  if (!state.redirectUris.some((known) => known === redirect)) return html(400, '<h1>Invalid redirect_uri</h1>');
  const target = new URL(redirect);
  const challenge = query.get('code_challenge') ?? '';
  const wrong =
    query.get('response_type') !== 'code' || (challenge !== '' && query.get('code_challenge_method') !== 'S256');
  if (marks.has('deny-consent')) target.searchParams.set('error', 'access_denied');
  else if (wrong) target.searchParams.set('error', 'invalid_request');
  else {
    const data = { challenge, redirect, scope: query.get('scope') ?? '' };
    target.searchParams.set('code', services.tokens.issue('code', state.credentials.clientId, 300, data));
    target.searchParams.set('scope', data.scope);
  }
  const given = query.get('state');
  if (given !== undefined) target.searchParams.set('state', given);
  return empty(302, { location: target.href });
}

/** Issues tokens for password, authorization code and refresh token. Refreshing rotates the refresh token. */
export function token(request: Request): SimulatorAnswer {
  const { state, services } = request;
  const form: Partial<Record<string, string>> = request.form;
  const { credentials } = state;
  const tenant = tenantOf(state, form.client_id);
  if (tenant === undefined) return oauthError('invalid_client');
  const isPublic =
    form.grant_type === 'authorization_code' && form.code_verifier !== undefined && form.client_secret === undefined;
  if (!isPublic && !services.tokens.acceptsSecret(form.client_secret, credentials.clientSecret))
    return oauthError('invalid_client');
  switch (form.grant_type) {
    case 'password': {
      const right = form.username === credentials.username && form.password === credentials.password;
      return right ? issue(request, form.scope ?? '', randomUUID(), tenant) : oauthError('invalid_grant');
    }
    case 'authorization_code': {
      const check = services.tokens.check(form.code, 'code');
      if (form.code !== undefined) services.tokens.revoke(form.code);
      if (check.state !== 'valid') return oauthError('invalid_grant');
      const { challenge = '', redirect = '', scope = '' }: TokenData = check.token.data;
      const proof = createHash('sha256')
        .update(form.code_verifier ?? '')
        .digest('base64url');
      if (redirect !== form.redirect_uri || (challenge !== '' && proof !== challenge))
        return oauthError('invalid_grant');
      return issue(request, scope, randomUUID(), tenant);
    }
    case 'refresh_token': {
      const check = services.tokens.check(form.refresh_token, 'refresh');
      if (check.state !== 'valid') return oauthError('invalid_grant');
      services.tokens.revoke(form.refresh_token ?? '');
      const { scope = '', grant = randomUUID() }: TokenData = check.token.data;
      return issue(request, scope, grant, tenant);
    }
    default:
      return oauthError('unsupported_grant_type');
  }
}

function issue({ services, state }: Request, scope: string, grant: string, tenant: string): SimulatorAnswer {
  const scopes = scope.split(/\s+/);
  if (!scopes.includes('api')) return oauthError('invalid_scope');
  const data = { scope, grant, tenant };
  const accessToken = services.tokens.issue('access', state.credentials.username, tokenSeconds, data);
  const body: Record<string, unknown> = {
    access_token: accessToken,
    expires_in: tokenSeconds,
    token_type: 'Bearer',
    scope,
  };
  if (scopes.includes('offline_access')) {
    body.refresh_token = services.tokens.issue('refresh', state.credentials.username, refreshSeconds, data);
  }
  return json(200, body);
}

/** Cookie sign-in. An unknown tenant is refused; no tenant means the default one. */
export function login(request: Request): SimulatorAnswer {
  const { state } = request;
  const given =
    typeof request.json === 'object' && request.json !== null
      ? (request.json as Record<string, unknown>)
      : request.form;
  const { credentials, world } = state;
  if (given.name !== credentials.username || given.password !== credentials.password) {
    return json(500, httpError('Invalid credentials. Please try again.', 'PX.Data.PXException'));
  }
  // Older builds call the tenant `company`; both names at once are refused.
  if (given.tenant !== undefined && given.company !== undefined)
    return json(400, { message: 'The tenant and the company cannot be specified together.' });
  const tenant = given.tenant ?? given.company;
  if (typeof tenant === 'string' && !['', world.tenant, state.empty.tenant].includes(tenant)) {
    return json(500, httpError(`The company '${tenant}' cannot be found.`, 'PX.Data.PXUndefinedCompanyException'));
  }
  const id = randomUUID();
  const refused = openSession(request, id);
  if (refused !== undefined) return refused;
  if (tenant === state.empty.tenant) state.emptySessions.add(id);
  // One header line with both cookies is what a client sees after folding; the names decide.
  return empty(204, { 'set-cookie': `ASP.NET_SessionId=${id}; path=/; HttpOnly, .ASPXAUTH=${id}; path=/; HttpOnly` });
}

/** Sign-out frees the slot. A request without a length is refused as IIS does. */
export function logout(request: Request): SimulatorAnswer {
  const { headers, services, state } = request;
  if (headers['content-length'] === undefined) return html(411, '<h1>Length Required</h1>');
  const bearer = bearerToken(headers.authorization);
  const check = services.tokens.check(bearer, 'access');
  if (check.state !== 'unknown') {
    const { grant = '' }: TokenData = check.token.data;
    state.sessions.delete(grant);
    services.tokens.revoke(bearer ?? '');
  }
  const cookie = sessionCookie(request);
  if (cookie !== undefined) state.sessions.delete(cookie);
  return empty(204);
}

const sessionCookie = ({ headers }: Request): string | undefined =>
  /ASP\.NET_SessionId=([\w-]+)/.exec(headers.cookie ?? '')?.[1];

const idleMs = 3_600_000;

/** Opens or touches a session; answers the refusal where the licence has no slot left. */
function openSession(request: Request, id: string): SimulatorAnswer | undefined {
  const { state, services } = request;
  const now = services.clock.now();
  for (const [known, lastUsed] of state.sessions) if (now - lastUsed > idleMs) state.sessions.delete(known);
  const profile = profileOf(request);
  if (!state.sessions.has(id) && state.sessions.size >= profile.maxApiUsers) {
    state.refusedSessions += 1;
    return sessionLimit(profile.sessionLimitBody);
  }
  state.sessions.set(id, now);
  state.mostSessions = Math.max(state.mostSessions, state.sessions.size);
  return undefined;
}

function sessionLimit(form: Profile['sessionLimitBody']): SimulatorAnswer {
  if (form === '429-text') return textAnswer(429, 'API Login Limit');
  if (form === '429-json') return json(429, { message: 'API Login Limit', exceptionMessage: 'API Login Limit' });
  return html(
    form === '429-html' ? 429 : 500,
    '<!DOCTYPE html><html><head><title>Runtime Error</title></head><body><h1>API Login Limit</h1></body></html>',
  );
}

/** The session of a request with its tenant; an answer where it has none. */
export function requireSession(request: Request): SimulatorAnswer | { session: string; world: World } {
  const { services, state } = request;
  const bearer = bearerToken(request.headers.authorization);
  if (bearer !== undefined) {
    const check = services.tokens.check(bearer, 'access');
    if (check.state === 'unknown') return empty(401);
    const { scope = '', grant = '', tenant }: TokenData = check.token.data;
    if (check.state === 'expired') {
      // The session ends with its token.
      state.sessions.delete(grant);
      return empty(401);
    }
    const id = scope.includes('api:concurrent_access') && sessionCookie(request) === undefined ? randomUUID() : grant;
    const world = tenant === state.empty.tenant ? state.empty : state.world;
    return openSession(request, id) ?? { session: id, world };
  }
  const cookie = sessionCookie(request);
  if (cookie === undefined || !state.sessions.has(cookie)) return empty(401);
  const world = state.emptySessions.has(cookie) ? state.empty : state.world;
  return openSession(request, cookie) ?? { session: cookie, world };
}

/** Sign-in of the simulated system: consent page, tokens for a service account, a code and a refresh token that works once. */
import { createHash } from 'node:crypto';
import { empty, html, json, route, type SimulatorAnswer, type SimulatorRoute } from '../../kit/simulator.ts';
import type { ProcoreRequest } from './lists.ts';
import { rowOf, textOf } from './rows.ts';
import { type ProcoreState, practiceClient } from './state.ts';

/** Lifetime of a token in seconds. @source https://developers.procore.com/documentation/oauth-client-credentials */
const tokenSeconds = 5400;
/** Lifetime of tokens that must be renewed within a read. */
const shortSeconds = 3;

const tokenError = (status: number, error: string, description: string): SimulatorAnswer =>
  json(status, { error, error_description: description }, status === 401 ? { 'www-authenticate': 'Bearer' } : {});

const invalidGrant = (text: string): SimulatorAnswer => tokenError(401, 'invalid_grant', text);

/** Consents at once and sends the browser back with a code that is good for ten minutes. */
function authorize({ query, state, services, marks }: ProcoreRequest): SimulatorAnswer {
  const redirect = query.get('redirect_uri') ?? '';
  const known = query.get('client_id') === practiceClient.id && query.get('response_type') === 'code';
  if (!known) return html(401, '<h1>Client authentication failed due to unknown client.</h1>');
  if (!state.redirectUris.includes(redirect)) return html(401, '<h1>The redirect uri included is not valid.</h1>');
  const target = new URL(redirect);
  if (marks.has('deny-consent')) target.searchParams.set('error', 'access_denied');
  else {
    const data = { redirect, challenge: query.get('code_challenge') ?? '' };
    target.searchParams.set('code', services.tokens.issue('code', practiceClient.id, 600, data));
  }
  const given = query.get('state');
  if (given !== undefined) target.searchParams.set('state', given);
  return empty(302, { location: target.href });
}

type Fields = (name: string) => string | undefined;
/** Refuses a grant; undefined where it is good. */
type GrantCheck = (request: ProcoreRequest, field: Fields) => SimulatorAnswer | undefined;

/** A code is good once, for the redirect address and the challenge it was asked with. */
const checkCode: GrantCheck = ({ services }, field) => {
  const code = field('code');
  const check = services.tokens.check(code, 'code');
  if (code !== undefined) services.tokens.revoke(code);
  if (check.state !== 'valid') return invalidGrant('The authorization code is invalid');
  const { redirect, challenge = '' }: Partial<Record<string, string>> = check.token.data;
  const proof = createHash('sha256')
    .update(field('code_verifier') ?? '')
    .digest('base64url');
  const right = field('redirect_uri') === redirect && (challenge === '' || proof === challenge);
  return right ? undefined : invalidGrant('The authorization code was issued to another client');
};

/** Single use: any attempt kills it, whether or not its answer arrives. */
const checkRefresh: GrantCheck = ({ state, services }, field) => {
  const given = field('refresh_token');
  const isPractice = given === practiceRefreshToken && !state.usedRefreshTokens.has(given);
  if (given === undefined || !(isPractice || services.tokens.check(given, 'refresh').state === 'valid'))
    return invalidGrant('The refresh token is invalid');
  services.tokens.revoke(given);
  state.usedRefreshTokens.add(given);
  return undefined;
};

const grants: Readonly<Partial<Record<string, { check: GrantCheck; refreshes: boolean }>>> = {
  client_credentials: { check: () => undefined, refreshes: false },
  authorization_code: { check: checkCode, refreshes: true },
  refresh_token: { check: checkRefresh, refreshes: true },
};

/** Issues tokens. Form and JSON bodies are taken. */
function issueToken(request: ProcoreRequest): SimulatorAnswer {
  const { services } = request;
  const body = Object.keys(request.form).length > 0 ? request.form : rowOf(request.json);
  const field: Fields = (name) => textOf(body[name]);
  const known =
    !request.marks.has('other-environment') &&
    field('client_id') === practiceClient.id &&
    services.tokens.acceptsSecret(field('client_secret'), practiceClient.secret);
  if (!known) {
    return tokenError(
      401,
      'invalid_client',
      'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
    );
  }
  const grant = grants[field('grant_type') ?? ''];
  if (grant === undefined) {
    return tokenError(
      400,
      'unsupported_grant_type',
      'The authorization grant type is not supported by the authorization server.',
    );
  }
  const refused = grant.check(request, field);
  if (refused !== undefined) return refused;
  const skew = request.marks.has('skewed-clock') ? 600_000 : 0;
  const lifetime = request.marks.has('short-tokens') ? shortSeconds : tokenSeconds;
  return json(200, {
    token_type: 'bearer',
    expires_in: lifetime,
    ...(grant.refreshes ? { refresh_token: services.tokens.issue('refresh', practiceClient.id, 31_536_000) } : {}),
    access_token: services.tokens.issue('access', practiceClient.id, lifetime),
    created_at: Math.floor((services.clock.now() + skew) / 1000),
  });
}

/** Refresh token of the practice user, good once. */
export const practiceRefreshToken = 'practice-user-refresh-token';

/** Routes of the sign-in. */
export const tokenRoutes: readonly SimulatorRoute<ProcoreState>[] = [
  route('GET', '/oauth/authorize', authorize, { open: true }),
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

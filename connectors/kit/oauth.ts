/**
 * OAuth 2 sign-in: client credentials, password and rotating refresh tokens. Tokens are shared by all clients of a connection id,
 * renewed before they expire and once after a 401, by one request at a time.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { ConnectContext } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import type { Value } from '../../engine/model/record.ts';
import { type Authorizer, createHttp, type Http } from './http.ts';
import type { FailedAnswer, RemoteProblem } from './http-errors.ts';
import { asFields, asText } from './json.ts';
import { maskerOf } from './shared.ts';

/** How a token is asked for. */
export type OAuthGrant =
  | { type: 'client_credentials' }
  | { type: 'password'; username: string; password: string }
  /** The refresh token is the secret of that name of the connection; a new one is saved there before it is used. */
  | { type: 'refresh_token'; secretName: string };

/** Where and as whom to sign in. */
export interface OAuthOptions {
  system: string;
  /** Full address of the token endpoint, its base checked by `checkBaseUrl`. */
  tokenUrl: string;
  context: ConnectContext;
  clientId: string;
  clientSecret?: string;
  /** How the client names itself: in the form (default) or by Basic authentication. */
  clientAuthentication?: 'body' | 'basic';
  grant: OAuthGrant;
  scope?: string;
  timeoutMs?: number;
  /** What to do where the system refuses the sign-in, if more is known than that the details must be wrong. */
  refusedHint?: string;
}

/** A token as issued. Instants in milliseconds since 1970, by our clock. */
export interface IssuedToken {
  accessToken: string;
  expiresAtMs: number;
  lifetimeMs: number;
  refreshToken?: string;
  /** Instant the server says it issued it, where it says so: tells the clock difference. */
  serverIssuedAtMs?: number;
}

/** Signs calls in with a bearer token. */
export interface OAuthSession extends Authorizer {
  /** A valid token; fetched where there is none. @throws AppError remote.authFailed, remote.* */
  token(): Promise<IssuedToken>;
  /** Forgets the token, for instance after signing out. */
  forget(): void;
}

interface TokenState {
  token?: IssuedToken | undefined;
  flight?: Promise<IssuedToken> | undefined;
  refreshToken?: string | undefined;
  /** Refresh tokens this process has had from the server or the vault: another one in the vault means a new sign-in. */
  known: Set<string>;
}

const states = new Map<string, TokenState>();

const fingerprint = (parts: readonly (string | undefined)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** What the codes mean where the server says no more. @source https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
const tokenErrors: Partial<Record<string, string>> = {
  invalid_client: 'the client id or the client secret is not known there',
  invalid_grant: 'the user name, the password or the kept sign-in is not valid',
  unauthorized_client: 'the client may not sign in this way',
  unsupported_grant_type: 'this way to sign in is not offered',
  invalid_scope: 'the client may not ask for these rights',
};

function readTokenProblem({ status, value }: FailedAnswer): RemoteProblem | undefined {
  const fields = asFields(value);
  const code = asText(fields?.error);
  const description = asText(fields?.error_description);
  if (status === 400 || status === 401 || status === 403) {
    return {
      code: 'remote.authFailed',
      message:
        [description ?? tokenErrors[code ?? ''], code && `(${code})`].filter(Boolean).join(' ') || 'no reason given',
    };
  }
  if (status === 404) return { code: 'remote.badResponse', message: 'there is no sign-in service at this address' };
  return description === undefined ? undefined : { message: description };
}

/**
 * Reads the answer of a token endpoint.
 * @throws AppError remote.badResponse where it holds no token.
 * @source https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
function readToken(value: Value, system: string, tokenUrl: string, nowMs: number): IssuedToken {
  const fields = asFields(value) ?? {};
  const accessToken = asText(fields.access_token);
  if (accessToken === undefined) {
    throw new AppError('remote.badResponse', `${system} answered the sign-in at ${tokenUrl} without a token.`);
  }
  const seconds = Number(asText(fields.expires_in) ?? '3600');
  const lifetimeMs = (Number.isFinite(seconds) && seconds > 0 ? seconds : 3600) * 1000;
  const token: IssuedToken = { accessToken, lifetimeMs, expiresAtMs: nowMs + lifetimeMs };
  const refreshToken = asText(fields.refresh_token);
  if (refreshToken !== undefined) token.refreshToken = refreshToken;
  const created = Number(asText(fields.created_at) ?? 'NaN');
  if (Number.isFinite(created)) token.serverIssuedAtMs = created * 1000;
  return token;
}

class Session implements OAuthSession {
  readonly #options: OAuthOptions;
  readonly #http: Http;
  readonly #state: TokenState;

  constructor(options: OAuthOptions) {
    this.#options = options;
    this.#http = tokenHttp(options);
    const { context, tokenUrl, clientId, clientSecret, grant, scope } = options;
    const who = grant.type === 'password' ? [grant.username, grant.password] : [grant.type];
    const key = fingerprint([context.connectionId, tokenUrl, clientId, clientSecret, scope, ...who]);
    this.#state = states.get(key) ?? { known: new Set() };
    states.set(key, this.#state);
    if (grant.type === 'refresh_token') this.#adopt(context.secrets[grant.secretName]);
  }

  /** A refresh token in the vault that this process has not seen means that somebody signed in anew. */
  #adopt(refreshToken: string | undefined): void {
    if (refreshToken === undefined || this.#state.known.has(refreshToken)) return;
    this.#state.known.add(refreshToken);
    this.#state.refreshToken = refreshToken;
    this.#state.token = undefined;
  }

  async headers(): Promise<Record<string, string>> {
    return { authorization: `Bearer ${(await this.token()).accessToken}` };
  }

  async renew(refused: Readonly<Record<string, string>>): Promise<boolean> {
    if (refused.authorization === `Bearer ${this.#state.token?.accessToken}`) this.forget();
    await this.token();
    return true;
  }

  forget(): void {
    this.#state.token = undefined;
  }

  async token(): Promise<IssuedToken> {
    const { context } = this.#options;
    for (;;) {
      const known = this.#state.token;
      const early = known === undefined ? 0 : Math.min(300_000, known.lifetimeMs / 10);
      if (known !== undefined && context.now() < known.expiresAtMs - early) {
        maskerOf(context).learn(known.accessToken);
        return known;
      }
      const mine = this.#state.flight === undefined;
      this.#state.flight ??= this.#fetch().finally(() => {
        this.#state.flight = undefined;
      });
      try {
        const token = await this.#state.flight;
        maskerOf(context).learn(token.accessToken);
        return token;
      } catch (thrown) {
        // Another run of the connection started this request and was stopped: ask again on our own account.
        const stopped = thrown instanceof AppError && thrown.code === 'run.cancelled';
        if (mine || !stopped || context.signal.aborted) throw thrown;
      }
    }
  }

  async #fetch(): Promise<IssuedToken> {
    const { context, grant } = this.#options;
    const refreshToken = this.#state.refreshToken;
    if (grant.type === 'refresh_token' && refreshToken === undefined) {
      throw new AppError(
        'vault.missingSecret',
        `Nobody has signed in to ${this.#options.system} for this connection yet.`,
        {
          hint: 'Sign in on the connection.',
        },
      );
    }
    let token: IssuedToken;
    try {
      token = await this.#ask(refreshToken === undefined ? this.#grantForm() : refreshForm(refreshToken));
    } catch (thrown) {
      const refused = thrown instanceof AppError && thrown.code === 'remote.authFailed';
      if (refreshToken === undefined || grant.type === 'refresh_token' || !refused) throw thrown;
      this.#state.refreshToken = undefined;
      token = await this.#ask(this.#grantForm());
    }
    if (token.refreshToken !== undefined && token.refreshToken !== refreshToken) {
      // The old one is dead by now: the new one must be safe before anybody relies on it.
      if (grant.type === 'refresh_token') await context.saveSecret?.(grant.secretName, token.refreshToken);
      this.#state.known.add(token.refreshToken);
      this.#state.refreshToken = token.refreshToken;
    }
    this.#state.token = token;
    return token;
  }

  #grantForm(): Record<string, string> {
    const { grant, scope } = this.#options;
    const form: Record<string, string> = { grant_type: grant.type };
    if (grant.type === 'password') Object.assign(form, { username: grant.username, password: grant.password });
    if (scope !== undefined) form.scope = scope;
    return form;
  }

  #ask(form: Record<string, string>): Promise<IssuedToken> {
    return requestToken(this.#http, this.#options, form, 'sign in');
  }
}

const refreshForm = (refreshToken: string): Record<string, string> => ({
  grant_type: 'refresh_token',
  refresh_token: refreshToken,
});

type TokenPlace = Pick<
  OAuthOptions,
  'system' | 'tokenUrl' | 'context' | 'clientId' | 'clientSecret' | 'clientAuthentication' | 'timeoutMs' | 'refusedHint'
>;

function tokenHttp({ system, tokenUrl, context, timeoutMs, refusedHint }: TokenPlace): Http {
  return createHttp({
    system,
    baseUrl: tokenUrl,
    context,
    errorParser: (answer) => {
      const problem = readTokenProblem(answer);
      if (problem?.code !== 'remote.authFailed' || refusedHint === undefined) return problem;
      return { ...problem, hint: refusedHint };
    },
    maxBodyBytes: 1024 * 1024,
    timeoutMs: timeoutMs ?? 30_000,
  });
}

async function requestToken(
  http: Http,
  place: TokenPlace,
  form: Record<string, string>,
  operation: string,
): Promise<IssuedToken> {
  const { context, clientId, clientSecret, system, tokenUrl } = place;
  const masker = maskerOf(context);
  for (const name of ['refresh_token', 'code', 'code_verifier', 'password']) masker.learn(form[name] ?? '');
  const basic = place.clientAuthentication === 'basic' && clientSecret !== undefined;
  const client: Record<string, string> = basic ? {} : { client_id: clientId };
  if (!basic && clientSecret !== undefined) client.client_secret = clientSecret;
  const pair = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret ?? '')}`).toString(
    'base64',
  );
  const { value } = await http.post('', {
    operation,
    form: { ...form, ...client },
    repeatable: true,
    ...(basic ? { headers: { authorization: `Basic ${pair}` } } : {}),
  });
  const token = readToken(value, system, tokenUrl, context.now());
  masker.learn(token.accessToken);
  if (token.refreshToken !== undefined) masker.learn(token.refreshToken);
  return token;
}

/** Makes a session. Nothing is sent before the first token is needed. */
export const createOAuth = (options: OAuthOptions): OAuthSession => new Session(options);

/** The two halves of PKCE. @source https://www.rfc-editor.org/rfc/rfc7636#section-4 */
export interface Pkce {
  verifier: string;
  challenge: string;
  method: 'S256';
}

/** Makes a fresh verifier with its challenge. */
export function createPkce(): Pkce {
  const verifier = randomBytes(48).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url'), method: 'S256' };
}

/**
 * The address to open in the browser for an authorization-code sign-in.
 * @param state unguessable text that must come back unchanged.
 */
export function authorizationUrl(
  authorizeUrl: string,
  options: {
    clientId: string;
    redirectUri: string;
    state: string;
    scope?: string;
    pkce?: Pkce;
    extra?: Record<string, string>;
  },
): string {
  const url = new URL(authorizeUrl);
  const query: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: options.clientId,
    redirect_uri: options.redirectUri,
    state: options.state,
    scope: options.scope,
    code_challenge: options.pkce?.challenge,
    code_challenge_method: options.pkce?.method,
    ...options.extra,
  };
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

/**
 * Trades an authorization code for tokens. The caller stores `refreshToken` in the vault before anything else.
 * @throws AppError remote.authFailed where the code is refused, remote.*
 */
export function exchangeCode(place: TokenPlace, code: string, redirectUri: string, pkce?: Pkce): Promise<IssuedToken> {
  const form: Record<string, string> = { grant_type: 'authorization_code', code, redirect_uri: redirectUri };
  if (pkce !== undefined) form.code_verifier = pkce.verifier;
  return requestToken(tokenHttp(place), place, form, 'complete the sign-in');
}

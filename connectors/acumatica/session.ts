/**
 * The session of a connection: one for all its clients, requests inside it one after the other, signed out by the last client.
 * @source Integration Development Guide 2026 R1, "License Restrictions for API Users": sessions are licensed, trial licences have two
 */
import { AsyncResource } from 'node:async_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import PQueue from 'p-queue';
import type { ConnectContext } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import { type Authorizer, createHttp, type Http } from '../kit/http.ts';
import { createOAuth, type OAuthSession } from '../kit/oauth.ts';
import { maskerOf } from '../kit/shared.ts';
import { readProblem } from './errors.ts';
import type { Settings } from './settings.ts';

/** The system's name in messages. */
export const system = 'Acumatica';

/** Scope that keeps one session for a whole grant. Never `api:concurrent_access`: it opens one per request. */
export const scope = 'api offline_access';

/** Signs in, and out again. */
export interface SignIn extends Authorizer {
  /** Signs in without asking for anything else. @throws AppError remote.* */
  open(): Promise<void>;
  signOut(): Promise<void>;
}

/** What all clients of a connection share. */
interface SharedSession {
  queue: PQueue;
  /** Lines of calls by form: an operation keeps its form for itself until it is done. */
  forms: Map<string, PQueue>;
  clients: number;
  /** Whether a session may be open on the server. */
  isOpen: boolean;
  cookie: string | undefined;
  login: Promise<string> | undefined;
}

const signOutTimeoutMs = 10_000;

// An empty form makes the content length zero; without a length the web server in front refuses the request.
const signOut = (http: Http, headers: Record<string, string>): Promise<unknown> =>
  http.post('/entity/auth/logout', {
    operation: 'sign out',
    headers,
    form: {},
    repeatable: true,
    timeoutMs: signOutTimeoutMs,
  });

class OAuthSignIn implements SignIn {
  readonly #oauth: OAuthSession;
  readonly #http: Http;
  readonly #shared: SharedSession;

  constructor(oauth: OAuthSession, http: Http, shared: SharedSession) {
    this.#oauth = oauth;
    this.#http = http;
    this.#shared = shared;
  }
  async open(): Promise<void> {
    await this.#oauth.token();
  }
  async headers(): Promise<Record<string, string>> {
    const headers = await this.#oauth.headers();
    this.#shared.isOpen = true;
    return headers;
  }
  renew(refused: Readonly<Record<string, string>>): Promise<boolean> {
    return this.#oauth.renew(refused);
  }
  async signOut(): Promise<void> {
    if (!this.#shared.isOpen) return;
    this.#shared.isOpen = false;
    const headers = await this.#oauth.headers();
    this.#oauth.forget();
    await signOut(this.#http, headers);
  }
}

class CookieSignIn implements SignIn {
  readonly #context: ConnectContext;
  readonly #settings: Settings;
  readonly #http: Http;
  readonly #shared: SharedSession;

  constructor(context: ConnectContext, settings: Settings, http: Http, shared: SharedSession) {
    this.#context = context;
    this.#settings = settings;
    this.#http = http;
    this.#shared = shared;
  }
  async open(): Promise<void> {
    await this.headers();
  }
  async headers(): Promise<Record<string, string>> {
    const shared = this.#shared;
    if (shared.cookie === undefined) {
      shared.login ??= this.#login().finally(() => {
        shared.login = undefined;
      });
      shared.cookie = await shared.login;
      shared.isOpen = true;
    }
    for (const pair of shared.cookie.split('; ')) maskerOf(this.#context).learn(pair.slice(pair.indexOf('=') + 1));
    return { cookie: shared.cookie };
  }
  async renew(refused: Readonly<Record<string, string>>): Promise<boolean> {
    if (refused.cookie === this.#shared.cookie) this.#shared.cookie = undefined;
    await this.headers();
    return true;
  }
  async signOut(): Promise<void> {
    const { cookie } = this.#shared;
    this.#shared.isOpen = false;
    this.#shared.cookie = undefined;
    if (cookie !== undefined) await signOut(this.#http, { cookie });
  }
  async #login(): Promise<string> {
    const { username, password, tenant, branch } = this.#settings;
    const body: Record<string, string> = { name: username, password };
    if (tenant !== '') body.tenant = tenant;
    if (branch !== '') body.branch = branch;
    const { headers } = await this.#http.post('/entity/auth/login', { operation: 'sign in', body, repeatable: true });
    const given: Partial<Record<string, string>> = headers;
    const pairs = [...(given['set-cookie'] ?? '').matchAll(/(?:^|,\s*)([\w.-]+)=([^;,]*)/g)];
    if (pairs.length === 0)
      throw new AppError('remote.badResponse', 'Acumatica answered the sign-in without a session cookie.');
    return pairs.map(([, name, value]) => `${name}=${value}`).join('; ');
  }
}

/** What may be wrong with a sign-in that was refused: Acumatica does not say which part. */
const refusedHint = ({ authMode }: Settings): string =>
  authMode === 'password'
    ? 'Check the client ID, also the tenant behind its @, the client secret, the user name and the password. A user who is locked or must change the password cannot sign in (form SM201010).'
    : 'Sign in on the connection again. If that is refused too, check the client ID, also the tenant behind its @, and the client secret (form SM303010).';

/** Makes the sign-in that the settings ask for. Nothing is sent yet. */
function createSignIn(context: ConnectContext, settings: Settings, shared: SharedSession): SignIn {
  const http = createHttp({
    system,
    baseUrl: settings.instanceUrl,
    context,
    errorParser: readSignInProblem,
    timeoutMs: 30_000,
  });
  if (settings.authMode === 'cookie') return new CookieSignIn(context, settings, http, shared);
  const oauth = createOAuth({
    system,
    tokenUrl: `${settings.instanceUrl}/identity/connect/token`,
    context,
    clientId: settings.clientId,
    ...(settings.clientSecret === undefined ? {} : { clientSecret: settings.clientSecret }),
    grant:
      settings.authMode === 'password'
        ? { type: 'password', username: settings.username, password: settings.password }
        : { type: 'refresh_token', secretName: 'refreshToken' },
    scope,
    refusedHint: refusedHint(settings),
  });
  return new OAuthSignIn(oauth, http, shared);
}

/** A refused sign-in by cookie is a 500 or 400 with a plain exception: no business rule but bad credentials. */
const readSignInProblem: typeof readProblem = (answer) => {
  const problem = readProblem(answer);
  const plain = problem?.code === 'remote.rejected' || (answer.status === 400 && problem?.code === undefined);
  return plain ? { ...problem, code: 'remote.authFailed', retry: false } : problem;
};

const sessions = new Map<string, SharedSession>();
const keyOf = (context: ConnectContext, settings: Settings): string =>
  JSON.stringify([
    context.connectionId,
    settings.instanceUrl,
    settings.authMode,
    settings.clientId,
    settings.username,
    settings.tenant,
  ]);

/** A client's share in the session of its connection. */
export interface SessionShare {
  signIn: SignIn;
  /** Runs one piece of work at a time in the whole session: a single request. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
  /**
   * Runs one piece of work at a time on a form, such as an action with all its polls. Requests inside it still go through
   * {@link alone}, so that waiting holds nobody up but those who want the same form.
   */
  form<Result>(entity: string, work: () => Promise<Result>): Promise<Result>;
  /** Gives the share back; the last one signs out. */
  close(): Promise<void>;
}

/** A context whose calls still go out after the run was stopped, for signing out. */
const detached = (context: ConnectContext, signal: AbortSignal): ConnectContext => ({
  ...context,
  signal,
  // A true pause: with none, a limiter that is paused for an hour would be asked again and again without ever letting go.
  sleep: (ms) => wait(ms, undefined, { signal }).catch(() => undefined),
});

/** Joins the session of a connection. */
export function joinSession(context: ConnectContext, settings: Settings): SessionShare {
  const key = keyOf(context, settings);
  const shared = sessions.get(key) ?? {
    queue: new PQueue({ concurrency: 1 }),
    forms: new Map(),
    clients: 0,
    isOpen: false,
    cookie: undefined,
    login: undefined,
  };
  shared.clients += 1;
  sessions.set(key, shared);
  let closed = false;
  return {
    signIn: createSignIn(context, settings, shared),
    // Bound to the caller: work that waited would else begin in the context of the work before it, and tell of another record.
    alone: (work) => shared.queue.add(AsyncResource.bind(work)),
    form(entity, work) {
      const line = shared.forms.get(entity) ?? new PQueue({ concurrency: 1 });
      shared.forms.set(entity, line);
      return line.add(AsyncResource.bind(work));
    },
    async close() {
      if (closed) return;
      closed = true;
      shared.clients -= 1;
      if (shared.clients > 0) return;
      sessions.delete(key);
      await shared.queue.add(() =>
        createSignIn(detached(context, AbortSignal.timeout(signOutTimeoutMs * 2)), settings, shared).signOut(),
      );
    },
  };
}

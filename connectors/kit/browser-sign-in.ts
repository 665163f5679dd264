/**
 * Browser sign-in: authorization code with PKCE over a loopback redirect. The user signs in at the system itself; Costwire sees a
 * code only, trades it for a refresh token, and keeps that in the vault.
 * @source https://www.rfc-editor.org/rfc/rfc8252, https://www.rfc-editor.org/rfc/rfc7636
 */
import { randomBytes } from 'node:crypto';
import type { ConnectContext } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import { checkRedirect, receiveCode } from './loopback.ts';
import { authorizationUrl, createPkce, exchangeCode } from './oauth.ts';

/** How long the user may take, in milliseconds. */
const patienceMs = 300_000;

/** Where and as which application to sign in. */
export interface BrowserSignIn {
  system: string;
  context: ConnectContext;
  authorizeUrl: string;
  tokenUrl: string;
  clientId: string;
  clientSecret?: string | undefined;
  /** As registered, letter by letter. */
  redirectUri: string;
  /** A redirect address that would do, for the hint. */
  redirectExample: string;
  scope?: string;
  /** Secret field that keeps the refresh token. */
  secretName: string;
  /** What to do where the system issues no refresh token. */
  refreshHint: string;
  /** Longest wait for the user, in milliseconds; five minutes where absent. */
  patienceMs?: number | undefined;
}

/**
 * Signs in through the browser and keeps the refresh token.
 * @param open opens an address in the user's browser, or shows it to her; called once, when Costwire listens for the answer.
 * @throws AppError connection.*, vault.*, remote.*, run.cancelled
 */
export async function signInByBrowser(options: BrowserSignIn, open: (url: string) => Promise<void>): Promise<void> {
  const { system, context, clientId, clientSecret, redirectUri, scope } = options;
  const redirect = checkRedirect(redirectUri, options.redirectExample);
  const { saveSecret } = context;
  if (saveSecret === undefined)
    throw new AppError('vault.locked', `The sign-in to ${system} cannot be kept, for there is no vault.`);
  const pkce = createPkce();
  const state = randomBytes(24).toString('base64url');
  const url = authorizationUrl(options.authorizeUrl, {
    clientId,
    redirectUri,
    state,
    pkce,
    ...(scope === undefined ? {} : { scope }),
  });
  const code = await receiveCode({
    system,
    redirect,
    state,
    signal: context.signal,
    patienceMs: options.patienceMs ?? patienceMs,
    listening: () => open(url),
  });
  const place = {
    system,
    tokenUrl: options.tokenUrl,
    context,
    clientId,
    ...(clientSecret === undefined ? {} : { clientSecret }),
  };
  const { refreshToken } = await exchangeCode(place, code, redirectUri, pkce);
  if (refreshToken === undefined) {
    throw new AppError('remote.authFailed', `${system} gave no refresh token, so the sign-in would not last.`, {
      hint: options.refreshHint,
    });
  }
  await saveSecret(options.secretName, refreshToken);
}

/**
 * Browser sign-in: authorization code with PKCE over a loopback redirect. The user signs in at Acumatica; Costwire sees a code only.
 * @source Integration Development Guide 2026 R1, "Authorization Code Flow"; RFC 8252 section 7.3 for the loopback redirect
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { ConnectContext } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import { authorizationUrl, createPkce, exchangeCode } from '../kit/oauth.ts';
import { isLoopback } from '../kit/urls.ts';
import { scope, system } from './session.ts';
import { readSettings } from './settings.ts';

/** How long the browser may take. */
const patienceMs = 300_000;

const page = (text: string): string =>
  `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Costwire</title></head><body><h1>${text}</h1><p>You can close this page.</p></body></html>`;

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    connection: 'close',
    'referrer-policy': 'no-referrer',
  });
  response.end(page(text));
}

const same = (given: string, expected: string): boolean =>
  given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));

/** Waits on the redirect address for the code that belongs to `state`. */
function receiveCode(redirect: URL, state: string, signal: AbortSignal, opened: () => Promise<void>): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', redirect.origin);
      if (url.pathname !== redirect.pathname || !same(url.searchParams.get('state') ?? '', state)) {
        reply(response, 404, 'This is not the sign-in that Costwire waits for.');
        return;
      }
      const code = url.searchParams.get('code');
      reply(response, 200, code === null ? 'The sign-in was refused.' : 'Signed in.');
      if (code !== null) end(() => resolve(code));
      else
        end(() =>
          reject(
            new AppError(
              'remote.authFailed',
              `Acumatica refused the browser sign-in (${url.searchParams.get('error') ?? 'no reason given'}).`,
            ),
          ),
        );
    });
    const stop = (): void => end(() => reject(new AppError('run.cancelled', 'The browser sign-in was not completed.')));
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', stop);
      server.close();
      settle();
    };
    signal.addEventListener('abort', stop, { once: true });
    server.once('error', (cause) =>
      end(() =>
        reject(
          new AppError(
            'connection.invalidField',
            `Costwire cannot listen at ${redirect.origin}, the redirect address.`,
            { cause },
          ),
        ),
      ),
    );
    server.listen(Number(redirect.port), redirect.hostname.replace(/^\[|\]$/g, ''), () => {
      opened().catch((cause: unknown) => end(() => reject(cause instanceof Error ? cause : new Error(String(cause)))));
    });
  });
}

/**
 * Signs in through the browser and keeps the refresh token in the vault.
 * @param open opens an address in the user's browser.
 * @throws AppError connection.*, remote.authFailed, run.cancelled
 */
export async function signInWithBrowser(context: ConnectContext, open: (url: string) => Promise<void>): Promise<void> {
  const settings = readSettings(context);
  const redirect = new URL(settings.redirectUri);
  if (!isLoopback(redirect) || redirect.port === '') {
    throw new AppError(
      'connection.invalidField',
      'The redirect address must be on this machine and name a port, such as http://127.0.0.1:8724/acumatica/callback.',
    );
  }
  if (context.saveSecret === undefined)
    throw new AppError('vault.locked', 'The sign-in cannot be kept, for there is no vault.');
  const pkce = createPkce();
  const state = randomBytes(24).toString('base64url');
  const url = authorizationUrl(`${settings.instanceUrl}/identity/connect/authorize`, {
    clientId: settings.clientId,
    redirectUri: settings.redirectUri,
    state,
    scope,
    pkce,
  });
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(patienceMs)]);
  const code = await receiveCode(redirect, state, signal, () => open(url));
  const place = {
    system,
    tokenUrl: `${settings.instanceUrl}/identity/connect/token`,
    context,
    clientId: settings.clientId,
    ...(settings.clientSecret === undefined ? {} : { clientSecret: settings.clientSecret }),
  };
  const token = await exchangeCode(place, code, settings.redirectUri, pkce);
  if (token.refreshToken === undefined) {
    throw new AppError(
      'remote.authFailed',
      'Acumatica gave no refresh token, so that the sign-in would last an hour only.',
      {
        hint: 'Allow the scope offline_access for the connected application (form SM303010).',
      },
    );
  }
  await context.saveSecret('refreshToken', token.refreshToken);
}

/**
 * Browser sign-in to Acumatica.
 * @source Integration Development Guide 2026 R1, "Authorization Code Flow"
 */
import type { ConnectContext } from '../../engine/model/connector.ts';
import { signInByBrowser } from '../kit/browser-sign-in.ts';
import { scope, system } from './session.ts';
import { defaultRedirect, readSettings } from './settings.ts';

/**
 * Signs in through the browser and keeps the refresh token in the vault.
 * @param open opens an address in the user's browser.
 * @throws AppError connection.*, vault.*, remote.*, run.cancelled
 */
export function signInWithBrowser(context: ConnectContext, open: (url: string) => Promise<void>): Promise<void> {
  const { instanceUrl, clientId, clientSecret, redirectUri } = readSettings(context);
  return signInByBrowser(
    {
      system,
      context,
      authorizeUrl: `${instanceUrl}/identity/connect/authorize`,
      tokenUrl: `${instanceUrl}/identity/connect/token`,
      clientId,
      clientSecret,
      redirectUri,
      redirectExample: defaultRedirect,
      scope,
      secretName: 'refreshToken',
      refreshHint: 'Allow the scope offline_access for the connected application (form SM303010).',
    },
    open,
  );
}

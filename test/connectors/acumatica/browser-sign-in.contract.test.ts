import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signInWithBrowser } from '../../../connectors/acumatica/browser-sign-in.ts';
import { acumatica } from '../../../connectors/acumatica/index.ts';
import { simulator } from '../../../connectors/acumatica/simulator/index.ts';
import type { ConnectContext } from '../../../engine/model/connector.ts';
import { freePort } from '../../support/ports.ts';
import { testContext } from '../kit/context.ts';

let server: Awaited<ReturnType<typeof simulator.start>>;
let fields: Record<string, string>;

beforeEach(async () => {
  server = await simulator.start();
  const redirectUri = `http://127.0.0.1:${await freePort()}/acumatica/callback`;
  server.state.redirectUris = [redirectUri];
  fields = { ...server.fields, authMode: 'authorization_code_pkce', redirectUri };
});
afterEach(() => server.stop());

/** A browser: follows the redirection that the consent page answers. */
const browse = async (url: string): Promise<void> => {
  const answer = await fetch(url, { redirect: 'follow' });
  await answer.text();
};
const secrets = () => ({ clientSecret: server.secrets.clientSecret ?? '' });

async function readAccounts(context: ConnectContext): Promise<number> {
  const client = acumatica.connect(context);
  const accounts = acumatica.resources.find(({ id }) => id === 'accounts');
  let count = 0;
  try {
    for await (const event of accounts?.read?.(client, { signal: context.signal }) ?? [])
      count += event.kind === 'page' ? event.records.length : 0;
  } finally {
    await client.close();
  }
  return count;
}

describe('browser sign-in', () => {
  it('keeps a refresh token, which every renewal replaces', async () => {
    const { context, saved } = testContext({ fields, secrets: secrets() });
    await signInWithBrowser(context, browse);
    const first = saved.refreshToken ?? '';
    expect(first).not.toBe('');
    const later = testContext({ fields, secrets: { ...secrets(), refreshToken: first } });
    expect(await readAccounts(later.context)).toBe(40);
    expect(later.saved.refreshToken).not.toBe(first);
    expect(
      await readAccounts(
        testContext({ fields, secrets: { ...secrets(), refreshToken: later.saved.refreshToken ?? '' } }).context,
      ),
    ).toBe(40);
    await expect(
      readAccounts(testContext({ fields, secrets: { ...secrets(), refreshToken: first } }).context),
    ).rejects.toMatchObject({ code: 'remote.authFailed' });
  });

  it('accepts neither a foreign state nor a wrong verifier', async () => {
    const { context, saved } = testContext({ fields, secrets: secrets() });
    await expect(
      signInWithBrowser(context, async (url) => {
        const foreign = await fetch(`${fields.redirectUri}?code=stolen&state=guess`);
        expect(foreign.status).toBe(404);
        const forged = new URL(url);
        forged.searchParams.set('code_challenge', 'somebody-elses-challenge');
        await browse(forged.href);
      }),
    ).rejects.toMatchObject({ code: 'remote.authFailed' });
    expect(saved).toEqual({});
  });

  it('ends when the user gives up', async () => {
    const stop = new AbortController();
    const { context } = testContext({ fields, secrets: secrets(), signal: stop.signal });
    const waiting = signInWithBrowser(context, () => {
      stop.abort();
      return Promise.resolve();
    });
    await expect(waiting).rejects.toMatchObject({ code: 'run.cancelled' });
  });

  it('refuses a redirect address that is not on this machine', async () => {
    const { context } = testContext({
      fields: { ...fields, redirectUri: 'https://evil.example/callback' },
      secrets: secrets(),
    });
    await expect(signInWithBrowser(context, browse)).rejects.toMatchObject({ code: 'connection.invalidField' });
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, signIn } from '../../../connectors/procore/client.ts';
import { simulator } from '../../../connectors/procore/simulator/index.ts';
import { freePort } from '../../support/ports.ts';
import { testContext } from '../kit/context.ts';

let server: Awaited<ReturnType<typeof simulator.start>>;
let fields: Record<string, string>;

beforeEach(async () => {
  server = await simulator.start();
  // Procore takes plain http for the name localhost only.
  const redirectUri = `http://localhost:${await freePort()}/procore/callback`;
  server.state.redirectUris = [redirectUri];
  fields = { ...server.fields, signIn: 'user', redirectUri };
});
afterEach(() => server.stop());

const browse = async (url: string): Promise<void> => void (await (await fetch(url)).text());

describe('a user who signs in to Procore', () => {
  it('leaves a refresh token that every renewal replaces', async () => {
    const { context, saved } = testContext({ fields, secrets: server.secrets });
    await signIn(context, browse);
    const first = saved.refreshToken ?? '';
    const later = testContext({ fields, secrets: { ...server.secrets, refreshToken: first } });
    await expect(connect(later.context).session.token()).resolves.toMatchObject({ lifetimeMs: 5_400_000 });
    expect(later.saved.refreshToken).toMatch(/./);
    expect(later.saved.refreshToken).not.toBe(first);
    const stale = testContext({ fields, secrets: { ...server.secrets, refreshToken: first } });
    await expect(connect(stale.context).session.token()).rejects.toMatchObject({ code: 'remote.authFailed' });
  });

  it('is told so where nobody has signed in yet', async () => {
    const { context } = testContext({ fields, secrets: server.secrets });
    await expect(connect(context).session.token()).rejects.toMatchObject({ code: 'vault.missingSecret' });
  });

  it('proves that the code came to the one who asked for it', async () => {
    const { context, saved } = testContext({ fields, secrets: server.secrets });
    const forged = signIn(context, (url) => {
      const other = new URL(url);
      other.searchParams.set('code_challenge', 'somebody-elses-challenge');
      return browse(other.href);
    });
    await expect(forged).rejects.toMatchObject({ code: 'remote.authFailed' });
    expect(saved).toEqual({});
  });

  it.each([
    ['an app that is not known', { clientId: 'unknown' }],
    ['a redirect address that is not registered', { redirectUri: 'http://localhost:1/other' }],
  ])('gets no code for %s', async (_what, changes) => {
    const url = new URL(`${server.address}/oauth/authorize?response_type=code&state=s`);
    const sent = { clientId: server.fields.clientId ?? '', redirectUri: fields.redirectUri ?? '', ...changes };
    url.searchParams.set('client_id', sent.clientId);
    url.searchParams.set('redirect_uri', sent.redirectUri);
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(401);
  });
});

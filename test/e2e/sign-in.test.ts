import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listed } from '../../connectors/kit/define.ts';
import { procore } from '../../connectors/procore/index.ts';
import { simulator } from '../../connectors/procore/simulator/index.ts';
import { freePort } from '../support/ports.ts';
import { stage } from './support/story.ts';

const on = stage([listed(procore)]);

let server: Awaited<ReturnType<typeof simulator.start>>;
let id: string;

beforeAll(async () => {
  server = await simulator.start();
  const redirectUri = `http://localhost:${await freePort()}/procore/callback`;
  server.state.redirectUris = [redirectUri];
  const saved = await on.designer.client.connection.save({
    name: 'Procore, my own user',
    connector: 'procore',
    environment: 'sandbox',
    fields: { ...server.fields, signIn: 'user', redirectUri },
    secrets: { clientSecret: server.secrets.clientSecret ?? '' },
  });
  id = saved.id;
});
afterAll(() => server.stop());

describe('signing in through the browser', () => {
  it('can be given up, and opens the page of the system by a click', async () => {
    const { page, context } = await on.open(`/connections/${id}`);
    const panel = page.getByRole('region', { name: 'Browser sign-in' });
    await panel.getByText('Nobody has signed in yet').waitFor();
    expect(await page.getByLabel('User sign-in').count()).toBe(0);
    await panel.getByRole('button', { name: 'Sign in to Procore' }).click();
    await panel.getByRole('link', { name: 'Open the sign-in page' }).waitFor();
    await panel.getByRole('button', { name: 'Give up' }).click();
    await panel.getByText('Nobody has signed in yet').waitFor();

    await panel.getByRole('button', { name: 'Sign in to Procore' }).click();
    const opened = context.waitForEvent('page');
    await panel.getByRole('link', { name: 'Open the sign-in page' }).click();
    await (await opened).getByRole('heading', { name: 'Your sign-in has reached Costwire' }).waitFor();
    await panel.getByText('Signed in to Procore.').waitFor();
    await panel.getByRole('button', { name: 'Sign in to Procore again' }).waitFor();
    // The checks start by themselves with what was kept.
    await page
      .getByRole('region', { name: 'Checks' })
      .getByText(/checks passed/)
      .waitFor();
  });

  it('says why it was refused', async () => {
    server.services.faults.add('deny-consent');
    const { page, context } = await on.open(`/connections/${id}`);
    const panel = page.getByRole('region', { name: 'Browser sign-in' });
    await panel.getByRole('button', { name: 'Sign in to Procore' }).click();
    const opened = context.waitForEvent('page');
    await panel.getByRole('link', { name: 'Open the sign-in page' }).click();
    await (await opened).getByRole('heading', { name: 'The sign-in was refused' }).waitFor();
    expect(await panel.getByRole('alert').innerText()).toContain('Procore refused the sign-in (access_denied).');
  });
});

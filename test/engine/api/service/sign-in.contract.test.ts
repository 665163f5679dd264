import { afterEach, describe, expect, it } from 'vitest';
import { acumatica } from '../../../../connectors/acumatica/index.ts';
import { simulator as acumaticaSimulator } from '../../../../connectors/acumatica/simulator/index.ts';
import { listed } from '../../../../connectors/kit/define.ts';
import { procore } from '../../../../connectors/procore/index.ts';
import { simulator as procoreSimulator } from '../../../../connectors/procore/simulator/index.ts';
import type { CostwireClient, SignInStep } from '../../../../engine/api/contract.ts';
import type { PingCheck } from '../../../../engine/model/connection.ts';
import { connectClient } from '../../../support/client.ts';
import { freePort } from '../../../support/ports.ts';
import { testService } from '../../../support/service.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const systems = {
  procore: { connector: listed(procore), simulator: procoreSimulator, fields: { signIn: 'user' } },
  acumatica: {
    connector: listed(acumatica),
    simulator: acumaticaSimulator,
    fields: { authMode: 'authorization_code_pkce' },
  },
};
type System = keyof typeof systems;

/** A service with one saved connection that signs in through the browser. */
async function signInService(system: System, options: { faults?: string[]; opens?: (address: string) => void } = {}) {
  const { connector, simulator, fields } = systems[system];
  const { faults = [], opens } = options;
  const running = await simulator.start({ faults });
  cleanups.push(running.stop);
  const redirectUri = `http://localhost:${await freePort()}/callback`;
  running.state.redirectUris = [redirectUri];
  const test = await testService({
    connectors: [connector],
    ...(opens === undefined ? {} : { openAddress: async (address: string) => opens(address) }),
  });
  cleanups.push(test.close);
  const { client, close } = connectClient(test.service);
  cleanups.push(close);
  const { clientSecret = '' } = running.secrets;
  const { username: _user, ...open } = running.fields;
  const { id } = await client.connection.save({
    name: 'Ours',
    connector: system,
    environment: 'sandbox',
    fields: { ...open, ...fields, redirectUri },
    secrets: { clientSecret },
  });
  return { ...test, client, id, redirectUri };
}

/** Goes through the steps; `act` is the user, who is shown the address. */
async function follow(
  client: CostwireClient,
  id: string,
  act: (address: string) => unknown,
  signal?: AbortSignal,
): Promise<SignInStep[]> {
  const steps: SignInStep[] = [];
  for await (const step of await client.connection.signIn({ id }, signal === undefined ? {} : { signal })) {
    steps.push(step);
    if (step.step === 'open') await act(step.address);
  }
  return steps;
}

const browse = async (address: string): Promise<void> => void (await (await fetch(address)).text());
const names = (steps: readonly SignInStep[]) => steps.map(({ step }) => step);

describe.each(['procore', 'acumatica'] as const)('signing in to %s through the browser', (system) => {
  it('shows the address, keeps the sign-in in the vault, and the connection works', async () => {
    const { client, id, vault } = await signInService(system);
    const steps = await follow(client, id, browse);
    expect(names(steps)).toEqual(['open', 'waiting', 'signed-in']);
    expect(steps[0]).toMatchObject({ opened: false });
    const token = await vault.get(id, 'refreshToken');
    expect(token).toMatch(/./);
    expect(JSON.stringify(steps)).not.toContain(token);
    expect((await client.connection.get({ id })).secrets).toEqual(['clientSecret', 'refreshToken']);
    const checks = new Map<string, PingCheck>();
    for await (const check of await client.connection.ping({ id })) checks.set(check.id, check);
    expect([...checks.values()].filter(({ status }) => status === 'failed')).toEqual([]);
    expect(await vault.get(id, 'refreshToken')).not.toBe(token);
  });

  it('tells that consent was denied and keeps nothing', async () => {
    const { client, id, vault } = await signInService(system, { faults: ['deny-consent'] });
    const steps = await follow(client, id, browse);
    expect(names(steps)).toEqual(['open', 'waiting', 'failed']);
    expect(steps.at(-1)).toMatchObject({ error: { code: 'remote.authFailed' } });
    expect(await vault.names(id)).toEqual(['clientSecret']);
  });

  it('goes on waiting where a page comes with another state', async () => {
    const { client, id, redirectUri } = await signInService(system);
    const steps = await follow(client, id, async (address) => {
      expect((await fetch(`${redirectUri}?code=stolen&state=guess`)).status).toBe(404);
      await browse(address);
    });
    expect(names(steps)).toEqual(['open', 'waiting', 'signed-in']);
  });

  it('is given up by the second one, and by leaving', async () => {
    const { client, id } = await signInService(system);
    let second: Promise<SignInStep[]> | undefined;
    const first = await follow(client, id, () => {
      second = follow(client, id, browse);
    });
    expect(first.at(-1)).toMatchObject({ step: 'failed', error: { code: 'run.cancelled' } });
    expect(names((await second) ?? [])).toEqual(['open', 'waiting', 'signed-in']);
    const leaving = new AbortController();
    await follow(client, id, () => leaving.abort(), leaving.signal).catch(() => undefined);
    expect(names(await follow(client, id, browse))).toEqual(['open', 'waiting', 'signed-in']);
  });
});

it('opens the address itself where the host can', async () => {
  const opened: string[] = [];
  const { client, id } = await signInService('acumatica', {
    opens: (address) => {
      opened.push(address);
      void browse(address);
    },
  });
  const steps = await follow(client, id, () => undefined);
  expect(steps[0]).toMatchObject({ step: 'open', opened: true, address: opened[0] });
  expect(names(steps).at(-1)).toBe('signed-in');
});

it('refuses a connection that signs in by itself', async () => {
  const { client, workspace } = await signInService('procore');
  const [known] = await workspace.connections.list();
  if (known === undefined) throw new Error('no connection');
  await workspace.connections.save({ ...known, fields: { ...known.fields, signIn: 'service-account' } });
  expect(await follow(client, known.id, () => undefined)).toMatchObject([
    { step: 'failed', error: { code: 'connection.noSignIn' } },
  ]);
});

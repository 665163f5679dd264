import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CommandLine, openCommandLine } from '../templates/command-line.ts';
import { type Stage, setStage } from '../templates/stage.ts';

let stage: Stage;
let workspace: CommandLine;
beforeAll(async () => {
  [stage, workspace] = await Promise.all([setStage(), openCommandLine()]);
  await connect('procore');
  await connect('acumatica');
  await workspace.use('procore-acumatica-invoices', 'Invoices');
});
afterEach(() => {
  for (const system of [stage.procore, stage.acumatica]) {
    system.services.faults.clear();
    system.services.tokens.revokeAll();
  }
  stage.acumatica.state.sessions.clear();
});
afterAll(async () => {
  await stage.stop();
  await workspace.remove();
});

/** Changes of a connection: fields, and secrets by name. */
interface Broken {
  fields?: Record<string, string>;
  secrets?: Record<string, string>;
  fault?: string;
}

async function connect(system: 'procore' | 'acumatica', { fields, secrets }: Broken = {}): Promise<void> {
  const running = stage[system];
  const set = Object.entries({ ...running.fields, ...fields }).flatMap(([name, value]) => [
    '--set',
    `${name}=${value}`,
  ]);
  const named = Object.entries({ ...running.secrets, ...secrets });
  const secret = named.flatMap(([name]) => ['--secret', name]);
  const add = ['connection', 'add', '--connector', system, '--environment', 'practice', '--name', system];
  const input = named.map(([, value]) => `${value}\n`).join('');
  expect(await workspace.costwire([...add, ...set, ...secret], { input, answered: () => undefined })).toBe(0);
}

/** What a person reads. */
async function ping(system: 'procore' | 'acumatica', broken: Broken = {}): Promise<{ code: number; text: string }> {
  await connect(system, broken);
  if (broken.fault !== undefined) stage[system].services.faults.add(broken.fault);
  let text = '';
  const code = await workspace.costwire(['ping', system], {
    answered: (part) => {
      text += part;
    },
  });
  return { code, text };
}

describe('ping', { timeout: 120_000 }, () => {
  it.each([
    ['procore', ['Sign in', 'Company', 'Active projects', 'Read Requisitions', 'Read Vendors', 'Clock', 'Calls left']],
    ['acumatica', ['Reach the instance', 'Sign in', 'Company and branch', 'Open period', 'Clock', 'May use Bills']],
  ] as const)('of a healthy %s names what it checked, and no more than warns', async (system, labels) => {
    const { code, text } = await ping(system);
    expect(code).toBe(0);
    for (const label of labels) expect(text).toMatch(new RegExp(`^✓ ${label}`, 'm'));
    expect(text).not.toContain('✗');
    expect(text).toContain(`“${system}” works`);
  });

  it('checks every right that a flow needs, also where it only looks values up', async () => {
    const { text } = await ping('acumatica');
    const rights = [...text.matchAll(/^✓ May use (.+): May be read/gm)].map(([, title]) => title);
    expect(new Set(rights)).toEqual(
      new Set(['Accounts', 'Bills (AP)', 'Cost codes', 'Financial periods', 'Project tasks', 'Projects', 'Vendors']),
    );
  });

  const nowhere = 'http://127.0.0.1:9';
  it.each<[string, 'procore' | 'acumatica', Broken, check: string, cause: string, remedy: string]>([
    [
      'a wrong secret',
      'procore',
      { secrets: { clientSecret: 'x' } },
      'Sign in',
      'did not accept the sign-in. It says',
      'Check client id and secret',
    ],
    [
      'a wrong company',
      'procore',
      { fields: { companyId: '1234' } },
      'Company',
      'does not see company 1234. It sees Brightwater',
      'Correct the company id',
    ],
    [
      'a host that is not there',
      'procore',
      { fields: { loginUrl: nowhere, apiUrl: nowhere } },
      'Sign in',
      'nothing answers at 127.0.0.1:9',
      'Check the address',
    ],
    [
      'an app that is not installed',
      'procore',
      { fields: { companyId: '562949953500999' } },
      'Company',
      'App is not connected to this company',
      'the app is installed',
    ],
    [
      'a missing right',
      'procore',
      { fault: 'path=requisitions;status=403' },
      'Read Requisitions (subcontractor invoices)',
      'does not allow this (to list requisitions',
      'may see the project and the tool',
    ],
    [
      'calls that are used up',
      'procore',
      { fault: 'limited;path=/rest/' },
      'Company',
      'refuses further calls for now',
      'Ping again in a few minutes',
    ],
    [
      'a wrong secret',
      'acumatica',
      { secrets: { clientSecret: 'x' } },
      'Sign in',
      'the client id or the client secret is not known there',
      'the tenant behind its @',
    ],
    [
      'a wrong password',
      'acumatica',
      { secrets: { password: 'x' } },
      'Sign in',
      'the user name, the password or the kept sign-in is not valid',
      'A user who is locked',
    ],
    [
      'a wrong tenant',
      'acumatica',
      { fields: { clientId: '88358B02-0FF4-4C7D-9B5E-5A3C9F0E30F6@Other' } },
      'Sign in',
      'did not accept the sign-in',
      'the tenant behind its @',
    ],
    [
      'a host that is not there',
      'acumatica',
      { fields: { instanceUrl: nowhere } },
      'Reach the instance',
      'nothing answers at 127.0.0.1:9',
      'Check the address',
    ],
    [
      'a version that is not served',
      'acumatica',
      { fields: { endpointVersion: '19.200.001' } },
      'Endpoint and version',
      'It serves: 20.200.001',
      'Choose one of the versions',
    ],
    [
      'a missing right',
      'acumatica',
      { fault: 'forbid-bill' },
      'May use Bills (AP)',
      'Insufficient access rights',
      'Give the API user access',
    ],
    [
      'a missing right to look values up',
      'acumatica',
      { fault: 'forbid-projecttask' },
      'May use Project tasks',
      'Insufficient access rights',
      'Give the API user access',
    ],
    [
      'a licence without a free session',
      'acumatica',
      { fault: 'session-limit-html' },
      'API session',
      'no API user of the licence is free',
      'Sign other API users out',
    ],
    [
      'a module that is not set up',
      'acumatica',
      { fault: 'not-set-up' },
      'API session',
      'configuration data is not entered',
      'Complete the setup',
    ],
  ])(
    'tells %s of %s by the check that fails, with cause and remedy, each once',
    async (_title, system, broken, check, cause, remedy) => {
      const { code, text } = await ping(system, broken);
      expect(code).toBe(1);
      const failures = text.split(/^(?=[✓✗!-] )/m).filter((part) => part.startsWith('✗'));
      expect(failures).toHaveLength(1);
      const [label = '', why = '', what = ''] = (failures[0] ?? '').split('\n');
      expect(label).toBe(`✗ ${check}`);
      expect(why).toContain(cause);
      expect(what).toMatch(/^ {4}→ /);
      expect(what).toContain(remedy);
      expect(text).toMatch(new RegExp(`“${system}” does not work yet: 1 of \\d+ checks failed`));
    },
  );

  it('tells a wrong path on the right host as the address of something else', async () => {
    const { text } = await ping('acumatica', { fields: { instanceUrl: `${stage.acumatica.address}/Nope` } });
    expect(text).toContain('/Nope, but it is not Acumatica.');
    expect(text).toContain('before “/Main”');
  });

  it('warns of a clock that differs and works all the same', async () => {
    const { code, text } = await ping('procore', { fault: 'skewed-clock' });
    expect(code).toBe(0);
    expect(text).toMatch(/! Clock: The clocks differ by 5\d\d seconds|! Clock: The clocks differ by 600 seconds/);
    expect(text).toContain('“procore” works, with 1 warning.');
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { acumatica } from '../../../connectors/acumatica/index.ts';
import type { ConnectContext } from '../../../engine/model/connector.ts';
import {
  connectTo,
  errorOf as failure,
  pinged as pingAll,
  readAll as read,
  type Server,
  startServer,
} from './support.ts';

let server: Server;
beforeEach(async () => {
  server = await startServer();
});

const connect = (
  fields: Record<string, string> = {},
  secrets: Record<string, string> = {},
  more: Partial<ConnectContext> = {},
) => connectTo(server, fields, secrets, more);

describe('the session', () => {
  it.each(['password', 'cookie'])(
    'is one for all clients of a connection (%s), and the last one signs out',
    async (authMode) => {
      const first = connect({ authMode, tenant: 'Brightwater Live' });
      const second = connect(
        { authMode, tenant: 'Brightwater Live' },
        {},
        { connectionId: first.context.connectionId },
      );
      await Promise.all([
        read(first.client, 'accounts'),
        read(second.client, 'subaccounts'),
        read(second.client, 'cost-codes'),
      ]);
      expect(server.state.mostSessions).toBe(1);
      await first.client.close();
      expect(server.state.sessions.size).toBe(1);
      await second.client.close();
      expect(server.state.sessions.size).toBe(0);
    },
  );

  it('is signed out after a run that was stopped', async () => {
    const stop = new AbortController();
    const { client } = connect({}, {}, { signal: stop.signal });
    await read(client, 'accounts');
    stop.abort();
    await client.close();
    expect(server.state.sessions.size).toBe(0);
  });

  it('is signed out in peace while the system wants a pause', async () => {
    let looks = 0;
    const now = () => {
      looks += 1;
      return Date.now();
    };
    const { client } = connect({}, {}, { now });
    await read(client, 'accounts');
    looks = 0;
    client.http.limiter.pause(300, Date.now());
    await client.close();
    expect(server.state.sessions.size).toBe(0);
    expect(looks).toBeLessThan(50);
  });

  it('never asks for a session per request', async () => {
    const { client } = connect();
    for (let turn = 0; turn < 4; turn += 1) await read(client, 'subaccounts');
    expect(server.state.mostSessions).toBe(1);
    const body = server.services.log.list({ path: '/connect/token' })[0]?.body;
    expect(body).toContain('scope=api+offline_access');
    expect(body).toContain('%40Brightwater');
  });

  it('is opened again when its token expired in the middle', async () => {
    server.services.faults.add('path=/entity/Default;nth=2;action=expire-tokens');
    const { client } = connect();
    await read(client, 'accounts');
    expect(await read(client, 'subaccounts')).toHaveLength(4);
  });

  it.each(['no-session-429', 'no-session-429-json', 'no-session-500-html'])(
    'says that the licence has no free API user (%s)',
    async (fault) => {
      server.services.faults.add(`path=/entity/Default;${fault}`);
      const { client, waits } = connect();
      expect(await failure(read(client, 'accounts'))).toMatchObject({ code: 'remote.sessionLimit' });
      expect(waits.length).toBeGreaterThan(2);
    },
  );

  it('waits and goes on when the licence declines requests or the server recycles', async () => {
    server.services.faults.add('declined-requests');
    server.services.faults.add('path=/Account;nth=1;times=2;status=503;body=html');
    const { client } = connect();
    expect(await read(client, 'accounts')).toHaveLength(40);
  });

  it('keeps secrets out of what it shows', async () => {
    const { client, exchanges } = connect();
    await read(client, 'accounts');
    const shown = JSON.stringify(exchanges);
    for (const secret of Object.values(server.secrets)) expect(shown).not.toContain(secret);
    expect(shown).not.toMatch(/Bearer [\w-]{20}/);
  });
});

describe('reading', () => {
  it('pages through lists in any order without repeats', async () => {
    server.services.faults.add('pad-keys');
    const { client } = connect();
    const codes = await read(client, 'cost-codes');
    expect(new Set(codes.map((record) => record.id)).size).toBe(82);
    expect(codes[0]?.id).toBe('00000000');
    expect(codes[1]?.value).toMatchObject({ CostCodeID: expect.stringMatching(/^\d{8}$/) as string });
  });

  it('reads what changed since, and only pushes filters that the server can apply', async () => {
    const { client } = connect();
    expect(await read(client, 'vendors', { since: '2027-01-01T00:00:00Z' })).toEqual([]);
    const some = await read(client, 'project-tasks', { filter: { ProjectID: ['2407', "O'Neil"] } });
    expect(some.map((record) => record.id)).toContain('2407/10');
    expect(new Set(some.map((record) => record.value.ProjectID))).toEqual(new Set(['2407']));
  });

  it('reads keys first and then one by one where a list cannot be expanded', async () => {
    const { client } = connect();
    const bills = await server.documents('bills');
    const check = await client.put(
      'Check',
      {
        Vendor: { value: String(bills.at(-1)?.Vendor) },
        PaymentRef: { value: '1001' },
        Hold: { value: false },
        Details: [
          {
            DocType: { value: 'Bill' },
            ReferenceNbr: { value: String(bills.at(-1)?.ReferenceNbr) },
            AmountPaid: { value: '10' },
          },
        ],
      },
      { select: ['ReferenceNbr', 'Type'] },
      { operation: 'pay' },
    );
    const number = (check as { ReferenceNbr: { value: string } }).ReferenceNbr.value;
    await client.act(
      'Check',
      'ReleaseCheck',
      { entity: { Type: { value: 'Payment' }, ReferenceNbr: { value: number } } },
      'release',
    );
    const checks = await read(client, 'checks');
    expect(checks).toMatchObject([
      { id: `Payment/${number}`, value: { Status: 'Closed', History: [{ AmountPaid: '10.00' }] } },
    ]);
    expect(server.services.log.list({ path: '/Check?' }).map((entry) => entry.status)).toContain(500);
  });

  it('answers nothing for a record that does not exist, which the server calls an error', async () => {
    const { client } = connect();
    const accounts = acumatica.resources.find((resource) => resource.id === 'accounts');
    for (let turn = 0; turn < 6; turn += 1) expect(await accounts?.get?.(client, '99999')).toBeUndefined();
    expect(await accounts?.get?.(client, '51100')).toMatchObject({ id: '51100', value: { Active: true } });
  });

  it.each(['truncate-json', 'html', 'cut-during'])(
    'asks again after an answer that is not whole (%s)',
    async (fault) => {
      server.services.faults.add(`path=/Subaccount;nth=1;${fault}`);
      const { client } = connect();
      expect(await read(client, 'subaccounts')).toHaveLength(4);
    },
  );

  it('reads periods, branches and a generic inquiry', async () => {
    const { client } = connect();
    const periods = await read(client, 'periods');
    expect(periods).toHaveLength(24);
    expect(
      periods.filter((period) => period.value.ClosedInAP === true).map((period) => period.value.FinancialPeriodID),
    ).toEqual(['022026']);
    expect((await read(client, 'branches')).map((branch) => branch.id)).toEqual(['MAIN', 'WEST']);
    expect((await client.inquiry('PROCORE-OpenBills', { top: 100, skip: 0 })).length).toBeGreaterThan(1);
  });

  it('works at the root of a host as well as in a virtual directory', async () => {
    const { client } = connect({ instanceUrl: `${server.address}/` });
    expect(await read(client, 'subaccounts')).toHaveLength(4);
  });
});

describe('endpoint versions', () => {
  it.each(['', 'not-found-json', 'not-found-empty'])(
    'names the versions that exist when the chosen one does not (%s)',
    async (fault) => {
      if (fault !== '') server.services.faults.add(fault);
      const { client } = connect({ endpointVersion: '24.100.001' });
      const error = await failure(read(client, 'accounts'));
      expect(error.code).toBe('remote.wrongVersion');
      expect(error.message).toContain('24.200.001');
    },
  );

  it('offers them as choices, newest first, from both forms of the list', async () => {
    const { client } = connect();
    const choices = await acumatica.choices?.(client, 'endpointVersion');
    expect(choices?.map((choice) => choice.value)).toEqual([
      '25.200.001',
      '24.200.001',
      '23.200.001',
      '22.200.001',
      '20.200.001',
    ]);
    server.services.faults.add('entity-list-array');
    expect(await acumatica.choices?.(client, 'endpointVersion')).toEqual(choices);
  });

  it('reads with every version that is served', async () => {
    for (const endpointVersion of ['20.200.001', '22.200.001', '23.200.001', '25.200.001']) {
      const { client } = connect({ endpointVersion });
      expect((await read(client, 'bills')).length).toBeGreaterThan(5);
      expect((await read(client, 'vendors', { limit: 3 })).length).toBe(3);
      await client.close();
    }
    const { client } = connect({ endpointVersion: '22.200.001' });
    expect((await failure(read(client, 'subcontracts'))).code).toBe('remote.notFound');
  });
});

describe('ping', () => {
  it('passes on a healthy connection', async () => {
    const { client } = connect({ endpointVersion: '25.200.001' });
    const checks = await pingAll(client, [
      { resource: 'bills', write: true },
      { resource: 'vendors', write: false },
    ]);
    expect([...checks.values()].map(({ id, status }) => [id, status])).toEqual([
      ['reach', 'ok'],
      ['version', 'ok'],
      ['sign-in', 'ok'],
      ['session', 'ok'],
      ['company', 'ok'],
      ['periods', 'ok'],
      ['clock', 'ok'],
      ['need-bills', 'ok'],
      ['need-vendors', 'ok'],
    ]);
  });

  it.each<[string, Record<string, string>, Record<string, string>, string[], string]>([
    ['a wrong host', { instanceUrl: 'http://127.0.0.1:9' }, {}, [], 'reach'],
    ['a wrong path', { instanceUrl: '$/NoSuchSite' }, {}, [], 'reach'],
    ['a wrong version', { endpointVersion: '19.200.001' }, {}, [], 'version'],
    ['a wrong secret', {}, { clientSecret: 'wrong-secret' }, [], 'sign-in'],
    ['a wrong password', {}, { password: 'wrong-password' }, [], 'sign-in'],
    ['a wrong cookie password', { authMode: 'cookie' }, { password: 'wrong-password' }, [], 'sign-in'],
    ['a wrong tenant', { authMode: 'cookie', tenant: 'Nobody' }, {}, [], 'sign-in'],
    ['no free session', {}, {}, ['session-limit'], 'session'],
    ['a tenant without setup', {}, {}, ['not-set-up'], 'session'],
    ['a missing right', {}, {}, ['forbid-bill'], 'need-bills'],
  ])('tells %s with cause and remedy', async (_title, fields, secrets, faults, expected) => {
    for (const fault of faults) server.services.faults.add(fault);
    const { instanceUrl } = fields;
    const { client } = connect(
      { ...fields, ...(instanceUrl === undefined ? {} : { instanceUrl: instanceUrl.replace('$', server.address) }) },
      secrets,
    );
    const checks = await pingAll(client);
    const broken = [...checks.values()].filter((check) => check.status === 'failed');
    expect(broken.map((check) => check.id)).toEqual([expected]);
    expect(broken[0]?.cause).toBeTruthy();
    expect(broken[0]?.remedy).toBeTruthy();
  });
});

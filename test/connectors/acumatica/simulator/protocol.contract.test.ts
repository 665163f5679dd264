/** The simulated server seen from outside: addresses, sign-in, sessions. What the connector relies on must be refused where the real one does. */
import { request } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Fields } from '../../../../engine/model/record.ts';
import { type Server, startServer } from '../support.ts';

let server: Server;
let base: string;
beforeEach(async () => {
  server = await startServer();
  base = `${server.address}/AcmeERP`;
});

const credentials = () => ({
  client_id: String(server.fields.clientId),
  client_secret: String(server.secrets.clientSecret),
  username: String(server.fields.username),
  password: String(server.secrets.password),
});
async function token(form: Record<string, string>) {
  const body = new URLSearchParams({ grant_type: 'password', scope: 'api offline_access', ...credentials(), ...form });
  const answer = await fetch(`${base}/identity/connect/token`, { method: 'POST', body });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}
const get = (path: string, headers: Record<string, string> = {}) => fetch(base + path, { headers });
const accounts = '/entity/Default/24.200.001/Account?$top=1';
const bearer = async (scope = 'api') => ({
  authorization: `Bearer ${(await token({ scope })).body.access_token}`,
});
const login = (fields: Record<string, string>) =>
  fetch(`${base}/entity/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: credentials().username, password: credentials().password, ...fields }),
  });
const cookieOf = (answer: Response) =>
  /ASP\.NET_SessionId=[\w-]+/.exec(answer.headers.get('set-cookie') ?? '')?.[0] ?? '';

describe('addresses', () => {
  it('show an endpoint of the customer to those who are signed in only', async () => {
    const names = async (headers: Record<string, string> = {}) =>
      ((await (await get('/entity', headers)).json()) as { endpoints: { name: string }[] }).endpoints.map(
        ({ name }) => name,
      );
    expect(await names()).not.toContain('ProcoreLink');
    expect(await names(await bearer())).toContain('ProcoreLink');
    expect((await get('/entity/ProcoreLink/1.0.0/Account?$top=1', await bearer())).status).toBe(200);
  });

  it('describe an endpoint by its own schema, in which versions differ', async () => {
    const headers = await bearer();
    const schemas = async (version: string) => {
      const answer = await get(`/entity/Default/${version}/swagger.json?company=x`, headers);
      return Object.keys(((await answer.json()) as { components: { schemas: Fields } }).components.schemas);
    };
    expect(await schemas('24.200.001')).toEqual(expect.arrayContaining(['Bill', 'BillDetails', 'Subcontract']));
    expect(await schemas('22.200.001')).not.toContain('Subcontract');
  });

  it('refuse names in another case, options that do not exist, and parts that cannot be expanded', async () => {
    const headers = await bearer();
    for (const [path, status] of [
      ['/entity/Default/24.200.001/account?$top=1', 404],
      ['/entity/Default/24.200.001/Account?$select=accountcd', 400],
      ['/entity/Default/24.200.001/Account?$count=true', 400],
      ['/entity/Default/24.200.001/Bill?$expand=Lines', 400],
      ['/entity/Default/24.200.001/Bill?$custom=Document.Nonsense', 400],
      ['/entity/Default/24.200.001/Bill/Bill/999999', 500],
    ] as const)
      expect([path, (await get(path, headers)).status]).toEqual([path, status]);
  });

  it('take deletions of drafts and refuse those of released documents; PATCH is in the newest version only', async () => {
    const headers = { ...(await bearer()), 'content-type': 'application/json' };
    const send = (method: string, path: string, body?: Fields) =>
      fetch(`${base}/entity/Default/${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const [released] = await server.documents('bills');
    expect((await send('DELETE', `24.200.001/Bill/Bill/${String(released?.ReferenceNbr)}`)).status).toBe(500);
    const draft = { Vendor: { value: 'V000001' }, VendorRef: { value: 'DEL' }, Date: { value: '2026-03-31' } };
    const made = (await (await send('PUT', '24.200.001/Bill?$select=ReferenceNbr', draft)).json()) as { id: string };
    const change = { id: made.id, Description: { value: 'patched' } };
    expect((await send('PATCH', '24.200.001/Bill', change)).status).toBe(405);
    expect((await send('PATCH', '25.200.001/Bill', change)).status).toBe(200);
    expect((await send('PATCH', '25.200.001/Bill', { ...draft, VendorRef: { value: 'NONE' } })).status).toBe(412);
    expect((await server.documents('bills')).find(({ VendorRef }) => VendorRef === 'DEL')?.Description).toBe('patched');
    expect((await send('DELETE', `24.200.001/Bill/${made.id}`)).status).toBe(204);
    expect((await get(`/entity/Default/24.200.001/Bill/${made.id}`, headers)).status).toBe(500);
  });

  it('give the same ids for the same seed, and others for another', async () => {
    const ids = async (seed: number) => (await (await startServer({ seed })).documents('vendors')).map(({ id }) => id);
    expect(await ids(3)).toEqual(await ids(3));
    expect((await ids(4))[0]).not.toBe((await ids(3))[0]);
  });
});

describe('tokens', () => {
  it('are described with absolute addresses, and client credentials are not among the grants', async () => {
    const found = (await (await get('/identity/.well-known/openid-configuration')).json()) as Record<string, string>;
    expect(found.token_endpoint).toBe(`${base}/identity/connect/token`);
    expect(found.grant_types_supported).not.toContain('client_credentials');
    expect(await token({ grant_type: 'client_credentials' })).toMatchObject({
      status: 400,
      body: { error: 'unsupported_grant_type' },
    });
  });

  it.each<[string, Record<string, string>, string]>([
    ['a client without its tenant', { client_id: '88358B02-0FF4-4C7D-9B5E-5A3C9F0E30F6' }, 'invalid_client'],
    ['an unknown client', { client_id: 'x@Brightwater Live' }, 'invalid_client'],
    ['a wrong secret', { client_secret: 'x' }, 'invalid_client'],
    ['a wrong password', { password: 'x' }, 'invalid_grant'],
    ['a scope without the API', { scope: 'openid' }, 'invalid_scope'],
  ])('are refused to %s', async (_title, form, error) => {
    expect(await token(form)).toMatchObject({ status: 400, body: { error } });
  });

  it('are refreshed by a token that counts once, and only where offline access was asked for', async () => {
    const first = await token({});
    const again = { grant_type: 'refresh_token', refresh_token: String(first.body.refresh_token) };
    const second = await token(again);
    expect(second).toMatchObject({ status: 200, body: { refresh_token: expect.any(String) } });
    expect(second.body.refresh_token).not.toBe(first.body.refresh_token);
    expect(await token(again)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await token({ scope: 'api' })).body.refresh_token).toBeUndefined();
  });

  it('end after an hour, and with them their session', async () => {
    const headers = await bearer();
    expect((await get(accounts, headers)).status).toBe(200);
    server.services.clock.advance(3_600_001);
    expect((await get(accounts, headers)).status).toBe(401);
    expect(server.state.sessions.size).toBe(0);
  });

  it('of concurrent access open a session per request without a cookie, until no slot is left', async () => {
    const headers = await bearer('api api:concurrent_access');
    const answers = [await get(accounts, headers), await get(accounts, headers), await get(accounts, headers)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect([server.state.mostSessions, server.state.refusedSessions]).toEqual([2, 1]);
  });
});

describe('cookie sessions', () => {
  it('begin with 204 and two cookies, and end an hour after their last use', async () => {
    const answer = await login({ tenant: 'Brightwater Live' });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('.ASPXAUTH=')]);
    const cookie = cookieOf(answer);
    expect((await get(accounts, { cookie })).status).toBe(200);
    server.services.clock.advance(3_600_001);
    await login({});
    expect((await get(accounts, { cookie })).status).toBe(401);
  });

  it('are for the default tenant where none is named, and refused for an unknown one or a wrong password', async () => {
    expect((await login({})).status).toBe(204);
    const unknown = await login({ tenant: 'Nobody' });
    expect([unknown.status, await unknown.text()]).toEqual([
      500,
      expect.stringContaining('PXUndefinedCompanyException'),
    ]);
    expect((await login({ password: 'x' })).status).toBe(500);
  });

  it('are signed out with a length only, also without a session, and free their slot', async () => {
    const cookie = cookieOf(await login({}));
    expect(server.state.sessions.size).toBe(1);
    const out = (headers: Record<string, string>) =>
      fetch(`${base}/entity/auth/logout`, { method: 'POST', headers, body: '' });
    expect((await out({ cookie })).status).toBe(204);
    expect(server.state.sessions.size).toBe(0);
    expect((await out({})).status).toBe(204);
    const without = await new Promise<number | undefined>((resolve, reject) => {
      const options = { method: 'POST', headers: { 'transfer-encoding': 'chunked' } };
      const call = request(`${base}/entity/auth/logout`, options, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      call.on('error', reject);
      call.end();
    });
    expect(without).toBe(411);
  });
});

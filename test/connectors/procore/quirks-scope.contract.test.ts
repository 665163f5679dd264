import { describe, expect, it } from 'vitest';
import { connect } from '../../../connectors/procore/client.ts';
import { procore } from '../../../connectors/procore/index.ts';
import { otherCompanyId } from '../../../connectors/procore/simulator/state.ts';
import { AppError } from '../../../engine/model/error.ts';
import { testContext } from '../kit/context.ts';
import { errorOf, pinged, practice, project, read, readProject, resource, writing } from './support.ts';

const permitted = 'permitted projects';
const readable = procore.resources.filter(({ read: reads }) => reads !== undefined).map(({ id }) => id);

describe('company and project', () => {
  it.each(readable)('of every call for %s stand in the header and, where asked for, in the address', async (id) => {
    const { client, running } = await practice({ faults: ['strict-header'] });
    const { failedScopes } = await readProject(client, id);
    expect(failedScopes).toEqual([]);
    const calls = running.services.log.list({ path: '/rest/' });
    expect(calls.length).toBeGreaterThan(0);
    for (const { target, headers } of calls) {
      expect(headers['procore-company-id'], target).toBe(running.fields.companyId);
      const place = /[?&](company_id|project_id)=\d+|\/(companies|projects)\/\d+|\/rest\/v1\.0\/companies(\?|$)/;
      expect(target).toMatch(place);
    }
  });

  it('that are missing are not made up by Procore: neither the parameter nor the header stands in for the other', async () => {
    const { client, running } = await practice();
    const token = await client.session.token();
    const ask = (path: string, company = true) =>
      fetch(`${running.address}${path}`, {
        headers: {
          authorization: `Bearer ${token.accessToken}`,
          ...(company ? { 'procore-company-id': running.fields.companyId ?? '' } : {}),
        },
      });
    expect((await ask('/rest/v1.0/vendors')).status).toBe(400);
    expect((await ask('/rest/v1.1/requisitions')).status).toBe(400);
    expect((await ask(`/rest/v1.0/vendors?company_id=${running.fields.companyId}`, false)).status).toBe(404);
    expect((await ask(`/rest/v1.0/vendors?company_id=${otherCompanyId}`)).status).toBe(404);
  });

  it('of a company without the app are refused, which ping tells with what to do', async () => {
    const { context, running } = await practice();
    const client = connect({ ...context, fields: { ...running.fields, companyId: otherCompanyId } });
    expect((await pinged(client, [])).company).toMatchObject({
      status: 'failed',
      cause: expect.stringContaining('App is not connected to this company'),
      remedy: expect.stringContaining('installed'),
    });
  });
});

describe('an account whose permitted projects were emptied by an update of the app', () => {
  it('and that is refused project by project, reads none, says so of each, and what to do', async () => {
    const { client } = await practice({ faults: ['project-forbidden'] });
    const { records, failedScopes } = await read(client, 'requisitions');
    expect(records).toEqual([]);
    expect(failedScopes).toHaveLength(15);
    for (const { error } of failedScopes) {
      expect(error.code).toBe('remote.forbidden');
      expect(error.hint).toContain('After an app update the list of permitted projects must be set again');
    }
  });

  it('is told so by ping before a flow runs', async () => {
    const { client } = await practice({ faults: ['project-forbidden'] });
    const { 'need-requisitions': need } = await pinged(client, [{ resource: 'requisitions', write: false }]);
    expect(need).toMatchObject({ status: 'failed', remedy: expect.stringContaining(permitted) });
  });

  it('and that simply sees nothing, gets an empty list instead of 403: a read says that it read nothing', async () => {
    const { client } = await practice({ faults: ['nothing-permitted'] });
    const { records, failedScopes } = await read(client, 'requisitions');
    expect(records).toEqual([]);
    expect(failedScopes).toMatchObject([{ error: { code: 'remote.forbidden', message: /no active project/ } }]);
    expect(failedScopes[0]?.error.hint).toContain(permitted);
  });

  it('and that sees nothing is warned by ping', async () => {
    const { client } = await practice({ faults: ['nothing-permitted'] });
    const checks = await pinged(client, [{ resource: 'requisitions', write: true }]);
    expect(checks.projects).toMatchObject({ status: 'warning', remedy: expect.stringContaining(permitted) });
    expect(checks['need-requisitions']).toMatchObject({ status: 'failed' });
  });
});

describe('404 of a record', () => {
  it('also means “not allowed to see”: a read by id takes it for absent, a write says both', async () => {
    const { client } = await practice({ faults: ['status=404;path=/contract_payments/'] });
    expect(await resource('contract-payments').get?.(client, '1', project)).toBeUndefined();
    const value = { project_id: project.id, contract_id: '562949980000041', amount: '1.00', date: '2026-06-01' };
    const error = await errorOf(writing(client, 'contract-payments').update('1', value));
    expect(error.code).toBe('remote.notFound');
    expect(error.hint).toContain('permitted projects');
  });
});

describe('a project', () => {
  it('without the tool is reported by name, the others are read', async () => {
    const { client } = await practice({ faults: [`tool-disabled;path=requisitions?project_id=${project.id}`] });
    const { records, failedScopes } = await read(client, 'requisitions');
    expect(failedScopes.map(({ scope, error }) => [scope.id, error.code])).toEqual([[project.id, 'remote.forbidden']]);
    expect(failedScopes[0]?.error.message).toContain('The tool is not enabled in this project');
    expect(records.length).toBeGreaterThan(300);
  });

  it('with three tiers has its commitment change orders read from the packages, the same ones', async () => {
    const plain = await practice();
    const expected = await readProject(plain.client, 'commitment-change-orders');
    const { client, asked } = await practice({ faults: ['three-tiers'] });
    const { records, failed, failedScopes } = await readProject(client, 'commitment-change-orders');
    expect([...failed, ...failedScopes]).toEqual([]);
    const told = ({ value }: (typeof records)[number]) => [
      value.contract_id,
      value.number,
      value.status,
      value.grand_total,
      (value.line_items as { amount: string }[]).map(({ amount }) => amount),
    ];
    expect(records.map(told)).toEqual(expected.records.map(told));
    expect(records.length).toBeGreaterThan(0);
    expect(records.every(({ value, id }) => value.legacy_package_id === id)).toBe(true);
    expect(asked()).toContain('/rest/v1.0/change_order_packages');
  });

  it('with three tiers whose packages are refused too is reported with the first refusal', async () => {
    const { client } = await practice({ faults: ['three-tiers', 'status=403;path=/change_order_packages'] });
    const { failedScopes } = await readProject(client, 'commitment-change-orders');
    expect(failedScopes).toHaveLength(1);
    expect(failedScopes[0]?.error.message).toContain('three tiers');
  });

  it('with three tiers takes no commitment change order, and says why', async () => {
    const { client } = await practice({ faults: ['three-tiers'] });
    const value = { project_id: project.id, contract_id: '562949980000041', number: '900', line_items: [] };
    const error = await errorOf(writing(client, 'commitment-change-orders').create(value));
    expect(error).toMatchObject({ code: 'remote.rejected', message: expect.stringContaining('three tiers') });
  });
});

describe('credentials', () => {
  it('of another environment are told as such by ping', async () => {
    const { client } = await practice({ faults: ['other-environment'] });
    const checks = await pinged(client, []);
    expect(checks['sign-in']).toMatchObject({
      status: 'failed',
      cause: expect.stringContaining('Client authentication failed'),
      remedy: expect.stringContaining('environment'),
    });
    expect(checks.company?.status).toBe('skipped');
  });

  it.each([
    ['login.procore.com', 'sandbox.procore.com', 'api.procore.com'],
    ['login-sandbox.procore.com', 'api.procore.com', 'sandbox.procore.com'],
  ])('for %s cannot be meant for %s: that is said before any call', (login, api, right) => {
    const fields = { loginUrl: `https://${login}`, apiUrl: `https://${api}`, companyId: '1', clientId: 'x' };
    const { context, exchanges } = testContext({ fields, secrets: { clientSecret: 'y' } });
    expect(() => connect(context)).toThrow(AppError);
    expect(() => connect(context)).toThrow(right);
    expect(exchanges).toEqual([]);
    const pair = { ...fields, apiUrl: `https://${right}` };
    expect(() => connect(testContext({ fields: pair, secrets: { clientSecret: 'y' } }).context)).not.toThrow();
  });

  it('give tokens that a long read renews by itself, even tokens of seconds', async () => {
    const { client, running } = await practice({ faults: ['short-tokens'] });
    const { records, failedScopes } = await readProject(client, 'requisitions');
    expect(failedScopes).toEqual([]);
    expect(records.length).toBeGreaterThan(10);
    expect(running.services.log.list({ path: '/oauth/token' }).length).toBeGreaterThan(0);
  });

  it.each(['plain-401', 'long-401'])(
    'whose token is no longer taken are renewed once, however 401 is worded: %s',
    async (shape) => {
      const { client, running } = await practice({ faults: [shape, 'expire-tokens;nth=3;path=/rest/'] });
      const { records, failedScopes } = await readProject(client, 'requisitions');
      expect(failedScopes).toEqual([]);
      expect(records.length).toBeGreaterThan(10);
      expect(running.services.log.list({ path: '/oauth/token' })).toHaveLength(2);
    },
  );
});

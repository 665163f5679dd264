import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../engine/model/connection.ts';
import type { Connector } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import { discoverResources } from '../../../engine/run/discover.ts';
import { toyFlow } from '../../support/toy-flow.ts';

const base = { description: '', scope: 'company' as const, fields: [], incremental: false, source: 'test' };

/** A connector that declares `bills` and discovers `sheet`. */
function system(discover: Connector['discover'] = async () => [{ ...base, id: 'sheet', title: 'Sheet' }]) {
  let asked = 0;
  let left = 0;
  const connector: Connector = {
    id: 'ledger',
    title: 'Ledger',
    vendor: 'Acme',
    description: '',
    role: 'both',
    credentials: [],
    limits: [],
    assumptions: [],
    connect: () => ({}),
    disconnect: async () => {
      left += 1;
    },
    async *ping() {},
    resources: [{ ...base, id: 'bills', title: 'Bills' }],
    discover: async (client, wanted) => {
      asked += 1;
      return (await discover?.(client, wanted)) ?? [];
    },
  };
  return { connector, counts: () => ({ asked, left }) };
}

const connection: Connection = {
  id: 'c_1',
  name: 'Ours',
  connector: 'ledger',
  environment: 'sandbox',
  fields: {},
  secrets: [],
};
const flow = (config: Parameters<typeof toyFlow>[0]) =>
  toyFlow(config, [], { slots: { erp: { connector: 'ledger' } } });
const discover = (connector: Connector, config: Parameters<typeof toyFlow>[0]) =>
  discoverResources(
    flow(config),
    { erp: connection },
    {
      connectors: [connector],
      secretsOf: async () => ({}),
      now: Date.now,
      sleep: async () => undefined,
      random: () => 0.5,
    },
  );

describe('resources that only a connection knows', () => {
  it('are asked for where a node names one, wherever in its settings', async () => {
    for (const config of [
      { slot: 'erp', resource: 'sheet' },
      { to: { slot: 'erp', resource: 'sheet' }, fields: [] },
      { rules: [{ slot: 'erp', resource: 'sheet' }] },
    ]) {
      const { connector, counts } = system();
      const { connectors, problems } = await discover(connector, { node: ['note', config] });
      expect(connectors[0]?.resources.map(({ id }) => id)).toEqual(['bills', 'sheet']);
      expect(problems).toEqual([]);
      expect(counts()).toEqual({ asked: 1, left: 1 });
    }
  });

  it('are asked for by name: only those that the flow names and the connector does not declare', async () => {
    const named: (readonly string[] | undefined)[] = [];
    const { connector } = system(async (_client, wanted) => {
      named.push(wanted);
      return [{ ...base, id: 'sheet', title: 'Sheet' }];
    });
    await discover(connector, {
      node: ['note', { slot: 'erp', resource: 'sheet' }],
      plain: ['note', { slot: 'erp', resource: 'bills' }],
      again: ['note', { inner: [{ slot: 'erp', resource: 'sheet' }] }],
    });
    expect(named).toEqual([['sheet']]);
  });

  it('are not asked for where the flow names declared ones, or ones of another slot', async () => {
    for (const config of [
      { slot: 'erp', resource: 'bills' },
      { slot: 'other', resource: 'sheet' },
      { slot: 'erp' },
      {},
    ]) {
      const { connector, counts } = system();
      const { connectors } = await discover(connector, { node: ['note', config] });
      expect(connectors[0]).toBe(connector);
      expect(counts()).toEqual({ asked: 0, left: 0 });
    }
  });

  it('that cannot be asked for are a problem of the slot, and the client is left', async () => {
    const { connector, counts } = system(() =>
      Promise.reject(new AppError('remote.authFailed', 'The sign-in was refused.')),
    );
    const { problems } = await discover(connector, { node: ['note', { slot: 'erp', resource: 'sheet' }] });
    expect(problems).toMatchObject([{ severity: 'blocking', code: 'remote.authFailed', field: 'slots.erp' }]);
    expect(counts()).toEqual({ asked: 1, left: 1 });
  });
});

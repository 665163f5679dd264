import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectors } from '../../../../connectors/index.ts';
import type { CostwireClient } from '../../../../engine/api/contract.ts';
import { createFlowEngine } from '../../../../engine/api/service/flow-engine.ts';
import { practiceConnectionId } from '../../../../engine/api/service/practice.ts';
import type { FlowDocument } from '../../../../engine/model/flow.ts';
import { flowSchema } from '../../../../engine/model/flow.ts';
import { memoryVault } from '../../../../engine/model/vault.ts';
import { type TestService, testService } from '../../../support/service.ts';

/** Approved requisitions of the practice company, passed through a filter: nothing is written. */
const document: FlowDocument = flowSchema.parse({
  format: 'costwire/flow',
  schemaVersion: 1,
  id: 'f_sample',
  name: 'Approved requisitions',
  slots: { procore: { connector: 'procore' } },
  nodes: [
    {
      id: 'read',
      kind: 'read',
      config: { slot: 'procore', resource: 'requisitions', where: '=[status] = "approved"', changes: 'all' },
    },
    { id: 'some', kind: 'filter', config: { where: '=TRUE' } },
  ],
  wires: [{ from: 'read', to: 'some' }],
});
const bindings = { slots: { procore: practiceConnectionId('procore') }, parameters: {} };

describe('the engine over the practice company', () => {
  let test: TestService;
  let client: CostwireClient;
  beforeAll(async () => {
    const vault = memoryVault();
    test = await testService({
      connectors,
      vault,
      makeEngine: ({ workspace, store }) => createFlowEngine({ workspace, store, vault, connectors, user: 'Ada' }),
    });
    await test.service.start();
    client = createRouterClient(test.service.router) as CostwireClient;
  });
  afterAll(() => test.close());

  it('starts the simulators and makes connections to them', async () => {
    const { practice } = await client.host.info();
    expect(practice.state).toBe('running');
    expect(practice.systems.map(({ connector }) => connector)).toEqual(
      connectors.filter(({ simulator }) => simulator !== undefined).map(({ id }) => id),
    );
    const listed = await client.connection.list();
    expect(new Set(listed.map(({ environment }) => environment))).toEqual(new Set(['practice']));
    expect(test.faults).toEqual([]);
  });

  it('pings a practice connection to the end', async () => {
    const last = new Map<string, string>();
    const pings = await client.connection.ping({ id: practiceConnectionId('procore') });
    for await (const { id, status } of pings) last.set(id, status);
    expect(last.size).toBeGreaterThan(2);
    expect([...last.values()].filter((status) => status === 'failed' || status === 'running')).toEqual([]);
  });

  it('knows the fields at every port and names what is wrong', async () => {
    const check = await client.flow.check({ document, bindings });
    expect(check.problems.filter((problem) => problem.severity === 'blocking')).toEqual([]);
    expect(check.outputs['some.out']?.fields.map((field) => field.name)).toContain('status');
    const unbound = await client.flow.check({ document, bindings: { slots: {}, parameters: {} } });
    expect(unbound.problems.map((problem) => problem.code)).toContain('connection.unbound');
  });

  it('samples a few real records that meet the condition, without leaving a trace', async () => {
    const sample = await client.flow.sample({ document, bindings, limit: 3 });
    expect(sample.failures).toEqual([]);
    const read = sample.outputs['read.out'] ?? [];
    expect(read).toHaveLength(3);
    expect(read.map((record) => record.value.status)).toEqual(['approved', 'approved', 'approved']);
    expect(sample.outputs['some.out']?.map((record) => record.key)).toEqual(read.map((record) => record.key));
    expect((await client.run.list({})).total).toBe(0);
    const pinned = read.slice(0, 1).map(({ key, value, origin: { system, resource, id } }) => ({
      key,
      value,
      origin: { system, resource, id },
    }));
    const again = await client.flow.sample({ document, bindings, pinned: { read: pinned } });
    expect(again.outputs['some.out']).toHaveLength(1);
  });

  it('shows records of reference data too, and still finds everything in it', async () => {
    const joined = flowSchema.parse({
      ...document,
      nodes: [
        document.nodes[0],
        { id: 'vendors', kind: 'read', config: { slot: 'procore', resource: 'vendors', changes: 'all' } },
        { id: 'add', kind: 'join', config: { left: '=[vendor_id]', right: '=[id]', into: 'vendor' } },
      ],
      wires: [
        { from: 'read', to: 'add' },
        { from: 'vendors', to: 'add.right' },
      ],
    });
    const sample = await client.flow.sample({ document: joined, bindings, limit: 3 });
    expect(sample.outputs['vendors.out']).toHaveLength(3);
    expect(sample.outputs['add.out']).toHaveLength(3);
  });

  it('lists the systems of a flow in the order records travel', async () => {
    const write = { id: 'write', kind: 'write', config: { slot: 'erp', resource: 'bills' } };
    const [read] = document.nodes;
    const flow = flowSchema.parse({
      ...document,
      id: 'f_order',
      slots: { erp: { connector: 'acumatica' }, procore: { connector: 'procore' } },
      nodes: [write, read],
      wires: [{ from: 'read', to: 'write' }],
    });
    await test.workspace.flows.create(flow);
    expect((await client.flow.list()).flows[0]?.connectors).toEqual(['procore', 'acumatica']);
    await client.flow.remove({ id: 'f_order' });
  });

  it('runs dry, tells every step and keeps the records', async () => {
    await test.workspace.flows.create(document);
    await client.flow.setBindings({ id: document.id, ...bindings });
    const run = await client.run.start({ kind: 'dry', flowId: document.id });
    const types = new Set<string>();
    for await (const event of await client.run.watch({ runId: run.id })) types.add(event.type);
    expect(types).toContain('nodeProgress');
    const done = await client.run.get({ runId: run.id });
    expect(done.counts.total).toBeGreaterThan(100);
    const { records, totals } = await client.record.search({ runId: run.id, limit: 10 });
    expect([records.length, totals.count]).toEqual([10, done.counts.total]);
    const [first] = records;
    const detail = await client.record.get({ runId: run.id, key: first?.key ?? '' });
    expect(detail.source).toBeDefined();
    expect(detail.timeline.at(-1)).toMatchObject({ title: 'Settled', status: first?.status });
    const [item] = (await client.flow.list()).flows;
    expect(item?.lastRun?.id).toBe(run.id);
  });
});

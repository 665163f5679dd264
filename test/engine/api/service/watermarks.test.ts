import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CostwireClient } from '../../../../engine/api/contract.ts';
import type { FlowDocument } from '../../../../engine/model/flow.ts';
import { watermarkNode } from '../../../../engine/run/watermark.ts';
import { billsFlow, designerConnectors } from '../../../support/designer.ts';
import { type TestService, testService } from '../../../support/service.ts';
import { sampleOutcome, sampleRun } from '../../../support/store.ts';

const [procore, ...others] = designerConnectors;
if (procore === undefined) throw new TypeError('There is a source.');
/** Requisitions are re-read twelve hours back. */
const connectors = [
  { ...procore, resources: procore.resources.map((resource) => ({ ...resource, overlapHours: 12 })) },
  ...others,
];
const at = '2026-03-01T10:00:00.000Z';

let test: TestService;
let client: CostwireClient;
let document: FlowDocument;

beforeEach(async () => {
  test = await testService({ connectors });
  client = createRouterClient(test.service.router) as CostwireClient;
  document = (await client.flow.create({ name: 'Bills', document: billsFlow() })).document;
  await test.store.watermarks.advance(document.id, 'read@0123456789ab', 'p0', at);
  for (const scope of ['p1', 'p2'])
    await test.store.watermarks.advance(document.id, watermarkNode(document, 'read'), scope, at);
});
afterEach(() => test.close());

const change = (to: string, more: object = {}) =>
  client.watermark.set({ flowId: document.id, nodeId: 'read', scope: 'p1', expected: at, to, why: 'A test.', ...more });
const edits = async () => {
  const { sequence } = await test.store.audit.head();
  return (await test.store.audit.range(0, sequence)).filter(({ body }) => body.event === 'watermarkEdited');
};

describe('the watermarks of a flow', () => {
  it('are listed with node, project and overlap; those of an earlier version of the flow stand last', async () => {
    const run = sampleRun('r1', { flowId: document.id });
    await test.store.recorder.start(run, document);
    const outcome = sampleOutcome('r1', 1);
    const scope = { kind: 'project' as const, id: 'p2', label: 'Riverside Tower' };
    test.store.recorder.settle({ ...outcome, origin: { ...outcome.origin, scope } });
    await test.store.recorder.finish({ ...run, status: 'succeeded', finishedAt: at });
    const listed = await client.watermark.list({ flowId: document.id });
    expect(listed.map(({ scope: id, inUse }) => [id, inUse])).toEqual([
      ['p1', true],
      ['p2', true],
      ['p0', false],
    ]);
    expect(listed[1]).toMatchObject({
      nodeId: 'read',
      nodeLabel: 'read',
      scopeLabel: 'Riverside Tower',
      reached: at,
      overlapMs: 12 * 3_600_000,
      updatedBy: 'run',
    });
    expect(listed[0]).not.toHaveProperty('scopeLabel');
  });

  it('are those of the published version, which is what posts', async () => {
    const { revision } = await client.flow.get({ id: document.id });
    await client.flow.publish({ id: document.id, revision });
    const file = await client.flow.get({ id: document.id });
    const nodes = file.document.nodes.filter(({ id }) => id !== 'codes');
    const wires = file.document.wires.filter(({ from, to }) => from !== 'codes' && to !== 'codes');
    await client.flow.save({ document: { ...file.document, nodes, wires }, revision: file.revision });
    const listed = await client.watermark.list({ flowId: document.id });
    expect(listed.filter(({ inUse }) => inUse)).toHaveLength(2);
  });

  it('are set by hand, with who and why in the audit chain', async () => {
    const listed = await change('2026-02-01T02:00:00+02:00');
    expect(listed.find(({ scope }) => scope === 'p1')).toMatchObject({
      reached: '2026-02-01T00:00:00.000Z',
      updatedBy: 'Ada',
    });
    expect(listed.find(({ scope }) => scope === 'p2')).toMatchObject({ reached: at });
    const [entry, ...more] = await edits();
    expect(more).toEqual([]);
    expect(entry?.body).toMatchObject({ who: 'Ada', flowId: document.id });
    expect(entry?.body.detail).toContain(`${at} → 2026-02-01T00:00:00.000Z. A test.`);
    expect(await test.store.audit.verify()).toMatchObject({ intact: true });
  });

  it.for([
    ['without a reason', { why: '  ' }, 'BAD_REQUEST'],
    ['to what is no instant', { to: 'yesterday' }, 'data.badDate'],
    ['of a node that does not read', { nodeId: 'post' }, 'watermark.notFound'],
    ['that a run has moved meanwhile', { expected: '2026-01-01T00:00:00.000Z' }, 'workspace.conflict'],
  ] as const)('are not set %s', async ([, more, code]) => {
    const refused = change('2026-02-01T00:00:00Z', more);
    await expect(refused).rejects.toMatchObject({ code });
    expect(await edits()).toEqual([]);
  });

  it('are not set under a run, which would move them on', async () => {
    await client.run.start({ kind: 'dry', flowId: document.id, document });
    await expect(change('2026-02-01T00:00:00Z')).rejects.toMatchObject({ code: 'workspace.conflict' });
    test.engine.end();
    expect(await edits()).toEqual([]);
  });
});

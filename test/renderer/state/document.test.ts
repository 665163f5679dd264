import { describe, expect, it } from 'vitest';
import { flowSchema } from '../../../engine/model/flow.ts';
import { copyNodes, duplicateNodes, pasteNodes, readClip } from '../../../renderer/state/clipboard.ts';
import { compareFlows } from '../../../renderer/state/compare.ts';
import { checkConnection, compatibleKinds, partnersOf, recordTypeOf } from '../../../renderer/state/connect.ts';
import {
  addNode,
  connect,
  deleteNodes,
  freshNodeId,
  insertOnWire,
  renameFlow,
  renameNode,
  setConfig,
  setDisabled,
  setSlot,
} from '../../../renderer/state/document.ts';
import { pathBetween, runOrder, wireId } from '../../../renderer/state/graph.ts';
import {
  addNote,
  alignNodes,
  changeNote,
  groupNodes,
  moveBy,
  moveNodes,
  ungroupNodes,
} from '../../../renderer/state/layout.ts';
import { billFlow, kinds } from './flows.ts';

const wires = (doc: { wires: { from: string; to: string }[] }): string[] =>
  doc.wires.map(wireId).sort((a, b) => a.localeCompare(b));

describe('changing nodes and wires', () => {
  it('adds a node on the 8 px grid and leaves the given document alone', () => {
    const doc = billFlow();
    const next = addNode(doc, { node: { id: 'x', kind: 'filter', config: {} }, at: [101, 99] });
    expect(next.layout.nodes.x).toEqual([104, 96]);
    expect(doc).toEqual(billFlow());
    expect(next.nodes[0]).toBe(doc.nodes[0]);
  });

  it('puts a node into a wire', () => {
    const next = insertOnWire(billFlow(), {
      wire: 'codes→bill',
      node: { id: 'f', kind: 'filter', config: {} },
      at: [480, 0],
      input: 'in',
      output: 'out',
    });
    expect(wires(next)).toEqual(['bill→post', 'codes→f', 'f→bill', 'read→codes']);
  });

  it('deletes with and without joining the loose ends', () => {
    expect(wires(deleteNodes(billFlow(), { ids: ['codes'] }))).toEqual(['bill→post']);
    expect(wires(deleteNodes(billFlow(), { ids: ['codes', 'bill'], rejoin: true }))).toEqual(['read→post']);
    expect(deleteNodes(billFlow(), { ids: ['codes'] }).layout.nodes).not.toHaveProperty('codes');
  });

  it('does not join what left by an exception port', () => {
    const held = connect(billFlow(), { from: { node: 'codes', port: 'held' }, to: { node: 'post', port: 'in' } });
    expect(held.wires.at(-1)).toEqual({ from: 'codes.held', to: 'post' });
    expect(wires(deleteNodes(held, { ids: ['codes'], rejoin: true }))).toEqual(['bill→post', 'read→bill']);
  });

  it('names, switches and configures nodes', () => {
    expect(renameNode(billFlow(), { id: 'read', label: ' ' }).nodes[3]).not.toHaveProperty('label');
    expect(setDisabled(billFlow(), { ids: ['codes'], disabled: true }).nodes[1]).toMatchObject({ disabled: true });
    const mapped = setConfig(billFlow(), { id: 'bill', path: ['fields', 0, 'value'], value: '=[a]' });
    expect(mapped.nodes[0]?.config.fields).toEqual([{ value: '=[a]' }]);
    expect(setConfig(mapped, { id: 'bill', path: ['fields', 0], value: undefined }).nodes[0]?.config.fields).toEqual(
      [],
    );
    expect(setConfig(mapped, { id: 'bill', path: ['to', 'slot'], value: undefined }).nodes[0]?.config.to).toEqual({
      resource: 'bills',
    });
    expect(renameFlow(billFlow(), { name: '  ' })).toEqual(billFlow());
    expect(setSlot(billFlow(), { name: 'erp', slot: undefined }).slots).toEqual({ procore: { connector: 'procore' } });
  });

  it('makes ids that nothing uses and that a wire can carry', () => {
    const id = freshNodeId('a.b', new Set());
    expect(id).toMatch(/^a-b-[a-z0-9]{5}$/);
  });
});

describe('drawing wires', () => {
  const check = (from: string, to: string, doc = billFlow()) => {
    const [node = '', port = 'out'] = from.split('.');
    const [target = '', input = 'in'] = to.split('.');
    return checkConnection(doc, kinds, { from: { node, port }, to: { node: target, port: input } });
  };

  it('refuses circles and names them', () => {
    expect(check('bill', 'codes')).toMatchObject({
      reason: 'cycle',
      message: expect.stringContaining('map-codes → map → map-codes'),
    });
    expect(pathBetween(billFlow(), 'post', 'read')).toBeUndefined();
  });

  it('refuses wires into sources, out of ends, to itself and twice', () => {
    expect(check('codes', 'read')).toMatchObject({ reason: 'port' });
    expect(check('post', 'bill')).toMatchObject({ reason: 'port' });
    expect(check('bill', 'bill')).toMatchObject({ reason: 'self' });
    expect(check('read', 'codes')).toMatchObject({ reason: 'present' });
  });

  it('offers a Map where the records do not fit', () => {
    expect(check('codes', 'post')).toMatchObject({
      reason: 'type',
      fix: { kind: 'insert', node: { kind: 'map', config: { to: { slot: 'erp', resource: 'bills' } } } },
    });
    expect(recordTypeOf(billFlow(), 'codes')).toEqual({ slot: 'procore', resource: 'requisitions' });
    expect(recordTypeOf(billFlow(), 'bill')).toEqual({ slot: 'erp', resource: 'bills' });
  });

  it('offers to replace the wire of a port that takes one', () => {
    const joined = connect(addNode(billFlow(), { node: { id: 'j', kind: 'join', config: {} }, at: [0, 0] }), {
      from: { node: 'read', port: 'out' },
      to: { node: 'j', port: 'left' },
    });
    expect(check('codes', 'j.left', joined)).toMatchObject({ reason: 'occupied', fix: { wire: 'read→j.left' } });
    expect(check('codes', 'j.right', joined)).toEqual({ ok: true });
  });

  it('lists partners and compatible kinds', () => {
    const partners = partnersOf(billFlow(), kinds, { node: 'read', port: 'out' });
    expect(partners.filter(({ check: { ok } }) => ok).map(({ node }) => node.id)).toEqual(['bill']);
    expect(compatibleKinds(kinds, 'source').map((kind) => kind.kind)).not.toContain('read');
    expect(compatibleKinds(kinds, 'between').map((kind) => kind.kind)).not.toContain('write');
  });
});

describe('copying', () => {
  it('pastes readable JSON into another flow with fresh ids, wires and slots', () => {
    const text = copyNodes(billFlow(), { ids: ['read', 'codes', 'n1'] });
    expect(text).toContain('\n  "nodes"');
    const empty = flowSchema.parse({ format: 'costwire/flow', schemaVersion: 1, id: 'g', name: 'G' });
    const { doc, added } = pasteNodes(empty, { clip: readClip(text), at: [80, 80] });
    expect(doc.nodes).toHaveLength(2);
    expect(doc.wires).toHaveLength(1);
    expect(doc.slots).toEqual({ procore: { connector: 'procore' } });
    expect(new Set(added).size).toBe(3);
    expect(added).not.toContain('read');
    expect(doc.layout.notes[0]?.at).toEqual([80, 280]);
    expect(flowSchema.parse(doc)).toEqual(doc);
  });

  it.each(['', 'hello', '{}', '[1]', '{"format":"costwire/nodes","schemaVersion":1,"nodes":[{"id":""}]}'])(
    'refuses %j with a plain sentence',
    (text) => expect(() => readClip(text)).toThrow('The clipboard does not hold nodes of a flow.'),
  );

  it('duplicates below', () => {
    const { doc, added } = duplicateNodes(billFlow(), { ids: ['bill'] });
    expect(doc.layout.nodes[added[0] ?? '']).toEqual([672, 112]);
  });
});

describe('layout', () => {
  it('moves on the grid and shares what stays', () => {
    const doc = billFlow();
    expect(moveNodes(doc, { to: { read: [1, 2] } })).toBe(doc);
    const next = moveBy(doc, { ids: ['read', 'n1'], by: [16, 8] });
    expect(next.layout.nodes.read).toEqual([16, 8]);
    expect(next.layout.notes[0]?.at).toEqual([16, 208]);
    expect(next.nodes).toBe(doc.nodes);
  });

  it('aligns and spreads', () => {
    const uneven = moveNodes(billFlow(), { to: { codes: [80, 40] } });
    const top = alignNodes(uneven, { ids: ['read', 'codes', 'bill'], how: 'top' });
    expect(top.layout.nodes.codes).toEqual([80, 0]);
    const spread = alignNodes(uneven, { ids: ['read', 'codes', 'bill'], how: 'spread-across' });
    expect(spread.layout.nodes.codes).toEqual([320, 40]);
  });

  it('keeps notes and groups', () => {
    const noted = changeNote(addNote(billFlow(), { id: 'n2', text: '', at: [3, 3] }), { id: 'n2', text: 'Hi' });
    expect(noted.layout.notes[1]).toMatchObject({ text: 'Hi', at: [0, 0] });
    const grouped = groupNodes(billFlow(), { id: 'g', label: 'Coding', nodes: ['codes', 'bill', 'nobody'] });
    expect(grouped.layout.groups).toEqual([{ id: 'g', label: 'Coding', nodes: ['codes', 'bill'] }]);
    expect(groupNodes(grouped, { id: 'h', label: 'H', nodes: ['codes'] }).layout.groups?.[0]?.nodes).toEqual(['bill']);
    expect(ungroupNodes(grouped, { ids: ['bill'] }).layout.groups).toEqual([]);
    expect(deleteNodes(grouped, { ids: ['codes', 'bill'] }).layout.groups).toEqual([]);
  });

  it('lists nodes in run order, circles last', () => {
    expect(runOrder(billFlow())).toEqual(['read', 'codes', 'bill', 'post']);
    const circle = { ...billFlow(), wires: [...billFlow().wires, { from: 'bill', to: 'codes' }] };
    expect(new Set(runOrder(circle))).toEqual(new Set(['bill', 'codes', 'post', 'read']));
  });
});

describe('comparing versions', () => {
  it('names fields of changed nodes and ignores layout unless asked', () => {
    const before = billFlow();
    const edited = setConfig(moveNodes(before, { to: { read: [8, 8] } }), {
      id: 'codes',
      path: ['table'],
      value: 'other',
    });
    const after = deleteNodes(edited, { ids: ['post'] });
    expect(compareFlows(before, after)).toEqual([
      { what: 'node', change: 'changed', id: 'codes', fields: ['config.table'] },
      { what: 'node', change: 'removed', id: 'post', fields: [] },
      { what: 'wire', change: 'removed', id: 'bill→post', fields: [] },
    ]);
    expect(compareFlows(before, after, { layout: true }).at(-1)).toMatchObject({ what: 'layout', id: 'read' });
  });
});

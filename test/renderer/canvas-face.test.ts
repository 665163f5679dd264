import { describe, expect, it } from 'vitest';
import type { ConnectorView } from '../../engine/api/contract.ts';
import type { FlowNode } from '../../engine/model/flow.ts';
import { formatAmount, formatRelative, shortCount } from '../../renderer/app/format.ts';
import { isSingleKey, shortcutOf, shownShortcut } from '../../renderer/app/shortcuts.ts';
import { CanvasDeriver, portPlaces } from '../../renderer/canvas/derive.ts';
import { labelOf, looksAlike, stateOf, summaryOf, verbObject } from '../../renderer/canvas/face.ts';
import { renameNode } from '../../renderer/state/document.ts';
import { moveNodes } from '../../renderer/state/layout.ts';
import { advanced } from '../../renderer/state/runs-slice.ts';
import { noCounts } from '../support/service.ts';
import { billFlow, kinds } from './state/flows.ts';

const resource = (id: string, title: string) => ({ id, title });
const connectors = new Map(
  Object.entries({
    procore: { resources: [resource('requisitions', 'Requisitions (subcontractor invoices)')] },
    acumatica: { resources: [resource('bills', 'AP bills')] },
  }),
) as unknown as ReadonlyMap<string, ConnectorView>;
const node = (id: string): FlowNode => billFlow().nodes.find((candidate) => candidate.id === id) as FlowNode;

describe('the face of a node', () => {
  it('says verb and object in the words of the system', () => {
    const doc = renameNode(billFlow(), { id: 'read', label: '' });
    const names = doc.nodes.map((each) => verbObject(doc, each, kinds, connectors));
    expect(names).toEqual(['map to AP bills', 'map-codes', 'write AP bills', 'read requisitions']);
    expect(verbObject(billFlow(), node('read'), kinds, connectors)).toBe('Requisitions');
  });

  it('sums a node up in one line', () => {
    expect(summaryOf(node('codes'), kinds)).toBe('cost-codes');
    expect(summaryOf({ ...node('read'), config: { where: '=[a] > 1' } }, kinds)).toBe('[a] > 1');
    expect(summaryOf(node('bill'), kinds)).toBe('0 fields');
  });

  it('tells the most serious thing first', () => {
    const problem = { severity: 'blocking', code: 'x', message: '', hint: '' } as const;
    const progress = { in: 9, out: 7, byPort: {}, settled: { held: 2, posted: 7 } };
    expect(stateOf(node('post'), [problem], progress, kinds)).toEqual({ tone: 'bad', text: '1 problem' });
    expect(stateOf(node('post'), [], progress, kinds)).toEqual({ tone: 'warn', text: '2 held' });
    expect(stateOf(node('post'), [], { ...progress, settled: { posted: 7 } }, kinds)?.tone).toBe('good');
    expect(stateOf({ ...node('post'), kind: 'teleport' }, [], undefined, kinds)?.text).toContain('teleport');
    expect(stateOf(node('post'), [], undefined, kinds)).toBeUndefined();
  });

  it('has a label for screen readers after the pattern', () => {
    const progress = { in: 0, out: 0, byPort: {}, settled: { posted: 29, held: 2 } };
    const parts = { verb: 'Post AP bills', position: 4, total: 6, problems: 2, progress, connection: undefined };
    expect(labelOf(parts)).toBe('Post AP bills, node 4 of 6, 2 problems, last run 29 posted, 2 held');
  });
});

describe('deriving the canvas', () => {
  const input = { kinds, selection: new Set<string>(), drag: new Map(), labels: new Map(), editable: true };

  it('makes anew only what changed', () => {
    const deriver = new CanvasDeriver();
    const doc = billFlow();
    const first = deriver.nodes({ ...input, doc });
    expect(first.map(({ id }) => id)).toEqual(['read', 'codes', 'bill', 'post', 'n1']);
    const moved = deriver.nodes({ ...input, doc: moveNodes(doc, { to: { codes: [400, 80] } }) });
    expect(moved.filter((each, index) => each !== first[index]).map(({ id }) => id)).toEqual(['codes']);
    const label = () => 'wire';
    const wires = deriver.wires(doc, kinds, new Set(), label);
    expect(
      deriver.wires({ ...doc }, kinds, new Set(['read→codes']), label).filter((wire, i) => wire !== wires[i]),
    ).toHaveLength(1);
  });

  it('places exceptions below and spreads the others', () => {
    const { inputs, outputs } = kinds.get('map-codes') ?? { inputs: [], outputs: [] };
    const places = portPlaces(inputs, outputs);
    expect(places.map(({ id, position }) => `${id} ${position}`)).toEqual(['in left', 'out right', 'held bottom']);
  });
});

describe('following a run', () => {
  it('adds what settles to the counts of its node', () => {
    const run = {
      id: 'r',
      flowId: 'f',
      flowName: 'F',
      flowVersion: 1,
      kind: 'dry',
      status: 'running',
      startedAt: '',
      startedBy: '',
      counts: noCounts,
      amounts: {},
      tableVersions: {},
    } as const;
    const at = { runId: 'r', at: '2026-01-01T00:00:00Z' };
    const outcome = {
      runId: 'r',
      key: 'k',
      status: 'held',
      nodeId: 'post',
      origin: { system: '', resource: '', id: '' },
    } as const;
    let progress = advanced({ run, nodes: {} }, { ...at, type: 'recordSettled', outcome });
    progress = advanced(progress, { ...at, type: 'nodeProgress', nodeId: 'post', in: 3, out: 0, byPort: {} });
    progress = advanced(progress, { ...at, type: 'recordSettled', outcome });
    expect(progress.nodes.post).toEqual({ in: 3, out: 0, byPort: {}, settled: { held: 2 } });
    const waiting = advanced(progress, {
      ...at,
      type: 'waiting',
      system: 'Procore',
      reason: 'rateLimit',
      waitMs: 1000,
      detail: '',
    });
    expect(waiting.waiting?.until).toBe(Date.parse('2026-01-01T00:00:01Z'));
    expect(advanced(waiting, { ...at, type: 'resumed', system: 'Procore' })).not.toHaveProperty('waiting');
  });
});

describe('texts and keys', () => {
  it('groups amounts without computing them', () => {
    expect(formatAmount('-1234567.5', 'minus')).toBe('-1,234,567.50');
    expect(formatAmount('-1250', 'brackets', 'USD')).toBe('(1,250.00) USD');
    expect(formatAmount('-0.00', 'minus')).toBe('0.00');
    expect(formatAmount('99999999999999999999.125', 'minus')).toBe('99,999,999,999,999,999,999.125');
    expect(shortCount(12_345)).toBe('12.3k');
  });

  it('says times relative to now', () => {
    const now = Date.parse('2026-01-02T00:00:00Z');
    expect(formatRelative('2026-01-01T22:00:00Z', now)).toBe('2 hours ago');
    expect(formatRelative('2026-01-02T00:00:10Z', now)).toBe('just now');
  });

  it('names key presses the same on every system', () => {
    const press = { key: 'l', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
    expect(shortcutOf({ ...press, ctrlKey: true, shiftKey: true, key: 'L' }, false)).toBe('Ctrl+Shift+L');
    expect(shortcutOf({ ...press, metaKey: true }, true)).toBe('Ctrl+L');
    expect(shortcutOf({ ...press, shiftKey: true, key: '?' }, false)).toBe('?');
    expect(shortcutOf({ ...press, shiftKey: true, key: 'F8' }, false)).toBe('Shift+F8');
    expect(shortcutOf({ ...press, key: '+', shiftKey: true }, false)).toBe('Plus');
    expect(isSingleKey('A') && isSingleKey('Plus') && !isSingleKey('Ctrl+A') && !isSingleKey('Del')).toBe(true);
    expect(shownShortcut('Ctrl+Left', true)).toBe('⌘+←');
  });
});

describe('looksAlike', () => {
  const node = (config: FlowNode['config']): FlowNode => ({ id: 'n', kind: 'map', config });
  const before = node({ fields: [{ to: 'a', value: '=[x]' }], when: '=[x]>1' });

  it('is not touched by typing inside a list', () => {
    expect(looksAlike(before, node({ ...before.config, fields: [{ to: 'a', value: '=[y]' }] }))).toBe(true);
  });

  it('sees what the face shows: name, switch, condition, number of fields, branches', () => {
    expect(looksAlike(before, { ...before, label: 'Other' })).toBe(false);
    expect(looksAlike(before, { ...before, disabled: true })).toBe(false);
    expect(looksAlike(before, node({ ...before.config, when: '=[x]>2' }))).toBe(false);
    expect(looksAlike(before, node({ ...before.config, fields: [] }))).toBe(false);
    const branches = (id: string) => node({ branches: [{ id, when: '=TRUE' }] });
    expect(looksAlike(branches('a'), branches('b'))).toBe(false);
  });
});

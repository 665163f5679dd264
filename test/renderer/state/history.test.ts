import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowDocument } from '../../../engine/model/flow.ts';
import { duplicateNodes } from '../../../renderer/state/clipboard.ts';
import { addNode, connect, deleteNodes, renameNode, setConfig } from '../../../renderer/state/document.ts';
import {
  emptyHistory,
  groupEnded,
  type History,
  historyLimit,
  recorded,
  redone,
  restoredHistory,
  storedHistory,
  storedLimit,
  undone,
} from '../../../renderer/state/history.ts';
import { addNote, groupNodes, moveBy } from '../../../renderer/state/layout.ts';
import { difference, inverted, type Json, patched } from '../../../renderer/state/patch.ts';
import { billFlow } from './flows.ts';

type Edit = (doc: FlowDocument) => FlowDocument;
const pick = (doc: FlowDocument, index: number): string => doc.nodes[index % Math.max(1, doc.nodes.length)]?.id ?? '';

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.nat(999).map(
    (n): Edit =>
      (doc) =>
        addNode(doc, { node: { id: `x${n}-${doc.nodes.length}`, kind: 'filter', config: {} }, at: [n, n] }),
  ),
  fc.tuple(fc.nat(), fc.nat()).map(
    ([a, b]): Edit =>
      (doc) =>
        connect(doc, { from: { node: pick(doc, a), port: 'out' }, to: { node: pick(doc, b), port: 'in' } }),
  ),
  fc.tuple(fc.nat(), fc.boolean()).map(
    ([a, rejoin]): Edit =>
      (doc) =>
        deleteNodes(doc, { ids: [pick(doc, a)], rejoin }),
  ),
  fc.tuple(fc.nat(), fc.string()).map(
    ([a, label]): Edit =>
      (doc) =>
        renameNode(doc, { id: pick(doc, a), label }),
  ),
  fc.tuple(fc.nat(), fc.string({ minLength: 1 }), fc.jsonValue()).map(
    ([a, key, value]): Edit =>
      (doc) =>
        setConfig(doc, { id: pick(doc, a), path: [`k${key}`], value: JSON.parse(JSON.stringify(value)) as Json }),
  ),
  fc.nat().map(
    (a): Edit =>
      (doc) =>
        duplicateNodes(doc, { ids: [pick(doc, a)] }).doc,
  ),
  fc.tuple(fc.nat(), fc.integer({ min: -500, max: 500 })).map(
    ([a, by]): Edit =>
      (doc) =>
        moveBy(doc, { ids: [pick(doc, a)], by: [by, by] }),
  ),
  fc.nat(99).map(
    (n): Edit =>
      (doc) =>
        addNote(doc, { id: `n${n}-${doc.layout.notes.length + 9}`, text: 'note', at: [n, 0] }),
  ),
  fc.nat().map(
    (a): Edit =>
      (doc) =>
        groupNodes(doc, { id: `g${a}`, label: 'G', nodes: [pick(doc, a)] }),
  ),
);

function walk(start: { history: History; doc: FlowDocument }, step: typeof undone) {
  let at = start;
  for (let next = step(at.history, at.doc); next !== undefined; next = step(at.history, at.doc)) at = next;
  return at;
}

describe('history', () => {
  it('takes every sequence of edits back and does it again', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 25 }), fc.boolean(), (edits, restart) => {
        const first = billFlow();
        let doc = first;
        let history = emptyHistory;
        for (const apply of edits) {
          const next = apply(doc);
          history = recorded(history, doc, next, { name: 'Edit', undo: 'record' });
          doc = next;
        }
        if (restart) history = restoredHistory(storedHistory(history, doc), doc);
        const back = walk({ history, doc }, undone);
        expect(back.doc).toEqual(first);
        expect(walk(back, redone).doc).toEqual(doc);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('patches any JSON there and back', () => {
    const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json);
    fc.assert(
      fc.property(json, json, (before, after) => {
        const patch = difference(before, after);
        if (patch === undefined) {
          expect(after).toEqual(before);
          return;
        }
        const stored = JSON.parse(JSON.stringify(patch)) as typeof patch;
        expect(patched(before, stored)).toEqual(after);
        expect(patched(after, inverted(stored))).toEqual(before);
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  const typed = (history: History, doc: FlowDocument, label: string) => {
    const next = renameNode(doc, { id: 'read', label });
    return { doc: next, history: recorded(history, doc, next, { name: 'Rename', undo: 'merge', group: 'label:read' }) };
  };

  it('groups typing in one field until the group ends', () => {
    const one = typed(emptyHistory, billFlow(), 'A');
    const two = typed(one.history, one.doc, 'AB');
    expect(two.history.undo).toHaveLength(1);
    expect(undone(two.history, two.doc)?.doc).toEqual(billFlow());
    const three = typed(groupEnded(two.history), two.doc, 'ABC');
    expect(three.history.undo).toHaveLength(2);
    const back = typed(two.history, two.doc, 'Requisitions');
    expect(back.history.undo).toHaveLength(0);
  });

  it('forgets what can be redone after a new change, and what does not matter', () => {
    const one = typed(emptyHistory, billFlow(), 'A');
    const back = undone(one.history, one.doc);
    expect(back?.history.redo).toHaveLength(1);
    expect(typed(back?.history ?? emptyHistory, billFlow(), 'B').history.redo).toEqual([]);
    expect(recorded(emptyHistory, billFlow(), one.doc, { name: 'x', undo: 'skip' })).toBe(emptyHistory);
  });

  it('is bounded in steps and in size, and drops what does not fit the content', () => {
    let history = emptyHistory;
    let doc = billFlow();
    for (let n = 0; n < historyLimit + 20; n += 1) {
      const next = setConfig(doc, { id: 'read', path: ['where'], value: `${n}`.repeat(2000) });
      history = recorded(history, doc, next, { name: 'Set', undo: 'record' });
      doc = next;
    }
    expect(history.undo).toHaveLength(historyLimit);
    const text = storedHistory(history, doc);
    expect(text.length).toBeLessThanOrEqual(storedLimit);
    expect(restoredHistory(text, doc).undo.length).toBeGreaterThan(10);
    expect(restoredHistory(text, billFlow())).toEqual(emptyHistory);
    expect(restoredHistory('{broken', doc)).toEqual(emptyHistory);
    expect(restoredHistory(text.replaceAll('"op":"object"', '"op":"set"'), doc)).toEqual(emptyHistory);
  });
});

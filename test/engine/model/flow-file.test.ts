import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../engine/model/error.ts';
import { parseFlow, serializeFlow } from '../../../engine/model/flow-file.ts';

const flow = {
  layout: { nodes: { b: [8, 16] } },
  wires: [
    { to: 'b', from: 'a' },
    { from: 'a.held', to: 'b' },
  ],
  nodes: [
    { kind: 'future-kind', id: 'b', shade: 'blue', config: { z: 1, a: [{ to: 'X', value: '=[y]' }] } },
    { id: 'a', kind: 'read' },
  ],
  name: 'Bills',
  id: 'f_1',
  schemaVersion: 1,
  format: 'costwire/flow',
  owner: { name: 'Dana' },
};

describe('flow files', () => {
  it('writes the same bytes for the same content, whatever the order', () => {
    const shuffled = { ...flow, nodes: [...flow.nodes].reverse(), wires: [...flow.wires].reverse() };
    const text = serializeFlow(parseFlow(JSON.stringify(flow)).document);
    expect(serializeFlow(parseFlow(JSON.stringify(shuffled)).document)).toBe(text);
    expect(serializeFlow(parseFlow(text).document)).toBe(text);
    expect(text.endsWith('}\n')).toBe(true);
    expect(text.indexOf('"a"')).toBeLessThan(text.indexOf('"b"'));
  });

  it('keeps unknown fields and unknown node kinds', () => {
    const written = JSON.parse(serializeFlow(parseFlow(JSON.stringify(flow)).document));
    expect(written.owner).toEqual({ name: 'Dana' });
    expect(written.nodes[1]).toEqual({ ...flow.nodes[0], config: { a: [{ to: 'X', value: '=[y]' }], z: 1 } });
  });

  it('moves only the layout section when a box moves', () => {
    const opened = parseFlow(JSON.stringify(flow)).document;
    const moved = { ...opened, layout: { ...opened.layout, nodes: { b: [80, 16] as [number, number] } } };
    const before = serializeFlow(opened);
    const after = serializeFlow(moved);
    expect(after).not.toBe(before);
    expect(after.split('"layout"')[0]).toBe(before.split('"layout"')[0]);
  });

  it('opens a newer file read-only and keeps its content', () => {
    const opened = parseFlow(JSON.stringify({ ...flow, schemaVersion: 99, hyperspace: true }));
    expect(opened.readOnly).toBe(true);
    expect(opened.reason?.code).toBe('flow.newer');
    expect(opened.document).toMatchObject({ schemaVersion: 99, hyperspace: true });
  });

  it.each([
    ['{"format": "costwire/flow",\n "schemaVersion": 1, "id": "x"', 'flow.invalid', 'line'],
    ['<html>', 'flow.invalid', 'JSON'],
    ['{"format":"other/thing","schemaVersion":1}', 'flow.invalid', 'format'],
    ['{"format":"costwire/flow","schemaVersion":1,"id":"x"}', 'flow.invalid', 'name'],
    ['{"format":"costwire/flow","schemaVersion":7,"id":1}', 'flow.newer', 'newer'],
    ['null', 'flow.invalid', ''],
  ])('says what is wrong with %s', (text, code, word) => {
    let error: unknown;
    try {
      parseFlow(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code });
    expect((error as AppError).message).toContain(word);
  });

  it('survives a round trip whatever is in a node', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (config) => {
        // The one name that is dropped, since it would reach the prototype of what reads it.
        fc.pre(!JSON.stringify(config).includes('__proto__'));
        const text = JSON.stringify({ ...flow, nodes: [{ id: 'n', kind: 'k', config }] });
        const once = serializeFlow(parseFlow(text).document);
        expect(serializeFlow(parseFlow(once).document)).toBe(once);
        expect(JSON.parse(once).nodes[0].config).toEqual(JSON.parse(text).nodes[0].config);
      }),
    );
  });
});

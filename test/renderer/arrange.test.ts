import elkBundled from 'elkjs/lib/elk.bundled.js';
import { describe, expect, it } from 'vitest';
import type { FlowDocument } from '../../engine/model/flow.ts';
import { nodeDeclarations } from '../../engine/nodes/index.ts';
import { bestPlaces } from '../../renderer/canvas/arrange.ts';
import type { Point } from '../../renderer/state/document.ts';
import { nodeSize } from '../../renderer/state/layout.ts';
import { billFlow } from './state/flows.ts';

const declared = new Map(nodeDeclarations.map((kind) => [kind.kind, kind]));
const elk = new elkBundled.default();
const room = { width: 830, height: 510 };

/** A chain of nine, drawn as one line, with a note over its seventh node. */
function chain(): FlowDocument {
  const ids = Array.from({ length: 9 }, (_, index) => `n${index}`);
  return {
    ...billFlow(),
    nodes: [
      ...ids.map((id, index) => ({ id, kind: index === 0 ? 'read' : 'filter', config: {} })),
      { id: 'why', kind: 'note', config: { text: 'Why it is so' } },
    ],
    wires: ids.slice(1).map((id, index) => ({ from: `n${index}`, to: id })),
    layout: {
      nodes: {
        ...Object.fromEntries(ids.map((id, index): [string, [number, number]] => [id, [80 + index * 320, 240]])),
        why: [80 + 6 * 320, 80],
      },
      notes: [],
    },
  };
}

const arrange = (doc: FlowDocument): Promise<Record<string, Point>> =>
  bestPlaces(doc, { kinds: declared, room, layout: (graph) => elk.layout(graph) });

const at = (places: Record<string, Point>, id: string): Point => places[id] ?? [Number.NaN, Number.NaN];

describe('the arrangement of a flow', () => {
  it('wraps a chain into rows that can be read in the room there is', async () => {
    const places = await arrange(chain());
    const xs = Object.values(places).map(([x]) => x);
    const ys = Object.values(places).map(([, y]) => y);
    const width = Math.max(...xs) - Math.min(...xs) + nodeSize.width;
    const height = Math.max(...ys) - Math.min(...ys) + nodeSize.height;
    expect(Math.min(room.width / width, room.height / height)).toBeGreaterThan(0.75);
    expect([Math.min(...xs), Math.min(...ys)]).toEqual([80, 80]);
    expect(
      Object.values(places)
        .flat()
        .every((pixels) => pixels % 8 === 0),
    ).toBe(true);
  });

  it('lays no node over another', async () => {
    const places = Object.values(await arrange(chain()));
    for (const [index, [x, y]] of places.entries())
      for (const [otherX, otherY] of places.slice(index + 1))
        expect(Math.abs(x - otherX) >= nodeSize.width || Math.abs(y - otherY) >= nodeSize.height).toBe(true);
  });

  it('keeps a note right at the node it explains', async () => {
    const places = await arrange(chain());
    const [x, y] = at(places, 'why');
    const [explainedX, explainedY] = at(places, 'n6');
    expect(Math.abs(x - explainedX)).toBeLessThan(nodeSize.width);
    expect(Math.abs(y - explainedY)).toBeLessThan(2 * nodeSize.height);
  });

  it('leaves in one line what can be read in one line', async () => {
    const doc = chain();
    const short = { ...doc, nodes: doc.nodes.slice(0, 3), wires: doc.wires.slice(0, 2) };
    const places = await arrange(short);
    expect(new Set(['n0', 'n1', 'n2'].map((id) => at(places, id)[1])).size).toBe(1);
  });

  it('has nothing to arrange in an empty flow', async () => {
    expect(await arrange({ ...chain(), nodes: [], wires: [] })).toEqual({});
  });
});

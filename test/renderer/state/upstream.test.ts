import { describe, expect, it } from 'vitest';
import { flowSchema } from '../../../engine/model/flow.ts';
import { upTo } from '../../../renderer/state/upstream.ts';

const node = (id: string) => ({ id, kind: 'filter', config: {} });
const doc = flowSchema.parse({
  format: 'costwire/flow',
  schemaVersion: 1,
  id: 'f',
  name: 'F',
  nodes: ['a', 'b', 'c', 'd', 'e'].map(node),
  wires: [
    { from: 'a', to: 'b' },
    { from: 'b.other', to: 'c' },
    { from: 'c', to: 'd' },
    { from: 'e', to: 'd' },
  ],
});

describe('a flow up to a node', () => {
  it('keeps what feeds it and nothing behind or beside it', () => {
    const part = upTo(doc, 'c');
    expect(part.nodes.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(part.wires).toEqual([
      { from: 'a', to: 'b' },
      { from: 'b.other', to: 'c' },
    ]);
    expect(upTo(doc, 'd').nodes).toHaveLength(5);
    expect(upTo(doc, 'e').wires).toEqual([]);
  });
});

/** The part of a flow that feeds a node. Pure. */
import type { FlowDocument } from '../../engine/model/flow.ts';
import { endsOf, reaches } from './graph.ts';

/** The flow up to a node: the node, what feeds it, and the wires between. What follows is left out. */
export function upTo(doc: FlowDocument, nodeId: string): FlowDocument {
  const kept = new Set(doc.nodes.map(({ id }) => id).filter((id) => id === nodeId || reaches(doc, id, nodeId)));
  return {
    ...doc,
    nodes: doc.nodes.filter(({ id }) => kept.has(id)),
    wires: doc.wires.filter((wire) => {
      const { from, to } = endsOf(wire);
      return kept.has(from.node) && kept.has(to.node);
    }),
  };
}

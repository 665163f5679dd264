/** Which port the Data tab shows: that of the chosen wire, of the chosen node, or of the first source. Pure. */
import type { FlowDocument } from '../../engine/model/flow.ts';
import { parseWireEnd } from '../../engine/model/flow.ts';
import { wireId } from '../state/graph.ts';

/** A port whose records are shown, and the others of the same node. */
export interface Place {
  nodeId: string;
  port: string;
}

/** The place that the selection points at. A node without records of its own (a write) shows what it was given. */
export function placeOf(
  doc: FlowDocument,
  nodes: readonly string[],
  wires: readonly string[],
  hasOutputs: (nodeId: string) => boolean,
): Place | undefined {
  const wire = doc.wires.find((candidate) => wireId(candidate) === wires[0]);
  const from = (end: string): Place => {
    const { node, port } = parseWireEnd(end, 'from');
    return { nodeId: node, port };
  };
  if (wire !== undefined) return from(wire.from);
  const chosen = nodes[0] ?? doc.nodes.find(({ kind }) => kind === 'read')?.id;
  if (chosen === undefined) return undefined;
  if (hasOutputs(chosen)) return { nodeId: chosen, port: 'out' };
  const into = doc.wires.find((candidate) => parseWireEnd(candidate.to, 'to').node === chosen);
  return into === undefined ? { nodeId: chosen, port: 'out' } : from(into.from);
}

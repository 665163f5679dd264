/** Under which name a source's watermarks are kept: any change of the flow's logic starts from the beginning. */
import type { FlowDocument } from '../model/flow.ts';
import { contentHash } from '../store/canonical.ts';

/**
 * The name that watermarks of a read node are kept under, such as `read@1f3a…`. Records that the old logic passed over may be
 * wanted by a changed one, so a change of nodes or wires gives another name; labels, notes and layout do not.
 */
export function watermarkNode({ nodes, wires }: FlowDocument, nodeId: string): string {
  const logic = contentHash({
    nodes: nodes.map(({ id, kind, config, disabled }) => ({ id, kind, config, disabled })),
    wires,
  });
  return `${nodeId}@${logic.slice(0, 12)}`;
}

/** Automatic layout by ELK in a worker of its own, loaded when first asked for. */
import type { FlowDocument } from '../../engine/model/flow.ts';
import type { Point } from '../state/document.ts';
import { endsOf } from '../state/graph.ts';
import { nodeSize } from '../state/layout.ts';

/** Places of all nodes, from left to right, starting where the flow starts now. */
export async function arranged(doc: FlowDocument): Promise<Record<string, Point>> {
  const [{ default: api }, { default: workerUrl }] = await Promise.all([
    import('elkjs/lib/elk-api.js'),
    import('elkjs/lib/elk-worker.min.js?url'),
  ]);
  const elk = new api.default({ workerFactory: () => new Worker(workerUrl) });
  try {
    const known = new Set(doc.nodes.map((node) => node.id));
    const graph = await elk.layout({
      id: 'flow',
      layoutOptions: {
        'elk.algorithm': 'layered',
        'elk.direction': 'RIGHT',
        'elk.spacing.nodeNode': '48',
        'elk.layered.spacing.nodeNodeBetweenLayers': '88',
        'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
        'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      },
      children: doc.nodes.map((node) => ({ id: node.id, ...nodeSize })),
      edges: doc.wires.flatMap((wire, index) => {
        const { from, to } = endsOf(wire);
        const drawn = known.has(from.node) && known.has(to.node);
        return drawn ? [{ id: `w${index}`, sources: [from.node], targets: [to.node] }] : [];
      }),
    });
    const places = Object.values(doc.layout.nodes);
    const left = places.length === 0 ? 0 : Math.min(...places.map(([x]) => x));
    const top = places.length === 0 ? 0 : Math.min(...places.map(([, y]) => y));
    return Object.fromEntries(
      (graph.children ?? []).map((child): [string, Point] => [child.id, [left + (child.x ?? 0), top + (child.y ?? 0)]]),
    );
  } finally {
    elk.terminateWorker();
  }
}

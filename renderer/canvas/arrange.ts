/** Automatic layout by ELK in a worker of its own, loaded when first asked for. */
import type { ElkNode, ElkPort } from 'elkjs/lib/elk-api.js';
import type { FlowDocument, FlowNode } from '../../engine/model/flow.ts';
import { type Point, snapped } from '../state/document.ts';
import { endsOf, type NodeKinds, placeOf, portsOf } from '../state/graph.ts';
import { nodeSize } from '../state/layout.ts';
import { portPlaces } from './derive.ts';

/** Room of the canvas in pixels at a zoom of 1. */
export interface Room {
  width: number;
  height: number;
}

/**
 * How far a flow may be wrapped into rows, from one line to a tall block: ELK estimates, so each is tried and the
 * one that is drawn largest wins.
 */
const shapes = ['OFF', '2.6', '2', '1.6', '1.3', '1', '0.8', '0.6'] as const;
type Shape = (typeof shapes)[number];

const optionsOf = (shape: Shape): Record<string, string> => ({
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.spacing.nodeNode': '32',
  'elk.spacing.commentNode': '28',
  'elk.layered.spacing.nodeNodeBetweenLayers': '56',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  ...(shape === 'OFF'
    ? {}
    : {
        'elk.aspectRatio': shape,
        'elk.layered.wrapping.strategy': 'MULTI_EDGE',
        'elk.layered.wrapping.additionalEdgeSpacing': '0',
      }),
});

const sides = { left: 'WEST', right: 'EAST', bottom: 'SOUTH', top: 'NORTH' } as const;

const isNote = (node: FlowNode): boolean => node.kind === 'note';

/** The node that a note stands closest to: the one it explains. */
function explainedBy(doc: FlowDocument, note: FlowNode): FlowNode | undefined {
  const [x, y] = placeOf(doc, note.id);
  const distance = (node: FlowNode): number => {
    const [toX, toY] = placeOf(doc, node.id);
    return Math.hypot(toX - x, toY - y);
  };
  return doc.nodes.filter((node) => !isNote(node)).toSorted((a, b) => distance(a) - distance(b))[0];
}

/** A flow as ELK takes it. A note hangs on what it explains, so that it stays beside it. */
export function elkGraph(doc: FlowDocument, kinds: NodeKinds, shape: Shape): ElkNode {
  const known = new Set(doc.nodes.map((node) => node.id));
  const portId = (node: string, side: 'source' | 'target', port: string): string => `${node}/${side}/${port}`;
  const ports = new Set<string>();
  const children = doc.nodes.map((node): ElkNode => {
    if (isNote(node)) return { id: node.id, ...nodeSize, layoutOptions: { 'elk.commentBox': 'true' } };
    const { inputs, outputs } = portsOf(doc, node, kinds);
    const places = portPlaces(inputs, outputs).map((place): ElkPort => {
      const id = portId(node.id, place.type, place.id);
      ports.add(id);
      return { id, x: place.x, y: place.y, layoutOptions: { 'elk.port.side': sides[place.position] } };
    });
    return { id: node.id, ...nodeSize, ports: places, layoutOptions: { 'elk.portConstraints': 'FIXED_POS' } };
  });
  const wires = doc.wires.flatMap((wire, index) => {
    const { from, to } = endsOf(wire);
    if (!known.has(from.node) || !known.has(to.node)) return [];
    const source = portId(from.node, 'source', from.port);
    const target = portId(to.node, 'target', to.port);
    // A wire at a port that the kind does not have is laid to the node itself.
    return [
      {
        id: `w${index}`,
        sources: [ports.has(source) ? source : from.node],
        targets: [ports.has(target) ? target : to.node],
      },
    ];
  });
  const strings = doc.nodes.filter(isNote).flatMap((note, index) => {
    const explained = explainedBy(doc, note);
    return explained === undefined ? [] : [{ id: `n${index}`, sources: [note.id], targets: [explained.id] }];
  });
  return { id: 'flow', layoutOptions: optionsOf(shape), children, edges: [...wires, ...strings] };
}

interface Arrangement {
  places: [string, Point][];
  width: number;
  height: number;
}

function measured(graph: ElkNode): Arrangement {
  const boxes = (graph.children ?? []).map((child) => ({ id: child.id, x: child.x ?? 0, y: child.y ?? 0 }));
  const left = Math.min(...boxes.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  return {
    places: boxes.map(({ id, x, y }) => [id, [x - left, y - top]]),
    width: Math.max(...boxes.map(({ x }) => x)) - left + nodeSize.width,
    height: Math.max(...boxes.map(({ y }) => y)) - top + nodeSize.height,
  };
}

/**
 * The places of all nodes that let the flow be drawn largest in the room, from left to right and wrapped into rows
 * where one line would be too long; the flow starts where it starts now. `layout` is ELK's.
 */
export async function bestPlaces(
  doc: FlowDocument,
  args: { kinds: NodeKinds; room: Room; layout: (graph: ElkNode) => Promise<ElkNode> },
): Promise<Record<string, Point>> {
  if (doc.nodes.length === 0) return {};
  let best: { made: Arrangement; zoom: number } | undefined;
  for (const shape of shapes) {
    const made = measured(await args.layout(elkGraph(doc, args.kinds, shape)));
    const zoom = Math.min(1, args.room.width / made.width, args.room.height / made.height);
    // A clearly larger picture is worth a wrap, a hair's breadth is not.
    if (best === undefined || zoom > best.zoom * 1.04) best = { made, zoom };
  }
  const now = Object.values(doc.layout.nodes);
  const left = now.length === 0 ? 0 : Math.min(...now.map(([x]) => x));
  const top = now.length === 0 ? 0 : Math.min(...now.map(([, y]) => y));
  return Object.fromEntries(
    (best?.made.places ?? []).map(([id, [x, y]]): [string, Point] => [id, snapped([left + x, top + y])]),
  );
}

/** Places of all nodes, laid out by ELK in a worker. */
export async function arranged(
  doc: FlowDocument,
  args: { kinds: NodeKinds; room: Room },
): Promise<Record<string, Point>> {
  const [{ default: api }, { default: workerUrl }] = await Promise.all([
    import('elkjs/lib/elk-api.js'),
    import('elkjs/lib/elk-worker.min.js?url'),
  ]);
  const elk = new api.default({ workerFactory: () => new Worker(workerUrl) });
  try {
    return await bestPlaces(doc, { ...args, layout: (graph) => elk.layout(graph) });
  } finally {
    elk.terminateWorker();
  }
}

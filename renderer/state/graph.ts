/** Questions about a flow's graph: order, reach, ports. Pure. */
import { type FlowDocument, type FlowNode, type FlowWire, parseWireEnd } from '../../engine/model/flow.ts';
import type { NodeDeclaration, NodePort } from '../../engine/model/node.ts';

/** Node kinds by name, as the host lists them. */
export type NodeKinds = ReadonlyMap<string, NodeDeclaration>;

/** One end of a wire. */
export interface WireEnd {
  node: string;
  port: string;
}

/** Both ends of a wire taken apart. */
export const endsOf = (wire: FlowWire): { from: WireEnd; to: WireEnd } => ({
  from: parseWireEnd(wire.from, 'from'),
  to: parseWireEnd(wire.to, 'to'),
});

/** The text of a wire's end; default ports are left out, so that files stay short. */
export function formatWireEnd(end: WireEnd, side: 'from' | 'to'): string {
  return end.port === (side === 'from' ? 'out' : 'in') ? end.node : `${end.node}.${end.port}`;
}

/** Stable identity of a wire: its two ends. */
export const wireId = (wire: FlowWire): string => `${wire.from}→${wire.to}`;

/** Outputs named after the entries of a node's `branches`: ports of entries that do not exist are left out. */
function namedBranches(node: FlowNode, outputs: readonly NodePort[]): readonly NodePort[] {
  const { branches } = node.config;
  if (!Array.isArray(branches)) return outputs;
  return outputs.flatMap((port) => {
    const place = 'abcd'.indexOf(port.id);
    if (port.id.length !== 1 || place === -1) return [port];
    const entry = branches[place];
    if (entry === undefined) return [];
    const label = typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? entry.label : undefined;
    return [typeof label === 'string' && label !== '' ? { ...port, label } : port];
  });
}

/** Ports of a node. Unknown kinds get one of each, plus whatever their wires mention, so that nothing is hidden. */
export function portsOf(
  doc: FlowDocument,
  node: FlowNode,
  kinds: NodeKinds,
): { inputs: readonly NodePort[]; outputs: readonly NodePort[] } {
  const declared = kinds.get(node.kind);
  if (declared !== undefined) return { inputs: declared.inputs, outputs: namedBranches(node, declared.outputs) };
  const inputs = new Set(['in']);
  const outputs = new Set(['out']);
  for (const wire of doc.wires) {
    const { from, to } = endsOf(wire);
    if (from.node === node.id) outputs.add(from.port);
    if (to.node === node.id) inputs.add(to.port);
  }
  const ports = (ids: Set<string>): NodePort[] => [...ids].map((id) => ({ id, label: id }));
  return { inputs: ports(inputs), outputs: ports(outputs) };
}

/** Nodes fed by each node. */
export function successors(doc: FlowDocument): Map<string, string[]> {
  const next = new Map<string, string[]>(doc.nodes.map((node) => [node.id, []]));
  for (const wire of doc.wires) {
    const { from, to } = endsOf(wire);
    next.get(from.node)?.push(to.node);
  }
  return next;
}

/** Whether records leaving `from` can reach `target`. */
export function reaches(doc: FlowDocument, from: string, target: string): boolean {
  const next = successors(doc);
  const seen = new Set<string>();
  const open = [from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === target) return true;
    if (seen.has(node)) continue;
    seen.add(node);
    open.push(...(next.get(node) ?? []));
  }
  return false;
}

/** The way from one node to another, both included; undefined where there is none. Used to name the circle a wire would close. */
export function pathBetween(doc: FlowDocument, from: string, target: string): string[] | undefined {
  const next = successors(doc);
  const before = new Map<string, string | undefined>([[from, undefined]]);
  const queue = [from];
  for (const node of queue) {
    if (node === target) break;
    for (const follower of next.get(node) ?? [])
      if (!before.has(follower)) {
        before.set(follower, node);
        queue.push(follower);
      }
  }
  if (!before.has(target)) return undefined;
  const path: string[] = [];
  for (let node: string | undefined = target; node !== undefined; node = before.get(node)) path.unshift(node);
  return path;
}

/** Where a node stands; nodes without a place stand at the origin. */
export const placeOf = (doc: FlowDocument, id: string): readonly [number, number] => doc.layout.nodes[id] ?? [0, 0];

/**
 * Node ids in run order: sources first, among equals from left to right and top to bottom. Nodes of a circle (a file may hold
 * one) come last, so that every node is listed once.
 */
export function runOrder(doc: FlowDocument): string[] {
  const next = successors(doc);
  const waiting = new Map<string, number>(doc.nodes.map((node) => [node.id, 0]));
  for (const followers of next.values()) for (const id of followers) waiting.set(id, (waiting.get(id) ?? 0) + 1);
  const rank = new Map(
    doc.nodes
      .map((node) => ({ id: node.id, at: placeOf(doc, node.id) }))
      .sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1] || (a.id < b.id ? -1 : 1))
      .map(({ id }, index) => [id, index]),
  );
  const byPlace = (a: string, b: string): number => (rank.get(a) ?? 0) - (rank.get(b) ?? 0);
  const order: string[] = [];
  let layer = doc.nodes
    .map((node) => node.id)
    .filter((id) => waiting.get(id) === 0)
    .sort(byPlace);
  while (layer.length > 0) {
    order.push(...layer);
    const ready: string[] = [];
    for (const id of layer)
      for (const follower of next.get(id) ?? []) {
        const left = (waiting.get(follower) ?? 0) - 1;
        waiting.set(follower, left);
        if (left === 0) ready.push(follower);
      }
    layer = ready.sort(byPlace);
  }
  const listed = new Set(order);
  const circular = doc.nodes.map((node) => node.id).filter((id) => !listed.has(id));
  return [...order, ...circular.sort(byPlace)];
}

/** The node with this id. */
export const nodeOf = (doc: FlowDocument, id: string): FlowNode | undefined => doc.nodes.find((node) => node.id === id);

/** What a person calls a node: its label, else the title of its kind, else the kind as written. */
export const titleOf = (node: FlowNode, kinds: NodeKinds): string =>
  node.label !== undefined && node.label !== '' ? node.label : (kinds.get(node.kind)?.title ?? node.kind);

/** Wires that touch a node. */
export const wiresOf = (doc: FlowDocument, id: string): FlowWire[] =>
  doc.wires.filter((wire) => {
    const { from, to } = endsOf(wire);
    return from.node === id || to.node === id;
  });

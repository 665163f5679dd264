/** The wires of a flow: what is connected to what, in which order, and what is wrong with it. */

import { type FlowDocument, type FlowNode, type FlowWire, type Problem, parseWireEnd } from '../model/flow.ts';
import { closest } from '../nodes/config.ts';
import type { NodeKind } from '../nodes/node.ts';

/** A wire with both ends taken apart. */
export interface PlannedWire {
  from: { node: string; port: string };
  to: { node: string; port: string };
}

/** Nodes in an order in which every node comes after those it gets records from. */
export interface FlowGraph {
  order: FlowNode[];
  wires: PlannedWire[];
  problems: Problem[];
}

const named = (node: FlowNode): string => node.label ?? node.id;

/** Takes a document's wires apart. Wires that cannot be followed are problems and left out. */
export function readGraph(document: FlowDocument, kinds: ReadonlyMap<string, NodeKind>): FlowGraph {
  const nodes = new Map<string, FlowNode>();
  const problems: Problem[] = [];
  for (const node of document.nodes) {
    if (nodes.has(node.id)) {
      problems.push({
        severity: 'blocking',
        code: 'flow.invalid',
        nodeId: node.id,
        message: `Two nodes have the id “${node.id}”.`,
        hint: 'Delete one of them and add it anew.',
      });
      continue;
    }
    nodes.set(node.id, node);
  }
  const wires = document.wires.flatMap((wire) => {
    const planned = { from: parseWireEnd(wire.from, 'from'), to: parseWireEnd(wire.to, 'to') };
    const problem = danglingProblem(wire, planned, nodes, kinds);
    if (problem === undefined) return [planned];
    problems.push(problem);
    return [];
  });
  const order = sortNodes([...nodes.values()], wires);
  if (order.circle.length > 0) problems.push(cycleProblem(order.circle));
  return { order: order.sorted, wires, problems };
}

function danglingProblem(
  wire: FlowWire,
  planned: PlannedWire,
  nodes: ReadonlyMap<string, FlowNode>,
  kinds: ReadonlyMap<string, NodeKind>,
): Problem | undefined {
  const sides = [
    { end: planned.from, text: wire.from, side: 'outputs' as const, word: 'output' },
    { end: planned.to, text: wire.to, side: 'inputs' as const, word: 'input' },
  ];
  for (const { end, text, side, word } of sides) {
    const node = nodes.get(end.node);
    if (node === undefined) {
      const guess = closest(end.node, [...nodes.keys()]);
      return dangling(
        `The wire from “${wire.from}” to “${wire.to}” ends at a node that does not exist: “${text}”.`,
        guess,
      );
    }
    const kind = kinds.get(node.kind);
    if (kind !== undefined && !kind[side].some((port) => port.id === end.port)) {
      const ports = kind[side].map((port) => `“${port.id}”`).join(', ');
      const has = ports === '' ? `no ${word}s` : `the ${word}s ${ports}`;
      return {
        ...dangling(`“${named(node)}” has no ${word} “${end.port}”; it has ${has}.`, undefined),
        nodeId: node.id,
      };
    }
  }
  return undefined;
}

const dangling = (message: string, guess: string | undefined): Problem => ({
  severity: 'blocking',
  code: 'flow.danglingWire',
  message,
  hint:
    guess === undefined
      ? 'Connect the wire to a node and port that exist, or remove it.'
      : `Did you mean “${guess}”? Connect the wire to it, or remove it.`,
});

/** Sources first. Nodes that stand in or behind a circle are returned as `circle`, one circle only, in its order. */
function sortNodes(
  nodes: readonly FlowNode[],
  wires: readonly PlannedWire[],
): { sorted: FlowNode[]; circle: FlowNode[] } {
  const waiting = new Map(nodes.map((node) => [node.id, wires.filter((wire) => wire.to.node === node.id).length]));
  const sorted: FlowNode[] = [];
  const ready = nodes.filter((node) => waiting.get(node.id) === 0);
  for (let node = ready.shift(); node !== undefined; node = ready.shift()) {
    sorted.push(node);
    for (const wire of wires) {
      if (wire.from.node !== node.id) continue;
      const left = (waiting.get(wire.to.node) ?? 0) - 1;
      waiting.set(wire.to.node, left);
      const next = left === 0 ? nodes.find((candidate) => candidate.id === wire.to.node) : undefined;
      if (next !== undefined) ready.push(next);
    }
  }
  if (sorted.length === nodes.length) return { sorted, circle: [] };
  return {
    sorted,
    circle: findCircle(
      nodes.filter((node) => !sorted.includes(node)),
      wires,
    ),
  };
}

/** Walks against the wires from a node that could not be sorted until a node comes up again. */
function findCircle(nodes: readonly FlowNode[], wires: readonly PlannedWire[]): FlowNode[] {
  const path: FlowNode[] = [];
  let node = nodes[0];
  while (node !== undefined && !path.includes(node)) {
    path.unshift(node);
    const id = node.id;
    const before = wires.find((wire) => wire.to.node === id && nodes.some((other) => other.id === wire.from.node));
    node = nodes.find((candidate) => candidate.id === before?.from.node);
  }
  return node === undefined ? path : path.slice(0, path.indexOf(node) + 1);
}

function cycleProblem(circle: readonly FlowNode[]): Problem {
  const first = circle[0];
  const names = [...circle, ...(first === undefined ? [] : [first])].map(named).join(' → ');
  return {
    severity: 'blocking',
    code: 'flow.cycle',
    ...(first === undefined ? {} : { nodeId: first.id }),
    message: `The wires form a circle: ${names}.`,
    hint: 'Remove one of the wires so that the flow runs from left to right.',
  };
}

/** Which nodes only prepare reference data: everything they yield ends in inputs that are read in full first. */
export function referenceNodes(graph: FlowGraph, kinds: ReadonlyMap<string, NodeKind>): Set<string> {
  const found = new Set<string>();
  const byId = new Map(graph.order.map((node) => [node.id, node]));
  for (const node of [...graph.order].reverse()) {
    const out = graph.wires.filter((wire) => wire.from.node === node.id);
    const only = out.every(({ to }) => {
      const target = byId.get(to.node);
      const port = kinds.get(target?.kind ?? '')?.inputs.find((input) => input.id === to.port);
      return port?.reference === true || found.has(to.node);
    });
    if (out.length > 0 && only) found.add(node.id);
  }
  return found;
}

/** Read nodes in the order they are to be read: what feeds a reference input comes before what feeds the other inputs. */
export function readOrder(graph: FlowGraph, kinds: ReadonlyMap<string, NodeKind>): string[] {
  const above = new Map<string, Set<string>>();
  const reads = graph.order.filter((node) => kinds.get(node.kind)?.inputs.length === 0 && node.kind === 'read');
  const after = new Map(reads.map((node) => [node.id, new Set<string>()]));
  for (const node of graph.order) {
    const mine = new Set<string>(node.kind === 'read' ? [node.id] : []);
    const reference = new Set<string>();
    const other = new Set<string>();
    for (const wire of graph.wires.filter((candidate) => candidate.to.node === node.id)) {
      const port = kinds.get(node.kind)?.inputs.find((input) => input.id === wire.to.port);
      for (const id of above.get(wire.from.node) ?? []) {
        mine.add(id);
        (port?.reference === true ? reference : other).add(id);
      }
    }
    above.set(node.id, mine);
    for (const late of other) for (const early of reference) if (early !== late) after.get(late)?.add(early);
  }
  const ordered: string[] = [];
  const rest = new Set(reads.map((node) => node.id));
  while (rest.size > 0) {
    const free = [...rest].find((id) => [...(after.get(id) ?? [])].every((early) => !rest.has(early)));
    // Two reads that each feed the other's reference input: any order works, the join waits.
    const next = free ?? [...rest][0];
    if (next === undefined) break;
    rest.delete(next);
    ordered.push(next);
  }
  return ordered;
}

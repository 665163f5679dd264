/**
 * Links between nodes: where one wire is all that leaves a node and all that comes to the next, nobody else sees what travels on it,
 * so that both may hand records on in their parts. What leaves the last node of such a chain, and what is settled on the way, is whole.
 */
import { wholeResult } from './batch.ts';
import type { BatchResult, LinkedRunner, NodeRunner } from './node.ts';

/** What linking needs to know of a node: the wires that leave it, and the number of those into each input. */
export interface WiredNode {
  id: string;
  wires: readonly { from: { port: string }; to: { node: string; port: string } }[];
  incoming: Readonly<Record<string, number>>;
}

/** Compiled nodes as they are to be used. */
export interface LinkedNodes {
  /** Linked runners in place of those handed in, all others as they were. */
  runners: ReadonlyMap<string, NodeRunner>;
  /** Nodes that get their records by a link. */
  behindLink: ReadonlySet<string>;
}

/** Links compiled nodes wherever it can be done. */
export function linkRunners(nodes: readonly WiredNode[], runners: ReadonlyMap<string, NodeRunner>): LinkedNodes {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const linked = new Map(runners);
  const behindLink = new Set<string>();
  for (const node of nodes) {
    const chain = chainFrom(node, byId, runners);
    if (chain.length < 2) continue;
    chain.forEach(({ id, runner }, at) => {
      if (at > 0) behindLink.add(id);
      linked.set(id, at === chain.length - 1 && runner.layout !== undefined ? givingWhole(runner) : runner);
    });
  }
  return { runners: linked, behindLink };
}

interface Link {
  id: string;
  runner: LinkedRunner;
}

function chainFrom(
  head: WiredNode,
  nodes: ReadonlyMap<string, WiredNode>,
  runners: ReadonlyMap<string, NodeRunner>,
): Link[] {
  const chain: Link[] = [];
  let node: WiredNode | undefined = head;
  let runner = runners.get(head.id)?.linked?.(undefined);
  while (node !== undefined && runner !== undefined) {
    chain.push({ id: node.id, runner });
    const { layout } = runner;
    const next: WiredNode | undefined = layout === undefined ? undefined : onlyNext(node, nodes);
    runner = next === undefined ? undefined : runners.get(next.id)?.linked?.(layout);
    node = next;
  }
  return chain;
}

/** The node that alone gets what leaves a node by `out`, and gets nothing else. */
function onlyNext(node: WiredNode, nodes: ReadonlyMap<string, WiredNode>): WiredNode | undefined {
  const [wire, ...others] = node.wires.filter(({ from }) => from.port === 'out');
  if (wire === undefined || others.length > 0) return undefined;
  const next = nodes.get(wire.to.node);
  const wires = Object.values(next?.incoming ?? {}).reduce((sum, count) => sum + count, 0);
  return wires === 1 ? next : undefined;
}

/** A runner whose records are put together as they leave. */
function givingWhole(runner: LinkedRunner): NodeRunner {
  const { end } = runner;
  const push: NodeRunner['push'] = async (batch, port) => wholeResult(await runner.push(batch, port));
  if (end === undefined) return { ...runner, push };
  return { ...runner, push, end: (port) => wholeResults(end.call(runner, port)) };
}

function* wholeResults(results: Iterable<BatchResult>): Iterable<BatchResult> {
  for (const result of results) yield wholeResult(result);
}

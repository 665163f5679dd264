/** What differs between two versions of a flow, as steps a person can walk through. Pure; layout is left out unless asked for. */
import type { FlowDocument, FlowNode } from '../../engine/model/flow.ts';
import { wireId } from './graph.ts';
import { difference, type Json } from './patch.ts';

/** One difference. `fields` are paths inside the node's configuration. */
export interface FlowChange {
  what: 'node' | 'wire' | 'slot' | 'parameter' | 'flow' | 'layout';
  change: 'added' | 'removed' | 'changed';
  id: string;
  fields: readonly string[];
}

const json = (value: unknown): Json => value as Json;

function paths(before: Json | undefined, after: Json | undefined, at = ''): string[] {
  const patch = difference(before, after);
  if (patch === undefined) return [];
  if (patch.op === 'object')
    return Object.keys(patch.keys).flatMap((key) => {
      const inner = (value: Json | undefined): Json | undefined =>
        typeof value === 'object' && value !== null && !Array.isArray(value) ? value[key] : undefined;
      return paths(inner(before), inner(after), at === '' ? key : `${at}.${key}`);
    });
  return [at];
}

function byKey<Item>(
  what: FlowChange['what'],
  before: ReadonlyMap<string, Item>,
  after: ReadonlyMap<string, Item>,
): FlowChange[] {
  const changes: FlowChange[] = [];
  for (const [id, item] of after) {
    const old = before.get(id);
    if (old === undefined) changes.push({ what, change: 'added', id, fields: [] });
    else {
      const fields = paths(json(old), json(item));
      if (fields.length > 0) changes.push({ what, change: 'changed', id, fields });
    }
  }
  for (const id of before.keys()) if (!after.has(id)) changes.push({ what, change: 'removed', id, fields: [] });
  return changes;
}

const nodesOf = (doc: FlowDocument): Map<string, FlowNode> => new Map(doc.nodes.map((node) => [node.id, node]));

/** Differences from `before` to `after`: nodes first, then wires and the rest. */
export function compareFlows(
  before: FlowDocument,
  after: FlowDocument,
  options: { layout?: boolean } = {},
): FlowChange[] {
  const head = (doc: FlowDocument): Json =>
    json({ name: doc.name, description: doc.description ?? '', triggers: doc.triggers });
  const wires = (doc: FlowDocument): Map<string, true> => new Map(doc.wires.map((wire) => [wireId(wire), true]));
  const changes = [
    ...byKey('node', nodesOf(before), nodesOf(after)),
    ...byKey('wire', wires(before), wires(after)),
    ...byKey('slot', new Map(Object.entries(before.slots)), new Map(Object.entries(after.slots))),
    ...byKey('parameter', new Map(Object.entries(before.parameters)), new Map(Object.entries(after.parameters))),
  ];
  const fields = paths(head(before), head(after));
  if (fields.length > 0) changes.push({ what: 'flow', change: 'changed', id: after.id, fields });
  if (options.layout === true) {
    const moved = byKey(
      'layout',
      new Map(Object.entries(before.layout.nodes)),
      new Map(Object.entries(after.layout.nodes)),
    );
    changes.push(...moved.filter((change) => change.change === 'changed'));
  }
  return changes;
}

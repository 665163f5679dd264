/**
 * Every change of a flow as a named pure function `(document, arguments) → document`. What a function does not touch is shared
 * with its input, so that the canvas redraws nothing else. Places and notes are in `layout.ts`, copying in `clipboard.ts`.
 */
import { customAlphabet } from 'nanoid';
import type { FlowDocument, FlowNode, FlowParameter, FlowTrigger, FlowWire, Slot } from '../../engine/model/flow.ts';
import { endsOf, formatWireEnd, type WireEnd, wireId } from './graph.ts';
import { type Json, patched } from './patch.ts';

/** A point on the canvas in pixels. */
export type Point = readonly [x: number, y: number];

/** Grid that nodes snap to, in pixels. */
export const gridStep = 8;

/** A point moved to the grid. */
export const snapped = ([x, y]: Point): [number, number] => [
  Math.round(x / gridStep) * gridStep,
  Math.round(y / gridStep) * gridStep,
];

const randomPart = customAlphabet('23456789abcdefghjkmnpqrstuvwxyz', 5);

/**
 * A node id that the flow does not use. Random, because watermarks and history are kept by node id: a new node must not inherit
 * those of a deleted one.
 */
export function freshNodeId(kind: string, taken: ReadonlySet<string>): string {
  const stem = kind.replaceAll('.', '-');
  for (;;) {
    const id = `${stem}-${randomPart()}`;
    if (!taken.has(id)) return id;
  }
}

/** Ids in use in a flow: nodes, notes and groups share one space. */
export const takenIds = (doc: FlowDocument): Set<string> =>
  new Set([
    ...doc.nodes.map((node) => node.id),
    ...doc.layout.notes.map((note) => note.id),
    ...(doc.layout.groups ?? []).map((group) => group.id),
  ]);

/** Adds a node at a point. */
export function addNode(doc: FlowDocument, args: { node: FlowNode; at: Point }): FlowDocument {
  return {
    ...doc,
    nodes: [...doc.nodes, args.node],
    layout: { ...doc.layout, nodes: { ...doc.layout.nodes, [args.node.id]: snapped(args.at) } },
  };
}

/** Draws a wire. Whether it may be drawn is asked of `checkConnection` first; drawing a wire twice changes nothing. */
export function connect(doc: FlowDocument, args: { from: WireEnd; to: WireEnd }): FlowDocument {
  const wire: FlowWire = { from: formatWireEnd(args.from, 'from'), to: formatWireEnd(args.to, 'to') };
  if (doc.wires.some((present) => wireId(present) === wireId(wire))) return doc;
  return { ...doc, wires: [...doc.wires, wire] };
}

/** Removes wires by their ids. */
export function disconnect(doc: FlowDocument, args: { wires: readonly string[] }): FlowDocument {
  const gone = new Set(args.wires);
  const wires = doc.wires.filter((wire) => !gone.has(wireId(wire)));
  return wires.length === doc.wires.length ? doc : { ...doc, wires };
}

/** Puts a node into a wire: what came through the wire now comes through the node. */
export function insertOnWire(
  doc: FlowDocument,
  args: { wire: string; node: FlowNode; at: Point; input: string; output: string },
): FlowDocument {
  const wire = doc.wires.find((candidate) => wireId(candidate) === args.wire);
  const added = addNode(doc, { node: args.node, at: args.at });
  if (wire === undefined) return added;
  const { from, to } = endsOf(wire);
  const cut = disconnect(added, { wires: [args.wire] });
  const into = connect(cut, { from, to: { node: args.node.id, port: args.input } });
  return connect(into, { from: { node: args.node.id, port: args.output }, to });
}

/** Wires that bridge the removed nodes: each way in is joined to each way out that it fed through default ports. */
function bridges(doc: FlowDocument, gone: ReadonlySet<string>): { from: WireEnd; to: WireEnd }[] {
  const wires = doc.wires.map(endsOf);
  const found: { from: WireEnd; to: WireEnd }[] = [];
  for (const entry of wires) {
    if (gone.has(entry.from.node) || !gone.has(entry.to.node)) continue;
    const seen = new Set<string>();
    const open = [entry.to.node];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (seen.has(node)) continue;
      seen.add(node);
      for (const way of wires) {
        if (way.from.node !== node || way.from.port !== 'out') continue;
        if (gone.has(way.to.node)) open.push(way.to.node);
        else found.push({ from: entry.from, to: way.to });
      }
    }
  }
  return found;
}

/** Deletes nodes and notes with their wires, places and memberships. `rejoin` joins what fed them to what they fed. */
export function deleteNodes(doc: FlowDocument, args: { ids: readonly string[]; rejoin?: boolean }): FlowDocument {
  const gone = new Set(args.ids);
  const joined = args.rejoin === true ? bridges(doc, gone) : [];
  const { groups, ...layout } = doc.layout;
  const left = (groups ?? [])
    .filter((group) => !gone.has(group.id))
    .map((group) => ({ ...group, nodes: group.nodes.filter((id) => !gone.has(id)) }))
    .filter((group) => group.nodes.length > 0);
  const result: FlowDocument = {
    ...doc,
    nodes: doc.nodes.filter((node) => !gone.has(node.id)),
    wires: doc.wires.filter((wire) => {
      const { from, to } = endsOf(wire);
      return !gone.has(from.node) && !gone.has(to.node);
    }),
    layout: {
      ...layout,
      nodes: Object.fromEntries(Object.entries(doc.layout.nodes).filter(([id]) => !gone.has(id))),
      notes: doc.layout.notes.filter((note) => !gone.has(note.id)),
      ...(groups === undefined ? {} : { groups: left }),
    },
  };
  return joined.reduce((flow, ends) => connect(flow, ends), result);
}

function withNode(doc: FlowDocument, id: string, change: (node: FlowNode) => FlowNode): FlowDocument {
  let touched = false;
  const nodes = doc.nodes.map((node) => {
    if (node.id !== id) return node;
    const next = change(node);
    touched ||= next !== node;
    return next;
  });
  return touched ? { ...doc, nodes } : doc;
}

/** Names a node; an empty name gives it back the title of its kind. */
export function renameNode(doc: FlowDocument, args: { id: string; label: string }): FlowDocument {
  return withNode(doc, args.id, (node) => {
    const { label: _label, ...rest } = node;
    // Typed text is kept as typed: a space at its end is the one before the next word.
    return args.label.trim() === '' ? rest : { ...rest, label: args.label };
  });
}

/** Keeps a remark on a node; an empty one is taken away. */
export function annotateNode(doc: FlowDocument, args: { id: string; note: string }): FlowDocument {
  return withNode(doc, args.id, (node) => {
    const { note: _old, ...rest } = node;
    return args.note === '' ? rest : { ...rest, note: args.note };
  });
}

/** Switches nodes off (records pass around them) or on again. */
export function setDisabled(doc: FlowDocument, args: { ids: readonly string[]; disabled: boolean }): FlowDocument {
  return args.ids.reduce(
    (flow, id) =>
      withNode(flow, id, (node) => {
        const { disabled: _disabled, ...rest } = node;
        return args.disabled ? { ...rest, disabled: true } : rest;
      }),
    doc,
  );
}

/** Replaces a node's whole configuration. */
export function setNodeConfig(doc: FlowDocument, args: { id: string; config: FlowNode['config'] }): FlowDocument {
  return withNode(doc, args.id, (node) => (node.config === args.config ? node : { ...node, config: args.config }));
}

/** Sets one value of a node's configuration by its path (`fields.3.value`); undefined removes it. */
export function setConfig(
  doc: FlowDocument,
  args: { id: string; path: readonly (string | number)[]; value: Json | undefined },
): FlowDocument {
  return withNode(doc, args.id, (node) => {
    const config = valueAt(node.config, args.path, args.value);
    return isRecord(config) ? { ...node, config } : node;
  });
}

const isRecord = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `value` with what stands at `path` replaced. */
function valueAt(
  value: Json | undefined,
  path: readonly (string | number)[],
  next: Json | undefined,
): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return next;
  if (typeof step === 'number' || (Array.isArray(value) && /^\d+$/.test(step))) {
    const list = Array.isArray(value) ? [...value] : [];
    const index = Number(step);
    const item = valueAt(list[index], rest, next);
    if (item === undefined) list.splice(index, 1);
    else list[Math.min(index, list.length)] = item;
    return list;
  }
  const inner = valueAt(isRecord(value) ? value[step] : undefined, rest, next);
  return patched(isRecord(value) ? value : {}, {
    op: 'object',
    keys: { [step]: inner === undefined ? { op: 'set' } : { op: 'set', after: inner } },
  });
}

/** Names the flow. An empty name changes nothing: a flow without one could not be found again. */
export function renameFlow(doc: FlowDocument, args: { name: string }): FlowDocument {
  const name = args.name.trim();
  return name === '' || name === doc.name ? doc : { ...doc, name };
}

/** Sets the flow's description; empty removes it. */
export function describeFlow(doc: FlowDocument, args: { description: string }): FlowDocument {
  const { description: _description, ...rest } = doc;
  return args.description === '' ? rest : { ...rest, description: args.description };
}

function without<Item>(record: Readonly<Record<string, Item>>, name: string): Record<string, Item> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}

/** Adds or changes a slot; undefined removes it. */
export function setSlot(doc: FlowDocument, args: { name: string; slot: Slot | undefined }): FlowDocument {
  const slots = args.slot === undefined ? without(doc.slots, args.name) : { ...doc.slots, [args.name]: args.slot };
  return { ...doc, slots };
}

/** Adds or changes a parameter; undefined removes it. */
export function setParameter(
  doc: FlowDocument,
  args: { name: string; parameter: FlowParameter | undefined },
): FlowDocument {
  const parameters =
    args.parameter === undefined
      ? without(doc.parameters, args.name)
      : { ...doc.parameters, [args.name]: args.parameter };
  return { ...doc, parameters };
}

/** Replaces what starts the flow without a person. */
export function setTriggers(doc: FlowDocument, args: { triggers: readonly FlowTrigger[] }): FlowDocument {
  return { ...doc, triggers: [...args.triggers] };
}

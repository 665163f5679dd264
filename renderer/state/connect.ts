/** Which wires may be drawn, why others are refused, and what would make them possible. Pure. */
import { type FlowDocument, type FlowNode, type Problem, parseWireEnd } from '../../engine/model/flow.ts';
import type { NodeDeclaration } from '../../engine/model/node.ts';
import { t } from '../strings/index.ts';
import { endsOf, type NodeKinds, nodeOf, pathBetween, portsOf, titleOf, type WireEnd, wireId } from './graph.ts';

/** A way to make a refused wire possible, with the words for its button. */
export type ConnectionFix =
  | { kind: 'replace'; label: string; wire: string }
  | { kind: 'insert'; label: string; node: { kind: string; config: FlowNode['config'] } };

/** Whether a wire may be drawn. A refusal says why in a sentence. */
export type ConnectionCheck =
  | { ok: true }
  | {
      ok: false;
      reason: 'self' | 'port' | 'present' | 'occupied' | 'cycle' | 'type';
      message: string;
      fix?: ConnectionFix;
    };

/** What kind of record travels: a resource of a slot. Undefined: not known yet, or any. */
export interface RecordType {
  slot: string;
  resource: string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function typeFrom(value: unknown): RecordType | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { slot, resource } = value as Record<string, unknown>;
  const named = { slot: text(slot), resource: text(resource) };
  return named.slot === undefined || named.resource === undefined
    ? undefined
    : { slot: named.slot, resource: named.resource };
}

/** The record type a node sends out: what it reads, what it maps to, else what comes in. */
export function recordTypeOf(
  doc: FlowDocument,
  id: string,
  seen: ReadonlySet<string> = new Set(),
): RecordType | undefined {
  const node = nodeOf(doc, id);
  if (node === undefined || seen.has(id)) return undefined;
  if (node.kind === 'read') return typeFrom(node.config);
  if (node.kind === 'map') return typeFrom(node.config.to);
  const known = new Set([...seen, id]);
  for (const wire of doc.wires) {
    const { from, to } = endsOf(wire);
    if (to.node !== id) continue;
    const type = recordTypeOf(doc, from.node, known);
    if (type !== undefined) return type;
  }
  return undefined;
}

const sameType = (a: RecordType, b: RecordType): boolean => a.slot === b.slot && a.resource === b.resource;

function typeRefusal(
  doc: FlowDocument,
  kinds: NodeKinds,
  source: FlowNode,
  target: FlowNode,
): ConnectionCheck | undefined {
  if (target.kind !== 'write') return undefined;
  const sends = recordTypeOf(doc, source.id);
  const takes = typeFrom(target.config);
  if (sends === undefined || takes === undefined || sameType(sends, takes)) return undefined;
  const message = t.canvas.refusal.type(titleOf(target, kinds), takes.resource, titleOf(source, kinds), sends.resource);
  if (!kinds.has('map')) return { ok: false, reason: 'type', message };
  const config: FlowNode['config'] = { to: { slot: takes.slot, resource: takes.resource } };
  return {
    ok: false,
    reason: 'type',
    message,
    fix: { kind: 'insert', label: t.canvas.refusal.putMap, node: { kind: 'map', config } },
  };
}

function cycleRefusal(doc: FlowDocument, kinds: NodeKinds, from: string, to: string): ConnectionCheck | undefined {
  const path = pathBetween(doc, to, from);
  if (path === undefined) return undefined;
  const names = path.map((id) => {
    const node = nodeOf(doc, id);
    return node === undefined ? id : titleOf(node, kinds);
  });
  const circle = [...names, names[0]].join(' → ');
  return {
    ok: false,
    reason: 'cycle',
    message: t.canvas.refusal.cycle(circle),
  };
}

/** Kinds whose single input takes several wires: records of all of them simply follow each other. */
const severalInto = (node: FlowNode, declared: NodeDeclaration | undefined): boolean =>
  node.kind === 'write' || (declared !== undefined && declared.inputs.length === 1);

/** Whether a wire from one port to another may be drawn. */
export function checkConnection(
  doc: FlowDocument,
  kinds: NodeKinds,
  wire: { from: WireEnd; to: WireEnd },
): ConnectionCheck {
  const source = nodeOf(doc, wire.from.node);
  const target = nodeOf(doc, wire.to.node);
  if (source === undefined || target === undefined)
    return { ok: false, reason: 'port', message: t.canvas.refusal.noNode };
  if (source.id === target.id)
    return { ok: false, reason: 'self', message: t.canvas.refusal.self(titleOf(source, kinds)) };
  const output = portsOf(doc, source, kinds).outputs.find((port) => port.id === wire.from.port);
  const input = portsOf(doc, target, kinds).inputs.find((port) => port.id === wire.to.port);
  if (output === undefined)
    return { ok: false, reason: 'port', message: t.canvas.refusal.noOutput(titleOf(source, kinds)) };
  if (input === undefined)
    return {
      ok: false,
      reason: 'port',
      message: t.canvas.refusal.noInput(titleOf(target, kinds)),
    };
  const wires = doc.wires.map((present) => ({ id: wireId(present), ...endsOf(present) }));
  const into = wires.filter(({ to }) => to.node === target.id && to.port === input.id);
  if (into.some(({ from }) => from.node === source.id && from.port === output.id))
    return { ok: false, reason: 'present', message: t.canvas.refusal.present };
  const circle = cycleRefusal(doc, kinds, source.id, target.id);
  if (circle !== undefined) return circle;
  const present = into[0];
  if (present !== undefined && !severalInto(target, kinds.get(target.kind)))
    return {
      ok: false,
      reason: 'occupied',
      message: t.canvas.refusal.occupied(input.label, titleOf(target, kinds)),
      fix: { kind: 'replace', label: t.canvas.refusal.replace, wire: present.id },
    };
  return typeRefusal(doc, kinds, source, target) ?? { ok: true };
}

/** A node and the port by which it can be joined. */
export interface Partner {
  node: FlowNode;
  port: string;
}

/** Nodes that a port may be wired to, for connecting by keyboard; the refused ones come with their reasons. */
export function partnersOf(
  doc: FlowDocument,
  kinds: NodeKinds,
  from: WireEnd,
): { node: FlowNode; port: string; check: ConnectionCheck }[] {
  return doc.nodes
    .filter((node) => node.id !== from.node)
    .flatMap((node) =>
      portsOf(doc, node, kinds).inputs.map((port) => ({
        node,
        port: port.id,
        check: checkConnection(doc, kinds, { from, to: { node: node.id, port: port.id } }),
      })),
    );
}

/** Kinds that can be put at the free end of a wire: those with a port on the other side. */
export function compatibleKinds(kinds: NodeKinds, side: 'source' | 'target' | 'between' | 'free'): NodeDeclaration[] {
  return [...kinds.values()].filter((kind) => {
    if (side === 'free') return true;
    const takes = kind.inputs.length > 0;
    const sends = kind.outputs.some((port) => port.exception !== true);
    return side === 'source' ? takes : side === 'target' ? sends : takes && sends;
  });
}

/** A kind's first ordinary port on a side. */
export const mainPort = (kind: NodeDeclaration | undefined, side: 'inputs' | 'outputs'): string =>
  kind?.[side].find((port) => port.exception !== true)?.id ?? (side === 'inputs' ? 'in' : 'out');

/** What the designer itself sees wrong with the wires, without asking the host: shown while the host is away. */
export function wireProblems(doc: FlowDocument): Problem[] {
  const known = new Set(doc.nodes.map((node) => node.id));
  return doc.wires.flatMap((wire): Problem[] => {
    const missing = [parseWireEnd(wire.from, 'from').node, parseWireEnd(wire.to, 'to').node].filter(
      (id) => !known.has(id),
    );
    if (missing.length === 0) return [];
    return [
      {
        severity: 'blocking',
        code: 'flow.danglingWire',
        message: t.canvas.refusal.dangling(missing),
        hint: t.canvas.refusal.danglingHint,
      },
    ];
  });
}

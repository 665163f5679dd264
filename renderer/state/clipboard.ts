/** Copying parts of a flow as readable JSON, and pasting them into any flow with fresh ids. */
import { z } from 'zod';
import { AppError } from '../../engine/model/error.ts';
import { type FlowDocument, layoutSchema, nodeSchema, slotSchema, wireSchema } from '../../engine/model/flow.ts';
import { t } from '../strings/index.ts';
import { freshNodeId, type Point, snapped, takenIds } from './document.ts';
import { endsOf, formatWireEnd, placeOf } from './graph.ts';

/** Largest text that is tried as nodes, in characters. */
const maximumLength = 4_000_000;

/** What lies on the clipboard. */
export const clipSchema = z.object({
  format: z.literal('costwire/nodes'),
  schemaVersion: z.literal(1),
  slots: z.record(z.string(), slotSchema).default({}),
  nodes: z.array(nodeSchema),
  wires: z.array(wireSchema).default([]),
  layout: layoutSchema.default({ nodes: {}, notes: [] }),
});
export type Clip = z.infer<typeof clipSchema>;

/** Slot names that a configuration mentions, at any depth. */
function slotsIn(value: unknown, found: Set<string>): Set<string> {
  if (Array.isArray(value)) for (const item of value) slotsIn(item, found);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) {
      if (key === 'slot' && typeof item === 'string') found.add(item);
      else slotsIn(item, found);
    }
  return found;
}

/** The chosen nodes and notes with the wires among them, as text. */
export function copyNodes(doc: FlowDocument, args: { ids: readonly string[] }): string {
  const chosen = new Set(args.ids);
  const nodes = doc.nodes.filter((node) => chosen.has(node.id));
  const slots = slotsIn(
    nodes.map((node) => node.config),
    new Set(),
  );
  const clip: Clip = {
    format: 'costwire/nodes',
    schemaVersion: 1,
    slots: Object.fromEntries(Object.entries(doc.slots).filter(([name]) => slots.has(name))),
    nodes,
    wires: doc.wires.filter((wire) => {
      const { from, to } = endsOf(wire);
      return chosen.has(from.node) && chosen.has(to.node);
    }),
    layout: {
      nodes: Object.fromEntries(nodes.map((node) => [node.id, [...placeOf(doc, node.id)] as [number, number]])),
      notes: doc.layout.notes.filter((note) => chosen.has(note.id)),
    },
  };
  return `${JSON.stringify(clip, null, 2)}\n`;
}

/** Reads what was copied. @throws AppError flow.clipboard where the text is not nodes of a flow. */
export function readClip(text: string): Clip {
  const refuse = (): never => {
    throw new AppError('flow.clipboard', t.canvas.clipboard.notNodes);
  };
  if (text.length > maximumLength) return refuse();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new AppError('flow.clipboard', t.canvas.clipboard.notNodes, { cause });
  }
  const checked = clipSchema.safeParse(parsed);
  return checked.success ? checked.data : refuse();
}

/**
 * Adds copied nodes with fresh ids. Slots the flow lacks come along by name, never with a connection.
 * @param args.at where the upper left corner goes.
 * @returns the flow, and the ids of what was added, for selection.
 */
export function pasteNodes(
  doc: FlowDocument,
  args: { clip: Clip; at: Point },
): { doc: FlowDocument; added: readonly string[] } {
  const taken = takenIds(doc);
  const ids = new Map<string, string>();
  for (const { id, kind } of [
    ...args.clip.nodes,
    ...args.clip.layout.notes.map((note) => ({ id: note.id, kind: 'note' })),
  ]) {
    const fresh = freshNodeId(kind, taken);
    taken.add(fresh);
    ids.set(id, fresh);
  }
  const fresh = (id: string): string => ids.get(id) ?? id;
  const places = [...Object.values(args.clip.layout.nodes), ...args.clip.layout.notes.map((note) => note.at)];
  const left = places.length === 0 ? 0 : Math.min(...places.map(([x]) => x));
  const top = places.length === 0 ? 0 : Math.min(...places.map(([, y]) => y));
  const moved = ([x, y]: Point): [number, number] => snapped([x - left + args.at[0], y - top + args.at[1]]);
  const wires = args.clip.wires.flatMap((wire) => {
    const { from, to } = endsOf(wire);
    if (!ids.has(from.node) || !ids.has(to.node)) return [];
    return [
      {
        ...wire,
        from: formatWireEnd({ ...from, node: fresh(from.node) }, 'from'),
        to: formatWireEnd({ ...to, node: fresh(to.node) }, 'to'),
      },
    ];
  });
  const next: FlowDocument = {
    ...doc,
    slots: { ...args.clip.slots, ...doc.slots },
    nodes: [...doc.nodes, ...args.clip.nodes.map((node) => ({ ...node, id: fresh(node.id) }))],
    wires: [...doc.wires, ...wires],
    layout: {
      ...doc.layout,
      nodes: {
        ...doc.layout.nodes,
        ...Object.fromEntries(
          args.clip.nodes.map((node) => [fresh(node.id), moved(args.clip.layout.nodes[node.id] ?? [left, top])]),
        ),
      },
      notes: [
        ...doc.layout.notes,
        ...args.clip.layout.notes.map((note) => ({ ...note, id: fresh(note.id), at: moved(note.at) })),
      ],
    },
  };
  return { doc: next, added: [...ids.values()] };
}

/** Copies nodes in place, a little lower. */
export function duplicateNodes(
  doc: FlowDocument,
  args: { ids: readonly string[] },
): { doc: FlowDocument; added: readonly string[] } {
  const clip = readClip(copyNodes(doc, args));
  const places = [...Object.values(clip.layout.nodes), ...clip.layout.notes.map((note) => note.at)];
  if (places.length === 0) return { doc, added: [] };
  const left = Math.min(...places.map(([x]) => x));
  const top = Math.min(...places.map(([, y]) => y));
  return pasteNodes(doc, { clip, at: [left + 32, top + 112] });
}

/** Changes of a flow that never touch its logic: places, notes, groups. */
import type { FlowDocument } from '../../engine/model/flow.ts';
import { type Point, snapped } from './document.ts';
import { placeOf } from './graph.ts';

/** A node's size on the canvas in pixels; used where the browser has not measured it. */
export const nodeSize = { width: 232, height: 88 } as const;

type Note = FlowDocument['layout']['notes'][number];

/** Moves nodes and notes to new places, on the grid. */
export function moveNodes(doc: FlowDocument, args: { to: Readonly<Record<string, Point>> }): FlowDocument {
  const known = new Set(doc.nodes.map((node) => node.id));
  const places: [string, [number, number]][] = [];
  for (const [id, point] of Object.entries(args.to)) {
    const next = snapped(point);
    const now = doc.layout.nodes[id];
    if (known.has(id) && (now === undefined || now[0] !== next[0] || now[1] !== next[1])) places.push([id, next]);
  }
  let noteMoved = false;
  const notes = doc.layout.notes.map((note) => {
    const point = args.to[note.id];
    if (point === undefined) return note;
    const at = snapped(point);
    if (at[0] === note.at[0] && at[1] === note.at[1]) return note;
    noteMoved = true;
    return { ...note, at };
  });
  if (places.length === 0 && !noteMoved) return doc;
  return {
    ...doc,
    layout: {
      ...doc.layout,
      nodes: { ...doc.layout.nodes, ...Object.fromEntries(places) },
      notes: noteMoved ? notes : doc.layout.notes,
    },
  };
}

/** Moves nodes and notes by a distance in pixels. */
export function moveBy(doc: FlowDocument, args: { ids: readonly string[]; by: Point }): FlowDocument {
  const notes = new Map(doc.layout.notes.map((note) => [note.id, note.at]));
  const to = Object.fromEntries(
    args.ids.map((id): [string, Point] => {
      const [x, y] = notes.get(id) ?? placeOf(doc, id);
      return [id, [x + args.by[0], y + args.by[1]]];
    }),
  );
  return moveNodes(doc, { to });
}

/** Ways to line nodes up. */
export type Alignment = 'left' | 'right' | 'top' | 'bottom' | 'center' | 'middle' | 'spread-across' | 'spread-down';

/** Lines nodes up, or spreads three or more evenly between the outermost two. */
export function alignNodes(doc: FlowDocument, args: { ids: readonly string[]; how: Alignment }): FlowDocument {
  const boxes = args.ids.map((id) => ({ id, x: placeOf(doc, id)[0], y: placeOf(doc, id)[1] }));
  if (boxes.length < 2) return doc;
  const xs = boxes.map((box) => box.x);
  const ys = boxes.map((box) => box.y);
  const range = { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  const place = (box: { x: number; y: number }): Point => {
    switch (args.how) {
      case 'left':
        return [range.left, box.y];
      case 'right':
        return [range.right, box.y];
      case 'center':
        return [(range.left + range.right) / 2, box.y];
      case 'top':
        return [box.x, range.top];
      case 'bottom':
        return [box.x, range.bottom];
      case 'middle':
        return [box.x, (range.top + range.bottom) / 2];
      case 'spread-across': {
        const rank = xs.toSorted((a, b) => a - b).indexOf(box.x);
        return [range.left + ((range.right - range.left) * rank) / (xs.length - 1), box.y];
      }
      case 'spread-down': {
        const rank = ys.toSorted((a, b) => a - b).indexOf(box.y);
        return [box.x, range.top + ((range.bottom - range.top) * rank) / (ys.length - 1)];
      }
    }
  };
  return moveNodes(doc, { to: Object.fromEntries(boxes.map((box) => [box.id, place(box)])) });
}

/** Adds a note. */
export function addNote(doc: FlowDocument, args: { id: string; text: string; at: Point }): FlowDocument {
  const note: Note = { id: args.id, text: args.text, at: snapped(args.at), size: [240, 120] };
  return { ...doc, layout: { ...doc.layout, notes: [...doc.layout.notes, note] } };
}

/** Changes a note's text or size. */
export function changeNote(doc: FlowDocument, args: { id: string; text?: string; size?: Point }): FlowDocument {
  const notes = doc.layout.notes.map((note) => {
    if (note.id !== args.id) return note;
    const size = args.size === undefined ? undefined : snapped(args.size);
    return {
      ...note,
      ...(args.text === undefined ? {} : { text: args.text }),
      ...(size === undefined ? {} : { size }),
    };
  });
  return { ...doc, layout: { ...doc.layout, notes } };
}

/** Groups nodes under a label; they leave the groups they were in. */
export function groupNodes(
  doc: FlowDocument,
  args: { id: string; label: string; nodes: readonly string[] },
): FlowDocument {
  const known = new Set(doc.nodes.map((node) => node.id));
  const members = args.nodes.filter((id) => known.has(id));
  if (members.length === 0) return doc;
  const taken = new Set(members);
  const others = (doc.layout.groups ?? [])
    .map((group) => ({ ...group, nodes: group.nodes.filter((id) => !taken.has(id)) }))
    .filter((group) => group.nodes.length > 0);
  const groups = [...others, { id: args.id, label: args.label, nodes: members }];
  return { ...doc, layout: { ...doc.layout, groups } };
}

/** Dissolves every group that one of the nodes (or the group itself) is named by. */
export function ungroupNodes(doc: FlowDocument, args: { ids: readonly string[] }): FlowDocument {
  const named = new Set(args.ids);
  const groups = (doc.layout.groups ?? []).filter(
    (group) => !named.has(group.id) && !group.nodes.some((id) => named.has(id)),
  );
  return groups.length === (doc.layout.groups ?? []).length ? doc : { ...doc, layout: { ...doc.layout, groups } };
}

/** Names a group. */
export function renameGroup(doc: FlowDocument, args: { id: string; label: string }): FlowDocument {
  const groups = (doc.layout.groups ?? []).map((group) =>
    group.id === args.id ? { ...group, label: args.label } : group,
  );
  return { ...doc, layout: { ...doc.layout, groups } };
}

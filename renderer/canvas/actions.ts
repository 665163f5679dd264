/** What people do on the canvas, as functions of the store: used by commands, gestures and the outline alike. */
import { AppError } from '../../engine/model/error.ts';
import type { FlowNode } from '../../engine/model/flow.ts';
import type { NodeDeclaration } from '../../engine/model/node.ts';
import type { Value } from '../../engine/model/record.ts';
import { copyNodes, duplicateNodes, pasteNodes, readClip } from '../state/clipboard.ts';
import { type ConnectionFix, checkConnection, mainPort } from '../state/connect.ts';
import {
  addNode,
  connect,
  deleteNodes,
  disconnect,
  freshNodeId,
  insertOnWire,
  setDisabled,
  takenIds,
} from '../state/document.ts';
import { nodeOf, placeOf, titleOf, type WireEnd } from '../state/graph.ts';
import { addNote, groupNodes, moveBy, nodeSize, ungroupNodes } from '../state/layout.ts';
import type { AppStore } from '../state/store.ts';
import type { QuickAdd } from '../state/view-slice.ts';
import { t } from '../strings/index.ts';

/** Room between a node and the one added after it, in pixels. */
export const nodeGap = 88;

/** A node's configuration as its declaration starts it. */
function defaultsOf(kind: NodeDeclaration): FlowNode['config'] {
  const entries = kind.fields.flatMap((field): [string, Value][] =>
    field.default === undefined ? [] : [[field.name, field.default]],
  );
  return Object.fromEntries(entries);
}

/** Adds a node of a kind where the quick-add list was opened, and joins it as the gesture meant. */
export function addOfKind(store: AppStore, kind: NodeDeclaration, place: QuickAdd, config?: FlowNode['config']): void {
  const { flow, edit, select, setView } = store.getState();
  if (flow === undefined) return;
  const taken = takenIds(flow);
  setView({ quickAdd: undefined });
  if (kind.category === 'note') {
    const id = freshNodeId('note', taken);
    edit({ name: t.edits.note, undo: 'record' }, (doc) => addNote(doc, { id, text: '', at: place.at }));
    select([id]);
    return;
  }
  const node: FlowNode = {
    id: freshNodeId(kind.kind, taken),
    kind: kind.kind,
    config: { ...defaultsOf(kind), ...config },
  };
  const input = mainPort(kind, 'inputs');
  const output = mainPort(kind, 'outputs');
  const { from, to, wire } = place;
  edit({ name: wire === undefined ? t.edits.add(kind.title) : t.edits.insert(kind.title), undo: 'record' }, (doc) => {
    if (wire !== undefined) return insertOnWire(doc, { wire, node, at: place.at, input, output });
    let next = addNode(doc, { node, at: place.at });
    if (from !== undefined) next = connect(next, { from, to: { node: node.id, port: input } });
    if (to !== undefined) next = connect(next, { from: { node: node.id, port: output }, to });
    return next;
  });
  select([node.id]);
  store.getState().announce(t.edits.add(kind.title));
}

/** Opens the quick-add list: after the chosen node where there is one, else in the middle of what is visible. */
export function openQuickAdd(store: AppStore): void {
  const { flow, selection, selectedWires, canvas, setView, kinds } = store.getState();
  if (flow === undefined || canvas === undefined) return;
  const chosen = selection.length === 1 ? nodeOf(flow, selection[0] ?? '') : undefined;
  const wire = selection.length === 0 && selectedWires.length === 1 ? selectedWires[0] : undefined;
  const hasOutput = chosen !== undefined && (kinds.get(chosen.kind)?.outputs.length ?? 1) > 0;
  if (chosen !== undefined && hasOutput) {
    const [x, y] = placeOf(flow, chosen.id);
    const at = freePlace(store, [x + nodeSize.width + nodeGap, y]);
    const from: WireEnd = { node: chosen.id, port: mainPort(kinds.get(chosen.kind), 'outputs') };
    setView({ quickAdd: { at, screen: canvas.toScreen(at), from } });
    return;
  }
  const [x, y] = canvas.center();
  const at = freePlace(store, [x - nodeSize.width / 2, y - nodeSize.height / 2]);
  setView({ quickAdd: { at, screen: canvas.toScreen(at), ...(wire === undefined ? {} : { wire }) } });
}

/** The nearest place downwards where no node stands. */
function freePlace(store: AppStore, wanted: readonly [number, number]): readonly [number, number] {
  const { flow } = store.getState();
  const places = Object.values(flow?.layout.nodes ?? {});
  let [x, y] = wanted;
  for (let tries = 0; tries < 40; tries += 1) {
    const blocked = places.some(
      ([left, top]) => Math.abs(left - x) < nodeSize.width && Math.abs(top - y) < nodeSize.height + 16,
    );
    if (!blocked) break;
    y += nodeSize.height + 32;
  }
  return [x, y];
}

/** Draws a wire, or opens the explanation why not. @returns whether it was drawn. */
export function drawWire(store: AppStore, wire: { from: WireEnd; to: WireEnd }): boolean {
  const { flow, kinds, edit, setView, announce } = store.getState();
  if (flow === undefined) return false;
  const check = checkConnection(flow, kinds, wire);
  if (!check.ok) {
    setView({ refused: wire });
    announce(`${t.designer.refusedTitle}. ${check.message}`);
    return false;
  }
  edit({ name: t.edits.connect, undo: 'record' }, (doc) => connect(doc, wire));
  announce(t.edits.connect);
  return true;
}

/** Does what the explanation of a refused wire offers. */
export function applyFix(store: AppStore, wire: { from: WireEnd; to: WireEnd }, fix: ConnectionFix): void {
  const { flow, kinds, edit, setView, select } = store.getState();
  setView({ refused: undefined });
  if (flow === undefined) return;
  if (fix.kind === 'replace') {
    edit({ name: t.edits.replaceWire, undo: 'record' }, (doc) => connect(disconnect(doc, { wires: [fix.wire] }), wire));
    return;
  }
  const kind = kinds.get(fix.node.kind);
  if (kind === undefined) return;
  const [fromX, fromY] = placeOf(flow, wire.from.node);
  const [toX, toY] = placeOf(flow, wire.to.node);
  const at = [(fromX + toX) / 2, (fromY + toY) / 2 + (Math.abs(toX - fromX) < 400 ? 120 : 0)] as const;
  const node: FlowNode = {
    id: freshNodeId(kind.kind, takenIds(flow)),
    kind: kind.kind,
    config: { ...defaultsOf(kind), ...fix.node.config },
  };
  edit({ name: t.edits.insert(kind.title), undo: 'record' }, (doc) => {
    const added = addNode(doc, { node, at });
    const into = connect(added, { from: wire.from, to: { node: node.id, port: mainPort(kind, 'inputs') } });
    return connect(into, { from: { node: node.id, port: mainPort(kind, 'outputs') }, to: wire.to });
  });
  select([node.id]);
}

/** Deletes what is chosen. */
export function deleteChosen(store: AppStore, rejoin: boolean): void {
  const { selection, selectedWires, edit, select } = store.getState();
  if (selection.length > 0)
    edit({ name: t.edits.remove(selection.length), undo: 'record' }, (doc) =>
      deleteNodes(doc, { ids: selection, rejoin }),
    );
  else if (selectedWires.length > 0)
    edit({ name: t.edits.disconnect(selectedWires.length), undo: 'record' }, (doc) =>
      disconnect(doc, { wires: selectedWires }),
    );
  select([]);
}

/** Copies what is chosen to the clipboard, and deletes it when cut. */
export async function copyChosen(store: AppStore, cut: boolean): Promise<void> {
  const { flow, selection, edit, select, complain, announce } = store.getState();
  if (flow === undefined || selection.length === 0) return;
  try {
    await navigator.clipboard.writeText(copyNodes(flow, { ids: selection }));
  } catch (cause) {
    complain(new AppError('flow.clipboard', t.canvas.clipboard.noWrite, { cause }).toJSON());
    return;
  }
  announce(t.designer.copied(selection.length));
  if (!cut) return;
  edit({ name: t.edits.cut(selection.length), undo: 'record' }, (doc) => deleteNodes(doc, { ids: selection }));
  select([]);
}

/** Pastes text that holds nodes; garbage is refused with a sentence. */
export function pasteText(store: AppStore, text: string): void {
  const { canvas, edit, select, complain } = store.getState();
  let added: readonly string[] = [];
  try {
    const clip = readClip(text);
    const [x, y] = canvas?.center() ?? [0, 0];
    const name = t.edits.paste(clip.nodes.length + clip.layout.notes.length);
    edit({ name, undo: 'record' }, (doc) => {
      const pasted = pasteNodes(doc, { clip, at: [x - nodeSize.width / 2, y - nodeSize.height / 2] });
      added = pasted.added;
      return pasted.doc;
    });
    select(added);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    complain(thrown.toJSON());
  }
}

/** Pastes the clipboard. */
export async function pasteClipboard(store: AppStore): Promise<void> {
  try {
    pasteText(store, await navigator.clipboard.readText());
  } catch (cause) {
    store.getState().complain(new AppError('flow.clipboard', t.canvas.clipboard.noRead, { cause }).toJSON());
  }
}

/** Copies what is chosen in place. */
export function duplicateChosen(store: AppStore): void {
  const { selection, edit, select } = store.getState();
  let added: readonly string[] = [];
  edit({ name: t.edits.duplicate(selection.length), undo: 'record' }, (doc) => {
    const copied = duplicateNodes(doc, { ids: selection });
    added = copied.added;
    return copied.doc;
  });
  if (added.length > 0) select(added);
}

/** Switches the chosen nodes off, or on where all of them are off. */
export function toggleChosen(store: AppStore): void {
  const { flow, selection, edit } = store.getState();
  const chosen = flow?.nodes.filter((node) => selection.includes(node.id)) ?? [];
  const disabled = chosen.some((node) => node.disabled !== true);
  const name = disabled ? t.edits.disable(chosen.length) : t.edits.enable(chosen.length);
  edit({ name, undo: 'record' }, (doc) => setDisabled(doc, { ids: selection, disabled }));
}

/** Groups the chosen nodes and asks for a name. */
export function groupChosen(store: AppStore): void {
  const { flow, selection, edit, setView } = store.getState();
  if (flow === undefined || selection.length === 0) return;
  const id = freshNodeId('group', takenIds(flow));
  edit({ name: t.edits.group, undo: 'record' }, (doc) =>
    groupNodes(doc, { id, label: t.designer.group, nodes: selection }),
  );
  setView({ renaming: id });
}

/** Dissolves the groups of the chosen nodes. */
export function ungroupChosen(store: AppStore): void {
  const { selection, edit } = store.getState();
  edit({ name: t.edits.ungroup, undo: 'record' }, (doc) => ungroupNodes(doc, { ids: selection }));
}

/** Moves the chosen nodes by a distance; presses in a row are one step. */
export function nudgeChosen(store: AppStore, by: readonly [number, number]): void {
  const { selection, edit } = store.getState();
  if (selection.length === 0) return;
  const change = { name: t.edits.move(selection.length), undo: 'merge' as const, group: `nudge:${selection.join()}` };
  edit(change, (doc) => moveBy(doc, { ids: selection, by }));
}

/** Chooses the node nearest to the chosen one in a direction. */
export function walk(store: AppStore, [dx, dy]: readonly [number, number]): void {
  const { flow, selection, select, canvas, kinds, announce } = store.getState();
  if (flow === undefined || flow.nodes.length === 0) return;
  const current = selection[0];
  let best: { node: FlowNode; cost: number } | undefined;
  const [x, y] = current === undefined ? [-1e9, 0] : placeOf(flow, current);
  for (const node of flow.nodes) {
    if (node.id === current) continue;
    const [left, top] = placeOf(flow, node.id);
    const along = (left - x) * dx + (top - y) * dy;
    const across = Math.abs((left - x) * dy) + Math.abs((top - y) * dx);
    if (current !== undefined && (along <= 0 || across > along * 3)) continue;
    const cost = Math.abs(along) + across * 2;
    if (best === undefined || cost < best.cost) best = { node, cost };
  }
  if (best === undefined) return;
  select([best.node.id]);
  canvas?.reveal(best.node.id);
  announce(titleOf(best.node, kinds));
}

/** Steps to the next or previous problem and shows its place. */
export function stepProblem(store: AppStore, step: 1 | -1): void {
  const { check, selection, focusField } = store.getState();
  const problems = check?.problems ?? [];
  if (problems.length === 0) return;
  const now = problems.findIndex((problem) => problem.nodeId === selection[0] && problem.field === focusField);
  const next = now === -1 ? (step === 1 ? 0 : problems.length - 1) : (now + step + problems.length) % problems.length;
  showProblem(store, next);
}

/** Shows the place of a problem: its node on the canvas and its field in the inspector. */
export function showProblem(store: AppStore, index: number): void {
  const { check, select, canvas, setView, announce } = store.getState();
  const problem = check?.problems[index];
  if (problem === undefined) return;
  if (problem.nodeId !== undefined) {
    select([problem.nodeId]);
    canvas?.fit([problem.nodeId]);
  }
  setView({ focusField: problem.field, dockTab: 'problems' });
  announce(`${problem.message} ${problem.hint}`);
}

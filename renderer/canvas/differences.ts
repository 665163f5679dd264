/** The differences between the open flow and the version it is compared with, for marks on nodes and for stepping through. */
import type { FlowDocument } from '../../engine/model/flow.ts';
import { compareFlows, type FlowChange } from '../state/compare.ts';
import type { Comparison } from '../state/document-slice.ts';
import { endsOf } from '../state/graph.ts';
import type { AppStore } from '../state/store.ts';
import { t } from '../strings/index.ts';

let last: { flow: FlowDocument; comparison: Comparison; changes: readonly FlowChange[] } | undefined;

/** Differences from the other version to the open flow; computed once per pair of documents. */
export function changesOf(flow: FlowDocument | undefined, comparison: Comparison | undefined): readonly FlowChange[] {
  if (flow === undefined || comparison === undefined) return [];
  if (last?.flow !== flow || last.comparison !== comparison)
    last = { flow, comparison, changes: compareFlows(comparison.document, flow) };
  return last.changes;
}

/** Both versions in one document: what was removed is shown too. */
export function mergedDocument(flow: FlowDocument, comparison: Comparison): FlowDocument {
  const present = new Set(flow.nodes.map((node) => node.id));
  const removed = comparison.document.nodes.filter((node) => !present.has(node.id));
  const places = removed.map((node) => [node.id, comparison.document.layout.nodes[node.id] ?? [0, 0]] as const);
  const wires = new Map([...comparison.document.wires, ...flow.wires].map((wire) => [`${wire.from}→${wire.to}`, wire]));
  return {
    ...flow,
    nodes: [...flow.nodes, ...removed],
    wires: [...wires.values()],
    layout: { ...flow.layout, nodes: { ...flow.layout.nodes, ...Object.fromEntries(places) } },
  };
}

/** The node a difference is at. */
const nodeAt = (flow: FlowDocument, change: FlowChange): string | undefined => {
  if (change.what === 'node' || change.what === 'layout') return change.id;
  if (change.what !== 'wire') return undefined;
  const wire = flow.wires.find((candidate) => `${candidate.from}→${candidate.to}` === change.id);
  return wire === undefined ? change.id.split(/[.→]/)[0] : endsOf(wire).from.node;
};

/** Shows the next or previous difference. */
export function stepChange(store: AppStore, step: 1 | -1): void {
  const { flow, comparison, selection, select, canvas, announce } = store.getState();
  if (flow === undefined || comparison === undefined) return;
  const places = changesOf(flow, comparison).flatMap((change) => {
    const id = nodeAt(flow, change);
    return id === undefined ? [] : [{ id, change }];
  });
  if (places.length === 0) return;
  const now = places.findIndex(({ id }) => id === selection[0]);
  const next = places[now === -1 ? (step === 1 ? 0 : places.length - 1) : (now + step + places.length) % places.length];
  if (next === undefined) return;
  select([next.id]);
  canvas?.fit([next.id]);
  announce(`${t.designer.change[next.change.change]}: ${next.id} ${next.change.fields.join(', ')}`);
}

/** What the canvas shows now: the open flow, a past run's flow, or two versions laid over each other. */
import type { FlowDocument, Problem } from '../../engine/model/flow.ts';
import type { Comparison } from '../state/document-slice.ts';
import type { NodeProgress } from '../state/runs-slice.ts';
import type { AppState } from '../state/store.ts';
import { mergedDocument } from './differences.ts';

let merged: { flow: FlowDocument; comparison: Comparison; doc: FlowDocument } | undefined;

/** The document on the canvas. */
export function shownDocument(state: AppState): FlowDocument | undefined {
  if (state.pastRun !== undefined) return state.pastRun.document;
  const { flow, comparison } = state;
  if (flow === undefined || comparison === undefined) return flow;
  if (merged?.flow !== flow || merged.comparison !== comparison)
    merged = { flow, comparison, doc: mergedDocument(flow, comparison) };
  return merged.doc;
}

const none: readonly Problem[] = [];
let grouped: { all: readonly Problem[]; byNode: Map<string, Problem[]> } | undefined;

/** Problems of a node. The same list until a check brings others. */
export function problemsOf(state: AppState, id: string): readonly Problem[] {
  const all = state.pastRun === undefined ? state.check?.problems : none;
  if (all === undefined) return none;
  if (grouped?.all !== all) {
    const byNode = new Map<string, Problem[]>();
    for (const problem of all) {
      if (problem.nodeId === undefined) continue;
      const list = byNode.get(problem.nodeId);
      if (list === undefined) byNode.set(problem.nodeId, [problem]);
      else list.push(problem);
    }
    grouped = { all, byNode };
  }
  return grouped.byNode.get(id) ?? none;
}

/** Counts of the run that is shown: a past one, else the newest this window followed. */
export function progressOf(state: AppState, id: string): NodeProgress | undefined {
  if (state.pastRun !== undefined) return state.pastRun.nodes[id];
  return state.progress[state.flowId ?? '']?.nodes[id];
}

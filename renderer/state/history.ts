/** Undo and redo of a flow as a list of named, reversible patches. Pure, bounded, and plain JSON so that it survives a restart. */
import { z } from 'zod';
import { type FlowDocument, flowSchema } from '../../engine/model/flow.ts';
import { difference, inverted, type Json, type Patch, patched } from './patch.ts';

/** `record` makes a step, `merge` joins the step before it when both carry the same group, `skip` cannot be undone. */
export type UndoMode = 'record' | 'merge' | 'skip';

/** What a change is called, and how it enters the history. */
export interface Change {
  /** As it reads after "Undo": `Move 3 nodes`. */
  name: string;
  undo: UndoMode;
  /** Changes of one field, or frames of one drag, share a group. */
  group?: string;
}

/** One step. */
export interface HistoryStep {
  name: string;
  group?: string;
  patch: Patch;
}

/** Steps that can be undone (last is newest) and redone (last is next). */
export interface History {
  undo: readonly HistoryStep[];
  redo: readonly HistoryStep[];
}

export const emptyHistory: History = { undo: [], redo: [] };
/** Steps kept per flow. */
export const historyLimit = 200;
/** Longest history kept on disk per flow, in characters; the oldest steps go first. */
export const storedLimit = 400_000;

const asJson = (doc: FlowDocument): Json => doc as unknown as Json;
const asDocument = (value: Json | undefined): FlowDocument => value as unknown as FlowDocument;

/** The history after a change. Nothing changed → the same history. */
export function recorded(history: History, before: FlowDocument, after: FlowDocument, change: Change): History {
  if (change.undo === 'skip') return history;
  const patch = difference(asJson(before), asJson(after));
  if (patch === undefined) return history;
  const last = history.undo.at(-1);
  if (change.undo === 'merge' && last !== undefined && last.group !== undefined && last.group === change.group) {
    const start = patched(asJson(before), inverted(last.patch));
    const whole = difference(start, asJson(after));
    const steps = history.undo.slice(0, -1);
    return { undo: whole === undefined ? steps : [...steps, { ...last, name: change.name, patch: whole }], redo: [] };
  }
  const step: HistoryStep = { name: change.name, patch };
  if (change.group !== undefined) step.group = change.group;
  return { undo: [...history.undo, step].slice(-historyLimit), redo: [] };
}

/** Ends the present group: the next change of the same field is a step of its own. */
export function groupEnded(history: History): History {
  const last = history.undo.at(-1);
  if (last?.group === undefined) return history;
  const { group: _group, ...step } = last;
  return { ...history, undo: [...history.undo.slice(0, -1), step] };
}

/** Takes the newest step back; undefined where there is none. */
export function undone(history: History, doc: FlowDocument): { history: History; doc: FlowDocument } | undefined {
  const step = history.undo.at(-1);
  if (step === undefined) return undefined;
  return {
    doc: asDocument(patched(asJson(doc), inverted(step.patch))),
    history: { undo: history.undo.slice(0, -1), redo: [...history.redo, step] },
  };
}

/** Does the step that was taken back last again. */
export function redone(history: History, doc: FlowDocument): { history: History; doc: FlowDocument } | undefined {
  const step = history.redo.at(-1);
  if (step === undefined) return undefined;
  return {
    doc: asDocument(patched(asJson(doc), step.patch)),
    history: { undo: [...history.undo, step], redo: history.redo.slice(0, -1) },
  };
}

/** Text that tells whether a stored history belongs to this content: patches applied to anything else would do harm. */
function fingerprint(doc: FlowDocument): string {
  const text = JSON.stringify(doc, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return `${text.length}-${hash.toString(16)}`;
}

/** The order of nodes in a file is not content: both sides are compared and kept by id. */
const ordered = (doc: FlowDocument): FlowDocument => ({
  ...doc,
  nodes: doc.nodes.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  wires: doc.wires.toSorted((a, b) => (`${a.from}→${a.to}` < `${b.from}→${b.to}` ? -1 : 1)),
});

const storedSchema = z.object({
  content: z.string(),
  undo: z.array(z.object({ name: z.string(), group: z.string().optional(), patch: z.unknown() })),
  redo: z.array(z.object({ name: z.string(), group: z.string().optional(), patch: z.unknown() })),
});

/** The history as text for keeping; the oldest steps are left out where it would grow beyond {@link storedLimit}. */
export function storedHistory(history: History, doc: FlowDocument): string {
  const content = fingerprint(ordered(doc));
  let undo = history.undo;
  for (;;) {
    const text = JSON.stringify({ content, undo, redo: history.redo });
    if (text.length <= storedLimit || undo.length === 0)
      return text.length <= storedLimit ? text : JSON.stringify({ content, undo: [], redo: [] });
    undo = undo.slice(Math.ceil(undo.length / 4));
  }
}

/** The history kept for this content; empty where the text is damaged or belongs to another content. */
export function restoredHistory(text: string | null, doc: FlowDocument): History {
  if (text === null) return emptyHistory;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return emptyHistory; // A damaged history is worth nothing; the flow itself is safe in its file.
  }
  const stored = storedSchema.safeParse(parsed);
  if (!stored.success || stored.data.content !== fingerprint(ordered(doc))) return emptyHistory;
  const history = { undo: stored.data.undo, redo: stored.data.redo } as History;
  return replayable(history, doc) ? history : emptyHistory;
}

/** Whether the whole history can be walked and every stop is a flow: a stored patch is input like any other. */
function replayable(history: History, doc: FlowDocument): boolean {
  try {
    for (const move of [undone, redone]) {
      let at: { history: History; doc: FlowDocument } | undefined = { history, doc };
      for (at = move(at.history, at.doc); at !== undefined; at = move(at.history, at.doc))
        if (!flowSchema.safeParse(at.doc).success) return false;
    }
    return true;
  } catch {
    return false; // A patch of a shape we do not know: as good as damaged.
  }
}

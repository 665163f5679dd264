/** What the face of a node says: verb and object, connection, summary, state. Pure. */
import type { ConnectionView, ConnectorView } from '../../engine/api/contract.ts';
import type { FlowDocument, FlowNode, Problem } from '../../engine/model/flow.ts';
import { slotOf } from '../state/connections-slice.ts';
import type { NodeKinds } from '../state/graph.ts';
import type { NodeProgress } from '../state/runs-slice.ts';
import { t } from '../strings/index.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** The title of a resource in the connector's own word, without what stands in brackets. */
function resourceTitle(
  doc: FlowDocument,
  connectors: ReadonlyMap<string, ConnectorView>,
  place: { slot: string | undefined; resource: string | undefined },
): string | undefined {
  const connector = place.slot === undefined ? undefined : connectors.get(doc.slots[place.slot]?.connector ?? '');
  const title = connector?.resources.find((resource) => resource.id === place.resource)?.title;
  return (title ?? place.resource)?.replace(/\s*\(.*\)$/, '');
}

/** “Verb object”: the label a person gave, else the kind with what it works on. */
export function verbObject(
  doc: FlowDocument,
  node: FlowNode,
  kinds: NodeKinds,
  connectors: ReadonlyMap<string, ConnectorView>,
): string {
  if (node.label !== undefined && node.label !== '') return node.label;
  const title = kinds.get(node.kind)?.title ?? node.kind;
  const to = node.config.to;
  const target = typeof to === 'object' && to !== null && !Array.isArray(to) ? to : node.config;
  const object = resourceTitle(doc, connectors, { slot: slotOf(node), resource: text(target.resource) });
  if (object === undefined) return title;
  // Abbreviations such as AP keep their capitals.
  const isWord = /^\p{Lu}\p{Ll}/u.test(object);
  const verb = target === node.config ? title : `${title} to`;
  return `${verb} ${isWord ? object.charAt(0).toLowerCase() : object.charAt(0)}${object.slice(1)}`;
}

/** One line that tells this node from others of its kind. */
export function summaryOf(node: FlowNode, kinds: NodeKinds): string {
  const { where, table, when, condition, mode, over, by, fields, branches } = node.config;
  const formula = text(where) ?? text(when) ?? text(condition);
  if (formula !== undefined) return formula.replace(/^=/, '');
  if (text(table) !== undefined) return String(table);
  if (Array.isArray(branches)) return t.canvas.branches(branches.length);
  if (Array.isArray(fields)) return t.canvas.fields(fields.length);
  const plain = text(mode) ?? text(over) ?? text(by) ?? text(node.config.text);
  return plain ?? kinds.get(node.kind)?.summary ?? '';
}

/**
 * Whether two states of a node look alike. Lists inside a setup show by their length alone, but for branches, which are ports:
 * typing a field's formula draws nothing.
 */
export function looksAlike(a: FlowNode, b: FlowNode): boolean {
  if (a.kind !== b.kind || a.label !== b.label || a.disabled !== b.disabled) return false;
  const names = new Set([...Object.keys(a.config), ...Object.keys(b.config)]);
  return [...names].every((name) => {
    const before = a.config[name];
    const after = b.config[name];
    if (before === after) return true;
    return name !== 'branches' && Array.isArray(before) && Array.isArray(after) && before.length === after.length;
  });
}

/** State of a node: icon, text and colour always go together. */
export interface NodeState {
  tone: 'bad' | 'warn' | 'good' | 'info' | 'quiet';
  text: string;
}

const total = (counts: NodeProgress['settled'], names: readonly (keyof NodeProgress['settled'])[]): number =>
  names.reduce((sum, name) => sum + (counts[name] ?? 0), 0);

/** The most serious thing to say about a node: problems before counts of the run. */
export function stateOf(
  node: FlowNode,
  problems: readonly Problem[],
  progress: NodeProgress | undefined,
  kinds: NodeKinds,
): NodeState | undefined {
  if (node.disabled === true) return { tone: 'quiet', text: t.designer.disabled };
  if (!kinds.has(node.kind) && kinds.size > 0) return { tone: 'bad', text: t.designer.unknownKind(node.kind) };
  const blocking = problems.filter((problem) => problem.severity === 'blocking').length;
  if (blocking > 0) return { tone: 'bad', text: t.designer.problems(blocking) };
  if (progress !== undefined) {
    const failed = total(progress.settled, ['failed', 'inDoubt']);
    if (failed > 0) return { tone: 'bad', text: `${failed} ${t.run.record.failed}` };
    const held = total(progress.settled, ['held']);
    if (held > 0) return { tone: 'warn', text: `${held} ${t.run.record.held}` };
    const waiting = total(progress.settled, ['awaitingApproval']);
    if (waiting > 0) return { tone: 'info', text: `${waiting} ${t.run.record.awaitingApproval}` };
    const posted = total(progress.settled, ['posted']);
    if (posted > 0) return { tone: 'good', text: `${posted} ${t.run.record.posted}` };
    if (progress.in + progress.out > 0)
      return { tone: 'good', text: t.run.records(Math.max(progress.in, progress.out)) };
  }
  if (problems.length > 0) return { tone: 'warn', text: t.designer.problems(problems.length) };
  return undefined;
}

/** What a screen reader says of a node. */
export function labelOf(parts: {
  verb: string;
  position: number;
  total: number;
  problems: number;
  progress: NodeProgress | undefined;
  connection: ConnectionView | undefined;
}): string {
  const settled = Object.entries(parts.progress?.settled ?? {}).map(
    ([status, count]) => `${count} ${t.run.record[status as keyof typeof t.run.record]}`,
  );
  const verb = parts.connection === undefined ? parts.verb : `${parts.verb} (${parts.connection.name})`;
  return t.designer.nodeLabel(
    verb,
    parts.position,
    parts.total,
    parts.problems === 0 ? '' : t.designer.problems(parts.problems),
    settled.length === 0 ? '' : t.designer.lastRun(settled.join(', ')),
  );
}

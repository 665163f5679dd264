/** The canvas as a tree in run order: the path of screen readers, and of everybody who thinks in lists. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useMemo, useRef } from 'react';
import type { FlowDocument, FlowNode } from '../../engine/model/flow.ts';
import { endsOf, runOrder } from '../state/graph.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { labelOf, stateOf, summaryOf, verbObject } from './face.ts';
import { NodeIcon } from './icons.tsx';
import { problemsOf, progressOf, shownDocument } from './shown.ts';

function useSteps(doc: FlowDocument | undefined): readonly FlowNode[] {
  const nodes = doc?.nodes;
  const wires = doc?.wires;
  // Places decide among equals only; the order is kept while boxes are merely moved.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  return useMemo(() => {
    if (doc === undefined) return [];
    const byId = new Map(doc.nodes.map((node) => [node.id, node]));
    return runOrder(doc).flatMap((id) => byId.get(id) ?? []);
  }, [nodes, wires]);
}

function OutlineItem({ node, position, total }: { node: FlowNode; position: number; total: number }): ReactNode {
  const doc = useApp(shownDocument);
  const kinds = useApp((state) => state.kinds);
  const connectors = useApp((state) => state.connectors);
  const problems = useApp((state) => problemsOf(state, node.id));
  const progress = useApp((state) => progressOf(state, node.id));
  if (doc === undefined) return null;
  const verb = verbObject(doc, node, kinds, connectors);
  const state = stateOf(node, problems, progress, kinds);
  const feeds = doc.wires.flatMap((wire) => {
    const { from, to } = endsOf(wire);
    const target = doc.nodes.find((candidate) => candidate.id === to.node);
    if (from.node !== node.id || target === undefined) return [];
    const name = verbObject(doc, target, kinds, connectors);
    return [from.port === 'out' ? name : `${name} (${from.port})`];
  });
  const isNote = kinds.get(node.kind)?.category === 'note';
  const wires = isNote
    ? summaryOf(node, kinds)
    : feeds.length === 0
      ? t.designer.ends
      : t.designer.feeds(feeds.join(', '));
  const label = labelOf({ verb, position, total, problems: problems.length, progress, connection: undefined });
  return (
    <>
      <NodeIcon name={kinds.get(node.kind)?.icon} size={16} />
      <span className="outline__text">
        <span className="outline__name">{verb}</span>
        <span className="outline__wires">
          {state === undefined ? null : (
            <>
              <span className={`outline__state step__state--${state.tone}`}>{state.text}</span>
              {' · '}
            </>
          )}
          {wires}
        </span>
      </span>
      <span className="visually-hidden">{label}</span>
    </>
  );
}

/** The outline. */
export function Outline(): ReactNode {
  const { store } = useAppContext();
  const doc = useApp(shownDocument);
  const steps = useSteps(doc);
  const selection = useApp((state) => state.selection);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: steps.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 46,
    overscan: 8,
  });
  const current = Math.max(
    0,
    steps.findIndex((node) => node.id === selection[0]),
  );
  const choose = (index: number): void => {
    const node = steps[index];
    if (node === undefined) return;
    store.getState().select([node.id]);
    rows.scrollToIndex(index);
    store.getState().canvas?.reveal(node.id);
    requestAnimationFrame(() => document.getElementById(`outline-${node.id}`)?.focus());
  };
  const press = (event: KeyboardEvent): void => {
    const to = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: steps.length - 1 }[event.key];
    if (to === undefined || event.ctrlKey) return;
    event.preventDefault();
    event.stopPropagation();
    choose(Math.max(0, Math.min(steps.length - 1, to)));
  };
  if (steps.length === 0) return <p className="outline__empty">{t.designer.outlineEmpty}</p>;
  return (
    <div className="outline" ref={scroller} data-outline="">
      <div
        role="tree"
        aria-label={t.designer.outlineLabel}
        aria-multiselectable="true"
        tabIndex={-1}
        style={{ height: rows.getTotalSize(), position: 'relative' }}
        onKeyDown={press}
      >
        {rows.getVirtualItems().map((row) => {
          const node = steps[row.index];
          if (node === undefined) return null;
          return (
            <button
              key={node.id}
              id={`outline-${node.id}`}
              type="button"
              role="treeitem"
              aria-level={1}
              aria-posinset={row.index + 1}
              aria-setsize={steps.length}
              aria-selected={selection.includes(node.id)}
              tabIndex={row.index === current ? 0 : -1}
              className="outline__item"
              style={{ transform: `translateY(${row.start}px)` }}
              onClick={() => choose(row.index)}
              onDoubleClick={() => document.querySelector<HTMLElement>('[data-slot=inspector]')?.focus()}
            >
              <OutlineItem node={node} position={row.index + 1} total={steps.length} />
            </button>
          );
        })}
      </div>
    </div>
  );
}

/** A wire with the number of records that passed through it. */
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, getSmoothStepPath, Position } from '@xyflow/react';
import { memo, type ReactNode } from 'react';
import { shortCount } from '../app/format.ts';
import { nodeSize } from '../state/layout.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import type { WireEdge } from './derive.ts';
import { changesOf } from './differences.ts';
import { progressOf } from './shown.ts';

/** Room that a wire needs in front of a node to bend, and between two that enter the same one. */
const bend = 18;
const apart = 8;

/**
 * A curve forwards. Where the next node stands further left, such as in the next row, a path along the free strip
 * between the rows: it passes above a target that is lower and below one that is higher, never behind a node.
 */
function pathOf(props: EdgeProps<WireEdge>): [path: string, x: number, y: number] {
  const { sourceX, sourceY, targetX, targetY, sourcePosition, data } = props;
  if (sourcePosition !== Position.Right || targetX >= sourceX + bend || data === undefined) {
    const [path, x, y] = getBezierPath(props);
    return [path, x, y];
  }
  const { index, y: fromTop } = data.entry;
  const top = targetY - fromTop;
  const aside = bend - 4 - index * apart;
  const centerY = targetY > sourceY ? top - aside : top + nodeSize.height + aside;
  const [path, x] = getSmoothStepPath({ ...props, centerY, borderRadius: 12, offset: bend + index * apart });
  // Counts of two wires into one node stand beside each other, clear of the node.
  return [path, x + index * 48, centerY + (targetY > sourceY ? -1 : 1) * index * apart];
}

/** A wire; exceptions are dashed. */
export const WireLine = memo(function WireLine(props: EdgeProps<WireEdge>): ReactNode {
  const { id, data, selected } = props;
  const { store } = useAppContext();
  const [path, x, y] = pathOf(props);
  const count = useApp((state) =>
    data === undefined ? undefined : progressOf(state, data.fromNode)?.byPort[data.fromPort],
  );
  const change = useApp(
    (state) =>
      changesOf(state.flow, state.comparison).find((entry) => entry.what === 'wire' && entry.id === id)?.change,
  );
  const classes = ['wire'];
  if (data?.exception === true) classes.push('wire--exception');
  if (selected === true) classes.push('wire--chosen');
  if (change !== undefined) classes.push(`wire--${change}`);
  return (
    <>
      <BaseEdge id={id} path={path} className={classes.join(' ')} interactionWidth={24} />
      {count === undefined || count === 0 ? null : (
        <EdgeLabelRenderer>
          <button
            type="button"
            className="wire__count nodrag nopan"
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            aria-label={t.designer.counts(String(count))}
            onClick={() => {
              store.getState().select([], [id]);
              store.getState().setView({ dockTab: 'data' });
            }}
          >
            {shortCount(count)}
          </button>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

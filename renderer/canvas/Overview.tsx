/** What helps to find one's way: the small map of what is out of sight, and faces that say less from further away. */
import { MiniMap, type ReactFlowState, useStore } from '@xyflow/react';
import { type ReactNode, useEffect, useMemo } from 'react';
import { canvasLabels } from './canvas-labels.ts';
import type { CanvasNode } from './derive.ts';

const minimapSize = { width: 148, height: 92 };

/** The small map of the flow; nothing while all of the flow is in sight. */
export function Overview({ nodes }: { nodes: readonly CanvasNode[] }): ReactNode {
  const box = useMemo(() => {
    const boxes = nodes.map(({ position: { x, y }, width = 0, height = 0 }) => [x, y, x + width, y + height] as const);
    return {
      left: Math.min(...boxes.map(([left]) => left)),
      top: Math.min(...boxes.map(([, top]) => top)),
      right: Math.max(...boxes.map(([, , right]) => right)),
      bottom: Math.max(...boxes.map(([, , , bottom]) => bottom)),
    };
  }, [nodes]);
  const isWhole = useStore(({ transform: [x, y, zoom], width, height }: ReactFlowState) => {
    const inside = box.left * zoom + x >= 0 && box.top * zoom + y >= 0;
    return inside && box.right * zoom + x <= width && box.bottom * zoom + y <= height;
  });
  if (isWhole) return null;
  return (
    <MiniMap
      pannable
      zoomable
      className="minimap"
      style={minimapSize}
      ariaLabel={canvasLabels['minimap.ariaLabel']}
      nodeBorderRadius={8}
      nodeColor="var(--line-strong)"
      maskColor="color-mix(in srgb, var(--paper) 70%, transparent)"
      bgColor="var(--surface)"
    />
  );
}

/** How far away the flow is seen from. Steps, so that zooming restyles the nodes three times and not with every frame. */
export type DistanceName = 'near' | 'far' | 'farther' | 'farthest';

const distanceAt = (zoom: number): DistanceName =>
  zoom >= 0.65 ? 'near' : zoom >= 0.42 ? 'far' : zoom >= 0.26 ? 'farther' : 'farthest';

/** Tells how far away the flow is seen from, whenever that changes. */
export function Distance({ onChange }: { onChange: (distance: DistanceName) => void }): ReactNode {
  const distance = useStore(({ transform: [, , zoom] }: ReactFlowState) => distanceAt(zoom));
  useEffect(() => onChange(distance), [distance, onChange]);
  return null;
}

/** Everything React Flow says to a screen reader, in our words. */
import type { AriaLabelConfig } from '@xyflow/react';
import { t } from '../strings/index.ts';

const { spoken } = t.canvas;

export const canvasLabels = {
  'node.a11yDescription.default': spoken.node,
  'node.a11yDescription.keyboardDisabled': spoken.nodePlain,
  'node.a11yDescription.ariaLiveMessage': ({ direction, x, y }: { direction: string; x: number; y: number }) =>
    spoken.moved(direction, Math.round(x), Math.round(y)),
  'edge.a11yDescription.default': spoken.wire,
  'controls.ariaLabel': t.designer.toolbar,
  'controls.zoomIn.ariaLabel': spoken.zoomIn,
  'controls.zoomOut.ariaLabel': spoken.zoomOut,
  'controls.fitView.ariaLabel': spoken.fit,
  'controls.interactive.ariaLabel': spoken.lock,
  'minimap.ariaLabel': spoken.minimap,
  'handle.ariaLabel': spoken.port,
} satisfies Partial<AriaLabelConfig>;

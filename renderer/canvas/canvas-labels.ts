/** Everything React Flow says to a screen reader, in our words. */
import type { AriaLabelConfig } from '@xyflow/react';

export const canvasLabels = {
  'node.a11yDescription.default':
    'Enter opens the inspector, C connects, arrows go to the nearest node, Ctrl with arrows moves.',
  'node.a11yDescription.keyboardDisabled': 'Enter opens the inspector, C connects, Delete removes.',
  'node.a11yDescription.ariaLiveMessage': ({ direction, x, y }: { direction: string; x: number; y: number }) =>
    `Moved ${direction} to ${Math.round(x)}, ${Math.round(y)}.`,
  'edge.a11yDescription.default': 'A puts a node into this wire, Delete removes it.',
  'controls.ariaLabel': 'Canvas tools',
  'controls.zoomIn.ariaLabel': 'Zoom in',
  'controls.zoomOut.ariaLabel': 'Zoom out',
  'controls.fitView.ariaLabel': 'Fit the flow',
  'controls.interactive.ariaLabel': 'Lock the canvas',
  'minimap.ariaLabel': 'Small map of the flow',
  'handle.ariaLabel': 'Port',
} satisfies Partial<AriaLabelConfig>;

/** What commands may ask of the canvas, on top of React Flow's instance. */
import type { ReactFlowInstance } from '@xyflow/react';
import { nodeSize } from '../state/layout.ts';
import type { CanvasHandle } from '../state/view-slice.ts';
import type { CanvasNode, WireEdge } from './derive.ts';

const still = (): boolean => window.matchMedia('(prefers-reduced-motion: reduce)').matches;
const duration = (): number => (still() ? 0 : 200);

const canvasBox = (): DOMRect | undefined => document.querySelector('[data-canvas]')?.getBoundingClientRect();

/** The smallest zoom at which the small print of a node is still read. */
export const readableZoom = 0.75;

/** The smallest zoom at which the names of nodes, which grow as the flow goes away, are still read. */
const wholeZoom = 0.48;

const margin = 24;

/** Shows a flow from its beginning: whole where the names can be read, else its upper left part with its small print. */
function showBeginning(flow: ReactFlowInstance<CanvasNode, WireEdge>): void {
  const box = canvasBox();
  const nodes = flow.getNodes();
  if (box === undefined || nodes.length === 0) return;
  const { x, y, width, height } = flow.getNodesBounds(nodes);
  const across = box.width - 2 * margin;
  const down = box.height - 2 * margin;
  const whole = Math.min(1, across / width, down / height);
  const zoom = whole >= wholeZoom ? whole : readableZoom;
  // What fits is centred; what does not starts at the edge.
  const start = (room: number, size: number): number => margin + Math.max(0, (room - size * zoom) / 2);
  void flow.setViewport({ x: start(across, width) - x * zoom, y: start(down, height) - y * zoom, zoom });
}

/** The handle of a canvas. */
export function canvasHandle(flow: ReactFlowInstance<CanvasNode, WireEdge>): CanvasHandle {
  const focusNode = (id: string): void => {
    requestAnimationFrame(() =>
      document
        .querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)
        ?.focus({ preventScroll: true }),
    );
  };
  return {
    fit: (ids) =>
      void flow.fitView({
        maxZoom: 1,
        padding: 0.06,
        duration: duration(),
        ...(ids === undefined ? {} : { nodes: ids.map((id) => ({ id })) }),
      }),
    begin: () => showBeginning(flow),
    room: () => {
      const box = canvasBox();
      return { width: (box?.width ?? 0) - 2 * margin, height: (box?.height ?? 0) - 2 * margin };
    },
    zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: duration() }),
    zoomTo: (zoom) => void flow.zoomTo(zoom, { duration: duration() }),
    reveal: (id) => {
      const node = flow.getNode(id);
      const box = canvasBox();
      if (node === undefined || box === undefined) return;
      const { x, y } = flow.flowToScreenPosition(node.position);
      const inside = x > box.left && y > box.top && x + 120 < box.right && y + 60 < box.bottom;
      if (!inside)
        void flow.setCenter(node.position.x + nodeSize.width / 2, node.position.y + nodeSize.height / 2, {
          zoom: flow.getZoom(),
          duration: duration(),
        });
      focusNode(id);
    },
    center: () => {
      const box = canvasBox();
      const { x, y } = flow.screenToFlowPosition({
        x: (box?.left ?? 0) + (box?.width ?? 0) / 2,
        y: (box?.top ?? 0) + (box?.height ?? 0) / 2,
      });
      return [x, y];
    },
    toScreen: ([x, y]) => {
      const place = flow.flowToScreenPosition({ x, y });
      return [place.x, place.y];
    },
    focus: () => document.querySelector<HTMLElement>('[data-canvas] .react-flow__pane')?.focus(),
  };
}

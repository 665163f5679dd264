/** The canvas: React Flow over the document, with every gesture ending in a named edit. */
import {
  Background,
  BackgroundVariant,
  type Connection,
  ConnectionMode,
  type FinalConnectionState,
  type NodeChange,
  type OnConnectEnd,
  ReactFlow,
  type ReactFlowInstance,
} from '@xyflow/react';
import { type DragEvent, type KeyboardEvent, type MouseEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import { checkConnection, mainPort } from '../state/connect.ts';
import { connectionAt, slotOf } from '../state/connections-slice.ts';
import type { Point } from '../state/document.ts';
import { nodeOf, titleOf, type WireEnd } from '../state/graph.ts';
import { moveNodes, nodeSize } from '../state/layout.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { addOfKind, drawWire } from './actions.ts';
import { type CanvasContextTarget, CanvasMenu } from './CanvasMenu.tsx';
import { canvasLabels } from './canvas-labels.ts';
import { CanvasDeriver, type CanvasNode, type DragPlaces, type WireEdge } from './derive.ts';
import { labelOf, verbObject } from './face.ts';
import { canvasHandle } from './handle.ts';
import { GroupFrame, NoteFace } from './NoteFace.tsx';
import { Distance, type DistanceName, Overview } from './Overview.tsx';
import { paletteDragType } from './palette-drag.ts';
import { StepFace } from './StepFace.tsx';
import { problemsOf, progressOf, shownDocument } from './shown.ts';
import { WireLine } from './WireLine.tsx';

const nodeTypes = { step: StepFace, note: NoteFace, frame: GroupFrame };
const edgeTypes = { wire: WireLine };
const noDrag: DragPlaces = new Map();
/** From this many nodes on only what is visible is drawn: two thousand boxes would halve the frame rate four times over. */
const largeFlow = 120;

const endsOfConnection = (connection: Connection): { from: WireEnd; to: WireEnd } => ({
  from: { node: connection.source, port: connection.sourceHandle ?? 'out' },
  to: { node: connection.target, port: connection.targetHandle ?? 'in' },
});

/** The element of a kind under a point of the window. */
const under = (x: number, y: number, selector: string): string | undefined =>
  document.elementFromPoint(x, y)?.closest<HTMLElement>(selector)?.dataset.id;

const pointerOf = (event: globalThis.MouseEvent | TouchEvent): readonly [number, number] => {
  const touch = 'changedTouches' in event ? event.changedTouches[0] : event;
  return [touch?.clientX ?? 0, touch?.clientY ?? 0];
};

/** Labels for screen readers, by node. */
function useLabels(): ReadonlyMap<string, string> {
  const doc = useApp(shownDocument);
  const kinds = useApp((state) => state.kinds);
  const check = useApp((state) => state.check);
  const progress = useApp((state) => state.pastRun ?? state.progress[state.flowId ?? '']);
  const connections = useApp((state) => state.connections);
  const { store } = useAppContext();
  // Each of these changes what a label says; the store is read for the rest.
  // biome-ignore lint/correctness/useExhaustiveDependencies: check, progress and connections are read through the store
  return useMemo(() => {
    const state = store.getState();
    if (doc === undefined) return new Map();
    return new Map(
      doc.nodes.map((node, index) => [
        node.id,
        labelOf({
          verb: verbObject(doc, node, kinds, state.connectors),
          position: index + 1,
          total: doc.nodes.length,
          problems: problemsOf(state, node.id).length,
          progress: progressOf(state, node.id),
          connection: connectionAt(state.connections, state.bindings?.slots, slotOf(node)),
        }),
      ]),
    );
  }, [doc, kinds, check, progress, connections, store]);
}

/** Nodes and wires as React Flow takes them. */
function useShown(drag: DragPlaces): { nodes: CanvasNode[]; edges: WireEdge[] } {
  const deriver = useRef<CanvasDeriver>(null);
  deriver.current ??= new CanvasDeriver();
  const made = deriver.current;
  const doc = useApp(shownDocument);
  const kinds = useApp((state) => state.kinds);
  const selection = useApp((state) => state.selection);
  const selectedWires = useApp((state) => state.selectedWires);
  const editable = useApp((state) => state.canEdit());
  const labels = useLabels();
  const nodes = useMemo(
    () => (doc === undefined ? [] : made.nodes({ doc, kinds, selection: new Set(selection), drag, labels, editable })),
    [made, doc, kinds, selection, drag, labels, editable],
  );
  const edges = useMemo(() => {
    if (doc === undefined) return [];
    const name = (id: string): string => {
      const node = nodeOf(doc, id);
      return node === undefined ? id : titleOf(node, kinds);
    };
    return made.wires(doc, kinds, new Set(selectedWires), (from, to) => t.designer.wireLabel(name(from), name(to)));
  }, [made, doc, kinds, selectedWires]);
  return { nodes, edges };
}

/** What React Flow reports of nodes: selection goes to the store, places stay here until the drag ends. */
function useNodeChanges(): { drag: DragPlaces; onNodesChange: (changes: NodeChange<CanvasNode>[]) => void } {
  const { store } = useAppContext();
  const [drag, setDrag] = useState<DragPlaces>(noDrag);
  const onNodesChange = (changes: NodeChange<CanvasNode>[]): void => {
    const { selection, selectedWires, select, edit } = store.getState();
    const chosen = new Set(selection);
    let selected = false;
    const moving = new Map<string, Point>();
    let ended = false;
    for (const change of changes) {
      if (change.type === 'select') {
        selected = true;
        if (change.selected) chosen.add(change.id);
        else chosen.delete(change.id);
      } else if (change.type === 'position' && change.position !== undefined) {
        moving.set(change.id, [change.position.x, change.position.y]);
        ended ||= change.dragging === false;
      } else if (change.type === 'position' && change.dragging === false) ended = true;
    }
    if (selected) select([...chosen], selectedWires);
    if (moving.size > 0 && !ended) setDrag((before) => new Map([...before, ...moving]));
    if (!ended) return;
    const to = Object.fromEntries([...drag, ...moving]);
    edit({ name: t.edits.move(Object.keys(to).length), undo: 'record' }, (doc) => moveNodes(doc, { to }));
    setDrag(noDrag);
  };
  return { drag, onNodesChange };
}

/** Gestures with the free end of a wire. */
function useWireGestures(flow: () => ReactFlowInstance<CanvasNode, WireEdge> | undefined): {
  isValid: (connection: Connection | WireEdge) => boolean;
  onConnect: (connection: Connection) => void;
  onConnectEnd: OnConnectEnd;
} {
  const { store } = useAppContext();
  const droppedInSpace = (state: FinalConnectionState, screen: readonly [number, number]): void => {
    const { flow: doc, kinds, setView } = store.getState();
    const handle = state.fromHandle;
    const instance = flow();
    if (doc === undefined || instance === undefined || handle === null || handle === undefined) return;
    const free: WireEnd = { node: handle.nodeId, port: handle.id ?? 'out' };
    const target = under(screen[0], screen[1], '.react-flow__node-step');
    const node = target === undefined ? undefined : nodeOf(doc, target);
    if (node !== undefined && node.id !== free.node) {
      const side = handle.type === 'source' ? 'inputs' : 'outputs';
      const other: WireEnd = { node: node.id, port: mainPort(kinds.get(node.kind), side) };
      drawWire(store, handle.type === 'source' ? { from: free, to: other } : { from: other, to: free });
      return;
    }
    const { x, y } = instance.screenToFlowPosition({ x: screen[0], y: screen[1] });
    const isSource = handle.type === 'source';
    const at = [isSource ? x : x - nodeSize.width, y - nodeSize.height / 2] as const;
    setView({ quickAdd: { at, screen, ...(isSource ? { from: free } : { to: free }) } });
  };
  return {
    isValid: (connection) => {
      const { flow: doc, kinds } = store.getState();
      const ends = endsOfConnection({
        ...connection,
        sourceHandle: connection.sourceHandle ?? null,
        targetHandle: connection.targetHandle ?? null,
      });
      return doc !== undefined && checkConnection(doc, kinds, ends).ok;
    },
    onConnect: (connection) => drawWire(store, endsOfConnection(connection)),
    onConnectEnd: (event, state) => {
      if (state.isValid === true) return;
      const { fromHandle, toHandle } = state;
      if (fromHandle !== null && toHandle !== null && fromHandle.type !== toHandle.type) {
        const [source, target] = fromHandle.type === 'source' ? [fromHandle, toHandle] : [toHandle, fromHandle];
        drawWire(store, {
          from: { node: source.nodeId, port: source.id ?? 'out' },
          to: { node: target.nodeId, port: target.id ?? 'in' },
        });
      } else droppedInSpace(state, pointerOf(event));
    },
  };
}

/** Dropping a kind from the palette: on a wire it goes into the wire. */
function usePaletteDrop(flow: () => ReactFlowInstance<CanvasNode, WireEdge> | undefined): (event: DragEvent) => void {
  const { store } = useAppContext();
  return (event) => {
    const kind = store.getState().kinds.get(event.dataTransfer.getData(paletteDragType));
    const instance = flow();
    if (kind === undefined || instance === undefined) return;
    event.preventDefault();
    const { x, y } = instance.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const wire = under(event.clientX, event.clientY, '.react-flow__edge');
    const fits = kind.inputs.length > 0 && kind.outputs.length > 0;
    addOfKind(store, kind, {
      at: [x - nodeSize.width / 2, y - nodeSize.height / 2],
      screen: [event.clientX, event.clientY],
      ...(wire !== undefined && fits ? { wire } : {}),
    });
  };
}

/** The canvas of the open flow. */
export function Canvas(): ReactNode {
  const { store } = useAppContext();
  const instance = useRef<ReactFlowInstance<CanvasNode, WireEdge>>(undefined);
  const flow = (): ReactFlowInstance<CanvasNode, WireEdge> | undefined => instance.current;
  const { drag, onNodesChange } = useNodeChanges();
  const { nodes, edges } = useShown(drag);
  const gestures = useWireGestures(flow);
  const onDrop = usePaletteDrop(flow);
  const [distance, setDistance] = useState<DistanceName>('near');
  const [menu, setMenu] = useState<{ at: Point; target: CanvasContextTarget }>();
  const editable = useApp((state) => state.canEdit());
  const openMenu = (event: MouseEvent | globalThis.MouseEvent, target: CanvasContextTarget, id?: string): void => {
    event.preventDefault();
    const { selection, select } = store.getState();
    if (id !== undefined && target === 'node' && !selection.includes(id)) select([id]);
    if (id !== undefined && target === 'wire') select([], [id]);
    setMenu({ at: [event.clientX, event.clientY], target });
  };
  const quickAddAt = (event: MouseEvent, wire?: string): void => {
    const place = instance.current?.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    if (place === undefined || !editable) return;
    const at = [place.x - nodeSize.width / 2, place.y - nodeSize.height / 2] as const;
    const screen = [event.clientX, event.clientY] as const;
    store.getState().setView({ quickAdd: { at, screen, ...(wire === undefined ? {} : { wire }) } });
  };
  return (
    <section
      className="canvas"
      data-canvas=""
      data-distance={distance}
      aria-label={t.designer.canvas}
      onFocus={(event) => {
        const id = event.target.closest<HTMLElement>('.react-flow__node-step')?.dataset.id;
        const keyboard = event.target.matches(':focus-visible');
        if (id !== undefined && keyboard && event.target.matches('.react-flow__node')) store.getState().select([id]);
      }}
      onDoubleClick={(event) => {
        if (event.target instanceof Element && event.target.matches('.react-flow__pane')) quickAddAt(event);
      }}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === 'ContextMenu') event.stopPropagation();
      }}
    >
      <ReactFlow<CanvasNode, WireEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onInit={(made) => {
          instance.current = made;
          const handle = canvasHandle(made);
          store.getState().setView({ canvas: handle });
          handle.begin();
        }}
        onNodesChange={onNodesChange}
        onEdgesChange={(changes) => {
          const { selection, selectedWires, select } = store.getState();
          const chosen = new Set(selectedWires);
          for (const change of changes) {
            if (change.type !== 'select') continue;
            if (change.selected) chosen.add(change.id);
            else chosen.delete(change.id);
          }
          select(selection, [...chosen]);
        }}
        isValidConnection={gestures.isValid}
        onConnect={gestures.onConnect}
        onConnectEnd={gestures.onConnectEnd}
        connectionMode={ConnectionMode.Strict}
        connectionRadius={36}
        onDrop={onDrop}
        onDragOver={(event) => {
          if (!editable || !event.dataTransfer.types.includes(paletteDragType)) return;
          event.preventDefault();
          event.dataTransfer.dropEffect = 'copy';
        }}
        onPaneContextMenu={(event) => openMenu(event, 'canvas')}
        onNodeContextMenu={(event, node) => openMenu(event, 'node', node.id)}
        onEdgeContextMenu={(event, edge) => openMenu(event, 'wire', edge.id)}
        onEdgeDoubleClick={(event, edge) => quickAddAt(event, edge.id)}
        onNodeDoubleClick={(_event, node) => {
          if (node.type === 'step') document.querySelector<HTMLElement>('[data-slot=inspector]')?.focus();
        }}
        snapToGrid
        snapGrid={[8, 8]}
        minZoom={0.05}
        maxZoom={2}
        onlyRenderVisibleElements={nodes.length > largeFlow}
        zoomOnDoubleClick={false}
        deleteKeyCode={null}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={['Shift', 'Control', 'Meta']}
        panOnScroll
        elevateNodesOnSelect={false}
        disableKeyboardA11y
        ariaLabelConfig={canvasLabels}
        edgesFocusable
        proOptions={{ hideAttribution: false }}
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={2} color="var(--dots)" />
        <Overview nodes={nodes} />
        <Distance onChange={setDistance} />
      </ReactFlow>
      <CanvasMenu at={menu?.at} target={menu?.target ?? 'canvas'} onClose={() => setMenu(undefined)} />
    </section>
  );
}

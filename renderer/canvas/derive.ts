/** React Flow's nodes and edges made of the document. What did not change keeps its identity, so that nothing else is drawn. */
import { type Edge, type Node, Position } from '@xyflow/react';
import type { FlowDocument, FlowNode } from '../../engine/model/flow.ts';
import type { NodePort } from '../../engine/model/node.ts';
import type { Point } from '../state/document.ts';
import { endsOf, type NodeKinds, placeOf, portsOf, runOrder, wireId } from '../state/graph.ts';
import { nodeSize } from '../state/layout.ts';

type Note = FlowDocument['layout']['notes'][number];

/** A node of the flow on the canvas. */
export type StepNode = Node<{ node: FlowNode; inputs: readonly NodePort[]; outputs: readonly NodePort[] }, 'step'>;
/** A note. */
export type NoteNode = Node<{ note: Note }, 'note'>;
/** The frame around a group. */
export type GroupNode = Node<{ id: string; label: string; members: readonly string[] }, 'frame'>;
export type CanvasNode = StepNode | NoteNode | GroupNode;
/** A wire. `exception` wires are dashed. */
export type WireEdge = Edge<
  {
    exception: boolean;
    fromNode: string;
    fromPort: string;
    toPort: string;
    /** Which input of the target it is, from above, and how far below the target's upper edge that lies. */
    entry: { index: number; y: number };
  },
  'wire'
>;

/** Places of ports on a node's edge, in pixels. Exceptions leave below. */
export function portPlaces(
  inputs: readonly NodePort[],
  outputs: readonly NodePort[],
): { id: string; type: 'source' | 'target'; position: Position; x: number; y: number; port: NodePort }[] {
  const ordinary = outputs.filter((port) => port.exception !== true);
  const below = outputs.filter((port) => port.exception === true);
  const down = (index: number, count: number): number => (nodeSize.height * (index + 1)) / (count + 1);
  return [
    ...inputs.map((port, index) => ({
      id: port.id,
      type: 'target' as const,
      position: Position.Left,
      x: 0,
      y: down(index, inputs.length),
      port,
    })),
    ...ordinary.map((port, index) => ({
      id: port.id,
      type: 'source' as const,
      position: Position.Right,
      x: nodeSize.width,
      y: down(index, ordinary.length),
      port,
    })),
    ...below.map((port, index) => ({
      id: port.id,
      type: 'source' as const,
      position: Position.Bottom,
      x: nodeSize.width - 32 - index * 32,
      y: nodeSize.height,
      port,
    })),
  ];
}

const handleSize = 12;

/** Where a wire enters its target. */
function entryOf(inputs: readonly NodePort[], port: string): { index: number; y: number } {
  const index = Math.max(
    0,
    inputs.findIndex((input) => input.id === port),
  );
  return { index, y: portPlaces(inputs, [])[index]?.y ?? nodeSize.height / 2 };
}

/** What is different from the document for the moment: places while something is dragged. */
export type DragPlaces = ReadonlyMap<string, Point>;

/** What the canvas shows. */
export interface CanvasInput {
  doc: FlowDocument;
  kinds: NodeKinds;
  selection: ReadonlySet<string>;
  drag: DragPlaces;
  labels: ReadonlyMap<string, string>;
  editable: boolean;
}

interface Made<Shown> {
  from: readonly unknown[];
  shown: Shown;
}

/** Keeps what it made and makes anew only what changed. */
export class CanvasDeriver {
  private readonly made = new Map<string, Made<CanvasNode>>();
  private readonly madeWires = new Map<string, Made<WireEdge>>();
  private order: { wires: FlowDocument['wires']; nodes: FlowDocument['nodes']; ids: string[] } | undefined;

  private keep<Shown extends CanvasNode>(id: string, from: readonly unknown[], make: () => Shown): CanvasNode {
    const before = this.made.get(id);
    if (before?.from.every((value, index) => Object.is(value, from[index]))) return before.shown;
    const shown = make();
    this.made.set(id, { from, shown });
    return shown;
  }

  private idsInRunOrder(doc: FlowDocument): string[] {
    if (this.order?.wires !== doc.wires || this.order.nodes !== doc.nodes)
      this.order = { wires: doc.wires, nodes: doc.nodes, ids: runOrder(doc) };
    return this.order.ids;
  }

  private step(input: CanvasInput, node: FlowNode): CanvasNode {
    const { doc, kinds, drag, labels, editable } = input;
    const [x, y] = drag.get(node.id) ?? placeOf(doc, node.id);
    const selected = input.selection.has(node.id);
    const known = kinds.get(node.kind);
    const label = labels.get(node.id) ?? node.id;
    const wires = known === undefined ? doc.wires : undefined;
    return this.keep(node.id, [node, known, x, y, selected, label, editable, wires], () => {
      const { inputs, outputs } = portsOf(doc, node, kinds);
      return {
        id: node.id,
        type: 'step',
        position: { x, y },
        data: { node, inputs, outputs },
        selected,
        ariaLabel: label,
        ...nodeSize,
        measured: nodeSize,
        handles: portPlaces(inputs, outputs).map((place) => ({
          id: place.id,
          type: place.type,
          position: place.position,
          x: place.x - handleSize / 2,
          y: place.y - handleSize / 2,
          width: handleSize,
          height: handleSize,
        })),
        draggable: editable,
        connectable: editable,
      };
    });
  }

  private note(input: CanvasInput, note: Note): CanvasNode {
    const [x, y] = input.drag.get(note.id) ?? note.at;
    const selected = input.selection.has(note.id);
    const [width, height] = note.size ?? [240, 120];
    return this.keep(note.id, [note, x, y, selected, input.editable], () => ({
      id: note.id,
      type: 'note',
      position: { x, y },
      data: { note },
      selected,
      width,
      height,
      measured: { width, height },
      zIndex: -1,
      draggable: input.editable,
    }));
  }

  private frame(
    input: CanvasInput,
    group: { id: string; label: string; nodes: readonly string[] },
  ): CanvasNode | undefined {
    const places = group.nodes.map((id) => input.drag.get(id) ?? placeOf(input.doc, id));
    if (places.length === 0) return undefined;
    const left = Math.min(...places.map(([x]) => x)) - 24;
    const top = Math.min(...places.map(([, y]) => y)) - 44;
    const width = Math.max(...places.map(([x]) => x)) + nodeSize.width + 24 - left;
    const height = Math.max(...places.map(([, y]) => y)) + nodeSize.height + 32 - top;
    return this.keep(group.id, [group.label, group.nodes, left, top, width, height], () => ({
      id: group.id,
      type: 'frame',
      position: { x: left, y: top },
      data: { id: group.id, label: group.label, members: group.nodes },
      width,
      height,
      measured: { width, height },
      zIndex: -2,
      draggable: false,
      selectable: false,
      focusable: false,
    }));
  }

  /** Frames, notes, and nodes in run order: that is the order of the keyboard too. */
  nodes(input: CanvasInput): CanvasNode[] {
    const byId = new Map(input.doc.nodes.map((node) => [node.id, node]));
    const frames = (input.doc.layout.groups ?? []).flatMap((group) => this.frame(input, group) ?? []);
    const notes = input.doc.layout.notes.map((note) => this.note(input, note));
    const steps = this.idsInRunOrder(input.doc).flatMap((id) => {
      const node = byId.get(id);
      return node === undefined ? [] : [this.step(input, node)];
    });
    return [...frames, ...steps, ...notes];
  }

  /** Wires between nodes that exist. */
  wires(
    doc: FlowDocument,
    kinds: NodeKinds,
    chosen: ReadonlySet<string>,
    label: (from: string, to: string) => string,
  ): WireEdge[] {
    const nodes = new Map(doc.nodes.map((node) => [node.id, node]));
    return doc.wires.flatMap((wire): WireEdge[] => {
      const { from, to } = endsOf(wire);
      const source = nodes.get(from.node);
      const target = nodes.get(to.node);
      if (source === undefined || target === undefined) return [];
      const id = wireId(wire);
      const selected = chosen.has(id);
      const known = kinds.get(source.kind);
      const before = this.madeWires.get(id);
      const key = [selected, known, source.label, target.label, kinds.get(target.kind)];
      if (before?.from.every((value, index) => Object.is(value, key[index]))) return [before.shown];
      const exception = known?.outputs.find((port) => port.id === from.port)?.exception === true;
      const shown: WireEdge = {
        id,
        type: 'wire',
        source: from.node,
        sourceHandle: from.port,
        target: to.node,
        targetHandle: to.port,
        selected,
        ariaLabel: label(from.node, to.node),
        data: {
          exception,
          fromNode: from.node,
          fromPort: from.port,
          toPort: to.port,
          entry: entryOf(portsOf(doc, target, kinds).inputs, to.port),
        },
      };
      this.madeWires.set(id, { from: key, shown });
      return [shown];
    });
  }
}

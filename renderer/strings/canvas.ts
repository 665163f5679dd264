/** Texts of the canvas: why a wire is refused, what the clipboard says, what a screen reader hears. */
import { plural } from './plural.ts';

export const canvasStrings = {
  refusal: {
    noNode: 'One end of this wire is not a node of the flow.',
    self: (name: string) => `“${name}” cannot feed itself.`,
    noOutput: (name: string) => `“${name}” sends nothing on: records end there.`,
    noInput: (name: string) => `“${name}” takes nothing in: it is where records begin.`,
    present: 'These two are connected already.',
    occupied: (port: string, name: string) => `“${port}” of “${name}” takes one wire, and it has one.`,
    replace: 'Replace the present wire',
    cycle: (circle: string) =>
      `This wire would close a circle: ${circle}. Records run from left to right and never back.`,
    type: (target: string, takes: string, source: string, sends: string) =>
      `“${target}” writes ${takes}, but “${source}” sends ${sends}. A Map between them says which field goes where.`,
    putMap: 'Put a Map between',
    dangling: (names: readonly string[]) => `A wire leads to “${names.join('”, “')}”, which is not in the flow.`,
    danglingHint: 'Connect the wire to a node that exists, or remove it.',
  },
  clipboard: {
    notNodes: 'The clipboard does not hold nodes of a flow.',
    noWrite: 'The browser does not let Costwire write to the clipboard.',
    noRead: 'The browser does not let Costwire read the clipboard.',
  },
  spoken: {
    node: 'Enter opens the inspector, C connects, arrows go to the nearest node, Ctrl with arrows moves.',
    nodePlain: 'Enter opens the inspector, C connects, Delete removes.',
    moved: (direction: string, x: number, y: number) => `Moved ${direction} to ${x}, ${y}.`,
    wire: 'A puts a node into this wire, Delete removes it.',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    fit: 'Fit the flow',
    lock: 'Lock the canvas',
    minimap: 'Small map of the flow',
    port: 'Port',
    undone: (name: string) => `Undone: ${name}`,
    redone: (name: string) => `Redone: ${name}`,
    runStarted: 'Run started',
    runFinished: (status: string) => `Run finished: ${status}`,
  },
  branches: (count: number) => plural(count, 'branch', 'branches'),
  fields: (count: number) => plural(count, 'field', 'fields'),
  published: (version: number) => `Version ${version} is published.`,
  savedFile: 'the saved file',
  version: (version: number) => `version ${version}`,
};

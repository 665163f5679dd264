/** A remark on the canvas. It takes part in nothing. */
import type { NodeKind } from './node.ts';

/** Text for the people who read the flow. */
export const note: NodeKind = {
  kind: 'note',
  title: 'Note',
  summary: 'A remark for the people who read the flow',
  icon: 'note',
  category: 'note',
  inputs: [],
  outputs: [],
  fields: [{ name: 'text', label: 'Text', kind: 'text', help: 'Shown on the canvas.' }],
  check: () => ({ outputs: {}, problems: [] }),
};

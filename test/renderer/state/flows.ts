/** Flows and node kinds for tests of the designer's state. */
import { type FlowDocument, flowSchema } from '../../../engine/model/flow.ts';
import type { NodeDeclaration } from '../../../engine/model/node.ts';

const port = (id: string, exception = false) => ({ id, label: id, ...(exception ? { exception } : {}) });

const kind = (
  name: string,
  category: NodeDeclaration['category'],
  inputs: readonly string[],
  outputs: readonly string[],
): [string, NodeDeclaration] => [
  name,
  {
    kind: name,
    title: name,
    summary: '',
    icon: 'box',
    category,
    inputs: inputs.map((id) => port(id)),
    outputs: outputs.map((id) => port(id, id === 'held')),
    fields: [],
  },
];

/** A handful of node kinds with every shape of ports. */
export const kinds: ReadonlyMap<string, NodeDeclaration> = new Map([
  kind('read', 'connect', [], ['out']),
  kind('filter', 'decide', ['in'], ['out']),
  kind('map-codes', 'shape', ['in'], ['out', 'held']),
  kind('map', 'shape', ['in'], ['out']),
  kind('join', 'combine', ['left', 'right'], ['out']),
  kind('write', 'connect', ['in'], []),
]);

/** Read requisitions → codes → map → write bills. */
export const billFlow = (): FlowDocument =>
  flowSchema.parse({
    format: 'costwire/flow',
    schemaVersion: 1,
    id: 'f_bills',
    name: 'Approved invoices → AP bills',
    slots: { procore: { connector: 'procore' }, erp: { connector: 'acumatica' } },
    nodes: [
      { id: 'bill', kind: 'map', config: { to: { slot: 'erp', resource: 'bills' }, fields: [] } },
      { id: 'codes', kind: 'map-codes', config: { table: 'cost-codes' } },
      { id: 'post', kind: 'write', config: { slot: 'erp', resource: 'bills' } },
      { id: 'read', kind: 'read', label: 'Requisitions', config: { slot: 'procore', resource: 'requisitions' } },
    ],
    wires: [
      { from: 'read', to: 'codes' },
      { from: 'codes', to: 'bill' },
      { from: 'bill', to: 'post' },
    ],
    layout: {
      nodes: { read: [0, 0], codes: [320, 0], bill: [640, 0], post: [960, 0] },
      notes: [{ id: 'n1', text: 'Ask Rosa', at: [0, 200] }],
    },
  });

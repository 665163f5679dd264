/** Planning: a flow document with its connectors, connections and tables becomes a plan that can run, or a list of problems. */
import type { Connection } from '../model/connection.ts';
import type { Connector, ResourceAbilities, ResourceDeclaration } from '../model/connector.ts';
import { type FlowDocument, type FlowNode, flowSchemaVersion, type Problem } from '../model/flow.ts';
import { type CompiledTable, compileTable } from '../model/mapping-lookup.ts';
import type { MappingTableVersion } from '../model/mapping-table.ts';
import type { RecordSchema } from '../model/record.ts';
import { tablesNamed } from '../model/tables-named.ts';
import { nodeKinds } from '../nodes/index.ts';
import type { CheckContext, NodeKind } from '../nodes/node.ts';
import { commonFields } from '../nodes/union.ts';
import { disabledKind } from './plan-disabled.ts';
import { type FlowGraph, type PlannedWire, readGraph, readOrder, referenceNodes } from './plan-graph.ts';

/** What planning needs to know. */
export interface PlanInput {
  document: FlowDocument;
  connectors: readonly Connector[];
  /** Connections by slot; a slot without one is a problem. */
  connections: Readonly<Record<string, Connection | undefined>>;
  /** Published versions of the tables that may be used. */
  tables: readonly MappingTableVersion[];
  kinds?: readonly NodeKind[];
  /** What was found wrong before planning, such as a folder that cannot be opened. */
  problems?: readonly Problem[];
}

/** A node as it will run. */
export interface PlannedNode {
  node: FlowNode;
  kind: NodeKind;
  inputs: Record<string, RecordSchema | undefined>;
  outputs: Record<string, RecordSchema>;
  /** Wires that leave it. */
  wires: PlannedWire[];
  /** Number of wires into each input. */
  incoming: Record<string, number>;
  /** Prepares reference data only: its records are looked up, not settled. */
  reference: boolean;
}

/** A checked flow, ready to run. */
export interface FlowPlan {
  document: FlowDocument;
  nodes: PlannedNode[];
  /** Read nodes in the order they are read. */
  reads: string[];
  tables: ReadonlyMap<string, CompiledTable>;
  context: CheckContext;
}

/** What comes into a node and what leaves it, by port. */
export interface NodeSchemas {
  inputs: Partial<Record<string, RecordSchema>>;
  outputs: Partial<Record<string, RecordSchema>>;
}

/** The answer of planning. Schemas are there also where the plan is not, so that a designer can offer fields. */
export interface PlanResult {
  plan?: FlowPlan;
  problems: Problem[];
  schemas: Partial<Record<string, NodeSchemas>>;
}

/** Checks a flow from end to end. Never throws for what is in the document: everything wrong with it is a problem. */
export function planFlow(input: PlanInput): PlanResult {
  const { document } = input;
  const kinds = new Map((input.kinds ?? nodeKinds).map((kind) => [kind.kind, kind]));
  const tables = new Map(input.tables.map((version) => [version.schema.id, compileTable(version)]));
  const context = checkContext(input, tables);
  const graph = readGraph(document, kinds);
  const problems: Problem[] = [...(input.problems ?? []), ...documentProblems(document), ...graph.problems];
  const reference = referenceNodes(graph, kinds);
  const schemas: PlanResult['schemas'] = {};
  const nodes: PlannedNode[] = [];
  for (const node of graph.order) {
    const known = kinds.get(node.kind);
    if (known === undefined) {
      problems.push(unknownKind(node));
      continue;
    }
    const kind = node.disabled === true ? disabledKind(known) : known;
    const incoming = graph.wires.filter((wire) => wire.to.node === node.id);
    if (kind.inputs.length > 0 && incoming.length === 0) {
      problems.push(unreachable(node, graph));
      if (graph.wires.every((wire) => wire.from.node !== node.id)) continue;
    }
    const inputs = inputSchemas(kind, incoming, schemas);
    const checked = kind.check(node, inputs, context);
    problems.push(...checked.problems.map((problem) => ({ ...problem, nodeId: node.id })));
    problems.push(...wiringProblems(node, kind, incoming, graph));
    schemas[node.id] = { inputs, outputs: checked.outputs };
    nodes.push({
      node,
      kind,
      inputs,
      outputs: checked.outputs,
      wires: graph.wires.filter((wire) => wire.from.node === node.id),
      incoming: countBy(incoming.map((wire) => wire.to.port)),
      reference: reference.has(node.id),
    });
  }
  problems.push(...slotProblems(input, nodes), ...tableProblems(tables, nodes));
  const ordered = sortProblems(problems);
  if (ordered.some((problem) => problem.severity === 'blocking')) return { problems: ordered, schemas };
  const reads = readOrder(graph, kinds).filter((id) =>
    nodes.some(({ node }) => node.id === id && node.disabled !== true),
  );
  return { plan: { document, nodes, reads, tables, context }, problems: ordered, schemas };
}

const named = (node: FlowNode): string => node.label ?? node.id;

const countBy = (keys: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
};

const severities = ['blocking', 'warning', 'advice'];
const sortProblems = (problems: Problem[]): Problem[] =>
  [...problems].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));

function inputSchemas(
  kind: NodeKind,
  incoming: readonly PlannedWire[],
  schemas: PlanResult['schemas'],
): Record<string, RecordSchema | undefined> {
  return Object.fromEntries(
    kind.inputs.map((port) => {
      const arriving = incoming
        .filter((wire) => wire.to.port === port.id)
        .flatMap((wire) => schemas[wire.from.node]?.outputs[wire.from.port] ?? []);
      return [
        port.id,
        arriving.length === 0 ? undefined : arriving.length === 1 ? arriving[0] : commonFields(arriving),
      ];
    }),
  );
}

function documentProblems(document: FlowDocument): Problem[] {
  const problems: Problem[] = [];
  if (document.schemaVersion > flowSchemaVersion)
    problems.push({
      severity: 'blocking',
      code: 'flow.newer',
      message: `“${document.name}” was written by a newer Costwire.`,
      hint: 'Open it with that version. Here it can be read but not changed or run.',
    });
  if (!document.nodes.some((node) => node.kind === 'read' && node.disabled !== true))
    problems.push({
      severity: 'blocking',
      code: 'flow.invalid',
      message: `“${document.name}” reads nothing.`,
      hint: 'Add a read node and connect it.',
    });
  return problems;
}

const unknownKind = (node: FlowNode): Problem => ({
  severity: 'blocking',
  code: 'flow.unknownNodeKind',
  nodeId: node.id,
  message: `“${named(node)}” is a node of the kind “${node.kind}”, which this Costwire does not know.`,
  hint: 'Remove the node, or open the flow with a version of Costwire that knows it.',
});

function unreachable(node: FlowNode, graph: FlowGraph): Problem {
  const leads = graph.wires.some((wire) => wire.from.node === node.id);
  return {
    severity: leads || node.kind === 'write' ? 'blocking' : 'warning',
    code: 'flow.unreachable',
    nodeId: node.id,
    message: `Nothing leads to “${named(node)}”, so it takes no part in a run.`,
    hint: 'Connect the node, or remove it.',
  };
}

function wiringProblems(node: FlowNode, kind: NodeKind, incoming: readonly PlannedWire[], graph: FlowGraph): Problem[] {
  const problems: Problem[] = [];
  for (const port of kind.inputs) {
    if (port.optional === true || incoming.length === 0) continue;
    if (incoming.some((wire) => wire.to.port === port.id)) continue;
    problems.push({
      severity: 'blocking',
      code: 'flow.unreachable',
      nodeId: node.id,
      message: `The input “${port.label}” of “${named(node)}” has no wire.`,
      hint: 'Connect it to the stream it needs.',
    });
  }
  for (const port of kind.outputs) {
    if (port.exception === true || kind.kind === 'branch') continue;
    if (graph.wires.some((wire) => wire.from.node === node.id && wire.from.port === port.id)) continue;
    problems.push({
      severity: 'warning',
      code: 'flow.unreachable',
      nodeId: node.id,
      message: `Records end at “${named(node)}” and count as skipped: its output “${port.label}” leads nowhere.`,
      hint: 'Connect the output, for instance to a node that posts.',
    });
  }
  return problems;
}

/** Slots that nodes use and that have no usable connection. */
function slotProblems(input: PlanInput, nodes: readonly PlannedNode[]): Problem[] {
  const used = new Map<string, string>();
  for (const { node } of nodes) {
    const slots = [node.config.slot, ...knownSlots(node)];
    for (const slot of slots) if (typeof slot === 'string' && !used.has(slot)) used.set(slot, node.id);
  }
  return [...used].flatMap(([name, nodeId]): Problem[] => {
    const slot = input.document.slots[name];
    const problem = (code: string, message: string, hint: string): Problem[] => [
      { severity: 'blocking', code, nodeId, field: `slots.${name}`, message, hint },
    ];
    if (slot === undefined)
      return problem('connection.unbound', `The flow has no slot “${name}”.`, 'Choose a system that the flow knows.');
    const connector = input.connectors.find((candidate) => candidate.id === slot.connector);
    if (connector === undefined)
      return problem(
        'connection.unknownConnector',
        `Slot “${name}” asks for the connector “${slot.connector}”, which this Costwire does not have.`,
        'Choose one of the connectors that Costwire knows.',
      );
    const connection = input.connections[name];
    if (connection === undefined)
      return problem(
        'connection.unbound',
        `Slot “${name}” (${connector.title}) has no connection.`,
        'Choose a connection for this slot.',
      );
    if (connection.connector !== slot.connector)
      return problem(
        'connection.unbound',
        `Slot “${name}” needs ${connector.title}, but “${connection.name}” connects to something else.`,
        `Choose a connection to ${connector.title}.`,
      );
    return [];
  });
}

/** Slots of "known in a system" rules, which name systems beside the node's own. */
function knownSlots(node: FlowNode): unknown[] {
  const rules = node.config.known;
  if (!Array.isArray(rules)) return [];
  return rules.map((rule) =>
    rule !== null && typeof rule === 'object' && !Array.isArray(rule) ? rule.slot : undefined,
  );
}

/** Contradicting rows stop a run only where a node uses the table. */
function tableProblems(tables: ReadonlyMap<string, CompiledTable>, nodes: readonly PlannedNode[]): Problem[] {
  return [...tables].flatMap(([id, table]) => {
    if (table.problems.length === 0) return [];
    const user = nodes.find(({ node }) => tablesNamed([node]).includes(id));
    return user === undefined ? [] : table.problems.map((problem) => ({ ...problem, nodeId: user.node.id }));
  });
}

function checkContext(input: PlanInput, tables: ReadonlyMap<string, CompiledTable>): CheckContext {
  const connectorOf = (slot: string): Connector | undefined => {
    const id = input.document.slots[slot]?.connector;
    return input.connectors.find((connector) => connector.id === id);
  };
  return {
    parameters: input.document.parameters,
    connector: connectorOf,
    resources: (slot) => connectorOf(slot)?.resources.map((resource) => resource.id) ?? [],
    resource: (slot, id) => withAbilities(connectorOf(slot)?.resources.find((resource) => resource.id === id)),
    connection: (slot) => input.connections[slot],
    table: (id) => tables.get(id)?.schema,
  };
}

function withAbilities(
  resource: Connector['resources'][number] | undefined,
): (ResourceDeclaration & { abilities: ResourceAbilities }) | undefined {
  if (resource === undefined) return undefined;
  return { ...resource, abilities: abilitiesOf(resource) };
}

/** Which operations a resource has. */
export const abilitiesOf = (resource: Connector['resources'][number]): ResourceAbilities => ({
  read: resource.read !== undefined,
  get: resource.get !== undefined,
  create: resource.create !== undefined,
  update: resource.update !== undefined,
  release: resource.release !== undefined,
  ...(resource.attach === undefined ? {} : { attach: true }),
});

/**
 * What a node kind is. A node is compiled once per run and then handed batches; it knows nothing of stores or hosts and gets
 * delivery, tables and clock through its context.
 */

import type { Connection } from '../model/connection.ts';
import type {
  ConnectorDeclaration,
  ReadEvent,
  ReadRequest,
  ResourceAbilities,
  ResourceDeclaration,
} from '../model/connector.ts';
import type { AppError } from '../model/error.ts';
import type { FlowNode, Problem } from '../model/flow.ts';
import type { MappingTableSchema, ProposedRow, RowMatch } from '../model/mapping-table.ts';
import type { NodeDeclaration } from '../model/node.ts';
import type { Fields, RecordSchema, Value, WireRecord } from '../model/record.ts';
import type { Layout } from '../model/record-view.ts';

export type { NodeDeclaration, NodeField, NodePort } from '../model/node.ts';

/** What a node may ask of the flow while it is checked. */
export interface CheckContext {
  parameters: Readonly<Record<string, { type: string }>>;
  connector(slot: string): ConnectorDeclaration | undefined;
  resource(slot: string, resource: string): (ResourceDeclaration & { abilities: ResourceAbilities }) | undefined;
  /** Ids of all resources of a slot's connector. */
  resources(slot: string): readonly string[];
  connection(slot: string): Connection | undefined;
  table(id: string): MappingTableSchema | undefined;
}

/** The answer of a check: schemas of the outputs, and what is wrong. */
export interface NodeCheck {
  outputs: Record<string, RecordSchema>;
  problems: Omit<Problem, 'nodeId'>[];
}

/** Which records of a resource count as known, such as active vendors only. */
export interface KnownFilter {
  id: string;
  passes(value: Fields): boolean;
}

/** What a running node may use. */
export interface NodeContext extends CheckContext {
  readonly runId: string;
  readonly signal: AbortSignal;
  /** Values of the flow parameters for this run. */
  readonly parameterValues: Readonly<Record<string, Value>>;
  /** The run's date, `YYYY-MM-DD`, in the zone of the host. */
  readonly today: string;
  /** Version of a table that this run uses. */
  tableVersion(table: string): number;
  /** Looks a code up in the run's version of a table. `on` is the date that validity is judged by; without it, the run's date. */
  lookup(table: string, keys: readonly string[], on?: string): RowMatch | undefined;
  /** Proposes a row of a mapping table. It counts for nothing until a person accepts it. */
  propose(row: ProposedRow): void;
  /** Reads a resource of the connection bound to a slot. */
  read(slot: string, resource: string, request: Omit<ReadRequest, 'signal'>): AsyncIterable<ReadEvent>;
  /**
   * Values of fields that a resource of a connected system knows, for checks such as "vendor known"; read once a run. Those of
   * several fields of one record stand together, as `knownKey` puts them.
   * @param only keeps records that pass; `id` names the filter, so that equal ones share the answer.
   */
  known(slot: string, resource: string, fields: readonly string[], only?: KnownFilter): Promise<ReadonlySet<string>>;
}

/** A record that leaves the flow here, with its final status and reason. */
export interface Settlement {
  record: WireRecord;
  status: 'skipped' | 'held' | 'failed' | 'ignored';
  error?: AppError;
  note?: string;
  /** The output it leaves by where that is wired; the status holds only where it is not. */
  port?: string;
}

/** What a node makes of a batch: records by output port, and records that end here. */
export interface BatchResult {
  out: Record<string, readonly WireRecord[]>;
  settled?: Settlement[];
}

/** A compiled node. `push` never changes its input records; `end` flushes nodes that collect. */
export interface NodeRunner {
  push(batch: readonly WireRecord[], port: string): BatchResult | Promise<BatchResult>;
  /**
   * Of a node that collects: whether records of an input now leave with the push they came by, so that nothing of them has to be
   * kept until the end. Without it they are taken to stay.
   */
  passes?(port: string): boolean;
  /**
   * Called once per input when nothing more comes by it; yields what was kept, batch by batch. A generator must be a function of the
   * module: one made inside of compile() would keep all it sees, and so the run, until all of memory is searched for garbage.
   */
  end?(port: string): Iterable<BatchResult>;
  /**
   * The same node for a link: the one wire from a node that gives views to one that takes them (see `link.ts`).
   * @param layout of the records that come in; undefined where they are whole.
   * @returns undefined where the node has to have its records whole.
   */
  linked?(layout: Layout | undefined): LinkedRunner | undefined;
}

/** A runner that takes or gives records as views. Where it gives views by `out`, it says how they are read. */
export interface LinkedRunner extends NodeRunner {
  readonly layout?: Layout | undefined;
}

/** A node kind: declaration, check and compile. `read` and `write` are executed by the engine itself. */
export interface NodeKind extends NodeDeclaration {
  /** What its page says beside summary and form: what counts, what happens at the edges. Markdown. */
  about?: string;
  check(node: FlowNode, inputs: Record<string, RecordSchema | undefined>, context: CheckContext): NodeCheck;
  compile?(node: FlowNode, inputs: Record<string, RecordSchema | undefined>, context: NodeContext): NodeRunner;
}

/** The nodes of a run at work: batches go from node to node along the wires, ends of streams after them, never copied. */
import { AppError, toAppError } from '../model/error.ts';
import type { SourceRecord, WireRecord } from '../model/record.ts';
import { countOf } from '../nodes/batch.ts';
import { type LinkedNodes, linkRunners } from '../nodes/link.ts';
import type { BatchResult, NodeContext, NodeRunner, Settlement } from '../nodes/node.ts';
import type { Accounts, Conclusion } from './execute-accounts.ts';
import type { FlowPlan, PlannedNode } from './plan.ts';

/** What the pipeline tells the run. */
export interface PipelineListeners {
  /** Hands a batch to a write node; resolves when there is room for the next. The batch is concluded and closed by the writer. */
  write(nodeId: string, batch: readonly WireRecord[]): Promise<void>;
  progress(nodeId: string): void;
}

/** Counts of a node, for the canvas. */
export interface NodeCounts {
  in: number;
  out: number;
  byPort: Record<string, number>;
}

interface Stage {
  planned: PlannedNode;
  runner: NodeRunner | undefined;
  /** Its records are part of those that the chain's first node has in hand, which stay open until all have passed. */
  isBehindLink: boolean;
  /** Wires into each input that still deliver. */
  waiting: Record<string, number>;
  counts: NodeCounts;
  /** Sources of what a collecting node keeps, closed when it has given everything away. */
  kept: (readonly SourceRecord[])[];
  ended: boolean;
}

/** The nodes of a plan, compiled for one run and linked where they can be. */
function compileNodes(nodes: readonly PlannedNode[], context: NodeContext): LinkedNodes {
  const runners = new Map<string, NodeRunner>();
  for (const { node, kind, inputs } of nodes) {
    const runner = kind.compile?.(node, inputs, context);
    if (runner !== undefined) runners.set(node.id, runner);
  }
  return linkRunners(
    nodes.map(({ node, wires, incoming }) => ({ id: node.id, wires, incoming })),
    runners,
  );
}

/** Compiled nodes with their wires. One per run. */
export class Pipeline {
  private readonly stages = new Map<string, Stage>();
  private readonly accounts: Accounts;
  private readonly listeners: PipelineListeners;

  constructor(plan: FlowPlan, context: NodeContext, accounts: Accounts, listeners: PipelineListeners) {
    this.accounts = accounts;
    this.listeners = listeners;
    const { runners, behindLink } = compileNodes(plan.nodes, context);
    for (const planned of plan.nodes) {
      this.stages.set(planned.node.id, {
        planned,
        runner: runners.get(planned.node.id),
        isBehindLink: behindLink.has(planned.node.id),
        waiting: { ...planned.incoming },
        counts: { in: 0, out: 0, byPort: {} },
        kept: [],
        ended: false,
      });
    }
  }

  /** Counts by node id. */
  counts(): ReadonlyMap<string, NodeCounts> {
    return new Map([...this.stages].map(([id, stage]) => [id, stage.counts]));
  }

  private stage(nodeId: string): Stage {
    const stage = this.stages.get(nodeId);
    if (stage === undefined) throw new AppError('internal.defect', `The plan has no node “${nodeId}”.`);
    return stage;
  }

  /** Sends records out of a node's port. Each is opened once per wire; the caller closes what they were made of. */
  async emit(nodeId: string, port: string, records: readonly WireRecord[]): Promise<void> {
    if (records.length === 0) return;
    const { planned, counts } = this.stage(nodeId);
    const count = countOf(records);
    counts.out += count;
    counts.byPort[port] = (counts.byPort[port] ?? 0) + count;
    const wires = planned.wires.filter((wire) => wire.from.port === port);
    if (wires.length === 0) {
      const end: Conclusion = { status: 'skipped', nodeId, note: 'The flow ends here without posting.' };
      for (const record of records) this.accounts.conclude(record, end);
      return;
    }
    const [first] = wires;
    if (first === undefined || !this.stage(first.to.node).isBehindLink)
      for (const record of records) this.accounts.open(record.sources, wires.length);
    for (const wire of wires) await this.receive(wire.to.node, wire.to.port, records);
  }

  /** A record leaves the flow at a node, or goes on by the port that takes such records. */
  async settle(nodeId: string, settled: readonly Settlement[]): Promise<void> {
    const { planned, counts } = this.stage(nodeId);
    for (const { record, status, error, note, port } of settled) {
      if (port !== undefined && planned.wires.some((wire) => wire.from.port === port)) {
        await this.emit(nodeId, port, [record]);
        continue;
      }
      if (port !== undefined) counts.byPort[port] = (counts.byPort[port] ?? 0) + 1;
      this.accounts.conclude(record, {
        status,
        nodeId,
        ...(error === undefined ? {} : { error: error.at({ nodeId, recordKey: record.key }).toJSON() }),
        ...(note === undefined ? {} : { note }),
      });
    }
  }

  private async receive(nodeId: string, port: string, records: readonly WireRecord[]): Promise<void> {
    const stage = this.stage(nodeId);
    const { planned, runner, counts } = stage;
    counts.in += countOf(records);
    if (planned.kind.kind === 'write' && runner === undefined) {
      await this.listeners.write(nodeId, records);
      this.listeners.progress(nodeId);
      return;
    }
    if (runner === undefined) throw new AppError('internal.defect', `The node “${nodeId}” cannot take records.`);
    const stays = planned.kind.collects === true && planned.node.disabled !== true && runner.passes?.(port) !== true;
    const result = await this.guard(nodeId, async () => await runner.push(records, port));
    await this.pass(nodeId, result);
    if (stays) this.keep(stage, records);
    else if (!stage.isBehindLink) for (const record of records) this.accounts.close(record.sources);
    this.listeners.progress(nodeId);
  }

  /** Leaves open what a collecting node keeps. Lines of one record that came by a link are kept as one. */
  private keep({ isBehindLink, kept }: Stage, records: readonly WireRecord[]): void {
    let last: readonly SourceRecord[] | undefined;
    for (const { sources } of records) {
      if (sources === undefined || (isBehindLink && sources === last)) continue;
      if (isBehindLink) this.accounts.open(sources);
      kept.push(sources);
      last = sources;
    }
  }

  private async pass(nodeId: string, result: BatchResult): Promise<void> {
    for (const [port, records] of Object.entries(result.out)) await this.emit(nodeId, port, records);
    if (result.settled !== undefined) await this.settle(nodeId, result.settled);
  }

  /** Says that nothing more comes out of a node; nodes that waited for it give away what they kept. */
  async end(nodeId: string): Promise<void> {
    const stage = this.stage(nodeId);
    if (stage.ended) return;
    stage.ended = true;
    for (const wire of stage.planned.wires) {
      const target = this.stage(wire.to.node);
      const left = (target.waiting[wire.to.port] ?? 1) - 1;
      target.waiting[wire.to.port] = left;
      if (left === 0) await this.endInput(target, wire.to.port);
    }
  }

  private async endInput(stage: Stage, port: string): Promise<void> {
    const { node } = stage.planned;
    if (stage.runner?.end !== undefined) {
      const results = await this.guard(node.id, async () => stage.runner?.end?.(port) ?? []);
      for (const result of results) await this.pass(node.id, result);
    }
    if (Object.values(stage.waiting).some((left) => left > 0)) return;
    for (const sources of stage.kept) this.accounts.close(sources);
    stage.kept = [];
    await this.end(node.id);
  }

  /** What a node throws for a whole batch stops the run: single records are settled inside the node. */
  private async guard<T>(nodeId: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      throw toAppError(thrown, `running “${this.stage(nodeId).planned.node.label ?? nodeId}”`).at({ nodeId });
    }
  }
}

/** What checks and executes flows, as the service asks for it: planning and running stand behind it. */

import type { FlowDocument } from '../../model/flow.ts';
import type { NodeDeclaration } from '../../model/node.ts';
import type { WireRecord } from '../../model/record.ts';
import type { RunEvent, RunKind, RunSummary } from '../../model/run.ts';
import type { RecoveryReport } from '../../run/recover.ts';
import type { FlowBindings } from '../../store/workspace.ts';
import type { FlowCheck, FlowSample } from '../contract.ts';
import type { SheetReference } from '../workspace-approve.ts';
import type { WorkspaceRecovery } from '../workspace-recover.ts';

/** A run to start. */
export interface RunOrder {
  document: FlowDocument;
  bindings: FlowBindings;
  kind: Extract<RunKind, 'dry' | 'post'>;
  /** The posting sheet that a posting run is approved by. */
  sheet?: SheetReference;
  signal: AbortSignal;
  onEvent: (event: RunEvent) => void;
}

/** Records of a few to try a document with. */
export interface SampleOrder {
  document: FlowDocument;
  bindings: FlowBindings;
  /** Most records per source. */
  limit: number;
  /** Records to use instead of reading, by source node. */
  pinned: Readonly<Record<string, readonly WireRecord[]>>;
  signal: AbortSignal;
}

/** Checks, samples and runs flow documents. */
export interface FlowEngine {
  readonly nodes: readonly NodeDeclaration[];
  check(document: FlowDocument, bindings: FlowBindings): Promise<FlowCheck>;
  /** Never posts. */
  sample(order: SampleOrder): Promise<FlowSample>;
  /** Runs to the end. The first event is `started`, the last `finished`. @throws AppError where it cannot start */
  run(order: RunOrder): Promise<RunSummary>;
  /** Looks up what was in doubt when Costwire was cut off, and closes runs that never ended. */
  recover(order: WorkspaceRecovery): Promise<RecoveryReport>;
}

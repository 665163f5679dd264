/** Replaying records of a workspace: the posting sheet first, then an ordinary run over stored payloads. */
import { AppError } from '../model/error.ts';
import type { ProposedRow } from '../model/mapping-table.ts';
import type { RunEvent } from '../model/run.ts';
import { secretsOf } from '../model/vault.ts';
import { createDeliverer, sleepFor } from '../run/deliver.ts';
import { type PreparedReplay, prepareReplay, type ReplayRequest } from '../run/replay.ts';
import { newRunId, type RunResult, runFlow } from '../run/run-flow.ts';
import { approveRun, productionTargets, type SheetReference } from './workspace-approve.ts';
import { keepProposals } from './workspace-proposals.ts';
import { boundConnections, type WorkspaceParts } from './workspace-run.ts';

/** What to replay in a workspace. */
export interface WorkspaceReplay extends ReplayRequest {
  signal?: AbortSignal;
  onEvent?: (event: RunEvent) => void;
}

/** Finds records, flow and tables of a replay; nothing is changed. Without `document` the flow of now is its saved file. @throws AppError replay.*, run.notFound, flow.notFound */
export async function prepareInWorkspace(parts: WorkspaceParts, replay: WorkspaceReplay): Promise<PreparedReplay> {
  const { signal: _signal, onEvent: _onEvent, document, ...request } = replay;
  const run = await parts.store.runs.get(request.selection.runId);
  const now = request.flow === 'now' ? (document ?? (await parts.workspace.flows.get(run.flowId)).document) : undefined;
  return prepareReplay(parts.store, parts.connectors, { ...request, ...(now === undefined ? {} : { document: now }) });
}

/** How to run a prepared replay. */
export interface ReplayRun extends Pick<WorkspaceReplay, 'signal' | 'onEvent'> {
  /** The posting sheet of a dry run of this replay, shown just now or approved by a person; only what it shows is sent. */
  approve?: SheetReference;
}

async function basisOf({ workspace }: WorkspaceParts, { document, tables }: PreparedReplay) {
  const bindings = await workspace.bindings.get(document.id);
  const connections = await boundConnections(workspace, document, bindings);
  return { document, connections, tables, parameterValues: bindings.parameters };
}

/**
 * Refuses a replay to production that nobody has seen the posting sheet of. A dry run of the flow is not enough, as it is for a
 * run: a replay can change fields and use flow and tables of another day.
 * @throws AppError approval.required
 */
export async function refuseUnseen(parts: WorkspaceParts, prepared: PreparedReplay): Promise<void> {
  const production = productionTargets(await basisOf(parts, prepared));
  if (production.length === 0) return;
  const { name } = prepared.document;
  throw new AppError(
    'approval.required',
    `The replay of “${name}” writes to ${production.join(' and ')}, which is production, and nobody has approved its posting sheet.`,
    {
      hint: 'Replay with --dry-run, look at the posting sheet, then replay with --approve and the id of that dry run.',
    },
  );
}

/**
 * Runs a prepared replay. `dry` ends at the posting sheet; `replay` posts what the ledger does not hold yet, of that only what
 * `approve` shows, and records the overrides.
 * @throws AppError approval.required, approval.stale, store.*, vault.*, replay.reasonMissing
 */
export async function runReplay(
  parts: WorkspaceParts,
  prepared: PreparedReplay,
  kind: 'dry' | 'replay',
  options: ReplayRun = {},
): Promise<RunResult> {
  const { workspace, store, vault } = parts;
  if (workspace.readOnly || store.readOnly)
    throw new AppError('workspace.readOnly', `The workspace ${workspace.folder} cannot be written.`);
  const basis = await basisOf(parts, prepared);
  const runId = newRunId();
  if (kind === 'replay' && options.approve === undefined) await refuseUnseen(parts, prepared);
  const approval = kind === 'replay' ? await approveRun(parts, runId, basis, options.approve) : undefined;
  if (kind === 'replay') await store.overrides.record(runId, prepared.overrides);
  const request = {
    ...basis,
    kind,
    runId,
    startedBy: parts.user,
    ...(approval === undefined ? {} : { approval }),
  };
  const proposed: ProposedRow[] = [];
  return runFlow(request, {
    connectors: prepared.connectors,
    secretsOf: (connectionId) => secretsOf(vault, connectionId),
    saveSecret: (connectionId, name, value) => vault.set(connectionId, name, value),
    now: Date.now,
    sleep: sleepFor,
    random: Math.random,
    deliverer: createDeliverer(store),
    recorder: store.recorder,
    watermarks: prepared.watermarks,
    // A replay reads what is stored: what the source has no more, it cannot know.
    posted: { of: store.posted.of },
    onProposal: (row) => proposed.push(row),
    keepProposals: async () => {
      if (kind === 'replay') await keepProposals(parts, proposed);
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
  });
}

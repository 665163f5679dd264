/** Replaying records of a workspace: the posting sheet first, then an ordinary run over stored payloads. */
import type { PostingSheet, RunEvent } from '../model/run.ts';
import { secretsOf } from '../model/vault.ts';
import { Approval } from '../run/approval.ts';
import { createDeliverer, sleepFor } from '../run/deliver.ts';
import { type PreparedReplay, prepareReplay, type ReplayRequest } from '../run/replay.ts';
import { newRunId, type RunResult, runFlow } from '../run/run-flow.ts';
import { boundConnections, type WorkspaceParts } from './workspace-run.ts';

/** What to replay in a workspace. */
export interface WorkspaceReplay extends Omit<ReplayRequest, 'document'> {
  signal?: AbortSignal;
  onEvent?: (event: RunEvent) => void;
}

/** Finds records, flow and tables of a replay; nothing is changed. @throws AppError replay.*, run.notFound, flow.notFound */
export async function prepareInWorkspace(parts: WorkspaceParts, replay: WorkspaceReplay): Promise<PreparedReplay> {
  const { signal: _signal, onEvent: _onEvent, ...request } = replay;
  const run = await parts.store.runs.get(request.selection.runId);
  const now = request.flow === 'now' ? (await parts.workspace.flows.get(run.flowId)).document : undefined;
  return prepareReplay(parts.store, parts.connectors, { ...request, ...(now === undefined ? {} : { document: now }) });
}

/**
 * Runs a prepared replay. `dry` ends at the posting sheet; `replay` posts what the ledger does not hold yet, of that only what
 * `sheet` shows where it is given, and records the overrides.
 * @throws AppError store.*, vault.*, replay.reasonMissing
 */
export async function runReplay(
  parts: WorkspaceParts,
  prepared: PreparedReplay,
  kind: 'dry' | 'replay',
  options: Pick<WorkspaceReplay, 'signal' | 'onEvent'> & { sheet?: PostingSheet } = {},
): Promise<RunResult> {
  const { workspace, store, vault } = parts;
  const bindings = await workspace.bindings.get(prepared.document.id);
  const runId = newRunId();
  if (kind === 'replay') await store.overrides.record(runId, prepared.overrides);
  const request = {
    document: prepared.document,
    kind,
    runId,
    startedBy: parts.user,
    connections: await boundConnections(workspace, prepared.document, bindings),
    tables: prepared.tables,
    parameterValues: bindings.parameters,
    ...(options.sheet === undefined ? {} : { approval: new Approval(options.sheet) }),
  };
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
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
  });
}

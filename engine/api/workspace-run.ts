/** Running and checking flows with what a workspace holds: bound connections, published tables, parameter values, vault and store. */
import type { Connection } from '../model/connection.ts';
import type { Connector, PingNeed } from '../model/connector.ts';
import { AppError } from '../model/error.ts';
import type { FlowDocument } from '../model/flow.ts';
import type { MappingTableVersion, ProposedRow } from '../model/mapping-table.ts';
import type { RunEvent } from '../model/run.ts';
import { secretsOf, type Vault } from '../model/vault.ts';
import { createDeliverer, sleepFor } from '../run/deliver.ts';
import { discoverResources } from '../run/discover.ts';
import { type PlanResult, planFlow } from '../run/plan.ts';
import { newRunId, type RunResult, runFlow } from '../run/run-flow.ts';
import type { Store } from '../store/index.ts';
import type { FlowBindings, Workspace } from '../store/workspace.ts';
import { approveRun, type SheetReference } from './workspace-approve.ts';
import { keepProposals, type ProposalSummary } from './workspace-proposals.ts';

/** The parts of an open workspace. */
export interface WorkspaceParts {
  workspace: Workspace;
  store: Store;
  vault: Vault;
  connectors: readonly Connector[];
  /** Who works here; goes into ledger and audit chain. */
  user: string;
}

/** A run to do. */
export interface WorkspaceRun {
  document: FlowDocument;
  kind: 'dry' | 'post';
  bindings?: FlowBindings;
  fromTheBeginning?: boolean;
  /** The posting sheet that approves a posting run; only what it shows is sent. */
  sheet?: SheetReference;
  signal?: AbortSignal;
  onEvent?: (event: RunEvent) => void;
}

/** What came of a run, with the rows it proposed for mapping tables; a dry run keeps none. */
export interface WorkspaceRunResult extends RunResult {
  proposals: ProposalSummary[];
}

/** Newest published version of every table of a workspace. */
export async function publishedTables(store: Store): Promise<MappingTableVersion[]> {
  const summaries = (await store.tables.list()).filter((table) => table.version > 0);
  const versions = await Promise.all(summaries.map(({ id }) => store.tables.version(id)));
  return versions.filter((version) => version !== undefined);
}

/** The connections that a flow's slots are bound to. A binding to a connection that is gone counts as none. */
export async function boundConnections(
  workspace: Workspace,
  document: FlowDocument,
  bindings: FlowBindings,
): Promise<Record<string, Connection | undefined>> {
  const entries = Object.keys(document.slots).map(async (slot) => {
    const id = bindings.slots[slot];
    return [slot, id === undefined ? undefined : await workspace.connections.find(id)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Checks a flow against the workspace. Works beside a running Costwire: the store is only read. */
export async function checkInWorkspace(
  parts: Pick<WorkspaceParts, 'workspace' | 'connectors'> & { store?: Store | undefined; vault?: Vault },
  document: FlowDocument,
  bindings: FlowBindings,
): Promise<PlanResult> {
  const connections = await boundConnections(parts.workspace, document, bindings);
  const found = await discoverResources(document, connections, {
    connectors: parts.connectors,
    secretsOf: async (id) => (parts.vault === undefined ? {} : await secretsOf(parts.vault, id)),
    now: Date.now,
    sleep: sleepFor,
    random: Math.random,
  });
  return planFlow({
    document,
    ...found,
    connections,
    tables: parts.store === undefined ? [] : await publishedTables(parts.store),
  });
}

/**
 * Runs a flow of a workspace to its end. A posting run goes by its posting sheet; without one it may post to practice and sandbox,
 * and to production once a dry run of the same flow has finished.
 * @throws AppError approval.required, approval.stale; store.*, vault.* where the run cannot be recorded or secrets cannot be read
 */
export async function runInWorkspace(parts: WorkspaceParts, run: WorkspaceRun): Promise<WorkspaceRunResult> {
  const { workspace, store, vault } = parts;
  if (workspace.readOnly || store.readOnly)
    throw new AppError('workspace.readOnly', `The workspace ${workspace.folder} cannot be written.`);
  const { document, kind } = run;
  const bindings = run.bindings ?? (await workspace.bindings.get(document.id));
  const basis = {
    document,
    connections: await boundConnections(workspace, document, bindings),
    tables: await publishedTables(store),
    parameterValues: bindings.parameters,
  };
  const runId = newRunId();
  const approval = kind === 'post' ? await approveRun(parts, runId, basis, run.sheet) : undefined;
  const proposed: ProposedRow[] = [];
  let proposals: ProposalSummary[] = [];
  const result = await runFlow(
    {
      ...basis,
      kind,
      runId,
      startedBy: parts.user,
      ...(approval === undefined ? {} : { approval }),
      ...(run.fromTheBeginning === true ? { fromTheBeginning: true } : {}),
    },
    {
      connectors: parts.connectors,
      secretsOf: (connectionId) => secretsOf(vault, connectionId),
      saveSecret: (connectionId, name, value) => vault.set(connectionId, name, value),
      now: Date.now,
      sleep: sleepFor,
      random: Math.random,
      deliverer: createDeliverer(store),
      recorder: store.recorder,
      watermarks: store.watermarks,
      posted: store.posted,
      ...(run.signal === undefined ? {} : { signal: run.signal }),
      ...(run.onEvent === undefined ? {} : { onEvent: run.onEvent }),
      onProposal: (row) => proposed.push(row),
      keepProposals: async () => {
        if (kind === 'post') proposals = await keepProposals(parts, proposed);
      },
    },
  );
  return { ...result, proposals };
}

/** Every resource of a slot that a setup names, however deep, such as those that a check looks values up in. */
function resourcesNamed(setup: unknown): { slot: string; resource: string }[] {
  if (typeof setup !== 'object' || setup === null) return [];
  const { slot, resource } = setup as { slot?: unknown; resource?: unknown };
  const own = typeof slot === 'string' && typeof resource === 'string' ? [{ slot, resource }] : [];
  return [...own, ...Object.values(setup).flatMap(resourcesNamed)];
}

/** What the flows of a workspace ask of a connection, so that a ping can prove each permission. */
export async function needsOfConnection(workspace: Workspace, connectionId: string): Promise<PingNeed[]> {
  const needs = new Map<string, PingNeed>();
  const bindings = await workspace.bindings.all();
  for (const { document } of (await workspace.flows.list()).flows) {
    const slots = bindings[document.id]?.slots ?? {};
    for (const { kind, config } of document.nodes) {
      for (const { slot, resource } of resourcesNamed(config)) {
        if (slots[slot] !== connectionId) continue;
        const write = kind === 'write' || needs.get(resource)?.write === true;
        needs.set(resource, { resource, write });
      }
    }
  }
  return [...needs.values()];
}

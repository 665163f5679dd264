/** Running a flow: plan, connect, execute, record, deliver. Hosts bring the workspace's parts and listen to the events. */
import { nanoid } from 'nanoid';
import type { Connection } from '../model/connection.ts';
import { AppError, toAppError } from '../model/error.ts';
import type { FlowDocument, Problem } from '../model/flow.ts';
import type { MappingTableVersion, ProposedRow } from '../model/mapping-table.ts';
import type { Value } from '../model/record.ts';
import {
  type PostingSheet,
  type RecordCounts,
  type RunEvent,
  type RunKind,
  type RunStatus,
  type RunSummary,
  recordStatuses,
  type Voucher,
} from '../model/run.ts';
import { tablesNamed } from '../model/tables-named.ts';
import { type Approval, runBasis } from './approval.ts';
import { discoverResources } from './discover.ts';
import { type ExecuteResult, execute } from './execute.ts';
import { type ClientHost, connectSlots, type RunClients } from './execute-clients.ts';
import { type FlowPlan, planFlow } from './plan.ts';
import type { Deliverer, PostedHistory, RunRecorder, Watermarks } from './ports.ts';
import { readNames, SheetBook, SheetTotals, type TargetNames, withNames } from './posting-sheet.ts';

/** What is to be run. */
export interface RunRequest {
  document: FlowDocument;
  kind: RunKind;
  startedBy: string;
  /** Connections by slot. */
  connections: Readonly<Record<string, Connection | undefined>>;
  /** Published versions of the workspace's mapping tables. */
  tables: readonly MappingTableVersion[];
  /** Parameter values of the workspace; defaults of the flow fill the rest. */
  parameterValues?: Readonly<Record<string, Value>>;
  /** Reads everything, also what earlier runs have settled. Nothing is posted twice all the same. */
  fromTheBeginning?: boolean;
  /** A posting run sends only the vouchers that this approval shows; all others await approval. */
  approval?: Approval;
  /** Id of the run; made up where absent. */
  runId?: string;
}

/** What a host brings. */
export interface RunHost extends ClientHost {
  deliverer: Deliverer;
  recorder: RunRecorder;
  watermarks: Watermarks;
  /** What earlier runs posted; absent where nothing is to be compared with it, as in a sample. */
  posted?: PostedHistory;
  /** Cancels the run: what is under way is finished, the rest stays. */
  signal?: AbortSignal;
  onEvent?(event: RunEvent): void;
  /** Takes the rows that nodes propose for mapping tables, also in a dry run. */
  onProposal?(row: ProposedRow): void;
  /** Keeps them; called once, before watermarks move. What it throws fails the run, whose records count all the same. */
  keepProposals?(): Promise<void>;
}

/** The answer. */
export interface RunResult {
  run: RunSummary;
  problems: Problem[];
  /**
   * Of a dry run the vouchers, of a posting run the totals only. A very long one lists part of its vouchers and says so by `omitted`;
   * all are in the store.
   */
  sheet: PostingSheet;
}

/** Vouchers that the sheet of a result lists at most. */
const mostVouchers = 20_000;

/** A fresh run id. */
export const newRunId = (): string => `r_${nanoid(12)}`;

/**
 * Runs a flow from end to end. Problems with the flow, refused credentials and unreachable systems give a failed run with an error;
 * nothing is thrown for them.
 * @throws AppError store.* where the store itself cannot record the run
 */
export async function runFlow(request: RunRequest, host: RunHost): Promise<RunResult> {
  const runId = request.runId ?? newRunId();
  const found = await discoverResources(request.document, request.connections, host, host.signal);
  const planned = planFlow({
    document: request.document,
    ...found,
    connections: request.connections,
    tables: request.tables,
  });
  const run = emptyRun(runId, request, planned.plan, host.now());
  const emit = (event: RunEvent): void => {
    if (event.type !== 'recordSettled' && event.type !== 'nodeProgress') host.recorder.event(event);
    host.onEvent?.(event);
  };
  await host.recorder.start(run, request.document);
  emit({ runId, at: run.startedAt, type: 'started', run });
  const vouchers = new VoucherBook(runId, host.recorder, request.kind === 'dry');
  const done = await attempt(
    request,
    { ...host, connectors: found.connectors },
    run,
    planned.plan,
    planned.problems,
    vouchers,
    emit,
  );
  const finished = finish(run, done, host.now());
  vouchers.flush();
  await host.recorder.finish(finished);
  emit({ runId, at: finished.finishedAt ?? run.startedAt, type: 'finished', run: finished });
  await host.recorder.flush();
  return { run: finished, problems: planned.problems, sheet: vouchers.sheet(request.document.id) };
}

type Done = Partial<ExecuteResult> & { error?: AppError };

async function attempt(
  request: RunRequest,
  host: RunHost,
  run: RunSummary,
  plan: FlowPlan | undefined,
  problems: readonly Problem[],
  vouchers: VoucherBook,
  emit: (event: RunEvent) => void,
): Promise<Done> {
  if (plan === undefined) return { error: planError(problems) };
  const controller = new AbortController();
  const cancel = (): void => controller.abort(host.signal?.reason);
  if (host.signal?.aborted === true) cancel();
  host.signal?.addEventListener('abort', cancel, { once: true });
  let clients: RunClients | undefined;
  try {
    const parameterValues = parametersOf(request);
    clients = await connectSlots(request.document, request.connections, host, controller.signal, {
      onExchange: (recordKey, exchange) => host.recorder.exchange(run.id, recordKey, exchange),
      onWait: (system, { reason, waitMs, detail }) =>
        emit({
          runId: run.id,
          at: new Date(host.now()).toISOString(),
          type: 'waiting',
          system,
          reason,
          waitMs,
          detail,
        }),
    });
    await vouchers.prepare(plan, clients, controller.signal);
    return await execute({
      plan,
      kind: request.kind,
      identity: {
        runId: run.id,
        flowId: request.document.id,
        flowVersion: run.flowVersion,
        tableVersions: run.tableVersions,
        startedBy: request.startedBy,
      },
      parameterValues,
      today: localDate(host.now()),
      ...(request.approval === undefined ? {} : { approval: request.approval }),
      clients,
      deliverer: host.deliverer,
      recorder: host.recorder,
      watermarks: request.fromTheBeginning === true ? forgetful(host.watermarks) : host.watermarks,
      ...(host.posted === undefined ? {} : { posted: host.posted }),
      controller,
      now: () => host.now(),
      onEvent: emit,
      onVoucher: (voucher) => vouchers.add(voucher),
      onProposal: (row) => host.onProposal?.(row),
      keepProposals: async () => host.keepProposals?.(),
    });
  } catch (thrown) {
    return { error: toAppError(thrown, 'starting the run') };
  } finally {
    host.signal?.removeEventListener('abort', cancel);
    // The run is over either way; a sign-out that fails only leaves a session that ends by itself.
    await clients?.close();
  }
}

/** Reads nothing of earlier runs, but moves what this run settles. */
const forgetful = (watermarks: Watermarks): Watermarks => ({
  read: async () => ({}),
  advance: (flowId, nodeId, scope, to) => watermarks.advance(flowId, nodeId, scope, to),
});

/** The calendar date where the host stands. */
export function localDate(now: number): string {
  const date = new Date(now);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function planError(problems: readonly Problem[]): AppError {
  const blocking = problems.filter((problem) => problem.severity === 'blocking');
  const first = blocking[0];
  const more = blocking.length > 1 ? ` There are ${blocking.length - 1} more problems.` : '';
  return new AppError('flow.notReady', `${first?.message ?? 'The flow cannot run.'}${more}`, {
    ...(first === undefined ? {} : { hint: first.hint }),
    ...(first?.nodeId === undefined ? {} : { nodeId: first.nodeId }),
  });
}

/** @throws AppError flow.missingConfig where a parameter has neither value nor default */
function parametersOf(request: RunRequest): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const [name, parameter] of Object.entries(request.document.parameters)) {
    const value = request.parameterValues?.[name] ?? parameter.default;
    if (value === undefined)
      throw new AppError('flow.missingConfig', `The parameter “${parameter.label}” has no value.`, {
        hint: 'Set the parameter for this workspace, or give it a default in the flow.',
      });
    values[name] = value;
  }
  return values;
}

function emptyRun(id: string, request: RunRequest, plan: FlowPlan | undefined, now: number): RunSummary {
  const counts = { ...Object.fromEntries(recordStatuses.map((status) => [status, 0])), total: 0 } as RecordCounts;
  const named = new Set(tablesNamed(request.document.nodes));
  const tables = plan === undefined ? [] : [...plan.tables].filter(([table]) => named.has(table));
  return {
    id,
    flowId: request.document.id,
    flowName: request.document.name,
    flowVersion: request.document.version,
    kind: request.kind,
    status: 'running',
    startedAt: new Date(now).toISOString(),
    startedBy: request.startedBy,
    counts,
    amounts: {},
    tableVersions: Object.fromEntries(tables.map(([table, { version }]) => [table, version])),
    basis: runBasis(request),
  };
}

function finish(run: RunSummary, done: Done, now: number): RunSummary {
  const counts = done.counts ?? run.counts;
  const finished: RunSummary = {
    ...run,
    status: statusOf(run.kind, counts, done),
    finishedAt: new Date(now).toISOString(),
    counts,
    amounts: done.amounts ?? {},
  };
  if (done.error !== undefined && done.error.kind !== 'cancelled') finished.error = done.error.toJSON();
  return finished;
}

/** A run with any failed or held record, or a scope that could not be read, is never succeeded. */
function statusOf(kind: RunKind, counts: RecordCounts, done: Done): RunStatus {
  if (done.error?.kind === 'cancelled') return 'cancelled';
  if (done.error !== undefined) return 'failed';
  const unapproved = kind === 'dry' ? 0 : counts.awaitingApproval;
  const open = counts.held + counts.failed + counts.inDoubt + counts.read + counts.sending + unapproved;
  return open > 0 || (done.brokenScopes ?? 0) > 0 ? 'partlySucceeded' : 'succeeded';
}

/** Vouchers of a run: recorded by the hundred, kept for the sheet of a dry run, added up in any case. */
class VoucherBook {
  private readonly runId: string;
  private readonly recorder: RunRecorder;
  private readonly keep: boolean;
  private readonly shown = new SheetBook(mostVouchers);
  private readonly totals = new SheetTotals();
  private readonly names = new Map<string, TargetNames>();
  private waiting: Voucher[] = [];

  constructor(runId: string, recorder: RunRecorder, keep: boolean) {
    this.runId = runId;
    this.recorder = recorder;
    this.keep = keep;
  }

  /** Reads the names of accounts and vendors; only for sheets that a person will read. */
  async prepare(plan: FlowPlan, clients: RunClients, signal: AbortSignal): Promise<void> {
    if (!this.keep) return;
    for (const { node, kind } of plan.nodes) {
      const { slot, resource } = node.config;
      if (kind.kind !== 'write' || typeof slot !== 'string' || typeof resource !== 'string') continue;
      const { connector, client, connection } = clients.forSlot(slot);
      const declared = plan.context.resource(slot, resource);
      if (declared === undefined) continue;
      const id = `${connector.id} ${resource} ${connection.name}`;
      this.names.set(id, await readNames(connector, client, declared, signal));
    }
  }

  async add(voucher: Voucher): Promise<void> {
    const { system, resource, connection } = voucher.target;
    const names = this.names.get(`${system} ${resource} ${connection}`);
    const named = names === undefined ? voucher : withNames(voucher, names);
    if (this.keep) this.shown.add(named);
    else this.totals.add(named);
    this.waiting.push(named);
    if (this.waiting.length >= 100) this.flush();
  }

  flush(): void {
    if (this.waiting.length > 0) this.recorder.vouchers(this.runId, this.waiting);
    this.waiting = [];
  }

  sheet(flowId: string): PostingSheet {
    const sheet = this.shown.sheet(this.runId, flowId);
    return this.keep ? sheet : { ...sheet, totals: this.totals.result() };
  }
}

/** `run.*`: starts runs, lets windows follow them, reads their history. */

import { AppError, toAppError } from '../../model/error.ts';
import type { FlowDocument } from '../../model/flow.ts';
import type { RunEvent, RunSummary } from '../../model/run.ts';
import { buildSheet } from '../../run/posting-sheet.ts';
import type { ServiceContext } from './context.ts';
import type { RunOrder } from './engine.ts';
import type { RouterImplementer } from './implementer.ts';
import { replaying } from './replays.ts';
import { documentToPost } from './run-document.ts';

/** A run under way with everything it has told so far. */
interface LiveRun {
  summary: RunSummary;
  events: RunEvent[];
  cancel: AbortController;
  ended: boolean;
  wake: Set<() => void>;
}

/** Most events of one run that are kept for windows that begin to follow late; record events beyond are in the history anyway. */
const maxEvents = 20_000;

/** The runs of this host that are under way. */
export class LiveRuns {
  private readonly context: ServiceContext;
  private readonly runs = new Map<string, LiveRun>();
  private readonly starting = new Set<string>();

  constructor(context: ServiceContext) {
    this.context = context;
  }

  /** Runs that have not finished, oldest first. */
  active(): RunSummary[] {
    return [...this.runs.values()].filter((run) => !run.ended).map((run) => run.summary);
  }

  /** Whether a run of the flow is under way or about to be. */
  isBusy(flowId: string): boolean {
    return this.starting.has(flowId) || this.active().some((run) => run.flowId === flowId);
  }

  /**
   * Starts a run and answers when it has begun.
   * @throws AppError workspace.conflict where a run of the flow is under way, approval.*, flow.* and others where it cannot start
   */
  start(order: Omit<RunOrder, 'signal' | 'onEvent'>): Promise<RunSummary> {
    return this.begin(order.document, (hooks) => this.context.engine.run({ ...order, ...hooks }));
  }

  /** Starts work that runs a flow and answers when the run has begun. @throws AppError as {@link start} */
  async begin(
    document: FlowDocument,
    work: (hooks: Pick<RunOrder, 'signal' | 'onEvent'>) => Promise<RunSummary>,
  ): Promise<RunSummary> {
    if (this.isBusy(document.id)) {
      const text = `"${document.name}" is running already.`;
      throw new AppError('workspace.conflict', text, { hint: 'Wait until it has finished, or stop it first.' });
    }
    this.starting.add(document.id);
    const cancel = new AbortController();
    let live: LiveRun | undefined;
    try {
      return await new Promise<RunSummary>((resolve, reject) => {
        const onEvent = (event: RunEvent) => {
          if (event.type === 'started') {
            live = { summary: event.run, events: [], cancel, ended: false, wake: new Set() };
            this.runs.set(event.runId, live);
            this.context.events.tell({ type: 'runStarted', run: event.run });
            resolve(event.run);
          }
          if (live !== undefined) this.take(live, event);
        };
        work({ signal: cancel.signal, onEvent }).then(
          (run) => this.finish(live, run),
          (thrown: unknown) => {
            reject(thrown);
            this.fail(live, thrown);
          },
        );
      });
    } finally {
      this.starting.delete(document.id);
    }
  }

  /** Stops a run after the records in flight. @throws AppError run.notFound where it is not under way */
  cancel(runId: string): void {
    const run = this.runs.get(runId);
    if (run === undefined || run.ended) throw new AppError('run.notFound', 'That run is not under way.');
    run.cancel.abort();
  }

  /** Stops all runs, for the end of the host. */
  async stopAll(): Promise<void> {
    const ends = [...this.runs.values()].map((run) => {
      run.cancel.abort();
      return untilEnded(run);
    });
    await Promise.all(ends);
  }

  /** Events of a run from its beginning; undefined for runs this host does not know. */
  follow(runId: string, signal: AbortSignal): AsyncGenerator<RunEvent> | undefined {
    const run = this.runs.get(runId);
    return run === undefined ? undefined : eventsOf(run, signal);
  }

  private take(run: LiveRun, event: RunEvent): void {
    if (event.type === 'started' || event.type === 'finished') run.summary = event.run;
    if (run.events.length < maxEvents || event.type !== 'recordSettled') run.events.push(event);
    for (const wake of run.wake) wake();
  }

  private finish(run: LiveRun | undefined, summary: RunSummary): void {
    if (run === undefined || run.ended) return;
    run.summary = summary;
    run.ended = true;
    for (const wake of run.wake) wake();
    this.context.events.tell({ type: 'runFinished', run: summary });
    // The history has it all; a window that follows now still reads to the end.
    this.runs.delete(summary.id);
  }

  private fail(run: LiveRun | undefined, thrown: unknown): void {
    if (run === undefined) return;
    const error = toAppError(thrown, `running "${run.summary.flowName}"`);
    if (error.kind === 'defect') this.context.log(error, 'run');
    const finishedAt = new Date().toISOString();
    const summary: RunSummary = { ...run.summary, status: 'failed', finishedAt, error: error.toJSON() };
    if (run.events.at(-1)?.type !== 'finished') {
      this.take(run, { type: 'finished', runId: summary.id, at: finishedAt, run: summary });
    }
    this.finish(run, summary);
  }
}

const untilEnded = (run: LiveRun): Promise<void> =>
  new Promise((resolve) => {
    const look = () => {
      if (!run.ended) return;
      run.wake.delete(look);
      resolve();
    };
    run.wake.add(look);
    look();
  });

async function* eventsOf(run: LiveRun, signal: AbortSignal): AsyncGenerator<RunEvent> {
  let next = 0;
  while (!signal.aborted) {
    const event = run.events[next];
    if (event !== undefined) {
      next += 1;
      yield event;
      if (event.type === 'finished') return;
    } else if (run.ended) {
      return;
    } else {
      await new Promise<void>((resolve) => {
        const wake = () => {
          run.wake.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        run.wake.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
  }
}

/** Implements `run.*`. */
export function runService(os: RouterImplementer['run'], context: ServiceContext, live: LiveRuns) {
  const { store, workspace } = context;
  return {
    start: os.start.handler(async ({ input }) => {
      const stored = await workspace.bindings.get(input.flowId);
      if (input.kind === 'dry') {
        const document = input.document ?? (await workspace.flows.get(input.flowId)).document;
        return live.start({
          document: { ...document, id: input.flowId },
          bindings: input.bindings ?? stored,
          kind: 'dry',
        });
      }
      const document = await documentToPost(context, input.flowId);
      const { sheet } = input;
      if (sheet === undefined)
        throw new AppError('approval.required', `“${document.name}” posts only what a posting sheet has shown.`);
      return live.start({ document, bindings: stored, kind: 'post', sheet });
    }),
    watch: os.watch.handler(async ({ input, signal }) => {
      const events = live.follow(input.runId, signal ?? new AbortController().signal);
      return events ?? past(await store.runs.get(input.runId));
    }),
    cancel: os.cancel.handler(async ({ input }) => live.cancel(input.runId)),
    list: os.list.handler(async ({ input: { limit, offset, flowId, kinds, statuses } }) => {
      const filter = {
        ...(flowId === undefined ? {} : { flowId }),
        ...(kinds === undefined ? {} : { kind: kinds }),
        ...(statuses === undefined ? {} : { status: statuses }),
      };
      const { entries, total } = await store.runs.list(filter, { limit, offset });
      return { runs: entries, total };
    }),
    get: os.get.handler(({ input }) => store.runs.get(input.runId)),
    document: os.document.handler(async ({ input }) => {
      const document = await store.runs.document(input.runId);
      return document === undefined ? {} : { document };
    }),
    postingSheet: os.postingSheet.handler(async ({ input }) => {
      const run = await store.runs.get(input.runId);
      return buildSheet(run.id, run.flowId, store.runs.eachVoucher(run.id));
    }),
    ...replaying(os, context, live),
    active: os.active.handler(async () => live.active()),
  };
}

async function* past(run: RunSummary): AsyncGenerator<RunEvent> {
  yield { type: 'finished', runId: run.id, at: run.finishedAt ?? run.startedAt, run };
}

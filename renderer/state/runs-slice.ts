/** Runs as the canvas shows them: counts on nodes and wires while they happen, and a past run as an overlay. */

import type { AppErrorData } from '../../engine/model/error.ts';
import type { FlowDocument } from '../../engine/model/flow.ts';
import type { PostingSheet, RecordStatus, RunEvent, RunSummary } from '../../engine/model/run.ts';
import { t } from '../strings/index.ts';
import { errorOf, type SliceOf } from './slice.ts';

/** Records at one node. `byPort` counts what left by each port. */
export interface NodeProgress {
  in: number;
  out: number;
  byPort: Readonly<Record<string, number>>;
  /** Records that ended at this node, by status. */
  settled: Readonly<Partial<Record<RecordStatus, number>>>;
}

/** A run as followed. */
export interface RunProgress {
  run: RunSummary;
  nodes: Readonly<Record<string, NodeProgress>>;
  waiting?: { system: string; detail: string; until: number };
}

/** State and actions of runs. */
export interface RunsSlice {
  /** The newest run of each flow that this window followed. */
  progress: Readonly<Record<string, RunProgress>>;
  /** A past run over the canvas, with the document it used. */
  pastRun: { run: RunSummary; document: FlowDocument; nodes: RunProgress['nodes'] } | undefined;
  dryRun(): Promise<void>;
  /** Why the host did not post from the sheet that was approved; a fresh dry run is the remedy. */
  postRefusal: AppErrorData | undefined;
  /** Posts the published version (or the saved file), and of it only what the sheet shows. Asked for by name and amount before. */
  postRun(sheet: Pick<PostingSheet, 'runId' | 'hash'>): Promise<void>;
  /** Closes the message of {@link postRefusal}. */
  forgetRefusal(): void;
  cancelRun(): Promise<void>;
  /** Listens to a run until it finishes. */
  followRun(run: RunSummary): Promise<void>;
  /** Takes up the runs that were being followed when the line to the host was lost. */
  resumeRuns(): Promise<void>;
  showPastRun(runId: string | undefined): Promise<void>;
  /** Takes the overlay of the finished run off the canvas. */
  clearProgress(): void;
}

const nothing: NodeProgress = { in: 0, out: 0, byPort: {}, settled: {} };

/** The progress after an event. Pure. */
export function advanced(progress: RunProgress, event: RunEvent): RunProgress {
  switch (event.type) {
    case 'started':
    case 'finished': {
      const { waiting: _waiting, ...rest } = progress;
      return { ...rest, run: event.run };
    }
    case 'nodeProgress': {
      const before = progress.nodes[event.nodeId] ?? nothing;
      const node: NodeProgress = { in: event.in, out: event.out, byPort: event.byPort, settled: before.settled };
      return { ...progress, nodes: { ...progress.nodes, [event.nodeId]: node } };
    }
    case 'recordSettled': {
      const { nodeId, status } = event.outcome;
      const before = progress.nodes[nodeId] ?? nothing;
      const settled = { ...before.settled, [status]: (before.settled[status] ?? 0) + 1 };
      return { ...progress, nodes: { ...progress.nodes, [nodeId]: { ...before, settled } } };
    }
    case 'waiting':
      return {
        ...progress,
        waiting: { system: event.system, detail: event.detail, until: Date.parse(event.at) + event.waitMs },
      };
    case 'resumed': {
      const { waiting: _waiting, ...rest } = progress;
      return rest;
    }
    case 'scopeFailed':
      return progress;
  }
}

/** Events are drawn at most this often, in milliseconds. */
const drawEveryMs = 100;

/** Makes the runs slice. */
export const runsSlice: SliceOf<RunsSlice> =
  ({ client }) =>
  (set, get) => {
    /** Adds what became of the records, for a run whose events were not heard. */
    const withOutcomes = async (progress: RunProgress): Promise<RunProgress> => {
      const { records } = await client.record.search({ runId: progress.run.id, limit: 1000 });
      return records.reduce(
        (sum, outcome) => advanced(sum, { runId: outcome.runId, at: outcome.at, type: 'recordSettled', outcome }),
        progress,
      );
    };
    const started = async (call: () => Promise<RunSummary>): Promise<void> => {
      try {
        await get().followRun(await call());
      } catch (thrown) {
        const error = errorOf(thrown, t.doing.startingRun);
        if (error.code === 'approval.stale' || error.code === 'approval.required') set({ postRefusal: error });
        else get().complain(error);
      }
    };
    return {
      progress: {},
      pastRun: undefined,
      postRefusal: undefined,
      forgetRefusal: () => set({ postRefusal: undefined }),
      dryRun: () =>
        started(() => {
          const { flow, flowId, bindings } = get();
          const base = { kind: 'dry' as const, flowId: flowId ?? '' };
          const withFlow = flow === undefined ? base : { ...base, document: flow };
          return client.run.start(bindings === undefined ? withFlow : { ...withFlow, bindings });
        }),
      postRun: async ({ runId, hash }) => {
        const { publishedVersion, saveState, flowId } = get();
        // Without a published version the saved file is posted, and the dry run was of what is on the canvas.
        if (publishedVersion === 0 && saveState !== 'saved' && !(await get().saveFlow())) return;
        await started(() => client.run.start({ kind: 'post', flowId: flowId ?? '', sheet: { runId, hash } }));
      },
      cancelRun: async () => {
        const run = get().progress[get().flowId ?? '']?.run;
        if (run === undefined) return;
        try {
          await client.run.cancel({ runId: run.id });
        } catch (thrown) {
          get().complain(errorOf(thrown, t.doing.stoppingRun));
        }
      },
      followRun: async (run) => {
        let present: RunProgress = { run, nodes: {} };
        const draw = (): void => set({ progress: { ...get().progress, [run.flowId]: present } });
        draw();
        get().announce(t.canvas.spoken.runStarted);
        let drawn = Date.now();
        try {
          for await (const event of await client.run.watch({ runId: run.id })) {
            present = advanced(present, event);
            if (Date.now() - drawn < drawEveryMs && event.type !== 'finished') continue;
            drawn = Date.now();
            draw();
          }
          if (Object.keys(present.nodes).length === 0) present = await withOutcomes(present);
          draw();
          get().announce(t.canvas.spoken.runFinished(t.run.status[present.run.status]));
        } catch (thrown) {
          const error = errorOf(thrown, t.doing.followingRun);
          // The run goes on without this window; it is taken up again with the line.
          if (error.code !== 'host.lost') get().complain(error);
        }
      },
      resumeRuns: async () => {
        const open = Object.values(get().progress).filter(({ run }) => run.finishedAt === undefined);
        try {
          const runs = await Promise.all(open.map(({ run }) => client.run.get({ runId: run.id })));
          await Promise.all(runs.map((run) => get().followRun(run)));
        } catch (thrown) {
          get().complain(errorOf(thrown, t.doing.followingRun));
        }
      },
      showPastRun: async (runId) => {
        if (runId === undefined) return set({ pastRun: undefined });
        try {
          const [run, { document }] = await Promise.all([client.run.get({ runId }), client.run.document({ runId })]);
          const { flow } = get();
          const shown = document ?? flow;
          if (shown === undefined) return undefined;
          const { nodes } = await withOutcomes({ run, nodes: {} });
          return set({ pastRun: { run, document: shown, nodes }, selection: [] });
        } catch (thrown) {
          return get().complain(errorOf(thrown, t.doing.openingRun));
        }
      },
      clearProgress: () => {
        const { [get().flowId ?? '']: _gone, ...progress } = get().progress;
        set({ progress });
      },
    };
  };

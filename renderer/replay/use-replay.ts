/** The replay under way from this screen: its dry run with the posting sheet, then the posting. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { CostwireClient, RecordListItem } from '../../engine/api/contract.ts';
import { AppError, type AppErrorData } from '../../engine/model/error.ts';
import type { PostingSheet, RunSummary } from '../../engine/model/run.ts';
import { errorOf } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';

/** What is replayed how; `kind` and `sheet` are added here. */
export type ReplayOrder = Omit<Parameters<CostwireClient['run']['replay']>[0], 'kind' | 'sheet'>;

/** What a dry run of the replay found. */
export interface PlannedReplay {
  order: ReplayOrder;
  sheet: PostingSheet;
  /** Records that the ledger holds as posted. */
  already: readonly RecordListItem[];
  /** Records that would be held or fail again. */
  open: readonly RecordListItem[];
}

/** Where the replay stands. */
export type ReplayState =
  | { step: 'choosing'; error?: AppErrorData }
  | { step: 'running' | 'posting'; runId?: string }
  | { step: 'planned'; planned: PlannedReplay; error?: AppErrorData };

async function planOf(client: CostwireClient, order: ReplayOrder, run: RunSummary): Promise<PlannedReplay> {
  if (run.status === 'failed' && run.error !== undefined)
    throw new AppError(run.error.code, run.error.message, { hint: run.error.hint });
  const search = (statuses: ('skipped' | 'held' | 'failed' | 'inDoubt')[]) =>
    client.record.search({ runId: run.id, statuses, limit: 1000, totals: false });
  const [sheet, already, open] = await Promise.all([
    client.run.postingSheet({ runId: run.id }),
    search(['skipped']),
    search(['held', 'failed', 'inDoubt']),
  ]);
  return { order, sheet, already: already.records, open: open.records };
}

/** Runs to the end and answers with the run as it finished. */
async function finished(client: CostwireClient, run: RunSummary, signal: AbortSignal): Promise<RunSummary> {
  for await (const event of await client.run.watch({ runId: run.id }, { signal }))
    if (event.type === 'finished') return event.run;
  return client.run.get({ runId: run.id });
}

/** The replay of a screen. `onPosted` gets the run that posted. */
export function useReplay(onPosted: (run: RunSummary) => void) {
  const { client } = useAppContext();
  const [state, setState] = useState<ReplayState>({ step: 'choosing' });
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const end = new AbortController();
    leaving.current = end;
    return () => end.abort();
  }, []);
  const plan = useCallback(
    async (order: ReplayOrder) => {
      const { signal } = leaving.current;
      setState({ step: 'running' });
      try {
        const run = await client.run.replay({ ...order, kind: 'dry' });
        setState({ step: 'running', runId: run.id });
        const planned = await planOf(client, order, await finished(client, run, signal));
        if (!signal.aborted) setState({ step: 'planned', planned });
      } catch (thrown) {
        if (!signal.aborted) setState({ step: 'choosing', error: errorOf(thrown, t.replay.doing) });
      }
    },
    [client],
  );
  const post = useCallback(
    async (planned: PlannedReplay) => {
      const { signal } = leaving.current;
      setState({ step: 'posting' });
      try {
        const { runId, hash } = planned.sheet;
        const run = await client.run.replay({ ...planned.order, kind: 'post', sheet: { runId, hash } });
        setState({ step: 'posting', runId: run.id });
        const done = await finished(client, run, signal);
        if (!signal.aborted) onPosted(done);
      } catch (thrown) {
        if (!signal.aborted) setState({ step: 'planned', planned, error: errorOf(thrown, t.replay.doing) });
      }
    },
    [client, onPosted],
  );
  const stop = useCallback(
    async (runId: string) => {
      try {
        await client.run.cancel({ runId });
      } catch (thrown) {
        setState({ step: 'choosing', error: errorOf(thrown, t.doing.stoppingRun) });
      }
    },
    [client],
  );
  return { state, plan, post, stop, again: useCallback(() => setState({ step: 'choosing' }), []) };
}

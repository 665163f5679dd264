/** One run: what it was, what became of every record, and the way to the canvas it ran on. */
import { Button } from '@mantine/core';
import { IconRepeat, IconRoute } from '@tabler/icons-react';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { RunSummary } from '../../engine/model/run.ts';
import { BackLink, Empty, Failed, RelativeTime, Waiting } from '../app/parts.tsx';
import { navigate } from '../app/router.ts';
import { RunTag } from '../flows/flow-columns.tsx';
import { errorOf, type Loadable } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { RecordList } from './RecordList.tsx';
import './runs.css';
import { useRecords } from './use-records.ts';

/** The run; one under way is followed until it has finished. */
export function useRun(runId: string): { run: Loadable<RunSummary>; reload: () => void } {
  const { client } = useAppContext();
  const [run, setRun] = useState<Loadable<RunSummary>>({ state: 'loading' });
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round fetches again
  useEffect(() => {
    const end = new AbortController();
    const follow = async (): Promise<void> => {
      const found = await client.run.get({ runId });
      if (end.signal.aborted) return;
      setRun({ state: 'ready', value: found });
      if (found.finishedAt !== undefined) return;
      for await (const event of await client.run.watch({ runId }, { signal: end.signal }))
        if (event.type === 'finished') setRun({ state: 'ready', value: event.run });
    };
    setRun({ state: 'loading' });
    follow().catch((thrown) => {
      if (!end.signal.aborted) setRun({ state: 'failed', error: errorOf(thrown, t.doing.fetchingRun) });
    });
    return () => end.abort();
  }, [client, runId, round]);
  return { run, reload: useCallback(() => setRound((before) => before + 1), []) };
}

/** A run that ended with records that a replay can bring further. */
const canReplay = ({ finishedAt, counts }: RunSummary): boolean =>
  finishedAt !== undefined && counts.held + counts.failed + counts.inDoubt > 0;

function Head({ run }: { run: RunSummary }): ReactNode {
  const { store } = useAppContext();
  const show = async (): Promise<void> => {
    navigate(`/flows/${run.flowId}`);
    await store.getState().showPastRun(run.id);
  };
  return (
    <>
      <h1 className="screen__title" dir="auto">
        {run.flowName}
      </h1>
      <span className="tag">{t.run.kind[run.kind]}</span>
      <RunTag run={run} />
      <span className="cell-faint">
        {t.runs.version(run.flowVersion)} · <RelativeTime at={run.startedAt} /> {t.runs.startedBy(run.startedBy)}
      </span>
      <span className="screen__spring" />
      {canReplay(run) ? (
        <Button
          variant="default"
          leftSection={<IconRepeat size={15} aria-hidden="true" />}
          onClick={() => navigate(`/runs/${run.id}/replay`)}
        >
          {t.replay.open}
        </Button>
      ) : null}
      <Button variant="default" leftSection={<IconRoute size={15} aria-hidden="true" />} onClick={() => void show()}>
        {t.runs.showOnCanvas}
      </Button>
    </>
  );
}

function Records({ run }: { run: RunSummary }): ReactNode {
  const { records, reload } = useRecords(run.finishedAt === undefined ? undefined : run.id);
  if (records.state === 'idle') return <Waiting text={t.runs.under} />;
  if (records.state === 'loading') return <Waiting text={t.runs.loading} />;
  if (records.state === 'failed') return <Failed title={t.runs.failed} error={records.error} onRetry={reload} />;
  const { count } = records.value.totals;
  if (count === 0)
    return run.error === undefined ? <Empty title={t.runs.noRecords} text={t.runs.noRecordsText} /> : null;
  return (
    <>
      {count === run.counts.total ? null : (
        <p className="alert-line alert-line--warn" role="status">
          {t.runs.doNotAddUp(count, run.counts.total)}
        </p>
      )}
      <RecordList value={records.value} place="screen" />
    </>
  );
}

/** The screen. */
export function RunScreen({ runId }: { runId: string }): ReactNode {
  const { run, reload } = useRun(runId);
  return (
    <div className="screen">
      <header className="screen__head">
        <BackLink to={'/runs'}>{t.runs.back}</BackLink>
        {run.state === 'ready' ? <Head run={run.value} /> : null}
      </header>
      <div className="screen__body">
        {run.state === 'failed' ? <Failed title={t.runs.notFound} error={run.error} onRetry={reload} /> : null}
        {run.state === 'loading' ? <Waiting text={t.lists.loading} /> : null}
        {run.state === 'ready' ? (
          <>
            {run.value.error === undefined ? null : (
              <p className="alert-line" role="alert">
                {run.value.error.message} {run.value.error.hint}
              </p>
            )}
            <Records run={run.value} />
          </>
        ) : null}
      </div>
    </div>
  );
}

/** Replaying records of a run: choose them, the versions and changes, look at the posting sheet, post it. */
import { Button } from '@mantine/core';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import type { ReasonGroup } from '../../engine/api/contract.ts';
import type { RunSummary } from '../../engine/model/run.ts';
import { BackLink, Empty, Failed, Waiting } from '../app/parts.tsx';
import { navigate } from '../app/router.ts';
import { useRun } from '../lists/RunScreen.tsx';
import { type RunRecords, useRecords } from '../lists/use-records.ts';
import { errorOf, type Loadable } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { Choosing } from './Choosing.tsx';
import { candidates } from './choice.ts';
import { PlannedSheet } from './PlannedSheet.tsx';
import './replay.css';
import { useReplay } from './use-replay.ts';

const words = t.replay;

/** What the screen knows beside the records. */
interface Background {
  reasons: readonly ReasonGroup[];
  /** Version that a posting run takes now; undefined where the flow is gone. */
  version: number | undefined;
}

function useBackground(run: RunSummary): Loadable<Background> {
  const { client } = useAppContext();
  const [background, setBackground] = useState<Loadable<Background>>({ state: 'loading' });
  const { id: runId, flowId } = run;
  useEffect(() => {
    let current = true;
    const fetch = async (): Promise<Background> => {
      const [reasons, { flows }] = await Promise.all([client.run.reasons({ runId }), client.flow.list()]);
      return { reasons, version: flows.find(({ id }) => id === flowId)?.version };
    };
    fetch()
      .then((value) => current && setBackground({ state: 'ready', value }))
      .catch(
        (thrown) => current && setBackground({ state: 'failed', error: errorOf(thrown, t.doing.fetchingRecords) }),
      );
    return () => {
      current = false;
    };
  }, [client, runId, flowId]);
  return background;
}

function Steps(props: { run: RunSummary; records: RunRecords; background: Background }): ReactNode {
  const { run, records, background } = props;
  const { state, plan, post, stop, again } = useReplay(useCallback((done) => navigate(`/runs/${done.id}`), []));
  const offered = useMemo(() => candidates(records.records), [records]);
  const underWay = state.step === 'running' || state.step === 'posting' ? state : undefined;
  return (
    <>
      {underWay === undefined ? null : (
        <div className="replay__under">
          <Waiting text={underWay.step === 'running' ? words.running : words.posting} />
          {underWay.runId === undefined ? null : (
            <Button color="red" variant="light" onClick={() => void stop(underWay.runId ?? '')}>
              {words.stop}
            </Button>
          )}
        </div>
      )}
      {state.step === 'planned' ? (
        <PlannedSheet
          planned={state.planned}
          error={state.error}
          onAgain={again}
          onPost={() => void post(state.planned)}
        />
      ) : null}
      {/* What was chosen stays when the person comes back from the sheet. */}
      <div className="replay__step" hidden={state.step !== 'choosing'}>
        <Choosing
          run={run}
          records={offered}
          isComplete={records.records.length >= records.totals.count}
          reasons={background.reasons}
          version={background.version}
          error={state.step === 'choosing' ? state.error : undefined}
          onShow={(order) => void plan(order)}
        />
      </div>
    </>
  );
}

function Body({ run }: { run: RunSummary }): ReactNode {
  const background = useBackground(run);
  const { records, reload } = useRecords(run.finishedAt === undefined ? undefined : run.id);
  if (records.state === 'idle') return <Waiting text={words.under} />;
  if (records.state === 'failed') return <Failed title={t.runs.failed} error={records.error} onRetry={reload} />;
  if (background.state === 'failed') return <Failed title={t.runs.failed} error={background.error} />;
  if (records.state === 'loading' || background.state !== 'ready') return <Waiting text={t.runs.loading} />;
  if (candidates(records.value.records).length === 0) return <Empty title={words.nothing} text={words.nothingText} />;
  return <Steps run={run} records={records.value} background={background.value} />;
}

/** The screen. */
export function ReplayScreen({ runId }: { runId: string }): ReactNode {
  const { run, reload } = useRun(runId);
  return (
    <div className="screen">
      <header className="screen__head">
        <BackLink to={`/runs/${runId}`}>{words.back}</BackLink>
        {run.state === 'ready' ? (
          <h1 className="screen__title" dir="auto">
            {words.title(run.value.flowName)}
          </h1>
        ) : null}
      </header>
      <div className="screen__body replay">
        {run.state === 'failed' ? <Failed title={t.runs.notFound} error={run.error} onRetry={reload} /> : null}
        {run.state === 'loading' ? <Waiting text={t.lists.loading} /> : null}
        {run.state === 'ready' ? <Body run={run.value} /> : null}
      </div>
    </div>
  );
}

/** What became of each record of the newest run, with the reason. */
import type { ReactNode } from 'react';
import { Failed, Waiting } from '../app/parts.tsx';
import { RecordList } from '../lists/RecordList.tsx';
import { useRecords } from '../lists/use-records.ts';
import { useApp } from '../state/store.ts';
import { t } from '../strings/index.ts';
import './dock.css';

/** The Records tab. */
export function RecordsPanel(): ReactNode {
  const run = useApp((state) => state.pastRun?.run ?? state.progress[state.flowId ?? '']?.run);
  const { records, reload } = useRecords(run?.finishedAt === undefined ? undefined : run.id);
  if (records.state === 'idle') return <p className="dock__quiet">{t.dock.logNone}</p>;
  if (records.state === 'loading') return <Waiting text={t.runs.loading} />;
  if (records.state === 'failed') return <Failed title={t.runs.failed} error={records.error} onRetry={reload} />;
  return <RecordList value={records.value} place="dock" />;
}

/** The Runs tab: the newest records that ended at this node, over all runs. */
import { type ReactNode, useEffect, useState } from 'react';
import type { RecordListItem } from '../../engine/api/contract.ts';
import { Amount, Failed, RelativeTime, Waiting } from '../app/parts.tsx';
import { errorOf, type Loadable } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import './inspector.css';

/** The tab. */
export function RunsPanel({ nodeId }: { nodeId: string }): ReactNode {
  const { client } = useAppContext();
  const flowId = useApp((state) => state.flowId);
  const [found, setFound] = useState<Loadable<readonly RecordListItem[]>>({ state: 'loading' });
  useEffect(() => {
    if (flowId === undefined) return;
    let current = true;
    setFound({ state: 'loading' });
    client.record
      .search({ flowId, nodeId, limit: 50 })
      .then(({ records }) => current && setFound({ state: 'ready', value: records }))
      .catch((thrown) => current && setFound({ state: 'failed', error: errorOf(thrown, t.doing.fetchingRecords) }));
    return () => {
      current = false;
    };
  }, [client, flowId, nodeId]);
  if (found.state === 'failed') return <Failed title={t.inspector.runsFailed} error={found.error} />;
  if (found.state !== 'ready') return <Waiting text={t.lists.loading} />;
  if (found.value.length === 0) return <p className="side__nothing">{t.inspector.runsNone}</p>;
  return (
    <ul className="node-runs">
      {found.value.map((record) => (
        <li key={`${record.runId} ${record.key}`}>
          <span className="node-runs__head" dir="auto">
            <strong>{record.origin.label ?? record.key}</strong>
            <Amount amount={record.amount} {...(record.currency === undefined ? {} : { currency: record.currency })} />
          </span>
          <span className="cell-faint">
            {t.run.record[record.status]}
            {record.target?.number === undefined ? '' : ` · ${record.target.number}`} · <RelativeTime at={record.at} />
          </span>
          {record.error === undefined ? null : <span className="node-runs__why">{record.error.message}</span>}
        </li>
      ))}
    </ul>
  );
}

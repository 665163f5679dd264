/** What became of each record of the newest run, with the reason. */
import { type ReactNode, useEffect, useState } from 'react';
import type { RecordListItem, RecordTotals } from '../../engine/api/contract.ts';
import { type RecordStatus, recordStatuses } from '../../engine/model/run.ts';
import { Amount, Amounts, Failed, Waiting } from '../app/parts.tsx';
import { errorOf, type Loadable } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import './dock.css';

const tones: Readonly<Partial<Record<RecordStatus, string>>> = {
  posted: 'good',
  held: 'warn',
  inDoubt: 'bad',
  failed: 'bad',
  awaitingApproval: 'info',
};

/** Most records shown at once; Runs shows all. */
const shownAtMost = 500;

interface Found {
  records: readonly RecordListItem[];
  totals: RecordTotals;
}

function Filter(props: {
  totals: RecordTotals;
  status: RecordStatus | undefined;
  choose: (status?: RecordStatus) => void;
}): ReactNode {
  const present = recordStatuses.filter((status) => props.totals.byStatus[status] !== undefined);
  return (
    <fieldset className="record-filter">
      <legend className="visually-hidden">{t.designer.dock.log}</legend>
      <button
        type="button"
        className="tag tag--button"
        aria-pressed={props.status === undefined}
        onClick={() => props.choose()}
      >
        {t.dock.logAll}
      </button>
      {present.map((status) => (
        <button
          key={status}
          type="button"
          className={`tag tag--button tag--${tones[status] ?? 'plain'}`}
          aria-pressed={props.status === status}
          onClick={() => props.choose(status)}
        >
          {props.totals.byStatus[status]?.count} {t.run.record[status]}
          <Amounts amounts={props.totals.byStatus[status]?.amounts} />
        </button>
      ))}
    </fieldset>
  );
}

function Row({ record }: { record: RecordListItem }): ReactNode {
  return (
    <tr>
      <td>
        <span className={`tag tag--${tones[record.status] ?? 'plain'}`}>{t.run.record[record.status]}</span>
      </td>
      <th scope="row" dir="auto">
        {record.origin.label ?? record.key}
        <span className="cell-faint"> {record.origin.scope?.label}</span>
      </th>
      <td className="number">
        {record.amount === undefined ? null : (
          <Amount amount={record.amount} {...(record.currency === undefined ? {} : { currency: record.currency })} />
        )}
      </td>
      <td>{record.target?.number}</td>
      <td className="record-why">
        {record.error === undefined ? (
          record.note
        ) : (
          <>
            {record.error.message} <span className="cell-faint">{record.error.hint}</span>
          </>
        )}
      </td>
    </tr>
  );
}

/** The Log tab. */
export function RecordsPanel(): ReactNode {
  const { client } = useAppContext();
  const run = useApp((state) => state.pastRun?.run ?? state.progress[state.flowId ?? '']?.run);
  const [status, setStatus] = useState<RecordStatus>();
  const [found, setFound] = useState<Loadable<Found>>({ state: 'idle' });
  const runId = run?.finishedAt === undefined ? undefined : run.id;
  useEffect(() => {
    if (runId === undefined) return setFound({ state: 'idle' });
    let current = true;
    setFound({ state: 'loading' });
    client.record
      .search({ runId, limit: shownAtMost })
      .then((value) => current && setFound({ state: 'ready', value }))
      .catch((thrown) => current && setFound({ state: 'failed', error: errorOf(thrown, t.doing.fetchingRecords) }));
    return () => {
      current = false;
    };
  }, [client, runId]);
  if (found.state === 'idle') return <p className="dock__quiet">{t.dock.logNone}</p>;
  if (found.state === 'loading') return <Waiting text={t.dock.logLoading} />;
  if (found.state === 'failed') return <Failed title={t.dock.logFailed} error={found.error} />;
  const { records, totals } = found.value;
  const shown = status === undefined ? records : records.filter((record) => record.status === status);
  return (
    <div className="data">
      <div className="data__bar">
        <Filter totals={totals} status={status} choose={setStatus} />
      </div>
      <table className="field-table record-table">
        <tbody>
          {shown.map((record) => (
            <Row key={`${record.key} ${record.nodeId}`} record={record} />
          ))}
        </tbody>
      </table>
      {totals.count > records.length ? (
        <p className="dock__quiet">{t.dock.logFirst(records.length, totals.count)}</p>
      ) : null}
    </div>
  );
}

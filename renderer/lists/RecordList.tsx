/** Every record of a run: grouped by status with amounts, listed with reason and remedy, and one of them in detail. */
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { RecordListItem } from '../../engine/api/contract.ts';
import type { RecordStatus } from '../../engine/model/run.ts';
import { hrefOf } from '../app/router.ts';
import { Grid } from '../grid/Grid.tsx';
import { t } from '../strings/index.ts';
import { RecordDetail } from './RecordDetail.tsx';
import { recordColumns } from './record-columns.tsx';
import './runs.css';
import { StatusGroups } from './StatusGroups.tsx';
import type { RunRecords } from './use-records.ts';

const idOf = (record: RecordListItem): string => `${record.runId} ${record.key} ${record.nodeId}`;

/** The groups, the list and the record in detail. In the dock the detail takes less room. */
export function RecordList({ value, place }: { value: RunRecords; place: 'screen' | 'dock' }): ReactNode {
  const { records, totals } = value;
  const [first] = records;
  const [status, setStatus] = useState<RecordStatus>();
  const [active, setActive] = useState<RecordListItem>();
  const [open, setOpen] = useState(false);
  // They come in the order of urgency.
  const rows = useMemo(
    () => (status === undefined ? records : records.filter((record) => record.status === status)),
    [records, status],
  );
  const show = useCallback((record: RecordListItem) => {
    setActive(record);
    setOpen(true);
  }, []);
  return (
    <div className="records">
      <StatusGroups
        totals={totals}
        chosen={status}
        onChoose={setStatus}
        isSmall={place === 'dock'}
        more={
          place === 'dock' && first !== undefined ? (
            <a className="groups__more" href={hrefOf(`/runs/${first.runId}`)}>
              {t.runs.openRun}
            </a>
          ) : null
        }
      />
      <div className="records__body">
        <Grid
          id={place === 'dock' ? 'records.dock' : 'records'}
          label={t.runs.list}
          rows={rows}
          columns={recordColumns}
          idOf={idOf}
          onOpen={show}
          onActive={setActive}
          footer={records.length < totals.count ? <span>{t.runs.fetched(records.length, totals.count)}</span> : null}
        />
        {open && active !== undefined ? (
          <RecordDetail key={idOf(active)} record={active} onClose={() => setOpen(false)} />
        ) : null}
      </div>
    </div>
  );
}

/** The records of a run, fetched page by page: the totals and the first page at once, the rest while they are looked at. */
import { useCallback, useEffect, useState } from 'react';
import type { RecordListItem, RecordTotals } from '../../engine/api/contract.ts';
import { errorOf, type Loadable } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';

/** What is known of the records so far. */
export interface RunRecords {
  records: readonly RecordListItem[];
  totals: RecordTotals;
}

const pageSize = 1000;
/** Lists are drawn anew after this many pages: every drawing sorts and filters again. */
const drawnEvery = 10;

/** The records of a run, or nothing while it is under way. */
export function useRecords(runId: string | undefined): { records: Loadable<RunRecords>; reload: () => void } {
  const { client } = useAppContext();
  const [records, setRecords] = useState<Loadable<RunRecords>>({ state: 'idle' });
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round fetches again
  useEffect(() => {
    if (runId === undefined) return setRecords({ state: 'idle' });
    let current = true;
    const fetchAll = async (): Promise<void> => {
      const all: RecordListItem[] = [];
      let totals: RecordTotals = { count: 0, byStatus: {} };
      for (let page = 0; current; page += 1) {
        const isFirst = page === 0;
        const found = await client.record.search({
          runId,
          limit: pageSize,
          offset: page * pageSize,
          totals: isFirst,
        });
        if (!current) return;
        if (isFirst) totals = found.totals;
        all.push(...found.records);
        const isLast = found.records.length === 0 || all.length >= totals.count;
        if (page % drawnEvery === 0 || isLast) setRecords({ state: 'ready', value: { records: [...all], totals } });
        if (isLast) return;
      }
    };
    setRecords({ state: 'loading' });
    fetchAll().catch((thrown) => {
      if (current) setRecords({ state: 'failed', error: errorOf(thrown, t.doing.fetchingRecords) });
    });
    return () => {
      current = false;
    };
  }, [client, runId, round]);
  return { records, reload: useCallback(() => setRound((before) => before + 1), []) };
}

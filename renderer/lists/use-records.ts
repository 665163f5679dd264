/** The records of a run: the totals and the first page at once, the pages behind it while the window has nothing else to do. */
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

/** Rows that fill any window. */
const firstPage = 200;
/** Rows of the pages behind: reading one takes the window a millisecond or two. */
const pageSize = 1000;

/** Resolves when the window has nothing else to do, or has waited long enough. */
const idle = (): Promise<void> =>
  new Promise((resolve) => {
    requestIdleCallback(() => resolve(), { timeout: 200 });
  });

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
      const counting = client.record.totals({ runId });
      // Awaited below; a page that fails first tells of the same fault.
      counting.catch(() => undefined);
      const all: RecordListItem[] = [];
      let drawn = 0;
      let { records: found, next } = await client.record.page({ runId, limit: firstPage });
      const totals = await counting;
      while (current) {
        all.push(...found);
        // Every drawing filters anew, so that lists are drawn when they have doubled.
        if (next === undefined || all.length >= drawn * 2) {
          drawn = all.length;
          setRecords({ state: 'ready', value: { records: [...all], totals } });
        }
        if (next === undefined) return;
        await idle();
        if (!current) return;
        ({ records: found, next } = await client.record.page({ runId, limit: pageSize, after: next }));
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

/** Results of work that may take long: short work is done while drawing, long work in slices beside it. */
import { useEffect, useMemo, useState } from 'react';
import { runInSlices, runNow, type Work } from './work.ts';

/** Up to this many items are worked through at once: about two milliseconds. */
const atOnce = 2000;

/**
 * The newest result; while long work is under way the one before, and `busy`. `make` must be memoised: the work begins anew when it
 * changes.
 * @param size how many items there are to work through
 */
export function useWork<Result>(make: () => Work<Result>, size: number): { result: Result | undefined; busy: boolean } {
  const isShort = size <= atOnce;
  const short = useMemo(() => (isShort ? { make, result: runNow(make()) } : undefined), [make, isShort]);
  const [long, setLong] = useState<{ make: () => Work<Result>; result: Result }>();
  useEffect(() => {
    if (isShort) return;
    const end = new AbortController();
    void runInSlices(make(), end.signal).then((result) => {
      if (result !== undefined) setLong({ make, result });
    });
    return () => end.abort();
  }, [make, isShort]);
  if (short !== undefined) return { result: short.result, busy: false };
  return { result: long?.result, busy: long?.make !== make };
}

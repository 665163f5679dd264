/** The work at a table, tied to its screen: loaded when it opens, told of changes, kept when it closes. */
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useApp, useAppContext } from '../state/store.ts';
import { createTableWork, type TableWork, type TableWorkState } from './table-work.ts';

/** The work and its state. */
export function useTable(id: string): { work: TableWork; state: TableWorkState } {
  const { client } = useAppContext();
  const turn = useApp(({ tablesTurn }) => tablesTurn);
  const [work] = useState(() => createTableWork(client, id));
  const state = useStore(work.store);
  useEffect(() => {
    void work.load();
    const flush = (): void => void work.flush();
    // The draft is kept after a pause: a window that closes earlier, or another screen, must not lose what was typed.
    window.addEventListener('beforeunload', flush);
    return () => {
      window.removeEventListener('beforeunload', flush);
      flush();
    };
  }, [work]);
  useEffect(() => {
    if (turn > 0) void work.refresh();
  }, [work, turn]);
  return { work, state };
}

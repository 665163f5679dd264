/** Codes that the target systems have, for the columns of a table that name a list. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { CodeList, TargetCode } from '../../engine/api/contract.ts';
import type { AppErrorData } from '../../engine/model/error.ts';
import { errorOf } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';

const words = t.tables.codes;

/** The lists by the id of the grid's column. */
export interface Codes {
  lists: ReadonlyMap<string, CodeList>;
  /** Why a list, or all of them, could not be fetched. */
  error: AppErrorData | undefined;
  /** What a code is called in its list; undefined where there is no list or no such code. */
  found: (column: string, code: string) => TargetCode | undefined;
  /** What is odd about a code: the system does not have it, or takes it no more. */
  oddity: (column: string, code: string) => string | undefined;
  reload: (fresh: boolean) => Promise<void>;
}

/** The lists of a table. Without one that could be read nothing is odd. */
export function useCodes(id: string): Codes {
  const { client } = useAppContext();
  const [lists, setLists] = useState<readonly CodeList[]>([]);
  const [error, setError] = useState<AppErrorData>();
  const reload = useCallback(
    async (fresh: boolean) => {
      try {
        const found = await client.table.codes({ id, fresh });
        setLists(found);
        setError(found.find((list) => list.error !== undefined)?.error);
      } catch (thrown) {
        setError(errorOf(thrown, t.doing.fetchingCodes));
      }
    },
    [client, id],
  );
  useEffect(() => void reload(false), [reload]);
  return useMemo(() => {
    const read = lists.filter((list) => list.error === undefined && list.codes.length > 0);
    const byColumn = new Map(read.map((list) => [`target.${list.column}`, list]));
    const codes = new Map(
      read.map((list) => [`target.${list.column}`, new Map(list.codes.map((code) => [code.code, code]))]),
    );
    const found = (column: string, code: string): TargetCode | undefined => codes.get(column)?.get(code.trim());
    return {
      lists: byColumn,
      error,
      found,
      reload,
      oddity: (column, code) => {
        const list = byColumn.get(column);
        if (list === undefined || code.trim() === '') return undefined;
        const known = found(column, code);
        if (known === undefined) return words.unknown(code, list.title, list.connection);
        return known.usable ? undefined : words.unusable(code, known.name, list.connection);
      },
    };
  }, [lists, error, reload]);
}

/** Mapping tables as formulas in the inspector see them: their columns, and the rows of the newest published version. */
import { useEffect, useMemo, useState } from 'react';
import type { CostwireClient, TableView } from '../../engine/api/contract.ts';
import { type CompiledTable, compileTable } from '../../engine/model/mapping-lookup.ts';
import type { MappingMatch, MappingTableSchema } from '../../engine/model/mapping-table.ts';
import { errorOf } from '../state/slice.ts';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';

/** What a formula needs of the tables. */
export interface FormulaTables {
  table(id: string): MappingTableSchema | undefined;
  /** Without a date, rows are judged by today, as in a run. Answers nothing for a table that was never published. */
  lookup(table: string, keys: readonly string[], on?: string): MappingMatch | undefined;
}

/** A table as a run uses it. */
interface LoadedTable {
  schema: MappingTableSchema;
  /** Made when a formula first looks into the table. Nothing for one that was never published. */
  compiled(): CompiledTable | undefined;
}

async function load(client: CostwireClient, id: string, version: number): Promise<LoadedTable> {
  const view: TableView = await client.table.get(version === 0 ? { id } : { id, version });
  const { schema, rows } = view;
  let compiled: CompiledTable | undefined;
  return {
    schema,
    compiled: () => {
      if (version > 0) compiled ??= compileTable({ schema, version, rows });
      return compiled;
    },
  };
}

/** Looks tables up as a run does. Pure. */
export function formulaTables(tables: ReadonlyMap<string, LoadedTable>, today: string): FormulaTables {
  return {
    table: (id) => tables.get(id)?.schema,
    lookup: (id, keys, on) =>
      tables
        .get(id)
        ?.compiled()
        ?.find(keys, on ?? today),
  };
}

/**
 * The tables of the workspace. Undefined until they are known: formulas then go unchecked against tables rather than be told that a
 * table is missing.
 * @param form what the tables are fetched afresh for, such as the node whose form is opened
 */
export function useFormulaTables(form: string): FormulaTables | undefined {
  const { client, store } = useAppContext();
  const [tables, setTables] = useState<ReadonlyMap<string, LoadedTable>>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another form sees the tables as they are then
  useEffect(() => {
    let current = true;
    const fetchAll = async (): Promise<void> => {
      const list = await client.table.list();
      const loaded = await Promise.all(
        list.map(async ({ id, version }) => [id, await load(client, id, version)] as const),
      );
      if (current) setTables(new Map(loaded));
    };
    fetchAll().catch((thrown) => {
      if (current) store.getState().complain(errorOf(thrown, t.doing.fetchingTables));
    });
    return () => {
      current = false;
    };
  }, [client, store, form]);
  return useMemo(
    () => (tables === undefined ? undefined : formulaTables(tables, new Date().toISOString().slice(0, 10))),
    [tables],
  );
}

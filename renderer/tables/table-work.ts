/**
 * Work at one mapping table: its rows as they stand in the grid, undo, and a draft that is kept after every pause. What another
 * window saved meanwhile is never overwritten: the person chooses.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CostwireClient, TableView } from '../../engine/api/contract.ts';
import type { AppErrorData } from '../../engine/model/error.ts';
import type { MappingRow } from '../../engine/model/mapping-table.ts';
import { errorOf, type Loadable } from '../state/slice.ts';
import { t } from '../strings/index.ts';

/** A step that can be undone or redone: the rows on its other side. */
export interface TableStep {
  name: string;
  rows: readonly MappingRow[];
}

/** Where the rows on screen are kept. `conflict`: another window saved the table since; `failed`: the draft could not be kept. */
export type Keeping = 'kept' | 'edited' | 'keeping' | 'conflict' | 'failed';

/** The state of the work. */
export interface TableWorkState {
  table: Loadable<TableView>;
  rows: readonly MappingRow[];
  undo: readonly TableStep[];
  redo: readonly TableStep[];
  keeping: Keeping;
  /** Why the draft could not be kept. */
  error: AppErrorData | undefined;
}

/** What can be done. */
export interface TableWork {
  readonly store: StoreApi<TableWorkState>;
  load(): Promise<void>;
  /** The host says that tables changed: takes over what is new where nothing of this window is unsaved. */
  refresh(): Promise<void>;
  /** One step; rows that stay the same are none. */
  edit(name: string, change: (rows: readonly MappingRow[]) => readonly MappingRow[]): void;
  undo(): void;
  redo(): void;
  /** Keeps what is not kept yet. @returns whether the host has everything. */
  flush(): Promise<boolean>;
  /** Ends a conflict: the rows on screen replace those of the other window. */
  keepMine(): Promise<void>;
  /** Ends a conflict, or follows an import: shows the table as the host has it. */
  takeTheirs(): Promise<void>;
  /** The table as the host has it, once it has everything on screen; undefined where that could not be kept: `error` says why. */
  ready(): Promise<TableView | undefined>;
  /**
   * @param seen the revision that the person saw; what another window saved since is not published with it. Absent: that on screen.
   * @throws AppError data of `table.publish`
   */
  publish(seen?: string): Promise<TableView | undefined>;
  discard(): Promise<void>;
}

const idleMs = 1000;
const mostSteps = 200;

const isConflict = (error: AppErrorData): boolean => error.code === 'workspace.conflict';

/** Work at the table with this id. */
export function createTableWork(client: CostwireClient, id: string): TableWork {
  const store = createStore<TableWorkState>()(() => ({
    table: { state: 'loading' },
    rows: [],
    undo: [],
    redo: [],
    keeping: 'kept',
    error: undefined,
  }));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending: Promise<boolean> | undefined;
  const view = (): TableView | undefined => {
    const { table } = store.getState();
    return table.state === 'ready' ? table.value : undefined;
  };
  const adopt = (value: TableView): void =>
    store.setState({
      table: { state: 'ready', value },
      rows: value.rows,
      undo: [],
      redo: [],
      keeping: 'kept',
      error: undefined,
    });
  const load = async (): Promise<void> => {
    try {
      adopt(await client.table.get({ id }));
    } catch (thrown) {
      store.setState({ table: { state: 'failed', error: errorOf(thrown, t.doing.fetchingTable) } });
    }
  };
  const send = async (options: { force: boolean }): Promise<boolean> => {
    const known = view();
    const { rows } = store.getState();
    if (known === undefined) return false;
    store.setState({ keeping: 'keeping', error: undefined });
    try {
      const { schema, revision } = known;
      const value = await client.table.saveDraft({
        schema,
        rows: [...rows],
        ...(options.force ? {} : { revision }),
      });
      const isSame = store.getState().rows === rows;
      store.setState({ table: { state: 'ready', value }, keeping: isSame ? 'kept' : 'edited' });
      return isSame || send({ force: false });
    } catch (thrown) {
      const error = errorOf(thrown, t.doing.keepingTable);
      store.setState({ keeping: isConflict(error) ? 'conflict' : 'failed', error });
      return false;
    }
  };
  const flush = async (options = { force: false }): Promise<boolean> => {
    clearTimeout(timer);
    if (sending !== undefined) return sending;
    const { keeping } = store.getState();
    if (keeping === 'kept') return true;
    if (keeping === 'conflict' && !options.force) return false;
    sending = send(options);
    try {
      return await sending;
    } finally {
      sending = undefined;
    }
  };
  const show = (change: Partial<TableWorkState>): void => {
    const { keeping } = store.getState();
    store.setState({ ...change, keeping: keeping === 'conflict' ? 'conflict' : 'edited' });
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), idleMs);
  };
  return {
    store,
    load,
    refresh: async () => {
      if (store.getState().keeping !== 'kept') return;
      try {
        const value = await client.table.get({ id });
        if (store.getState().keeping !== 'kept') return;
        if (value.revision === view()?.revision) store.setState({ table: { state: 'ready', value } });
        else adopt(value);
      } catch (thrown) {
        store.setState({ error: errorOf(thrown, t.doing.fetchingTable) });
      }
    },
    edit: (name, change) => {
      const { rows, undo } = store.getState();
      const next = change(rows);
      if (next !== rows) show({ rows: next, undo: [...undo, { name, rows }].slice(-mostSteps), redo: [] });
    },
    undo: () => {
      const { rows, undo, redo } = store.getState();
      const step = undo.at(-1);
      if (step !== undefined)
        show({ rows: step.rows, undo: undo.slice(0, -1), redo: [...redo, { name: step.name, rows }] });
    },
    redo: () => {
      const { rows, undo, redo } = store.getState();
      const step = redo.at(-1);
      if (step !== undefined)
        show({ rows: step.rows, undo: [...undo, { name: step.name, rows }], redo: redo.slice(0, -1) });
    },
    flush: () => flush(),
    keepMine: async () => void (await flush({ force: true })),
    takeTheirs: async () => {
      clearTimeout(timer);
      await load();
    },
    ready: async () => ((await flush()) ? view() : undefined),
    publish: async (seen) => {
      if (!(await flush())) return undefined;
      const revision = seen ?? view()?.revision;
      const value = await client.table.publish({ id, ...(revision === undefined ? {} : { revision }) });
      adopt(value);
      return value;
    },
    discard: async () => {
      clearTimeout(timer);
      await sending;
      await client.table.discardDraft({ id });
      await load();
    },
  };
}

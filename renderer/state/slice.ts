/** What all slices share: the state as a whole, and what the store was made with. */
import type { StateCreator } from 'zustand';
import type { CostwireClient } from '../../engine/api/contract.ts';
import { type AppErrorData, toAppError } from '../../engine/model/error.ts';
import type { ConnectionsSlice } from './connections-slice.ts';
import type { DocumentSlice } from './document-slice.ts';
import type { FlowsSlice } from './flows-slice.ts';
import type { HistorySlice } from './history-slice.ts';
import type { RunsSlice } from './runs-slice.ts';
import type { SampleSlice } from './sample-slice.ts';
import type { SessionSlice } from './session-slice.ts';
import type { ViewSlice } from './view-slice.ts';

/** The whole state of a window. */
export interface AppState
  extends SessionSlice,
    FlowsSlice,
    DocumentSlice,
    HistorySlice,
    ViewSlice,
    RunsSlice,
    SampleSlice,
    ConnectionsSlice {}

/** What the store is made with. */
export interface StoreContext {
  client: CostwireClient;
  /** Keeps undo histories and edits that could not be sent; the browser's local storage. */
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

/** Makes one slice of the store. */
export type SliceOf<Slice> = (context: StoreContext) => StateCreator<AppState, [], [], Slice>;

/** A list or thing that is fetched. */
export type Loadable<Value> =
  | { state: 'idle' }
  | { state: 'loading'; value?: Value }
  | { state: 'ready'; value: Value }
  | { state: 'failed'; error: AppErrorData; value?: Value };

/** The newest value of something fetched, also while it is fetched again. */
export const valueIn = <Value>(loadable: Loadable<Value>): Value | undefined =>
  loadable.state === 'idle' ? undefined : loadable.value;

const isErrorData = (value: unknown): value is AppErrorData =>
  typeof value === 'object' && value !== null && 'code' in value && 'message' in value && 'hint' in value;

/** Whatever a call was rejected with, as the error the analyst sees. */
export function errorOf(thrown: unknown, doing: string): AppErrorData {
  if (typeof thrown === 'object' && thrown !== null && 'data' in thrown && isErrorData(thrown.data)) return thrown.data;
  return toAppError(thrown, doing).toJSON();
}

/** The state while something is fetched again: what is known stays on screen. */
export function reloading<Value>(before: Loadable<Value>): Loadable<Value> {
  const value = valueIn(before);
  return value === undefined ? { state: 'loading' } : { state: 'loading', value };
}

/** The state after a fetch failed. */
export function failed<Value>(before: Loadable<Value>, error: AppErrorData): Loadable<Value> {
  const value = valueIn(before);
  return value === undefined ? { state: 'failed', error } : { state: 'failed', error, value };
}

/** The one store of a window, cut in slices. Components read it with {@link useApp}; nothing else holds state of a document. */
import { createContext, useContext } from 'react';
import { createStore, type StoreApi, useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { connectionsSlice } from './connections-slice.ts';
import { documentSlice } from './document-slice.ts';
import { flowsSlice } from './flows-slice.ts';
import { historySlice } from './history-slice.ts';
import { runsSlice } from './runs-slice.ts';
import { sampleSlice } from './sample-slice.ts';
import { sessionSlice } from './session-slice.ts';
import type { AppState, StoreContext } from './slice.ts';
import { viewSlice } from './view-slice.ts';

export type { AppState } from './slice.ts';
export type AppStore = StoreApi<AppState>;

/** Makes a store on a client of the host. */
export function createAppStore(context: StoreContext): AppStore {
  return createStore<AppState>()((...tools) => ({
    ...sessionSlice(context)(...tools),
    ...flowsSlice(context)(...tools),
    ...documentSlice(context)(...tools),
    ...historySlice(context)(...tools),
    ...viewSlice(context)(...tools),
    ...runsSlice(context)(...tools),
    ...sampleSlice(context)(...tools),
    ...connectionsSlice(context)(...tools),
  }));
}

/** Hands the store and the client down the tree. */
export const AppContext = createContext<{ store: AppStore; client: StoreContext['client'] } | undefined>(undefined);

/** The store and client of this window; for event handlers that need the state as it is now. */
export function useAppContext(): { store: AppStore; client: StoreContext['client'] } {
  const context = useContext(AppContext);
  if (context === undefined) throw new TypeError('AppContext is missing above this component.');
  return context;
}

/** A part of the state; the component is drawn again only when that part changes. */
export function useApp<Part>(select: (state: AppState) => Part): Part {
  return useStore(useAppContext().store, select);
}

/** Several parts at once, compared one by one. */
export function useAppParts<Parts extends object>(select: (state: AppState) => Parts): Parts {
  return useStore(useAppContext().store, useShallow(select));
}

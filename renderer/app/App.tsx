/** The app of one window: providers, appearance, the line to the host and what it tells. */
import { MantineProvider } from '@mantine/core';
import '@mantine/core/styles.css';
import { type ReactNode, useEffect, useSyncExternalStore } from 'react';
import type { HostEvent } from '../../engine/api/contract.ts';
import type { HostLink } from '../api/client.ts';
import { AppContext, type AppStore, useApp } from '../state/store.ts';
import './app.css';
import { commandOf, menuCommands } from './commands.ts';
import { navigate } from './router.ts';
import { Shell } from './Shell.tsx';
import { resolveVariables, theme } from './theme.ts';
import './tokens.css';
import './forced-colors.css';

const darkQuery = window.matchMedia('(prefers-color-scheme: dark)');
const contrastQuery = window.matchMedia('(prefers-contrast: more)');

const watchSystem = (listener: () => void): (() => void) => {
  darkQuery.addEventListener('change', listener);
  contrastQuery.addEventListener('change', listener);
  return () => {
    darkQuery.removeEventListener('change', listener);
    contrastQuery.removeEventListener('change', listener);
  };
};
const systemAppearance = (): 'light' | 'dark' | 'contrast' =>
  contrastQuery.matches ? 'contrast' : darkQuery.matches ? 'dark' : 'light';

/** What the host tells while the window is open. */
function hear(event: HostEvent, { store, link }: { store: AppStore; link: HostLink }): void {
  const state = store.getState();
  switch (event.type) {
    case 'practice':
      if (state.host !== undefined) store.setState({ host: { ...state.host, practice: event.practice } });
      return;
    case 'connectionsChanged':
      void state.loadConnections();
      return;
    case 'tablesChanged':
      store.setState({ tablesTurn: state.tablesTurn + 1 });
      void state.checkFlow();
      return;
    case 'runStarted':
    case 'runFinished':
      // A run that ended may have proposed rows.
      store.setState({ tablesTurn: state.tablesTurn + 1 });
      if (state.flowId === undefined) void state.loadFlows();
      return;
    case 'recovering':
      state.recovering(event);
      return;
    case 'recovered':
      state.recovered(event);
      return;
    case 'vaultChanged':
      void state.refreshHost();
      return;
    case 'settingsChanged':
      void state.refreshSettings();
      return;
    case 'command':
      void commandOf(event.command)?.run({ store, client: link.client, navigate });
      return;
    case 'openFile':
      void state.importFlow(event.text).then((id) => {
        if (id !== undefined) navigate(`/flows/${id}`);
      });
      return;
    case 'openLink':
      if (event.path.startsWith('/')) navigate(event.path as `/${string}`);
      return;
  }
}

function useHost(store: AppStore, link: HostLink): void {
  useEffect(() => {
    const drawMenu = (): void => {
      link.client.host
        .menu({ commands: menuCommands(store.getState().settings.shortcuts) })
        // A line that broke draws it again when it is back.
        .catch(() => undefined);
    };
    const follow = (): void => {
      const { state } = link.getState();
      const { setLink, link: before, host, start, saveState, keepDraft, resumeRuns } = store.getState();
      if (state === 'open') {
        setLink('online');
        if (host === undefined) void start();
        drawMenu();
        if (saveState === 'stranded') void keepDraft();
        if (before === 'lost') void resumeRuns();
      } else if (state === 'lost') setLink('lost');
    };
    const end = link.subscribe(follow);
    const endMenu = store.subscribe((state, before) => {
      if (state.settings.shortcuts !== before.settings.shortcuts) drawMenu();
    });
    void store.getState().start();
    const endEvents = link.follow((client, signal) => client.host.events(undefined, { signal }), {
      event: (event) => hear(event, { store, link }),
      gap: () => {
        void store.getState().loadConnections();
        void store.getState().refreshSettings();
      },
    });
    const endFiles = link.follow((client, signal) => client.flow.watch(undefined, { signal }), {
      event: (change) => {
        if (change.kind === 'watching') return;
        if (store.getState().flowId === undefined) void store.getState().loadFlows();
        else void store.getState().fileChanged(change);
      },
      gap: () => {
        if (store.getState().flowId === undefined) void store.getState().loadFlows();
      },
    });
    return () => {
      end();
      endMenu();
      endEvents();
      endFiles();
    };
  }, [store, link]);
}

function Themed({ onRetry }: { onRetry: () => void }): ReactNode {
  const wanted = useApp((state) => state.settings.appearance);
  const system = useSyncExternalStore(watchSystem, systemAppearance);
  const shown = wanted === 'system' ? system : wanted;
  useEffect(() => {
    document.documentElement.dataset.theme = shown;
  }, [shown]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      forceColorScheme={shown === 'light' ? 'light' : 'dark'}
    >
      <Shell onRetry={onRetry} />
    </MantineProvider>
  );
}

/** The app. */
export function App({ store, link }: { store: AppStore; link: HostLink }): ReactNode {
  useHost(store, link);
  const retry = (): void => {
    link.retryNow();
    void store.getState().start();
  };
  return (
    <AppContext value={{ store, client: link.client }}>
      <Themed onRetry={retry} />
    </AppContext>
  );
}

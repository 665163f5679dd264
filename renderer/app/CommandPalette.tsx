/** Ctrl+K: commands and everything the workspace knows, in one list. */
import {
  createSpotlight,
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
} from '@mantine/spotlight';
import '@mantine/spotlight/styles.css';
import { IconSearch } from '@tabler/icons-react';
import Fuse from 'fuse.js';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import type { SearchHit } from '../../engine/api/contract.ts';
import { errorOf } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { type Command, keysOf } from './command.ts';
import { commands } from './commands.ts';
import { navigate, type Path } from './router.ts';
import { isMac, shownShortcut } from './shortcuts.ts';
import { useRunCommand } from './use-commands.ts';

const [paletteStore, palette] = createSpotlight();
const searchDelayMs = 150;
const longestList = 12;

/** Where a hit leads. */
export function pathOf(hit: SearchHit): Path {
  if (hit.kind === 'run' || hit.kind === 'record') return `/runs/${hit.runId ?? ''}`;
  if (hit.kind === 'table' || hit.kind === 'code') return `/tables/${hit.tableId ?? ''}`;
  if (hit.kind === 'connection') return `/connections/${hit.connectionId ?? ''}`;
  return `/flows/${hit.flowId ?? ''}`;
}

/** Hits of the host for what is typed; nothing while the field is empty. */
function useHits(query: string): readonly SearchHit[] {
  const { client, store } = useAppContext();
  const [hits, setHits] = useState<{ query: string; found: readonly SearchHit[] }>({ query: '', found: [] });
  useEffect(() => {
    const text = query.trim();
    if (text === '') return;
    let isStale = false;
    const timer = setTimeout(() => {
      client
        .search({ text, limit: 20 })
        .then((found) => {
          if (!isStale) setHits({ query, found });
        })
        .catch((thrown) => store.getState().complain(errorOf(thrown, t.doing.searching)));
    }, searchDelayMs);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [client, store, query]);
  return query.trim() === '' ? [] : hits.found;
}

function useCommandActions(query: string): SpotlightActionData[] {
  const run = useRunCommand();
  const { store } = useAppContext();
  const opened = useApp((state) => state.paletteOpen);
  const own = useApp((state) => state.settings.shortcuts);
  // What is enabled is judged anew each time the palette opens.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const shown = useMemo(() => {
    const state = store.getState();
    const flowFirst = state.flow === undefined ? 0 : 1;
    const fitting = commands.filter(
      (command) =>
        command.hidden !== true &&
        (command.scope === 'app' || state.flow !== undefined) &&
        command.isEnabled?.(state) !== false,
    );
    const late = (command: Command): number => (command.scope === 'app' ? flowFirst : 0);
    return fitting.toSorted((a, b) => late(a) - late(b));
  }, [store, opened]);
  const fuse = useMemo(() => new Fuse(shown, { keys: ['title', 'id'], threshold: 0.35 }), [shown]);
  const found = query.trim() === '' ? shown : fuse.search(query).map((hit) => hit.item);
  return found.slice(0, longestList).map((command) => {
    const key = keysOf(command, own)[0];
    return {
      id: command.id,
      label: command.title,
      description: t.shortcuts.groups[command.group],
      rightSection: key === undefined ? null : <kbd>{shownShortcut(key, isMac(navigator.userAgent))}</kbd>,
      onClick: () => run(command),
    };
  });
}

/** The palette. */
export function CommandPalette(): ReactNode {
  const { store } = useAppContext();
  const opened = useApp((state) => state.paletteOpen);
  const [query, setQuery] = useState('');
  const hits = useHits(query);
  const actions = useCommandActions(query);
  useEffect(() => {
    if (opened) palette.open();
    else palette.close();
  }, [opened]);
  const groups: SpotlightActionGroupData[] = [...new Set(hits.map((hit) => hit.kind))].map((kind) => ({
    group: t.palette.found[kind],
    actions: hits
      .filter((hit) => hit.kind === kind)
      .map((hit, index) => ({
        id: `${kind}-${index}`,
        label: hit.title,
        description: hit.detail,
        onClick: () => navigate(pathOf(hit)),
      })),
  }));
  return (
    <Spotlight
      store={paletteStore}
      shortcut={null}
      query={query}
      onQueryChange={setQuery}
      actions={[...groups, { group: t.palette.commands, actions }]}
      filter={(_query, all) => all}
      nothingFound={t.palette.nothing}
      scrollable
      maxHeight={440}
      onSpotlightClose={() => store.getState().setView({ paletteOpen: false })}
      searchProps={{
        leftSection: <IconSearch size={18} stroke={1.6} />,
        placeholder: t.palette.placeholder,
        'aria-label': t.palette.placeholder,
      }}
    />
  );
}

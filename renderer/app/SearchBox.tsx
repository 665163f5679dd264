/** The box that opens the palette: every screen has it at the same place. */
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { useShortcut } from './use-shortcut.ts';

/** The box. */
export function SearchBox(): ReactNode {
  const { store } = useAppContext();
  const key = useShortcut('help.palette');
  return (
    <button
      type="button"
      className="search-box"
      title={t.shell.search}
      onClick={() => store.getState().setView({ paletteOpen: true })}
    >
      <IconSearch size={15} aria-hidden="true" />
      <span className="search-box__text">{t.shell.search}</span>
      {key === undefined ? null : <kbd>{key}</kbd>}
    </button>
  );
}

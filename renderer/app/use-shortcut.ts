/** The shortcut of a command as it is shown now: changing it changes every tooltip and menu at once. */
import { useApp } from '../state/store.ts';
import { keysOf } from './command.ts';
import { commandOf } from './commands.ts';
import { isMac, shownShortcut } from './shortcuts.ts';

/** The first shortcut of a command; undefined where it has none. */
export function useShortcut(id: string): string | undefined {
  const key = useApp((state) => {
    const command = commandOf(id);
    return command === undefined ? undefined : keysOf(command, state.settings.shortcuts)[0];
  });
  return key === undefined ? undefined : shownShortcut(key, isMac(navigator.userAgent));
}

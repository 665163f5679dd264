/** Running commands from components and from the keyboard. */
import { useEffect } from 'react';
import { useAppContext } from '../state/store.ts';
import { type Command, keysOf } from './command.ts';
import { commands } from './commands.ts';
import { navigate } from './router.ts';
import { isMac, isPlain, isSingleKey, shortcutOf, takesText } from './shortcuts.ts';

/** Runs a command where it is enabled. */
export function useRunCommand(): (command: Command) => void {
  const { store, client } = useAppContext();
  return (command) => {
    if (command.isEnabled?.(store.getState()) === false) return;
    void command.run({ store, client, navigate });
  };
}

const inDialog = (): boolean => document.querySelector('[role=dialog], [role=menu]') !== null;
const onCanvas = (element: Element | null): boolean =>
  element === document.body || element?.closest('[data-canvas], [data-outline]') !== null;

/** Whether a command's scope covers where the focus is. */
function isInScope(command: Command, flowOpen: boolean, focus: Element | null): boolean {
  if (command.scope === 'app') return true;
  if (!flowOpen) return false;
  return command.scope === 'designer' || onCanvas(focus);
}

/** Tab moves the focus as everywhere; only on the empty canvas it adds a node, so that nobody is trapped. */
const mayTakeTab = (focus: Element | null): boolean =>
  focus === document.body || focus?.matches('.react-flow__pane, .react-flow, [data-canvas]') === true;

/** Listens for shortcuts while it is mounted. */
export function useShortcuts(): void {
  const { store } = useAppContext();
  const run = useRunCommand();
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const state = store.getState();
      const key = shortcutOf(event, isMac(navigator.userAgent));
      const focus = document.activeElement;
      if (isPlain(key) && takesText(focus)) return;
      if (
        key.startsWith('Ctrl') &&
        takesText(focus) &&
        /^Ctrl\+([ACVXZY]|Shift\+Z|Left|Right|Up|Down|Del|Backspace)$/.test(key)
      )
        return;
      if (isSingleKey(key) && !state.settings.singleKeyShortcuts) return;
      if (isPlain(key) && inDialog()) return;
      if (key === 'Tab' && !mayTakeTab(focus)) return;
      if (key === 'Enter' && focus?.matches('button, a, summary, [role=button], [role=treeitem]')) return;
      const command = commands.find(
        (candidate) =>
          keysOf(candidate, state.settings.shortcuts).includes(key) &&
          isInScope(candidate, state.flow !== undefined, focus) &&
          candidate.isEnabled?.(state) !== false,
      );
      if (command === undefined) return;
      event.preventDefault();
      run(command);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [store, run]);
}

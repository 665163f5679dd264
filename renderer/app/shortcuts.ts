/** Shortcuts as text (`Ctrl+Shift+L`, `F9`, `A`), matched against key presses. `Ctrl` means Cmd on macOS. */

/** The parts of a key press that matter. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const names: Readonly<Record<string, string>> = {
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  Escape: 'Esc',
  Delete: 'Del',
  ' ': 'Space',
  '+': 'Plus',
  '-': 'Minus',
};

/** Whether this machine calls the control key Cmd. */
export const isMac = (platform: string): boolean => /mac|darwin/i.test(platform);

/** The shortcut text of a key press. Shift is named only beside other keys or named keys: `?` is what was typed. */
export function shortcutOf(press: KeyPress, mac: boolean): string {
  const named = names[press.key] ?? press.key;
  const letter = /^[a-z]$/i.test(named);
  const key = letter ? named.toUpperCase() : named;
  const command = mac ? press.metaKey : press.ctrlKey;
  const isSymbol = key.length === 1 && !letter && !/\d/.test(key);
  return [
    ...(command ? ['Ctrl'] : []),
    ...(press.altKey ? ['Alt'] : []),
    ...(press.shiftKey && !isSymbol && named !== 'Plus' ? ['Shift'] : []),
    key,
  ].join('+');
}

/** Whether a shortcut is one key without a modifier: such keys never act while text is typed. */
export const isPlain = (shortcut: string): boolean =>
  !shortcut.includes('Ctrl+') && !shortcut.includes('Alt+') && !/^(Shift\+)?F\d+$/.test(shortcut);

/** Whether a shortcut is a letter, digit or symbol alone, which people may switch off. */
export const isSingleKey = (shortcut: string): boolean =>
  isPlain(shortcut) && /^(Shift\+)?(.|Plus|Minus)$/.test(shortcut);

/** How a shortcut is shown. */
export const shownShortcut = (shortcut: string, mac: boolean): string =>
  (mac ? shortcut.replace('Ctrl', '⌘').replace('Shift', '⇧').replace('Alt', '⌥') : shortcut)
    .replace('Plus', '+')
    .replace('Minus', '−')
    .replace(/\b(Left|Right|Up|Down)$/, (arrow) => ({ Left: '←', Right: '→', Up: '↑', Down: '↓' })[arrow] ?? arrow);

/** Whether an element takes text: there the keys belong to it. */
export function takesText(element: Element | null): boolean {
  if (element === null) return false;
  return (
    element.closest(
      'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true], .monaco-editor',
    ) !== null
  );
}

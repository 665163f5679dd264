/** The native menu, drawn from the renderer's one list of commands. */
import type { MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../engine/api/contract.ts';

/** What the menu does by itself. */
export interface MenuActions {
  /** A command of the list was chosen. */
  run: (command: string) => void;
  openWorkspace: () => void;
  showLogs: () => void;
}

type Item = MenuItemConstructorOptions;
const titles = { file: 'File', edit: 'Edit', view: 'View', flow: 'Flow', run: 'Run', help: 'Help' } as const;
const separator: Item = { type: 'separator' };

/** A shortcut of the registry as Electron writes it: `Ctrl+K` is Cmd+K on macOS. */
export const acceleratorOf = (shortcut: string): string =>
  shortcut
    .replace(/^Ctrl\b|\+Ctrl\b/, (found) => found.replace('Ctrl', 'CmdOrCtrl'))
    .replace(/\bDel\b/, 'Delete')
    .replace(/\bEsc\b/, 'Escape');

/** The menu of a list of commands. `platform` and `isPackaged` as Electron names them. */
export function menuTemplate(
  commands: readonly MenuCommand[],
  actions: MenuActions,
  platform: string,
  isPackaged: boolean,
): Item[] {
  const items = (menu: MenuCommand['menu']): Item[] =>
    commands
      .filter((command) => command.menu === menu)
      .map(({ id, title, shortcut, enabled }) => ({
        label: title,
        enabled,
        click: () => actions.run(id),
        // Shown only: the page listens to the keys itself, or each would act twice.
        ...(shortcut === undefined ? {} : { accelerator: acceleratorOf(shortcut), registerAccelerator: false }),
      }));
  const own: Record<MenuCommand['menu'], Item[]> = {
    file: [separator, { label: 'Open workspace…', click: actions.openWorkspace }, separator, { role: 'quit' }],
    edit: [separator, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }],
    view: [separator, { role: 'togglefullscreen' }, ...(isPackaged ? [] : [{ role: 'toggleDevTools' } as const])],
    flow: [],
    run: [],
    help: [separator, { label: 'Show log files', click: actions.showLogs }, { role: 'about' }],
  };
  const names = ['file', 'edit', 'view', 'flow', 'run', 'help'] as const;
  const menus = names.map((name): Item => ({ label: titles[name], submenu: trimmed([...items(name), ...own[name]]) }));
  const filled = menus.filter((menu) => Array.isArray(menu.submenu) && menu.submenu.length > 0);
  return platform === 'darwin' ? [{ role: 'appMenu' }, ...filled] : filled;
}

/** Without separators at the ends. */
function trimmed(items: readonly Item[]): Item[] {
  const first = items.findIndex((item) => item.type !== 'separator');
  const last = items.findLastIndex((item) => item.type !== 'separator');
  return first === -1 ? [] : items.slice(first, last + 1);
}

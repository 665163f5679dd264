/** Commands of the whole app: screens, search, appearance. */
import type { SettingsView } from '../../engine/api/contract.ts';
import type { AppState } from '../state/store.ts';
import { t } from '../strings/index.ts';
import type { Command } from './command.ts';
import { exportFlow, exportTemplate, importFlows } from './files.ts';
import type { Path } from './router.ts';

const screens: readonly [keyof typeof t.screens, Path][] = [
  ['flows', '/flows'],
  ['tables', '/tables'],
  ['connections', '/connections'],
  ['runs', '/runs'],
  ['templates', '/templates'],
  ['settings', '/settings'],
];

/** Whether the workspace takes changes at all. */
const isWritable = (state: AppState): boolean => state.host?.workspace.readOnly !== true;

const appearance = (id: SettingsView['appearance'], title: string): Command => ({
  id: `view.${id}`,
  title,
  group: 'view',
  scope: 'app',
  isEnabled: (state) => state.settings.appearance !== id,
  run: ({ store }) => store.getState().changeSettings({ appearance: id }),
});

/** Commands that are there on every screen. */
export const appCommands: readonly Command[] = [
  {
    id: 'help.palette',
    title: t.commands.palette,
    group: 'help',
    scope: 'app',
    keys: ['Ctrl+K'],
    hidden: true,
    run: ({ store }) => store.getState().setView({ paletteOpen: true }),
  },
  ...screens.map(
    ([screen, path], index): Command => ({
      id: `go.${screen}`,
      title: t.screens[screen],
      group: 'go',
      scope: 'app',
      keys: [`Ctrl+${index + 1}`],
      run: ({ navigate }) => navigate(path),
    }),
  ),
  {
    id: 'file.newFlow',
    title: t.commands.newFlow,
    group: 'file',
    scope: 'app',
    isEnabled: isWritable,
    run: async ({ store, navigate }) => {
      const id = await store.getState().createFlow(t.commands.newFlow);
      if (id !== undefined) navigate(`/flows/${id}`);
    },
  },
  {
    id: 'file.import',
    title: t.imports.commands.importFlows,
    group: 'file',
    scope: 'app',
    keys: ['Ctrl+O'],
    isEnabled: isWritable,
    run: async ({ store, client, navigate }) => {
      const id = await importFlows({ store, client });
      if (id !== undefined) navigate(`/flows/${id}`);
    },
  },
  {
    id: 'file.exportFlow',
    title: t.imports.commands.exportFlow,
    group: 'file',
    scope: 'designer',
    isEnabled: (state) => state.flow !== undefined,
    run: exportFlow,
  },
  {
    id: 'file.exportTemplate',
    title: t.imports.commands.exportTemplate,
    group: 'file',
    scope: 'designer',
    isEnabled: (state) => state.flow !== undefined && state.saveState === 'saved',
    run: exportTemplate,
  },
  appearance('system', t.commands.system),
  appearance('light', t.commands.light),
  appearance('dark', t.commands.dark),
  appearance('contrast', t.commands.contrast),
  {
    id: 'view.hideAmounts',
    title: t.commands.hideAmounts,
    group: 'view',
    scope: 'app',
    keys: ['Ctrl+Shift+H'],
    run: ({ store }) => store.getState().toggleAmounts(),
  },
  {
    id: 'help.shortcuts',
    title: t.commands.shortcuts,
    group: 'help',
    scope: 'app',
    keys: ['?', 'Ctrl+/'],
    run: ({ store }) => store.getState().setView({ shortcutsOpen: true }),
  },
];

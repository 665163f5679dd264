/** The screens of the rail. A screen is loaded when it is first opened; other rooms replace or add a line here. */
import {
  IconHistory,
  IconPlugConnected,
  IconRoute,
  IconSettings,
  IconTable,
  IconTemplate,
  type TablerIcon,
} from '@tabler/icons-react';
import { type ComponentType, lazy } from 'react';
import { t } from '../strings/index.ts';
import type { Path } from './router.ts';

/** A screen. `Content` gets what follows its name in the address: `/flows/f_1` → `f_1`. */
export interface Screen {
  id: keyof typeof t.screens;
  path: Path;
  title: string;
  icon: TablerIcon;
  Content: ComponentType<{ parts: readonly string[] }>;
}

const flows = () => import('./FlowsRoute.tsx');
const Flows = lazy(() => flows().then(({ FlowsRoute }) => ({ default: FlowsRoute })));
// The screen that most windows open on is on its way before the host has answered. A failure shows when it is drawn.
if (/^(#\/?)?$|^#\/flows/.test(window.location.hash)) flows().catch(() => undefined);
const lists = () => import('../lists/ListScreens.tsx');
const Tables = lazy(() => lists().then(({ TablesScreen }) => ({ default: TablesScreen })));
const Connections = lazy(() =>
  import('../connections/ConnectionsScreen.tsx').then(({ ConnectionsScreen }) => ({ default: ConnectionsScreen })),
);
const Runs = lazy(() => lists().then(({ RunsScreen }) => ({ default: RunsScreen })));
const Templates = lazy(() => lists().then(({ TemplatesScreen }) => ({ default: TemplatesScreen })));
const Settings = lazy(() => import('./SettingsScreen.tsx').then(({ SettingsScreen }) => ({ default: SettingsScreen })));

/** The screens in the order of the rail. */
export const screens: readonly Screen[] = [
  { id: 'flows', path: '/flows', title: t.screens.flows, icon: IconRoute, Content: Flows },
  { id: 'tables', path: '/tables', title: t.screens.tables, icon: IconTable, Content: Tables },
  {
    id: 'connections',
    path: '/connections',
    title: t.screens.connections,
    icon: IconPlugConnected,
    Content: Connections,
  },
  { id: 'runs', path: '/runs', title: t.screens.runs, icon: IconHistory, Content: Runs },
  { id: 'templates', path: '/templates', title: t.screens.templates, icon: IconTemplate, Content: Templates },
  { id: 'settings', path: '/settings', title: t.screens.settings, icon: IconSettings, Content: Settings },
];

/** The designer's window: where it stands, and how little its page may do. */
import {
  BrowserWindow,
  type BrowserWindowConstructorOptions,
  type Rectangle,
  screen,
  type WebPreferences,
} from 'electron';
import type Store from 'electron-store';
import { pageOrigin } from './page.ts';
import type { DesktopSettings } from './settings.ts';

/** What a page may do: nothing but what its preload hands it. */
export const webPreferences = (preload: string, devTools: boolean): WebPreferences => ({
  preload,
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
  devTools,
});

const smallest = { width: 1024, height: 640 } as const;

/** Opens the window where it stood last, if a screen still shows that place. */
export function openWindow(
  settings: Store<DesktopSettings>,
  options: { preload: string; devTools: boolean; path?: string },
): BrowserWindow {
  const shape: BrowserWindowConstructorOptions = {
    width: 1440,
    height: 900,
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Costwire',
    backgroundColor: '#1a1b1e',
    webPreferences: webPreferences(options.preload, options.devTools),
    ...visibleBounds(settings.get('bounds')),
  };
  const window = new BrowserWindow(shape);
  if (settings.get('maximised') === true) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    settings.set('maximised', window.isMaximized());
    settings.set('bounds', window.getNormalBounds());
  });
  void window.loadURL(`${pageOrigin}${options.path ?? '/'}`);
  return window;
}

/** Bounds that were kept, unless no screen shows at least a corner of them any more. */
export function visibleBounds(bounds: Rectangle | undefined): Rectangle | undefined {
  if (bounds === undefined) return undefined;
  const shown = screen.getAllDisplays().some(({ workArea: area }) => {
    const across = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
    const down = Math.min(bounds.y + bounds.height, area.y + area.height) - Math.max(bounds.y, area.y);
    return across >= 100 && down >= 100;
  });
  return shown ? bounds : undefined;
}

/** The desktop host put together: workspace, service, window, menu. */
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { app, type BrowserWindow, dialog, Menu, shell } from 'electron';
import type Store from 'electron-store';
import type { MenuCommand } from '../engine/api/contract.ts';
import { type HostOptions, type OpenHost, openHost } from '../engine/api/host.ts';
import type { Connector } from '../engine/model/connector.ts';
import { AppError, toAppError } from '../engine/model/error.ts';
import { desktopFiles } from './files.ts';
import { openEvent } from './links.ts';
import { menuTemplate } from './menu.ts';
import { denyPermissions, fenceContents, isDocumentLink, servePage } from './page.ts';
import { type DesktopSettings, openSettings } from './settings.ts';
import { serveWindows } from './transport.ts';
import { openDesktopVault } from './vault.ts';
import { openWindow } from './window.ts';

/** The running desktop. */
export interface Desktop {
  window: BrowserWindow;
  host: OpenHost;
  /** Opens files and links that the operating system hands over. */
  open(targets: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the desktop; undefined where no workspace could be opened and the user gave up. Valid after the app is ready.
 * @param root folder of the app: its `dist`, `templates` and `package.json`.
 */
export async function openDesktop(root: string, connectors: readonly Connector[]): Promise<Desktop | undefined> {
  const settings = openSettings();
  denyPermissions();
  fenceContents();
  servePage(join(root, 'dist', 'renderer'));
  let draw: (commands: readonly MenuCommand[]) => void = () => undefined;
  let shown: BrowserWindow | undefined;
  const host = await openWorkspaceHost(settings, root, connectors, {
    drawMenu: (commands) => draw(commands),
    files: desktopFiles(() => shown),
  });
  if (host === undefined) return undefined;
  const actions = {
    run: (command: string) => host.service.events.tell({ type: 'command', command }),
    openWorkspace: () => void changeWorkspace(settings),
    showLogs: () => void shell.openPath(join(host.workspace.folder, 'logs')),
  };
  draw = (commands) => {
    const template = menuTemplate(commands, actions, process.platform, app.isPackaged);
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  };
  draw([]);
  const stopServing = serveWindows(host.service);
  const preload = join(root, 'dist', 'electron', 'preload.cjs');
  const window = openWindow(settings, { preload, devTools: !app.isPackaged });
  shown = window;
  watchCrashes(window, host);
  void host.service.start();
  return {
    window,
    host,
    open: (targets) => openAll(targets, host, window),
    async close() {
      stopServing();
      await host.close();
    },
  };
}

/** Opens the workspace that was open last; asks for another one where that is not possible. */
async function openWorkspaceHost(
  settings: Store<DesktopSettings>,
  root: string,
  connectors: readonly Connector[],
  means: Pick<HostOptions, 'drawMenu' | 'files'>,
): Promise<OpenHost | undefined> {
  // Named on the command line of `npm start`; it is not remembered.
  let named = process.env.COSTWIRE_WORKSPACE;
  for (;;) {
    const folder = named ?? settings.get('workspace') ?? join(app.getPath('documents'), 'Costwire');
    try {
      return await openHost({
        kind: 'desktop',
        version: app.getVersion(),
        user: userInfo().username,
        folder,
        templates: join(root, 'templates'),
        connectors,
        openVault: (workspace) => openDesktopVault(workspace.vaultFile),
        ...means,
        openAddress,
      });
    } catch (thrown) {
      const error = toAppError(thrown, `opening the workspace "${folder}"`);
      const chosen = await askForWorkspace(error);
      if (chosen === undefined) return undefined;
      settings.set('workspace', chosen);
      named = undefined;
    }
  }
}

/** Hands a sign-in page to the browser. @throws AppError connection.insecureAddress */
async function openAddress(address: string): Promise<void> {
  if (!isDocumentLink(address))
    throw new AppError('connection.insecureAddress', 'The address of the sign-in page is not encrypted.');
  await shell.openExternal(address);
}

async function askForWorkspace(error: AppError): Promise<string | undefined> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: 'Costwire',
    message: error.message,
    detail: error.hint,
    buttons: ['Choose another folder…', 'Quit'],
    defaultId: 0,
    cancelId: 1,
  });
  return response === 0 ? chooseFolder() : undefined;
}

async function chooseFolder(): Promise<string | undefined> {
  const options = { title: 'Open workspace', properties: ['openDirectory' as const, 'createDirectory' as const] };
  const { filePaths } = await dialog.showOpenDialog(options);
  return filePaths[0];
}

/** A workspace belongs to one process from start to end: another one is opened by starting again. */
async function changeWorkspace(settings: Store<DesktopSettings>): Promise<void> {
  const chosen = await chooseFolder();
  if (chosen === undefined || chosen === settings.get('workspace')) return;
  settings.set('workspace', chosen);
  app.relaunch();
  app.quit();
}

async function openAll(targets: readonly string[], host: OpenHost, window: BrowserWindow): Promise<void> {
  if (window.isMinimized()) window.restore();
  window.focus();
  for (const target of targets) {
    try {
      host.service.events.tell(await openEvent(target));
    } catch (thrown) {
      const error = toAppError(thrown, 'opening a file');
      await dialog.showMessageBox({ type: 'warning', title: 'Costwire', message: error.message, detail: error.hint });
    }
  }
}

/** A page that died is told to the log and offered again; the drafts are in the workspace. */
function watchCrashes(window: BrowserWindow, host: OpenHost): void {
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    host.log.info(`The window's process ended: ${reason}, code ${exitCode}`);
    const message = 'The window of Costwire stopped working. Your drafts are kept.';
    const asked = dialog.showMessageBox({ type: 'error', title: 'Costwire', message, buttons: ['Open again', 'Quit'] });
    void asked.then(({ response }) => (response === 0 ? window.webContents.reload() : app.quit()));
  });
}

/** Entry of the desktop app: one instance, crash files, and the desktop once Electron is ready. */
import { app, crashReporter, dialog } from 'electron';
import { connectors } from '../connectors/index.ts';
import { toAppError } from '../engine/model/error.ts';
import { type Desktop, openDesktop } from './desktop.ts';
import { openable } from './links.ts';
import { declareScheme } from './page.ts';

let desktop: Desktop | undefined;
const waiting: string[] = openable(process.argv);

/** Opens now, or once the desktop is there. */
function open(targets: readonly string[]): void {
  if (desktop === undefined) waiting.push(...targets);
  else void desktop.open(targets);
}

async function start(): Promise<void> {
  await app.whenReady();
  app.setAboutPanelOptions({
    applicationName: 'Costwire',
    applicationVersion: app.getVersion(),
    copyright: 'MIT licence',
  });
  desktop = await openDesktop(app.getAppPath(), connectors);
  if (desktop === undefined) app.quit();
  else if (waiting.length > 0) await desktop.open(waiting.splice(0));
}

/** Ends runs after the records in flight and closes the store before the process goes. */
function closeFirst(event: { preventDefault(): void }): void {
  const closing = desktop;
  if (closing === undefined) return;
  event.preventDefault();
  desktop = undefined;
  const fail = (thrown: unknown) => tellFault(thrown, 'closing the workspace');
  void closing
    .close()
    .catch(fail)
    .finally(() => app.quit());
}

function tellFault(thrown: unknown, doing: string): void {
  const error = toAppError(thrown, doing);
  desktop?.host.log.error(error, doing);
  dialog.showErrorBox('Costwire', `${error.message}\n\n${error.hint}`);
}

if (app.requestSingleInstanceLock()) {
  // Dumps stay on this computer; nobody is told.
  crashReporter.start({ uploadToServer: false });
  app.enableSandbox();
  declareScheme();
  if (app.isPackaged) app.setAsDefaultProtocolClient('costwire');
  app.on('second-instance', (_event, args) => open(openable(args)));
  app.on('open-file', (event, path) => {
    event.preventDefault();
    open([path]);
  });
  app.on('open-url', (event, url) => {
    event.preventDefault();
    open([url]);
  });
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', closeFirst);
  process.on('uncaughtException', (thrown) => tellFault(thrown, 'working in the background'));
  process.on('unhandledRejection', (thrown) => tellFault(thrown, 'working in the background'));
  start().catch((thrown: unknown) => {
    tellFault(thrown, 'starting');
    app.exit(1);
  });
} else {
  app.quit();
}

/** A stand-in for `electron` that drives Chromium, so that the real main process and preload run where its binary is not. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MenuItem, type SchemeHandler, schemes, state } from './state.ts';
import { creation, ipcMain, StandInWindow, windows } from './window.ts';

class StandInApp extends EventEmitter {
  private phase: 'starting' | 'ready' = 'starting';

  get isPackaged(): boolean {
    return state.isPackaged;
  }
  async whenReady(): Promise<void> {
    this.phase = 'ready';
  }
  requestSingleInstanceLock(): boolean {
    return state.hasLock;
  }
  enableSandbox(): void {
    if (this.phase === 'ready') throw new Error('enableSandbox has to be called before the app is ready');
  }
  setAsDefaultProtocolClient(scheme: string): boolean {
    state.protocolClients.push(scheme);
    return true;
  }
  setAboutPanelOptions(): void {}
  getName(): string {
    return 'Costwire';
  }
  getVersion(): string {
    const manifest = JSON.parse(readFileSync(join(state.appPath, 'package.json'), 'utf8')) as { version: string };
    return manifest.version;
  }
  getAppPath(): string {
    return state.appPath;
  }
  getPath(name: string): string {
    return name === 'userData' ? state.userData : state.documents;
  }
  relaunch(): void {
    state.relaunches += 1;
  }
  exit(): void {
    state.quits += 1;
  }
  quit(): void {
    let prevented = false;
    const event = {
      preventDefault: () => {
        prevented = true;
      },
    };
    this.emit('before-quit', event);
    if (prevented) return;
    state.quits += 1;
    this.emit('quit');
  }
}

export const app = new StandInApp();
creation.removeAllListeners('created');
creation.on('created', (contents) => app.emit('web-contents-created', {}, contents));

export { ipcMain, StandInWindow as BrowserWindow };

export const protocol = {
  registerSchemesAsPrivileged: () => undefined,
  handle: (scheme: string, handler: SchemeHandler) => void schemes.set(scheme, handler),
};

type Ask = (contents: unknown, permission: string, answer: (granted: boolean) => void) => void;
type Check = (contents: unknown, permission: string, origin: string) => boolean;

/** Permission handlers as the app set them. */
export const permissions: { ask?: Ask; check?: Check; device?: () => boolean } = {};

export const session = {
  defaultSession: {
    setPermissionRequestHandler: (ask: Ask) => Object.assign(permissions, { ask }),
    setPermissionCheckHandler: (check: Check) => Object.assign(permissions, { check }),
    setDevicePermissionHandler: (device: () => boolean) => Object.assign(permissions, { device }),
  },
};

/** The next answer of a kind, if it is that kind's turn. */
const nextAnswer = (kind: 'number' | 'object') =>
  typeof state.answers[0] === kind ? state.answers.shift() : undefined;

export const dialog = {
  showMessageBox: async ({ message, detail = '' }: { message: string; detail?: string }) => {
    state.shown.push({ kind: 'message', text: `${message} ${detail}`.trim() });
    const answer = nextAnswer('number');
    return { response: typeof answer === 'number' ? answer : 1 };
  },
  showOpenDialog: async (...args: unknown[]) => {
    const { title } = args.at(-1) as { title: string };
    state.shown.push({ kind: 'open', text: title });
    const answer = nextAnswer('object');
    return { filePaths: Array.isArray(answer) ? answer : [] };
  },
  showSaveDialog: async (...args: unknown[]) => {
    const { title, defaultPath } = args.at(-1) as { title: string; defaultPath: string };
    state.shown.push({ kind: 'save', text: `${title} ${defaultPath}` });
    const answer = nextAnswer('object');
    const [filePath = ''] = Array.isArray(answer) ? answer : [];
    return { canceled: filePath === '', filePath };
  },
  showErrorBox: (_title: string, text: string) => void state.shown.push({ kind: 'error', text }),
};

export const Menu = {
  buildFromTemplate: (template: readonly MenuItem[]) => template,
  setApplicationMenu: (menu: readonly MenuItem[]) => Object.assign(state, { menu }),
};

export const shell = {
  openExternal: async (url: string) => void state.opened.push(url),
  openPath: async (path: string) => void state.opened.push(path),
};

const mark = 'sealed by the stand-in:';
export const safeStorage = {
  isAsyncEncryptionAvailable: async () => state.keychain.available,
  getSelectedStorageBackend: () => state.keychain.backend,
  encryptStringAsync: async (text: string) => Buffer.from(mark + [...text].reverse().join('')),
  decryptStringAsync: async (sealed: Buffer) => {
    const text = sealed.toString('utf8');
    if (!text.startsWith(mark)) throw new Error('Error while decrypting the ciphertext');
    return { result: [...text.slice(mark.length)].reverse().join(''), shouldReEncrypt: state.keychain.again };
  },
};

export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] };
export const crashReporter = { start: () => undefined };
export { windows };

export default { app, ipcMain, shell };

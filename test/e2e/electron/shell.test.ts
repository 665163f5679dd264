import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bundles } from '../../../rolldown.config.ts';
import type * as StandIn from '../../support/electron/index.ts';
import { state } from '../../support/electron/state.ts';

const root = join(import.meta.dirname, '..', '..', '..');
let folder: string;
let electron: typeof StandIn;

async function bundle(input: string, file: string, format: 'cjs' | 'esm', external: string[]): Promise<void> {
  const build = await rolldown({ input: join(root, input), platform: 'browser', external, logLevel: 'silent' });
  await build.write({ file, format, codeSplitting: false });
  await build.close();
}

/** The app's folder: the real preload, and a page that is the renderer's client and nothing else. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'costwire-shell-'));
  const app = join(folder, 'app');
  await mkdir(join(app, 'dist', 'renderer', 'assets'), { recursive: true });
  await bundle(bundles.preload.input, join(app, 'dist/electron/preload.cjs'), 'cjs', ['electron']);
  await bundle('test/support/electron/page.ts', join(app, 'dist/renderer/assets/page.js'), 'esm', []);
  const html = '<!doctype html><title>Costwire</title><script type="module" src="/assets/page.js"></script><body>';
  await writeFile(join(app, 'dist/renderer/index.html'), html);
  await writeFile(join(app, 'package.json'), '{"version": "9.8.7"}');
  state.appPath = app;
});
afterAll(async () => {
  await state.browser?.close();
  delete state.browser;
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  const fresh = await mkdtemp(join(folder, 'user-'));
  Object.assign(state, {
    userData: join(fresh, 'data'),
    documents: join(fresh, 'documents'),
    hasLock: true,
    keychain: { available: true, backend: 'gnome_libsecret', again: false },
    answers: [],
    shown: [],
    opened: [],
    menu: [],
    quits: 0,
    relaunches: 0,
  });
  await mkdir(state.userData, { recursive: true });
});
afterEach(stop);

/** Runs the app's entry, as Electron would, and waits for its window. */
async function start(): Promise<StandIn.BrowserWindow> {
  vi.resetModules();
  electron = await import('../../support/electron/index.ts');
  await import('../../../electron/main.ts');
  await vi.waitUntil(() => electron.windows.length > 0, { timeout: 20_000 });
  const [window] = electron.windows;
  if (window === undefined) throw new Error('no window');
  return window;
}

const processEvents = ['uncaughtException', 'unhandledRejection'] as const;
const before = new Map(processEvents.map((name) => [name, process.rawListeners(name)]));

/** Closes windows and the app, waits until its workspace is free, and takes its listeners off this process. */
async function stop(): Promise<void> {
  for (const name of processEvents) {
    for (const listener of process.rawListeners(name)) {
      if (before.get(name)?.includes(listener) !== true) process.off(name, listener as () => void);
    }
  }
  if (electron === undefined || state.quits > 0) return;
  for (const window of [...electron.windows]) await window.close();
  electron.app.quit();
  await vi.waitUntil(() => state.quits > 0, { timeout: 20_000 });
}

const settingsFile = () => join(state.userData, 'desktop.json');
const workspace = () => join(state.documents, 'Costwire');

describe('the desktop', () => {
  it('opens a window whose page may do nothing by itself', async () => {
    const opened = await start();
    const page = await opened.page();
    expect(opened.shape.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
    });
    const found = await page.evaluate(() => ({
      title: document.title,
      globals: ['require', 'process', 'module', 'Buffer', 'ipcRenderer'].filter((name) => name in globalThis),
      bridge: Object.keys(window.costwire ?? {}),
      frozen: Object.isFrozen(window.costwire),
    }));
    expect(found).toEqual({ title: 'Costwire', globals: [], bridge: ['host', 'connect'], frozen: true });
  });

  it('serves the contract over a port: calls, failures and streams', async () => {
    const page = await (await start()).page();
    const answer = await page.evaluate(async () => {
      const { client } = window.link;
      const info = await client.host.info();
      const refused = await client.flow.get({ id: 'none' }).catch((error: { code: string }) => error.code);
      const changes = await client.flow.watch();
      const first = await changes.next();
      const made = await client.flow.create({ name: '請求書 📄' });
      const second = await changes.next();
      await changes.return(undefined);
      return { info, refused, first: first.value, second: second.value, made };
    });
    expect(answer.info).toMatchObject({ host: 'desktop', version: '9.8.7', workspace: { folder: workspace() } });
    expect(answer).toMatchObject({
      refused: 'flow.notFound',
      first: { kind: 'watching' },
      second: { kind: 'added' },
      made: { document: { name: '請求書 📄' } },
    });
  });

  it('fences the page in: no eval, no foreign connection, no navigation, no new window', async () => {
    const opened = await start();
    const page = await opened.page();
    const fetched = page.evaluate(() => fetch('https://evil.example/').then(() => 'done'));
    await expect(fetched).rejects.toThrow('Failed to fetch');
    expect(await page.evaluate(() => window.canEvaluate)).toBe(false);
    const before = page.url();
    await page.evaluate(() => {
      location.href = 'https://evil.example/';
    });
    await page.evaluate(() => void window.open('https://erp.example/bill/1'));
    await page.evaluate(() => void window.open('file:///etc/passwd'));
    await vi.waitUntil(() => state.opened.length > 0);
    expect(state.opened).toEqual(['https://erp.example/bill/1']);
    expect(page.url()).toBe(before);
    await vi.waitUntil(() => page.context().pages().length === 1);
  });

  it('denies every permission but writing the clipboard', async () => {
    await start();
    const asked = ['media', 'geolocation', 'notifications', 'clipboard-read', 'clipboard-sanitized-write'].map(
      (permission) => {
        let granted = false;
        electron.permissions.ask?.({ getURL: () => 'app://costwire/' }, permission, (answer) => {
          granted = answer;
        });
        return granted && electron.permissions.check?.(null, permission, 'app://costwire') === true;
      },
    );
    expect(asked).toEqual([false, false, false, false, true]);
    expect(electron.permissions.check?.(null, 'clipboard-sanitized-write', 'https://evil.example')).toBe(false);
    expect(electron.permissions.device?.()).toBe(false);
  });

  it('gives no port to a foreign or inner frame', async () => {
    await start();
    const { StandInPort } = await import('../../support/electron/window.ts');
    const frames = [
      { parent: null, url: 'https://evil.example/' },
      { parent: null, url: 'app://costwire.evil.example/' },
      { parent: {}, url: 'app://costwire/' },
      null,
    ];
    for (const senderFrame of frames) {
      const port = new StandInPort(async () => undefined);
      const closed = vi.fn();
      port.on('close', closed);
      electron.ipcMain.emit('costwire:connect', { ports: [port], senderFrame }, null);
      expect(closed).toHaveBeenCalledOnce();
    }
  });

  it('keeps secrets in the keychain, and asks for a passphrase where there is none', async () => {
    const save = () =>
      window.link.client.connection.save({
        name: 'Procore',
        connector: 'procore',
        environment: 'sandbox',
        fields: { companyId: '42', clientId: 'desk' },
        secrets: { clientSecret: 'S3NTINEL' },
      });
    const page = await (await start()).page();
    expect(await page.evaluate(async () => (await window.link.client.host.info()).vault)).toEqual({
      keptBy: "the desktop's keyring",
    });
    await page.evaluate(save).catch(() => undefined);
    const vault = await vi.waitUntil(() => readFile(join(workspace(), 'vault.json'), 'utf8').catch(() => undefined));
    expect(JSON.parse(vault)).toMatchObject({ key: { provider: 'keychain' } });
    expect(vault).not.toContain('S3NTINEL');
    await stop();
    state.keychain.backend = 'basic_text';
    state.documents = join(state.documents, 'other');
    state.quits = 0;
    const locked = await (await start()).page();
    expect((await locked.evaluate(() => window.link.client.host.info())).vault).toEqual({
      keptBy: 'a passphrase',
      lock: 'new',
    });
    const refused = await locked.evaluate(save).catch((error: Error) => error.message);
    expect(refused).toContain('locked by a passphrase');
    const unlocked = await locked.evaluate(async () => {
      const { host } = window.link.client;
      const short = await host.unlockVault({ passphrase: 'short' }).catch((error: { code: string }) => error.code);
      await host.unlockVault({ passphrase: 'correct horse battery' });
      return { short, vault: (await host.info()).vault };
    });
    expect(unlocked).toEqual({ short: 'vault.locked', vault: { keptBy: 'a passphrase', lock: 'open' } });
    await locked.evaluate(save).catch(() => undefined);
    const sealed = await vi.waitUntil(() => readFile(join(workspace(), 'vault.json'), 'utf8').catch(() => undefined));
    expect(JSON.parse(sealed)).toMatchObject({ key: { provider: 'passphrase' } });
    expect(sealed).not.toContain('S3NTINEL');
    expect(sealed).not.toContain('practice-');
  });

  it('draws the native menu from the list of commands and sends back what is chosen', async () => {
    const page = await (await start()).page();
    const chosen = page.evaluate(async () => {
      const { client } = window.link;
      const events = await client.host.events();
      const commands = [
        { id: 'flow.new', title: 'New flow', menu: 'file' as const, shortcut: 'Ctrl+N', enabled: true },
        { id: 'run.dry', title: 'Dry run', menu: 'run' as const, shortcut: 'F9', enabled: false },
      ];
      await client.host.menu({ commands });
      for await (const event of events) if (event.type === 'command') return event.command;
      return undefined;
    });
    const itemOf = (label: string) =>
      state.menu.flatMap((menu) => menu.submenu ?? []).find((item) => item.label === label);
    const item = await vi.waitUntil(() => itemOf('New flow'));
    expect(item).toMatchObject({ accelerator: 'CmdOrCtrl+N', registerAccelerator: false, enabled: true });
    expect(itemOf('Dry run')).toMatchObject({ accelerator: 'F9', enabled: false });
    item.click?.();
    expect(await chosen).toBe('flow.new');
  });

  it('remembers where its window stood, and the flow that was made', async () => {
    const first = await start();
    const page = await first.page();
    await page.evaluate(() => window.link.client.flow.create({ name: 'Kept' }));
    first.shape.x = 120;
    first.shape.y = 80;
    await stop();
    expect(JSON.parse(await readFile(settingsFile(), 'utf8'))).toMatchObject({ bounds: { x: 120, y: 80 } });
    state.quits = 0;
    const second = await start();
    expect(second.shape).toMatchObject({ x: 120, y: 80 });
    const again = await second.page();
    const flows = await again.evaluate(async () => (await window.link.client.flow.list()).flows);
    expect(flows.map((flow) => flow.name)).toContain('Kept');
  });

  it('opens files and links that the system hands over, also before the page listens', async () => {
    const file = join(state.documents, 'Bills.flow.json');
    await mkdir(state.documents, { recursive: true });
    await writeFile(file, '{"format":"costwire/flow"}');
    const opened = await start();
    electron.app.emit('second-instance', {}, ['costwire', file, 'costwire://flows/f_1', '--flag']);
    const page = await opened.page();
    const events = await page.evaluate(async () => {
      const told = [];
      for await (const event of await window.link.client.host.events()) {
        if (event.type !== 'openFile' && event.type !== 'openLink') continue;
        told.push(event);
        if (told.length === 2) break;
      }
      return told;
    });
    expect(events).toEqual([
      { type: 'openFile', fileName: 'Bills.flow.json', text: '{"format":"costwire/flow"}' },
      { type: 'openLink', path: '/flows/f_1' },
    ]);
  });

  it('leaves to the first instance what a second one was asked', async () => {
    state.hasLock = false;
    vi.resetModules();
    electron = await import('../../support/electron/index.ts');
    await import('../../../electron/main.ts');
    expect([state.quits, electron.windows.length]).toEqual([1, 0]);
  });

  it('asks for files in its own dialogs, and shows the page names and contents only', async () => {
    const page = await (await start()).page();
    await mkdir(state.documents, { recursive: true });
    const [good, lost] = [join(state.documents, 'Bills.flow.json'), join(state.documents, 'gone.flow.json')];
    await writeFile(good, '{"a": "é"}');
    state.answers = [[good, lost], [join(state.documents, 'kept.csv')], []];
    const answer = await page.evaluate(async () => {
      const { host } = window.link.client;
      const keep = (fileName: string) => host.keepFile({ kind: 'tables', fileName, content: btoa('a,b') });
      const chosen = await host.chooseFiles({ kind: 'flows' });
      return {
        chosen,
        kept: await keep('../../etc/Cost codes.csv'),
        givenUp: await keep('x.csv'),
        has: (await host.info()).hasFileDialogs,
      };
    });
    expect(answer.chosen[0]).toEqual({
      fileName: 'Bills.flow.json',
      content: Buffer.from('{"a": "é"}').toString('base64'),
    });
    expect(answer.chosen[1]).toMatchObject({ fileName: 'gone.flow.json', error: { message: expect.any(String) } });
    expect(answer).toMatchObject({ kept: { keptAs: 'kept.csv' }, givenUp: { keptAs: null }, has: true });
    expect(await readFile(join(state.documents, 'kept.csv'), 'utf8')).toBe('a,b');
    // A page proposes a name, never a place.
    expect(state.shown.find(({ kind }) => kind === 'save')?.text).toBe(
      `Export the mapping table ${join(state.documents, 'etc-cost-codes.csv')}`,
    );
  });

  it('asks for another folder where the workspace cannot be opened', async () => {
    await mkdir(state.documents, { recursive: true });
    await writeFile(workspace(), 'a file, not a folder');
    const other = join(state.documents, 'Other');
    state.answers = [0, [other]];
    const page = await (await start()).page();
    expect(state.shown[0]?.text).toContain('is a file, not a folder');
    const info = await page.evaluate(() => window.link.client.host.info());
    expect(info.workspace.folder).toBe(other);
  });
});

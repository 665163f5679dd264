/** BrowserWindow and WebContents over a page of real Chromium. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import {
  type BrowserContext,
  type CDPSession,
  chromium,
  type Page,
  type Request as PlaywrightRequest,
  type Route,
} from 'playwright-core';
import { chromiumPath } from '../../../scripts/chromium.ts';
import { bindingName, mainWorldScript, preloadScript, worldName } from './bridge.ts';
import { fromHttp, schemes, state, toHttp } from './state.ts';

/** Messages of the renderer to the main process. */
export const ipcMain = new EventEmitter();

/** The main process's end of a port. */
export class StandInPort extends EventEmitter {
  private readonly deliver: (data: string) => Promise<void>;
  private readonly waiting: string[] = [];
  private phase: 'waiting' | 'started' | 'closed' = 'waiting';

  constructor(deliver: (data: string) => Promise<void>) {
    super();
    this.deliver = deliver;
  }

  postMessage(data: unknown): void {
    if (typeof data !== 'string') throw new TypeError('only text crosses this port');
    void this.deliver(data);
  }

  start(): void {
    this.phase = 'started';
    for (const data of this.waiting.splice(0)) this.emit('message', { data });
  }

  receive(data: string): void {
    if (this.phase === 'started') this.emit('message', { data });
    else this.waiting.push(data);
  }

  close(): void {
    if (this.phase === 'closed') return;
    this.phase = 'closed';
    this.emit('close');
  }
}

type OpenHandler = (details: { url: string }) => { action: string };

class StandInContents extends EventEmitter {
  readonly ports = new Map<number, StandInPort>();
  openHandler: OpenHandler = () => ({ action: 'allow' });
  page: Page | undefined;
  private readonly window: StandInWindow;

  constructor(window: StandInWindow) {
    super();
    this.window = window;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  getURL(): string {
    return fromHttp(this.page?.url() ?? '');
  }

  reload(): void {
    void this.window.loadURL(this.getURL());
  }
}

interface Shape {
  webPreferences: Record<string, unknown> & { preload: string };
  width: number;
  height: number;
  x?: number;
  y?: number;
}

/** All windows of the process, the newest last. */
export const windows: StandInWindow[] = [];
/** Set by the app: told of every new page. */
export const creation = new EventEmitter();

/** A window. */
export class StandInWindow extends EventEmitter {
  readonly shape: Shape;
  readonly webContents: StandInContents;
  private maximised = false;
  private context: BrowserContext | undefined;
  private loading: Promise<unknown> = Promise.resolve();

  constructor(shape: Shape) {
    super();
    this.shape = shape;
    this.webContents = new StandInContents(this);
    windows.push(this);
    creation.emit('created', this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    this.loading = this.load(url);
    await this.loading;
  }

  /** The page, once it has loaded. */
  async page(): Promise<Page> {
    await this.loading;
    const { page } = this.webContents;
    if (page === undefined) throw new Error('the window has loaded nothing');
    return page;
  }

  maximize(): void {
    this.maximised = true;
  }
  isMaximized(): boolean {
    return this.maximised;
  }
  isMinimized(): boolean {
    return false;
  }
  restore(): void {}
  focus(): void {}
  show(): void {}
  getNormalBounds() {
    const { x = 0, y = 0, width, height } = this.shape;
    return { x, y, width, height };
  }

  async close(): Promise<void> {
    this.emit('close', {});
    for (const port of this.webContents.ports.values()) port.close();
    await this.context?.close();
    windows.splice(windows.indexOf(this), 1);
    this.emit('closed');
  }

  private async load(url: string): Promise<void> {
    if (this.webContents.page === undefined) await this.openPage();
    await this.webContents.page?.goto(toHttp(url));
    this.emit('ready-to-show');
  }

  private async openPage(): Promise<void> {
    state.browser ??= await chromium.launch({
      executablePath: chromiumPath(process.env),
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
    const { width, height } = this.shape;
    this.context = await state.browser.newContext({ viewport: { width, height } });
    await this.context.route('**/*', (route) => this.answer(route));
    const page = await this.context.newPage();
    this.webContents.page = page;
    // The app opens no second window: what Chromium opened for a moment goes at once.
    this.context.on('page', (other) => void other.close());
    const session = await this.context.newCDPSession(page);
    await connectPreload(session, this.webContents, readFileSync(this.shape.webPreferences.preload, 'utf8'));
  }

  /** Serves the app's scheme, and asks the app about every navigation and new window. */
  private async answer(route: Route): Promise<void> {
    const request = route.request();
    const url = fromHttp(request.url());
    const { page } = this.webContents;
    if (request.isNavigationRequest()) {
      if (page !== undefined && pageOf(request) !== page) {
        this.webContents.openHandler({ url });
        await route.abort();
        return;
      }
      let prevented = false;
      const event = {
        url,
        preventDefault: () => {
          prevented = true;
        },
      };
      if (page?.url() !== 'about:blank') this.webContents.emit('will-navigate', event);
      // An answer without content leaves the page where it is; an aborted one would show Chromium's error page.
      if (prevented) return route.fulfill({ status: 204 });
    }
    const handler = schemes.get(new URL(url).protocol.replace(':', ''));
    if (handler === undefined) return route.abort();
    const answer = await handler(new Request(url, { method: request.method() }));
    const headers = Object.fromEntries(answer.headers);
    await route.fulfill({ status: answer.status, headers, body: Buffer.from(await answer.arrayBuffer()) });
  }
}

/** The page of a navigation; undefined for a new window, whose page is not there yet. */
function pageOf(request: PlaywrightRequest): Page | undefined {
  try {
    return request.frame().page();
  } catch {
    // Playwright refuses to name the frame of a window that is about to open.
    return undefined;
  }
}

interface PostMessage {
  type: 'post';
  channel: string;
  message: unknown;
  ports: number[];
  url: string;
}
interface PortMessage {
  type: 'port';
  id: number;
  data: string;
}

async function connectPreload(session: CDPSession, contents: StandInContents, source: string): Promise<void> {
  let world: number | undefined;
  session.on('Runtime.executionContextCreated', ({ context }) => {
    if (context.name !== worldName) return;
    world = context.id;
    // A page that was loaded anew has new ports.
    for (const port of contents.ports.values()) port.close();
    contents.ports.clear();
  });
  const deliver = async (id: number, data: string) => {
    const expression = `costwireStandInDeliver(${id}, ${JSON.stringify(data)})`;
    if (world !== undefined && contents.page?.isClosed() === false) {
      await session.send('Runtime.evaluate', { expression, contextId: world }).catch(() => undefined);
    }
  };
  session.on('Runtime.bindingCalled', ({ name, payload }) => {
    if (name !== bindingName) return;
    const message = JSON.parse(payload) as PostMessage | PortMessage;
    if (message.type === 'port') {
      contents.ports.get(message.id)?.receive(message.data);
      return;
    }
    const ports = message.ports.map((id) => {
      const port = new StandInPort((data) => deliver(id, data));
      contents.ports.set(id, port);
      return port;
    });
    const senderFrame = { parent: null, url: fromHttp(message.url) };
    ipcMain.emit(message.channel, { ports, senderFrame, sender: contents }, message.message);
  });
  await session.send('Runtime.enable');
  await session.send('Page.enable');
  await session.send('Runtime.addBinding', { name: bindingName, executionContextName: worldName });
  await session.send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorldScript });
  await session.send('Page.addScriptToEvaluateOnNewDocument', { source: preloadScript(source), worldName });
}

/** The way from `npm start` to the first paint: a fresh process, a fresh browser profile. Renderer and host are built before. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { openWindow, startBrowser } from '../support/browser.ts';
import { root } from '../support/imports.ts';

/** Milliseconds from the start of the process to the printed address, and from the navigation to what is seen. */
export interface ColdStart {
  serverMs: number;
  paintMs: number;
}

/** Two cold starts: into a workspace that is made by it, and into a flow of that workspace. */
export interface ColdStarts {
  /** Until anything is painted, as the browser counts it. */
  list: ColdStart;
  /** Until the steps of the flow stand on the canvas. */
  designer: ColdStart;
  /** Script that the page has loaded when the flow stands on the canvas, gzipped, in bytes. Monaco comes later. */
  scriptBytes: number;
}

interface Started {
  address: string;
  serverMs: number;
  stop(): Promise<void>;
}

/** Starts as `npm start` does. @throws Error where the process ends before it serves */
async function start(workspace: string): Promise<Started> {
  const began = performance.now();
  const args = ['scripts/bootstrap.mjs', 'headless/start.ts', '--no-open', '--workspace', workspace];
  const child: ChildProcess = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  if (child.stdout === null) throw new TypeError('The output is piped.');
  const first = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const serverMs = performance.now() - began;
  if (first.done === true) throw new Error('The server ended before it printed its address.');
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await ended;
  };
  return { address: first.value, serverMs, stop };
}

/** Milliseconds from the navigation to the frame in which an element is there. */
const appeared = async (page: Page, selector: string): Promise<number> => {
  const at = await page.waitForFunction(
    (wanted) => (document.querySelector(wanted) === null ? false : performance.now()),
    selector,
    { polling: 'raf' },
  );
  return Number(await at.jsonValue());
};

async function loadedScript(page: Page): Promise<number> {
  const names = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  const scripts = names.filter((name) => new URL(name).pathname.endsWith('.js'));
  const sizes = scripts.map(async (name) => {
    const file = join(root, 'dist/renderer/assets', basename(new URL(name).pathname));
    return gzipSync(await readFile(file)).length;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Opens the address of a new workspace; answers with the address of its first flow, which the practice company makes. */
async function openList(browser: Browser, workspace: string): Promise<{ list: ColdStart; flow: string }> {
  const { address, serverMs, stop } = await start(workspace);
  try {
    const { page, close } = await openWindow(browser, address);
    await page.locator('h1').waitFor();
    const paintMs = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    );
    const link = page.locator('a[href^="#/flows/"]').first();
    const flow = (await link.getAttribute('href')) ?? '';
    await close();
    return { list: { serverMs, paintMs }, flow };
  } finally {
    await stop();
  }
}

/** Measures both. The browser belongs to the user and runs already when an address is opened. */
export async function coldStarts(): Promise<ColdStarts> {
  const workspace = await mkdtemp(join(tmpdir(), 'costwire-cold-'));
  const browser = await startBrowser();
  try {
    const { list, flow } = await openList(browser, workspace);
    const { address, serverMs, stop } = await start(workspace);
    try {
      const { page } = await openWindow(browser, `${address}${flow}`);
      const paintMs = await appeared(page, '.react-flow__node-step');
      return { list, designer: { serverMs, paintMs }, scriptBytes: await loadedScript(page) };
    } finally {
      await stop();
    }
  } finally {
    await browser.close();
    await rm(workspace, { recursive: true, force: true });
  }
}

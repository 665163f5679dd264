/** The way from `npm start` to the first paint: a fresh process, a fresh workspace, a fresh browser. The renderer is built before. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openWindow, startBrowser } from '../support/browser.ts';
import { root } from '../support/imports.ts';

/** Milliseconds of one cold start. */
export interface ColdStart {
  /** From the start of the process to the printed address. */
  serverMs: number;
  /** From the navigation of a fresh profile to the first contentful paint, as the browser counts it. */
  paintMs: number;
}

/** Starts as `npm start` does and opens the address once. @throws Error where the process ends before it serves */
export async function coldStart(): Promise<ColdStart> {
  const workspace = await mkdtemp(join(tmpdir(), 'costwire-cold-'));
  // The browser belongs to the user and runs already when an address is opened.
  const browser = await startBrowser();
  const began = performance.now();
  const args = ['scripts/bootstrap.mjs', 'headless/start.ts', '--no-open', '--workspace', workspace];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await lines.next();
    const serverMs = performance.now() - began;
    if (first.done === true) throw new Error('The server ended before it printed its address.');
    const { page } = await openWindow(browser, first.value);
    await page.locator('h1').waitFor();
    const paintMs = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    );
    return { serverMs, paintMs };
  } finally {
    child.kill('SIGINT');
    await ended;
    await browser.close();
    await rm(workspace, { recursive: true, force: true });
  }
}

/** What stories of the practice company start with: its workspace served as a newcomer gets it, and one window that is listened to. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type ServedWorkspace, serveWorkspace } from '../../../headless/serve.ts';
import { openWindow, startBrowser, type Window } from '../../support/browser.ts';
import { root } from '../../support/imports.ts';

/** The stage of such stories; its parts are there from `beforeAll` (host) and `beforeEach` (page) on. */
export interface PracticeStage {
  readonly served: ServedWorkspace;
  readonly page: Page;
}

/**
 * Sets the stage for the tests of a file. Each test fails when the console of its window complained.
 * @param prepare done once the practice company runs, before the browser starts.
 */
export function practiceStage(prepare?: (served: ServedWorkspace) => Promise<void>): PracticeStage {
  let folder = '';
  let served: ServedWorkspace | undefined;
  let browser: Browser | undefined;
  let opened: Window | undefined;
  const there = <Part>(part: Part | undefined): Part => {
    if (part === undefined) throw new TypeError('The stage is set in beforeAll and beforeEach.');
    return part;
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'costwire-stories-'));
    served = await serveWorkspace({ workspace: folder, root, practice: true });
    await served.ready;
    await prepare?.(served);
    browser = await startBrowser();
  });
  beforeEach(async () => {
    opened = await openWindow(there(browser), there(served).openingAddress());
    opened.page.setDefaultTimeout(30_000);
  });
  afterEach(async () => {
    const complaints = opened?.complaints;
    await opened?.close();
    opened = undefined;
    expect(complaints).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    get served() {
      return there(served);
    },
    get page() {
      return there(opened).page;
    },
  };
}

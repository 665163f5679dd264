/** What every story starts with: a served designer, a browser, and windows that are closed and listened to. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Connector } from '../../../engine/model/connector.ts';
import { openWindow, startBrowser, type Window } from '../../support/browser.ts';
import { type ServedDesigner, startDesigner } from '../../support/designer.ts';

/** The stage of a story. */
export interface Stage {
  readonly designer: ServedDesigner;
  /** Opens a window at a place inside the app. */
  open(path: string, options?: Parameters<typeof openWindow>[2]): Promise<Window>;
  /** Complaints of the console that the test expects, such as those of a host that was stopped. */
  forgive(pattern: RegExp): void;
}

/**
 * Sets the stage for the tests of a file. Each test fails when the console of a window complained.
 * @param connectors real ones, where the designer's toys do not do.
 */
export function stage(connectors: readonly Connector[] = []): Stage {
  let designer: ServedDesigner | undefined;
  let browser: Browser | undefined;
  let windows: Window[] = [];
  let forgiven: RegExp[] = [];
  beforeAll(async () => {
    designer = await startDesigner(connectors);
    browser = await startBrowser();
  });
  afterEach(async () => {
    const complaints = windows.flatMap((window) => window.complaints);
    await Promise.all(windows.map((window) => window.close()));
    windows = [];
    const expected = forgiven;
    forgiven = [];
    expect(complaints.filter((text) => !expected.some((pattern) => pattern.test(text)))).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await designer?.close();
  });
  return {
    get designer() {
      if (designer === undefined) throw new TypeError('The stage is set in beforeAll.');
      return designer;
    },
    open: async (path, options) => {
      if (designer === undefined || browser === undefined) throw new TypeError('The stage is set in beforeAll.');
      const window = await openWindow(browser, designer.openingAddress(), options);
      windows.push(window);
      await window.page.goto(`${designer.address}/#${path}`);
      return window;
    },
    forgive: (pattern) => void forgiven.push(pattern),
  };
}

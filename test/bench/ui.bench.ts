/** The designer's speed in a real browser: first paint of list and flow from a cold `npm start`, size of scripts, opening and dragging 500 nodes, panning 2,000. */
import { spawnSync } from 'node:child_process';
import type { Page } from 'playwright-core';
import { openWindow, startBrowser } from '../support/browser.ts';
import { bindPractice, largeFlow, startDesigner } from '../support/designer.ts';
import { root } from '../support/imports.ts';
import { coldStarts } from './cold-start.ts';
import { keepLongRun, openLongList } from './long-list.ts';
import { taskTimes, watched } from './watched.ts';

export const name = 'ui';

const round = (value: number): number => Math.round(value * 10) / 10;

async function opened(page: Page, address: string, id: string): Promise<number> {
  const before = performance.now();
  await page.goto(`${address}/#/flows/${id}`);
  await page.locator('.react-flow__node-step').first().waitFor();
  return performance.now() - before;
}

async function drag(page: Page): Promise<void> {
  const box = await page.locator('.react-flow__node-step').first().boundingBox();
  if (box === null) return;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 1; step <= 60; step += 1) await page.mouse.move(x + step * 3, y + step * 2);
  await page.mouse.up();
  // What follows counts too: the step to undo, the draft, the check.
  await page.waitForTimeout(1500);
}

async function pan(page: Page): Promise<void> {
  const box = await page.locator('[data-canvas]').boundingBox();
  if (box === null) return;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (let step = 0; step < 90; step += 1) await page.mouse.wheel(step % 2 === 0 ? 24 : 12, 8);
}

/** Runs the measurements. Milliseconds unless the name says otherwise; budgets are in the product's goals. */
export async function run(): Promise<Record<string, unknown>> {
  const built = spawnSync(process.execPath, ['scripts/build.ts', 'renderer', 'headless'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (built.status !== 0) throw new Error('The designer could not be built.');
  const { list, designer: cold, scriptBytes } = await coldStarts();
  const designer = await startDesigner();
  const browser = await startBrowser();
  try {
    for (const count of [500, 2000]) {
      await designer.client.flow.create({ name: `${count} nodes`, document: largeFlow(count) });
      await bindPractice(designer.client, `f_large_${count}`);
    }
    const window = await openWindow(browser, designer.openingAddress());
    const { page } = window;
    await page.locator('h1').waitFor();
    const open500 = await opened(page, designer.address, 'f_large_500');
    await page.keyboard.press('0');
    const dragging = await watched(page, () => drag(page));
    const dragTasks = await taskTimes(browser, page, () => drag(page));
    await opened(page, designer.address, 'f_large_2000');
    await page.keyboard.press('0');
    const panning = await watched(page, () => pan(page));
    await keepLongRun(designer, 'r_long');
    const listing = await watched(page, () => openLongList(page, designer.address, 'r_long'));
    return {
      coldServerMs: round(list.serverMs),
      firstPaintMs: round(list.paintMs),
      coldFirstPaintMs: round(list.serverMs + list.paintMs),
      coldDesignerServerMs: round(cold.serverMs),
      designerPaintMs: round(cold.paintMs),
      coldDesignerPaintMs: round(cold.serverMs + cold.paintMs),
      scriptKilobytesGzipped: round(scriptBytes / 1000),
      open500NodesMs: round(open500),
      drag500FrameMedianMs: round(dragging.frameMs),
      drag500LongestTaskMs: round(Math.max(0, ...dragging.longTasks)),
      drag500LongTasks: dragging.longTasks.length,
      drag500LongestTaskProcessorMs: round(Math.max(0, ...dragTasks)),
      pan2000FramesPerSecond: round(panning.framesPerSecond),
      records100000FirstRowsMs: round(listing.result.firstRowsMs),
      records100000WholeMs: round(listing.result.wholeMs),
      records100000LongestTaskMs: round(Math.max(0, ...listing.longTasks)),
    };
  } finally {
    await browser.close();
    await designer.close();
  }
}

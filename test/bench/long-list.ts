/** A run of very many records in the browser: until its first rows stand, until all are there, and how long the window is held up. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openDatabase } from '../../engine/store/database.ts';
import { databaseFileName } from '../../engine/store/index.ts';
import { billsFlow, type ServedDesigner } from '../support/designer.ts';
import { manyRecords } from '../support/many-records.ts';
import { keepRun, runOf } from '../support/runs.ts';
import { noCounts } from '../support/service.ts';

const count = 100_000;

/** Milliseconds. */
export interface LongList {
  firstRowsMs: number;
  wholeMs: number;
}

/** Keeps a run of 100,000 records. */
export async function keepLongRun({ test: { store } }: ServedDesigner, runId: string): Promise<void> {
  const document = billsFlow();
  const counts = { ...noCounts, failed: 100, held: 1000, posted: count - 1100, total: count };
  await keepRun(store, { run: runOf(document, { id: runId, status: 'partlySucceeded', counts }), document });
  const database = openDatabase(join(store.folder, databaseFileName));
  manyRecords(database, runId, count);
  database.close();
}

/** Opens the run; scrolls through what is there while the rest is fetched. */
export async function openLongList(page: Page, address: string, runId: string): Promise<LongList> {
  const began = performance.now();
  await page.goto(`${address}/#/runs/${runId}`);
  await page.locator('[role=grid] [data-row="0"]').waitFor();
  const firstRowsMs = performance.now() - began;
  await page.locator('[role=grid]').hover();
  const whole = page.locator('.grid__foot').getByText('100,000 rows');
  while (!(await whole.isVisible())) await page.mouse.wheel(0, 700);
  return { firstRowsMs, wholeMs: performance.now() - began };
}

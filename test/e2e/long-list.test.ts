/** The records of a run that are far more than a window holds: there at once, whole a moment later, exact to the cent. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../../engine/store/database.ts';
import { databaseFileName } from '../../engine/store/index.ts';
import { billsFlow } from '../support/designer.ts';
import { manyRecords } from '../support/many-records.ts';
import { keepRun, runOf } from '../support/runs.ts';
import { noCounts } from '../support/service.ts';
import { stage } from './support/story.ts';

const on = stage();
const count = 20_000;

beforeAll(async () => {
  const { store } = on.designer.test;
  const document = billsFlow();
  const counts = { ...noCounts, failed: 20, held: 200, posted: count - 220, total: count };
  await keepRun(store, { run: runOf(document, { id: 'r_many', status: 'partlySucceeded', counts }), document });
  const database = openDatabase(join(store.folder, databaseFileName));
  manyRecords(database, 'r_many', count);
  database.close();
});

const grid = (page: Page) => page.getByRole('grid', { name: 'Records of the run' });
const row = (page: Page, index: number) => grid(page).locator(`[data-row="${index}"]`);

it('lists 20,000 records, what needs a person first, and adds them up', async () => {
  const { page } = await on.open('/runs/r_many');
  await row(page, 0).getByText('INV-19001').waitFor();
  expect(await row(page, 20).innerText()).toContain('INV-20000');
  await page.locator('.grid__foot').getByText('20,000 rows').waitFor();
  await grid(page).focus();
  await page.keyboard.press('Control+End');
  await row(page, count - 1)
    .getByText('INV-2', { exact: true })
    .waitFor();
  await page.keyboard.press('Control+Home');
  const titles = await grid(page).getByRole('columnheader').allInnerTexts();
  const amount = titles.findIndex((title) => title.trim() === 'Amount');
  for (let column = 0; column < amount; column += 1) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Control+Space');
  await page.locator('.grid__chosen').getByText('200,012,000.00').waitFor();
});

it('sorts and filters all of them', async () => {
  const { page } = await on.open('/runs/r_many');
  await page.locator('.grid__foot').getByText('20,000 rows').waitFor();
  await page.getByRole('button', { name: 'Amount', exact: true }).click();
  await row(page, 0).getByText('INV-1', { exact: true }).waitFor();
  await page.getByRole('textbox', { name: 'Find in this list' }).fill('INV-1999');
  await page.locator('.grid__foot').getByText('11 of 20,000').waitFor();
});

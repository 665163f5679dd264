/** The grid as an analyst who lives in a spreadsheet uses it: on the list of runs. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunSummary } from '../../engine/model/run.ts';
import { seriousFaults } from '../support/axe.ts';
import { billsFlow } from '../support/designer.ts';
import { keepRun, runOf } from '../support/runs.ts';
import { noCounts } from '../support/service.ts';
import { stage } from './support/story.ts';

const on = stage();
const count = 300;

/** Run n posted n + 10 cents in n records; every third one failed. */
const historyRun = (index: number): RunSummary =>
  runOf(billsFlow(index % 2 === 0 ? 'Requisitions' : 'Commitments', `f_${index % 2}`), {
    id: `r_${index}`,
    status: index % 3 === 0 ? 'failed' : 'succeeded',
    startedAt: new Date(Date.UTC(2026, 2, 1) + index * 3_600_000).toISOString(),
    counts: { ...noCounts, posted: index, total: index },
    amounts: { posted: { USD: `${index}.10` } },
  });

beforeAll(async () => {
  const { test } = on.designer;
  for (let index = 0; index < count; index += 1) {
    const run = historyRun(index);
    await keepRun(test.store, { run, document: billsFlow(run.flowName, run.flowId) });
  }
});

const grid = (page: Page) => page.getByRole('grid', { name: 'Runs' });
const cell = (page: Page, row: number, column: number) =>
  grid(page).locator(`[data-row="${row}"] [role=gridcell]`).nth(column);
const foot = (page: Page) => page.locator('.grid__foot');

/** The list as nobody changed it yet. */
async function runs(): Promise<Page> {
  await on.designer.client.settings.set({ panels: {} });
  const { page } = await on.open('/runs');
  await cell(page, 0, 0).waitFor();
  return page;
}

const columnOf = (page: Page, title: string): Promise<number> =>
  grid(page)
    .getByRole('columnheader')
    .allInnerTexts()
    .then((titles) => titles.findIndex((text) => text.trim() === title));

describe('cells', () => {
  it('are chosen by mouse and keyboard and added up exactly in the status line', async () => {
    const page = await runs();
    await page.getByRole('button', { name: 'Started', exact: true }).click();
    const posted = await columnOf(page, 'Posted');
    const from = await cell(page, 1, posted).boundingBox();
    const to = await cell(page, 3, posted).boundingBox();
    if (from === null || to === null) throw new TypeError('The cells are drawn.');
    await page.mouse.move(from.x + 5, from.y + 5);
    await page.mouse.down();
    await page.mouse.move(to.x + 5, to.y + 5, { steps: 6 });
    await page.mouse.up();
    await expect
      .poll(() => foot(page).innerText())
      .toMatch(/3 cells\s+Count 3\s+Sum 6\.30 USD\s+Min 1\.10 USD\s+Max 3\.10 USD/);
    await page.keyboard.press('Shift+ArrowDown');
    await expect.poll(() => foot(page).innerText()).toContain('Sum 10.40 USD');
    await page.keyboard.press('Control+Space');
    // 0.10 + 1.10 + … + 299.10, to the cent.
    await expect.poll(() => foot(page).innerText()).toContain('Sum 44,880.00 USD');
    await page.keyboard.press('Escape');
    await expect.poll(() => foot(page).innerText()).not.toContain('Sum');
  });

  it('are copied as a block that a spreadsheet takes', async () => {
    const page = await runs();
    await page.getByRole('button', { name: 'Started', exact: true }).click();
    const flow = await columnOf(page, 'Flow');
    await cell(page, 0, flow).click();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Control+c');
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toBe('Requisitions\tPost\r\nCommitments\tPost');
    await page.keyboard.press('Control+a');
    await expect.poll(() => foot(page).innerText()).toMatch(/2,\d00 cells/);
  });

  it('keep the keyboard where it was through hundreds of rows, and open with Enter', async () => {
    const page = await runs();
    await cell(page, 0, 0).click();
    await page.keyboard.press('Control+End');
    await grid(page)
      .locator(`[data-row="${count - 1}"]`)
      .waitFor();
    expect(await grid(page).getAttribute('aria-activedescendant')).toMatch(new RegExp(`-${count - 1}-\\d+$`));
    expect(await grid(page).getAttribute('aria-rowcount')).toBe(String(count + 1));
    expect(await grid(page).locator('[role=row]').count()).toBeLessThan(80);
    await page.keyboard.press('Control+Home');
    await grid(page).locator('[data-row="0"]').waitFor();
    await page.keyboard.press('Control+f');
    expect(await page.getByLabel('Find in this list').evaluate((box) => box === document.activeElement)).toBe(true);
  });
});

describe('the list', () => {
  it('filters by text, by value and by amount, with chips that can be taken away', async () => {
    const page = await runs();
    const filter = async (column: string): Promise<void> => {
      await page.getByRole('button', { name: 'Filter', exact: true }).click();
      await page.getByRole('combobox', { name: 'Column' }).click();
      await page.getByRole('option', { name: column, exact: true }).click();
    };
    await filter('Posted');
    await page.getByLabel('From').fill('100');
    await page.getByLabel('To', { exact: true }).fill('1,000');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => foot(page).innerText()).toContain('200 of 300 rows');
    await filter('Result');
    await page.getByLabel('Failed').check();
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => foot(page).innerText()).toContain('66 of 300 rows');
    await page.getByLabel('Find in this list').fill('commit');
    await expect.poll(() => foot(page).innerText()).toContain('33 of 300 rows');
    await page.getByRole('button', { name: 'Remove the filter Result: Failed' }).click();
    await expect.poll(() => foot(page).innerText()).toContain('100 of 300 rows');
    await page.getByLabel('Find in this list').fill('nothing like it');
    await page.getByRole('button', { name: 'Remove the filters' }).click();
    await expect.poll(() => foot(page).innerText()).toMatch(/^300 rows/);
  });

  it('remembers columns, sorting and views under a name', async () => {
    const page = await runs();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByLabel('Show By').uncheck();
    await page.getByRole('button', { name: 'Move Result to the left' }).click();
    await page.keyboard.press('Escape');
    const titles = (): Promise<string[]> => grid(page).getByRole('columnheader').allInnerTexts();
    await expect.poll(async () => (await titles()).slice(0, 3)).toEqual(['Flow', 'Result', 'Kind']);
    expect(await titles()).not.toContain('By');
    await page.getByRole('button', { name: 'Posted', exact: true }).click();
    await page.getByRole('button', { name: 'Posted', exact: true }).click();
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByLabel('Name of the view').fill('Largest first');
    await page.getByRole('button', { name: 'Save this view' }).click();
    await page.getByRole('button', { name: 'Everything' }).click();
    await expect.poll(titles).toContain('By');
    const panels = async () => (await on.designer.client.settings.get()).panels['grid.runs'];
    await expect.poll(panels).toMatchObject({ saved: [{ name: 'Largest first' }], current: { sort: [] } });
    await page.reload();
    await cell(page, 0, 0).waitFor();
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('button', { name: 'Largest first', exact: true }).click();
    await expect
      .poll(() => grid(page).getByRole('columnheader', { name: 'Posted' }).getAttribute('aria-sort'))
      .toBe('descending');
    expect(await cell(page, 0, await columnOf(page, 'Posted')).innerText()).toBe('299.10 USD');
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('button', { name: 'Everything' }).click();
  });

  it('resizes by mouse and by keyboard, and keeps the first column in sight', async () => {
    const page = await runs();
    const head = grid(page).getByRole('columnheader').first();
    const width = async (): Promise<number> => (await head.boundingBox())?.width ?? 0;
    const edge = await head.locator('.grid__resize').boundingBox();
    if (edge === null) throw new TypeError('The edge is drawn.');
    const before = await width();
    await page.mouse.move(edge.x + 4, edge.y + 5);
    await page.mouse.down();
    await page.mouse.move(edge.x + 604, edge.y + 5, { steps: 4 });
    await page.mouse.up();
    await expect.poll(width).toBe(before + 600);
    await cell(page, 0, 0).click();
    await page.keyboard.press('Alt+Shift+ArrowLeft');
    await expect.poll(width).toBe(before + 584);
    const left = async (): Promise<number> => (await cell(page, 0, 0).boundingBox())?.x ?? 0;
    const start = await left();
    await page.keyboard.press('End');
    await expect.poll(() => grid(page).evaluate((box) => box.scrollLeft)).toBeGreaterThan(0);
    expect(await left()).toBe(start);
    await head.locator('.grid__resize').dblclick();
    await expect.poll(width).toBe(before);
  });

  it('keeps nobody out', async () => {
    const page = await runs();
    await cell(page, 2, 1).click();
    await page.keyboard.press('Shift+ArrowDown');
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Columns' }).click();
    expect(await seriousFaults(page)).toEqual([]);
  });
});

/** From a run to every record, its reason and its document, on the practice company's own flow. */
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { add, type Decimal, format, parse, subtract, zero } from '../../engine/model/decimal.ts';
import { seriousFaults } from '../support/axe.ts';
import { DesignerPage } from './support/pages.ts';
import { practiceStage } from './support/practice.ts';

const on = practiceStage();
let page: Page;
beforeEach(() => {
  page = on.page;
});

async function openFlow(): Promise<DesignerPage> {
  await page.goto(`${on.served.address}/#/flows`);
  await page.getByRole('row').filter({ hasText: 'AP bills' }).dblclick();
  const at = new DesignerPage(page);
  await at.ready();
  return at;
}

const button = (name: string | RegExp) => page.getByRole('button', { name });
const dialog = () => page.getByRole('dialog');

async function dryRun(): Promise<void> {
  await button('Dry run').first().click();
  await button(/^Dry run: /).waitFor();
}

/** Opens the newest run from the list of runs. */
async function openNewestRun(): Promise<void> {
  await page.goto(`${on.served.address}/#/runs`);
  await page.getByRole('grid', { name: 'Runs' }).locator('[data-row="0"]').dblclick();
  await page.locator('.groups').waitFor();
}

const list = () => page.getByRole('grid', { name: 'Records of the run' });
const titles = async (): Promise<string[]> =>
  (await list().getByRole('columnheader').allInnerTexts()).map((title) => title.trim());
/** The text of the first row under a title. */
const cellOf = async (title: string): Promise<string> =>
  list()
    .locator('[data-row="0"] [role=gridcell]')
    .nth((await titles()).indexOf(title))
    .innerText();

const card = (name: string) => page.locator('.groups__card', { hasText: name });
const countOf = async (name: string): Promise<number> =>
  Number((await card(name).locator('strong').innerText()).replaceAll(',', ''));
const amountIn = (text: string): Decimal => parse(text.replace(' USD', '').replaceAll(',', ''));
const amountOf = async (name: string): Promise<Decimal> =>
  amountIn(await card(name).locator('.groups__amount').innerText());

/** What the newest run held, from behind the screen. */
async function heldInNewestRun(): Promise<{ count: number; amount: Decimal }> {
  const { entries } = await on.served.host.store.runs.list({}, { limit: 1, offset: 0 });
  const [run] = entries;
  return { count: run?.counts.held ?? 0, amount: parse(run?.amounts.held?.USD ?? '0') };
}

describe('posting', () => {
  it('is refused with its reason when the flow changed after the sheet, and a dry run mends it', async () => {
    await openFlow();
    await dryRun();
    await page.getByRole('textbox', { name: 'Invoices dated from' }).fill('2001-02-03');
    await page.getByRole('textbox', { name: 'Invoices dated from' }).blur();
    await button(/^Post …/).click();
    await dialog().getByRole('button', { name: /^Post/ }).click();
    await expect.poll(() => dialog().innerText()).toMatch(/The posting sheet does not hold any more/);
    expect(await seriousFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Dry run' }).click();
    await button(/^Dry run: /).waitFor();
  });

  it('says what would be written where, posts it, and shows the documents', async () => {
    await openFlow();
    await button(/^Post …/).click();
    await expect.poll(() => dialog().innerText()).toContain('Make a dry run first');
    await dialog().getByRole('button', { name: 'Dry run' }).click();
    await button(/^Dry run: /).waitFor();
    await button(/^Post …/).click();
    const confirm = dialog().getByRole('button', { name: /^Post \d+ documents? \([\d,.]+ USD\) to .+ \(practice\)$/i });
    await confirm.waitFor();
    // The safe way out has the focus.
    expect(
      await dialog()
        .getByRole('button', { name: 'Cancel' })
        .evaluate((it) => it === document.activeElement),
    ).toBe(true);
    expect(await seriousFaults(page)).toEqual([]);
    const promised = /Post (\d+) documents? \(([\d,.]+) USD\)/.exec(await confirm.innerText());
    const before = await heldInNewestRun();
    await confirm.click();
    // Every bill's PDF follows it: the whole practice company takes a while on a busy machine.
    await button(/^Post: /).waitFor({ timeout: 120_000 });
    await openNewestRun();
    // What was promised is posted, or held by the ERP with its reason: to the cent.
    const held = await heldInNewestRun();
    expect((await countOf('posted')) + held.count - before.count).toBe(Number(promised?.[1]));
    expect(format(subtract(add(await amountOf('posted'), held.amount), before.amount), 2)).toBe(
      promised?.[2]?.replaceAll(',', ''),
    );
    await card('posted').click();
    const posted = await countOf('posted');
    await expect.poll(() => list().getAttribute('aria-rowcount')).toBe(String(posted + 1));
    expect(await cellOf('ERP document')).toMatch(/\d/);
  });
});

describe('a run', () => {
  it('adds up: what was read is the sum of what became of it', async () => {
    await openNewestRun();
    const cards = page.locator('.groups__card');
    const counts = (await cards.locator('strong').allInnerTexts()).map((text) => Number(text.replaceAll(',', '')));
    const [all = 0, ...parts] = counts;
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(all);
    const amounts = (await page.locator('.groups__amount').allInnerTexts()).map(amountIn);
    const [total = zero, ...rest] = amounts;
    expect(format(rest.reduce(add, zero), 2)).toBe(format(total, 2));
  });

  it('lists held records with reason and remedy, and tells the story of each by keyboard', async () => {
    await openNewestRun();
    await card('held').click();
    await list().locator('[data-row="0"] [role=gridcell]').first().click();
    expect(await cellOf('Reason')).not.toBe('');
    expect(await cellOf('What to do')).not.toBe('');
    await page.keyboard.press('Enter');
    const detail = page.locator('.record');
    await detail.getByText('What happened').waitFor();
    expect(await detail.innerText()).toMatch(/What to do:/);
    const name = await detail.locator('h2').innerText();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => detail.locator('h2').innerText()).not.toBe(name);
    expect(await seriousFaults(page)).toEqual([]);
    await detail.getByRole('button', { name: 'Close the details' }).click();
    await detail.waitFor({ state: 'detached' });
  });

  it('shows the masked requests of a posted record and the amount of a block of them', async () => {
    await openNewestRun();
    await card('posted').click();
    await list().locator('[data-row="0"]').dblclick();
    const detail = page.locator('.record');
    await detail.getByText('Request and answer').first().click();
    await detail.locator('.record__url').first().waitFor();
    expect(await detail.innerText()).toMatch(/••••/);
    await detail.getByRole('button', { name: 'Close the details' }).click();
    const amounts = (await titles()).indexOf('Amount');
    await list().locator('[data-row="0"] [role=gridcell]').nth(amounts).click();
    await page.keyboard.press('Control+Space');
    const sum = /Sum ([\d,.]+) USD/.exec(await page.locator('.grid__foot').innerText());
    expect(sum?.[1]).toBe((await card('posted').locator('.groups__amount').innerText()).replace(' USD', ''));
  });

  it('opens read-only on the canvas it ran on', async () => {
    await openNewestRun();
    await button('Show on the canvas').click();
    const at = new DesignerPage(page);
    await at.ready();
    await expect.poll(() => page.locator('.banner').innerText()).toMatch(/Post of .*: shown as it was, read-only/);
    await expect.poll(() => at.node('post').innerText()).toMatch(/\d+ held/);
    await at.node('codes').click();
    await page.keyboard.press('d');
    expect(await page.getByRole('switch', { name: 'Node is on' }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: /^Post …/ }).isDisabled()).toBe(true);
    await button('Back to the flow').click();
    await page.locator('.banner').waitFor({ state: 'detached' });
  });
});

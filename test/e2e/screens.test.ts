import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { billsFlow, bindPractice } from '../support/designer.ts';
import { DesignerPage } from './support/pages.ts';
import { stage } from './support/story.ts';

const on = stage();

beforeAll(async () => {
  const { client } = on.designer;
  await client.flow.create({ name: 'Requisitions', document: billsFlow() });
  await bindPractice(client, 'f_bills');
});

/** What axe-core finds serious or critical, as short texts. */
async function serious(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}

const screens = ['/flows', '/tables', '/connections', '/runs', '/templates', '/settings', '/flows/f_bills'] as const;

describe('every screen', () => {
  for (const scheme of ['light', 'dark'] as const)
    it.each(screens)(`%s is accessible in ${scheme}`, async (path) => {
      const { page } = await on.open(path, { scheme });
      await page.locator('.shell__main :is(h1, h2, .react-flow__node)').first().waitFor();
      if (path === '/flows/f_bills') await new DesignerPage(page).node('codes').click();
      expect(await serious(page)).toEqual([]);
    });

  it('is there at 200 % text and 1280 × 720', async () => {
    const { page } = await on.open('/flows', { width: 1280, height: 720 });
    await page.locator('h1').waitFor();
    await page.addStyleTag({ content: 'html { font-size: 200%; }' });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    expect(await page.getByRole('button', { name: 'New flow' }).isVisible()).toBe(true);
  });
});

describe('the shell', () => {
  it('goes to screens by keyboard, and lists shortcuts', async () => {
    const { page } = await on.open('/flows');
    await page.locator('h1').waitFor();
    await page.keyboard.press('Control+6');
    await expect.poll(() => page.locator('h1').innerText()).toBe('Settings');
    await page.keyboard.press('?');
    await expect.poll(() => page.getByRole('dialog').innerText()).toContain('Ctrl+K');
  });

  it('finds commands and flows in one list', async () => {
    const { page } = await on.open('/settings');
    await page.locator('h1').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Search flows').fill('Requisitions');
    await page.getByRole('dialog').getByText('Requisitions', { exact: true }).first().click();
    await page.locator('.react-flow__node').first().waitFor();
    expect(page.url()).toContain('/flows/f_bills');
  });

  it('remembers the appearance', async () => {
    const { page } = await on.open('/settings');
    await page.getByLabel('High contrast').check();
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('contrast');
    await page.reload();
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('contrast');
    await page.getByLabel('As the system').check();
  });
});

describe('the flows list', () => {
  it('creates, renames, duplicates, deletes and takes back', async () => {
    const { page } = await on.open('/flows');
    await page.getByRole('button', { name: 'New flow' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Commitments');
    await page.keyboard.press('Enter');
    await page.getByText('An empty canvas').waitFor();
    await page.keyboard.press('Control+1');
    const row = (name: string) => page.getByRole('row').filter({ hasText: name });
    await row('Commitments').focus();
    await page.keyboard.press('F2');
    await page.getByRole('dialog').getByLabel('Name').fill('Purchase orders');
    await page.keyboard.press('Enter');
    await row('Purchase orders').waitFor();
    await row('Purchase orders').focus();
    await page.keyboard.press('Delete');
    await page.getByRole('button', { name: 'Move to trash' }).click();
    await row('Purchase orders').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Take it back' }).click();
    await row('Purchase orders').waitFor();
  });

  it('takes a flow file in and refuses a broken one with a sentence', async () => {
    const { page } = await on.open('/flows');
    const give = async (text: string) => {
      const asked = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Import a flow file' }).click();
      const file = { name: 'a.flow.json', mimeType: 'application/json', buffer: Buffer.from(text) };
      await (await asked).setFiles(file);
    };
    await give(JSON.stringify(billsFlow('From a file', 'f_file')));
    await page.getByRole('row').filter({ hasText: 'From a file' }).waitFor();
    await give('{"format": "costwire/flow", ');
    await page.getByRole('alert').first().waitFor();
  });
});

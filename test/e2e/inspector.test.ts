import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { DesignerPage } from './support/pages.ts';
import { practiceStage } from './support/practice.ts';

const on = practiceStage();
let page: Page;
let at: DesignerPage;

beforeEach(() => {
  page = on.page;
  at = new DesignerPage(page);
});

/** What axe-core finds serious or critical, as short texts. */
async function serious(): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

/** Opens the flow that comes with the practice company. */
async function openPracticeFlow(): Promise<void> {
  await page.goto(`${on.served.address}/#/flows`);
  await page.getByRole('row').filter({ hasText: 'AP bills' }).dblclick();
  await at.ready();
}

async function fetchRecords(): Promise<void> {
  await page.getByRole('tab', { name: 'Data' }).click();
  await page.getByRole('button', { name: 'Fetch records' }).click();
  await page.locator('.field-table').first().waitFor();
}

const field = (path: string) => page.locator(`textarea[data-field="${path}"]`);
const editor = () => page.locator('.formula-editor');

/** Puts the cursor into a formula and empties it; waits until the editor has taken over. */
async function rewrite(path: string, text: string): Promise<void> {
  await field(path).click();
  await editor().locator('.view-lines').waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
}

describe('the setup of a node', () => {
  it('is a form for every kind of node in the practice flow', async () => {
    await openPracticeFlow();
    for (const id of ['read', 'vendor', 'codes', 'check', 'bill', 'post']) {
      await at.node(id).click();
      await expect.poll(() => page.locator('.setup [data-field]').count()).toBeGreaterThan(0);
      expect(await page.locator('.setup pre').count()).toBe(0);
    }
    await at.node('check').click();
    expect(await serious()).toEqual([]);
  });

  it('completes a formula with fields and their values, and shows the result for the record', async () => {
    await openPracticeFlow();
    await at.node('bill').click();
    await fetchRecords();
    await rewrite('fields.2.value', '=[invoice_n');
    const proposal = page.locator('.suggest-widget .monaco-list-row').first();
    await expect.poll(() => proposal.innerText()).toMatch(/invoice_number[\s\S]*PDA-/);
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.locator('.formula__outcome--good').allInnerTexts())
      .toContainEqual(expect.stringMatching(/→ PDA-/));
    // Tab leaves the editor; the plain field keeps what was written.
    await page.keyboard.press('Tab');
    await expect.poll(() => field('fields.2.value').inputValue()).toBe('=[invoice_number]');
    await at.kept().waitFor();
  });

  it('says what is wrong and mends it, without drawing the canvas', async () => {
    await openPracticeFlow();
    await at.node('bill').click();
    await field('fields.4.value').click();
    await editor().locator('.view-lines').waitFor();
    const drawn = (): Promise<number> => page.evaluate(() => window.costwireDrawings?.() ?? -1);
    await page.keyboard.press('End');
    const before = await drawn();
    await page.keyboard.type(' & " "');
    expect(await drawn()).toBe(before);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('=LEFT([contract_nmae], 20');
    await page.locator('.formula__fix').click();
    await expect.poll(() => field('fields.4.value').inputValue()).toBe('=LEFT([contract_name], 20)');
    await at.kept().waitFor();
  });

  it('explains a value part by part in the wide editor', async () => {
    await openPracticeFlow();
    await at.node('bill').click();
    await fetchRecords();
    await rewrite('fields.4.value', '=IF(LEN([contract_name]) > 1, ROUND(10 / 4, 0), 0');
    await page.keyboard.press('Control+Enter');
    const dialog = page.getByRole('dialog');
    await expect.poll(() => dialog.locator('.explain').innerText()).toMatch(/LEN\(\[contract_name\]\) > 1\s+TRUE/);
    await expect.poll(() => dialog.locator('.reference__signature').innerText()).toContain('IF(');
    expect(await serious()).toEqual([]);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await dialog.waitFor({ state: 'detached' });
  });
});

describe('the dock', () => {
  it('steps through real records, pins them, and shows them as JSON', async () => {
    await openPracticeFlow();
    await at.node('read').click();
    await fetchRecords();
    await page.getByText('1 of 5').waitFor();
    await page.getByRole('button', { name: 'Next record' }).click();
    await page.getByText('2 of 5').waitFor();
    await page.getByRole('button', { name: 'Pin these records' }).click();
    expect(await page.getByRole('button', { name: 'Unpin' }).getAttribute('aria-pressed')).toBe('true');
    await page.locator('.data').getByText('JSON').click();
    expect(JSON.parse(await page.locator('.data .json').innerText())).toHaveProperty('invoice_number');
  });

  it('shows after a dry run what would be posted, and what became of each record', async () => {
    await openPracticeFlow();
    await page.getByRole('button', { name: 'Dry run' }).first().click();
    await page.getByRole('tab', { name: 'Posting sheet' }).click();
    const vouchers = page.getByRole('grid', { name: 'Vouchers' });
    await vouchers.locator('[data-row="0"]').waitFor();
    // Every voucher shows its amount inside the dock; one that is opened, its lines and their total.
    const dock = await page.locator('.dock').boundingBox();
    const amount = await vouchers.locator('.amount').first().boundingBox();
    expect((amount?.x ?? 0) + (amount?.width ?? 0)).toBeLessThanOrEqual((dock?.x ?? 0) + (dock?.width ?? 0));
    await vouchers.locator('[data-row="0"]').dblclick();
    const lines = page.getByRole('complementary', { name: /^Lines of / });
    await expect.poll(() => lines.locator('tbody tr').count()).toBeGreaterThan(0);
    expect(await lines.locator('tfoot .amount').innerText()).toBe(
      await vouchers.locator('.amount').first().innerText(),
    );
    await lines.getByRole('button', { name: 'Close the lines' }).click();
    expect(await serious()).toEqual([]);
    await page.getByRole('tab', { name: 'Records' }).click();
    await page.getByRole('button', { name: /held/ }).click();
    await expect.poll(() => page.locator('.dock .tag--warn').count()).toBeGreaterThan(1);
  });
});

describe('connections', () => {
  it('tick a healthy ping, and name cause and remedy of a broken one', async () => {
    await page.goto(`${on.served.address}/#/connections`);
    await page.getByText('Procore (practice)').first().click();
    await page.getByRole('button', { name: 'Ping' }).click();
    await page.getByText(/\d checks passed/).waitFor();
    await page.goto(`${on.served.address}/#/connections/new/files`);
    await page.getByLabel('Name').fill('Exports');
    await page.getByLabel('Folder').fill(join(tmpdir(), 'costwire-nowhere', 'at-all'));
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { name: 'Exports' }).waitFor();
    await page.getByRole('button', { name: 'Ping' }).click();
    await page.locator('.check--failed').first().waitFor();
    expect(await page.locator('.check--failed').first().innerText()).toMatch(/Why[\s\S]*What to do/);
    expect(await serious()).toEqual([]);
  });
});

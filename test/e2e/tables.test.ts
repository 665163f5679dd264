/** A mapping table found by one of its codes, looked through and handed out. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { tableSchemaSchema } from '../../engine/model/mapping-table.ts';
import { seriousFaults } from '../support/axe.ts';
import { stage } from './support/story.ts';

const on = stage();

beforeAll(async () => {
  const { client } = on.designer;
  const schema = tableSchemaSchema.parse({
    format: 'costwire/table',
    schemaVersion: 1,
    id: 'cost-codes',
    name: 'Cost codes → accounts',
    keys: [{ name: 'code', label: 'Cost code' }],
    targets: [{ name: 'account', label: 'Account' }],
  });
  await client.table.create({ schema });
  const rows = Array.from({ length: 400 }, (_, index) => ({
    id: `row-${index}`,
    keys: [`03-${String(index).padStart(3, '0')}`],
    targets: [String(50_000 + index)],
    ...(index === 7 ? { note: 'Since the audit', validFrom: '2026-01-01' } : {}),
  }));
  await client.table.saveDraft({ schema, rows });
  await client.table.publish({ id: 'cost-codes' });
});

describe('a mapping table', () => {
  it('is found by a code, shows its rows, and leaves as a file that a spreadsheet reads', async () => {
    const { page } = await on.open('/flows');
    await page.locator('h1').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Search flows').fill('03-007');
    await page.getByRole('dialog').getByText('03-007').first().click();
    const grid = page.getByRole('grid', { name: 'Cost codes → accounts' });
    await grid.waitFor();
    expect(page.url()).toContain('/tables/cost-codes');
    const row = grid.locator('[data-row="7"]');
    expect((await row.locator('[role=gridcell]').allInnerTexts()).slice(0, 3)).toEqual([
      '03-007',
      '50007',
      '2026-01-01',
    ]);
    expect(await grid.getAttribute('aria-rowcount')).toBe('401');
    expect(await seriousFaults(page)).toEqual([]);

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export CSV' }).click(),
    ]);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split(/\r?\n/);
    expect(lines).toHaveLength(401);
    expect(lines[8]).toContain('03-007');
    expect(lines[8]).toContain('50007');
  });

  it('opens from the list and says what is wrong with an unknown one', async () => {
    const { page } = await on.open('/tables');
    await page.getByText('Cost codes → accounts').dblclick();
    await page.getByRole('button', { name: 'Export XLSX' }).waitFor();
    await page.getByRole('link', { name: 'All tables' }).click();
    await page.locator('h1', { hasText: 'Tables' }).waitFor();
    const { page: other } = await on.open('/tables/nothing');
    await other.getByText('The table cannot be shown').waitFor();
  });

  it('is edited like a spreadsheet: typed, filled, pasted with new rows, undone, and published as compared', async () => {
    const { page } = await on.open('/tables/cost-codes');
    const grid = page.getByRole('grid', { name: 'Cost codes → accounts' });
    const cell = (row: number, column: number) => grid.locator(`[data-row="${row}"] [role=gridcell]`).nth(column);
    const text = (row: number, column: number) => cell(row, column).innerText();
    await cell(0, 1).click();
    await page.keyboard.type('51999');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Control+d');
    expect([await text(0, 1), await text(1, 1), await text(2, 1)]).toEqual(['51999', '50001', '50001']);
    await page.keyboard.press('Control+z');
    expect(await text(2, 1)).toBe('50002');
    await page.keyboard.press('Control+y');
    expect(await text(2, 1)).toBe('50001');
    // Esc keeps what was there; F2 goes on from it.
    await cell(3, 1).click();
    await page.keyboard.type('9');
    await page.keyboard.press('Escape');
    await page.keyboard.press('F2');
    await page.keyboard.type('7');
    await page.keyboard.press('Tab');
    expect(await text(3, 1)).toBe('500037');
    // A date that is none is said where it stands, and stands in the way of publishing.
    await page.keyboard.type('soon');
    await page.keyboard.press('Enter');
    await expect.poll(() => cell(3, 2).getAttribute('aria-invalid')).toBe('true');
    await page.getByRole('button', { name: '1 problem: go to the next' }).click();
    await page.getByText('“soon” is not a date.').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Publish …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 problem has to be corrected first.').waitFor();
    expect(await dialog.getByRole('button', { name: 'Publish version 2' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await cell(3, 2).click();
    await page.keyboard.press('Delete');
    // A block from a spreadsheet with its heading, taller than the table.
    await page.evaluate(() => navigator.clipboard.writeText('Cost code\tAccount\n03-399\t52000\n09-100\t52100\n'));
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Control+v');
    await dialog.getByRole('button', { name: 'Paste and add 1 row' }).click();
    await page.getByText('401 rows').waitFor();
    await page.getByRole('button', { name: 'Publish …' }).click();
    await dialog.getByText('1 added').waitFor();
    await dialog.getByText('4 changed').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Publish version 2' }).click();
    await page.getByText('is published as version 2.').first().waitFor();
    const { rows } = await on.designer.client.table.get({ id: 'cost-codes', version: 2 });
    expect([0, 1, 2, 3, 399, 400].map((at) => [...(rows[at]?.keys ?? []), ...(rows[at]?.targets ?? [])])).toEqual([
      ['03-000', '51999'],
      ['03-001', '50001'],
      ['03-002', '50001'],
      ['03-003', '500037'],
      ['03-399', '52000'],
      ['09-100', '52100'],
    ]);
  });

  it('keeps a draft by itself, and lets the person choose where another window saved first', async () => {
    const { page } = await on.open('/tables/cost-codes');
    const grid = page.getByRole('grid', { name: 'Cost codes → accounts' });
    const cell = grid.locator('[data-row="5"] [role=gridcell]').nth(1);
    await cell.click();
    await page.keyboard.type('61000');
    await page.keyboard.press('Enter');
    await page.getByText('Draft kept').waitFor();
    const { client, test } = on.designer;
    const { schema, rows, draft } = await client.table.get({ id: 'cost-codes' });
    expect([draft, rows[5]?.targets]).toEqual([true, ['61000']]);
    // A command saves in another process: the window does not hear of it.
    await test.store.tables.saveDraft(schema, rows.slice(0, 50), 'Bea');
    await cell.click();
    await page.keyboard.type('62000');
    await page.keyboard.press('Enter');
    const alert = page.getByRole('alert');
    await alert.getByText('changed in another window').waitFor();
    expect((await client.table.get({ id: 'cost-codes' })).rows).toHaveLength(50);
    await alert.getByRole('button', { name: 'Keep mine' }).click();
    await page.getByText('Draft kept').waitFor();
    expect((await client.table.get({ id: 'cost-codes' })).rows[5]?.targets).toEqual(['62000']);
    await page.getByRole('button', { name: 'Discard …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard the changes' }).click();
    await expect.poll(() => cell.innerText()).toBe('50005');
  });

  it('loses nothing that was typed right before the window closes', async () => {
    const { page } = await on.open('/tables/cost-codes');
    const grid = page.getByRole('grid', { name: 'Cost codes → accounts' });
    await grid.locator('[data-row="6"] [role=gridcell]').nth(1).click();
    await page.keyboard.type('63000');
    await page.keyboard.press('Enter');
    await page.close({ runBeforeUnload: true });
    const { client } = on.designer;
    const kept = async () => (await client.table.get({ id: 'cost-codes' })).rows[6]?.targets;
    await expect.poll(kept).toEqual(['63000']);
    await client.table.discardDraft({ id: 'cost-codes' });
  });

  it('takes a file in after showing what it changes, and refuses a wrong one line by line', async () => {
    const { page } = await on.open('/tables/cost-codes');
    const dialog = page.getByRole('dialog');
    const choose = async (name: string, csv: string): Promise<void> => {
      const opened = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Import …' }).click();
      await (await opened).setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(csv) });
      await dialog.getByText(name).first().waitFor();
    };
    await choose('other.csv', 'Amount\n1\n');
    await dialog.getByText('This file cannot be taken in').waitFor();
    await page.keyboard.press('Escape');
    await choose('wrong.csv', 'code;account;valid_from\n03-000;70000;\n03-001;70001;March\n');
    await dialog.getByText('1 wrong line').waitFor();
    expect(await dialog.getByRole('row').filter({ hasText: '“March” is not a date.' }).innerText()).toMatch(/^3\s/);
    expect(await dialog.getByRole('button', { name: /^Import and publish/ }).isDisabled()).toBe(true);
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await choose('right.csv', 'Cost code,Account\n03-000,70000\n12-345,70001\n');
    await dialog.getByText('1 changed').waitFor();
    await dialog.getByText('was 51999').waitFor();
    await dialog.getByText('400 not in the file').waitFor();
    const { client } = on.designer;
    expect((await client.table.get({ id: 'cost-codes' })).rows).toHaveLength(401);
    await dialog.getByRole('checkbox', { name: /^Remove rows/ }).check();
    await dialog.getByText('400 removed').waitFor();
    await dialog.getByRole('checkbox', { name: /^Remove rows/ }).uncheck();
    await dialog.getByRole('button', { name: 'Import and publish version 3' }).click();
    await page.getByText('2 rows imported and published as version 3.').first().waitFor();
    expect((await client.table.get({ id: 'cost-codes', version: 3 })).rows).toHaveLength(402);
  });
});

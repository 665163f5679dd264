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
});

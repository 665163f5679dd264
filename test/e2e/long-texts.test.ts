import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tableSchemaSchema } from '../../engine/model/mapping-table.ts';
import { openWindow, startBrowser } from '../support/browser.ts';
import { billsFlow, bindPractice, type ServedDesigner, startDesigner } from '../support/designer.ts';
import { buildPseudo, cutTexts } from './support/long-texts.ts';

let folder: string;
let designer: ServedDesigner;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'costwire-pseudo-'));
  await buildPseudo(folder);
  designer = await startDesigner([], folder);
  browser = await startBrowser();
  await designer.client.flow.create({ name: 'Bills', document: billsFlow('Bills', 'f_bills') });
  await bindPractice(designer.client, 'f_bills');
  await proposeLinks();
});
afterAll(async () => {
  await browser?.close();
  await designer?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A table with a long name, rows, problems, and proposals that wait. */
async function proposeLinks(): Promise<void> {
  const { client, test } = designer;
  const name = 'Vendors of all companies and what they are called in the books of the holding and of its subsidiaries';
  const schema = tableSchemaSchema.parse({
    format: 'costwire/table',
    schemaVersion: 1,
    id: 'links',
    name,
    keys: [{ name: 'source', label: 'Vendor as the field office calls it' }],
    targets: [{ name: 'vendor', required: true }, { name: 'accepted', type: 'boolean' }, { name: 'accepted_by' }],
  });
  const rows = [
    { id: 'a', keys: [name], targets: ['', 'true', 'Ada'], note: name },
    { id: 'b', keys: ['B'], targets: [name, '', ''] },
  ];
  await client.table.create({ schema });
  await test.store.tables.saveDraft(schema, rows, 'Ada');
}

const chosen = async (page: Page): Promise<void> => {
  await page.locator('.react-flow__node[data-id="codes"]').click();
};
const screens: [string, (page: Page) => Promise<void>][] = [
  ['/flows', async () => undefined],
  ['/tables', async () => undefined],
  ['/tables/links', async (page) => page.getByRole('grid').waitFor()],
  ['/tables/links/proposals', async (page) => page.getByRole('grid').waitFor()],
  ['/connections', async () => undefined],
  ['/runs', async () => undefined],
  ['/templates', async () => undefined],
  ['/settings', async () => undefined],
  ['/flows/f_bills', async (page) => page.locator('.react-flow__node').first().waitFor()],
  ['/flows/f_bills', chosen],
];

it('stands texts that are forty percent longer: what is cut off ends in an ellipsis and is whole on hover', async () => {
  const { page, close } = await openWindow(browser, designer.openingAddress(), { width: 1280, height: 720 });
  const found: string[] = [];
  for (const [path, prepare] of screens) {
    await page.goto(`${designer.address}/#${path}`);
    await page.locator('h1, .designer-bar').first().waitFor();
    await prepare(page);
    expect(await page.locator('body').innerText()).toContain('···');
    found.push(...(await cutTexts(page)).map((text) => `${path} ${text}`));
  }
  await close();
  expect(found).toEqual([]);
});

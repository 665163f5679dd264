import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { billsFlow } from '../support/designer.ts';
import { DesignerPage } from './support/pages.ts';
import { stage } from './support/story.ts';

const on = stage();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'costwire-drop-'));
  await mkdir(join(folder, 'flows', 'deep'), { recursive: true });
  await writeFile(join(folder, 'flows', 'a.flow.json'), JSON.stringify(billsFlow('Flow A', 'f_a')));
  await writeFile(join(folder, 'flows', 'deep', 'b.flow.json'), JSON.stringify(billsFlow('Flow B 🏗️', 'f_b')));
  await writeFile(join(folder, 'flows', 'torn.flow.json'), '{"format": "costwire/flow", ');
  await writeFile(join(folder, 'flows', 'README.md'), 'Not a flow.');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Drops files and folders of this machine in the middle of the window, as a file manager would. */
async function drop(page: Page, files: string[]): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await browser.send('Input.dispatchDragEvent', { type, x: 700, y: 400, data });
}

it('takes a dropped folder in, on any screen, and says what became of each file', async () => {
  const { page } = await on.open('/settings');
  await page.locator('h1').waitFor();
  await drop(page, [join(folder, 'flows')]);
  const report = page.getByRole('dialog', { name: 'Imported files' });
  await report.waitFor();
  const lines = await report.getByRole('listitem').allInnerTexts();
  expect(lines).toHaveLength(3);
  expect(lines.join('\n')).toContain('Flow “Flow A” is added');
  expect(lines.join('\n')).toContain('Flow “Flow B 🏗️” is added');
  expect(lines.find((line) => line.startsWith('torn.flow.json'))).toMatch(/not complete JSON|cannot be read|damaged/i);
  expect(await report.innerText()).toContain('2 of 3 files taken in');
  await report.getByRole('button', { name: 'Open Flow A' }).click();
  await new DesignerPage(page).ready();
});

it('hands the open flow out as its file', async () => {
  await on.designer.client.flow.create({ name: 'Handed out', document: billsFlow('Handed out', 'f_out') });
  const { page } = await on.open('/flows/f_out');
  await new DesignerPage(page).ready();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('textbox').fill('Export the flow file');
  const download = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  const file = await download;
  expect(file.suggestedFilename()).toBe('Handed out.flow.json');
  expect(JSON.parse(await readFile(await file.path(), 'utf8'))).toMatchObject({ id: 'f_out', name: 'Handed out' });
});

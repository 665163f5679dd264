import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { billsFlow, bindPractice } from '../support/designer.ts';
import { DesignerPage } from './support/pages.ts';
import { stage } from './support/story.ts';

const on = stage();
let count = 0;
let id: string;

beforeEach(async () => {
  count += 1;
  id = `f_odd_${count}`;
  await on.designer.client.flow.create({ name: `Odd ${count}`, document: billsFlow(`Odd ${count}`, id) });
  await bindPractice(on.designer.client, id);
});

async function designer(flow = id): Promise<DesignerPage> {
  const at = new DesignerPage((await on.open(`/flows/${flow}`)).page);
  await at.ready();
  return at;
}

/** The file of a flow in the workspace folder. */
async function fileOf(flow: string): Promise<string> {
  const { fileName } = await on.designer.client.flow.get({ id: flow });
  return join(on.designer.test.workspace.folder, 'flows', fileName);
}

describe('a workspace folder that is read-only', () => {
  it('says why, changes nothing, and offers nothing that would fail', async () => {
    const { workspace } = on.designer.test;
    Object.defineProperty(workspace, 'readOnly', { value: true, configurable: true });
    try {
      const at = await designer();
      await expect.poll(() => at.page.locator('.banner').innerText()).toContain('folder is read-only');
      await at.node('codes').click();
      await at.page.keyboard.press('d');
      await at.page.keyboard.press('Delete');
      expect(await at.nodes().count()).toBe(4);
      expect(await at.page.getByRole('button', { name: 'Dry run' }).isDisabled()).toBe(true);
      expect(await at.page.locator('.save-mark').innerText()).toBe('Read-only');
      await at.page.keyboard.press('Control+1');
      expect(await at.page.getByRole('button', { name: 'New flow' }).isDisabled()).toBe(true);
      expect((await on.designer.client.flow.get({ id })).draft).toBeUndefined();
    } finally {
      Object.defineProperty(workspace, 'readOnly', { value: false, configurable: true });
    }
  });
});

describe('files that others write', () => {
  it('opens a flow of a newer version read-only and leaves its file as it is', async () => {
    const path = await fileOf(id);
    const newer = JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), schemaVersion: 99, novelty: { a: 1 } });
    await writeFile(path, newer);
    const at = await designer();
    await expect.poll(() => at.page.locator('.banner').innerText()).toContain('written by a newer Costwire');
    await at.node('codes').click();
    await at.page.keyboard.press('d');
    await at.page.keyboard.press('Control+s');
    expect(await at.page.getByRole('button', { name: 'Dry run' }).isDisabled()).toBe(true);
    expect(await readFile(path, 'utf8')).toBe(newer);
  });

  it('shows an outside edit at once, and asks where something of ours is not saved', async () => {
    const at = await designer();
    const path = await fileOf(id);
    const edited = async (label: string) => {
      const doc = JSON.parse(await readFile(path, 'utf8'));
      for (const node of doc.nodes) if (node.id === 'codes') node.label = label;
      await writeFile(path, JSON.stringify(doc, null, 2));
    };
    await edited('Pulled from git');
    await expect.poll(() => at.node('codes').innerText()).toContain('Pulled from git');
    await at.node('bill').click();
    await at.page.keyboard.press('d');
    await at.kept().waitFor();
    await edited('Pulled again');
    const dialog = at.page.getByRole('dialog');
    await dialog.waitFor();
    await dialog.getByRole('button', { name: 'Take theirs' }).click();
    await expect.poll(() => at.node('codes').innerText()).toContain('Pulled again');
  });
});

describe('names of every script, and finding them', () => {
  it('shows emoji and right-to-left names whole, and finds flows, nodes and commands by them', async () => {
    const name = 'عقد 🏗️ مشروع';
    const { document } = await on.designer.client.flow.create({ name, document: billsFlow(name, 'f_rtl') });
    const at = await designer(document.id);
    await at.node('codes').click();
    await at.page.keyboard.press('F2');
    await at.page.locator('.react-flow__node input').fill('שורות 💵');
    await at.page.keyboard.press('Enter');
    await expect.poll(() => at.node('codes').innerText()).toContain('שורות 💵');
    await at.page.keyboard.press('Control+s');
    await at.saved().waitFor();
    await at.page.keyboard.press('Control+k');
    const box = at.page.getByRole('dialog').getByRole('textbox');
    const list = () => at.page.getByRole('dialog').innerText();
    await box.fill('مشروع');
    await expect.poll(list).toContain(name);
    await box.fill('שורות');
    await expect.poll(list).toContain(`map-codes in ${name}`);
    await box.fill('Acumatica Practice');
    await expect.poll(list).toContain('acumatica, practice');
    await box.fill('arrange');
    await expect.poll(list).toContain('Arrange');
  });
});

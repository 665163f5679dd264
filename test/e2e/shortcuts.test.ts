import { expect, it } from 'vitest';
import { billsFlow } from '../support/designer.ts';
import { DesignerPage } from './support/pages.ts';
import { stage } from './support/story.ts';

const on = stage();

it('changes a shortcut by pressing the new keys; every window, tooltip and menu follows', async () => {
  await on.designer.client.flow.create({ name: 'Keys', document: billsFlow('Keys', 'f_keys') });
  const { page } = await on.open('/flows/f_keys');
  const other = (await on.open('/flows/f_keys')).page;
  await new DesignerPage(page).ready();
  await new DesignerPage(other).ready();
  await page.locator('.react-flow__pane').click({ position: { x: 20, y: 20 } });
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Change the shortcut of Add node …' }).click();
  await page.keyboard.press('Control+j');
  await expect.poll(() => dialog.getByRole('button', { name: /Back to the default for Add node/ }).count()).toBe(1);
  // Ctrl+J has a holder now: taking it over names both.
  await dialog.getByRole('button', { name: 'Change the shortcut of Arrange', exact: true }).click();
  await page.keyboard.press('Control+j');
  const question = dialog.getByRole('alert');
  await expect.poll(() => question.innerText()).toContain('Ctrl+J belongs to “Add node …”');
  expect(await question.innerText()).toContain('“Arrange”');
  await question.getByRole('button', { name: 'Leave it' }).click();
  await dialog.getByRole('button', { name: 'Change the shortcut of Arrange', exact: true }).click();
  await page.keyboard.press('Control+w');
  await expect.poll(() => question.innerText()).toContain('kept by the browser');
  await page.keyboard.press('Escape');
  expect((await on.designer.client.settings.get()).shortcuts).toEqual({ 'edit.addNode': 'Ctrl+J' });

  const tool = other.getByRole('toolbar').getByRole('button', { name: 'Add node …' });
  await tool.focus();
  await expect.poll(() => other.getByRole('tooltip').allInnerTexts()).toContain('Add node … Ctrl+J');
  await other.locator('.react-flow__pane').click({ position: { x: 20, y: 20 } });
  await other.keyboard.press('a');
  expect(await other.locator('.quick-add__field').count()).toBe(0);
  await other.keyboard.press('Control+j');
  await other.locator('.quick-add__field').waitFor();
});

it('follows the appearance that another window chose', async () => {
  const { page } = await on.open('/settings');
  const other = (await on.open('/flows')).page;
  await page.getByRole('radio', { name: 'High contrast' }).click();
  await expect.poll(() => other.evaluate(() => document.documentElement.dataset.theme)).toBe('contrast');
});

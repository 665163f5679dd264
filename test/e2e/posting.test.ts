/** Starting, stopping and confirming runs, on a stage whose runs can be held still. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { FlowDocument } from '../../engine/model/flow.ts';
import { seriousFaults } from '../support/axe.ts';
import { billsFlow, bindPractice } from '../support/designer.ts';
import { DesignerPage } from './support/pages.ts';
import { stage } from './support/story.ts';

const on = stage();
let flow: FlowDocument;
let count = 0;

beforeEach(async () => {
  count += 1;
  const { document } = await on.designer.client.flow.create({
    name: `Invoices ${count}`,
    document: billsFlow(`Invoices ${count}`, `f_post_${count}`),
  });
  flow = document;
  await bindPractice(on.designer.client, flow.id);
});

async function designer(): Promise<DesignerPage> {
  const { page } = await on.open(`/flows/${flow.id}`);
  const at = new DesignerPage(page);
  await at.ready();
  return at;
}

/** Binds the ERP to production. */
async function bindProduction(): Promise<void> {
  const { client } = on.designer;
  const { slots } = (await client.flow.get({ id: flow.id })).bindings;
  const erp = await client.connection.save({
    name: `Main company ${count}`,
    connector: 'acumatica',
    environment: 'production',
    fields: {},
  });
  await client.flow.setBindings({ id: flow.id, slots: { ...slots, erp: erp.id }, parameters: {} });
}

describe('posting to production', () => {
  it('states verb, count, amount, target and environment, and posts only when that is pressed', async () => {
    await bindProduction();
    const at = await designer();
    const { page } = at;
    await page.keyboard.press('F9');
    await page.getByRole('button', { name: /^Dry run: / }).waitFor();
    await page.getByRole('button', { name: 'Post …' }).click();
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', {
      name: `Post 10 documents (12,505.00 USD) to Main company ${count} (Production)`,
    });
    await confirm.waitFor();
    expect(await dialog.innerText()).toContain('cannot be taken back');
    // Enter out of habit does not post.
    const cancel = dialog.getByRole('button', { name: 'Cancel' });
    expect(await cancel.evaluate((it) => it === document.activeElement)).toBe(true);
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    const kinds = async (): Promise<string[]> =>
      (await on.designer.client.run.list({ flowId: flow.id })).runs.map(({ kind }) => kind);
    expect(await kinds()).toEqual(['dry']);
    await page.getByRole('button', { name: 'Post …' }).click();
    // In production the count is typed first: a click out of habit does not post either.
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel('Type the number of documents').fill('9');
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel('Type the number of documents').fill('10');
    await confirm.click();
    await expect.poll(kinds).toEqual(['post', 'dry']);
  });
});

describe('a run under way', () => {
  it('is stopped from the bar, keeps what it did, and says that it was stopped', async () => {
    const at = await designer();
    const { page } = at;
    on.designer.holdRuns();
    await page.keyboard.press('F9');
    await page.getByText('Running', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Dry run: Cancelled' }).waitFor();
    await page.getByRole('tab', { name: 'Records' }).click();
    await expect.poll(() => page.locator('.groups').innerText()).toMatch(/12 in all[\s\S]*2 held/);
    const [run] = (await on.designer.client.run.list({ flowId: flow.id })).runs;
    expect(run?.status).toBe('cancelled');
  });

  it('is followed on its own screen until it has finished', async () => {
    const release = on.designer.holdRuns();
    const run = await on.designer.client.run.start({ kind: 'dry', flowId: flow.id });
    const { page } = await on.open(`/runs/${run.id}`);
    await page.getByText('Under way', { exact: false }).waitFor();
    release();
    await expect.poll(() => page.locator('.groups').innerText()).toContain('12 in all');
  });

  it('that does not exist is said so, with the way back', async () => {
    const { page } = await on.open('/runs/r_nowhere');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('Try again');
    await page.getByRole('link', { name: 'All runs' }).click();
    await expect.poll(() => page.locator('h1').innerText()).toBe('Runs');
  });
});

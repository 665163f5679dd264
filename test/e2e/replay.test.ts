/** From a run with held records to the posting sheet of exactly these, a corrected field, and the document in the ERP. */
import { createRouterClient } from '@orpc/server';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CostwireClient } from '../../engine/api/contract.ts';
import type { RunSummary } from '../../engine/model/run.ts';
import { seriousFaults } from '../support/axe.ts';
import { practiceStage } from './support/practice.ts';

/** Keyed by hand in the practice ERP with another amount, so its bill is held. */
const duplicate = 'CCA-0702';

let client: CostwireClient;
let page: Page;
let original: RunSummary;

async function finished(started: RunSummary): Promise<RunSummary> {
  for await (const event of await client.run.watch({ runId: started.id }))
    if (event.type === 'finished') return event.run;
  return client.run.get({ runId: started.id });
}

const on = practiceStage(async (served) => {
  client = createRouterClient(served.host.service.router) as CostwireClient;
  const { flows } = await client.flow.list();
  const flowId = flows.find(({ name }) => name.includes('AP bills'))?.id ?? '';
  const dry = await finished(await client.run.start({ kind: 'dry', flowId }));
  const { hash } = await client.run.postingSheet({ runId: dry.id });
  original = await finished(await client.run.start({ kind: 'post', flowId, sheet: { runId: dry.id, hash } }));
});
beforeEach(() => {
  page = on.page;
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const list = () => page.getByRole('grid', { name: 'Records to choose from' });
const chosen = () => page.locator('.replay__foot [role=status]');

/** Opens the replay of the run and chooses the duplicate by its reason. */
async function chooseDuplicate(): Promise<void> {
  await page.goto(`${on.served.address}/#/runs/${original.id}`);
  await button('Replay …').click();
  await page.getByRole('checkbox', { name: /held, Duplicate \(delivery\.duplicateInTarget\)/ }).check();
}

/** Changes the invoice number of the duplicate, and says why. */
async function renumber(to: string): Promise<void> {
  await page.getByRole('textbox', { name: /Find/ }).fill(duplicate);
  await list().locator('[data-row="0"]').getByText(duplicate).first().click();
  await page.getByText(`Record: ${duplicate}`).waitFor();
  await page.getByRole('combobox', { name: 'Field' }).click();
  await page.getByRole('option', { name: 'Invoice number (invoice_number)' }).click();
  await page.getByText(`Read as “${duplicate}”`).waitFor();
  await page.getByRole('textbox', { name: 'New value' }).fill(to);
  await button('Add the change').click();
  expect(await button('Show the posting sheet').isDisabled()).toBe(true);
  await page.getByLabel(/^Why the fields are changed/).fill('The vendor sent a corrected invoice.');
}

async function newestRuns(): Promise<RunSummary[]> {
  return (await client.run.list({ limit: 5 })).runs;
}

describe('replaying held records', () => {
  it('chooses by reason and by hand, and shows what is posted as done', async () => {
    await chooseDuplicate();
    await expect.poll(() => chosen().innerText()).toMatch(/^1 record chosen \([\d,.]+ USD\)$/);
    const open = original.counts.held;
    await button(`All ${open} open records`).click();
    await expect.poll(() => chosen().innerText()).toContain(`${open} records chosen`);
    await button('None').click();
    await expect.poll(() => button('Show the posting sheet').isDisabled()).toBe(true);
    // By keyboard: the list, and space on a record.
    await list().locator('[data-row="0"] [role=gridcell]').nth(1).click();
    await page.keyboard.press('Space');
    await expect.poll(() => chosen().innerText()).toContain('1 record chosen');
    await page.getByRole('textbox', { name: /Find/ }).fill('Already posted');
    await expect.poll(() => list().locator('[data-row="0"]').innerText()).toMatch(/Already posted: \d+/);
    expect(await list().locator('[data-row="0"]').getByRole('checkbox').count()).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('shows the posting sheet of exactly these, with a corrected field, and posts it once', async () => {
    await chooseDuplicate();
    await renumber('CCA-0702-R');
    await button('Show the posting sheet').click();
    const post = button(/^Post 1 document \([\d,.]+ USD\) to .+ \(Practice\)$/);
    await post.waitFor();
    const [dry] = await newestRuns();
    expect(dry).toMatchObject({ kind: 'dry', counts: { total: 1, awaitingApproval: 1, posted: 0 } });
    const vouchers = page.getByRole('grid', { name: 'Vouchers' });
    expect(await vouchers.locator('[data-row="0"]').innerText()).toContain('CCA-0702-R');
    expect(await seriousFaults(page)).toEqual([]);
    await post.click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Cancel' }).evaluate((it) => it === document.activeElement)).toBe(
      true,
    );
    await dialog.getByRole('button', { name: /^Post 1 document/ }).click();
    await page.locator('.groups__card', { hasText: 'posted' }).waitFor();
    const [run] = await newestRuns();
    expect(run).toMatchObject({ kind: 'replay', counts: { total: 1, posted: 1 } });
    expect(page.url()).toContain(run?.id ?? 'nowhere');
    const { store } = on.served.host;
    expect(await store.overrides.ofRun(run?.id ?? '')).toMatchObject([
      { field: 'invoice_number', before: duplicate, after: 'CCA-0702-R', why: 'The vendor sent a corrected invoice.' },
    ]);
    expect((await store.audit.ofRun(run?.id ?? '')).map(({ body }) => body.event)).toEqual(
      expect.arrayContaining(['approved', 'override', 'created']),
    );
    expect(await store.audit.verify()).toMatchObject({ intact: true });
  });

  it('never posts a success again: it is offered as posted, with its number', async () => {
    const [posted] = await newestRuns();
    const { records } = await client.record.search({ runId: posted?.id ?? '', statuses: ['posted'] });
    await chooseDuplicate();
    await renumber('CCA-0702-R');
    await button('Show the posting sheet').click();
    await page.getByText('1 record is already posted and will not be posted again').waitFor();
    expect(await page.locator('.replay__named').innerText()).toContain(records[0]?.target?.number ?? 'nothing');
    expect(await button('Nothing to post').isDisabled()).toBe(true);
    // What was chosen and changed is still there.
    await button('Choose again').click();
    await expect.poll(() => chosen().innerText()).toContain('1 record chosen');
    expect(await page.locator('.replay__side').innerText()).toContain('CCA-0702-R');
  });

  it('asks for the count before it posts to production', async () => {
    const acumatica = (await client.connection.list()).find(({ connector }) => connector === 'acumatica');
    if (acumatica === undefined) throw new TypeError('The practice company has an ERP.');
    const { id, name, connector, fields } = acumatica;
    await client.connection.save({ id, name, connector, fields, environment: 'production' });
    await chooseDuplicate();
    await renumber('CCA-0702-S');
    await button('Show the posting sheet').click();
    await button(/^Post 1 document .+ \(Production\)$/).click();
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: /^Post 1 document/ });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('2');
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('1');
    expect(await confirm.isEnabled()).toBe(true);
    expect(await seriousFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
  });
});

/** Vendors that a run proposes to link, accepted and rejected by a person on the screen. */
import { createRouterClient } from '@orpc/server';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CostwireClient } from '../../engine/api/contract.ts';
import type { RunSummary } from '../../engine/model/run.ts';
import { seriousFaults } from '../support/axe.ts';
import { practiceStage } from './support/practice.ts';

let client: CostwireClient;
let page: Page;
let flowId = '';

async function finished(started: RunSummary): Promise<RunSummary> {
  for await (const event of await client.run.watch({ runId: started.id }))
    if (event.type === 'finished') return event.run;
  return client.run.get({ runId: started.id });
}

/** A run that is not dry: what it proposes waits in the table. */
async function post(): Promise<RunSummary> {
  const dry = await finished(await client.run.start({ kind: 'dry', flowId }));
  const { hash } = await client.run.postingSheet({ runId: dry.id });
  return finished(await client.run.start({ kind: 'post', flowId, sheet: { runId: dry.id, hash } }));
}

const on = practiceStage(async (served) => {
  client = createRouterClient(served.host.service.router) as CostwireClient;
  const template = (await client.template.list()).find(({ id }) => id === 'procore-vendors-to-acumatica');
  const connections = await client.connection.list();
  const slots = Object.fromEntries(
    (template?.slots ?? []).map(({ slot, connector }) => [
      slot,
      connections.find((connection) => connection.connector === connector)?.id ?? '',
    ]),
  );
  ({ flowId } = await client.template.use({ id: template?.id ?? '', slots }));
  await post();
});
beforeEach(() => {
  page = on.page;
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const list = () => page.getByRole('grid', { name: 'Proposals for Vendor links' });
const row = (name: string) => list().getByRole('row').filter({ hasText: name });
const last = () => page.locator('.proposals__last');
const accepted = async (): Promise<string[]> => {
  const version = await on.served.host.store.tables.version('vendor-links');
  const at = version?.schema.targets.findIndex(({ name }) => name === 'accepted') ?? -1;
  return (version?.rows ?? [])
    .filter(({ targets }) => targets[at] === 'true')
    .map(({ targets: [vendor = ''] }) => vendor);
};

describe('proposed vendors', () => {
  it('are counted in the list, and are told with why and by which run', async () => {
    await page.goto(`${on.served.address}/#/tables`);
    await page.getByRole('link', { name: /to decide/ }).click();
    await list().waitFor();
    const { proposals } = await client.table.proposals({ id: 'vendor-links' });
    expect(await list().getAttribute('aria-rowcount')).toBe(String(proposals.length + 1));
    const told = await row('North Wind Roofing').innerText();
    for (const text of ['V000013', 'North Wind Roofing Inc', 'tax id', 'high']) expect(told).toContain(text);
    await row('North Wind Roofing').getByRole('gridcell').nth(1).click();
    await page.locator('.proposals__why').getByText('the tax ids agree').waitFor();
    expect(await button('Accept').isDisabled()).toBe(true);
    expect(await seriousFaults(page)).toEqual([]);
    await list().getByRole('link', { name: /^Post/ }).first().click();
    await page.getByRole('heading', { name: 'Vendors: Procore → Acumatica' }).waitFor();
  });

  it('count from the version that accepts them, and wait again when that is taken back', async () => {
    await page.goto(`${on.served.address}/#/tables/vendor-links/proposals`);
    await row('North Wind Roofing').getByRole('checkbox').click();
    // By keyboard: the next one, and the decision.
    await list().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.getByText('2 proposals chosen').waitFor();
    await page.keyboard.press('Control+Enter');
    await last().getByText('2 rows accepted, published as version 2.').waitFor();
    expect(await accepted()).toEqual(['V000013', 'V000020']);
    await last().getByRole('button', { name: 'Take it back' }).click();
    await last()
      .getByText(/2 proposals wait again; version 3/)
      .waitFor();
    expect(await accepted()).toEqual([]);
    await row('North Wind Roofing').getByRole('checkbox').click();
    await button('Accept 1 row and publish version 4').click();
    await last().getByText('1 row accepted, published as version 4.').waitFor();
    // The next run takes the vendor as linked.
    const run = await post();
    const { records } = await client.record.search({ runId: run.id, text: 'North Wind Roofing' });
    expect(records.map(({ status }) => status)).toEqual(['skipped']);
    expect(await row('North Wind Roofing').count()).toBe(0);
  });

  it('are rejected with a reason, and are not proposed again', async () => {
    await page.goto(`${on.served.address}/#/tables/vendor-links/proposals`);
    await row('Triple').getByRole('checkbox').click();
    await list().focus();
    await page.keyboard.press('Delete');
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Reject 1 row' }).isDisabled()).toBe(true);
    await dialog.getByLabel(/^Reason/).fill('Another company: no connection to Triple T of Reno.');
    expect(await seriousFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Reject 1 row' }).click();
    await last().getByText('1 row rejected, published as version 5.').waitFor();
    await post();
    await page.getByRole('link', { name: /^Rows/ }).click();
    const rows = page.getByRole('grid', { name: 'Vendor links' });
    const kept = await rows.getByRole('row').filter({ hasText: 'Triple' }).innerText();
    expect(kept).toContain('false');
    expect(kept).toContain('Another company: no connection to Triple T of Reno.');
    expect(
      (await client.table.proposals({ id: 'vendor-links' })).proposals.some(({ row: { keys } }) =>
        kept.includes(keys[0] ?? ''),
      ),
    ).toBe(false);
  });

  it('are refused where another decided first, and shown as they are now', async () => {
    await page.goto(`${on.served.address}/#/tables/vendor-links/proposals`);
    const { proposals } = await client.table.proposals({ id: 'vendor-links' });
    await button(`Choose all ${proposals.length} shown`).click();
    const [first] = proposals;
    const { store } = on.served.host;
    // A command decides in another process: no window hears of it.
    const draft = await store.tables.draft('vendor-links');
    const at = draft?.schema.targets.findIndex(({ name }) => name === 'accepted') ?? -1;
    const rows = (draft?.rows ?? []).map((each) =>
      each.id === first?.row.id ? { ...each, targets: each.targets.with(at, 'true') } : each,
    );
    if (draft !== undefined) await store.tables.saveDraft(draft.schema, rows, 'Bea');
    await button(/^Accept \d+ rows? and publish/).click();
    await page.getByRole('alert').getByText('was accepted meanwhile; nothing was decided.').waitFor();
    await expect.poll(() => row(first?.row.keys[0] ?? '?').count()).toBe(0);
    await page
      .getByText(`${proposals.length - 1} proposal`)
      .first()
      .waitFor();
  });
});

describe('codes of the ERP', () => {
  it('are offered by name while typing, and what the ERP does not know is marked without standing in the way', async () => {
    await page.goto(`${on.served.address}/#/tables/cost-codes`);
    const grid = page.getByRole('grid', { name: 'Cost codes → accounts' });
    await page.getByText(/^Codes checked against Acumatica/).waitFor();
    const cell = grid.locator('[data-row="0"] [role=gridcell]').nth(2);
    expect(await cell.innerText()).toBe('51100 Job labor');
    await cell.click();
    await page.keyboard.type('5');
    const field = page.getByRole('combobox', { name: 'Account' });
    const offered = await field.evaluate((input) =>
      input instanceof HTMLInputElement ? [...(input.list?.options ?? [])].map(({ label }) => label) : [],
    );
    expect(offered).toContain('53100: Equipment rental');
    await field.fill('59999');
    await page.keyboard.press('Enter');
    await cell.click();
    await page.getByText('“59999” is not among Accounts of Acumatica (practice).').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Publish …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/unknown to the target system or not in use there/).waitFor();
    expect(await dialog.getByRole('button', { name: /^Publish version/ }).isEnabled()).toBe(true);
    await page.keyboard.press('Escape');
  });
});

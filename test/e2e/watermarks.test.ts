/** How far each project was read, in the flow's own panel, and setting it by hand. */
import { describe, expect, it } from 'vitest';
import { watermarkNode } from '../../engine/run/watermark.ts';
import { seriousFaults } from '../support/axe.ts';
import { billsFlow, bindPractice } from '../support/designer.ts';
import { sampleOutcome, sampleRun } from '../support/store.ts';
import { DesignerPage } from './support/pages.ts';
import { stage } from './support/story.ts';

const story = stage();
const reached = '2026-03-01T10:00:00.000Z';

describe('the watermarks of a flow', () => {
  it('stand in its panel by project; one is set back after its warning, with a reason', async () => {
    const { client, test } = story.designer;
    const { document } = await client.flow.create({ name: 'Bills', document: billsFlow() });
    await bindPractice(client, document.id);
    for (const scope of ['p1', 'p2'])
      await test.store.watermarks.advance(document.id, watermarkNode(document, 'read'), scope, reached);
    const run = sampleRun('r1', { flowId: document.id });
    await test.store.recorder.start(run, document);
    const outcome = sampleOutcome('r1', 1);
    const scope = { kind: 'project' as const, id: 'p1', label: 'Riverside Tower' };
    test.store.recorder.settle({ ...outcome, origin: { ...outcome.origin, scope } });
    await test.store.recorder.finish({ ...run, status: 'succeeded', finishedAt: reached });

    const { page } = await story.open(`/flows/${document.id}`);
    await new DesignerPage(page).ready();
    const row = page.locator('.watermarks tbody tr').filter({ hasText: 'Riverside Tower' });
    await row.waitFor();
    expect(await page.locator('.watermarks tbody tr').count()).toBe(2);
    expect(await row.locator('time').getAttribute('title')).toBe(reached);
    expect(await page.locator('.watermarks caption').innerText()).toContain('The last 10 minutes before it');
    expect(await seriousFaults(page)).toEqual([]);

    await row.getByRole('button', { name: 'Change how far Riverside Tower was read' }).click();
    const dialog = page.getByRole('dialog');
    const field = dialog.getByLabel(/^Read up to \(/);
    const back = dialog.getByRole('button', { name: 'Read again from there' });
    expect(await dialog.getByRole('status').innerText()).toBe('It stands there already.');
    expect(await back.isDisabled()).toBe(true);
    await field.fill('2026-05-01T00:00:00');
    expect(await dialog.getByRole('status').innerText()).toMatch(/will never be read/);
    await dialog.getByRole('button', { name: 'Skip what lies between' }).waitFor();
    await field.fill('2026-01-01T00:00:00');
    expect(await dialog.getByRole('status').innerText()).toMatch(
      /found in the ledger and not posted again.*more calls/,
    );
    // Nothing is set before a reason is given.
    expect(await back.isDisabled()).toBe(true);
    await dialog.getByLabel(/^Reason/).fill('Records were corrected in the source.');
    expect(await seriousFaults(page)).toEqual([]);
    await back.click();
    await dialog.waitFor({ state: 'detached' });
    await row.getByText('Set by Ada').waitFor();
    const wanted = await page.evaluate(() => new Date('2026-01-01T00:00:00').toISOString());
    expect(await row.locator('time').getAttribute('title')).toBe(wanted);
    const { sequence } = await test.store.audit.head();
    const entries = await test.store.audit.range(0, sequence);
    expect(entries.filter(({ body }) => body.event === 'watermarkEdited').map(({ body }) => body.detail)).toEqual([
      expect.stringContaining('Records were corrected in the source.'),
    ]);
  });

  it('that a run moved meanwhile is left where it is', async () => {
    const { client, test } = story.designer;
    const flowId = 'f_bills';
    const { document } = await client.flow.get({ id: flowId });
    const { page } = await story.open(`/flows/${flowId}`);
    await page.getByRole('button', { name: 'Change how far Project p2 was read' }).click();
    const later = '2026-03-02T10:00:00.000Z';
    await test.store.watermarks.advance(flowId, watermarkNode(document, 'read'), 'p2', later);
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/^Read up to \(/).fill('2026-01-01T00:00:00');
    await dialog.getByLabel(/^Reason/).fill('Again.');
    await dialog.getByRole('button', { name: 'Read again from there' }).click();
    await expect.poll(() => dialog.getByRole('alert').innerText()).toMatch(/has meanwhile read up to/);
    const listed = await client.watermark.list({ flowId });
    expect(listed.find(({ scope }) => scope === 'p2')?.reached).toBe(later);
  });
});

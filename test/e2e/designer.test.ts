import { beforeEach, describe, expect, it } from 'vitest';
import type { FlowDocument } from '../../engine/model/flow.ts';
import { billsFlow, bindPractice, largeFlow } from '../support/designer.ts';
import { DesignerPage } from './support/pages.ts';
import { stage } from './support/story.ts';

const on = stage();
let flow: FlowDocument;
let count = 0;

beforeEach(async () => {
  count += 1;
  const { document } = await on.designer.client.flow.create({
    name: `Requisitions ${count}`,
    document: billsFlow(`Requisitions ${count}`, `f_story_${count}`),
  });
  flow = document;
  await bindPractice(on.designer.client, flow.id);
});

async function designer(options?: Parameters<typeof on.open>[1]): Promise<DesignerPage> {
  const { page } = await on.open(`/flows/${flow.id}`, options);
  const shown = new DesignerPage(page);
  await shown.ready();
  return shown;
}

/** The draft at the host, once it was kept. */
async function draft(at: DesignerPage): Promise<FlowDocument> {
  await at.kept().waitFor();
  const view = await on.designer.client.flow.get({ id: flow.id });
  return view.draft?.document ?? view.document;
}

const wiresOf = (doc: FlowDocument): string[] => doc.wires.map(({ from, to }) => `${from}→${to}`);

describe('building a flow', () => {
  it('shows verb, object and connection on every node, in run order for the keyboard', async () => {
    const at = await designer();
    await expect.poll(() => at.node('read').innerText()).toContain('Procore Practice');
    expect(await at.node('post').innerText()).toContain('Post AP bills');
    const labels = await at.nodes().evaluateAll((nodes) => nodes.map((node) => node.getAttribute('aria-label')));
    expect(labels[0]).toMatch(/Read requisitions \(Procore Practice\), node \d of 4/);
    expect(await at.nodes().evaluateAll((nodes) => nodes.map((node) => node.dataset.id))).toEqual([
      'read',
      'codes',
      'bill',
      'post',
    ]);
  });

  it('adds after the chosen node by typing, and takes it back', async () => {
    const at = await designer();
    await at.node('codes').click();
    await at.page.keyboard.press('a');
    await at.addByTyping('filt');
    await expect.poll(() => at.nodes().count()).toBe(5);
    expect(wiresOf(await draft(at)).some((wire) => /^codes→filter-/.test(wire))).toBe(true);
    await at.page.keyboard.press('Control+z');
    await expect.poll(() => at.nodes().count()).toBe(4);
    await at.page.keyboard.press('Control+Shift+z');
    await expect.poll(() => at.nodes().count()).toBe(5);
  });

  it('puts a node into a wire that is double-clicked', async () => {
    const at = await designer();
    await at.clickWire('codes→bill', 2);
    await at.addByTyping('filter');
    const wires = wiresOf(await draft(at));
    expect(wires).not.toContain('codes→bill');
    expect(wires).toHaveLength(4);
  });

  it('offers only what fits where a wire is dropped in space', async () => {
    const at = await designer();
    const canvas = await at.page.locator('[data-canvas]').boundingBox();
    if (canvas === null) throw new TypeError('no canvas');
    await at.drag(at.port('bill', 'source', 'out'), { x: canvas.x + canvas.width / 2, y: canvas.y + 40 });
    await at.quickAdd().waitFor();
    const choices = await at.page.locator('.quick-add__title').allInnerTexts();
    expect(choices).toContain('Filter');
    expect(choices).not.toContain('Read');
    await at.addByTyping('filter');
    expect(wiresOf(await draft(at)).some((wire) => /^bill→filter-/.test(wire))).toBe(true);
  });

  it('says why a wire is refused, and mends it with one press', async () => {
    const at = await designer();
    await at.drag(at.port('codes', 'source', 'out'), at.node('post'));
    const refused = at.page.locator('.refused');
    await refused.waitFor();
    expect(await refused.innerText()).toContain('A Map between them');
    await refused.getByRole('button', { name: 'Put a Map between' }).click();
    const doc = await draft(at);
    const added = doc.nodes.find((node) => node.kind === 'map' && node.id !== 'bill');
    expect(added?.config.to).toEqual({ slot: 'erp', resource: 'bills' });
    expect(wiresOf(doc)).toContain(`codes→${added?.id}`);
    await at.drag(at.port('bill', 'source', 'out'), at.node('codes'));
    await expect.poll(() => refused.innerText()).toContain('circle');
  });

  it('connects by keyboard alone', async () => {
    const at = await designer();
    await at.node('read').click();
    await at.page.keyboard.press('c');
    await at.addByTyping('AP bills');
    await expect.poll(() => at.wires().count()).toBe(4);
  });

  it('moves with the arrow keys as one step, and joins what a deletion cut', async () => {
    const at = await designer();
    await at.node('codes').click();
    for (let press = 0; press < 4; press += 1) await at.page.keyboard.press('Control+ArrowDown');
    expect((await draft(at)).layout.nodes.codes).toEqual([320, 32]);
    await at.page.keyboard.press('Control+z');
    await at.page.keyboard.press('Control+Delete');
    await expect.poll(() => at.nodes().count()).toBe(3);
    expect(wiresOf(await draft(at))).toEqual(expect.arrayContaining(['read→bill', 'bill→post']));
  });

  it('copies nodes as text into another flow, and refuses garbage with a sentence', async () => {
    const at = await designer();
    await at.node('codes').click();
    await at.page.keyboard.press('Control+a');
    await at.page.keyboard.press('Control+c');
    expect(await at.page.evaluate(() => navigator.clipboard.readText())).toContain('costwire/nodes');
    await at.page.keyboard.press('Control+v');
    await expect.poll(() => at.nodes().count()).toBe(8);
    await at.page.evaluate(() => navigator.clipboard.writeText('{"a": [1, 2'));
    await at.page.keyboard.press('Control+v');
    await expect.poll(() => at.page.locator('.notices').innerText()).toContain('does not hold nodes');
    expect(await at.nodes().count()).toBe(8);
  });

  it('arranges everything as one undo step', async () => {
    const at = await designer();
    await on.designer.client.flow.get({ id: flow.id });
    await at.node('codes').click();
    await at.page.keyboard.press('Control+ArrowDown');
    await at.page.keyboard.press('Control+Shift+l');
    await expect.poll(async () => at.page.getByRole('button', { name: 'Undo: Arrange the flow' }).count()).toBe(1);
    const places = (await draft(at)).layout.nodes;
    expect((places.read?.[0] ?? 0) < (places.codes?.[0] ?? 0)).toBe(true);
  });

  it('drags a node as one step on the grid', async () => {
    const at = await designer();
    const box = await at.node('post').boundingBox();
    if (box === null) throw new TypeError('no node');
    await at.page.mouse.move(box.x + 40, box.y + 12);
    await at.page.mouse.down();
    await at.page.mouse.move(box.x + 60, box.y + 60, { steps: 5 });
    await at.page.mouse.move(box.x + 45, box.y + 90, { steps: 5 });
    await at.page.mouse.up();
    const place = (await draft(at)).layout.nodes.post ?? [0, 0];
    expect(place[1] > 0 && place.every((part) => part % 8 === 0)).toBe(true);
    await at.page.keyboard.press('Control+z');
    await expect.poll(() => at.page.getByRole('button', { name: 'Undo', exact: true }).isDisabled()).toBe(true);
  });
});

describe('looking at a flow', () => {
  it('shows counts of a run on nodes and wires', async () => {
    const at = await designer();
    const release = on.designer.holdRuns();
    await at.page.keyboard.press('F9');
    await at.page.getByText('Running', { exact: true }).waitFor();
    release();
    await expect.poll(() => at.node('post').innerText()).toContain('2 held');
    await expect.poll(() => at.page.locator('.wire__count').count()).toBeGreaterThan(0);
  });

  it('typing in a field never draws the canvas', async () => {
    const at = await designer();
    await at.node('codes').click();
    const name = at.page.getByLabel('Name of the flow').or(at.page.locator('.flow-name'));
    await name.first().click();
    await at.page.keyboard.press('End');
    const drawn = (): Promise<number> => at.page.evaluate(() => window.costwireDrawings?.() ?? -1);
    const before = await drawn();
    expect(before).toBeGreaterThan(0);
    await at.page.keyboard.type(' in autumn');
    expect(await drawn()).toBe(before);
  });

  it('walks the outline as a tree', async () => {
    const at = await designer();
    await at.page.getByText('Outline', { exact: true }).click();
    const items = at.page.getByRole('treeitem');
    await expect.poll(() => items.count()).toBe(4);
    await items.first().focus();
    await at.page.keyboard.press('ArrowDown');
    await expect.poll(() => at.node('codes').getAttribute('class')).toContain('selected');
    expect(await items.nth(1).innerText()).toContain('to Map fields to AP bills');
  });

  it('goes to problems with F8', async () => {
    const at = await designer();
    await at.clickWire('bill→post');
    await at.page.keyboard.press('Delete');
    await expect.poll(() => at.page.locator('.problem').count()).toBe(1);
    await at.page.keyboard.press('F8');
    await expect.poll(() => at.node('post').getAttribute('class')).toContain('selected');
  });

  it('compares the draft with the file', async () => {
    const at = await designer();
    await at.node('codes').click();
    await at.page.keyboard.press('d');
    await at.kept().waitFor();
    await at.page.locator('.designer-bar').getByRole('button', { name: 'More actions' }).click();
    await at.page.getByRole('menuitem', { name: 'Compare with the file' }).click();
    await expect.poll(() => at.page.locator('.banner').innerText()).toContain('1 difference');
    expect(await at.node('codes').innerText()).toContain('Changed');
  });

  it('opens two thousand nodes and draws only what is visible', async () => {
    const { document } = await on.designer.client.flow.create({ name: 'Large', document: largeFlow(2000) });
    const { page } = await on.open(`/flows/${document.id}`);
    const at = new DesignerPage(page);
    await at.ready();
    await page.keyboard.press('0');
    await expect.poll(() => at.nodes().count()).toBeLessThan(200);
    await page.getByText('Outline', { exact: true }).click();
    await expect.poll(() => page.getByRole('treeitem').first().getAttribute('aria-setsize')).toBe('2000');
  });
});

describe('bad times', () => {
  it('keeps edits while the host is away and sends them when it is back', async () => {
    const at = await designer();
    on.forgive(/WebSocket|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION/);
    await at.node('codes').click();
    await at.page.context().setOffline(true);
    await at.page.keyboard.press('d');
    await at.page.context().setOffline(false);
    const doc = await draft(at);
    expect(doc.nodes.find((node) => node.id === 'codes')?.disabled).toBe(true);
  });

  it('offers both versions when another window saved first', async () => {
    const one = await designer();
    const two = await designer();
    for (const [at, node] of [
      [one, 'codes'],
      [two, 'bill'],
    ] as const) {
      await at.node(node).click();
      await at.page.keyboard.press('d');
    }
    await one.page.keyboard.press('Control+s');
    await one.saved().waitFor();
    await two.page.keyboard.press('Control+s');
    const dialog = two.page.getByRole('dialog');
    await dialog.waitFor();
    expect(await dialog.innerText()).toContain('The file changed while you edited');
    await dialog.getByRole('button', { name: 'Keep mine' }).click();
    await two.saved().waitFor();
    const { document } = await on.designer.client.flow.get({ id: flow.id });
    expect(document.nodes.find((node) => node.id === 'bill')?.disabled).toBe(true);
  });

  it('shows unknown node kinds, keeps them, and opens newer files read-only', async () => {
    const strange = {
      ...billsFlow('عقد 🏗️ مشروع', 'f_strange'),
      nodes: [...billsFlow().nodes, { id: 'odd', kind: 'teleport', config: { to: 'moon' } }],
    };
    await on.designer.client.flow.create({ name: 'عقد 🏗️ مشروع', document: strange });
    const { page } = await on.open('/flows/f_strange');
    const at = new DesignerPage(page);
    await at.ready();
    expect(await at.node('odd').innerText()).toContain('Unknown node kind');
    await at.node('codes').click();
    await page.keyboard.press('d');
    await at.kept().waitFor();
    const { draft: kept } = await on.designer.client.flow.get({ id: 'f_strange' });
    expect(kept?.document.nodes.find((node) => node.id === 'odd')?.config).toEqual({ to: 'moon' });
  });
});

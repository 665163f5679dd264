/** `npm run screens`: pictures of every screen and state in light and dark at both sizes, into docs/screens. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { openWindow, startBrowser } from '../test/support/browser.ts';
import { billsFlow, bindPractice, largeFlow, type ServedDesigner, startDesigner } from '../test/support/designer.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs/screens');
const sizes = [
  [1440, 900],
  [1280, 720],
] as const;

/** A state to be pictured: where it is, and what is done there first. */
interface Picture {
  name: string;
  path: string;
  prepare?: (page: Page, designer: ServedDesigner) => Promise<void>;
}

const longName =
  'Approved subcontractor invoices of all projects with retainage, stored materials and tax → AP bills on hold';

/** What there is to see. */
async function furnish({ client }: ServedDesigner): Promise<void> {
  const flows = [
    billsFlow(),
    billsFlow('Commitments → Purchase orders', 'f_orders'),
    billsFlow(longName, 'f_long'),
    billsFlow('عقد 🏗️ مشروع', 'f_arabic'),
    largeFlow(2000, 'f_large'),
  ];
  for (const document of flows) {
    await client.flow.create({ name: document.name, document });
    await bindPractice(client, document.id);
  }
  await client.flow.create({ name: 'Direct costs' });
  const { document } = await client.flow.get({ id: 'f_bills' });
  await client.run.start({ kind: 'dry', flowId: 'f_bills', document });
}

const node = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);
const drawn = (page: Page) => page.locator('.react-flow__node').first().waitFor();

const pictures: readonly Picture[] = [
  { name: 'flows', path: '/flows' },
  { name: 'tables-empty', path: '/tables' },
  { name: 'connections', path: '/connections' },
  { name: 'runs', path: '/runs' },
  { name: 'templates-empty', path: '/templates' },
  { name: 'settings', path: '/settings' },
  {
    name: 'shortcuts',
    path: '/settings',
    prepare: async (page) => {
      await page.locator('h1').waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'flow-missing', path: '/flows/f_nowhere' },
  { name: 'designer', path: '/flows/f_bills', prepare: drawn },
  {
    name: 'designer-run',
    path: '/flows/f_bills',
    prepare: async (page, designer) => {
      await drawn(page);
      await node(page, 'codes').click();
      const release = designer.holdRuns();
      await page.keyboard.press('F9');
      await page.getByText('Running', { exact: true }).waitFor();
      release();
      await page.locator('.wire__count').first().waitFor();
      await page.getByText('Dry run: Partly succeeded').waitFor();
    },
  },
  {
    name: 'designer-add',
    path: '/flows/f_bills',
    prepare: async (page) => {
      await drawn(page);
      await node(page, 'codes').click();
      await page.keyboard.press('a');
      await page.locator('.quick-add').waitFor();
    },
  },
  {
    name: 'designer-refused',
    path: '/flows/f_bills',
    prepare: async (page) => {
      await drawn(page);
      await node(page, 'codes').click();
      await page.keyboard.press('c');
      await page.locator('.quick-add__field').fill('Post');
      await page.keyboard.press('Enter');
      await page.locator('.refused').waitFor();
    },
  },
  {
    name: 'designer-outline',
    path: '/flows/f_bills',
    prepare: async (page) => {
      await drawn(page);
      await page.getByText('Outline', { exact: true }).click();
    },
  },
  { name: 'designer-long-name', path: '/flows/f_long', prepare: drawn },
  { name: 'designer-right-to-left', path: '/flows/f_arabic', prepare: drawn },
  { name: 'designer-2000-nodes', path: '/flows/f_large', prepare: drawn },
  {
    name: 'palette',
    path: '/flows/f_bills',
    prepare: async (page) => {
      await drawn(page);
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
    },
  },
];

await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'error' });
await mkdir(folder, { recursive: true });
const designer = await startDesigner();
const browser = await startBrowser();
const wanted = process.argv.slice(2);
try {
  await furnish(designer);
  for (const scheme of ['light', 'dark'] as const)
    for (const [width, height] of sizes)
      for (const picture of pictures.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
        const window = await openWindow(browser, designer.openingAddress(), { scheme, width, height });
        await window.page.goto(`${designer.address}/#${picture.path}`);
        await window.page.locator('h1, h2, .react-flow__node').first().waitFor();
        await picture.prepare?.(window.page, designer);
        await window.page.evaluate(() => document.fonts.ready);
        await window.page.screenshot({
          path: join(folder, `${picture.name}-${scheme}-${width}.png`),
          animations: 'disabled',
        });
        await window.close();
        process.stdout.write(`${picture.name} ${scheme} ${width}\n`);
      }
} finally {
  await browser.close();
  await designer.close();
}

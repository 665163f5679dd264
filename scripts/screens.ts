/** `npm run screens`: pictures of every screen and state in light and dark at both sizes, into docs/screens. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import type { CostwireClient } from '../engine/api/contract.ts';
import { type ServedWorkspace, serveWorkspace } from '../headless/serve.ts';
import { openWindow, startBrowser } from '../test/support/browser.ts';
import { billsFlow, bindPractice, largeFlow, type ServedDesigner, startDesigner } from '../test/support/designer.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs/screens');
const sizes = [
  [1440, 900],
  [1280, 720],
] as const;

/** A state to be pictured: where it is, and what is done there first. */
interface Picture<Host> {
  name: string;
  path: string;
  prepare?: (page: Page, host: Host) => Promise<void>;
}

/** What pictures are taken of. */
interface Stage {
  address: string;
  openingAddress(): string;
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

/** Odd states, on a stage that can be held still. */
const oddities: readonly Picture<ServedDesigner>[] = [
  { name: 'tables-empty', path: '/tables' },
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

const practiceFlow = 'Approved invoices → AP bills';

/** Opens the flow of the practice company and chooses a node. */
async function openPractice(page: Page, chosen: string): Promise<void> {
  await page.getByText(practiceFlow, { exact: true }).first().dblclick();
  await drawn(page);
  await page.locator('.react-flow__node', { hasText: chosen }).click();
}

const dryRun = async (page: Page): Promise<void> => {
  await page.keyboard.press('F9');
  await page.getByText('Dry run: Partly succeeded').waitFor();
};

/** The product as a newcomer meets it: the practice company, its flow, real records. */
const practice: readonly Picture<Stage>[] = [
  {
    name: 'designer',
    path: '/flows',
    prepare: async (page) => {
      await openPractice(page, 'Make the bill');
      await page.getByRole('tab', { name: 'Data' }).click();
      await page.getByRole('button', { name: 'Fetch records' }).first().click();
      await page.locator('.field-table').first().waitFor();
    },
  },
  {
    name: 'designer-run',
    path: '/flows',
    prepare: async (page) => {
      await openPractice(page, 'Code the lines');
      await dryRun(page);
      await page.getByRole('tab', { name: 'Posting sheet' }).click();
      await page.locator('.sheet [data-row="0"]').waitFor();
    },
  },
  {
    name: 'designer-records',
    path: '/flows',
    prepare: async (page) => {
      await openPractice(page, 'Check before posting');
      await dryRun(page);
      await page.getByRole('tab', { name: 'Records' }).click();
      await page.getByRole('button', { name: /held/ }).click();
    },
  },
  {
    name: 'designer-post',
    path: '/flows',
    prepare: async (page) => {
      await openPractice(page, 'Post the bill');
      await dryRun(page);
      await page.getByRole('button', { name: /^Post/ }).first().click();
      await page.getByRole('dialog').getByRole('button', { name: /^Post/ }).waitFor();
    },
  },
  {
    name: 'connections',
    path: '/connections',
    prepare: async (page) => {
      await page.getByRole('button', { name: /^Ping/ }).click();
      await page.getByText('checks passed').waitFor();
    },
  },
  { name: 'flows', path: '/flows' },
  { name: 'tables', path: '/tables' },
  {
    name: 'table',
    path: '/tables',
    prepare: async (page) => {
      await page.getByRole('grid').getByText('Cost codes').first().dblclick();
      await page.getByText('Codes checked against').waitFor();
    },
  },
  { name: 'runs', path: '/runs' },
  { name: 'templates', path: '/templates' },
];

/** What runs propose: pictured last, for the run that proposes changes the lists. */
const proposals: readonly Picture<Stage>[] = [
  {
    name: 'table-proposals',
    path: '/tables/vendor-links/proposals',
    prepare: async (page) => {
      await page.getByRole('grid').getByText('North Wind').first().click();
      await page.keyboard.press('Space');
    },
  },
];

/** Uses the template for vendors and lets a run propose which belong together. */
async function propose({ host }: ServedWorkspace): Promise<void> {
  const client = createRouterClient(host.service.router) as CostwireClient;
  const template = (await client.template.list()).find(({ id }) => id === 'procore-vendors-to-acumatica');
  if (template === undefined) throw new TypeError('The template for vendors is missing.');
  const connections = await client.connection.list();
  const slots = Object.fromEntries(
    template.slots.flatMap(({ slot, connector }) => {
      const found = connections.find((connection) => connection.connector === connector);
      return found === undefined ? [] : [[slot, found.id] as const];
    }),
  );
  const { flowId } = await client.template.use({ id: template.id, slots });
  const run = async (order: Parameters<typeof client.run.start>[0]): Promise<string> => {
    const { id } = await client.run.start(order);
    for await (const event of await client.run.watch({ runId: id })) if (event.type === 'finished') break;
    return id;
  };
  const runId = await run({ kind: 'dry', flowId });
  const { hash } = await client.run.postingSheet({ runId });
  await run({ kind: 'post', flowId, sheet: { runId, hash } });
}

const wanted = process.argv.slice(2);

async function take<Host extends Stage>(
  browser: Browser,
  host: Host,
  pictures: readonly Picture<Host>[],
): Promise<void> {
  for (const scheme of ['light', 'dark'] as const)
    for (const [width, height] of sizes)
      for (const picture of pictures.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
        const window = await openWindow(browser, host.openingAddress(), { scheme, width, height });
        await window.page.goto(`${host.address}/#${picture.path}`);
        await window.page.locator('h1, h2, .react-flow__node').first().waitFor();
        await picture.prepare?.(window.page, host);
        await window.page.evaluate(() => document.fonts.ready);
        await window.page.screenshot({
          path: join(folder, `${picture.name}-${scheme}-${width}.png`),
          animations: 'disabled',
        });
        await window.close();
        process.stdout.write(`${picture.name} ${scheme} ${width}\n`);
      }
}

await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'error' });
await mkdir(folder, { recursive: true });
const browser = await startBrowser();
const workspace = await mkdtemp(join(tmpdir(), 'costwire-screens-'));
const served = await serveWorkspace({ workspace, root, practice: true });
const designer = await startDesigner();
try {
  await served.ready;
  await take(browser, served, practice);
  await propose(served);
  await take(browser, served, proposals);
  await furnish(designer);
  await take(browser, designer, oddities);
} finally {
  await browser.close();
  await designer.close();
  await served.close();
  await rm(workspace, { recursive: true, force: true });
}

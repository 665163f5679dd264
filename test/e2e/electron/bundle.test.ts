import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bundles } from '../../../rolldown.config.ts';
import type * as StandIn from '../../support/electron/index.ts';
import { state } from '../../support/electron/state.ts';

const root = join(import.meta.dirname, '..', '..', '..');
let folder: string;
let electron: typeof StandIn;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'costwire-bundle-'));
  for (const name of ['main', 'preload'] as const) {
    const { output, ...input } = bundles[name];
    const build = await rolldown({ ...input, input: join(root, input.input), external: [...input.external] });
    await build.write({ ...output, file: join(root, output.file) });
    await build.close();
  }
  Object.assign(state, {
    appPath: root,
    userData: join(folder, 'data'),
    documents: join(folder, 'documents'),
    hasLock: true,
    quits: 0,
  });
  await mkdir(state.userData, { recursive: true });
}, 120_000);
afterAll(async () => {
  await state.browser?.close();
  delete state.browser;
  await rm(folder, { recursive: true, force: true });
});

describe('the built desktop', () => {
  it('opens the built designer on a new workspace and closes it again', async () => {
    electron = await import('../../support/electron/index.ts');
    await import(/* @vite-ignore */ join(root, bundles.main.output.file));
    await vi.waitUntil(() => electron.windows.length > 0, { timeout: 20_000 });
    const page = await electron.windows[0]?.page();
    if (page === undefined) throw new Error('no window');
    await page.getByRole('navigation').first().waitFor({ timeout: 40_000 });
    await page.getByText('AP bills').first().waitFor({ timeout: 40_000 });
    const workspace = join(state.documents, 'Costwire');
    expect(existsSync(join(workspace, 'costwire.sqlite'))).toBe(true);
    for (const window of [...electron.windows]) await window.close();
    electron.app.quit();
    await vi.waitUntil(() => state.quits > 0, { timeout: 20_000 });
    expect(existsSync(join(workspace, 'costwire.sqlite-wal'))).toBe(false);
  });
});

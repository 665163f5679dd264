import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isStale } from '../../headless/stale.mjs';
import { readOptions } from '../../headless/start.ts';
import { electronProgram, findElectron, hasDisplay } from '../../headless/start-electron.ts';
import { fileToRun } from '../../scripts/bootstrap.mjs';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'costwire-start-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function file(path: string, text = '', at = 1000): Promise<void> {
  const whole = join(root, path);
  await mkdir(join(whole, '..'), { recursive: true });
  await writeFile(whole, text);
  await utimes(whole, at, at);
}

describe('finding Electron', () => {
  it('looks at the files and never at the package', async () => {
    expect(electronProgram(root, {})).toBeUndefined();
    await file('node_modules/electron/path.txt', 'electron');
    expect(electronProgram(root, {})).toBeUndefined();
    await file('node_modules/electron/dist/electron');
    expect(electronProgram(root, {})).toBe(join(root, 'node_modules/electron/dist/electron'));
    await file('own/electron');
    expect(electronProgram(root, { ELECTRON_OVERRIDE_DIST_PATH: join(root, 'own') })).toBe(join(root, 'own/electron'));
    expect(electronProgram(root, { ELECTRON_OVERRIDE_DIST_PATH: join(root, 'none') })).toBeUndefined();
  });

  it('needs a display', async () => {
    expect(hasDisplay('linux', {})).toBe(false);
    expect(hasDisplay('linux', { DISPLAY: ':0' })).toBe(true);
    expect(hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe(true);
    expect(hasDisplay('win32', {})).toBe(true);
    expect(await findElectron(root, 'linux', {}, () => undefined)).toEqual({ reason: 'this session has no display' });
  });

  it('tries once to fetch it, says so, and remembers that it failed', async () => {
    await file('node_modules/electron/package.json', '{"version": "45.4.1"}');
    await file('node_modules/electron/install.js', 'process.exit(1)');
    const said: string[] = [];
    const find = () => findElectron(root, 'linux', { DISPLAY: ':0' }, (line) => said.push(line));
    expect(await find()).toEqual({ reason: 'Electron could not be fetched' });
    expect(await find()).toEqual({ reason: 'Electron could not be fetched before' });
    expect(said).toHaveLength(1);
  });
});

describe('building', () => {
  it('is needed where a source is newer than what was built, or nothing was built', async () => {
    await file('vite.config.ts');
    await file('renderer/main.tsx');
    expect(isStale(root, 'renderer')).toBe(true);
    await file('dist/renderer/index.html', '', 2000);
    expect(isStale(root, 'renderer')).toBe(false);
    await file('renderer/canvas/deep/node.tsx', '', 3000);
    expect(isStale(root, 'renderer')).toBe(true);
  });

  it('is never needed where there are no sources', () => {
    expect([isStale(root, 'renderer'), isStale(root, 'desktop')]).toEqual([false, false]);
  });

  it('starts from the bundle of the host while it is as new as its sources, and from the sources otherwise', async () => {
    await file('rolldown.config.ts');
    await file('engine/run/execute.ts');
    expect(fileToRun(root, 'headless/start.ts')).toBe(join(root, 'headless/start.ts'));
    await file('dist/headless/start.js', '', 2000);
    expect(fileToRun(root, 'headless/start.ts')).toBe(join(root, 'dist/headless/start.js'));
    expect(fileToRun(root, 'headless/demo.ts')).toBe(join(root, 'headless/demo.ts'));
    await file('engine/run/execute.ts', '', 3000);
    expect(fileToRun(root, 'headless/start.ts')).toBe(join(root, 'headless/start.ts'));
  });
});

it('reads its options', () => {
  expect(readOptions(['--no-open', '--port', '8080', '--workspace', 'w'])).toEqual({
    open: false,
    port: 8080,
    workspace: 'w',
    browser: false,
  });
});

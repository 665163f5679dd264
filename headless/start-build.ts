/** Is what was built older than what it is built from? */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../engine/model/error.ts';

/** A part of Costwire that is built before it runs. */
export type Part = 'renderer' | 'desktop';

const made: Readonly<Record<Part, readonly string[]>> = {
  renderer: ['dist/renderer/index.html'],
  desktop: ['dist/electron/main.js', 'dist/electron/preload.cjs'],
};
const from: Readonly<Record<Part, readonly string[]>> = {
  renderer: ['renderer', 'engine/model', 'engine/formula', 'engine/api', 'vite.config.ts', 'package-lock.json'],
  desktop: ['electron', 'engine', 'connectors', 'rolldown.config.ts', 'package-lock.json'],
};

/** Whether a part has to be built. False where there are no sources, as in a packaged Costwire. */
export function isStale(root: string, part: Part): boolean {
  const sources = from[part].map((path) => join(root, path)).filter((path) => existsSync(path));
  if (!existsSync(join(root, part === 'renderer' ? 'vite.config.ts' : 'rolldown.config.ts'))) return false;
  const oldest = Math.min(...made[part].map((path) => changedAt(join(root, path))));
  return sources.some((path) => newest(path) > oldest);
}

/**
 * Builds the parts that are stale.
 * @throws AppError host.buildFailed
 */
export function buildStale(root: string, parts: readonly Part[], say: (line: string) => void): void {
  const stale = parts.filter((part) => isStale(root, part));
  if (stale.length === 0) return;
  say(`Costwire builds what changed (${stale.join(', ')}) …`);
  const script = join(root, 'scripts', 'build.ts');
  // Standard output belongs to the caller: an address, or JSON.
  const done = spawnSync(process.execPath, [script, ...stale], { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0)
    throw new AppError('host.buildFailed', 'The designer could not be built; the lines above say why.');
}

const changedAt = (path: string): number => (existsSync(path) ? statSync(path).mtimeMs : 0);

function newest(path: string): number {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(0, ...entries.map((entry) => changedAt(join(entry.parentPath, entry.name))));
}

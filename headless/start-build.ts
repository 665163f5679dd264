/** Builds what is older than its sources. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { AppError } from '../engine/model/error.ts';
import { isStale, type Part } from './stale.mjs';

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

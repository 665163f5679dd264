/** Builds the renderer once for all browser tests. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Run by vitest before the first browser test. Builds what is shipped: in the environment of a test it would be React for developers. */
export async function setup(): Promise<void> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const env = { ...process.env, NODE_ENV: 'production' };
  const built = spawnSync(process.execPath, ['scripts/build.ts', 'renderer'], { cwd: root, env, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`The renderer could not be built.\n${built.stderr}`);
}

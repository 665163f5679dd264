/** Builds the renderer once for all browser tests. */
import { build } from 'vite';

/** Run by vitest before the first browser test. */
export async function setup(): Promise<void> {
  await build({ configFile: new URL('../../vite.config.ts', import.meta.url).pathname, logLevel: 'error' });
}

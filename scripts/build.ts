/** `npm run build [parts…]`: the renderer by Vite, main, preload and headless host by rolldown. Without parts: everything. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { build as buildRenderer } from 'vite';
import { bundles } from '../rolldown.config.ts';

const root = join(import.meta.dirname, '..');

async function bundle(...names: (keyof typeof bundles)[]): Promise<void> {
  for (const name of names) {
    const { output, ...input } = bundles[name];
    const build = await rolldown({ ...input, input: join(root, input.input), external: [...input.external] });
    await build.write({ ...output, file: join(root, output.file) });
    await build.close();
  }
}

const parts: Readonly<Record<string, () => Promise<unknown>>> = {
  renderer: () => buildRenderer({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' }),
  desktop: () => bundle('main', 'preload'),
  headless: async () => {
    await bundle('headless');
    // Node compiles it here and keeps the result, so that the first start need not.
    spawnSync(process.execPath, [join(root, bundles.headless.output.file), '--version'], { stdio: 'ignore' });
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => parts[name] === undefined);
if (unknown !== undefined) {
  process.stderr.write(`There is no part "${unknown}". Parts are: ${Object.keys(parts).join(', ')}.\n`);
  process.exit(2);
}
if (wanted.length === 0) rmSync(join(root, 'dist'), { recursive: true, force: true });
for (const [name, build] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const started = performance.now();
  await build();
  process.stderr.write(`✓ ${name} built in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

// Is what was built older than what it is built from? Plain JavaScript: the bootstrap asks before any TypeScript runs.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const made = {
  renderer: ['dist/renderer/index.html'],
  desktop: ['dist/electron/main.js', 'dist/electron/preload.cjs'],
  headless: ['dist/headless/start.js'],
};
const from = {
  renderer: ['renderer', 'engine/model', 'engine/formula', 'engine/api', 'vite.config.ts', 'package-lock.json'],
  desktop: ['electron', 'engine', 'connectors', 'rolldown.config.ts', 'package-lock.json'],
  headless: ['headless', 'engine', 'connectors', 'rolldown.config.ts', 'package-lock.json'],
};

/** Whether a part has to be built. False where there are no sources, as in a packaged Costwire. */
export function isStale(root, part) {
  const sources = from[part].map((path) => join(root, path)).filter((path) => existsSync(path));
  if (!existsSync(join(root, part === 'renderer' ? 'vite.config.ts' : 'rolldown.config.ts'))) return false;
  const oldest = Math.min(...made[part].map((path) => changedAt(join(root, path))));
  return sources.some((path) => newest(path) > oldest);
}

const changedAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

function newest(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(0, ...entries.map((entry) => changedAt(join(entry.parentPath, entry.name))));
}

/** Bundles for Node and Electron: main and headless host as ES modules, the sandboxed preload as one CommonJS file. */
import { builtinModules } from 'node:module';
import type { RolldownOptions } from 'rolldown';

/** What stays outside: Electron itself, the native database, and Node's own modules. */
const external = ['electron', 'better-sqlite3', ...builtinModules, ...builtinModules.map((name) => `node:${name}`)];
const node = { platform: 'node', external, logLevel: 'warn' } as const;
const file = { sourcemap: true, codeSplitting: false } as const;

/** The bundles by name. */
export const bundles = {
  main: {
    ...node,
    input: 'electron/main.ts',
    output: { ...file, file: 'dist/electron/main.js', format: 'esm' },
  },
  preload: {
    platform: 'browser',
    external: ['electron'],
    logLevel: 'warn',
    input: 'electron/preload.ts',
    output: { ...file, file: 'dist/electron/preload.cjs', format: 'cjs' },
  },
  headless: {
    ...node,
    input: 'headless/start.ts',
    output: { ...file, file: 'dist/headless/start.js', format: 'esm' },
  },
} as const satisfies Record<string, RolldownOptions>;

export default Object.values(bundles);

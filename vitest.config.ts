import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Projects by cost: `unit` opens no sockets, `contract` talks to simulators on loopback, `e2e` drives a browser. */
const project = (name: string, include: string[], exclude: string[] = [], globalSetup: string[] = []) => ({
  test: {
    name,
    include,
    exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
    environment: 'node',
    globalSetup,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    server: { deps: { inline: ['electron-store'] } },
    // A busy machine draws late; a poll ends as soon as it holds.
    expect: { poll: { timeout: 15_000 } },
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('unit', ['test/**/*.test.ts'], ['test/**/*.contract.test.ts', 'test/e2e/**', 'test/chaos/**']),
      project('contract', ['test/**/*.contract.test.ts', 'test/chaos/**/*.test.ts']),
      {
        ...project('e2e', ['test/e2e/**/*.test.ts'], [], ['test/e2e/build.ts']),
        // The real main process runs in the tests; its Electron is a stand-in that drives Chromium.
        resolve: { alias: { electron: join(import.meta.dirname, 'test/support/electron/index.ts') } },
      },
    ],
  },
});

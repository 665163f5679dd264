import { defineConfig } from 'vitest/config';

/** Projects by cost: `unit` opens no sockets, `contract` talks to simulators on loopback, `e2e` drives a browser. */
const project = (name: string, include: string[], exclude: string[] = []) => ({
  test: {
    name,
    include,
    exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('unit', ['test/**/*.test.ts'], ['test/**/*.contract.test.ts', 'test/e2e/**', 'test/chaos/**']),
      project('contract', ['test/**/*.contract.test.ts', 'test/chaos/**/*.test.ts']),
      project('e2e', ['test/e2e/**/*.test.ts']),
    ],
  },
});

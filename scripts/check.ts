/** `npm run check`: format, lint, types and unit tests; what every commit passes. */
import { runSteps } from './steps.ts';

runSteps([
  ['format and lint', 'biome', 'check', '--error-on-warnings', '.'],
  ['types', 'tsc', '--noEmit'],
  ['unit tests', 'vitest', 'run', '--project', 'unit', ...process.argv.slice(2)],
]);

/** `npm test`: everything that has to be green. */
import { runSteps } from './steps.ts';

runSteps([
  ['format and lint', 'biome', 'check', '--error-on-warnings', '.'],
  ['types', 'tsc', '--noEmit'],
  ['unit and contract tests', 'vitest', 'run', '--project', 'unit', '--project', 'contract', ...process.argv.slice(2)],
]);

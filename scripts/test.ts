/**
 * `npm test`: everything that has to be green: format and lint, types, unit and contract tests, then the stories in a real browser
 * on the built designer. Arguments choose test files.
 */
import { missingChromium } from './chromium.ts';
import { runSteps, type Step } from './steps.ts';

const chosen = process.argv.slice(2);
const vitest = (title: string, ...projects: string[]): Step => {
  const names = projects.flatMap((project) => ['--project', project]);
  return [title, 'vitest', 'run', ...names, ...(chosen.length === 0 ? [] : ['--passWithNoTests', ...chosen])];
};

runSteps([
  ['format and lint', 'biome', 'check', '--error-on-warnings', '.'],
  ['types', 'tsc', '--noEmit'],
  vitest('unit and contract tests', 'unit', 'contract'),
]);

const missing = missingChromium(process.env);
if (missing === undefined) {
  runSteps([vitest('stories in the browser', 'e2e')]);
} else {
  process.stderr.write(`\n✗ stories in the browser: ${missing.message}\n`);
  if (missing.isFailure) process.exit(1);
}

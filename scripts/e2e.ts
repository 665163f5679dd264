/** `npm run e2e`: the stories in a real browser. Builds the renderer first. */
import { runSteps } from './steps.ts';

runSteps([['stories in the browser', 'vitest', 'run', '--project', 'e2e', ...process.argv.slice(2)]]);

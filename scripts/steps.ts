/** Runs the project's tools one after the other and stops at the first that fails. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** A command of the project with its arguments, as typed. */
export type Step = readonly [title: string, ...command: string[]];

/** Runs the steps in order; exits with the first failing code. */
export function runSteps(steps: readonly Step[]): void {
  for (const [title, command, ...args] of steps) {
    if (command === undefined) continue;
    process.stderr.write(`\n▸ ${title}\n`);
    const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
    if (done.status !== 0) {
      process.stderr.write(`✗ ${title} failed\n`);
      process.exit(done.status ?? 1);
    }
  }
}

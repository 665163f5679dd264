/**
 * `npm run bench`: measures, and prints ratios taken in one run on one machine. Every `<name>.bench.ts` of this folder exports `name`
 * and `run()`. `--json` prints one object last: results by name. Options of single benches stand in their files. Nothing here passes or
 * fails.
 */
import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A bench. Results are numbers with their unit in the name, or ratios. */
export interface Bench {
  name: string;
  run(): Promise<Record<string, unknown>>;
}

const args = process.argv.slice(2);
const json = args.includes('--json');
const wanted = new Set(args.filter((arg, at) => !arg.startsWith('--') && args[at - 1] !== '--records'));
const options = args.filter((arg) => !wanted.has(arg) && arg !== '--json');
const files = (await readdir(import.meta.dirname))
  .filter((name) => name.endsWith('.bench.ts'))
  .sort((a, b) => (a < b ? -1 : 1));

/** A bench in a process of its own: what one has run would change how the next one's code is compiled, and its memory. */
function apart(name: string): Record<string, unknown> {
  const command = [...process.execArgv, import.meta.filename, name, '--json', ...options];
  const printed = execFileSync(process.execPath, command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const results = JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '') as Record<string, Record<string, unknown>>;
  return results[name] ?? {};
}

const results: Record<string, unknown> = {};
for (const file of files) {
  const name = file.replace('.bench.ts', '');
  if (wanted.size > 0 && !wanted.has(name)) continue;
  if (!json) process.stdout.write(`${name} …\n`);
  if (wanted.size === 1) {
    const bench = (await import(join(import.meta.dirname, file))) as Bench;
    results[name] = await bench.run();
  } else results[name] = apart(name);
  if (!json) process.stdout.write(`${JSON.stringify(results[name], undefined, 2)}\n`);
}
if (json) process.stdout.write(`${JSON.stringify(results)}\n`);

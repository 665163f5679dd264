/**
 * `npm run bench`: measures, and prints ratios taken in one run on one machine. Every `<name>.bench.ts` of this folder exports `name`
 * and `run()`. `--json` prints one object last: results by name. Options of single benches stand in their files. Nothing here passes or
 * fails.
 */
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
const files = (await readdir(import.meta.dirname))
  .filter((name) => name.endsWith('.bench.ts'))
  .sort((a, b) => (a < b ? -1 : 1));
const results: Record<string, unknown> = {};
for (const file of files) {
  const bench = (await import(join(import.meta.dirname, file))) as Bench;
  if (wanted.size > 0 && !wanted.has(bench.name)) continue;
  if (!json) process.stdout.write(`${bench.name} …\n`);
  results[bench.name] = await bench.run();
  if (!json) process.stdout.write(`${JSON.stringify(results[bench.name], undefined, 2)}\n`);
}
if (json) process.stdout.write(`${JSON.stringify(results)}\n`);

/**
 * A posting run of approved invoices through the template's flow, with source and target as servers in processes of their own: how
 * fast, how much memory the run's own process needs, and whether a record costs the same in a long run as in a short one. The process
 * has the flags and environment of the `costwire` command; the servers keep the vendors' limits, as in every practice.
 * `--records N` sets the size of the long run (default 10,000), `--full` makes it 100,000: a quarter of an hour on two idle cores, and
 * 6 GB of disk in the temporary folder. Each size is told on standard error as soon as it is measured.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../support/imports.ts';
import type { RunTook, System } from './run-process.ts';

export const name = 'run';

/** What the `costwire` command starts itself with. */
const { leanFlags, leanEnvironment, childEnvironment } = (await import(join(root, 'scripts/bootstrap.mjs'))) as {
  leanFlags: readonly string[];
  leanEnvironment: Record<string, string>;
  childEnvironment(more?: Record<string, string>): Record<string, string>;
};

function chosenRecords(args: readonly string[]): number {
  if (args.includes('--full')) return 100_000;
  const at = args.indexOf('--records');
  return at === -1 ? 10_000 : Number(args[at + 1]);
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The process has no output.');
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The process ended with ${String(code)} and said nothing.`);
    }),
  ])) as [string];
  return line;
}

const node = (flags: readonly string[], file: string, ...args: string[]): ChildProcess =>
  spawn(process.execPath, [...flags, join(root, file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: childEnvironment(leanEnvironment),
  });

/** One run over fresh systems of so many records. */
async function measure(records: number): Promise<RunTook> {
  const systems = ['procore', 'acumatica'].map((system) =>
    node([], 'headless/cli.ts', '--json', 'practice', '--system', system, '--data', `synthetic:${records}`),
  );
  try {
    const told = await Promise.all(systems.map(firstLine));
    const parts = told.flatMap((line) => (JSON.parse(line) as { systems: System[] }).systems);
    const run = node(leanFlags, 'test/bench/run-process.ts', JSON.stringify(parts));
    return JSON.parse(await firstLine(run)) as RunTook;
  } finally {
    for (const system of systems) system.kill('SIGTERM');
  }
}

/** Rate and memory of the long run, and processor time per record of all lengths. */
export async function run(): Promise<Record<string, unknown>> {
  const longest = chosenRecords(process.argv.slice(2));
  const sizes = [1_000, 10_000, 100_000].filter((size) => size < longest);
  const took = new Map<number, RunTook>();
  // The first start of a program compiles it; everything after it is what customers see.
  await measure(1);
  for (const size of [...sizes, longest]) {
    const measured = await measure(size);
    took.set(size, measured);
    process.stderr.write(`run of ${size} records: ${JSON.stringify(measured)}\n`);
  }
  const last = took.get(longest);
  const rate = last === undefined ? 0 : (last.counts.total ?? 0) / last.seconds;
  return {
    recordsPerSecond: Number(rate.toFixed(1)),
    peakMb: last?.peakMb,
    records: longest,
    counts: last?.counts,
    cpuMsPerRecord: Object.fromEntries([...took].map(([size, { cpuMsPerRecord }]) => [size, cpuMsPerRecord])),
    peakMbByRecords: Object.fromEntries([...took].map(([size, { peakMb }]) => [size, peakMb])),
    ...(last?.error === undefined ? {} : { error: last.error }),
  };
}

/**
 * A full read of 200 projects × 50 requisitions × 10 lines from Procore's simulator, which runs in a process of its own and answers
 * after 20 ms. Its rate windows decide how fast that can be at best; the share of that is what is measured, and memory on the way.
 */
import { fork } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connect } from '../../connectors/procore/client.ts';
import { procore } from '../../connectors/procore/index.ts';
import { windows } from '../../connectors/procore/simulator/guard.ts';
import type { RunningSimulator } from '../../engine/model/connector.ts';
import type { Fields } from '../../engine/model/record.ts';
import { sleepFor } from '../../engine/run/deliver.ts';

export const name = 'read';

const projects = 200;
const requisitionsPerProject = 50;
const linesPerRequisition = 10;
const latencyMs = 20;
const spikeSeconds = 10;
const samples = 4;
const simulatorFlag = '--simulator';

type Reach = Pick<RunningSimulator, 'fields' | 'secrets'>;

/** Starts this file as the simulator's process. */
async function simulatorProcess(): Promise<Reach & { stop: () => void }> {
  const child = fork(import.meta.filename, [simulatorFlag]);
  const reach = await new Promise<Reach>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Reach));
    child.once('exit', (code) => reject(new Error(`The simulator ended with ${code}.`)));
  });
  return { ...reach, stop: () => child.kill() };
}

async function playSimulator(): Promise<void> {
  const { simulator } = await import('../../connectors/procore/simulator/index.ts');
  const records = projects * requisitionsPerProject;
  const data = { kind: 'synthetic', records, linesPerRecord: linesPerRequisition, projects } as const;
  const { fields, secrets } = await simulator.start({ data, latencyMs });
  process.send?.({ fields, secrets });
  process.once('disconnect', () => process.exit());
}

/** Memory that is in use after a collection, in megabytes. */
function heapMb(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return Math.round((process.memoryUsage().heapUsed / 1_048_576) * 10) / 10;
}

/** Shortest time in which the spike window lets so many calls through: a full window at once, another every ten seconds. */
const shortestMs = (calls: number, limit: number): number =>
  (Math.ceil(calls / limit) - 1) * spikeSeconds * 1_000 + latencyMs;

/** `share`: the shortest time that the windows allow by the time taken; aim at least 0.8. `heapMb`: in use at each quarter. */
export async function run(): Promise<Record<string, unknown>> {
  const { fields, secrets, stop } = await simulatorProcess();
  const signal = new AbortController().signal;
  const calls = { answered: 0, refused: 0 };
  const client = connect({
    connectionId: 'bench',
    environment: 'practice',
    fields,
    secrets,
    signal,
    now: Date.now,
    sleep: (ms) => sleepFor(ms, signal),
    random: Math.random,
    onExchange: ({ url, status }) => {
      if (url.includes('/rest/')) calls[status === 429 ? 'refused' : 'answered'] += 1;
    },
  });
  const read = procore.resources.find(({ id }) => id === 'requisitions')?.read;
  if (read === undefined) throw new Error('Requisitions cannot be read.');
  const counted = { records: 0, lines: 0, projects: 0 };
  const heap: number[] = [heapMb()];
  let peakRss = 0;
  const started = performance.now();
  for await (const event of read(client, { signal })) {
    if (event.kind === 'page') {
      counted.records += event.records.length;
      for (const { value } of event.records) counted.lines += (value.items as Fields[]).length;
    } else if (event.kind === 'scope-done') {
      counted.projects += 1;
      peakRss = Math.max(peakRss, process.memoryUsage.rss());
      if (counted.projects % (projects / samples) === 0) heap.push(heapMb());
    } else throw event.error;
  }
  const tookMs = performance.now() - started;
  stop();
  const limit = windows.practice.spike;
  return {
    share: Number((shortestMs(calls.answered, limit) / tookMs).toFixed(3)),
    seconds: Number((tookMs / 1_000).toFixed(1)),
    window: `${limit} calls in ${spikeSeconds} s`,
    calls: calls.answered,
    refusedCalls: calls.refused,
    ...counted,
    heapMb: heap,
    peakRssMb: Math.round(peakRss / 1_048_576),
  };
}

if (process.argv[2] === simulatorFlag) await playSimulator();

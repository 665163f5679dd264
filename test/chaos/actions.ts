/** What a round does to a run: each at a random moment, each with what mends it afterwards. */
import { setTimeout as wait } from 'node:timers/promises';
import { type CliRun, control, killed, startCli } from './processes.ts';
import { between, pick } from './random.ts';
import type { Stage } from './stage.ts';

/** One disturbance. `kind` says how it counts. */
export interface Action {
  name: string;
  kind: 'kill' | 'fault' | 'other';
  /** Does it while the run is under way. */
  play(stage: Stage, run: CliRun, random: () => number): Promise<void>;
}

const fault = (name: string, rule: (random: () => number) => string): Action => ({
  name,
  kind: 'fault',
  play: async (stage, _run, random) => {
    await control(stage.target.address, 'faults', { faults: [rule(random)] });
  },
});

const puts = (random: () => number) => `method=PUT;path=/Bill;nth=${between(random, 1, 12)}`;
const storm = (random: () => number, status: string) =>
  `path=/entity/;nth=${between(random, 1, 30)};times=${between(random, 2, 8)};status=${status}`;

const onSource = (name: string, rule: (random: () => number) => string): Action => ({
  name,
  kind: 'fault',
  play: async (stage, _run, random) => {
    await control(stage.source.address, 'faults', { faults: [rule(random)] });
  },
});

/** Every disturbance of the driver. */
export const actions: readonly [Action, ...Action[]] = [
  { name: 'kill the run', kind: 'kill', play: (_stage, run) => killed(run.child) },
  { name: 'kill the run again', kind: 'kill', play: (_stage, run) => killed(run.child) },
  {
    name: 'kill the ERP',
    kind: 'kill',
    play: async (stage, _run, random) => {
      await killed(stage.target.child);
      await wait(between(random, 0, 800));
      await stage.reviveTarget();
    },
  },
  {
    name: 'freeze the ERP',
    kind: 'fault',
    play: async (stage, _run, random) => {
      stage.target.child.kill('SIGSTOP');
      await wait(between(random, 200, 2_500));
      stage.target.child.kill('SIGCONT');
    },
  },
  {
    name: 'freeze the ERP and kill the run',
    kind: 'kill',
    play: async (stage, run, random) => {
      stage.target.child.kill('SIGSTOP');
      await wait(between(random, 50, 600));
      await killed(run.child);
      stage.target.child.kill('SIGCONT');
    },
  },
  {
    name: 'start a second run',
    kind: 'other',
    play: async (stage) => {
      const second = startCli({ entry: stage.entry, workspace: stage.workspace, args: ['run', stage.flow] });
      await second.done;
    },
  },
  {
    name: 'take the secret away and give it back',
    kind: 'fault',
    play: async (stage, _run, random) => {
      await control(stage.target.address, 'secret/revoke', {});
      await control(stage.target.address, 'tokens/revoke', {});
      await wait(between(random, 100, 1_000));
      await control(stage.target.address, 'secret/restore', {});
    },
  },
  {
    name: 'clock jump',
    kind: 'fault',
    play: async (stage, _run, random) => {
      await control(stage.target.address, 'clock', { advanceMs: between(random, 1, 48) * 3_600_000 });
    },
  },
  {
    name: 'expire tokens',
    kind: 'fault',
    play: async (stage) => {
      await control(stage.target.address, 'tokens/expire', {});
      await control(stage.source.address, 'tokens/expire', {});
    },
  },
  fault('cut before commit', (random) => `${puts(random)};times=${between(random, 1, 3)};cut-before`),
  fault('cut while answering', (random) => `${puts(random)};times=${between(random, 1, 3)};cut-during`),
  fault('cut after commit', (random) => `${puts(random)};times=${between(random, 1, 4)};cut-after`),
  fault('503 after commit', (random) => `${puts(random)};status=503;handled;body=html`),
  fault('truncated answer', (random) => `${puts(random)};times=2;truncate-json`),
  fault('page instead of JSON', (random) => `path=/entity/;nth=${between(random, 1, 30)};times=2;html`),
  fault('429 storm', (random) => `${storm(random, '429')};retry-after=1`),
  fault('500 storm', (random) => storm(random, '500')),
  fault('503 storm', (random) => `${storm(random, '503')};body=html`),
  fault('slow answers', (random) => `path=/entity/;nth=1;times=20;delay=${between(random, 50, 400)}`),
  onSource('source cut', (random) => `nth=${between(random, 1, 10)};times=2;cut-during`),
  onSource('source 503', (random) => `nth=${between(random, 1, 10)};times=${between(random, 1, 4)};status=503`),
];

/** Some disturbances with the moments they begin, in milliseconds after the run started. `among`: only those with these names. */
export function scenario(random: () => number, among?: readonly string[]): { action: Action; afterMs: number }[] {
  const [first, ...rest] = actions.filter(({ name }) => among?.includes(name) ?? true);
  if (first === undefined) throw new Error(`There is no disturbance called ${among?.join(' or ')}.`);
  return Array.from({ length: between(random, 1, 3) }, () => {
    const action = pick(random, [first, ...rest]);
    // Faults wait for their request by themselves, so they are laid early; kills fall anywhere in the run.
    const afterMs = action.kind === 'fault' ? between(random, 0, 600) : between(random, 0, 3_500);
    return { action, afterMs };
  }).sort((a, b) => a.afterMs - b.afterMs);
}

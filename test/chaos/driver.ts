/**
 * Plays rounds against the real command line and real simulator processes: disturb a run at random moments, let the flow run until
 * it is quiet, and judge. Every round has its own seed and can be played again alone.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { RunSummary } from '../../engine/model/run.ts';
import { scenario } from './actions.ts';
import { type Judgement, judge } from './compare.ts';
import { control, realEntry, runCli, startCli } from './processes.ts';
import { between, randomOf } from './random.ts';
import { databaseKb, type Expected, type Stage, Theatre } from './stage.ts';

/** What to play. */
export interface ChaosOptions {
  rounds: number;
  seed: number;
  /** Only this round of the seed, to look at a failure again. */
  only?: number;
  /** The command line to test; the real one unless the driver itself is tested. */
  entry?: string;
  /** Only disturbances with these names. */
  among?: readonly string[];
  /** Records in the source. */
  records?: number;
  /** Theatres that play rounds side by side, each with its own simulators and workspaces; default 1. Rounds mostly wait. */
  lanes?: number;
  tell?: (line: string) => void;
}

/** What came of it; the last four are zero when the product keeps its promise. */
export interface ChaosResult {
  rounds: number;
  kills: number;
  faults: number;
  expected: number;
  found: number;
  duplicates: number;
  lost: number;
  wrongStatus: number;
  chainBroken: number;
  /** Rounds that went wrong, with what was played and what is wrong. */
  failures: { round: number; played: string[]; notes: string[] }[];
}

/** Runs of a flow until nothing moves any more, at most. */
const mostQuietRuns = 8;

/** Mends everything that a round has broken, so that the flow can become quiet. */
async function mend(stage: Stage): Promise<void> {
  stage.target.child.kill('SIGCONT');
  if (stage.target.child.exitCode !== null || stage.target.child.signalCode !== null) await stage.reviveTarget();
  for (const { address } of [stage.target, stage.source]) {
    await control(address, 'secret/restore', {});
    await fetch(`${address}/__sandbox/faults`, { method: 'DELETE', headers: { connection: 'close' } });
  }
}

async function untilQuiet(stage: Stage): Promise<string | undefined> {
  for (let turn = 1; turn <= mostQuietRuns; turn += 1) {
    const { code, out, err } = await runCli({
      entry: stage.entry,
      workspace: stage.workspace,
      args: ['run', stage.flow],
    });
    if (code === null) return `a run did not end and was killed; it said: ${err.trim() || 'nothing'}`;
    const answer: { run?: RunSummary } = out === '' ? {} : JSON.parse(out);
    const { run } = answer;
    if (run === undefined) return `the run did not start: ${out}${err}`;
    const { posted, failed, inDoubt, read } = run.counts;
    if (run.error === undefined && posted + failed + inDoubt + read === 0) return undefined;
  }
  return `the flow was not quiet after ${mostQuietRuns} runs`;
}

async function playRound(
  stage: Stage,
  random: () => number,
  played: string[],
  counts: { kills: number; faults: number },
  among: readonly string[] | undefined,
): Promise<void> {
  const full = among === undefined && random() < 0.08 && process.platform === 'linux';
  const limit = full ? { fileLimitKb: (await databaseKb(stage.workspace)) + between(random, 8, 200) } : {};
  if (full) played.push(`file limit of ${limit.fileLimitKb} kB`);
  const run = startCli({ entry: stage.entry, workspace: stage.workspace, args: ['run', stage.flow], ...limit });
  const started = Date.now();
  for (const { action, afterMs } of scenario(random, among)) {
    await wait(Math.max(0, started + afterMs - Date.now()));
    played.push(`${action.name} after ${afterMs} ms`);
    if (action.kind === 'kill') counts.kills += 1;
    if (action.kind === 'fault') counts.faults += 1;
    await action.play(stage, run, random);
  }
  if (full) counts.faults += 1;
  const ended = await Promise.race([run.done, wait(45_000, undefined, { ref: false })]);
  if (ended === undefined) run.child.kill('SIGKILL');
  await run.done;
  await mend(stage);
}

/** Plays the rounds. */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const result: ChaosResult = {
    rounds: 0,
    kills: 0,
    faults: 0,
    expected: 0,
    found: 0,
    duplicates: 0,
    lost: 0,
    wrongStatus: 0,
    chainBroken: 0,
    failures: [],
  };
  const all = Array.from({ length: options.rounds }, (_, index) => index + 1);
  const rounds = all.filter((round) => options.only === undefined || options.only === round).values();
  const lanes = Array.from({ length: options.lanes ?? 1 }, () => playLane(rounds, options, result));
  // Every lane ends and puts its processes away before a failure of one is told.
  for (const ended of await Promise.allSettled(lanes)) if (ended.status === 'rejected') throw ended.reason;
  result.failures.sort((a, b) => a.round - b.round);
  return result;
}

/** Plays rounds until none is left. A round depends on its seed only, not on who plays it. */
async function playLane(rounds: Iterator<number>, options: ChaosOptions, result: ChaosResult): Promise<void> {
  const theatre = await Theatre.open({ records: options.records ?? 16, latencyMs: 15 });
  try {
    const expected = await theatre.expected();
    for (let next = rounds.next(); next.done !== true; next = rounds.next()) {
      await oneRound(theatre, expected, next.value, options, result);
    }
  } finally {
    await theatre.close();
  }
}

async function oneRound(
  theatre: Theatre,
  expected: readonly Expected[],
  round: number,
  options: ChaosOptions,
  result: ChaosResult,
): Promise<void> {
  const random = randomOf(options.seed * 100_003 + round);
  const stage = await theatre.next(options.entry ?? realEntry);
  const played: string[] = [];
  await playRound(stage, random, played, result, options.among);
  const restless = await untilQuiet(stage);
  const judgement = await judge(stage, expected);
  if (restless !== undefined) {
    judgement.wrongStatus += 1;
    judgement.notes.push(restless);
  }
  add(result, judgement);
  const bad = judgement.notes.length > 0;
  if (bad) result.failures.push({ round, played, notes: judgement.notes.slice(0, 20) });
  else await theatre.clear(stage);
  options.tell?.(
    `round ${round}: ${bad ? 'WRONG' : 'good'} (${played.join('; ')})${bad ? `\n  ${judgement.notes.join('\n  ')}` : ''}`,
  );
}

function add(result: ChaosResult, judgement: Judgement): void {
  result.rounds += 1;
  result.expected += judgement.expected;
  result.found += judgement.found;
  result.duplicates += judgement.duplicates;
  result.lost += judgement.lost;
  result.wrongStatus += judgement.wrongStatus;
  result.chainBroken += judgement.chainBroken;
}

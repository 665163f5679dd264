/** The processes of a chaos round: simulators that can be killed and come back, and the command line itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const root = join(import.meta.dirname, '../..');

/** The command line as customers start it. */
export const realEntry = join(root, 'headless/cli.ts');
/** The same with a delivery that remembers only after it has sent; the driver must catch it. */
export const brokenEntry = join(import.meta.dirname, 'broken-cli.ts');

/** A running simulator. */
export interface Simulator {
  address: string;
  child: ChildProcess;
}

/** How a simulator is started. */
export interface SimulatorPlan {
  system: 'procore' | 'acumatica';
  workspace: string;
  records: number;
  port?: number;
  persist?: string;
  latencyMs?: number;
  /** Adds its connection to the workspace. */
  connect?: boolean;
}

const flags = ['--disable-warning=ExperimentalWarning'];
/** A round starts many processes of the same code: compiled once, each is up in half the time. */
const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_COMPILE_CACHE: join(tmpdir(), 'costwire-chaos-compiled'),
});

/** Kills a process and waits until it is gone. */
export async function killed(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** Starts a simulator through `costwire practice` and waits until it says where it listens. */
export async function startSimulator(plan: SimulatorPlan): Promise<Simulator> {
  const options = [
    ...['-w', plan.workspace, '--json', 'practice', '--system', plan.system, '--data', `synthetic:${plan.records}`],
    ...(plan.port === undefined ? [] : ['--port', String(plan.port)]),
    ...(plan.persist === undefined ? [] : ['--persist', plan.persist]),
    ...(plan.latencyMs === undefined ? [] : ['--latency', String(plan.latencyMs)]),
    ...(plan.connect === true ? ['--connect'] : []),
  ];
  const child = spawn(process.execPath, [...flags, realEntry, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(),
  });
  let said = '';
  let complained = '';
  child.stderr.on('data', (part) => {
    complained += String(part);
  });
  for await (const part of child.stdout) {
    said += String(part);
    const address = /"address":"([^"]+)"/.exec(said)?.[1];
    if (address !== undefined && said.includes('\n')) return { address, child };
  }
  throw new Error(`The simulator of ${plan.system} did not start: ${said} ${complained}`);
}

/** Talks to a simulator's control panel. Undefined where it does not answer. */
export async function control(address: string, path: string, body?: unknown): Promise<unknown> {
  try {
    const response = await fetch(`${address}/__sandbox/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return await response.json();
  } catch (thrown) {
    if (thrown instanceof TypeError || (thrown instanceof Error && thrown.name === 'TimeoutError')) return undefined;
    throw thrown;
  }
}

/** A run of the command line. */
export interface CliRun {
  child: ChildProcess;
  /** Exit code (null: killed) and what it wrote. */
  done: Promise<{ code: number | null; out: string; err: string }>;
}

/** How to start the command line. */
export interface CliPlan {
  entry: string;
  workspace: string;
  args: readonly string[];
  /** Largest file it may write, in kilobytes: a quota that fills up. */
  fileLimitKb?: number;
}

/** Starts the command line without waiting for it. */
export function startCli(plan: CliPlan): CliRun {
  const args = [...flags, plan.entry, '-w', plan.workspace, '--json', ...plan.args];
  const env = environment();
  const limited = plan.fileLimitKb !== undefined && process.platform !== 'win32';
  const child = limited
    ? spawn('bash', ['-c', 'ulimit -f "$0"; exec "$@"', String(plan.fileLimitKb), process.execPath, ...args], { env })
    : spawn(process.execPath, args, { env });
  let out = '';
  let err = '';
  child.stdout.on('data', (part) => {
    out += String(part);
  });
  child.stderr.on('data', (part) => {
    err += String(part);
  });
  child.stdin.end();
  const done = once(child, 'close').then(([code]) => ({ code: typeof code === 'number' ? code : null, out, err }));
  return { child, done };
}

/** Runs the command line to its end; one that hangs is killed, as a person would. */
export async function runCli(
  plan: CliPlan,
  patienceMs = 120_000,
): Promise<{ code: number | null; out: string; err: string }> {
  const { child, done } = startCli(plan);
  const timer = new AbortController();
  const late = wait(patienceMs, undefined, { signal: timer.signal }).then(
    () => killed(child),
    () => undefined,
  );
  const ended = await done;
  timer.abort();
  await late;
  return ended;
}

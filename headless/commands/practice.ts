/** `costwire practice`: starts the practice company's systems on this machine and says how to connect to them. */
import type { Command } from 'commander';
import type { Connector, RunningSimulator, SimulatorOptions } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import { several, wholeNumber } from '../options.ts';
import type { Shell } from '../shell.ts';
import { keep } from './connection.ts';

interface PracticeOptions {
  system: readonly string[];
  faults: readonly string[];
  port?: number;
  data: string;
  latency?: number;
  persist?: string;
  connect?: boolean;
}

/** Adds the commands of this file. */
export function register(program: Command, shell: Shell): void {
  program
    .command('practice')
    .description('start the practice company: systems with the vendors’ real protocols, on this machine only')
    .option('--system <connector>', 'only this system; may be given several times', several, [])
    .option(
      '--faults <rule>',
      'a fault to play; may be given several times, see the README of the connector',
      several,
      [],
    )
    .option('--port <number>', 'port of the first system, the others follow; otherwise free ports', wholeNumber)
    .option('--data <kind>', 'practice, empty, or synthetic:RECORDS', 'practice')
    .option('--latency <milliseconds>', 'delay of every answer', wholeNumber)
    .option('--persist <folder>', 'keep what was posted in files of this folder')
    .option('--connect', 'add the connections to the workspace')
    .action((options: PracticeOptions) => practice(shell, options));
}

async function practice(shell: Shell, options: PracticeOptions): Promise<void> {
  const chosen = chooseSystems(shell, options.system);
  const running: RunningSimulator[] = [];
  try {
    for (const [index, connector] of chosen.entries()) {
      const module = await connector.simulator?.();
      if (module !== undefined) running.push(await module.start(simulatorOptions(connector, index, options)));
    }
    if (options.connect === true) for (const simulator of running) await connect(shell, simulator);
    const people = running.map((simulator) => describe(shell, simulator)).join('\n\n');
    shell.answer(`${people}\n\nThe practice company runs until you press Ctrl+C.`, {
      systems: running.map(({ connector, address, fields, secrets }) => ({ connector, address, fields, secrets })),
    });
    await untilAborted(shell.terminal.signal);
  } finally {
    await Promise.all(running.map((simulator) => simulator.stop()));
  }
}

function chooseSystems(shell: Shell, named: readonly string[]): Connector[] {
  const playable = shell.connectors.filter(({ simulator }) => simulator !== undefined);
  const wanted = named.flatMap((text) => text.split(','));
  const unknown = wanted.find((id) => !playable.some((connector) => connector.id === id));
  if (unknown !== undefined)
    throw new AppError('cli.usage', `There is no practice system “${unknown}”.`, {
      hint: `There are: ${playable.map(({ id }) => id).join(', ')}.`,
    });
  return playable.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
}

function simulatorOptions(connector: Connector, index: number, options: PracticeOptions): SimulatorOptions {
  return {
    data: dataOf(options.data),
    faults: options.faults,
    ...(options.port === undefined ? {} : { port: options.port === 0 ? 0 : options.port + index }),
    ...(options.latency === undefined ? {} : { latencyMs: options.latency }),
    ...(options.persist === undefined ? {} : { persistTo: `${options.persist}/${connector.id}.json` }),
  };
}

function dataOf(text: string): NonNullable<SimulatorOptions['data']> {
  if (text === 'practice' || text === 'empty') return { kind: text };
  const records = /^synthetic:(\d{1,7})$/.exec(text)?.[1];
  if (records !== undefined) return { kind: 'synthetic', records: Number(records) };
  throw new AppError('cli.usage', `“${text}” is no data set.`, { hint: 'Use practice, empty, or synthetic:10000.' });
}

async function connect(shell: Shell, simulator: RunningSimulator): Promise<void> {
  const connector = shell.connectors.find(({ id }) => id === simulator.connector);
  if (connector === undefined) return;
  await keep(shell, connector, { environment: 'practice', set: simulator.fields, secrets: simulator.secrets });
}

/** Address, fields and secrets, and the command that connects. Practice secrets protect nothing, so they may be shown. */
function describe(shell: Shell, simulator: RunningSimulator): string {
  const connector = shell.connectors.find(({ id }) => id === simulator.connector);
  const title = connector?.title ?? simulator.connector;
  const secrets = Object.entries(simulator.secrets);
  const values = [...Object.entries(simulator.fields), ...secrets].map(
    ([name, value]) => `  ${name.padEnd(16)} ${value}`,
  );
  const set = Object.entries(simulator.fields).map(([name, value]) => `--set ${name}='${value}'`);
  const named = secrets.map(([name]) => `--secret ${name}`);
  const input = secrets.map(([, value]) => `'${value}'`).join(' ');
  const pipe = secrets.length === 0 ? '' : `printf '%s\\n' ${input} | `;
  const command = `costwire connection add --connector ${simulator.connector} --environment practice ${[...set, ...named].join(' ')}`;
  return `${title} at ${simulator.address}\n${values.join('\n')}\n  ${pipe}${command}`;
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Where rounds are played: a workspace made once, a source that never changes, and for each round an ERP without bills. */
import { cp, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseFileName } from '../../engine/store/index.ts';
import { killed, realEntry, runCli, type Simulator, startSimulator } from './processes.ts';

const template = 'procore-acumatica-invoices';
const flowName = 'Chaos';
/** Rounds after which the source starts anew: many more would use its hourly limit up, and a run would wait for the next hour. */
const roundsPerSource = 10;

/** A document that the source asks for, by vendor and number. */
export interface Expected {
  key: string;
  vendor: string;
  number: string;
  amount: string;
}

/** The stage of a round. */
export interface Stage {
  entry: string;
  workspace: string;
  flow: string;
  source: Simulator;
  target: Simulator;
  /** Starts the ERP again with the documents it had. */
  reviveTarget(): Promise<void>;
}

const portOf = (address: string): number => Number(new URL(address).port);

/** Makes rounds. */
export class Theatre {
  private readonly folder: string;
  private readonly records: number;
  private readonly latencyMs: number;
  private source: Simulator;
  private readonly sourcePort: number;
  private target: Simulator;
  private readonly targetPort: number;
  private round = 0;

  private constructor(folder: string, records: number, latencyMs: number, source: Simulator, target: Simulator) {
    this.folder = folder;
    this.records = records;
    this.latencyMs = latencyMs;
    this.source = source;
    this.target = target;
    this.targetPort = portOf(target.address);
    this.sourcePort = portOf(source.address);
  }

  /** Starts the simulators and makes the workspace that every round begins with. */
  static async open(options: { records: number; latencyMs: number }): Promise<Theatre> {
    const { records, latencyMs } = options;
    const folder = await mkdtemp(join(tmpdir(), 'costwire-chaos-'));
    const workspace = join(folder, 'first');
    await mkdir(workspace);
    const source = await startSimulator({ system: 'procore', workspace, records, connect: true });
    const target = await startSimulator({ system: 'acumatica', workspace, records, latencyMs, connect: true });
    const made = await runCli({ entry: realEntry, workspace, args: ['template', 'use', template, '--name', flowName] });
    if (made.code !== 0) throw new Error(`The flow could not be made: ${made.out}${made.err}`);
    return new Theatre(folder, records, latencyMs, source, target);
  }

  /** What the source asks for, from a dry run that nothing disturbs. */
  async expected(): Promise<Expected[]> {
    const workspace = join(this.folder, 'first');
    const { out, err } = await runCli({ entry: realEntry, workspace, args: ['dry-run', flowName] });
    const answer: {
      sheet?: { vouchers: { action: string; key: string; vendor: string; number: string; amount: string }[] };
    } = JSON.parse(out);
    if (answer.sheet === undefined) throw new Error(`The dry run gave no posting sheet: ${out}${err}`);
    return answer.sheet.vouchers
      .filter(({ action }) => action === 'create')
      .map(({ key, vendor, number, amount }) => ({ key, vendor, number, amount }));
  }

  /** A fresh workspace and an ERP without bills. */
  async next(entry: string): Promise<Stage> {
    this.round += 1;
    const workspace = join(this.folder, `round-${this.round}`);
    const persist = join(this.folder, `erp-${this.round}`);
    await cp(join(this.folder, 'first'), workspace, { recursive: true });
    await killed(this.target.child);
    if (this.round % roundsPerSource === 0) await this.renewSource();
    const start = () =>
      startSimulator({
        system: 'acumatica',
        workspace,
        records: this.records,
        port: this.targetPort,
        persist,
        latencyMs: this.latencyMs,
      });
    this.target = await start();
    const stage: Stage = {
      entry,
      workspace,
      flow: flowName,
      source: this.source,
      target: this.target,
      reviveTarget: async () => {
        await killed(this.target.child);
        this.target = await start();
        stage.target = this.target;
      },
    };
    return stage;
  }

  private async renewSource(): Promise<void> {
    await killed(this.source.child);
    const workspace = join(this.folder, 'first');
    this.source = await startSimulator({ system: 'procore', workspace, records: this.records, port: this.sourcePort });
  }

  /** Forgets the files of a round that went well. */
  async clear(stage: Stage): Promise<void> {
    await rm(stage.workspace, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await Promise.all([killed(this.source.child), killed(this.target.child)]);
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Size of a workspace's database in kilobytes. */
export const databaseKb = async (workspace: string): Promise<number> =>
  Math.ceil((await stat(join(workspace, databaseFileName))).size / 1_024);

/**
 * What keeping the audit rows costs: the invoices template's own flow over the same records, once with everything the store keeps of
 * a run (source payload, voucher, outcome), once with one plain row a record. The records come over HTTP from the practice systems
 * before anything is measured, and from memory then; the ledger has a bench of its own and stands still here.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectors } from '../../connectors/index.ts';
import { readTemplates } from '../../engine/api/host.ts';
import type { Connection } from '../../engine/model/connection.ts';
import type { Connector, ReadEvent, ReadRequest, Resource, RunningSimulator } from '../../engine/model/connector.ts';
import { flowSchema } from '../../engine/model/flow.ts';
import type { Value } from '../../engine/model/record.ts';
import type { RecordOutcome } from '../../engine/model/run.ts';
import { outcomeOf, voucherOf } from '../../engine/run/deliver-plan.ts';
import type { Deliverer, RunRecorder } from '../../engine/run/ports.ts';
import { runFlow } from '../../engine/run/run-flow.ts';
import { type Database, openDatabase } from '../../engine/store/database.ts';
import { openStore } from '../../engine/store/index.ts';
import { bundledTemplates } from '../../headless/commands/template.ts';

export const name = 'audit';

const recordCount = 5_000;
const rounds = 4;
const rowsPerTransaction = 100;

/** Reads of a system, asked for once and repeated from memory. */
function remembering(connector: Connector): Connector {
  const kept = new Map<string, ReadEvent[]>();
  const repeated = (resource: Resource<unknown>): Resource<unknown> => {
    const { read } = resource;
    if (read === undefined) return resource;
    async function* again(client: unknown, request: ReadRequest): AsyncIterable<ReadEvent> {
      const known = kept.get(resource.id);
      if (known !== undefined) return yield* known;
      const events: ReadEvent[] = [];
      for await (const event of read?.(client, request) ?? []) {
        events.push(event);
        yield event;
      }
      kept.set(resource.id, events);
    }
    return { ...resource, read: again };
  };
  return { ...connector, resources: connector.resources.map(repeated) };
}

/** Takes every document for posted at once. */
const eager: Deliverer = {
  plan: async (_identity, target, intent) => ({
    intent,
    contentHash: '',
    voucher: voucherOf(target, intent, intent.record.key, { kind: 'create', row: undefined }),
  }),
  apply: async (identity, _target, { intent }) => outcomeOf(identity, intent, intent.record.key, { status: 'posted' }),
  ended: () => undefined,
};

/** What a script would keep: one row a record, written by the hundred. */
function plainRecorder(database: Database): RunRecorder {
  database.exec('CREATE TABLE plain (id INTEGER PRIMARY KEY, key TEXT, status TEXT, amount TEXT, body TEXT)');
  const insert = database.prepare('INSERT INTO plain (key, status, amount, body) VALUES (?, ?, ?, ?)');
  const values = new Map<string, Value>();
  let waiting: RecordOutcome[] = [];
  const write = async (): Promise<void> => {
    database.transaction(() => {
      for (const { key, status, amount } of waiting)
        insert.run(key, status, amount ?? null, JSON.stringify(values.get(key)));
    });
    for (const { key } of waiting) values.delete(key);
    waiting = [];
  };
  return {
    start: async () => undefined,
    sources: (_run, _node, records) => {
      for (const { key, value } of records) values.set(key, value);
    },
    known: async () => new Set(),
    parts: () => undefined,
    settle: (outcome) => {
      waiting.push(outcome);
      if (waiting.length >= rowsPerTransaction) void write();
    },
    exchange: () => undefined,
    event: () => undefined,
    vouchers: () => undefined,
    flush: write,
    finish: async () => undefined,
  };
}

/** Processor and wall time in milliseconds. */
interface Took {
  processor: number;
  wall: number;
}

/** One posting run of the template's flow with a recorder. */
type Play = (recorder: RunRecorder) => Promise<Took>;

async function player(systems: readonly RunningSimulator[]): Promise<Play> {
  const template = (await readTemplates(bundledTemplates)).find(({ id }) => id === 'procore-acumatica-invoices');
  if (template === undefined) throw new Error('The template is missing.');
  const document = flowSchema.parse(template.flow);
  const tables = template.tables.map(({ schema, rows }) => ({ schema, version: 1, rows: rows ?? [] }));
  const secrets = new Map(systems.map(({ connector, secrets: own }) => [connector, own]));
  const connections: Record<string, Connection> = {};
  for (const [slot, { connector: id }] of Object.entries(document.slots)) {
    const system = systems.find(({ connector }) => connector === id);
    if (system === undefined) throw new Error(`There is no system for ${slot}.`);
    const { fields } = system;
    const names = Object.keys(system.secrets);
    connections[slot] = { id, name: id, connector: id, environment: 'practice', fields, secrets: names };
  }
  const known = connectors.map(remembering);
  return async (recorder) => {
    const [started, before] = [performance.now(), process.cpuUsage()];
    const { run, problems } = await runFlow(
      { document, kind: 'post', startedBy: 'bench', connections, tables },
      {
        connectors: known,
        secretsOf: async (id) => secrets.get(id) ?? {},
        now: Date.now,
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        random: Math.random,
        deliverer: eager,
        recorder,
        watermarks: { read: async () => ({}), advance: async () => undefined },
      },
    );
    const { user, system } = process.cpuUsage(before);
    if (run.counts.posted !== recordCount)
      throw new Error(`${run.counts.posted} records went through: ${JSON.stringify([run.error, problems])}`);
    return { processor: (user + system) / 1000, wall: performance.now() - started };
  };
}

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'costwire-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const audited = (play: Play): Promise<Took> =>
  inFolder(async (folder) => {
    const store = await openStore(folder);
    try {
      return await play(store.recorder);
    } finally {
      await store.close();
    }
  });

const plain = (play: Play): Promise<Took> =>
  inFolder(async (folder) => {
    const database = openDatabase(join(folder, 'plain.sqlite'));
    try {
      return await play(plainRecorder(database));
    } finally {
      database.close();
    }
  });

const least = (taken: readonly Took[], time: keyof Took): number => Math.min(...taken.map((took) => took[time]));

/** `ratio` by processor time, which other work on the machine does not change; the fastest of several rounds in turns. */
export async function run(): Promise<Record<string, unknown>> {
  const systems = await Promise.all(
    ['procore', 'acumatica'].map(async (id) => {
      const load = connectors.find((connector) => connector.id === id)?.simulator;
      if (load === undefined) throw new Error(`${id} has no simulator.`);
      return (await load()).start({ data: { kind: 'synthetic', records: recordCount } });
    }),
  );
  try {
    const play = await player(systems);
    await plain(play);
    const [ours, theirs]: [Took[], Took[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await audited(play));
      theirs.push(await plain(play));
    }
    const quotient = (time: keyof Took): number => Number((least(ours, time) / least(theirs, time)).toFixed(2));
    return {
      ratio: quotient('processor'),
      wallRatio: quotient('wall'),
      records: recordCount,
      auditMs: Math.round(least(ours, 'processor')),
      plainMs: Math.round(least(theirs, 'processor')),
    };
  } finally {
    await Promise.all(systems.map((system) => system.stop()));
  }
}

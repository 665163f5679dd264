import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { simulator as acumatica } from '../../connectors/acumatica/simulator/index.ts';
import { simulator as procore } from '../../connectors/procore/simulator/index.ts';
import type { RunningSimulator } from '../../engine/model/connector.ts';
import { main } from '../../headless/cli.ts';

const flow = 'Approved invoices → AP bills';
let folder: string;
let systems: RunningSimulator[];

async function costwire(args: readonly string[], input = '') {
  let out = '';
  const code = await main(['--workspace', folder, ...args, '--json'], {
    write: (text) => {
      out += text;
    },
    writeError: () => undefined,
    isTerminal: false,
    input: Readable.from([input]),
    environment: { COSTWIRE_VAULT_KEY: Buffer.alloc(32, 7).toString('base64') },
    signal: new AbortController().signal,
  });
  return { code, answer: JSON.parse(out) };
}

async function addProduction(system: RunningSimulator): Promise<void> {
  const set = Object.entries(system.fields).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const secrets = Object.keys(system.secrets).flatMap((name) => ['--secret', name]);
  const { connector } = system;
  const add = ['connection', 'add', '--connector', connector, '--name', connector, '--environment', 'production'];
  const added = await costwire([...add, ...set, ...secrets], `${Object.values(system.secrets).join('\n')}\n`);
  expect(added.answer.missing).toEqual([]);
}

const bills = async (): Promise<number> => (await systems[1]?.documents('bills'))?.length ?? 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'costwire-approve-'));
  systems = [await procore.start(), await acumatica.start()];
  for (const system of systems) await addProduction(system);
  await costwire(['template', 'use', 'procore-acumatica-invoices']);
});
afterAll(async () => {
  await Promise.all(systems.map((system) => system.stop()));
  await rm(folder, { recursive: true, force: true });
});

it('posts nothing to production that no dry run has shown', async () => {
  const before = await bills();
  const refused = await costwire(['run', flow]);
  expect(refused.code).toBe(3);
  expect(refused.answer.error).toMatchObject({ code: 'approval.required', reason: 'approval' });
  expect(await bills()).toBe(before);
  const unknown = await costwire(['run', flow, '--approve', 'r_nobody']);
  expect(unknown.code).toBe(3);
  expect(await bills()).toBe(before);
});

it('posts what the approved posting sheet shows', async () => {
  const before = await bills();
  const dry = await costwire(['dry-run', flow]);
  expect(await bills()).toBe(before);
  const create = dry.answer.sheet.vouchers.filter(({ action }: { action: string }) => action === 'create');
  const posted = await costwire(['run', flow, '--approve', dry.answer.run.id]);
  expect(posted.code).toBe(1);
  const { counts } = posted.answer.run;
  expect(counts.posted).toBeGreaterThan(200);
  expect(counts.awaitingApproval).toBe(0);
  expect((await bills()) - before).toBe(counts.posted);
  expect(counts.posted).toBeLessThanOrEqual(create.length);
});

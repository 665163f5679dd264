import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import readXlsxFile from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulator as acumatica } from '../../connectors/acumatica/simulator/index.ts';
import { simulator as procore } from '../../connectors/procore/simulator/index.ts';
import type { RunningSimulator } from '../../engine/model/connector.ts';
import { databaseFileName } from '../../engine/store/index.ts';
import { CommandLine } from '../support/command-line.ts';

const flow = 'Approved invoices → AP bills';
let line: CommandLine;
let systems: RunningSimulator[] = [];
let runId = '';

beforeAll(async () => {
  line = await CommandLine.open();
  const data = { kind: 'synthetic', records: 12 } as const;
  systems = [await procore.start({ data }), await acumatica.start({ data })];
  for (const system of systems) await line.connect(system, 'sandbox');
  await line.run(['template', 'use', 'procore-acumatica-invoices']);
  const run = await line.run(['run', flow]);
  runId = run.answer.run.id;
  expect(run.answer.run.counts.posted).toBeGreaterThan(0);
});
afterAll(async () => {
  await Promise.all(systems.map((system) => system.stop()));
  await line.close();
});

const inside = (name: string): string => join(line.folder, name);

describe('costwire audit', () => {
  it('verifies the chain of the workspace', async () => {
    const { code, answer } = await line.run(['audit', 'verify']);
    expect(code).toBe(0);
    expect(answer).toMatchObject({ intact: true, findings: [] });
    expect(answer.entries).toBeGreaterThan(0);
  });

  it('writes a pack that proves itself and shows an edit', async () => {
    const folder = inside('pack');
    const { code, answer } = await line.run(['audit', 'pack', '--run', runId, '--to', folder]);
    expect(code).toBe(0);
    expect(answer).toMatchObject({ folder, intact: true });
    expect(answer.files).toEqual(expect.arrayContaining(['manifest.json', 'flow.json', 'chain.ndjson', 'report.xlsx']));
    expect(await line.run(['audit', 'verify', '--pack', folder])).toMatchObject({ code: 0, answer: { intact: true } });
    const sheets = await readXlsxFile(join(folder, 'report.xlsx'));
    expect(sheets.map(({ sheet }) => sheet)).toEqual(['Summary', 'Records', 'Documents', 'Audit chain']);
    const records = await readFile(join(folder, 'records.ndjson'), 'utf8');
    await writeFile(join(folder, 'records.ndjson'), records.replace('posted', 'ignored'));
    const found = await line.run(['audit', 'verify', '--pack', folder]);
    expect(found).toMatchObject({ code: 1, answer: { intact: false } });
    expect(found.answer.findings[0].message).toContain('records.ndjson');
    const again = await line.run(['audit', 'pack', '--run', runId, '--to', folder]);
    expect(again.code).toBe(2);
  });

  it.for([
    [['pack'], 2, 'cli.usage'],
    [['pack', '--run', 'r_nobody'], 3, 'run.notFound'],
    [['nonsense'], 2, 'cli.usage'],
    [['verify', '--pack', '/nowhere/at/all'], 3, 'workspace.notFound'],
  ] as const)('refuses %j', async ([args, code, error]) => {
    expect(await line.run(['audit', ...args])).toMatchObject({ code, answer: { error: { code: error } } });
  });
});

describe('costwire store', () => {
  it('shows how far each source was read, and sets it by hand with a warning', async () => {
    const shown = await line.run(['store', 'watermarks', flow]);
    expect(shown.code).toBe(0);
    const [first] = shown.answer.watermarks;
    expect(first).toMatchObject({ nodeId: 'read', inUse: true, updatedBy: 'run' });
    const change = (node: string, to: string) => {
      const where = ['--node', node, '--scope', first.scope, '--to', to];
      return ['store', 'set-watermark', flow, ...where, '--why', 'Test.'];
    };
    const set = (node: string, to: string) => line.run([...change(node, to), '--yes']);
    // Nobody is there to read the warning, so nothing is changed; nor where the person thinks better of it.
    const unasked = await line.run(change('read', '2020-01-01T00:00:00Z'));
    expect(unasked).toMatchObject({ code: 2, answer: { error: { code: 'cli.usage' } } });
    expect(unasked.answer.error.hint).toContain('--yes');
    expect(unasked.remarks).toContain('is read again');
    const declined = await line.run(change('read', '2020-01-01T00:00:00Z'), { typed: 'no\n' });
    expect(declined).toMatchObject({ code: 0, answer: { changed: false } });
    expect((await line.run(['store', 'watermarks', flow])).answer.watermarks).toEqual(shown.answer.watermarks);
    const agreed = await line.run(change('read', '2021-01-01T00:00:00Z'), { typed: 'yes\n' });
    expect(agreed).toMatchObject({ code: 0, answer: { changed: true } });
    expect(agreed.remarks.indexOf('is read again')).toBeLessThan(agreed.remarks.indexOf('Type yes'));
    const back = await set('read', '2020-01-01T00:00:00Z');
    expect(back).toMatchObject({ code: 0, answer: { warning: expect.stringContaining('is read again') } });
    const forward = await set('read', '2030-01-01T00:00:00Z');
    expect(forward.answer.warning).toContain('will not be read any more');
    const after = await line.run(['store', 'watermarks', flow]);
    const moved = after.answer.watermarks.find(({ scope }: { scope: string }) => scope === first.scope);
    expect(moved).toMatchObject({ reached: '2030-01-01T00:00:00.000Z', inUse: true });
    expect(moved.updatedBy).not.toBe('run');
    // The next run goes by it.
    const next = await line.run(['run', flow]);
    expect(next.answer.run.counts.total).toBeLessThan(12);
    await set('read', first.reached);
    expect(await set('nobody', '2030-01-01T00:00:00Z')).toMatchObject({
      code: 2,
      answer: { error: { code: 'cli.usage', hint: expect.stringContaining('read') } },
    });
    expect(await set('read', 'yesterday')).toMatchObject({ code: 3, answer: { error: { code: 'data.badDate' } } });
  });

  it('copies the database and puts the copy back', async () => {
    const file = inside('copies/one.sqlite');
    expect(await line.run(['store', 'backup', file])).toMatchObject({ code: 0, answer: { file } });
    expect(await line.run(['store', 'backup', file])).toMatchObject({
      code: 3,
      answer: { error: { code: 'workspace.readOnly' } },
    });
    const before = (await line.run(['runs', 'list'])).answer.runs.length;
    await line.run(['dry-run', flow]);
    expect((await line.run(['runs', 'list'])).answer.runs).toHaveLength(before + 1);
    const restored = await line.run(['store', 'restore', file]);
    expect(restored).toMatchObject({ code: 0, answer: { file } });
    expect((await stat(restored.answer.replaced)).size).toBeGreaterThan(0);
    expect((await line.run(['runs', 'list'])).answer.runs).toHaveLength(before);
    expect(await line.run(['audit', 'verify'])).toMatchObject({ code: 0, answer: { intact: true } });
    await rm(restored.answer.replaced);
  });

  it('refuses a copy that is damaged or missing and leaves the database as it is', async () => {
    const file = inside('copies/damaged.sqlite');
    await writeFile(file, 'no database');
    expect(await line.run(['store', 'restore', file])).toMatchObject({
      code: 3,
      answer: { error: { code: 'store.damaged' } },
    });
    expect((await line.run(['store', 'restore', inside('nowhere.sqlite')])).code).toBe(3);
    expect((await line.run(['runs', 'list'])).answer.runs.length).toBeGreaterThan(0);
  });

  it('removes old payloads, keeps ledger and chain, and wants a limit', async () => {
    expect(await line.run(['store', 'retain'])).toMatchObject({ code: 2, answer: { error: { code: 'cli.usage' } } });
    expect((await line.run(['store', 'retain', '--days', 'many'])).code).toBe(2);
    const { code, answer } = await line.run(['store', 'retain', '--max-mb', '0']);
    expect(code).toBe(0);
    expect(answer.payloads).toBeGreaterThan(0);
    expect(await line.run(['audit', 'verify'])).toMatchObject({ code: 0, answer: { intact: true } });
    const gone = await line.run(['replay', '--run', runId, '--status', 'posted', '--dry-run']);
    expect(gone).toMatchObject({ code: 3, answer: { error: { code: 'replay.payloadGone' } } });
  });

  it('reads the file for damage', async () => {
    const sound = await line.run(['store', 'check']);
    expect(sound).toMatchObject({ code: 0, answer: { sound: true, damage: [] } });
    expect(sound.answer.size.file).toBe((await stat(inside(databaseFileName))).size);
  });
});

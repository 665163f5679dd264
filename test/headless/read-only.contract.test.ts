import { execFile } from 'node:child_process';
import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulator as acumatica } from '../../connectors/acumatica/simulator/index.ts';
import { simulator as procore } from '../../connectors/procore/simulator/index.ts';
import type { RunningSimulator } from '../../engine/model/connector.ts';
import { type Answer, CommandLine } from '../support/command-line.ts';

const flow = 'Approved invoices → AP bills';
const entry = join(import.meta.dirname, '../../headless/cli.ts');
/** Root may write anywhere: there the command line runs as a user who may not. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
let line: CommandLine;
let systems: RunningSimulator[] = [];

/** Runs the command line in a process of its own, as somebody who may read the workspace and not write it. */
function look(args: readonly string[]): Promise<Answer> {
  const node = ['--disable-warning=ExperimentalWarning', entry, '-w', line.folder, '--json', ...args];
  const env = { ...process.env, COSTWIRE_VAULT_KEY: Buffer.alloc(32, 7).toString('base64'), HOME: '/nonexistent' };
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, node, { env, ...nobody }, (_error, out, remarks) => {
      if (child.exitCode === null || out === '') reject(new Error(remarks));
      else resolve({ code: child.exitCode, answer: JSON.parse(out), remarks });
    });
    child.stdin?.end();
  });
}

async function setMode(folder: string, files: number, folders: number): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await setMode(path, files, folders);
    else await chmod(path, files);
  }
  await chmod(folder, folders);
}

beforeAll(async () => {
  line = await CommandLine.open();
  const data = { kind: 'synthetic', records: 3 } as const;
  systems = [await procore.start({ data }), await acumatica.start({ data })];
  for (const system of systems) await line.connect(system, 'sandbox');
  await line.run(['template', 'use', 'procore-acumatica-invoices']);
  await line.run(['run', flow]);
  await setMode(line.folder, 0o444, 0o555);
});
afterAll(async () => {
  await setMode(line.folder, 0o644, 0o755);
  await Promise.all(systems.map((system) => system.stop()));
  await line.close();
});

describe.skipIf(process.platform === 'win32')('a workspace that may not be written', () => {
  it('shows its history and says that it can only be read', async () => {
    const before = await readdir(line.folder);
    const { code, answer, remarks } = await look(['runs', 'show', 'last']);
    expect(code).toBe(0);
    expect(answer.run).toMatchObject({ status: 'succeeded', counts: { posted: 3 } });
    expect(answer.records).toHaveLength(3);
    expect(remarks).toContain('its history can be read, nothing can be run or saved');
    expect(await look(['audit', 'verify'])).toMatchObject({ code: 0, answer: { intact: true } });
    expect(await readdir(line.folder)).toEqual(before);
  });

  it('runs nothing and changes nothing', async () => {
    for (const command of [
      ['run', flow],
      ['dry-run', flow],
      ['replay', '--run', 'last', '--dry-run'],
      ['store', 'retain', '--days', '1'],
    ]) {
      const { code, answer } = await look(command);
      expect(code, command.join(' ')).toBe(3);
      expect(answer.error.code).toMatch(/^(workspace\.readOnly|run\.notFound)$/);
    }
    expect(await systems[1]?.documents('bills')).toHaveLength(3);
  });
});

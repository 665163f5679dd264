import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../engine/store/index.ts';
import { main } from '../../headless/cli.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'costwire-cli-'));
});

async function costwire(args: readonly string[], input = ''): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await main(['--workspace', folder, ...args], {
    write: (text) => {
      out += text;
    },
    writeError: (text) => {
      err += text;
    },
    isTerminal: false,
    input: Readable.from([input]),
    environment: { COSTWIRE_VAULT_KEY: Buffer.alloc(32, 7).toString('base64'), TOKEN: 'sentinel-from-environment' },
    signal: new AbortController().signal,
  });
  return { code, out, err };
}
const json = async (args: readonly string[], input = '') => {
  const { code, out, err } = await costwire([...args, '--json'], input);
  expect(out.trim().split('\n')).toHaveLength(1);
  return { code, err, answer: JSON.parse(out) };
};
const acme = ['--connector', 'procore', '--name', 'Acme'];

describe('the command line', () => {
  it('tells the version of the package', async () => {
    const manifest = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'));
    expect(await costwire(['--version'])).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' });
  });

  it('answers 2 to what it does not understand and 3 to what cannot start, without a stack trace', async () => {
    for (const args of [['bogus'], ['run'], ['practice', '--system', 'abacus'], ['connection', 'add']]) {
      expect((await costwire(args)).code).toBe(2);
    }
    const missing = await costwire(['run', 'nothing']);
    expect(missing.code).toBe(3);
    expect(missing.err).toContain('→');
    expect(missing.err).not.toMatch(/\n\s+at /);
    expect((await json(['run', 'nothing'])).answer.error.code).toBe('flow.notFound');
  });

  it('keeps secrets from input, environment and file, and never shows or stores them in the open', async () => {
    const file = join(folder, 'secret.txt');
    await writeFile(file, 'sentinel-from-file\n');
    for (const [secret, input] of [
      ['clientSecret', 'sentinel-from-input\n'],
      ['clientSecret=env:TOKEN', ''],
      [`clientSecret=file:${file}`, ''],
    ] as const) {
      const { code, answer } = await json(
        ['connection', 'add', ...acme, '--set', 'companyId=1', '--secret', secret],
        input,
      );
      expect(code).toBe(0);
      expect(answer.connection.secrets).toEqual(['clientSecret']);
      expect(answer.missing).toEqual(['clientId']);
      const stored = await readFile(join(folder, 'vault.json'), 'utf8');
      expect(
        JSON.stringify(answer) + stored + (await readFile(join(folder, 'connections.json'), 'utf8')),
      ).not.toContain('sentinel');
    }
    expect((await json(['connection', 'list'])).answer.connections).toHaveLength(1);
    expect((await costwire(['connection', 'remove', 'acme'])).code).toBe(0);
    expect((await json(['connection', 'list'])).answer.connections).toEqual([]);
  });

  it.each([
    [['--secret', 'clientSecret=plain-on-the-line'], 'must not stand on the command line'],
    [['--set', 'clientSecret=plain'], 'is a secret'],
    [['--set', 'colour=red'], 'has no field'],
    [['--set', 'signIn=magic'], 'takes'],
    [['--secret', 'clientSecret'], 'Standard input has no line'],
  ])('refuses %j', async (more, words) => {
    const { code, err } = await costwire(['connection', 'add', ...acme, ...more]);
    expect(code).toBe(2);
    expect(err).toContain(words);
    expect(err).not.toContain('plain');
  });

  it('uses a template, checks the flow, and says what is missing', async () => {
    const used = await json(['template', 'use', 'procore-acumatica-invoices', '--name', 'Bills']);
    expect(used.answer.unbound).toEqual(['procore', 'erp'].sort((a, b) => (a < b ? -1 : 1)));
    const busy = await openStore(folder);
    const checked = await json(['validate', 'bills']);
    await busy.close();
    expect(checked.code).toBe(3);
    expect(checked.answer.problems.map((problem: { code: string }) => problem.code)).toEqual([
      'connection.unbound',
      'connection.unbound',
    ]);
    await json(['connection', 'add', ...acme]);
    expect((await costwire(['flow', 'bind', 'bills', '--slot', 'erp=acme'])).err).toContain('needs acumatica');
    expect((await costwire(['flow', 'bind', 'bills', '--slot', 'procore=acme'])).code).toBe(0);
    expect((await json(['validate', 'bills'])).answer.problems).toHaveLength(1);
    expect((await json(['run', 'bills'])).code).toBe(3);
    expect((await json(['runs', 'list'])).answer.runs).toMatchObject([{ status: 'failed' }]);
  });

  it('exports tables and imports them again without a change, and publishes what changed', async () => {
    await json(['template', 'use', 'procore-acumatica-invoices']);
    for (const ending of ['csv', 'xlsx', 'table']) {
      const file = join(folder, `codes.${ending}`);
      expect((await json(['table', 'export', 'cost-codes', file])).answer.rows).toBe(405);
      const again = await json(['table', 'import', file, '--table', 'cost-codes', '--remove']);
      expect(again.answer).toMatchObject({ added: 0, changed: 0, unchanged: 405, removed: 0, version: 1 });
    }
    const file = join(folder, 'more.csv');
    await writeFile(
      file,
      'cost_code,cost_type,account,subaccount,task,erp_cost_code\n10-280.300,S,54300,200000,40,10280300\n',
    );
    expect((await json(['table', 'import', file, '--table', 'cost-codes'])).answer).toMatchObject({
      added: 1,
      version: 2,
    });
    await writeFile(file, 'cost_code,cost_type,account,subaccount,task,erp_cost_code\n1,S,,2,3,4\n');
    const refused = await json(['table', 'import', file, '--table', 'cost-codes']);
    expect(refused.code).toBe(3);
    expect(refused.answer.error.message).toContain('Row 2');
  });

  it.each([
    ['{"format": "costwire/flow"', 'not complete JSON'],
    ['{"format":"costwire/flow","schemaVersion":9,"id":1}', 'newer'],
    ['<html></html>', 'not complete JSON'],
  ])('says what is wrong with a flow file %j', async (text, words) => {
    const file = join(folder, 'odd.flow.json');
    await writeFile(file, text);
    const { code, err } = await costwire(['validate', file]);
    expect(code).toBe(3);
    expect(err).toContain(words);
  });
});

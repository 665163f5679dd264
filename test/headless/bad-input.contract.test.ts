import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectors } from '../../connectors/index.ts';
import type { RunningSimulator } from '../../engine/model/connector.ts';
import { main } from '../../headless/cli.ts';

const templateFile = join(import.meta.dirname, '../../templates/procore-acumatica-invoices.template.json');

let folder: string;
let running: RunningSimulator[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'costwire-bad-input-'));
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((simulator) => simulator.stop()));
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  code: number;
  /** Everything a person could see. */
  shown: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape depends on the command; each case asserts what it reads
  answer: any;
}

async function costwire(args: readonly string[], input = ''): Promise<Answer> {
  let [out, err] = ['', ''];
  const code = await main(['--workspace', folder, '--json', ...args], {
    write: (text) => {
      out += text;
    },
    writeError: (text) => {
      err += text;
    },
    isTerminal: false,
    input: Readable.from([input]),
    environment: { COSTWIRE_VAULT_KEY: Buffer.alloc(32, 7).toString('base64') },
    signal: new AbortController().signal,
  });
  return { code, shown: out + err, answer: JSON.parse(out) };
}

/** Settings of a case: faults, and what is wrong with a connection. */
interface Setting {
  faults?: Record<string, readonly string[]>;
  fields?: Record<string, Record<string, string>>;
  secrets?: Record<string, Record<string, string>>;
}

/** A workspace with both practice systems connected as the case wants them, and the template's flow. */
async function prepare({ faults = {}, fields = {}, secrets = {} }: Setting): Promise<void> {
  for (const id of ['procore', 'acumatica']) {
    const module = await connectors.find((connector) => connector.id === id)?.simulator?.();
    if (module === undefined) throw new Error(`no simulator of ${id}`);
    const simulator = await module.start({ data: { kind: 'practice' }, faults: faults[id] ?? [] });
    running.push(simulator);
    const set = { ...simulator.fields, ...fields[id] };
    const kept = { ...simulator.secrets, ...secrets[id] };
    const added = await costwire(
      [
        ...['connection', 'add', '--connector', id, '--name', id, '--environment', 'practice'],
        ...Object.entries(set).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
        ...Object.keys(kept).flatMap((name) => ['--secret', name]),
      ],
      Object.values(kept)
        .map((value) => `${value}\n`)
        .join(''),
    );
    expect(added.code, added.shown).toBe(0);
  }
  const used = await costwire(['template', 'use', templateFile, '--name', 'Bills']);
  expect(used.code, used.shown).toBe(0);
}

/** What every answer owes its reader. */
function decent(shown: string): void {
  expect(shown).not.toMatch(/\\n\s+at |\bat (?:async )?\w+ \(|node:internal|TypeError|undefined/);
  for (const simulator of running)
    for (const secret of Object.values(simulator.secrets)) expect(shown).not.toContain(secret);
}

/** No address of the internet: a port of this machine that nobody listens on. */
const nobody = 'http://127.0.0.1:9';

describe('a system that cannot be worked with', () => {
  const cases: [string, Setting, number, RegExp][] = [
    ['an unreachable host', { fields: { procore: { apiUrl: nobody, loginUrl: nobody } } }, 3, /127\.0\.0\.1|reach/i],
    ['a wrong secret', { secrets: { procore: { clientSecret: 'sentinel-wrong' } } }, 3, /client|secret|sign/i],
    ['a wrong company', { fields: { procore: { companyId: '424242' } } }, 3, /compan|424242/i],
    ['a wrong endpoint version', { fields: { acumatica: { endpointVersion: '99.200.001' } } }, 3, /24\.200\.001/],
    ['HTML instead of JSON', { faults: { procore: ['html;path=/rest/'] } }, 3, /HTML|web page|JSON/i],
    ['truncated JSON', { faults: { procore: ['truncate-json;path=/rest/'] } }, 3, /JSON|cut|incomplete/i],
  ];
  it.each(cases)('says so for %s', async (_what, setting, code, words) => {
    await prepare(setting);
    const { code: got, shown, answer } = await costwire(['run', 'Bills']);
    decent(shown);
    expect(shown).not.toContain('sentinel-wrong');
    expect(got, shown.slice(0, 2000)).toBe(code);
    const { error } = answer.run ?? answer;
    expect(`${error.message} ${error.hint}`).toMatch(words);
    expect(error.hint).not.toBe('');
  });
});

describe('records that are not what they should be', () => {
  const spoiled = (fault: string): Setting => ({ faults: { procore: [`${fault};path=/requisitions`] } });
  const cases: [string, Setting, RegExp][] = [
    ['an amount that is none', spoiled('bad-amount'), /“n\/a”|not a number/],
    ['a date that is none', spoiled('bad-date'), /date/i],
    ['a field of 2 MB', spoiled('huge-field'), /characters|too l(ong|arge)/i],
    ['a record without an id', spoiled('no-id'), /id\b/i],
  ];
  it.each(cases)('tells of %s and posts the others', async (_what, setting, words) => {
    await prepare(setting);
    const { code, shown, answer } = await costwire(['run', 'Bills']);
    decent(shown);
    expect(code, shown.slice(0, 2000)).toBe(1);
    expect(answer.run.counts.posted).toBeGreaterThan(100);
    const told = answer.open.map(({ error }: { error?: { message: string; hint: string } }) => error);
    const ours = told.filter((error?: { message: string }) => words.test(error?.message ?? ''));
    expect(ours.length, JSON.stringify(told).slice(0, 3000)).toBeGreaterThan(0);
    for (const error of ours) expect(error.hint).not.toBe('');
  });

  it('keeps every digit of an id above 2^53', async () => {
    await prepare(spoiled('big-id'));
    const { code, shown, answer } = await costwire(['run', 'Bills']);
    decent(shown);
    expect(code).toBe(1);
    const { answer: told } = await costwire(['runs', 'show', answer.run.id, '--limit', '1000']);
    expect(JSON.stringify(told) + JSON.stringify(answer)).toContain('9007199254740993123');
  });

  it('stops at a page that repeats for ever', async () => {
    await prepare({ faults: { procore: ['repeat-page;path=/requisitions'] } });
    const { code, shown, answer } = await costwire(['run', 'Bills']);
    decent(shown);
    expect(code).toBe(1);
    expect(answer.scopes.length).toBeGreaterThan(0);
    for (const { error } of answer.scopes) {
      expect(error.message).toMatch(/records of an earlier page/);
      expect(error.hint).not.toBe('');
    }
    expect(answer.run.counts.posted).toBeGreaterThan(100);
  });
});

describe('a flow that is wrong', () => {
  type Flow = { nodes: { id: string; kind: string; config: Record<string, unknown> }[]; wires: object[] } & Record<
    string,
    unknown
  >;
  const flow = async (): Promise<Flow> => JSON.parse(await readFile(templateFile, 'utf8')).flow as Flow;
  const node = (document: Flow, id: string) => {
    const found = document.nodes.find((each) => each.id === id);
    if (found === undefined) throw new Error(`no node ${id}`);
    return found;
  };
  const cases: [string, (document: Flow) => unknown, RegExp][] = [
    ['no JSON', () => '{ "format": "costwire/flow", ', /JSON|read/i],
    ['a newer file', (document) => ({ ...document, schemaVersion: 99 }), /newer/i],
    [
      'a cycle',
      (document) => ({ ...document, wires: [...document.wires, { from: 'bill', to: 'codes' }] }),
      /circle|cycle|loop/i,
    ],
    [
      'a dangling wire',
      (document) => ({ ...document, wires: [...document.wires, { from: 'bill', to: 'nowhere' }] }),
      /nowhere/,
    ],
    [
      'an unknown kind of node',
      (document) => {
        node(document, 'check').kind = 'teleport';
        return document;
      },
      /teleport/,
    ],
    [
      'a type error in a formula',
      (document) => {
        node(document, 'read').config.where = '=[summary.current_payment_due] + [status]';
        return document;
      },
      /number|true or false/i,
    ],
    [
      'a missing table',
      (document) => {
        node(document, 'codes').config.table = 'no-such-table';
        return document;
      },
      /no-such-table/,
    ],
  ];
  it.each(cases)('is refused for %s, with what to do', async (_what, spoil, words) => {
    const document = await flow();
    const made = spoil({ id: 'f_bad', format: 'costwire/flow', schemaVersion: 1, ...document });
    const file = join(folder, 'bad.flow.json');
    await writeFile(file, typeof made === 'string' ? made : JSON.stringify(made));
    const { code, shown, answer } = await costwire(['validate', file]);
    decent(shown);
    expect(code).toBe(3);
    const told: { message: string; hint: string }[] = answer.problems ?? [answer.error];
    const ours = told.filter(({ message }) => words.test(message));
    expect(ours.length, shown.slice(0, 2000)).toBeGreaterThan(0);
    for (const { hint } of ours) expect(hint).not.toBe('');
  });
});

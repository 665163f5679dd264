import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { main } from '../../headless/cli.ts';

async function costwire(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await main(args, {
    write: (text) => out.push(text),
    writeError: (text) => err.push(text),
    isTerminal: false,
    input: Readable.from([]),
    environment: {},
    signal: new AbortController().signal,
  });
  return { code, out: out.join(''), err: err.join('') };
}

describe('costwire formula', () => {
  const record = ['--record', '{"qty":"3","price":0.335,"big":12345678901234567890.12}'];

  it('evaluates a formula and says what it took for numbers', async () => {
    expect(await costwire('formula', '=ROUND([qty]*[price],2)', ...record)).toEqual({
      code: 0,
      out: '1.01\n',
      err: 'Taken for numbers, because they look like it: qty, price, big.\n',
    });
  });

  it('keeps every digit of a number that is written without quotation marks', async () => {
    expect((await costwire('formula', '=[big]+0.01', ...record)).out).toBe('12345678901234567890.13\n');
  });

  it('explains each part', async () => {
    const { out } = await costwire('formula', '=ROUND([qty]*[price],2)', ...record, '--explain');
    expect(out).toContain('  [qty]*[price]  =  1.005\n    [qty]  =  3\n');
  });

  it('answers with one object for programs', async () => {
    const { code, out } = await costwire('formula', '=[qty]/0', ...record, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      error: { kind: '#DIV/0!' },
      references: ['qty'],
      numbers: ['qty', 'price', 'big'],
    });
  });

  it('marks what is wrong with a formula', async () => {
    const { code, err } = await costwire('formula', '=[qti]*2', ...record);
    expect(code).toBe(2);
    expect(err).toContain('=[qti]*2\n ^^^^^\n');
    expect(err).toContain('Did you mean [qty]?');
  });

  it('refuses a record that is no object', async () => {
    for (const bad of ['[1]', '{', '3']) expect((await costwire('formula', '=1', '--record', bad)).code).toBe(2);
  });
});

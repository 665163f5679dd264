/** Nodes that bring streams together, one by one: amounts, keys, order of arrival. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, format, parse } from '../../../engine/model/decimal.ts';
import type { FlowNode } from '../../../engine/model/flow.ts';
import type { Fields, RecordSchema, Value, WireRecord } from '../../../engine/model/record.ts';
import { branch } from '../../../engine/nodes/branch.ts';
import { dedupe } from '../../../engine/nodes/dedupe.ts';
import { join } from '../../../engine/nodes/join.ts';
import type { BatchResult, NodeContext, NodeKind, NodeRunner, Settlement } from '../../../engine/nodes/node.ts';
import { reconcile } from '../../../engine/nodes/reconcile.ts';
import { union } from '../../../engine/nodes/union.ts';

const schema: RecordSchema = {
  fields: [
    { name: 'key', label: 'Key', type: 'text' },
    { name: 'amount', label: 'Amount', type: 'decimal' },
  ],
};
const context: NodeContext = {
  parameters: {},
  parameterValues: {},
  connector: () => undefined,
  resource: () => undefined,
  resources: () => [],
  connection: () => undefined,
  table: () => undefined,
  runId: 'r',
  signal: new AbortController().signal,
  today: '2026-04-15',
  tableVersion: () => 0,
  lookup: () => undefined,
  propose: () => undefined,
  read: () => {
    throw new Error('reads nothing');
  },
  known: async () => new Set(),
};
const node = (kind: NodeKind, config: FlowNode['config']): FlowNode => ({ id: 'n', kind: kind.kind, config });
const record = (id: string, value: Fields): WireRecord => ({
  key: id,
  value,
  origin: { system: 'toy', resource: 'things', id, label: id },
  sources: [{ nodeId: 'read', key: id, value, origin: { system: 'toy', resource: 'things', id } }],
});
const of = (prefix: string, rows: readonly (readonly [key: string | null, amount: Value])[]): WireRecord[] =>
  rows.map(([key, amount], index) => record(`${prefix}${index}`, { key, amount }));

/** A compiled node, collecting what leaves it. */
function running(kind: NodeKind, config: FlowNode['config'], inputs: Record<string, RecordSchema> = { in: schema }) {
  const check = kind.check(node(kind, config), inputs, context);
  const runner = kind.compile?.(node(kind, config), inputs, context) as NodeRunner;
  const out: Record<string, WireRecord[]> = {};
  const settled: Settlement[] = [];
  const take = (result: BatchResult): void => {
    for (const [port, records] of Object.entries(result.out)) out[port] = [...(out[port] ?? []), ...records];
    settled.push(...(result.settled ?? []));
  };
  return {
    problems: check.problems,
    out,
    settled,
    push: (records: WireRecord[], port = 'in') => take(runner.push(records, port) as BatchResult),
    end: (port = 'in') => {
      for (const result of runner.end?.(port) ?? []) take(result);
    },
  };
}

describe('reconcile', () => {
  const config = (tolerance = '0') => ({
    leftKey: '=[key]',
    rightKey: '=[key]',
    leftAmount: '=[amount]',
    rightAmount: '=[amount]',
    tolerance,
  });
  const compared = (left: WireRecord[], right: WireRecord[], tolerance?: string) => {
    const run = running(reconcile, config(tolerance), { in: schema, right: schema });
    run.push(left);
    run.push(right, 'right');
    run.end();
    run.end('right');
    const pairs = run.settled.filter(({ port }) => port !== 'totals' && port !== 'held');
    return { ...run, pairs, totals: run.settled.find(({ port }) => port === 'totals')?.record.value ?? {} };
  };

  it.each([
    ['0.01', '10.00', '10.01', 'matched'],
    ['0.01', '10.00', '9.99', 'matched'],
    ['0.01', '10.00', '10.0101', 'differs'],
    ['0', '0.30', '0.3', 'matched'],
    ['0', '-5', '5', 'differs'],
    ['0', null, '0', 'matched'],
  ])('with a tolerance of %s says of %s and %s: %s', (tolerance, left, right, outcome) => {
    const { pairs } = compared(of('l', [['A', left]]), of('r', [['A', right]]), tolerance);
    expect(pairs.map(({ port }) => port)).toEqual([outcome]);
  });

  it('adds lines of one key before it compares them', () => {
    const left = of('l', [
      ['A', '0.1'],
      ['A', '0.2'],
    ]);
    const { pairs } = compared(left, of('r', [['A', '0.3']]));
    expect(pairs).toMatchObject([{ port: 'matched', status: 'skipped', record: { parents: ['l0', 'l1', 'r0'] } }]);
  });

  it('waits for both streams, and holds a record whose amount is no number', () => {
    const run = running(reconcile, config(), { in: schema, right: schema });
    run.push(of('l', [['A', 'ten']]));
    run.end();
    expect(run.settled).toMatchObject([{ status: 'held', error: { code: 'formula.runtime' } }]);
  });

  it('has totals that add up to both streams, and tells every record exactly once', () => {
    const rows = fc.array(fc.tuple(fc.constantFrom('A', 'B', 'C', 'D'), fc.integer({ min: -10_000, max: 10_000 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(rows, rows, fc.integer({ min: 0, max: 500 }), (left, right, cents) => {
        const money = (value: number): string => (value / 100).toFixed(2);
        const lines = (prefix: string, list: [string, number][]) =>
          of(
            prefix,
            list.map(([key, value]) => [key, money(value)] as const),
          );
        const { totals, pairs } = compared(lines('l', left), lines('r', right), money(cents));
        const sum = (texts: readonly string[]): string =>
          format(texts.reduce((total, text) => add(total, parse(text)), parse('0.00')));
        const told = (side: 'left' | 'right'): string =>
          sum(['matched', 'differs', 'onlyLeft', 'onlyRight'].map((outcome) => String(totals[`${outcome}_${side}`])));
        expect(told('left')).toBe(sum(left.map(([, value]) => money(value))));
        expect(told('right')).toBe(sum(right.map(([, value]) => money(value))));
        const parents = pairs.flatMap(({ record: { parents: keys } }) => keys ?? []);
        expect(parents).toHaveLength(left.length + right.length);
        expect(new Set(parents).size).toBe(parents.length);
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});

describe('join', () => {
  const config = { left: '=[key]', right: '=[key]', into: 'other', missing: 'keep' };

  it('gives the same whether records come before or after what they are looked up in', () => {
    const left = of('l', [
      ['A', '1'],
      ['X', '2'],
      [null, '3'],
    ]);
    const right = of('r', [
      ['A', '10'],
      [null, '30'],
    ]);
    const found = (early: boolean) => {
      const run = running(join, config, { in: schema, right: schema });
      if (early) run.push(left);
      run.push(right, 'right');
      run.end('right');
      if (!early) run.push(left);
      run.end();
      return (run.out.out ?? []).map(({ value }) => (value.other as Fields | null)?.amount ?? null);
    };
    expect(found(true)).toEqual(['10', null, null]);
    expect(found(false)).toEqual(found(true));
  });
});

describe('branch', () => {
  it('holds what cannot be judged, and sends what fits nothing to the last output', () => {
    const run = running(branch, {
      branches: [{ when: '=10 / [amount] > 1' }, { label: 'Small', when: '=[amount] > 50' }],
    });
    run.push(
      of('l', [
        ['A', '5'],
        ['B', '60'],
        ['C', '20'],
        ['D', '0'],
      ]),
    );
    expect(
      Object.fromEntries(Object.entries(run.out).map(([port, list]) => [port, list.map(({ key }) => key)])),
    ).toEqual({ a: ['l0'], b: ['l1'], else: ['l2'] });
    expect(run.settled).toMatchObject([{ record: { key: 'l3' }, port: 'held', error: { code: 'formula.runtime' } }]);
  });
});

describe('union', () => {
  it('names the stream a record came from, and keeps what it was made of', () => {
    const run = running(union, { tag: 'from', labels: { a: 'left' } }, { a: schema, b: schema });
    expect(run.problems).toEqual([]);
    run.push(of('l', [['A', '1']]), 'a');
    run.push(of('r', [['B', '2']]), 'b');
    expect(run.out.out?.map(({ value, sources }) => [value.from, sources?.length])).toEqual([
      ['left', 1],
      ['b', 1],
    ]);
  });

  it('refuses streams that have nothing in common', () => {
    const other: RecordSchema = { fields: [{ name: 'amount', label: 'Amount', type: 'text' }] };
    expect(running(union, {}, { a: schema, b: other }).problems.map(({ message }) => message)).toEqual([
      'The streams have no field in common.',
    ]);
  });
});

describe('dedupe', () => {
  const rows: [string, string][] = [
    ['a-07', '1'],
    ['A 7', '1'],
    ['a-07', '2'],
    ['a-07', '1'],
  ];
  const config = { by: [{ value: '=[key]' }, { value: '=[amount]' }] };

  it.each([
    ['exact', ['l0', 'l1', 'l2']],
    ['invoice-number', ['l0', 'l2']],
  ])('compares %s', (compare, first) => {
    const run = running(dedupe, { ...config, compare });
    run.push(of('l', rows.slice(0, 2)));
    run.push(rows.slice(2).map(([key, amount], index) => record(`l${index + 2}`, { key, amount })));
    expect(run.out.out?.map(({ key }) => key)).toEqual(first);
    expect(run.settled).toHaveLength(rows.length - first.length);
    for (const { status, error } of run.settled) expect([status, error?.code]).toEqual(['held', 'check.duplicate']);
  });

  it('skips where asked, and says which came first', () => {
    const run = running(dedupe, { ...config, duplicates: 'skip' });
    run.push(of('l', rows));
    expect(run.settled).toMatchObject([{ status: 'skipped', note: 'l3 repeats l0.' }]);
  });
});

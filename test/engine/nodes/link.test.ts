import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FlowNode, flowSchema } from '../../../engine/model/flow.ts';
import { compileTable } from '../../../engine/model/mapping-lookup.ts';
import { tableSchemaSchema } from '../../../engine/model/mapping-table.ts';
import type { FieldSchema, Fields, RecordSchema, Value, WireRecord } from '../../../engine/model/record.ts';
import { RecordView } from '../../../engine/model/record-view.ts';
import type { RecordOutcome } from '../../../engine/model/run.ts';
import { nodeKinds } from '../../../engine/nodes/index.ts';
import type { NodeKind } from '../../../engine/nodes/node.ts';
import { Accounts } from '../../../engine/run/execute-accounts.ts';
import { nodeContext } from '../../../engine/run/execute-context.ts';
import { Pipeline } from '../../../engine/run/execute-pipeline.ts';
import type { FlowPlan, PlannedNode } from '../../../engine/run/plan.ts';
import { disabledKind } from '../../../engine/run/plan-disabled.ts';

/** Flows run twice: as a run links their nodes, and with every node handing on whole records. */

const field = (name: string, type: FieldSchema['type'] = 'text', fields?: FieldSchema[]): FieldSchema => ({
  name,
  label: name,
  type,
  ...(fields === undefined ? {} : { fields }),
});
const invoices: RecordSchema = {
  fields: [
    field('number'),
    field('vendor'),
    field('total', 'decimal'),
    field('lines', 'list', [
      field('id'),
      field('code'),
      field('kind'),
      { ...field('amount', 'decimal'), money: true },
      field('text'),
      field('job', 'record', [field('name'), field('phase')]),
      field('taxes', 'list', [field('rate', 'decimal')]),
    ]),
  ],
};

const table = compileTable({
  schema: tableSchemaSchema.parse({
    format: 'costwire/table',
    schemaVersion: 1,
    id: 'codes',
    name: 'Codes',
    keys: [{ name: 'code' }, { name: 'kind' }],
    targets: [{ name: 'account' }, { name: 'task' }],
  }),
  version: 3,
  rows: [
    { id: 'a', keys: ['A', '*'], targets: ['5100', '1'] },
    { id: 'b', keys: ['B', 'S'], targets: ['5200', '2'] },
    { id: 'z', keys: ['*', 'L'], targets: ['9999', ''], suspense: true },
  ],
});

const nodeOf = (id: string, kind: string, config: FlowNode['config'] = {}): FlowNode => ({ id, kind, config });

/** What the steps behind a split may be; paths as they are for single lines. */
const filters = [
  '=[lines.amount] >= 0',
  '=[vendor] <> "V2"',
  '=[lines.job.name] = "North"',
  '=LEN([lines.text]) < 3',
].map((where) => nodeOf('filter', 'filter', { where, reason: '="Left out: " & [number] & [lines.code]' }));
const codings = ['coding', 'lines', 'vendor'].flatMap((into) =>
  ['hold', 'suspense', 'fail'].map((unmapped) =>
    nodeOf('codes', 'map-codes', {
      table: 'codes',
      keys: { code: '=[lines.code]', kind: '=[lines.kind]' },
      into,
      unmapped,
    }),
  ),
);
const more = nodeOf('again', 'map-codes', {
  table: 'codes',
  keys: { code: '=MAPCODE("codes", [lines.code], [lines.kind], "task")', kind: 'L' },
  into: 'second',
  unmapped: 'suspense',
});
const overwriting = nodeOf('again', 'map-codes', { ...more.config, into: 'coding' });
const groups = [['=[vendor]'], ['=[number]', '=[total]'], ['=[lines.job.name]'], ['=[lines.amount] > 5']].map((by) =>
  nodeOf('group', 'group', { by: by.map((value, at) => ({ name: `key${at}`, value })), into: 'rows' }),
);
const groupMap = nodeOf('map', 'map', {
  fields: [
    { to: 'Sum.value', value: '=SUM([rows.lines.amount])' },
    { to: 'Names', value: '=TEXTJOIN(",", TRUE, [rows.lines.job.name])' },
    { to: 'Numbers', value: '=TEXTJOIN(",", TRUE, [rows.number])' },
    { to: 'Rates.all', value: '=SUM([rows.lines.taxes.rate])' },
    { to: 'Rates.count', value: '=COUNT([/rows.total])' },
    { to: 'Rows', value: '=[rows]' },
    { to: 'Key', value: '=[key0]' },
  ],
  each: [
    {
      to: 'Details',
      over: 'rows',
      where: '=[lines.text] <> "x"',
      fields: [
        { to: 'Amount.value', value: '=[lines.amount]' },
        { to: 'Text.value', value: '=[number] & " " & [lines.text]' },
        { to: 'Job', value: '=[lines.job]' },
        { to: 'Group', value: '=[/key0]' },
      ],
      each: [{ to: 'Taxes', over: 'lines.taxes', fields: [{ to: 'Rate', value: '=[rate]' }] }],
    },
  ],
});
const lineMap = nodeOf('map', 'map', {
  fields: [
    { to: 'Number', value: '=[number]' },
    { to: 'Amount', value: '=[lines.amount] * 2' },
    { to: 'Job.name', value: '=[/lines.job.name]' },
    { to: 'Line', value: '=[lines]' },
  ],
  each: [{ to: 'Taxes', over: 'lines.taxes', fields: [{ to: 'Rate', value: '=[rate] & [/number]' }] }],
});

/** A map that also tells what lines were coded to, where they were. */
function coded(map: FlowNode, coding: FlowNode | undefined, group: FlowNode | undefined): FlowNode {
  if (coding?.config.into !== 'coding') return map;
  const value = group === undefined ? '=[coding.task]' : '=TEXTJOIN(",", TRUE, [rows.coding.task])';
  const { fields } = map.config;
  return {
    ...map,
    config: { ...map.config, fields: [...(Array.isArray(fields) ? fields : []), { to: 'Task', value }] },
  };
}

const oneOf = <T>(...values: T[]) => fc.constantFrom(...values);
const lineValue = fc.record(
  {
    id: oneOf<Value>('1', '2', '3', '10', null),
    code: oneOf<Value>('A', 'A', 'B', 'C', null),
    kind: oneOf<Value>('S', 'S', 'L', 'X'),
    amount: oneOf<Value>('1.50', '-2', '7', '1e2', '9007199254740993.01', 'many', '', null),
    text: oneOf<Value>('x', 'yy', 'long text', null, ['list']),
    job: oneOf<Value>({ name: 'North', phase: '1' }, { name: null }, null, 'text', [{ name: 'South' }]),
    taxes: oneOf<Value>([], [{ rate: '1.5' }, { rate: '2' }], null, ['plain', { rate: '3' }]),
  },
  { requiredKeys: [] },
);
const lines = fc.array(
  fc.oneof({ weight: 9, arbitrary: lineValue }, { weight: 1, arbitrary: oneOf<Value>('plain', null, []) }),
  {
    maxLength: 6,
  },
);
const invoice = fc.record(
  {
    number: oneOf<Value>('INV-1', 'INV-2', null),
    vendor: oneOf<Value>('V1', 'V2', 'V3', null, true),
    total: oneOf<Value>('10.00', '20', 'unknown'),
    lines: fc.oneof({ weight: 9, arbitrary: lines }, { weight: 1, arbitrary: oneOf<Value>(null, 'none') }),
    extra: oneOf<Value>('kept', null),
  },
  { requiredKeys: ['vendor', 'lines'] },
);
const source = fc.record({
  value: invoice,
  mappingRows: oneOf(undefined, undefined, ['codes@3:a'], ['other@1:7']),
  notes: oneOf(undefined, undefined, ['Seen before.']),
});

const flow = fc.record({
  filter: oneOf(undefined, ...filters),
  coding: oneOf(undefined, ...codings),
  again: oneOf(undefined, more, overwriting),
  group: oneOf(undefined, ...groups),
  map: oneOf(true, false),
  /** Kinds whose exception port leads somewhere. */
  caught: fc.subarray(['split', 'filter', 'codes', 'again', 'group', 'map']),
  /** A node that is switched off, by its place. */
  off: oneOf(-1, -1, -1, 0, 1, 2, 3),
  /** What a filter leaves out goes on all the same. */
  joined: oneOf(true, false, false),
  /** A node whose records go to a second place too. */
  twice: oneOf(-1, -1, -1, 1, 2),
});
type Draft = typeof flow extends fc.Arbitrary<infer T> ? T : never;

/** A kind that hands on whole records only. */
const unlinked = (kind: NodeKind): NodeKind => {
  const { compile } = kind;
  if (compile === undefined) return kind;
  return {
    ...kind,
    compile(...args) {
      const { linked: _linked, ...runner } = compile.apply(kind, args);
      return runner;
    },
  };
};

function planOf(draft: Draft, isLinked: boolean): FlowPlan | undefined {
  const known = (kind: string): NodeKind => {
    const found = nodeKinds.find((candidate) => candidate.kind === kind);
    if (found === undefined) throw new Error(kind);
    return isLinked ? found : unlinked(found);
  };
  const { filter, coding, again, group, map } = draft;
  const shaping = [nodeOf('split', 'split', { over: 'lines' }), filter, coding, again, group];
  if (map) shaping.push(coded(group === undefined ? lineMap : groupMap, coding, group));
  const steps = shaping
    .filter((node) => node !== undefined)
    .map((node, at) => ({ ...node, disabled: at === draft.off }));
  const chain = [nodeOf('read', 'read'), ...steps, nodeOf('write', 'write')];
  const context = {
    parameters: {},
    connector: () => undefined,
    resources: () => [],
    resource: () => undefined,
    connection: () => undefined,
    table: () => table.schema,
  };
  let schema: RecordSchema = invoices;
  let sound = true;
  const wire = (from: string, port: string, to: string) => ({
    from: { node: from, port },
    to: { node: to, port: 'in' },
  });
  let incoming = 0;
  const nodes = chain.map((node, at): PlannedNode => {
    const kind = node.disabled === true ? disabledKind(known(node.kind)) : known(node.kind);
    const inputs = { in: schema };
    const isShaping = at > 0 && at < chain.length - 1;
    const checked = isShaping ? kind.check(node, inputs, context) : { outputs: { out: schema }, problems: [] };
    if (checked.problems.some(({ severity }) => severity === 'blocking')) sound = false;
    schema = checked.outputs.out ?? schema;
    const before = incoming;
    const next = chain[at + 1];
    const wires = next === undefined ? [] : [wire(node.id, 'out', next.id)];
    if (draft.joined && node.kind === 'filter' && next !== undefined) wires.push(wire(node.id, 'other', next.id));
    else if (draft.caught.includes(node.id))
      wires.push(wire(node.id, node.kind === 'filter' ? 'other' : 'held', 'caught'));
    if (isShaping && at === draft.twice) wires.push(wire(node.id, 'out', 'caught'));
    incoming = wires.filter(({ to }) => to.node === next?.id).length;
    const into = at === 0 ? {} : { in: before };
    return { node, kind, inputs, outputs: checked.outputs, wires, incoming: into, reference: false };
  });
  const others = nodes.flatMap(({ wires }) => wires).filter(({ to }) => to.node === 'caught').length;
  const caught = nodeOf('caught', 'write');
  nodes.push({
    node: caught,
    kind: known('write'),
    inputs: {},
    outputs: {},
    wires: [],
    incoming: { in: others },
    reference: false,
  });
  const document = flowSchema.parse({ format: 'costwire/flow', schemaVersion: 1, id: 'f', name: 'F', nodes: chain });
  return sound ? { document, nodes, reads: ['read'], tables: new Map([['codes', table]]), context } : undefined;
}

const refused = (): never => {
  throw new Error('Nothing is reached here.');
};

async function through(plan: FlowPlan, pages: readonly WireRecord[][]) {
  const outcomes: RecordOutcome[] = [];
  const written: { nodeId: string; record: WireRecord }[] = [];
  const accounts = new Accounts('run', (outcome) => outcomes.push(outcome));
  const context = nodeContext(plan, {
    runId: 'run',
    signal: new AbortController().signal,
    today: '2026-04-15',
    parameterValues: {},
    clients: { forSlot: refused, close: async () => [] },
    onProposal: () => undefined,
  });
  const pipeline = new Pipeline(plan, context, accounts, {
    write: async (nodeId, batch) => {
      for (const record of batch) {
        // Nothing may leave that is not put together: a view is read right only by those who know its layout.
        expect(record).not.toBeInstanceOf(RecordView);
        const { key, value, origin, parents, sources, mappingRows, notes } = record;
        const copy = { key, value, origin, parents, sources: sources?.map((one) => one.key), mappingRows, notes };
        written.push({ nodeId, record: JSON.parse(JSON.stringify(copy)) });
        accounts.conclude(record, { status: 'posted', nodeId });
        accounts.close(record.sources);
      }
    },
    progress: () => undefined,
  });
  for (const page of pages) {
    for (const record of page) accounts.open(record.sources);
    await pipeline.emit('read', 'out', page);
    for (const record of page) accounts.close(record.sources);
  }
  await pipeline.end('read');
  expect(accounts.pending).toBe(0);
  const errorless = outcomes.map(({ error, ...outcome }) => ({
    ...outcome,
    error: error && { ...error, cause: undefined },
  }));
  return { written, outcomes: errorless, counts: [...pipeline.counts()], totals: accounts.totals() };
}

const pagesOf = (
  sources: readonly { value: Fields; mappingRows: string[] | undefined; notes: string[] | undefined }[],
) => {
  const records = sources.map(({ value, mappingRows, notes }, at): WireRecord => {
    const key = `toy:invoices:${at}`;
    const origin = { system: 'toy', resource: 'invoices', id: String(at), label: `Invoice ${at}` };
    const read = { nodeId: 'read', key, value, origin, amount: '10', currency: 'USD' };
    return { key, value, origin, sources: [read], mappingRows, notes };
  });
  const half = Math.ceil(records.length / 2);
  return [records.slice(0, half), records.slice(half)];
};

const bare = { mappingRows: undefined, notes: undefined };
const plainDraft: Draft = {
  filter: undefined,
  coding: undefined,
  again: undefined,
  group: undefined,
  map: false,
  caught: [],
  off: -1,
  joined: false,
  twice: -1,
};

describe('linked nodes', () => {
  it('keep the keys of lines whose ids repeat or are missing', async () => {
    const draft: Draft = { ...plainDraft, group: undefined, map: true };
    const value = { vendor: 'V', lines: [{ id: '7' }, { id: '2' }, {}, { id: '7' }, { id: '7' }] };
    const plan = planOf(draft, true);
    const result = plan === undefined ? undefined : await through(plan, pagesOf([{ value, ...bare }]));
    expect(result?.written.map(({ record }) => record.key.replace('toy:invoices:0#', ''))).toEqual([
      '7',
      '2',
      '3',
      '7~2',
      '7~3',
    ]);
  });

  it('give the same records, lineage, counts and outcomes as nodes that hand on whole records', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(flow, fc.array(source, { maxLength: 8 }), async (draft, sources) => {
        const [linked, whole] = [planOf(draft, true), planOf(draft, false)];
        fc.pre(linked !== undefined && whole !== undefined);
        const before = JSON.stringify(sources);
        expect(await through(linked, pagesOf(sources))).toEqual(await through(whole, pagesOf(sources)));
        expect(JSON.stringify(sources)).toBe(before);
        compared += 1;
      }),
      { numRuns: 400, seed: 20260415 },
    );
    expect(compared).toBeGreaterThan(300);
  });
});

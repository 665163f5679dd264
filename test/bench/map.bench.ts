/**
 * The transform part of a flow beside a hand-written loop over the same data: flatten lines, map codes against 5,000 rows, exact
 * amounts, group by vendor, shape to wrapped JSON. Both give the same documents.
 */
import { execFileSync } from 'node:child_process';
import { add, type Decimal, format, parse, zero } from '../../engine/model/decimal.ts';
import type { FlowDocument } from '../../engine/model/flow.ts';
import { flowSchema } from '../../engine/model/flow.ts';
import { compileTable } from '../../engine/model/mapping-lookup.ts';
import { type MappingTableVersion, tableSchemaSchema } from '../../engine/model/mapping-table.ts';
import type { FieldSchema, Fields, RecordSchema, WireRecord } from '../../engine/model/record.ts';
import { nodeKinds } from '../../engine/nodes/index.ts';
import { Accounts } from '../../engine/run/execute-accounts.ts';
import { nodeContext } from '../../engine/run/execute-context.ts';
import { Pipeline } from '../../engine/run/execute-pipeline.ts';
import type { FlowPlan, PlannedNode } from '../../engine/run/plan.ts';

export const name = 'map';

const tableRows = 5_000;
const pageSize = 200;
const linesPerInvoice = 10;
const rounds = 5;

const field = (fieldName: string, type: FieldSchema['type'] = 'text'): FieldSchema => ({
  name: fieldName,
  label: fieldName,
  type,
});
const invoiceSchema = {
  fields: [
    field('id'),
    field('number'),
    field('vendor'),
    {
      name: 'lines',
      label: 'lines',
      type: 'list' as const,
      fields: [field('id'), field('code'), field('kind'), field('amount', 'decimal'), field('text')],
    },
  ],
};

const code = (index: number): string => `${String(index % 100).padStart(2, '0')}-${String(index).padStart(4, '0')}`;

const invoice = (index: number): Fields => ({
  id: String(index),
  number: `INV-${index}`,
  vendor: `V${index % 500}`,
  lines: Array.from({ length: linesPerInvoice }, (__, line) => ({
    id: String(line),
    code: code((index * 7 + line * 13) % tableRows),
    kind: 'S',
    amount: `${(index * 37 + line * 11) % 90_000}.${String((index + line) % 100).padStart(2, '0')}`,
    text: `Work ${index} ${line}`,
  })),
});

const invoices = (lines: number): Fields[] =>
  Array.from({ length: lines / linesPerInvoice }, (_, index) => invoice(index));

/** The same page by page, as a source yields them. */
function* pages(lines: number): Iterable<Fields[]> {
  const count = lines / linesPerInvoice;
  for (let from = 0; from < count; from += pageSize)
    yield Array.from({ length: Math.min(pageSize, count - from) }, (_, index) => invoice(from + index));
}

function* pagesOf(records: readonly Fields[]): Iterable<readonly Fields[]> {
  for (let from = 0; from < records.length; from += pageSize) yield records.slice(from, from + pageSize);
}

const table: MappingTableVersion = {
  schema: tableSchemaSchema.parse({
    format: 'costwire/table',
    schemaVersion: 1,
    id: 'codes',
    name: 'Codes',
    keys: [{ name: 'code' }, { name: 'kind' }],
    targets: [{ name: 'account' }, { name: 'task' }],
  }),
  version: 1,
  rows: Array.from({ length: tableRows }, (_, index) => ({
    id: String(index),
    keys: [code(index), 'S'],
    targets: [String(50_000 + (index % 300)), String(index % 60)],
  })),
};

const document: FlowDocument = flowSchema.parse({
  format: 'costwire/flow',
  schemaVersion: 1,
  id: 'bench',
  name: 'Bench',
  nodes: [
    { id: 'read', kind: 'read', config: {} },
    { id: 'split', kind: 'split', config: { over: 'lines' } },
    {
      id: 'codes',
      kind: 'map-codes',
      config: { table: 'codes', keys: { code: '=[lines.code]', kind: '=[lines.kind]' }, into: 'coding' },
    },
    { id: 'group', kind: 'group', config: { by: [{ name: 'vendor', value: '=[vendor]' }], into: 'rows' } },
    {
      id: 'map',
      kind: 'map',
      config: {
        fields: [
          { to: 'Vendor.value', value: '=[vendor]' },
          { to: 'Amount.value', value: '=SUM([rows.lines.amount])' },
        ],
        each: [
          {
            to: 'Details',
            over: 'rows',
            fields: [
              { to: 'Account.value', value: '=[coding.account]' },
              { to: 'ProjectTask.value', value: '=[coding.task]' },
              { to: 'ExtendedCost.value', value: '=[lines.amount]' },
              { to: 'TransactionDescription.value', value: '=[number] & " " & [lines.text]' },
            ],
          },
        ],
      },
    },
    { id: 'write', kind: 'write', config: {} },
  ],
});

/** A record as reading makes it. */
const wireRecord = (value: Fields): WireRecord => {
  const id = String(value.id);
  const key = `bench:invoices:${id}`;
  const origin = { system: 'bench', resource: 'invoices', id };
  return { key, value, origin, sources: [{ nodeId: 'read', key, value, origin }] };
};

const refused = (): never => {
  throw new Error('The bench reaches no system.');
};

/** The flow planned: every node checked against what comes to it, in the order of the wires. */
function plan(): FlowPlan {
  const context = {
    parameters: {},
    connector: () => undefined,
    resources: () => [],
    resource: () => undefined,
    connection: () => undefined,
    table: () => table.schema,
  };
  let schema: RecordSchema = invoiceSchema;
  const nodes = document.nodes.map((node, at): PlannedNode => {
    const kind = nodeKinds.find((candidate) => candidate.kind === node.kind);
    if (kind === undefined) throw new Error(`There is no ${node.kind}.`);
    const isShaping = kind.compile !== undefined;
    const inputs = { in: schema };
    const { outputs, problems } = isShaping
      ? kind.check(node, inputs, context)
      : { outputs: { out: schema }, problems: [] };
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    schema = outputs.out ?? schema;
    const next = document.nodes[at + 1];
    const wires =
      next === undefined ? [] : [{ from: { node: node.id, port: 'out' }, to: { node: next.id, port: 'in' } }];
    return { node, kind, inputs, outputs, wires, incoming: at === 0 ? {} : { in: 1 }, reference: false };
  });
  return { document, nodes, reads: ['read'], tables: new Map([['codes', compileTable(table)]]), context };
}

/** The pipeline of a run between reading and writing, with its accounts: what a run does for each record, but no store. */
async function throughNodes(source: Iterable<readonly Fields[]>): Promise<Fields[]> {
  const planned = plan();
  const context = nodeContext(planned, {
    runId: 'bench',
    signal: new AbortController().signal,
    today: '2026-04-15',
    parameterValues: {},
    clients: { forSlot: refused, close: async () => [] },
    onProposal: () => undefined,
  });
  const made: Fields[] = [];
  let settled = 0;
  const accounts = new Accounts('bench', () => {
    settled += 1;
  });
  const pipeline = new Pipeline(planned, context, accounts, {
    write: async (nodeId, batch) => {
      for (const record of batch) {
        made.push(record.value);
        accounts.conclude(record, { status: 'awaitingApproval', nodeId });
        accounts.close(record.sources);
      }
    },
    progress: () => undefined,
  });
  let read = 0;
  for (const page of source) {
    const records = page.map(wireRecord);
    read += records.length;
    for (const record of records) accounts.open(record.sources);
    await pipeline.emit('read', 'out', records);
    for (const record of records) accounts.close(record.sources);
  }
  await pipeline.end('read');
  if (settled !== read) throw new Error(`${read} records were read and ${settled} settled.`);
  return made;
}

interface Line {
  code: string;
  kind: string;
  amount: string;
  text: string;
}

/** What a programmer would write for this one job. */
function byHand(records: readonly Fields[]): Fields[] {
  const accounts = new Map(table.rows.map((row) => [`${row.keys[0]}|${row.keys[1]}`, row.targets]));
  const vendors = new Map<string, { total: Decimal; details: Fields[] }>();
  for (const invoice of records) {
    const vendor = String(invoice.vendor);
    const group = vendors.get(vendor) ?? { total: zero, details: [] };
    vendors.set(vendor, group);
    for (const line of invoice.lines as unknown as Line[]) {
      const targets = accounts.get(`${line.code}|${line.kind}`);
      if (targets === undefined) continue;
      const amount = parse(line.amount);
      group.total = add(group.total, amount);
      group.details.push({
        Account: { value: targets[0] ?? '' },
        ProjectTask: { value: targets[1] ?? '' },
        ExtendedCost: { value: format(amount) },
        TransactionDescription: { value: `${String(invoice.number)} ${line.text}` },
      });
    }
  }
  return [...vendors].map(([vendor, { total, details }]) => ({
    Vendor: { value: vendor },
    Amount: { value: format(total) },
    Details: details,
  }));
}

/** What is measured: the flow's nodes, or the loop. */
type Kind = 'nodes' | 'loop';

/** One turn of the work. What a turn made is not held on to: a promise that kept the last result would make the next turn pay for it. */
const turnOf = (kind: Kind, records: readonly Fields[]): (() => Promise<void>) =>
  kind === 'nodes' ? async () => void (await throughNodes(pagesOf(records))) : async () => void byHand(records);

/**
 * Milliseconds of processor time of one turn, in the middle of all: of all threads, so that collecting garbage counts and what else the
 * machine does does not. Called in a process of its own: the loop makes nothing but its result, and what that costs depends on the heap
 * it finds. The same loop takes half the time or twice as long, so that a ratio means little unless both begin with a heap of their own.
 */
export async function measure(kind: Kind, lines: number, turns: number): Promise<number> {
  const turn = turnOf(kind, invoices(lines));
  for (let warm = 0; warm < turns; warm += 1) await turn();
  const before = process.cpuUsage();
  for (let at = 0; at < turns; at += 1) await turn();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / turns;
}

/** Refuses to compare what is not the same: number of documents, lines and the exact total. */
async function sameWork(records: readonly Fields[]): Promise<void> {
  const measure = (documents: readonly Fields[]) => {
    let lines = 0;
    let total: Decimal = zero;
    for (const made of documents) {
      lines += (made.Details as unknown[]).length;
      total = add(total, parse(String((made.Amount as Fields).value)));
    }
    return JSON.stringify([documents.length, lines, format(total, 2)]);
  };
  const [nodes, hand] = [measure(await throughNodes(pagesOf(records))), measure(byHand(records))];
  if (nodes !== hand) throw new Error(`The nodes made ${nodes}, the loop ${hand}.`);
}

async function ratio(lines: number, turns: number): Promise<Record<string, number>> {
  await sameWork(invoices(lines));
  const nodes: number[] = [];
  const loop: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    nodes.push(apart(`measure('nodes', ${lines}, ${turns})`));
    loop.push(apart(`measure('loop', ${lines}, ${turns})`));
  }
  const [nodesMs, loopMs] = [median(nodes), median(loop)];
  const rounded = (value: number): number => Math.round(value * 100) / 100;
  return { ratio: rounded(nodesMs / loopMs), nodesMs: rounded(nodesMs), loopMs: rounded(loopMs) };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** What a function of this file gives in a process of its own, where nothing else was done before. */
function apart(call: string): number {
  const script = `import(${JSON.stringify(import.meta.url)}).then(async (bench) => process.stdout.write(String(await bench.${call})))`;
  return Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }));
}

/** Makes the documents once, from pages that come one by one; the memory that the process needed for it, in megabytes. */
export async function peak(): Promise<number> {
  await throughNodes(pages(100_000));
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

/** Ratios at 10,000 and 100,000 lines, and the memory a process needs for the larger number. */
export async function run(): Promise<Record<string, unknown>> {
  const small = await ratio(10_000, 40);
  const large = await ratio(100_000, 8);
  return { ratio: small.ratio, ratio100k: large.ratio, peakMb: apart('peak()'), small, large };
}

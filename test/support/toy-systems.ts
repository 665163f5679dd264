/** Two small systems in memory, a source and a target, with ports that remember: for tests of planning and running flows. */
import type { Connection } from '../../engine/model/connection.ts';
import type { Connector, ReadEvent, Resource } from '../../engine/model/connector.ts';
import type { AppError } from '../../engine/model/error.ts';
import type { FieldSchema, Fields } from '../../engine/model/record.ts';
import type { PartialOutcome, RecordOutcome, RunEvent, RunSummary, Voucher } from '../../engine/model/run.ts';
import type { Deliverer, RunRecorder, Watermarks } from '../../engine/run/ports.ts';
import type { RunHost } from '../../engine/run/run-flow.ts';

const text = (name: string, more: Partial<FieldSchema> = {}): FieldSchema => ({
  name,
  label: name,
  type: 'text',
  ...more,
});
const money = (name: string, more: Partial<FieldSchema> = {}): FieldSchema => ({
  name,
  label: name,
  type: 'decimal',
  money: true,
  ...more,
});

/** Fields of the source's invoices. */
export const invoiceFields: readonly FieldSchema[] = [
  text('id'),
  text('number'),
  text('status'),
  text('vendor_id'),
  { name: 'date', label: 'date', type: 'date' },
  money('total'),
  text('currency'),
  { name: 'lines', label: 'lines', type: 'list', fields: [text('id'), text('code'), text('kind'), money('amount')] },
];
/** Fields of the source's vendors. */
export const vendorFields: readonly FieldSchema[] = [text('id'), text('name'), text('erp')];
/** Fields of the target's bills. */
export const billFields: readonly FieldSchema[] = [
  text('Vendor', { required: true }),
  text('VendorRef', { required: true, maxLength: 20 }),
  { name: 'Date', label: 'Date', type: 'date', required: true },
  money('Amount', { readOnly: true }),
  text('Type', { permitted: ['Bill', 'Debit Adj.'] }),
  {
    name: 'Details',
    label: 'Details',
    type: 'list',
    fields: [text('Account', { required: true }), money('ExtendedCost', { required: true }), text('Text')],
  },
];

/** A page of records, an error of one scope, or an error that ends the read. */
export type ToyPage = Fields[] | { scopeFailed: string; error: AppError } | { thrown: AppError };

/** Data of the toy systems, and what happened to them. */
export interface ToyWorld {
  invoices: ToyPage[];
  vendors: Fields[];
  erpVendors: string[];
  posted: { key: string; value: Fields }[];
  /** Called before each write; throws to fail it. */
  beforeWrite?: (value: Fields) => Promise<void> | void;
  requests: unknown[];
  mostPagesAhead: number;
}

/** A world with nothing in it. */
export const emptyWorld = (): ToyWorld => ({
  invoices: [],
  vendors: [],
  erpVendors: [],
  posted: [],
  requests: [],
  mostPagesAhead: 0,
});

/** An invoice with one line per amount. */
export const invoice = (id: string, amounts: readonly string[], more: Fields = {}): Fields => ({
  id,
  number: `INV-${id}`,
  status: 'approved',
  vendor_id: '1',
  date: '2026-03-31',
  total: String(amounts.reduce((sum, amount) => sum + Number(amount), 0)),
  currency: 'USD',
  lines: amounts.map((amount, index) => ({ id: String(index), code: '01-100', kind: 'L', amount })),
  ...more,
});

async function* readPages(world: ToyWorld, resource: string, pages: readonly ToyPage[]): AsyncIterable<ReadEvent> {
  for (const page of pages) {
    if ('thrown' in page) throw page.thrown;
    if ('scopeFailed' in page) {
      yield {
        kind: 'scope-failed',
        scope: { kind: 'project', id: page.scopeFailed, label: page.scopeFailed },
        error: page.error,
      };
      continue;
    }
    const records = page.map((value, index) => {
      const id = String(value.id);
      const minute = String(index % 60).padStart(2, '0');
      const updatedAt = typeof value.updated_at === 'string' ? value.updated_at : `2026-04-01T00:${minute}:00.000Z`;
      return { id, value, origin: { system: 'toy', resource, id, label: `Invoice ${id}`, updatedAt } };
    });
    yield { kind: 'page', records };
  }
  await Promise.resolve();
  world.requests.push({ done: resource });
}

/** The source connector over a world. */
export function toySource(world: ToyWorld): Connector {
  const resource = (
    id: string,
    fields: readonly FieldSchema[],
    pages: () => readonly ToyPage[],
  ): Resource<unknown> => ({
    id,
    title: id,
    description: id,
    scope: 'company',
    fields,
    incremental: true,
    ...(id === 'invoices' ? { amount: { field: 'total', currencyField: 'currency' } } : {}),
    read: (_client, request) => {
      world.requests.push({ resource: id, ...request, signal: undefined });
      return readPages(world, id, pages());
    },
  });
  return {
    ...basics('toy', 'Toy source'),
    resources: [
      resource('invoices', invoiceFields, () => world.invoices),
      resource('vendors', vendorFields, () => [world.vendors]),
    ],
  };
}

/** The target connector over a world. */
export function toyTarget(world: ToyWorld): Connector {
  return {
    ...basics('erp', 'Toy ERP'),
    resources: [
      {
        id: 'bills',
        title: 'Bills',
        description: 'Bills',
        scope: 'company',
        fields: billFields,
        key: { fields: ['Vendor', 'VendorRef'], normalize: 'invoice-number' },
        amount: { field: 'Amount', lines: { list: 'Details', field: 'ExtendedCost' } },
        incremental: false,
        find: async () => [],
        create: async () => ({ id: '1' }),
      },
      {
        id: 'vendors',
        title: 'Vendors',
        description: 'Vendors',
        scope: 'company',
        fields: [text('VendorID'), text('Status')],
        incremental: false,
        read: () =>
          readPages(world, 'vendors', [
            world.erpVendors.map((VendorID) => ({ id: VendorID, VendorID, Status: 'Active' })),
          ]),
      },
    ],
  };
}

const basics = (id: string, title: string): Omit<Connector, 'resources'> => ({
  id,
  title,
  vendor: 'Toys',
  description: title,
  role: 'both',
  credentials: [],
  limits: [],
  assumptions: [],
  connect: () => ({}),
  async *ping() {},
});

/** Connections by slot for flows with the slots `source` and `erp`. */
export const toyConnections: Record<string, Connection> = {
  source: { id: 'c_source', name: 'Source', connector: 'toy', environment: 'practice', fields: {}, secrets: [] },
  erp: { id: 'c_erp', name: 'ERP', connector: 'erp', environment: 'practice', fields: {}, secrets: [] },
};

/** What a toy host remembers. */
export interface ToyHost extends RunHost {
  outcomes: RecordOutcome[];
  /** What was told of records before they were settled. */
  parts: PartialOutcome[];
  events: RunEvent[];
  runs: RunSummary[];
  vouchers: Voucher[];
  marks: Record<string, Record<string, string>>;
}

/** A host over a world. Its deliverer posts each business key once and skips what is there. */
export function toyHost(world: ToyWorld): ToyHost {
  const outcomes: RecordOutcome[] = [];
  const events: RunEvent[] = [];
  const runs: RunSummary[] = [];
  const vouchers: Voucher[] = [];
  const parts: PartialOutcome[] = [];
  const marks: Record<string, Record<string, string>> = {};
  const read = new Set<string>();
  const recorder: RunRecorder = {
    start: async () => {},
    sources: (runId, nodeId, records) => {
      for (const { key } of records) read.add(`${runId} ${nodeId} ${key}`);
    },
    known: async (runId, nodeId, keys) => new Set(keys.filter((key) => read.has(`${runId} ${nodeId} ${key}`))),
    parts: (outcome) => parts.push(outcome),
    settle: (outcome) => outcomes.push(outcome),
    exchange: () => {},
    event: () => {},
    vouchers: (_runId, made) => vouchers.push(...made),
    flush: async () => {},
    finish: async (run) => {
      runs.push(run);
    },
  };
  const watermarks: Watermarks = {
    read: async (_flow, node) => marks[node] ?? {},
    advance: async (_flow, node, scope, to) => {
      marks[node] = { ...marks[node], [scope]: to };
    },
  };
  return {
    connectors: [toySource(world), toyTarget(world)],
    secretsOf: async () => ({}),
    now: () => Date.parse('2026-04-15T12:00:00Z'),
    sleep: async () => {},
    random: () => 0.5,
    deliverer: toyDeliverer(world),
    recorder,
    watermarks,
    onEvent: (event) => events.push(event),
    outcomes,
    events,
    runs,
    vouchers,
    parts,
    marks,
  };
}

function toyDeliverer(world: ToyWorld): Deliverer {
  return {
    plan: async (identity, target, intent) => {
      const businessKey = `${String(intent.value.Vendor)} ${String(intent.value.VendorRef)}`;
      const known = world.posted.some((document) => document.key === businessKey);
      const outcome = {
        runId: identity.runId,
        key: intent.record.key,
        nodeId: intent.nodeId,
        origin: intent.record.origin,
        businessKey,
      };
      return {
        intent,
        contentHash: '',
        voucher: {
          key: intent.record.key,
          origin: intent.record.origin,
          target: { system: 'erp', resource: 'bills', connection: target.connectionName },
          businessKey,
          action: known ? 'skip' : 'create',
          currency: intent.currency ?? '',
          amount: intent.amount ?? '0',
          lines: [],
          value: intent.value,
        },
        ...(known ? { settled: { ...outcome, status: 'skipped' as const, note: 'Unchanged.' } } : {}),
      };
    },
    apply: async (identity, _target, planned) => {
      const { intent, voucher } = planned;
      await world.beforeWrite?.(intent.value);
      world.posted.push({ key: voucher.businessKey, value: intent.value });
      return {
        runId: identity.runId,
        key: intent.record.key,
        nodeId: intent.nodeId,
        origin: intent.record.origin,
        businessKey: voucher.businessKey,
        status: 'posted',
        target: { system: 'erp', resource: 'bills', id: `${world.posted.length}`, number: `AP${world.posted.length}` },
      };
    },
    ended: () => undefined,
  };
}

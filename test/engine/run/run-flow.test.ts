import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { type RecordStatus, recordStatuses } from '../../../engine/model/run.ts';
import { createDeliverer } from '../../../engine/run/deliver.ts';
import { type RunRequest, runFlow } from '../../../engine/run/run-flow.ts';
import { temporaryStore } from '../../support/store.ts';
import { billFlow, codeLines, codeTable, mapBills, readInvoices, toyFlow, writeBills } from '../../support/toy-flow.ts';
import {
  emptyWorld,
  invoice,
  type ToyHost,
  type ToyWorld,
  toyConnections,
  toyHost,
  toySource,
  toyTarget,
} from '../../support/toy-systems.ts';

const table = codeTable([
  ['01-100', 'L', '5100'],
  ['01-200', '*', '5200'],
  ['*', '*', '9999', true],
]);

const run = (host: ToyHost, more: Partial<RunRequest> = {}) =>
  runFlow(
    { document: billFlow(), kind: 'post', startedBy: 'test', connections: toyConnections, tables: [table], ...more },
    host,
  );
const setUp = (invoices: ToyWorld['invoices']): { world: ToyWorld; host: ToyHost } => {
  const world = { ...emptyWorld(), invoices };
  return { world, host: toyHost(world) };
};
const statuses = (host: ToyHost) =>
  Object.fromEntries(host.outcomes.map((outcome) => [outcome.origin.id, outcome.status]));

describe('running a flow', () => {
  it('posts what is in order and gives every record one status with its amount', async () => {
    const { world, host } = setUp([
      [
        invoice('1', ['100.10', '0']),
        invoice('2', ['50'], { status: 'draft' }),
        invoice('3', ['10', '20'], { lines: [{ id: '0', code: '77', kind: 'L', amount: '30' }] }),
      ],
      [invoice('4', ['-5.25'])],
    ]);
    const { run: summary } = await run(host);
    expect(summary).toMatchObject({ status: 'partlySucceeded', tableVersions: { codes: 7 } });
    expect(statuses(host)).toEqual({ 1: 'posted', 2: 'skipped', 3: 'held', 4: 'posted' });
    expect(summary.counts).toMatchObject({ total: 4, posted: 2, skipped: 1, held: 1 });
    expect(summary.amounts).toEqual({ posted: { USD: '94.85' }, skipped: { USD: '50' }, held: { USD: '30' } });
    expect(world.posted[0]?.value).toEqual({
      Vendor: '1',
      VendorRef: 'INV-1',
      Date: '2026-03-31',
      Type: 'Bill',
      Details: [{ Account: '5100', ExtendedCost: '100.1', Text: 'INV-1 01-100' }],
    });
    const held = host.outcomes.find((outcome) => outcome.status === 'held');
    expect(held?.error).toMatchObject({
      code: 'mapping.unmappedCode',
      fields: { code: '77', kind: 'L' },
      nodeId: 'codes',
    });
    expect(held?.error?.message).toContain('30.00');
  });

  it('takes one path dry and posting: a dry run plans the same and writes nothing', async () => {
    const { world, host } = setUp([[invoice('1', ['1']), invoice('2', ['2'], { status: 'draft' })]]);
    const dry = await run(host, { kind: 'dry' });
    expect(world.posted).toEqual([]);
    expect(statuses(host)).toEqual({ 1: 'awaitingApproval', 2: 'skipped' });
    expect(dry.run.status).toBe('succeeded');
    expect(dry.sheet.totals.byCurrency).toEqual({ USD: { count: 1, amount: '1' } });
    expect(host.marks).toEqual({});
    await run(host);
    expect(world.posted.map((document) => document.value)).toEqual([dry.sheet.vouchers[0]?.value]);
  });

  it('moves watermarks only past records that are settled for good', async () => {
    const at = (minute: number) => ({ updated_at: `2026-04-01T00:0${minute}:00.000Z` });
    const { world, host } = setUp([
      [
        invoice('1', ['1'], at(1)),
        invoice('2', ['2'], { ...at(2), lines: [{ id: '0', code: '77', kind: 'L', amount: '2' }] }),
        invoice('3', ['3'], at(3)),
      ],
    ]);
    await run(host);
    const [marks] = Object.values(host.marks);
    expect(marks).toEqual({ company: '2026-04-01T00:01:59.999Z' });
    await run(host);
    expect(world.requests.filter((request) => (request as { since?: string }).since !== undefined)).toMatchObject([
      { resource: 'invoices', since: '2026-03-31T23:51:59.999Z' },
    ]);
    expect(host.outcomes.filter((outcome) => outcome.status === 'posted')).toHaveLength(2);
  });

  it('reads everything again when the logic of the flow changes', async () => {
    const { world, host } = setUp([[invoice('1', ['1'])]]);
    await run(host);
    const changed = billFlow();
    const [first] = changed.nodes;
    if (first !== undefined) first.config = { ...first.config, where: '=TRUE' };
    await run(host, { document: changed });
    expect(world.requests.filter((request) => (request as { since?: string }).since !== undefined)).toEqual([]);
  });

  it('goes on where one scope, one record or one write fails', async () => {
    const { world, host } = setUp([
      { scopeFailed: 'P2', error: new AppError('remote.forbidden', 'No access.') },
      [
        invoice('1', ['1']),
        invoice('2', ['2'], { total: 'twelve' }),
        invoice('3', ['3']),
        invoice('4', ['4'], { date: '31/03/2026' }),
      ],
    ]);
    world.beforeWrite = (value) => {
      if (value.VendorRef === 'INV-3') throw new AppError('remote.timeout', 'No answer.');
    };
    const { run: summary } = await run(host);
    expect(statuses(host)).toEqual({ 1: 'posted', 2: 'held', 3: 'failed', 4: 'held' });
    expect(summary.status).toBe('partlySucceeded');
    expect(host.events.find((event) => event.type === 'scopeFailed')).toMatchObject({ scope: 'P2' });
    expect(host.outcomes.find((outcome) => outcome.origin.id === '2')?.error?.code).toBe('data.badAmount');
    expect(host.outcomes.find((outcome) => outcome.origin.id === '4')?.error?.message).toContain('31/03/2026');
  });

  it('stops at refused credentials and tells what became of every record', async () => {
    const { world, host } = setUp([
      [invoice('1', ['1']), invoice('2', ['2'])],
      [invoice('3', ['3'])],
      [invoice('4', ['4'])],
    ]);
    world.beforeWrite = () => {
      throw new AppError('remote.authFailed', 'The password is wrong.');
    };
    const { run: summary } = await run(host);
    expect(summary).toMatchObject({ status: 'failed', error: { code: 'remote.authFailed' } });
    expect(summary.counts.total).toBe(host.outcomes.length);
    expect(world.posted).toEqual([]);
    expect(host.marks).toEqual({});
  });

  it.for(['remote.authFailed', 'remote.wrongCompany', 'remote.wrongVersion'] as const)(
    'stops at the first %s, lets what is under way end, and posts all of it in the next run',
    async (code) => {
      const numbers = Array.from({ length: 30 }, (_, index) => String(index + 1));
      const { world, host } = setUp([numbers.map((number) => invoice(number, ['1']))]);
      const documents: { id: string; value: Fields }[] = [];
      let refusing = true;
      const erp = toyTarget(world);
      const resources = erp.resources.map((resource): Resource<unknown> => {
        if (resource.id !== 'bills') return resource;
        return {
          ...resource,
          find: async (_client, value) =>
            documents
              .filter((document) => document.value.VendorRef === value.VendorRef)
              .map((document) => ({ ...document, editable: true, released: false })),
          create: async (_client, value) => {
            await Promise.resolve();
            if (refusing && documents.length >= 5) throw new AppError(code, 'The ERP refuses the connection.');
            const id = String(documents.length + 1);
            documents.push({ id, value });
            return { id, value };
          },
        };
      });
      const store = await temporaryStore();
      const real: ToyHost = {
        ...host,
        connectors: [toySource(world), { ...erp, resources }],
        deliverer: createDeliverer(store),
      };
      const { run: stopped } = await run(real);
      expect(stopped).toMatchObject({
        status: 'failed',
        error: { code, message: 'The ERP refuses the connection.' },
        counts: { total: 30, posted: documents.length, read: 30 - documents.length, failed: 0, held: 0, inDoubt: 0 },
      });
      expect(documents.length).toBeLessThan(12);
      expect(host.marks).toEqual({});
      refusing = false;
      host.outcomes.length = 0;
      const { run: next } = await run(real);
      expect(next).toMatchObject({ status: 'succeeded' });
      expect(new Set(documents.map(({ value }) => value.VendorRef))).toEqual(new Set(numbers.map((n) => `INV-${n}`)));
      expect(documents).toHaveLength(numbers.length);
    },
  );

  it('fails as a whole where the source cannot be reached', async () => {
    const { host } = setUp([{ thrown: new AppError('remote.unreachable', 'No such host.') }]);
    expect((await run(host)).run).toMatchObject({
      status: 'failed',
      error: { code: 'remote.unreachable' },
      counts: { total: 0 },
    });
  });

  it('refuses a source that repeats itself for ever, and passes over records that come twice', async () => {
    const page = [invoice('1', ['1'])];
    const { world, host } = setUp([page, [...page, invoice('2', ['2'])]]);
    expect((await run(host)).run.counts).toMatchObject({ total: 2, posted: 2 });
    world.invoices = Array.from({ length: 40 }, () => page);
    expect((await run(host, { fromTheBeginning: true })).run.error?.code).toBe('remote.badResponse');
  });

  it('finishes what is under way when it is cancelled', async () => {
    const controller = new AbortController();
    const { world, host } = setUp(Array.from({ length: 50 }, (_, page) => [invoice(String(page), ['1'])]));
    world.beforeWrite = () => {
      if (world.posted.length === 3) controller.abort();
    };
    const { run: summary } = await runFlow(
      { document: billFlow(), kind: 'post', startedBy: 'test', connections: toyConnections, tables: [table] },
      { ...host, signal: controller.signal },
    );
    expect(summary.status).toBe('cancelled');
    expect(summary.counts.posted).toBe(world.posted.length);
    expect(world.posted.length).toBeLessThan(50);
    expect(summary.counts.total).toBe(host.outcomes.length);
  });

  it('says what is wrong instead of running a flow that is not ready', async () => {
    const { host } = setUp([]);
    const document = toyFlow({ read: readInvoices, codes: codeLines, bill: mapBills, post: writeBills }, [
      'read > codes',
    ]);
    const result = await run(host, { document });
    expect(result.run).toMatchObject({ status: 'failed', error: { code: 'flow.notReady' } });
    expect(result.problems.length).toBeGreaterThan(0);
  });

  it('reads no more than one page ahead of slow writes', async () => {
    const { world, host } = setUp([]);
    let asked = 0;
    let open: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    world.invoices = new Proxy(
      Array.from({ length: 60 }, (_, page) => [invoice(String(page), ['1'])]),
      {
        get(target, name, receiver) {
          if (typeof name === 'string' && /^\d+$/.test(name)) asked = Math.max(asked, Number(name));
          return Reflect.get(target, name, receiver);
        },
      },
    );
    let writes = 0;
    world.beforeWrite = async () => {
      writes += 1;
      if (writes === 1) setTimeout(() => open?.(), 30);
      await gate;
      if (writes <= 8) expect(asked).toBeLessThan(20);
    };
    expect((await run(host)).run.counts.posted).toBe(60);
  });

  it('counts every record once, however it is split, held or posted in parts', async () => {
    const document = toyFlow(
      {
        read: readInvoices,
        split: ['split', { over: 'lines' }],
        codes: [
          'map-codes',
          { table: 'codes', keys: { code: '=[lines.code]', kind: '=[lines.kind]' }, into: 'coding' },
        ],
        bill: [
          'map',
          {
            to: { slot: 'erp', resource: 'bills' },
            fields: [
              { to: 'Vendor', value: '=[vendor_id]' },
              { to: 'VendorRef', value: '=[number]&"-"&[lines.id]' },
              { to: 'Date', value: '=[date]' },
            ],
            each: [
              {
                to: 'Details',
                fields: [
                  { to: 'Account', value: '=[coding.account]' },
                  { to: 'ExtendedCost', value: '=[lines.amount]' },
                ],
              },
            ],
          },
        ],
        post: writeBills,
      },
      ['read > split', 'split > codes', 'codes > bill', 'bill > post'],
    );
    const line = fc.record({
      code: fc.constantFrom('01-100', '01-200', '77'),
      amount: fc.integer({ min: -500, max: 500 }),
    });
    const one = fc.record({ draft: fc.boolean(), lines: fc.array(line, { maxLength: 4 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 12 }), async (list) => {
        const invoices = list.map(({ draft, lines }, index) =>
          invoice(String(index), [], {
            status: draft ? 'draft' : 'approved',
            total: String(lines.reduce((sum, { amount }) => sum + amount, 0)),
            lines: lines.map(({ code, amount }, at) => ({ id: String(at), code, kind: 'L', amount: String(amount) })),
          }),
        );
        const { host } = setUp([invoices.slice(0, 5), invoices.slice(5)]);
        const { run: summary } = await run(host, { document });
        const keys = new Set(host.outcomes.map((outcome) => outcome.key));
        expect(keys.size).toBe(list.length);
        expect(host.outcomes).toHaveLength(list.length);
        const sum = recordStatuses.reduce((total, status: RecordStatus) => total + summary.counts[status], 0);
        expect(sum).toBe(list.length);
        const money = Object.values(summary.amounts).reduce((total, amounts) => total + Number(amounts?.USD ?? 0), 0);
        expect(money).toBe(invoices.reduce((total, each) => total + Number(each.total), 0));
        list.forEach(({ draft, lines }, index) => {
          const expected =
            draft || lines.length === 0 ? 'skipped' : lines.some(({ code }) => code === '77') ? 'held' : 'posted';
          expect(statuses(host)[String(index)]).toBe(expected);
          // Cut off after any document was sent, the run would still know of the lines that it held.
          const held = host.parts.filter(
            ({ origin, parts }) => origin.id === String(index) && parts[0].status === 'held',
          );
          const isMixed = expected === 'held' && lines.some(({ code }) => code !== '77');
          expect(held.flatMap(({ parts }) => parts)).toHaveLength(
            isMixed ? lines.filter(({ code }) => code === '77').length : 0,
          );
        });
      }),
      { numRuns: 40 },
    );
  });
});

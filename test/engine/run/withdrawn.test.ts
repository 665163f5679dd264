import { describe, expect, it } from 'vitest';
import type { Connector, RemoteRecord, Resource } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { type RunRequest, runFlow } from '../../../engine/run/run-flow.ts';
import { temporaryStore } from '../../support/store.ts';
import { billFlow, codeLines, codeTable, mapBills, readInvoices, toyFlow, writeBills } from '../../support/toy-flow.ts';
import {
  emptyWorld,
  invoice,
  type ToyWorld,
  toyConnections,
  toyHost,
  toySource,
  toyTarget,
} from '../../support/toy-systems.ts';

const at = (day: number) => ({ updated_at: `2026-04-0${day}T00:00:00.000Z` });

/** What a source answers for a single record. */
type Get = (id: string) => Promise<RemoteRecord | undefined>;

/** The toy source, whose invoices are approved in their field `status` and end with their scope. */
function approving(world: ToyWorld, get: Get): Connector {
  const source = toySource(world);
  const resources = source.resources.map((given): Resource<unknown> => {
    if (given.id !== 'invoices') return given;
    const scope = { kind: 'project', id: 'P1', label: 'P1' } as const;
    return {
      ...given,
      roles: { approval: 'status' },
      get: (_client, id) => get(id),
      async *read(client, request) {
        let isDone = true;
        for await (const event of given.read?.(client, request) ?? []) {
          if (event.kind === 'scope-failed') isDone = false;
          if (event.kind === 'page') for (const { origin } of event.records) origin.scope = scope;
          yield event;
        }
        if (isDone) yield { kind: 'scope-done', scope };
      },
    };
  });
  return { ...source, resources };
}

async function setUp(invoices: Fields[], get: Get = () => Promise.resolve(undefined)) {
  const world: ToyWorld = { ...emptyWorld(), invoices: [invoices] };
  const store = await temporaryStore();
  const run = async (more: Partial<RunRequest> = {}) => {
    const host = toyHost(world);
    const { run: summary } = await runFlow(
      {
        document: billFlow(),
        kind: 'post',
        startedBy: 'test',
        connections: toyConnections,
        tables: [codeTable([['*', '*', '5100']])],
        ...more,
      },
      {
        ...host,
        connectors: [approving(world, get), toyTarget(world)],
        recorder: store.recorder,
        watermarks: store.watermarks,
        posted: store.posted,
      },
    );
    await store.recorder.flush();
    const { entries } = await store.records.list({ runId: summary.id });
    return { summary, of: (id: string) => entries.find(({ origin }) => origin.id === id) };
  };
  const change = (now: Fields[]) => {
    world.invoices = [now];
  };
  return { world, store, run, change };
}

describe('a record that is reopened after it was posted', () => {
  it('is held with what it was and is, and not posted again, in every run until it is approved again', async () => {
    const { world, run, change } = await setUp([invoice('1', ['10'], at(1)), invoice('2', ['20'], at(2))]);
    await run();
    expect(world.posted).toHaveLength(2);
    change([invoice('1', ['10'], { ...at(3), status: 'draft' }), invoice('2', ['20'], at(2))]);
    for (const _time of [1, 2]) {
      const { summary, of } = await run();
      expect(summary).toMatchObject({ status: 'partlySucceeded', counts: { held: 1, posted: 0 } });
      expect(of('1')).toMatchObject({
        status: 'held',
        error: { code: 'delivery.withdrawnAfterPosting', fields: { status: 'was “approved”, is “draft”' } },
      });
      expect(of('1')?.error?.message).toContain('Invoice 1 was posted');
      expect(of('2')?.status).toBe('skipped');
    }
    change([invoice('1', ['10'], at(4)), invoice('2', ['20'], at(2))]);
    expect((await run()).summary).toMatchObject({ status: 'succeeded', counts: { skipped: 2 } });
    expect(world.posted).toHaveLength(2);
  });

  it('is held also where a later node passes it over', async () => {
    const document = toyFlow(
      {
        read: ['read', { slot: 'source', resource: 'invoices' }],
        approved: ['filter', { where: '=[status] = "approved"' }],
        codes: codeLines,
        bill: mapBills,
        post: writeBills,
      },
      ['read > approved', 'approved > codes', 'codes > bill', 'bill > post'],
    );
    const { run, change } = await setUp([invoice('1', ['10'], at(1))]);
    await run({ document });
    change([invoice('1', ['10'], { ...at(2), status: 'draft' })]);
    const { of } = await run({ document });
    expect(of('1')).toMatchObject({ status: 'held', error: { code: 'delivery.withdrawnAfterPosting' } });
  });

  it('that was never posted, or fails another condition while still approved, is passed over as before', async () => {
    const draft = invoice('3', ['5'], { ...at(1), status: 'draft' });
    const { run, change } = await setUp([invoice('1', ['10'], at(1)), draft]);
    await run();
    change([invoice('1', ['10'], { ...at(2), number: '' }), draft]);
    const narrow = billFlow();
    const [first] = narrow.nodes;
    if (first !== undefined) first.config = { ...first.config, where: '=[number] <> ""' };
    const { of } = await run({ document: narrow });
    expect(of('1')).toMatchObject({ status: 'skipped' });
    expect(of('1')?.error).toBeUndefined();
  });

  it('is not held where the flow still wants its document, whatever else it passes over', async () => {
    const document = toyFlow(
      {
        read: ['read', { slot: 'source', resource: 'invoices' }],
        large: ['filter', { where: '=[number] = "none"' }],
        codes: codeLines,
        bill: mapBills,
        post: writeBills,
      },
      ['read > large', 'read > codes', 'codes > bill', 'bill > post'],
    );
    const { run, change } = await setUp([invoice('1', ['10'], at(1))]);
    expect((await run({ document })).of('1')?.status).toBe('posted');
    change([invoice('1', ['10'], { ...at(2), status: 'closed' })]);
    const { of } = await run({ document });
    expect(of('1')).toMatchObject({ status: 'skipped' });
    expect(of('1')?.error).toBeUndefined();
  });

  it('is held also where only one of its documents was posted', async () => {
    const other: typeof mapBills = [
      'map',
      {
        ...mapBills[1],
        fields: [
          { to: 'Vendor', value: '=[vendor_id]' },
          { to: 'VendorRef', value: '=""' },
          { to: 'Date', value: '=[date]' },
          { to: 'Type', value: 'Bill' },
        ],
      },
    ];
    const document = toyFlow(
      { read: readInvoices, codes: codeLines, bill: mapBills, post: writeBills, other, second: writeBills },
      ['read > codes', 'codes > bill', 'bill > post', 'codes > other', 'other > second'],
    );
    const { world, run, change } = await setUp([invoice('1', ['10'], at(1)), invoice('2', ['20'], at(1))]);
    const first = await run({ document });
    expect(world.posted).toHaveLength(2);
    expect(first.of('1')?.status).toBe('held');
    change([invoice('1', ['10'], { ...at(3), status: 'draft' })]);
    const { of } = await run({ document, fromTheBeginning: true });
    expect(of('1')).toMatchObject({ status: 'held', error: { code: 'delivery.withdrawnAfterPosting' } });
    expect(of('1')?.error?.message).toContain('posted as');
    expect(of('2')).toMatchObject({ status: 'held', error: { code: 'delivery.goneFromSource' } });
  });

  it('is judged by its time of change where the payload of then was removed', async () => {
    const { run, change, store } = await setUp([invoice('1', ['10'], at(1))]);
    await run();
    await store.maintenance.retain({ olderThanDays: -100_000, by: 'test' });
    change([invoice('1', ['10'], { ...at(2), status: 'draft' })]);
    expect((await run()).of('1')?.error?.fields).toEqual({ status: 'is “draft”' });
  });
});

describe('a record that is deleted after it was posted', () => {
  it('is held once everything is read, with its amount, while a read of later changes cannot know', async () => {
    const { run, change, world } = await setUp([invoice('1', ['10'], at(1)), invoice('2', ['20'], at(2))]);
    await run();
    change([invoice('2', ['20'], at(2))]);
    expect((await run()).of('1')).toBeUndefined();
    const { summary, of } = await run({ fromTheBeginning: true });
    expect(summary).toMatchObject({ status: 'partlySucceeded', counts: { held: 1, skipped: 1, total: 2 } });
    expect(summary.amounts.held).toEqual({ USD: '10' });
    expect(of('1')).toMatchObject({ status: 'held', error: { code: 'delivery.goneFromSource' } });
    expect(of('1')?.error?.hint).toContain('ERP');
    // Later runs tell of it again, though their time does not cover it.
    change([invoice('2', ['20'], at(2)), invoice('3', ['30'], at(9))]);
    await run();
    expect((await run()).of('1')?.error?.code).toBe('delivery.goneFromSource');
    expect(world.posted).toHaveLength(3);
  });

  it('is held by a read of changes that had to bring it', async () => {
    const { run, change } = await setUp([invoice('1', ['10'], at(1)), invoice('2', ['20'], at(2))]);
    await run();
    change([invoice('1', ['10'], at(1))]);
    // Invoice 2 changed last: the overlap before the watermark covers it.
    const { of } = await run();
    expect(of('2')?.error?.code).toBe('delivery.goneFromSource');
    expect(of('1')?.status).toBe('skipped');
  });

  it('shows in a dry run too', async () => {
    const { run, change } = await setUp([invoice('1', ['10'], at(1))]);
    await run();
    change([]);
    expect((await run({ kind: 'dry', fromTheBeginning: true })).of('1')?.error?.code).toBe('delivery.goneFromSource');
  });

  it('is not taken for deleted where the list missed it, and a failing lookup is told as such', async () => {
    let answer: Get = async (id) => ({ id, value: {}, origin: { system: 'toy', resource: 'invoices', id } });
    const { run, change } = await setUp([invoice('1', ['10'], at(1))], (id) => answer(id));
    await run();
    change([]);
    expect((await run({ fromTheBeginning: true })).summary.counts.total).toBe(0);
    answer = () => Promise.reject(new AppError('remote.forbidden', 'No access.'));
    expect((await run({ fromTheBeginning: true })).of('1')?.error?.code).toBe('delivery.goneFromSource');
    answer = () => Promise.reject(new AppError('remote.unavailable', 'The source does not answer.'));
    expect((await run({ fromTheBeginning: true })).of('1')?.error?.code).toBe('remote.unavailable');
  });

  it('is not looked for in a project that was not read to its end', async () => {
    const { run, world } = await setUp([invoice('1', ['10'], at(1))]);
    await run();
    world.invoices = [{ scopeFailed: 'P1', error: new AppError('remote.forbidden', 'No access.') }];
    expect((await run({ fromTheBeginning: true })).summary.counts.total).toBe(0);
  });

  it('is not held by the next read of changes, whose watermark it does not keep back', async () => {
    const { run, change, store } = await setUp([invoice('1', ['10'], at(1)), invoice('2', ['20'], at(2))]);
    await run();
    change([invoice('2', ['20'], at(2)), invoice('3', ['30'], at(3))]);
    await run({ fromTheBeginning: true });
    const [mark] = await store.watermarks.list('f_toy');
    expect(mark?.reached).toBe('2026-04-03T00:00:00.000Z');
  });
});

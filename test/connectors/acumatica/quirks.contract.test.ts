/** What a tenant does to its callers, one by one: each is named with what to do, and what is not touched by it goes on. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { AcumaticaClient as Client } from '../../../connectors/acumatica/client.ts';
import { acumatica } from '../../../connectors/acumatica/index.ts';
import type { Fields } from '../../../engine/model/record.ts';
import {
  billOf,
  connectTo,
  eventsOf as events,
  errorOf as failure,
  billLine as line,
  pinged,
  recordsIn,
  type Server,
  startServer,
  writing,
} from './support.ts';

let server: Server;
beforeEach(async () => {
  server = await startServer();
});

const connect = (fields: Record<string, string> = {}) => connectTo(server, fields);
const bill = (serial: number, more: Fields = {}): Fields => billOf(`Q-${serial}`, more);
const { create, find } = writing('bills');
const held = async (): Promise<string[]> =>
  (await server.documents('bills'))
    .map(({ VendorRef }) => String(VendorRef))
    .filter((reference) => reference.startsWith('Q-'))
    .sort((a, b) => a.localeCompare(b));

describe('the session limit of the licence', () => {
  it.each(['no-session-429', 'no-session-429-json', 'no-session-429-html', 'no-session-500-html'])(
    'is named with its remedy (%s), creates nothing, and passes when a slot is free again',
    async (fault) => {
      server.services.faults.add(`path=/entity/Default;${fault}`);
      const { client } = connect();
      const error = await failure(create(client, bill(1)));
      expect(error).toMatchObject({ code: 'remote.sessionLimit', reason: 'rateLimit' });
      expect(error.message).toContain('no API user of the licence is free');
      expect(error.message).not.toMatch(/<|DOCTYPE/);
      expect(error.hint).toContain('licence');
      expect(await held()).toEqual([]);
      server.services.faults.clear();
      await create(client, bill(1));
      expect(await held()).toEqual(['Q-1']);
    },
  );

  it('that lasts for two calls only is waited out', async () => {
    server.services.faults.add('path=/entity/Default;times=2;no-session-500-html');
    const { client, waits } = connect();
    expect(recordsIn(await events(client, 'subaccounts'))).toHaveLength(4);
    expect(waits.filter(({ reason }) => reason === 'retry')).toHaveLength(2);
  });
});

describe('what a bill cannot be', () => {
  it.each<[string, Fields, string, RegExp]>([
    ['without a vendor', { Vendor: '' }, 'Vendor', /Vendor/],
    ['of a vendor that the system does not have', { Vendor: 'V999999' }, 'Vendor', /V999999/],
    [
      'on an inactive account',
      { Details: [line, { ...line, Account: '54950' }] },
      'Details.1.Account',
      /line 2.*54950/,
    ],
  ])('%s is told by field, and the next bill is posted', async (_title, changes, path, words) => {
    const { client } = connect();
    const error = await failure(create(client, bill(1, changes)));
    expect(error).toMatchObject({ code: 'remote.rejected', kind: 'rejected', hint: expect.stringContaining('replay') });
    expect(Object.keys(error.fields ?? {})).toEqual([path]);
    expect(error.message).toMatch(words);
    await create(client, bill(2));
    expect(await held()).toEqual(['Q-2']);
  });

  it('without a vendor is not even looked for', async () => {
    const { client } = connect();
    const error = await failure(find(client, bill(1, { Vendor: ' ' })));
    expect(error).toMatchObject({ code: 'check.requiredField', fields: { Vendor: 'is blank' } });
  });

  it('over the lines that the licence permits is told with both numbers and what to do', async () => {
    server.services.faults.add('few-lines');
    const { client } = connect();
    const error = await failure(create(client, bill(1, { Details: [line, line, line] })));
    expect(error).toMatchObject({
      code: 'remote.rejected',
      hint: expect.stringMatching(/Split the document.*SM604000/),
    });
    expect(error.message).toMatch(/3 lines.*at most 2 lines/);
    await create(client, bill(2, { Details: [line, line] }));
    expect(await held()).toEqual(['Q-2']);
  });

  it('with a text of two megabytes is refused by name of the field before anything is sent', async () => {
    const { client, exchanges } = connect();
    const error = await failure(create(client, bill(1, { Description: 'x'.repeat(2 * 1024 * 1024) })));
    expect(error).toMatchObject({ code: 'data.tooLarge', fields: { Description: expect.any(String) } });
    expect(error.message).toMatch(/Description.* 2097152 characters; Acumatica takes \d+\.$/);
    expect(exchanges).toEqual([]);
  });
});

describe('answers that are no answers', () => {
  it.each(['truncate-json', 'html', 'cut-during'])(
    'to a create leave it in doubt (%s), and looking it up tells',
    async (fault) => {
      server.services.faults.add(`method=PUT;path=/Bill;nth=1;${fault}`);
      const { client } = connect();
      const error = await failure(create(client, bill(1)));
      expect(error).toMatchObject({ code: 'remote.outcomeUnknown', kind: 'transient' });
      expect(error.message).not.toMatch(/<html|<!DOCTYPE/i);
      // A web page came instead of the work; otherwise only the answer was lost.
      expect(await find(client, bill(1))).toHaveLength(fault === 'html' ? 0 : 1);
    },
  );

  it.each([
    ['truncate-json', 'not complete JSON'],
    ['html', 'a web page instead of data'],
  ])('to every read (%s) are named with their address, and other lists go on', async (fault, words) => {
    server.services.faults.add(`path=/Account?;${fault}`);
    const { client } = connect();
    const error = await failure(events(client, 'accounts'));
    expect(error).toMatchObject({ code: 'remote.badResponse', hint: expect.stringMatching(/.{10}/) });
    expect(error.message).toContain(words);
    expect(error.message).toContain('/entity/Default/24.200.001/Account');
    expect(recordsIn(await events(client, 'subaccounts'))).toHaveLength(4);
  });

  it('in one record fail that record alone, by its field', async () => {
    server.services.faults.add('path=/Account?;odd-record');
    const { client } = connect();
    const all = await events(client, 'accounts');
    expect(recordsIn(all)).toHaveLength(39);
    const failed = all.flatMap((event) => (event.kind === 'record-failed' ? [event] : []));
    expect(failed).toMatchObject([
      { error: { code: 'remote.badResponse', message: expect.stringContaining('Description') } },
    ]);
    expect(failed[0]?.origin.id).toBeTruthy();
  });

  it('of two megabytes in one field are read whole and kept short in the history', async () => {
    server.services.faults.add('path=/Account?;long-text');
    const { client, exchanges } = connect();
    const records = recordsIn(await events(client, 'accounts'));
    expect(records).toHaveLength(40);
    expect(String(records[1]?.value.Description)).toHaveLength(2 * 1024 * 1024);
    for (const { responseBody = '' } of exchanges) expect(responseBody.length).toBeLessThan(300_000);
  });
});

describe('a tenant without records', () => {
  const tenant = 'Brightwater Empty';
  const clientId = `88358B02-0FF4-4C7D-9B5E-5A3C9F0E30F6@${tenant}`;

  it.each<[string, Record<string, string>]>([
    ['by the client ID', { clientId }],
    ['by cookie', { authMode: 'cookie', tenant }],
  ])('gives none, and no error (%s)', async (_title, fields) => {
    const { client } = connect(fields);
    for (const { id, read } of acumatica.resources) {
      if (read === undefined) continue;
      const all = await events(client, id, { filter: { Inquiry: ['PROCORE-OpenBills'] } });
      const kinds = all.map(({ kind }) => kind).filter((kind) => kind !== 'page');
      expect([id, recordsIn(all), kinds]).toEqual([id, [], ['scope-done']]);
    }
    expect(await find(client, bill(1))).toEqual([]);
  });

  it('is told by ping, which passes otherwise', async () => {
    const { client } = connect({ clientId });
    const checks = await pinged(client);
    const odd = [...checks.values()].filter(({ status }) => status !== 'ok');
    expect(odd.map(({ id, status }) => [id, status])).toEqual([
      ['version', 'warning'],
      ['company', 'warning'],
      ['periods', 'warning'],
    ]);
    expect(checks.get('company')).toMatchObject({
      detail: `The tenant ${tenant} has no financial periods.`,
      cause: 'This may be an empty tenant.',
      remedy: expect.stringContaining('client ID'),
    });
  });

  it('keeps to itself what is in the other one', async () => {
    const [one, other] = [connect().client, connect({ clientId }).client];
    expect(recordsIn(await events(one, 'accounts'))).toHaveLength(40);
    expect(recordsIn(await events(other, 'accounts'))).toEqual([]);
    expect(await failure(create(other, bill(1)))).toMatchObject({ code: 'remote.rejected' });
    expect(await held()).toEqual([]);
  });
});

describe('pages that repeat', () => {
  it('end every way of reading bills with an error, and nothing else', async () => {
    const { client } = connect();
    await fill(client, 510);
    server.services.faults.add('path=/Bill?;repeat-page');
    server.services.faults.add('path=/odata/gi/;repeat-page');
    const reads: [string, () => Promise<unknown>][] = [
      ['bills of the vendor V000001', () => find(client, bill(1))],
      ['Bill records', () => events(client, 'bills')],
      [
        'rows of the inquiry PROCORE-OpenBills',
        () => events(client, 'inquiry-rows', { filter: { Inquiry: ['PROCORE-OpenBills'] } }),
      ],
    ];
    for (const [words, read] of reads) {
      const error = await failure(read());
      expect(error).toMatchObject({ code: 'remote.badResponse', hint: expect.stringContaining('paging') });
      expect(error.message).toBe(`Acumatica answers the same page of ${words} again and again.`);
    }
    expect(recordsIn(await events(client, 'subaccounts'))).toHaveLength(4);
    server.services.faults.clear();
    expect(await find(client, bill(1))).toEqual([]);
  });
});

/** Enters bills of one vendor, whose references and open balances take more than one page. */
async function fill(client: Client, count: number): Promise<void> {
  const value = (text: string) => ({ value: text });
  for (let serial = 0; serial < count; serial += 1) {
    const row = {
      ...{ Project: value('X'), Account: value('20500'), Subaccount: value('000000') },
      ...{ ExtendedCost: { value: '1' } },
    };
    const head = { Vendor: value('V000001'), VendorRef: value(`FILL-${serial}`), Date: value('2026-03-31T00:00:00') };
    await client.put('Bill', { ...head, Details: [row] }, { select: ['ReferenceNbr'] }, { operation: 'fill' });
  }
}

import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FilesClient } from '../../../connectors/files/client.ts';
import { files } from '../../../connectors/files/index.ts';
import type { PingCheck } from '../../../engine/model/connection.ts';
import type { PingNeed, ReadEvent, ReadRequest, Resource } from '../../../engine/model/connector.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { testContext } from '../kit/context.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'costwire-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;
const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
const text = (name: string) => readFileSync(join(folder, name), 'utf8');
const connect = (fields: Record<string, string> = {}): FilesClient =>
  files.connect(testContext({ fields: { folder, ...fields } }).context);
const describeFiles = (described: Record<string, unknown>) =>
  put('costwire-files.json', JSON.stringify({ format: 'costwire/files', schemaVersion: 1, files: described }));

const resource = async (client: FilesClient, id: string): Promise<Resource<FilesClient>> => {
  const found = (await files.discover?.(client))?.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`There is no resource ${id}.`);
  return found;
};
const readEvents = async (
  client: FilesClient,
  id: string,
  request: Partial<ReadRequest> = {},
): Promise<ReadEvent[]> => {
  const events: ReadEvent[] = [];
  const { read } = await resource(client, id);
  for await (const event of read?.(client, { signal, ...request }) ?? []) events.push(event);
  return events;
};
const readValues = async (client: FilesClient, id: string, request: Partial<ReadRequest> = {}): Promise<Fields[]> =>
  (await readEvents(client, id, request)).flatMap((event) =>
    event.kind === 'page' ? event.records.map((record) => record.value) : [],
  );
const create = async (client: FilesClient, id: string, value: Fields) =>
  (await resource(client, id)).create?.(client, value, {});
const find = async (client: FilesClient, id: string, value: Fields) =>
  (await resource(client, id)).find?.(client, value) ?? [];
const failure = async (promise: Promise<unknown>): Promise<AppError> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('It succeeded.');
};

const bills = {
  key: ['vendor', 'number'],
  amount: 'amount',
  columns: [
    { name: 'vendor', required: true },
    { name: 'number' },
    { name: 'date', type: 'date' },
    { name: 'amount', type: 'decimal', money: true },
    { name: 'note' },
  ],
};
const bill = (number: string, amount = '1250.00'): Fields => ({
  vendor: 'Łódź Steel',
  number,
  date: '2026-05-31',
  amount,
  note: '=1+1',
});

describe('reading files', () => {
  it('offers every file of the folder with its columns', async () => {
    put(
      'costs.csv',
      'Cost code;Amount;Invoiced on;Inv.No.\r\n00123;1.250,50;2026-05-31;7\r\n01-010.100;2,00;2026-06-01;8\r\n',
    );
    put('notes.md', 'no table');
    put('.hidden.csv', 'a\n1\n');
    mkdirSync(join(folder, 'deep.csv'));
    const found = (await files.discover?.(connect())) ?? [];
    expect(found.map((candidate) => candidate.id)).toEqual(['costs.csv']);
    expect(found[0]?.fields).toEqual([
      { name: 'Cost code', label: 'Cost code', type: 'text' },
      { name: 'Amount', label: 'Amount', type: 'decimal' },
      { name: 'Invoiced on', label: 'Invoiced on', type: 'date' },
      { name: 'Inv_No_', label: 'Inv.No.', type: 'text' },
    ]);
    expect(found[0]?.create).toBeUndefined();
    expect(await readValues(connect(), 'costs.csv')).toEqual([
      { 'Cost code': '00123', Amount: '1250.50', 'Invoiced on': '2026-05-31', Inv_No_: '7' },
      { 'Cost code': '01-010.100', Amount: '2.00', 'Invoiced on': '2026-06-01', Inv_No_: '8' },
    ]);
  });

  it('reports rows that cannot be read and goes on', async () => {
    describeFiles({ 'bills.csv': bills });
    put(
      'bills.csv',
      'vendor,number,date,amount,note\nA,1,2026-05-31,12.50,\nA,2,2026-02-30,1.00,\nA,3,,abc,\nA,1,,5.00,\nA,4,,6.00,x,y\nA,5,,7.00,fine\n',
    );
    const events = await readEvents(connect(), 'bills.csv');
    const failed = events.flatMap((event) =>
      event.kind === 'record-failed' ? [[event.origin.id, event.error.code]] : [],
    );
    expect(failed).toEqual([
      ['row 3', 'data.badDate'],
      ['row 4', 'data.badAmount'],
      ['row 5', 'files.duplicateKey'],
      ['row 6', 'files.badFile'],
    ]);
    const ids = events.flatMap((event) => (event.kind === 'page' ? event.records.map((record) => record.id) : []));
    expect(ids).toEqual(['A | 1', 'A | 5']);
  });

  it('obeys limits and reads one record by id', async () => {
    put('x.csv', `a,b\n${'1,2\n'.repeat(2000)}`);
    expect(await readValues(connect(), 'x.csv', { limit: 7 })).toHaveLength(7);
    expect((await readEvents(connect(), 'x.csv')).length).toBeGreaterThan(1);
    const { get } = await resource(connect(), 'x.csv');
    expect((await get?.(connect(), 'row 3'))?.value).toEqual({ a: '1', b: '2' });
    expect(await get?.(connect(), 'row 9999')).toBeUndefined();
  });

  it('asks instead of guessing, and takes the answer of the connection', async () => {
    put('x.csv', 'a;when\n1;03/04/2026\n');
    describeFiles({ 'x.csv': { columns: [{ name: 'a' }, { name: 'when', type: 'date' }] } });
    const [event] = await readEvents(connect(), 'x.csv');
    expect(event).toMatchObject({ kind: 'record-failed', error: { code: 'data.badDate' } });
    expect(await readValues(connect({ dateOrder: 'month-day' }), 'x.csv')).toEqual([{ a: '1', when: '2026-03-04' }]);
    put('y.csv', 'a,b;c\n1,2;3\n');
    expect((await files.discover?.(connect()))?.map((found) => found.id)).toEqual(['x.csv']);
    expect(await readValues(connect({ delimiter: ';' }), 'y.csv')).toEqual([{ 'a,b': '1,2', c: '3' }]);
    put('z.csv', Buffer.from('a;b\nM\xfcller;1\n', 'latin1'));
    expect(await readValues(connect({ encoding: 'windows-1252' }), 'z.csv')).toEqual([{ a: 'Müller', b: '1' }]);
  });
});

describe('writing CSV', () => {
  beforeEach(() => describeFiles({ 'bills.csv': bills }));

  it('makes the file, appends once by key and gives back what was written', async () => {
    const client = connect();
    expect(await find(client, 'bills.csv', bill('1'))).toEqual([]);
    await create(client, 'bills.csv', bill('1'));
    const done = await create(client, 'bills.csv', bill('2', '-0.10'));
    expect(done).toMatchObject({ id: 'Łódź Steel | 2', value: bill('2', '-0.10') });
    expect(text('bills.csv')).toBe(
      "\uFEFFvendor,number,date,amount,note\r\nŁódź Steel,1,2026-05-31,1250.00,'=1+1\r\nŁódź Steel,2,2026-05-31,-0.10,'=1+1\r\n",
    );
    expect((await failure(create(client, 'bills.csv', bill('2')))).code).toBe('delivery.duplicateInTarget');
    expect(await find(connect(), 'bills.csv', bill('2'))).toMatchObject([{ id: 'Łódź Steel | 2', editable: true }]);
    expect(await readValues(connect(), 'bills.csv')).toEqual([bill('1'), bill('2', '-0.10')]);
    expect(readdirSync(folder).sort()).toEqual(['bills.csv', 'costwire-files.json']);
  });

  it('keeps the file’s own way of writing and its last line without an end', async () => {
    put('bills.csv', 'note;amount;vendor;number;date\nx;1.250,50;A;1;2026-01-02');
    await create(connect(), 'bills.csv', bill('2', '1250.75'));
    expect(text('bills.csv')).toBe(
      "note;amount;vendor;number;date\nx;1.250,50;A;1;2026-01-02\n'=1+1;1250,75;Łódź Steel;2;2026-05-31\n",
    );
    expect((await readValues(connect(), 'bills.csv')).map((value) => value.amount)).toEqual(['1250.50', '1250.75']);
  });

  it('writes each of many at once exactly once', async () => {
    const client = connect();
    const { create: write } = await resource(client, 'bills.csv');
    const numbers = Array.from({ length: 40 }, (_, index) => String(index % 20));
    const results = await Promise.allSettled(numbers.map((number) => write?.(index(number), bill(number), {})));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(20);
    expect(new Set((await readValues(connect(), 'bills.csv')).map((value) => value.number)).size).toBe(20);
    function index(number: string): FilesClient {
      return Number(number) % 2 === 0 ? client : connect();
    }
  });

  it('sees what another program wrote in between', async () => {
    const client = connect();
    await create(client, 'bills.csv', bill('1'));
    appendFileSync(join(folder, 'bills.csv'), 'Łódź Steel,2,2026-05-31,5.00,\r\n');
    expect(await find(client, 'bills.csv', bill('2'))).toMatchObject([{ value: { amount: '5.00' } }]);
    expect((await failure(create(client, 'bills.csv', bill('2')))).code).toBe('delivery.duplicateInTarget');
  });

  it.each([0, 1, 20, 40])('takes back a row of which a crash left %d bytes', async (left) => {
    await create(connect(), 'bills.csv', bill('1'));
    const before = text('bills.csv');
    await create(connect(), 'bills.csv', bill('2'));
    const after = text('bills.csv');
    const offset = Buffer.byteLength(before);
    // As a crash leaves it: the note is there, of the row only a part.
    truncateSync(join(folder, 'bills.csv'), offset + left);
    put('.bills.csv.costwire-append', `${offset} ${Buffer.byteLength(after) - offset}`);
    expect(await find(connect(), 'bills.csv', bill('2'))).toEqual([]);
    expect(text('bills.csv')).toBe(before);
    await create(connect(), 'bills.csv', bill('2'));
    expect(text('bills.csv')).toBe(after);
  });

  it('keeps a row that a crash left whole', async () => {
    await create(connect(), 'bills.csv', bill('1'));
    const offset = Buffer.byteLength(text('bills.csv'));
    await create(connect(), 'bills.csv', bill('2'));
    put('.bills.csv.costwire-append', `${offset} ${Buffer.byteLength(text('bills.csv')) - offset}`);
    expect(await find(connect(), 'bills.csv', bill('2'))).toHaveLength(1);
    expect(readdirSync(folder)).not.toContain('.bills.csv.costwire-append');
  });

  it('replaces a row in one step and leaves the others as they are', async () => {
    const client = connect();
    for (const number of ['1', '2', '3']) await create(client, 'bills.csv', bill(number));
    const { update } = await resource(client, 'bills.csv');
    const changed = await update?.(client, 'Łódź Steel | 2', { amount: '9.99' }, {});
    expect(changed?.value).toEqual(bill('2', '9.99'));
    expect(await readValues(connect(), 'bills.csv')).toEqual([bill('1'), bill('2', '9.99'), bill('3')]);
    expect((await failure(Promise.resolve(update?.(client, 'x | 9', {}, {})))).code).toBe('remote.notFound');
    expect((await failure(Promise.resolve(update?.(client, 'Łódź Steel | 2', { number: '7' }, {})))).code).toBe(
      'data.badValue',
    );
  });

  it.each<[string, Fields, string]>([
    ['an unknown column', { ...bill('1'), color: 'red' }, 'data.badValue'],
    ['a blank key', { ...bill('1'), number: '' }, 'data.badValue'],
    ['a list', { ...bill('1'), note: ['a'] }, 'data.badValue'],
    ['text for an amount', { ...bill('1'), amount: 'much' }, 'data.badAmount'],
    ['a day that is none', { ...bill('1'), date: '31.5.26' }, 'data.badDate'],
  ])('refuses %s and writes nothing', async (_name, value, code) => {
    expect((await failure(create(connect(), 'bills.csv', value))).code).toBe(code);
    expect(readdirSync(folder)).toEqual(['costwire-files.json']);
  });

  it('does not write what it could spoil', async () => {
    put('bills.csv', Buffer.from('vendor;number;date;amount;note\nM\xfcller;1;;2,50;\n', 'latin1'));
    expect((await failure(create(connect(), 'bills.csv', bill('2')))).code).toBe('files.foreignFile');
  });
});

describe('workbooks', () => {
  beforeEach(() => describeFiles({ 'bills.xlsx': bills }));

  it('are written and read back without a change, codes as text', async () => {
    const client = connect();
    const values: Fields[] = [
      { ...bill('00123'), note: '=1+1' },
      { ...bill('2', '90071992547409931.01'), note: "O'Brien" },
      { ...bill('3', '-0.10'), note: null },
    ];
    for (const value of values) await create(client, 'bills.xlsx', value);
    const read = await readValues(connect(), 'bills.xlsx');
    expect(read.map((value) => ({ ...value, amount: Number(value.amount) }))).toEqual(
      values.map((value) => ({ ...value, amount: Number(value.amount) })),
    );
    expect(read.map((value) => value.amount)).toEqual(['1250', '90071992547409931.01', '-0.1']);
    expect(await find(connect(), 'bills.xlsx', bill('00123'))).toHaveLength(1);
    expect(await find(connect(), 'bills.xlsx', bill('123'))).toEqual([]);
    expect((await failure(create(connect(), 'bills.xlsx', bill('00123')))).code).toBe('delivery.duplicateInTarget');
    await (await resource(client, 'bills.xlsx')).update?.(client, 'Łódź Steel | 3', { amount: '7.25' }, {});
    expect((await readValues(connect(), 'bills.xlsx')).map((value) => value.amount)).toEqual([
      '1250',
      '90071992547409931.01',
      '7.25',
    ]);
  });

  it('that are none are refused with a remedy', async () => {
    put('bills.xlsx', 'not a workbook');
    const client = connect();
    expect((await files.discover?.(client)) ?? []).toEqual([]);
    const checks: PingCheck[] = [];
    for await (const check of files.ping(client, [])) checks.push(check);
    expect(checks.at(-1)).toMatchObject({ id: 'file:bills.xlsx', status: 'failed' });
    expect(checks.at(-1)?.cause).toContain('not a workbook');
  });
});

describe('the folder', () => {
  it('is never left', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'costwire-outside-'));
    try {
      writeFileSync(join(outside, 'secret.csv'), 'a\n1\n');
      symlinkSync(join(outside, 'secret.csv'), join(folder, 'link.csv'));
      describeFiles(
        Object.fromEntries(
          ['../secret.csv', 'link.csv', 'a/b.csv', 'C:x.csv', '.x.csv'].map((name) => [
            name,
            { key: ['a'], columns: [{ name: 'a' }] },
          ]),
        ),
      );
      expect((await files.discover?.(connect())) ?? []).toEqual([]);
      const checks: PingCheck[] = [];
      for await (const check of files.ping(connect(), [{ resource: '../secret.csv', write: true }])) checks.push(check);
      expect(checks.find((check) => check.id === 'file:../secret.csv')).toMatchObject({ status: 'failed' });
      expect(checks.find((check) => check.id === 'file:link.csv')?.cause).toContain(
        "not a file of the connection's folder",
      );
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });

  const pingAll = async (client: FilesClient, needs: PingNeed[] = []) => {
    const checks: PingCheck[] = [];
    for await (const check of files.ping(client, needs)) checks.push(check);
    return checks;
  };

  it('is checked by ping, without a write', async () => {
    describeFiles({ 'bills.csv': bills });
    put('costs.csv', 'a,b\n1,2\n');
    const checks = await pingAll(connect(), [
      { resource: 'bills.csv', write: true },
      { resource: 'costs.csv', write: true },
    ]);
    expect(checks.map((check) => [check.id, check.status])).toEqual([
      ['folder', 'ok'],
      ['description', 'ok'],
      ['write', 'ok'],
      ['file:costs.csv', 'failed'],
      ['file:bills.csv', 'ok'],
    ]);
    expect(checks[3]?.remedy).toContain('key columns');
    expect(readdirSync(folder).sort()).toEqual(['costs.csv', 'costwire-files.json']);
  });

  it('that is missing or not whole is named', async () => {
    expect(await pingAll(connect({ folder: join(folder, 'none') }))).toMatchObject([
      { id: 'folder', status: 'failed' },
    ]);
    expect((await pingAll(connect({ folder: 'exports' })))[0]?.cause).toContain('not a whole path');
    expect(() => connect({ folder: '' })).toThrow('no folder');
  });

  it.each([
    ['no JSON', '{'],
    ['another format', '{"format":"x"}'],
    ['an unknown setting', '{"format":"costwire/files","schemaVersion":1,"files":{"a.csv":{"colour":"red"}}}'],
    ['a key without columns', '{"format":"costwire/files","schemaVersion":1,"files":{"a.csv":{"key":["a"]}}}'],
    [
      'a key that is no column',
      '{"format":"costwire/files","schemaVersion":1,"files":{"a.csv":{"key":["b"],"columns":[{"name":"a"}]}}}',
    ],
  ])('has a description that is checked: %s', async (_name, content) => {
    put('costwire-files.json', content);
    expect((await failure(Promise.resolve(files.discover?.(connect())))).code).toBe('files.badDescription');
    expect((await pingAll(connect())).at(-1)).toMatchObject({ id: 'description', status: 'failed' });
  });
});

/** Lists of a target system's codes, for the columns of a table that name one. */
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CostwireClient } from '../../../../engine/api/contract.ts';
import type { Connector, RemoteRecord } from '../../../../engine/model/connector.ts';
import { AppError } from '../../../../engine/model/error.ts';
import { flowSchema } from '../../../../engine/model/flow.ts';
import { tableSchemaSchema } from '../../../../engine/model/mapping-table.ts';
import { ledgerConnector, type TestService, testService } from '../../../support/service.ts';

const schema = tableSchemaSchema.parse({
  format: 'costwire/table',
  schemaVersion: 1,
  id: 'codes',
  name: 'Codes',
  keys: [{ name: 'code' }],
  targets: [{ name: 'account', validates: 'accounts' }, { name: 'task', validates: 'tasks' }, { name: 'memo' }],
});

let reads = 0;
let fault: AppError | undefined;
const record = (code: string, name: string, active: boolean): RemoteRecord => ({
  id: code,
  value: { Code: code, Title: name, Active: active },
  origin: { system: 'ledger', resource: 'accounts', id: code },
});
const connector: Connector = {
  ...ledgerConnector,
  resources: [
    {
      id: 'accounts',
      title: 'Accounts',
      description: '',
      source: 'test',
      scope: 'company',
      fields: [],
      incremental: false,
      codes: { code: 'Code', name: 'Title', usable: { field: 'Active', values: ['true'] } },
      read: async function* () {
        reads += 1;
        if (fault !== undefined) throw fault;
        yield { kind: 'page', records: [record('5010 ', 'Labor', true), record('5020', 'Old labor', false)] };
      },
    },
    // Without codes: nothing to check against.
    { id: 'tasks', title: 'Tasks', description: '', source: 'test', scope: 'company', fields: [], incremental: false },
  ],
};

let test: TestService;
let client: CostwireClient;

beforeEach(async () => {
  reads = 0;
  fault = undefined;
  test = await testService({ connectors: [connector] });
  client = createRouterClient(test.service.router, { context: {} }) as unknown as CostwireClient;
  await client.table.create({ schema });
});
afterEach(() => test.close());

/** A flow that uses the table, bound to a connection. */
async function bind(): Promise<void> {
  const fields = { address: 'https://ledger.example' };
  const { id } = await client.connection.save({
    name: 'Main ledger',
    connector: 'ledger',
    environment: 'sandbox',
    fields,
    secrets: { secret: 's' },
  });
  const document = flowSchema.parse({
    format: 'costwire/flow',
    schemaVersion: 1,
    id: 'f_codes',
    name: 'Codes',
    slots: { erp: { connector: 'ledger' } },
    nodes: [{ id: 'codes', kind: 'map-codes', config: { table: 'codes' } }],
    wires: [],
  });
  await client.flow.create({ name: 'Codes', document });
  await client.flow.setBindings({ id: 'f_codes', slots: { erp: id }, parameters: {} });
}

it('come from the system that the flows of the table write to, and are kept a while', async () => {
  expect(await client.table.codes({ id: 'codes' })).toEqual([]);
  await bind();
  const [list, ...others] = await client.table.codes({ id: 'codes' });
  expect(list).toMatchObject({
    column: 'account',
    connection: 'Main ledger',
    title: 'Accounts',
    codes: [
      { code: '5010', name: 'Labor', usable: true },
      { code: '5020', name: 'Old labor', usable: false },
    ],
  });
  expect(others).toEqual([]);
  await client.table.codes({ id: 'codes' });
  expect(reads).toBe(1);
  await client.table.codes({ id: 'codes', fresh: true });
  expect(reads).toBe(2);
});

it('say why they could not be read, and are asked for again', async () => {
  await bind();
  fault = new AppError('remote.authFailed', 'The sign-in was refused.');
  expect(await client.table.codes({ id: 'codes' })).toMatchObject([
    { column: 'account', codes: [], error: { code: 'remote.authFailed', message: 'The sign-in was refused.' } },
  ]);
  fault = undefined;
  expect(await client.table.codes({ id: 'codes' })).toMatchObject([{ codes: [{ code: '5010' }, { code: '5020' }] }]);
});

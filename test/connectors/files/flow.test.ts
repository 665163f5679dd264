import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { files } from '../../../connectors/files/index.ts';
import { listed } from '../../../connectors/kit/define.ts';
import type { Connection } from '../../../engine/model/connection.ts';
import { createDeliverer } from '../../../engine/run/deliver.ts';
import { type RunHost, runFlow } from '../../../engine/run/run-flow.ts';
import { openStore, type Store } from '../../../engine/store/index.ts';
import { toyFlow } from '../../support/toy-flow.ts';

let folder = '';
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'costwire-files-'));
  store = await openStore(mkdtempSync(join(folder, 'store-')), {});
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const flow = toyFlow(
  {
    read: ['read', { slot: 'exports', resource: 'costs.csv', where: '=[Amount] > 0' }],
    map: [
      'map',
      {
        to: { slot: 'ledger', resource: 'bills.csv' },
        fields: [
          { to: 'vendor', value: '=[Vendor]' },
          { to: 'number', value: '=[No]' },
          { to: 'amount', value: '=[Amount]*2' },
        ],
      },
    ],
    post: ['write', { slot: 'ledger', resource: 'bills.csv' }],
  },
  ['read > map', 'map > post'],
  { slots: { exports: { connector: 'files' }, ledger: { connector: 'files' } } },
);

const connection = (id: string, fields: Record<string, string> = { folder }): Connection => ({
  id,
  name: id,
  connector: 'files',
  environment: 'practice',
  fields,
  secrets: [],
});
const host = (): RunHost => ({
  connectors: [listed(files)],
  secretsOf: async () => ({}),
  now: Date.now,
  sleep: async () => {},
  random: () => 0.5,
  deliverer: createDeliverer(store),
  recorder: store.recorder,
  watermarks: store.watermarks,
});
const run = (connections: Record<string, Connection>) =>
  runFlow({ document: flow, kind: 'post', startedBy: 'test', connections, tables: [] }, host());

describe('a flow between files', () => {
  beforeEach(() => {
    writeFileSync(
      join(folder, 'costs.csv'),
      'Vendor;No;Amount\nŁódź Steel;0017;1.250,55\n=cmd;0018;0,10\nA;0019;-5,00\nA;0020;zwölf,00\n',
    );
    writeFileSync(
      join(folder, 'costwire-files.json'),
      JSON.stringify({
        format: 'costwire/files',
        schemaVersion: 1,
        files: {
          'costs.csv': {
            key: ['No'],
            columns: [{ name: 'Vendor' }, { name: 'No' }, { name: 'Amount', type: 'decimal' }],
          },
          'bills.csv': {
            key: ['vendor', 'number'],
            columns: [{ name: 'vendor' }, { name: 'number' }, { name: 'amount', type: 'decimal', money: true }],
          },
        },
      }),
    );
  });

  it('writes each record once, however often it runs', async () => {
    const connections = { exports: connection('exports'), ledger: connection('ledger') };
    const first = await run(connections);
    expect(first.problems.filter((problem) => problem.severity === 'blocking')).toEqual([]);
    expect(first.run.counts).toMatchObject({ total: 4, posted: 2, skipped: 1, held: 1 });
    const written = readFileSync(join(folder, 'bills.csv'), 'utf8');
    expect(written).toBe("\uFEFFvendor,number,amount\r\nŁódź Steel,0017,2501.1\r\n'=cmd,0018,0.2\r\n");
    const second = await run(connections);
    expect(second.run.counts).toMatchObject({ total: 4, posted: 0 });
    expect(readFileSync(join(folder, 'bills.csv'), 'utf8')).toBe(written);
  });

  it('says which connection cannot be looked into', async () => {
    const missing = connection('ledger', { folder: join(folder, 'none') });
    const result = await run({ exports: connection('exports'), ledger: missing });
    expect(result.run.status).toBe('failed');
    expect(result.problems[0]).toMatchObject({ code: 'files.notFound', field: 'slots.ledger', severity: 'blocking' });
  });
});

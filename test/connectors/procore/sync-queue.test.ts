import { describe, expect, it } from 'vitest';
import type { ProcoreClient } from '../../../connectors/procore/client.ts';
import { type SyncRow, syncOne } from '../../../connectors/procore/sync.ts';
import type { Fields } from '../../../engine/model/record.ts';

const target = { path: '/rest/v1.0/vendors/sync', operation: 'create vendors' };

/** A client whose sync takes every row. */
const takesAll = (): ProcoreClient => {
  const patch = (_path: string, { body }: { body: { updates: SyncRow[] } }) =>
    Promise.resolve({ status: 200, headers: {}, value: { entities: body.updates as Fields[], errors: [] } });
  return { http: { patch } } as unknown as ProcoreClient;
};

describe('rows that are asked for one by one', () => {
  it('each settle, at whatever moment of a call under way they come', async () => {
    const asked: Promise<Fields>[] = [];
    let settled = 0;
    for (let moment = 0; moment < 40; moment += 1) {
      const client = takesAll();
      asked.push(syncOne(client, target, { origin_id: 'first' }, 'vendor'));
      for (let tick = 0; tick < moment; tick += 1) await Promise.resolve();
      asked.push(syncOne(client, target, { origin_id: 'second' }, 'vendor'));
    }
    for (const each of asked)
      void each.then(() => {
        settled += 1;
      });
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).toBe(asked.length);
  });
});

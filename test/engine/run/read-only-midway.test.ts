import Database from 'better-sqlite3';
import { afterEach, expect, it, vi } from 'vitest';
import type { Connector, Resource } from '../../../engine/model/connector.ts';
import type { Fields } from '../../../engine/model/record.ts';
import { createDeliverer } from '../../../engine/run/deliver.ts';
import { recover } from '../../../engine/run/recover.ts';
import { runFlow } from '../../../engine/run/run-flow.ts';
import { openStore, type Store } from '../../../engine/store/index.ts';
import { temporaryFolder } from '../../support/store.ts';
import { billFlow, codeTable } from '../../support/toy-flow.ts';
import { emptyWorld, invoice, toyConnections, toyHost, toySource, toyTarget } from '../../support/toy-systems.ts';

const count = 12;
const { signal } = new AbortController();
afterEach(() => vi.restoreAllMocks());

/** An ERP that keeps its bills; `onCreated` is told after each. */
function ledger(onCreated: (count: number) => void) {
  const bills = new Map<string, Fields[]>();
  const keyOf = (value: Fields): string => String(value.VendorRef);
  const [erp] = [toyTarget(emptyWorld())];
  const connector: Connector = {
    ...erp,
    resources: erp.resources.map(
      (resource): Resource<unknown> =>
        resource.id !== 'bills'
          ? resource
          : {
              ...resource,
              find: async (_client, key) =>
                (bills.get(keyOf(key)) ?? []).map((value) => ({
                  id: keyOf(value),
                  value,
                  editable: true,
                  released: false,
                })),
              create: async (_client, value) => {
                bills.set(keyOf(value), [...(bills.get(keyOf(value)) ?? []), value]);
                onCreated(bills.size);
                return { id: keyOf(value), number: keyOf(value) };
              },
            },
    ),
  };
  return { bills, connector };
}

it('stops a run cleanly where the file system turns read-only under it, says so, and posts the rest later, nothing twice', async () => {
  const prepared = vi.spyOn(Database.prototype, 'prepare');
  const folder = temporaryFolder();
  const first = await openStore(folder);
  /** The connections of the store, as SQLite sees them: with this they answer SQLITE_READONLY to every write. */
  const inner = new Set(prepared.mock.contexts as Database.Database[]);
  const setReadOnly = (value: 'ON' | 'OFF'): void => {
    for (const connection of inner) if (connection.open) connection.pragma(`query_only = ${value}`);
  };
  const { bills, connector } = ledger((made) => {
    if (made === 4) setReadOnly('ON');
  });
  const world = {
    ...emptyWorld(),
    invoices: [Array.from({ length: count }, (_, index) => invoice(String(index + 1), ['10']))],
  };
  const go = (store: Store, runId: string) =>
    runFlow(
      {
        document: billFlow(),
        kind: 'post',
        runId,
        startedBy: 'test',
        connections: toyConnections,
        tables: [codeTable([['*', '*', '5100']])],
      },
      {
        ...toyHost(world),
        connectors: [toySource(world), connector],
        deliverer: createDeliverer(store),
        recorder: store.recorder,
        watermarks: store.watermarks,
      },
    );
  const stopped = await go(first, 'r1').then(
    ({ run }) => run.error,
    (thrown: unknown) => thrown,
  );
  expect(stopped).toMatchObject({ code: 'workspace.readOnly' });
  expect(stopped).toMatchObject({
    message: expect.stringContaining('cannot write'),
    hint: expect.stringMatching(/\S/),
  });
  // Nobody goes on sending what cannot be recorded: at most what was on its way.
  const sent = bills.size;
  expect(sent).toBeLessThan(count);
  setReadOnly('OFF');
  await first.close();

  const second = await openStore(folder);
  const { interrupted } = await recover(second, { targetFor: async () => undefined, signal });
  expect(interrupted.every(({ status }) => status === 'failed')).toBe(true);
  expect((await second.runs.get('r1')).status).toBe('failed');
  const { run } = await go(second, 'r2');
  expect(run.status).toBe('succeeded');
  expect(bills.size).toBe(count);
  expect([...bills.values()].filter((documents) => documents.length !== 1)).toEqual([]);
  expect(await second.deliveries.open()).toEqual([]);
  expect(await second.audit.verify()).toMatchObject({ intact: true });
  expect(await second.maintenance.check()).toEqual([]);
  await second.close();
});

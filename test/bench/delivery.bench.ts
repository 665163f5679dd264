/**
 * What exactly-once costs: documents posted with the ledger against the same calls without it, eight at a time, to a server on
 * loopback that takes 50 ms an answer. And how soon recovery works in a workspace with a long past.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import PQueue from 'p-queue';
import type { Resource } from '../../engine/model/connector.ts';
import type { Fields } from '../../engine/model/record.ts';
import { createDeliverer } from '../../engine/run/deliver.ts';
import type { DeliveryTarget } from '../../engine/run/ports.ts';
import { recover } from '../../engine/run/recover.ts';
import { openDatabase } from '../../engine/store/database.ts';
import { databaseFileName, openStore, type Store } from '../../engine/store/index.ts';
import { billIntent, FakeTarget, fakeDeliveryTarget, sampleIdentity } from '../support/fake-target.ts';

export const name = 'delivery';

const latencyMs = 50;
const concurrency = 8;
const documents = 320;
const rounds = 3;
const pastRecords = 1_000_000;
const inDoubtRows = 500;
const never = new AbortController().signal;

/** A server that keeps bills and takes its time. */
async function slowServer(): Promise<{ address: string; server: Server; count: () => number }> {
  const bills = new Map<string, string>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    await wait(latencyMs);
    const key = decodeURIComponent(request.url ?? '');
    if (request.method === 'PUT') bills.set(key, body);
    const bill = bills.get(key);
    response.end(bill === undefined ? 'null' : `{"id":${JSON.stringify(key)},"value":${bill}}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const place = server.address();
  const port = typeof place === 'object' && place !== null ? place.port : 0;
  return { address: `http://127.0.0.1:${port}`, server, count: () => bills.size };
}

interface Answer {
  id: string;
  value: Fields;
}

function httpTarget(address: string): DeliveryTarget {
  const model = fakeDeliveryTarget(new FakeTarget());
  const url = (value: Fields) => `${address}/${encodeURIComponent(String(value.VendorRef))}`;
  const { id, title, description, scope, incremental, fields, key, amount, roles } = model.resource;
  const resource: Resource<unknown> = {
    id,
    title,
    description,
    scope,
    incremental,
    fields,
    ...(key === undefined ? {} : { key }),
    ...(amount === undefined ? {} : { amount }),
    ...(roles === undefined ? {} : { roles }),
    find: async (_client, value) => {
      const found: Answer | null = await (await fetch(url(value))).json();
      return found === null ? [] : [{ ...found, editable: true, released: false }];
    },
    create: async (_client, value) => {
      const made: Answer = await (await fetch(url(value), { method: 'PUT', body: JSON.stringify(value) })).json();
      return made;
    },
  };
  return { ...model, resource };
}

async function inParallel(count: number, work: (index: number) => Promise<unknown>): Promise<number> {
  const queue = new PQueue({ concurrency });
  const started = performance.now();
  await queue.addAll(Array.from({ length: count }, (_, index) => () => work(index)));
  return performance.now() - started;
}

async function withLedger(store: Store, target: DeliveryTarget, from: number): Promise<number> {
  const deliverer = createDeliverer(store);
  const identity = sampleIdentity(`r${from}`);
  return inParallel(documents, async (index) => {
    const planned = await deliverer.plan(identity, target, billIntent(from + index), never);
    store.recorder.settle(await deliverer.apply(identity, target, planned, never));
  });
}

function withoutLedger(target: DeliveryTarget, from: number): Promise<number> {
  return inParallel(documents, async (index) => {
    const { value } = billIntent(from + index);
    await target.resource.find?.(target.client, value);
    await target.resource.create?.(target.client, value, {});
  });
}

async function throughput(): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), 'costwire-bench-'));
  const { address, server, count } = await slowServer();
  const store = await openStore(folder);
  const target = httpTarget(address);
  await withoutLedger(target, 1);
  // In turns and the fastest of each: what else the machine does falls on both alike.
  const bareTimes: number[] = [];
  const ourTimes: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    bareTimes.push(await withoutLedger(target, round * 10_000));
    ourTimes.push(await withLedger(store, target, round * 10_000 + 5_000));
  }
  const [bare, ours] = [Math.min(...bareTimes), Math.min(...ourTimes)];
  const posted = count();
  await store.close();
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
  const perSecond = (ms: number) => Number(((documents * 1_000) / ms).toFixed(1));
  return {
    ratio: Number((bare / ours).toFixed(3)),
    perSecond: perSecond(ours),
    perSecondWithoutLedger: perSecond(bare),
    complete: posted === (2 * rounds + 1) * documents,
  };
}

/** Rows of a long past, made by SQL. */
function fillPast(path: string): void {
  const database = openDatabase(path);
  const numbers = (count: number) =>
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
  database.exec('PRAGMA synchronous = OFF');
  database.exec(`${numbers(pastRecords)} INSERT INTO records
    (run_id, key, node_id, status, business_key, label, amount, currency, settled_at, origin)
    SELECT 'r' || (i / 1000), 'procore:requisitions:' || i, 'post', iif(i % 20 = 0, 'held', 'posted'), 'V | ' || i, 'INV-' || i, (i % 9000) || '.25',
    'USD', '2026-01-01', '{"system":"procore","resource":"requisitions","id":"' || i || '"}' FROM n`);
  const columns = `connection_id, resource, business_key, effect, content_hash, value, origin, record_key, sources, flow_id, flow_version,
    run_id, node_id, table_versions, mapping_rows, started_by, attempts, created_at, updated_at`;
  const values = `'erp-1', 'bills', 'V | ' || i, 'create', 'h', '{"Vendor":"V","VendorRef":"' || i || '","Amount":"1.00"}',
    '{"system":"procore","resource":"requisitions","id":"' || i || '"}', 'procore:requisitions:' || i, '[{"key":"procore:requisitions:' || i || '","origin":{"system":"procore","resource":"requisitions","id":"' || i || '"}}]', 'f1', 3, 'last', 'post', '{}', '[]', 'ann', 1,
    '2026-01-01', '2026-01-01'`;
  database.exec(
    `${numbers(pastRecords / 2)} INSERT INTO deliveries (${columns}, state) SELECT ${values}, iif(i <= ${inDoubtRows}, 'inDoubt', 'posted') FROM n`,
  );
  database.close();
}

async function recovery(): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), 'costwire-bench-'));
  await (await openStore(folder)).close();
  fillPast(join(folder, databaseFileName));
  const fake = new FakeTarget();
  let firstMs: number | undefined;
  const started = performance.now();
  fake.step = () => {
    firstMs ??= performance.now() - started;
  };
  const store = await openStore(folder);
  const report = await recover(store, { targetFor: async () => fakeDeliveryTarget(fake), signal: never, settleMs: 0 });
  const allMs = performance.now() - started;
  await store.close();
  rmSync(folder, { recursive: true, force: true });
  return {
    pastRecords,
    inDoubt: inDoubtRows,
    firstLookupMs: Math.round(firstMs ?? -1),
    doneMs: Math.round(allMs),
    settled: report.absent + report.found,
  };
}

/** Both measurements. `ratio`: throughput with the ledger by that without; aim at least 0.9. */
export async function run(): Promise<Record<string, unknown>> {
  return { ...(await throughput()), recovery: await recovery() };
}

/**
 * What keeping the audit rows costs: the same transform over the same records, once with everything the store keeps of a run
 * (source payload, outcome, both by the hundred), once with one plain row a record.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { add, format, multiply, parse, round, zero } from '../../engine/model/decimal.ts';
import type { Fields, WireRecord } from '../../engine/model/record.ts';
import { openDatabase } from '../../engine/store/database.ts';
import { openStore } from '../../engine/store/index.ts';

export const name = 'audit';

const recordCount = 10_000;
const linesPerRecord = 8;
const rounds = 3;

function sourceRecords(): WireRecord[] {
  return Array.from({ length: recordCount }, (_, index) => {
    const id = String(100_000 + index);
    const items = Array.from({ length: linesPerRecord }, (_line, line) => ({
      id: `${id}${line}`,
      cost_code: { full_code: `01-${String((index * 7 + line) % 500).padStart(3, '0')}` },
      description: `Work of line ${line} for period ${index % 12}`,
      work_completed_this_period: `${(index % 900) + line}.${String(line * 11).padStart(2, '0')}`,
      retainage_percent: '5.0',
    }));
    const value = {
      id,
      invoice_number: `INV-${id}`,
      status: 'approved',
      vendor: { id: String(index % 60), name: `Vendor ${index % 60}` },
      items,
    };
    const scope = { kind: 'project' as const, id: String(index % 15), label: `Job ${index % 15}` };
    const origin = {
      system: 'procore',
      resource: 'requisitions',
      id,
      label: `INV-${id}`,
      scope,
      updatedAt: '2026-03-01T10:00:00Z',
    };
    return { key: `procore:requisitions:${id}`, value, origin };
  });
}

const accounts = new Map(
  Array.from({ length: 5_000 }, (_, index) => [`01-${String(index).padStart(3, '0')}`, String(5_000 + (index % 90))]),
);

/** Flatten, map codes, exact amounts, group by account, shape to wrapped JSON. */
function transform(record: WireRecord): { document: Fields; amount: string } {
  const byAccount = new Map<string, ReturnType<typeof parse>>();
  let total = zero;
  const { items } = record.value;
  for (const item of Array.isArray(items) ? items : []) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) continue;
    const { cost_code: code, work_completed_this_period: work } = item;
    const full = typeof code === 'object' && code !== null && !Array.isArray(code) ? code.full_code : '';
    const account = accounts.get(String(full)) ?? '9999';
    const amount = round(multiply(parse(String(work)), parse('0.95')), 2);
    total = add(total, amount);
    byAccount.set(account, add(byAccount.get(account) ?? zero, amount));
  }
  const details = [...byAccount].map(([account, amount]) => ({
    Account: { value: account },
    Amount: { value: format(amount, 2) },
  }));
  const document = {
    Type: { value: 'Bill' },
    VendorRef: { value: String(record.value.invoice_number) },
    Details: details,
  };
  return { document, amount: format(total, 2) };
}

async function withAudit(folder: string, records: readonly WireRecord[]): Promise<number> {
  const store = await openStore(folder);
  const started = performance.now();
  for (let start = 0; start < records.length; start += 100) {
    const batch = records.slice(start, start + 100);
    store.recorder.sources('r1', 'read', batch);
    for (const record of batch) {
      const { amount } = transform(record);
      const businessKey = `${record.origin.scope?.id} | ${record.origin.label}`;
      store.recorder.settle({
        runId: 'r1',
        key: record.key,
        nodeId: 'post',
        origin: record.origin,
        status: 'posted',
        businessKey,
        amount,
        currency: 'USD',
      });
    }
  }
  await store.recorder.flush();
  const took = performance.now() - started;
  await store.close();
  return took;
}

function plain(folder: string, records: readonly WireRecord[]): number {
  const database = openDatabase(join(folder, 'plain.sqlite'));
  database.exec('CREATE TABLE plain (id INTEGER PRIMARY KEY, key TEXT, status TEXT, amount TEXT, body TEXT)');
  const insert = database.prepare('INSERT INTO plain (key, status, amount, body) VALUES (?, ?, ?, ?)');
  const started = performance.now();
  for (let start = 0; start < records.length; start += 100) {
    database.transaction(() => {
      for (const record of records.slice(start, start + 100)) {
        insert.run(record.key, 'posted', transform(record).amount, JSON.stringify(record.value));
      }
    });
  }
  const took = performance.now() - started;
  database.close();
  return took;
}

/** Fastest of several rounds each, taken in turns. */
export async function run(): Promise<Record<string, unknown>> {
  const records = sourceRecords();
  const audited: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const folder = mkdtempSync(join(tmpdir(), 'costwire-bench-'));
    audited.push(await withAudit(folder, records));
    bare.push(plain(folder, records));
    rmSync(folder, { recursive: true, force: true });
  }
  const [ours, theirs] = [Math.min(...audited), Math.min(...bare)];
  return {
    ratio: Number((ours / theirs).toFixed(2)),
    records: recordCount,
    auditMs: Math.round(ours),
    plainMs: Math.round(theirs),
  };
}

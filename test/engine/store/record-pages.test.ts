import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type RecordStatus, urgentFirst } from '../../../engine/model/run.ts';
import { openDatabase } from '../../../engine/store/database.ts';
import { databaseFileName, openStore } from '../../../engine/store/index.ts';
import { pageSql, type RecordPlace } from '../../../engine/store/record-pages.ts';
import { manyRecords } from '../../support/many-records.ts';
import { sampleOutcome, sampleRun, temporaryFolder, temporaryStore } from '../../support/store.ts';

const count = 100_000;

async function filledFolder(): Promise<string> {
  const folder = temporaryFolder();
  await (await openStore(folder)).close();
  const database = openDatabase(join(folder, databaseFileName));
  for (const runId of ['before', 'r1', 'behind']) manyRecords(database, runId, runId === 'r1' ? count : 500);
  database.close();
  return folder;
}

it('pages through 100,000 records in the order of urgency: every one once, none of other runs', async () => {
  const store = await temporaryStore({ readOnly: true }, await filledFolder());
  const seen = new Set<number>();
  let before: { urgency: number; id: number } | undefined;
  let after: RecordPlace | undefined;
  let pages = 0;
  do {
    const page = await store.records.follow('r1', 1000, after);
    pages += 1;
    for (const { id, runId, status } of page.entries) {
      const place = { urgency: urgentFirst.indexOf(status), id };
      const follows =
        before === undefined ||
        place.urgency > before.urgency ||
        (place.urgency === before.urgency && place.id < before.id);
      if (!follows || runId !== 'r1') throw new Error(`Record ${id} of ${runId} stands at the wrong place.`);
      before = place;
      seen.add(id);
    }
    after = page.next;
  } while (after !== undefined);
  expect(seen.size).toBe(count);
  expect(pages).toBe(count / 1000 + 1);
});

it('adds up the amounts of 100,000 records exactly', async () => {
  const store = await temporaryStore({ readOnly: true }, await filledFolder());
  const expected: Partial<Record<RecordStatus, { count: number; amounts: Record<string, string> }>> = {};
  const cents = new Map<RecordStatus, bigint>();
  const counts = new Map<RecordStatus, number>();
  for (let number = 1; number <= count; number += 1) {
    const status = number % 100 === 0 ? 'held' : number % 1000 === 1 ? 'failed' : 'posted';
    cents.set(status, (cents.get(status) ?? 0n) + BigInt(number) * 100n + 10n);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  for (const [status, sum] of cents) {
    const text = `${sum / 100n}.${String(sum % 100n).padStart(2, '0')}`;
    expected[status] = { count: counts.get(status) ?? 0, amounts: { USD: text } };
  }
  expect(await store.records.totals({ runId: 'r1' })).toEqual(expected);
});

it('adds amounts of any length, sign and currency', async () => {
  const store = await temporaryStore();
  await store.recorder.start(sampleRun('r1'));
  const amounts = ['-0.05', '7', '0.3', '99999999999999999999.99', '0.01', '-1234.5678'];
  for (const [index, amount] of amounts.entries()) {
    store.recorder.settle(sampleOutcome('r1', index, { amount }));
  }
  store.recorder.settle(sampleOutcome('r1', 90, { amount: '12.50', currency: 'CAD' }));
  const { amount: _none, currency: _neither, ...without } = sampleOutcome('r1', 91);
  store.recorder.settle(without);
  expect(await store.records.totals({ runId: 'r1' })).toEqual({
    posted: { count: 8, amounts: { USD: '99999999999999998772.6822', CAD: '12.50' } },
  });
});

it('reads a page, and the newest of a run, along an index and sorts nothing', async () => {
  const database = openDatabase(join(await filledFolder(), databaseFileName));
  const plan = (sql: string, ...parameters: (string | number)[]): string =>
    database
      .prepare<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...parameters)
      .map(({ detail }) => detail)
      .join('; ');
  expect(plan(pageSql, 'r1', 'posted', 5, 10)).toBe(
    'SEARCH records USING INDEX records_by_run_status (run_id=? AND status=? AND id<?)',
  );
  expect(plan('SELECT * FROM records WHERE run_id = ? ORDER BY id DESC LIMIT 100', 'r1')).toBe(
    'SEARCH records USING INDEX records_by_run (run_id=?)',
  );
  database.close();
});

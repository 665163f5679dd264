/** Temporary workspaces and sample rows for tests of the store. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { WireRecord } from '../../engine/model/record.ts';
import type { RecordOutcome, RunSummary } from '../../engine/model/run.ts';
import { openStore, type Store, type StoreOptions } from '../../engine/store/index.ts';

/** Memory where the system offers it: databases of tests need not wait for a disk. */
const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(base, 'costwire-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store in a temporary folder, closed when the test ends. */
export async function temporaryStore(options: StoreOptions = {}, folder = temporaryFolder()): Promise<Store> {
  const store = await openStore(folder, options);
  onTestFinished(() => store.close());
  return store;
}

/** A run that has just started. */
export const sampleRun = (id: string, more: Partial<RunSummary> = {}): RunSummary => ({
  id,
  flowId: 'f1',
  flowName: 'Approved invoices → AP bills',
  flowVersion: 3,
  kind: 'post',
  status: 'running',
  startedAt: '2026-03-01T10:00:00.000Z',
  startedBy: 'ann',
  counts: {
    read: 0,
    skipped: 0,
    held: 0,
    awaitingApproval: 0,
    sending: 0,
    posted: 0,
    inDoubt: 0,
    failed: 0,
    ignored: 0,
    total: 0,
  },
  amounts: {},
  tableVersions: { codes: 2 },
  ...more,
});

/** A source record named by its number. */
export const sampleRecord = (number: number): WireRecord => ({
  key: `procore:requisitions:${number}`,
  value: { id: String(number), invoice_number: `INV-${number}`, total: `${number}.50` },
  origin: {
    system: 'procore',
    resource: 'requisitions',
    id: String(number),
    label: `INV-${number}`,
    scope: { kind: 'project', id: 'p1', label: 'Żoliborz tower' },
    updatedAt: '2026-02-01T00:00:00Z',
  },
});

/** An outcome of {@link sampleRecord}. */
export const sampleOutcome = (runId: string, number: number, more: Partial<RecordOutcome> = {}): RecordOutcome => {
  const { key, origin } = sampleRecord(number);
  return { runId, key, origin, nodeId: 'post', status: 'posted', amount: `${number}.50`, currency: 'USD', ...more };
};

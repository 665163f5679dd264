/**
 * Looking after the database file: sizes, retention of payloads, giving space back, backup and restore. Ledger, outcomes, tables
 * and audit chain are never thinned out.
 */
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { AppError } from '../model/error.ts';
import { appendAudit } from './audit-chain.ts';
import { type Database, openDatabase, storeError } from './database.ts';
import { lockFileName, lockWorkspace } from './lock.ts';
import { pendingMigrations } from './migrate.ts';
import { migrations } from './migrations/index.ts';

/** What may be removed. At least one limit; `by` is recorded. */
export interface RetentionRule {
  /** Payloads, exchanges and events of runs older than this many days. */
  olderThanDays?: number;
  /** Oldest first until payloads and exchanges take no more than this many bytes. */
  maxBytes?: number;
  by: string;
}

/** What retention removed. */
export interface RetentionResult {
  runs: number;
  payloads: number;
  exchanges: number;
  events: number;
  /** Bytes given back to the file system. */
  freedBytes: number;
}

/** Sizes in bytes. */
export interface StoreSize {
  file: number;
  payloads: number;
  exchanges: number;
}

/** Looks after the file. */
export interface StoreMaintenance {
  size(): Promise<StoreSize>;
  /**
   * Removes payloads, requests and events by the rule, in small steps; records that are held, failed or in doubt keep theirs.
   * @throws AppError workspace.readOnly
   */
  retain(rule: RetentionRule): Promise<RetentionResult>;
  /** Copies the database to a new file while it is in use, and checks the copy. @throws AppError store.full, workspace.readOnly */
  backup(to: string): Promise<void>;
  /** Reads the whole file for damage. @returns what SQLite found wrong; empty: nothing. */
  check(): Promise<string[]>;
}

/** Rows touched in one transaction, so that nothing else waits for long. */
const stepRows = 200;
const openStatuses = "('held', 'failed', 'inDoubt', 'awaitingApproval', 'sending')";

const numberOf = (database: Database, sql: string, ...parameters: string[]): number =>
  database.prepare<{ n: number | null }>(sql).get(...parameters)?.n ?? 0;

const payloadBytes = (database: Database): number =>
  numberOf(database, 'SELECT coalesce(sum(length(body)), 0) AS n FROM sources');
const exchangeBytes = (database: Database): number =>
  numberOf(database, 'SELECT coalesce(sum(size), 0) AS n FROM exchanges');

const runBytes = (database: Database, runId: string): number =>
  numberOf(database, 'SELECT coalesce(sum(length(body)), 0) AS n FROM sources WHERE run_id = ?', runId) +
  numberOf(database, 'SELECT coalesce(sum(size), 0) AS n FROM exchanges WHERE run_id = ?', runId);

/** Repeats a statement that touches at most {@link stepRows} rows until it touches none. */
async function inSteps(step: () => number): Promise<number> {
  for (let total = 0; ; ) {
    const changes = step();
    if (changes === 0) return total;
    total += changes;
    await breathe();
  }
}

async function forgetRun(database: Database, runId: string, result: RetentionResult): Promise<void> {
  const payloads = database.prepare(`UPDATE sources SET body = NULL WHERE rowid IN (
    SELECT s.rowid FROM sources s WHERE s.run_id = ? AND s.body IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM records r WHERE r.run_id = s.run_id AND r.key = s.key AND r.status IN ${openStatuses}) LIMIT ${stepRows})`);
  const exchanges = database.prepare(
    `DELETE FROM exchanges WHERE id IN (SELECT id FROM exchanges WHERE run_id = ? LIMIT ${stepRows})`,
  );
  const events = database.prepare(
    `DELETE FROM run_events WHERE id IN (SELECT id FROM run_events WHERE run_id = ? LIMIT ${stepRows})`,
  );
  result.runs += 1;
  result.payloads += await inSteps(() => payloads.run(runId).changes);
  result.exchanges += await inSteps(() => exchanges.run(runId).changes);
  result.events += await inSteps(() => events.run(runId).changes);
}

/** Gives free pages back a few at a time. */
async function shrink(database: Database): Promise<number> {
  const pageSize = numberOf(database, 'SELECT page_size AS n FROM pragma_page_size');
  const free = () => numberOf(database, 'SELECT freelist_count AS n FROM pragma_freelist_count');
  const before = free();
  for (let left = before; left > 0; ) {
    database.exec(`PRAGMA incremental_vacuum(${stepRows})`);
    await breathe();
    const now = free();
    if (now >= left) break;
    left = now;
  }
  return Math.max(0, before - free()) * pageSize;
}

async function retain(database: Database, rule: RetentionRule, now: () => number): Promise<RetentionResult> {
  const result: RetentionResult = { runs: 0, payloads: 0, exchanges: 0, events: 0, freedBytes: 0 };
  const finished = database.prepare<{ id: string; started_at: string }>(
    'SELECT id, started_at FROM runs WHERE finished_at IS NOT NULL ORDER BY started_at',
  );
  const cutoff =
    rule.olderThanDays === undefined ? '' : new Date(now() - rule.olderThanDays * 86_400_000).toISOString();
  let bytes = rule.maxBytes === undefined ? 0 : payloadBytes(database) + exchangeBytes(database);
  for (const run of finished.all()) {
    const tooMuch = rule.maxBytes !== undefined && bytes > rule.maxBytes;
    if (run.started_at >= cutoff && !tooMuch) continue;
    const before = runBytes(database, run.id);
    await forgetRun(database, run.id, result);
    bytes -= before - runBytes(database, run.id);
  }
  result.freedBytes = await shrink(database);
  if (result.payloads + result.exchanges + result.events > 0) {
    const detail = `${result.payloads} payloads, ${result.exchanges} requests and ${result.events} events of ${result.runs} runs removed`;
    database.transaction(() => appendAudit(database, { event: 'retention', who: rule.by, detail }, now));
  }
  return result;
}

const damageOf = (database: Database): string[] =>
  database
    .prepare<{ quick_check: string }>('PRAGMA quick_check(20)')
    .all()
    .map((row) => row.quick_check)
    .filter((line) => line !== 'ok');

/** Opens a backup and reads it whole. @throws AppError store.damaged, store.newer, workspace.notFound */
function checkBackup(file: string): void {
  const copy = openDatabase(file, { readOnly: true });
  try {
    pendingMigrations(copy, migrations);
    const [damage] = damageOf(copy);
    if (damage !== undefined) throw new AppError('store.damaged', `The copy ${file} is damaged: ${damage}.`);
  } finally {
    copy.close();
  }
}

/** Makes the maintenance of an open store. */
export function createMaintenance(database: Database, now: () => number, settledNow: () => void): StoreMaintenance {
  return {
    size: async () => {
      settledNow();
      const file = numberOf(database, 'SELECT page_count * page_size AS n FROM pragma_page_count, pragma_page_size');
      return { file, payloads: payloadBytes(database), exchanges: exchangeBytes(database) };
    },
    retain: async (rule) => {
      if (database.readOnly)
        throw new AppError('workspace.readOnly', `Nothing can be removed: ${database.path} can only be read.`);
      settledNow();
      return retain(database, rule, now);
    },
    backup: async (to) => {
      settledNow();
      try {
        await mkdir(dirname(to), { recursive: true });
        const existing = await stat(to).catch(() => undefined);
        if (existing !== undefined)
          throw new AppError('workspace.readOnly', `${to} exists already; a backup never replaces a file.`);
      } catch (thrown) {
        throw storeError(thrown, to);
      }
      await database.backup(to);
      checkBackup(to);
    },
    check: async () => damageOf(database),
  };
}

/**
 * Puts a backup in the place of a workspace's database. The present one is kept beside it; the restored audit chain says so.
 * @returns the name the present database was given, undefined where there was none.
 * @throws AppError workspace.locked, store.damaged, store.newer, store.full, workspace.readOnly
 */
export async function restoreStore(
  folder: string,
  databaseFile: string,
  backupFile: string,
  options: { by: string; now: () => number },
): Promise<string | undefined> {
  checkBackup(backupFile);
  const path = join(folder, databaseFile);
  try {
    await mkdir(folder, { recursive: true });
    const lock = lockWorkspace(folder, join(folder, lockFileName), options.now);
    try {
      const stamp = new Date(options.now()).toISOString().replaceAll(/[:.]/g, '-');
      const replaced = await setAside(path, `${path}.replaced-${stamp}`);
      await copyFile(backupFile, `${path}.restoring`);
      await rename(`${path}.restoring`, path);
      recordRestore(path, options);
      return replaced;
    } finally {
      lock.release();
    }
  } catch (thrown) {
    throw storeError(thrown, path);
  }
}

async function setAside(path: string, to: string): Promise<string | undefined> {
  if ((await stat(path).catch(() => undefined)) === undefined) return undefined;
  for (const suffix of ['-wal', '-shm']) {
    if ((await stat(path + suffix).catch(() => undefined)) !== undefined) await copyFile(path + suffix, to + suffix);
  }
  await rename(path, to);
  for (const suffix of ['-wal', '-shm']) await rm(path + suffix, { force: true });
  return to;
}

function recordRestore(path: string, options: { by: string; now: () => number }): void {
  const database = openDatabase(path);
  try {
    const pending = pendingMigrations(database, migrations);
    if (pending.length > 0) return;
    database.transaction(() =>
      appendAudit(database, { event: 'restored', who: options.by, detail: 'from a backup' }, options.now),
    );
  } finally {
    database.close();
  }
}

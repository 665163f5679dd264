/**
 * The workspace's memory: runs, records, the delivery ledger, watermarks, mapping tables, triggers, inbox and audit chain in one
 * SQLite file. Interfaces are asynchronous and batch-first, so that another database can stand behind them.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../model/error.ts';
import type { PostedHistory, RunRecorder } from '../run/ports.ts';
import { type AuditRepository, createAuditRepository } from './audit-chain.ts';
import { type ClaimBook, createClaimBook } from './claims.ts';
import { type Database, openDatabase, openToLook, storeError } from './database.ts';
import { createDeliveryLedger, type DeliveryLedger } from './deliveries.ts';
import { type AttachmentLedger, createAttachmentLedger } from './delivery-attachments.ts';
import { GroupCommit } from './group-commit.ts';
import { lockFileName, lockWorkspace, type WorkspaceLock } from './lock.ts';
import { createMaintenance, restoreStore, type StoreMaintenance } from './maintenance.ts';
import { migrate, pendingMigrations } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { createOverrideRepository, type OverrideRepository } from './overrides.ts';
import { createPostedHistory } from './posted.ts';
import { StoreRecorder } from './recorder.ts';
import { createRecordRepository, type RecordRepository } from './records.ts';
import { createRunRepository, type RunRepository } from './runs.ts';
import { createTableRepository, type TableRepository } from './tables.ts';
import { createInbox, createTriggerRepository, type Inbox, type TriggerRepository } from './triggers.ts';
import { createWatermarkRepository, type WatermarkRepository } from './watermarks.ts';

/** Name of the database file in a workspace. */
export const databaseFileName = 'costwire.sqlite';

/** How to open a store. */
export interface StoreOptions {
  /** Only look: takes no lock, changes nothing, works beside a running Costwire. */
  readOnly?: boolean;
  /** Clock in milliseconds since 1970; for tests. */
  now?: () => number;
}

/** An open store. Close it: what the recorder holds is written then and the workspace is free for others. */
export interface Store {
  readonly folder: string;
  /** True where asked for, and for databases that this build may not change; `problem` says why. */
  readonly readOnly: boolean;
  readonly problem: AppError | undefined;
  readonly recorder: RunRecorder;
  readonly runs: RunRepository;
  readonly records: RecordRepository;
  readonly posted: Required<PostedHistory>;
  readonly deliveries: DeliveryLedger;
  readonly attachments: AttachmentLedger;
  readonly claims: ClaimBook;
  readonly watermarks: WatermarkRepository;
  readonly tables: TableRepository;
  readonly triggers: TriggerRepository;
  readonly inbox: Inbox;
  readonly overrides: OverrideRepository;
  readonly audit: AuditRepository;
  readonly maintenance: StoreMaintenance;
  /** @throws AppError store.full, workspace.readOnly where the last batch cannot be written; the store is closed all the same */
  close(): Promise<void>;
}

interface Opened {
  database: Database;
  problem: AppError | undefined;
}

const hasCode = (thrown: unknown, code: AppError['code']): thrown is AppError =>
  thrown instanceof AppError && thrown.code === code;

/** Problems for which a database may still be looked at. */
const lookOnly: readonly string[] = ['store.newer', 'store.migrationChanged', 'store.full', 'workspace.readOnly'];

function openToWrite(path: string, now: () => number): Opened {
  const database = openDatabase(path);
  try {
    pendingMigrations(database, migrations);
    migrate(database, migrations, now);
    return { database, problem: undefined };
  } catch (thrown) {
    database.close();
    const problem = thrown instanceof AppError ? thrown : undefined;
    if (problem === undefined || !lookOnly.includes(problem.code)) throw thrown;
    return { database: openDatabase(path, { readOnly: true }), problem };
  }
}

function openToRead(path: string): Opened {
  if (!existsSync(path)) throw new AppError('workspace.notFound', `There is no Costwire database at ${path}.`);
  const database = openToLook(path);
  try {
    const pending = pendingMigrations(database, migrations);
    const older = new AppError(
      'workspace.readOnly',
      `The database ${path} is from an older Costwire and not yet brought up to date.`,
      { hint: 'Open the workspace with this Costwire once, or run a flow: that brings the database up to date.' },
    );
    if (pending.length > 0) throw older;
    return { database, problem: undefined };
  } catch (thrown) {
    if (hasCode(thrown, 'store.newer')) return { database, problem: thrown };
    database.close();
    throw thrown;
  }
}

const onlyToLook = (folder: string, cause: AppError): AppError =>
  new AppError(
    'workspace.readOnly',
    `The workspace ${folder} may not be written with your rights: its history can be read, nothing can be run or saved.`,
    { cause },
  );

function storeOver(folder: string, opened: Opened, lock: WorkspaceLock | undefined, now: () => number): Store {
  const { database, problem } = opened;
  const recorder = new StoreRecorder(database, now);
  const settledNow = () => recorder.close();
  const commits = new GroupCommit(database);
  return {
    folder,
    readOnly: database.readOnly,
    problem,
    recorder,
    runs: createRunRepository(database),
    records: createRecordRepository(database, now, settledNow),
    posted: createPostedHistory(database, settledNow),
    deliveries: createDeliveryLedger(database, now, commits),
    attachments: createAttachmentLedger(database, now, commits),
    claims: createClaimBook(database),
    watermarks: createWatermarkRepository(database, now),
    tables: createTableRepository(database, now),
    triggers: createTriggerRepository(database, now),
    inbox: createInbox(database, now),
    overrides: createOverrideRepository(database, now),
    audit: createAuditRepository(database, now),
    maintenance: createMaintenance(database, now, settledNow),
    close: async () => {
      try {
        commits.close();
        recorder.close();
      } finally {
        database.close();
        lock?.release();
      }
    },
  };
}

/**
 * Opens the store of a workspace folder; makes both where they are missing, unless it shall only be read. A folder that may not be
 * written opens to be read, and `problem` says so.
 * @throws AppError workspace.locked (another Costwire uses it), workspace.notFound, workspace.readOnly, store.damaged, store.full
 */
export async function openStore(folder: string, options: StoreOptions = {}): Promise<Store> {
  const now = options.now ?? Date.now;
  const path = join(folder, databaseFileName);
  if (options.readOnly === true) return storeOver(folder, openToRead(path), undefined, now);
  try {
    await mkdir(folder, { recursive: true });
  } catch (thrown) {
    throw storeError(thrown, folder);
  }
  let lock: WorkspaceLock;
  try {
    lock = lockWorkspace(folder, join(folder, lockFileName), now);
  } catch (thrown) {
    // Who may not write there can still look: history is readable, nothing can be run or saved.
    if (!hasCode(thrown, 'workspace.readOnly') || !existsSync(path)) throw thrown;
    const { database, problem } = openToRead(path);
    return storeOver(folder, { database, problem: problem ?? onlyToLook(folder, thrown) }, undefined, now);
  }
  try {
    return storeOver(folder, openToWrite(path, now), lock, now);
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
}

/**
 * Puts a backup in the place of a workspace's database; the present one is kept beside it.
 * @returns the path the present database was moved to, undefined where there was none.
 * @throws AppError workspace.locked, store.damaged, store.newer, store.full, workspace.readOnly
 */
export const restore = (
  folder: string,
  backupFile: string,
  by: string,
  now: () => number = Date.now,
): Promise<string | undefined> => restoreStore(folder, databaseFileName, backupFile, { by, now });

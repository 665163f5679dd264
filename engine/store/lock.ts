/**
 * One writer per workspace. The lock is a file lock that the operating system drops when its process dies, so a killed Costwire
 * never leaves a stale one; the file beside it only says who holds it.
 */
import { hostname } from 'node:os';
import { AppError } from '../model/error.ts';
import { type Database, openDatabase } from './database.ts';

/** Name of the lock file in a workspace. */
export const lockFileName = 'costwire.lock';

/** A held lock. */
export interface WorkspaceLock {
  release(): void;
}

interface HolderRow {
  pid: number;
  host: string;
  since: string;
}

const isLocked = (thrown: unknown): boolean => thrown instanceof AppError && thrown.code === 'workspace.locked';

function lockedError(database: Database, folder: string): AppError {
  const holder = database.prepare<HolderRow>('SELECT pid, host, since FROM holder').get();
  if (holder === undefined) return new AppError('workspace.locked', `Another Costwire is opening ${folder}.`);
  const place = holder.host === hostname() ? '' : ` on ${holder.host}`;
  return new AppError(
    'workspace.locked',
    `The workspace ${folder} is in use by process ${holder.pid}${place} since ${holder.since}.`,
  );
}

/** Keeps the lock's transaction open for as long as the process lives: that is the lock. */
function hold(database: Database, now: () => number): void {
  database.exec('BEGIN IMMEDIATE');
  database.exec(
    'CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL, host TEXT NOT NULL, since TEXT NOT NULL) STRICT',
  );
  database.exec('DELETE FROM holder');
  database
    .prepare('INSERT INTO holder (pid, host, since) VALUES (?, ?, ?)')
    .run(process.pid, hostname(), new Date(now()).toISOString());
  database.exec('COMMIT');
  // Others may read the holder while this reserved lock is held, but not take it.
  database.exec('BEGIN IMMEDIATE');
}

/**
 * Takes the workspace lock.
 * @throws AppError workspace.locked naming the process that holds it and since when; workspace.readOnly, store.full
 */
export function lockWorkspace(folder: string, path: string, now: () => number): WorkspaceLock {
  const database = openDatabase(path, { journal: 'delete', busyTimeoutMs: 0 });
  try {
    hold(database, now);
  } catch (thrown) {
    const error = isLocked(thrown) ? lockedError(database, folder) : thrown;
    database.close();
    throw error;
  }
  return { release: () => database.close() };
}

/** Brings a database to the schema of this build: each migration in one transaction, after a backup, never backwards. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { AppError } from '../model/error.ts';
import type { Database } from './database.ts';
import type { Migration } from './migrations/index.ts';

interface AppliedRow {
  number: number;
  name: string;
  hash: string;
}

/** Hash of a migration, line ends aside. */
export const migrationHash = (migration: Migration): string =>
  createHash('sha256').update(migration.sql.replaceAll('\r\n', '\n')).digest('hex');

function appliedMigrations(database: Database): AppliedRow[] {
  const table = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'").get();
  if (table === undefined) return [];
  return database.prepare<AppliedRow>('SELECT number, name, hash FROM migrations ORDER BY number').all();
}

/**
 * Which migrations are still to be applied.
 * @throws AppError store.newer (made by a newer Costwire), store.migrationChanged (an applied one was edited)
 */
export function pendingMigrations(database: Database, migrations: readonly Migration[]): Migration[] {
  const applied = appliedMigrations(database);
  for (const row of applied) {
    const known = migrations.find((migration) => migration.number === row.number);
    if (known === undefined) {
      throw new AppError('store.newer', `The database ${database.path} was written by a newer Costwire.`);
    }
    if (migrationHash(known) !== row.hash) {
      throw new AppError(
        'store.migrationChanged',
        `The step “${row.name}” of the database ${database.path} is not the one this Costwire knows.`,
      );
    }
  }
  const done = new Set(applied.map((row) => row.number));
  return migrations.filter((migration) => !done.has(migration.number));
}

function freeBackupName(path: string, number: number): string {
  for (let copy = 1; ; copy += 1) {
    const name = `${path}.before-${number}${copy === 1 ? '' : `-${copy}`}.bak`;
    if (!existsSync(name)) return name;
  }
}

/**
 * Applies what is pending. A database that holds something is copied first; a failing step is rolled back whole.
 * @throws AppError store.newer, store.migrationChanged, store.full, store.damaged, workspace.readOnly
 */
export function migrate(database: Database, migrations: readonly Migration[], now: () => number): void {
  const pending = pendingMigrations(database, migrations);
  const first = pending[0];
  if (first === undefined) return;
  const fresh = database.prepare('SELECT name FROM sqlite_schema LIMIT 1').get() === undefined;
  if (!fresh) database.prepare('VACUUM INTO ?').run(freeBackupName(database.path, first.number));
  for (const migration of pending) {
    database.transaction(() => {
      database.exec(`CREATE TABLE IF NOT EXISTS migrations
        (number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT`);
      database.exec(migration.sql);
      database
        .prepare('INSERT INTO migrations (number, name, hash, applied_at) VALUES (?, ?, ?, ?)')
        .run(migration.number, migration.name, migrationHash(migration), new Date(now()).toISOString());
    });
  }
}

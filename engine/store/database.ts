/**
 * The one place that knows better-sqlite3. Everything above works with {@link Database}: prepared statements, transactions and
 * errors that an analyst can act on.
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { AppError } from '../model/error.ts';

/** A value bound to a statement. Money is bound as text. */
export type Parameter = string | number | bigint | null | Uint8Array;

/** A prepared statement. Rows come back as the type the caller states beside the SQL. */
export interface Statement<Row> {
  /** Runs it. `changes`: rows touched. */
  run(...parameters: Parameter[]): { changes: number };
  get(...parameters: Parameter[]): Row | undefined;
  all(...parameters: Parameter[]): Row[];
  iterate(...parameters: Parameter[]): IterableIterator<Row>;
}

/** An open SQLite file. */
export interface Database {
  readonly path: string;
  readonly readOnly: boolean;
  /** Prepares a statement; the same text is prepared once. */
  prepare<Row = unknown>(sql: string): Statement<Row>;
  /** Runs `work` in one immediate transaction: all of it or nothing. Nested calls join the outer one. */
  transaction<Result>(work: () => Result): Result;
  exec(sql: string): void;
  /** Copies the whole database to a new file while others go on reading and writing. */
  backup(to: string): Promise<void>;
  close(): void;
}

/** How to open a file. */
export interface DatabaseOptions {
  readOnly?: boolean;
  /** Milliseconds to wait for another process's write. */
  busyTimeoutMs?: number;
  /** Journal: `wal` for the workspace, `delete` for the lock file. */
  journal?: 'wal' | 'delete';
}

/** Prepared statements that are kept; filters with many values make texts of their own. */
const maxStatements = 300;

const errorCode = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';

/**
 * What SQLite or the file system said, as an error with a remedy.
 * @returns AppError store.full, store.damaged, store.failed, workspace.readOnly, workspace.locked; others unchanged.
 */
export function storeError(thrown: unknown, path: string): unknown {
  if (thrown instanceof AppError) return thrown;
  const code = errorCode(thrown);
  const details = { cause: thrown };
  // SQLite tells a full disk apart, but a quota or a size limit only as a failed write.
  if (/^(SQLITE_FULL|SQLITE_IOERR_WRITE|SQLITE_IOERR_SHM.*|ENOSPC|EDQUOT|EFBIG)$/.test(code)) {
    return new AppError('store.full', `The disk that holds ${path} is full or over its quota.`, details);
  }
  if (/^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|SQLITE_AUTH|EROFS|EACCES|EPERM)/.test(code)) {
    return new AppError('workspace.readOnly', `Costwire cannot write to ${path}.`, details);
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new AppError('store.damaged', `The database ${path} is damaged. Nothing was deleted.`, details);
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new AppError('workspace.locked', `Another process is writing to ${path}.`, details);
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return new AppError('store.failed', `The disk that holds ${path} did not answer as it should.`, details);
  }
  return thrown;
}

class WrappedStatement<Row> implements Statement<Row> {
  private readonly inner: BetterSqlite.Statement<Parameter[], Row>;
  private readonly path: string;

  constructor(inner: BetterSqlite.Statement<Parameter[], Row>, path: string) {
    this.inner = inner;
    this.path = path;
  }

  run(...parameters: Parameter[]): { changes: number } {
    try {
      return this.inner.run(...parameters);
    } catch (thrown) {
      throw storeError(thrown, this.path);
    }
  }

  get(...parameters: Parameter[]): Row | undefined {
    try {
      return this.inner.get(...parameters);
    } catch (thrown) {
      throw storeError(thrown, this.path);
    }
  }

  all(...parameters: Parameter[]): Row[] {
    try {
      return this.inner.all(...parameters);
    } catch (thrown) {
      throw storeError(thrown, this.path);
    }
  }

  *iterate(...parameters: Parameter[]): IterableIterator<Row> {
    try {
      yield* this.inner.iterate(...parameters);
    } catch (thrown) {
      throw storeError(thrown, this.path);
    }
  }
}

class SqliteDatabase implements Database {
  readonly path: string;
  readonly readOnly: boolean;
  private readonly inner: BetterSqlite.Database;
  private readonly statements = new Map<string, Statement<unknown>>();

  constructor(path: string, options: DatabaseOptions) {
    this.path = path;
    this.readOnly = options.readOnly ?? false;
    this.inner = new BetterSqlite(path, {
      readonly: this.readOnly,
      fileMustExist: this.readOnly,
      timeout: options.busyTimeoutMs ?? 5_000,
    });
    if (!this.readOnly && options.journal !== 'delete') {
      // Must come before the first table: it lets free pages be given back bit by bit instead of by one long VACUUM.
      this.inner.pragma('auto_vacuum = INCREMENTAL');
      this.inner.pragma('journal_mode = WAL');
      // FULL: what is committed survives a power cut, which the intent before a write relies on.
      this.inner.pragma('synchronous = FULL');
      this.inner.pragma('journal_size_limit = 67108864');
      // Pages that many small commits touch again and again go to the file once per 16 MB of journal, not once per 4.
      this.inner.pragma('wal_autocheckpoint = 4000');
    }
    // The system caches the file too: 4 MB of pages of our own (and 1 MB of temporary ones) are as fast as the 16 of the default.
    this.inner.pragma('cache_size = -4000');
    this.inner.pragma('temp.cache_size = -1000');
    this.inner.pragma('foreign_keys = ON');
    // The schema is read here, so that a file that is no database is noticed on opening.
    this.inner.pragma('schema_version');
  }

  prepare<Row>(sql: string): Statement<Row> {
    const known = this.statements.get(sql);
    // The row type is the caller's word on what its SQL gives: the schema edge of the database.
    if (known !== undefined) return known as Statement<Row>;
    try {
      const statement = new WrappedStatement(this.inner.prepare<Parameter[], Row>(sql), this.path);
      if (this.statements.size < maxStatements) this.statements.set(sql, statement);
      return statement;
    } catch (thrown) {
      throw storeError(thrown, this.path);
    }
  }

  transaction<Result>(work: () => Result): Result {
    if (this.inner.inTransaction) return work();
    try {
      return this.inner.transaction(work).immediate();
    } catch (thrown) {
      throw storeError(thrown, this.path);
    }
  }

  exec(sql: string): void {
    try {
      this.inner.exec(sql);
    } catch (thrown) {
      throw storeError(thrown, this.path);
    }
  }

  async backup(to: string): Promise<void> {
    try {
      await this.inner.backup(to);
    } catch (thrown) {
      throw storeError(thrown, to);
    }
  }

  close(): void {
    this.inner.close();
  }
}

/**
 * Opens a SQLite file.
 * @throws AppError store.damaged, store.full, store.failed, workspace.readOnly, workspace.locked
 */
export function openDatabase(path: string, options: DatabaseOptions = {}): Database {
  try {
    return new SqliteDatabase(path, options);
  } catch (thrown) {
    throw storeError(thrown, path);
  }
}

/**
 * Opens a SQLite file only to look. A database in WAL mode needs files beside it, even to be read: where they cannot be made, a
 * copy in the temporary folder is looked at instead and removed on closing. No other process has it open then, since its files
 * would be there.
 * @throws AppError as {@link openDatabase}
 * @source https://www.sqlite.org/wal.html#read_only_databases (read 2026-11-21)
 */
export function openToLook(path: string): Database {
  try {
    return openDatabase(path, { readOnly: true });
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'workspace.readOnly') throw thrown;
    return openCopy(path);
  }
}

function openCopy(path: string): Database {
  const folder = mkdtempSync(join(tmpdir(), 'costwire-look-'));
  const forget = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, basename(path));
    for (const suffix of ['', '-wal']) if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix);
    const database = openDatabase(copy, { readOnly: true });
    const close = database.close.bind(database);
    return Object.assign(database, {
      close: () => {
        close();
        forget();
      },
    });
  } catch (thrown) {
    forget();
    throw storeError(thrown, path);
  }
}

/**
 * Takes what happens in a run and writes it by the hundreds, one transaction a batch. A failed write is kept and thrown by the
 * next call: nothing is lost silently.
 */
import type { Exchange } from '../model/connector.ts';
import { AppError } from '../model/error.ts';
import type { FlowDocument } from '../model/flow.ts';
import type { WireRecord } from '../model/record.ts';
import type { PartialOutcome, RecordOutcome, RunEvent, RunSummary, Voucher } from '../model/run.ts';
import type { RunRecorder } from '../run/ports.ts';
import { contentHash, writeOptionalJson } from './canonical.ts';
import type { Database, Statement } from './database.ts';

/** Rows that wait before a batch is written. */
const batchSize = 500;
/** An exchange with its bodies takes the room of several rows. */
const rowsOfExchange = 4;
/** Longest time a row waits, in milliseconds: what a killed process can lose of its history, never of its ledger. */
const longestWaitMs = 250;
const replaceOutcome = `INSERT OR REPLACE INTO records (run_id, key, node_id, status, reason, code, business_key, label, scope_id,
  amount, currency, target_number, settled_at, origin, target, error, note, parts)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

interface Statements {
  source: Statement<unknown>;
  known: Statement<{ key: string }>;
  outcome: Statement<unknown>;
  exchange: Statement<unknown>;
  event: Statement<unknown>;
  voucher: Statement<unknown>;
  run: Statement<unknown>;
  flow: Statement<unknown>;
  parts: Statement<unknown>;
  forgetParts: Statement<unknown>;
}

const prepareAll = (database: Database): Statements => ({
  source: database.prepare(
    'INSERT OR REPLACE INTO sources (run_id, node_id, key, origin, body) VALUES (?, ?, ?, ?, ?)',
  ),
  known: database.prepare(
    'SELECT key FROM sources WHERE run_id = ? AND node_id = ? AND key IN (SELECT value FROM json_each(?))',
  ),
  outcome: database.prepare(replaceOutcome),
  exchange: database.prepare(`INSERT INTO exchanges
    (run_id, record_key, at, system, operation, method, url, status, duration_ms, size, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
  event: database.prepare('INSERT INTO run_events (run_id, at, type, body) VALUES (?, ?, ?, ?)'),
  voucher: database.prepare(
    'INSERT OR REPLACE INTO vouchers (run_id, key, business_key, target, vendor_name, body) VALUES (?, ?, ?, ?, ?, ?)',
  ),
  run: database.prepare(`INSERT INTO runs (id, flow_id, flow_name, flow_version, flow_hash, kind, status, started_at,
    finished_at, started_by, counts, amounts, error, table_versions, basis) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET status = excluded.status, finished_at = excluded.finished_at, counts = excluded.counts,
    amounts = excluded.amounts, error = excluded.error, table_versions = excluded.table_versions`),
  flow: database.prepare(
    'INSERT OR IGNORE INTO flow_documents (hash, flow_id, version, document, stored_at) VALUES (?, ?, ?, ?, ?)',
  ),
  parts: database.prepare('INSERT INTO record_parts (run_id, key, body) VALUES (?, ?, ?)'),
  forgetParts: database.prepare('DELETE FROM record_parts WHERE run_id = ?'),
});

/** Writes one outcome; the latest word on a record at a node replaces the one before. */
export function writeOutcome(statement: Statement<unknown>, outcome: RecordOutcome, at: string): void {
  const { origin, error } = outcome;
  statement.run(
    outcome.runId,
    outcome.key,
    outcome.nodeId,
    outcome.status,
    error?.reason ?? null,
    error?.code ?? null,
    outcome.businessKey ?? null,
    origin.label ?? null,
    origin.scope?.id ?? null,
    outcome.amount ?? null,
    outcome.currency ?? null,
    outcome.target?.number ?? null,
    at,
    JSON.stringify(origin),
    writeOptionalJson(outcome.target),
    writeOptionalJson(error),
    outcome.note ?? null,
    writeOptionalJson(outcome.parts),
  );
}

/** The SQL that {@link writeOutcome} runs. */
export const outcomeSql = replaceOutcome;

const sourceId = (runId: string, nodeId: string, key: string): string => `${runId} ${nodeId} ${key}`;

/** The recorder of a workspace: shared by all runs of the process. */
export class StoreRecorder implements RunRecorder {
  private readonly database: Database;
  private readonly now: () => number;
  private prepared: Statements | undefined;
  private queue: (() => void)[] = [];
  private queued = 0;
  /** Source records that are not written yet. */
  private readonly waitingSources = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private failure: unknown;

  constructor(database: Database, now: () => number) {
    this.database = database;
    this.now = now;
  }

  /** Prepared at the first write: a database that may only be looked at can have another shape. */
  private get statements(): Statements {
    this.prepared ??= prepareAll(this.database);
    return this.prepared;
  }

  /** @throws AppError store.full, workspace.readOnly, store.newer */
  start(run: RunSummary, document?: FlowDocument): Promise<void> {
    return this.durably(() => this.writeRun(run, document));
  }

  sources(runId: string, nodeId: string, records: readonly WireRecord[]): void {
    for (const { key } of records) this.waitingSources.add(sourceId(runId, nodeId, key));
    this.enqueue(records.length, () => {
      for (const { key, origin, value } of records) {
        this.statements.source.run(runId, nodeId, key, JSON.stringify(origin), JSON.stringify(value));
      }
    });
  }

  async known(runId: string, nodeId: string, keys: readonly string[]): Promise<ReadonlySet<string>> {
    const waiting = keys.filter((key) => this.waitingSources.has(sourceId(runId, nodeId, key)));
    const written = this.statements.known.all(runId, nodeId, JSON.stringify(keys));
    return new Set([...waiting, ...written.map(({ key }) => key)]);
  }

  /** @throws AppError store.full, workspace.readOnly */
  parts(outcome: PartialOutcome): void {
    this.write(() => this.statements.parts.run(outcome.runId, outcome.key, JSON.stringify(outcome)));
  }

  settle(outcome: RecordOutcome): void {
    this.enqueue(1, () => writeOutcome(this.statements.outcome, outcome, this.instant()));
  }

  exchange(runId: string, recordKey: string | undefined, exchange: Exchange): void {
    this.enqueue(rowsOfExchange, () => {
      const body = JSON.stringify(exchange);
      const { at, system, operation, method, url, status, durationMs } = exchange;
      const key = recordKey ?? null;
      const duration = Math.round(durationMs);
      this.statements.exchange.run(
        runId,
        key,
        at,
        system,
        operation,
        method,
        url,
        status ?? null,
        duration,
        body.length,
        body,
      );
    });
  }

  event(event: RunEvent): void {
    this.enqueue(1, () => this.statements.event.run(event.runId, event.at, event.type, JSON.stringify(event)));
  }

  vouchers(runId: string, vouchers: readonly Voucher[]): void {
    this.enqueue(vouchers.length, () => {
      for (const voucher of vouchers) {
        const name = voucher.vendorName ?? voucher.vendor ?? null;
        const { system, resource, connection } = voucher.target;
        const target = `${system} ${resource} ${connection}`;
        this.statements.voucher.run(runId, voucher.key, voucher.businessKey, target, name, JSON.stringify(voucher));
      }
    });
  }

  flush(): Promise<void> {
    return this.durably(() => undefined);
  }

  finish(run: RunSummary): Promise<void> {
    return this.durably(() => {
      this.writeRun(run);
      // Every record has its outcome now.
      this.statements.forgetParts.run(run.id);
    });
  }

  /** Writes what waits and stops the timer. @throws AppError store.full, workspace.readOnly */
  close(): void {
    this.write();
  }

  private durably(last: () => void): Promise<void> {
    try {
      this.write(last);
      return Promise.resolve();
    } catch (thrown) {
      return Promise.reject(thrown instanceof Error ? thrown : new AppError('internal.defect', String(thrown)));
    }
  }

  private enqueue(rows: number, write: () => void): void {
    this.throwFailure();
    this.queue.push(write);
    this.queued += rows;
    if (this.queued >= batchSize) this.write();
    else this.timer ??= setTimeout(() => this.writeInBackground(), longestWaitMs).unref();
  }

  private writeInBackground(): void {
    try {
      this.write();
    } catch (thrown) {
      // No caller waits here: the next call throws it.
      this.failure = thrown;
    }
  }

  private throwFailure(): void {
    if (this.failure === undefined) return;
    const failure = this.failure;
    this.failure = undefined;
    throw failure;
  }

  private write(last?: () => void): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.throwFailure();
    if (this.queue.length === 0 && last === undefined) return;
    this.database.transaction(() => {
      for (const write of this.queue) write();
      last?.();
    });
    this.queue = [];
    this.queued = 0;
    this.waitingSources.clear();
  }

  private writeRun(run: RunSummary, document?: FlowDocument): void {
    const flowHash = document === undefined ? null : contentHash(document);
    if (document !== undefined && flowHash !== null) {
      this.statements.flow.run(flowHash, document.id, document.version, JSON.stringify(document), this.instant());
    }
    this.statements.run.run(
      run.id,
      run.flowId,
      run.flowName,
      run.flowVersion,
      flowHash,
      run.kind,
      run.status,
      run.startedAt,
      run.finishedAt ?? null,
      run.startedBy,
      JSON.stringify(run.counts),
      JSON.stringify(run.amounts),
      writeOptionalJson(run.error),
      JSON.stringify(run.tableVersions),
      writeOptionalJson(run.basis),
    );
  }

  private instant(): string {
    return new Date(this.now()).toISOString();
  }
}

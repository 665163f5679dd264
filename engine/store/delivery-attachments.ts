/** The part of the delivery ledger that is about files: one row per document and file of the source, written before it is sent. */
import type { AppErrorData } from '../model/error.ts';
import { readOptionalJson, writeOptionalJson } from './canonical.ts';
import type { Database } from './database.ts';
import type { DeliveryKey } from './deliveries.ts';
import type { GroupCommit } from './group-commit.ts';

/** A file of a document. `refused`: the target or the source will not have it, and no run tries again by itself. */
export interface AttachmentRow extends DeliveryKey {
  /** System and id of the file in the source, such as `procore/4711`. */
  source: string;
  /** Its name in the target, once known; before, as the source calls it. */
  name: string;
  state: 'intent' | 'attached' | 'failed' | 'refused';
  attempts: number;
  /** In bytes. */
  size?: number;
  error?: AppErrorData;
  runId: string;
}

/** The ledger of files. */
export interface AttachmentLedger {
  /** Files of a document that were ever tried. */
  of(key: DeliveryKey): Promise<AttachmentRow[]>;
  /** Writes what became of a file, durable when it returns, and notes it in the history of the delivery. @throws AppError store.full */
  step(row: AttachmentRow): Promise<void>;
}

interface TableRow {
  connection_id: string;
  resource: string;
  business_key: string;
  source: string;
  name: string;
  state: AttachmentRow['state'];
  attempts: number;
  size: number | null;
  error: string | null;
  run_id: string;
}

const events = {
  intent: 'attachIntent',
  attached: 'attached',
  failed: 'attachFailed',
  refused: 'attachRefused',
} as const;

function attachmentOf(row: TableRow): AttachmentRow {
  const error = readOptionalJson<AppErrorData>(row.error);
  return {
    connectionId: row.connection_id,
    resource: row.resource,
    businessKey: row.business_key,
    source: row.source,
    name: row.name,
    state: row.state,
    attempts: row.attempts,
    runId: row.run_id,
    ...(row.size === null ? {} : { size: row.size }),
    ...(error === undefined || error === null ? {} : { error }),
  };
}

/** Makes the ledger of files. */
export function createAttachmentLedger(database: Database, now: () => number, commits: GroupCommit): AttachmentLedger {
  const step = (row: AttachmentRow): void => {
    const at = new Date(now()).toISOString();
    database
      .prepare(
        `INSERT OR REPLACE INTO delivery_attachments
           (connection_id, resource, business_key, source, name, state, attempts, size, error, run_id, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        row.connectionId,
        row.resource,
        row.businessKey,
        row.source,
        row.name,
        row.state,
        row.attempts,
        row.size ?? null,
        writeOptionalJson(row.error),
        row.runId,
        at,
      );
    database
      .prepare(
        `INSERT INTO attempts (delivery_id, run_id, at, effect, event, detail)
         SELECT id, ?, ?, 'attach', ?, ? FROM deliveries WHERE connection_id = ? AND resource = ? AND business_key = ?`,
      )
      .run(
        row.runId,
        at,
        events[row.state],
        row.error === undefined ? row.name : `${row.name}: ${row.error.message}`,
        row.connectionId,
        row.resource,
        row.businessKey,
      );
  };
  return {
    of: async (key) =>
      database
        .prepare<TableRow>(
          'SELECT * FROM delivery_attachments WHERE connection_id = ? AND resource = ? AND business_key = ? ORDER BY source',
        )
        .all(key.connectionId, key.resource, key.businessKey)
        .map(attachmentOf),
    step: (row) => commits.run(() => step(row), row.state !== 'intent'),
  };
}

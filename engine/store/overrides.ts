/** Overrides: what a person changed in a source record before it was processed again, with who and why. */
import { AppError } from '../model/error.ts';
import { appendAudit } from './audit-chain.ts';
import type { Database } from './database.ts';

/** A change to one field of one record. */
export interface Override {
  recordKey: string;
  field: string;
  before?: string;
  after: string;
  by: string;
  why: string;
}

/** Keeps overrides. */
export interface OverrideRepository {
  /** Records the overrides of a replay, each with its audit entry. @throws AppError replay.reasonMissing */
  record(runId: string, overrides: readonly Override[]): Promise<void>;
  ofRun(runId: string): Promise<(Override & { at: string })[]>;
}

interface OverrideRow {
  record_key: string;
  field: string;
  before: string | null;
  after: string;
  changed_by: string;
  why: string;
  at: string;
}

/** Makes the repository. */
export function createOverrideRepository(database: Database, now: () => number): OverrideRepository {
  return {
    record: async (runId, overrides) => {
      const insert = database.prepare(
        'INSERT INTO overrides (run_id, record_key, field, before, after, changed_by, why, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      );
      const at = new Date(now()).toISOString();
      database.transaction(() => {
        for (const { recordKey, field, before, after, by, why } of overrides) {
          if (why.trim() === '' || by.trim() === '') {
            throw new AppError('replay.reasonMissing', `The change of ${field} in ${recordKey} needs a reason.`);
          }
          insert.run(runId, recordKey, field, before ?? null, after, by, why, at);
          const detail = `${field}: ${before ?? 'blank'} → ${after}. ${why}`;
          appendAudit(database, { event: 'override', who: by, runId, recordKey, detail }, now);
        }
      });
    },
    ofRun: async (runId) =>
      database
        .prepare<OverrideRow>('SELECT * FROM overrides WHERE run_id = ? ORDER BY id')
        .all(runId)
        .map((row) => ({
          recordKey: row.record_key,
          field: row.field,
          ...(row.before === null ? {} : { before: row.before }),
          after: row.after,
          by: row.changed_by,
          why: row.why,
          at: row.at,
        })),
  };
}

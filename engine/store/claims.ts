/**
 * Which record of a run claimed a business key first. Kept in a temporary table of SQLite, so that a run of a million records needs
 * no more memory than one of a thousand; gone with the process.
 */
import type { Database } from './database.ts';

/** A record that claims a business key. */
export interface Claimant {
  /** Record key. */
  key: string;
  /** What people call the record. */
  label: string;
}

/** A business key in a target. */
export interface ClaimedPlace {
  connectionId: string;
  resource: string;
  businessKey: string;
}

/** Claims of the runs under way. */
export interface ClaimBook {
  /** Notes a claim in the book of a run. @returns who claimed the place first in this run: the given one, or an earlier one. */
  first(run: string, place: ClaimedPlace, claimant: Claimant): Claimant;
  /** Lets go of the claims of a run that is over. */
  forget(run: string): void;
}

const table = `CREATE TEMP TABLE IF NOT EXISTS claims (
  run TEXT NOT NULL, connection_id TEXT NOT NULL, resource TEXT NOT NULL, business_key TEXT NOT NULL, record_key TEXT NOT NULL,
  label TEXT NOT NULL, PRIMARY KEY (run, connection_id, resource, business_key)
) STRICT, WITHOUT ROWID`;
const insert = 'INSERT INTO temp.claims VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING';
const select = `SELECT record_key, label FROM temp.claims
  WHERE run = ? AND connection_id = ? AND resource = ? AND business_key = ?`;

/** Makes the book. The table is made at the first claim. */
export function createClaimBook(database: Database): ClaimBook {
  let made = false;
  return {
    first(run, { connectionId, resource, businessKey }, { key, label }) {
      if (!made) database.exec(table);
      made = true;
      const place = [run, connectionId, resource, businessKey] as const;
      if (database.prepare(insert).run(...place, key, label).changes > 0) return { key, label };
      const row = database.prepare<{ record_key: string; label: string }>(select).get(...place);
      return row === undefined ? { key, label } : { key: row.record_key, label: row.label };
    },
    forget(run) {
      if (made) database.prepare('DELETE FROM temp.claims WHERE run = ?').run(run);
    },
  };
}

/**
 * What became of parts of records of a run under way, beside what the ledger knows; gone when the run has ended. Never edit: add a
 * migration.
 */
export const recordParts = `
CREATE TABLE record_parts (
  id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX record_parts_by_record ON record_parts (run_id, key, id);
`;

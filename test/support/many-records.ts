/** Very many records of a run, written at once by SQLite. */
import { AppError } from '../../engine/model/error.ts';
import type { Database } from '../../engine/store/database.ts';

const unmapped = JSON.stringify(new AppError('mapping.unmappedCode', 'The cost code 03-300 has no account.').toJSON());

/** Adds records 1 … `count` to a run: every hundredth held, one of each thousand failed, the others posted; amounts n.10 USD. */
export function manyRecords(database: Database, runId: string, count: number): void {
  database
    .prepare(
      `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
       INSERT INTO records (run_id, key, node_id, status, amount, currency, settled_at, label, origin, error)
       SELECT ?, 'procore:requisitions:' || n, 'post',
         CASE WHEN n % 100 = 0 THEN 'held' WHEN n % 1000 = 1 THEN 'failed' ELSE 'posted' END,
         n || '.10', 'USD', '2026-03-01T10:00:00.000Z', 'INV-' || n,
         json_object('system', 'procore', 'resource', 'requisitions', 'id', CAST(n AS TEXT), 'label', 'INV-' || n,
           'scope', json_object('kind', 'project', 'id', 'p1', 'label', 'Riverside tower')),
         CASE WHEN n % 100 = 0 THEN ? END
       FROM numbers`,
    )
    .run(count, runId, unmapped);
}

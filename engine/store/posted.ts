/** What runs of a flow posted, from the history of records: the other side of what a source still has. */
import type { Fields, Origin } from '../model/record.ts';
import type { PostedHistory, PostedRecord } from '../run/ports.ts';
import { readJson, readOptionalJson } from './canonical.ts';
import type { Database } from './database.ts';

interface PostedRow {
  key: string;
  origin: string;
  body: string | null;
  amount: string | null;
  currency: string | null;
  target_number: string | null;
}

/** The newest posting of each record; the payload is that of the run which posted it. */
const columns = `r.key, r.origin, r.amount, r.currency, r.target_number, max(r.id),
  (SELECT s.body FROM sources s WHERE s.run_id = r.run_id AND s.key = r.key LIMIT 1) AS body`;
const postedByFlow = "r.status = 'posted' AND EXISTS (SELECT 1 FROM runs u WHERE u.id = r.run_id AND u.flow_id = ?)";

const someSql = `SELECT ${columns} FROM json_each(?) wanted JOIN records r ON r.key = wanted.value
  WHERE ${postedByFlow} GROUP BY r.key`;

/**
 * Deleted records are told again by every run, because the next read of changes does not cover them any more, until somebody replays
 * them: that posts nothing, for they are unchanged, and says that a person has seen to it. The statuses that are left out are those of
 * a partial index, which is not used unless they are named.
 */
const unreadSql = `WITH gone AS (
    SELECT key, max(id) AS id FROM records
    WHERE status NOT IN ('posted', 'skipped', 'ignored') AND status = 'held' AND reason = 'approval' AND code = 'delivery.goneFromSource' GROUP BY key
  ), settled AS (
    SELECT gone.key FROM gone JOIN records later ON later.key = gone.key AND later.id > gone.id
    JOIN runs u ON u.id = later.run_id AND u.kind = 'replay'
  )
  SELECT ${columns} FROM records r
  WHERE r.key >= ? AND r.key < ? AND ${postedByFlow}
    AND EXISTS (SELECT 1 FROM json_each(?) scope WHERE scope.value ->> 'id' = r.scope_id
      AND (scope.value ->> 'since' IS NULL OR julianday(r.origin ->> 'updatedAt') > julianday(scope.value ->> 'since')
        OR r.key IN (SELECT key FROM gone)))
    AND r.key NOT IN (SELECT key FROM settled)
    AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.run_id = ? AND s.node_id = ? AND s.key = r.key)
  GROUP BY r.key`;

const lastReadSql = `SELECT DISTINCT s.origin, s.body FROM json_each(?) wanted JOIN records r ON r.key = wanted.value
  JOIN sources s ON s.run_id = r.run_id AND s.node_id = ? AND s.key = r.key
  WHERE s.body IS NOT NULL AND r.run_id = (
    SELECT x.run_id FROM records x JOIN runs u ON u.id = x.run_id WHERE x.key = r.key AND u.flow_id = ? ORDER BY x.id DESC LIMIT 1
  ) AND NOT EXISTS (
    SELECT 1 FROM records y WHERE y.run_id = r.run_id AND y.key = r.key AND y.status NOT IN ('posted', 'skipped')
  )`;

function postedOf(row: PostedRow): PostedRecord {
  const value = readOptionalJson<Fields>(row.body);
  return {
    key: row.key,
    origin: readJson<Origin>(row.origin),
    ...(value === undefined ? {} : { value }),
    ...(row.amount === null ? {} : { amount: row.amount }),
    ...(row.currency === null ? {} : { currency: row.currency }),
    ...(row.target_number === null ? {} : { number: row.target_number }),
  };
}

/** Makes the history. `settledNow` writes what waits, so that what was just read counts as read. */
export function createPostedHistory(database: Database, settledNow: () => void): Required<PostedHistory> {
  return {
    of: async (flowId, keys) => database.prepare<PostedRow>(someSql).all(JSON.stringify(keys), flowId).map(postedOf),
    lastRead: async (flowId, nodeId, keys) =>
      database
        .prepare<{ origin: string; body: string }>(lastReadSql)
        .all(JSON.stringify(keys), nodeId, flowId)
        .map(({ origin, body }) => ({ origin: readJson<Origin>(origin), value: readJson<Fields>(body) })),
    unread: async (flowId, { runId, nodeId, system, resource, scopes }) => {
      settledNow();
      // Keys of a resource lie between its name with a colon and with the character that follows it.
      const [from, to] = [`${system}:${resource}:`, `${system}:${resource};`];
      return database
        .prepare<PostedRow>(unreadSql)
        .all(from, to, flowId, JSON.stringify(scopes), runId, nodeId)
        .map(postedOf);
    },
  };
}

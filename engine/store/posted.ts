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

const unreadSql = `SELECT ${columns} FROM records r
  WHERE r.key >= ? AND r.key < ? AND ${postedByFlow}
    AND EXISTS (SELECT 1 FROM json_each(?) scope WHERE scope.value ->> 'id' = r.scope_id
      AND (scope.value ->> 'since' IS NULL OR julianday(r.origin ->> 'updatedAt') > julianday(scope.value ->> 'since')))
    AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.run_id = ? AND s.node_id = ? AND s.key = r.key)
  GROUP BY r.key`;

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

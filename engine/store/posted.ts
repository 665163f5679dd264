/** What runs of a flow posted, from the history of records: the other side of what a source still has. */
import type { Fields, Origin } from '../model/record.ts';
import type { OutcomePart } from '../model/run.ts';
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
  parts: string | null;
}

/** The last of each record of which a document was posted. The condition is that of a partial index, word by word. */
const columns = 'r.key, r.origin, r.amount, r.currency, r.target_number, r.parts, r.run_id, max(r.id)';
const postedByFlow = `(r.status = 'posted' OR (r.target IS NOT NULL AND r.status <> 'skipped')
    OR instr(r.parts, '"status":"posted"') > 0 OR instr(r.parts, '"target":{') > 0)
    AND EXISTS (SELECT 1 FROM runs u WHERE u.id = r.run_id AND u.flow_id = ?)`;

/**
 * The payload is that of the run which posted. A run knows its payloads by node and key, so its nodes are gone through one by one:
 * asking for the key alone would go through all that the run read.
 */
const withBody = (posted: string): string => `SELECT p.*, (
    WITH RECURSIVE node(id) AS (
      SELECT min(node_id) FROM sources WHERE run_id = p.run_id
      UNION ALL
      SELECT (SELECT min(node_id) FROM sources WHERE run_id = p.run_id AND node_id > node.id) FROM node WHERE node.id IS NOT NULL
    )
    SELECT s.body FROM node CROSS JOIN sources s ON s.run_id = p.run_id AND s.node_id = node.id AND s.key = p.key LIMIT 1
  ) AS body FROM (${posted}) p`;

/** Of some records those that were posted. Parameters: their keys as a JSON list, the flow. */
export const postedSql = withBody(`SELECT ${columns} FROM json_each(?) wanted JOIN records r ON r.key = wanted.value
  WHERE ${postedByFlow} GROUP BY r.key`);

/**
 * Deleted records are told again by every run, because the next read of changes does not cover them any more, until somebody replays
 * them: that posts nothing, for they are unchanged, and says that a person has seen to it, until a run of the flow meets them again.
 * The statuses that are left out are those of
 * a partial index, which is not used unless they are named.
 */
export const unreadSql = `WITH gone AS (
    SELECT key, max(id) AS id FROM records
    WHERE status NOT IN ('posted', 'skipped', 'ignored') AND status = 'held' AND reason = 'approval'
      AND code = 'delivery.goneFromSource' GROUP BY key
  ), settled AS (
    SELECT gone.key FROM gone JOIN records last ON last.key = gone.key AND last.id > gone.id AND last.status <> 'posted'
    JOIN runs u ON u.id = last.run_id AND u.kind = 'replay' AND u.flow_id = ?
    WHERE NOT EXISTS (
      SELECT 1 FROM records later JOIN runs f ON f.id = later.run_id AND f.flow_id = u.flow_id
      WHERE later.key = last.key AND later.id > last.id
    )
  )
  ${withBody(`SELECT ${columns} FROM records r
  WHERE r.key >= ? AND r.key < ? AND ${postedByFlow}
    AND EXISTS (SELECT 1 FROM json_each(?) scope WHERE scope.value ->> 'id' = r.scope_id
      AND (scope.value ->> 'since' IS NULL OR julianday(r.origin ->> 'updatedAt') > julianday(scope.value ->> 'since')
        OR r.key IN (SELECT key FROM gone)))
    AND r.key NOT IN (SELECT key FROM settled)
    AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.run_id = ? AND s.node_id = ? AND s.key = r.key)
  GROUP BY r.key`)}`;

const lastReadSql = `SELECT DISTINCT s.origin, s.body FROM json_each(?) wanted JOIN records r ON r.key = wanted.value
  JOIN sources s ON s.run_id = r.run_id AND s.node_id = ? AND s.key = r.key
  WHERE s.body IS NOT NULL AND r.run_id = (
    SELECT x.run_id FROM records x JOIN runs u ON u.id = x.run_id WHERE x.key = r.key AND u.flow_id = ? ORDER BY x.id DESC LIMIT 1
  ) AND NOT EXISTS (
    SELECT 1 FROM records y WHERE y.run_id = r.run_id AND y.key = r.key AND y.status NOT IN ('posted', 'skipped')
  )`;

function postedOf(row: PostedRow): PostedRecord {
  const value = readOptionalJson<Fields>(row.body);
  const parts = readOptionalJson<OutcomePart[]>(row.parts) ?? [];
  // The record as a whole has the number of its worst part, which mostly is none.
  const number = row.target_number ?? parts.find(({ target }) => target?.number !== undefined)?.target?.number;
  return {
    key: row.key,
    origin: readJson<Origin>(row.origin),
    ...(value === undefined ? {} : { value }),
    ...(row.amount === null ? {} : { amount: row.amount }),
    ...(row.currency === null ? {} : { currency: row.currency }),
    ...(number === undefined ? {} : { number }),
  };
}

/** Makes the history. `settledNow` writes what waits, so that what was just read counts as read. */
export function createPostedHistory(database: Database, settledNow: () => void): Required<PostedHistory> {
  return {
    of: async (flowId, keys) => database.prepare<PostedRow>(postedSql).all(JSON.stringify(keys), flowId).map(postedOf),
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
        .all(flowId, from, to, flowId, JSON.stringify(scopes), runId, nodeId)
        .map(postedOf);
    },
  };
}

/** State of triggers and the inbox of events that arrived: written before the sender is answered, handled once. */
import type { WebhookEvent } from '../model/connector.ts';
import type { AppErrorData } from '../model/error.ts';
import { readJson, writeOptionalJson } from './canonical.ts';
import type { Database } from './database.ts';

/** What a trigger remembers: when it fired last, what it missed, a subscription's expiry. */
export type TriggerState = Readonly<Record<string, string | number | boolean | null>>;

/** Keeps the state of triggers per flow. */
export interface TriggerRepository {
  read(flowId: string): Promise<Record<string, TriggerState>>;
  write(flowId: string, triggerId: string, state: TriggerState): Promise<void>;
}

/** An event of the inbox. */
export interface InboxEntry extends WebhookEvent {
  entryId: number;
  connectionId: string;
  receivedAt: string;
}

/** Keeps events that arrived. */
export interface Inbox {
  /** Stores events; one that is already there (the sender repeats) is left out. @returns how many were new. */
  accept(connectionId: string, events: readonly WebhookEvent[]): Promise<number>;
  /** Events that wait, oldest first. */
  waiting(limit?: number): Promise<InboxEntry[]>;
  /** Marks events as handled by a run, or as failed. */
  handled(entryIds: readonly number[], result: { runId: string } | { error: AppErrorData }): Promise<void>;
}

interface InboxRow {
  id: number;
  connection_id: string;
  event_id: string;
  event: string;
  resource: string | null;
  record_id: string | null;
  scope_id: string | null;
  at: string | null;
  received_at: string;
}

const entryOf = (row: InboxRow): InboxEntry => ({
  entryId: row.id,
  connectionId: row.connection_id,
  id: row.event_id,
  event: row.event,
  receivedAt: row.received_at,
  ...(row.resource === null ? {} : { resource: row.resource }),
  ...(row.record_id === null ? {} : { recordId: row.record_id }),
  ...(row.scope_id === null ? {} : { scopeId: row.scope_id }),
  ...(row.at === null ? {} : { at: row.at }),
});

/** Makes the repository of trigger states. */
export function createTriggerRepository(database: Database, now: () => number): TriggerRepository {
  return {
    read: async (flowId) => {
      const rows = database
        .prepare<{ trigger_id: string; state: string }>('SELECT trigger_id, state FROM triggers WHERE flow_id = ?')
        .all(flowId);
      return Object.fromEntries(rows.map((row) => [row.trigger_id, readJson<TriggerState>(row.state)]));
    },
    write: async (flowId, triggerId, state) => {
      database
        .prepare('INSERT OR REPLACE INTO triggers (flow_id, trigger_id, state, updated_at) VALUES (?, ?, ?, ?)')
        .run(flowId, triggerId, JSON.stringify(state), new Date(now()).toISOString());
    },
  };
}

/** Makes the inbox. */
export function createInbox(database: Database, now: () => number): Inbox {
  const instant = () => new Date(now()).toISOString();
  return {
    accept: async (connectionId, events) => {
      const insert = database.prepare(`INSERT OR IGNORE INTO inbox
        (connection_id, event_id, event, resource, record_id, scope_id, at, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
      return database.transaction(() => {
        let added = 0;
        for (const { id, event, resource, recordId, scopeId, at } of events) {
          const place = [resource ?? null, recordId ?? null, scopeId ?? null, at ?? null];
          added += insert.run(connectionId, id, event, ...place, instant()).changes;
        }
        return added;
      });
    },
    waiting: async (limit = 1_000) =>
      database
        .prepare<InboxRow>("SELECT * FROM inbox WHERE status = 'waiting' ORDER BY id LIMIT ?")
        .all(limit)
        .map(entryOf),
    handled: async (entryIds, result) => {
      const update = database.prepare(
        'UPDATE inbox SET status = ?, handled_at = ?, run_id = ?, error = ? WHERE id = ?',
      );
      const runId = 'runId' in result ? result.runId : null;
      const error = 'error' in result ? result.error : undefined;
      database.transaction(() => {
        for (const id of entryIds) {
          update.run(error === undefined ? 'handled' : 'failed', instant(), runId, writeOptionalJson(error), id);
        }
      });
    },
  };
}

/** Watermarks: how far each source of a flow was read, per scope. They only move forward; a person may set them back. */
import { AppError } from '../model/error.ts';
import type { Watermarks } from '../run/ports.ts';
import { appendAudit } from './audit-chain.ts';
import type { Database } from './database.ts';

/** A watermark as shown. `reached` is an ISO instant of the source. */
export interface WatermarkEntry {
  flowId: string;
  nodeId: string;
  scope: string;
  reached: string;
  updatedAt: string;
  updatedBy: string;
}

/** Keeps watermarks. */
export interface WatermarkRepository extends Watermarks {
  list(flowId: string): Promise<WatermarkEntry[]>;
  /**
   * Sets a watermark by hand; recorded in the audit chain. What that brings is said by {@link watermarkWarning}, which belongs
   * before the change; the answer repeats it.
   * @throws AppError data.badDate; workspace.conflict where the watermark is not at `expected` any more
   */
  edit(entry: WatermarkEdit): Promise<{ warning: string | undefined }>;
}

/** A watermark set by hand. `reached` is an instant, `expected` where it stood when the person looked. */
export interface WatermarkEdit {
  flowId: string;
  nodeId: string;
  scope: string;
  reached: string;
  expected?: string;
  by: string;
  why: string;
}

const isInstant = (text: string): boolean => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text));

/** The instant of a text in the form that watermarks are kept in. @throws AppError data.badDate */
export function watermarkInstant(text: string): string {
  if (!isInstant(text))
    throw new AppError('data.badDate', `“${text}” is not an instant such as 2026-01-31T00:00:00Z.`, {
      hint: 'Give date, time and offset, such as 2026-01-31T00:00:00Z.',
    });
  return new Date(text).toISOString();
}

/** What setting a watermark brings, to be said before it is set; undefined where it stands there already. */
export const watermarkWarning = (before: string | undefined, after: string): string | undefined => {
  if (before === undefined || after > before) {
    const from = before === undefined ? 'before' : `between ${before} and`;
    return `Records changed ${from} ${after} will not be read any more.`;
  }
  return after === before
    ? undefined
    : `Everything changed since ${after} is read again, with the calls that takes; the ledger knows what is posted, so that is not posted again.`;
};

/** Makes the repository of watermarks. */
export function createWatermarkRepository(database: Database, now: () => number): WatermarkRepository {
  const put = `INSERT INTO watermarks (flow_id, node_id, scope, reached, updated_at, updated_by) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (flow_id, node_id, scope) DO UPDATE SET reached = excluded.reached, updated_at = excluded.updated_at,
    updated_by = excluded.updated_by`;
  const instant = () => new Date(now()).toISOString();
  return {
    read: async (flowId, nodeId) => {
      const rows = database
        .prepare<{ scope: string; reached: string }>(
          'SELECT scope, reached FROM watermarks WHERE flow_id = ? AND node_id = ?',
        )
        .all(flowId, nodeId);
      return Object.fromEntries(rows.map((row) => [row.scope, row.reached]));
    },
    advance: async (flowId, nodeId, scope, to) => {
      if (!isInstant(to)) throw new AppError('data.badDate', `“${to}” is not an instant.`);
      database
        .prepare(`${put} WHERE excluded.reached > watermarks.reached`)
        .run(flowId, nodeId, scope, new Date(to).toISOString(), instant(), 'run');
    },
    list: async (flowId) =>
      database
        .prepare<{ node_id: string; scope: string; reached: string; updated_at: string; updated_by: string }>(
          'SELECT * FROM watermarks WHERE flow_id = ? ORDER BY node_id, scope',
        )
        .all(flowId)
        .map((row) => ({
          flowId,
          nodeId: row.node_id,
          scope: row.scope,
          reached: row.reached,
          updatedAt: row.updated_at,
          updatedBy: row.updated_by,
        })),
    edit: async ({ flowId, nodeId, scope, reached, expected, by, why }) => {
      const to = watermarkInstant(reached);
      return database.transaction(() => {
        const before = database
          .prepare<{ reached: string }>(
            'SELECT reached FROM watermarks WHERE flow_id = ? AND node_id = ? AND scope = ?',
          )
          .get(flowId, nodeId, scope)?.reached;
        if (expected !== undefined && before !== expected)
          throw new AppError(
            'workspace.conflict',
            `A run has meanwhile read up to ${before ?? 'nowhere'}, so nothing was changed.`,
          );
        database.prepare(put).run(flowId, nodeId, scope, to, instant(), by);
        const detail = `${nodeId}, ${scope}: ${before ?? 'none'} → ${to}. ${why}`;
        appendAudit(database, { event: 'watermarkEdited', who: by, flowId, detail }, now);
        return { warning: watermarkWarning(before, to) };
      });
    },
  };
}

/**
 * The delivery ledger: one row per connection, resource and business key, written before anything is sent. Every step is its own
 * transaction together with its history row and, where something was effected, its audit entry.
 */
import { AppError } from '../model/error.ts';
import type { Fields, Origin, Scope } from '../model/record.ts';
import type { DeliveryState } from '../model/run.ts';
import type { DeliveryRow } from '../run/ports.ts';
import { type AuditBody, appendAudit } from './audit-chain.ts';
import { readJson, readOptionalJson, writeOptionalJson } from './canonical.ts';
import type { Database } from './database.ts';
import type { GroupCommit } from './group-commit.ts';
import { type Page, type Paged, pageOf } from './paging.ts';
import { deliveryQuery } from './query.ts';

/** What makes a delivery unique. */
export interface DeliveryKey {
  connectionId: string;
  resource: string;
  businessKey: string;
}

/** A source record of a document. */
export interface DeliverySource {
  key: string;
  origin: Origin;
  amount?: string;
  currency?: string;
}

/** A ledger row with all that recovery and explanation need. */
export interface LedgerRow extends DeliveryRow {
  /** What is being done to the target. */
  effect: 'create' | 'update';
  nodeId: string;
  flowVersion: number;
  tableVersions: Readonly<Record<string, number>>;
  mappingRows: readonly string[];
  startedBy: string;
  origin: Origin;
  /** The source records the document was made of: whose outcome its fate is. */
  sources: readonly DeliverySource[];
  /** The content of the newest attempt. */
  value: Fields;
  scope?: Scope;
  /** Hash and content of what the target holds, once posted. */
  postedHash?: string;
  postedValue?: Fields;
  targetUrl?: string;
  /** `wanted`: the flow releases after create. */
  releaseState: 'none' | 'wanted' | 'intent' | 'released' | 'failed';
  /** When the newest attempt was sent, ISO instant. */
  sentAt?: string;
  /** When the target was first seen without the document after the newest attempt. */
  absentAt?: string;
}

/** One step of a delivery. `expected` is the state the caller saw: another one means that somebody else moved the row. */
export interface DeliveryStep {
  row: LedgerRow;
  expected: DeliveryState | undefined;
  /** What happened, for the delivery's history. */
  event:
    | 'intent'
    | 'posted'
    | 'adopted'
    | 'linked'
    | 'rejected'
    | 'inDoubt'
    | 'absent'
    | 'held'
    | 'releaseIntent'
    | 'released'
    | 'releaseFailed';
  detail?: string;
  /** Audit event, for steps that are effects or decisions. */
  audit?: AuditBody['event'];
}

/** An entry of a delivery's history. */
export interface DeliveryEvent {
  at: string;
  runId: string;
  effect: string;
  event: string;
  detail?: string;
}

/** Which deliveries to list; newest first. */
export interface DeliveryFilter {
  state?: readonly DeliveryState[];
  runId?: string;
  connectionId?: string;
  flowId?: string;
}

/** The ledger as delivery and recovery use it. */
export interface DeliveryLedger {
  get(key: DeliveryKey): Promise<LedgerRow | undefined>;
  /** Writes a step, durable when it returns. @throws AppError delivery.moved, store.full, workspace.readOnly */
  step(step: DeliveryStep): Promise<LedgerRow>;
  /** Rows whose outcome is not known: intent or in doubt, or a release that was not finished. Oldest first. */
  open(limit?: number): Promise<LedgerRow[]>;
  list(filter?: DeliveryFilter, page?: Page): Promise<Paged<LedgerRow>>;
  /** What a delivery went through, oldest first. */
  history(key: DeliveryKey): Promise<DeliveryEvent[]>;
  /** Which of these deliveries were linked to a document that was there already, with nothing sent since; files do not count. */
  linked(keys: readonly DeliveryKey[]): Promise<DeliveryKey[]>;
}

const linkedSql = `SELECT d.connection_id, d.resource, d.business_key FROM json_each(?) wanted
  JOIN deliveries d ON d.connection_id = wanted.value ->> 0 AND d.resource = wanted.value ->> 1 AND d.business_key = wanted.value ->> 2
  WHERE 'linked' = (SELECT event FROM attempts WHERE delivery_id = d.id AND effect <> 'attach' ORDER BY id DESC LIMIT 1)`;

/** A row of `deliveries`. */
export interface DeliveryTableRow {
  id: number;
  connection_id: string;
  resource: string;
  business_key: string;
  state: DeliveryState;
  effect: 'create' | 'update';
  content_hash: string;
  posted_hash: string | null;
  posted_value: string | null;
  value: string;
  scope: string | null;
  origin: string;
  record_key: string;
  sources: string;
  flow_id: string;
  flow_version: number;
  run_id: string;
  node_id: string;
  table_versions: string;
  mapping_rows: string;
  started_by: string;
  target_id: string | null;
  target_number: string | null;
  target_status: string | null;
  target_url: string | null;
  release_state: LedgerRow['releaseState'];
  amount: string | null;
  currency: string | null;
  attempts: number;
  sent_at: string | null;
  absent_at: string | null;
  error: string | null;
  created_at: string;
  updated_at: string;
}

/** Only what is there: absent keys instead of undefined ones. */
function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined | null> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined | null> } = {};
  for (const key in fields) {
    const value = fields[key];
    if (isPresent(value)) kept[key] = value;
  }
  return kept;
}
const isPresent = <T>(value: T): value is Exclude<T, undefined | null> => value !== undefined && value !== null;

/** A ledger row from its table row. */
export function ledgerRowOf(row: DeliveryTableRow): LedgerRow {
  return {
    connectionId: row.connection_id,
    resource: row.resource,
    businessKey: row.business_key,
    state: row.state,
    effect: row.effect,
    contentHash: row.content_hash,
    value: readJson(row.value),
    origin: readJson(row.origin),
    recordKey: row.record_key,
    sources: readJson(row.sources),
    flowId: row.flow_id,
    flowVersion: row.flow_version,
    runId: row.run_id,
    nodeId: row.node_id,
    tableVersions: readJson(row.table_versions),
    mappingRows: readJson(row.mapping_rows),
    startedBy: row.started_by,
    releaseState: row.release_state,
    attempts: row.attempts,
    updatedAt: row.updated_at,
    ...present({
      postedHash: row.posted_hash,
      postedValue: readOptionalJson<Fields>(row.posted_value),
      scope: readOptionalJson<Scope>(row.scope),
      targetId: row.target_id,
      targetNumber: row.target_number,
      targetStatus: row.target_status,
      targetUrl: row.target_url,
      amount: row.amount,
      currency: row.currency,
      sentAt: row.sent_at,
      absentAt: row.absent_at,
      error: readOptionalJson<NonNullable<DeliveryRow['error']>>(row.error),
    }),
  };
}

const columns = [
  'connection_id',
  'resource',
  'business_key',
  'state',
  'effect',
  'content_hash',
  'posted_hash',
  'posted_value',
  'value',
  'scope',
  'origin',
  'record_key',
  'sources',
  'flow_id',
  'flow_version',
  'run_id',
  'node_id',
  'table_versions',
  'mapping_rows',
  'started_by',
  'target_id',
  'target_number',
  'target_status',
  'target_url',
  'release_state',
  'amount',
  'currency',
  'attempts',
  'sent_at',
  'absent_at',
  'error',
  'created_at',
  'updated_at',
] as const;
const keyColumns: readonly string[] = ['connection_id', 'resource', 'business_key', 'created_at'];
const upsert = `INSERT INTO deliveries (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
  ON CONFLICT (connection_id, resource, business_key) DO UPDATE SET ${columns
    .filter((column) => !keyColumns.includes(column))
    .map((column) => `${column} = excluded.${column}`)
    .join(', ')} RETURNING id`;

const valuesOf = (row: LedgerRow, at: string) => [
  row.connectionId,
  row.resource,
  row.businessKey,
  row.state,
  row.effect,
  row.contentHash,
  row.postedHash ?? null,
  writeOptionalJson(row.postedValue),
  JSON.stringify(row.value),
  writeOptionalJson(row.scope),
  JSON.stringify(row.origin),
  row.recordKey,
  JSON.stringify(row.sources),
  row.flowId,
  row.flowVersion,
  row.runId,
  row.nodeId,
  JSON.stringify(row.tableVersions),
  JSON.stringify(row.mappingRows),
  row.startedBy,
  row.targetId ?? null,
  row.targetNumber ?? null,
  row.targetStatus ?? null,
  row.targetUrl ?? null,
  row.releaseState,
  row.amount ?? null,
  row.currency ?? null,
  row.attempts,
  row.sentAt ?? null,
  row.absentAt ?? null,
  writeOptionalJson(row.error),
  at,
  at,
];

function auditBodyOf(step: DeliveryStep, event: AuditBody['event']): AuditBody {
  const { row } = step;
  return {
    event,
    who: row.startedBy,
    runId: row.runId,
    flowId: row.flowId,
    flowVersion: row.flowVersion,
    tableVersions: row.tableVersions,
    mappingRows: row.mappingRows,
    recordKey: row.recordKey,
    connectionId: row.connectionId,
    resource: row.resource,
    businessKey: row.businessKey,
    payloadHash: row.contentHash,
    ...present({
      amount: row.amount,
      currency: row.currency,
      targetId: row.targetId,
      targetNumber: row.targetNumber,
      detail: step.detail,
    }),
  };
}

/** Whether something is about to be sent that waits for this step. */
const isIntent = ({ event }: DeliveryStep): boolean => event === 'intent' || event === 'releaseIntent';

/** Makes the ledger. */
export function createDeliveryLedger(database: Database, now: () => number, commits: GroupCommit): DeliveryLedger {
  const byKey = 'SELECT * FROM deliveries WHERE connection_id = ? AND resource = ? AND business_key = ?';
  const stateByKey = 'SELECT state FROM deliveries WHERE connection_id = ? AND resource = ? AND business_key = ?';
  const select = (key: DeliveryKey) =>
    database.prepare<DeliveryTableRow>(byKey).get(key.connectionId, key.resource, key.businessKey);
  const stateOf = ({ connectionId, resource, businessKey }: DeliveryKey) =>
    database.prepare<Pick<DeliveryTableRow, 'state'>>(stateByKey).get(connectionId, resource, businessKey)?.state;
  const step = (taken: DeliveryStep): LedgerRow => {
    const { row } = taken;
    if (stateOf(row) !== taken.expected) {
      const place = `${row.businessKey} in ${row.resource}`;
      throw new AppError('delivery.moved', `The delivery of ${place} was changed by another run meanwhile.`);
    }
    const at = new Date(now()).toISOString();
    const id = database.prepare<{ id: number }>(upsert).get(...valuesOf(row, at))?.id ?? 0;
    database
      .prepare('INSERT INTO attempts (delivery_id, run_id, at, effect, event, detail) VALUES (?, ?, ?, ?, ?, ?)')
      .run(id, row.runId, at, row.effect, taken.event, taken.detail ?? null);
    if (taken.audit !== undefined) appendAudit(database, auditBodyOf(taken, taken.audit), now);
    return { ...row, updatedAt: at };
  };
  return {
    get: async (key) => {
      const row = select(key);
      return row === undefined ? undefined : ledgerRowOf(row);
    },
    // Whatever is sent next commits its own intent, and this with it.
    step: (taken) => commits.run(() => step(taken), !isIntent(taken)),
    open: async (limit = 10_000) =>
      database
        .prepare<DeliveryTableRow>(
          `SELECT * FROM deliveries WHERE state IN ('intent', 'inDoubt')
           UNION ALL SELECT * FROM deliveries WHERE release_state IN ('wanted', 'intent') AND state = 'posted'
           ORDER BY id LIMIT ?`,
        )
        .all(limit)
        .map(ledgerRowOf),
    list: async (filter = {}, page = {}) => {
      let built = deliveryQuery();
      if (filter.state !== undefined) built = built.where('state', 'in', filter.state);
      if (filter.runId !== undefined) built = built.where('run_id', '=', filter.runId);
      if (filter.connectionId !== undefined) built = built.where('connection_id', '=', filter.connectionId);
      if (filter.flowId !== undefined) built = built.where('flow_id', '=', filter.flowId);
      return pageOf(database, built.orderBy('id', 'desc'), built, page, ledgerRowOf);
    },
    history: async (key) =>
      database
        .prepare<{ at: string; run_id: string; effect: string; event: string; detail: string | null }>(
          `SELECT a.at, a.run_id, a.effect, a.event, a.detail FROM attempts a JOIN deliveries d ON d.id = a.delivery_id
           WHERE d.connection_id = ? AND d.resource = ? AND d.business_key = ? ORDER BY a.id`,
        )
        .all(key.connectionId, key.resource, key.businessKey)
        .map((row) => ({
          at: row.at,
          runId: row.run_id,
          effect: row.effect,
          event: row.event,
          ...(row.detail === null ? {} : { detail: row.detail }),
        })),
    linked: async (keys) => {
      const wanted = keys.map(({ connectionId, resource, businessKey }) => [connectionId, resource, businessKey]);
      const rows = database.prepare<Pick<DeliveryTableRow, 'connection_id' | 'resource' | 'business_key'>>(linkedSql);
      return rows.all(JSON.stringify(wanted)).map((row) => ({
        connectionId: row.connection_id,
        resource: row.resource,
        businessKey: row.business_key,
      }));
    },
  };
}

/** Builds filter queries with kysely; the compiled text runs as a prepared statement. */
import {
  DummyDriver,
  type Generated,
  Kysely,
  type SelectQueryBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { RecordStatus, RunKind, RunStatus } from '../model/run.ts';
import type { DeliveryTableRow } from './deliveries.ts';

/** A row of `runs`. */
export interface RunRow {
  id: string;
  flow_id: string;
  flow_name: string;
  flow_version: number;
  flow_hash: string | null;
  kind: RunKind;
  status: RunStatus;
  started_at: string;
  finished_at: string | null;
  started_by: string;
  counts: string;
  amounts: string;
  error: string | null;
  table_versions: string;
  basis: string | null;
}

/** A row of `records`. */
export interface RecordRow {
  id: number;
  run_id: string;
  key: string;
  node_id: string;
  status: RecordStatus;
  reason: string | null;
  code: string | null;
  business_key: string | null;
  label: string | null;
  scope_id: string | null;
  amount: string | null;
  currency: string | null;
  target_number: string | null;
  settled_at: string;
  origin: string;
  target: string | null;
  error: string | null;
  note: string | null;
  parts: string | null;
}

interface Tables {
  deliveries: DeliveryTableRow;
  runs: RunRow;
  records: Omit<RecordRow, 'id'> & { id: Generated<number> };
  records_text: { rowid: number; records_text: string };
}

const builder = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** The query builder itself: it compiles, {@link pageOf} runs. */
export const query = builder;

/** A query over runs. */
export const runQuery = (): SelectQueryBuilder<Tables, 'runs', RunRow> => builder.selectFrom('runs').selectAll();

/** A query over records. */
export const recordQuery = (): SelectQueryBuilder<Tables, 'records', RecordRow> =>
  builder.selectFrom('records').selectAll();

/** A query over deliveries. */
export const deliveryQuery = (): SelectQueryBuilder<Tables, 'deliveries', DeliveryTableRow> =>
  builder.selectFrom('deliveries').selectAll();

/**
 * Processing stored records again: the same payloads, with the flow and the mapping tables of then or of now. The sources answer
 * from the store, everything else is a run like any other, so the ledger leaves out what is posted.
 */
import type { Connector, ReadEvent, RemoteRecord } from '../model/connector.ts';
import { AppError, type ReasonClass } from '../model/error.ts';
import type { FlowDocument } from '../model/flow.ts';
import type { MappingTableVersion } from '../model/mapping-table.ts';
import type { Scope } from '../model/record.ts';
import type { RecordStatus, RunSummary } from '../model/run.ts';
import type { Store } from '../store/index.ts';
import type { Override } from '../store/overrides.ts';
import type { RecordFilter, StoredSource } from '../store/records.ts';
import type { Watermarks } from './ports.ts';
import { changeField, moneyFields } from './replay-fields.ts';

/** Which records to replay, of one run. All conditions together; without any: all that are held, failed or in doubt. */
export interface ReplaySelection {
  runId: string;
  status?: readonly RecordStatus[];
  reason?: readonly ReasonClass[];
  code?: readonly string[];
  keys?: readonly string[];
}

/** With which flow and tables: as they were in that run, or as they are now. */
export type ReplayVersion = 'then' | 'now';

/** What to replay and how. */
export interface ReplayRequest {
  selection: ReplaySelection;
  flow: ReplayVersion;
  tables: ReplayVersion;
  /** The flow as it is now; needed for `flow: 'now'`. */
  document?: FlowDocument;
  overrides?: readonly Override[];
}

/** A replay, ready to be run: hand connectors and watermarks to the run in place of the workspace's own. */
export interface PreparedReplay {
  original: RunSummary;
  document: FlowDocument;
  tables: MappingTableVersion[];
  records: StoredSource[];
  /** Connectors whose sources give the chosen records and nothing else. */
  connectors: Connector[];
  /** Nothing was read from the source, so nothing moves. */
  watermarks: Watermarks;
  overrides: readonly Override[];
}

const notDone: readonly RecordStatus[] = ['held', 'failed', 'inDoubt'];

async function chosenKeys(store: Store, selection: ReplaySelection): Promise<string[]> {
  if (
    selection.keys !== undefined &&
    selection.status === undefined &&
    selection.reason === undefined &&
    selection.code === undefined
  ) {
    return [...selection.keys];
  }
  const filter: RecordFilter = {
    runId: selection.runId,
    status: selection.status ?? notDone,
    ...(selection.reason === undefined ? {} : { reason: selection.reason }),
    ...(selection.code === undefined ? {} : { code: selection.code }),
  };
  const keys = new Set<string>();
  for (let offset = 0; ; offset += 1_000) {
    const { entries, total } = await store.records.list(filter, { offset, limit: 1_000 });
    for (const entry of entries) if (selection.keys?.includes(entry.key) ?? true) keys.add(entry.key);
    if (offset + 1_000 >= total) return [...keys];
  }
}

function overridden(
  records: readonly StoredSource[],
  overrides: readonly Override[],
  money: ReadonlySet<string>,
): { records: StoredSource[]; applied: Override[] } {
  const applied: Override[] = [];
  const byKey = new Map(records.map((record) => [record.key, record]));
  for (const override of overrides) {
    const record = byKey.get(override.recordKey);
    if (record?.value === undefined) {
      throw new AppError('replay.noRecord', `${override.recordKey} is not among the chosen records.`);
    }
    const { value, before } = changeField(record.value, override.field, override.after, money);
    byKey.set(record.key, { ...record, value });
    applied.push({
      ...override,
      ...(before === undefined || before === null
        ? {}
        : { before: typeof before === 'string' ? before : JSON.stringify(before) }),
    });
  }
  return { records: [...byKey.values()], applied };
}

async function tablesOf(store: Store, version: ReplayVersion, run: RunSummary): Promise<MappingTableVersion[]> {
  const tables: MappingTableVersion[] = [];
  for (const { id, version: newest } of await store.tables.list()) {
    const wanted = version === 'then' ? (run.tableVersions[id] ?? newest) : newest;
    const found = wanted === 0 ? undefined : await store.tables.version(id, wanted);
    if (found !== undefined) tables.push(found);
  }
  return tables;
}

async function* stored(records: readonly RemoteRecord[], pageSize = 100): AsyncGenerator<ReadEvent> {
  const scopes = new Map<string, Scope>();
  for (let start = 0; start < records.length; start += pageSize) {
    const page = records.slice(start, start + pageSize);
    for (const { origin } of page) if (origin.scope !== undefined) scopes.set(origin.scope.id, origin.scope);
    yield await Promise.resolve({ kind: 'page' as const, records: page });
  }
  for (const scope of scopes.values()) yield { kind: 'scope-done', scope };
}

/** Connectors whose resources that were read then answer from the store; all others stay as they are. */
export function storedSourceConnectors(
  connectors: readonly Connector[],
  records: readonly StoredSource[],
): Connector[] {
  const bySource = new Map<string, RemoteRecord[]>();
  for (const { origin, value } of records) {
    if (value === undefined) continue;
    const id = `${origin.system} ${origin.resource}`;
    bySource.set(id, [...(bySource.get(id) ?? []), { id: origin.id, value, origin }]);
  }
  return connectors.map((connector) => {
    const answering = (resources: Connector['resources']): Connector['resources'] =>
      resources.map((resource) => {
        const own = bySource.get(`${connector.id} ${resource.id}`);
        return own === undefined ? resource : { ...resource, read: () => stored(own) };
      });
    const { discover } = connector;
    return {
      ...connector,
      resources: answering(connector.resources),
      ...(discover === undefined
        ? {}
        : { discover: async (client: unknown) => answering(await discover.call(connector, client)) }),
    };
  });
}

const still: Watermarks = { read: async () => ({}), advance: async () => undefined };

/**
 * Prepares a replay; nothing is changed or sent.
 * @throws AppError run.notFound, replay.nothing (no record fits), replay.payloadGone (retention removed a payload), replay.flowGone,
 *   replay.noRecord, replay.fieldFixed, data.badValue
 */
export async function prepareReplay(
  store: Store,
  connectors: readonly Connector[],
  request: ReplayRequest,
): Promise<PreparedReplay> {
  const { selection } = request;
  const original = await store.runs.get(selection.runId);
  const document = request.flow === 'then' ? await store.runs.document(original.id) : request.document;
  if (document === undefined) {
    throw new AppError('replay.flowGone', `The flow of the run ${original.id} is not there any more in that version.`);
  }
  const keys = await chosenKeys(store, selection);
  const chosen = keys.length === 0 ? [] : await store.records.sources(original.id, keys);
  if (chosen.length === 0) throw new AppError('replay.nothing', 'No record of that run fits the selection.');
  const gone = chosen.filter((record) => record.value === undefined);
  if (gone.length > 0) {
    const first = gone[0]?.origin.label ?? gone[0]?.key ?? '';
    throw new AppError(
      'replay.payloadGone',
      `What was read for ${gone.length} records (${first} first) was removed by retention.`,
    );
  }
  const { records, applied } = overridden(chosen, request.overrides ?? [], moneyFields(connectors));
  return {
    original,
    document,
    tables: await tablesOf(store, request.tables, original),
    records,
    connectors: storedSourceConnectors(connectors, records),
    watermarks: still,
    overrides: applied,
  };
}

/** Helpers for nodes that take one record at a time: a record that fails is settled, the others of its batch go on. */
import { type AppError, toAppError } from '../model/error.ts';
import type { SourceRecord, WireRecord } from '../model/record.ts';
import type { BatchResult, Settlement } from './node.ts';

/** What a node says about one record. */
export type Verdict = WireRecord | WireRecord[] | Settlement;

const isSettlement = (verdict: WireRecord | Settlement): verdict is Settlement => 'status' in verdict;

/** Where a record ends that an error stopped: what a person can mend is held, the rest failed. */
export const statusOf = (error: AppError): 'held' | 'failed' =>
  error.kind === 'mapping' || error.kind === 'rejected' || error.kind === 'conflict' ? 'held' : 'failed';

/** A record that leaves with an error; `port` is the output that takes such records where it is wired. */
export const refused = (record: WireRecord, error: AppError, port = 'held'): Settlement => ({
  record,
  status: statusOf(error),
  error: error.at({ recordKey: record.key }),
  port,
});

/** Applies a function to every record of a batch. */
export function eachRecord(
  batch: readonly WireRecord[],
  doing: string,
  apply: (record: WireRecord) => Verdict,
): BatchResult {
  const out: WireRecord[] = [];
  const settled: Settlement[] = [];
  for (const record of batch) {
    try {
      const verdict = apply(record);
      if (Array.isArray(verdict)) for (const made of verdict) out.push(made);
      else if (isSettlement(verdict)) settled.push(verdict);
      else out.push(verdict);
    } catch (thrown) {
      settled.push(refused(record, toAppError(thrown, doing)));
    }
  }
  return settled.length === 0 ? { out: { out } } : { out: { out }, settled };
}

/** The same record with another value; everything else stays, so lineage cannot be forgotten. */
export function revalued(record: WireRecord, value: WireRecord['value'], rows?: readonly string[]): WireRecord {
  const made: WireRecord = { key: record.key, value, origin: record.origin };
  if (record.parents !== undefined) made.parents = record.parents;
  if (record.sources !== undefined) made.sources = record.sources;
  if (record.notes !== undefined) made.notes = record.notes;
  const used = rows ?? record.mappingRows;
  if (used !== undefined) made.mappingRows = used;
  return made;
}

/** What several records have in common, for one made of them all: sources, mapping rows, notes and parents. */
export function lineage(
  records: readonly WireRecord[],
): Pick<WireRecord, 'parents' | 'sources' | 'mappingRows' | 'notes'> {
  const sources = new Set<SourceRecord>();
  const rows = new Set<string>();
  const notes = new Set<string>();
  for (const record of records) {
    for (const source of record.sources ?? []) sources.add(source);
    for (const row of record.mappingRows ?? []) rows.add(row);
    for (const note of record.notes ?? []) notes.add(note);
  }
  return {
    parents: records.map((record) => record.key),
    ...(sources.size > 0 ? { sources: [...sources] } : {}),
    ...(rows.size > 0 ? { mappingRows: [...rows] } : {}),
    ...(notes.size > 0 ? { notes: [...notes] } : {}),
  };
}

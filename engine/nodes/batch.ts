/** Helpers for nodes that take one record at a time: a record that fails is settled, the others of its batch go on. */
import { type AppError, toAppError } from '../model/error.ts';
import type { SourceRecord, WireRecord } from '../model/record.ts';
import { RecordView } from '../model/record-view.ts';
import type { BatchResult, Settlement } from './node.ts';

/** What a node says about one record. */
export type Verdict = WireRecord | WireRecord[] | Settlement;

/** A record as everyone may keep it: one that travels in its parts is put together. */
export function wholeRecord(record: WireRecord): WireRecord {
  return record instanceof RecordView ? revalued(record, record.value) : record;
}

const isSettlement = (verdict: WireRecord | Settlement): verdict is Settlement => 'status' in verdict;

/** Where a record ends that an error stopped: what a person can mend is held, the rest failed. */
export const statusOf = (error: Pick<AppError, 'kind'>): 'held' | 'failed' =>
  error.kind === 'mapping' || error.kind === 'rejected' || error.kind === 'conflict' ? 'held' : 'failed';

/** A record that leaves with an error; `port` is the output that takes such records where it is wired. */
export const refused = (record: WireRecord, error: AppError, port = 'held'): Settlement => ({
  record,
  status: statusOf(error),
  error: error.at({ recordKey: record.key }),
  port,
});

/** Applies a function to every record of a batch. Where every record passes as it is, so does the batch. */
export function eachRecord(
  batch: readonly WireRecord[],
  doing: string,
  apply: (record: WireRecord) => Verdict,
): BatchResult {
  let out: WireRecord[] | undefined;
  let settled: Settlement[] | undefined;
  for (let at = 0; at < batch.length; at += 1) {
    const record = batch[at];
    if (record === undefined) continue;
    let verdict: Verdict;
    try {
      verdict = apply(record);
    } catch (thrown) {
      verdict = refused(wholeRecord(record), toAppError(thrown, doing));
    }
    if (verdict === record && out === undefined) continue;
    out ??= batch.slice(0, at);
    if (Array.isArray(verdict)) for (const made of verdict) out.push(made);
    else if (isSettlement(verdict)) {
      settled ??= [];
      settled.push({ ...verdict, record: wholeRecord(verdict.record) });
    } else out.push(verdict);
  }
  return settled === undefined ? { out: { out: out ?? batch } } : { out: { out: out ?? batch }, settled };
}

/** The same record with another value; everything else stays, so lineage cannot be forgotten. */
export function revalued(record: WireRecord, value: WireRecord['value'], rows?: readonly string[]): WireRecord {
  const { key, origin, parents, sources, notes } = record;
  // Always all properties in one order: records of one shape are what makes the loops over them quick.
  return { key, value, origin, parents, sources, mappingRows: rows ?? record.mappingRows, notes };
}

/** What several records have in common, for one made of them all: sources, mapping rows, notes and parents. */
export class Lineage {
  private readonly parents: string[] = [];
  private readonly sources = new Set<SourceRecord>();
  private readonly rows = new Set<string>();
  private readonly notes = new Set<string>();
  /** Neighbours mostly come from one source: asking for the last one first spares the set. */
  private last: SourceRecord | undefined;

  add(record: WireRecord): void {
    const { sources, mappingRows, notes } = record;
    this.parents.push(record.key);
    if (sources !== undefined) {
      for (const source of sources) {
        if (source === this.last) continue;
        this.sources.add(source);
        this.last = source;
      }
    }
    if (mappingRows !== undefined) for (const row of mappingRows) this.rows.add(row);
    if (notes !== undefined) for (const note of notes) this.notes.add(note);
  }

  result(): Pick<WireRecord, 'parents' | 'sources' | 'mappingRows' | 'notes'> {
    const { parents, sources, rows, notes } = this;
    return {
      parents,
      ...(sources.size > 0 ? { sources: [...sources] } : {}),
      ...(rows.size > 0 ? { mappingRows: [...rows] } : {}),
      ...(notes.size > 0 ? { notes: [...notes] } : {}),
    };
  }
}

/** {@link Lineage} of records that are all at hand. */
export function lineage(records: readonly WireRecord[]): ReturnType<Lineage['result']> {
  const made = new Lineage();
  for (const record of records) made.add(record);
  return made.result();
}

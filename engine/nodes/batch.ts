/** Helpers for nodes that take one record at a time: a record that fails is settled, the others of its batch go on. */
import { type AppError, toAppError } from '../model/error.ts';
import type { SourceRecord, WireRecord } from '../model/record.ts';
import { RecordView } from '../model/record-view.ts';
import { LineView, SplitRecord } from './line-view.ts';
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

/** A result as everyone may keep it: its records are put together, lines that travel together are records of their own. */
export function wholeResult(result: BatchResult): BatchResult {
  const out: Record<string, WireRecord[]> = {};
  for (const [port, records] of Object.entries(result.out)) {
    const whole: WireRecord[] = [];
    for (const record of records) {
      if (record instanceof SplitRecord) for (const line of linesOf(record)) whole.push(line);
      else whole.push(wholeRecord(record));
    }
    out[port] = whole;
  }
  return { ...result, out };
}

function linesOf(split: SplitRecord): WireRecord[] {
  return Array.from({ length: split.count }, (_, nth) => wholeRecord(new LineView(split, split.place(nth))));
}

/** Number of the records in a batch; lines that travel together count each. */
export function countOf(batch: readonly WireRecord[]): number {
  let count = 0;
  for (const record of batch) count += record instanceof SplitRecord ? record.count : 1;
  return count;
}

/**
 * Applies a function to every record of a batch, and to every line of those whose lines travel together. Where every record passes as it
 * is, so does the batch.
 */
export function eachRecord(
  batch: readonly WireRecord[],
  doing: string,
  apply: (record: WireRecord) => Verdict,
): BatchResult {
  const sorting = new Sorting(batch, doing, apply);
  for (let at = 0; at < batch.length; at += 1) {
    const record = batch[at];
    if (record instanceof SplitRecord) sorting.takeLines(record, at);
    else if (record !== undefined) sorting.take(record, at);
  }
  return sorting.result();
}

/** The records of a batch, sorted by what becomes of them. */
class Sorting {
  private readonly batch: readonly WireRecord[];
  private readonly doing: string;
  private readonly apply: (record: WireRecord) => Verdict;
  /** What goes on; undefined as long as all did as they were. */
  private out: WireRecord[] | undefined = undefined;
  private settled: Settlement[] | undefined = undefined;

  constructor(batch: readonly WireRecord[], doing: string, apply: (record: WireRecord) => Verdict) {
    this.batch = batch;
    this.doing = doing;
    this.apply = apply;
  }

  /** Takes the record that stands at a place of the batch. */
  take(record: WireRecord, at: number): void {
    if (this.passes(record, at)) this.out?.push(record);
  }

  /** The same for a record whose lines travel: those that pass go on together. */
  takeLines(split: SplitRecord, at: number): void {
    const { count } = split;
    const line = new LineView(split, split.place(0));
    let left: number[] | undefined;
    for (let nth = 0; nth < count; nth += 1) {
      const place = split.place(nth);
      if (nth > 0) line.move(place);
      if (this.passes(line, at)) left?.push(place);
      else left ??= split.places(nth);
    }
    if (left !== undefined) split.keep(left);
    if (left === undefined || left.length > 0) this.out?.push(split);
  }

  result(): BatchResult {
    const out = { out: this.out ?? this.batch };
    return this.settled === undefined ? { out } : { out, settled: this.settled };
  }

  /** Whether a record goes on as it is; what became of it otherwise is kept. */
  private passes(record: WireRecord, at: number): boolean {
    let verdict: Verdict;
    try {
      verdict = this.apply(record);
    } catch (thrown) {
      verdict = refused(wholeRecord(record), toAppError(thrown, this.doing));
    }
    if (verdict === record) return true;
    this.out ??= this.batch.slice(0, at);
    if (Array.isArray(verdict)) for (const made of verdict) this.out.push(made);
    else if (isSettlement(verdict)) {
      this.settled ??= [];
      this.settled.push({ ...verdict, record: wholeRecord(verdict.record) });
    } else this.out.push(verdict);
    return false;
  }
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

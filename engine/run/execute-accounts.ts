/**
 * Accounts of a run: every record read is opened once and ends in exactly one status, however often it was split, joined or
 * grouped on the way. A record is open as long as something made of it is under way.
 */
import { add, type Decimal, format, tryParse, zero } from '../model/decimal.ts';
import { AppError, type AppErrorData } from '../model/error.ts';
import { mergeParts } from '../model/outcome.ts';
import type { SourceRecord, WireRecord } from '../model/record.ts';
import {
  type OutcomePart,
  type PartialOutcome,
  type RecordCounts,
  type RecordOutcome,
  type RecordStatus,
  recordStatuses,
} from '../model/run.ts';

/** What happened to something made of a record. */
export type Conclusion = OutcomePart;

interface Tally {
  open: number;
  conclusions: Conclusion[];
  /** Something made of the record was or is being sent. */
  isSent?: true;
  /** Those of the conclusions that neither the ledger nor the recorder knows of. */
  untold?: Conclusion[];
}

/** Counts and amounts as a run summary shows them. */
export interface Totals {
  counts: RecordCounts;
  amounts: Partial<Record<RecordStatus, Record<string, string>>>;
}

/**
 * Keeps the books of one run. `onSettled` is told every outcome once; `onParts`, of records of which several documents are made, what
 * would be known to nobody if the run were cut off once one of them is sent.
 */
export class Accounts {
  private readonly runId: string;
  private readonly onSettled: (outcome: RecordOutcome, source: SourceRecord) => void;
  private readonly onParts: (outcome: PartialOutcome) => void;
  private readonly objection: (source: SourceRecord) => AppError | undefined;
  private readonly tallies = new Map<SourceRecord, Tally>();
  private readonly sums = new Map<RecordStatus, Map<string, Decimal>>();
  private readonly counts = Object.fromEntries(recordStatuses.map((status) => [status, 0])) as Record<
    RecordStatus,
    number
  >;

  /** `objection` says why a record that no write was asked for must not just be passed over. */
  constructor(
    runId: string,
    onSettled: (outcome: RecordOutcome, source: SourceRecord) => void,
    objection: (source: SourceRecord) => AppError | undefined = () => undefined,
    onParts: (outcome: PartialOutcome) => void = () => undefined,
  ) {
    this.runId = runId;
    this.onSettled = onSettled;
    this.onParts = onParts;
    this.objection = objection;
  }

  /** A record was read. It stays open until {@link close} was called as often as `open` for it and what was made of it. */
  open(sources: readonly SourceRecord[] | undefined, times = 1): void {
    for (const source of sources ?? []) {
      const tally = this.tallies.get(source);
      if (tally === undefined) this.tallies.set(source, { open: times, conclusions: [] });
      else tally.open += times;
    }
  }

  /** Something made of the record is about to be sent: what came of the rest of it is told before. */
  sending(record: WireRecord): void {
    for (const source of record.sources ?? []) {
      const tally = this.tallies.get(source);
      if (tally === undefined) continue;
      tally.isSent = true;
      this.tellParts(source, tally);
    }
  }

  /** Something made of the record came to an end here. @param isInLedger whether the ledger tells of it as well. */
  conclude(record: WireRecord, conclusion: Conclusion, isInLedger = false): void {
    const notes = [...(record.notes ?? []), ...(conclusion.note === undefined ? [] : [conclusion.note])];
    const whole = notes.length === 0 ? conclusion : { ...conclusion, note: notes.join(' ') };
    for (const source of record.sources ?? []) {
      const tally = this.tallies.get(source);
      if (tally === undefined) continue;
      tally.conclusions.push(whole);
      if (isInLedger) continue;
      tally.untold = [...(tally.untold ?? []), whole];
      if (tally.isSent) this.tellParts(source, tally);
    }
  }

  /** One thing made of the record is no longer under way. The last one settles the record. */
  close(sources: readonly SourceRecord[] | undefined): void {
    for (const source of sources ?? []) {
      const tally = this.tallies.get(source);
      if (tally === undefined) continue;
      tally.open -= 1;
      if (tally.open > 0) continue;
      this.tallies.delete(source);
      this.settle(source, tally.conclusions);
    }
  }

  /** Settles what is still open after a run was stopped: it was read, and nothing else is known. */
  abandon(error: AppErrorData): void {
    for (const [source, tally] of this.tallies) {
      this.settle(source, [...tally.conclusions, { status: 'read', nodeId: source.nodeId, error }]);
    }
    this.tallies.clear();
  }

  /** Number of records that are not settled yet. */
  get pending(): number {
    return this.tallies.size;
  }

  totals(): Totals {
    const total = Object.values(this.counts).reduce((sum, count) => sum + count, 0);
    const amounts: Totals['amounts'] = {};
    for (const [status, byCurrency] of this.sums)
      amounts[status] = Object.fromEntries([...byCurrency].map(([currency, amount]) => [currency, format(amount)]));
    return { counts: { ...this.counts, total }, amounts };
  }

  private tellParts({ key, origin, amount, currency }: SourceRecord, tally: Tally): void {
    const [first, ...others] = tally.untold ?? [];
    if (first === undefined) return;
    delete tally.untold;
    this.onParts({
      ...{ runId: this.runId, key, origin, parts: [first, ...others] },
      ...(amount === undefined ? {} : { amount }),
      ...(currency === undefined ? {} : { currency }),
    });
  }

  private settle(source: SourceRecord, conclusions: readonly Conclusion[]): void {
    const final = this.reviewed(source, this.judge(source, conclusions), conclusions);
    const outcome: RecordOutcome = { runId: this.runId, key: source.key, origin: source.origin, ...final };
    if (source.amount !== undefined) outcome.amount = source.amount;
    if (source.currency !== undefined) outcome.currency = source.currency;
    this.counts[outcome.status] += 1;
    const amount = source.amount === undefined ? undefined : tryParse(source.amount);
    if (amount !== undefined) {
      const byCurrency = this.sums.get(outcome.status) ?? new Map<string, Decimal>();
      this.sums.set(outcome.status, byCurrency);
      const currency = source.currency ?? '';
      byCurrency.set(currency, add(byCurrency.get(currency) ?? zero, amount));
    }
    this.onSettled(outcome, source);
  }

  /** Passing over what a person must see is no way to end: it is held. What still has a document in the flow is not passed over. */
  private reviewed<T extends Conclusion>(source: SourceRecord, final: T, conclusions: readonly Conclusion[]): T {
    const isPassedOver =
      final.status === 'skipped' && conclusions.every(({ businessKey }) => businessKey === undefined);
    const objection = isPassedOver ? this.objection(source) : undefined;
    if (objection === undefined) return final;
    return { ...final, status: 'held', error: objection.at({ nodeId: final.nodeId, recordKey: source.key }).toJSON() };
  }

  private judge(source: SourceRecord, conclusions: readonly Conclusion[]): Conclusion & Pick<RecordOutcome, 'parts'> {
    const [first, ...others] = conclusions;
    if (first === undefined) {
      const error = new AppError('internal.defect', `The record ${source.key} got lost between two nodes.`, {
        recordKey: source.key,
      });
      return { status: 'failed', nodeId: source.nodeId, error: error.toJSON() };
    }
    return others.length === 0 ? first : { ...mergeParts([first, ...others]), parts: [...conclusions] };
  }
}

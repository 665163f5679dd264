/**
 * The effects of one delivery, each committed to the ledger before and after: send, adopt, update, release. What the target says
 * decides, never what we hope.
 */
import type { WaitNotice, WriteResult } from '../model/connector.ts';
import { AppError, type ErrorCode, toAppError } from '../model/error.ts';
import type { DeliveryState, RecordOutcome } from '../model/run.ts';
import type { DeliveryLedger, DeliveryStep, LedgerRow } from '../store/deliveries.ts';
import { documentAmount } from './deliver-key.ts';
import { documentOf, type Finding, lookUp, mismatches, withDocument } from './deliver-lookup.ts';
import type { DeliveryTarget } from './ports.ts';
import { failureClass, pauseMs, refusedStatus, stopsRun } from './retry.ts';

/** What delivery needs from its surroundings. */
export interface DeliveryEnvironment {
  ledger: DeliveryLedger;
  /** Corrects the outcome of an earlier run, whose lost answer was found later. */
  settleEarlier: (outcomes: readonly RecordOutcome[]) => Promise<void>;
  now: () => number;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  random: () => number;
  /** Time between two lookups that must both find nothing before a write of unknown outcome is sent again. */
  settleMs: number;
  /** Times a write is sent at most in one run. */
  tries: number;
  onWait?: ((notice: WaitNotice) => void) | undefined;
}

/** How one delivery ended; the caller makes the record's outcome of it. */
export interface Ending {
  /** `read`: nothing was written, and not for a reason of the record; `error` stops the run. */
  status: 'posted' | 'skipped' | 'held' | 'failed' | 'inDoubt' | 'read';
  row: LedgerRow;
  error?: AppError;
  note?: string;
  /** A file of the document is missing that another run may attach. */
  unfinished?: true;
}

const instant = (environment: DeliveryEnvironment): string => new Date(environment.now()).toISOString();
const titleOf = (row: LedgerRow): string => row.origin.label ?? row.businessKey;

/** Attaches the files of a posted document; `isNew`: it was created just now. */
export type FilesOfDelivery = (row: LedgerRow, isNew: boolean) => Promise<{ remarks: string[]; unfinished: boolean }>;

/** One delivery under way: the row as committed, and the steps it can take. */
export class Delivery {
  readonly target: DeliveryTarget;
  private readonly environment: DeliveryEnvironment;
  private readonly signal: AbortSignal;
  private readonly files: FilesOfDelivery | undefined;
  private committed: DeliveryState | undefined;

  constructor(
    environment: DeliveryEnvironment,
    target: DeliveryTarget,
    committed: LedgerRow | undefined,
    signal: AbortSignal,
    files?: FilesOfDelivery,
  ) {
    this.environment = environment;
    this.target = target;
    this.committed = committed?.state;
    this.signal = signal;
    this.files = files;
  }

  /** Sends a new document, after the target said that it has none. Looks it up again before every further try. */
  async send(planned: LedgerRow): Promise<Ending> {
    this.throwIfCancelled();
    let row = planned;
    for (let attempt = 1; ; attempt += 1) {
      const sent = await this.intend(row);
      const { resource, client, options } = this.target;
      const { create } = resource;
      if (create === undefined) throw new AppError('flow.unknownResource', `${resource.title} cannot be written.`);
      const answer = await ask(() => create(client, sent.value, options, sent.scope), `posting ${titleOf(row)}`);
      if ('result' in answer) return this.posted(sent, answer.result, 'posted', 'created');
      const next = await this.afterFailure(sent, answer.failure, attempt);
      if ('status' in next) return next;
      row = next;
    }
  }

  /** Adopts a document that is ours, although its answer was lost. */
  adopt(row: LedgerRow, found: WriteResult): Promise<Ending> {
    return this.posted(row, found, 'adopted', 'adopted');
  }

  /** Links a document that somebody else made and that is the same: nothing is sent. */
  async link(row: LedgerRow, found: WriteResult): Promise<Ending> {
    const linked = {
      ...withDocument(row, found),
      state: 'posted',
      postedHash: row.contentHash,
      postedValue: row.value,
    } as const;
    const kept = await this.step({ row: linked, event: 'linked', audit: 'linked' });
    const name = found.number ?? found.id;
    const note = `${this.target.connectionName} already has it as ${name} with the same amount; linked, not posted again.`;
    return this.attached({ status: 'skipped', row: kept, note });
  }

  /** Keeps the delivery back; the target is not touched. */
  async hold(row: LedgerRow, error: AppError): Promise<Ending> {
    const held = await this.step({
      row: { ...row, state: 'held', error: error.toJSON() },
      event: 'held',
      detail: error.message,
      audit: 'held',
    });
    return { status: 'held', row: held, error };
  }

  /** Brings a document up to date that we posted before; safe to repeat, since it replaces by id. */
  async update(planned: LedgerRow, id: string): Promise<Ending> {
    this.throwIfCancelled();
    let row: LedgerRow = { ...planned, effect: 'update', targetId: id };
    for (let attempt = 1; ; attempt += 1) {
      const sent = await this.intend(row);
      const { resource, client, options } = this.target;
      const { update } = resource;
      if (update === undefined) throw new AppError('flow.unknownResource', `${resource.title} cannot be changed.`);
      const answer = await ask(() => update(client, id, sent.value, options, sent.scope), `updating ${titleOf(row)}`);
      if ('result' in answer) return this.posted(sent, answer.result, 'posted', 'updated');
      const { failure } = answer;
      if (failureClass(failure) === 'refused') return this.rejected({ ...sent, state: 'posted' }, failure);
      row = await this.doubt(sent, failure);
      if (this.isLast(attempt, failure)) return this.leaveInDoubt(row, failure);
      await this.pause(attempt, failure);
    }
  }

  /** Finishes a document that was posted before: first the files it lacks, then the release. */
  async finish(row: LedgerRow): Promise<Ending> {
    const { row: _row, ...ending } = await this.attached({ status: 'posted', row, note: '' });
    return { ...ending, ...(await this.release(row)) };
  }

  private async attached({ note = '', ...ending }: Ending, isNew = false): Promise<Ending> {
    const { remarks = [], unfinished = false } = (await this.files?.(ending.row, isNew)) ?? {};
    const told = [note, ...remarks].join(' ').trim();
    return { ...ending, ...(told === '' ? {} : { note: told }), ...(unfinished ? { unfinished } : {}) };
  }

  /** Makes a posted document final, as an effect of its own. */
  async release(row: LedgerRow): Promise<Ending> {
    const { resource, client } = this.target;
    const { release } = resource;
    const { targetId } = row;
    if (release === undefined || targetId === undefined) return { status: 'posted', row };
    const releasing = await this.step({ row: { ...row, releaseState: 'intent' }, event: 'releaseIntent' });
    for (let attempt = 1; ; attempt += 1) {
      const answer = await ask(() => release(client, targetId, row.scope), `releasing ${titleOf(row)}`);
      if ('result' in answer) {
        const released = {
          ...withDocument(releasing, { ...answer.result, id: targetId }),
          releaseState: 'released',
        } as const;
        return { status: 'posted', row: await this.step({ row: released, event: 'released', audit: 'released' }) };
      }
      const { failure } = answer;
      const error = this.notReleased(releasing, failure);
      if (failureClass(failure) === 'refused') {
        // What is no matter of the document is asked for again without a person.
        const releaseState = stopsRun(failure) ? 'wanted' : 'failed';
        const failed = { ...releasing, releaseState, error: error.toJSON() } as const;
        return {
          status: 'held',
          row: await this.step({ row: failed, event: 'releaseFailed', detail: failure.message }),
          error,
        };
      }
      if (this.isLast(attempt, failure)) return { status: 'inDoubt', row: releasing, error };
      await this.pause(attempt, failure);
    }
  }

  /**
   * Settles a row whose outcome is unknown. Absent counts only when two lookups with time between them found nothing: a target
   * may still be working on what it was sent.
   * @returns the row, ready to be sent again, or how it ended.
   */
  async resolve(row: LedgerRow): Promise<Ending | LedgerRow> {
    const answer = await ask(() => this.lookUpTwice(row), `looking up ${titleOf(row)}`);
    if ('failure' in answer) return this.leaveInDoubt(row, answer.failure);
    const finding = answer.result;
    if (finding.kind === 'ours') return this.adopt(row, finding.document);
    if (finding.kind === 'other') return this.hold(row, finding.error);
    return row;
  }

  /**
   * The first of the two lookups, for many rows at once: what is found is settled, what is not is noted with its time, so that one
   * wait serves all of them.
   */
  async firstLook(row: LedgerRow): Promise<Ending | LedgerRow> {
    const answer = await ask(() => lookUp(this.target, row, true), `looking up ${titleOf(row)}`);
    if ('failure' in answer) return this.leaveInDoubt(row, answer.failure);
    const finding = answer.result;
    if (finding.kind === 'ours') return this.adopt(row, finding.document);
    if (finding.kind === 'other') return this.hold(row, finding.error);
    if (row.absentAt !== undefined) return row;
    return this.step({ row: { ...row, absentAt: instant(this.environment) }, event: 'absent' });
  }

  /** Marks a row as never received: the next run sends it. */
  absent(row: LedgerRow): Promise<LedgerRow> {
    const state = row.effect === 'update' ? 'posted' : 'planned';
    return this.step({ row: { ...row, state }, event: 'absent' });
  }

  private async lookUpTwice(row: LedgerRow): Promise<Finding> {
    const { environment } = this;
    let seen = row;
    for (;;) {
      const finding = await lookUp(this.target, row, true);
      if (finding.kind !== 'absent') return finding;
      const first = seen.absentAt;
      if (first === undefined) {
        seen = await this.step({ row: { ...row, absentAt: instant(environment) }, event: 'absent' });
      } else if (environment.now() - Date.parse(first) >= environment.settleMs) {
        return finding;
      }
      const passed = environment.now() - Date.parse(seen.absentAt ?? instant(environment));
      const waitMs = Math.max(0, environment.settleMs - passed);
      if (waitMs > 0)
        environment.onWait?.({ reason: 'retry', waitMs, detail: `Making sure that ${titleOf(row)} did not arrive.` });
      await environment.sleep(waitMs, this.signal);
    }
  }

  private async intend(row: LedgerRow): Promise<LedgerRow> {
    const { absentAt: _absent, error: _error, ...clean } = row;
    const sentAt = instant(this.environment);
    return this.step({ row: { ...clean, state: 'intent', attempts: row.attempts + 1, sentAt }, event: 'intent' });
  }

  private async afterFailure(row: LedgerRow, failure: AppError, attempt: number): Promise<Ending | LedgerRow> {
    const failed = failureClass(failure);
    if (failed === 'refused') return this.rejected({ ...row, state: 'rejected' }, failure);
    const doubtful = await this.doubt(row, failure);
    if (failed === 'later' || this.signal.aborted) return this.leaveInDoubt(doubtful, failure);
    if (failed === 'resend') await this.pause(attempt, failure);
    const resolved = await this.resolve(doubtful);
    if ('status' in resolved || !this.isLast(attempt, failure)) return resolved;
    const planned = await this.absent({ ...resolved, error: failure.toJSON() });
    const message = `${titleOf(row)} was sent ${attempt} times and never arrived: ${failure.message}`;
    return { status: 'failed', row: planned, error: new AppError('delivery.notSent', message, { cause: failure }) };
  }

  private async rejected(row: LedgerRow, error: AppError): Promise<Ending> {
    const refused = { ...row, error: error.toJSON() };
    const kept = await this.step({ row: refused, event: 'rejected', detail: error.message, audit: 'rejected' });
    // A person mends what the target named and replays; refused credentials and settings are no matter of the record.
    return { status: refusedStatus(error), row: kept, error };
  }

  private doubt(row: LedgerRow, error: AppError): Promise<LedgerRow> {
    const doubtful = { ...row, state: 'inDoubt', error: error.toJSON() } as const;
    return this.step({ row: doubtful, event: 'inDoubt', detail: error.message, audit: 'inDoubt' });
  }

  private leaveInDoubt(row: LedgerRow, cause: AppError): Ending {
    const message = `${this.target.connectionName} was sent ${titleOf(row)}, but whether it arrived is not known: ${cause.message}`;
    return { status: 'inDoubt', row, error: because(cause, 'delivery.inDoubt', message, row) };
  }

  /** Commits what the target took, then compares it with what was sent. */
  private async posted(
    row: LedgerRow,
    result: WriteResult,
    event: 'posted' | 'adopted',
    audit: 'created' | 'adopted' | 'updated',
  ): Promise<Ending> {
    const { error: _error, ...clean } = row;
    const done = {
      ...withDocument(clean, result),
      state: 'posted',
      postedHash: row.contentHash,
      postedValue: row.value,
    } as const;
    const kept = await this.step({ row: done, event, audit });
    const { error: wrong, note: unread } = await this.verify(kept, result);
    if (wrong !== undefined) {
      const held = { ...kept, state: 'held', error: wrong.toJSON() } as const;
      return {
        status: 'held',
        row: await this.step({ row: held, event: 'held', detail: wrong.message, audit: 'held' }),
        error: wrong,
      };
    }
    const remarks = [...(result.warnings ?? []), ...(unread === undefined ? [] : [unread])];
    // Before the release: some documents take no more files afterwards, and whoever approves one wants to see them.
    const ending = await this.attached({ status: 'posted', row: kept, note: remarks.join(' ') }, audit === 'created');
    if (!this.target.release || this.target.resource.release === undefined) return ending;
    const released = await this.release(kept);
    return { ...ending, ...released };
  }

  /** Amount and vendor as the target holds them; read back where the answer did not carry them. */
  private async verify(row: LedgerRow, result: WriteResult): Promise<{ error?: AppError; note?: string }> {
    const { resource } = this.target;
    let held = result.value;
    if (held === undefined || (resource.amount !== undefined && documentAmount(resource, held) === undefined)) {
      const answer = await ask(
        async () => resource.find?.(this.target.client, row.value, row.scope),
        `reading ${titleOf(row)} back`,
      );
      // It is posted; that it could not be read back does not undo it.
      if ('failure' in answer) return { note: `It could not be read back for comparison: ${answer.failure.message}` };
      held = answer.result?.find((document) => document.id === row.targetId)?.value ?? held;
    }
    const fields = held === undefined ? {} : mismatches(this.target, row, held, true);
    if (Object.keys(fields).length === 0) return {};
    const name = row.targetNumber ?? row.targetId ?? row.businessKey;
    const message = `${titleOf(row)} was posted as ${name}, but ${this.target.connectionName} holds something else.`;
    return { error: new AppError('delivery.verifyFailed', message, { fields, recordKey: row.recordKey }) };
  }

  private notReleased(row: LedgerRow, cause: AppError): AppError {
    const name = row.targetNumber ?? row.targetId ?? row.businessKey;
    const message = `${name} was created but not released: ${cause.message}`;
    return because(cause, 'delivery.releaseFailed', message, row);
  }

  private async pause(attempt: number, failure: AppError): Promise<void> {
    const waitMs = pauseMs(attempt, failure, this.environment.random);
    const reason = failure.reason === 'rateLimit' ? 'rateLimit' : 'retry';
    this.environment.onWait?.({ reason, waitMs, detail: failure.message });
    try {
      await this.environment.sleep(waitMs, this.signal);
    } catch (thrown) {
      // A cancelled pause ends at once; the caller sees the signal and leaves the row as it is known.
      if (!this.signal.aborted) throw thrown;
    }
  }

  private isLast(attempt: number, failure: AppError): boolean {
    return attempt >= this.environment.tries || this.signal.aborted || failureClass(failure) === 'later';
  }

  private throwIfCancelled(): void {
    if (this.signal.aborted) throw new AppError('run.cancelled', 'The run was cancelled.');
  }

  private async step(step: Omit<DeliveryStep, 'expected'>): Promise<LedgerRow> {
    const kept = await this.environment.ledger.step({ ...step, expected: this.committed });
    this.committed = kept.state;
    return kept;
  }
}

/** Errors of our own store: they stop the run instead of being taken for an answer of the target. */
export const isOurs = (thrown: unknown): boolean =>
  !(thrown instanceof AppError) ||
  thrown.code.startsWith('store.') ||
  thrown.code.startsWith('workspace.') ||
  thrown.code === 'delivery.moved';

/** Causes whose reason and remedy say more than what they led to: a closed period is one, whatever it prevented. */
const speaksForItself = (cause: AppError): boolean => stopsRun(cause) || cause.code === 'remote.periodClosed';

/** An error of a delivery with what caused it. */
function because(cause: AppError, code: ErrorCode, message: string, { recordKey }: LedgerRow): AppError {
  const remote = cause.remote === undefined ? {} : { remote: cause.remote };
  const own = speaksForItself(cause) ? { code: cause.code, hint: { hint: cause.hint } } : { code, hint: {} };
  return new AppError(own.code, message, { ...own.hint, ...remote, cause, recordKey });
}

/** The answer of the target, or its failure as an error; what is our own fault is thrown. */
export async function ask<Result>(
  question: () => Promise<Result>,
  doing: string,
): Promise<{ result: Result } | { failure: AppError }> {
  try {
    return { result: await question() };
  } catch (thrown) {
    if (isOurs(thrown)) throw thrown;
    return { failure: toAppError(thrown, doing) };
  }
}

/** A row's ending as the outcome of a record. */
export const endingOutcome = (
  target: DeliveryTarget,
  ending: Ending,
): Pick<RecordOutcome, 'status'> & Partial<RecordOutcome> => ({
  status: ending.status,
  ...documentOf(target, ending.row),
  ...(ending.error === undefined ? {} : { error: ending.error.toJSON() }),
  ...(ending.note === undefined ? {} : { note: ending.note }),
  ...(ending.unfinished === undefined ? {} : { unfinished: ending.unfinished }),
});

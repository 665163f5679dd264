/**
 * How far a source was read. A watermark moves only when its scope was read to the end, and never past a record that is not
 * settled; the next read goes back by the overlap, and the ledger leaves out what is there twice.
 */
import type { RecordOutcome, RecordStatus } from '../model/run.ts';
import type { Watermarks } from './ports.ts';
import { isPassing } from './retry.ts';

/** Overlap where the resource declares none, in hours. */
export const defaultOverlapHours = 10 / 60;

/** What a tracker follows: one reading node of one run. */
export interface WatermarkOptions {
  watermarks: Watermarks;
  flowId: string;
  nodeId: string;
  /** Hours that the next read goes back; the resource's `overlapHours`. */
  overlapHours?: number;
}

/** The scope id of records without a scope. */
export const companyScope = 'company';

const open: readonly RecordStatus[] = ['read', 'awaitingApproval', 'sending', 'inDoubt'];

/** Whether a record need not be read again: posted, skipped, held, ignored, or failed for a reason of its own. */
export const isSettled = (outcome: Pick<RecordOutcome, 'status' | 'error'>): boolean =>
  !open.includes(outcome.status) && !(outcome.status === 'failed' && isPassing(outcome.error));

interface ScopeState {
  newest: string | undefined;
  /** Oldest change that is not settled for good. */
  blocked: string | undefined;
  unsettled: Map<string, string>;
  done: boolean;
}

const earlier = (a: string | undefined, b: string): string => (a === undefined || b < a ? b : a);
const later = (a: string | undefined, b: string): string => (a === undefined || b > a ? b : a);

/** Follows the records of a reading node from read to settled. Holds only records that are under way. */
export class WatermarkTracker {
  private readonly options: WatermarkOptions;
  private readonly scopes = new Map<string, ScopeState>();
  private readonly scopeOfKey = new Map<string, string>();

  constructor(options: WatermarkOptions) {
    this.options = options;
  }

  /** Where to read from per scope id: the watermark less the overlap. Empty for a first read. */
  async since(): Promise<Record<string, string>> {
    const reached = await this.options.watermarks.read(this.options.flowId, this.options.nodeId);
    const overlapMs = (this.options.overlapHours ?? defaultOverlapHours) * 3_600_000;
    return Object.fromEntries(
      Object.entries(reached).map(([scope, at]) => [scope, new Date(Date.parse(at) - overlapMs).toISOString()]),
    );
  }

  /** A record was read. Without `updatedAt` it cannot move the watermark. */
  read(scope: string | undefined, key: string, updatedAt: string | undefined): void {
    const at = updatedAt === undefined ? Number.NaN : Date.parse(updatedAt);
    if (Number.isNaN(at)) return;
    const id = scope ?? companyScope;
    const state = this.state(id);
    const instant = new Date(at).toISOString();
    state.newest = later(state.newest, instant);
    state.unsettled.set(key, instant);
    this.scopeOfKey.set(key, id);
  }

  /** A record ended. One that has to be read again keeps the watermark below it. */
  settled(key: string, outcome: Pick<RecordOutcome, 'status' | 'error'>): void {
    const state = this.scopes.get(this.scopeOfKey.get(key) ?? '');
    const at = state?.unsettled.get(key);
    if (state === undefined || at === undefined) return;
    state.unsettled.delete(key);
    this.scopeOfKey.delete(key);
    if (!isSettled(outcome)) state.blocked = earlier(state.blocked, at);
  }

  /** A scope was read to its end. */
  scopeRead(scope: string | undefined): void {
    this.state(scope ?? companyScope).done = true;
  }

  /** Moves what may be moved; call it when the run has ended, also when it failed or was cancelled. */
  async advance(): Promise<void> {
    for (const [scope, state] of this.scopes) {
      const to = this.reachable(state);
      if (to !== undefined) await this.options.watermarks.advance(this.options.flowId, this.options.nodeId, scope, to);
    }
  }

  private reachable(state: ScopeState): string | undefined {
    if (!state.done || state.newest === undefined) return undefined;
    let oldest = state.blocked;
    for (const at of state.unsettled.values()) oldest = earlier(oldest, at);
    if (oldest === undefined) return state.newest;
    // Everything changed before the oldest open record is settled: one millisecond below it is safe.
    return new Date(Date.parse(oldest) - 1).toISOString();
  }

  private state(scope: string): ScopeState {
    const state = this.scopes.get(scope) ?? {
      newest: undefined,
      blocked: undefined,
      unsettled: new Map(),
      done: false,
    };
    this.scopes.set(scope, state);
    return state;
  }
}

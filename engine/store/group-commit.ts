/**
 * Small writes that are asked for at the same moment share one transaction, and so one wait for the disk. Each caller goes on only
 * once its write is committed. A write that nothing waits to be sent for may wait a little for one that something does: on a slow
 * disk, which blocks the whole process, the two then share a commit.
 */
import { AppError } from '../model/error.ts';
import type { Database } from './database.ts';

interface Waiting {
  /** Does the write; the answer is handed out after the commit. @throws AppError `refusal` before it has written anything */
  work: () => () => void;
  reject: (reason: unknown) => void;
}

/** A write waits for others at most as long as so many commits take, and never longer than `mostMs`. */
const patience = { commits: 2, mostMs: 20 };
/** Commits that are remembered: the fastest of them tells what the disk takes, the others what else the machine does. */
const remembered = 4;

/** Collects writes until the event loop turns, patient ones until another comes or their time is over. */
export class GroupCommit {
  private readonly database: Pick<Database, 'transaction'>;
  private waiting: Waiting[] = [];
  private isDue = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly took: number[] = [];
  private readonly clock: () => number;

  /** @param clock milliseconds that only go forward, to time commits. */
  constructor(database: Pick<Database, 'transaction'>, clock: () => number = () => performance.now()) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Runs `work` inside the next shared transaction.
   * @param isPatient the write may wait some milliseconds for another one.
   * @returns what `work` gave, after it is durable. An AppError of kind `conflict` refuses this write alone; work throws it before
   *   it writes. Everything else fails the whole group.
   */
  run<Result>(work: () => Result, isPatient = false): Promise<Result> {
    return new Promise((resolve, reject) => {
      const write = () => {
        const result = work();
        return () => resolve(result);
      };
      this.waiting.push({ work: write, reject });
      this.plan(isPatient);
    });
  }

  /** Writes what waits, at once: nothing more may come. */
  close(): void {
    this.commit();
  }

  private plan(isPatient: boolean): void {
    if (this.isDue) return;
    const waitMs = isPatient ? Math.min(patience.mostMs, Math.min(...this.took) * patience.commits) : 0;
    // Timers know whole milliseconds only; before the first commit nothing is known of the disk.
    if (waitMs >= 1 && this.took.length > 0) {
      this.timer ??= setTimeout(() => this.commit(), waitMs);
      return;
    }
    this.isDue = true;
    setImmediate(() => this.commit());
  }

  private commit(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isDue = false;
    const group = this.waiting;
    this.waiting = [];
    if (group.length === 0) return;
    const started = this.clock();
    this.write(group);
    this.took.push(this.clock() - started);
    if (this.took.length > remembered) this.took.shift();
  }

  private write(group: readonly Waiting[]): void {
    const done: (() => void)[] = [];
    try {
      this.database.transaction(() => {
        for (const { work, reject } of group) {
          try {
            done.push(work());
          } catch (thrown) {
            if (!(thrown instanceof AppError) || thrown.kind !== 'conflict') throw thrown;
            reject(thrown);
          }
        }
      });
    } catch (thrown) {
      for (const { reject } of group) reject(thrown);
      return;
    }
    for (const finish of done) finish();
  }
}

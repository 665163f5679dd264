/**
 * Small writes that are asked for at the same moment share one transaction, and so one wait for the disk. Each caller goes on only
 * once its write is committed.
 */
import { AppError } from '../model/error.ts';
import type { Database } from './database.ts';

interface Waiting {
  /** Does the write; the answer is handed out after the commit. @throws AppError `refusal` before it has written anything */
  work: () => () => void;
  reject: (reason: unknown) => void;
}

/** Collects writes until the event loop turns. */
export class GroupCommit {
  private readonly database: Database;
  private waiting: Waiting[] = [];

  constructor(database: Database) {
    this.database = database;
  }

  /**
   * Runs `work` inside the next shared transaction.
   * @returns what `work` gave, after it is durable. An AppError of kind `conflict` refuses this write alone; work throws it before
   *   it writes. Everything else fails the whole group.
   */
  run<Result>(work: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      const write = () => {
        const result = work();
        return () => resolve(result);
      };
      this.waiting.push({ work: write, reject });
      if (this.waiting.length === 1) setImmediate(() => this.commit());
    });
  }

  private commit(): void {
    const group = this.waiting;
    this.waiting = [];
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

/** Keeps writes with one business key apart. */
import type { DeliveryKey } from '../store/deliveries.ts';

/** One at a time per key, in the order of asking. */
export class KeyedMutex {
  private readonly tails = new Map<string, Promise<unknown>>();

  /** Runs `work` once everything asked for earlier under `key` has ended, well or not. */
  async run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.tails.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    const tail = mine.then(
      () => undefined,
      () => undefined,
    );
    this.tails.set(key, tail);
    try {
      return await mine;
    } finally {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    }
  }
}

/** One mutex per ledger: all runs of the process and recovery share it. */
const mutexes = new WeakMap<object, KeyedMutex>();

/** Runs `work` while nobody else in this process works on the delivery. */
export function aloneWith<Result>(ledger: object, key: DeliveryKey, work: () => Promise<Result>): Promise<Result> {
  const mutex = mutexes.get(ledger) ?? new KeyedMutex();
  mutexes.set(ledger, mutex);
  return mutex.run(JSON.stringify([key.connectionId, key.resource, key.businessKey]), work);
}

/** Kills a process that is none: after a number of steps every step fails, as if nothing more were executed. */
import type { Store } from '../../engine/store/index.ts';

/** What a dead process throws. It is no AppError, so that nobody takes it for an answer of the target. */
export class Crash extends Error {
  constructor() {
    super('the process is dead');
    this.name = 'Crash';
  }
}

/** A life that ends after `steps` steps. */
export class Life {
  private left: number;

  constructor(steps: number) {
    this.left = steps;
  }

  /** Whether it ended. */
  get over(): boolean {
    return this.left < 0;
  }

  /** One step; the last one and all after it throw. */
  readonly step = (): void => {
    this.left -= 1;
    if (this.left < 0) throw new Crash();
  };

  /** The same object with a step before and after each of its asynchronous methods. */
  private guarded<Methods extends object>(methods: Methods): Methods {
    const { step } = this;
    return new Proxy(methods, {
      get(inner, name, receiver) {
        const member: unknown = Reflect.get(inner, name, receiver);
        if (typeof member !== 'function') return member;
        return async (...parameters: unknown[]) => {
          step();
          const result: unknown = await member.apply(inner, parameters);
          step();
          return result;
        };
      },
    });
  }

  /** A store that dies with this life. Its ledger steps are what crash points are between. */
  store(store: Store): Store {
    return { ...store, deliveries: this.guarded(store.deliveries), records: this.guarded(store.records) };
  }
}

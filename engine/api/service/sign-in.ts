/** Browser sign-ins under way: one per connection, since they share a redirect address. */
import type { Connection } from '../../model/connection.ts';
import type { SignInStep } from '../contract.ts';
import { type SignInHost, signInSteps } from '../workspace-sign-in.ts';

interface UnderWay {
  stop: AbortController;
  over: Promise<void>;
}

/** The sign-ins of one service. */
export class SignIns {
  private readonly host: SignInHost;
  private readonly underWay = new Map<string, UnderWay>();

  constructor(host: SignInHost) {
    this.host = host;
  }

  /** Signs in; one that waits for the same connection, such as in a window that was left, is given up first. */
  async *start(connection: Connection, signal: AbortSignal | undefined): AsyncGenerator<SignInStep> {
    const before = this.underWay.get(connection.id);
    const stop = new AbortController();
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const mine: UnderWay = { stop, over };
    this.underWay.set(connection.id, mine);
    try {
      before?.stop.abort();
      await before?.over;
      const end = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
      yield* signInSteps(this.host, connection, end, resolve);
    } finally {
      if (this.underWay.get(connection.id) === mine) this.underWay.delete(connection.id);
    }
  }
}

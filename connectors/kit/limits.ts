/**
 * Rate windows and the concurrency cap of a connection. One limiter per connection id, shared by all flows of the process, fed
 * by the limits a connector declares and by what the remote system says in its headers.
 */
import type { WaitNotice } from '../../engine/model/connector.ts';

/** A window: at most `requests` in any `perSeconds` seconds. */
export interface RateWindow {
  requests: number;
  perSeconds: number;
}

/** What a response says about the window nearest to exhaustion. */
export interface RateSignal {
  limit?: number;
  remaining?: number;
  /** Instant the window starts afresh, in milliseconds since 1970. */
  resetAtMs?: number;
}

/** Limits of a system: windows as first guess, cap on calls under way, and how to read its headers. */
export interface Limits {
  windows: readonly RateWindow[];
  concurrency: number;
  readSignal?: (headers: Readonly<Record<string, string>>) => RateSignal | undefined;
}

/** Clock and waiting of whoever asks. */
export interface Waiter {
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  random: () => number;
  onWait?: ((notice: WaitNotice) => void) | undefined;
}

/** Width added to a window: the server sees a call a little later than it was sent, and not always by the same time. */
const slackMs = 60;

interface Window {
  limit: number;
  readonly spanMs: number;
  /** Instants at which calls inside the window were answered, oldest first from `head` on. */
  sent: number[];
  head: number;
}

/** Lets calls through as windows and cap allow, in the order they asked. */
export class RateLimiter {
  readonly #windows: Window[];
  readonly #concurrency: number;
  #running = 0;
  #pausedUntil = 0;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #free: (() => void)[] = [];

  constructor(limits: Limits) {
    this.#windows = limits.windows.map(({ requests, perSeconds }) => ({
      limit: requests,
      spanMs: perSeconds * 1000,
      sent: [],
      head: 0,
    }));
    this.#concurrency = limits.concurrency;
  }

  /**
   * Waits for a place. The function it answers gives the place back and must be called once the answer is there.
   * @throws whatever the waiter's sleep rejects with, such as run.cancelled.
   */
  async acquire(waiter: Waiter): Promise<() => void> {
    const mine = this.#turn.then(() => this.#wait(waiter));
    this.#turn = mine.catch(() => undefined);
    await mine;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#running -= 1;
      // The server saw the call somewhere between sending and answer: the answer is the latest it can count from.
      const answered = waiter.now();
      for (const window of this.#windows) window.sent.push(answered);
      this.#free.shift()?.();
    };
  }

  /** Takes what the server says: its limit replaces the first guess; nothing left means a pause until the window starts afresh. */
  observe(signal: RateSignal, waiter: Waiter): void {
    const now = waiter.now();
    const ahead = signal.resetAtMs === undefined ? undefined : signal.resetAtMs - now;
    // A reset in the past or more than an hour ahead is a clock that cannot be trusted: the windows alone decide.
    if (ahead === undefined || ahead < 0 || ahead > 3_660_000) return;
    if (signal.limit !== undefined && signal.limit > 0 && !this.#windows.some(({ limit }) => limit === signal.limit)) {
      const window = this.#windows.find(({ spanMs }) => spanMs + 1000 >= ahead) ?? this.#windows.at(-1);
      if (window !== undefined) window.limit = signal.limit;
    }
    if (signal.remaining === 0) {
      const until = now + ahead + Math.floor(waiter.random() * 250);
      this.#pausedUntil = Math.max(this.#pausedUntil, until);
    }
  }

  /** Stops all calls of the connection for a while, after a refusal for too many calls. */
  pause(ms: number, now: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, now + ms);
  }

  /** Calls that may still be made now, by the tightest window. */
  left(now: number): number {
    const used = (window: Window): number => this.#count(window, now) + this.#running;
    return Math.min(...this.#windows.map((window) => window.limit - used(window)), Number.MAX_SAFE_INTEGER);
  }

  async #wait(waiter: Waiter): Promise<void> {
    while (this.#running >= this.#concurrency) {
      await new Promise<void>((resolve) => this.#free.push(resolve));
    }
    for (;;) {
      const now = waiter.now();
      const waitMs = Math.max(this.#pausedUntil - now, ...this.#windows.map((window) => this.#delay(window, now)), 0);
      if (waitMs <= 0) break;
      if (waitMs > 1000) {
        waiter.onWait?.({
          reason: 'rateLimit',
          waitMs,
          detail: 'The remote system limits how many calls may be made.',
        });
      }
      await waiter.sleep(waitMs);
    }
    this.#running += 1;
  }

  #count(window: Window, now: number): number {
    const from = now - window.spanMs - slackMs;
    while (window.head < window.sent.length && (window.sent[window.head] ?? 0) <= from) window.head += 1;
    if (window.head > 1024) {
      window.sent = window.sent.slice(window.head);
      window.head = 0;
    }
    return window.sent.length - window.head;
  }

  #delay(window: Window, now: number): number {
    const over = this.#count(window, now) + this.#running - window.limit;
    if (over < 0) return 0;
    const frees = window.sent[window.head + over] ?? now;
    return frees + window.spanMs + slackMs + 1 - now;
  }
}

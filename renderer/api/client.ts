/**
 * The typed client of the renderer. The line to the host is opened again whenever it breaks; its state can be watched. Calls made
 * while it is broken fail at once with host.lost, so that nobody waits for an answer that will not come.
 */
import { createORPCClient, DynamicLink, mapEventIterator } from '@orpc/client';
import type { CostwireClient } from '../../engine/api/contract.ts';
import { lostError, toClientError } from './errors.ts';
import { chooseTransport, type Line, type Transport } from './transport.ts';

/** State of the line to the host. `lost` says when the next attempt is made (epoch milliseconds). */
export type HostLinkState =
  | { state: 'connecting' }
  | { state: 'open' }
  | { state: 'lost'; attempt: number; nextTryAt: number };

/** The renderer's end of the line. */
export interface HostLink {
  readonly client: CostwireClient;
  /** The state now; the same object until it changes (fit for useSyncExternalStore). */
  getState(): HostLinkState;
  /** Calls back on every change. @returns ends it. */
  subscribe(listener: () => void): () => void;
  /** Tries at once instead of at `nextTryAt`. */
  retryNow(): void;
  /**
   * Follows a stream and takes it up again after the line was broken. `onGap` is called each time it starts again: what happened in
   * between was not told. @returns ends it.
   */
  follow<Event>(
    open: (client: CostwireClient, signal: AbortSignal) => Promise<AsyncIterable<Event>>,
    on: { event: (event: Event) => void; error?: (error: unknown) => void; gap?: () => void },
  ): () => void;
  close(): void;
}

const delaysMs = [250, 500, 1000, 2000, 4000, 8000] as const;
const isIterator = (value: unknown): value is AsyncIterator<unknown, unknown, void> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** Connects this window to its host: the desktop's port where `window.costwire` is, else the WebSocket of the page's origin. */
export function connectToHost(
  makeTransport: (wrap: (call: () => Promise<unknown>) => Promise<unknown>) => Transport = (wrap) =>
    chooseTransport(window, wrap),
): HostLink {
  return new ReconnectingLink(makeTransport);
}

class ReconnectingLink implements HostLink {
  readonly client: CostwireClient;
  private readonly transport: Transport;
  private readonly listeners = new Set<() => void>();
  private state: HostLinkState = { state: 'connecting' };
  private line: Line | undefined;
  private readonly closing = new AbortController();
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(makeTransport: (wrap: (call: () => Promise<unknown>) => Promise<unknown>) => Transport) {
    this.transport = makeTransport((call) => this.guard(call));
    this.client = createORPCClient(new DynamicLink(async () => (await this.usable()).link));
    void this.connect();
  }

  getState(): HostLinkState {
    return this.state;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  retryNow(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    void this.connect();
  }

  follow<Event>(
    open: (client: CostwireClient, signal: AbortSignal) => Promise<AsyncIterable<Event>>,
    on: { event: (event: Event) => void; error?: (error: unknown) => void; gap?: () => void },
  ): () => void {
    const end = new AbortController();
    const run = async () => {
      for (let round = 0; !end.signal.aborted; round += 1) {
        await this.untilOpen(end.signal);
        if (end.signal.aborted) return;
        if (round > 0) on.gap?.();
        try {
          for await (const event of await open(this.client, end.signal)) on.event(event);
          return;
        } catch (thrown) {
          if (end.signal.aborted) return;
          if (this.line !== undefined) {
            on.error?.(thrown);
            return;
          }
        }
      }
    };
    void run();
    return () => end.abort();
  }

  close(): void {
    this.closing.abort();
    if (this.timer !== undefined) clearTimeout(this.timer);
    this.line?.close();
    this.line = undefined;
  }

  private async connect(): Promise<void> {
    this.timer = undefined;
    this.tell({ state: 'connecting' });
    const end = () => {
      this.line = undefined;
      if (!this.closing.signal.aborted) this.retryLater();
    };
    try {
      // A socket that never opened closes too: only what follows an open line counts here.
      const line = await this.transport(() => {
        if (this.line !== undefined) end();
      });
      this.line = line;
      this.attempt = 0;
      if (this.closing.signal.aborted) this.close();
      else this.tell({ state: 'open' });
    } catch {
      // Why it failed does not matter to the user: the state says that it is lost and when the next attempt is.
      end();
    }
  }

  private retryLater(): void {
    const delay = delaysMs[Math.min(this.attempt, delaysMs.length - 1)] ?? 8000;
    this.attempt += 1;
    this.tell({ state: 'lost', attempt: this.attempt, nextTryAt: Date.now() + delay });
    this.timer = setTimeout(() => void this.connect(), delay);
  }

  private tell(state: HostLinkState): void {
    this.state = state;
    for (const listener of [...this.listeners]) listener();
  }

  /** The line; while the first attempt is under way calls wait for it. @throws AppError host.lost */
  private async usable(): Promise<Line> {
    if (this.line === undefined && this.state.state === 'connecting') await this.untilSettled();
    if (this.line === undefined) throw lostError();
    return this.line;
  }

  private untilSettled(): Promise<void> {
    return new Promise((resolve) => {
      const end = this.subscribe(() => {
        if (this.state.state === 'connecting') return;
        end();
        resolve();
      });
    });
  }

  private async untilOpen(signal: AbortSignal): Promise<void> {
    while (this.line === undefined && !signal.aborted && !this.closing.signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = () => {
          end();
          signal.removeEventListener('abort', done);
          resolve();
        };
        const end = this.subscribe(done);
        signal.addEventListener('abort', done);
      });
    }
  }

  private async guard(call: () => Promise<unknown>): Promise<unknown> {
    const isOpen = () => this.line !== undefined;
    try {
      const answer = await call();
      if (!isIterator(answer)) return answer;
      return mapEventIterator(answer, {
        value: async (event) => event,
        error: async (thrown) => toClientError(thrown, isOpen),
      });
    } catch (thrown) {
      throw toClientError(thrown, isOpen);
    }
  }
}

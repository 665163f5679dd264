import { describe, expect, it } from 'vitest';
import { Breaker, failuresToOpen, openMs } from '../../../connectors/kit/breaker.ts';
import { RateLimiter, type Waiter } from '../../../connectors/kit/limits.ts';
import { backoffMs, defaultRetry, retryAfterMs } from '../../../connectors/kit/retry.ts';

/** A clock that only moves when somebody waits. */
function virtualWaiter() {
  let time = 1_000_000;
  const waits: number[] = [];
  const waiter: Waiter = {
    now: () => time,
    sleep: (ms) => {
      waits.push(ms);
      time += ms;
      return Promise.resolve();
    },
    random: () => 0,
  };
  return { waiter, waits, now: () => time };
}

describe('rate windows', () => {
  it('never lets more calls through than any window of the server allows, and wastes little', async () => {
    const { waiter, now } = virtualWaiter();
    const limiter = new RateLimiter({
      windows: [
        { requests: 5, perSeconds: 10 },
        { requests: 100, perSeconds: 3600 },
      ],
      concurrency: 2,
    });
    const sent: number[] = [];
    for (let call = 0; call < 50; call += 1) {
      const release = await limiter.acquire(waiter);
      sent.push(now());
      release();
    }
    for (const start of sent)
      expect(sent.filter((at) => at >= start && at < start + 10_000).length).toBeLessThanOrEqual(5);
    const ideal = (50 / 5 - 1) * 10_000;
    expect(ideal / ((sent.at(-1) ?? 0) - (sent[0] ?? 0))).toBeGreaterThan(0.95);
  });

  it('counts a call from its answer on, for the server may have seen it as late as that', async () => {
    const { waiter, now } = virtualWaiter();
    const limiter = new RateLimiter({ windows: [{ requests: 1, perSeconds: 10 }], concurrency: 2 });
    const release = await limiter.acquire(waiter);
    expect(limiter.left(now())).toBe(0);
    await waiter.sleep(9000);
    const answered = now();
    release();
    (await limiter.acquire(waiter))();
    expect(now() - answered).toBeGreaterThan(10_000);
  });

  it('pauses until the reset the server names when nothing is left, and learns its limit', async () => {
    const { waiter, now } = virtualWaiter();
    const limiter = new RateLimiter({ windows: [{ requests: 25, perSeconds: 10 }], concurrency: 4 });
    (await limiter.acquire(waiter))();
    limiter.observe({ limit: 5, remaining: 0, resetAtMs: now() + 7000 }, waiter);
    const before = now();
    (await limiter.acquire(waiter))();
    expect(now() - before).toBe(7000);
    expect(limiter.left(now())).toBe(3);
  });

  it('disbelieves a reset in the past or hours ahead', async () => {
    const { waiter, waits, now } = virtualWaiter();
    const limiter = new RateLimiter({ windows: [{ requests: 25, perSeconds: 10 }], concurrency: 4 });
    limiter.observe({ remaining: 0, resetAtMs: now() - 1 }, waiter);
    limiter.observe({ remaining: 0, resetAtMs: now() + 9_999_999 }, waiter);
    (await limiter.acquire(waiter))();
    expect(waits).toEqual([]);
  });

  it('caps the calls under way and hands places on in order', async () => {
    const { waiter } = virtualWaiter();
    const limiter = new RateLimiter({ windows: [], concurrency: 1 });
    const order: string[] = [];
    const follow = async (name: string) => {
      const release = await limiter.acquire(waiter);
      order.push(name);
      release();
    };
    const first = await limiter.acquire(waiter);
    const second = follow('second');
    const third = follow('third');
    await Promise.resolve();
    expect(order).toEqual([]);
    first();
    await Promise.all([second, third]);
    expect(order).toEqual(['second', 'third']);
  });
});

describe('waiting', () => {
  it('jitters over the whole exponential ceiling', () => {
    expect(backoffMs(1, defaultRetry, () => 0)).toBe(0);
    expect(backoffMs(3, defaultRetry, () => 0.999)).toBe(1998);
    expect(backoffMs(30, defaultRetry, () => 0.5)).toBe(15_000);
  });

  it('reads Retry-After as seconds and as a date', () => {
    const now = Date.parse('2026-06-01T00:00:00Z');
    expect(retryAfterMs('7', now)).toBe(7000);
    expect(retryAfterMs('Mon, 01 Jun 2026 00:00:09 GMT', now)).toBe(9000);
    expect(retryAfterMs('Mon, 01 Jun 2020 00:00:09 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBeUndefined();
    expect(retryAfterMs('999999', now)).toBeUndefined();
    expect(retryAfterMs(undefined, now)).toBeUndefined();
  });
});

describe('breaker', () => {
  it('opens after failures in a row, lets one call probe, and closes when it succeeds', () => {
    const breaker = new Breaker();
    for (let failure = 1; failure < failuresToOpen; failure += 1) expect(breaker.failed(0)).toBe(false);
    expect(breaker.blockedMs(0)).toBe(0);
    expect(breaker.failed(0)).toBe(true);
    expect(breaker.blockedMs(1000)).toBe(openMs - 1000);
    expect(breaker.blockedMs(openMs)).toBe(0);
    expect(breaker.blockedMs(openMs)).toBeGreaterThan(0);
    breaker.succeeded();
    expect(breaker.blockedMs(openMs)).toBe(0);
  });
});

/** When and how long to wait before another try. Pure: clock and chance are handed in. */
import { AppError } from '../../engine/model/error.ts';

/** How often and how patiently a call is repeated. */
export interface RetryPolicy {
  /** Tries in all, the first included. */
  attempts: number;
  baseMs: number;
  capMs: number;
}

/** Four tries, as the product conventions say. */
export const defaultRetry: RetryPolicy = { attempts: 4, baseMs: 500, capMs: 30_000 };

/** Longest time a server may make us wait by `Retry-After`, in milliseconds: an hourly window and a little. */
export const longestRetryAfterMs = 3_900_000;

/**
 * Waiting time with full jitter: uniform between zero and the exponential ceiling.
 * @param attempt the try that just failed, from 1.
 * @param random uniform in [0, 1).
 */
export const backoffMs = (attempt: number, policy: RetryPolicy, random: () => number): number =>
  Math.floor(random() * Math.min(policy.capMs, policy.baseMs * 2 ** (attempt - 1)));

/**
 * Reads a `Retry-After` header: seconds or an HTTP date.
 * @returns milliseconds from now, at least 0; undefined where the header is missing, senseless or beyond an hour.
 * @source https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  if (Number.isNaN(seconds) || seconds > longestRetryAfterMs) return undefined;
  return Math.max(0, Math.ceil(seconds));
}

/**
 * Waits for something no longer than until the signal fires.
 * @throws AppError run.cancelled
 */
export async function untilAborted<T>(waiting: Promise<T>, signal: AbortSignal): Promise<T> {
  const cancelled = () => new AppError('run.cancelled', 'The run was stopped while it waited.');
  if (signal.aborted) {
    waiting.catch(() => undefined);
    throw cancelled();
  }
  let stop: (() => void) | undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(cancelled());
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([waiting, stopped]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}

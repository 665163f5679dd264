/**
 * Licence throttling: half of the minute's requests pass at once, the rest are delayed so that the other half fills the rest of
 * the minute.
 * @source Integration Development Guide 2026 R1, "License Restrictions for API Users": delay = time left / (R − processed)
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type SimulatorAnswer, type SimulatorRequest, text } from '../../kit/simulator.ts';
import type { State } from './state.ts';

/** Requests per minute under the fault word `throttle`. */
const requestsPerMinute = 120;

/** What becomes of a request when `times` are those of the ones before it in the sliding minute: how long it waits, or that it is declined. */
export function licenceDelay(times: readonly number[], now: number, perMinute: number): number | 'declined' {
  if (times.length >= perMinute) return 'declined';
  if (times.length < perMinute / 2) return 0;
  const left = 60_000 - (now - (times[0] ?? now));
  return Math.ceil(left / (perMinute - times.length));
}

/** Delays or declines a request as the licence says. */
export async function throttle({ state, services }: SimulatorRequest<State>): Promise<SimulatorAnswer | undefined> {
  const now = services.clock.now();
  state.requestTimes = state.requestTimes.filter((time) => now - time < 60_000);
  const waitMs = licenceDelay(state.requestTimes, now, requestsPerMinute);
  if (waitMs === 'declined') {
    state.declinedRequests += 1;
    return text(429, 'The request has been declined because of the license limits.');
  }
  state.requestTimes.push(now);
  if (waitMs === 0) return undefined;
  state.delayedRequests += 1;
  await delay(waitMs);
  return undefined;
}

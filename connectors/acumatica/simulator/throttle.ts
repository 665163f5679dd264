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

/** Delays or declines a request as the licence says. */
export async function throttle({ state, services }: SimulatorRequest<State>): Promise<SimulatorAnswer | undefined> {
  const now = services.clock.now();
  state.requestTimes = state.requestTimes.filter((time) => now - time < 60_000);
  const processed = state.requestTimes.length;
  if (processed >= requestsPerMinute) return text(429, 'The request has been declined because of the license limits.');
  state.requestTimes.push(now);
  if (processed < requestsPerMinute / 2) return undefined;
  const left = 60_000 - (now - (state.requestTimes[0] ?? now));
  state.delayedRequests += 1;
  await delay(Math.ceil(left / (requestsPerMinute - processed)));
  return undefined;
}

/** The simulator's webhook sender: deliveries that wait, are tried, pause their hook after a failure and are given up in the end. */
import { setTimeout as delay } from 'node:timers/promises';
import type { SimulatorServices } from '../../kit/simulator.ts';
import type { Row } from './rows.ts';

/** A delivery. Times are in milliseconds of the simulator's clock. */
export interface Delivery {
  id: string;
  hookId: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  payload: Row;
  status: 'enqueued' | 'retrying' | 'delivered' | 'discarded';
  madeAt: number;
  dueAt: number;
  responseStatus?: number;
  error?: string;
}

/** How a hook fares since its last success. */
interface Pause {
  failures: number;
  since: number;
  until: number;
}

/** The sender. */
export interface Outbox {
  readonly deliveries: readonly Delivery[];
  add(delivery: Delivery): void;
  /** Number of the next event: counts on, also when deliveries are forgotten. */
  nextEvent(): number;
  /** Tries everything that is due and waits until it is through. */
  flush(): Promise<void>;
  /** Forgets the deliveries of a hook that is gone. */
  drop(hookId: string): void;
  stop(): Promise<void>;
}

/** An answer must come within five seconds. @source https://developers.procore.com/documentation/webhooks */
const answerMs = 5_000;
/** Pauses double from a second to an hour; after twelve hours the queue is given up. @source fact sheet 13.4 */
const [shortestMs, longestMs, giveUpMs] = [1_000, 3_600_000, 43_200_000];
/** Deliveries remembered. */
const most = 5_000;

const isOpen = ({ status }: Delivery): boolean => status === 'enqueued' || status === 'retrying';

async function attempt(delivery: Delivery, stop: AbortSignal): Promise<void> {
  delete delivery.error;
  delete delivery.responseStatus;
  try {
    const answer = await fetch(delivery.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...delivery.headers },
      body: JSON.stringify(delivery.payload),
      redirect: 'manual',
      signal: AbortSignal.any([stop, AbortSignal.timeout(answerMs)]),
    });
    await answer.body?.cancel();
    delivery.responseStatus = answer.status;
    if (answer.ok) delivery.status = 'delivered';
  } catch (thrown) {
    delivery.error = thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** Makes a sender that follows the simulator's clock. */
export function createOutbox({ clock }: Pick<SimulatorServices, 'clock'>): Outbox {
  const deliveries: Delivery[] = [];
  const pauses = new Map<string, Pause>();
  const stopping = new AbortController();
  let events = 0;
  let sending: Promise<void> | undefined;
  let waking: AbortController | undefined;

  const dueAt = (delivery: Delivery): number => Math.max(delivery.dueAt, pauses.get(delivery.hookId)?.until ?? 0);
  const next = (): Delivery | undefined => {
    let first: Delivery | undefined;
    for (const delivery of deliveries)
      if (isOpen(delivery) && (first === undefined || dueAt(delivery) < dueAt(first))) first = delivery;
    return first;
  };

  function failed(delivery: Delivery): void {
    const now = clock.now();
    const before = pauses.get(delivery.hookId) ?? { failures: 0, since: now, until: now };
    delivery.status = 'retrying';
    if (now - before.since >= giveUpMs) {
      for (const other of deliveries) if (other.hookId === delivery.hookId && isOpen(other)) other.status = 'discarded';
      pauses.delete(delivery.hookId);
      return;
    }
    const waitMs = Math.min(longestMs, shortestMs * 2 ** before.failures);
    pauses.set(delivery.hookId, { failures: before.failures + 1, since: before.since, until: now + waitMs });
  }

  async function sendDue(): Promise<void> {
    for (let first = next(); first !== undefined && !stopping.signal.aborted; first = next()) {
      if (dueAt(first) > clock.now()) break;
      await attempt(first, stopping.signal);
      if (first.status === 'delivered') pauses.delete(first.hookId);
      else if (!stopping.signal.aborted) failed(first);
    }
  }

  /** Comes back when the next one is due by real time; a clock that was moved is noticed at the next flush. */
  function wakeLater(): void {
    waking?.abort();
    const first = next();
    if (first === undefined || stopping.signal.aborted) return;
    waking = new AbortController();
    const { signal } = waking;
    const waitMs = Math.max(0, dueAt(first) - clock.now());
    delay(waitMs, undefined, { ref: false, signal }).then(flush, () => undefined);
  }

  function flush(): Promise<void> {
    sending ??= sendDue().finally(() => {
      sending = undefined;
      wakeLater();
    });
    return sending;
  }

  return {
    deliveries,
    nextEvent() {
      events += 1;
      return events;
    },
    add(delivery) {
      deliveries.push(delivery);
      if (deliveries.length > most) deliveries.shift();
      wakeLater();
    },
    flush,
    drop(hookId) {
      for (const [place, delivery] of [...deliveries.entries()].reverse())
        if (delivery.hookId === hookId) deliveries.splice(place, 1);
    },
    async stop() {
      stopping.abort();
      waking?.abort();
      await sending;
    },
  };
}

/** Ctrl+C and the system's request to end: the first one asks, a later one insists. */

/**
 * One Ctrl+C arrives more than once: the terminal sends it to every process of the command, and npm and the bootstrap pass it on.
 * Signals within this time, in milliseconds, are the same one.
 */
const echoMs = 1_000;

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The parts of a process that are used; tests hand in their own. */
export interface InterruptedProcess {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  exit(code: number): void;
}

/**
 * Calls `stop` at the first signal to end. A further one, a second or more later, ends the process at once: what is under way is
 * looked up at the next start.
 */
export function onInterrupt(
  stop: (signal: NodeJS.Signals) => void,
  target: InterruptedProcess = process,
  now: () => number = Date.now,
): void {
  let first: number | undefined;
  for (const signal of signals) {
    target.on(signal, () => {
      if (first === undefined) {
        first = now();
        stop(signal);
      } else if (now() - first > echoMs) {
        target.exit(130);
      }
    });
  }
}

/** A breaker per connection: after several calls in a row found the system down, further calls fail at once for a while. */

/** Failures in a row that open the breaker. */
export const failuresToOpen = 5;
/** How long it stays open before one call may try again. */
export const openMs = 30_000;

/** Counts failures of one connection. Time is handed in. */
export class Breaker {
  #failures = 0;
  #openUntil = 0;
  #probeUntil: number | undefined;

  /** Milliseconds until the next try may be made; 0 lets the call through. After the pause one call probes, the others still wait. */
  blockedMs(now: number): number {
    if (this.#failures < failuresToOpen) return 0;
    if (now < this.#openUntil) return this.#openUntil - now;
    if (this.#probeUntil !== undefined && now < this.#probeUntil) return this.#probeUntil - now;
    this.#probeUntil = now + openMs;
    return 0;
  }

  /** Milliseconds it stays open from now on. */
  openForMs(now: number): number {
    return Math.max(0, this.#openUntil - now);
  }

  /** The system answered, whatever it said. */
  succeeded(): void {
    this.#failures = 0;
    this.#probeUntil = undefined;
  }

  /** The system could not be reached or said that it cannot work. @returns whether this opened the breaker. */
  failed(now: number): boolean {
    this.#failures += 1;
    this.#probeUntil = undefined;
    if (this.#failures < failuresToOpen) return false;
    this.#openUntil = now + openMs;
    return true;
  }

  /** The probing call ended without an answer about the system, for instance because it was cancelled. */
  abandoned(): void {
    this.#probeUntil = undefined;
  }
}

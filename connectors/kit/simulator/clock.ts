/** Time and chance of a simulator: both can be set from outside, so that a test never has to wait or to be lucky. */

/** A clock that can be moved forward. */
export interface SimulatorClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Moves the clock forward. */
  advance(ms: number): void;
}

/** A clock that starts from `base` (default: real time) and runs on from there. */
export function createClock(base: () => number = Date.now): SimulatorClock {
  let offset = 0;
  return {
    now: () => base() + offset,
    advance: (ms) => {
      offset += ms;
    },
  };
}

/**
 * A seeded source of numbers in [0, 1): the same seed gives the same numbers on every machine.
 * @source algorithm "mulberry32" by Tommy Ettinger, public domain.
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

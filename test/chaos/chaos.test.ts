import { describe, expect, it } from 'vitest';
import { chaos } from './driver.ts';
import { brokenEntry } from './processes.ts';

describe('chaos', () => {
  it('finds every document exactly once after fifteen rounds of disturbances', { timeout: 1_200_000 }, async () => {
    const result = await chaos({ rounds: 15, seed: 7 });
    expect(result.failures).toEqual([]);
    expect(result).toMatchObject({
      rounds: 15,
      duplicates: 0,
      lost: 0,
      wrongStatus: 0,
      chainBroken: 0,
      found: result.expected,
    });
    expect(result.kills + result.faults).toBeGreaterThan(10);
  });

  it('catches a delivery that remembers only after it has sent', { timeout: 600_000 }, async () => {
    process.env.COSTWIRE_CHAOS_BREAK = 'intent-after-send';
    try {
      const result = await chaos({ rounds: 2, seed: 3, entry: brokenEntry, among: ['cut after commit'] });
      expect(result.duplicates + result.lost + result.wrongStatus).toBeGreaterThan(0);
    } finally {
      delete process.env.COSTWIRE_CHAOS_BREAK;
    }
  });
});

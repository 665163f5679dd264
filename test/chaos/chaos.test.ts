import { afterAll, beforeAll, describe, it } from 'vitest';
import { chaos } from './driver.ts';
import { brokenEntry } from './processes.ts';

// Only the broken command line looks at it.
beforeAll(() => {
  process.env.COSTWIRE_CHAOS_BREAK = 'intent-after-send';
});
afterAll(() => {
  delete process.env.COSTWIRE_CHAOS_BREAK;
});

// Rounds mostly wait: for retries, for frozen systems, for certainty. Two theatres at a time halve that; sixteen rounds in all.
describe.concurrent('chaos', () => {
  it.for([7, 11])(
    'finds every document exactly once after eight rounds of disturbances (seed %i)',
    { timeout: 1_200_000 },
    async (seed, { expect }) => {
      const result = await chaos({ rounds: 8, seed });
      expect(result.failures).toEqual([]);
      expect(result).toMatchObject({
        rounds: 8,
        duplicates: 0,
        lost: 0,
        wrongStatus: 0,
        chainBroken: 0,
        found: result.expected,
      });
      expect(result.expected).toBeGreaterThan(100);
      expect(result.kills + result.faults).toBeGreaterThan(8);
    },
  );

  it('catches a delivery that remembers only after it has sent', { timeout: 600_000 }, async ({ expect }) => {
    const result = await chaos({ rounds: 2, seed: 3, entry: brokenEntry, among: ['cut after commit'] });
    expect(result.duplicates + result.lost + result.wrongStatus).toBeGreaterThan(0);
  });
});

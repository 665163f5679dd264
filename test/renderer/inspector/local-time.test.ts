import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromLocal, toLocal, zoneAt } from '../../../renderer/inspector/local-time.ts';

describe('an instant in the own zone', () => {
  it('comes back from the field to the second, outside the hour that a clock repeats', () => {
    const seconds = fc.integer({ min: Date.UTC(1990, 0, 1) / 1000, max: Date.UTC(2090, 0, 1) / 1000 });
    fc.assert(
      fc.property(seconds, (second) => {
        const instant = new Date(second * 1000).toISOString();
        const back = fromLocal(toLocal(instant)) ?? '';
        expect(toLocal(back)).toBe(toLocal(instant));
        expect(Math.abs(Date.parse(back) - second * 1000)).toBeOneOf([0, 1_800_000, 3_600_000]);
      }),
    );
  });

  it.for(['', 'yesterday', '2026-03', '2026-13-40T00:00'])('is not found in “%s”', (text) => {
    expect(fromLocal(text)).toBeUndefined();
  });

  it('names its zone with the offset', () => {
    expect(zoneAt('2026-03-01T10:00:00Z')).toMatch(/^.+, UTC[+-]\d\d:\d\d$/);
  });
});

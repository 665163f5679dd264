import { Decimal as Referee } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as decimal from '../../../engine/model/decimal.ts';

const Exact = Referee.clone({ precision: 200, toExpNeg: -500, toExpPos: 500 });
const roundings = { 'half-up': 4, 'half-even': 6, up: 0, down: 1, ceiling: 2, floor: 3 } as const;
const limit = BigInt(Number.MAX_SAFE_INTEGER);

/** Units around the border between safe integers and bigints, small ones, and ones far beyond. */
const units = fc.oneof(
  fc.bigInt({ min: -1000n, max: 1000n }),
  fc.bigInt({ min: limit - 20n, max: limit + 20n }),
  fc.bigInt({ min: -limit - 20n, max: -limit + 20n }),
  fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }),
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
);
const text = fc
  .tuple(units, fc.integer({ min: 0, max: 20 }))
  .map(([count, scale]) => new Exact(count.toString()).div(new Exact(10).pow(scale)).toFixed(scale));

const check = (ours: decimal.Decimal, theirs: Referee): void => {
  expect(decimal.format(decimal.normalize(ours))).toBe(theirs.isZero() ? '0' : theirs.toFixed());
  // The representation is unique: a bigint only beyond the safe integers, and never a negative zero.
  if (typeof ours.units === 'bigint') expect(ours.units > limit || ours.units < -limit).toBe(true);
  else expect(Number.isSafeInteger(ours.units) && !Object.is(ours.units, -0)).toBe(true);
};

describe('decimal at the border of the safe integers', () => {
  it('agrees with the referee on every operation', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [x, y] = [decimal.parse(a), decimal.parse(b)];
        check(x, new Exact(a));
        check(decimal.add(x, y), new Exact(a).plus(b));
        check(decimal.subtract(x, y), new Exact(a).minus(b));
        check(decimal.multiply(x, y), new Exact(a).times(b));
        check(decimal.negate(x), new Exact(a).neg());
        expect(decimal.compare(x, y)).toBe(new Exact(a).comparedTo(b));
      }),
      { seed: 11, numRuns: 4000 },
    );
  });

  it('agrees with the referee on every rounding of values and quotients', () => {
    fc.assert(
      fc.property(text, text, fc.integer({ min: -6, max: 22 }), (a, b, places) => {
        for (const [name, code] of Object.entries(roundings)) {
          const rounding = name as decimal.Rounding;
          const scaled = new Exact(a).times(new Exact(10).pow(places)).toDecimalPlaces(0, code);
          check(decimal.round(decimal.parse(a), places, rounding), scaled.div(new Exact(10).pow(places)));
          if (places < 0 || new Exact(b).isZero()) continue;
          const quotient = decimal.divide(decimal.parse(a), decimal.parse(b), places, rounding);
          const expected = exactQuotient(a, b, places, code);
          check(quotient ?? decimal.zero, expected);
        }
      }),
      { seed: 12, numRuns: 1500 },
    );
  });

  it('reads and writes text without a change', () => {
    fc.assert(
      fc.property(text, (a) => {
        expect(decimal.format(decimal.parse(a))).toBe(a.replace(/^-(?=[0.]+$)/, ''));
        for (const places of [0, 2, 7]) {
          expect(decimal.format(decimal.parse(a), places)).toBe(
            new Exact(a)
              .toDecimalPlaces(places, 4)
              .plus(0)
              .toFixed(places)
              .replace(/^-(?=[0.]+$)/, ''),
          );
        }
      }),
      { seed: 13, numRuns: 2000 },
    );
    for (const odd of [
      '-.5',
      '5.',
      '+7',
      ' 12 ',
      '1e3',
      '-1.50e-2',
      '-0',
      '00012.50',
      '123456789012345',
      '-12345678901234.5',
    ])
      expect(Number(decimal.format(decimal.parse(odd)))).toBe(Number(odd) + 0);
    for (const bad of ['-', '-.', '.', '+', '1-', '1..2', '٣', '1 2', '0x10'])
      expect(decimal.tryParse(bad)).toBeUndefined();
  });
});

/** a ÷ b rounded by integer arithmetic, free of the referee's own precision. */
function exactQuotient(a: string, b: string, places: number, code: 0 | 1 | 2 | 3 | 4 | 6): Referee {
  const Wide = Exact.clone({ precision: 400, rounding: 1 });
  const quotient = new Wide(a).div(b);
  return new Exact(quotient.toDecimalPlaces(places, code).toFixed());
}

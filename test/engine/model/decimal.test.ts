import { Decimal as Referee } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as decimal from '../../../engine/model/decimal.ts';
import { allocate, minorDigits, roundMoney, sumAmounts } from '../../../engine/model/money.ts';

const Exact = Referee.clone({ precision: 120, toExpNeg: -200, toExpPos: 200 });
const text = fc
  .tuple(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.integer({ min: 0, max: 12 }))
  .map(([units, scale]) => decimal.format(decimal.parse(`${units}e-${scale}`)));
const same = (ours: decimal.Decimal, theirs: Referee) => expect(new Exact(decimal.format(ours)).eq(theirs)).toBe(true);

describe('decimal', () => {
  it('agrees with the referee on add, subtract, multiply and compare', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [x, y] = [decimal.parse(a), decimal.parse(b)];
        same(decimal.add(x, y), new Exact(a).plus(b));
        same(decimal.subtract(x, y), new Exact(a).minus(b));
        same(decimal.multiply(x, y), new Exact(a).times(b));
        expect(decimal.compare(x, y)).toBe(new Exact(a).comparedTo(b));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('adds texts up to what decimals give, or says that it cannot', () => {
    const amount = fc.oneof(
      text,
      fc.constantFrom('0', '-0', '-.5', '7.', '1.50', '-12.25', '999999999999999', '', 'x', '-', '.'),
    );
    let added = 0;
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 8 }), (amounts) => {
        const texts = new decimal.TextSum();
        if (!amounts.every((one) => texts.add(one))) return;
        expect(texts.total()).toEqual(decimal.sumOf(decimal.zero, amounts.map(decimal.parse)));
        added += 1;
      }),
      { seed: 3, numRuns: 500 },
    );
    expect(added).toBeGreaterThan(50);
    expect(new decimal.TextSum().add('1e2')).toBe(false);
  });

  it('agrees with the referee on every rounding', () => {
    const modes = { 'half-up': 4, 'half-even': 6, up: 0, down: 1, ceiling: 2, floor: 3 } as const;
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 6 }), (a, places) => {
        for (const [mode, code] of Object.entries(modes)) {
          same(
            decimal.round(decimal.parse(a), places, mode as decimal.Rounding),
            new Exact(a).toDecimalPlaces(places, code),
          );
        }
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('divides to the asked places and refuses zero', () => {
    expect(decimal.format(decimal.divide(decimal.parse('1'), decimal.parse('3'), 4) ?? decimal.zero)).toBe('0.3333');
    expect(decimal.format(decimal.divide(decimal.parse('-2'), decimal.parse('3'), 2) ?? decimal.zero)).toBe('-0.67');
    expect(decimal.divide(decimal.parse('1'), decimal.zero)).toBeUndefined();
  });

  it('keeps what a binary float would lose', () => {
    expect(sumAmounts(['0.1', '0.2'])).toBe('0.3');
    expect(decimal.format(decimal.parse('9007199254740993.01'))).toBe('9007199254740993.01');
  });

  it('refuses what is not a number', () => {
    for (const bad of ['', '.', '1,000', 'abc', '1.2.3', '--1', 'NaN', 'Infinity'])
      expect(decimal.tryParse(bad)).toBeUndefined();
  });
});

describe('money', () => {
  it('rounds half away from zero at the currency’s digits', () => {
    expect(roundMoney('2.345', 'USD')).toBe('2.35');
    expect(roundMoney('-2.345', 'USD')).toBe('-2.35');
    expect(roundMoney('2.5', 'JPY')).toBe('3');
    expect(minorDigits('KWD')).toBe(3);
  });

  it('allocates so that the parts add up to the whole', () => {
    const cents = fc
      .bigInt({ min: -(10n ** 12n), max: 10n ** 12n })
      .map((units) => decimal.format(decimal.parse(`${units}e-2`), 2));
    const weights = fc
      .array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 12 })
      .filter((all) => all.some((one) => one > 0));
    fc.assert(
      fc.property(cents, weights, (amount, shares) => {
        const parts = allocate(amount, shares.map(String), 2);
        expect(parts).toHaveLength(shares.length);
        expect(decimal.compare(decimal.parse(sumAmounts(parts)), decimal.parse(amount))).toBe(0);
      }),
      { seed: 3, numRuns: 300 },
    );
    expect(allocate('100.00', ['1', '1', '1'], 2)).toEqual(['33.34', '33.33', '33.33']);
    expect(() => allocate('1', ['0'], 2)).toThrow('weights');
  });
});

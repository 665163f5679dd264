import { describe, expect, it } from 'vitest';
import { differenceOf } from './compare.ts';
import { readCorpus } from './corpus.ts';
import { deliberate } from './differences.ts';

const corpus = readCorpus();
const differences = corpus.rows.map((row) => differenceOf(corpus, row)).filter((one) => one !== undefined);

describe(`formulas beside ${corpus.calc} Calc`, () => {
  it('are compared in at least 3,000 cases', () => {
    expect(corpus.rows.length).toBeGreaterThanOrEqual(3000);
    // An oracle that fails everywhere would agree with nothing but errors.
    expect(corpus.rows.filter(([, , answer]) => !answer.startsWith('e')).length).toBeGreaterThan(3000);
  });

  it('give what Calc gives, or differ on purpose', () => {
    const unexplained = differences.filter(
      (one) =>
        !deliberate.some(
          (entry) => entry.formula.test(one.formula) && entry.calc.test(one.calc) && entry.ours.test(one.ours),
        ),
    );
    expect(unexplained).toEqual([]);
  });

  it('differ in each of the ways that are listed, and seldom', () => {
    const unused = deliberate.filter(
      (entry) =>
        !differences.some(
          (one) => entry.formula.test(one.formula) && entry.calc.test(one.calc) && entry.ours.test(one.ours),
        ),
    );
    expect(unused).toEqual([]);
    expect(differences.length).toBeLessThan(corpus.rows.length / 30);
  });
});

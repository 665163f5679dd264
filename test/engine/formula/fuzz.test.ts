import { describe, expect, it } from 'vitest';
import { compileFormula, isFormulaError } from '../../../engine/formula/index.ts';
import { fuzz } from './fuzz.ts';
import { around, result } from './support.ts';

describe('formulas in bad hands', () => {
  it('answer any text with a value, an error value or an AppError', () => {
    const { failures, compiled, values } = fuzz(4000, 7);
    expect(failures).toEqual([]);
    // The sample must reach evaluation, not only be refused.
    expect(compiled).toBeGreaterThan(500);
    expect(values).toBeGreaterThan(1000);
  });

  it('refuse what would take too much time or space', () => {
    expect(result('=LEN(REPT("x", [n]))', { n: '1000000000' })).toBe('#VALUE!');
    expect(result('=SUM(SEQUENCE([n]))', { n: '100000000' })).toBe('#VALUE!');
    expect(result('=9^(9^9)')).toBe('#NUM!');
    expect(result('=SUM(XMATCH(SEQUENCE(50000), SEQUENCE(50000)))')).toBe('#NUM!');
    expect(result('=REGEXTEST([t], "^(a+)+$")', { t: `${'a'.repeat(20_000)}!` })).toBe('FALSE');
    expect(result('=SUBSTITUTE(REPT("a", 30000), "a", REPT("b", 30000))')).toBe('#VALUE!');
    expect(result('=REGEXREPLACE(REPT("a", 30000), "a", REPT("b", 30000))')).toBe('#VALUE!');
  });

  it('see nothing but their record', () => {
    const record = { a: '1' };
    const { environment } = around(record);
    const inherited = {
      item: {
        fields: [
          ...environment.item.fields,
          ...['constructor', 'toString', '__proto__', 'hasOwnProperty'].map((name) => ({
            name,
            label: name,
            type: 'text' as const,
          })),
        ],
      },
      parameters: {},
    };
    const scope = { item: record, root: record, parameters: {}, today: '2026-01-01' };
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
      expect(compileFormula(`=[${name}]`, inherited).evaluate(scope)).toBeNull();
    for (const name of ['globalThis', 'process', 'constructor', '__proto__', 'arguments', 'eval'])
      expect(() => compileFormula(`=${name}`, environment)).toThrow('parameter');
    for (const name of ['eval', 'Function', 'constructor', '__proto__', 'toString'])
      expect(() => compileFormula(`=${name}(1)`, environment)).toThrow('no function');
    const lookup = { ...scope, lookup: () => ({ row: { id: 'r', keys: ['k'], targets: [] }, values: {} }) };
    const reached = compileFormula('=MAPCODE("t", "k", "constructor")', environment).evaluate(lookup);
    expect(isFormulaError(reached) && reached.kind).toBe('#REF!');
  });
});

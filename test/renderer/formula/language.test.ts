import { describe, expect, it } from 'vitest';
import { hoverText, parameterPlaces } from '../../../renderer/formula/language.ts';
import { explanationOf, outcomeOf } from '../../../renderer/formula/outcome.ts';
import { problemsOf } from '../../../renderer/formula/problems.ts';
import { functionAt } from '../../../renderer/formula/ReferenceCard.tsx';
import { hexOf, themeOf } from '../../../renderer/formula/theme.ts';

const environment = {
  item: {
    fields: [
      { name: 'amount', label: 'Amount', type: 'decimal' as const },
      { name: 'status', label: 'Status', type: 'text' as const },
    ],
  },
  parameters: {},
};
const fields = { amount: '10.00', status: 'approved' };
const surroundings = { environment, sample: { item: fields, root: fields }, parameters: {}, always: false };

describe('a formula field', () => {
  it('offers to mend a misspelt field', () => {
    const outcome = outcomeOf('=[amuont]*2', surroundings);
    expect(outcome).toMatchObject({ tone: 'bad', fix: { value: '=[amount]*2' } });
    expect(outcomeOf(outcome?.fix?.value ?? '', surroundings)).toMatchObject({ tone: 'good' });
  });

  it('wants = only where nothing but a formula fits', () => {
    expect(problemsOf('[amount] > 1', { environment, always: false })).toEqual([]);
    const [problem] = problemsOf('[amount] > 1', { environment, always: true });
    expect(problem?.fix?.value).toBe('=[amount] > 1');
    expect(problemsOf('', { environment, always: true })).toEqual([]);
  });

  it('says the worst problem first', () => {
    const text = '=IF([amount] > 1, [statsu], [amount])';
    expect(outcomeOf(text, surroundings)?.tone).toBe('bad');
    // Only the engine has the rows of a table: no value is better than a wrong one.
    const lookup = '=IFNA(MAPCODE("codes", "01-100", "account"), "none")';
    expect(outcomeOf(lookup, surroundings)?.tone).toBe('quiet');
    expect(explanationOf(lookup, surroundings)).toBeTypeOf('string');
  });

  it('takes a value apart, and says why it cannot', () => {
    expect(explanationOf('=[amount] / 4', surroundings)).toMatchObject({
      value: '2.5',
      steps: [{ text: '[amount]', value: '10' }],
    });
    expect(explanationOf('Bill', surroundings)).toMatch(/fixed text/);
    expect(explanationOf('=[amount', surroundings)).toMatch(/Mend/);
    expect(explanationOf('=[amount]', { ...surroundings, sample: undefined })).toMatch(/Fetch/);
  });
});

describe('the editor', () => {
  it('finds the function that the cursor is in', () => {
    const text = '=IF(LEN([status]) > 2, ROUND([amount], 1), 0)';
    expect(functionAt(text, text.indexOf('LEN') + 1)).toBe('LEN');
    expect(functionAt(text, text.indexOf(', 1') + 2)).toBe('ROUND');
    expect(functionAt(text, text.length - 1)).toBe('IF');
    expect(functionAt('=[amount]', 3)).toBeUndefined();
  });

  it('marks each argument in a signature, also where names repeat', () => {
    expect(parameterPlaces('IFS(condition, value, …)', ['condition', 'value'])).toEqual([
      [4, 13],
      [15, 20],
    ]);
    expect(parameterPlaces('LEFT(text, [count])', ['text', '[count]'])).toEqual([
      [5, 9],
      [11, 18],
    ]);
    expect(parameterPlaces('ERROR(error)', ['error'])).toEqual([[6, 11]]);
  });

  it('shows names as they are: nothing in them is markup', () => {
    expect(hoverText({ range: { start: 0, end: 1 }, title: '[a_b_c]', lines: ['1 * 2'] })).toBe(
      '**\\[a\\_b\\_c\\]**\n\n1 \\* 2',
    );
  });

  it('wears the colours of the window', () => {
    expect(hexOf('rgb(13, 97, 80)')).toBe('#0d6150');
    expect(hexOf('rgba(0, 0, 0, 0.5)')).toBe('#000000');
    const theme = themeOf('dark', (variable) => (variable === '--accent' ? '#5cc3a4' : '#101010'));
    expect(theme.base).toBe('vs-dark');
    expect(theme.rules).toContainEqual({ token: 'field', foreground: '5cc3a4' });
    expect(themeOf('contrast', () => '#000000').base).toBe('hc-black');
  });
});

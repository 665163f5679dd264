import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allFunctions } from '../../../engine/formula/functions/index.ts';
import {
  checkFormula,
  completeFormula,
  explainFormula,
  type FormulaEnvironment,
  formatFormula,
  hoverFormula,
  renameField,
  signatureHelp,
} from '../../../engine/formula/index.ts';
import { around, result } from './support.ts';

const environment: FormulaEnvironment = {
  item: {
    fields: [
      { name: 'status', label: 'Status', type: 'text', permitted: ['approved', 'draft'] },
      { name: 'net', label: 'Net amount', type: 'decimal', description: 'Without retainage.' },
      {
        name: 'cost_code',
        label: 'Cost code',
        type: 'record',
        fields: [{ name: 'full_code', label: 'Full code', type: 'text', example: '01-200' }],
      },
    ],
  },
  root: { fields: [{ name: 'invoice_number', label: 'Invoice number', type: 'text' }] },
  parameters: { cutoff: { type: 'date' } },
  table: (id) =>
    id === 'codes'
      ? {
          format: 'costwire/table',
          schemaVersion: 1,
          id,
          name: 'Codes',
          keys: [{ name: 'code', match: 'exact' }],
          targets: [{ name: 'account', type: 'text', required: false }],
        }
      : undefined,
};
const sample = { item: { net: '12.50', cost_code: { full_code: '03-100' } }, root: { invoice_number: 'A-1' } };
/** Completes at the bar. */
const complete = (marked: string) => {
  const offset = marked.indexOf('|');
  return completeFormula(marked.replace('|', ''), offset, environment, sample);
};

describe('completion', () => {
  it('offers fields with type and sample, best first', () => {
    const { items, range } = complete('=[ful|');
    expect(items[0]).toMatchObject({
      kind: 'field',
      insert: '[cost_code.full_code]',
      detail: 'text',
      sample: '03-100',
    });
    expect(range).toEqual({ start: 1, end: 5 });
    expect(complete('=ROUND([ne|, 2)')).toMatchObject({ range: { start: 7, end: 10 }, items: [{ label: 'net' }] });
    expect(complete('=[/|').items.map((item) => item.label)).toEqual(['/invoice_number']);
  });

  it('offers functions with signatures, parameters, and nothing behind a value', () => {
    expect(complete('=rou|').items[0]).toMatchObject({
      kind: 'function',
      label: 'ROUND',
      cursor: 6,
      detail: 'ROUND(number, digits)',
    });
    expect(complete('=cut|').items[0]).toMatchObject({ kind: 'parameter', label: 'cutoff' });
    expect(complete('=net|').items.some((item) => item.insert === '[net]')).toBe(true);
    expect(complete('=12|').items).toEqual([]);
    expect(complete('=|').items.length).toBeGreaterThan(allFunctions.length);
  });

  it('offers permitted values behind a comparison and the columns of a mapping table', () => {
    expect(
      complete('=[status]=|')
        .items.slice(0, 2)
        .map((item) => item.insert),
    ).toEqual(['"approved"', '"draft"']);
    expect(complete('=[status]="dr|').items).toMatchObject([{ insert: '"draft"' }]);
    expect(complete('=MAPCODE("codes", [status], "|').items).toMatchObject([{ kind: 'column', insert: '"account"' }]);
  });

  it('gives formulas that check, whatever is taken', () => {
    for (const item of complete('=[|').items)
      expect([item.insert, checkFormula(`=${item.insert}`, environment).problems]).toEqual([item.insert, []]);
  });
});

describe('hover and signature help', () => {
  it('tells of fields, functions and parameters', () => {
    expect(hoverFormula('=[net]*2', 3, environment, sample)).toMatchObject({
      range: { start: 1, end: 6 },
      lines: ['Net amount: a number.', 'Without retainage.', 'In this record: 12.50'],
    });
    expect(hoverFormula('=round(1,2)', 2, environment)?.title).toBe('ROUND(number, digits)');
    expect(hoverFormula('=cutoff', 2, environment)?.lines[0]).toContain('a date');
    expect(hoverFormula('=[nothing]', 2, environment)).toBeUndefined();
  });

  it('follows the cursor through nested and repeated arguments', () => {
    expect(signatureHelp('=ROUND([net], ', 14)).toMatchObject({ name: 'ROUND', active: 1 });
    expect(signatureHelp('=ROUND(SUM(1, 2', 15)).toMatchObject({ name: 'SUM', active: 0 });
    expect(signatureHelp('=ROUND(SUM(1), 2', 16)).toMatchObject({ name: 'ROUND', active: 1 });
    expect(signatureHelp('=SUMIFS({1}, {2}, 3, {4}, ', 26)).toMatchObject({ active: 2 });
    expect(signatureHelp('=1+2', 4)).toBeUndefined();
  });
});

describe('formatting', () => {
  it('brings a formula into its usual layout', () => {
    expect(formatFormula('= if( [net]>0 ;"a"; -1 )')).toBe('=IF([net] > 0, "a", -1)');
    expect(formatFormula('=1+-2%*{1;2}')).toBe('=1 + -2% * {1, 2}');
    expect(formatFormula('=(1')).toBe('=(1');
    const long = formatFormula(`=IF([net]>0,"${'x'.repeat(50)}","${'y'.repeat(50)}")`);
    expect(long).toBe(`=IF(\n  [net] > 0,\n  "${'x'.repeat(50)}",\n  "${'y'.repeat(50)}"\n)`);
    expect(formatFormula('=1 /* one */ + 2 // two\n+3')).toContain('/* one */');
  });

  it('never changes what a formula gives, and is at rest after one time', () => {
    for (const { examples } of allFunctions) {
      for (const { formula, record } of examples) {
        const formatted = formatFormula(formula);
        expect([formula, result(formatted, record)]).toEqual([formula, result(formula, record)]);
        expect(formatFormula(formatted)).toBe(formatted);
      }
    }
  });

  it('returns any text without failing', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'=([{}]),;"/*#+-1a. \n'), maxLength: 40 }), (text) => {
        expect(typeof formatFormula(text)).toBe('string');
        completeFormula(text, text.length, environment);
        signatureHelp(text, text.length);
      }),
      { seed: 4, numRuns: 2000 },
    );
  });
});

describe('renaming a field', () => {
  it('changes references to that field and to what is inside it', () => {
    expect(renameField('=[net]+[ net ]&"[net]"', environment, 'net', 'amount')).toBe('=[amount]+[amount]&"[net]"');
    expect(renameField('=[cost_code.full_code]', environment, 'cost_code', 'code')).toBe('=[code.full_code]');
    expect(renameField('=[cost_code.full_code]', environment, 'cost_code.full_code', 'text')).toBe('=[cost_code.text]');
    expect(renameField('=[/invoice_number]&[invoice_number]&[net]', environment, '/invoice_number', 'number')).toBe(
      '=[/number]&[number]&[net]',
    );
  });
});

describe('explaining', () => {
  it('gives every part its value', () => {
    const record = { qty: '3', price: '0.335' };
    const { environment: around_, scope } = around(record);
    const step = explainFormula('=ROUND([qty]*[price],2)', around_, scope);
    expect(step).toMatchObject({
      text: 'ROUND([qty]*[price],2)',
      value: '1.01',
      steps: [
        {
          text: '[qty]*[price]',
          value: '1.005',
          steps: [
            { text: '[qty]', value: '3' },
            { text: '[price]', value: '0.335' },
          ],
        },
      ],
    });
  });

  it('shows what was not needed and where an error arose', () => {
    const { environment: around_, scope } = around({ a: '1', b: '0' });
    const step = explainFormula('=IF([b]=0, 0, [a]/[b])', around_, scope);
    expect(step.steps[1]).toMatchObject({ text: '[a]/[b]', value: undefined });
    expect(explainFormula('=[a]/[b]+1', around_, scope).steps[0]).toMatchObject({ error: { kind: '#DIV/0!' } });
  });
});

import { describe, expect, it } from 'vitest';
import { allFunctions } from '../../../engine/formula/functions/index.ts';
import { checkFormula, compileCell, compileFormula, isFormulaError } from '../../../engine/formula/index.ts';
import type { RecordSchema } from '../../../engine/model/record.ts';
import { around, evaluate, result } from './support.ts';

const invoice: RecordSchema = {
  fields: [
    { name: 'invoice_number', label: 'Invoice number', type: 'text' },
    { name: 'net', label: 'Net', type: 'decimal' },
    { name: 'count', label: 'Count', type: 'integer' },
    { name: 'billing_date', label: 'Billing date', type: 'date' },
    { name: 'created_at', label: 'Created', type: 'datetime' },
    {
      name: 'cost_code',
      label: 'Cost code',
      type: 'record',
      fields: [{ name: 'full_code', label: 'Code', type: 'text' }],
    },
    { name: 'items', label: 'Items', type: 'list', fields: [{ name: 'amount', label: 'Amount', type: 'decimal' }] },
  ],
};
const environment = { item: invoice, parameters: { cutoff: { type: 'date' as const } } };
const problemsOf = (formula: string) => checkFormula(formula, environment).problems;

describe('evaluation', () => {
  it('gives what every example of every function says', () => {
    const wrong = allFunctions.flatMap(({ name, examples }) =>
      examples
        .map((example) => ({ name, ...example, got: result(example.formula, example.record) }))
        .filter((example) => example.got !== example.result),
    );
    expect(wrong).toEqual([]);
  });

  it('follows Excel’s precedence', () => {
    const cases: Record<string, string> = {
      '=-2^2': '4',
      '=2^3^2': '64',
      '=2^-1': '0.5',
      '=1+2*3': '7',
      '=(1+2)*3': '9',
      '=10%': '0.1',
      '=50%%': '0.005',
      '="a"&1+2': 'a3',
      '=1+1=2': 'TRUE',
      '="b">"a"': 'TRUE',
      '=--TRUE': '1',
      '=7-3-2': '2',
    };
    for (const [formula, expected] of Object.entries(cases))
      expect([formula, result(formula)]).toEqual([formula, expected]);
  });

  it('is exact', () => {
    expect(result('=0.1+0.2=0.3')).toBe('TRUE');
    expect(result('=ROUND([qty]*[price],2)', { qty: '3', price: '0.335' })).toBe('1.01');
    expect(result('=1.005*100')).toBe('100.5');
    expect(result('=9007199254740993.01+1')).toBe('9007199254740994.01');
  });

  it('counts blank as zero, as empty text and as FALSE beside another value', () => {
    const record = { amount: '5', missing: null };
    const blank = { item: { net: null, cost_code: {} }, root: {}, parameters: {}, today: '' };
    expect(compileFormula('=[net]+5', environment).evaluate(blank)).toBe('5');
    expect(compileFormula('=[net]=0', environment).evaluate(blank)).toBe(true);
    expect(compileFormula('=[cost_code.full_code]&"x"', environment).evaluate(blank)).toBe('x');
    expect(compileFormula('=SUM([items.amount])', environment).evaluate(blank)).toBe('0');
    expect(compileFormula('=[billing_date]>cutoff', environment).evaluate(blank)).toBe(false);
    expect(result('="a"&[missing]', record)).toBe('a');
    expect(result('=[missing]=""', record)).toBe('TRUE');
    expect(result('=ISBLANK([missing])', record)).toBe('TRUE');
  });

  it('works through lists element by element', () => {
    const record = {
      items: [
        { qty: '2', price: '1.5' },
        { qty: '3', price: '2' },
      ],
    };
    expect(result('=SUM([items.qty]*[items.price])', record)).toBe('9');
    expect(result('=ROUND([items.price],0)', record)).toBe('2, 2');
    expect(result('=IF([items.qty]>2,"many","few")', record)).toBe('few, many');
    expect(result('=SUM(IFERROR([items.qty]/([items.qty]-2),0))', record)).toBe('3');
  });

  it('names formula part and input of an error', () => {
    const error = evaluate('=1+[cost]/[hours]', { cost: '1', hours: '0' });
    if (!isFormulaError(error)) throw new Error('an error was expected');
    expect(error).toMatchObject({ kind: '#DIV/0!', input: '[hours]', range: { start: 3, end: 17 } });
    const bad = compileFormula('=[net]*2', environment).evaluate({
      item: { net: 'abc' },
      root: {},
      parameters: {},
      today: '',
    });
    expect(isFormulaError(bad) && bad.message).toContain('“abc”');
  });

  it('finds fields in the nearest scope first and from the root with a slash', () => {
    const scoped = {
      item: { fields: [{ name: 'amount', label: 'Amount', type: 'decimal' as const }] },
      root: {
        fields: [
          { name: 'amount', label: 'Amount', type: 'decimal' as const },
          { name: 'number', label: 'Number', type: 'text' as const },
        ],
      },
      parameters: { Cutoff: { type: 'date' as const } },
    };
    const scope = {
      item: { amount: '1' },
      root: { amount: '9', number: 'A' },
      parameters: { Cutoff: '2026-01-01' },
      today: '',
    };
    const run = (formula: string) => compileFormula(formula, scoped).evaluate(scope);
    expect(run('=[amount]')).toBe('1');
    expect(run('=[/amount]')).toBe('9');
    expect(run('=[number]&"-"&[amount]')).toBe('A-1');
    expect(run('=cutoff+1')).toBe('2026-01-02');
    expect(compileFormula('=[number]&[/amount]', scoped).references).toEqual(['/number', '/amount']);
  });

  it('takes an argument that is left empty for a blank', () => {
    expect(result('=IF(,"a","b")')).toBe('b');
    expect(result('=IF(FALSE,1,)')).toBe('');
    expect(result('=IF({TRUE,FALSE},,"b")')).toBe(', b');
    expect(result('=ROUND(2.5,)')).toBe('3');
  });

  it('takes cells that are no formula as text', () => {
    const { environment: empty, scope } = around();
    expect(compileCell('001', empty).evaluate(scope)).toBe('001');
    expect(compileCell("'=1", empty).evaluate(scope)).toBe('=1');
    expect(compileCell('=1+1', empty).evaluate(scope)).toBe('2');
  });
});

describe('checking', () => {
  it('infers types', () => {
    const typeOf = (formula: string) => checkFormula(formula, environment).type;
    expect(typeOf('=[net]*2')).toEqual({ kind: 'decimal' });
    expect(typeOf('=[count]*2')).toEqual({ kind: 'integer' });
    expect(typeOf('=[billing_date]+30')).toEqual({ kind: 'date' });
    expect(typeOf('=[billing_date]-cutoff')).toEqual({ kind: 'integer' });
    expect(typeOf('=[items.amount]>0')).toEqual({ kind: 'list', of: { kind: 'boolean' } });
    expect(typeOf('=IF([net]>0,"a",1)')).toMatchObject({ kind: 'union' });
    expect(typeOf('=IF([net]>0,[billing_date])').kind).toBe('union');
  });

  it('offers a fix for a field that does not exist', () => {
    expect(problemsOf('=[full_code]&"x"')[0]).toMatchObject({
      severity: 'blocking',
      range: { start: 1, end: 12 },
      hint: 'Did you mean [cost_code.full_code]?',
      fix: { value: '=[cost_code.full_code]&"x"' },
    });
    expect(problemsOf('=[invoice_numbr]')[0]?.fix?.value).toBe('=[invoice_number]');
    expect(problemsOf('=ROUDN([net],2)')[0]?.fix?.value).toBe('=ROUND([net],2)');
    expect(problemsOf('=net+1')[0]?.fix?.value).toBe('=[net]+1');
  });

  it('never lets text become a number, or a moment a date', () => {
    expect(problemsOf('=[invoice_number]*2')[0]?.fix?.value).toBe('=VALUE([invoice_number])*2');
    expect(problemsOf('=ROUND([invoice_number],2)')[0]?.fix?.value).toBe('=ROUND(VALUE([invoice_number]),2)');
    expect(problemsOf('=[net]="5"')[0]?.fix?.value).toBe('=[net]=5');
    expect(problemsOf('=[billing_date]>="2026-01-01"')[0]?.fix?.value).toBe('=[billing_date]>=#2026-01-01#');
    expect(problemsOf('=[created_at]>=[billing_date]')[0]?.fix?.value).toBe('=DATEVALUE([created_at])>=[billing_date]');
    expect(problemsOf('=IF([net],1,2)')[0]?.fix?.value).toBe('=IF([net]<>0,1,2)');
  });

  it('marks where the syntax is wrong', () => {
    expect(problemsOf('=1+')[0]).toMatchObject({ code: 'formula.syntax', range: { start: 3, end: 3 } });
    expect(problemsOf('=(1+2')[0]).toMatchObject({ range: { start: 1, end: 2 } });
    expect(problemsOf('="abc')[0]?.message).toContain('closing quotation mark');
    expect(problemsOf('=1 2')[0]?.message).toContain('operator is missing');
    expect(problemsOf('=#2026-02-30#')[0]?.message).toContain('no day');
    expect(problemsOf('=ROUND(1;2)')).toEqual([]);
    expect(() => compileFormula('=ROUND(1)', environment)).toThrow('ROUND needs digits');
  });

  it('bounds length and nesting', () => {
    expect(problemsOf(`=${'('.repeat(300)}1${')'.repeat(300)}`)[0]?.code).toBe('formula.limit');
    expect(problemsOf(`=1${'+1'.repeat(5000)}`)[0]?.code).toBe('formula.limit');
    expect(problemsOf(`=${'-'.repeat(5000)}1`)[0]?.code).toBe('formula.limit');
    expect(problemsOf('=REPT("x", 1e9)')).toHaveLength(1);
  });
});

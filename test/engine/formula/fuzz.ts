/**
 * `npm run -s fuzz -- --runs 200000 --seed 1`: throws token strings and mutated formulas at the language. Whatever comes, there must be
 * a value, an error value, or an AppError; never anything else, never a hang, never a look outside.
 */
import { parseArgs } from 'node:util';
import { allFunctions } from '../../../engine/formula/functions/index.ts';
import {
  checkFormula,
  compileFormula,
  completeFormula,
  explainFormula,
  type FormulaEnvironment,
  formatFormula,
  isFormulaError,
  signatureHelp,
} from '../../../engine/formula/index.ts';
import { AppError } from '../../../engine/model/error.ts';
import type { Fields, Value } from '../../../engine/model/record.ts';

/** What a run of the fuzzer found. */
export interface FuzzResult {
  runs: number;
  seed: number;
  /** Formulas that compiled, and how many of those gave a value rather than an error. */
  compiled: number;
  values: number;
  refused: number;
  slowestMs: number;
  slowest: string;
  failures: { formula: string; what: string }[];
}

/** Small fast random numbers with a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const environment: FormulaEnvironment = {
  item: {
    fields: [
      { name: 'qty', label: 'Quantity', type: 'integer' },
      { name: 'amount', label: 'Amount', type: 'decimal' },
      { name: 'text', label: 'Text', type: 'text' },
      { name: 'flag', label: 'Flag', type: 'boolean' },
      { name: 'day', label: 'Day', type: 'date' },
      { name: 'at', label: 'At', type: 'datetime' },
      { name: 'constructor', label: 'Constructor', type: 'text' },
      { name: '__proto__', label: 'Prototype', type: 'text' },
      {
        name: 'items',
        label: 'Items',
        type: 'list',
        fields: [
          { name: 'amount', label: 'Amount', type: 'decimal' },
          { name: 'code', label: 'Code', type: 'text' },
        ],
      },
      { name: 'tags', label: 'Tags', type: 'list', of: 'text' },
    ],
  },
  parameters: { cutoff: { type: 'date' }, rate: { type: 'decimal' } },
};

const items = [
  { amount: '12.50', code: '01-100' },
  { amount: null, code: 'b' },
  { amount: '-3', code: '' },
];
const records: readonly Fields[] = [
  {
    qty: '3',
    amount: '12.345',
    text: 'Acme Steel',
    flag: true,
    day: '2026-02-28',
    at: '2026-02-28T12:00:00Z',
    items,
    tags: ['a', 'B', 'a'],
  },
  {},
  {
    qty: '99999999999999999999',
    amount: '-0.000000000000000001',
    text: '(a+)+$',
    flag: false,
    day: '9999-12-31',
    items: [],
    tags: [],
  },
  // What a careless source may send: values of the wrong type.
  { qty: 'abc', amount: true, text: ['x'], flag: 'yes', day: 'tomorrow', at: {}, items: 'none', tags: [null, true] },
];

const names = allFunctions.map(({ name }) => name);
const fields = [
  '[qty]',
  '[amount]',
  '[text]',
  '[flag]',
  '[day]',
  '[at]',
  '[items.amount]',
  '[items.code]',
  '[items]',
  '[tags]',
  '[/qty]',
  '[nothing]',
  '[constructor]',
  '[__proto__]',
  '[toString]',
  '[items.length]',
];
const literals = [
  '0',
  '1',
  '-1',
  '2',
  '0.5',
  '1e9',
  '1e300',
  '9'.repeat(40),
  '""',
  '"a"',
  '"1"',
  '"*?~"',
  '"(a+)+$"',
  '"#,##0.00;(0)"',
  '"yyyy-mm-dd"',
  '"cost-codes"',
  'TRUE',
  'FALSE',
  '#2026-02-28#',
  '#1900-01-01#',
  '#N/A',
  '#DIV/0!',
  '{1,2,3}',
  '{"a","b"}',
  '{}',
  '{TRUE,FALSE,TRUE}',
  'cutoff',
  'rate',
  'globalThis',
  'process',
  'this',
];
const operators = ['+', '-', '*', '/', '^', '&', '=', '<>', '<', '<=', '>', '>='];
const noise = [
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ';',
  '#',
  '%',
  '!',
  '\\',
  '`',
  '${',
  '/*',
  '*/',
  '//',
  '\n',
  '\u0000',
  '“',
  '😀',
  '=',
  '..',
  'e',
  "'",
  '\u202e',
];

type Random = () => number;
const pick = <T>(all: readonly T[], next: Random, otherwise: T): T => all[Math.floor(next() * all.length)] ?? otherwise;

function expression(next: Random, depth: number): string {
  const kind = next();
  if (depth <= 0 || kind < 0.15) return pick(literals, next, '1');
  if (kind < 0.35) return pick(fields, next, '[qty]');
  if (kind < 0.55) return `${expression(next, depth - 1)}${pick(operators, next, '+')}${expression(next, depth - 1)}`;
  if (kind < 0.6) return `(${expression(next, depth - 1)})`;
  if (kind < 0.64) return `-${expression(next, depth - 1)}%`;
  const count = Math.floor(next() * 5);
  const args = Array.from({ length: count }, () => (next() < 0.04 ? '' : expression(next, depth - 1)));
  return `${pick(names, next, 'SUM')}(${args.join(',')})`;
}

/** A call that fits its declaration, so that functions are reached and not only refused. */
function fitting(next: Random): string {
  const declaration = allFunctions[Math.floor(next() * allFunctions.length)];
  const byType: Record<string, readonly string[]> = {
    number: ['[amount]', '[qty]', '0', '-2.5', '1e9', '1e300', '0.1', '[items.amount]'],
    integer: ['0', '1', '2', '-1', '[qty]', '1e6', '1e15'],
    text: [
      '[text]',
      '""',
      '"a"',
      '"(a+)+$"',
      '"#,##0.00"',
      '[items.code]',
      'REPT("x",30000)',
      '"\\"',
      '"[[:alpha:]]{1,900}"',
    ],
    boolean: ['TRUE', '[flag]', '[amount]>0'],
    date: ['[day]', '#2026-02-28#', '#1900-01-01#', '#9999-12-31#', 'cutoff'],
    datetime: ['[at]', 'DATETIMEVALUE("2026-02-28T00:00:00Z")'],
    list: ['[items.amount]', '[tags]', '{1,2,3}', '{}', 'SEQUENCE(50000)', '{#N/A,1}', '[items]'],
    numbers: ['[items.amount]', '{1,2,3}', '{}', 'SEQUENCE(9)', '{1e300,1e300}'],
    texts: ['[tags]', '{"a","b"}', '"-"'],
    booleans: ['{TRUE,FALSE,TRUE}', '[items.amount]>0', '[flag]'],
    lazy: ['[flag]', '1', '[text]', '1/0'],
  };
  const any = [...fields, ...literals];
  const parameters =
    declaration === undefined
      ? []
      : [
          ...declaration.parameters.filter((one) => !one.optional || next() < 0.6),
          ...declaration.rest,
          ...(next() < 0.5 ? declaration.rest : []),
        ];
  const args = parameters.map((parameter) => pick(byType[parameter.type] ?? any, next, '1'));
  return `=${declaration?.name ?? 'SUM'}(${args.join(',')})`;
}

function mutate(formula: string, next: Random): string {
  let result = formula;
  const times = 1 + Math.floor(next() * 3);
  for (let count = 0; count < times; count += 1) {
    const at = Math.floor(next() * (result.length + 1));
    const what = next();
    if (what < 0.3) result = result.slice(0, at) + result.slice(at + 1 + Math.floor(next() * 4));
    else if (what < 0.7)
      result = result.slice(0, at) + pick([...noise, ...operators, ...literals], next, '(') + result.slice(at);
    else if (what < 0.85) result = result.slice(0, at) + result.slice(0, at).slice(-6) + result.slice(at);
    else result = result.slice(at) + result.slice(0, at);
  }
  return result;
}

function generate(next: Random): string {
  const kind = next();
  if (kind < 0.3) return fitting(next);
  if (kind < 0.55) return `=${expression(next, 3)}`;
  if (kind < 0.75) return mutate(`=${expression(next, 3)}`, next);
  if (kind < 0.85) return mutate(fitting(next), next);
  if (kind < 0.99) {
    const pool = [...noise, ...operators, ...literals, ...fields, ...names];
    return Array.from({ length: 1 + Math.floor(next() * 20) }, () => pick(pool, next, '=')).join('');
  }
  // Too deep, too long, or both.
  const unit = pick(['(', '-', '1+', 'IF(', '{', '"', '[', 'SUM(1,', '%', '1&'], next, '(');
  return `=${unit.repeat(Math.floor(next() * 6000))}1`;
}

/** Whether a value holds nothing but what a record may hold. */
function isPlain(value: Value): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (Array.isArray(value)) return value.every(isPlain);
  return typeof value === 'object' && Object.values(value).every(isPlain);
}

/** Tries everything with one formula; what went wrong, or undefined. Counts in `result`. */
function tryOne(formula: string, next: Random, result: FuzzResult): string | undefined {
  const { problems } = checkFormula(formula, environment);
  for (const { range } of problems)
    if (!(range.start >= 0 && range.end <= formula.length && range.start <= range.end))
      return 'a range outside the text';
  formatFormula(formula);
  const offset = Math.floor(next() * (formula.length + 1));
  if (next() < 0.1) completeFormula(formula, offset, environment);
  signatureHelp(formula, offset);
  const blocked = problems.some((problem) => problem.severity === 'blocking');
  const compiled = compileFormula(formula, environment);
  if (blocked) return 'compiled in spite of blocking problems';
  result.compiled += 1;
  for (const record of records) {
    const scope = {
      item: record,
      root: record,
      parameters: { cutoff: '2026-01-01', rate: '0.0825' },
      today: '2026-02-15',
    };
    const value = compiled.evaluate(scope);
    if (isFormulaError(value)) continue;
    result.values += 1;
    if (!isPlain(value)) return 'a value that no record may hold';
    if (next() < 0.02) explainFormula(formula, environment, scope);
  }
  return undefined;
}

/** Runs the fuzzer. */
export function fuzz(runs: number, seed: number): FuzzResult {
  const next = random(seed);
  const result: FuzzResult = {
    runs,
    seed,
    compiled: 0,
    values: 0,
    refused: 0,
    slowestMs: 0,
    slowest: '',
    failures: [],
  };
  for (let run = 0; run < runs; run += 1) {
    const formula = generate(next);
    const start = performance.now();
    try {
      const what = tryOne(formula, next, result);
      if (what !== undefined) result.failures.push({ formula, what });
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code.startsWith('formula.')) result.refused += 1;
      else
        result.failures.push({
          formula,
          what: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
        });
    }
    const took = performance.now() - start;
    if (took > result.slowestMs) [result.slowestMs, result.slowest] = [took, formula.slice(0, 200)];
  }
  return result;
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '200000' }, seed: { type: 'string', default: '1' } },
  });
  const result = fuzz(Number(values.runs), Number(values.seed));
  for (const { formula, what } of result.failures.slice(0, 20))
    console.log(`${what}\n  ${JSON.stringify(formula.slice(0, 300))}`);
  console.log(`slowest: ${JSON.stringify(result.slowest)}`);
  console.log(
    `fuzz: ${result.runs} formulas, seed ${result.seed}: ${result.compiled} compiled (${result.values} values), ${result.refused} refused, ` +
      `${result.failures.length} failures; slowest ${result.slowestMs.toFixed(0)} ms`,
  );
  process.exitCode = result.failures.length === 0 ? 0 : 1;
}

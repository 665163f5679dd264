/**
 * Cost of formulas: beside JSONata on the same records, beside closures written by hand with the same decimals, and of checking
 * while somebody types.
 */
import jsonata from 'jsonata';
import { checkFormula, compileFormula, type FormulaEnvironment } from '../../engine/formula/index.ts';
import { add, format, multiply, normalize, round, tryParse, zero } from '../../engine/model/decimal.ts';
import type { Fields } from '../../engine/model/record.ts';

/** Name of this benchmark on the command line. */
export const name = 'formula';

const count = 100_000;
const sliceLength = 5_000;

function makeRecords(): Fields[] {
  return Array.from({ length: count }, (_, at) => ({
    qty: String((at % 97) + 1),
    price: `${(at * 37) % 1000}.${String(at % 100).padStart(2, '0')}`,
    retainage: `${at % 50}.25`,
    status: at % 3 === 0 ? 'approved' : 'draft',
    code: `${String(at % 40).padStart(2, '0')}-${100 + (at % 900)}`,
    vendor: { name: `Vendor ${at % 60}` },
  }));
}

const environment: FormulaEnvironment = {
  item: {
    fields: [
      { name: 'qty', label: 'Quantity', type: 'decimal' },
      { name: 'price', label: 'Price', type: 'decimal' },
      { name: 'retainage', label: 'Retainage', type: 'decimal' },
      { name: 'status', label: 'Status', type: 'text' },
      { name: 'code', label: 'Code', type: 'text' },
      { name: 'vendor', label: 'Vendor', type: 'record', fields: [{ name: 'name', label: 'Name', type: 'text' }] },
    ],
  },
  parameters: {},
};

const formulas = [
  '=ROUND([qty]*[price]-[retainage],2)',
  '=IF([status]="approved",[qty]*[price],0)',
  '=LEFT([code],2)&"-"&UPPER([vendor.name])',
];

/** The same in JSONata: amounts through binary floats, since it has nothing else. */
const expressions = [
  '$round($number(qty)*$number(price)-$number(retainage),2)',
  'status="approved" ? $number(qty)*$number(price) : 0',
  '$substring(code,0,2) & "-" & $uppercase(vendor.name)',
];

const number = (value: unknown) => (typeof value === 'string' ? (tryParse(value) ?? zero) : zero);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The same written by hand, with the same decimals and the same results. */
const closures: readonly ((record: Fields) => string)[] = [
  (record) =>
    format(
      normalize(
        round(
          add(
            multiply(number(record.qty), number(record.price)),
            multiply(number(record.retainage), { units: -1, scale: 0 }),
          ),
          2,
        ),
      ),
    ),
  (record) =>
    text(record.status).toLowerCase() === 'approved'
      ? format(normalize(multiply(number(record.qty), number(record.price))))
      : '0',
  (record) => {
    const vendor = record.vendor;
    const vendorName = typeof vendor === 'object' && vendor !== null && !Array.isArray(vendor) ? text(vendor.name) : '';
    return `${text(record.code).slice(0, 2)}-${vendorName.toUpperCase()}`;
  },
];

const quartile = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 4)] ?? 0;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function time(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Interleaved rounds of two ways, so that a busy machine slows both; the lower quartile of each. */
function compareTimes(first: () => void, second: () => void, rounds: number): [number, number] {
  const [a, b]: [number[], number[]] = [[], []];
  for (let round_ = 0; round_ < rounds; round_ += 1) {
    a.push(time(first));
    b.push(time(second));
  }
  // The faster rounds are the ones least disturbed by whatever else runs.
  return [quartile(a), quartile(b)];
}

const long =
  '=IF(AND([status]="approved",[qty]>0),ROUND([qty]*[price]-[retainage],2),IFERROR(VALUE(MID([code],4,3))/[qty],0))+SUM([retainage],[price],ROUNDUP([qty]/3,1))*IF(LEN([vendor.name])>10,1.5,0.5)-MOD([qty],7)+1';

function wideEnvironment(): FormulaEnvironment {
  const fields = Array.from({ length: 300 }, (_, at) => ({
    name: `field_${at}_${['amount', 'number', 'code', 'status'][at % 4] ?? ''}`,
    label: `Field ${at}`,
    type: (['decimal', 'text'] as const)[at % 2] ?? 'text',
  }));
  return { item: { fields }, parameters: {} };
}

/** Median cost of one call, in milliseconds. */
function costOf(work: () => void, times: number): number {
  for (let warm = 0; warm < times / 5; warm += 1) work();
  return median(Array.from({ length: times }, () => time(work)));
}

/** Runs the benchmark. Times are milliseconds; `ratio` is ours over the closures, `timesJsonata` JSONata over ours. */
export async function run(): Promise<Record<string, unknown>> {
  const records = makeRecords();
  const compiled = formulas.map((formula) => compileFormula(formula, environment));
  const scope = { item: {} as Fields, root: {} as Fields, parameters: {}, today: '2026-02-15' };
  // Both take turns on a slice of the records: a busy machine then disturbs few of many short rounds, not all of a few long ones.
  let slice = 0;
  const ours = (): void => {
    for (const record of records.slice(slice, slice + sliceLength)) {
      scope.item = record;
      scope.root = record;
      for (const formula of compiled) formula.evaluate(scope);
    }
  };
  const hand = (): void => {
    for (const record of records.slice(slice, slice + sliceLength)) for (const closure of closures) closure(record);
    slice = (slice + sliceLength) % count;
  };
  const first = records[4] ?? {};
  const same = compiled.every(
    (formula, at) => formula.evaluate({ ...scope, item: first, root: first }) === closures[at]?.(first),
  );
  ours();
  hand();
  const rounds = compareTimes(ours, hand, 100);
  const [ourMs, handMs] = [rounds[0] * (count / sliceLength), rounds[1] * (count / sliceLength)];
  const programs = expressions.map((expression) => jsonata(expression));
  const tenth = records.slice(0, count / 10);
  const start = performance.now();
  for (const record of tenth) for (const program of programs) await program.evaluate(record);
  const jsonataMs = (performance.now() - start) * 10;
  const wide = wideEnvironment();
  const typed = '=ROUND([field_12_amount]*[field_16_amout],2)&[field_299_status]&UPER([field_1_number])';
  return {
    records: count,
    formulas: formulas.length,
    same,
    ourMs: Math.round(ourMs),
    closuresMs: Math.round(handMs),
    jsonataMs: Math.round(jsonataMs),
    ratio: Number((ourMs / handMs).toFixed(2)),
    timesJsonata: Number((jsonataMs / ourMs).toFixed(1)),
    compileMs: Number(costOf(() => compileFormula(long, environment), 2000).toFixed(4)),
    compileLength: long.length,
    diagnosticsMs: Number(costOf(() => checkFormula(typed, wide), 300).toFixed(3)),
  };
}

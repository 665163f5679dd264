/** What finance adds to Excel: mapping tables, exact allocation, currencies, fiscal periods, likeness of names and numbers. */
import { normalizeInvoiceNumber } from '../../model/business-key.ts';
import { format, fromInteger, parse, round, tryParse } from '../../model/decimal.ts';
import { AppError } from '../../model/error.ts';
import type { MappingTableSchema } from '../../model/mapping-table.ts';
import { allocate, minorDigits } from '../../model/money.ts';
import { CalendarDate, formatDate, parseDate, partsOf } from '../calendar.ts';
import { nearest } from '../suggest.ts';
import { booleanType, decimalType, describeType, type FormulaType, integerType, listOf, textType } from '../types.ts';
import { FormulaError, fail, type Runtime, toText } from '../value.ts';
import { type CallSite, define, type Frame, needed, optional } from './declare.ts';
import { similarity } from './likeness.ts';

/** The text of an argument that is written out. */
function literalText(site: CallSite, index: number): string | undefined {
  const node = site.args[index]?.node;
  return node?.kind === 'literal' && typeof node.value === 'string' ? node.value : undefined;
}

/** Checks the name of the table and the number of keys; the schema if all is well. */
function checkTable(site: CallSite, keys: number): MappingTableSchema | undefined {
  const id = literalText(site, 0);
  if (id === undefined) {
    site.report(
      'The table must be named by a text.',
      'Write the table’s id between quotation marks.',
      site.args[0]?.node.range,
    );
    return undefined;
  }
  if (site.environment.table === undefined) return undefined;
  const schema = site.environment.table(id);
  if (schema === undefined) {
    site.report(
      `There is no mapping table “${id}”.`,
      'Import or create the table, or choose another.',
      site.args[0]?.node.range,
    );
    return undefined;
  }
  if (keys !== schema.keys.length) {
    const names = schema.keys.map((key) => key.label ?? key.name).join(', ');
    site.report(
      `The table ${schema.name} has ${schema.keys.length} key columns, but ${keys} keys are given.`,
      `Give one value for each of: ${names}.`,
    );
    return undefined;
  }
  return schema;
}

/** Position of MAPCODE's column: the last argument, or the one before a date. */
const columnAt = (site: CallSite): number => {
  const last = site.args.length - 1;
  return site.args[last]?.type.kind === 'date' ? last - 1 : last;
};

/** The type of the column that MAPCODE reads. */
function columnType(site: CallSite): FormulaType {
  const position = columnAt(site);
  const schema = checkTable(site, position - 1);
  const name = literalText(site, position);
  const at = site.args[position]?.node.range;
  if (name === undefined) {
    site.report('The column must be named by a text.', 'Write the column’s name between quotation marks.', at);
    return textType;
  }
  if (schema === undefined) return textType;
  const column = schema.targets.find((target) => target.name === name);
  if (column !== undefined) return { kind: column.type };
  const names = schema.targets.map((target) => target.name);
  const similar = nearest(name, names);
  site.report(
    `The table ${schema.name} has no column “${name}”.`,
    similar === undefined ? `It has: ${names.join(', ')}.` : `Did you mean "${similar}"?`,
    at,
    similar === undefined ? undefined : { label: `Use "${similar}"`, text: `"${similar}"` },
  );
  return textType;
}

function keysOf(values: readonly Runtime[]): string[] | FormulaError {
  const keys: string[] = [];
  for (const value of values) {
    const text = toText(value);
    if (text instanceof FormulaError) return text;
    keys.push(text);
  }
  return keys;
}

const find = (frame: Frame, table: string, keys: readonly string[], on?: CalendarDate) =>
  on === undefined ? frame.scope.lookup?.(table, keys) : frame.scope.lookup?.(table, keys, formatDate(on));

const truth = (text: string): boolean | undefined =>
  /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : undefined;

/** A column's text as a value of the column's type, which the checker promised. */
function typed(value: Runtime, type: FormulaType): Runtime {
  if (typeof value !== 'string' || type.kind === 'text') return value;
  const converted = type.kind === 'date' ? parseDate(value) : type.kind === 'boolean' ? truth(value) : tryParse(value);
  return converted ?? fail('#VALUE!', `The table holds “${value.slice(0, 60)}”, which is not ${describeType(type)}.`);
}

function mapCode(frame: Frame, table: string, rest: readonly Runtime[]): Runtime {
  const last = rest[rest.length - 1];
  const on = last instanceof CalendarDate ? last : undefined;
  const given = on === undefined ? rest : rest.slice(0, -1);
  const column = given[given.length - 1];
  const keys = keysOf(given.slice(0, -1));
  if (keys instanceof FormulaError) return keys;
  const match = find(frame, table, keys, on);
  if (match === undefined) return fail('#N/A', `The table ${table} has no row for ${keys.join(' / ')}.`);
  if (typeof column !== 'string' || !Object.hasOwn(match.values, column))
    return fail('#REF!', `The table ${table} has no such column.`);
  const text = match.values[column];
  return text === undefined || text === '' ? null : text;
}

const mapping = [
  define({
    name: 'MAPCODE',
    category: 'business',
    summary: 'The value of a column in the mapping table’s row for some keys; #N/A where no row fits.',
    parameters: [needed('table', 'text', 'The id of the mapping table.')],
    rest: [
      needed(
        'key_or_column',
        'any',
        'One value for each key column, then the name of the column to read, then (if rows have validity) the date that counts.',
      ),
    ],
    restMinimum: 2,
    result: columnType,
    own: true,
    examples: [{ formula: '=MAPCODE("cost-codes", "01-100", "account")', result: '5000' }],
    blank: 'A blank key is looked up as empty text: only a row with * fits.',
    evaluate: mapCode,
    finish: typed,
  }),
  define({
    name: 'HASCODE',
    category: 'business',
    summary: 'Whether a mapping table has a row for some keys.',
    parameters: [needed('table', 'text', 'The id of the mapping table.')],
    rest: [needed('key', 'any', 'One value for each key column.')],
    result: (site) => {
      checkTable(site, site.args.length - 1);
      return booleanType;
    },
    own: true,
    examples: [{ formula: '=HASCODE("cost-codes", "99-999")', result: 'FALSE' }],
    evaluate: (frame, table, rest) => {
      const keys = keysOf(rest);
      return keys instanceof FormulaError ? keys : find(frame, table, keys) !== undefined;
    },
  }),
];

function allocated(total: string, weights: readonly string[], places: number): Runtime {
  try {
    return allocate(total, weights, places).map((part) => parse(part));
  } catch (thrown) {
    if (thrown instanceof AppError) return fail('#NUM!', thrown.message);
    throw thrown;
  }
}

const money = [
  define({
    name: 'ALLOCATE',
    category: 'business',
    summary:
      'Splits an amount by weights into parts that add up to it exactly; leftover cents go to the largest remainders.',
    parameters: [
      needed('total', 'number', 'The amount.'),
      needed('weights', 'numbers', 'The weights, not negative and not all zero.'),
      optional('digits', 'integer', 'Digits behind the point of each part, 0 to 10; 2 if left out.'),
    ],
    result: listOf(decimalType),
    own: true,
    examples: [{ formula: '=ALLOCATE(100, {1, 1, 1})', result: '33.34, 33.33, 33.33' }],
    evaluate: (frame, total, weights, places = 2) => {
      if (places < 0 || places > 10) return fail('#NUM!', 'The parts can have 0 to 10 digits behind the point.');
      frame.spend(weights.length * 4);
      return allocated(
        format(total),
        weights.map((weight) => format(weight)),
        places,
      );
    },
  }),
  define({
    name: 'ROUNDTO',
    category: 'business',
    summary: 'Rounds an amount to the digits of a currency, halves away from zero.',
    parameters: [
      needed('amount', 'number', 'The amount.'),
      needed('currency', 'text', 'The ISO 4217 code, such as USD or JPY.'),
    ],
    result: decimalType,
    own: true,
    examples: [
      { formula: '=ROUNDTO(2.345, "USD")', result: '2.35' },
      { formula: '=ROUNDTO(2.5, "JPY")', result: '3' },
    ],
    evaluate: (_frame, amount, currency) =>
      /^[A-Za-z]{3}$/.test(currency)
        ? round(amount, minorDigits(currency))
        : fail('#VALUE!', `“${currency.slice(0, 20)}” is not a currency code of three letters.`),
  }),
];

const startMonth = optional('first_month', 'integer', 'The month in which the fiscal year begins; 1 if left out.');

function fiscal(date: CalendarDate, first: number): { year: number; period: number } | FormulaError {
  if (first < 1 || first > 12) return fail('#NUM!', 'The first month must be 1 to 12.');
  const { year, month } = partsOf(date.days);
  const period = ((month - first + 12) % 12) + 1;
  // A fiscal year is named after the calendar year in which it ends.
  return { year: first > 1 && month >= first ? year + 1 : year, period };
}

const periods = [
  define({
    name: 'FISCALPERIOD',
    category: 'business',
    summary: 'The fiscal period of a date, 1 to 12, or as text with a pattern of YYYY, YY and PP.',
    parameters: [
      needed('date', 'date', 'The date.'),
      startMonth,
      optional('pattern', 'text', 'How to write it, for instance "PP-YYYY"; the number alone if left out.'),
    ],
    result: (site) => (site.args.length > 2 ? textType : integerType),
    own: true,
    examples: [
      { formula: '=FISCALPERIOD(#2026-11-20#, 10)', result: '2' },
      { formula: '=FISCALPERIOD(#2026-11-20#, 10, "PP-YYYY")', result: '02-2027' },
    ],
    evaluate: (_frame, date, first = 1, pattern) => {
      const found = fiscal(date, first);
      if (found instanceof FormulaError) return found;
      if (pattern === undefined) return fromInteger(found.period);
      const [year, period] = [String(found.year), String(found.period)];
      return pattern.replace(/YYYY|YY|PP|P/g, (part) =>
        part === 'YYYY' ? year : part === 'YY' ? year.slice(-2) : part === 'PP' ? period.padStart(2, '0') : period,
      );
    },
  }),
  define({
    name: 'FISCALYEAR',
    category: 'business',
    summary: 'The fiscal year of a date: the calendar year in which that fiscal year ends.',
    parameters: [needed('date', 'date', 'The date.'), startMonth],
    result: integerType,
    own: true,
    examples: [{ formula: '=FISCALYEAR(#2026-11-20#, 10)', result: '2027' }],
    evaluate: (_frame, date, first = 1) => {
      const found = fiscal(date, first);
      return found instanceof FormulaError ? found : fromInteger(found.year);
    },
  }),
];

const identity = [
  define({
    name: 'NORMALIZE',
    category: 'business',
    summary: 'An invoice number without what people write differently: case, spaces, punctuation and leading zeros.',
    parameters: [needed('number', 'text', 'The number.')],
    result: textType,
    own: true,
    examples: [{ formula: '=NORMALIZE(" inv-00 123/a")', result: 'INV123A' }],
    evaluate: (_frame, text) => normalizeInvoiceNumber(text),
  }),
  define({
    name: 'SIMILARITY',
    category: 'business',
    summary: 'How alike two names are, from 0 to 1; case, accents, punctuation and word order count little.',
    parameters: [needed('first', 'text', 'A name.'), needed('second', 'text', 'Another.')],
    result: decimalType,
    own: true,
    examples: [
      { formula: '=SIMILARITY("Acme Steel, Inc.", "ACME STEEL INC")', result: '1' },
      { formula: '=SIMILARITY("Acme Steel", "Zenith")<0.3', result: 'TRUE' },
    ],
    evaluate: (frame, first, second) => {
      frame.spend(first.length + second.length);
      return parse(similarity(first, second).toFixed(4));
    },
  }),
];

export const businessFunctions = [...mapping, ...money, ...periods, ...identity];

/** Lists: choosing, ordering and looking up. Positions count from 1. */
import { fromInteger } from '../../model/decimal.ts';
import { maxListLength } from '../limits.ts';
import { equal, order } from '../operators.ts';
import { blankType, booleanType, elementOf, type FormulaType, integerType, listOf, uniteAll } from '../types.ts';
import { type FormulaError, fail, isDecimal, type Runtime, RuntimeRecord } from '../value.ts';
import { hasWildcards, wildcardMatcher } from './criteria.ts';
import { type CallSite, define, type Frame, needed, optional } from './declare.ts';

const theList = needed('list', 'list', 'The list.');
const listType = (site: CallSite): FormulaType => listOf(elementOf(site.args[0]?.type ?? blankType));
const itemType = (site: CallSite): FormulaType => elementOf(site.args[0]?.type ?? blankType);
const typesFrom = (site: CallSite, from: number): FormulaType =>
  uniteAll(site.args.slice(from).map((argument) => argument?.type ?? blankType));

const empty = (): FormulaError => fail('#N/A', 'The list has no elements.');

/** Order for sorting: blanks last, types apart, then by value. */
function forSorting(a: Runtime, b: Runtime): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return order(a, b) ?? rank(a) - rank(b);
}

function rank(value: Runtime): number {
  if (isDecimal(value)) return 0;
  if (typeof value === 'string') return 2;
  return typeof value === 'boolean' ? 3 : 1;
}

/** A text by which equal values are equal: for finding duplicates in one pass. */
function identity(value: Runtime): string {
  if (typeof value === 'string') return `t${value.toLowerCase()}`;
  if (isDecimal(value)) return `n${fromDecimal(value)}`;
  if (value instanceof RuntimeRecord) return `r${JSON.stringify(value.fields)}`;
  return `${typeof value}${JSON.stringify(value)}`;
}

function fromDecimal(value: { units: number | bigint; scale: number }): string {
  let digits = value.units.toString();
  let scale = value.scale;
  while (scale > 0 && digits.endsWith('0')) [digits, scale] = [digits.slice(0, -1), scale - 1];
  return digits === '0' || digits === '' ? '0' : `${digits}e${scale}`;
}

/** Position where a value is found, from 0; −1 where it is not. Modes as in XLOOKUP. */
function locate(frame: Frame, wanted: Runtime, list: readonly Runtime[], mode: number, backwards: boolean): number {
  frame.spend(list.length);
  const fits = mode === 2 && typeof wanted === 'string' && hasWildcards(wanted) ? wildcardMatcher(wanted) : undefined;
  let best = -1;
  for (let step = 0; step < list.length; step += 1) {
    const at = backwards ? list.length - 1 - step : step;
    const value = list[at] ?? null;
    if (fits === undefined ? isSame(value, wanted) : typeof value === 'string' && fits(value)) return at;
    if (mode !== 1 && mode !== -1) continue;
    const difference = value === null || wanted === null ? undefined : order(value, wanted);
    if (difference === undefined || difference * mode < 0) continue;
    const held = best < 0 ? undefined : order(value, list[best] ?? null);
    if (held === undefined || held * mode < 0) best = at;
  }
  return best;
}

const isSame = (value: Runtime, wanted: Runtime): boolean =>
  value === null || wanted === null ? value === wanted : equal(value, wanted);

const notFound = (): FormulaError => fail('#N/A', 'The value is not in the list.');
const modeDoc = '0: equal · -1: equal or next smaller · 1: equal or next larger · 2: with * and ?; 0 if left out.';
const searchDoc = '1: from the first · -1: from the last; 1 if left out.';

const badMode = (mode: number, search: number): FormulaError | undefined =>
  mode < -1 || mode > 2 || (search !== 1 && search !== -1) ? fail('#VALUE!', 'There is no such mode.') : undefined;

/** Position in a sorted list of the last value not above (1) or not below (−1) the wanted one. */
function sortedPosition(frame: Frame, wanted: Runtime, list: readonly Runtime[], mode: 1 | -1): number {
  frame.spend(list.length);
  let found = -1;
  for (const [at, value] of list.entries()) {
    const difference = value === null ? undefined : order(value, wanted);
    if (difference === undefined) continue;
    if (difference * mode > 0) break;
    found = at;
  }
  return found;
}

const lookup = [
  define({
    name: 'XLOOKUP',
    category: 'list',
    summary: 'Looks a value up in one list and gives the element at the same place of another.',
    parameters: [
      needed('value', 'any', 'What is looked for.'),
      needed('in', 'list', 'Where.'),
      needed('give', 'list', 'What is given, as long as the list before.'),
      optional('if_missing', 'any', 'What to give if it is not there; #N/A if left out.'),
      optional('match', 'integer', modeDoc),
      optional('search', 'integer', searchDoc),
    ],
    result: (site) => uniteAll([elementOf(site.args[2]?.type ?? blankType), site.args[3]?.type ?? blankType]),
    examples: [
      { formula: '=XLOOKUP("b", {"a", "b"}, {10, 20})', result: '20' },
      { formula: '=XLOOKUP("c", {"a", "b"}, {10, 20}, 0)', result: '0' },
    ],
    evaluate: (frame, value, list, give, missing, match = 0, search = 1) => {
      if (list.length !== give.length)
        return fail('#VALUE!', `The lists have different lengths: ${list.length} and ${give.length}.`);
      const bad = badMode(match, search);
      if (bad !== undefined) return bad;
      const at = locate(frame, value, list, match, search === -1);
      return at < 0 ? (missing === undefined ? notFound() : missing) : (give[at] ?? null);
    },
  }),
  define({
    name: 'XMATCH',
    category: 'list',
    summary: 'The position of a value in a list.',
    parameters: [
      needed('value', 'any', 'What is looked for.'),
      needed('in', 'list', 'Where.'),
      optional('match', 'integer', modeDoc),
      optional('search', 'integer', searchDoc),
    ],
    result: integerType,
    examples: [{ formula: '=XMATCH("b", {"a", "b"})', result: '2' }],
    evaluate: (frame, value, list, match = 0, search = 1) => {
      const bad = badMode(match, search);
      if (bad !== undefined) return bad;
      const at = locate(frame, value, list, match, search === -1);
      return at < 0 ? notFound() : fromInteger(at + 1);
    },
  }),
  define({
    name: 'MATCH',
    category: 'list',
    summary: 'The position of a value in a list; the list must be sorted unless an equal one is asked for.',
    parameters: [
      needed('value', 'any', 'What is looked for.'),
      needed('in', 'list', 'Where.'),
      optional(
        'match',
        'integer',
        '0: equal, with * and ? · 1: the last that is not larger · -1: the last that is not smaller; 1 if left out.',
      ),
    ],
    result: integerType,
    examples: [{ formula: '=MATCH(25, {10, 20, 30}, 1)', result: '2' }],
    blank: 'A blank is looked for as 0.',
    evaluate: (frame, given, list, match = 1) => {
      const value = given ?? fromInteger(0);
      const at =
        match === 0 ? locate(frame, value, list, 2, false) : sortedPosition(frame, value, list, match > 0 ? 1 : -1);
      return at < 0 ? notFound() : fromInteger(at + 1);
    },
  }),
  define({
    name: 'IN',
    category: 'list',
    summary: 'Whether a value is one of a list.',
    parameters: [needed('value', 'any', 'The value.'), needed('list', 'list', 'The list.')],
    result: booleanType,
    own: true,
    examples: [{ formula: '=IN("b", {"a", "B"})', result: 'TRUE' }],
    evaluate: (frame, value, list) => locate(frame, value, list, 0, false) >= 0,
  }),
  define({
    name: 'INDEX',
    category: 'list',
    summary: 'The element at a position.',
    parameters: [theList, needed('position', 'integer', 'The position, from 1.')],
    result: itemType,
    examples: [{ formula: '=INDEX({"a", "b", "c"}, 2)', result: 'b' }],
    evaluate: (_frame, list, position) =>
      position < 1 || position > list.length
        ? fail('#REF!', `The list has ${list.length} elements; there is none at ${position}.`)
        : (list[position - 1] ?? null),
  }),
  define({
    name: 'CHOOSE',
    category: 'list',
    summary: 'One of several values, by its position.',
    parameters: [needed('position', 'integer', 'The position, from 1.')],
    rest: [needed('value', 'value', 'A value.', { keepsErrors: true })],
    result: (site) => typesFrom(site, 1),
    examples: [{ formula: '=CHOOSE(2, "a", "b")', result: 'b' }],
    evaluate: (_frame, position, rest) =>
      position < 1 || position > rest.length
        ? fail('#VALUE!', 'There is no value at that position.')
        : (rest[position - 1] ?? null),
  }),
];

const ends = [
  define({
    name: 'FIRST',
    category: 'list',
    summary: 'The first element; #N/A of an empty list.',
    parameters: [theList],
    result: itemType,
    own: true,
    examples: [{ formula: '=FIRST({3, 4})', result: '3' }],
    evaluate: (_frame, list) => (list.length === 0 ? empty() : (list[0] ?? null)),
  }),
  define({
    name: 'LAST',
    category: 'list',
    summary: 'The last element; #N/A of an empty list.',
    parameters: [theList],
    result: itemType,
    own: true,
    examples: [{ formula: '=LAST({3, 4})', result: '4' }],
    evaluate: (_frame, list) => (list.length === 0 ? empty() : (list[list.length - 1] ?? null)),
  }),
  define({
    name: 'TAKE',
    category: 'list',
    summary: 'The first elements, or the last with a negative number.',
    parameters: [theList, needed('count', 'integer', 'How many.')],
    result: listType,
    examples: [{ formula: '=TAKE({1, 2, 3}, -2)', result: '2, 3' }],
    evaluate: (_frame, list, count) =>
      count === 0 || list.length === 0 ? empty() : count > 0 ? list.slice(0, count) : list.slice(count),
  }),
  define({
    name: 'DROP',
    category: 'list',
    summary: 'Without the first elements, or without the last with a negative number.',
    parameters: [theList, needed('count', 'integer', 'How many.')],
    result: listType,
    examples: [{ formula: '=DROP({1, 2, 3}, 1)', result: '2, 3' }],
    evaluate: (_frame, list, count) => {
      const kept = count >= 0 ? list.slice(count) : list.slice(0, count);
      return kept.length === 0 ? empty() : kept;
    },
  }),
];

const shaping = [
  define({
    name: 'FILTER',
    category: 'list',
    summary: 'The elements whose condition holds.',
    parameters: [
      theList,
      needed('conditions', 'booleans', 'One condition for each element, such as [items.amount]>0.'),
      optional('if_empty', 'value', 'What to give if none holds; an empty list if left out.'),
    ],
    result: (site) => (site.args[2] === undefined ? listType(site) : uniteAll([listType(site), site.args[2].type])),
    examples: [
      { formula: '=FILTER({5, -2, 7}, {5, -2, 7}>0)', result: '5, 7' },
      {
        formula: '=SUM(FILTER([items.amount], [items.code]="A"))',
        result: '3',
        record: {
          items: [
            { code: 'A', amount: '1' },
            { code: 'B', amount: '5' },
            { code: 'A', amount: '2' },
          ],
        },
      },
    ],
    departure: 'Gives an empty list, not #CALC!, where no condition holds.',
    evaluate: (frame, list, conditions, none) => {
      if (conditions.length !== list.length && conditions.length !== 1)
        return fail('#VALUE!', `The lists have different lengths: ${list.length} and ${conditions.length}.`);
      frame.spend(list.length);
      const kept = list.filter((_, at) => conditions[conditions.length === 1 ? 0 : at]);
      return kept.length === 0 && none !== undefined ? none : kept;
    },
  }),
  define({
    name: 'SORT',
    category: 'list',
    summary: 'The elements in order; blanks come last.',
    parameters: [theList, optional('direction', 'integer', '1: upwards · -1: downwards; 1 if left out.')],
    result: listType,
    examples: [{ formula: '=SORT({3, 1, 2}, -1)', result: '3, 2, 1' }],
    departure: 'A list has one column, so there is no column to sort by.',
    evaluate: (frame, list, direction = 1) => {
      frame.spend(list.length * 4);
      return sortedBy(list, list, direction);
    },
  }),
  define({
    name: 'SORTBY',
    category: 'list',
    summary: 'The elements in the order of another list.',
    parameters: [
      theList,
      needed('by', 'list', 'What decides, as long as the list.'),
      optional('direction', 'integer', '1: upwards · -1: downwards; 1 if left out.'),
    ],
    result: listType,
    examples: [{ formula: '=SORTBY({"a", "b", "c"}, {3, 1, 2})', result: 'b, c, a' }],
    evaluate: (frame, list, by, direction = 1) => {
      if (by.length !== list.length)
        return fail('#VALUE!', `The lists have different lengths: ${list.length} and ${by.length}.`);
      frame.spend(list.length * 4);
      return sortedBy(list, by, direction);
    },
  }),
  define({
    name: 'UNIQUE',
    category: 'list',
    summary: 'Each different element once, in order of appearance; case is ignored.',
    parameters: [theList],
    result: listType,
    examples: [{ formula: '=UNIQUE({"a", "b", "A"})', result: 'a, b' }],
    evaluate: (frame, list) => {
      frame.spend(list.length * 2);
      const seen = new Set<string>();
      return list.filter((value) => {
        const key = identity(value);
        const isNew = !seen.has(key);
        seen.add(key);
        return isNew;
      });
    },
  }),
  define({
    name: 'REVERSE',
    category: 'list',
    summary: 'The elements from last to first.',
    parameters: [theList],
    result: listType,
    own: true,
    examples: [{ formula: '=REVERSE({1, 2, 3})', result: '3, 2, 1' }],
    evaluate: (_frame, list) => [...list].reverse(),
  }),
  define({
    name: 'SEQUENCE',
    category: 'list',
    summary: 'A list of whole numbers.',
    parameters: [
      needed('count', 'integer', 'How many.'),
      optional('start', 'integer', 'The first; 1 if left out.'),
      optional('step', 'integer', 'From one to the next; 1 if left out.'),
    ],
    result: listOf(integerType),
    examples: [{ formula: '=SEQUENCE(4, 10, 5)', result: '10, 15, 20, 25' }],
    evaluate: (frame, count, start = 1, step = 1) => {
      if (count < 1 || count > maxListLength) return fail('#VALUE!', `A list has 1 to ${maxListLength} elements.`);
      if (Math.abs(start) > 1e12 || Math.abs(step) > 1e9) return fail('#NUM!', 'The numbers are too large.');
      frame.spend(count);
      return Array.from({ length: count }, (_, at) => fromInteger(start + at * step));
    },
  }),
];

function sortedBy(list: readonly Runtime[], by: readonly Runtime[], direction: number): Runtime {
  if (direction !== 1 && direction !== -1) return fail('#VALUE!', 'The direction must be 1 or -1.');
  const places = list.map((_, at) => at);
  places.sort((a, b) => {
    const [x, y] = [by[a] ?? null, by[b] ?? null];
    const difference = forSorting(x, y);
    return x === null || y === null ? difference : difference * direction;
  });
  return places.map((at) => list[at] ?? null);
}

export const listFunctions = [...lookup, ...ends, ...shaping];

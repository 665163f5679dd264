/** Filtering and sorting of rows, in steps that may pause. Pure. Money is compared as exact decimals. */
import { compare, type Decimal, tryParse } from '../../engine/model/decimal.ts';
import { amountsOf, type GridColumn, textOf } from './column.ts';
import type { GridFilter, GridView } from './view.ts';
import type { Work } from './work.ts';

/** Rows between two places to pause. */
const stride = 512;

type Test<Row> = (row: Row) => boolean;

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

function testOf<Row>(filter: GridFilter, column: GridColumn<Row>): Test<Row> {
  switch (filter.kind) {
    case 'contains': {
      const wanted = filter.text.trim().toLowerCase();
      return (row) => textOf(column, row).toLowerCase().includes(wanted);
    }
    case 'values': {
      const wanted = new Set(filter.values);
      return (row) => wanted.has(textOf(column, row));
    }
    case 'range': {
      const from = tryParse(filter.from ?? '');
      const to = tryParse(filter.to ?? '');
      return (row) =>
        Object.values(amountsOf(column, row) ?? {}).some((text) => {
          const amount = tryParse(text);
          if (amount === undefined) return false;
          return (from === undefined || compare(amount, from) >= 0) && (to === undefined || compare(amount, to) <= 0);
        });
    }
  }
}

/** Tests of all filters whose column exists, and of the words searched for in any shown column. */
function testsOf<Row>(columns: readonly GridColumn<Row>[], filters: readonly GridFilter[], find: string): Test<Row>[] {
  const tests = filters.flatMap((filter) => {
    const column = columns.find(({ id }) => id === filter.column);
    return column === undefined ? [] : [testOf(filter, column)];
  });
  const wanted = find.trim().toLowerCase();
  if (wanted === '') return tests;
  const found: Test<Row> = (row) => columns.some((column) => textOf(column, row).toLowerCase().includes(wanted));
  return [...tests, found];
}

type Key = string | number | Decimal | undefined;

const keyOf = <Row>(column: GridColumn<Row>, row: Row): Key => {
  if (column.amounts === undefined) return column.value(row);
  const [first] = Object.values(column.amounts(row) ?? {});
  return first === undefined ? undefined : tryParse(first);
};

/** Blanks stand at the end, whichever way the others are sorted. */
function compareKeys(a: Key, b: Key, descending: boolean): number {
  const aBlank = a === undefined || a === '';
  const bBlank = b === undefined || b === '';
  if (aBlank || bBlank) return Number(aBlank) - Number(bBlank);
  const order =
    typeof a === 'object' && typeof b === 'object'
      ? compare(a, b)
      : typeof a === 'number' && typeof b === 'number'
        ? a - b
        : collator.compare(String(a), String(b));
  return descending ? -order : order;
}

interface Keyed<Row> {
  row: Row;
  keys: readonly Key[];
}

type Order<Row> = (a: Keyed<Row>, b: Keyed<Row>) => number;

function* merged<Row>(left: Keyed<Row>[], right: Keyed<Row>[], order: Order<Row>): Work<Keyed<Row>[]> {
  const result: Keyed<Row>[] = [];
  let a = 0;
  let b = 0;
  while (a < left.length || b < right.length) {
    const one = left[a];
    const two = right[b];
    if (two === undefined || (one !== undefined && order(one, two) <= 0)) {
      if (one !== undefined) result.push(one);
      a += 1;
    } else {
      result.push(two);
      b += 1;
    }
    if (result.length % stride === 0) yield;
  }
  return result;
}

/** A stable merge sort over runs that the engine sorts by itself: one call of `sort` over all rows could not pause. */
function* sorted<Row>(keyed: readonly Keyed<Row>[], order: Order<Row>): Work<Keyed<Row>[]> {
  let runs: Keyed<Row>[][] = [];
  for (let at = 0; at < keyed.length; at += stride) {
    runs.push(keyed.slice(at, at + stride).sort(order));
    yield;
  }
  while (runs.length > 1) {
    const next: Keyed<Row>[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      next.push(yield* merged(runs[at] ?? [], runs[at + 1] ?? [], order));
    }
    runs = next;
  }
  return runs[0] ?? [];
}

/** What rows are wanted, in which order. */
export interface Arrangement<Row> {
  columns: readonly GridColumn<Row>[];
  sort: GridView['sort'];
  filters: readonly GridFilter[];
  /** Words looked for in every column. */
  find: string;
}

/** The rows that pass, in order. The rows themselves, where nothing is asked for. */
export function* arranged<Row>(rows: readonly Row[], wanted: Arrangement<Row>): Work<readonly Row[]> {
  const tests = testsOf(wanted.columns, wanted.filters, wanted.find);
  let passed: readonly Row[] = rows;
  if (tests.length > 0) {
    const kept: Row[] = [];
    for (const [index, row] of rows.entries()) {
      if (tests.every((test) => test(row))) kept.push(row);
      if (index % stride === 0) yield;
    }
    passed = kept;
  }
  const by = wanted.sort.flatMap(({ column: id, descending }) => {
    const column = wanted.columns.find((candidate) => candidate.id === id);
    return column === undefined ? [] : [{ column, descending }];
  });
  if (by.length === 0) return passed;
  const keyed: Keyed<Row>[] = [];
  for (const row of passed) {
    keyed.push({ row, keys: by.map(({ column }) => keyOf(column, row)) });
    if (keyed.length % stride === 0) yield;
  }
  const order: Order<Row> = (a, b) => {
    for (const [index, { descending }] of by.entries()) {
      const difference = compareKeys(a.keys[index], b.keys[index], descending);
      if (difference !== 0) return difference;
    }
    return 0;
  };
  const inOrder = yield* sorted(keyed, order);
  const result: Row[] = [];
  for (const { row } of inOrder) result.push(row);
  return result;
}

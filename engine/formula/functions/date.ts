/** Dates. A date is a date, not a number: adding whole numbers to it counts days. */
import { type Decimal, fromInteger } from '../../model/decimal.ts';
import {
  addMonths,
  CalendarDate,
  daysInMonth,
  daysOf,
  daysOfInstant,
  Instant,
  isInRange,
  parseDate,
  parseInstant,
  partsOf,
  weekdayOf,
} from '../calendar.ts';
import { divideFine } from '../numeric.ts';
import { dateType, datetimeType, decimalType, integerType } from '../types.ts';
import { describeValue, fail, type Runtime } from '../value.ts';
import { type CallSite, define, needed, optional } from './declare.ts';
import { workdayFunctions } from './workdays.ts';

const theDate = needed('date', 'date', 'The date.');

/** A date from a count of days, if it lies in the years of Excel. */
export const dateOf = (days: number): Runtime =>
  isInRange(days) ? new CalendarDate(days) : fail('#NUM!', 'The date lies outside the years 1900 to 9999.');

const part = (name: string, summary: string, example: [string, string], take: (days: number) => number, own = false) =>
  define({
    name,
    category: 'date',
    summary,
    parameters: [theDate],
    result: integerType,
    own,
    examples: [{ formula: example[0], result: example[1] }],
    evaluate: (_frame, date) => fromInteger(take(date.days)),
  });

const clock = (name: string, summary: string, example: [string, string], take: (date: Date) => number) =>
  define({
    name,
    category: 'date',
    summary,
    parameters: [needed('moment', 'datetime', 'The moment.')],
    result: integerType,
    examples: [{ formula: example[0], result: example[1] }],
    departure: 'Takes a moment, whose time is that of UTC.',
    evaluate: (_frame, moment) => fromInteger(take(new Date(moment.ms))),
  });

/** The Monday-based ISO week of a date. */
function isoWeek(days: number): number {
  const thursday = days - ((weekdayOf(days) + 6) % 7) + 3;
  const { year } = partsOf(thursday);
  return Math.floor((thursday - daysOf(year, 1, 1)) / 7) + 1;
}

/** First day of the week (0 = Sunday) for Excel's numbers of week systems. */
const weekStarts: Readonly<Record<number, number>> = { 1: 0, 2: 1, 11: 1, 12: 2, 13: 3, 14: 4, 15: 5, 16: 6, 17: 0 };

function weekNumber(days: number, system: number): Runtime {
  if (system === 21) return fromInteger(isoWeek(days));
  const start = weekStarts[system];
  if (start === undefined) return fail('#NUM!', 'The system must be 1, 2, 11 to 17 or 21.');
  const first = daysOf(partsOf(days).year, 1, 1);
  const offset = (weekdayOf(first) - start + 7) % 7;
  return fromInteger(Math.floor((days - first + offset) / 7) + 1);
}

function weekday(days: number, system: number): Runtime {
  const day = weekdayOf(days);
  if (system === 3) return fromInteger((day + 6) % 7);
  const start = system === 21 ? undefined : weekStarts[system];
  if (start === undefined) return fail('#NUM!', 'The system must be 1, 2, 3 or 11 to 17.');
  return fromInteger(((day - start + 7) % 7) + 1);
}

/** Whole months between two dates. */
function wholeMonths(from: number, to: number): number {
  const [a, b] = [partsOf(from), partsOf(to)];
  return (b.year - a.year) * 12 + b.month - a.month - (b.day < a.day ? 1 : 0);
}

function difference(from: number, to: number, unit: string): Runtime {
  if (to < from) return fail('#NUM!', 'The end lies before the start.');
  const months = wholeMonths(from, to);
  const [a, b] = [partsOf(from), partsOf(to)];
  switch (unit.toUpperCase()) {
    case 'Y':
      return fromInteger(Math.floor(months / 12));
    case 'M':
      return fromInteger(months);
    case 'D':
      return fromInteger(to - from);
    case 'YM':
      return fromInteger(months % 12);
    case 'MD':
      return fromInteger(b.day >= a.day ? b.day - a.day : to - sameDayBefore(b.year, b.month, a.day));
    case 'YD': {
      const turned = b.month < a.month || (b.month === a.month && b.day < a.day);
      return fromInteger(daysOf(b.year, b.month, b.day) - daysOf(turned ? b.year - 1 : b.year, a.month, a.day));
    }
    default:
      return fail('#NUM!', 'The unit must be "Y", "M", "D", "YM", "MD" or "YD".');
  }
}

/** A day of the month before, overflowing as a calendar does. */
const sameDayBefore = (year: number, month: number, day: number): number => daysOf(year, month - 1, day);

const isLastOfFebruary = (days: number): boolean => {
  const { year, month, day } = partsOf(days);
  return month === 2 && day === daysInMonth(year, 2);
};

/** Days between two dates in years of 360 days. */
function days360(from: number, to: number, european: boolean): number {
  const [a, b] = [partsOf(from), partsOf(to)];
  let [first, last] = [a.day, b.day];
  if (european) [first, last] = [Math.min(first, 30), Math.min(last, 30)];
  else {
    if (isLastOfFebruary(from)) first = 30;
    if (last === 31 && first >= 30) last = 30;
    if (first === 31) first = 30;
  }
  return (b.year - a.year) * 360 + (b.month - a.month) * 30 + last - first;
}

/** Days of YEARFRAC's US method, which treats ends of February and 31sts apart, unlike DAYS360. */
function yearDays(from: number, to: number): number {
  const [a, b] = [partsOf(from), partsOf(to)];
  let [first, last] = [a.day, b.day];
  if (first === 31 || (first === 30 && last === 31)) [first, last] = [30, Math.min(last, 30)];
  else if (isLastOfFebruary(from)) [first, last] = [30, isLastOfFebruary(to) ? 30 : last];
  return (b.year - a.year) * 360 + (b.month - a.month) * 30 + last - first;
}

/** Average length of the years that two dates touch, for "actual/actual". */
function actualYear(from: number, to: number): Decimal {
  const [a, b] = [partsOf(from), partsOf(to)];
  const withinYear =
    a.year === b.year || (b.year === a.year + 1 && (b.month < a.month || (b.month === a.month && b.day <= a.day)));
  if (withinYear) {
    const leaps = [a.year, b.year].filter((year) => {
      const leapDay = daysOf(year, 2, 29);
      return daysInMonth(year, 2) === 29 && (a.year === b.year || (leapDay >= from && leapDay <= to));
    });
    return fromInteger(leaps.length > 0 ? 366 : 365);
  }
  const years = b.year - a.year + 1;
  return divideFine(fromInteger(daysOf(b.year + 1, 1, 1) - daysOf(a.year, 1, 1)), fromInteger(years));
}

function yearFraction(start: number, end: number, basis: number): Runtime {
  const [from, to] = start <= end ? [start, end] : [end, start];
  switch (basis) {
    case 0:
      return divideFine(fromInteger(yearDays(from, to)), fromInteger(360));
    case 1:
      return divideFine(fromInteger(to - from), actualYear(from, to));
    case 2:
      return divideFine(fromInteger(to - from), fromInteger(360));
    case 3:
      return divideFine(fromInteger(to - from), fromInteger(365));
    case 4:
      return divideFine(fromInteger(days360(from, to, true)), fromInteger(360));
    default:
      return fail('#NUM!', 'The basis must be 0 to 4.');
  }
}

/** Refuses what is neither text nor a date where the checker can see it. */
function checkConvertible(site: CallSite): void {
  const kind = site.args[0]?.type.kind;
  if (kind === 'integer' || kind === 'decimal' || kind === 'boolean' || kind === 'record')
    site.report(
      'Only text and moments become dates.',
      'Build a date from numbers with DATE.',
      site.args[0]?.node.range,
    );
}

const months = needed('months', 'integer', 'How many months later; negative for earlier.');
const two = [needed('start', 'date', 'The first date.'), needed('end', 'date', 'The last date.')] as const;

const building = [
  define({
    name: 'DATE',
    category: 'date',
    summary: 'The date of a year, month and day; months and days that are too large carry over.',
    parameters: [
      needed('year', 'integer', 'The year, 1900 to 9999.'),
      needed('month', 'integer', 'The month.'),
      needed('day', 'integer', 'The day.'),
    ],
    result: dateType,
    examples: [
      { formula: '=DATE(2026, 1, 31)', result: '2026-01-31' },
      { formula: '=DATE(2026, 14, 1)', result: '2027-02-01' },
    ],
    departure: 'Years below 1900 are refused instead of counting from 1900; 29 February 1900 does not exist.',
    evaluate: (_frame, year, month, day) => {
      if (year < 1900 || year > 9999) return fail('#NUM!', 'The year must be 1900 to 9999.');
      if (Math.abs(month) > 200_000 || Math.abs(day) > 5_000_000) return fail('#NUM!', 'There is no such date.');
      return dateOf(daysOf(year, month, day));
    },
  }),
  define({
    name: 'TODAY',
    category: 'date',
    summary: 'The date of the run.',
    parameters: [],
    result: dateType,
    examples: [{ formula: '=TODAY()', result: '2026-02-15' }],
    departure: 'The same for all records of a run.',
    evaluate: (frame) => parseDate(frame.scope.today) ?? fail('#VALUE!', 'The date of the run is not known.'),
  }),
  define({
    name: 'DATEVALUE',
    category: 'date',
    summary: 'The date in a text (YYYY-MM-DD, or M/D/YYYY), or the UTC date of a moment.',
    parameters: [needed('text', 'any', 'The text or the moment.')],
    result: (site) => {
      checkConvertible(site);
      return dateType;
    },
    examples: [
      { formula: '=DATEVALUE("2026-01-31")', result: '2026-01-31' },
      { formula: '=DATEVALUE("1/31/2026")', result: '2026-01-31' },
    ],
    departure: 'Reads ISO dates and month/day/year only, so that no date depends on a computer’s settings.',
    evaluate: (_frame, value) => {
      if (value instanceof CalendarDate) return value;
      if (value instanceof Instant) return dateOf(daysOfInstant(value));
      if (typeof value !== 'string') return fail('#VALUE!', `A text is needed here, not ${describeValue(value)}.`);
      return readDate(value.trim()) ?? fail('#VALUE!', `“${value.slice(0, 60)}” is not a date.`);
    },
  }),
  define({
    name: 'DATETIMEVALUE',
    category: 'date',
    summary: 'The moment in an ISO text with a zone, such as 2026-01-31T17:30:00Z.',
    parameters: [needed('text', 'text', 'The text.')],
    result: datetimeType,
    own: true,
    examples: [{ formula: '=DATETIMEVALUE("2026-01-31T12:00:00-05:00")', result: '2026-01-31T17:00:00Z' }],
    evaluate: (_frame, text) => parseInstant(text.trim()) ?? fail('#VALUE!', `“${text.slice(0, 60)}” is not a moment.`),
  }),
];

function readDate(text: string): CalendarDate | undefined {
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (american === null) {
    const moment = parseInstant(text);
    return moment === undefined ? parseDate(text) : new CalendarDate(daysOfInstant(moment));
  }
  const [, month = '', day = '', year = ''] = american;
  return parseDate(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
}

const moving = [
  define({
    name: 'EDATE',
    category: 'date',
    summary: 'The same day some months later, or the last of a shorter month.',
    parameters: [theDate, months],
    result: dateType,
    examples: [{ formula: '=EDATE(#2026-01-31#, 1)', result: '2026-02-28' }],
    evaluate: (_frame, date, count) => dateOf(Math.abs(count) > 120_000 ? Number.NaN : addMonths(date.days, count)),
  }),
  define({
    name: 'EOMONTH',
    category: 'date',
    summary: 'The last day of the month some months later.',
    parameters: [theDate, months],
    result: dateType,
    examples: [{ formula: '=EOMONTH(#2026-01-15#, 0)', result: '2026-01-31' }],
    evaluate: (_frame, date, count) => {
      if (Math.abs(count) > 120_000) return dateOf(Number.NaN);
      const { year, month } = partsOf(date.days);
      return dateOf(daysOf(year, month + count + 1, 0));
    },
  }),
  define({
    name: 'DAYS',
    category: 'date',
    summary: 'Days from one date to another.',
    parameters: [needed('end', 'date', 'The last date.'), needed('start', 'date', 'The first date.')],
    result: integerType,
    examples: [{ formula: '=DAYS(#2026-03-01#, #2026-02-01#)', result: '28' }],
    evaluate: (_frame, end, start) => fromInteger(end.days - start.days),
  }),
  define({
    name: 'DAYS360',
    category: 'date',
    summary: 'Days between two dates in a year of twelve months of 30 days.',
    parameters: [...two, optional('european', 'boolean', 'TRUE: the European method.')],
    result: integerType,
    examples: [{ formula: '=DAYS360(#2026-01-31#, #2026-03-31#)', result: '60' }],
    evaluate: (_frame, start, end, european) => fromInteger(days360(start.days, end.days, european === true)),
  }),
  define({
    name: 'YEARFRAC',
    category: 'date',
    summary: 'The part of a year between two dates.',
    parameters: [
      ...two,
      optional(
        'basis',
        'integer',
        '0: US 30/360 · 1: actual/actual · 2: actual/360 · 3: actual/365 · 4: European 30/360.',
      ),
    ],
    result: decimalType,
    examples: [{ formula: '=YEARFRAC(#2026-01-01#, #2026-07-01#)', result: '0.5' }],
    evaluate: (_frame, start, end, basis) => yearFraction(start.days, end.days, basis ?? 0),
  }),
  define({
    name: 'DATEDIF',
    category: 'date',
    summary: 'Whole years, months or days between two dates.',
    parameters: [
      ...two,
      needed(
        'unit',
        'text',
        '"Y" years · "M" months · "D" days · "YM" months beyond years · "MD" days beyond months · "YD" days beyond years.',
      ),
    ],
    result: integerType,
    examples: [{ formula: '=DATEDIF(#2025-11-20#, #2026-02-15#, "M")', result: '2' }],
    evaluate: (_frame, start, end, unit) => difference(start.days, end.days, unit),
  }),
];

const systemDoc = '1: Sunday first · 2: Monday first · 11 to 17: Monday to Sunday first';

const weeks = [
  define({
    name: 'WEEKDAY',
    category: 'date',
    summary: 'The day of the week as a number.',
    parameters: [theDate, optional('system', 'integer', `${systemDoc} · 3: Monday is 0; 1 if left out.`)],
    result: integerType,
    examples: [{ formula: '=WEEKDAY(#2026-02-15#)', result: '1' }],
    evaluate: (_frame, date, system) => weekday(date.days, system ?? 1),
  }),
  define({
    name: 'WEEKNUM',
    category: 'date',
    summary: 'The week of the year.',
    parameters: [theDate, optional('system', 'integer', `${systemDoc} · 21: ISO; 1 if left out.`)],
    result: integerType,
    examples: [{ formula: '=WEEKNUM(#2026-02-15#)', result: '8' }],
    evaluate: (_frame, date, system) => weekNumber(date.days, system ?? 1),
  }),
  part('ISOWEEKNUM', 'The ISO week of the year.', ['=ISOWEEKNUM(#2026-02-15#)', '7'], isoWeek),
];

export const dateFunctions = [
  ...building,
  part('YEAR', 'The year.', ['=YEAR(#2026-02-15#)', '2026'], (days) => partsOf(days).year),
  part(
    'QUARTER',
    'The quarter of the calendar year.',
    ['=QUARTER(#2026-02-15#)', '1'],
    (days) => Math.ceil(partsOf(days).month / 3),
    true,
  ),
  part('MONTH', 'The month.', ['=MONTH(#2026-02-15#)', '2'], (days) => partsOf(days).month),
  part('DAY', 'The day of the month.', ['=DAY(#2026-02-15#)', '15'], (days) => partsOf(days).day),
  clock('HOUR', 'The hour.', ['=HOUR(DATETIMEVALUE("2026-02-15T17:30:05Z"))', '17'], (date) => date.getUTCHours()),
  clock('MINUTE', 'The minute.', ['=MINUTE(DATETIMEVALUE("2026-02-15T17:30:05Z"))', '30'], (date) =>
    date.getUTCMinutes(),
  ),
  clock('SECOND', 'The second.', ['=SECOND(DATETIMEVALUE("2026-02-15T17:30:05Z"))', '5'], (date) =>
    date.getUTCSeconds(),
  ),
  ...moving,
  ...weeks,
  ...workdayFunctions,
];

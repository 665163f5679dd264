/** Working days: weekends and holidays left out. */
import { fromInteger } from '../../model/decimal.ts';
import { CalendarDate, isInRange, weekdayOf } from '../calendar.ts';
import { dateType, integerType } from '../types.ts';
import { describeValue, FormulaError, fail, type Runtime } from '../value.ts';
import { define, type Frame, needed, optional } from './declare.ts';

const holidayList = optional('holidays', 'list', 'Dates that are no working days.');
const weekendOf = optional(
  'weekend',
  'any',
  'Text of seven digits from Monday, 1 for a day off, or 1 to 7 (two days from Saturday/Sunday on) or 11 to 17 (one day); 1 if left out.',
);

const standard: ReadonlySet<number> = new Set([0, 6]);

/** Days off (0 = Sunday) from Excel's number or text for a weekend. */
function weekend(value: Runtime | undefined): ReadonlySet<number> | FormulaError {
  if (value === undefined || value === null) return standard;
  if (value instanceof FormulaError) return value;
  if (typeof value === 'string') {
    if (!/^[01]{7}$/.test(value) || value === '1111111')
      return fail('#VALUE!', 'The weekend is written with seven digits 0 or 1, Monday first, not all 1.');
    return new Set([...value].flatMap((digit, index) => (digit === '1' ? [(index + 1) % 7] : [])));
  }
  const number = typeof value === 'object' && 'units' in value && value.scale === 0 ? Number(value.units) : Number.NaN;
  if (number >= 1 && number <= 7) return new Set([(number + 5) % 7, (number + 6) % 7]);
  return number >= 11 && number <= 17 ? new Set([number - 11]) : fail('#NUM!', 'There is no such weekend number.');
}

function holidaysOf(values: readonly Runtime[] | undefined): Set<number> | FormulaError {
  const days = new Set<number>();
  for (const value of values ?? []) {
    if (value === null) continue;
    if (!(value instanceof CalendarDate)) return fail('#VALUE!', `A holiday is a date, not ${describeValue(value)}.`);
    days.add(value.days);
  }
  return days;
}

const isOff = (day: number, off: ReadonlySet<number>, holidays: ReadonlySet<number>): boolean =>
  off.has(weekdayOf(day)) || holidays.has(day);

function move(
  frame: Frame,
  start: number,
  count: number,
  off: ReadonlySet<number>,
  holidays: ReadonlySet<number>,
): Runtime {
  if (Math.abs(count) > 3_000_000) return fail('#NUM!', 'The date lies outside the years 1900 to 9999.');
  const step = count < 0 ? -1 : 1;
  const perWeek = 7 - off.size;
  let day = start;
  let left = Math.abs(count);
  if (holidays.size === 0 && left > perWeek) {
    const weeks = Math.floor((left - 1) / perWeek);
    day += step * weeks * 7;
    left -= weeks * perWeek;
  }
  while (left > 0 && isInRange(day)) {
    day += step;
    frame.spend(1);
    if (!isOff(day, off, holidays)) left -= 1;
  }
  return isInRange(day) ? new CalendarDate(day) : fail('#NUM!', 'The date lies outside the years 1900 to 9999.');
}

function count(start: number, end: number, off: ReadonlySet<number>, holidays: ReadonlySet<number>): number {
  const [from, to] = start <= end ? [start, end] : [end, start];
  const weeks = Math.floor((to - from + 1) / 7);
  let days = weeks * (7 - off.size);
  for (let day = from + weeks * 7; day <= to; day += 1) if (!off.has(weekdayOf(day))) days += 1;
  for (const holiday of holidays) if (holiday >= from && holiday <= to && !off.has(weekdayOf(holiday))) days -= 1;
  return start <= end ? days : -days;
}

type Rest = readonly Runtime[] | undefined;

function workday(frame: Frame, start: CalendarDate, days: number, off: Runtime | undefined, holidays: Rest): Runtime {
  const free = weekend(off);
  if (free instanceof FormulaError) return free;
  const dates = holidaysOf(holidays);
  return dates instanceof FormulaError ? dates : move(frame, start.days, days, free, dates);
}

function networkdays(start: CalendarDate, end: CalendarDate, off: Runtime | undefined, holidays: Rest): Runtime {
  const free = weekend(off);
  if (free instanceof FormulaError) return free;
  const dates = holidaysOf(holidays);
  return dates instanceof FormulaError ? dates : fromInteger(count(start.days, end.days, free, dates));
}

const startDate = needed('start', 'date', 'The date to begin at.');
const endDate = needed('end', 'date', 'The last date.');
const dayCount = needed('days', 'integer', 'How many working days; negative for earlier.');

export const workdayFunctions = [
  define({
    name: 'WORKDAY',
    category: 'date',
    summary: 'The date some working days later.',
    parameters: [startDate, dayCount, holidayList],
    result: dateType,
    examples: [{ formula: '=WORKDAY(#2026-02-13#, 2, {#2026-02-16#})', result: '2026-02-18' }],
    evaluate: (frame, start, days, holidays) => workday(frame, start, days, undefined, holidays),
  }),
  define({
    name: 'WORKDAY.INTL',
    category: 'date',
    summary: 'The date some working days later, with the weekend of your choice.',
    parameters: [startDate, dayCount, weekendOf, holidayList],
    result: dateType,
    examples: [{ formula: '=WORKDAY.INTL(#2026-02-13#, 1, 11)', result: '2026-02-14' }],
    evaluate: (frame, start, days, off, holidays) => workday(frame, start, days, off, holidays),
  }),
  define({
    name: 'NETWORKDAYS',
    category: 'date',
    summary: 'Number of working days from one date to another, both counted.',
    parameters: [startDate, endDate, holidayList],
    result: integerType,
    examples: [{ formula: '=NETWORKDAYS(#2026-02-13#, #2026-02-17#)', result: '3' }],
    evaluate: (_frame, start, end, holidays) => networkdays(start, end, undefined, holidays),
  }),
  define({
    name: 'NETWORKDAYS.INTL',
    category: 'date',
    summary: 'Number of working days from one date to another, with the weekend of your choice.',
    parameters: [startDate, endDate, weekendOf, holidayList],
    result: integerType,
    examples: [{ formula: '=NETWORKDAYS.INTL(#2026-02-13#, #2026-02-17#, "0000001")', result: '4' }],
    evaluate: (_frame, start, end, off, holidays) => networkdays(start, end, off, holidays),
  }),
];

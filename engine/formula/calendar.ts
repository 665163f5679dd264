/** Calendar arithmetic on plain dates and instants, without zones: a date is a count of days since 1970-01-01. */

/** A date of the calendar, without time or zone. */
export class CalendarDate {
  readonly days: number;
  constructor(days: number) {
    this.days = days;
  }
}

/** A moment in time. `ms` counts from 1970-01-01T00:00:00Z. */
export class Instant {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

/** Year, month (1–12) and day of a date. */
export interface YearMonthDay {
  year: number;
  month: number;
  day: number;
}

const dayMs = 86_400_000;
const firstDay = Math.floor(Date.UTC(1900, 0, 1) / dayMs);
const lastDay = Math.floor(Date.UTC(9999, 11, 31) / dayMs);

/** Whether a count of days lies in the years 1900 to 9999, the range of Excel. */
export const isInRange = (days: number): boolean => days >= firstDay && days <= lastDay;

/** Days since 1970-01-01; months and days may overflow, as in Excel's DATE. */
export const daysOf = (year: number, month: number, day: number): number =>
  Math.floor(Date.UTC(year, month - 1, day) / dayMs);

/** Year, month and day of a count of days. */
export function partsOf(days: number): YearMonthDay {
  const date = new Date(days * dayMs);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Number of days of a month. */
export const daysInMonth = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** Day of the week, 0 = Sunday. */
export const weekdayOf = (days: number): number => (((days + 4) % 7) + 7) % 7;

/** The same day some months later, or the last day of that month where it has no such day. */
export function addMonths(days: number, months: number): number {
  const { year, month, day } = partsOf(days);
  const index = year * 12 + (month - 1) + months;
  const [targetYear, targetMonth] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1];
  return daysOf(targetYear, targetMonth, Math.min(day, daysInMonth(targetYear, targetMonth)));
}

const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/;

/** A date from `YYYY-MM-DD`, or undefined where no such day exists. */
export function parseDate(text: string): CalendarDate | undefined {
  const match = datePattern.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1900 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return new CalendarDate(daysOf(year, month, day));
}

const instantPattern = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/i;

/** A moment from ISO text with a zone, such as `2026-01-31T17:30:00Z`; undefined for anything else. */
export function parseInstant(text: string): Instant | undefined {
  if (!instantPattern.test(text)) return undefined;
  const ms = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(ms) ? undefined : new Instant(ms);
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** `YYYY-MM-DD`. */
export function formatDate(date: CalendarDate): string {
  const { year, month, day } = partsOf(date.days);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/** ISO text in UTC, without milliseconds where there are none. */
export const formatInstant = (instant: Instant): string => new Date(instant.ms).toISOString().replace('.000Z', 'Z');

/** The UTC date of a moment, in days. */
export const daysOfInstant = (instant: Instant): number => Math.floor(instant.ms / dayMs);

/** Milliseconds of a day. */
export const millisecondsPerDay = dayMs;

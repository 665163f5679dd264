/** Excel's number and date formats, as TEXT writes them: `#,##0.00;(#,##0.00)`, `0.0%`, `00000`, `yyyy-mm-dd`, `mmm d, yyyy`. */
import { type Decimal, format, fromInteger, isZero, multiply, negate } from '../model/decimal.ts';
import { CalendarDate, daysOfInstant, type Instant, millisecondsPerDay, partsOf, weekdayOf } from './calendar.ts';
import { type FormulaError, fail } from './value.ts';

/** A part of a format: characters that stand for themselves, digit places, or a date code. */
interface Part {
  kind: 'text' | 'digits' | 'code' | 'percent' | 'at';
  value: string;
}

const codes = /^(yyyy|yy|y|mmmmm|mmmm|mmm|mm|m|dddd|ddd|dd|d|hh|h|ss|s|am\/pm|a\/p)/i;

function readParts(text: string): Part[] {
  const parts: Part[] = [];
  const add = (kind: Part['kind'], value: string): void => {
    const last = parts[parts.length - 1];
    if (last !== undefined && last.kind === kind && (kind === 'text' || kind === 'digits')) last.value += value;
    else parts.push({ kind, value });
  };
  for (let at = 0; at < text.length; ) {
    const first = text[at] ?? '';
    if (first === '"') {
      const end = text.indexOf('"', at + 1);
      add('text', text.slice(at + 1, end === -1 ? undefined : end));
      at = end === -1 ? text.length : end + 1;
    } else if (first === '\\') {
      add('text', text[at + 1] ?? '');
      at += 2;
    } else if (first === '_') {
      // A space as wide as the character behind it.
      add('text', ' ');
      at += 2;
    } else if (first === '*') at += 2;
    else if (first === '[') at = text.indexOf(']', at) === -1 ? text.length : text.indexOf(']', at) + 1;
    else if ('0#?.,'.includes(first)) {
      add('digits', first);
      at += 1;
    } else if (first === '%') {
      add('percent', '%');
      at += 1;
    } else if (first === '@') {
      add('at', '@');
      at += 1;
    } else {
      const code = codes.exec(text.slice(at))?.[0];
      if (code === undefined) add('text', first);
      else add('code', code.toLowerCase());
      at += code?.length ?? 1;
    }
  }
  return parts;
}

/** The sections of a format, split at semicolons outside quotation marks. */
function sections(text: string): string[] {
  const found: string[] = [''];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === ';') found.push('');
    else {
      let end = at;
      if (character === '"') end = text.indexOf('"', at + 1) === -1 ? text.length - 1 : text.indexOf('"', at + 1);
      else if (character === '\\') end = Math.min(at + 1, text.length - 1);
      found[found.length - 1] += text.slice(at, end + 1);
      at = end;
    }
  }
  return found;
}

/** Digits of the whole part laid over its places, from the right; other text between places stays where it is. */
function wholePart(digits: string, places: string, grouped: boolean): string {
  const least = [...places].filter((place) => place === '0').length;
  const padded = (digits === '0' && least === 0 ? '' : digits).padStart(least, '0');
  return grouped ? padded.replace(/\B(?=(\d{3})+$)/g, ',') : padded;
}

/** Decimals laid over their places: `#` drops trailing zeros, `?` makes them spaces. */
function fractionPart(digits: string, places: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0' && places[end - 1] === '#') end -= 1;
  return digits.slice(0, end);
}

interface Layout {
  whole: string;
  fraction: string;
  point: boolean;
  grouped: boolean;
  /** How often the number is divided by a thousand. */
  thousands: number;
  percents: number;
}

function layoutOf(parts: readonly Part[]): Layout {
  const all = parts
    .filter((part) => part.kind === 'digits')
    .map((part) => part.value)
    .join('');
  const [before = '', ...after] = all.split('.');
  const scaled = /(,+)$/.exec(before + (after.length === 0 ? '' : '\u0000'))?.[1] ?? '';
  const trailing = after.length > 0 ? (/(,+)$/.exec(after.join(''))?.[1] ?? '') : scaled;
  const whole = before.replace(/,+$/, '');
  return {
    whole: whole.replaceAll(',', ''),
    fraction: after.join('').replaceAll(',', ''),
    point: after.length > 0,
    grouped: /[0#?],+[0#?]/.test(whole),
    thousands: trailing.length,
    percents: parts.filter((part) => part.kind === 'percent').length,
  };
}

const scaledBy = (value: Decimal, layout: Layout): Decimal => {
  let result = value;
  for (let count = 0; count < layout.percents; count += 1) result = multiply(result, fromInteger(100));
  return layout.thousands === 0 ? result : { units: result.units, scale: result.scale + 3 * layout.thousands };
};

function formatNumber(value: Decimal, parts: readonly Part[]): string {
  const layout = layoutOf(parts);
  const text = format(scaledBy(value, layout), layout.fraction.length);
  const [digits = '0', decimals = ''] = text.replace('-', '').split('.');
  const whole = wholePart(digits, layout.whole, layout.grouped);
  const fraction = fractionPart(decimals, layout.fraction);
  const number = whole + (layout.point ? `.${fraction}` : '');
  return placed(number, parts);
}

/** A number among the other parts. Text inside the digit places, as in `000-00-0000`, takes digits to both sides. */
function placed(number: string, parts: readonly Part[]): string {
  const runs = parts.filter((part) => part.kind === 'digits');
  let rest = number;
  let result = '';
  // From the right, every run of places but the first takes as many digits as it has places.
  for (const part of [...parts].reverse()) {
    if (part.kind !== 'digits') {
      result = part.value + result;
      continue;
    }
    const isFirst = part === runs[0];
    const taken = isFirst ? rest : rest.slice(Math.max(0, rest.length - part.value.length));
    rest = isFirst ? '' : rest.slice(0, rest.length - taken.length);
    result = taken + result;
  }
  return result;
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const two = (value: number): string => String(value).padStart(2, '0');

interface Clock {
  days: number;
  seconds: number;
}

/** Whether an `m` stands for minutes: behind hours or before seconds. */
function isMinute(parts: readonly Part[], at: number): boolean {
  const near = (step: 1 | -1): string | undefined => {
    for (let index = at + step; index >= 0 && index < parts.length; index += step)
      if (parts[index]?.kind === 'code') return parts[index]?.value;
    return undefined;
  };
  return (near(-1)?.startsWith('h') ?? false) || (near(1)?.startsWith('s') ?? false);
}

function formatCode(code: string, clock: Clock, twelve: boolean, minute: boolean): string {
  const { year, month, day } = partsOf(clock.days);
  const hour = Math.floor(clock.seconds / 3600);
  const shownHour = twelve ? ((hour + 11) % 12) + 1 : hour;
  const minutes = Math.floor(clock.seconds / 60) % 60;
  const monthName = months[month - 1] ?? '';
  const dayName = weekdays[weekdayOf(clock.days)] ?? '';
  switch (code) {
    case 'yyyy':
      return String(year);
    case 'yy':
    case 'y':
      return two(year % 100);
    case 'mmmmm':
      return monthName.charAt(0);
    case 'mmmm':
      return monthName;
    case 'mmm':
      return monthName.slice(0, 3);
    case 'mm':
      return two(minute ? minutes : month);
    case 'm':
      return String(minute ? minutes : month);
    case 'dddd':
      return dayName;
    case 'ddd':
      return dayName.slice(0, 3);
    case 'dd':
      return two(day);
    case 'd':
      return String(day);
    case 'hh':
      return two(shownHour);
    case 'h':
      return String(shownHour);
    case 'ss':
      return two(clock.seconds % 60);
    case 's':
      return String(clock.seconds % 60);
    case 'a/p':
      return hour < 12 ? 'A' : 'P';
    default:
      return hour < 12 ? 'AM' : 'PM';
  }
}

function formatClock(clock: Clock, parts: readonly Part[]): string {
  const twelve = parts.some((part) => part.kind === 'code' && part.value.includes('/'));
  return parts
    .map((part, at) => (part.kind === 'code' ? formatCode(part.value, clock, twelve, isMinute(parts, at)) : part.value))
    .join('');
}

/** Writes a number in a format of up to three sections: positive, negative, zero. */
export function numberToText(value: Decimal, pattern: string): string | FormulaError {
  if (/^general$/i.test(pattern)) return format(value);
  const all = sections(pattern);
  const negative = value.units < 0 && !isZero(value);
  const chosen = negative && all.length > 1 ? all[1] : isZero(value) && all.length > 2 ? all[2] : all[0];
  const parts = readParts(chosen ?? '');
  if (parts.some((part) => part.kind === 'code'))
    return fail('#VALUE!', 'A format with date codes needs a date, not a number.');
  if (!parts.some((part) => part.kind === 'digits')) return parts.map((part) => part.value).join('');
  const size = negative ? negate(value) : value;
  const text = formatNumber(size, parts);
  // What rounds to zero has no sign.
  const sign = negative && all.length < 2 && /[1-9]/.test(text) ? '-' : '';
  return sign + text;
}

/** Writes a date or a moment (UTC) in a format. */
export function dateToText(value: CalendarDate | Instant, pattern: string): string | FormulaError {
  const parts = readParts(sections(pattern)[0] ?? '');
  if (parts.some((part) => part.kind === 'digits' && /[0#?]/.test(part.value)))
    return fail('#VALUE!', 'A date needs a format with date codes, such as yyyy-mm-dd.');
  const days = value instanceof CalendarDate ? value.days : daysOfInstant(value);
  const seconds = value instanceof CalendarDate ? 0 : Math.floor((value.ms - days * millisecondsPerDay) / 1000);
  return formatClock({ days, seconds }, parts);
}

/** Writes a text in a format: the section with @, or the text itself. */
export function textToText(value: string, pattern: string): string {
  const all = sections(pattern);
  const chosen = all.length > 3 ? all[3] : all.find((section) => section.includes('@'));
  return chosen === undefined
    ? value
    : readParts(chosen)
        .map((part) => (part.kind === 'at' ? value : part.value))
        .join('');
}

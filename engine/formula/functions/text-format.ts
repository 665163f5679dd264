/** Numbers and dates as text. */
import { format, isZero, round } from '../../model/decimal.ts';
import { CalendarDate, Instant } from '../calendar.ts';
import { dateToText, numberToText, textToText } from '../number-format.ts';
import { textType } from '../types.ts';
import { describeValue, fail, isDecimal } from '../value.ts';
import { define, needed, optional } from './declare.ts';

const grouped = (text: string): string => {
  const [whole = '', fraction] = text.split('.');
  const shown = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? shown : `${shown}.${fraction}`;
};

export const textFormatFunctions = [
  define({
    name: 'TEXT',
    category: 'text',
    summary: 'A number or date as text, in a format of Excel.',
    parameters: [
      needed('value', 'any', 'The number, date or moment.'),
      needed('format', 'text', 'The format, such as "#,##0.00" or "yyyy-mm-dd".'),
    ],
    result: textType,
    examples: [
      { formula: '=TEXT(1234.5, "#,##0.00")', result: '1,234.50' },
      { formula: '=TEXT(-1234.5, "#,##0.00;(#,##0.00)")', result: '(1,234.50)' },
      { formula: '=TEXT(0.0825, "0.0%")', result: '8.3%' },
      { formula: '=TEXT(7, "000")', result: '007' },
      { formula: '=TEXT(#2026-01-05#, "mmm d, yyyy")', result: 'Jan 5, 2026' },
    ],
    blank: 'A blank is written as 0.',
    departure: 'Month and day names are English; moments are written in UTC; a number is not read as a date.',
    evaluate: (_frame, value, pattern) => {
      if (pattern.length > 255) return fail('#VALUE!', 'A format has 255 characters at most.');
      if (isDecimal(value)) return numberToText(value, pattern);
      if (value === null) return numberToText({ units: 0, scale: 0 }, pattern);
      if (value instanceof CalendarDate || value instanceof Instant) return dateToText(value, pattern);
      if (typeof value === 'string') return textToText(value, pattern);
      if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
      return fail('#VALUE!', `A number or a date is needed here, not ${describeValue(value)}.`);
    },
  }),
  define({
    name: 'FIXED',
    category: 'text',
    summary: 'A number as text with a fixed number of decimals.',
    parameters: [
      needed('number', 'number', 'The number.'),
      optional('decimals', 'integer', 'How many; 2 if left out.'),
      optional('no_commas', 'boolean', 'TRUE: without commas between thousands.'),
    ],
    result: textType,
    examples: [{ formula: '=FIXED(1234.567, 1)', result: '1,234.6' }],
    evaluate: (_frame, number, decimals = 2, plain = false) => {
      if (decimals > 127 || decimals < -127) return fail('#VALUE!', 'That many decimals cannot be shown.');
      const rounded = round(number, decimals);
      const text = format(rounded, Math.max(0, decimals)).replace('-', '');
      const sign = rounded.units < 0 && !isZero(rounded) ? '-' : '';
      return sign + (plain ? text : grouped(text));
    },
  }),
];

/** Tests of text, characters by number, and text to number. */
import { fromInteger, tryParse } from '../../model/decimal.ts';
import { CalendarDate } from '../calendar.ts';
import { maxTextLength } from '../limits.ts';
import { booleanType, decimalType, integerType, textType } from '../types.ts';
import { fail, type Runtime } from '../value.ts';
import { define, needed, optional } from './declare.ts';

const textOf = needed('text', 'text', 'The text.');

const testing = (
  name: string,
  summary: string,
  example: [string, string],
  holds: (text: string, part: string) => boolean,
) =>
  define({
    name,
    category: 'text',
    summary,
    parameters: [textOf, needed('part', 'text', 'What is looked for; case is ignored.')],
    result: booleanType,
    own: true,
    examples: [{ formula: example[0], result: example[1] }],
    evaluate: (_frame, text, part) => holds(text.toLowerCase(), part.toLowerCase()),
  });

const padding = (name: string, summary: string, example: [string, string], atStart: boolean) =>
  define({
    name,
    category: 'text',
    summary,
    parameters: [
      textOf,
      needed('length', 'integer', 'The length to reach; a longer text stays as it is.'),
      optional('with', 'text', 'What fills; a space if left out.'),
    ],
    result: textType,
    own: true,
    examples: [{ formula: example[0], result: example[1] }],
    evaluate: (_frame, text, length, fill = ' ') => {
      if (length > maxTextLength) return fail('#VALUE!', `The text is longer than ${maxTextLength} characters.`);
      return atStart ? text.padStart(length, fill) : text.padEnd(length, fill);
    },
  });

const codes = [
  define({
    name: 'CHAR',
    category: 'text',
    summary: 'The character of a number from 1 to 255.',
    parameters: [needed('number', 'integer', 'Its number.')],
    result: textType,
    examples: [{ formula: '=CHAR(65)', result: 'A' }],
    evaluate: (_frame, number) =>
      number < 1 || number > 255
        ? fail('#VALUE!', 'Characters have numbers from 1 to 255.')
        : String.fromCharCode(number),
  }),
  define({
    name: 'CODE',
    category: 'text',
    summary: 'The number of the first character.',
    parameters: [textOf],
    result: integerType,
    examples: [{ formula: '=CODE("A")', result: '65' }],
    evaluate: (_frame, text) => (text === '' ? fail('#VALUE!', 'The text is empty.') : fromInteger(text.charCodeAt(0))),
  }),
  define({
    name: 'UNICHAR',
    category: 'text',
    summary: 'The Unicode character of a number.',
    parameters: [needed('number', 'integer', 'Its number.')],
    result: textType,
    examples: [{ formula: '=UNICHAR(8364)', result: '€' }],
    evaluate: (_frame, number) =>
      number < 1 || number > 0x10ffff || (number >= 0xd800 && number <= 0xdfff)
        ? fail('#VALUE!', 'There is no such character.')
        : String.fromCodePoint(number),
  }),
  define({
    name: 'UNICODE',
    category: 'text',
    summary: 'The Unicode number of the first character.',
    parameters: [textOf],
    result: integerType,
    examples: [{ formula: '=UNICODE("€")', result: '8364' }],
    evaluate: (_frame, text) => {
      const code = text.codePointAt(0);
      return code === undefined ? fail('#VALUE!', 'The text is empty.') : fromInteger(code);
    },
  }),
];

/** Number of a text, as people type it: 1,234.50 · (12) · 5% · $3. Undefined where it is none. */
function readNumber(text: string, decimalSign: string, groupSign: string): Runtime {
  let rest = text.replace(/[\s\u00a0]/g, '');
  const percents = /%*$/.exec(rest)?.[0].length ?? 0;
  rest = rest.slice(0, rest.length - percents);
  const isNegative = /^\(.*\)$/.test(rest);
  if (isNegative) rest = rest.slice(1, -1);
  rest = rest.replace(/^([+-]?)[$€£]/, '$1');
  const [whole = '', ...fraction] = rest.split(decimalSign);
  const tail = fraction.join(decimalSign);
  if (groupSign !== '' && tail.includes(groupSign)) return null;
  const plain = (groupSign === '' ? whole : whole.split(groupSign).join('')) + (fraction.length > 0 ? `.${tail}` : '');
  const shift = percents === 0 ? '' : `e-${2 * percents}`;
  const value =
    plain.length > 300 || percents > 20 || (percents > 0 && /e/i.test(plain)) ? undefined : tryParse(plain + shift);
  if (value === undefined) return null;
  return isNegative ? { units: -value.units, scale: value.scale } : value;
}

const converting = [
  define({
    name: 'VALUE',
    category: 'text',
    summary: 'The number that a text shows: 1,234.50, (12), 5% and $3 are understood.',
    parameters: [needed('text', 'text', 'The text, with a point before the decimals.')],
    result: decimalType,
    examples: [
      { formula: '=VALUE("1,234.50")', result: '1234.5' },
      { formula: '=VALUE("abc")', result: '#VALUE!' },
    ],
    blank: 'A blank or empty text is #VALUE!.',
    departure: 'Dates and times in text are not read; use DATEVALUE.',
    evaluate: (_frame, text) =>
      readNumber(text, '.', ',') ?? fail('#VALUE!', `“${text.slice(0, 60)}” is not a number.`),
  }),
  define({
    name: 'NUMBERVALUE',
    category: 'text',
    summary: 'The number that a text shows, with the signs it uses.',
    parameters: [
      needed('text', 'text', 'The text.'),
      optional('decimal_sign', 'text', 'What stands before the decimals; a point if left out.'),
      optional('group_sign', 'text', 'What stands between thousands; a comma if left out.'),
    ],
    result: decimalType,
    examples: [{ formula: '=NUMBERVALUE("1.234,50", ",", ".")', result: '1234.5' }],
    blank: 'A blank or empty text is 0.',
    evaluate: (_frame, text, decimalSign = '.', groupSign = ',') => {
      if (decimalSign === '') return fail('#VALUE!', 'The sign before the decimals is empty.');
      if (text.trim() === '') return fromInteger(0);
      return (
        readNumber(text, decimalSign.charAt(0), groupSign.charAt(0)) ??
        fail('#VALUE!', `“${text.slice(0, 60)}” is not a number.`)
      );
    },
  }),
  define({
    name: 'T',
    category: 'text',
    summary: 'The value if it is text, otherwise empty text.',
    parameters: [needed('value', 'any', 'The value.')],
    result: textType,
    examples: [{ formula: '=T(5)', result: '' }],
    evaluate: (_frame, value) => (typeof value === 'string' ? value : ''),
  }),
  define({
    name: 'N',
    category: 'text',
    summary: 'The value if it is a number, 1 for TRUE, otherwise 0.',
    parameters: [needed('value', 'any', 'The value.')],
    result: decimalType,
    examples: [{ formula: '=N(TRUE)', result: '1' }],
    departure: 'Dates give 0: they are no numbers here.',
    evaluate: (_frame, value) => {
      if (value === true) return fromInteger(1);
      if (typeof value !== 'object' || value === null || value instanceof CalendarDate) return fromInteger(0);
      return 'scale' in value ? value : fromInteger(0);
    },
  }),
];

export const convertFunctions = [
  testing('STARTSWITH', 'Whether a text begins with another.', ['=STARTSWITH("INV-7", "inv")', 'TRUE'], (text, part) =>
    text.startsWith(part),
  ),
  testing('ENDSWITH', 'Whether a text ends with another.', ['=ENDSWITH("INV-7", "8")', 'FALSE'], (text, part) =>
    text.endsWith(part),
  ),
  testing('CONTAINS', 'Whether a text contains another.', ['=CONTAINS("Acme Steel", "steel")', 'TRUE'], (text, part) =>
    text.includes(part),
  ),
  padding('PADLEFT', 'A text filled at its start.', ['=PADLEFT("7", 3, "0")', '007'], true),
  padding('PADRIGHT', 'A text filled at its end.', ['=PADRIGHT("7", 3, "0")', '700'], false),
  ...codes,
  ...converting,
];

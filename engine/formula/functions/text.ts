/** Text. Positions count characters from 1, as in Excel. */
import { fromInteger, tryParse } from '../../model/decimal.ts';
import { CalendarDate } from '../calendar.ts';
import { maxListLength, maxTextLength } from '../limits.ts';
import { booleanType, decimalType, integerType, listOf, textType } from '../types.ts';
import { fail, type Runtime } from '../value.ts';
import { wildcardMatcher } from './criteria.ts';
import { define, needed, optional } from './declare.ts';

const textOf = needed('text', 'text', 'The text.');

/** A text that a function made, if it is not too long. */
export const made = (text: string): Runtime =>
  text.length > maxTextLength ? fail('#VALUE!', `The text is longer than ${maxTextLength} characters.`) : text;

const simple = (name: string, summary: string, example: [string, string], change: (text: string) => Runtime) =>
  define({
    name,
    category: 'text',
    summary,
    parameters: [textOf],
    result: textType,
    examples: [{ formula: example[0], result: example[1] }],
    evaluate: (_frame, text) => change(text),
  });

const negative = (what: string) => fail('#VALUE!', `${what} must not be negative.`);

const proper = (text: string): string =>
  text.toLowerCase().replace(/\p{L}[\p{L}\p{M}]*/gu, (word) => word.charAt(0).toUpperCase() + word.slice(1));

const parts = [
  define({
    name: 'LEFT',
    category: 'text',
    summary: 'The first characters.',
    parameters: [textOf, optional('count', 'integer', 'How many; 1 if left out.')],
    result: textType,
    examples: [{ formula: '=LEFT("01-200", 2)', result: '01' }],
    evaluate: (_frame, text, count = 1) => (count < 0 ? negative('The count') : text.slice(0, count)),
  }),
  define({
    name: 'RIGHT',
    category: 'text',
    summary: 'The last characters.',
    parameters: [textOf, optional('count', 'integer', 'How many; 1 if left out.')],
    result: textType,
    examples: [{ formula: '=RIGHT("01-200", 3)', result: '200' }],
    evaluate: (_frame, text, count = 1) =>
      count < 0 ? negative('The count') : count === 0 ? '' : text.slice(-Math.min(count, text.length) || text.length),
  }),
  define({
    name: 'MID',
    category: 'text',
    summary: 'Characters from a position on.',
    parameters: [
      textOf,
      needed('start', 'integer', 'The first position, from 1.'),
      needed('count', 'integer', 'How many.'),
    ],
    result: textType,
    examples: [{ formula: '=MID("01-200", 4, 3)', result: '200' }],
    evaluate: (_frame, text, start, count) => {
      if (start < 1) return fail('#VALUE!', 'The start must be 1 or more.');
      return count < 0 ? negative('The count') : text.slice(start - 1, start - 1 + count);
    },
  }),
  define({
    name: 'LEN',
    category: 'text',
    summary: 'Number of characters.',
    parameters: [textOf],
    result: integerType,
    examples: [{ formula: '=LEN("01-200")', result: '6' }],
    evaluate: (_frame, text) => fromInteger(text.length),
  }),
  simple('UPPER', 'In capital letters.', ['=UPPER("abc")', 'ABC'], (text) => made(text.toUpperCase())),
  simple('LOWER', 'In small letters.', ['=LOWER("ABC")', 'abc'], (text) => made(text.toLowerCase())),
  simple('PROPER', 'Each word with a capital letter.', ['=PROPER("acme STEEL co")', 'Acme Steel Co'], (text) =>
    made(proper(text)),
  ),
  simple('TRIM', 'Without spaces around it and with single spaces inside.', ['=TRIM("  a   b ")', 'a b'], (text) =>
    text.replace(/ +/g, ' ').replace(/^ | $/g, ''),
  ),
  simple('CLEAN', 'Without control characters such as line breaks.', ['=CLEAN("a" & CHAR(10) & "b")', 'ab'], (text) =>
    [...text].filter((character) => (character.codePointAt(0) ?? 0) > 31).join(''),
  ),
];

const joining = [
  define({
    name: 'CONCAT',
    category: 'text',
    summary: 'Texts joined together.',
    parameters: [],
    rest: [needed('texts', 'texts', 'Texts, or lists of texts.')],
    result: textType,
    examples: [{ formula: '=CONCAT("AP-", 7)', result: 'AP-7' }],
    evaluate: (_frame, rest) => made(rest.flat().join('')),
  }),
  define({
    name: 'CONCATENATE',
    category: 'text',
    summary: 'Texts joined together; the older name of CONCAT.',
    parameters: [],
    rest: [needed('texts', 'texts', 'Texts, or lists of texts.')],
    result: textType,
    examples: [{ formula: '=CONCATENATE("a", "b")', result: 'ab' }],
    evaluate: (_frame, rest) => made(rest.flat().join('')),
  }),
  define({
    name: 'TEXTJOIN',
    category: 'text',
    summary: 'Texts joined with a separator.',
    parameters: [
      needed('separator', 'text', 'What goes between.'),
      needed('skip_blank', 'boolean', 'TRUE leaves blank and empty texts out.'),
    ],
    rest: [needed('texts', 'texts', 'Texts, or lists of texts.')],
    result: textType,
    examples: [{ formula: '=TEXTJOIN(", ", TRUE, {"a", "", "b"})', result: 'a, b' }],
    evaluate: (_frame, separator, skip, rest) =>
      made(
        rest
          .flat()
          .filter((text) => !skip || text !== '')
          .join(separator),
      ),
  }),
  define({
    name: 'REPT',
    category: 'text',
    summary: 'A text repeated.',
    parameters: [textOf, needed('times', 'integer', 'How often.')],
    result: (site) => {
      const [text, times] = [site.args[0]?.node, site.args[1]?.node];
      if (text?.kind === 'literal' && times?.kind === 'literal' && typeof text.value === 'string') {
        const count = Number(typeof times.value === 'object' && 'units' in times.value ? times.value.units : 0);
        if (text.value.length * count > maxTextLength)
          site.report(
            `The text would be longer than ${maxTextLength} characters.`,
            'Repeat it less often.',
            times.range,
          );
      }
      return textType;
    },
    examples: [{ formula: '=REPT("0", 3)', result: '000' }],
    evaluate: (_frame, text, times) => {
      if (times < 0) return negative('The number of times');
      if (text.length * times > maxTextLength)
        return fail('#VALUE!', `The text is longer than ${maxTextLength} characters.`);
      return text.repeat(times);
    },
  }),
];

/** Splits by the first of several separators that comes, in order. */
function split(text: string, separators: readonly string[], ignoreCase: boolean): string[] {
  const hay = ignoreCase ? text.toLowerCase() : text;
  const needles = separators.map((one) => (ignoreCase ? one.toLowerCase() : one));
  const pieces: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; ) {
    const hit = needles.find((needle) => hay.startsWith(needle, at));
    if (hit === undefined) at += 1;
    else {
      pieces.push(text.slice(from, at));
      at += hit.length;
      from = at;
    }
  }
  pieces.push(text.slice(from));
  return pieces;
}

/** Start of the n-th occurrence, counted from the end where n is negative; −1 where there is none. */
function occurrence(text: string, needle: string, n: number, ignoreCase: boolean): number {
  const hay = ignoreCase ? text.toLowerCase() : text;
  const wanted = ignoreCase ? needle.toLowerCase() : needle;
  let at = n > 0 ? -1 : hay.length;
  for (let count = 0; count < Math.abs(n); count += 1) {
    if (n < 0 && at === 0) return -1;
    at = n > 0 ? hay.indexOf(wanted, at < 0 ? 0 : at + Math.max(1, wanted.length)) : hay.lastIndexOf(wanted, at - 1);
    if (at === -1) return -1;
  }
  return at;
}

const beside = (name: string, after: boolean, summary: string, example: [string, string]) =>
  define({
    name,
    category: 'text',
    summary,
    parameters: [
      textOf,
      needed('separator', 'text', 'What is looked for.'),
      optional('which', 'integer', 'Which occurrence; negative counts from the end; 1 if left out.'),
      optional('ignore_case', 'number', '1: capital and small letters are the same.'),
      optional('to_end', 'number', '1: the end of the text counts as a separator.'),
      optional('if_missing', 'any', 'What to give if it is not there; #N/A if left out.'),
    ],
    result: textType,
    examples: [{ formula: example[0], result: example[1] }],
    evaluate: (_frame, text, separator, which = 1, ignoreCase, toEnd, missing) => {
      if (which === 0) return fail('#VALUE!', 'Which occurrence must not be 0.');
      if (separator === '') return after === which > 0 ? text : '';
      const at = occurrence(text, separator, which, Number(ignoreCase?.units ?? 0) === 1);
      if (at >= 0) return after ? text.slice(at + separator.length) : text.slice(0, at);
      if (Number(toEnd?.units ?? 0) === 1) return after === which > 0 ? '' : text;
      return missing === undefined ? fail('#N/A', `“${separator}” does not occur.`) : missing;
    },
  });

const searching = [
  define({
    name: 'FIND',
    category: 'text',
    summary: 'The position of a text in another, capital and small letters distinguished.',
    parameters: [
      needed('wanted', 'text', 'What is looked for.'),
      needed('text', 'text', 'Where.'),
      optional('start', 'integer', 'The position to begin at; 1 if left out.'),
    ],
    result: integerType,
    examples: [{ formula: '=FIND("-", "01-200")', result: '3' }],
    evaluate: (_frame, wanted, text, start = 1) => {
      if (start < 1 || start > text.length + 1) return fail('#VALUE!', 'The start lies outside the text.');
      const at = text.indexOf(wanted, start - 1);
      return at < 0 ? fail('#VALUE!', `“${wanted}” does not occur.`) : fromInteger(at + 1);
    },
  }),
  define({
    name: 'SEARCH',
    category: 'text',
    summary: 'The position of a text in another, case ignored; ? stands for one character, * for any.',
    parameters: [
      needed('wanted', 'text', 'What is looked for.'),
      needed('text', 'text', 'Where.'),
      optional('start', 'integer', 'The position to begin at; 1 if left out.'),
    ],
    result: integerType,
    examples: [{ formula: '=SEARCH("s?eel", "Acme Steel")', result: '6' }],
    evaluate: (frame, wanted, text, start = 1) => {
      if (start < 1 || start > text.length + 1) return fail('#VALUE!', 'The start lies outside the text.');
      const plain = !/[*?~]/.test(wanted);
      const at = plain
        ? text.toLowerCase().indexOf(wanted.toLowerCase(), start - 1)
        : wildcardPosition(wanted, text, start - 1, (count) => frame.spend(count));
      return at < 0 ? fail('#VALUE!', `“${wanted}” does not occur.`) : fromInteger(at + 1);
    },
  }),
  define({
    name: 'SUBSTITUTE',
    category: 'text',
    summary: 'A text with parts replaced.',
    parameters: [
      textOf,
      needed('old', 'text', 'What is replaced.'),
      needed('new', 'text', 'What comes in its place.'),
      optional('which', 'integer', 'Only this occurrence; all if left out.'),
    ],
    result: textType,
    examples: [{ formula: '=SUBSTITUTE("01-200-10", "-", "")', result: '0120010' }],
    evaluate: (_frame, text, old, replacement, which) => {
      if (which !== undefined && which < 1) return fail('#VALUE!', 'Which occurrence must be 1 or more.');
      if (old === '') return text;
      if (which === undefined) {
        const pieces = text.split(old);
        const length = text.length + (pieces.length - 1) * (replacement.length - old.length);
        return length > maxTextLength ? made('x'.repeat(maxTextLength + 1)) : pieces.join(replacement);
      }
      const at = occurrence(text, old, which, false);
      return at < 0 ? text : made(text.slice(0, at) + replacement + text.slice(at + old.length));
    },
  }),
  define({
    name: 'REPLACE',
    category: 'text',
    summary: 'A text with the characters at a position replaced.',
    parameters: [
      textOf,
      needed('start', 'integer', 'The first position, from 1.'),
      needed('count', 'integer', 'How many characters go.'),
      needed('new', 'text', 'What comes in their place.'),
    ],
    result: textType,
    examples: [{ formula: '=REPLACE("2025-INV", 1, 4, "2026")', result: '2026-INV' }],
    evaluate: (_frame, text, start, count, replacement) => {
      if (start < 1) return fail('#VALUE!', 'The start must be 1 or more.');
      if (count < 0) return negative('The count');
      return made(text.slice(0, start - 1) + replacement + text.slice(start - 1 + count));
    },
  }),
  define({
    name: 'EXACT',
    category: 'text',
    summary: 'Whether two texts are the same, capital and small letters distinguished.',
    parameters: [needed('first', 'text', 'A text.'), needed('second', 'text', 'Another.')],
    result: booleanType,
    examples: [{ formula: '=EXACT("a", "A")', result: 'FALSE' }],
    evaluate: (_frame, first, second) => first === second,
  }),
  define({
    name: 'TEXTSPLIT',
    category: 'text',
    summary: 'The parts of a text between separators, as a list.',
    parameters: [
      textOf,
      needed('separators', 'texts', 'What separates: a text, or a list of texts.'),
      optional('skip_empty', 'boolean', 'TRUE leaves empty parts out.'),
      optional('ignore_case', 'number', '1: capital and small letters are the same.'),
    ],
    result: listOf(textType),
    examples: [{ formula: '=TEXTJOIN("|", FALSE, TEXTSPLIT("01-200-10", "-"))', result: '01|200|10' }],
    departure: 'Gives one list; splitting into rows as well is left out.',
    evaluate: (_frame, text, separators, skip, ignoreCase) => {
      if (separators.length === 0 || separators.includes('')) return fail('#VALUE!', 'A separator must not be empty.');
      const pieces = split(text, separators, Number(ignoreCase?.units ?? 0) === 1);
      if (pieces.length > maxListLength) return fail('#NUM!', 'The text has too many parts.');
      return skip === true ? pieces.filter((piece) => piece !== '') : pieces;
    },
  }),
  beside('TEXTBEFORE', false, 'What stands before a separator.', ['=TEXTBEFORE("01-200", "-")', '01']),
  beside('TEXTAFTER', true, 'What stands behind a separator.', ['=TEXTAFTER("01-200", "-")', '200']),
];

/** First place at or behind `from` where a pattern with wildcards begins. */
function wildcardPosition(pattern: string, text: string, from: number, spend: (count: number) => void): number {
  const fits = wildcardMatcher(`${pattern}*`);
  for (let at = from; at <= text.length; at += 1) {
    spend(text.length - at + 1);
    if (fits(text.slice(at))) return at;
  }
  return -1;
}

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

export const textFunctions = [
  ...parts,
  ...joining,
  ...searching,
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

/** Finding and replacing in text. Positions count characters from 1, as in Excel. */
import { fromInteger } from '../../model/decimal.ts';
import { maxListLength, maxTextLength } from '../limits.ts';
import { booleanType, integerType, listOf, textType } from '../types.ts';
import { fail } from '../value.ts';
import { wildcardMatcher } from './criteria.ts';
import { define, needed, optional } from './declare.ts';
import { made, negative } from './text-bounds.ts';

const textOf = needed('text', 'text', 'The text.');

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

export const searchFunctions = [
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

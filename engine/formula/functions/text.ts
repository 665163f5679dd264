/** Text. Positions count characters from 1, as in Excel. */
import { fromInteger } from '../../model/decimal.ts';
import { maxTextLength } from '../limits.ts';
import { integerType, textType } from '../types.ts';
import { fail, type Runtime } from '../value.ts';
import { define, needed, optional } from './declare.ts';
import { made, negative } from './text-bounds.ts';
import { convertFunctions } from './text-convert.ts';
import { searchFunctions } from './text-search.ts';

const textOf = needed('text', 'text', 'The text.');

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

export const textFunctions = [...parts, ...joining, ...searchFunctions, ...convertFunctions];

/** Regular expressions, with an engine whose time grows with the text only (RE2): a hostile pattern cannot hang a run. */
import { RE2JS } from 're2js';
import type { FormulaNode } from '../ast.ts';
import { maxPatternLength, maxTextLength } from '../limits.ts';
import { booleanType, listOf, textType, unite } from '../types.ts';
import { FormulaError, fail, type Runtime } from '../value.ts';
import { type CallSite, define, type Frame, needed, optional } from './declare.ts';

const cached = new Map<string, RE2JS | FormulaError>();

/** Compiles a pattern; compiled ones are kept, since formulas use the same again and again. */
function compile(pattern: string, ignoreCase: boolean): RE2JS | FormulaError {
  if (pattern.length > maxPatternLength)
    return fail('#VALUE!', `A pattern has ${maxPatternLength} characters at most.`);
  const key = `${ignoreCase ? 'i' : 'c'}${pattern}`;
  let compiled = cached.get(key);
  if (compiled === undefined) {
    try {
      compiled = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
      if (compiled.programSize() > 20_000) compiled = fail('#VALUE!', 'The pattern repeats too much.');
    } catch (thrown) {
      // The engine throws for patterns it does not know, such as look-behind; its text names the place.
      const reason =
        thrown instanceof Error ? thrown.message.replace(/^error parsing regexp: /, '') : 'it is not valid';
      compiled = fail('#VALUE!', `The pattern “${pattern.slice(0, 60)}” cannot be used: ${reason}.`);
    }
    if (cached.size >= 200) cached.clear();
    cached.set(key, compiled);
  }
  return compiled instanceof FormulaError ? fail(compiled.kind, compiled.message) : compiled;
}

const literal = (node: FormulaNode | undefined): string | undefined =>
  node?.kind === 'literal' && typeof node.value === 'string' ? node.value : undefined;

/** Reports a pattern that is written out and wrong. */
function checkPattern(site: CallSite): void {
  const argument = site.args[1];
  const pattern = literal(argument?.node);
  const compiled = pattern === undefined ? undefined : compile(pattern, false);
  if (compiled instanceof FormulaError)
    site.report(
      compiled.message,
      'Correct the pattern; look-ahead, look-behind and back references are not known.',
      argument?.node.range,
    );
}

const theText = needed('text', 'text', 'The text.');
const thePattern = needed('pattern', 'text', 'The regular expression (RE2).');
const caseMode = optional('ignore_case', 'integer', '1: capital and small letters are the same; 0 if left out.');

const departure =
  'The pattern is of RE2, not PCRE: no look-ahead, look-behind and back references, so that time stays bounded.';

function prepared(frame: Frame, text: string, pattern: string, ignoreCase: number | undefined): RE2JS | FormulaError {
  if (text.length > maxTextLength) return fail('#VALUE!', `The text is longer than ${maxTextLength} characters.`);
  frame.spend(text.length);
  return compile(pattern, ignoreCase === 1);
}

function extract(compiled: RE2JS, text: string, mode: number): Runtime {
  const matcher = compiled.matcher(text);
  if (mode === 1) {
    const all: string[] = [];
    while (matcher.find()) all.push(matcher.group() ?? '');
    return all.length === 0 ? fail('#N/A', 'The pattern does not occur.') : all;
  }
  if (!matcher.find()) return fail('#N/A', 'The pattern does not occur.');
  if (mode !== 2) return matcher.group() ?? '';
  return Array.from({ length: matcher.groupCount() }, (_, at) => matcher.group(at + 1) ?? '');
}

function replaceMatches(compiled: RE2JS, text: string, replacement: string, occurrence: number): Runtime {
  const matcher = compiled.matcher(text);
  let result = '';
  let from = 0;
  let count = 0;
  while (matcher.find()) {
    count += 1;
    if (occurrence !== 0 && count !== occurrence) continue;
    const filled = replacement.replace(/\$(\d)/g, (whole, digit: string) =>
      Number(digit) <= matcher.groupCount() ? (matcher.group(Number(digit)) ?? '') : whole,
    );
    result += text.slice(from, matcher.start()) + filled;
    from = matcher.end();
    if (result.length > maxTextLength) return fail('#VALUE!', `The text is longer than ${maxTextLength} characters.`);
  }
  const whole = result + text.slice(from);
  return whole.length > maxTextLength ? fail('#VALUE!', `The text is longer than ${maxTextLength} characters.`) : whole;
}

export const regexFunctions = [
  define({
    name: 'REGEXTEST',
    category: 'text',
    summary: 'Whether a pattern occurs in a text.',
    parameters: [theText, thePattern, caseMode],
    result: (site) => {
      checkPattern(site);
      return booleanType;
    },
    examples: [{ formula: '=REGEXTEST("01-200", "^\\d{2}-\\d{3}$")', result: 'TRUE' }],
    departure,
    evaluate: (frame, text, pattern, ignoreCase) => {
      const compiled = prepared(frame, text, pattern, ignoreCase);
      return compiled instanceof FormulaError ? compiled : compiled.matcher(text).find();
    },
  }),
  define({
    name: 'REGEXEXTRACT',
    category: 'text',
    summary: 'What a pattern matches in a text.',
    parameters: [
      theText,
      thePattern,
      optional(
        'mode',
        'integer',
        '0: the first match · 1: all matches as a list · 2: the groups of the first match as a list; 0 if left out.',
      ),
      caseMode,
    ],
    result: (site) => {
      checkPattern(site);
      const mode = site.args[2]?.node;
      if (mode === undefined) return textType;
      if (mode.kind !== 'literal' || typeof mode.value !== 'object' || !('units' in mode.value))
        return unite(textType, listOf(textType));
      return mode.value.units === 0 ? textType : listOf(textType);
    },
    examples: [
      { formula: '=REGEXEXTRACT("PO 4711 / 2", "\\d+")', result: '4711' },
      { formula: '=REGEXEXTRACT("01-200", "(\\d+)-(\\d+)", 2)', result: '01, 200' },
    ],
    departure,
    evaluate: (frame, text, pattern, mode = 0, ignoreCase) => {
      if (mode < 0 || mode > 2) return fail('#VALUE!', 'The mode must be 0, 1 or 2.');
      const compiled = prepared(frame, text, pattern, ignoreCase);
      return compiled instanceof FormulaError ? compiled : extract(compiled, text, mode);
    },
  }),
  define({
    name: 'REGEXREPLACE',
    category: 'text',
    summary: 'A text with what a pattern matches replaced; $1 to $9 stand for groups.',
    parameters: [
      theText,
      thePattern,
      needed('replacement', 'text', 'What comes in its place.'),
      optional('which', 'integer', 'Only this occurrence; 0 for all, which is so if left out.'),
      caseMode,
    ],
    result: (site) => {
      checkPattern(site);
      return textType;
    },
    examples: [{ formula: '=REGEXREPLACE("Smith, Ann", "(\\w+), (\\w+)", "$2 $1")', result: 'Ann Smith' }],
    departure,
    evaluate: (frame, text, pattern, replacement, which = 0, ignoreCase) => {
      if (which < 0) return fail('#VALUE!', 'Which occurrence must not be negative.');
      const compiled = prepared(frame, text, pattern, ignoreCase);
      return compiled instanceof FormulaError ? compiled : replaceMatches(compiled, text, replacement, which);
    },
  }),
];

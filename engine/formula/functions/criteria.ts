/** Criteria of SUMIFS and its family: `">=100"`, `"<>paid"`, `"A*"`, or a plain value that must be equal. */
import { compare, type Decimal, tryParse } from '../../model/decimal.ts';
import { CalendarDate, parseDate } from '../calendar.ts';
import { compareText, equal } from '../operators.ts';
import { isDecimal, type Runtime } from '../value.ts';

/** Whether a list element meets a criterion. */
export type Criterion = (value: Runtime) => boolean;

type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

const meets = (operator: Comparison, result: number): boolean => {
  switch (operator) {
    case '=':
      return result === 0;
    case '<>':
      return result !== 0;
    case '<':
      return result < 0;
    case '<=':
      return result <= 0;
    case '>':
      return result > 0;
    case '>=':
      return result >= 0;
  }
};

type PatternPart = { kind: 'any' } | { kind: 'one' } | { kind: 'literal'; character: string };

function patternParts(pattern: string): PatternPart[] {
  const parts: PatternPart[] = [];
  const characters = [...pattern.toLowerCase()];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '*') {
      if (parts[parts.length - 1]?.kind !== 'any') parts.push({ kind: 'any' });
    } else if (character === '?') parts.push({ kind: 'one' });
    else if (character === '~' && at + 1 < characters.length && '*?~'.includes(characters[at + 1] ?? ' ')) {
      at += 1;
      parts.push({ kind: 'literal', character: characters[at] ?? '' });
    } else parts.push({ kind: 'literal', character });
  }
  return parts;
}

/** Whether a text fits a pattern with `*`, `?` and `~`; greedy with one way back, so time is length × length at most. */
export function wildcardMatcher(pattern: string): (text: string) => boolean {
  const parts = patternParts(pattern);
  return (text) => {
    const characters = [...text.toLowerCase()];
    let [at, part, star, mark] = [0, 0, -1, 0];
    while (at < characters.length) {
      const current = parts[part];
      if (current?.kind === 'any') {
        star = part;
        mark = at;
        part += 1;
      } else if (current !== undefined && (current.kind === 'one' || current.character === characters[at])) {
        at += 1;
        part += 1;
      } else if (star >= 0) {
        mark += 1;
        at = mark;
        part = star + 1;
      } else return false;
    }
    while (parts[part]?.kind === 'any') part += 1;
    return part === parts.length;
  };
}

/** Whether a text has wildcards. */
export const hasWildcards = (text: string): boolean => /[*?~]/.test(text);

function textCriterion(operator: Comparison, text: string): Criterion {
  if (text === '') {
    // "=" asks for blanks, "<>" for everything else.
    if (operator === '=') return (value) => value === null;
    if (operator === '<>') return (value) => value !== null;
  }
  if (operator === '=' || operator === '<>') {
    const fits = hasWildcards(text) ? wildcardMatcher(text) : (other: string) => compareText(other, text) === 0;
    const wanted = operator === '=';
    return (value) => (typeof value === 'string' && fits(value)) === wanted;
  }
  return (value) => typeof value === 'string' && meets(operator, compareText(value, text));
}

function numberCriterion(operator: Comparison, number: Decimal): Criterion {
  if (operator === '<>') return (value) => !isDecimal(value) || compare(value, number) !== 0;
  return (value) => isDecimal(value) && meets(operator, compare(value, number));
}

function dateCriterion(operator: Comparison, date: CalendarDate): Criterion {
  if (operator === '<>') return (value) => !(value instanceof CalendarDate) || value.days !== date.days;
  return (value) => value instanceof CalendarDate && meets(operator, value.days - date.days);
}

/** Compiles a criterion. */
export function criterionOf(wanted: Runtime): Criterion {
  if (wanted === null) return (value) => isDecimal(value) && value.units === 0;
  if (typeof wanted !== 'string') return (value) => value !== null && equal(value, wanted);
  const match = /^(<=|>=|<>|<|>|=)?([\s\S]*)$/.exec(wanted);
  const operator = (match?.[1] ?? '=') as Comparison;
  const text = match?.[2] ?? '';
  if (match?.[1] === undefined && text === '') return (value) => value === null || value === '';
  const number = tryParse(text);
  if (number !== undefined && text.trim() !== '') {
    const numeric = numberCriterion(operator, number);
    if (operator !== '=') return numeric;
    return (value) => numeric(value) || value === text;
  }
  const date = parseDate(text);
  if (date !== undefined) return dateCriterion(operator, date);
  if (/^(true|false)$/i.test(text) && (operator === '=' || operator === '<>')) {
    const truth = text.toLowerCase() === 'true';
    return (value) => (value === truth) === (operator === '=');
  }
  return textCriterion(operator, text);
}

/** Whether an argument's type fits its parameter, and what to say and offer where it does not. */
import type { Parameter, ParameterType } from './functions/declare.ts';
import { describeType, elementOf, type FormulaType, membersOf, type ScalarKind } from './types.ts';

/** What is wrong with an argument. `wrap` is a function whose call around the argument mends it. */
export interface Refusal {
  message: string;
  hint: string;
  wrap?: { before: string; after: string; label: string };
  /** Only some alternatives of the type are wrong. */
  partly: boolean;
}

const takes: Readonly<Partial<Record<ParameterType, readonly ScalarKind[]>>> = {
  number: ['integer', 'decimal'],
  integer: ['integer', 'decimal'],
  numbers: ['integer', 'decimal'],
  text: ['text', 'integer', 'decimal', 'boolean', 'date', 'datetime'],
  texts: ['text', 'integer', 'decimal', 'boolean', 'date', 'datetime'],
  boolean: ['boolean'],
  booleans: ['boolean'],
  date: ['date'],
  datetime: ['datetime'],
};

const wanted: Readonly<Partial<Record<ParameterType, string>>> = {
  number: 'a number',
  integer: 'a whole number',
  numbers: 'numbers',
  text: 'text',
  texts: 'texts',
  boolean: 'TRUE or FALSE',
  booleans: 'TRUE/FALSE values',
  date: 'a date',
  datetime: 'a moment',
};

function remedy(type: ParameterType, given: FormulaType): Pick<Refusal, 'hint' | 'wrap'> {
  const numeric = type === 'number' || type === 'integer' || type === 'numbers';
  if (numeric && given.kind === 'text') {
    return {
      hint: 'Text never becomes a number by itself: convert it with VALUE or NUMBERVALUE.',
      wrap: { before: 'VALUE(', after: ')', label: 'Convert with VALUE' },
    };
  }
  if (numeric && given.kind === 'boolean')
    return {
      hint: 'Write --( … ) to count TRUE as 1 and FALSE as 0.',
      wrap: { before: '--(', after: ')', label: 'Count TRUE as 1' },
    };
  if (type === 'date' && (given.kind === 'datetime' || given.kind === 'text')) {
    return {
      hint:
        given.kind === 'text'
          ? 'Convert the text with DATEVALUE, or write a date as #2026-01-31#.'
          : 'Take the date (UTC) of the moment with DATEVALUE.',
      wrap: { before: 'DATEVALUE(', after: ')', label: 'Convert with DATEVALUE' },
    };
  }
  if ((type === 'boolean' || type === 'booleans') && (given.kind === 'integer' || given.kind === 'decimal')) {
    return {
      hint: 'Compare the number, for instance with <> 0.',
      wrap: { before: '', after: '<>0', label: 'Compare with 0' },
    };
  }
  if ((type === 'boolean' || type === 'booleans') && given.kind === 'text')
    return { hint: 'Compare the text, for instance with = "yes".' };
  return { hint: 'Use a value of the right type here.' };
}

/** Checks one argument. Undefined where it fits. */
export function refusalOf(parameter: Parameter, argument: FormulaType): Refusal | undefined {
  const type = parameter.needs ?? parameter.type;
  const kinds = takes[type];
  if (kinds === undefined) return undefined;
  const wrong = membersOf(argument)
    .map(elementOf)
    .flatMap(membersOf)
    .filter(
      (member) => member.kind !== 'blank' && member.kind !== 'error' && !kinds.some((kind) => kind === member.kind),
    );
  const first = wrong[0];
  if (first === undefined) return undefined;
  const partly = wrong.length < membersOf(elementOf(argument)).length;
  return {
    message: `${parameter.name} should be ${wanted[type] ?? 'another type'}, but ${partly ? 'may be' : 'is'} ${describeType(partly ? first : argument)}.`,
    ...remedy(type, first),
    partly,
  };
}

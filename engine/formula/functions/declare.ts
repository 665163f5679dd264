/**
 * How a function is declared: one value from which the checker, the compiler, completion, the reference page and the tests take
 * everything they need.
 */
import type { Decimal } from '../../model/decimal.ts';
import type { Value } from '../../model/record.ts';
import type { FormulaNode } from '../ast.ts';
import type { CalendarDate, Instant } from '../calendar.ts';
import type { FormulaEnvironment, FormulaScope } from '../environment.ts';
import type { FormulaType } from '../types.ts';
import type { Range, Runtime } from '../value.ts';

/** What a function is given, by the type of its parameter. `any` is one value, `value` may be a list as a whole. */
export interface ParameterValues {
  number: Decimal;
  integer: number;
  text: string;
  boolean: boolean;
  date: CalendarDate;
  datetime: Instant;
  any: Runtime;
  value: Runtime;
  list: readonly Runtime[];
  numbers: readonly Decimal[];
  texts: readonly string[];
  booleans: readonly boolean[];
  lazy: () => Runtime;
}
export type ParameterType = keyof ParameterValues;

/** A parameter. Single-valued ones given a list are applied to each element. */
export interface Parameter<T extends ParameterType = ParameterType, O extends boolean = boolean> {
  name: string;
  type: T;
  doc: string;
  optional: O;
  /** The function wants to see errors instead of handing them on. */
  keepsErrors?: boolean;
  /** For `lazy`: the type it must have, as that of a single-valued parameter. */
  needs?: 'boolean';
}

/** A needed parameter. */
export const needed = <T extends ParameterType>(
  name: string,
  type: T,
  doc: string,
  more: { keepsErrors?: boolean; needs?: 'boolean' } = {},
): Parameter<T, false> => ({ name, type, doc, optional: false, ...more });

/** A parameter that may be left out. */
export const optional = <T extends ParameterType>(
  name: string,
  type: T,
  doc: string,
  more: { keepsErrors?: boolean } = {},
): Parameter<T, true> => ({ name, type, doc, optional: true, ...more });

type ArgumentOf<P> =
  P extends Parameter<infer T, infer O>
    ? O extends true
      ? ParameterValues[T] | undefined
      : ParameterValues[T]
    : never;
type ArgumentsOf<P extends readonly Parameter[]> = { [K in keyof P]: ArgumentOf<P[K]> };

/** What an evaluation carries: its inputs, and its bounds. */
export interface Frame {
  readonly scope: FormulaScope;
  /** Counts elements worked through. @throws AppError formula.limit above the bound */
  spend(elements: number): void;
}

/** A call as the checker sees it. */
export interface CallSite {
  /** Types and nodes by position; undefined for an argument left out. */
  args: readonly ({ type: FormulaType; node: FormulaNode } | undefined)[];
  environment: FormulaEnvironment;
  /** Adds a problem at an argument, or at the whole call without one. */
  report(message: string, hint: string, at?: Range, replacement?: { label: string; text: string }): void;
}

/** The categories of the reference page, in its order. */
export const categories = {
  logical: 'Logic',
  text: 'Text',
  math: 'Math and rounding',
  statistics: 'Sums and statistics',
  date: 'Dates',
  list: 'Lists and lookup',
  information: 'Information',
  business: 'Mapping, money and identity',
} as const;
export type Category = keyof typeof categories;

/** An example: a formula and the text of its result; the tests evaluate it. `record` are its fields. */
export interface Example {
  formula: string;
  result: string;
  record?: { [field: string]: Value };
}

/** A declared function, as everyone but its author sees it. */
export interface FunctionDeclaration {
  name: string;
  category: Category;
  summary: string;
  parameters: readonly Parameter[];
  /** Parameters that repeat as a group, behind the others. */
  rest: readonly Parameter[];
  /** How often the group must be there at least. */
  restMinimum: number;
  /** The type of the result, or how it follows from the arguments; may report problems of its own. */
  result: FormulaType | ((site: CallSite) => FormulaType);
  examples: readonly Example[];
  /** How blank arguments count, where it is not the general rule. */
  blank?: string;
  /** Where it differs from Excel on purpose, and why. */
  departure?: string;
  /** Not a function of Excel. */
  own: boolean;
  evaluate: (frame: Frame, ...args: never[]) => Runtime;
  /** For functions with lazy parameters: the same, built once from the arguments where no list is worked through. */
  inline?: (args: readonly ((frame: Frame) => Runtime)[]) => (frame: Frame) => Runtime;
  /** It adds its numbers up: those of a column may be added as they are read. */
  addsUp?: boolean;
  /** Converts the result to the type that the checker inferred. */
  finish?: (value: Runtime, type: FormulaType) => Runtime;
}

interface Draft<P extends readonly Parameter[], R extends readonly Parameter[]> {
  name: string;
  category: Category;
  summary: string;
  parameters: P;
  rest?: R;
  restMinimum?: number;
  result: FormulaType | ((site: CallSite) => FormulaType);
  examples: readonly Example[];
  blank?: string;
  departure?: string;
  own?: boolean;
  inline?: FunctionDeclaration['inline'];
  addsUp?: boolean;
  finish?: (value: Runtime, type: FormulaType) => Runtime;
  evaluate: (
    frame: Frame,
    ...args: [...ArgumentsOf<P>, ...(R extends readonly [] ? [] : [readonly ParameterValues[R[number]['type']][]])]
  ) => Runtime;
}

/**
 * Declares a function. Its implementation gets a frame, one argument for each parameter and, with `rest`, one list of the rest.
 * @example define({ name: 'LEN', category: 'text', summary: 'Number of characters.', parameters: [needed('text', 'text', 'The text.')],
 *   result: integerType, examples: [{ formula: '=LEN("abc")', result: '3' }], evaluate: (_frame, text) => fromInteger(text.length) });
 */
export function define<const P extends readonly Parameter[], const R extends readonly Parameter[] = readonly []>(
  draft: Draft<P, R>,
): FunctionDeclaration {
  const { rest, restMinimum, own, inline, evaluate, ...same } = draft;
  return {
    ...same,
    rest: rest ?? [],
    restMinimum: restMinimum ?? (rest === undefined ? 0 : 1),
    own: own ?? false,
    ...(inline === undefined ? {} : { inline }),
    // The compiler hands over what `parameters` promise; the types of the parts meet only here.
    evaluate: evaluate as unknown as FunctionDeclaration['evaluate'],
  };
}

/** The parameter at a position of a call; the group of the rest repeats. Undefined beyond the last. */
export function parameterAt(declaration: FunctionDeclaration, index: number): Parameter | undefined {
  const fixed = declaration.parameters[index];
  if (fixed !== undefined || declaration.rest.length === 0) return fixed;
  return declaration.rest[(index - declaration.parameters.length) % declaration.rest.length];
}

/** `ROUND(number, digits)`; optional parameters in brackets, a repeated group with dots. */
export function signatureOf(declaration: FunctionDeclaration): string {
  const fixed = declaration.parameters.map((one) => (one.optional ? `[${one.name}]` : one.name));
  const rest = declaration.rest.length === 0 ? [] : [...declaration.rest.map((one) => one.name), '…'];
  return `${declaration.name}(${[...fixed, ...rest].join(', ')})`;
}

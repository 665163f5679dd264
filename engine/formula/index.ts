/**
 * The formula language: Excel for records. Formulas are typed against a record schema, exact in decimals, and compiled to
 * closures that see nothing but what they are given.
 */
import { isNormalText } from '../model/decimal.ts';
import { AppError, toAppError } from '../model/error.ts';
import type { Value } from '../model/record.ts';
import type { FormulaNode } from './ast.ts';
import { type Analysis, analyse } from './check.ts';
import { compileNode, type Evaluator } from './compile.ts';
import { type DirectField, type DirectText, directField, directText } from './compile-field.ts';
import type { FormulaEnvironment, FormulaScope } from './environment.ts';
import { createFrame, type EvaluationFrame } from './frame.ts';
import { tryParseFormula } from './parser.ts';
import { type FormulaProblem, refuse } from './problem.ts';
import { errorType, type FormulaType, textType } from './types.ts';
import { type FormulaError, fail, type Runtime, toRecordValue } from './value.ts';

export type { DirectField, DirectText } from './compile-field.ts';
export { type Completion, type Completions, completeFormula, type Sample } from './complete.ts';
export type { FormulaEnvironment, FormulaScope } from './environment.ts';
export { type ExplainedStep, explainFormula } from './explain.ts';
export { type Hover, hoverFormula, type SignatureHelp, signatureHelp } from './hover.ts';
export type { FormulaProblem } from './problem.ts';
export { FormulaRefused } from './problem.ts';
export { formatFormula, renameField } from './rewrite.ts';
export { describeType, type FormulaType, fieldOfType } from './types.ts';
export { FormulaError, type FormulaErrorKind, isFormulaError, type Range } from './value.ts';

/** What checking a formula tells. */
export interface CheckedFormula {
  type: FormulaType;
  problems: FormulaProblem[];
  /** Fields it uses: `a.b` of the item, `/a.b` of the whole record. */
  references: string[];
}

/** A formula ready to be evaluated any number of times. */
export interface CompiledFormula {
  readonly text: string;
  readonly type: FormulaType;
  readonly references: readonly string[];
  /**
   * The formula's value for a record: text (also for numbers, dates and moments), boolean, null for blank, list or record; or the
   * error that nothing in the formula handled.
   */
  evaluate(scope: FormulaScope): Value | FormulaError;
  /** Set for a formula that is nothing but a field: it need not be evaluated where the record holds what it should. */
  readonly direct?: DirectField | undefined;
  /** Set for a formula that does nothing but join fields and literals: the same, unless it yields undefined. */
  readonly joined?: DirectText | undefined;
}

type Prepared = { node: FormulaNode; analysis: Analysis } | { problem: FormulaProblem };

function prepare(text: string, environment: FormulaEnvironment): Prepared {
  const parsed = tryParseFormula(text);
  if ('problem' in parsed) return parsed;
  return { node: parsed.node, analysis: analyse(text, parsed.node, environment) };
}

/** Checks a formula; a leading `=` may be there or not. Never throws for a wrong formula. */
export function checkFormula(text: string, environment: FormulaEnvironment): CheckedFormula {
  const prepared = prepare(text, environment);
  if ('problem' in prepared) return { type: errorType, problems: [prepared.problem], references: [] };
  const { type, problems, references } = prepared.analysis;
  return { type, problems, references };
}

/** Runs a compiled tree; what exceeds the bounds becomes an error value. A frame that is handed in is used again. */
export function evaluateTree(evaluate: Evaluator, scope: FormulaScope, frame = createFrame(scope)): Runtime {
  try {
    frame.begin(scope);
    return evaluate(frame);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'formula.limit') return fail('#NUM!', thrown.message);
    throw toAppError(thrown, 'evaluating a formula');
  }
}

/**
 * Compiles a formula for records of an environment.
 * @throws AppError formula.syntax, formula.type, formula.limit (a FormulaRefused that lists the problems)
 * @example compileFormula('=[qty]*[price]', environment).evaluate(scope)
 */
export function compileFormula(text: string, environment: FormulaEnvironment): CompiledFormula {
  const prepared = prepare(text, environment);
  if ('problem' in prepared) throw refuse([prepared.problem]);
  const { node, analysis } = prepared;
  const [first, ...others] = analysis.problems.filter((problem) => problem.severity === 'blocking');
  if (first !== undefined) throw refuse([first, ...others]);
  const context = { text, analysis, environment };
  const evaluate = compileNode(node, context);
  const direct = directField(node, context);
  let frame: EvaluationFrame | undefined;
  const evaluateWhole = (scope: FormulaScope): Value | FormulaError => {
    frame ??= createFrame(scope);
    return toRecordValue(evaluateTree(evaluate, scope, frame));
  };
  return {
    text,
    type: analysis.type,
    references: analysis.references,
    evaluate: direct === undefined ? evaluateWhole : evaluateDirect(direct, evaluateWhole),
    direct,
    joined: node.kind === 'binary' ? directText(node, context) : undefined,
  };
}

/** A field's own text where it can stand for the value, else the formula's. */
function evaluateDirect({ scope, isNumber, read }: DirectField, otherwise: CompiledFormula['evaluate']) {
  const evaluate: CompiledFormula['evaluate'] = (values) => {
    const value = read(values[scope]);
    return typeof value === 'string' && (!isNumber || isNormalText(value)) ? value : otherwise(values);
  };
  return evaluate;
}

/** Whether the text of a cell is a formula. */
export const isFormula = (text: string): boolean => text.startsWith('=');

/**
 * Compiles the content of a cell: text beginning with `=` is a formula, everything else stands for itself. An apostrophe in front,
 * as in Excel, keeps a text that begins with `=`.
 * @throws AppError formula.syntax, formula.type, formula.limit
 */
export function compileCell(text: string, environment: FormulaEnvironment): CompiledFormula {
  if (isFormula(text)) return compileFormula(text, environment);
  const value = text.startsWith("'") ? text.slice(1) : text;
  return { text, type: textType, references: [], evaluate: () => value };
}

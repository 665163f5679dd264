/** "Explain this value": the formula taken apart, with the value of every part for one record. */

import { AppError, toAppError } from '../model/error.ts';
import { childrenOf, type FormulaNode } from './ast.ts';
import { analyse } from './check.ts';
import { compileNode } from './compile.ts';
import type { FormulaEnvironment, FormulaScope } from './environment.ts';
import { createFrame } from './frame.ts';
import { parseFormula } from './parser.ts';
import { refuse } from './problem.ts';
import { showValue } from './show.ts';
import { FormulaError, type FormulaErrorKind, fail, type Range, type Runtime } from './value.ts';

/** A part of a formula with its value. */
export interface ExplainedStep {
  /** The part as it is written. */
  text: string;
  range: Range;
  /** Its value as a formula would write it; undefined where it was not needed, as in the other branch of an IF. */
  value: string | undefined;
  /** The error it gave, with its cause. */
  error?: { kind: FormulaErrorKind; message: string };
  steps: ExplainedStep[];
}

function stepOf(node: FormulaNode, text: string, values: ReadonlyMap<FormulaNode, Runtime>): ExplainedStep {
  if (node.kind === 'group') return stepOf(node.inner, text, values);
  const value = values.get(node);
  const step: ExplainedStep = {
    text: text.slice(node.range.start, node.range.end),
    range: node.range,
    value: value === undefined ? undefined : showValue(value),
    // Literals say their value themselves.
    steps: childrenOf(node)
      .filter((child) => child.kind !== 'literal')
      .map((child) => stepOf(child, text, values)),
  };
  if (value instanceof FormulaError) step.error = { kind: value.kind, message: value.message };
  return step;
}

/**
 * Evaluates a formula for one record and keeps the value of every part.
 * @throws AppError formula.syntax, formula.type, formula.limit
 */
export function explainFormula(text: string, environment: FormulaEnvironment, scope: FormulaScope): ExplainedStep {
  const node = parseFormula(text);
  const analysis = analyse(text, node, environment);
  const [first, ...others] = analysis.problems.filter((problem) => problem.severity === 'blocking');
  if (first !== undefined) throw refuse([first, ...others]);
  const values = new Map<FormulaNode, Runtime>();
  const evaluate = compileNode(node, { text, analysis, environment, watch: (part, value) => values.set(part, value) });
  try {
    evaluate(createFrame(scope));
  } catch (thrown) {
    if (!(thrown instanceof AppError && thrown.code === 'formula.limit'))
      throw toAppError(thrown, 'explaining a formula');
    values.set(node, fail('#NUM!', thrown.message));
  }
  return stepOf(node, text, values);
}

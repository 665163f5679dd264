/** What is wrong with a formula: as a value for the designer, as an error for everyone else. */

import { AppError, type ErrorCode } from '../model/error.ts';
import type { ProblemSeverity } from '../model/flow.ts';
import type { Range } from './value.ts';

/** A problem of a formula with its place. `fix.value` is the whole formula, mended. */
export interface FormulaProblem {
  severity: ProblemSeverity;
  code: 'formula.syntax' | 'formula.type' | 'formula.limit';
  message: string;
  hint: string;
  range: Range;
  fix?: { label: string; value: string };
}

/** An {@link AppError} that carries the problems it stands for. */
export class FormulaRefused extends AppError {
  readonly problems: readonly FormulaProblem[];
  constructor(code: ErrorCode, message: string, hint: string, problems: readonly FormulaProblem[]) {
    super(code, message, { hint });
    this.problems = problems;
  }
}

/** The error of a formula that cannot be used, from its problems. */
export function refuse(problems: readonly [FormulaProblem, ...FormulaProblem[]]): FormulaRefused {
  const first = problems[0];
  return new FormulaRefused(first.code, first.message, first.hint, problems);
}

/** The text with a part of it replaced. */
export const replaceRange = (text: string, range: Range, replacement: string): string =>
  text.slice(0, range.start) + replacement + text.slice(range.end);

/** The state of one evaluation. */
import { AppError } from '../model/error.ts';
import type { FormulaScope } from './environment.ts';
import type { Frame } from './functions/declare.ts';
import { maxWork } from './limits.ts';

class EvaluationFrame implements Frame {
  readonly scope: FormulaScope;
  private work = 0;

  constructor(scope: FormulaScope) {
    this.scope = scope;
  }

  spend(elements: number): void {
    this.work += elements;
    if (this.work > maxWork) {
      throw new AppError('formula.limit', 'The formula works through too many list elements.', {
        hint: 'Use shorter lists, or split the formula into several fields.',
      });
    }
  }
}

/** A fresh frame for a record. */
export const createFrame = (scope: FormulaScope): Frame => new EvaluationFrame(scope);

/** The state of one evaluation. */
import { AppError } from '../model/error.ts';
import type { FormulaScope } from './environment.ts';
import type { Frame } from './functions/declare.ts';
import { maxWork } from './limits.ts';

/** A frame that serves one evaluation after the other. */
export class EvaluationFrame implements Frame {
  scope: FormulaScope;
  private work = 0;

  constructor(scope: FormulaScope) {
    this.scope = scope;
  }

  /** Makes the frame ready for the next record. */
  begin(scope: FormulaScope): void {
    this.scope = scope;
    this.work = 0;
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
export const createFrame = (scope: FormulaScope): EvaluationFrame => new EvaluationFrame(scope);

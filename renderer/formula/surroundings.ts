/** What the formula in an editor sees: its fields, its sample record, its parameters. */
import type { FormulaEnvironment, FormulaScope } from '../../engine/formula/index.ts';
import type { Fields } from '../../engine/model/record.ts';

/** The surroundings of a formula. */
export interface FormulaSurroundings {
  /** With `lookup` where the rows of mapping tables are known. */
  environment: FormulaEnvironment & Pick<FormulaScope, 'lookup'>;
  sample: { item: Fields; root: Fields } | undefined;
  parameters: Fields;
  /** Must begin with `=`; else a text without it is a literal. */
  always: boolean;
}

const surroundings = new WeakMap<object, FormulaSurroundings>();

/** Tells the language services what the formula of a text model sees now. */
export function setSurroundings(model: object, value: FormulaSurroundings): void {
  surroundings.set(model, value);
}

/** What the formula of a text model sees; undefined for a model that is no formula field's. */
export const surroundingsOf = (model: object): FormulaSurroundings | undefined => surroundings.get(model);

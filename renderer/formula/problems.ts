/** What is wrong with the text of a formula field, for markers and quick fixes. Pure. */
import { checkFormula, type FormulaProblem, isFormula } from '../../engine/formula/index.ts';
import { t } from '../strings/index.ts';
import type { FormulaSurroundings } from './surroundings.ts';

/** The problems of a cell. A text without `=` is a literal, unless the field wants a formula. */
export function problemsOf(
  text: string,
  { environment, always }: Pick<FormulaSurroundings, 'environment' | 'always'>,
): FormulaProblem[] {
  if (isFormula(text)) return checkFormula(text, environment).problems;
  if (!always || text.trim() === '') return [];
  return [
    {
      severity: 'blocking',
      code: 'formula.syntax',
      message: t.formula.noEquals,
      hint: t.formula.beginEquals,
      range: { start: 0, end: text.length },
      fix: { label: t.formula.addEquals, value: `=${text.trimStart()}` },
    },
  ];
}

/** Tells the problems of one formula apart. */
export const markerCodeOf = ({ code, range, message }: FormulaProblem): string =>
  `${code}@${range.start}-${range.end}:${message}`;

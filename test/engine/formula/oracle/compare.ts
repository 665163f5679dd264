/** Compares our answers with Calc's. */
import { compileFormula, isFormulaError } from '../../../../engine/formula/index.ts';
import type { Value } from '../../../../engine/model/record.ts';
import { type Corpus, environment, type Row } from './corpus.ts';

/** Where we and Calc part. */
export interface Difference {
  formula: string;
  record: number;
  calc: string;
  ours: string;
}

const near = (ours: string, calc: string): boolean => {
  const [a, b] = [Number(ours), Number(calc)];
  const size = Math.max(Math.abs(a), Math.abs(b));
  // Calc's sums of binary floats end in dust where the exact result is zero.
  return Math.abs(a - b) <= 1e-9 * size || size < 1e-9;
};

const dateOfSerial = (serial: number): string =>
  new Date(Date.UTC(1899, 11, 30) + serial * 86_400_000).toISOString().slice(0, 10);

/** Calc names a few errors; all others it shows by number. */
const sameError = (ours: string, calc: string): boolean => !['#DIV/0!', '#N/A'].includes(calc) || ours === calc;

const serialOfDate = (date: string): string => String((Date.parse(date) - Date.UTC(1899, 11, 30)) / 86_400_000);

/** Calc has one type for numbers, dates and logical values and shows the difference in the format only: ours decides what is compared. */
function same(ours: Value, kind: string, text: string): boolean {
  if (kind === 'e') return false;
  if (kind === 't') return ours === text || (ours === null && text === '');
  if (typeof ours === 'boolean') return ours === (kind === 'b' ? text === 'TRUE' : Number(text) === 1);
  if (ours === null) return kind === 'n' && Number(text) === 0;
  if (typeof ours !== 'string') return false;
  if (/^\d{4}-\d{2}-\d{2}$/.test(ours)) return ours === (kind === 'd' ? text : dateOfSerial(Number(text)));
  const number = kind === 'd' ? serialOfDate(text) : kind === 'b' ? (text === 'TRUE' ? '1' : '0') : text;
  return ours !== '' && near(ours, number);
}

/** Our answer to a row where it is another than Calc's; undefined where both agree. */
export function differenceOf(corpus: Corpus, [formula, record, answer]: Row): Difference | undefined {
  const compiled = compileFormula(formula, environment);
  const item = corpus.records[record] ?? {};
  const ours = compiled.evaluate({ item, root: item, parameters: {}, today: '2026-02-15' });
  const [kind, text] = [answer.slice(0, 1), answer.slice(1)];
  if (isFormulaError(ours)) {
    return kind === 'e' && sameError(ours.kind, text)
      ? undefined
      : { formula, record, calc: answer, ours: `${ours.kind} ${ours.message}` };
  }
  return same(ours, kind, text) ? undefined : { formula, record, calc: answer, ours: JSON.stringify(ours) };
}

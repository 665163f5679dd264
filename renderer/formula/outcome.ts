/** What to say below a formula field: the worst problem, else the value for the sample record. Pure. */
import {
  compileFormula,
  type ExplainedStep,
  explainFormula,
  type FormulaProblem,
  type FormulaScope,
  isFormula,
  isFormulaError,
} from '../../engine/formula/index.ts';
import { cellText } from '../dock/flatten.ts';
import { t } from '../strings/index.ts';
import { problemsOf } from './problems.ts';
import type { FormulaSurroundings } from './surroundings.ts';

/** One sentence below a field, with what mends it. */
export interface Outcome {
  tone: 'bad' | 'warn' | 'good' | 'quiet';
  text: string;
  fix?: { label: string; value: string };
}

const tones = { blocking: 'bad', warning: 'warn', advice: 'quiet' } as const;
const ranks = { blocking: 0, warning: 1, advice: 2 } as const;

/** What a formula is evaluated with for the sample record. */
export function scopeOf({ environment, sample, parameters }: FormulaSurroundings): FormulaScope | undefined {
  if (sample === undefined) return undefined;
  const scope = { ...sample, parameters, today: new Date().toISOString().slice(0, 10) };
  return environment.lookup === undefined ? scope : { ...scope, lookup: environment.lookup };
}

function outcomeOfProblem({ severity, message, hint, fix }: FormulaProblem): Outcome {
  const outcome: Outcome = { tone: tones[severity], text: `${message} ${hint}` };
  return fix === undefined ? outcome : { ...outcome, fix };
}

/** Functions that look into mapping tables, whose rows arrive after the form. */
const needsTables = /\b(?:MAPCODE|HASCODE)\s*\(/i;

/** The sentence; undefined where there is nothing to say. */
export function outcomeOf(text: string, surroundings: FormulaSurroundings): Outcome | undefined {
  if (text.trim() === '') return undefined;
  const [worst] = problemsOf(text, surroundings).sort((a, b) => ranks[a.severity] - ranks[b.severity]);
  if (worst !== undefined) return outcomeOfProblem(worst);
  if (!isFormula(text)) return { tone: 'quiet', text: t.inspector.literal };
  const scope = scopeOf(surroundings);
  if (scope === undefined) return undefined;
  if (scope.lookup === undefined && needsTables.test(text)) return { tone: 'quiet', text: t.inspector.needsTables };
  const value = compileFormula(text, surroundings.environment).evaluate(scope);
  if (isFormulaError(value)) return { tone: 'bad', text: `${value.kind} ${value.message}` };
  const shown = cellText(value, t.dock.entries);
  return { tone: 'good', text: t.inspector.result(shown === '' ? t.inspector.blank : shown) };
}

/** The value taken apart, or why it cannot be. */
export function explanationOf(text: string, surroundings: FormulaSurroundings): ExplainedStep | string {
  if (text.trim() === '' || !isFormula(text)) return t.formula.explainLiteral;
  if (problemsOf(text, surroundings).some(({ severity }) => severity === 'blocking')) return t.formula.explainNotYet;
  const scope = scopeOf(surroundings);
  if (scope !== undefined && scope.lookup === undefined && needsTables.test(text)) return t.inspector.needsTables;
  return scope === undefined ? t.formula.explainNone : explainFormula(text, surroundings.environment, scope);
}

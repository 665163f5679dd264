/** "Explain this value": the formula taken apart, each part with its value for the sample record. */
import { type ReactNode, useMemo } from 'react';
import type { ExplainedStep } from '../../engine/formula/index.ts';
import { t } from '../strings/index.ts';
import { explanationOf } from './outcome.ts';
import type { FormulaSurroundings } from './surroundings.ts';

function Value({ step }: { step: ExplainedStep }): ReactNode {
  if (step.error !== undefined) {
    return (
      <span className="explain__value explain__value--bad">
        {step.error.kind} {step.error.message}
      </span>
    );
  }
  if (step.value === undefined)
    return <span className="explain__value explain__value--quiet">{t.formula.notNeeded}</span>;
  return <span className="explain__value">{step.value}</span>;
}

function Step({ step }: { step: ExplainedStep }): ReactNode {
  return (
    <li>
      <div className="explain__step">
        <span className="explain__text">{step.text}</span>
        <Value step={step} />
      </div>
      {step.steps.length === 0 ? null : (
        <ul>
          {step.steps.map((part) => (
            <Step key={`${part.range.start}-${part.range.end}`} step={part} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** The tree. */
export function ExplainTree(props: FormulaSurroundings & { text: string }): ReactNode {
  const { text, environment, sample, parameters, always } = props;
  const explanation = useMemo(
    () => explanationOf(text, { environment, sample, parameters, always }),
    [text, environment, sample, parameters, always],
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long tree is scrolled by keyboard
    <section className="explain" aria-label={t.formula.explain} tabIndex={0}>
      {typeof explanation === 'string' ? (
        <p className="formula__outcome formula__outcome--quiet">{explanation}</p>
      ) : (
        <ul>
          <Step step={explanation} />
        </ul>
      )}
    </section>
  );
}

/** The line below a formula: what is wrong and the button that mends it, or the value for the sample record. */
import { Button } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import { outcomeOf } from './outcome.ts';
import type { FormulaSurroundings } from './surroundings.ts';

/** The line; nothing where there is nothing to say. */
export function OutcomeLine(props: FormulaSurroundings & { text: string; onFix: (value: string) => void }): ReactNode {
  const { text, environment, sample, parameters, always } = props;
  const outcome = useMemo(
    () => outcomeOf(text, { environment, sample, parameters, always }),
    [text, environment, sample, parameters, always],
  );
  const fix = outcome?.fix;
  if (outcome === undefined) return null;
  return (
    <div className="formula__foot">
      <p className={`formula__outcome formula__outcome--${outcome.tone}`} dir="auto">
        {outcome.text}
      </p>
      {fix === undefined ? null : (
        <Button variant="light" size="compact-xs" className="formula__fix" onClick={() => props.onFix(fix.value)}>
          {fix.label}
        </Button>
      )}
    </div>
  );
}

/** A cell of the setup: a literal, or a formula behind `=`; what is wrong with it, and what it gives for the sample record. */
import { Textarea } from '@mantine/core';
import { IconMathFunction } from '@tabler/icons-react';
import { type ReactNode, useDeferredValue, useMemo } from 'react';
import { checkFormula, compileFormula, type FormulaEnvironment, isFormulaError } from '../../engine/formula/index.ts';
import type { Fields, FieldType, Value } from '../../engine/model/record.ts';
import { cellText } from '../dock/flatten.ts';
import { t } from '../strings/index.ts';

/** What a formula field takes. */
export interface FormulaFieldProps {
  label: ReactNode;
  /** Name for screen readers where `label` is not drawn. */
  name: string;
  help?: string | undefined;
  required?: boolean;
  /** Must begin with `=`; else a text without it is a literal. */
  always: boolean;
  value: string;
  disabled: boolean;
  fieldPath: string;
  environment: FormulaEnvironment;
  sample: { item: Fields; root: Fields } | undefined;
  parameters: Fields;
  onChange: (value: string) => void;
  onBlur: () => void;
}

type Outcome = { tone: 'bad' | 'warn' | 'good' | 'quiet'; text: string };

function evaluated(
  text: string,
  props: Pick<FormulaFieldProps, 'environment' | 'sample' | 'parameters'>,
): Outcome | undefined {
  if (props.sample === undefined) return undefined;
  const today = new Date().toISOString().slice(0, 10);
  const value: Value | ReturnType<ReturnType<typeof compileFormula>['evaluate']> = compileFormula(
    text,
    props.environment,
  ).evaluate({
    ...props.sample,
    parameters: props.parameters,
    today,
  });
  if (isFormulaError(value)) return { tone: 'bad', text: `${value.kind} ${value.message}` };
  const shown = cellText(value, t.dock.entries);
  return { tone: 'good', text: t.inspector.result(shown === '' ? t.inspector.blank : shown) };
}

/** What to say below the field: the worst problem, else the value for the sample record. */
export function outcomeOf(
  text: string,
  props: Pick<FormulaFieldProps, 'always' | 'environment' | 'sample' | 'parameters'>,
): Outcome | undefined {
  if (text.trim() === '') return undefined;
  if (!text.startsWith('=')) {
    return props.always ? { tone: 'bad', text: t.inspector.needsEquals } : { tone: 'quiet', text: t.inspector.literal };
  }
  const { problems } = checkFormula(text, props.environment);
  const worst = problems.find(({ severity }) => severity === 'blocking') ?? problems[0];
  if (worst !== undefined) {
    return { tone: worst.severity === 'blocking' ? 'bad' : 'warn', text: `${worst.message} ${worst.hint}` };
  }
  return evaluated(text, props);
}

/** The types of the flow's parameters, as formulas know them. */
export const parameterTypes = (
  parameters: Readonly<Record<string, { type: FieldType }>>,
): FormulaEnvironment['parameters'] =>
  Object.fromEntries(Object.entries(parameters).map(([name, { type }]) => [name, { type }]));

/** The field. */
export function FormulaField(props: FormulaFieldProps): ReactNode {
  const { value, always, environment, sample, parameters } = props;
  // Checking waits until typing pauses: keys never wait for it.
  const settled = useDeferredValue(value);
  const outcome = useMemo(
    () => outcomeOf(settled, { always, environment, sample, parameters }),
    [settled, always, environment, sample, parameters],
  );
  const isFormula = value.startsWith('=');
  return (
    <div className="formula">
      <Textarea
        label={props.label}
        aria-label={props.name}
        description={props.help}
        withAsterisk={props.required === true}
        autosize
        minRows={1}
        maxRows={8}
        spellCheck={false}
        data-field={props.fieldPath}
        classNames={{ input: isFormula ? 'formula__input formula__input--formula' : 'formula__input' }}
        leftSection={isFormula ? <IconMathFunction size={14} aria-hidden="true" /> : null}
        value={value}
        disabled={props.disabled}
        aria-invalid={outcome?.tone === 'bad'}
        onChange={(event) => props.onChange(event.currentTarget.value)}
        onBlur={props.onBlur}
      />
      {outcome === undefined ? null : (
        <p className={`formula__outcome formula__outcome--${outcome.tone}`} dir="auto">
          {outcome.text}
        </p>
      )}
    </div>
  );
}

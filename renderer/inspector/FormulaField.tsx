/**
 * A cell of the setup: a literal, or a formula behind `=`. A plain text area until it has the focus; then the editor takes its place,
 * once it is fetched. Where it cannot be fetched, the text area goes on serving.
 */
import { ActionIcon, Input, Textarea, Tooltip } from '@mantine/core';
import { IconArrowsDiagonal } from '@tabler/icons-react';
import { type ReactNode, type RefObject, useDeferredValue, useRef, useState } from 'react';
import type { FormulaEnvironment } from '../../engine/formula/index.ts';
import type { FieldType } from '../../engine/model/record.ts';
import { FormulaEditor } from '../formula/FormulaEditor.tsx';
import { OutcomeLine } from '../formula/OutcomeLine.tsx';
import type { FormulaSurroundings } from '../formula/surroundings.ts';
import { useEditorModule } from '../formula/use-editor.ts';
import { useTyping } from '../formula/use-typing.ts';
import { WideEditor } from '../formula/WideEditor.tsx';
import { t } from '../strings/index.ts';

/** What a formula field takes. */
export interface FormulaFieldProps extends FormulaSurroundings {
  label: ReactNode;
  /** Name for screen readers where `label` is not drawn. */
  name: string;
  help?: string | undefined;
  required?: boolean;
  value: string;
  disabled: boolean;
  fieldPath: string;
  onChange: (value: string) => void;
  onBlur: () => void;
}

/** The types of the flow's parameters, as formulas know them. */
export const parameterTypes = (
  parameters: Readonly<Record<string, { type: FieldType }>>,
): FormulaEnvironment['parameters'] =>
  Object.fromEntries(Object.entries(parameters).map(([name, { type }]) => [name, { type }]));

/** The selection of the text area; the end of the text for one that was entered by keyboard. */
function selectionOf(area: HTMLTextAreaElement | null, value: string, byPointer: boolean): [number, number] {
  const start = area?.selectionStart ?? value.length;
  const end = area?.selectionEnd ?? value.length;
  return start === 0 && end === 0 && !byPointer ? [value.length, value.length] : [start, end];
}

/** The plain text area. A press of the pointer first places the cursor; only then the editor may take over. */
function PlainField(
  props: FormulaFieldProps & {
    area: RefObject<HTMLTextAreaElement | null>;
    pressed: RefObject<boolean>;
    onEnter: () => void;
    onWide: () => void;
  },
): ReactNode {
  const { area, pressed, value } = props;
  const look = value.startsWith('=') ? 'formula__input formula__input--formula' : 'formula__input';
  return (
    <Textarea
      ref={area}
      aria-label={props.name}
      autosize
      minRows={1}
      maxRows={8}
      spellCheck={false}
      data-field={props.fieldPath}
      classNames={{ input: look }}
      value={value}
      disabled={props.disabled}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      onPointerDown={() => {
        pressed.current = true;
      }}
      onClick={props.onEnter}
      onFocus={() => pressed.current || props.onEnter()}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        props.onWide();
      }}
      onKeyUp={props.onEnter}
      onBlur={() => {
        pressed.current = false;
        props.onBlur();
      }}
    />
  );
}

/** The field. */
export function FormulaField(props: FormulaFieldProps): ReactNode {
  const { always, environment, sample, parameters } = props;
  const { text: value, type, flush } = useTyping(props.value, props.onChange);
  const surroundings = { always, environment, sample, parameters };
  const area = useRef<HTMLTextAreaElement>(null);
  const wideButton = useRef<HTMLButtonElement>(null);
  const pressed = useRef(false);
  const [active, setActive] = useState(false);
  const [wide, setWide] = useState(false);
  const { module, failed } = useEditorModule(active || wide);
  // Checking waits until typing pauses: keys never wait for it.
  const settled = useDeferredValue(value);
  const leave = (): void => {
    pressed.current = false;
    setActive(false);
    flush();
    props.onBlur();
  };
  return (
    <div
      className="formula"
      onKeyDownCapture={(event) => {
        // Shortcuts such as saving and running act on what is typed.
        if (event.ctrlKey || event.metaKey || /^F\d/.test(event.key)) flush();
      }}
    >
      <Input.Wrapper
        label={props.label}
        labelElement="div"
        description={props.help}
        withAsterisk={props.required === true}
        size="xs"
      >
        <div className="formula__box">
          {active && module !== undefined ? (
            <FormulaEditor
              {...surroundings}
              monaco={module.monaco}
              name={props.name}
              value={value}
              fieldPath={props.fieldPath}
              lines={[1, 8]}
              select={selectionOf(area.current, value, pressed.current)}
              onChange={type}
              onBlur={leave}
              onEscape={() => wideButton.current?.focus()}
              onWide={() => setWide(true)}
            />
          ) : (
            <PlainField
              {...props}
              value={value}
              onChange={type}
              area={area}
              pressed={pressed}
              onEnter={() => setActive(true)}
              onBlur={leave}
              onWide={() => setWide(true)}
            />
          )}
          <Tooltip label={t.formula.wide}>
            <ActionIcon
              ref={wideButton}
              className="formula__wide"
              variant="subtle"
              color="gray"
              size={20}
              disabled={props.disabled}
              aria-label={t.formula.wideOf(props.name)}
              onClick={() => setWide(true)}
            >
              <IconArrowsDiagonal size={13} aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
        </div>
      </Input.Wrapper>
      <OutcomeLine {...surroundings} text={settled} onFix={type} />
      {failed && active ? <p className="formula__outcome formula__outcome--quiet">{t.formula.editorFailed}</p> : null}
      {wide ? (
        <WideEditor
          {...surroundings}
          name={props.name}
          value={value}
          fieldPath={props.fieldPath}
          onChange={type}
          onClose={() => {
            setWide(false);
            flush();
            props.onBlur();
            wideButton.current?.focus();
          }}
        />
      ) : null}
    </div>
  );
}

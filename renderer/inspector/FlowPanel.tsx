/** What the inspector shows while no node is chosen: the flow itself, with its connections and parameters. */
import { Button, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { FlowParameter } from '../../engine/model/flow.ts';
import { shownDocument } from '../canvas/shown.ts';
import { useTyping } from '../formula/use-typing.ts';
import { describeFlow, setParameter } from '../state/document.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import './inspector.css';
import { parameterName } from './parameter-name.ts';
import { ConnectionPicker } from './SetupPanel.tsx';
import { Watermarks } from './Watermarks.tsx';

const types = ['text', 'integer', 'decimal', 'boolean', 'date', 'datetime'] as const;
type ParameterValue = string | boolean | null;

function Description(): ReactNode {
  const { store } = useAppContext();
  const description = useApp((state) => shownDocument(state)?.description ?? '');
  const editable = useApp((state) => state.canEdit());
  const typing = useTyping(description, (text) =>
    store
      .getState()
      .edit({ name: t.edits.describe, undo: 'record' }, (doc) => describeFlow(doc, { description: text })),
  );
  return (
    <Textarea
      label={t.inspector.flowDescription}
      description={t.inspector.flowDescriptionHelp}
      autosize
      minRows={2}
      maxRows={8}
      dir="auto"
      value={typing.text}
      disabled={!editable}
      onChange={(event) => typing.type(event.currentTarget.value)}
      onBlur={typing.flush}
    />
  );
}

/** The default, which a date field cannot show as a placeholder; with the way back to it. */
function DefaultLine(props: {
  parameter: FlowParameter;
  isSet: boolean;
  onForget: (() => void) | undefined;
}): ReactNode {
  const { default: value } = props.parameter;
  if (value === undefined || value === null || value === '') return null;
  // Other fields show their default in grey as long as nothing is typed.
  const hasPlaceholder = !['date', 'datetime', 'boolean'].includes(props.parameter.type);
  if (hasPlaceholder && !props.isSet) return null;
  const shown = typeof value === 'boolean' ? t.inspector.yesNo[value ? 'yes' : 'no'] : String(value);
  return (
    <div className="setup__default">
      <span>{t.inspector.parameterDefault(shown)}</span>
      {props.isSet && props.onForget !== undefined ? (
        <Button variant="subtle" size="compact-xs" onClick={props.onForget}>
          {t.inspector.parameterUseDefault}
        </Button>
      ) : null}
    </div>
  );
}

/** The value of a parameter in this workspace; blank means the default. */
function ParameterInput({ name, parameter }: { name: string; parameter: FlowParameter }): ReactNode {
  const { store } = useAppContext();
  const value: ParameterValue | undefined = useApp((state) => state.bindings?.parameters[name]);
  const editable = useApp((state) => state.canEdit());
  const keep = (next: ParameterValue | undefined): void => {
    const { [name]: _old, ...others } = store.getState().bindings?.parameters ?? {};
    void store.getState().bind({ parameters: next === undefined ? others : { ...others, [name]: next } });
  };
  const typing = useTyping(typeof value === 'string' ? value : '', (text) => keep(text === '' ? undefined : text));
  const remove = (): void =>
    store
      .getState()
      .edit({ name: t.edits.parameter, undo: 'record' }, (doc) => setParameter(doc, { name, parameter: undefined }));
  const common = { label: parameter.label, description: parameter.description, disabled: !editable };
  return (
    <div className="setup__entry">
      <div className="setup__entry-head">
        <code>{name}</code>
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          disabled={!editable}
          aria-label={t.inspector.removeParameter(parameter.label)}
          onClick={remove}
        >
          <IconTrash size={14} aria-hidden="true" />
        </Button>
      </div>
      {parameter.type === 'boolean' ? (
        <Switch
          {...common}
          checked={(value ?? parameter.default) === true}
          onChange={(event) => keep(event.currentTarget.checked)}
        />
      ) : (
        <TextInput
          {...common}
          dir="auto"
          placeholder={typeof parameter.default === 'string' ? parameter.default : ''}
          inputMode={parameter.type === 'decimal' || parameter.type === 'integer' ? 'decimal' : 'text'}
          type={parameter.type === 'date' ? 'date' : 'text'}
          value={typing.text}
          onChange={(event) => typing.type(event.currentTarget.value)}
          onBlur={typing.flush}
        />
      )}
      <DefaultLine
        parameter={parameter}
        isSet={value !== undefined}
        onForget={editable ? () => keep(undefined) : undefined}
      />
    </div>
  );
}

function NewParameter(): ReactNode {
  const { store } = useAppContext();
  const [label, setLabel] = useState('');
  const [type, setType] = useState<FlowParameter['type']>('text');
  const taken = useApp((state) => Object.keys(state.flow?.parameters ?? {}).join(' '));
  const editable = useApp((state) => state.canEdit());
  const add = (): void => {
    const name = parameterName(label, taken.split(' '));
    const parameter: FlowParameter = { type, label: label.trim() };
    store.getState().edit({ name: t.edits.parameter, undo: 'record' }, (doc) => setParameter(doc, { name, parameter }));
    setLabel('');
  };
  return (
    <form
      className="setup__buttons"
      onSubmit={(event) => {
        event.preventDefault();
        if (label.trim() !== '') add();
      }}
    >
      <TextInput
        aria-label={t.inspector.parameterLabel}
        placeholder={t.inspector.parameterLabel}
        value={label}
        maxLength={80}
        disabled={!editable}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
      <Select
        aria-label={t.inspector.parameterType}
        w={110}
        data={types.map((value) => ({ value, label: t.inspector.types[value] }))}
        value={type}
        allowDeselect={false}
        disabled={!editable}
        onChange={(value) => setType(types.find((each) => each === value) ?? 'text')}
      />
      <Button
        type="submit"
        variant="default"
        leftSection={<IconPlus size={12} />}
        disabled={!editable || label.trim() === ''}
      >
        {t.inspector.addParameter}
      </Button>
    </form>
  );
}

/** The panel. */
export function FlowPanel(): ReactNode {
  const slots = useApp((state) => shownDocument(state)?.slots);
  const parameters = useApp((state) => shownDocument(state)?.parameters);
  return (
    <div className="setup">
      <Description />
      {Object.keys(slots ?? {}).map((slot) => (
        <ConnectionPicker key={slot} slot={slot} />
      ))}
      <fieldset className="setup__group">
        <legend>{t.inspector.parameters}</legend>
        <p className="setup__help">{t.inspector.parametersHelp}</p>
        {Object.entries(parameters ?? {}).map(([name, parameter]) => (
          <ParameterInput key={name} name={name} parameter={parameter} />
        ))}
        <NewParameter />
      </fieldset>
      <Watermarks />
    </div>
  );
}

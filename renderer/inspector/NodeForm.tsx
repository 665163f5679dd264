/** The form of a node, drawn from its kind's declaration. A new kind needs no code here. */
import { Button, NumberInput, SegmentedControl, Select, Switch, TagsInput, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import type { FlowNode } from '../../engine/model/flow.ts';
import type { NodeDeclaration, NodeField } from '../../engine/model/node.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { FieldMappings } from './FieldMappings.tsx';
import { FormulaField } from './FormulaField.tsx';
import { FormContextValue, isFieldShown, useChange, useForm, useFormulaPlace, valueAt } from './form.ts';
import { useFormulaTables } from './formula-tables.ts';
import { FieldInput, KeysInput, OptionsInput, ResourceInput, SlotInput, TableInput } from './pickers.tsx';
import type { ConfigPath } from './place.ts';

/** What each field input takes: its declaration and where its value stands. */
export interface FieldProps {
  field: NodeField;
  path: ConfigPath;
}

const textOf = (value: unknown, fallback: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number'
      ? String(value)
      : typeof fallback === 'string'
        ? fallback
        : '';

function TextField({ field, path }: FieldProps): ReactNode {
  const { store } = useAppContext();
  const { node, editable } = useForm();
  const change = useChange();
  return (
    <TextInput
      label={field.label}
      description={field.help}
      withAsterisk={field.required === true}
      dir="auto"
      inputMode={field.kind === 'amount' ? 'decimal' : 'text'}
      data-field={path.join('.')}
      value={textOf(valueAt(node.config, path), field.default)}
      disabled={!editable}
      onChange={(event) => change(path, event.currentTarget.value === '' ? undefined : event.currentTarget.value, true)}
      onBlur={() => store.getState().endGroup()}
    />
  );
}

function FormulaInput({ field, path }: FieldProps): ReactNode {
  const { store } = useAppContext();
  const { node, editable } = useForm();
  const change = useChange();
  const place = useFormulaPlace(path);
  return (
    <FormulaField
      {...place}
      label={field.label}
      name={field.label}
      help={field.help}
      required={field.required === true}
      always={field.name === 'where' || field.name === 'when'}
      value={textOf(valueAt(node.config, path), field.default)}
      disabled={!editable}
      fieldPath={path.join('.')}
      onChange={(value) => change(path, value === '' ? undefined : value, true)}
      onBlur={() => store.getState().endGroup()}
    />
  );
}

function ChoiceInput({ field, path }: FieldProps): ReactNode {
  const { node, editable } = useForm();
  const change = useChange();
  const value = textOf(valueAt(node.config, path), field.default);
  const choices = [...(field.choices ?? [])];
  const short = choices.length < 4 && choices.every(({ label }) => label.length < 16);
  const common = { 'data-field': path.join('.'), data: choices, value, disabled: !editable };
  if (short) {
    return (
      <fieldset className="setup__choice">
        <legend>{field.label}</legend>
        <SegmentedControl {...common} size="xs" fullWidth onChange={(chosen) => change(path, chosen)} />
        <p className="setup__help">{field.help}</p>
      </fieldset>
    );
  }
  return (
    <Select
      {...common}
      label={field.label}
      description={field.help}
      allowDeselect={false}
      onChange={(chosen) => change(path, chosen ?? undefined)}
    />
  );
}

function NumberField({ field, path }: FieldProps): ReactNode {
  const { node, editable } = useForm();
  const change = useChange();
  const value = valueAt(node.config, path);
  return (
    <NumberInput
      size="xs"
      label={field.label}
      description={field.help}
      data-field={path.join('.')}
      allowDecimal={false}
      min={1}
      value={typeof value === 'number' ? value : textOf(value, field.default)}
      disabled={!editable}
      onChange={(typed) => change(path, typeof typed === 'number' ? typed : undefined, true)}
    />
  );
}

function LabelsInput({ field, path }: FieldProps): ReactNode {
  const { kind } = useForm();
  return (
    <fieldset className="setup__group">
      <legend>{field.label}</legend>
      <p className="setup__help">{field.help}</p>
      {kind.inputs.map(({ id, label }) => (
        <TextField key={id} field={{ name: id, label, kind: 'text', help: '' }} path={[...path, id]} />
      ))}
    </fieldset>
  );
}

function ListInput({ field, path }: FieldProps): ReactNode {
  const { node, editable } = useForm();
  const change = useChange();
  const value = valueAt(node.config, path);
  const entries = Array.isArray(value) ? value : [];
  return (
    <fieldset className="setup__group">
      <legend>{field.label}</legend>
      <p className="setup__help">{field.help}</p>
      {entries.map((entry, index) => (
        // Entries have no identity of their own; their place is what problems and undo name.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={index} className="setup__entry">
          <div className="setup__entry-head">
            <span>{t.inspector.entry(index + 1)}</span>
            <Button
              variant="subtle"
              color="gray"
              size="compact-xs"
              disabled={!editable}
              aria-label={t.inspector.removeEntry(field.label, index + 1)}
              onClick={() => change(path, entries.toSpliced(index, 1))}
            >
              <IconTrash size={14} aria-hidden="true" />
            </Button>
          </div>
          <FieldList fields={field.of ?? []} siblings={entry} path={[...path, index]} />
        </div>
      ))}
      <Button
        variant="default"
        size="compact-xs"
        leftSection={<IconPlus size={12} />}
        disabled={!editable}
        onClick={() => change(path, [...entries, {}])}
      >
        {t.inspector.addEntry(field.label)}
      </Button>
    </fieldset>
  );
}

/** A yes-or-no choice that a parameter of the flow may make instead. */
function BoundSwitch({ field, path }: FieldProps): ReactNode {
  const { node, editable } = useForm();
  const change = useChange();
  const flow = useApp((state) => state.flow);
  const value = valueAt(node.config, path) ?? field.default;
  const bound = Object.entries(flow?.parameters ?? {})
    .filter(([, parameter]) => parameter.type === 'boolean')
    .map(([name, { label }]) => ({ value: `=${name}`, label: t.inspector.asParameter(label) }));
  if (bound.length === 0 && typeof value !== 'string') return <PlainSwitch field={field} path={path} />;
  const known = typeof value !== 'string' || bound.some((choice) => choice.value === value);
  return (
    <Select
      label={field.label}
      description={field.help}
      data-field={path.join('.')}
      data={[
        { value: 'false', label: t.inspector.no },
        { value: 'true', label: t.inspector.yes },
        ...bound,
        ...(known ? [] : [{ value: String(value), label: String(value) }]),
      ]}
      value={String(value ?? false)}
      disabled={!editable}
      allowDeselect={false}
      onChange={(chosen) => chosen !== null && change(path, chosen.startsWith('=') ? chosen : chosen === 'true')}
    />
  );
}

function SwitchField({ field, path }: FieldProps): ReactNode {
  return field.bindable === true ? (
    <BoundSwitch field={field} path={path} />
  ) : (
    <PlainSwitch field={field} path={path} />
  );
}

function PlainSwitch({ field, path }: FieldProps): ReactNode {
  const { node, editable } = useForm();
  const change = useChange();
  const value = valueAt(node.config, path) ?? field.default;
  return (
    <Switch
      label={field.label}
      description={field.help}
      data-field={path.join('.')}
      checked={value === true}
      disabled={!editable}
      onChange={(event) => change(path, event.currentTarget.checked)}
    />
  );
}

function NamesInput({ field, path }: FieldProps): ReactNode {
  const { node, editable } = useForm();
  const change = useChange();
  const value = valueAt(node.config, path);
  const names = Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
  return (
    <TagsInput
      size="xs"
      label={field.label}
      description={field.help}
      placeholder={names.length === 0 ? t.inspector.comma : ''}
      data-field={path.join('.')}
      value={names}
      disabled={!editable}
      onChange={(chosen) => change(path, chosen.length === 0 ? undefined : chosen)}
    />
  );
}

const inputs: Readonly<Record<NodeField['kind'], (props: FieldProps) => ReactNode>> = {
  text: TextField,
  amount: TextField,
  formula: FormulaInput,
  boolean: SwitchField,
  choice: ChoiceInput,
  slot: SlotInput,
  resource: ResourceInput,
  table: TableInput,
  field: FieldInput,
  list: ListInput,
  fields: FieldMappings,
  names: NamesInput,
  keys: KeysInput,
  labels: LabelsInput,
  options: OptionsInput,
  integer: NumberField,
};

function FieldList(props: {
  fields: readonly NodeField[];
  siblings: FlowNode['config'][string];
  path: ConfigPath;
}): ReactNode {
  return props.fields
    .filter((field) => isFieldShown(field, props.siblings))
    .map((field) => {
      const Input = inputs[field.kind];
      return <Input key={field.name} field={field} path={[...props.path, field.name]} />;
    });
}

/** The whole form. */
export function NodeForm(props: { node: FlowNode; kind: NodeDeclaration; editable: boolean }): ReactNode {
  const tables = useFormulaTables(props.node.id);
  const { node, kind, editable } = props;
  const form = useMemo(() => ({ node, kind, editable, tables }), [node, kind, editable, tables]);
  return (
    <FormContextValue value={form}>
      <FieldList fields={props.kind.fields} siblings={props.node.config} path={[]} />
    </FormContextValue>
  );
}

/** Target fields with the literal or formula each gets. */
import { Autocomplete, Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { FieldSchema } from '../../engine/model/record.ts';
import type { Json } from '../state/patch.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { FormulaField } from './FormulaField.tsx';
import { useChange, useForm, useFormulaPlace, valueAt } from './form.ts';
import type { FieldProps } from './NodeForm.tsx';
import type { ConfigPath } from './place.ts';
import { fillable, resourceOf, targetFields, unfilled } from './targets.ts';

const partOf = (row: Json | undefined, name: string): string => {
  const value = valueAt(row ?? null, [name]);
  return typeof value === 'string' ? value : '';
};

function MappingRow(props: {
  path: ConfigPath;
  row: Json;
  offered: readonly FieldSchema[];
  onRemove: () => void;
}): ReactNode {
  const { store } = useAppContext();
  const { editable } = useForm();
  const change = useChange();
  const { path, row, offered } = props;
  const place = useFormulaPlace([...path, 'value']);
  const to = partOf(row, 'to');
  const field = offered.find(({ name }) => name === to);
  const hint = [
    field?.label,
    field?.required === true ? t.inspector.required : undefined,
    field?.permitted?.join(' · '),
  ];
  return (
    <div className="mapping">
      <div className="mapping__head">
        <Autocomplete
          size="xs"
          aria-label={t.inspector.target}
          placeholder={t.inspector.target}
          data-field={[...path, 'to'].join('.')}
          data={offered.map(({ name }) => name)}
          value={to}
          disabled={!editable}
          onChange={(value) => change([...path, 'to'], value, true)}
          onBlur={() => store.getState().endGroup()}
        />
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          disabled={!editable}
          aria-label={t.inspector.removeField(to)}
          onClick={props.onRemove}
        >
          <IconTrash size={14} aria-hidden="true" />
        </Button>
      </div>
      <p className="setup__help">{hint.filter((part) => part !== undefined && part !== '').join(' · ')}</p>
      <FormulaField
        {...place}
        label={undefined}
        name={t.inspector.valueOf(to)}
        always={false}
        value={partOf(row, 'value')}
        disabled={!editable}
        fieldPath={[...path, 'value'].join('.')}
        onChange={(value) => change([...path, 'value'], value, true)}
        onBlur={() => store.getState().endGroup()}
      />
    </div>
  );
}

/** A `fields` field. */
export function FieldMappings({ field, path }: FieldProps): ReactNode {
  const { node, editable } = useForm();
  const change = useChange();
  const flow = useApp((state) => state.flow);
  const connectors = useApp((state) => state.connectors);
  const target = resourceOf(flow, connectors, node.config.to)?.fields;
  const fields = targetFields(node, path.slice(0, -1), target) ?? [];
  const value = valueAt(node.config, path);
  const rows: readonly Json[] = Array.isArray(value) ? value : [];
  const mapped = rows.map((row) => partOf(row, 'to'));
  const missing = unfilled(fields, mapped);
  const add = (names: readonly string[]): void => change(path, [...rows, ...names.map((to) => ({ to, value: '' }))]);
  return (
    <fieldset className="setup__group">
      <legend>{field.label}</legend>
      <p className="setup__help">{field.help}</p>
      {rows.map((row, index) => (
        <MappingRow
          // Rows have no identity of their own; problems and undo name their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={index}
          path={[...path, index]}
          row={row}
          offered={fillable(fields)}
          onRemove={() => change(path, rows.toSpliced(index, 1))}
        />
      ))}
      <div className="setup__buttons">
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<IconPlus size={12} />}
          disabled={!editable}
          onClick={() => add([''])}
        >
          {t.inspector.addField}
        </Button>
        {missing.length === 0 ? null : (
          <Button
            variant="light"
            size="compact-xs"
            disabled={!editable}
            onClick={() => add(missing.map(({ name }) => name))}
          >
            {t.inspector.requiredFields(missing.length)}
          </Button>
        )}
      </div>
    </fieldset>
  );
}

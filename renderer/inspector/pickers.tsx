/** Pickers of a node's form: system, records, table, field, key columns, options. */
import { Autocomplete, Button, Checkbox, Select } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { TableListItem } from '../../engine/api/contract.ts';
import type { AppErrorData } from '../../engine/model/error.ts';
import { connectionAt } from '../state/connections-slice.ts';
import { setSlot } from '../state/document.ts';
import type { Json } from '../state/patch.ts';
import { errorOf, type Loadable, valueIn } from '../state/slice.ts';
import { useApp, useAppContext } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { FormulaField } from './FormulaField.tsx';
import { useChange, useForm, useFormulaPlace, valueAt } from './form.ts';
import type { FieldProps } from './NodeForm.tsx';
import { type ConfigPath, pathsOf } from './place.ts';
import { connectorOf, offeredResources, resourceOf } from './targets.ts';

const asText = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** A system of the flow, or one that joins it by being chosen. */
function SlotSelect(props: { label: string; help: string; required: boolean; path: ConfigPath }): ReactNode {
  const { store } = useAppContext();
  const { node, editable } = useForm();
  const change = useChange();
  const slots = useApp((state) => state.flow?.slots);
  const connectors = useApp((state) => state.connectors);
  const inFlow = Object.entries(slots ?? {}).map(([name, { connector, label }]) => ({
    value: name,
    label: label ?? connectors.get(connector)?.title ?? name,
  }));
  const others = [...connectors.values()]
    .filter(({ id }) => !Object.values(slots ?? {}).some(({ connector }) => connector === id))
    .map(({ id, title }) => ({ value: `+${id}`, label: t.inspector.newSlot(title) }));
  const choose = (value: string): void => {
    const connector = value.startsWith('+') ? value.slice(1) : undefined;
    if (connector === undefined) {
      change(props.path, value);
      return;
    }
    const name = slots?.[connector] === undefined ? connector : `${connector}-2`;
    store
      .getState()
      .edit({ name: t.edits.setup, undo: 'record' }, (doc) => setSlot(doc, { name, slot: { connector } }));
    change(props.path, name);
  };
  return (
    <Select
      label={props.label}
      description={props.help}
      withAsterisk={props.required}
      placeholder={t.inspector.choose}
      data-field={props.path.join('.')}
      data={[...inFlow, ...others]}
      value={asText(valueAt(node.config, props.path)) || null}
      disabled={!editable}
      allowDeselect={false}
      onChange={(value) => value !== null && choose(value)}
    />
  );
}

/** A `slot` field. */
export function SlotInput({ field, path }: FieldProps): ReactNode {
  return <SlotSelect label={field.label} help={field.help} required={field.required === true} path={path} />;
}

/** Asks the slot's connection for resources that only it knows; they join those of its connector. */
function useDiscovery(slot: string): { error: AppErrorData | undefined; retry: () => void } {
  const { store } = useAppContext();
  const bound = useApp((state) => connectionAt(state.connections, state.bindings?.slots, slot));
  const error = useApp((state) => (bound === undefined ? undefined : state.discoveryErrors[bound.id]));
  const retry = (): void => {
    if (bound !== undefined) void store.getState().discover(bound);
  };
  useEffect(() => {
    if (bound !== undefined) void store.getState().discover(bound);
  }, [store, bound]);
  return { error, retry };
}

/** Why a connection could not say what it offers, with what to do, where its records are chosen. */
function DiscoveryFailed(props: { system: string; error: AppErrorData; onRetry: () => void }): ReactNode {
  return (
    <div className="setup__failed" role="alert">
      <strong>{t.inspector.discoverFailed(props.system)}</strong>
      <p>{props.error.message}</p>
      <p>{props.error.hint}</p>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconRefresh size={12} aria-hidden="true" />}
        onClick={props.onRetry}
      >
        {t.lists.again}
      </Button>
    </div>
  );
}

/** A `resource` field: a name beside a slot, or slot and resource in one value (what a map makes). */
export function ResourceInput({ field, path }: FieldProps): ReactNode {
  const { node, kind, editable } = useForm();
  const change = useChange();
  const flow = useApp((state) => state.flow);
  const connectors = useApp((state) => state.connectors);
  const around = path.slice(0, -1);
  const beside = around.length > 0 || kind.fields.some((sibling) => sibling.kind === 'slot');
  const slotPath = beside ? [...around, 'slot'] : [...path, 'slot'];
  const valuePath = beside ? path : [...path, 'resource'];
  const slot = asText(valueAt(node.config, slotPath));
  const connector = connectorOf(flow, connectors, slot);
  const discovery = useDiscovery(slot);
  const offered = offeredResources(node.kind, connector?.resources ?? [], !beside);
  const resource = resourceOf(flow, connectors, valueAt(node.config, slotPath.slice(0, -1)));
  return (
    <>
      {beside ? null : <SlotSelect label={field.label} help={field.help} required={false} path={slotPath} />}
      <Select
        label={beside ? field.label : t.inspector.records}
        description={beside ? field.help : undefined}
        withAsterisk={field.required === true}
        placeholder={t.inspector.choose}
        searchable
        data-field={path.join('.')}
        data={offered.map(({ id, title }) => ({ value: id, label: title }))}
        value={asText(valueAt(node.config, valuePath)) || null}
        disabled={!editable || connector === undefined}
        allowDeselect={false}
        onChange={(value) => value !== null && change(valuePath, value)}
      />
      {discovery.error === undefined ? null : (
        <DiscoveryFailed system={connector?.title ?? slot} error={discovery.error} onRetry={discovery.retry} />
      )}
      {resource === undefined ? null : <p className="setup__help">{resource.description}</p>}
    </>
  );
}

/** Mapping tables of the workspace, fetched when a form needs them. */
function useTables(): Loadable<readonly TableListItem[]> {
  const { client } = useAppContext();
  const [tables, setTables] = useState<Loadable<readonly TableListItem[]>>({ state: 'loading' });
  useEffect(() => {
    let current = true;
    client.table
      .list()
      .then((value) => current && setTables({ state: 'ready', value }))
      .catch((thrown) => current && setTables({ state: 'failed', error: errorOf(thrown, t.doing.listingTables) }));
    return () => {
      current = false;
    };
  }, [client]);
  return tables;
}

/** A `table` field. */
export function TableInput({ field, path }: FieldProps): ReactNode {
  const { node, editable } = useForm();
  const change = useChange();
  const tables = useTables();
  const value = asText(valueAt(node.config, path));
  const known = (valueIn(tables) ?? []).map(({ id, name }) => ({ value: id, label: name }));
  // A table that is missing here stays visible under its id.
  const data =
    value === '' || known.some((table) => table.value === value) ? known : [...known, { value, label: value }];
  return (
    <Select
      label={field.label}
      description={field.help}
      withAsterisk={field.required === true}
      placeholder={t.inspector.choose}
      searchable
      data-field={path.join('.')}
      data={data}
      value={value === '' ? null : value}
      error={tables.state === 'failed' ? t.inspector.tablesFailed : undefined}
      disabled={!editable}
      allowDeselect={false}
      onChange={(chosen) => chosen !== null && change(path, chosen)}
    />
  );
}

/** A `field` field: a path of the record, typed or chosen. */
export function FieldInput({ field, path }: FieldProps): ReactNode {
  const { store } = useAppContext();
  const { node, editable } = useForm();
  const change = useChange();
  const { environment } = useFormulaPlace(path);
  const flow = useApp((state) => state.flow);
  const connectors = useApp((state) => state.connectors);
  const around = path.slice(0, -1);
  // A field of another resource, where one is named beside it; a list of the target, where lines are made.
  const named =
    field.name === 'to'
      ? resourceOf(flow, connectors, node.config.to)
      : resourceOf(flow, connectors, valueAt(node.config, around));
  const schema =
    named !== undefined && (field.name === 'to' || around.length > 0) ? { fields: named.fields } : environment.item;
  const wantsList = ['over', 'lines', 'to'].includes(field.name);
  const data = pathsOf(schema).filter(({ isList }) => isList === wantsList);
  return (
    <Autocomplete
      size="xs"
      label={field.label}
      description={field.help}
      withAsterisk={field.required === true}
      data-field={path.join('.')}
      data={[...new Set(data.map((offered) => offered.path))]}
      value={asText(valueAt(node.config, path))}
      disabled={!editable}
      onChange={(value) => change(path, value === '' ? undefined : value, true)}
      onBlur={() => store.getState().endGroup()}
    />
  );
}

function KeyFormula({ path, label }: { path: ConfigPath; label: string }): ReactNode {
  const { store } = useAppContext();
  const { node, editable } = useForm();
  const change = useChange();
  const place = useFormulaPlace(path);
  return (
    <FormulaField
      {...place}
      label={label}
      name={label}
      always={false}
      value={asText(valueAt(node.config, path))}
      disabled={!editable}
      fieldPath={path.join('.')}
      onChange={(value) => change(path, value === '' ? undefined : value, true)}
      onBlur={() => store.getState().endGroup()}
    />
  );
}

/** A `keys` field: where each key column of the chosen table comes from. */
export function KeysInput({ field, path }: FieldProps): ReactNode {
  const { node } = useForm();
  const { client } = useAppContext();
  const table = asText(node.config.table);
  const [columns, setColumns] = useState<readonly { name: string; label: string }[]>([]);
  useEffect(() => {
    if (table === '') return setColumns([]);
    let current = true;
    client.table
      .get({ id: table })
      .then(
        ({ schema }) => current && setColumns(schema.keys.map(({ name, label }) => ({ name, label: label ?? name }))),
      )
      .catch(() => current && setColumns([]));
    return () => {
      current = false;
    };
  }, [client, table]);
  const value = valueAt(node.config, path);
  const named = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  const extra = named.filter((name) => !columns.some((column) => column.name === name));
  return (
    <fieldset className="setup__group">
      <legend>{field.label}</legend>
      <p className="setup__help">{table === '' ? t.inspector.tableFirst : field.help}</p>
      {[...columns, ...extra.map((name) => ({ name, label: name }))].map(({ name, label }) => (
        <KeyFormula key={name} path={[...path, name]} label={label} />
      ))}
    </fieldset>
  );
}

/** An `options` field: what the resource offers when it is written. */
export function OptionsInput({ field, path }: FieldProps): ReactNode {
  const { node, editable } = useForm();
  const change = useChange();
  const flow = useApp((state) => state.flow);
  const connectors = useApp((state) => state.connectors);
  const options = resourceOf(flow, connectors, node.config)?.options ?? [];
  if (options.length === 0) return null;
  return (
    <fieldset className="setup__group">
      <legend>{field.label}</legend>
      {options.map((option) => {
        const at = [...path, option.name];
        const value = valueAt(node.config, at) ?? option.default;
        return (
          <div key={option.name}>
            {option.kind === 'boolean' ? (
              <Checkbox
                label={option.label}
                description={option.help}
                data-field={at.join('.')}
                checked={value === true}
                disabled={!editable}
                onChange={(event) => change(at, event.currentTarget.checked)}
              />
            ) : (
              <Select
                label={option.label}
                description={option.help}
                data-field={at.join('.')}
                data={[...(option.choices ?? [])]}
                value={asText(value)}
                disabled={!editable}
                allowDeselect={false}
                onChange={(chosen) => chosen !== null && change(at, chosen)}
              />
            )}
            {option.warning === undefined ? null : <p className="setup__warning">{option.warning}</p>}
          </div>
        );
      })}
    </fieldset>
  );
}

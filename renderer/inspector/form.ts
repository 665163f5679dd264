/** What the fields of a node's form need: its value, the way to change it, and what formulas see there. */
import { createContext, useContext, useMemo } from 'react';
import type { FlowNode } from '../../engine/model/flow.ts';
import type { NodeDeclaration, NodeField } from '../../engine/model/node.ts';
import type { Fields, RecordSchema } from '../../engine/model/record.ts';
import type { FormulaSurroundings } from '../formula/surroundings.ts';
import { setConfig } from '../state/document.ts';
import type { Json } from '../state/patch.ts';
import { valueIn } from '../state/slice.ts';
import { useApp, useAppContext, useAppParts } from '../state/store.ts';
import { t } from '../strings/index.ts';
import { parameterTypes } from './FormulaField.tsx';
import type { FormulaTables } from './formula-tables.ts';
import { type ConfigPath, lineAt, placeAt, portOf, sampleAt } from './place.ts';

/** The node whose form is drawn. */
export interface FormContext {
  node: FlowNode;
  kind: NodeDeclaration;
  editable: boolean;
  /** Mapping tables, once they are known. */
  tables: FormulaTables | undefined;
}

/** Hands the node down to its fields. */
export const FormContextValue = createContext<FormContext | undefined>(undefined);

/** The node whose form this is. */
export function useForm(): FormContext {
  const form = useContext(FormContextValue);
  if (form === undefined) throw new TypeError('FormContextValue is missing above this field.');
  return form;
}

/** The value at a path of the config. */
export function valueAt(config: Json, path: ConfigPath): Json | undefined {
  let here: Json | undefined = config;
  for (const step of path) {
    if (Array.isArray(here)) here = here[Number(step)];
    else if (typeof here === 'object' && here !== null) here = here[step];
    else return undefined;
  }
  return here;
}

/** Changes a value of the config. Typing in one field is one step of undo; a choice is one of its own. */
export function useChange(): (path: ConfigPath, value: Json | undefined, typing?: boolean) => void {
  const { store } = useAppContext();
  const { node } = useForm();
  return (path, value, typing = false) => {
    const key = `config:${node.id}:${path.join('.')}`;
    const edit = typing
      ? { name: t.edits.setup, undo: 'merge' as const, group: key }
      : { name: t.edits.setup, undo: 'record' as const };
    store.getState().edit(edit, (doc) => setConfig(doc, { id: node.id, path, value }));
  };
}

/** Whether a field is shown, given its siblings. */
export function isFieldShown(field: NodeField, siblings: Json | undefined): boolean {
  if (field.when === undefined) return true;
  const value = valueAt(siblings ?? {}, [field.when.field]);
  return field.when.is.includes(String(value ?? ''));
}

const nothing: RecordSchema = { fields: [] };

/** What a formula at a path sees, with the sample record there. */
export function useFormulaPlace(path: ConfigPath): {
  environment: FormulaSurroundings['environment'];
  sample: { item: Fields; root: Fields } | undefined;
  parameters: Fields;
} {
  const { node, tables } = useForm();
  const key = path.join('.');
  const { inputs, flow, sample, index, bindings } = useAppParts((state) => ({
    inputs: state.check?.inputs,
    flow: state.flow,
    sample: state.sampleOf === state.flowId ? valueIn(state.sample) : undefined,
    index: state.sampleIndex,
    bindings: state.bindings,
  }));
  const own = useApp((state) => ownRecords(node, state.connectors, state.flow?.slots));
  // The path is compared by its text: it is made afresh at every drawing.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  return useMemo(() => {
    const schemas = {
      in: own ?? inputs?.[`${node.id}.in`] ?? nothing,
      right: inputs?.[`${node.id}.right`] ?? nothing,
    };
    const place = placeAt(node, path, schemas);
    const environment: FormulaSurroundings['environment'] = {
      item: place.item,
      ...(place.root === undefined ? {} : { root: place.root }),
      parameters: parameterTypes(flow?.parameters ?? {}),
      ...tables,
    };
    const port = portOf(node.kind, path);
    const outputs = sample?.outputs ?? {};
    const record =
      own === undefined
        ? flow === undefined
          ? undefined
          : sampleAt(flow, node.id, port, outputs, index)
        : outputs[`${node.id}.out`]?.[index];
    const line = record === undefined ? undefined : lineAt(record.value, place.lists);
    const defaults = Object.entries(flow?.parameters ?? {}).map(([name, { default: value }]) => [name, value ?? null]);
    return {
      environment,
      sample: record === undefined || line === undefined ? undefined : { item: line, root: record.value },
      parameters: { ...Object.fromEntries(defaults), ...bindings?.parameters },
    };
  }, [node, key, inputs, flow, sample, index, bindings, own, tables]);
}

/** A source has no input: its condition looks at what it reads. */
function ownRecords(
  node: FlowNode,
  connectors: ReadonlyMap<string, { resources: readonly { id: string; fields: RecordSchema['fields'] }[] }>,
  slots: Readonly<Record<string, { connector: string }>> | undefined,
): RecordSchema | undefined {
  if (node.kind !== 'read') return undefined;
  const { slot, resource } = node.config;
  const connector = typeof slot === 'string' ? connectors.get(slots?.[slot]?.connector ?? '') : undefined;
  return connector?.resources.find(({ id }) => id === resource);
}

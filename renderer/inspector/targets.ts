/** Which system, resource and target fields a part of a node's setup speaks of. Pure. */
import type { ConnectorView } from '../../engine/api/contract.ts';
import type { FlowDocument, FlowNode } from '../../engine/model/flow.ts';
import { type FieldSchema, findField } from '../../engine/model/record.ts';
import type { Json } from '../state/patch.ts';
import type { ConfigPath } from './place.ts';

/** A resource as the pickers offer it. */
export type ResourceView = ConnectorView['resources'][number];

const textAt = (value: Json | undefined, name: string): string | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const found = value[name];
  return typeof found === 'string' && found !== '' ? found : undefined;
};

/** The connector behind a slot of the flow. */
export function connectorOf(
  flow: FlowDocument | undefined,
  connectors: ReadonlyMap<string, ConnectorView>,
  slot: string | undefined,
): ConnectorView | undefined {
  return slot === undefined ? undefined : connectors.get(flow?.slots[slot]?.connector ?? '');
}

/** The resource that `{slot, resource}` names. */
export function resourceOf(
  flow: FlowDocument | undefined,
  connectors: ReadonlyMap<string, ConnectorView>,
  place: Json | undefined,
): ResourceView | undefined {
  const connector = connectorOf(flow, connectors, textAt(place, 'slot'));
  return connector?.resources.find(({ id }) => id === textAt(place, 'resource'));
}

/** Resources that fit a node: sources must be readable, posts writable. */
export function offeredResources(
  kind: string,
  resources: readonly ResourceView[],
  forWriting: boolean,
): ResourceView[] {
  if (forWriting || kind === 'write') return resources.filter(({ abilities }) => abilities.create || abilities.update);
  return resources.filter(({ abilities }) => abilities.read);
}

/** The fields that mappings at `path` (of a `fields` list) may fill; undefined where the node has no target. */
export function targetFields(
  node: FlowNode,
  path: ConfigPath,
  target: readonly FieldSchema[] | undefined,
): readonly FieldSchema[] | undefined {
  let fields = target;
  let here: Json | undefined = node.config;
  for (const step of path) {
    if (Array.isArray(here)) here = here[Number(step)];
    else if (typeof here === 'object' && here !== null) here = here[step];
    const list = typeof step === 'number' ? textAt(here, 'to') : undefined;
    if (list !== undefined && fields !== undefined) fields = findField({ fields }, list)?.fields;
  }
  return fields;
}

/** Every field that can be filled, by dotted path; lists are filled by lines of their own. */
export function fillable(fields: readonly FieldSchema[], prefix = ''): FieldSchema[] {
  return fields
    .filter(({ readOnly }) => readOnly !== true)
    .flatMap((field) => {
      const name = prefix === '' ? field.name : `${prefix}.${field.name}`;
      if (field.type === 'record' && field.fields !== undefined) return fillable(field.fields, name);
      return field.type === 'list' && field.of === undefined ? [] : [{ ...field, name }];
    });
}

/** Required fields that no mapping fills yet. */
export function unfilled(fields: readonly FieldSchema[], mapped: readonly string[]): FieldSchema[] {
  return fillable(fields).filter(({ required, name }) => required === true && !mapped.includes(name));
}

/** Where a formula of a node's setup looks its fields up, and a sample record there. Pure. */
import type { FlowDocument, FlowNode } from '../../engine/model/flow.ts';
import { type Fields, findField, type RecordSchema, type Value, type WireRecord } from '../../engine/model/record.ts';
import { endsOf, formatWireEnd } from '../state/graph.ts';

/** A path inside a node's config. */
export type ConfigPath = readonly (string | number)[];

/** What a formula sees: the record or a line of it, and the record around a line. */
export interface FormulaPlace {
  item: RecordSchema;
  root?: RecordSchema;
  /** Lists entered on the way, outermost first. */
  lists: readonly string[];
}

type Config = FlowNode['config'][string];

const isObject = (value: Config | undefined): value is { [key: string]: Config } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields of a setup that look at the other input. */
const otherInput: Readonly<Record<string, readonly string[]>> = {
  join: ['right'],
  reconcile: ['rightKey', 'rightAmount'],
};
/** Fields that look at the record although a list is named beside them. */
const ofRecord = new Set(['header', 'over', 'lines', 'to']);

/** The input port a field of the setup looks at. */
export const portOf = (kind: string, path: ConfigPath): string =>
  otherInput[kind]?.includes(String(path[0])) === true ? 'right' : 'in';

/** Lists that a path enters: `over` or `lines` named beside each step. */
export function listsAt(config: Config, path: ConfigPath): string[] {
  const lists: string[] = [];
  let here: Config | undefined = config;
  for (const step of path) {
    if (isObject(here) && !ofRecord.has(String(step))) {
      const list = here.over ?? here.lines;
      if (typeof list === 'string' && list !== '') lists.push(list);
    }
    here = Array.isArray(here) ? here[Number(step)] : isObject(here) ? here[step] : undefined;
  }
  return lists;
}

/**
 * What a formula at `path` sees.
 * @param inputs schema by input port.
 */
export function placeAt(
  node: FlowNode,
  path: ConfigPath,
  inputs: Readonly<Record<string, RecordSchema | undefined>>,
): FormulaPlace {
  const root = inputs[portOf(node.kind, path)] ?? { fields: [] };
  const lists = listsAt(node.config, path);
  let item = root;
  for (const list of lists) item = { fields: findField(item, list)?.fields ?? [] };
  return lists.length === 0 ? { item, lists } : { item, root, lists };
}

/** The record that reaches a port of the node, from a sample's records by output. */
export function sampleAt(
  doc: FlowDocument,
  nodeId: string,
  port: string,
  outputs: Readonly<Record<string, readonly WireRecord[]>>,
  index: number,
): WireRecord | undefined {
  for (const wire of doc.wires) {
    const { from, to } = endsOf(wire);
    if (to.node !== nodeId || to.port !== port) continue;
    const records =
      outputs[formatWireEnd({ node: from.node, port: from.port }, 'to')] ?? outputs[`${from.node}.${from.port}`];
    const record = records?.[Math.min(index, records.length - 1)];
    if (record !== undefined) return record;
  }
  return undefined;
}

/** The first line that a place's lists lead to, inside a record. */
export function lineAt(record: Fields, lists: readonly string[]): Fields | undefined {
  let here: Fields = record;
  for (const list of lists) {
    const value: Value | undefined = here[list];
    const first = Array.isArray(value) ? value[0] : undefined;
    if (typeof first !== 'object' || first === null || Array.isArray(first)) return undefined;
    here = first;
  }
  return here;
}

/** Every field of a schema by dotted path; lists of records are named, not entered. */
export function pathsOf(schema: RecordSchema, prefix = ''): { path: string; label: string; isList: boolean }[] {
  return schema.fields.flatMap((field) => {
    const path = prefix === '' ? field.name : `${prefix}.${field.name}`;
    const own = { path, label: field.label, isList: field.type === 'list' };
    if (field.type !== 'record' || field.fields === undefined) return [own];
    return [own, ...pathsOf({ fields: field.fields }, path)];
  });
}

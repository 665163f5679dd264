/** Brings several streams into one. */
import { z } from 'zod';
import { AppError } from '../model/error.ts';
import type { FieldSchema, RecordSchema } from '../model/record.ts';
import { revalued } from './batch.ts';
import { checkedConfig, type NodeProblem, readConfig, withField } from './config.ts';
import type { NodeKind } from './node.ts';

const ports = ['a', 'b', 'c', 'd'] as const;
const configSchema = z.looseObject({
  tag: z.string().optional(),
  labels: z.partialRecord(z.enum(ports), z.string()).default({}),
});

/** Fields that all streams have with the same type. */
export function commonFields(schemas: readonly RecordSchema[]): RecordSchema {
  const [first, ...others] = schemas;
  if (first === undefined) return { fields: [] };
  const fields = first.fields.filter((field) =>
    others.every((other) => other.fields.some((same) => same.name === field.name && same.type === field.type)),
  );
  const shaped = first.shapedFor;
  const same = others.every(
    (other) => other.shapedFor?.slot === shaped?.slot && other.shapedFor?.resource === shaped?.resource,
  );
  return { fields, ...(shaped !== undefined && same ? { shapedFor: shaped } : {}) };
}

/** Formulas behind it see the fields that all streams share. */
export const union: NodeKind = {
  kind: 'union',
  title: 'Union',
  summary: 'Brings several streams into one',
  about:
    'Records keep their order within a stream; streams are not sorted into each other. Formulas behind it see only the fields that every stream has with the same type.',
  icon: 'arrow-merge',
  category: 'combine',
  inputs: ports.map((id, index) => ({ id, label: `Stream ${index + 1}`, optional: true })),
  outputs: [{ id: 'out', label: 'All records' }],
  fields: [
    {
      name: 'tag',
      label: 'Name field',
      kind: 'text',
      help: 'Field that says which stream a record came from. Empty: none.',
    },
    {
      name: 'labels',
      label: 'Names of the streams',
      kind: 'labels',
      help: 'What the name field holds for each input.',
    },
  ],
  check(node, inputs) {
    const { config, problems } = readConfig(configSchema, node);
    const wired = ports.flatMap((port) => inputs[port] ?? []);
    const common = commonFields(wired);
    const found: NodeProblem[] = [...problems];
    if (wired.length > 1 && common.fields.length === 0) {
      const error = new AppError('flow.invalid', 'The streams have no field in common.');
      found.push({
        severity: 'blocking',
        code: error.code,
        field: 'tag',
        message: error.message,
        hint: 'Shape them alike with a map first.',
      });
    }
    const tag = config?.tag ?? '';
    const field: FieldSchema = { name: tag, label: tag, type: 'text' };
    return { outputs: { out: tag === '' ? common : withField(common, field) }, problems: found };
  },
  compile(node) {
    const { tag, labels } = checkedConfig(configSchema, node);
    return {
      push(batch, port) {
        if (tag === undefined || tag === '') return { out: { out: [...batch] } };
        const name = (labels as Record<string, string | undefined>)[port] ?? port;
        return { out: { out: batch.map((record) => revalued(record, { ...record.value, [tag]: name })) } };
      },
    };
  },
};

/** Reading a node's config: schema-checked once, with problems instead of errors. */
import type { z } from 'zod';
import type { FlowNode, Problem } from '../model/flow.ts';
import type { FieldSchema, RecordSchema } from '../model/record.ts';

/** A problem as a node's check reports it; the planner adds the node. */
export type NodeProblem = Omit<Problem, 'nodeId'>;

/** A blocking problem. */
export const blocking = (code: string, field: string, message: string, hint: string): NodeProblem => ({
  severity: 'blocking',
  code,
  field,
  message,
  hint,
});

/** The config of a node by its kind's schema, or undefined with one problem per wrong or missing field. */
export function readConfig<T>(
  schema: z.ZodType<T>,
  node: FlowNode,
): { config: T; problems: [] } | { config: undefined; problems: NodeProblem[] } {
  const parsed = schema.safeParse(node.config);
  if (parsed.success) return { config: parsed.data, problems: [] };
  return {
    config: undefined,
    problems: parsed.error.issues.map((issue) => {
      const field = issue.path.join('.');
      const missing = issue.code === 'invalid_type' && valueAt(node.config, issue.path) === undefined;
      const what = missing ? 'is missing' : `is wrong: ${issue.message}`;
      return blocking(
        'flow.missingConfig',
        field,
        `“${field === '' ? 'The setup' : field}” of “${node.label ?? node.id}” ${what}.`,
        'Fill the field in the inspector.',
      );
    }),
  };
}

function valueAt(config: unknown, path: readonly PropertyKey[]): unknown {
  let value = config;
  for (const part of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

/**
 * The config of a node that planning has already checked.
 * @throws Error where it was not: a defect of the planner.
 */
export const checkedConfig = <T>(schema: z.ZodType<T>, node: FlowNode): T => schema.parse(node.config);

/** Text fields of a record that resemble a misspelt name, best first: for “did you mean”. */
export function closest(name: string, candidates: readonly string[]): string | undefined {
  const wanted = name.toLocaleLowerCase('en-US');
  const scored = candidates
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLocaleLowerCase('en-US')) }))
    .sort((a, b) => a.distance - b.distance);
  const best = scored[0];
  return best !== undefined && best.distance <= Math.max(2, wanted.length / 3) ? best.candidate : undefined;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const change = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** A schema with a field added or replaced at its end. */
export const withField = (schema: RecordSchema, field: FieldSchema): RecordSchema => ({
  fields: [...schema.fields.filter((existing) => existing.name !== field.name), field],
});

/** A schema whose list or record field `name` has another set of fields. */
export const withSubfields = (
  schema: RecordSchema,
  name: string,
  change: (fields: readonly FieldSchema[]) => readonly FieldSchema[],
): RecordSchema => ({
  fields: schema.fields.map((field) =>
    field.name === name ? { ...field, fields: change(field.fields ?? []) } : field,
  ),
});

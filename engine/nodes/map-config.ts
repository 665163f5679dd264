/** The setup of a map node and its checks: field mappings with lines inside, against the target's fields. */
import { z } from 'zod';
import { AppError } from '../model/error.ts';
import { type FieldSchema, findField } from '../model/record.ts';
import { blocking, closest, type NodeProblem } from './config.ts';
import { checkCell, checkCondition, type FormulaPlace, literalOf } from './formulas.ts';
import type { CheckContext } from './node.ts';
import { fitting, typeMismatch, typeNames } from './target-field.ts';

const fieldMappingSchema = z.looseObject({ to: z.string().min(1), value: z.string() });

/** Field mappings and the lines inside. */
export interface MapBlock {
  fields: { to: string; value: string }[];
  each: EachBlock[];
}
/** Lines of the target: one per element of `over`, or a single one where `over` is empty. */
export interface EachBlock extends MapBlock {
  to: string;
  over?: string | undefined;
  where?: string | undefined;
}

const eachSchema: z.ZodType<EachBlock> = z.lazy(() =>
  z.looseObject({
    to: z.string().min(1),
    over: z.string().optional(),
    where: z.string().optional(),
    fields: z.array(fieldMappingSchema).default([]),
    each: z.array(eachSchema).default([]),
  }),
);

/** Schema of a map node's config. */
export const mapConfigSchema = z.looseObject({
  to: z.looseObject({ slot: z.string(), resource: z.string() }).optional(),
  fields: z.array(fieldMappingSchema).default([]),
  each: z.array(eachSchema).default([]),
});

/** Where the lines of an each block look fields up. */
export function eachPlace(each: EachBlock, place: FormulaPlace): FormulaPlace {
  const root = place.root ?? place.item;
  if (each.over === undefined || each.over === '') return { item: place.item, root };
  return { item: { fields: findField(place.item, each.over)?.fields ?? [] }, root };
}

/** Checks a block; yields the fields it makes. `target` is undefined where the map is free of a target. */
export function checkBlock(
  block: MapBlock,
  path: string,
  place: FormulaPlace,
  target: readonly FieldSchema[] | undefined,
  context: CheckContext,
): { fields: FieldSchema[]; problems: NodeProblem[] } {
  const problems: NodeProblem[] = [];
  const fields: FieldSchema[] = [];
  const seen = new Set<string>();
  block.fields.forEach((mapping, index) => {
    const where = `${path}fields.${index}`;
    if (seen.has(mapping.to))
      problems.push(
        blocking('flow.invalid', `${where}.to`, `“${mapping.to}” is mapped twice.`, 'Remove one of the two mappings.'),
      );
    seen.add(mapping.to);
    const cell = checkCell(mapping.value, `${where}.value`, place, context);
    problems.push(...cell.problems);
    if (target === undefined) {
      fields.push({ ...cell.schema, name: mapping.to, label: mapping.to });
      return;
    }
    const field = findField({ fields: target }, mapping.to);
    problems.push(...checkTarget(field, mapping, where, target, cell));
    if (field !== undefined) addField(fields, mapping.to, field, target);
  });
  block.each.forEach((each, index) => {
    const made = checkEach(each, `${path}each.${index}.`, place, target, context);
    problems.push(...made.problems);
    if (made.field !== undefined) mergeList(fields, made.field);
  });
  return { fields, problems };
}

/** Adds a mapped field, building the records a dotted path goes through. */
function addField(fields: FieldSchema[], path: string, field: FieldSchema, target: readonly FieldSchema[]): void {
  const [head = '', ...rest] = path.split('.');
  if (rest.length === 0) {
    fields.push(field);
    return;
  }
  const whole = target.find((candidate) => candidate.name === head);
  const existing = fields.findIndex((candidate) => candidate.name === head);
  const inner: FieldSchema[] = [...(fields[existing]?.fields ?? [])];
  addField(inner, rest.join('.'), field, whole?.fields ?? []);
  const made: FieldSchema = { ...(whole ?? { name: head, label: head, type: 'record' }), fields: inner };
  if (existing === -1) fields.push(made);
  else fields[existing] = made;
}

function mergeList(fields: FieldSchema[], list: FieldSchema): void {
  const at = fields.findIndex((field) => field.name === list.name);
  const existing = fields[at];
  if (existing === undefined) fields.push(list);
  else {
    const known = new Set((existing.fields ?? []).map((field) => field.name));
    const more = (list.fields ?? []).filter((field) => !known.has(field.name));
    fields[at] = { ...existing, fields: [...(existing.fields ?? []), ...more] };
  }
}

function checkTarget(
  field: FieldSchema | undefined,
  mapping: { to: string; value: string },
  path: string,
  target: readonly FieldSchema[],
  cell: ReturnType<typeof checkCell>,
): NodeProblem[] {
  if (field === undefined) {
    const guess = closest(
      mapping.to,
      target.map((candidate) => candidate.name),
    );
    return [
      {
        ...blocking(
          'flow.unknownField',
          `${path}.to`,
          `The target has no field “${mapping.to}”.`,
          'Choose a field of the target.',
        ),
        ...(guess === undefined ? {} : { fix: { label: `Use “${guess}”`, value: guess } }),
      },
    ];
  }
  if (field.readOnly === true)
    return [
      blocking(
        'flow.unknownField',
        `${path}.to`,
        `“${field.label}” is calculated by the target and cannot be written.`,
        'Remove the mapping.',
      ),
    ];
  if (cell.literal) return literalProblem(field, mapping.value, path);
  if (cell.problems.some((problem) => problem.severity === 'blocking')) return [];
  const hint = typeMismatch(field.type, cell.schema.type);
  if (hint === undefined) return [];
  const message = `“${field.label}” takes a ${typeNames[field.type]}, but the formula yields a ${typeNames[cell.schema.type]}.`;
  return [blocking('formula.type', `${path}.value`, message, hint)];
}

/** A literal is checked once, here, as records would be. */
function literalProblem(field: FieldSchema, value: string, path: string): NodeProblem[] {
  try {
    fitting(field, `“${field.label}”`)(literalOf(value));
    return [];
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return [
      blocking(thrown.code, `${path}.value`, thrown.message, 'Correct the value, or begin it with = for a formula.'),
    ];
  }
}

function checkEach(
  each: EachBlock,
  path: string,
  place: FormulaPlace,
  target: readonly FieldSchema[] | undefined,
  context: CheckContext,
): { field: FieldSchema | undefined; problems: NodeProblem[] } {
  const problems: NodeProblem[] = [];
  const list = target?.find((field) => field.name === each.to);
  if (target !== undefined && list?.type !== 'list') {
    const lists = target.filter((field) => field.type === 'list').map((field) => field.name);
    const guess = closest(each.to, lists);
    problems.push({
      ...blocking(
        'flow.unknownField',
        `${path}to`,
        `The target has no lines “${each.to}”.`,
        'Choose a list of the target.',
      ),
      ...(guess === undefined ? {} : { fix: { label: `Use “${guess}”`, value: guess } }),
    });
    return { field: undefined, problems };
  }
  if (each.over !== undefined && each.over !== '' && findField(place.item, each.over)?.type !== 'list') {
    problems.push(
      blocking(
        'flow.unknownField',
        `${path}over`,
        `The records have no lines “${each.over}”.`,
        'Choose a list of the source.',
      ),
    );
    return { field: undefined, problems };
  }
  const inside = eachPlace(each, place);
  if (each.where !== undefined && each.where !== '')
    problems.push(...checkCondition(each.where, `${path}where`, inside, context));
  const made = checkBlock(each, path, inside, list?.fields, context);
  problems.push(...made.problems, ...missingFields(each, list?.fields ?? [], `${path}fields`));
  const label = list?.label ?? each.to;
  return { field: { ...(list ?? { name: each.to, label, type: 'list' }), fields: made.fields }, problems };
}

/** Required fields of the target that nothing is mapped to. */
export function missingFields(block: MapBlock, target: readonly FieldSchema[], path: string): NodeProblem[] {
  const mapped = new Set([
    ...block.fields.map((mapping) => mapping.to.split('.')[0]),
    ...block.each.map((each) => each.to),
  ]);
  return target
    .filter((field) => field.required === true && field.readOnly !== true && !mapped.has(field.name))
    .map((field) =>
      blocking(
        'flow.missingConfig',
        path,
        `“${field.label}” is required by the target and not mapped.`,
        `Map the field “${field.name}”.`,
      ),
    );
}

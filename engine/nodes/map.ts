/** Shapes records for a target: fields from fields, literals or formulas; lines from lines. */
import { valueAt } from '../model/business-key.ts';
import { type FieldSchema, type Fields, findField, type RecordSchema, type Value } from '../model/record.ts';
import { eachRecord, revalued } from './batch.ts';
import { checkedConfig, type NodeProblem, readConfig } from './config.ts';
import { type FormulaPlace, NodeFormulas } from './formulas.ts';
import { checkBlock, type EachBlock, eachPlace, type MapBlock, mapConfigSchema, missingFields } from './map-config.ts';
import type { CheckContext, NodeKind } from './node.ts';
import { resourceProblem } from './read.ts';
import { fitting } from './target-field.ts';

/** With a target, fields are checked against it and fitted into it; without one, the map makes records of its own. */
export const map: NodeKind = {
  kind: 'map',
  title: 'Map fields',
  summary: 'Shapes records for the target',
  icon: 'transform',
  category: 'shape',
  inputs: [{ id: 'in', label: 'Records' }],
  outputs: [
    { id: 'out', label: 'Mapped' },
    { id: 'held', label: 'Held', exception: true },
  ],
  fields: [
    {
      name: 'to',
      label: 'Target',
      kind: 'resource',
      help: 'What the records become. Empty: records of their own form.',
    },
    { name: 'fields', label: 'Fields', kind: 'fields', help: 'Target field, and the literal or formula it gets.' },
    {
      name: 'each',
      label: 'Lines',
      kind: 'list',
      help: 'Lines of the target, one per line of the source.',
      of: [
        { name: 'to', label: 'Target lines', kind: 'field', required: true, help: 'The list of the target.' },
        {
          name: 'over',
          label: 'Source lines',
          kind: 'field',
          help: 'The list of the source. Empty: one line for the record.',
        },
        { name: 'where', label: 'Only where', kind: 'formula', help: 'Lines for which this is true.' },
        { name: 'fields', label: 'Fields', kind: 'fields', help: 'Target field, and the literal or formula it gets.' },
      ],
    },
  ],
  check(node, inputs, context) {
    const item = inputs.in ?? { fields: [] };
    const { config, problems } = readConfig(mapConfigSchema, node);
    if (config === undefined) return { outputs: { held: item }, problems };
    const target = targetOf(config.to, context);
    if (target.problem !== undefined) return { outputs: { held: item }, problems: [target.problem] };
    const made = checkBlock(config, '', { item }, target.fields, context);
    const missing = target.fields === undefined ? [] : missingFields(config, target.fields, 'fields');
    const out: RecordSchema = { fields: made.fields, ...(config.to === undefined ? {} : { shapedFor: config.to }) };
    return { outputs: { out, held: item }, problems: [...made.problems, ...missing] };
  },
  compile(node, inputs, context) {
    const config = checkedConfig(mapConfigSchema, node);
    const item = inputs.in ?? { fields: [] };
    const formulas = new NodeFormulas(context);
    const build = compileBlock(config, { item }, targetOf(config.to, context).fields, formulas);
    return {
      push: (batch) =>
        eachRecord(batch, 'mapping fields', (record) => {
          formulas.begin();
          const value = build(record.value, record.value);
          return revalued(record, value, formulas.takeRows(record));
        }),
    };
  },
};

function targetOf(
  to: { slot: string; resource: string } | undefined,
  context: CheckContext,
): { fields?: readonly FieldSchema[]; problem?: NodeProblem } {
  if (to === undefined) return {};
  const resource = context.resource(to.slot, to.resource);
  if (resource !== undefined) return { fields: resource.fields };
  const problem = resourceProblem(to.slot, to.resource, context);
  return problem === undefined ? {} : { problem: { ...problem, field: 'to' } };
}

type Build = (item: Fields, root: Fields) => Fields;
/** What a part of a record gets; undefined where it is left out. */
type Part = (item: Fields, root: Fields) => Value | undefined;

function compileBlock(
  block: MapBlock,
  place: FormulaPlace,
  target: readonly FieldSchema[] | undefined,
  formulas: NodeFormulas,
): Build {
  const cells = block.fields.map((mapping) => {
    const field = target === undefined ? undefined : findField({ fields: target }, mapping.to);
    const what = `“${field?.label ?? mapping.to}”`;
    const value = formulas.cell(mapping.value, what, place);
    if (field === undefined) return { path: mapping.to.split('.'), part: value };
    const fitted = fitting(field, what);
    return { path: mapping.to.split('.'), part: (item: Fields, root: Fields) => fitted(value(item, root)) };
  });
  const lists = block.each.map((each) => {
    const inner = target?.find((field) => field.name === each.to)?.fields;
    return { to: each.to, lines: compileEach(each, place, inner, formulas) };
  });
  const parts = assemble(cells);
  return (item, root) => {
    const made: Fields = {};
    for (const { name, part } of parts) {
      const value = part(item, root);
      if (value !== undefined) made[name] = value;
    }
    for (const list of lists) {
      const before = made[list.to];
      const lines = list.lines(item, root);
      made[list.to] = Array.isArray(before) ? [...before, ...lines] : lines;
    }
    return made;
  };
}

/** Dotted paths as the tree they stand for, worked out once: a record inside is there as soon as one of its fields is. */
function assemble(cells: readonly { path: readonly string[]; part: Part }[]): { name: string; part: Part }[] {
  const byName = new Map<string, { path: readonly string[]; part: Part }[]>();
  for (const { path, part } of cells) {
    const [name = '', ...rest] = path;
    const inside = byName.get(name) ?? [];
    inside.push({ path: rest, part });
    byName.set(name, inside);
  }
  return [...byName].map(([name, inside]) => {
    const leaf = inside.findLast(({ path }) => path.length === 0);
    if (leaf !== undefined) return { name, part: leaf.part };
    return { name, part: wrapped(assemble(inside)) };
  });
}

function wrapped(parts: readonly { name: string; part: Part }[]): Part {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) {
    const { name, part } = only;
    const empty: Fields = { [name]: null };
    return (item, root) => {
      const value = part(item, root);
      if (value === undefined) return undefined;
      // A copy of a record with just this field takes no more room than it needs.
      const made = { ...empty };
      made[name] = value;
      return made;
    };
  }
  return (item, root) => {
    let made: Fields | undefined;
    for (const { name, part } of parts) {
      const value = part(item, root);
      if (value === undefined) continue;
      made ??= {};
      made[name] = value;
    }
    return made;
  };
}

function compileEach(
  each: EachBlock,
  place: FormulaPlace,
  target: readonly FieldSchema[] | undefined,
  formulas: NodeFormulas,
): (item: Fields, root: Fields) => Fields[] {
  const inside = eachPlace(each, place);
  const build = compileBlock(each, inside, target, formulas);
  const { over, where } = each;
  const wanted =
    where === undefined || where === '' ? () => true : formulas.condition(where, `The condition of ${each.to}`, inside);
  return (item, root) => {
    if (over === undefined || over === '') return wanted(item, root) ? [build(item, root)] : [];
    const list = valueAt(item, over);
    if (!Array.isArray(list)) return [];
    const made: Fields[] = [];
    for (const line of list) {
      if (line === null || typeof line !== 'object' || Array.isArray(line)) continue;
      if (wanted(line, root)) made.push(build(line, root));
    }
    return made;
  };
}

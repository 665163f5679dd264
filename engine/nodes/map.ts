/** Shapes records for a target: fields from fields, literals or formulas; lines from lines. */
import { type FieldSchema, type Fields, findField, type RecordSchema, type Value } from '../model/record.ts';
import { type Item, type Layout, wholeRecords } from '../model/record-view.ts';
import { eachRecord, revalued } from './batch.ts';
import { checkedConfig, type NodeProblem, readConfig } from './config.ts';
import { type Cell, type FormulaPlace, itemReader, NodeFormulas } from './formulas.ts';
import { GroupView, MadeOfGroup } from './group-view.ts';
import { checkBlock, type EachBlock, eachPlace, type MapBlock, mapConfigSchema, missingFields } from './map-config.ts';
import type { CheckContext, NodeKind, NodeRunner } from './node.ts';
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
    const target = targetOf(config.to, context).fields;
    const runner = (layout: Layout | undefined): NodeRunner => {
      const formulas = new NodeFormulas(context);
      const build = compileBlock(config, { item, layouts: { item: layout, root: layout } }, target, formulas);
      const itemOf = itemReader(layout);
      return {
        push: (batch) =>
          eachRecord(batch, 'mapping fields', (record) => {
            formulas.begin();
            const read = itemOf(record);
            const value = build(read, read);
            if (record instanceof GroupView && !formulas.hasRows) return new MadeOfGroup(record, value);
            return revalued(record, value, formulas.takeRows(record));
          }),
      };
    };
    return {
      ...runner(undefined),
      linked: (layout) => (layout === undefined || !canRead(config, layout) ? undefined : runner(layout)),
    };
  },
};

/** Whether the lines of all blocks can be had of views: a path through a list of them would have to be worked out first. */
const canRead = (block: MapBlock, layout: Layout): boolean =>
  block.each.every(({ over = '' }) => {
    const [first = '', ...rest] = over.split('.');
    return layout.list(first) === undefined || rest.length === 0;
  });

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

/**
 * What lines and their wrapped fields begin as copies of. Written out in their place, objects and lists are what the engine's memory
 * management comes to take for long-lived, as those of one batch are: it then keeps them, and all they hold, until a full collection.
 */
const noLines: readonly Fields[] = [];
const emptyWrapper: { readonly value: Value } = { value: null };

type Build = Cell<Fields>;
/** What a part of a record gets; undefined where it is left out. */
type Part = Cell<Value | undefined>;

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
    return { path: mapping.to.split('.'), part: (item: Item, root: Item) => fitted(value(item, root)) };
  });
  const lists = block.each.map((each) => {
    const inner = target?.find((field) => field.name === each.to)?.fields;
    return { to: each.to, lines: compileEach(each, place, inner, formulas) };
  });
  const parts = assemble(cells);
  const make = builder(parts);
  if (lists.length === 0) return make;
  return (item, root) => {
    const made = make(item, root);
    for (const list of lists) {
      const before = made[list.to];
      const lines = list.lines(item, root);
      made[list.to] = Array.isArray(before) ? [...before, ...lines] : lines;
    }
    return made;
  };
}

/**
 * Makes records of parts. All of one builder have one form and just the room they need, as if they were written out: they are copies
 * of one that was read from JSON. Where a part is left out, the record is put together field by field.
 */
function builder(parts: readonly { name: string; part: Part }[]): Build {
  const names = parts.map(({ name }) => name);
  const values = parts.map(({ part }) => part);
  const form: Fields = JSON.parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, null]))));
  return (item, root) => {
    let made = { ...form };
    let isWhole = true;
    for (let at = 0; at < names.length; at += 1) {
      const name = names[at] ?? '';
      const value = values[at]?.(item, root);
      if (value === undefined && isWhole) {
        made = firstOf(made, names.slice(0, at));
        isWhole = false;
      }
      if (value !== undefined) made[name] = value;
    }
    return made;
  };
}

/** A record of some of another's fields. */
const firstOf = (made: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, made[name] ?? null]));

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
  if (only?.name === 'value' && parts.length === 1) {
    const { part } = only;
    // How Acumatica wraps each of its fields: so common that it is written out.
    return (item, root) => {
      const value = part(item, root);
      if (value === undefined) return undefined;
      const made: Fields = { ...emptyWrapper };
      made.value = value;
      return made;
    };
  }
  const make = builder(parts);
  return (item, root) => {
    const made = make(item, root);
    return isEmpty(made) ? undefined : made;
  };
}

function isEmpty(made: Fields): boolean {
  for (const _name in made) return false;
  return true;
}

function compileEach(
  each: EachBlock,
  place: FormulaPlace,
  target: readonly FieldSchema[] | undefined,
  formulas: NodeFormulas,
): Cell<Fields[]> {
  const { over, where } = each;
  const isOne = over === undefined || over === '';
  const views = isOne ? undefined : place.layouts?.item?.list(over);
  const inside = {
    ...eachPlace(each, place),
    layouts: { item: isOne ? place.layouts?.item : views?.layout, root: place.layouts?.root },
  };
  const build = compileBlock(each, inside, target, formulas);
  const wanted =
    where === undefined || where === '' ? undefined : formulas.condition(where, `The condition of ${each.to}`, inside);
  if (isOne) return (item, root) => (wanted === undefined || wanted(item, root) ? [build(item, root)] : []);
  if (views !== undefined)
    return (item, root) => {
      const made = noLines.slice();
      const walk = views.walk(item);
      for (let line = walk.next(); line !== undefined; line = walk.next())
        if (wanted === undefined || wanted(line, root)) made.push(build(line, root));
      return made;
    };
  const linesOf = plainLines(over, place.layouts?.item);
  return (item, root) => {
    const made: Fields[] = [];
    const lines = linesOf(item);
    for (let at = 0; at < lines.length; at += 1) {
      const line = lines[at];
      if (line !== undefined && (wanted === undefined || wanted(line, root))) made.push(build(line, root));
    }
    return made;
  };
}

/** The records of a list; what else the list holds is no line. */
function plainLines(over: string, layout: Layout | undefined): (item: Item) => readonly Fields[] {
  const read = (layout ?? wholeRecords).path(over.split('.'));
  const isLine = (line: Value): line is Fields => line !== null && typeof line === 'object' && !Array.isArray(line);
  return (item) => {
    const list = read(item);
    if (!Array.isArray(list)) return [];
    return list.every(isLine) ? list : list.filter(isLine);
  };
}

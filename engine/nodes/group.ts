/** Makes one record of all that have the same key. */
import { z } from 'zod';
import type { FieldSchema, Fields, Origin, RecordSchema, Value, WireRecord } from '../model/record.ts';
import type { Item, Layout } from '../model/record-view.ts';
import { eachRecord, Lineage } from './batch.ts';
import { checkedConfig, readConfig } from './config.ts';
import { type Cell, checkCell, NodeFormulas } from './formulas.ts';
import { GroupLayout, GroupView, groupOrigin } from './group-view.ts';
import { LineLayout, LineView, SplitRecord } from './line-view.ts';
import type { BatchResult, LinkedRunner, NodeKind, NodeRunner } from './node.ts';

const configSchema = z.looseObject({
  by: z.array(z.looseObject({ name: z.string().min(1), value: z.string().min(1) })).min(1),
  into: z.string().min(1).default('items'),
});

/** Groups by one or more values: the values become fields, the records a list. Sums are a formula over that list. */
export const group: NodeKind = {
  kind: 'group',
  title: 'Group',
  summary: 'Makes one record of all that share a key',
  about:
    'The values become fields of the new record, the records a list in it; sums are formulas over that list, such as `=SUM([items.amount])`. Blank values make a group of their own. Every record of a group ends with the status of its group.',
  icon: 'stack-2',
  category: 'combine',
  inputs: [{ id: 'in', label: 'Records' }],
  outputs: [
    { id: 'out', label: 'Groups' },
    { id: 'held', label: 'Held', exception: true },
  ],
  fields: [
    {
      name: 'by',
      label: 'Group by',
      kind: 'list',
      required: true,
      help: 'Records with the same values come together.',
      of: [
        { name: 'name', label: 'Field', kind: 'text', required: true, help: 'Name of the value in the new record.' },
        { name: 'value', label: 'Value', kind: 'formula', required: true, help: 'What records have in common.' },
      ],
    },
    {
      name: 'into',
      label: 'List field',
      kind: 'text',
      default: 'items',
      help: 'Field that takes the records of the group.',
    },
  ],
  collects: true,
  check(node, inputs, context) {
    const item = inputs.in ?? { fields: [] };
    const { config, problems } = readConfig(configSchema, node);
    if (config === undefined) return { outputs: { out: item, held: item }, problems };
    const cells = config.by.map((entry, index) => checkCell(entry.value, `by.${index}.value`, { item }, context));
    const keys = config.by.map(
      (entry, index): FieldSchema => ({
        ...(cells[index]?.schema ?? { type: 'text' }),
        name: entry.name,
        label: entry.name,
      }),
    );
    const list: FieldSchema = { name: config.into, label: 'Records of the group', type: 'list', fields: item.fields };
    const out: RecordSchema = { fields: [...keys, list] };
    return { outputs: { out, held: item }, problems: cells.flatMap((cell) => cell.problems) };
  },
  compile(node, inputs, context) {
    const config = checkedConfig(configSchema, node);
    const item = inputs.in ?? { fields: [] };
    const formulas = new NodeFormulas(context);
    const keysBy = (layout: Layout | undefined): GroupKey[] =>
      config.by.map(({ name, value }) => ({
        name,
        of: formulas.cell(value, name, { item, layouts: { item: layout, root: layout } }),
      }));
    return {
      ...groupRecords(config.into, keysBy(undefined)),
      linked: (layout) => (layout instanceof LineLayout ? groupLines(config.into, keysBy, layout) : undefined),
    };
  },
};

interface GroupKey {
  name: string;
  of: Cell;
}

/** What is kept of a group: the records' values, not the records. */
interface Group {
  id: string;
  values: Fields;
  origin: Origin;
  records: Fields[];
  lineage: Lineage;
}

/** What leaves together at the end: enough that a batch is worth its way, and not so much that all groups stand there at once. */
const groupsAtATime = 100;
const recordsAtATime = 1_000;

/** Groups in the order in which they came up, found by the values that their records have in common. */
class Groups<Made> {
  private readonly keys: readonly GroupKey[];
  private readonly make: (id: string, values: Fields, first: WireRecord) => Made;
  /** By the one text they share, which most groups are made by, and by all other values. */
  private readonly byText = new Map<string, Made>();
  private readonly byValues = new Map<string, Made>();
  private all: (Made | undefined)[] = [];
  /** Lines of one record mostly belong together: the group of the one before is asked first. */
  private lastText: string | undefined;
  private last: Made | undefined;

  constructor(keys: readonly GroupKey[], make: (id: string, values: Fields, first: WireRecord) => Made) {
    this.keys = keys;
    this.make = make;
  }

  /** The group of a record, whose fields are read off `item`. */
  of(record: WireRecord, item: Item): Made {
    const [only] = this.keys;
    if (only === undefined || this.keys.length > 1) {
      const values = this.keys.map((key) => key.of(item, item));
      return this.find(this.byValues, JSON.stringify(values), values, record);
    }
    const value = only.of(item, item);
    if (typeof value === 'string') {
      if (value === this.lastText && this.last !== undefined) return this.last;
      this.last = this.byText.get(value) ?? this.find(this.byText, value, [value], record);
      this.lastText = value;
      return this.last;
    }
    return this.find(this.byValues, JSON.stringify([value]), [value], record);
  }

  /** Gives the groups away, some at a time; none of them is kept. `sizeOf` is the number of records in a group. */
  *taken(sizeOf: (made: Made) => number): Iterable<Made[]> {
    const all = this.all;
    this.all = [];
    this.byText.clear();
    this.last = undefined;
    this.byValues.clear();
    let batch: Made[] = [];
    let records = 0;
    for (let at = 0; at < all.length; at += 1) {
      const made = all[at];
      all[at] = undefined;
      if (made === undefined) continue;
      batch.push(made);
      records += sizeOf(made);
      if (records < recordsAtATime && batch.length < groupsAtATime) continue;
      yield batch;
      batch = [];
      records = 0;
    }
    if (batch.length > 0) yield batch;
  }

  private find(known: Map<string, Made>, text: string, values: readonly Value[], first: WireRecord): Made {
    const found = known.get(text);
    if (found !== undefined) return found;
    const named: Fields = {};
    this.keys.forEach((key, index) => {
      named[key.name] = values[index] ?? null;
    });
    const made = this.make(JSON.stringify(values), named, first);
    known.set(text, made);
    this.all.push(made);
    return made;
  }
}

/** Collects the records of a batch; none of them goes on. */
function collected(batch: readonly WireRecord[], keep: (record: WireRecord) => void): BatchResult {
  const { settled } = eachRecord(batch, 'grouping', (record) => {
    keep(record);
    return record;
  });
  return { out: {}, ...(settled === undefined ? {} : { settled }) };
}

function groupRecords(into: string, keys: readonly GroupKey[]): NodeRunner {
  const groups = new Groups<Group>(keys, (id, values, { origin }) => ({
    id,
    values,
    origin,
    records: [],
    lineage: new Lineage(),
  }));
  return {
    push: (batch) =>
      collected(batch, (record) => {
        const { records, lineage } = groups.of(record, record.value);
        records.push(record.value);
        lineage.add(record);
      }),
    end: () => wholeGroups(into, groups),
  };
}

function* wholeGroups(into: string, groups: Groups<Group>): Iterable<BatchResult> {
  for (const batch of groups.taken(({ records }) => records.length))
    yield { out: { out: batch.map((group) => wholeGroup(into, group)) } };
}

function wholeGroup(into: string, { id, values, records, lineage, origin }: Group): WireRecord {
  const value: Fields = { ...values, [into]: records };
  return { key: `group:${id}`, value, origin: groupOrigin(origin, id, values), ...lineage.result() };
}

/** The same for lines that are views: they are kept as they are. */
function groupLines(into: string, keysBy: (layout: Layout) => readonly GroupKey[], layout: LineLayout): LinkedRunner {
  let isShared = true;
  const keys = keysBy({
    path(names) {
      if (!layout.isOfHeader(names)) isShared = false;
      return layout.path(names);
    },
    list: () => layout.list(),
  });
  const groups = new Groups<GroupView>(keys, (id, values, { origin }) => new GroupView(id, values, into, origin));
  const takeLine = (record: WireRecord): void => {
    if (record instanceof LineView) groups.of(record, record).add(record.from, record.at);
  };
  return {
    layout: new GroupLayout(into, layout),
    push: (batch) => collected(isShared ? batch.filter((record) => !takeTogether(groups, record)) : batch, takeLine),
    end: () => groupsOfLines(groups),
  };
}

/** Takes the lines of a record together where their keys read nothing but the header. Tells whether it could. */
function takeTogether(groups: Groups<GroupView>, record: WireRecord): boolean {
  if (!(record instanceof SplitRecord)) return false;
  const line = new LineView(record, record.place(0));
  let group: GroupView;
  try {
    group = groups.of(line, line);
  } catch {
    // Then each of the lines is tried by itself, and held with the reason.
    return false;
  }
  group.addAll(record);
  return true;
}

function* groupsOfLines(groups: Groups<GroupView>): Iterable<BatchResult> {
  for (const batch of groups.taken(({ count }) => count)) yield { out: { out: batch } };
}

/** Groups of lines on their way to the node behind: the lines stay views, and what they have in common is worked out when asked for. */
import type { Fields, Origin, SourceRecord, Value, WireRecord } from '../model/record.ts';
import { type Item, type Layout, RecordView, readPath, type Walk } from '../model/record-view.ts';
import { Lineage } from './batch.ts';
import { LineView, type SplitRecord } from './line-view.ts';

/** Where a group comes from: the first record's place, named by what the records have in common. */
export const groupOrigin = (first: Origin, id: string, values: Fields): Origin => ({
  ...first,
  id,
  label: Object.values(values).map(String).join(' · '),
});

/** Neighbouring lines of one record, from one place up to another, and those that came after them. */
class LineRange {
  readonly from: SplitRecord;
  readonly start: number;
  end: number;
  next: LineRange | undefined = undefined;

  constructor(from: SplitRecord, at: number) {
    this.from = from;
    this.start = at;
    this.end = at + 1;
  }
}

/** Goes through the lines of a group, in the order in which they came. */
class LineWalk implements Walk {
  private range: LineRange | undefined;
  private at = 0;
  private end = 0;
  private view: LineView | undefined = undefined;

  constructor(first: LineRange | undefined) {
    this.range = first;
  }

  next(): LineView | undefined {
    const { view, at } = this;
    if (view === undefined || at >= this.end) return this.nextRange();
    view.move(at);
    this.at = at + 1;
    return view;
  }

  private nextRange(): LineView | undefined {
    const { range } = this;
    if (range === undefined) return undefined;
    this.range = range.next;
    this.at = range.start + 1;
    this.end = range.end;
    if (this.view === undefined) this.view = new LineView(range.from, range.start);
    else this.view.moveTo(range.from, range.start);
    return this.view;
  }
}

/** One group. As {@link LineView}, it is read by the node behind the group only. */
export class GroupView extends RecordView implements WireRecord {
  readonly id: string;
  readonly values: Fields;
  readonly into: string;
  /** Number of its lines. */
  count = 0;
  private ranges: LineRange | undefined = undefined;
  private last: LineRange | undefined = undefined;
  private readonly first: Origin;
  private place: Origin | undefined = undefined;
  private keys: readonly string[] | undefined = undefined;
  private found: Common | undefined = undefined;
  private rows: readonly string[] | undefined = undefined;

  constructor(id: string, values: Fields, into: string, first: Origin) {
    super();
    this.id = id;
    this.values = values;
    this.into = into;
    this.first = first;
  }

  /** Takes a line in. */
  add(from: SplitRecord, at: number): void {
    const { last } = this;
    this.count += 1;
    if (last !== undefined && last.from === from && last.end === at) {
      last.end = at + 1;
      return;
    }
    this.last = new LineRange(from, at);
    if (last === undefined) this.ranges = this.last;
    else last.next = this.last;
  }

  /** Takes in all lines of a record that are still on their way. */
  addAll(split: SplitRecord): void {
    for (let nth = 0; nth < split.count; nth += 1) this.add(split, split.place(nth));
  }

  walk(): LineWalk {
    return new LineWalk(this.ranges);
  }

  get key(): string {
    return `group:${this.id}`;
  }

  get value(): Fields {
    return this.whole();
  }

  get origin(): Origin {
    this.place ??= groupOrigin(this.first, this.id, this.values);
    return this.place;
  }

  get parents(): readonly string[] {
    this.keys ??= this.each((line) => line.key);
    return this.keys;
  }

  get sources(): readonly SourceRecord[] | undefined {
    return this.common.sources;
  }

  get mappingRows(): readonly string[] | undefined {
    if (this.common.others !== undefined) return this.common.others.mappingRows;
    this.rows ??= rowsOf(this.ranges);
    return this.rows.length === 0 ? undefined : this.rows;
  }

  get notes(): readonly string[] | undefined {
    return this.common.others?.notes;
  }

  whole(): Fields {
    return { ...this.values, [this.into]: this.wholeLines() };
  }

  wholeLines(): Fields[] {
    return this.each((line) => line.whole());
  }

  private each<Made>(make: (line: LineView) => Made): Made[] {
    const all: Made[] = [];
    const walk = this.walk();
    for (let line = walk.next(); line !== undefined; line = walk.next()) all.push(make(line));
    return all;
  }

  private get common(): Common {
    this.found ??= commonOf(this.ranges) ?? this.lineage();
    return this.found;
  }

  /** What the lines carry, looked up line by line. */
  private lineage(): Common {
    const lineage = new Lineage();
    this.each((line) => lineage.add(line));
    const { sources, mappingRows, notes } = lineage.result();
    return { sources, others: { mappingRows, notes } };
  }
}

/** What the lines of a group come from. */
interface Common {
  sources: readonly SourceRecord[] | undefined;
  /** What else they carry, where it is more than the rows that coded them. */
  others?: Pick<WireRecord, 'mappingRows' | 'notes'>;
}

/**
 * Sources of lines, each once: what all lines have from the record they were split off is taken once a record. Undefined where a line
 * carries more than the row that coded it.
 */
function commonOf(ranges: LineRange | undefined): Common | undefined {
  const sources: SourceRecord[] = [];
  let before: SplitRecord | undefined;
  for (let range = ranges; range !== undefined; range = range.next) {
    const { from } = range;
    if (from === before) continue;
    before = from;
    if (from.extras !== undefined || from.record.mappingRows !== undefined || from.record.notes !== undefined)
      return undefined;
    for (const source of from.sources ?? []) sources.push(source);
  }
  if (sources.length === 0) return { sources: undefined };
  return { sources: withoutRepeats(sources) };
}

function withoutRepeats(sources: SourceRecord[]): SourceRecord[] {
  // Most groups are of few records, where asking each is quicker than a set.
  if (sources.length > 8) return [...new Set(sources)];
  return sources.every((source, at) => sources.indexOf(source) === at) ? sources : [...new Set(sources)];
}

let lastMark = 0;

/** The rows that coded lines, each once: they are told apart by a mark on them, which spares a set. */
function rowsOf(ranges: LineRange | undefined): string[] {
  lastMark += 1;
  const names: string[] = [];
  for (let range = ranges; range !== undefined; range = range.next) {
    const { from, start, end } = range;
    const { rows } = from;
    for (let at = start; at < end; at += 1) {
      const row = rows?.[at];
      if (row === undefined || row.mark === lastMark) continue;
      row.mark = lastMark;
      names.push(row.names[0]);
    }
  }
  return names;
}

/**
 * A record made of a group. Its origin, keys of its lines and the rows that coded them are worked out when somebody asks: by getters of the class, as
 * accessors of each record's own are memory that the garbage collector takes for old, and all that a group holds with it. So it is copied
 * by `revalued`, never by spreading it.
 */
export class MadeOfGroup implements WireRecord {
  readonly key: string;
  readonly value: Fields;
  readonly sources: readonly SourceRecord[] | undefined;
  readonly notes: readonly string[] | undefined;
  private readonly group: GroupView;

  constructor(group: GroupView, value: Fields) {
    this.key = group.key;
    this.value = value;
    this.sources = group.sources;
    this.notes = group.notes;
    this.group = group;
  }

  get origin(): Origin {
    return this.group.origin;
  }

  get parents(): readonly string[] {
    return this.group.parents;
  }

  get mappingRows(): readonly string[] | undefined {
    return this.group.mappingRows;
  }
}

const noLines: Walk = { next: () => undefined };

/** How groups are read: the list of their lines, and the values they were made by. */
export class GroupLayout implements Layout {
  private readonly into: string;
  private readonly lines: Layout;

  constructor(into: string, lines: Layout) {
    this.into = into;
    this.lines = lines;
  }

  path(names: readonly string[]): (item: Item) => Value | undefined {
    if (names[0] === this.into)
      return names.length > 1 ? () => undefined : (item) => (item instanceof GroupView ? item.wholeLines() : undefined);
    const read = readPath(names);
    return (item) => (item instanceof GroupView ? read(item.values) : undefined);
  }

  list(name: string): ReturnType<Layout['list']> {
    if (name !== this.into) return undefined;
    return { walk: (item) => (item instanceof GroupView ? item.walk() : noLines), layout: this.lines };
  }
}

/** Groups of lines on their way to the node behind: the lines stay views, and what they have in common is worked out when asked for. */
import type { Fields, Origin, SourceRecord, Value, WireRecord } from '../model/record.ts';
import { type Item, type Layout, RecordView, readPath } from '../model/record-view.ts';
import { lineage } from './batch.ts';
import type { LineView, SplitRecord } from './line-view.ts';

/** Where a group comes from: the first record's place, named by what the records have in common. */
export const groupOrigin = (first: Origin, id: string, values: Fields): Origin => ({
  ...first,
  id,
  label: Object.values(values).map(String).join(' · '),
});

/** One group. As {@link LineView}, it is read by the node behind the group only. */
export class GroupView extends RecordView implements WireRecord {
  readonly id: string;
  readonly values: Fields;
  readonly into: string;
  readonly lines: LineView[] = [];
  private readonly first: Origin;
  private keys: readonly string[] | undefined;
  private found: Common | undefined;
  private rows: readonly string[] | undefined;

  constructor(id: string, values: Fields, into: string, first: Origin) {
    super();
    this.id = id;
    this.values = values;
    this.into = into;
    this.first = first;
  }

  get key(): string {
    return `group:${this.id}`;
  }

  get value(): Fields {
    return this.whole();
  }

  get origin(): Origin {
    return groupOrigin(this.first, this.id, this.values);
  }

  get parents(): readonly string[] {
    this.keys ??= this.lines.map((line) => line.key);
    return this.keys;
  }

  get sources(): readonly SourceRecord[] | undefined {
    return this.common.sources;
  }

  get mappingRows(): readonly string[] | undefined {
    if (this.common.others !== undefined) return this.common.others.mappingRows;
    this.rows ??= rowsOf(this.lines);
    return this.rows.length === 0 ? undefined : this.rows;
  }

  get notes(): readonly string[] | undefined {
    return this.common.others?.notes;
  }

  whole(): Fields {
    return { ...this.values, [this.into]: this.lines.map((line) => line.whole()) };
  }

  private get common(): Common {
    this.found ??= commonOf(this.lines);
    return this.found;
  }
}

/** What the lines of a group come from. */
interface Common {
  sources: readonly SourceRecord[] | undefined;
  /** What else they carry, where it is more than the rows that coded them. */
  others?: Pick<WireRecord, 'mappingRows' | 'notes'>;
}

/** Sources of lines, each once. What all lines have from the record they were split off is taken once a record. */
function commonOf(lines: readonly LineView[]): Common {
  const sources: SourceRecord[] = [];
  let from: SplitRecord | undefined;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    if (line === undefined) continue;
    const isNew = line.from !== from;
    from = line.from;
    if (
      line.extras !== undefined ||
      (isNew && (from.record.mappingRows !== undefined || from.record.notes !== undefined))
    ) {
      const all = lineage(lines);
      return { sources: all.sources, others: { mappingRows: all.mappingRows, notes: all.notes } };
    }
    if (isNew) for (const source of from.record.sources ?? []) sources.push(source);
  }
  if (sources.length === 0) return { sources: undefined };
  return { sources: sources.length === 1 ? sources : [...new Set(sources)] };
}

let lastMark = 0;

/** The rows that coded lines, each once: they are told apart by a mark on them, which spares a set. */
function rowsOf(lines: readonly LineView[]): string[] {
  lastMark += 1;
  const rows: string[] = [];
  for (const { row } of lines) {
    if (row === undefined || row.mark === lastMark) continue;
    row.mark = lastMark;
    rows.push(row.names[0]);
  }
  return rows;
}

/**
 * A record made of a group. Keys of its lines and the rows that coded them are worked out when somebody asks; they are properties of its
 * own all the same, so that whoever copies the record copies them.
 */
export function madeOfGroup(group: GroupView, value: Fields): WireRecord {
  return {
    key: group.key,
    value,
    origin: group.origin,
    get parents() {
      return group.parents;
    },
    sources: group.sources,
    get mappingRows() {
      return group.mappingRows;
    },
    notes: group.notes,
  };
}

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
      return names.length > 1
        ? () => undefined
        : (item) => (item instanceof GroupView ? item.lines.map((line) => line.whole()) : undefined);
    const read = readPath(names);
    return (item) => (item instanceof GroupView ? read(item.values) : undefined);
  }

  list(name: string): ReturnType<Layout['list']> {
    if (name !== this.into) return undefined;
    return { elements: (item) => (item instanceof GroupView ? item.lines : []), layout: this.lines };
  }
}
